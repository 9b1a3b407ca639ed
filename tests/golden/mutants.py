# SPDX-License-Identifier: Apache-2.0
"""mutants.py: canonical documents with one thing changed by hand, and what the pages say of the change.

A mutant is (what, allowed, bytes, or what makes them). `allowed` is what docs/formats/ says, read here anew: False where nothing
permits the change. Verify may refuse what is allowed (the change may break a rule further off); it must
never accept what is not.
"""
import functools
import pathlib
import re
import struct
import zipfile
import zlib

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


# ---- packages by hand ------------------------------------------------------------------------------------------

LOCAL = "<IHHHHHIIIHH"
RECORD = "<IHHHHHHIIIHHHHHII"
END = "<IHHHHIIH"


@functools.lru_cache(4096)
def deflate(data):
    c = zlib.compressobj(9, zlib.DEFLATED, -15)
    return c.compress(data) + c.flush()


class Entry:
    """One entry with all that a header can say of it; whatever is None is said truly."""

    def __init__(self, name, content, stored):
        self.name, self.content, self.method = name, content, 0 if stored else 8
        self.packed = None        # the bytes that lie in the file
        self.local, self.record = {}, {}
        self.local_name = self.record_name = None
        self.local_extra = self.record_extra = self.comment = self.behind = self.before = b""
        self.listed, self.written = True, True

    def copy(self):
        other = Entry(self.name, self.content, self.method == 0)
        return other


def packed_now(entries, end=None, tail=b"", prefix=b"", comment=b"", between=b"", end_also=b""):
    out = bytearray(prefix)
    records, count = bytearray(), 0
    for e in entries:
        name = e.name.encode() if isinstance(e.name, str) else e.name
        data = e.packed if e.packed is not None else (e.content if e.method == 0 else deflate(e.content))
        fields = dict(sig=0x04034B50, needed=20, flags=0, method=e.method, time=0, date=0x21, crc=zlib.crc32(e.content),
                      csize=len(data), size=len(e.content))
        local = fields | e.local
        out += e.before
        at = len(out)
        if e.written:
            lname = e.local_name if e.local_name is not None else name
            out += struct.pack(LOCAL, *[local[k] for k in ("sig", "needed", "flags", "method", "time", "date", "crc", "csize", "size")],
                               local.get("nlen", len(lname)), local.get("elen", len(e.local_extra))) + lname + e.local_extra + data + e.behind
        if e.listed:
            rec = fields | dict(sig=0x02014B50, made=20, disk=0, inner=0, outer=0, offset=at) | {k: v for k, v in e.local.items() if k not in ("sig", "nlen", "elen") and e.record.get("_follow", True)} | e.record
            rname = e.record_name if e.record_name is not None else name
            records += struct.pack(RECORD, rec["sig"], rec["made"], rec["needed"], rec["flags"], rec["method"], rec["time"], rec["date"], rec["crc"],
                                   rec["csize"], rec["size"], len(rname), rec.get("elen", len(e.record_extra)), len(e.comment), rec["disk"], rec["inner"], rec["outer"],
                                   rec["offset"]) + rname + e.record_extra + e.comment
            count += 1
    out += between
    start = len(out)
    out += records
    fields = dict(sig=0x06054B50, disk=0, start_disk=0, here=count, all=count, size=len(records), offset=start) | (end or {})
    out += end_also
    out += struct.pack(END, *[fields[k] for k in ("sig", "disk", "start_disk", "here", "all", "size", "offset")],
                       (end or {}).get("clen", len(comment))) + comment + tail
    return bytes(out)


def pack(*args, **named):
    """Later, and only if the mutant is tried."""
    return functools.partial(packed_now, *args, **named)


def unpack(path):
    with zipfile.ZipFile(path) as z:
        return [Entry(i.filename, z.read(i), i.compress_type == 0) for i in z.infolist()]


def with_content(base, name, content):
    """The package with other content in one entry."""
    out = [e.copy() for e in base]
    for e in out:
        if e.name == name:
            e.content = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return out


# ---- ZIP -------------------------------------------------------------------------------------------------------

