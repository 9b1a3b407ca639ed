# SPDX-License-Identifier: Apache-2.0
"""pdfbuild.py: PDF files as an attacker writes them, and what a stranger reads of those that come out.

build(**case) makes the bytes of a file with one page that says "Ordinary words"; a case adds to it or replaces what is there.
"""
import re
import zlib

WORDS = "Ordinary words"


def stream(data, keys="", deflate=False, length=None):
    data = data.encode("latin-1") if isinstance(data, str) else data
    if deflate:
        data, keys = zlib.compress(data, 9), keys + " /Filter /FlateDecode"
    return f"<< {keys} /Length {len(data) if length is None else length} >>\nstream\n".encode("latin-1") + data + b"\nendstream"


def words(value):
    return value.encode("latin-1") if isinstance(value, str) else value


def base(catalog="", page="", content="", resources="", annots="", media="[0 0 612 792]", font="", before=""):
    """The five objects of a document that nobody would look at twice."""
    text = before.encode("latin-1") + f"BT /F1 24 Tf 72 700 Td ({WORDS}) Tj ET\n".encode() + words(content)
    if annots:
        page += f" /Annots [{annots}]"
    return {1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
            2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: f"<< /Type /Page /Parent 2 0 R /MediaBox {media} /Contents 4 0 R /Resources << /Font << /F1 5 0 R {font} >> {resources} >> {page} >>",
            4: stream(text),
            5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}


def body(out, objects, at=0):
    """Writes @objects behind @out; where each stands. A key may be (number, generation)."""
    places = {}
    for key in objects:
        number, generation = key if isinstance(key, tuple) else (key, 0)
        places[number] = (len(out) - at, generation)
        out += f"{number} {generation} obj\n".encode() + words(objects[key]) + b"\nendobj\n"
    return places


def table(out, places, trailer, prev=None, free=True):
    start = len(out)
    out += b"xref\n"
    if free:
        out += b"0 1\n0000000000 65535 f \n"
    for number in sorted(places):
        out += f"{number} 1\n{places[number][0]:010d} {places[number][1]:05d} n \n".encode()
    size = max(places, default=0) + 1
    extra = f" /Prev {prev}" if prev is not None else ""
    out += f"trailer\n<< /Size {size} /Root 1 0 R{extra} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode("latin-1")
    return start


def build(objects=None, trailer="", head=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", updates=(), drop=(), mangle=None, **changes):
    """@objects: more of them, or others in place of the five; @updates: revisions behind the first, each objects (None: freed)."""
    whole = base(**changes)
    whole.update(objects or {})
    for number in drop:
        whole.pop(number)
    out = bytearray(words(head))
    places = body(out, whole)
    start = table(out, places, trailer)
    size = max(places) + 1
    for update in updates:
        mine = body(out, update)
        start, prev = len(out), start
        out += b"xref\n"
        for number in sorted(mine):
            out += f"{number} 1\n{mine[number][0]:010d} {mine[number][1]:05d} n \n".encode()
        size = max(size, max(mine) + 1)
        out += f"trailer\n<< /Size {size} /Root 1 0 R /Prev {prev} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return mangle(bytes(out)) if mangle else bytes(out)


def pieces(data):
    """The bytes of a file in every way they could be read: as they are, streams unfolded, strings decoded."""
    yield "raw bytes", data
    whole = [data]
    for n, found in enumerate(re.finditer(rb"stream\r?\n", data)):
        if data[max(0, found.start() - 3):found.start()] == b"end":
            continue
        unfolder = zlib.decompressobj()
        try:
            plain = unfolder.decompress(data[found.end():], 1 << 26)
        except zlib.error:
            continue
        whole.append(plain)
        yield f"stream {n}", plain
    for n, piece in enumerate(whole):
        strings = b"|".join(bytes.fromhex(h.decode()) for h in re.findall(rb"<((?:[0-9A-F]{2})+)>", piece))
        yield f"strings of {n}", strings
        yield f"wide strings of {n}", strings.replace(b"\0", b"")


# Names that no file that came out may hold outside of its streams and strings.
ACTIVE = re.compile(rb"/(?:JS|JavaScript|AA|OpenAction|Launch|GoToR|GoToE|Thread|Threads|SubmitForm|ImportData|ResetForm|Named|Hide|SetOCGState|Rendition|"
                    rb"Renditions|Trans|Movie|Sound|Screen|RichMedia\w*|3D\w*|GoTo3DView|EmbeddedFiles?|EF|Filespec|AF|FileAttachment|Collection|XFA|ObjStm|XRef|"
                    rb"Encrypt|FFilter|FDecodeParms|OPI|Alternates|Ref|PS|Metadata|PieceInfo|Info|ID|OC|OCProperties|OCGs|Names|Win|Unix|Mac|UF|FS|Next|JBIG2Decode|"
                    rb"JPXDecode|CCITTFaxDecode|LZWDecode|RunLengthDecode|ASCII85Decode|ASCIIHexDecode|Crypt|Perms|DocMDP|Legal|Requirements|URLS|SpiderInfo|"
                    rb"Extensions|NeedAppearances|CO|Widget|Sig|ByteRange)(?![\w.-])")


def bare(data):
    """The file without what stands in its streams."""
    return re.sub(rb"\nstream\n.*?\nendstream\n", b"\n", data, flags=re.S)


def active(data):
    allowed = {b"/Next"} if b"/Outlines" in data else set()
    return sorted({m.group().decode() for m in ACTIVE.finditer(bare(data)) if m.group() not in allowed})
