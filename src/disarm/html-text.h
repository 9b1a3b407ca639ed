/* SPDX-License-Identifier: Apache-2.0
 *
 * html-text.h - a web page, or the body of a mail, as plain text that reads well: headings, lists,
 * quotes, tables in columns by the width of East Asian characters, links as numbered notes.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/html-text.md   Tests: tests/unit/disarm/test-html-text.c,
 * tests/fuzz/fuzz-html-text.c
 */
#pragma once

#include "format/html.h"

typedef struct {
    unsigned width;    /* of tables, in columns of half-width characters; 0: 100 */
    bool no_addresses; /* links are words only */
} SkHtmlTextOptions;

typedef struct {
    uint32_t links;     /* written as notes */
    uint32_t deceptive; /* of them, those whose text names another host */
    uint32_t unsafe;    /* javascript: and the like; not written as notes */
    uint32_t pictures;  /* shown by their alternative text, or not at all */
    uint32_t remote;    /* pictures that would have been loaded */
    uint32_t trackers;  /* remote and not to be seen */
    uint32_t hidden;    /* runs of text that the page does not show */
    uint32_t scripts, forms, embedded;
    SkHtmlCharset charset;
} SkHtmlTextCounts;

/**
 * sk_html_text: @page in whatever encoding (@label: what is said beside it, or empty) as UTF-8,
 * appended to @out: lines end with LF, none is longer for a table than the width. The characters
 * are the page's: what a text may not hold is still to be dropped (text-out.h).
 * Linear in @page, but for tables in tables (three deep; deeper ones are read as lines).
 */
bool sk_html_text(SkSpan page, SkSpan label, const SkHtmlTextOptions *options, GString *out,
                  SkHtmlTextCounts *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- html-columns.c ------------------------------------------------------------------------- */

/** sk_columns_width: of one line, in half-width columns. */
unsigned sk_columns_width(SkSpan line);
/** sk_columns_write: @rows (of GPtrArray of char *, each a cell's lines) as a table in columns, at
 * most @width wide. */
void sk_columns_write(const GPtrArray *rows, unsigned width, GString *out);