def zip_mutants(base):
    def one(index, **changes):
        out = [e.copy() for e in base]
        for key, value in changes.items():
            setattr(out[index], key, value)
        return out

    def extra(kind, data):
        return struct.pack("<HH", kind, len(data)) + data

    places = sorted({0, 2, len(base) // 2, len(base) - 1})
    wrong = {"needed": [0, 10, 19, 21, 45, 51, 0xFFFF], "flags": [1, 2, 4, 8, 0x10, 0x20, 0x40, 0x800, 0x2000], "method": [1, 6, 9, 12, 14, 93, 99, 0xFFFF],
             "time": [1, 0x8000], "date": [0, 0x20, 0x22], "crc": [0, 1, 0xFFFFFFFF], "csize": [0, 1, 0xFFFFFFFF, 0xFFFFFFFE], "size": [0, 1, 0xFFFFFFFF, 0xFFFFFFFE]}
    for i in places:
        for key, values in wrong.items():
            for value in values:
                yield f"both headers of {base[i].name}: {key} {value:#x}", pack(one(i, local={key: value}))
                yield f"the entry's header of {base[i].name}: {key} {value:#x}", pack(one(i, local={key: value}, record={"_follow": False}))
                yield f"the directory's record of {base[i].name}: {key} {value:#x}", pack(one(i, record={key: value}))
        for key, values in {"made": [0, 19, 21, 45, 0x0314, 0xFFFF], "disk": [1, 0xFFFF], "inner": [1, 0x8000], "outer": [0x10, 0x20, 0xA1FF0000, 0x81B60000], "offset": [0, 1, 0x7FFFFFFF, 0xFFFFFFFF]}.items():
            for value in values:
                if key == "offset" and value == 0 and i == 0:
                    continue
                yield f"record of {base[i].name}: {key} {value:#x}", pack(one(i, record={key: value}))
        for kind, data in [(1, bytes(16)), (1, b""), (0x7075, b"\1" + struct.pack("<I", zlib.crc32(base[i].name.encode())) + b"evil.exe"), (0x5455, b"\3" + bytes(8)), (0x000A, bytes(32)), (0xCAFE, b""), (0xD935, bytes(2))]:
            yield f"extra field {kind:#x} at {base[i].name}", pack(one(i, local_extra=extra(kind, data)))
            yield f"extra field {kind:#x} in the record of {base[i].name}", pack(one(i, record_extra=extra(kind, data)))
            yield f"extra field {kind:#x} in both of {base[i].name}", pack(one(i, local_extra=extra(kind, data), record_extra=extra(kind, data)))
        yield f"a length of extra fields that are not there, {base[i].name}", pack(one(i, local={"elen": 4}))
        yield f"a comment at {base[i].name}", pack(one(i, comment=b"x"))
        name = base[i].name
        for other in (name.upper(), name.lower() + " ", name.replace("/", "\\"), "/" + name, "./" + name, name.replace(".", "%2E"), name.replace("/", "//"), name + ".", name + "\0", name + "/", "a/../" + name,
                      name.replace("m", "%6D", 1), name.replace("o", "\u043e", 1), name.replace("d", "\uff44", 1), name + "\u200b", name[:-1], "x" * 300, ""):
            coded = other.encode()
            if other == name:
                continue
            yield f"{name} is called {ascii(other[:40])}", pack(one(i, name=coded))
            yield f"{name} is called {ascii(other[:40])} in its own header", pack(one(i, local_name=coded, record_name=name.encode()))
            yield f"{name} is called {ascii(other[:40])} in the directory", pack(one(i, record_name=coded))
        data = base[i].content
        raw = data if base[i].method == 0 else deflate(data)
        crc, n = zlib.crc32(data), len(data)
        for signature in (b"PK\7\x08", b""):
            behind = signature + struct.pack("<III", crc, len(raw), n)
            yield f"a data descriptor at {name}", pack(one(i, local={"flags": 8}, behind=behind))
            yield f"a data descriptor without its flag at {name}", pack(one(i, behind=behind))
            yield f"a data descriptor and no sizes at {name}", pack(one(i, local={"flags": 8, "crc": 0, "csize": 0, "size": 0}, record={"flags": 8, "crc": crc, "csize": len(raw), "size": n}, behind=behind))
        yield f"a byte behind {name}", pack(one(i, behind=b"\0"))
        yield f"a byte before {name}", pack(one(i, before=b"\0"))
        yield f"another local entry before {name}", pack(one(i, before=packed_now([base[i].copy()])[:-22 - 46 - len(name)]))
        stream = deflate(data)
        other_way = dict(method=8 - base[i].method)
        yield f"{name} packed in the other way", pack(one(i, **other_way))
        if base[i].method == 8:
            for what, bytes_ in {"a byte behind the stream": stream + b"\0", "a second stream behind it": stream + deflate(b"x"), "the stream cut by a byte": stream[:-1], "no stream": b"",
                                 "a zlib header": zlib.compress(data), "a block of a kind that is not": b"\7" + stream,
                                 "not the final block": zlib.compressobj(9, zlib.DEFLATED, -15).flush(zlib.Z_SYNC_FLUSH) + stream[:-1]}.items():
                yield f"{name}: {what}", pack(one(i, packed=bytes_))
            for bit in range(1, 8):     # unused bits of the last byte
                changed = bytes([*stream[:-1], stream[-1] | (0x80 >> (bit - 1))])
                if changed != stream:
                    yield f"{name}: bit {8 - bit} of the stream's last byte", pack(one(i, packed=changed))
        twice = [e.copy() for e in base]
        twice.insert(i, base[i].copy())
        yield f"{name} twice", pack(twice)
        twice = [e.copy() for e in base]
        hidden = base[i].copy()
        hidden.listed = False
        yield f"{name} a second time, not listed, before", pack(twice[:i] + [hidden] + twice[i:])
        yield f"{name} a second time, not listed, behind", pack(twice[:i + 1] + [hidden] + twice[i + 1:])
        ghost = base[i].copy()
        ghost.written, ghost.record = False, {"offset": 0}
        yield f"{name} a second time, only listed", pack([e.copy() for e in base] + [ghost])
        lone = [e.copy() for e in base]
        lone[i].listed = False
        yield f"{name} not listed", pack(lone)
        yield f"{name} missing", pack([e.copy() for k, e in enumerate(base) if k != i])
        for k in places:
            if k != i:
                moved = [e.copy() for e in base]
                moved[i], moved[k] = moved[k], moved[i]
                yield f"{name} changes places with {base[k].name}", pack(moved)
        share = [e.copy() for e in base]
        if i > 0:
            share[i].written, share[i].record = False, {"offset": 0, "crc": zlib.crc32(base[0].content), "csize": len(deflate(base[0].content)), "size": len(base[0].content)}
            yield f"{name} shares the first entry's bytes", pack(share)
    for what, record in {"folder": "word/", "file": "a.bin", "hidden": ".a", "macro": "word/vbaProject.bin", "key": "xl/activeX/activeX1.bin"}.items():
        for at in (0, 2, len(base) - 1, len(base)):
            yield f"one more {what} at {at}", pack([e.copy() for e in base[:at]] + [Entry(record, b"" if what == "folder" else b"x", True)] + [e.copy() for e in base[at:]])
    whole = packed_now([e.copy() for e in base])
    for key, values in {"disk": [1], "start_disk": [1], "here": [0, 1, len(base) - 1, len(base) + 1, 0xFFFF], "all": [0, 1, len(base) - 1, len(base) + 1, 0xFFFF], "size": [0, 1, 0xFFFFFFFF], "offset": [0, 1, 0xFFFFFFFF], "clen": [1, 0xFFFF]}.items():
        for value in values:
            yield f"the end record: {key} {value:#x}", pack([e.copy() for e in base], end={key: value})
    yield "a comment at the end", pack([e.copy() for e in base], comment=b"x")
    yield "an end record in the comment", pack([e.copy() for e in base], comment=struct.pack(END, 0x06054B50, 0, 0, 0, 0, 0, 0, 0))
    for tail in (b"\0", b"\n", b"PK\5\6" + bytes(18), whole, b"%PDF-1.7"):
        yield f"{len(tail)} bytes behind", whole + tail
        yield f"{len(tail)} bytes before", tail + whole
        yield f"{len(tail)} bytes before, offsets right", pack([e.copy() for e in base], prefix=tail)
        yield f"{len(tail)} bytes before the directory", pack([e.copy() for e in base], between=tail)
        yield f"{len(tail)} bytes behind the directory", pack([e.copy() for e in base], end_also=tail)
    zip64 = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, len(base), len(base), 0, 0)
    locator = struct.pack("<IIQI", 0x07064B50, 0, 0, 1)
    yield "ZIP64's end record", pack([e.copy() for e in base], end_also=zip64 + locator)
    yield "ZIP64's end record, and the other says to look there", pack([e.copy() for e in base], end={"here": 0xFFFF, "all": 0xFFFF, "size": 0xFFFFFFFF, "offset": 0xFFFFFFFF}, end_also=zip64 + locator)
    yield "nothing at all", b""
    for n in (1, 21, 22, 23, len(whole) // 2, len(whole) - 1):
        yield f"only the first {n} bytes", whole[:n]
        yield f"only the last {n} bytes", whole[-n:]


def inflates_to(stream, content):
    d = zlib.decompressobj(-15)
    try:
        return d.decompress(stream) == content and d.eof and not d.unused_data
    except zlib.error:
        return False


def flips(base, stride):
    """Each bit of a file is covered by a checksum, or has one value only; but one content has many streams of deflate, and
    verify does not ask which (but for the bits behind a stream's end)."""
    whole = packed_now([e.copy() for e in base])
    streams, at = [], 0
    for e in base:
        start, size = at + 30 + len(e.name), len(deflate(e.content) if e.method == 8 else e.content)
        at = start + size
        if e.method == 8:
            streams.append((start, at, e.content))
    for at in range(0, len(whole), stride):
        flipped = whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1:]
        allowed = any(a <= at < b - 2 and inflates_to(flipped[a:b], content) for a, b, content in streams)
        yield f"bit {at % 8} of byte {at}", allowed, flipped


# ---- spelling --------------------------------------------------------------------------------------------------

TAG = re.compile(r"<(/?)([A-Za-z_][\w:.-]*)((?: [\w:.-]+=\"[^\"]*\")*)(/?)>")
ATTRIBUTE = re.compile(r" ([\w:.-]+)=\"([^\"]*)\"")


def is_xml(entry):
    return entry.method == 8


def sites(items, most):
    """At most @most of them, spread over all."""
    items = list(items)
    return items if len(items) <= most else [items[i * len(items) // most] for i in range(most)]


def spelling(text, mixed):
    """XML that means the same to a reader of XML, or to a careless one, and is not ours."""
    body = text.split("\n", 1)[1]
    declaration = text[:len(text) - len(body) - 1]
    for what, d in {"another version": declaration.replace("1.0", "1.1"), "another encoding": declaration.replace("UTF-8", "utf-8"), "UTF-7": declaration.replace("UTF-8", "UTF-7"),
                    "not standalone": declaration.replace("yes", "no"), "other quotes": declaration.replace('"', "'"), "no declaration": ""}.items():
        yield what, d + "\n" + body
    yield "no line end behind the declaration", declaration + body
    yield "CR LF behind the declaration", declaration + "\r\n" + body
    yield "a byte order mark", "\ufeff" + text
    yield "space in front", " " + text
    yield "a line end at the end", text + "\n"
    yield "a NUL at the end", text + "\0"
    yield "a comment at the end", text + "<!---->"
    yield "a second root", text + body
    yield "a DTD", declaration + '\n<!DOCTYPE x [<!ENTITY a "b">]>' + body
    yield "a stylesheet", declaration + '\n<?xml-stylesheet href="http://e.example/x.xsl"?>\n' + body
    yield "UTF-16", text.encode("utf-16")
    yield "UTF-16 without a mark", text.encode("utf-16-le")
    yield "an overlong character", text.encode().replace(b"<", b"\xc0\xbc", 1)
    yield "nothing", ""
    yield "the declaration alone", declaration + "\n"
    for tag in sites(TAG.finditer(text), 12):
        a, b = tag.span()
        close, name, attributes, empty = tag.groups()
        for what, other in {"space behind a name": f"<{close}{name} {attributes}{empty}>", "a line end in a tag": f"<{close}{name}\n{attributes}{empty}>", "a comment": f"<!--x-->{tag[0]}", "a processing instruction": f"<?x y?>{tag[0]}",
                            "an empty CDATA section": f"<![CDATA[]]>{tag[0]}", "another case": tag[0].replace(name, name.swapcase(), 1), "a NUL": f"\0{tag[0]}", "U+FFFE": f"\ufffe{tag[0]}",
                            "a character by its number": f"&#32;{tag[0]}", "an unknown prefix": f"<x:{name.split(':')[-1]}/>{tag[0]}", "the same prefix bound again": f"<{name} xmlns:{name.split(':')[0]}=\"urn:x\"/>{tag[0]}",
                            "a default namespace": f"<{name} xmlns=\"urn:x\"/>{tag[0]}", "one tag too many": f"</{name}>{tag[0]}", "a lone less-than": f"<{tag[0]}", "a lone greater-than": f">{tag[0]}"}.items():
            yield f"{what} at {tag[0][:30]}", text[:a] + other + text[b:]
        if text[a - 1] == ">" and not mixed:      # not in a text
            yield f"white space at {tag[0][:30]}", text[:a] + "\n" + text[a:]
            yield f"an entity at {tag[0][:30]}", text[:a] + "&amp;" + text[a:]
        if not empty:
            yield f"no tag at {tag[0][:30]}", text[:a] + text[b:]
        if empty:
            yield f"two tags for {tag[0][:30]}", text[:a] + f"<{name}{attributes}></{name}>" + text[b:]
            yield f"no slash at {tag[0][:30]}", text[:a] + f"<{name}{attributes}>" + text[b:]
    for at in sites([m for m in ATTRIBUTE.finditer(text)], 12):
        a, b = at.span()
        name, value = at.groups()
        for what, other in {"single quotes": f" {name}='{value}'", "no quotes": f" {name}={value}", "space around the sign": f' {name} = "{value}"', "two spaces": f'  {name}="{value}"', "a tab": f'\t{name}="{value}"',
                            "twice": at[0] + at[0], "another case": f' {name.swapcase()}="{value}"', "a number for a letter": f' {name}="&#x{ord(value[0]) if value else 32:x};{value[1:]}"', "an apostrophe as an entity": f' {name}="&apos;{value}"',
                            "a tab in the value": f' {name}="\t{value}"', "a line end in the value": f' {name}="{value}\n"', "a less-than in the value": f' {name}="<{value}"', "a greater-than in the value": f' {name}=">{value}"', "an ampersand": f' {name}="&{value}"',
                            "an unknown entity": f' {name}="&x;{value}"', "a control character": f' {name}="\x01{value}"', "U+0085": f' {name}="\x85{value}"', "U+FFFF": f' {name}="\uffff{value}"', "half a pair": f' {name}="\ud800{value}"'}.items():
            yield f"{what} at{at[0][:40]}", text[:a] + other + text[b:]
    for tag in sites((m for m in TAG.finditer(text) if len(ATTRIBUTE.findall(m[3])) > 1), 8):
        items = [m[0] for m in ATTRIBUTE.finditer(tag[3])]
        yield f"attributes in another order at {tag[0][:30]}", text[:tag.start(3)] + "".join(reversed(items)) + text[tag.end(3):]
    for at in sites((m for m in re.finditer(r">([^<>]+)<", body)), 8):
        a, b = at.span(1)
        for what, other in {"CDATA": f"<![CDATA[{at[1]}]]>", "a comment inside": f"{at[1][:1]}<!--x-->{at[1][1:]}", "a letter by its number": f"&#{ord(at[1][0])};{at[1][1:]}", "a quote as an entity": f"{at[1]}&quot;", "a bare CR": f"{at[1]}\r",
                            "]]>": f"{at[1]}]]>", "half a pair": f"{at[1]}\ud800"}.items():
            yield f"{what} in the text {ascii(at[1][:20])}", declaration + "\n" + body[:a] + other + body[b:]


def spelling_mutants(base, most):
    for e in base:
        if is_xml(e):
            for what, text in sites(spelling(e.content.decode(), any(x.name == "mimetype" for x in base)), most):
                if text != e.content.decode():
                    yield f"{e.name}: {what}", pack(with_content(base, e.name, text))


# ---- relationships and content types -----------------------------------------------------------------------------

RELATIONSHIP = re.compile(r'<Relationship Id="([^"]*)" Target="([^"]*)"( TargetMode="External")? Type="([^"]*)"/>')


def relationship_mutants(base):
    for e in base:
        if not e.name.endswith(".rels"):
            continue
        text = e.content.decode()
        for m in RELATIONSHIP.finditer(text):
            ident, target, mode, kind = m.groups()
            mode = mode or ""
            last = target.rpartition("/")[2]

            def rel(i=ident, t=target, o=mode, k=kind):
                return text[:m.start()] + f'<Relationship Id="{i}" Target="{t}"{o} Type="{k}"/>' + text[m.end():]
            changes = {f"id {i}": rel(i=i) for i in ("", "rId0", "rId01", "RID1", "rid1", "rId1 ", "rId99", "rId1x", "a", "rId٣")}
            changes |= {f"mode {o}": rel(o=f' TargetMode="{o}"') for o in ("Internal", "external", "EXTERNAL", "", "External ")}
            changes |= {"another order of attributes": text[:m.start()] + f'<Relationship Type="{kind}" Id="{ident}" Target="{target}"{mode}/>' + text[m.end():],
                        "one attribute more": text[:m.start()] + m[0][:-2] + ' a="b"/>' + text[m.end():], "twice": text[:m.end()] + m[0] + text[m.end():], "not there": text[:m.start()] + text[m.end():],
                        "no type": text[:m.start()] + f'<Relationship Id="{ident}" Target="{target}"{mode}/>' + text[m.end():]}
            for k in ("oleObject", "attachedTemplate", "externalLink", "frame", "aFChunk", "subDocument", "package", "control", "video", "audio", "image", "hyperlink", "customXml", "vmlDrawing", "officeDocument", "styles", "slide", "worksheet"):
                if OFFICE + k != kind:
                    changes[f"type {k}"] = rel(k=OFFICE + k)
            changes |= {f"type {k}": rel(k=k) for k in ("", kind.upper(), kind + " ", kind.replace("http:", "https:"), kind.replace("schemas.openxmlformats.org", "purl.oclc.org/ooxml"), kind.replace("2006", "2007"), kind + "/", "hyperlink",
                                                        "http://schemas.microsoft.com/office/2006/relationships/vbaProject")}
            if mode:
                bad = ("javascript:alert(1)", "file:///c:/a", "\\\\h\\s", "//h/a", "http:///a", "http://h\\a", "HTTP://h/", "http://H/", "http://h /", "http://h/\x7f", "http://h/%00", "http://h/%zz", "http://h/%4", "http://h/a#b#c", "http://h/&lt;", "ftp://h/",
                       "http:h", "http://", "https://u@h/", "http://h:/", "http://h:123456/", "http://[::1", "mailto:", "mailto:a?attach=b", "ms-msdt:/id", "data:text/html,x", "vbscript:x", "mhtml:http://h/", "http://h/\u3042", "http://h/" + "a" * 2049, "", " http://h/", "#a",
                       "search-ms:q", "http://h/a b", "mailto:a%0D%0Abcc:b", "http://%00/", "http://h%2fa/", "tel:1", "http://h/%0a", "http://h?a\\b", "http://h/^", "http://h/`", "http://h/{", "http://h/|", "http://h/&quot;", "mailto:a@b?body=%00")
                changes |= {f"target {ascii(t[:30])}": rel(t=t) for t in bad}
                changes["an inner one to a link"] = rel(o="")
            else:
                changes["an outer one to a part"] = rel(o=' TargetMode="External"')
                changes |= {f"target {ascii(t[:40])}": rel(t=t) for t in
                            ("", last + "x", last.upper(), "./" + target, "/" + target, target + "#a", target + "?a", target.replace(".", "%2E"), target.replace("/", "%2F", 1) if "/" in target else "%2E/" + target, target.replace("/", "\\") if "/" in target else ".\\" + target,
                             "../" * 9 + target, "x/../" + target, target + " ", " " + target, "file:///" + target, "http://h/" + target, "\\\\h\\" + target, "pack://a/" + target, target.replace("m", "%6D", 1) if "m" in target else "%78" + target, target.replace("e", "\u0435", 1),
                             "nowhere.xml", "../[Content_Types].xml", "docProps/app.xml", "../docProps/app.xml", e.name, "NUL", target + "\0", "about:blank", target + "&amp;")
                            if t != target}
            for what, changed in changes.items():
                if changed != text:
                    yield f"{e.name} {ident}: {what}", pack(with_content(base, e.name, changed))
        found = RELATIONSHIP.findall(text)
        for a in range(len(found) - 1):
            one, two = (m[0] for m in list(RELATIONSHIP.finditer(text))[a:a + 2])
            yield f"{e.name}: rId{a + 1} and the next change places", pack(with_content(base, e.name, text.replace(one + two, two + one)))
            yield f"{e.name}: rId{a + 1} and the next change targets", pack(with_content(base, e.name, text.replace(f'"{found[a][1]}"', '"\1"', 1).replace(f'"{found[a + 1][1]}"', f'"{found[a][1]}"', 1).replace('"\1"', f'"{found[a + 1][1]}"', 1)))
        yield f"{e.name}: no list", pack([x.copy() for x in base if x is not e])
    for e in base:      # a part's list that nobody asked for
        if is_xml(e) and "/" in e.name and not e.name.endswith(".rels") and not any(x.name == e.name.replace("/", "/_rels/") + ".rels" for x in base):
            folder, _, leaf = e.name.rpartition("/")
            for inner in ("", f'<Relationship Id="rId1" Target="http://h/" TargetMode="External" Type="{OFFICE}hyperlink"/>', f'<Relationship Id="rId1" Target="http://h/a.dotm" TargetMode="External" Type="{OFFICE}attachedTemplate"/>',
                          f'<Relationship Id="rId1" Target="http://h/a.png" TargetMode="External" Type="{OFFICE}image"/>'):
                rels = Entry(f"{folder}/_rels/{leaf}.rels", f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'.encode(), False)
                at = base.index(e) + 1
                yield f"{e.name} has a list {inner[-40:]}", pack([x.copy() for x in base[:at]] + [rels] + [x.copy() for x in base[at:]])


def type_mutants(base):
    name = "[Content_Types].xml"
    text = next(e for e in base if e.name == name).content.decode()
    rows = re.findall(r"<(?:Override|Default) [^>]*/>", text)
    for i, row in enumerate(rows):
        kind = re.search(r'ContentType="([^"]*)"', row)[1]
        place = re.search(r'(PartName|Extension)="([^"]*)"', row)
        for other in ("", kind.upper(), kind + " ", kind + "; charset=utf-8", "application/vnd.ms-office.vbaProject", "application/vnd.ms-word.document.macroEnabled.main+xml", "text/html", "application/xml", "application/vnd.ms-office.activeX+xml",
                      kind.replace("document.main", "template.main"), kind.replace("sheet.main", "template.main")):
            if other != kind:
                yield f"type of {place[2]}: {other[-50:]}", row, row.replace(f'"{kind}"', f'"{other}"')
        for other in (place[2].upper(), place[2] + " ", place[2].replace("/", "\\"), place[2].replace(".", "%2E"), place[2] + "x", "", "/" + place[2], place[2].lstrip("/")):
            if other != place[2]:
                yield f"place {place[2]}: {ascii(other)}", row, row.replace(f'{place[1]}="{place[2]}"', f'{place[1]}="{other}"')
        yield f"{place[2]} left out", row, ""
        yield f"{place[2]} twice", row, row + row
        for more in ('<Default ContentType="application/vnd.ms-office.vbaProject" Extension="bin"/>', '<Override ContentType="text/html" PartName="/a.html"/>', " ", "<!-- -->"):
            yield f"{more[:60]} before {place[2]}", row, more + row
        if i + 1 < len(rows):
            yield f"{place[2]} changes places", row + rows[i + 1], rows[i + 1] + row
            other = re.search(r'ContentType="([^"]*)"', rows[i + 1])[1]
            if other != kind:
                yield f"{place[2]} has the type of the next", row, row.replace(f'"{kind}"', f'"{other}"')


# ---- names and values by the pages' tables ------------------------------------------------------------------------

def table(path):
    """Rows of the page's table: element → (content, {attribute: class}). Not by the tool that verify is built with."""
    block = path.read_text(encoding="utf-8").split("\n## The table\n", 1)[1].split("```")[1]
    macros, own, taken = {}, {}, {}
    for line in filter(None, block.split("\n")):
        cells = (line.split("\t") + ["", ""])[:3]
        if cells[0].startswith("&"):
            other_macros, other = table(path.parent / cells[0][1:])
            macros.update(other_macros)
            taken.update({n: r for n, r in other.items() if n.rpartition(":")[0] in cells[1].split()})
        elif cells[0].startswith("@"):
            macros[cells[0]] = cells[1].split()
        else:
            attributes = [x for c in cells[2].split() for x in macros.get(c, [c])]
            for name in cells[0].split():
                prefix = name.rpartition(":")[0]
                own[name] = (cells[1], {(f"{prefix}:{a}" if ":" not in a and prefix in ("w", "m") else a): k for a, _, k in (x.rpartition(":") for x in attributes)})
    return macros, taken | own


NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?(%|[a-z]{2}|[Ee][+-]?[0-9]{1,3})?")
KEYWORD = re.compile(r"[A-Za-z0-9_.#%+{}:,-]{1,64}")


def fits(kind, value):
    """@value is resolved. None: another rule says it."""
    if any(ord(c) < 0x20 or 0x7F <= ord(c) <= 0x9F or ord(c) in (0xFFFE, 0xFFFF) for c in value):
        return False
    size = len(value.encode("utf-8", "surrogatepass"))
    return {"n": lambda: bool(NUMBER.fullmatch(value)), "k": lambda: bool(KEYWORD.fullmatch(value)), "s": lambda: size <= 8192, "y": lambda: size <= 8192 and not set(value) & set("()\\"),
            "p": lambda: value == "preserve"}.get(kind, lambda: None)()


VALUES = ["", " ", "0", "-0", "-", "+1", "1.", ".5", "1.5", "1e5", "1e1234", "1E+999", "1x", "1pt", "1PT", "1ptx", "1%", "1%%", "0" * 18, "0" * 19, "1." + "1" * 18, "1." + "1" * 19, "-" + "9" * 18, "NaN", "INF", "0x10", "1 ", " 1", "\u0661", "\uff11", "1,0",
          "true", "on", "A" * 64, "A" * 65, "a-b", "a/b", "a b", "a(b", "a\\b", "a\u00e9", "{A}", "a:b", "a;b", "a=b", "a'b", "a|b", "a!b", "a@b", "@a", "a*", "a~b", "a?b", "x" * 8192, "x" * 8193, "\u3042" * 2730, "\u3042" * 2731, "preserve", "Preserve", "default",
          "javascript:alert(1)", "url(http://h/)", "expression(1)", "http://h/", "\\\\h\\s", "file:///a", "=cmd|' /C calc'!A0", "DDEAUTO", "\u202e", "\u200b", "\ue000", "\U0001f600", "\u00a0", "<", ">", '"', "&", "'"]


def escape(value):
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def value_mutants(base, rows, seen):
    """Each attribute of each element once, with every value."""
    for e in base:
        if not is_xml(e) or e.name.endswith(".rels") or e.name.startswith(("[", "docProps", "META-INF")):
            continue
        text = e.content.decode()
        for tag in TAG.finditer(text):
            for at in ATTRIBUTE.finditer(tag[3]):
                key = (tag[2], at[1])
                if key in seen or at[1].startswith("xmlns"):
                    continue
                seen.add(key)
                kind = rows.get(tag[2], ("", {}))[1].get(at[1])
                for value in VALUES:
                    allowed = fits(kind, value) if kind else False
                    a, b = tag.start(3) + at.start(2), tag.start(3) + at.end(2)
                    if allowed is not None and escape(value) != at[2]:
                        yield f"{e.name} {tag[2]} {at[1]}:{kind} {ascii(value[:30])}", allowed, pack(with_content(base, e.name, text[:a] + escape(value) + text[b:]))


ATTRIBUTES = ["onclick", "onload", "macro", "action", "href", "src", "style", "r:id", "r:link", "r:embed", "r:href", "r:pict", "r:dm", "xlink:href", "o:href", "o:hlinkscript", "xml:base", "xml:lang", "xml:space", "mc:Ignorable", "mc:MustUnderstand", "mc:ProcessContent",
              "xsi:schemaLocation", "xmlns:x", "w:instr", "w:dirty", "w:fldLock", "script", "invalidUrl", "tgtFrame", "tooltip", "progId", "dde", "function", "xlm", "vbProcedure", "codeName", "link", "file", "uri", "url", "id", "name", "val", "w:val", "hidden", "t", "type"]


def attribute_mutants(base, rows, seen):
    for e in base:
        if not is_xml(e) or e.name.endswith(".rels") or e.name.startswith(("[", "docProps", "META-INF")):
            continue
        text = e.content.decode()
        for tag in TAG.finditer(text):
            if tag[1] or tag[2] in seen:
                continue
            seen.add(tag[2])
            have = {m[1]: m[2] for m in ATTRIBUTE.finditer(tag[3])}
            names = [n for n in have if n.startswith("xmlns")]
            for name in ATTRIBUTES:
                if name in have:
                    continue
                value = "http://h/x" if "href" in name or name in ("src", "uri", "url", "file") else "a"
                kind = rows.get(tag[2], ("", {}))[1].get(name)
                rest = dict(sorted((have | {name: value}).items(), key=lambda x: x[0].encode()))
                written = "".join(f' {n}="{have[n]}"' for n in names) + "".join(f' {n}="{v}"' for n, v in rest.items() if n not in names)
                allowed = fits(kind, value) if kind else False
                if allowed is not None:
                    yield f"{e.name} {tag[2]} with {name}", allowed, pack(with_content(base, e.name, text[:tag.start(3)] + written + text[tag.end(3):]))


ELEMENTS = ["w:altChunk", "w:object", "w:control", "w:attachedTemplate", "w:mailMerge", "w:subDoc", "w:frameset", "w:sdt", "w:customXml", "w:smartTag", "w:instrText", "w:fldData", "w:embedRegular", "w:docVars", "o:OLEObject", "v:imagedata", "v:textbox",
            "oleObjects", "oleObject", "controls", "ddeLink", "oleLink", "externalReference", "externalReferences", "webPublishItems", "connections", "queryTable", "customWorkbookViews", "fileRecoveryPr", "xm:macro", "dialogsheet", "f", "is", "legacyDrawing",
            "p:oleObj", "p:cmd", "p:audio", "p:video", "p:control", "p:custDataLst", "p:modifyVerifier", "p:extLst", "p:sld", "p:tagLst", "a:audioFile", "a:videoFile", "a:quickTimeFile", "a:snd", "a:hlinkClick", "a:hlinkHover", "a:graphicData", "a:blip", "a:tbl", "a:ext",
            "a:extLst", "a:sp3d", "a:fld", "mc:AlternateContent", "mc:Choice", "mc:Fallback", "c:externalData", "c:userShapes", "c:f", "c:chartSpace", "m:oMath", "dgm:relIds", "wne:toolbars", "script", "svg:svg", "html", "x:ClientData", "a:wavAudioFile", "w14:x", "p14:media"]


def element_mutants(base, rows, seen):
    """Elements that other programs know, as first child of one of each kind of parent."""
    for e in base:
        if not is_xml(e) or e.name.endswith(".rels") or e.name.startswith(("[", "docProps", "META-INF")):
            continue
        text = e.content.decode()
        for tag in TAG.finditer(text):
            if tag[1] or tag[2] in seen:
                continue
            seen.add(tag[2])
            for name in ELEMENTS:
                inner = f"<{name}/>"
                changed = text[:tag.end() - 2] + f">{inner}</{tag[2]}>" + text[tag.end():] if tag[4] else text[:tag.end()] + inner + text[tag.end():]
                allowed = name in rows and rows.get(tag[2], ("t",))[0] == "e"
                yield f"{e.name}: {name} in {tag[2]}", allowed, pack(with_content(base, e.name, changed))
