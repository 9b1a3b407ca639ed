# SPDX-License-Identifier: Apache-2.0
"""hostile.py: what suites of hostile office documents share.

Every payload carries one word, the canary. Whatever way it was hidden, it stands neither in the bytes that come
out nor in any entry of them, not even with the tags taken away, percent-decoded, unescaped or in upper case;
verify accepts what comes out, and a second pass changes nothing. `kept` is what has to stay, so that a case
cannot pass by losing the document; as (text, N, entry) it stands N times
in that entry and no oftener.
"""
import html
import os
import re
import struct
import sys
import tempfile
import urllib.parse
import zipfile
import zlib

import programs

CANARY = "kanarie7"


def png(width=8, height=8, tail=b"", chunks=b"", idat=None):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = idat if idat is not None else zlib.compress(b"".join(b"\0" + bytes(width * 3) for _ in range(height)))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunks
            + chunk(b"tEXt", b"Comment\0" + CANARY.encode()) + chunk(b"IDAT", rows) + chunk(b"IEND", b"") + tail)


def bad_pictures():
    """Things in the place of a picture: a description and the bytes."""
    evil = struct.pack(">I", 8) + b"EVIL" + CANARY.encode() + struct.pack(">I", zlib.crc32(b"EVIL" + CANARY.encode()))
    yield "a payload behind a PNG", png(tail=CANARY.encode() * 50)
    yield "a ZIP behind a PNG", png(tail=b"PK\x03\x04" + CANARY.encode())
    yield "a page of HTML in place of a PNG", f"<script>{CANARY}</script>".encode()
    yield "a PNG that is broken", png()[:60] + CANARY.encode()
    yield "a PNG with an unknown critical chunk", png(chunks=evil)
    yield "an SVG in place of a PNG", f"<svg xmlns='http://www.w3.org/2000/svg'><script>{CANARY}</script></svg>".encode()
    yield "an EMF", b"\x01\0\0\0" + bytes(36) + b" EMF" + CANARY.encode() * 9
    yield "a picture without bytes", b""
    yield "data behind a PNG's pixels", png(idat=zlib.compress(bytes(8 * 25) + CANARY.encode() * 20))
    yield "data behind a PNG's stream", png(idat=zlib.compress(bytes(8 * 25)) + CANARY.encode() * 20)


def disguises(data):
    text = data.decode("utf-8", "replace")
    yield text
    yield re.sub(r"<[^>]*>", "", text)
    yield html.unescape(text)
    yield urllib.parse.unquote(text)
    yield data.decode("utf-16-le", "replace")
    yield data.decode("utf-16-be", "replace")


def leaks(path):
    places = [("raw bytes", open(path, "rb").read())]
    with zipfile.ZipFile(path) as z:
        assert z.testzip() is None
        places += [(i.filename, i.filename.encode() + b" " + z.read(i)) for i in z.infolist()]
        places += [("a comment", z.comment)]
    return [where for where, data in places if any(CANARY in x.lower() for x in disguises(data))]


def dangling(path):
    """Ids of relationships that are used and not there."""
    bad = []
    with zipfile.ZipFile(path) as z:
        names = set(z.namelist())
        for name in names:
            if not name.endswith(".xml") or name.startswith("["):
                continue
            folder, _, leaf = name.rpartition("/")
            rels = f"{folder}/_rels/{leaf}.rels"
            there = set(re.findall(r'Id="(rId\d+)"', z.read(rels).decode())) if rels in names else set()
            used = set(re.findall(r' r:[a-z]+="([^"]+)"', z.read(name).decode()))
            bad += [f"{name} uses {x}" for x in used - there]
    return bad


def ask(tools, folder, at, want, kept):
    """One hostile file: what is wrong with what comes of it."""
    disarm, verify, ending, place = tools
    out, again = (os.path.join(folder, f"{x}.{ending}") for x in ("out", "again"))
    got = programs.run([disarm, at, out], capture_output=True, text=True, timeout=100)
    if got.returncode not in (0, 1):
        return [f"disarm ended with {got.returncode}: {got.stderr[-300:]}"]
    outcome = got.stdout.split("\t")[0]
    bad = []
    if want == "limit" and not (got.stdout.startswith("refused\tlimit") and "zip-bomb" in got.stdout):
        bad.append(f"wanted limit and zip-bomb, got {got.stdout!r}")
    elif want in ("clean", "refused") and outcome != want:
        bad.append(f"wanted {want}, got {got.stdout!r}")
    elif want.startswith("+") and (outcome != "clean" or want[1:] not in got.stdout):
        bad.append(f"wanted clean with {want[1:]}, got {got.stdout!r}")
    if CANARY in got.stdout.split("\n")[0]:
        bad.append("the canary stands in the answer")
    if outcome != "clean":
        return bad
    bad += [f"the canary stands in {x}" for x in leaks(out)] + dangling(out)
    checked = programs.run([verify, ending, out], capture_output=True, text=True, timeout=100)
    if checked.returncode != 0:
        bad.append(f"verify: {checked.stdout}{checked.stderr[-300:]}")
    with zipfile.ZipFile(out) as z:
        text, times, entry = (kept, None, place) if isinstance(kept, str) else kept
        found = z.read(entry).count(text.encode())
        if found == 0 or found != (times or found):
            bad.append(f"{text} stands there {found} times")
    programs.run([disarm, out, again], capture_output=True, timeout=100)
    if not os.path.exists(again) or open(out, "rb").read() != open(again, "rb").read():
        bad.append("a second pass changed it")
    return bad


def run(cases, build, ending, place, first=1, planned=None):
    """SUITE DISARM-ONE VERIFY-ONE [WORDS]: @cases are (what, want, kept, arguments of @build). Of several runs in one
    suite the first says how many cases are @planned, and each the number of its @first."""
    tools = (*sys.argv[1:3], ending, place)
    only = sys.argv[3] if len(sys.argv) > 3 else ""
    failed = 0
    if first == 1:
        print(f"1..{planned or len(cases)}")
    for number, (what, want, kept, package) in enumerate(cases, first):
        if only not in what:
            continue
        with tempfile.TemporaryDirectory() as folder:
            at = os.path.join(folder, f"in.{ending}")
            prefix = package.pop("prefix", b"")
            build(at, **package)
            if prefix:
                data = open(at, "rb").read()
                open(at, "wb").write(prefix + data)
            bad = ask(tools, folder, at, want, kept)
        failed += bool(bad)
        print(f"{'not ok' if bad else 'ok'} {number} {ascii(what)[1:-1].replace('#', '')}")
        for line in bad:
            print("  # " + line.replace("\n", "\n  # "))
    return 1 if failed else 0
