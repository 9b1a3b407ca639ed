#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-headers.py SOURCE: every file of ours that a source names in its first comment is there.

A `Spec:` or `Tests:` that leads nowhere tells a reader of a test that nobody wrote. A decision may be named by
its number alone.
"""
import pathlib
import re
import sys

PATH = re.compile(r"\b(?:data|docs|script|src|tests|tools|web)/[A-Za-z0-9_./*-]*[A-Za-z0-9_/*]")
KINDS = (".c", ".h", ".y", ".l")


def named(text):
    end = text.find("*/")
    return PATH.findall(text[:end]) if text.startswith("/*") and end > 0 else []


def exists(root, name):
    if name.endswith("/"):
        return (root / name).is_dir()
    if "*" in name:
        return any(root.glob(name))
    if (root / name).exists() or (root / "src" / name).exists():  # a header may be named as #include names it
        return True
    return name.startswith("docs/decisions/") and any(root.glob(name + "-*"))


def main():
    root = pathlib.Path(sys.argv[1])
    files = [p for folder in ("src", "tests") for p in sorted((root / folder).rglob("*")) if p.suffix in KINDS]
    pairs = [(p.relative_to(root), n) for p in files for n in named(p.read_text(errors="replace"))]
    bad = [f"{p} names {n}, which is not there" for p, n in pairs if not exists(root, n)]
    if len(pairs) < 100:
        bad.append(f"only {len(pairs)} names read: is this the source?")
    if exists(root, "tests/unit/base/test-nothing.c") or named("/* Tests: tests/a.c */") != ["tests/a.c"]:
        bad.append("this check finds nothing")
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
