#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""corpus-seeds.py TARGET CORPUS FOLDER [DISARM-ONE]: pieces of real files as seeds for a fuzz target, into FOLDER.

FOLDER holds the seeds that the target builds itself (export.c): where a target wants a byte or two in front that say
which part of a document follows, these are learnt there, by the root element of the part. What MANIFEST.tsv says of
the files chooses them: some of each state, each sort of content at least once. Bounded in number and in size.
"""
import csv
import html
import io
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

SEEDS_MAX = 160
SEED_BYTES_MAX = 24 << 10
FILE_BYTES_MAX = 400 << 10
OOXML_PART = r"(word|xl|ppt)/.*\.(xml|vml)$"

# What a target is seeded with: which folders of the corpus, which entries of their files (None: the files themselves),
# how many bytes of its built seeds are the choice of a part.
TARGETS = {
    "docx": (["docx"], r"word/.*\.xml$", 0),
    "pptx": (["pptx"], r"ppt/.*\.(xml|vml)$", 0),
    "xlsx": (["xlsx"], OOXML_PART, 1),
    "odf": (["odt", "ods", "odp"], r"(content|settings|styles)\.xml$", 0),
    "verify-office": (["docx", "xlsx", "pptx"], OOXML_PART, 2),
    "verify-odf": (["odt", "ods", "odp"], r".*\.xml$", 2),
    "formula": (["xlsx", "ods"], r"(xl/(workbook|worksheets/[^/]*)|content)\.xml$", 0),
    "xml": (["docx", "xlsx", "pptx", "odt", "ods"], r".*\.(xml|rels)$", 0),
    "old-office": (["doc", "xls", "ppt", "rtf"], None, 1),
    "ole2": (["doc", "xls", "ppt"], None, 0),
    "pictures": (["gif", "tiff", "bmp", "png", "jpeg", "webp"], None, 0),
    "svg": (["svg"], None, 0),
    "verify-pictures": (["gif", "webp", "tiff", "svg", "png", "jpeg"], None, 0),
    "verify-pdf": (["pdf"], None, 0),
    "pdf": (["pdf"], None, 0),
    "pdf-content": (["pdf"], None, 0),
    "pdf-function": (["pdf"], None, 0),
    "font-cff": (["pdf"], None, 0),
    "font-cmap": (["pdf"], None, 0),
    "font-truetype": (["pdf"], None, 0),
    "font-type1": (["pdf"], None, 0),
    "icc": (["pdf"], None, 0),
    "zip": (["zip"], None, 0),
}
DISARMED = ("verify-office", "verify-odf", "verify-pdf", "verify-pictures")
FORMULA = re.compile(rb"<(?:f|formula\d?|definedName)(?: [^>]*)?>([^<]+)<|(?:formula|condition)=\"(?:of:)?=?([^\"]+)\"")


def root_of(data):
    found = re.search(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]", data[:4096])
    return found.group(1) if found else None


def learn_prefixes(folder, n):
    """Root element: the first bytes of the built seeds that have it."""
    prefixes = {}
    for path in sorted(folder.glob("built-*")) if n else []:
        data = path.read_bytes()
        if root_of(data[n:]) is not None:
            prefixes.setdefault(root_of(data[n:]), []).append(data[:n])
    return prefixes


def files(corpus, folders):
    """Small ones, those first that hold something not seen yet; MANIFEST.tsv says what."""
    with open(corpus / "MANIFEST.tsv", encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
                if row["path"].split("/")[0] in folders and int(row["bytes"]) <= FILE_BYTES_MAX]
    seen, first, later = set(), [], []
    for row in sorted(rows, key=lambda row: (int(row["bytes"]), row["path"])):
        kinds = {(row["path"].split("/")[0], kind) for kind in [row["state"], *row["contains"].split(", ")]}
        (later if kinds <= seen else first).append(corpus / row["path"])
        seen |= kinds
    return first + later


def disarmed(path, program):
    """What verify is to accept is what disarm writes."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "output"
        subprocess.run([program, path, output], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return output.read_bytes() if output.exists() else b""


def pieces(data, pattern):
    if pattern is None:
        yield data
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                if re.match(pattern, name):
                    yield package.read(name)
    except Exception:  # a damaged one, in whatever way: what came before is enough
        return


def opened(font, clear):
    """A Type 1 font as its target wants it: the clear part, a zero, the other part without its encryption."""
    key, plain = 55665, bytearray()
    for byte in font[clear:]:
        plain.append(byte ^ key >> 8)
        key = (byte + key) * 52845 + 22719 & 0xffff
    return font[:clear].rpartition(b"currentfile")[0] + b"\0" + bytes(plain[4:])


def streams(path):
    """The target that a stream of a PDF is for, what it wants in front, and the stream."""
    import pikepdf  # a package that only these seeds need

    try:
        with pikepdf.open(path) as pdf:
            for thing in pdf.objects:
                if isinstance(thing, pikepdf.Dictionary):
                    for key, target, head in (("/FontFile2", "font-truetype", b"\0"), ("/FontFile3", "font-cff", b""),
                                              ("/ToUnicode", "font-cmap", b"")):
                        if isinstance(thing.get(key), pikepdf.Stream):
                            yield target, head, thing[key].read_bytes()
                    if isinstance(thing.get("/FontFile"), pikepdf.Stream):
                        yield "font-type1", b"", opened(thing.FontFile.read_bytes(), int(thing.FontFile.Length1))
                    if isinstance(thing.get("/Encoding"), pikepdf.Stream):
                        yield "font-cmap", b"", thing.Encoding.read_bytes()
                    if isinstance(thing.get("/Contents"), pikepdf.Stream):
                        yield "pdf-content", b"\4", thing.Contents.read_bytes()
                elif isinstance(thing, pikepdf.Array) and len(thing) == 2 and thing[0] == "/ICCBased":
                    yield "icc", b"", thing[1].read_bytes()
                elif isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Form":
                    yield "pdf-content", b"\1", thing.read_bytes()
                elif isinstance(thing, pikepdf.Stream) and thing.get("/FunctionType") == 4:
                    yield "pdf-function", b"\0", thing.read_bytes()
    except Exception:  # a damaged or locked one
        return


def written_out(path):
    """Objects in the open, one behind another."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "output"
        subprocess.run(["qpdf", "--qdf", "--object-streams=disable", "--no-original-object-ids", path, output],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return output.read_bytes() if output.exists() else b""


def of_pdf(target, path):
    if target == "pdf":
        yield written_out(path)
        return
    for kind, head, stream in streams(path):
        if kind == target:
            yield head + stream


def seeds(target, corpus, folder, program):
    folders, pattern, n = TARGETS[target]
    prefixes = learn_prefixes(folder, n)
    for path in files(corpus, folders):
        if folders == ["pdf"] and target not in DISARMED:
            yield from of_pdf(target, path)
            continue
        data = disarmed(path, program) if target in DISARMED else path.read_bytes()
        for piece in pieces(data, pattern):
            if target == "formula":
                yield from (html.unescape((a or b).decode("utf-8", "replace")).encode() for a, b in FORMULA.findall(piece))
            elif target == "old-office":
                yield bytes([1 + folders.index(path.parent.name)]) + piece
            elif target == "verify-pictures" and piece:
                yield bytes([folders.index(path.parent.name)]) + piece
            elif target == "verify-pdf" and piece:
                yield b"\1" + piece
            elif n > 0:
                yield from (prefix + piece for prefix in prefixes.get(root_of(piece), []))
            else:
                yield piece


def main(target, corpus, folder, program=None):
    if target not in TARGETS or (target in DISARMED and program is None):
        return
    corpus, folder = pathlib.Path(corpus), pathlib.Path(folder)
    written = set()
    for seed in seeds(target, corpus, folder, program):
        if len(written) >= SEEDS_MAX:
            break
        if len(seed) > SEED_BYTES_MAX or seed in written:
            continue
        (folder / f"real-{len(written):03}").write_bytes(seed)
        written.add(seed)
    print(f"{len(written)} seeds of real files")


if __name__ == "__main__":
    main(*sys.argv[1:])
