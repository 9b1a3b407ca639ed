#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""odf-allow.py ALLOW OTHER SETTINGS HEADER SOURCE [FUNCTIONS...]: the tables of OpenDocument names as C.

Names are numbered in byte order, so that a symbol finds its row and sorting attributes by symbol
sorts them by name. Checks what a person editing a table can get wrong, and names the line.
"""
import re
import sys

CLASSES = ["n", "k", "v", "s", "c", "f", "t", "q", "link", "version", "action", "event", "config", "math", "image", "object"]
PREFIXES = """anim calcext chart chartooo config css3t dc dom dr3d draw drawooo field fo form grddl loext math meta number office officeooo
presentation rdfa script smil style svg table tableooo text xhtml xlink xml""".split()
NAME = re.compile(r"(%s):[A-Za-z0-9-]+$" % "|".join(PREFIXES))


def lines(path):
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if line[0] not in "#\n":
                yield f"{path}:{number}", line.rstrip("\n").split("\t")


def attributes(where, prefix, cell, macros):
    out = {}
    for item in cell.split():
        if item[0] == "@" and item not in macros:
            sys.exit(f"{where}: no macro '{item}'")
        if item[0] == "@":
            inner = macros[item]
        else:
            name, kind = item.rsplit(":", 1)
            if kind not in CLASSES:
                sys.exit(f"{where}: no class '{kind}'")
            if ":" not in name and prefix != "math":
                name = f"{prefix}:{name}"
            if prefix != "math" and not NAME.match(name):
                sys.exit(f"{where}: bad attribute '{name}'")
            inner = {name: kind}
        if set(inner) & set(out):
            sys.exit(f"{where}: attribute twice: {set(inner) & set(out)}")
        out |= inner
    return out


def read_allow(path, elements):
    macros = {}
    for where, cells in lines(path):
        if cells[0][0] == "@":
            prefix = "math" if cells[0].startswith("@math") else ""
            macros[cells[0]] = attributes(where, prefix, cells[1], macros)
            continue
        if len(cells) != 3 or cells[1] not in "etm":
            sys.exit(f"{where}: three columns: elements, e, t or m, attributes")
        for name in cells[0].split():
            if not NAME.match(name) or name in elements:
                sys.exit(f"{where}: bad or repeated element '{name}'")
            attrs = attributes(where, name.split(":")[0], cells[2], macros)
            elements[name] = {"mode": {"t": "TEXT", "e": "KEEP", "m": "MIXED"}[cells[1]], "code": "none", "attrs": attrs}


def read_other(path, elements, lost):
    for where, (names, mode, code) in lines(path):
        code = "none" if code == "-" else code
        for name in names.split():
            if not NAME.match(name):
                sys.exit(f"{where}: bad name '{name}'")
            if mode == "attribute":
                lost[name] = code
                continue
            known = name in elements
            if name == "draw:control" and mode == "keep":
                elements[name] = {"mode": "KEEP", "code": code, "attrs": elements["draw:rect"]["attrs"]}
                continue
            if mode not in ("keep", "through", "drop") or known != (mode == "keep"):
                sys.exit(f"{where}: '{name}' cannot be '{mode}'")
            if known:
                elements[name]["code"] = code
            else:
                elements[name] = {"mode": mode.upper(), "code": code, "attrs": {}}


def ident(name):
    return re.sub("[^A-Za-z0-9]", "_", name)


def macro(code):
    return "SK_ELEMENT_" + code.upper().replace("-", "_")


def main():
    allow, other, settings, header, source = sys.argv[1:6]
    functions = sorted({w for path in sys.argv[6:] for _, cells in lines(path) for c in cells for w in c.split()})
    elements, lost = {}, {}
    read_allow(allow, elements)
    read_other(other, elements, lost)
    names = sorted(elements)
    attrs = sorted({a for e in elements.values() for a in e["attrs"]} | set(lost))
    for a in set(lost) & {a for e in elements.values() for a in e["attrs"]}:
        sys.exit(f"{other}: '{a}' is on the allow-list")
    number = {a: i + 1 for i, a in enumerate(attrs)}
    made = "/* Made by tools/odf-allow.py from odf-allow.tsv, odf-other.tsv and odf-settings.tsv. */\n"
    with open(header, "w", encoding="utf-8") as f:
        f.write(made + "#pragma once\n")
        f.write("enum {\n    SK_ODF_EL_none = 0,\n" + "".join(f"    SK_ODF_EL_{ident(n)},\n" for n in names))
        f.write("    SK_ODF_EL_COUNT\n};\nenum {\n    SK_ODF_AT_none = 0,\n")
        f.write("".join(f"    SK_ODF_AT_{ident(a)},\n" for a in attrs))
        f.write("    SK_ODF_AT_COUNT\n};\n")
    with open(source, "w", encoding="utf-8") as f:
        f.write(made + '#include "disarm/odf-names.h"\n\nconst SkOdfAttr sk_odf_attrs[SK_ODF_AT_COUNT] = {\n')
        f.write('    { "", SK_ELEMENT_NONE, false },\n')
        for a in attrs:
            f.write(f'    {{ "{a}", {macro(lost.get(a, "none"))}, {"true" if a in lost else "false"} }},\n')
        f.write("};\n\nconst SkOdfAttrRow sk_odf_attr_rows[] = {\n")
        at, rows, written = 0, [], {}
        for n in names:
            e = elements[n]
            key = tuple(sorted(e["attrs"].items()))
            if key not in written:
                written[key] = at
                for a, kind in key:
                    f.write(f"    {{ {number[a]}, SK_ODF_VALUE_{kind.upper()} }},\n")
                at += len(key)
            rows.append((n, written[key], len(key), e["mode"], e["code"]))
        f.write("    { 0, 0 },\n};\n\nconst SkOdfElementRow sk_odf_element_rows[SK_ODF_EL_COUNT] = {\n")
        f.write('    { "", 0, 0, SK_ODF_MODE_DROP, SK_ELEMENT_UNKNOWN_PART },\n')
        for n, start, count, mode, code in rows:
            f.write(f'    {{ "{n}", {start}, {count}, SK_ODF_MODE_{mode}, {macro(code)} }},\n')
        f.write("};\n\nconst SkOdfSetting sk_odf_settings[] = {\n")
        found = sorted((name, group) for _, (group, cell) in lines(settings) for name in cell.split())
        if len({n for n, _ in found}) != len(found):
            sys.exit(f"{settings}: a name twice")
        for name, group in found:
            f.write(f'    {{ "{name}", SK_ODF_SETTING_{"QUIET" if group == "-" else group.upper()} }},\n')
        f.write(f"}};\nconst unsigned sk_odf_settings_n = {len(found)};\n\nconst char *const sk_odf_functions[] = {{\n")
        f.writelines(f'    "{w}",\n' for w in functions)
        f.write(f"}};\nconst unsigned sk_odf_functions_n = {len(functions)};\n")


main()
