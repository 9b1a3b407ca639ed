#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""function-table.py FORMULA.MD SOURCE: the functions listed at the end of docs/formats/formula.md, as C for sekisho-verify."""
import re
import sys

NAME = re.compile(r"[A-Z][A-Z0-9.]*")


def main():
    path, source = sys.argv[1:]
    text = open(path, encoding="utf-8").read()
    blocks = text.split("\n## Functions\n", 1)[1].split("```")
    names = sorted(blocks[1].split())
    bad = [n for n in names if not NAME.fullmatch(n)]
    if len(blocks) != 3 or blocks[2].strip() or bad or len(names) < 100 or len(set(names)) != len(names):
        sys.exit(f"{path}: one block of different names ends the document {bad}")
    with open(source, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/function-table.py from docs/formats/formula.md. */\n"
                '#include "verify/xlsx-formula.h"\n\n#include <stdlib.h>\n#include <string.h>\n\n'
                "static const char *const functions[] = {\n")
        f.writelines(f'    "{name}",\n' for name in names)
        f.write("};\n\nstatic int\ncompare(const void *a, const void *b)\n{\n"
                "    return strcmp(a, *(const char *const *)b);\n}\n\n"
                "bool\nsk_workbook_is_function(const char *name)\n{\n"
                "    return bsearch(name, functions, G_N_ELEMENTS(functions), sizeof functions[0], compare) != NULL;\n}\n")


main()
