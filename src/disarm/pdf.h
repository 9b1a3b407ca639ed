/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf.h - a hostile PDF as objects: thin words over libqpdf, which is called from pdf.c alone.
 * Nothing is repaired: recovery is off, and whatever libqpdf could only guess is said by
 * sk_pdf_check.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/pdf.md, ISO 32000-1   Tests: tests/unit/disarm/test-pdf.c,
 * tests/fuzz/fuzz-pdf.c
 */
#pragma once

#include "disarm/disarm.h"

typedef struct SkPdf SkPdf;

typedef enum {
    SK_PDF_NULL, /* also: absent, a reference to nothing, an object that cannot be read */
    SK_PDF_BOOL,
    SK_PDF_INTEGER,
    SK_PDF_REAL,
    SK_PDF_STRING,
    SK_PDF_NAME,
    SK_PDF_ARRAY,
    SK_PDF_DICTIONARY,
    SK_PDF_STREAM,
} SkPdfType;

/** SkPdfObject: an object of the document, reached; a reference is followed when it is got. It
 * lives until sk_pdf_release of a mark that was taken before it. `{ 0 }` is null. */
typedef struct {
    uint32_t handle;
    SkPdfType type; /* asked for once: each question to libqpdf costs */
} SkPdfObject;

#define SK_PDF_NOTHING ((SkPdfObject){ 0 })

/** SkPdfRef: which indirect object it is; number 0: a direct one. */
typedef struct {
    uint32_t number, generation;
} SkPdfRef;

/* ---- opening ------------------------------------------------------------------------------ */

/**
 * sk_pdf_open:
 * @input: borrowed, must outlive the document
 * @password: UTF-8; "": none
 * @ret: (transfer full)
 * @error: ENCRYPTED: @password does not open it. MALFORMED: it can be read by guessing only, if at
 *   all.
 *     LIMIT, UNSUPPORTED (a security handler that is not the standard one)
 */
