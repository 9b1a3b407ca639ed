#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""odf-table.py ODF.MD HEADER SOURCE: the closed lists of docs/formats/odf.md, as C for sekisho-verify.

The document is what verify carries out: elements and attributes, the declarations of root elements, the names of settings
and functions are read from the page that people read. Whatever this reader does not understand ends the build.
"""
import pathlib
import re
import sys

NAME = re.compile(r"[a-z][a-z0-9]*:[A-Za-z][A-Za-z0-9-]*(?::[A-Za-z]+)?")
CLASS = re.compile(r"[a-z]+")
SLOTS = 4096
CONTENT = {"e": "SK_ODF_ELEMENTS", "t": "SK_ODF_TEXT", "m": "SK_ODF_MIXED"}
GROUPS = ["b", "n", "s", "set", "map"]


def die(why):
    sys.exit(f"odf table: {why}")


def block_after(text, heading):
    parts = text.split(f"\n{heading}\n", 1)
    if len(parts) != 2:
        die(f"no '{heading}'")
    return [line for line in parts[1].split("```")[1].split("\n") if line]


def attribute(cell, prefix):
    name, _, kind = cell.rpartition(":")
    if prefix is not None and ":" not in name and prefix != "math":
        name = f"{prefix}:{name}"
    if not CLASS.fullmatch(kind) or not re.fullmatch(r"(?:[a-z][a-z0-9]*:)?[A-Za-z][A-Za-z0-9-]*[0-9]?", name):
        die(f"attribute '{cell}'")
    return name, kind


def read_table(text):
    lines = block_after(text, "## The table")
    if text.split("\n## The table\n", 1)[1].split("```")[2].strip():
        die("one block of rows ends the document")
    macros, elements = {}, {}
    for line in lines:
        cells = line.split("\t")
        if cells[0].startswith("@"):
            macros[cells[0]] = cells[1].split()
            continue
        if len(cells) < 2 or len(cells) > 3 or cells[1] not in CONTENT:
            die(f"row of '{cells[0]}'")
        for name in cells[0].split():
            prefix = name.split(":")[0]
            if not NAME.fullmatch(name) or name in elements:
                die(f"element '{name}' twice, or not a name")
            attributes = {}
            for cell in cells[2].split() if len(cells) > 2 else []:
                for one in macros[cell] if cell.startswith("@") else [cell]:
                    key, kind = attribute(one, None if cell.startswith("@") else prefix)
                    if attributes.get(key, kind) != kind:
                        die(f"'{key}' of '{name}' has two classes")
                    attributes[key] = kind
            elements[name] = (cells[1], tuple(sorted(attributes.items(), key=lambda a: a[0].encode())))
    return elements


def read_declarations(text):
    found = re.findall(r'^xmlns:([a-z0-9]+)="([^"]+)"$', text, re.M)
    if len(found) < 20:
        die("no declarations")
    return found


def read_list(text, letter):
    found = re.search(rf"^List {letter}: ([^.]*(?:\.[A-Z][^.]*)*)\.(?:\s|$)", text, re.M)
    names = [n.strip() for n in found.group(1).replace("\n", " ").split(",")] if found else []
    if len(names) < 10 or any(not re.fullmatch(r"[A-Z][A-Z0-9._-]*", n) for n in names):
        die(f"list {letter}: {names[:3]}")
    return sorted(set(names))


def read_settings(text):
    settings = {}
    for line in block_after(text, "### List S: settings"):
        group, _, names = line.partition("\t")
        if group not in GROUPS:
            die(f"group '{group}'")
        for name in names.split():
            if settings.setdefault(name, group) != group:
                die(f"setting '{name}' in two groups")
    return settings


def hash_of(name):
    value = 0
    for c in name.encode():
        value = (value * 31 + c) & 0xFFFFFFFF
    return (value ^ value >> 12) % SLOTS


def symbol(name):
    return re.sub(r"[^A-Za-z0-9]", "_", name)


def strings(f, name, values):
    f.write(f"const char *const {name}[] = {{\n")
    f.writelines(f'    "{v}",\n' for v in values)
    f.write(f"    NULL,\n}};\nconst unsigned {name}_n = {len(values)};\n\n")


def main():
    path, header, source = sys.argv[1:]
    text = pathlib.Path(path).read_text(encoding="utf-8")
    elements = read_table(text)
    classes = sorted({kind for _, attributes in elements.values() for _, kind in attributes})
    lists = {}
    for _, attributes in elements.values():
        lists.setdefault(attributes, sum(len(l) for l in lists))
    hashed = [0] * SLOTS
    for i, name in enumerate(elements, 1):
        at = hash_of(name)
        while hashed[at]:
            at = (at + 1) % SLOTS
        hashed[at] = i
    settings = read_settings(text)
    made = "/* Made by tools/odf-table.py from docs/formats/odf.md. */\n"
    with open(header, "w", encoding="utf-8") as f:
        f.write(f"{made}#pragma once\n\nenum {{\n    E_NONE = 0,\n")
        f.writelines(f"    E_{symbol(name)},\n" for name in elements)
        f.write("    E_COUNT\n};\n\nenum {\n")
        f.writelines(f"    C_{kind},\n" for kind in classes)
        f.write(f"    C_COUNT\n}};\n\n#define SK_ODF_SLOTS {SLOTS}u\n")
    with open(source, "w", encoding="utf-8") as f:
        f.write(f"{made}#include \"verify/odf.h\"\n\n#include \"odf-elements.h\"\n\nconst SkOdfAttribute sk_opendocument_attributes[] = {{\n")
        for attributes in lists:
            f.writelines(f'    {{ "{name}", {len(name)}, C_{kind} }},\n' for name, kind in attributes)
        f.write("};\n\nconst SkOdfRow sk_opendocument_rows[] = {\n    { \"\", 0, SK_ODF_ELEMENTS, 0, 0 },\n")
        for name, (content, attributes) in elements.items():
            f.write(f'    {{ "{name}", {len(name)}, {CONTENT[content]}, {lists[attributes]}, {len(attributes)} }},\n')
        f.write("};\n\nconst uint16_t sk_opendocument_slots[SK_ODF_SLOTS] = {\n")
        f.writelines(f"    [{i}] = {e},\n" for i, e in enumerate(hashed) if e)
        f.write("};\n\nconst char *const sk_opendocument_declarations[][2] = {\n")
        declarations = read_declarations(text)
        f.writelines(f'    {{ "xmlns:{prefix}", "{uri}" }},\n' for prefix, uri in declarations)
        f.write(f"}};\nconst unsigned sk_opendocument_declarations_n = {len(declarations)};\n\n")
        strings(f, "sk_opendocument_functions", read_list(text, "F"))
        strings(f, "sk_opendocument_condition_functions", read_list(text, "C"))
        f.write("const SkOdfSetting sk_opendocument_settings[] = {\n")
        f.writelines(f'    {{ "{name}", SK_ODF_GROUP_{settings[name].upper()} }},\n' for name in sorted(settings))
        f.write(f"}};\nconst unsigned sk_opendocument_settings_n = {len(settings)};\n")


main()
