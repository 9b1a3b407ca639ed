#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ooxml-allow.py OUTPUT… -- INPUT…: turn the tables of Office Open XML's elements into C.

INPUT: ooxml-namespaces.tsv, drawing-allow.tsv, drawing-other.tsv (shared by all kinds), then KIND-allow.tsv and KIND-other.tsv of each
kind. OUTPUT: ooxml-symbols.h, ooxml-symbols.c, then KIND-rows.c of each kind, in the same order.

Names are numbered in byte order over all kinds, so that a symbol finds its row and sorting attributes by symbol sorts them by name.
Checks what a person editing a table can get wrong, and names the line.
"""
import os
import re
import sys

LETTERS = "nksypqg"
NAME = re.compile(r"(?:([a-z0-9]+):)?[A-Za-z_][A-Za-z0-9_]*$")
PREFIXED_ATTRIBUTES = ("w", "m")


def lines(path):
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if line[0] not in "#\n":
                yield f"{path}:{number}", line.rstrip("\n").split("\t")


def prefix_of(where, name):
    match = NAME.match(name)
    if not match:
        sys.exit(f"{where}: bad name '{name}'")
    return match.group(1) or ""


def value(where, kind, classes):
    """The row's class and its detail."""
    if kind in classes:
        return f"SK_VALUE_OWN, SK_CLASS_{kind}"
    if kind in LETTERS and len(kind) == 1:
        return f"SK_VALUE_{kind.upper()}, 0"
    if re.fullmatch("[a-z_][A-Za-z_]+", kind):
        name = re.sub("([A-Z])", r"_\1", kind).upper()
        return f"SK_VALUE_REL, SK_OOXML_{'HYPERLINK' if kind == 'link' else name}"
    sys.exit(f"{where}: no class '{kind}'")


def attributes(where, prefix, cell, macros, classes):
    out = {}
    for item in cell.split():
        if item[0] == "@":
            if item not in macros:
                sys.exit(f"{where}: no macro '{item}'")
            inner = attributes(where, prefix, macros[item], macros, classes)
        else:
            name, _, kind = item.rpartition(":")
            if prefix_of(where, name) == "" and prefix in PREFIXED_ATTRIBUTES:
                name = f"{prefix}:{name}"
            inner = {name: value(where, kind, classes)}
        if set(inner) & set(out):
            sys.exit(f"{where}: attribute twice: {set(inner) & set(out)}")
        out |= inner
    return out


class Kind:
    """The rows of one kind of document, or the shared ones."""

    def __init__(self, macros, classes):
        self.macros, self.classes, self.elements, self.reads = dict(macros), classes, {}, set()
        self.quiet = []

    def allow(self, path):
        for where, cells in lines(path):
            if cells[0][0] == "&":  # says where verify finds the shared rows
                continue
            if cells[0][0] == "@":
                self.macros[cells[0]] = cells[1]
                continue
            if len(cells) != 3 or cells[1] not in ("e", "t"):
                sys.exit(f"{where}: three columns: elements, e or t, attributes")
            for name in cells[0].split():
                if name in self.elements:
                    sys.exit(f"{where}: repeated element '{name}'")
                attrs = attributes(where, prefix_of(where, name), cells[2], self.macros, self.classes)
                self.elements[name] = {"mode": "TEXT" if cells[1] == "t" else "KEEP", "code": "none", "attrs": attrs}

    def other(self, path, shared):
        for where, cells in lines(path):
            if cells[0][0] == "%":
                continue
            if cells[0][0] == "?":  # attributes that hooks look at, and that are never written
                self.reads |= set(cells[0][1:].split())
                continue
            names, mode, code = cells
            code = "none" if code == "-" else code
            if mode == "quiet":
                self.quiet += names.split()
                continue
            for name in names.split():
                prefix_of(where, name)
                known = name in self.elements or (mode == "keep" and name in shared)
                if mode not in ("keep", "through", "drop") or known != (mode == "keep"):
                    sys.exit(f"{where}: '{name}' cannot be '{mode}'")
                if known:
                    self.elements[name] = dict(self.elements.get(name) or shared[name], code=code)
                else:
                    self.elements[name] = {"mode": mode.upper(), "code": code, "attrs": {}}


def own_classes(path):
    return [name for _, cells in lines(path) if cells[0][0] == "%" for name in cells[0][1:].split()]


def read_namespaces(path):
    out = []
    for where, cells in lines(path):
        if len(cells) != 4:
            sys.exit(f"{where}: four columns")
        prefix, kinds, uri, strict = cells
        out.append(("" if prefix == "-" else prefix, kinds.split(), uri, None if strict == "-" else strict))
    return out


def check_prefixes(kind, elements, namespaces):
    written = {p for p, kinds, _, _ in namespaces if kind in kinds}
    read = {p for p, kinds, _, _ in namespaces if "~" + kind in kinds} | written
    for name, e in elements.items():
        if e["mode"] in ("KEEP", "TEXT") and prefix_of(kind, name) not in written | {"mc"}:
            sys.exit(f"{kind}: the prefix of '{name}' is not declared")
        if prefix_of(kind, name) not in read:
            sys.exit(f"{kind}: the prefix of '{name}' is not known")
        for a in e["attrs"]:
            if ":" in a and prefix_of(kind, a) not in written:
                sys.exit(f"{kind}: the prefix of attribute '{a}' is not declared")


