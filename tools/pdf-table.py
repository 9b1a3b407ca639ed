#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""pdf-table.py PDF.MD HEADER SOURCE: the table of docs/formats/pdf.md, as C for sekisho-verify.

The document is what verify carries out: kinds, keys, their order and the grammar of their values are read from the page that
people read. Whatever this reader does not understand ends the build.
"""
import pathlib
import re
import sys

FORMS = {"object": "OBJECT", "stream": "STREAM", "object|stream": "EITHER", "array": "ARRAY", "direct": "DIRECT"}
WORDS = ["true", "bool", "null", "name", "text", "lang", "uri", "registry", "rect", "matrix", "colour", "dest", "widths", "widths2",
         "differences", "looks", "state-name", "appearance", "cmap-name", "structure-type"]
MOST = 2147483647
SCALE = 100000000


def die(why):
    sys.exit(f"pdf table: {why}")


def table_lines(text):
    parts = text.split("\n## The table\n", 1)
    if len(parts) != 2:
        die("no '## The table'")
    blocks = parts[1].split("```")
    if len(blocks) != 3 or blocks[2].strip():
        die("one block of rows ends the document")
    return [line.split("\t") for line in blocks[1].split("\n") if line]


def word(name):
    return name.upper().replace("-", "_")


class Patterns:
    """Patterns in one row; children of one stand side by side."""

    def __init__(self, kinds):
        self.kinds, self.rows, self.names, self.seen = kinds, [], [], {}

    def add(self, children):
        key = tuple(children)
        if key not in self.seen:
            self.seen[key] = len(self.rows)
            self.rows += children
        return self.seen[key]

    def row(self, what, repeat=1, low=0, high=0, mask=0, first=0, count=0):
        return (what, repeat, low, high, mask, first, count)

    def bounds(self, cell):
        parts = cell.split(":")
        kind, limits = parts[0], [int(p) for p in parts[1:]]
        if kind not in ("int", "num") or len(limits) > 2:
            die(f"value '{cell}'")
        scale = 1 if kind == "int" else SCALE
        low = limits[0] if limits else 0 if kind == "int" else -MOST
        return self.row("INT" if kind == "int" else "NUM", low=low * scale, high=(limits[1] if len(limits) > 1 else MOST) * scale)

    def reference(self, cell):
        mask = 0
        for name in cell.split("|"):
            if name not in self.kinds:
                die(f"no kind '{name}'")
            mask |= 1 << self.kinds[name]
        return self.row("REFERENCE", mask=mask)

    def one(self, tokens):
        """An alternative: a word, an array or a group, with what repeats it."""
        token = tokens.pop(0)
        if token in "[(":
            children = self.several(tokens, "]" if token == "[" else ")")
            out = self.row("ARRAY" if token == "[" else "GROUP", first=self.add(children), count=len(children))
        elif token.startswith("/"):
            names = token[1:].split("|")
            out = self.row("NAMES", first=len(self.names), count=len(names))
            self.names += names
        elif token.startswith(">"):
            out = self.reference(token[1:])
        elif token.startswith("."):
            if token[1:] not in self.kinds:
                die(f"no kind '{token}'")
            out = self.row("DIRECT", first=self.kinds[token[1:]])
        elif token in WORDS:
            out = self.row(word(token))
        else:
            out = self.bounds(token)
        if tokens and tokens[0] in ("*", "+") or tokens and re.fullmatch(r"\*[0-9]+", tokens[0]):
            mark = tokens.pop(0)
            out = (out[0], {"*": "ANY", "+": "SOME"}.get(mark, mark[1:]), *out[2:])
        return out

    def choice(self, tokens):
        choices = [self.one(tokens)]
        while tokens and tokens[0] == "/":
            tokens.pop(0)
            choices.append(self.one(tokens))
        if len(choices) == 1:
            return choices[0]
        if any(c[0] == "REFERENCE" for c in choices):  # `5 0 R` begins as `5` does: the longer one first
            choices.sort(key=lambda c: c[0] != "REFERENCE")
        return self.row("CHOICE", first=self.add(choices), count=len(choices))

    def several(self, tokens, end):
        items = []
        while tokens and tokens[0] != end:
            items.append(self.choice(tokens))
            if items[-1][1] in ("ANY", "SOME") and tokens and tokens[0] != end:
                die("what repeats freely ends its array")
        if not tokens:
            die(f"no '{end}'")
        tokens.pop(0)
        return items

    def value(self, cell):
        named = re.fullmatch(r"names ([A-Za-z]) (.+)", cell)
        if named:
            inner = self.value(named[2])
            return self.row("RESOURCES", low=ord(named[1]), first=self.add([inner]), count=1)
        tokens = re.findall(r"/[A-Za-z0-9|.-]+|[>.][a-z0-9|-]+|[a-z][a-z0-9-]*(?::[0-9]+)*|\*[0-9]+|[\[\]()*+/]", cell)
        if "".join(tokens) != cell.replace(" ", ""):
            die(f"value '{cell}'")
        out = self.choice(tokens)
        if tokens:
            die(f"value '{cell}'")
        return out


def number(value):
    return f"INT64_C({value})"


def main():
    path, header, source = sys.argv[1:]
    text = pathlib.Path(path).read_text()
    lines = table_lines(text)
    heads = [line for line in lines if line[1] == "-"]
    kinds = {line[0]: i + 1 for i, line in enumerate(heads)}
    if len(kinds) != len(heads) or len(kinds) > 62:
        die("kinds")
    patterns, rows, keys = Patterns(kinds), [], []
    for head in heads:
        mine = [line for line in lines if line[0] == head[0] and line[1] != "-"]
        if head[2] not in FORMS or head[2] == "array" and mine:
            die(f"kind '{head[0]}'")
        first = len(keys)
        for _, key, need, *cell in mine:
            if not re.fullmatch(r"[A-Za-z0-9]+", key) or need not in "!?" or len(cell) != 1 or key in [k[0] for k in keys[first:]]:
                die(f"'{key}' of '{head[0]}'")
            value = patterns.value(cell[0])
            if key == "Count" and head[0].startswith("outline"):
                value = patterns.row("INT", low=-MOST, high=MOST)
            keys.append((key, need, patterns.add([value])))
        array = patterns.add([patterns.value(head[3])]) if head[2] == "array" else 0
        rows.append((head[0], FORMS[head[2]], first, len(mine), array))
    if len(lines) != len(heads) + len(keys):
        die("a row of no kind")

    lists = {}
    for name, start in (("cmaps", "- `cmap-name`, besides Identity:"), ("structure", "`structure-type` is one of:")):
        block = re.search(re.escape(start) + r"(.*?)(?:\n- |\n\n)", text, re.S)
        lists[name] = re.findall(r"`([A-Za-z0-9-]+)`", block[1]) if block else []
        if len(lists[name]) < 40:
            die(f"list of {name}")

    with open(header, "w") as out:
        out.write("/* Made by tools/pdf-table.py from docs/formats/pdf.md. */\n#pragma once\n\nenum {\n    KIND_NONE,\n")
        out.writelines(f"    KIND_{word(row[0])},\n" for row in rows)
        out.write("    KINDS\n};\n")
    with open(source, "w") as out:
        out.write('/* Made by tools/pdf-table.py from docs/formats/pdf.md. */\n#include "verify/pdf-table.h"\n\n')
        out.write("const char *const sk_pdf_names[] = {\n" + "".join(f'    "{n}",\n' for n in patterns.names) + "};\n\n")
        out.write("const SkPdfPattern sk_pdf_patterns[] = {\n")
        for what, repeat, low, high, mask, first, count in patterns.rows:
            often = {"ANY": "SK_PDF_ANY", "SOME": "SK_PDF_SOME"}.get(repeat, repeat)
            out.write(f"    {{ SK_PDF_{what}, {often}, {first}, {count}, {number(low)}, {number(high)}, UINT64_C({mask}) }},\n")
        out.write("};\n\nconst SkPdfKey sk_vpdf_keys[] = {\n")
        out.writelines(f'    {{ "{key}", {"true" if need == "!" else "false"}, {pattern} }},\n' for key, need, pattern in keys)
        out.write('};\n\nconst SkPdfKind sk_pdf_kinds[] = {\n    { "", SK_PDF_DIRECT_ONLY, 0, 0, 0 },\n')
        out.writelines(f'    {{ "{name}", SK_PDF_{"DIRECT_ONLY" if form == "DIRECT" else "AS_" + form}, {first}, {count}, {array} }},\n'
                       for name, form, first, count, array in rows)
        out.write("};\n")
        for name, words in lists.items():
            out.write(f"\nconst char *const sk_pdf_{name}[] = {{\n" + "".join(f'    "{n}",\n' for n in words) + "    NULL,\n};\n")


main()
