#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""formula-functions.py TSV HEADER SOURCE: the list of functions that formulas may call, in byte order, as C."""
import re
import sys


def main():
    path, header, source = sys.argv[1:]
    text = "".join(line for line in open(path, encoding="utf-8") if line[0] != "#")
    names = text.split()
    for name in names:
        if not re.fullmatch(r"[A-Z][A-Z0-9]*(\.[A-Z0-9]+)*", name) or names.count(name) != 1:
            sys.exit(f"{path}: '{name}' is no name of a function, or stands twice")
    made = "/* Made by tools/formula-functions.py from formula-functions.tsv. */\n"
    with open(header, "w", encoding="utf-8") as f:
        f.write(made + "#pragma once\n\n#include <stddef.h>\n\nextern const char *const sk_formula_functions[];\n"
                "extern const size_t sk_formula_functions_count;\n")
    with open(source, "w", encoding="utf-8") as f:
        f.write(made + '#include "formula-functions.h"\n\nconst char *const sk_formula_functions[] = {\n')
        f.writelines(f'    "{name}",\n' for name in sorted(names))
        f.write(f"}};\nconst size_t sk_formula_functions_count = {len(names)};\n")


main()
