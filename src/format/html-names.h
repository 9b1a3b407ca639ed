/* SPDX-License-Identifier: Apache-2.0
 *
 * html-names.h - the elements that parsing HTML knows by name, in order, and what the algorithm
 * needs to know of each. To be included by html.h and html-token.c alone.
 * Runs in: disarm worker (no files, no network).
 * Spec: HTML (WHATWG), 13.2   Tests: tests/unit/format/test-html.c
 */
#pragma once

/* X(name, symbol, properties) */
#define SK_HTML_NAMES(X) \
    X("a", A, SK_HTML_FORMATTING) \
    X("abbr", ABBR, 0) \
    X("acronym", ACRONYM, 0) \
    X("address", ADDRESS, SK_HTML_SPECIAL) \
    X("annotation-xml", ANNOTATION_XML, 0) \
    X("applet", APPLET, SK_HTML_SPECIAL | SK_HTML_SCOPE) \
    X("area", AREA, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("article", ARTICLE, SK_HTML_SPECIAL) \
    X("aside", ASIDE, SK_HTML_SPECIAL) \
    X("audio", AUDIO, 0) \
    X("b", B, SK_HTML_FORMATTING) \
    X("base", BASE, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("basefont", BASEFONT, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("bdi", BDI, 0) \
    X("bdo", BDO, 0) \
    X("bgsound", BGSOUND, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("big", BIG, SK_HTML_FORMATTING) \
    X("blink", BLINK, 0) \
    X("blockquote", BLOCKQUOTE, SK_HTML_SPECIAL) \
    X("body", BODY, SK_HTML_SPECIAL) \
    X("br", BR, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("button", BUTTON, SK_HTML_SPECIAL) \
    X("canvas", CANVAS, 0) \
    X("caption", CAPTION, SK_HTML_SPECIAL | SK_HTML_SCOPE) \
    X("center", CENTER, SK_HTML_SPECIAL) \
    X("cite", CITE, 0) \
    X("code", CODE, SK_HTML_FORMATTING) \
    X("col", COL, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("colgroup", COLGROUP, SK_HTML_SPECIAL) \
    X("data", DATA, 0) \
    X("datalist", DATALIST, 0) \
    X("dd", DD, SK_HTML_SPECIAL | SK_HTML_IMPLIED) \
    X("del", DEL, 0) \
    X("desc", DESC, 0) \
    X("details", DETAILS, SK_HTML_SPECIAL) \
    X("dfn", DFN, 0) \
    X("dialog", DIALOG, 0) \
    X("dir", DIR, SK_HTML_SPECIAL) \
    X("div", DIV, SK_HTML_SPECIAL) \
    X("dl", DL, SK_HTML_SPECIAL) \
    X("dt", DT, SK_HTML_SPECIAL | SK_HTML_IMPLIED) \
    X("em", EM, SK_HTML_FORMATTING) \
    X("embed", EMBED, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("fieldset", FIELDSET, SK_HTML_SPECIAL) \
    X("figcaption", FIGCAPTION, SK_HTML_SPECIAL) \
    X("figure", FIGURE, SK_HTML_SPECIAL) \
    X("font", FONT, SK_HTML_FORMATTING) \
    X("footer", FOOTER, SK_HTML_SPECIAL) \
    X("foreignobject", FOREIGNOBJECT, 0) \
    X("form", FORM, SK_HTML_SPECIAL) \
    X("frame", FRAME, SK_HTML_SPECIAL) \
    X("frameset", FRAMESET, SK_HTML_SPECIAL) \
    X("h1", H1, SK_HTML_SPECIAL | SK_HTML_HEADING) \
    X("h2", H2, SK_HTML_SPECIAL | SK_HTML_HEADING) \
    X("h3", H3, SK_HTML_SPECIAL | SK_HTML_HEADING) \
    X("h4", H4, SK_HTML_SPECIAL | SK_HTML_HEADING) \
    X("h5", H5, SK_HTML_SPECIAL | SK_HTML_HEADING) \
    X("h6", H6, SK_HTML_SPECIAL | SK_HTML_HEADING) \
    X("head", HEAD, SK_HTML_SPECIAL) \
    X("header", HEADER, SK_HTML_SPECIAL) \
    X("hgroup", HGROUP, SK_HTML_SPECIAL) \
    X("hr", HR, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("html", HTML, SK_HTML_SPECIAL | SK_HTML_SCOPE) \
    X("i", I, SK_HTML_FORMATTING) \
    X("iframe", IFRAME, SK_HTML_SPECIAL | SK_HTML_RAW) \
    X("image", IMAGE, 0) \
    X("img", IMG, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("input", INPUT, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("ins", INS, 0) \
    X("kbd", KBD, 0) \
    X("keygen", KEYGEN, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("label", LABEL, 0) \
    X("legend", LEGEND, 0) \
    X("li", LI, SK_HTML_SPECIAL | SK_HTML_IMPLIED) \
    X("link", LINK, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("listing", LISTING, SK_HTML_SPECIAL) \
    X("main", MAIN, SK_HTML_SPECIAL) \
    X("malignmark", MALIGNMARK, 0) \
    X("map", MAP, 0) \
    X("mark", MARK, 0) \
    X("marquee", MARQUEE, SK_HTML_SPECIAL | SK_HTML_SCOPE) \
    X("math", MATH, 0) \
    X("menu", MENU, SK_HTML_SPECIAL) \
    X("meta", META, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("meter", METER, 0) \
    X("mglyph", MGLYPH, 0) \
    X("mi", MI, 0) \
    X("mn", MN, 0) \
    X("mo", MO, 0) \
    X("ms", MS, 0) \
    X("mtext", MTEXT, 0) \
    X("nav", NAV, SK_HTML_SPECIAL) \
    X("nobr", NOBR, SK_HTML_FORMATTING) \
    X("noembed", NOEMBED, SK_HTML_SPECIAL | SK_HTML_RAW) \
    X("noframes", NOFRAMES, SK_HTML_SPECIAL | SK_HTML_RAW) \
    X("noscript", NOSCRIPT, SK_HTML_SPECIAL) \
    X("object", OBJECT, SK_HTML_SPECIAL | SK_HTML_SCOPE) \
    X("ol", OL, SK_HTML_SPECIAL) \
    X("optgroup", OPTGROUP, SK_HTML_IMPLIED) \
    X("option", OPTION, SK_HTML_IMPLIED) \
    X("output", OUTPUT, 0) \
    X("p", P, SK_HTML_SPECIAL | SK_HTML_IMPLIED) \
    X("param", PARAM, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("picture", PICTURE, 0) \
    X("plaintext", PLAINTEXT, SK_HTML_SPECIAL | SK_HTML_RAW) \
    X("pre", PRE, SK_HTML_SPECIAL) \
    X("progress", PROGRESS, 0) \
    X("q", Q, 0) \
    X("rb", RB, SK_HTML_IMPLIED) \
    X("rp", RP, SK_HTML_IMPLIED) \
    X("rt", RT, SK_HTML_IMPLIED) \
    X("rtc", RTC, SK_HTML_IMPLIED) \
    X("ruby", RUBY, 0) \
    X("s", S, SK_HTML_FORMATTING) \
    X("samp", SAMP, 0) \
    X("script", SCRIPT, SK_HTML_SPECIAL | SK_HTML_RAW) \
    X("search", SEARCH, SK_HTML_SPECIAL) \
    X("section", SECTION, SK_HTML_SPECIAL) \
    X("select", SELECT, SK_HTML_SPECIAL) \
    X("slot", SLOT, 0) \
    X("small", SMALL, SK_HTML_FORMATTING) \
    X("source", SOURCE, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("span", SPAN, 0) \
    X("strike", STRIKE, SK_HTML_FORMATTING) \
    X("strong", STRONG, SK_HTML_FORMATTING) \
    X("style", STYLE, SK_HTML_SPECIAL | SK_HTML_RAW) \
    X("sub", SUB, 0) \
    X("summary", SUMMARY, SK_HTML_SPECIAL) \
    X("sup", SUP, 0) \
    X("svg", SVG, 0) \
    X("table", TABLE_, SK_HTML_SPECIAL | SK_HTML_SCOPE | SK_HTML_TABLE) \
    X("tbody", TBODY, SK_HTML_SPECIAL | SK_HTML_TABLE) \
    X("td", TD, SK_HTML_SPECIAL | SK_HTML_SCOPE) \
    X("template", TEMPLATE, SK_HTML_SPECIAL | SK_HTML_SCOPE) \
    X("textarea", TEXTAREA, SK_HTML_SPECIAL | SK_HTML_RAW) \
    X("tfoot", TFOOT, SK_HTML_SPECIAL | SK_HTML_TABLE) \
    X("th", TH, SK_HTML_SPECIAL | SK_HTML_SCOPE) \
    X("thead", THEAD, SK_HTML_SPECIAL | SK_HTML_TABLE) \
    X("time", TIME, 0) \
    X("title", TITLE, SK_HTML_SPECIAL | SK_HTML_RAW) \
    X("tr", TR, SK_HTML_SPECIAL | SK_HTML_TABLE) \
    X("track", TRACK, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("tt", TT, SK_HTML_FORMATTING) \
    X("u", U, SK_HTML_FORMATTING) \
    X("ul", UL, SK_HTML_SPECIAL) \
    X("var", VAR, 0) \
    X("video", VIDEO, 0) \
    X("wbr", WBR, SK_HTML_SPECIAL | SK_HTML_VOID) \
    X("xmp", XMP, SK_HTML_SPECIAL | SK_HTML_RAW)
