#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docx-table.py DOCX.MD HEADER SOURCE: the table at the end of docs/formats/docx.md, as C for sekisho-verify.

The document is what verify carries out: the table is read from the page that people read. Whatever
this reader does not understand ends the build.
"""
import re
import sys

CLASSES = ["n", "k", "s", "y", "p", "q", "g", "image", "header", "footer", "chart", "link"]
NAME = re.compile(r"(?:[a-z0-9]+:)?[A-Za-z][A-Za-z0-9]*")


def table(path):
    text = open(path, encoding="utf-8").read()
    blocks = text.split("\n## The table\n", 1)[1].split("```")
    if len(blocks) != 3 or blocks[2].strip():
        sys.exit(f"{path}: one block of rows ends the document")
    return [line for line in blocks[1].split("\n") if line]


def attribute(cell, prefix):
    name, _, kind = cell.rpartition(":")
    if kind not in CLASSES or not NAME.fullmatch(name):
        sys.exit(f"docx table: attribute '{cell}'")
    if ":" not in name and prefix in ("w", "m"):
        name = f"{prefix}:{name}"
    return name, CLASSES.index(kind)


def expand(cells, prefix, macros):
    out = {}
    for cell in cells:
        for one in macros[cell] if cell[0] == "@" else [cell]:
            name, kind = attribute(one, prefix)
            if out.get(name, kind) != kind:
                sys.exit(f"docx table: '{name}' has two classes")
            out[name] = kind
    return tuple(sorted(out.items()))


def read(lines):
    macros, elements = {}, {}
    for line in lines:
        cells = line.split("\t")
        if cells[0][0] == "@":
            macros[cells[0]] = cells[1].split()
            continue
        names, content, attributes = cells[0].split(), cells[1], cells[2].split() if len(cells) > 2 else []
        if content not in ("e", "t"):
            sys.exit(f"docx table: content '{content}'")
        for name in names:
            if name in elements or not NAME.fullmatch(name) or ":" not in name:
                sys.exit(f"docx table: element '{name}' twice, or not a name")
            elements[name] = (content, expand(attributes, name.split(":")[0], macros))
    return elements


def hash_of(name, slots):
    value = 0
    for c in name.encode():
        value = (value * 31 + c) & 0xFFFFFFFF
    return (value ^ value >> 12) % slots


def main():
    path, header, source = sys.argv[1:]
    elements = read(table(path))
    lists, slots = {}, 4096
    for _, attributes in elements.values():
        lists.setdefault(attributes, sum(len(l) for l in lists))
    hashed = [0] * slots
    for i, name in enumerate(elements, 1):
        at = hash_of(name, slots)
        while hashed[at]:
            at = (at + 1) % slots
        hashed[at] = i
    with open(header, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/docx-table.py from docs/formats/docx.md. */\n#pragma once\n\ntypedef enum {\n    E_NONE = 0,\n")
        f.writelines(f"    E_{name.replace(':', '_')},\n" for name in elements)
        f.write(f"    E_COUNT\n}} SkDocxElement;\n\n#define SK_DOCX_SLOTS {slots}u\n")
    with open(source, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/docx-table.py from docs/formats/docx.md. */\n#include \"verify/docx-table.h\"\n\n")
        f.write("const SkDocxAttribute sk_docx_attributes[] = {\n")
        for attributes in lists:
            f.writelines(f'    {{ "{name}", {len(name)}, SK_DOCX_{CLASSES[kind].upper()} }},\n' for name, kind in attributes)
        f.write("};\n\nconst SkDocxRow sk_docx_rows[E_COUNT] = {\n    [E_NONE] = { \"\", 0, false, 0, 0 },\n")
        for name, (content, attributes) in elements.items():
            f.write(f'    [E_{name.replace(":", "_")}] = {{ "{name}", {len(name)}, {"true" if content == "t" else "false"}, '
                    f"{lists[attributes]}, {len(attributes)} }},\n")
        f.write("};\n\nconst uint16_t sk_docx_slots[SK_DOCX_SLOTS] = {\n")
        f.writelines(f"    [{i}] = {e},\n" for i, e in enumerate(hashed) if e)
        f.write("};\n")


main()
