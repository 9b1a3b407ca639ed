# SPDX-License-Identifier: Apache-2.0
"""opc.py - is an office package whole? What a program that opens it relies on, checked by the standard library alone.

OOXML (ECMA-376 part 2, OPC): every part has one content type, every relationship a target, every `r:` attribute a
relationship, everything is reachable from the package, and what the parts say of each other (styles, shared strings,
sheets, notes, layouts) is there. ODF (OpenDocument 1.3 part 2): mimetype first and stored, the manifest names what is
there, every reference into the package arrives, every style that is used is defined.

check(path) gives the list of faults, empty where there are none. As a program: opc.py FILE….
"""
import posixpath
import sys
import urllib.parse
import xml.etree.ElementTree as ET
import zipfile

CT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}href"
# By the end of a relationship's type, how the content type of what it leads to ends.
EXPECTED = {"officeDocument": ("main+xml",), "styles": ("styles+xml",), "theme": ("theme+xml",), "image": ("image/png", "image/jpeg"),
            "worksheet": ("worksheet+xml",), "chartsheet": ("chartsheet+xml",), "sharedStrings": ("sharedStrings+xml",),
            "drawing": ("drawing+xml",), "chart": ("chart+xml",), "comments": ("comments+xml",), "table": ("table+xml",),
            "slide": ("slide+xml",), "slideLayout": ("slideLayout+xml",), "slideMaster": ("slideMaster+xml",),
            "notesSlide": ("notesSlide+xml",), "notesMaster": ("notesMaster+xml",), "header": ("header+xml",),
            "footer": ("footer+xml",), "footnotes": ("footnotes+xml",), "endnotes": ("endnotes+xml",),
            "numbering": ("numbering+xml",), "settings": ("settings+xml",), "fontTable": ("fontTable+xml",),
            "pivotTable": ("pivotTable+xml",), "pivotCacheDefinition": ("pivotCacheDefinition+xml",),
            "pivotCacheRecords": ("pivotCacheRecords+xml",), "tableStyles": ("tableStyles+xml",)}


class Package:
    def __init__(self, path):
        self.faults = []
        self.zip = zipfile.ZipFile(path)
        self.names = self.zip.namelist()
        self.trees = {}
        if self.zip.testzip() is not None:
            self.faults.append(f"CRC of {self.zip.testzip()}")
        if len({n.lower() for n in self.names}) != len(self.names):
            self.faults.append("two entries of one name")

    def fault(self, *words):
        self.faults.append(" ".join(str(w) for w in words))

    def tree(self, name):
        if name not in self.trees:
            try:
                self.trees[name] = ET.fromstring(self.zip.read(name))
            except (ET.ParseError, KeyError) as error:
                self.fault(name, "cannot be read:", error)
                self.trees[name] = None
        return self.trees[name]


# ---- OOXML ----

def content_types(package):
    defaults, overrides = {}, {}
    root = package.tree("[Content_Types].xml")
    for item in root if root is not None else ():
        key = item.get("Extension" if item.tag == CT + "Default" else "PartName", "").lower()
        into = defaults if item.tag == CT + "Default" else overrides
        if key in into:
            package.fault("content type twice:", key)
        into[key] = item.get("ContentType")
    types = {}
    for name in package.names:
        if name == "[Content_Types].xml":
            continue
        found = overrides.pop("/" + name.lower(), None) or defaults.get(name.lower().rpartition(".")[2])
        if found is None:
            package.fault(name, "has no content type")
        types[name] = found or ""
    for name in overrides:
        package.fault("content type of a part that is not there:", name)
    return types


def rels_name(part):
    folder, _, name = part.rpartition("/")
    return (folder + "/" if folder else "") + "_rels/" + name + ".rels"


def relationships(package, part, types):
    """{id: (kind, target part or None)}"""
    name = rels_name(part)
    if name not in package.names:
        return {}
    out = {}
    root = package.tree(name)
    for rel in root if root is not None else ():
        kind = rel.get("Type", "").rpartition("/")[2]
        id, target = rel.get("Id"), rel.get("Target", "")
        if id in out:
            package.fault(name, "id twice:", id)
        if rel.get("TargetMode") == "External":
            if kind != "hyperlink":
                package.fault(name, "leads out of the package:", kind, target)
            out[id] = (kind, None)
            continue
        target = urllib.parse.unquote(target.partition("#")[0])
        target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
        if target not in types:
            package.fault(name, "leads nowhere:", kind, target)
            target = None
        elif kind in EXPECTED and not types[target].endswith(EXPECTED[kind]):
            package.fault(name, kind, "leads to", types[target])
        out[id] = (kind, target)
    return out


