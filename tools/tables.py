#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tables.py TYPES ELEMENTS HEADER SOURCE: turn the two tables of data/ into C.

Checks what a person editing a table can get wrong, and names the line.
"""
import hashlib
import re
import sys

VERDICTS = ["kept", "removed", "replaced", "text", "nested", "refused"]


def rows(path, columns):
    seen = set()
    with open(path, encoding="utf-8") as f:
        lines = [(i + 1, l.rstrip("\n").split("\t")) for i, l in enumerate(f) if l[0] != "#"]
    if lines[0][1] != columns:
        sys.exit(f"{path}: the columns are {columns}")
    for number, cells in lines[1:]:
        if len(cells) != len(columns):
            sys.exit(f"{path}:{number}: {len(cells)} columns, not {len(columns)}")
        if not re.fullmatch(r"[a-z0-9-]{1,40}", cells[0]) or cells[0] in seen:
            sys.exit(f"{path}:{number}: bad or repeated name '{cells[0]}'")
        seen.add(cells[0])
        yield number, dict(zip(columns, cells))


def ident(name):
    return name.upper().replace("-", "_")


def text(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def verdict_bits(path, number, row):
    allowed = row["allowed"].split(",")
    for v in allowed + [row["default"]]:
        if v not in VERDICTS:
            sys.exit(f"{path}:{number}: no verdict '{v}'")
    if row["default"] not in allowed:
        sys.exit(f"{path}:{number}: the default is not among the allowed")
    return " | ".join(f"1u << SK_VERDICT_{v.upper()}" for v in allowed)


def main():
    types_path, elements_path, header, source = sys.argv[1:]
    types = list(rows(types_path, ["name", "extension", "also", "mime", "ja", "en"]))
    elements = list(rows(elements_path, ["code", "format", "default", "allowed", "ja", "en"]))
    print_hash = hashlib.sha256(b"".join(open(p, "rb").read() for p in (types_path, elements_path)))
    with open(header, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/tables.py from data/types.tsv and data/elements.tsv. */\n#pragma once\n")
        f.write("typedef enum {\n    SK_TYPE_NONE = 0,\n")
        f.writelines(f"    SK_TYPE_{ident(r['name'])},\n" for _, r in types)
        f.write("    SK_TYPE_COUNT\n} SkType;\n\ntypedef enum {\n    SK_ELEMENT_NONE = 0,\n")
        f.writelines(f"    SK_ELEMENT_{ident(r['code'])},\n" for _, r in elements)
        f.write("    SK_ELEMENT_COUNT\n} SkElement;\n\n")
        f.write(f"#define SK_TABLES_FINGERPRINT 0x{print_hash.hexdigest()[:16]}ull\n")
    with open(source, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/tables.py from data/types.tsv and data/elements.tsv. */\n")
        f.write('#include "base/types.h"\n#include "base/elements.h"\n\n')
        f.write("const SkTypeRow sk_type_rows[SK_TYPE_COUNT] = {\n")
        f.write('    [SK_TYPE_NONE] = { "none", "", "", "application/octet-stream", "不明", "unknown" },\n')
        for _, r in types:
            cells = ", ".join(text(r[c]) for c in ("name", "extension", "also", "mime", "ja", "en"))
            f.write(f"    [SK_TYPE_{ident(r['name'])}] = {{ {cells} }},\n")
        f.write("};\n\nconst SkElementRow sk_element_rows[SK_ELEMENT_COUNT] = {\n")
        f.write('    [SK_ELEMENT_NONE] = { "none", "any", SK_VERDICT_REFUSED, 1u << SK_VERDICT_REFUSED, "", "" },\n')
        for number, r in elements:
            bits = verdict_bits(elements_path, number, r)
            f.write(f"    [SK_ELEMENT_{ident(r['code'])}] = {{ {text(r['code'])}, {text(r['format'])}, "
                    f"SK_VERDICT_{r['default'].upper()}, {bits}, {text(r['ja'])}, {text(r['en'])} }},\n")
        f.write("};\n")


main()
