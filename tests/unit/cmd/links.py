#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""links.py PROGRAM PREFIX,... ARCHIVE...: nothing of the archives, and no symbol with one of the
prefixes, is linked into the program. Says TAP.

`sekisho` holds no parser of content and no zygote; sekisho-verify nothing of the disarmer's, and the
other way round; only sekisho-wall links BuDDy and netlink.
"""
import os
import subprocess
import sys


def defined(path):
    out = subprocess.run(["nm", "--defined-only", "-P", path], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in out.splitlines())
    return {row[0] for row in rows if len(row) >= 2 and row[1] in "TtDRB" and row[0].startswith("sk_")}


program, prefixes, archives = sys.argv[1], tuple(sys.argv[2].split(",")), sys.argv[3:]
mine = defined(program)
netlink = ("bdd_", "mnl_", "nfct_", "nflog_", "nft_")
wanted = subprocess.run(["nm", "--undefined-only", "-P", program], capture_output=True, text=True, check=True).stdout
found = [("has symbols to look at", [] if len(mine) > 20 else ["none"]),
         ("without " + " ".join(prefixes), [s for s in mine if s.startswith(prefixes)])]
found += [("without " + os.path.basename(a), mine & defined(a)) for a in archives]
if os.path.basename(program) != "sekisho-wall":
    found += [("without BuDDy and netlink", {s for s in wanted.split() if s.startswith(netlink)})]
print(f"1..{len(found)}")
for number, (what, symbols) in enumerate(found, 1):
    print("not ok" if symbols else "ok", number, what, *sorted(symbols)[:5])
sys.exit(1 if any(symbols for _, symbols in found) else 0)
