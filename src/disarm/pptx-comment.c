/* SPDX-License-Identifier: Apache-2.0
 *
 * pptx-comment.c - comments of the newer kind (threads): written as comments of the older one, each
 * answer behind what it answers, since every program reads those.
 */
#include "disarm/pptx.h"

#define TEXT_MAX (64u << 10)
#define LAST_INDEX "65535" /* of an author's comments: the next one gets a number that is free */

typedef struct {
    unsigned author;
    char *date;    /* owned; NULL: none that may stand */
    GString *text; /* owned */
} Comment;

static void
comment_clear(void *p)
{
    Comment *comment = p;

    g_free(comment->date);
    g_string_free(comment->text, TRUE);
}

/* ---- authors ------------------------------------------------------------------------------- */

static bool
author_start(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
             GError **error)
{
    GPtrArray *authors = user;

    (void)error;
    if (symbol == SK_EL_p188_author && depth == 2)
        g_ptr_array_add(authors, sk_span_dup(sk_ooxml_value(attrs, n, SK_AT_id)));
    return true;
}

bool
sk_pptx_open(SkOoxmlDocument *document, GError **error)
{
    const SkZipEntry *entry = NULL;
    SkPptxDeck *deck = g_new0(SkPptxDeck, 1);

    deck->authors = g_ptr_array_new_with_free_func(g_free);
    document->own = deck;
    if (!sk_ooxml_find(document, NULL, SK_OOXML_COMMENT_AUTHORS, &entry, error))
        return false;
    return entry == NULL || sk_ooxml_scan(document, entry, author_start, deck->authors, error);
}

void
sk_pptx_close(SkOoxmlDocument *document)
{
    SkPptxDeck *deck = document->own;

    g_ptr_array_unref(deck->authors);
    g_free(deck);
}

static unsigned
author_of(const SkOoxmlFilter *filter, SkSpan id)
{
    const SkPptxDeck *deck = filter->document->own;

    for (unsigned i = 0; i < deck->authors->len; i++) {
        if (sk_span_is(id, deck->authors->pdata[i]))
            return i;
    }
    return 0;
}

static void
write_number(SkXmlWriter *out, const char *name, unsigned value)
{
    char text[16];

    g_snprintf(text, sizeof text, "%u", value);
    sk_xml_writer_attr(out, name, sk_span_str(text));
}

static void
write_string(SkXmlWriter *out, const char *name, SkSpan value)
{
    sk_xml_writer_attr(out, name, sk_ooxml_value_is(SK_VALUE_S, value) ? value : SK_SPAN_EMPTY);
}

typedef struct {
    SkXmlWriter *out;
    unsigned n;
} Authors;

static bool
write_author(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
             GError **error)
{
    Authors *self = user;

    (void)error;
    if (symbol != SK_EL_p188_author || depth != 2)
        return true;
    sk_xml_writer_start(self->out, "p:cmAuthor");
    write_number(self->out, "clrIdx", self->n);
    write_number(self->out, "id", self->n);
    write_string(self->out, "initials", sk_ooxml_value(attrs, n, SK_AT_initials));
    sk_xml_writer_attr(self->out, "lastIdx", sk_span_str(LAST_INDEX));
    write_string(self->out, "name", sk_ooxml_value(attrs, n, SK_AT_name));
    sk_xml_writer_end(self->out, "p:cmAuthor");
    self->n++;
    return true;
}

/* ---- comments ------------------------------------------------------------------------------ */

static void
begin_comment(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n)
{
    SkPptxPart *part = filter->own;
    SkSpan date = sk_ooxml_value(attrs, n, SK_AT_created);
    Comment comment = { .author = author_of(filter, sk_ooxml_value(attrs, n, SK_AT_authorId)) };

    comment.text = g_string_new(NULL);
    if (sk_ooxml_value_is(SK_VALUE_K, date))
        comment.date = sk_span_dup(date);
    g_array_append_val(part->comments, comment);
}

