/* SPDX-License-Identifier: Apache-2.0
 *
 * mime.h - the structure of one mail message: header fields, parts, what each part says of itself. Wherever two readers
 * may see two different messages (two content types, a boundary that begins another, an unknown transfer encoding) that
 * is a fault, told to the caller, who refuses by its rules: nothing is guessed.
 * Nothing is decoded here but field parameters; nested messages (message/rfc822) are leaves.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/mail.md; RFC 5322, 2045, 2046, 2231   Tests: tests/unit/format/test-mime.c, tests/fuzz/fuzz-mime.c
 */
#pragma once

#include "base/reader.h"

#define SK_MIME_NONE UINT32_MAX
#define SK_MIME_BOUNDARY_MAX 70u /* RFC 2046, 5.1.1 */

typedef struct {
    SkSpan name;  /* without white space at its end; ASCII */
    SkSpan value; /* folded, as it stands; without the last line end */
} SkMimeField;

typedef enum {
    SK_MIME_IDENTITY, /* 7bit, 8bit, binary */
    SK_MIME_BASE64,
    SK_MIME_QUOTED,
    SK_MIME_UUENCODE,
} SkMimeEncoding;

/* A parameter of Content-Type or Content-Disposition. */
typedef struct {
    char *name;   /* lower case, without `*` */
    char *value;  /* bytes: RFC 2231 taken apart and joined, else as quoted */
    char *label;  /* the charset that RFC 2231 names; NULL: none, the value may hold encoded words */
} SkMimeParam;

typedef struct {
    uint32_t parent;     /* index of the multipart it stands in; SK_MIME_NONE: the message */
    uint32_t depth;      /* 0: the message */
    GArray *fields;      /* of SkMimeField, in order */
    SkSpan body;         /* encoded */
    char *type;          /* "text/plain", lower case */
    char *disposition;   /* "attachment", "inline" or "" */
    GArray *params;      /* of SkMimeParam: of the content type */
    GArray *disposition_params;
    SkMimeEncoding encoding;
    bool multipart;      /* has parts; its body is no content */
} SkMimePart;

typedef struct {
    GPtrArray *parts; /* of SkMimePart, a part before those that stand in it, in their order; the message is the first */
} SkMime;

/* What may be read two ways, or was left out. */
typedef enum {
    SK_MIME_FAULT_FIELD,        /* a header that readers end or join differently */
    SK_MIME_FAULT_DUPLICATE,    /* a field that may stand once stands twice, with different words */
    SK_MIME_FAULT_BOUNDARY,     /* none, two, too long, or the beginning of another */
    SK_MIME_FAULT_ENCODING,     /* transfer encoding: unknown, two, or of a multipart */
    SK_MIME_FAULT_PARAMETER,    /* a parameter that stands twice with different values */
    SK_MIME_FAULT_BARE_CR,      /* a boundary for those who end lines with a CR alone */
    SK_MIME_FAULT_UNTERMINATED, /* no end boundary: what stands there is taken to the end */
    SK_MIME_FAULT_STRAY,        /* text before the first or after the last boundary: left out */
    SK_MIME_FAULT_NUL,          /* in a header: left out by the reader of words */
} SkMimeFault;

/** SkMimeFaultFunc: @part is its index. false with @error ends the parsing. */
typedef bool (*SkMimeFaultFunc)(void *user, SkMimeFault fault, uint32_t part, GError **error);

/**
 * sk_mime_parse:
 * @message: the whole; everything borrows from it. A first line `From ` of a mailbox is passed over.
 * @most: parts at most; @depth: of multiparts in one another. Beyond: SK_ERROR_LIMIT
 * @ret: (transfer full)
 * @error: what @fault said, LIMIT, or MALFORMED where there is no header at all
 * Linear in the message times the depth.
 */
bool sk_mime_parse(SkSpan message, uint32_t most, uint32_t depth, SkMimeFaultFunc fault, void *user, SkMime **ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_mime_free(SkMime *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkMime, sk_mime_free)

static inline const SkMimePart *
sk_mime_part(const SkMime *self, guint i)
{
    return g_ptr_array_index(self->parts, i);
}

/** sk_mime_field: the first of that name (ASCII case folded), or NULL. */
const SkMimeField *sk_mime_field(const SkMimePart *part, const char *name);
/** sk_mime_param: of a part's params or disposition_params; NULL where there is none. */
const SkMimeParam *sk_mime_param(const GArray *params, const char *name);

/* ---- parts of it, for its own files and tests ----------------------------------------------- */

/** sk_mime_head: the fields at the beginning of @r, which stands behind the empty line then. @ret: of SkMimeField. */
bool sk_mime_head(SkReader *r, GArray *ret, SkMimeFaultFunc fault, void *user, uint32_t part,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_mime_value: @value is WORD *(";" NAME "=" VALUE), with comments (RFC 2045, 5.1; RFC 2231).
 * @ret_word: (transfer full): lower case, without comments and white space
 * @ret: (transfer full): of SkMimeParam
 */
bool sk_mime_value(SkSpan value, char **ret_word, GArray **ret, SkMimeFaultFunc fault, void *user, uint32_t part,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
