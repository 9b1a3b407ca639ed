#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docx-allow.py ALLOW OTHER HEADER SOURCE: turn the two tables of Word elements into C.

Names are numbered in byte order, so that a symbol finds its row and sorting attributes by symbol
sorts them by name. Checks what a person editing a table can get wrong, and names the line.
"""
import re
import sys

CLASSES = ["n", "k", "s", "y", "p", "q", "g", "image", "header", "footer", "chart", "link"]
PREFIXES = ["a", "c", "m", "mc", "o", "pic", "r", "v", "w", "w10", "wp", "wpg", "wps", "xml"]
NAME = re.compile(r"(%s):[A-Za-z0-9]+$" % "|".join(PREFIXES))


def lines(path):
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if line[0] not in "#\n":
                yield f"{path}:{number}", line.rstrip("\n").split("\t")


def attributes(where, prefix, cell, macros):
    out = {}
    for item in cell.split():
        inner = attributes(where, prefix, macros.get(item, ""), macros) if item[0] == "@" else {}
        if item[0] == "@" and item not in macros:
            sys.exit(f"{where}: no macro '{item}'")
        if item[0] != "@":
            name, kind = item.rsplit(":", 1)
            if kind not in CLASSES:
                sys.exit(f"{where}: no class '{kind}'")
            if ":" not in name and prefix in ("w", "m"):
                name = f"{prefix}:{name}"
            inner = {name: kind}
        if set(inner) & set(out):
            sys.exit(f"{where}: attribute twice: {set(inner) & set(out)}")
        out |= inner
    return out


def read_allow(path, elements):
    macros = {}
    for where, cells in lines(path):
        if cells[0][0] == "@":
            macros[cells[0]] = cells[1]
            continue
        if len(cells) != 3 or cells[1] not in "et":
            sys.exit(f"{where}: three columns: elements, e or t, attributes")
        for name in cells[0].split():
            if not NAME.match(name) or name in elements:
                sys.exit(f"{where}: bad or repeated element '{name}'")
            attrs = attributes(where, name.split(":")[0], cells[2], macros)
            elements[name] = {"mode": "TEXT" if cells[1] == "t" else "KEEP", "code": "none", "attrs": attrs}


def read_other(path, elements):
    for where, (names, mode, code) in lines(path):
        code = "none" if code == "-" else code
        for name in names.split():
            known = name in elements
            if mode not in ("keep", "through", "drop") or known != (mode == "keep"):
                sys.exit(f"{where}: '{name}' cannot be '{mode}'")
            if known:
                elements[name]["code"] = code
            else:
                elements[name] = {"mode": mode.upper(), "code": code, "attrs": {}}


def ident(name):
    return name.replace(":", "_")


def main():
    allow, other, header, source = sys.argv[1:]
    elements = {}
    read_allow(allow, elements)
    read_other(other, elements)
    names = sorted(elements)
    attrs = sorted({a for e in elements.values() for a in e["attrs"]})
    number = {a: i + 1 for i, a in enumerate(attrs)}
    with open(header, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/docx-allow.py from docx-allow.tsv and docx-other.tsv. */\n#pragma once\n")
        f.write("enum {\n    SK_EL_none = 0,\n" + "".join(f"    SK_EL_{ident(n)},\n" for n in names))
        f.write("    SK_EL_COUNT\n};\nenum {\n    SK_AT_none = 0,\n")
        f.write("".join(f"    SK_AT_{ident(a)},\n" for a in attrs))
        f.write("    SK_AT_COUNT\n};\n")
    with open(source, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/docx-allow.py from docx-allow.tsv and docx-other.tsv. */\n")
        f.write('#include "disarm/docx-names.h"\n\nconst char *const sk_docx_attr_names[SK_AT_COUNT] = {\n    "",\n')
        f.write("".join(f'    "{a}",\n' for a in attrs) + "};\n\n")
        f.write("const SkDocxAttrRow sk_docx_attr_rows[] = {\n")
        at, rows = 0, []
        for n in names:
            e = elements[n]
            for a in sorted(e["attrs"]):
                f.write(f"    {{ {number[a]}, SK_DOCX_VALUE_{e['attrs'][a].upper()} }},\n")
            rows.append((n, at, len(e["attrs"]), e["mode"], e["code"].upper().replace("-", "_")))
            at += len(e["attrs"])
        f.write("};\n\nconst SkDocxElementRow sk_docx_element_rows[SK_EL_COUNT] = {\n")
        f.write('    { "", 0, 0, SK_DOCX_MODE_DROP, SK_ELEMENT_UNKNOWN_PART },\n')
        for n, start, count, mode, code in rows:
            f.write(f'    {{ "{n}", {start}, {count}, SK_DOCX_MODE_{mode}, SK_ELEMENT_{code} }},\n')
        f.write("};\n")


main()
