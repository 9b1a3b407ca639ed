#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-html-table.py ROOT: the table of web pages is the same on both sides: the disarmer's, and the page that verify is
made of."""
import sys

root = sys.argv[1]
ours = [line for line in open(f"{root}/src/disarm/html-allow.tsv", encoding="utf-8") if not line.startswith("#")]
page = open(f"{root}/docs/formats/html.md", encoding="utf-8").read().split("\n## The table\n", 1)[1].split("```")[1]
assert "".join(ours).strip("\n") == page.strip("\n"), "html-allow.tsv and html.md differ"