def walk(package, types):
    """Every part that is reached from the package, each with its relationships."""
    reached, work = {"": relationships(package, "", types)}, [""]
    while work:
        part = work.pop()
        for kind, target in reached[part].values():
            if target is not None and target not in reached:
                reached[target] = relationships(package, target, types)
                work.append(target)
    for name in types:
        if name not in reached and not name.endswith(".rels"):
            package.fault("nothing leads to", name)
        if name.endswith(".rels"):
            folder, _, file = name.rpartition("_rels/")
            if folder + file[:-len(".rels")] not in reached:
                package.fault("relationships of nothing:", name)
    return reached


def references(package, reached):
    for part, rels in reached.items():
        if not part.endswith((".xml", ".vml")):
            continue
        root = package.tree(part)
        if root is None:
            continue
        for element in root.iter():
            for key, value in element.attrib.items():
                if key.startswith(R) and value != "" and value not in rels:
                    package.fault(part, f"{element.tag.rpartition('}')[2]}: no relationship", value)
                if key == "{urn:schemas-microsoft-com:office:office}relid" and value not in rels:
                    package.fault(part, "o:relid: no relationship", value)


def of_kind(reached, part, kind):
    return [t for k, t in reached.get(part, {}).values() if k == kind and t is not None]


def ids_of(package, part, tag, attribute):
    root = package.tree(part) if part else None
    return {e.get(attribute) for e in root.iter(tag)} if root is not None else set()


def check_word(package, main, reached):
    root = package.tree(main)
    parts = {kind: (of_kind(reached, main, kind) or [None])[0] for kind in ("footnotes", "endnotes", "comments", "numbering", "styles")}
    for kind, note in (("footnotes", "footnote"), ("endnotes", "endnote"), ("comments", "comment")):
        there = ids_of(package, parts[kind], W + note, W + "id")
        for reference in root.iter(W + note + "Reference"):
            if reference.get(W + "id") not in there:
                package.fault(main, note, reference.get(W + "id"), "is not there")


def check_sheet(package, part, strings, formats):
    last = 0
    for row in package.tree(part).iter(S + "row"):
        number = int(row.get("r") or last + 1)
        if number <= last:
            package.fault(part, "rows out of order at", number)
        last = number
        for cell in row.iter(S + "c"):
            if int(cell.get("s") or 0) >= max(formats, 1):
                package.fault(part, cell.get("r"), "no cell format", cell.get("s"))
            value = cell.find(S + "v")
            if cell.get("t") == "s" and value is not None and int(value.text) >= strings:
                package.fault(part, cell.get("r"), "no shared string", value.text)


def check_workbook(package, main, reached):
    root = package.tree(main)
    sheets = root.findall(f"{S}sheets/{S}sheet")
    names = [s.get("name").lower() for s in sheets]
    if not sheets:
        package.fault(main, "no sheet")
    if len(set(names)) != len(names) or len({s.get("sheetId") for s in sheets}) != len(sheets):
        package.fault(main, "two sheets of one name or number")
    if all(s.get("state", "visible") != "visible" for s in sheets):
        package.fault(main, "no sheet can be seen")
    for name in root.iter(S + "definedName"):
        if name.get("localSheetId") is not None and int(name.get("localSheetId")) >= len(sheets):
            package.fault(main, "a name of a sheet that is not there:", name.get("name"))
    strings = styles = 0
    for part in of_kind(reached, main, "sharedStrings"):
        strings = len(package.tree(part).findall(S + "si"))
    for part in of_kind(reached, main, "styles"):
        formats = package.tree(part).find(S + "cellXfs")
        styles = len(formats) if formats is not None else 0
    for sheet in sheets:
        kind, part = reached[main].get(sheet.get(R + "id"), (None, None))
        if kind not in ("worksheet", "chartsheet"):
            package.fault(main, "sheet without a part:", sheet.get("name"))
        elif kind == "worksheet":
            check_sheet(package, part, strings, styles)
    tables = [package.tree(t) for p in reached for t in of_kind(reached, p, "table")]
    if len({t.get("id") for t in tables}) != len(tables) or len({(t.get("displayName") or "").lower() for t in tables}) != len(tables):
        package.fault("two tables of one id or name")


