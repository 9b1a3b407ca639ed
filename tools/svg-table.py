#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""svg-table.py SVG.MD SOURCE: the table of docs/formats/svg.md, as C for sekisho-verify, which is written from that page
alone. Whatever this reader does not understand ends the build."""
import re
import sys

page, source = sys.argv[1:]
rows = open(page, encoding="utf-8").read().split("\n## The table\n", 1)[1].split("```")[1].strip("\n").split("\n")
KINDS = {"-": "0", "drawn": "SK_SVG_DRAWN", "path": "SK_SVG_SHAPE", "clip": "SK_SVG_CLIP", "filter": "SK_SVG_FILTER",
         "gradient": "SK_SVG_GRADIENT", "marker": "SK_SVG_MARKER", "mask": "SK_SVG_MASK", "pattern": "SK_SVG_PATTERN"}
elements, attributes = [], []
for row in rows:
    element = re.fullmatch(r"([A-Za-z]+)\t([emt])\t(-|[a-z]+)", row)
    attribute = re.fullmatch(r"@([A-Za-z0-9:-]+)\t([vcufdtihb])(\tp)?", row)
    if element:
        elements.append(f"    {{ \"{element[1]}\", '{element[2]}', {KINDS[element[3]]} }},\n")
    elif attribute:
        attributes.append(f"    {{ \"{attribute[1]}\", '{attribute[2]}' }},\n")
    else:
        sys.exit(f"svg table: row '{row}'")
with open(source, "w", encoding="utf-8") as out:
    out.write("/* Made by tools/svg-table.py. */\n#include \"verify/svg.h\"\n\n")
    out.write("const SkSvgElement sk_svg_table[] = {\n" + "".join(elements) + "};\n")
    out.write(f"const unsigned sk_svg_table_n = {len(elements)};\n\n")
    out.write("const SkSvgAttribute sk_svg_attribute_table[] = {\n" + "".join(attributes) + "};\n")
    out.write(f"const unsigned sk_svg_attribute_table_n = {len(attributes)};\n")
