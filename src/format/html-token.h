/* SPDX-License-Identifier: Apache-2.0
 *
 * html-token.h - the text of a web page as tags and runs of text.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: HTML (WHATWG) 13.2.5   Tests: tests/unit/format/test-html.c
 */
#pragma once

#include "format/html.h"

typedef struct {
    const char *name; /* with its semicolon, where it has one */
    const char *text;
} SkHtmlEntity;

/* Made by tools/html-entities.py: in the order of their bytes. */
extern const SkHtmlEntity sk_html_entities[];
extern const unsigned sk_html_entities_n;

typedef enum {
    SK_HTML_TOKEN_END_OF_FILE,
    SK_HTML_TOKEN_TEXT,
    SK_HTML_TOKEN_START,
    SK_HTML_TOKEN_END,
    SK_HTML_TOKEN_COMMENT,
    SK_HTML_TOKEN_DOCTYPE,
} SkHtmlTokenKind;

typedef struct {
    SkHtmlTokenKind kind;
    SkHtmlTag tag;
    SkSpan name; /* of a tag, in lower case */
    SkSpan text; /* of a text or comment */
    bool self_closing;
    bool quirks; /* of a document type */
    SkHtmlAttr attrs[SK_HTML_ATTRS_MAX];
    unsigned attrs_n;
} SkHtmlToken;

typedef enum {
    SK_HTML_STATE_DATA = 0,
    SK_HTML_STATE_RCDATA,
    SK_HTML_STATE_RAW,
    SK_HTML_STATE_SCRIPT,
    SK_HTML_STATE_PLAIN
} SkHtmlTextState;

typedef struct {
    SkSpan in; /* borrowed */
    size_t at;
    SkHtmlTextState state; /* set by who builds the tree */
    SkHtmlTag raw;         /* the element whose end tag ends that state */
    bool foreign;          /* CDATA sections are read */
    GStringChunk *strings; /* borrowed */
    GString *scratch;      /* borrowed */
    uint32_t too_many_attrs;
} SkHtmlTokenizer;

/** sk_html_token: the next one; spans point into the text or into @self->strings. */
void sk_html_token(SkHtmlTokenizer *self, SkHtmlToken *ret);
