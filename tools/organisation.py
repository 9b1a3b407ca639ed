#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""organisation.py BODIES ROLES CONFLICTS SOURCE: turn three tables of data/ into C.

Checks what a person editing a table can get wrong, and names the line.
"""
import re
import sys

REACHES = {"town": "SK_REACH_TOWN", "body": "SK_REACH_BODY", "section": "SK_REACH_SECTION"}
ACCOUNTS = {"none": "0", "security-manager": "SK_ROLE_SECURITY_MANAGER", "auditor": "SK_ROLE_AUDITOR"}
BESIDES = {"approver", "administrator"}


def rows(path, columns, key):
    seen = set()
    with open(path, encoding="utf-8") as f:
        lines = [(i + 1, l.rstrip("\n").split("\t")) for i, l in enumerate(f) if l[0] != "#"]
    if lines[0][1] != columns:
        sys.exit(f"{path}: the columns are {columns}")
    for number, cells in lines[1:]:
        if len(cells) != len(columns) or "" in cells:
            sys.exit(f"{path}:{number}: {len(columns)} columns, none of them empty")
        row = dict(zip(columns, cells))
        name = key(row)
        if name in seen:
            sys.exit(f"{path}:{number}: there twice")
        seen.add(name)
        yield number, row


def text(s):
    return '"' + ("" if s == "-" else s).replace("\\", "\\\\").replace('"', '\\"') + '"'


def code(path, number, row, column, allowed=None):
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,31}", row[column]) or (allowed and row[column] not in allowed):
        sys.exit(f"{path}:{number}: no such {column} '{row[column]}'")
    return text(row[column])


def main():
    bodies_path, roles_path, conflicts_path, source = sys.argv[1:]
    bodies = list(rows(bodies_path, ["code", "ja", "en", "also"], lambda r: r["code"]))
    roles = list(rows(roles_path, ["code", "ja", "en", "holders", "scope", "account", "also"], lambda r: r["code"]))
    conflicts = list(rows(conflicts_path, ["a", "b", "ja", "en"], lambda r: frozenset((r["a"], r["b"]))))
    known = {r["code"] for _, r in roles} | BESIDES
    with open(source, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/organisation.py from data/. */\n#include \"store/organisation.h\"\n\n")
        f.write("static const SkTownBody bodies[] = {\n")
        for n, r in bodies:
            f.write(f"    {{ {code(bodies_path, n, r, 'code')}, {text(r['ja'])}, {text(r['en'])}, {text(r['also'])} }},\n")
        f.write("};\n\nstatic const SkSecurityRole roles[] = {\n")
        for n, r in roles:
            if r["holders"] not in ("1", "n") or r["scope"] not in REACHES or r["account"] not in ACCOUNTS:
                sys.exit(f"{roles_path}:{n}: holders, scope or account")
            f.write(f"    {{ {code(roles_path, n, r, 'code')}, {text(r['ja'])}, {text(r['en'])}, {text(r['also'])}, "
                    f"{'true' if r['holders'] == 'n' else 'false'}, {REACHES[r['scope']]}, {ACCOUNTS[r['account']]} }},\n")
        f.write("};\n\nstatic const SkRoleConflict conflicts[] = {\n")
        for n, r in conflicts:
            if r["a"] == r["b"]:
                sys.exit(f"{conflicts_path}:{n}: a role is not apart from itself")
            f.write(f"    {{ {code(conflicts_path, n, r, 'a', known)}, {code(conflicts_path, n, r, 'b', known)}, "
                    f"{text(r['ja'])}, {text(r['en'])} }},\n")
        f.write("};\n")
        for kind, name, table in (("SkTownBody", "sk_bodies", "bodies"), ("SkSecurityRole", "sk_security_roles", "roles"),
                                  ("SkRoleConflict", "sk_role_conflicts", "conflicts")):
            f.write(f"\nconst {kind} *\n{name}(unsigned *ret_n)\n{{\n    *ret_n = G_N_ELEMENTS({table});\n    return {table};\n}}\n")


if __name__ == "__main__":
    main()
