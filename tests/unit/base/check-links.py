#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-links.py SOURCE: every link of a document leads to a file, and every decision stands in the index."""
import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def main():
    root = pathlib.Path(sys.argv[1])
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in LINK.findall(page.read_text())]
    bad = [f"{page.relative_to(root)} links to {link}, which is not there" for page, link in links
           if "://" not in link and not (page.parent / link).exists()]
    index = (root / "docs/decisions/README.md").read_text()
    bad += [f"{p.name} is not in the index of decisions" for p in (root / "docs/decisions").glob("[0-9]*.md")
            if f"({p.name})" not in index]
    if len(links) < 30:
        bad.append(f"only {len(links)} links read: is this the source?")
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
