#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""svg-allow.py TABLE HEADER SOURCE: the elements and attributes of svg-allow.tsv, as C for sekisho-disarm."""
import re
import sys

table, header, source = sys.argv[1:]
CONTENT = {"e": "SK_SVG_ELEMENTS", "m": "SK_SVG_MIXED", "t": "SK_SVG_TEXT"}
CLASSES = {"v": "VALUES", "c": "COLOUR", "u": "URL", "f": "FAMILY", "d": "PATH", "t": "TRANSFORM", "i": "ID", "h": "HREF", "b": "BLEND"}
TARGETS = ["-", "drawn", "path", "clip", "filter", "gradient", "marker", "mask", "pattern"]


def symbol(name):
    return re.sub(r"[^A-Za-z0-9]", "_", name).upper() if name != "in" else "IN"


elements, attributes = [], []
for line in open(table, encoding="utf-8"):
    cells = line.rstrip("\n").split("\t")
    if line.startswith("#"):
        continue
    if cells[0].startswith("@"):
        attributes.append((cells[0][1:], CLASSES[cells[1]], len(cells) > 2 and cells[2] == "p"))
    else:
        elements.append((cells[0], CONTENT[cells[1]], TARGETS.index(cells[2])))
for rows in (elements, attributes):
    names = [row[0] for row in rows]
    if names != sorted(names) or len(set(names)) != len(names):
        sys.exit("svg-allow: rows in order, none twice")

with open(header, "w", encoding="utf-8") as out:
    out.write("/* Made by tools/svg-allow.py. */\n#pragma once\n\n#include <stdbool.h>\n#include <stdint.h>\n\n")
    out.write("typedef enum { SK_SVG_ELEMENTS, SK_SVG_MIXED, SK_SVG_TEXT } SkSvgContent;\n")
    out.write("typedef enum { " + ", ".join("SK_SVG_" + c for c in CLASSES.values()) + " } SkSvgClass;\n")
    out.write("typedef enum { " + ", ".join("SK_SVG_TO_" + ("NOTHING" if t == "-" else t.upper()) for t in TARGETS) + " } SkSvgTarget;\n\n")
    for kind, rows in (("E", elements), ("A", attributes)):
        out.write(f"enum {{\n    SK_SVG_{kind}_NONE,\n")
        out.writelines(f"    SK_SVG_{kind}_{symbol(row[0])},\n" for row in rows)
        out.write(f"    SK_SVG_{kind}_COUNT\n}};\n\n")
    out.write("typedef struct {\n    const char *name;\n    SkSvgContent content;\n    SkSvgTarget target;\n} SkSvgElementRow;\n"
              "typedef struct {\n    const char *name;\n    SkSvgClass kind;\n    bool property;\n} SkSvgAttributeRow;\n\n"
              "extern const SkSvgElementRow sk_svg_elements[SK_SVG_E_COUNT];\n"
              "extern const SkSvgAttributeRow sk_svg_attributes[SK_SVG_A_COUNT];\n")
with open(source, "w", encoding="utf-8") as out:
    out.write('/* Made by tools/svg-allow.py. */\n#include "svg-allow.h"\n\n')
    out.write("const SkSvgElementRow sk_svg_elements[SK_SVG_E_COUNT] = {\n    { .name = \"\" },\n")
    out.writelines(f'    {{ "{n}", {c}, (SkSvgTarget){t} }},\n' for n, c, t in elements)
    out.write("};\n\nconst SkSvgAttributeRow sk_svg_attributes[SK_SVG_A_COUNT] = {\n    { .name = \"\" },\n")
    out.writelines(f'    {{ "{n}", SK_SVG_{c}, {"true" if p else "false"} }},\n' for n, c, p in attributes)
    out.write("};\n")
