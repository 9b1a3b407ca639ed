#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""html-entities.py SOURCE: the named characters of HTML (as Python's library has them), sorted, as C."""
import html.entities
import sys

with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write('/* Made by tools/html-entities.py. */\n#include "format/html-token.h"\n\n')
    out.write("const SkHtmlEntity sk_html_entities[] = {\n")
    rows = sorted(html.entities.html5.items(), key=lambda row: row[0].encode())
    for name, text in rows:
        octets = "".join(f"\\x{b:02x}" for b in text.encode())
        out.write(f'    {{ "{name}", "{octets}" }},\n')
    out.write(f"}};\n\nconst unsigned sk_html_entities_n = {len(rows)};\n")