def merged(kind, own, shared, namespaces):
    """The shared rows that the kind has prefixes for, and over them its own."""
    known = {p for p, kinds, _, _ in namespaces if kind in kinds or "~" + kind in kinds}
    rows = {n: e for n, e in shared.items() if prefix_of(kind, n) in known}
    return rows | own


def ident(name):
    return name.replace(":", "_")


def declarations(kind, namespaces):
    for prefix, kinds, uri, _ in namespaces:
        if kind in kinds and prefix != "xml":
            yield f' xmlns{":" if prefix else ""}{prefix}=\\"{uri}\\"'


MADE = "/* Made by tools/ooxml-allow.py from the tables in src/disarm/. */\n"


def write_header(path, names, attrs, classes):
    with open(path, "w", encoding="utf-8") as f:
        f.write(MADE + "#pragma once\nenum {\n    SK_EL_none = 0,\n" + "".join(f"    SK_EL_{ident(n)},\n" for n in names))
        f.write("    SK_EL_COUNT\n};\nenum {\n    SK_AT_none = 0,\n" + "".join(f"    SK_AT_{ident(a)},\n" for a in attrs))
        f.write("    SK_AT_COUNT\n};\nenum {\n    SK_CLASS_none = 0,\n" + "".join(f"    SK_CLASS_{c},\n" for c in classes) + "};\n")


def write_symbols(path, names, attrs, namespaces):
    def text(s):
        return "NULL" if s is None else f'"{s}"'
    with open(path, "w", encoding="utf-8") as f:
        f.write(MADE + '#include "disarm/ooxml-vocabulary.h"\n\nconst char *const sk_ooxml_attr_names[SK_AT_COUNT] = {\n    "",\n')
        f.write("".join(f'    "{a}",\n' for a in attrs) + "};\n\nconst char *const sk_ooxml_element_names[SK_EL_COUNT] = {\n    \"\",\n")
        f.write("".join(f'    "{n}",\n' for n in names) + "};\n\nconst SkOoxmlNamespace sk_ooxml_namespaces[] = {\n")
        f.write("".join(f"    {{ {text(p)}, {text(u)}, {text(s)} }},\n" for p, _, u, s in namespaces))
        f.write("    { NULL, NULL, NULL },\n};\n")


def write_rows(path, kind, elements, attrs, namespaces, quiet):
    number = {a: i + 1 for i, a in enumerate(attrs)}
    lists, at, rows = [], {}, []
    for name in sorted(elements):
        e = elements[name]
        key = tuple((number[a], e["attrs"][a]) for a in sorted(e["attrs"]))
        if key not in at:
            at[key] = len(lists)
            lists += key
        rows.append((name, at[key], len(key), e["mode"], e["code"].upper().replace("-", "_")))
    with open(path, "w", encoding="utf-8") as f:
        f.write(MADE + f'#include "disarm/ooxml-rebuild.h"\n\nconst char sk_{kind}_declarations[] =\n')
        f.write("\n".join(f'    "{d}"' for d in declarations(kind, namespaces)) + ";\n\n")
        f.write(f"const SkOoxmlAttrRow sk_{kind}_attrs[] = {{\n")
        f.write("".join(f"    {{ {n}, {v} }},\n" for n, v in lists) + "    { 0, 0, 0 },\n};\n\n")
        f.write(f"const bool sk_{kind}_quiet[SK_AT_COUNT] = {{\n    [0] = false,\n")
        f.write("".join(f"    [SK_AT_{ident(a)}] = true,\n" for a in sorted(set(quiet))) + "};\n\n")
        f.write(f"const SkOoxmlElementRow sk_{kind}_elements[SK_EL_COUNT] = {{\n")
        for name, start, count, mode, code in rows:
            f.write(f'    [SK_EL_{ident(name)}] = {{ "{name}", {start}, {count}, SK_OOXML_{mode}, SK_ELEMENT_{code} }},\n')
        f.write("};\n")


def main():
    split = sys.argv.index("--")
    outputs, inputs = sys.argv[1:split], sys.argv[split + 1:]
    namespaces = read_namespaces(inputs[0])
    shared = Kind({}, [])
    shared.allow(inputs[1])
    shared.other(inputs[2], {})
    kinds, classes, reads, quiet = {}, set(), set(), {}
    for allow, other in zip(inputs[3::2], inputs[4::2]):
        kind = os.path.basename(allow).removesuffix("-allow.tsv")
        own = Kind(shared.macros, own_classes(other))
        classes |= set(own.classes)
        own.allow(allow)
        own.other(other, shared.elements)
        reads |= own.reads
        quiet[kind] = own.quiet
        kinds[kind] = merged(kind, own.elements, shared.elements, namespaces)
        check_prefixes(kind, kinds[kind], namespaces)
    names = sorted({n for rows in kinds.values() for n in rows} | set(shared.elements))
    attrs = sorted({a for rows in kinds.values() for e in rows.values() for a in e["attrs"]} |
                   {a for e in shared.elements.values() for a in e["attrs"]} | reads | {a for names in quiet.values() for a in names})
    for table in (names, attrs):
        if len({ident(n) for n in table}) != len(table):
            sys.exit("two names have one symbol")
    write_header(outputs[0], names, attrs, sorted(classes))
    write_symbols(outputs[1], names, attrs, namespaces)
    for path, (kind, rows) in zip(outputs[2:], kinds.items()):
        write_rows(path, kind, rows, attrs, namespaces, quiet[kind])


main()
