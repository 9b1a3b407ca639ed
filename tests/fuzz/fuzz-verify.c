/* SPDX-License-Identifier: Apache-2.0
 * fuzz-verify.c - any bytes through each profile. The first byte says which, and how deep: a whole
 * object, or one piece in an object that is otherwise canonical, since no mutant gets past a CRC.
 */
#include "fuzz.h"
#include "../unit/verify/build.h"

#include <string.h>

typedef enum {
    WHOLE_TEXT,
    WHOLE_CSV,
    WHOLE_TSV,
    WHOLE_PNG,
    WHOLE_JPEG,
    WHOLE_DOCX,
    WHOLE_PDF,
    PNG_ROWS,
    DOCX_DOCUMENT,
    DOCX_RELATIONS,
    DOCX_INSTRUCTION,
    DOCX_TYPES,
    MODES
} Mode;

static const SkType types[MODES] = {
    SK_TYPE_TEXT, SK_TYPE_CSV, SK_TYPE_TSV,  SK_TYPE_PNG,  SK_TYPE_JPEG, SK_TYPE_DOCX,
    SK_TYPE_PDF,  SK_TYPE_PNG, SK_TYPE_DOCX, SK_TYPE_DOCX, SK_TYPE_DOCX, SK_TYPE_DOCX,
};

static GByteArray *
in_docx(const char *part, const char *old, SkSpan piece)
{
    GPtrArray *entries = docx_new();
    g_autofree char *new = sk_span_dup(piece);

    docx_replace(entries, part, old, new);
    return docx_build(entries);
}

static GByteArray *
wrap(Mode mode, SkSpan in)
{
    GByteArray *out = NULL;

    switch (mode) {
    case PNG_ROWS:
        out = g_byte_array_new();
        png_header(out, 4, 2, 8, 2);
        png_data(out, in);
        png_chunk(out, "IEND", SK_SPAN_EMPTY);
        return out;
    case DOCX_DOCUMENT:
        return in_docx("word/document.xml", NULL, in);
    case DOCX_RELATIONS:
        return in_docx("word/_rels/document.xml.rels", NULL, in);
    case DOCX_INSTRUCTION:
        return in_docx("word/document.xml", " PAGE \\* MERGEFORMAT ", in);
    case DOCX_TYPES:
        return in_docx("[Content_Types].xml", NULL, in);
    case WHOLE_TEXT:
    case WHOLE_CSV:
    case WHOLE_TSV:
    case WHOLE_PNG:
    case WHOLE_JPEG:
    case WHOLE_DOCX:
    case WHOLE_PDF:
    case MODES:
        break;
    }
    out = g_byte_array_new();
    put(out, in.p, in.n);
    return out;
}

/* A yes is a yes to these bytes alone: one byte more or less is none, but in formats without an
 * end. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Mode mode = (Mode)(data[0] % MODES);
    g_autoptr(GByteArray) file = wrap(mode, sk_span(data + 1, size - 1));
    const char *word = verify_word(types[mode], bytes_span(file), NULL);

    if (strcmp(word, "clean") == 0 && mode > WHOLE_TSV) {
        put_u8(file, 0);
        g_assert_cmpstr(verify_word(types[mode], bytes_span(file), NULL), !=, "clean");
        g_assert_cmpstr(verify_word(types[mode], sk_span(file->data, file->len - 2), NULL), !=,
                        "clean");
    }
    return 0;
}

static GByteArray *
seed(unsigned index)
{
    JpegPlan jpeg = { .width = 20, .height = 10 };
    GPtrArray *entries = NULL;
    GByteArray *out = NULL;

    switch ((Mode)index) {
    case WHOLE_TEXT:
        return bytes_new("氏名\t\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\n");
    case WHOLE_CSV:
        return bytes_new("\xef\xbb\xbf"
                         "a,\"b;\"\"c\",-1\r\n'=x,,\r\n");
    case WHOLE_TSV:
        return bytes_new("\xef\xbb\xbf"
                         "a\t\"b,c\"\t-\r\n");
    case WHOLE_PNG:
        return png_build(NULL, NULL);
    case WHOLE_JPEG:
        return jpeg_build(&jpeg);
    case WHOLE_DOCX:
        return docx_build(docx_new());
    case WHOLE_PDF:
        return pdf_build(NULL, NULL);
    case PNG_ROWS:
        return bytes_new("\1aaaaaaaaaaaa\1bbbbbbbbbbbb");
    case DOCX_INSTRUCTION:
        return bytes_new(" HYPERLINK \"https://example.jp/a?b=c#d\" \\o \"e\" ");
    case DOCX_DOCUMENT:
    case DOCX_RELATIONS:
    case DOCX_TYPES:
        entries = docx_new();
        out = g_byte_array_new();
        const Entry *entry = entries->pdata[index == DOCX_DOCUMENT    ? 2u
                                            : index == DOCX_RELATIONS ? 3u
                                                                      : entries->len - 1];
        put(out, entry->content->data, entry->content->len);
        g_ptr_array_unref(entries);
        return out;
    case MODES:
        break;
    }
    return NULL;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    g_autoptr(GByteArray) content = index < MODES ? seed(index) : NULL;
    uint8_t mode = (uint8_t)index;

    if (content == NULL)
        return NULL;
    g_byte_array_prepend(content, &mode, 1);
    return g_byte_array_free_to_bytes(g_steal_pointer(&content));
}
