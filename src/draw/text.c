/* SPDX-License-Identifier: Apache-2.0
 * text.c - contract in text.h. */
#include "draw/text.h"

#include "draw/extras.h"

#include <string.h>

#define VERTICAL_FIRST 0xFE10
#define VERTICAL_LAST 0xFE48
#define RADICAL_FIRST 0x2F00 /* 康熙部首: what some programs write in /ToUnicode for the whole sign */
#define RADICAL_LAST 0x2FD5

/* U+FE10 to U+FE48: punctuation turned for vertical lines, as fonts for Japanese have it. 0: as it is. */
static const uint16_t vertical[VERTICAL_LAST - VERTICAL_FIRST + 1] = {
    [0x00] = 0xFF0C, [0x01] = 0x3001, [0x02] = 0x3002, [0x03] = 0xFF1A, [0x04] = 0xFF1B, [0x05] = 0xFF01, [0x06] = 0xFF1F,
    [0x07] = 0x3016, [0x08] = 0x3017, [0x09] = 0x2026, [0x20] = 0x2025, [0x21] = 0x2014, [0x22] = 0x2013, [0x23] = 0xFF3F,
    [0x25] = 0xFF08, [0x26] = 0xFF09, [0x27] = 0xFF5B, [0x28] = 0xFF5D, [0x29] = 0x3014, [0x2A] = 0x3015, [0x2B] = 0x3010,
    [0x2C] = 0x3011, [0x2D] = 0x300A, [0x2E] = 0x300B, [0x2F] = 0x3008, [0x30] = 0x3009, [0x31] = 0x300C, [0x32] = 0x300D,
    [0x33] = 0x300E, [0x34] = 0x300F, [0x37] = 0xFF3B, [0x38] = 0xFF3D,
};

gunichar
sk_draw_plain_char(gunichar c)
{
    if (c >= VERTICAL_FIRST && c <= VERTICAL_LAST && vertical[c - VERTICAL_FIRST] != 0)
        return vertical[c - VERTICAL_FIRST];
    if (c >= RADICAL_FIRST && c <= RADICAL_LAST) {
        gunichar whole = 0;
        return g_unichar_fully_decompose(c, TRUE, &whole, 1) == 1 ? whole : c;
    }
    if (c == '\t')
        return ' ';
    return c < 0x20 || (c >= 0x7f && c < 0xa0) ? 0 : c;
}

/* ---- what is on the page -------------------------------------------------------------------- */

/* One line of a page, without what hangs over at its end. */
static void
append_line(GString *out, const char *line, size_t n)
{
    size_t start = out->len;

    for (const char *p = line; p < line + n; p = g_utf8_next_char(p)) {
        gunichar c = sk_draw_plain_char(g_utf8_get_char(p));
        if (c != 0)
            g_string_append_unichar(out, c);
    }
    while (out->len > start && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

/* Two empty lines never follow each other, and none stands at the beginning or the end. */
static void
append_text(GString *out, const char *text)
{
    bool gap = false, some = false;

    while (*text != '\0') {
        size_t n = strcspn(text, "\n\f");
        g_autoptr(GString) line = g_string_new(NULL);
        append_line(line, text, n);
        text += n + (text[n] != '\0' ? 1 : 0);
        if (line->len == 0) {
            gap = some;
            continue;
        }
        if (gap)
            g_string_append_c(out, '\n');
        g_string_append_printf(out, "%s\n", line->str);
        gap = false;
        some = true;
    }
}

/* ---- what is filled in ---------------------------------------------------------------------- */

/* (transfer full): what a field shows; NULL: nothing that is text. */
static char *
field_value(PopplerFormField *field)
{
    PopplerFormFieldType type = poppler_form_field_get_field_type(field);

    if (type == POPPLER_FORM_FIELD_TEXT)
        return poppler_form_field_text_is_password(field) ? NULL : poppler_form_field_text_get_text(field);
    if (type != POPPLER_FORM_FIELD_CHOICE)
        return NULL;
    g_autofree char *typed = poppler_form_field_choice_is_editable(field) ? poppler_form_field_choice_get_text(field) : NULL;
    GString *all = g_string_new(typed);
    for (gint i = 0; all->len == 0 && i < poppler_form_field_choice_get_n_items(field); i++) {
        g_autofree char *item = NULL;
        if (poppler_form_field_choice_is_item_selected(field, i))
            item = poppler_form_field_choice_get_item(field, i);
        if (item != NULL)
            g_string_append(all, item);
    }
    return g_string_free(all, FALSE);
}

static void
append_field(GString *out, PopplerFormField *field)
{
    g_autofree char *name = poppler_form_field_get_name(field);
    g_autofree char *value = field_value(field);
    g_autoptr(GString) line = g_string_new(NULL);

    if (value == NULL || !g_utf8_validate(value, -1, NULL))
        return;
    g_strdelimit(value, "\r\n\f", ' ');
    append_line(line, value, strlen(value));
    if (line->len == 0)
        return;
    g_string_append(out, "〔記入欄");
    if (name != NULL && *name != '\0' && g_utf8_validate(name, -1, NULL)) {
        g_string_append(out, "：");
        append_line(out, name, strlen(name));
    }
    g_string_append_printf(out, "〕%s\n", line->str);
}

/* Poppler's text of a page is without its fields. */
static void
append_fields(GString *out, PopplerPage *page)
{
    GList *fields = poppler_page_get_form_field_mapping(page);

    for (GList *i = fields; i != NULL; i = i->next)
        append_field(out, ((PopplerFormFieldMapping *)i->data)->field);
    poppler_page_free_form_field_mapping(fields);
}

static uint32_t
count_pictures(PopplerPage *page)
{
    GList *pictures = poppler_page_get_image_mapping(page);
    uint32_t n = g_list_length(pictures);

    poppler_page_free_image_mapping(pictures);
    return n;
}

static bool
one_page(PopplerPage *page, int index, int pages, const SkJob *job, SkReport *report, SkSink *sink, GError **error)
{
    g_autofree char *text = poppler_page_get_text(page);
    g_autofree char *place = g_strdup_printf("p%d", index + 1);
    g_autoptr(GString) out = g_string_new(NULL);
    uint32_t pictures = count_pictures(page);

    if (text != NULL && g_utf8_validate(text, -1, NULL))
        append_text(out, text);
    append_fields(out, page);
    if (out->len == 0 && pictures > 0)
        g_string_append(out, "〔画像〕\n");
    if (index > 0)
        sk_sink_u8(sink, '\n');
    if (pages > 1)
        sk_sink_printf(sink, "〔ページ%d〕\n", index + 1);
    sk_sink_span(sink, sk_span(out->str, out->len));
    return pictures == 0 || sk_extras_found(job, report, SK_ELEMENT_PICTURE_LEFT_OUT, pictures, place, error);
}

bool
sk_draw_text(PopplerDocument *document, const SkJob *job, SkReport *report, SkSink *sink, GError **error)
{
    int pages = poppler_document_get_n_pages(document);

    for (int i = 0; i < pages; i++) {
        PopplerPage *page = poppler_document_get_page(document, i);
        g_autofree char *place = g_strdup_printf("p%d", i + 1);
        if (page == NULL)
            return sk_throw(error, SK_ERROR_MALFORMED, "draw: page %d cannot be read", i + 1);
        bool good = sk_extras_page(page, place, job, report, error) &&
                    one_page(page, i, pages, job, report, sink, error);
        g_object_unref(page);
        if (!good)
            return false;
    }
    return sk_sink_finish(sink, error);
}
