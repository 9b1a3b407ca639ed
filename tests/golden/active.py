# SPDX-License-Identifier: Apache-2.0
"""active.py - does an office file hold anything that runs, loads or reaches out? Two readers that know nothing of Sekisho.

patterns(path): the package's bytes, raw and expanded, against regular expressions, in every encoding of text.
structure(path): entries, relationships, content types, elements and formulas, namespace by namespace, as analysts'
tools walk them; OLE compound files, programs, fonts, sounds and archives inside entries.
Each gives the list of what it found. What the two must not find is what design 6 lists, not what Sekisho's tables say.
As a program: active.py FILE….
"""
import io
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

MAGIC = {b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "OLE compound file", b"MZ": "program", b"\x7fELF": "program", b"PK\x03\x04": "archive",
         b"%PDF": "PDF", b"{\\rt": "RTF", b"Rar!": "archive", b"7z\xbc\xaf": "archive", b"ITSF": "help file", b"\xca\xfe\xba\xbe": "class file",
         b"OTTO": "font", b"\x00\x01\x00\x00": "font", b"wOFF": "font", b"ID3": "sound", b"RIFF": "sound or video", b"<script": "script"}
BYTES = [rb"vbaProject", rb"vbaData", rb"Attribut\x00?e VB_", rb"macrosheet", rb"dialogsheet", rb"activeX", rb"ctrlProp", rb"customUI",
         rb"attachedToolbar", rb"attachedTemplate", rb"subDocument\b", rb"externalLink", rb"oleObject\d", rb"package/2006/relationships/digital-signature",
         rb"printerSettings", rb"customXml/", rb"webextension", rb"connections\+xml", rb"queryTable", rb"aFChunk", rb"frameset", rb"afchunk",
         rb"obfuscatedFont", rb"mailMerge", rb"<!DOCTYPE", rb"<!ENTITY", rb"<\?xml-stylesheet", rb"javascript:", rb"vbscript:", rb"ms-[a-z]+:",
         rb"mhtml:", rb"ppaction://(?!hlinksldjump|hlinkshowjump|noaction|customshow)", rb"vnd\.sun\.star\.", rb"<script:event-listener\b", rb"presentation:action=[\"'](?:execute|macro|verb|sound)", rb"[< ]office:scripts",
         rb"\sscript:(?:event-name=\"(?!dom:click\")|language=|macro-name=)", rb"[< ](?:text|office|table):dde-", rb"<text:section-source", rb"<table:cell-range-source", rb"<draw:plugin",
         rb"<draw:applet", rb"<draw:floating-frame", rb"<(?:text|form):database-", rb"<table:database-source", rb"<form:", rb"Basic/", rb"manifest:encryption",
         rb"<p:cmd", rb"<p:audio", rb"<p:video", rb"<a:(?:audio|video|quickTime|wav)", rb"<w:(?:altChunk|object|control|subDoc|attachedTemplate|movie)\b",
         rb"<(?:x:)?(?:oleObjects|oleLink|ddeLink|controls|legacyDrawingHF|webPublish)", rb"<o:OLEObject", rb"x:FmlaMacro", rb"<x:Script",
         rb"file:/", rb"(?:Target|href)=\"\\\\\\\\", rb"[Dd][Dd][Ee](?:AUTO|auto)\b"]
# The same over whole bytes: what acts though it stands where text stands, and what leads out of the package.
WHOLE = [rb"instrText[^>]*>[^<]*\b(?:DDE|INCLUDE|MACROBUTTON|IMPORT|LINK\b|DATABASE)", rb"<p:oleObj\b",
         rb"relationships/(?!hyperlink\")[A-Za-z]+\"[^>]*TargetMode=\"External\"",
         rb"TargetMode=\"External\"[^>]*relationships/(?!hyperlink\")[A-Za-z]+\""]
# Words of a field's instruction, and functions of a formula, that run or load something.
FIELDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|EMBED|MACROBUTTON|DATABASE|RD|AUTOTEXT|AUTOTEXTLIST|GLOSSARY|"
                    r"MERGEFIELD|MERGEREC|NEXT|NEXTIF|SKIPIF|ASK|FILLIN|SET|PRINT|GOTOBUTTON|HTMLACTIVEX|CONTROL|ADDIN|DATA|PRIVATE|BARCODE)\b", re.I)
FORMULA = re.compile(r"\b(CALL|REGISTER(?:\.ID)?|EXEC|EVALUATE|WEBSERVICE|FILTERXML|RTD|DDE|IMAGE|STOCKHISTORY|"
                     r"GET\.[A-Z.]+|FOPEN|FWRITE|RUN|SQL\.REQUEST|CUBE[A-Z]+)\s*\(", re.I)