static Comment *
speaking(SkPptxPart *part)
{
    return &g_array_index(part->comments, Comment, part->speaking);
}

/* In a part of comments nothing else comes out but their text. */
bool
sk_pptx_comment_start(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    SkPptxPart *part = filter->own;
    SkXmlSymbol parent = sk_ooxml_parent(filter);
    bool in_comment = part->comments->len > 0;

    sk_ooxml_through(filter);
    if (symbol == SK_EL_p188_cm && filter->depth == 2) {
        begin_comment(filter, attrs, n);
        sk_ooxml_top(filter)->own = SK_PPTX_END_COMMENT;
    } else if (symbol == SK_EL_p188_reply && in_comment) {
        begin_comment(filter, attrs, n);
    } else if (symbol == SK_EL_p188_txBody && in_comment) {
        part->speaking = parent == SK_EL_p188_reply ? part->comments->len - 1 : 0;
    } else if (symbol == SK_EL_a_p && in_comment) {
        if (speaking(part)->text->len > 0)
            g_string_append_c(speaking(part)->text, '\n');
    } else if (symbol == SK_EL_a_t && in_comment) {
        sk_ooxml_top(filter)->kind = SK_FRAME_OWN;
    } else if (symbol != SK_EL_p188_replyLst && symbol != SK_EL_a_r) {
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
    }
    return true;
}

bool
sk_pptx_comment_text(SkOoxmlFilter *filter, SkSpan text, GError **error)
{
    SkPptxPart *part = filter->own;
    GString *to = speaking(part)->text;

    if (to->len + text.n > TEXT_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "pptx: comment too long");
    g_string_append_len(to, (const char *)text.p, (gssize)text.n);
    return true;
}

void
sk_pptx_comment_end(SkOoxmlFilter *filter)
{
    SkPptxPart *part = filter->own;
    SkPptxDeck *deck = filter->document->own;
    SkXmlWriter *out = filter->out;

    for (unsigned i = 0; i < part->comments->len; i++) {
        const Comment *comment = &g_array_index(part->comments, Comment, i);
        sk_ooxml_count(filter, SK_ELEMENT_COMMENTS);
        sk_xml_writer_start(out, "p:cm");
        write_number(out, "authorId", comment->author);
        if (comment->date != NULL)
            sk_xml_writer_attr(out, "dt", sk_span_str(comment->date));
        write_number(out, "idx", ++deck->comments);
        sk_ooxml_write_empty(filter, "p:pos", " x=\"10\" y=\"10\"");
        sk_xml_writer_start(out, "p:text");
        sk_xml_writer_text(out, sk_span(comment->text->str, comment->text->len));
        sk_xml_writer_end(out, "p:text");
        sk_xml_writer_end(out, "p:cm");
    }
    g_array_set_size(part->comments, 0);
}

/* ---- both ---------------------------------------------------------------------------------- */

bool
sk_pptx_make(SkOoxmlFilter *filter, GError **error)
{
    SkPptxPart *part = filter->own;
    bool authors = filter->part->kind == SK_OOXML_COMMENT_AUTHORS;
    const char *root = authors ? "p:cmAuthorLst" : "p:cmLst";
    Authors list = { .out = filter->out };
    bool ok = false;

    sk_xml_writer_declaration(filter->out);
    sk_xml_writer_start(filter->out, root);
    sk_xml_writer_raw(filter->out, filter->document->profile->declarations);
    if (authors) {
        ok = sk_ooxml_scan(filter->document, filter->part->entry, write_author, &list, error);
    } else {
        sk_ooxml_count(filter, SK_ELEMENT_THREADED_COMMENTS);
        part->comments = g_array_new(FALSE, TRUE, sizeof(Comment));
        g_array_set_clear_func(part->comments, comment_clear);
        filter->run->included = SK_EL_p188_cmLst;
        ok = sk_ooxml_stream(filter, filter->part->entry, error);
    }
    sk_xml_writer_end(filter->out, root);
    return ok;
}
