/* SPDX-License-Identifier: Apache-2.0
 *
 * base.h - the few words every other file speaks: spans, errors, descriptors, limits.
 * Runs in: every program. Trusts: nothing.
 * Tests: tests/unit/base/
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

/* ---- errors ------------------------------------------------------------------------------- */

/**
 * SkErrorCode: the one error domain. None of these ever means "let it pass".
 * The disarm worker turns them into the closed list of reasons (base/reason.h).
 */
typedef enum {
    SK_ERROR_TRUNCATED = 1, /* the input ends inside a structure */
    SK_ERROR_MALFORMED,     /* the input breaks its own specification */
    SK_ERROR_AMBIGUOUS,     /* two readers could read it differently */
    SK_ERROR_LIMIT,         /* a size, count, depth, ratio or time limit */
    SK_ERROR_UNSUPPORTED,   /* well known, but not carried out by this version */
    SK_ERROR_ENCRYPTED,     /* content is locked with a password or key */
    SK_ERROR_MISMATCH,      /* content, extension or claimed type disagree */
    SK_ERROR_FORBIDDEN,     /* an element or act that the rules refuse */
    SK_ERROR_IO,            /* the system said no: disk, descriptor, database */
    SK_ERROR_SANDBOX,       /* the sandbox could not be set up, or its filter killed the worker */
    SK_ERROR_INTERNAL,      /* our own mistake, caught */
} SkErrorCode;

#define SK_ERROR (sk_error_quark())
GQuark sk_error_quark(void);

/* A macro, so that analysers see the false. Messages: `format: what (byte N)`, never raw input. */
#define sk_throw(error, code, ...) (g_set_error((error), SK_ERROR, (int)(code), __VA_ARGS__), false)
/* The same for system calls: appends strerror(errno). */
#define sk_throw_errno(error, what) (sk_error_set_errno((error), (what)), false)
void sk_error_set_errno(GError **error, const char *what);

/* ---- spans -------------------------------------------------------------------------------- */

/** SkSpan: borrowed bytes. @p is never NULL, since NULL + 0 is undefined. */
typedef struct {
    const uint8_t *p;
    size_t n;
} SkSpan;

#define SK_SPAN_EMPTY ((SkSpan){ .p = (const uint8_t *)"", .n = 0 })

static inline SkSpan
sk_span(const void *p, size_t n)
{
    return p == NULL ? SK_SPAN_EMPTY : (SkSpan){ .p = (const uint8_t *)p, .n = n };
}

static inline SkSpan
sk_span_str(const char *s)
{
    return sk_span(s, s == NULL ? 0 : __builtin_strlen(s));
}

static inline SkSpan
sk_span_bytes(GBytes *bytes)
{
    gsize n = 0;
    const void *p = g_bytes_get_data(bytes, &n);
    return sk_span(p, n);
}

/** sk_span_sub: @at and @n must lie inside @s (asserted: callers have checked). */
SkSpan sk_span_sub(SkSpan s, size_t at, size_t n);
bool sk_span_equal(SkSpan a, SkSpan b);
bool sk_span_is(SkSpan a, const char *s);
bool sk_span_starts(SkSpan a, const char *s);
/** sk_span_find: first index of @needle at or after @from, or SIZE_MAX. Linear (memmem). */
size_t sk_span_find(SkSpan s, size_t from, SkSpan needle);
/** sk_span_dup: (transfer full): NUL-terminated copy; embedded NULs are copied as they are. */
char *sk_span_dup(SkSpan s);

/* ---- descriptors -------------------------------------------------------------------------- */

static inline void
sk_fd_clear(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}
#define sk_autofd __attribute__((cleanup(sk_fd_clear))) int

static inline int
sk_fd_steal(int *fd)
{
    int out = *fd;
    *fd = -1;
    return out;
}

/* ---- checked sizes ------------------------------------------------------------------------ */

/* false on overflow, @ret untouched then. */
static inline bool
sk_size_add(size_t a, size_t b, size_t *ret)
{
    size_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        return false;
    *ret = sum;
    return true;
}

static inline bool
sk_size_mul(size_t a, size_t b, size_t *ret)
{
    size_t product = 0;
    if (__builtin_mul_overflow(a, b, &product))
        return false;
    *ret = product;
    return true;
}

/* ---- limits ------------------------------------------------------------------------------- */

/**
 * SkLimits: what one object may cost. Every parser entry takes one. Zero means zero, not "no limit".
 * Bytes unless said otherwise.
 */
typedef struct {
    uint64_t input;    /* the object as handed in */
    uint64_t output;   /* what may be written (also RLIMIT_FSIZE) */
    uint64_t expanded; /* everything decompressed, in sum */
    uint64_t pixels;   /* of one picture, width × height */
    uint64_t memory;   /* RLIMIT_AS of the worker */
    uint32_t items;    /* entries of a container, objects of a document, findings kept apart */
    uint32_t depth;    /* nesting of elements or containers */
    uint32_t ratio;    /* expanded : compressed, once past SK_LIMITS_RATIO_FREE */
    uint32_t pages;    /* pages drawn */
    uint32_t cpu_ms;   /* RLIMIT_CPU, rounded up to seconds */
    uint32_t wall_ms;  /* the runner kills the worker then */
} SkLimits;

/* A container may expand to this much before its ratio is looked at: small files of one letter
 * repeated are ordinary, and harmless at this size. */
#define SK_LIMITS_RATIO_FREE (16u << 20)

/** sk_limits_default: the limits where the policy names none (docs/threat-model.md says why). */
SkLimits sk_limits_default(void);