def check_slides(package, main, reached):
    root = package.tree(main)
    ids = [e.get("id") for e in root.iter(P + "sldId")]
    if len(set(ids)) != len(ids):
        package.fault(main, "two slides of one id")
    if not of_kind(reached, main, "slideMaster"):
        package.fault(main, "no slide master")
    for part in reached:
        kind = part.rpartition("/")[0]
        if kind == "ppt/slides" and len(of_kind(reached, part, "slideLayout")) != 1:
            package.fault(part, "has not one layout")
        if kind == "ppt/slideLayouts" and len(of_kind(reached, part, "slideMaster")) != 1:
            package.fault(part, "has not one master")
        if kind == "ppt/slideMasters" and len(of_kind(reached, part, "theme")) != 1:
            package.fault(part, "has not one theme")
    layouts = [e.get("id") for p in reached if p.startswith("ppt/slideMasters/") for e in package.tree(p).iter(P + "sldLayoutId")]
    layouts += [e.get("id") for e in root.iter(P + "sldMasterId")]
    if len(set(layouts)) != len(layouts):
        package.fault("two masters or layouts of one id")


def check_ooxml(package):
    types = content_types(package)
    reached = walk(package, types)
    references(package, reached)
    mains = of_kind(reached, "", "officeDocument")
    if len(mains) != 1:
        package.fault("not one main part:", mains)
    elif package.tree(mains[0]) is not None:
        kinds = {W + "document": check_word, S + "workbook": check_workbook, P + "presentation": check_slides}
        kinds.get(package.tree(mains[0]).tag, lambda *_: package.fault("no known document"))(package, mains[0], reached)


# ---- ODF ----

def check_odf(package):
    first = package.zip.infolist()[0]
    mimetype = package.zip.read("mimetype").decode("ascii", "replace")
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.extra:
        package.fault("mimetype is not first, stored and bare")
    there = {n for n in package.names if n not in ("mimetype", "META-INF/manifest.xml") and not n.endswith("/")}
    manifest = package.tree("META-INF/manifest.xml")
    entries = {e.get(MANIFEST + "full-path"): e.get(MANIFEST + "media-type") for e in (manifest if manifest is not None else ())}
    if entries.get("/") != mimetype:
        package.fault("manifest says", entries.get("/"), "mimetype", mimetype)
    named = {n for n in entries if not n.endswith("/")}
    for name in sorted(there ^ named):
        package.fault("only in the", "package:" if name in there else "manifest:", name)
    for document in [n for n in there if n.rpartition("/")[2] == "content.xml"]:
        check_odf_document(package, document.rpartition("content.xml")[0], there)


def check_odf_document(package, folder, there):
    roots = [package.tree(folder + n) for n in ("content.xml", "styles.xml") if folder + n in there]
    style = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
    defined = {e.get(style + "name") for root in roots if root is not None for e in root.iter() if e.get(style + "name")}
    used = "style-name", "master-page-name", "page-layout-name", "data-style-name"
    for root in roots:
        for element in root.iter() if root is not None else ():
            for key, value in element.attrib.items():
                if key == XLINK and not value.startswith(("#", "http:", "https:", "mailto:")) and value:
                    target = posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(value)))
                    if not any(n == target or n.startswith(target + "/") for n in there):
                        package.fault(folder or "/", element.tag.rpartition("}")[2], "leads nowhere:", value)
                if key.rpartition("}")[2] in used and value and value not in defined and value not in ("Default", "Standard"):
                    package.fault(folder or "/", "style that is not defined:", value)


def check(path):
    try:
        package = Package(path)
    except (zipfile.BadZipFile, OSError) as error:
        return [f"no package: {error}"]
    try:
        (check_odf if "mimetype" in package.names else check_ooxml)(package)
    except Exception as error:  # a checker that stumbles has not found it whole
        package.fault("could not be checked:", repr(error))
    return package.faults


if __name__ == "__main__":
    failed = 0
    for file in sys.argv[1:]:
        for fault in check(file):
            print(f"{file}: {fault}")
            failed = 1
    sys.exit(failed)
