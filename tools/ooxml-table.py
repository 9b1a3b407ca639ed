#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ooxml-table.py FORMAT DOCUMENT HEADER SOURCE: the table at the end of docs/formats/FORMAT.md, as C for sekisho-verify.

The document is what verify carries out: the table is read from the page that people read. Whatever
this reader does not understand ends the build.
"""
import pathlib
import re
import sys

NAME = re.compile(r"(?:[a-z][a-z0-9]*:)?[A-Za-z][A-Za-z0-9_.-]*")
CLASS = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
OWN_PREFIX = ("w", "m")  # whose attributes without a prefix have the element's


def table(path):
    text = path.read_text(encoding="utf-8")
    blocks = text.split("\n## The table\n", 1)[1].split("```")
    if len(blocks) != 3 or blocks[2].strip():
        sys.exit(f"{path}: one block of rows ends the document")
    return [line for line in blocks[1].split("\n") if line]


def attribute(cell, prefix):
    name, _, kind = cell.rpartition(":")
    if not CLASS.fullmatch(kind) or not NAME.fullmatch(name):
        sys.exit(f"table: attribute '{cell}'")
    if ":" not in name and prefix in OWN_PREFIX:
        name = f"{prefix}:{name}"
    return name, kind


def expand(cells, prefix, macros):
    out = {}
    for cell in cells:
        for one in macros[cell] if cell[0] == "@" else [cell]:
            name, kind = attribute(one, prefix)
            if out.get(name, kind) != kind:
                sys.exit(f"table: '{name}' has two classes")
            out[name] = kind
    return tuple(sorted(out.items()))


def prefix_of(name):
    return name.rpartition(":")[0]


def read(path):
    """Rows `&DOCUMENT prefixes` take over the macros and rows of another document; one's own come before those."""
    macros, elements, taken = {}, {}, {}
    for line in table(path):
        cells = line.split("\t")
        if cells[0][0] == "&":
            prefixes = cells[1].split()
            theirs, rows = read(path.parent / cells[0][1:])
            macros |= theirs
            taken |= {n: row for n, row in rows.items() if prefix_of(n) in prefixes}
            continue
        if cells[0][0] == "@":
            macros[cells[0]] = cells[1].split()
            continue
        names, content, attributes = cells[0].split(), cells[1], cells[2].split() if len(cells) > 2 else []
        if content not in ("e", "t") or len(cells) > 3:
            sys.exit(f"{path}: row of '{cells[0]}'")
        for name in names:
            if name in elements or not NAME.fullmatch(name):
                sys.exit(f"{path}: element '{name}' twice, or not a name")
            elements[name] = (content, expand(attributes, prefix_of(name), macros))
    return macros, taken | elements


def key_of(name):
    """The last eight bytes as a number: SkXml's key."""
    return int.from_bytes(name.encode()[-8:], "big")


def hash_of(name, bits):
    return (key_of(name) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) >> (64 - bits)


def symbol(name):
    return re.sub(r"[^A-Za-z0-9]", "_", name)


def main():
    format_name, path, header, source = sys.argv[1:]
    _, elements = read(pathlib.Path(path))
    classes = sorted({kind for _, attributes in elements.values() for _, kind in attributes})
    if len({symbol(n) for n in elements}) != len(elements):
        sys.exit(f"{path}: two elements would have one symbol")
    lists, bits = {}, 12
    slots = 1 << bits
    for _, attributes in elements.values():
        lists.setdefault(attributes, sum(len(l) for l in lists))
    hashed = [0] * slots
    for i, name in enumerate(elements, 1):
        at = hash_of(name, bits)
        while hashed[at]:
            at = (at + 1) % slots
        hashed[at] = i
    made = f"/* Made by tools/ooxml-table.py from docs/formats/{format_name}.md. */\n"
    with open(header, "w", encoding="utf-8") as f:
        f.write(f"{made}#pragma once\n\n#include \"verify/ooxml-table.h\"\n\nenum {{\n    E_NONE = 0,\n")
        f.writelines(f"    E_{symbol(name)},\n" for name in elements)
        f.write("    E_COUNT\n};\n\nenum {\n")
        f.writelines(f"    C_{kind},\n" for kind in classes)
        f.write(f"    C_COUNT\n}};\n\nextern const SkOoxmlTable sk_{format_name}_table;\n")
    with open(source, "w", encoding="utf-8") as f:
        f.write(f"{made}#include \"{format_name}-elements.h\"\n\nstatic const SkOoxmlAttribute attributes[] = {{\n")
        for attributes in lists:
            f.writelines(f'    {{ {key_of(name):#x}u, "{name}", {len(name)}, C_{kind} }},\n' for name, kind in attributes)
        f.write("};\n\nstatic const SkOoxmlRow rows[E_COUNT] = {\n    [E_NONE] = { 0, \"\", 0, false, 0, 0 },\n")
        for name, (content, attributes) in elements.items():
            f.write(f'    [E_{symbol(name)}] = {{ {key_of(name):#x}u, "{name}", {len(name)}, {"true" if content == "t" else "false"}, '
                    f"{lists[attributes]}, {len(attributes)} }},\n")
        f.write("};\n\nstatic const uint16_t slots[SK_OOXML_SLOTS] = {\n")
        f.writelines(f"    [{i}] = {e},\n" for i, e in enumerate(hashed) if e)
        f.write(f"}};\n\nconst SkOoxmlTable sk_{format_name}_table = {{ attributes, rows, slots }};\n")


main()
