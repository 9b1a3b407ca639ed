/* SPDX-License-Identifier: Apache-2.0
 *
 * build.h - conforming files of every profile, built piece by piece by small writers of the tests'
 * own, so that one thing can be planted in a file that is otherwise perfectly canonical.
 */
#pragma once

#include "verify/verify.h"

/* ---- what verify says ------------------------------------------------------------------- */

/** verify_as: runs the profile on a copy on the heap, so that the sanitizer sees its end. */
SkReport *verify_as(SkType type, SkSpan in, const SkJob *job);
/** verify_word: "clean", or the code of the element that was named. */
const char *verify_word(SkType type, SkSpan in, const SkJob *job);
/** verify_place: (transfer full): the place that was named. */
char *verify_place(SkType type, SkSpan in);
void assert_clean(SkType type, GByteArray *file);                     /* takes @file */
void assert_refused(SkType type, GByteArray *file, const char *code); /* takes @file */
/** assert_only_clean: if @file is clean, it is not with a byte more or a byte less. */
void assert_only_clean(SkType type, GByteArray *file);
/** assert_every_cut_refused, assert_flips_harmless: no shorter file conforms; no flipped bit
 * crashes. */
void assert_every_cut_refused(SkType type, SkSpan in);
void assert_flips_harmless(SkType type, SkSpan in);

/* ---- bytes ------------------------------------------------------------------------------ */

GByteArray *bytes_new(const char *s);
void put(GByteArray *out, const void *p, size_t n);
void put_str(GByteArray *out, const char *s);
void put_u8(GByteArray *out, unsigned v);
void put_le(GByteArray *out, unsigned size, uint64_t v);
void put_be(GByteArray *out, unsigned size, uint64_t v);
SkSpan bytes_span(const GByteArray *bytes);
/** deflate_bytes: (transfer full): @raw as in ZIP, else as in PNG; level 1, whose header is 78 01.
 */
GByteArray *deflate_bytes(SkSpan in, bool raw);

/* ---- pictures --------------------------------------------------------------------------- */

#define PNG_SIGNATURE "\x89PNG\r\n\x1a\n"
void png_chunk(GByteArray *out, const char *type, SkSpan data);
void png_header(GByteArray *out, uint32_t width, uint32_t height, unsigned depth, unsigned color);
/** png_data: one IDAT of @rows, filter bytes and all. */
void png_data(GByteArray *out, SkSpan rows);
/** png_build: 4 x 2 RGB, with @type and @data (may be NULL) as one more chunk before IDAT. */
GByteArray *png_build(const char *type, const char *data);

typedef struct {
    unsigned width, height;
    bool grey;
    const char *app; /* a whole segment after JFIF, or NULL */
    size_t app_n;
    const char *tail;    /* after EOI, or NULL */
    unsigned extra_mcus; /* more than the picture has */
} JpegPlan;
/** jpeg_build: blocks of one flat value each, by the standard tables; 4:2:0. */
GByteArray *jpeg_build(const JpegPlan *plan);

/* ---- ZIP and docx ----------------------------------------------------------------------- */

typedef struct {
    char *name;
    GByteArray *content;
    bool stored;
    GByteArray *packed; /* owned: content deflated, once it has been; NULL: not yet */
} Entry;

/** zip_build: canonical; of Entry. */
GByteArray *zip_build(const GPtrArray *entries);
/** docx_new: (transfer full): entries of a small document that uses every kind of part. */
GPtrArray *docx_new(void);
/** docx_replace: in entry @name, the first @old by @new; NULL @old: the whole content. @old must be
 * there. */
void docx_replace(GPtrArray *entries, const char *name, const char *old, const char *new);
/** docx_add: an entry before the last one. */
void docx_add(GPtrArray *entries, const char *name, const char *content);
/** entry_set: @content is all that @entry holds. */
void entry_set(Entry *entry, SkSpan content);
/** docx_build: takes @entries. */
GByteArray *docx_build(GPtrArray *entries);

/** entries_new: (transfer full): of Entry, none yet. */
GPtrArray *entries_new(void);
/** office_new: (transfer full): entries of a small workbook or presentation (SK_TYPE_XLSX,
 * SK_TYPE_PPTX) that uses every kind of part; docx_replace, docx_add and docx_build are for them
 * too. */
GPtrArray *office_new(SkType type);
/** odf_new: (transfer full): the same for an OpenDocument file (SK_TYPE_ODT, SK_TYPE_ODS, SK_TYPE_ODP).
 */
GPtrArray *odf_new(SkType type);

/** PartChange: in @part the first @old becomes @new, and verify says @word ("clean", or a code). */
typedef struct {
    const char *part, *old, *new;
    const char *word;
} PartChange;
/** assert_changes: each alone, in the document of office_new (SK_TYPE_DOCX: docx_new). */
void assert_changes(SkType type, const PartChange *changes, size_t n);

/** zip_with_entry: as zip_build, with @content for the entry @index (modulo their number). */
GByteArray *zip_with_entry(const GPtrArray *entries, unsigned index, SkSpan content);
/** entry_seed: (transfer full): for a fuzz target whose input is such a change: @kind, the index, and
 * what the entry holds. */
GBytes *entry_seed(unsigned kind, const GPtrArray *entries, unsigned index);

/* ---- PDF -------------------------------------------------------------------------------- */

/** pdf_build: two pages; the first occurrence of @old in what is not a picture becomes @new (NULL:
 * none), and all offsets and lengths are still right. */
GByteArray *pdf_build(const char *old, const char *new);

/* ---- rebuilt PDF ------------------------------------------------------------------------ */

/** pdf_parts: (transfer full): objects, each ended by `----`, a stream's plain bytes behind `~~~~`: pages that use much of the profile. */
char *pdf_parts(void);
/** pdf_assemble: numbers the objects of @parts in their order, packs the streams, adds the rest of the file. */
GByteArray *pdf_assemble(const char *parts);
