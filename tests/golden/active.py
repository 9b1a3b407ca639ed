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
         rb"mhtml:", rb"ppaction://(?!hlinksldjump|hlinkshowjump|noaction|customshow)", rb"vnd\.sun\.star\.", rb"<script:event-listener\b", rb"presentation:action=\"(?:execute|macro|verb|sound)", rb"[< ]office:scripts",
         rb" script:(?:event-name=\"(?!dom:click)|language=|macro-name=)", rb"[< ](?:text|office|table):dde-", rb"<text:section-source", rb"<table:cell-range-source", rb"<draw:plugin",
         rb"<draw:applet", rb"<draw:floating-frame", rb"<(?:text|table|form):database-", rb"<form:", rb"Basic/", rb"manifest:encryption",
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
FORMULA = re.compile(r"\b(CALL|REGISTER(?:\.ID)?|EXEC|EVALUATE|WEBSERVICE|FILTERXML|RTD|DDE|HYPERLINK\s*\(\s*\"(?!https?:|mailto:|#)|IMAGE|STOCKHISTORY|"
                     r"GET\.[A-Z.]+|FOPEN|FWRITE|RUN|SQL\.REQUEST|CUBE[A-Z]+)\s*\(", re.I)
RELATIONSHIPS = {"officeDocument", "extended-properties", "core-properties", "styles", "numbering", "settings", "fontTable", "theme", "footnotes",
                 "endnotes", "comments", "header", "footer", "chart", "image", "hyperlink", "worksheet", "chartsheet", "sharedStrings", "drawing",
                 "vmlDrawing", "table", "pivotTable", "pivotCacheDefinition", "pivotCacheRecords", "slide", "slideLayout", "slideMaster", "notesSlide",
                 "notesMaster", "handoutMaster", "commentAuthors", "tableStyles", "presProps", "viewProps", "chartUserShapes", "diagramDrawing",
                 "diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "chartStyle", "chartColorStyle", "sheetMetadata", "themeOverride"}


def entries(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def texts_of(data):
    """The bytes as they are, and as UTF-16 would hide them."""
    yield data
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield data.decode("utf-16", "replace").encode()


def patterns(path):
    found = []
    with open(path, "rb") as file:
        pieces = {"the file itself": file.read()}
    for name, data in {**{n: d for n, d in entries(path).items() if not n.lower().endswith((".png", ".jpeg", ".jpg"))}, **pieces}.items():
        visible = visible_text_removed(data) if name != "the file itself" else data[:0]
        for text in texts_of(visible):
            found += [f"{name}: {p.decode()}" for p in BYTES if re.search(p, text)]
        for text in texts_of(data):
            found += [f"{name}: {p.decode()}" for p in WHOLE if re.search(p, text)]
    return found


def visible_text_removed(data):
    """What people read may speak of anything (a manual of macros): only markup can act."""
    return re.sub(rb">[^<]*<", b"><", data)


def local(tag):
    return tag.rpartition("}")[2]


def unwanted_instruction(element, name):
    if local(element.tag) in ("instrText", "delInstrText"):
        yield element.text or ""
    for key, value in element.attrib.items():
        if local(key) == "instr":
            yield value


def unwanted_formula(element):
    """Formulas: of cells, names, rules, validations, charts; of ODF by attribute."""
    if local(element.tag) in ("f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula") and element.text:
        yield element.text
    for key, value in element.attrib.items():
        if local(key) in ("formula", "condition", "base-cell-address") or value.startswith(("of:=", "oooc:=", "msoxl:=")):
            yield value


def check_formula(where, text):
    bare = re.sub(r"\{[^{}]*\}", "{}", re.sub(r'"[^"]*"', '""', text))  # in arrays of OpenFormula | ends a row
    if FORMULA.search(text):
        return [f"{where}: formula {text[:80]}"]
    if re.search(r"(?<![\w\]])\[\d+\]|^\[[^\]]+\.xl|\\\\|\|", bare) or re.search(r"'(?:file|https?|ftp):", text, re.I):
        return [f"{where}: formula reaches out {text[:80]}"]
    return []


def check_xml(name, data):
    found = []
    for _, element in ET.iterparse(io.BytesIO(data)):
        found += [f"{name}: field {t[:80]}" for t in unwanted_instruction(element, name) if FIELDS.match(t.strip())]
        for text in unwanted_formula(element):
            found += check_formula(name, text)
        found += [f"{name}: {local(k)}={v[:60]}" for k, v in element.attrib.items()
                  if re.match(r"(?i)on[a-z]+$", local(k)) and local(element.tag) not in ("transition", "bldP") and re.search(r"[(;]", v)]
        if local(element.tag) == "Relationship":
            found += check_relationship(name, element)
    return found


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
        if data[:1] == b"<" or data[:3] == b"\xef\xbb\xbf":
            found += check_xml(name, data)
    return found


if __name__ == "__main__":
    status = 0
    for file in sys.argv[1:]:
        for line in patterns(file) + structure(file):
            print(f"{file}: {line}")
            status = 1
    sys.exit(status)
