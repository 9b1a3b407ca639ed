#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-symbols.py SOURCE BUILD: what a program must not link, it does not.

sekisho-verify holds nothing of src/format and src/disarm; sekisho holds nothing of these, nor of
src/verify. Seen twice: in the symbols of the built programs, and in the #include lines of src/verify.
"""
import pathlib
import re
import subprocess
import sys

GLOBAL = set("TDRBV")


def symbols(path):
    lines = subprocess.run(["nm", "-P", "--defined-only", str(path)], capture_output=True, text=True, check=True).stdout
    cells = (line.split() for line in lines.splitlines() if line and not line.endswith(":"))
    return {c[0] for c in cells if len(c) > 1 and c[1] in GLOBAL and c[0].startswith("sk_")}


def main():
    source, build = map(pathlib.Path, sys.argv[1:])
    folders = {f: symbols(build / f"src/{f}/libsk-{f}.a") for f in ("format", "disarm", "verify")}
    bad = [f"no symbols in libsk-{f}.a" for f, names in folders.items() if len(names) < 3]
    for program, forbidden in (("sekisho-verify", ("format", "disarm")), ("sekisho", ("format", "disarm", "verify"))):
        linked = symbols(build / program)
        if len(linked) < 10:
            bad.append(f"no symbols in {program}")
        for folder in forbidden:
            bad += [f"{program} holds {s} of src/{folder}" for s in sorted(linked & folders[folder])]
    if not symbols(build / "sekisho-verify") & folders["verify"]:
        bad.append("sekisho-verify holds nothing of src/verify")
    for path in (source / "src/verify").glob("*.[ch]"):
        for include in re.findall(r'^#include "([^"]+)"', path.read_text(encoding="utf-8"), re.M):
            if not include.startswith(("verify/", "base/", "sandbox/", "docx-elements.h", "xlsx-elements.h", "pptx-elements.h", "odf-elements.h")):
                bad.append(f"{path.name} includes {include}")
    print("\n".join(bad) if bad else "the programs hold what they may")
    sys.exit(1 if bad else 0)


main()
