#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""html-allow.py TABLE SOURCE: html-allow.tsv as C for sekisho-disarm."""
import sys

table, source = sys.argv[1:]
lists = {"element": [], "attribute": [], "property": []}
for line in open(table, encoding="utf-8"):
    if line.startswith("#"):
        continue
    cells = line.rstrip("\n").split("\t")
    kind = {"@": "attribute", ":": "property"}.get(cells[0][0], "element")
    name = cells[0].lstrip("@:")
    where = " " + cells[2] + " " if len(cells) > 2 else ""
    lists[kind].append((name, cells[1], where))
with open(source, "w", encoding="utf-8") as out:
    out.write('/* Made by tools/html-allow.py. */\n#include "disarm/html.h"\n')
    for kind, rows in lists.items():
        if [row[0] for row in rows] != sorted({row[0] for row in rows}):
            sys.exit(f"html-allow: {kind}s in order, none twice")
        out.write(f"\nconst SkHtmlRow sk_html_{kind}_rows[] = {{\n")
        out.writelines(f'    {{ "{n}", \'{c}\', "{w}" }},\n' for n, c, w in rows)
        out.write(f"}};\nconst unsigned sk_html_{kind}_rows_n = {len(rows)};\n")
