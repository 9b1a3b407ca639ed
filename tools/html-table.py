#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""html-table.py HTML.MD SOURCE: the table of docs/formats/html.md, as C for sekisho-verify, which is written from that
page alone. Whatever this reader does not understand ends the build."""
import re
import sys

page, source = sys.argv[1:]
rows = open(page, encoding="utf-8").read().split("\n## The table\n", 1)[1].split("```")[1].strip("\n").split("\n")
out = []
for row in rows:
    if element := re.fullmatch(r"([a-z0-9]+)\t([cv])", row):
        out.append(f"    {{ \"{element[1]}\", 'e', '{element[2]}', \"\" }},\n")
    elif attribute := re.fullmatch(r"@([a-z]+)\t([tnlwcfgmzbshpi])\t(\*|[a-z0-9]+(?: [a-z0-9]+)*)", row):
        out.append(f"    {{ \"{attribute[1]}\", '@', '{attribute[2]}', \" {attribute[3]} \" }},\n")
    elif style := re.fullmatch(r":([a-z-]+)\t([vf])", row):
        out.append(f"    {{ \"{style[1]}\", ':', '{style[2]}', \"\" }},\n")
    else:
        sys.exit(f"html table: row '{row}'")
with open(source, "w", encoding="utf-8") as file:
    file.write("/* Made by tools/html-table.py. */\n#include \"verify/html.h\"\n\n")
    file.write("const SkHtmlTableRow sk_html_table[] = {\n" + "".join(out) + "};\n")
    file.write(f"const unsigned sk_html_table_n = {len(out)};\n")