bool sk_pdf_open(SkSpan input, const char *password, SkPdf **ret,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_pdf_free(SkPdf *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdf, sk_pdf_free)

/** sk_pdf_check: false with MALFORMED (LIMIT where memory ran out) as soon as anything that was
 * read so far had to be guessed. It sticks. Getters do not fail: they give null, zero or nothing,
 * and this says so later. */
bool sk_pdf_check(SkPdf *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_pdf_encrypted(const SkPdf *self);
SkPdfObject sk_pdf_trailer(SkPdf *self);
SkPdfObject sk_pdf_root(SkPdf *self);

/** sk_pdf_mark, sk_pdf_release: everything that was got after the mark is given back: one pair
 * around each object of a worklist, or memory grows with the work instead of the file. */
size_t sk_pdf_mark(const SkPdf *self);
void sk_pdf_release(SkPdf *self, size_t mark);
/** sk_pdf_hold: the same object, safe from every release but that of the document. */
SkPdfObject sk_pdf_hold(SkPdf *self, SkPdfObject o);

/** sk_pdf_parse: a dictionary from @text, what stands between its brackets (inline pictures). null
 * where it is none; that is not held against the file. */
SkPdfObject sk_pdf_parse(SkPdf *self, SkSpan text);

/* ---- looking ------------------------------------------------------------------------------ */

SkPdfType sk_pdf_type(const SkPdf *self, SkPdfObject o);
/** sk_pdf_held: an object that was held, by its handle; 0 is null. */
SkPdfObject sk_pdf_held(SkPdf *self, uint32_t handle);
SkPdfRef sk_pdf_ref(SkPdf *self, SkPdfObject o);
/** sk_pdf_is_dictionary: a dictionary, or a stream, which has one. */
bool sk_pdf_is_dictionary(SkPdf *self, SkPdfObject o);
/** sk_pdf_get: the value of @key (without `/`) of a dictionary or of a stream's; null where there
 * is none. */
SkPdfObject sk_pdf_get(SkPdf *self, SkPdfObject dictionary, const char *key);
/** sk_pdf_get2: by @key, or where that is absent by @abbreviation (inline pictures). */
SkPdfObject sk_pdf_get2(SkPdf *self, SkPdfObject dictionary, const char *key,
                        const char *abbreviation);
bool sk_pdf_has(SkPdf *self, SkPdfObject dictionary, const char *key);
/** sk_pdf_keys: (transfer full): of char*, without `/`, in byte order. */
GPtrArray *sk_pdf_keys(SkPdf *self, SkPdfObject dictionary);
/** sk_pdf_count: items of an array; 0 of anything else. */
uint32_t sk_pdf_count(SkPdf *self, SkPdfObject array);
SkPdfObject sk_pdf_item(SkPdf *self, SkPdfObject array, uint32_t i);

/** sk_pdf_int, sk_pdf_bool, sk_pdf_number: false, and @ret untouched, where @o is none (or beyond
 * ±2^31−1). */
bool sk_pdf_int(SkPdf *self, SkPdfObject o, int32_t *ret);
bool sk_pdf_bool(SkPdf *self, SkPdfObject o, bool *ret);
/** A number is a whole number of 100,000,000ths (pdf-spell.h). */
bool sk_pdf_number(SkPdf *self, SkPdfObject o, int64_t *ret);
/** sk_pdf_numbers: exactly @n numbers in an array. */
bool sk_pdf_numbers(SkPdf *self, SkPdfObject array, uint32_t n, int64_t *ret);
/** sk_pdf_name: without `/`, escapes undone; lives as long as the document. Empty where @o is no
 * name. */
SkSpan sk_pdf_name(SkPdf *self, SkPdfObject o);
bool sk_pdf_name_is(SkPdf *self, SkPdfObject o, const char *name);
/** sk_pdf_string: (transfer full): the bytes of a string; NULL where @o is none. */
GBytes *sk_pdf_string(SkPdf *self, SkPdfObject o);
/** sk_pdf_text: (transfer full): a text string as UTF-8 of allowed characters (as
 * docs/formats/text.md, without line ends); NULL where @o is no string. */
char *sk_pdf_text(SkPdf *self, SkPdfObject o);
/** sk_pdf_lines: (transfer full): of char*: the same line by line; empty where @o is no string. */
GPtrArray *sk_pdf_lines(SkPdf *self, SkPdfObject o);
#define SK_PDF_LINES_MAX 1000u
/** sk_pdf_text_of, sk_pdf_plain: (transfer full): the same of a string's bytes, of UTF-8. */
char *sk_pdf_text_of(SkSpan bytes);
char *sk_pdf_plain(const char *text);
#define SK_PDF_TEXT_MAX 8192u /* bytes of UTF-8: longer texts are cut */

/* ---- streams ------------------------------------------------------------------------------ */

/** sk_pdf_stream_raw: (transfer full): the bytes as they are stored, decrypted; nothing is
 * decoded. MALFORMED. */
bool sk_pdf_stream_raw(SkPdf *self, SkPdfObject stream, GBytes **ret,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- the walk ----------------------------------------------------------------------------- */

typedef struct SkPdfPlan SkPdfPlan;     /* disarm/pdf-plan.h */
typedef struct SkPdfMemory SkPdfMemory; /* disarm/pdf-memory.h */
typedef struct SkPdfFiles SkPdfFiles;   /* disarm/pdf-files.h */

/** SkPdfWalk: what all engines of a rebuild are given. */
typedef struct {
    SkDisarm *disarm; /* borrowed: job, report, sum of expanded bytes */
    SkPdf *pdf;       /* borrowed */
    SkPdfPlan *plan;  /* borrowed: the new objects */
    SkPdfMemory *memory;
    SkPdfFiles *files; /* borrowed; NULL: what is attached is not handed on */
    const char *place; /* where the work is now, for findings: `page 3`; never NULL */
} SkPdfWalk;

/** sk_pdf_found: as sk_disarm_found at the walk's place. */
bool sk_pdf_found(SkPdfWalk *walk, SkElement element, uint32_t count,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Errors of engines, and what the walk makes of them: SK_ERROR_FORBIDDEN, LIMIT, ENCRYPTED,
 * INTERNAL and IO end the rebuild. Every other one means that this object cannot be rebuilt: the
 * page where it stands is drawn.
 */
