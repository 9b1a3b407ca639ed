/* SPDX-License-Identifier: Apache-2.0
 *
 * docx.h - inside of the Word disarmer: the package's walk (docx.c), one part's filter
 * (docx-part.c), the pictures (docx-picture.c). sk_docx_disarm is declared in ooxml.h. Runs in:
 * disarm worker (no files, no network). Trusts: nothing. Spec: docs/formats/docx.md   Tests:
 * tests/unit/disarm/test-docx.c, tests/golden/, tests/fuzz/fuzz-docx.c
 */
#pragma once

#include "disarm/ooxml.h"

typedef struct {
    SkOoxmlKind kind;
    const SkZipEntry *entry; /* NULL: the stand-in picture */
    char *name;              /* owned: of the entry to be written */
    GBytes *picture;         /* owned: a disarmed picture, until it is written */
} SkDocxPart;

/* A relationship to be written. */
typedef struct {
    SkOoxmlKind kind;
    char *target; /* owned */
} SkDocxRel;

typedef struct {
    SkDisarm *disarm;                 /* borrowed */
    SkOoxml *package;                 /* owned */
    SkZipWriter *writer;              /* owned */
    GPtrArray *parts;                 /* owned, of SkDocxPart *, in the order of writing */
    GHashTable *known;                /* owned: const SkZipEntry * → SkDocxPart * */
    SkDocxPart *standin;              /* borrowed from parts; NULL until one is needed */
    unsigned numbers[SK_OOXML_KINDS]; /* how many of a kind have got a name */
    GHashTable *ids[3]; /* owned sets: w:id of comments, footnotes, endnotes that there are */
} SkDocx;

/* Index into SkDocx.ids. */
enum { SK_DOCX_COMMENTS, SK_DOCX_FOOTNOTES, SK_DOCX_ENDNOTES };

/* One part on its way through the filter. */
typedef struct {
    SkDocx *docx;                      /* borrowed */
    const SkDocxPart *part;            /* borrowed */
    GArray *in;                        /* owned, of SkOoxmlRel */
    GHashTable *by_id;                 /* owned: id → SkOoxmlRel * in @in */
    GArray *out;                       /* owned, of SkDocxRel */
    GHashTable *numbers;               /* owned: target in @out → its number */
    uint32_t counts[SK_ELEMENT_COUNT]; /* elements met, reported at the end of the part */
} SkDocxRun;

static inline void
sk_docx_count(SkDocxRun *run, SkElement element)
{
    if (run->counts[element] < UINT32_MAX)
        run->counts[element]++;
}

/**
 * sk_docx_refer: the part uses its relationship @id as one of @kind.
 * @ret_number: (out): number of the relationship that is written for it, or 0 where there is none
 * to refer to
 */
bool sk_docx_refer(SkDocxRun *run, SkSpan id, SkOoxmlKind kind, unsigned *ret_number,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_docx_refer_standin: number of the relationship to the stand-in picture. */
bool sk_docx_refer_standin(SkDocxRun *run, unsigned *ret_number,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_docx_filter: streams the part through the allow-list into the open entry of the writer. */
bool sk_docx_filter(SkDocxRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_docx_collect_ids: adds the w:id of the root's children in @part to @ids. */
bool sk_docx_collect_ids(SkDocx *self, const SkZipEntry *part, GHashTable *ids,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_docx_picture: the picture of @entry, disarmed.
 * @ret: (out) (transfer full): NULL where the stand-in must serve
 * @ret_type: SK_TYPE_PNG or SK_TYPE_JPEG
 */
bool sk_docx_picture(SkDocx *self, const SkZipEntry *entry, GBytes **ret, SkType *ret_type,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_docx_standin: (transfer full): the picture that stands for pictures we cannot show. */
bool sk_docx_standin(SkDocx *self, GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