RELATIONSHIPS = {"officeDocument", "extended-properties", "core-properties", "styles", "numbering", "settings", "fontTable", "theme", "footnotes",
                 "endnotes", "comments", "header", "footer", "chart", "image", "hyperlink", "worksheet", "chartsheet", "sharedStrings", "drawing",
                 "vmlDrawing", "table", "pivotTable", "pivotCacheDefinition", "pivotCacheRecords", "slide", "slideLayout", "slideMaster", "notesSlide",
                 "notesMaster", "handoutMaster", "commentAuthors", "tableStyles", "presProps", "viewProps", "chartUserShapes", "diagramDrawing",
                 "diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "chartStyle", "chartColorStyle", "sheetMetadata", "themeOverride"}
# A link of a formula that is no plain address at once, and the pieces of a formula that only say something: strings, names in
# quotes, columns of a table (no such in OpenDocument, where brackets are references).
LINK = re.compile(r"\bHYPERLINK\s*\((?!\s*\"(?:https?://|mailto:|#))", re.I)
SAYING = {False: re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|(?<=[\w\]])\[(?:[^][']|'.|\[(?:[^][']|'.)*\])*\]"),
          True: re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'")}
# In arrays of OpenFormula | ends a row; of constants only.
ARRAY = re.compile(r"\{(?:[\s;|+-]|\"\"|(?<![\d.])[\d.]+(?:e[+-]?\d+)?|TRUE|FALSE|#[A-Z/]+0?[!?]?)*\}", re.I)
# OpenDocument, by namespace, whatever its prefix: whole namespaces, elements, and what a click in a presentation may do.
FOREIGN = ("script:1.0", "/2000/script", "form:1.0", "/2000/form", "database:1.0", "/2002/xforms")
ELEMENTS = {"scripts", "script", "execute-macro", "macro", "error-macro", "plugin", "applet", "param", "floating-frame", "object-ole", "section-source",
            "cell-range-source", "table-source", "source-service", "dde-source", "dde-connection", "dde-connection-decl", "dde-connection-decls", "dde-link", "dde-links",
            "database-source-sql", "database-source-query", "database-source-table", "database-display", "database-next", "database-row-select",
            "forms", "sound", "event-listener"}
CLICKS = {"none", "next-page", "previous-page", "first-page", "last-page", "last-visited-page", "stop", "hide", "show", "fade-out"}
OPENDOCUMENT = ("urn:oasis:names:tc:opendocument:", "http://openoffice.org/", "urn:org:documentfoundation:", "urn:openoffice:")
TAG = re.compile(rb"<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")


def entries(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def texts_of(data):
    """The bytes as they are, and as UTF-16 would hide them."""
    yield data
    for marks, encoding in (((b"\xff\xfe", b"<\0"), "utf-16-le"), ((b"\xfe\xff", b"\0<"), "utf-16-be")):
        if data.startswith(marks):
            yield data.decode(encoding, "replace").encode()


def patterns(path):
    found = []
    for name, data in entries(path).items():
        if name.lower().endswith((".png", ".jpeg", ".jpg")):
            continue
        for text in texts_of(data):
            markup = visible_text_removed(text)
            found += [f"{name}: {p.decode()}" for p in BYTES if re.search(p, markup)]
            found += [f"{name}: {p.decode()}" for p in WHOLE if re.search(p, text)]
    with open(path, "rb") as file:
        whole = file.read()
    return found + [f"the file itself: {p.decode()}" for p in WHOLE if re.search(p, whole)]


def visible_text_removed(data):
    """What people read may speak of anything (a manual of macros): only markup can act. A > in an attribute's value ends no
    tag, and what is no whole tag stays."""
    kept, at = [], 0
    for tag in TAG.finditer(data):
        between = data[at:tag.start()]
        kept += [between[between.find(b"<"):] if b"<" in between else b"", tag.group()]
        at = tag.end()
    return b"".join(kept) + data[at:]


def local(tag):
    return tag.rpartition("}")[2]


def unwanted_instruction(element, name):
    if local(element.tag) in ("instrText", "delInstrText"):
        yield element.text or ""
    for key, value in element.attrib.items():
        if local(key) == "instr":
            yield value


def unwanted_formula(element):
    """Formulas: of cells, names, rules, validations, charts; of OpenDocument by attribute. (text, of OpenDocument?)"""
    if local(element.tag) in ("f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula") and element.text:
        yield element.text, False
    for key, value in element.attrib.items():
        prefixed = value.startswith(("of:=", "oooc:=", "msoxl:="))
        if prefixed or local(key) in ("formula", "condition", "expression", "textlink") or local(key).endswith(("-address", "-addresses", "-ranges")):
            yield value, prefixed or element.tag.startswith(tuple("{" + n for n in OPENDOCUMENT))


def check_formula(where, text, opendocument):
    names = []

    def silence(piece):
        if piece[0][0] == "'":
            names.append(piece[0] + piece.string[piece.end():piece.end() + 1])
        return piece[0][0] + {'"': '"', "'": "'", "[": "]"}[piece[0][0]]

    bare = SAYING[opendocument].sub(silence, text)
    bare = ARRAY.sub("{}", bare) if opendocument else bare
    if FORMULA.search(text) or LINK.search(text):
        return [f"{where}: formula {text[:80]}"]
    if re.search(r"(?<![\w\]])\[\d+\]|^\[[^\]]+\.xl|\\|\|", bare) or any(re.search(r"[][|\\]|:/|^'(?:file|https?|ftp):", n, re.I) for n in names) or \
            (opendocument and any(n.endswith("'#") for n in names)):
        return [f"{where}: formula reaches out {text[:80]}"]
    return []


def check_opendocument(where, element):
    """What acts in OpenDocument: scripts, listeners, forms, sources elsewhere; and links that nobody has to click."""
    space, what = element.tag[1:].rpartition("}")[::2] if element.tag[0] == "{" else ("", element.tag)
    click = what == "event-listener" and space.endswith("presentation:1.0")
    attributes = {local(k): v for k, v in element.attrib.items()}
    found = []
    if space.endswith(FOREIGN) or (space.startswith(OPENDOCUMENT) and what in ELEMENTS and not click):
        found.append(f"{where}: {what} of {space}")
    if click and (attributes.get("action") not in CLICKS or attributes.get("event-name") != "dom:click" or len(element) > 0 or
                  ("href" in attributes and attributes["action"] != "show")):
        found.append(f"{where}: a click does {attributes}")
    for key, value in element.attrib.items():
        if key[1:].rpartition("}")[0].endswith(FOREIGN) and not (click and local(key) == "event-name"):
            found.append(f"{where}: {local(key)}={value[:60]}")
        if key == "{http://www.w3.org/1999/xlink}href":
            clicked = re.match(r"(?:https?://|mailto:|#)", value) and (what == "a" or click)
            inside = not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]", value) and not re.search(r"(?:^|[/\\])\.\.(?:[/\\]|$)", value)
            found += [] if clicked or (inside and what != "a") else [f"{where}: {what} leads to {value[:80]}"]
    return found


def check_xml(name, data):
    found = []
    if re.match(rb"[^<]{0,3}<\?xml[^>]*encoding\s*=\s*[\"'](?!UTF-8[\"'])", data.replace(b"\0", b""), re.I):
        found.append(f"{name}: an encoding that hides")
    try:
        for _, element in ET.iterparse(io.BytesIO(data)):
            found += check_element(name, element)
    except (ET.ParseError, ValueError, LookupError) as error:
        found.append(f"{name}: {error}")
    return found


def check_element(name, element):
    found = [f"{name}: field {t[:80]}" for t in unwanted_instruction(element, name) if FIELDS.match(t.strip())]
    for text, opendocument in unwanted_formula(element):
        found += check_formula(name, text, opendocument)
    found += [f"{name}: {local(k)}={v[:60]}" for k, v in element.attrib.items()
              if re.match(r"(?i)on[a-z]+$", local(k)) and local(element.tag) not in ("transition", "bldP") and re.search(r"[(;]", v)]
    if local(element.tag) == "Relationship":
        found += check_relationship(name, element)
    return found + check_opendocument(name, element)


def check_relationship(name, element):
    kind, target = element.get("Type", "").rpartition("/")[2], element.get("Target", "")
    if kind not in RELATIONSHIPS:
        return [f"{name}: relationship {kind}"]
    if element.get("TargetMode") == "External" and not (kind == "hyperlink" and re.match(r"(?:https?|mailto):", target)):
        return [f"{name}: {kind} leads to {target[:80]}"]
    return []


def structure(path):
    found = []
    for name, data in entries(path).items():
        picture = name.lower().endswith((".png", ".jpeg", ".jpg"))
        found += [f"{name}: {what}" for magic, what in MAGIC.items() if data.startswith(magic)]
        if not picture and re.search(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", data):
            found.append(f"{name}: OLE compound file inside")
        if not picture and not name.lower().endswith((".xml", ".rels", ".vml")) and name != "mimetype":
            found.append(f"{name}: neither XML nor a picture")
        if name.lower().endswith((".xml", ".rels", ".vml")) or data.lstrip()[:1] == b"<" or data[:3] == b"\xef\xbb\xbf":
            found += check_xml(name, data)
    return found


if __name__ == "__main__":
    status = 0
    for file in sys.argv[1:]:
        for line in patterns(file) + structure(file):
            print(f"{file}: {line}")
            status = 1
    sys.exit(status)
