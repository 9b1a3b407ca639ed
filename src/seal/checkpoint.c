/* SPDX-License-Identifier: Apache-2.0
 * checkpoint.c - contract in checkpoint.h. */
#include "seal/checkpoint.h"

#include <string.h>

#define SIZE_DIGITS_MAX 20u
#define PROOF_HEADER "c2sp.org/tlog-proof@v1"

/* Cuts the next line off @rest; false where there is no newline. */
static bool
take_line(SkSpan *rest, SkSpan *ret)
{
    size_t end = sk_span_find(*rest, 0, sk_span_str("\n"));
    if (end == SIZE_MAX)
        return false;
    *ret = sk_span_sub(*rest, 0, end);
    *rest = sk_span_sub(*rest, end + 1, rest->n - end - 1);
    return true;
}

/* Decimal without leading zeros, up to 2^64 - 1. */
static bool
parse_decimal(SkSpan s, uint64_t *ret)
{
    uint64_t value = 0;
    if (s.n == 0 || s.n > SIZE_DIGITS_MAX || (s.n > 1 && s.p[0] == '0'))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9' || __builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.p[i] - '0'), &value))
            return false;
    }
    *ret = value;
    return true;
}

bool
sk_checkpoint_layout(SkSpan text, SkSpan *ret_origin, uint64_t *ret_size, GBytes **ret_root,
                     SkSpan *ret_extensions, GError **error)
{
    SkSpan rest = text;
    SkSpan origin = SK_SPAN_EMPTY;
    SkSpan size = SK_SPAN_EMPTY;
    SkSpan root = SK_SPAN_EMPTY;
    uint64_t number = 0;

    if (!take_line(&rest, &origin) || !take_line(&rest, &size) || !take_line(&rest, &root))
        return sk_throw(error, SK_ERROR_MALFORMED, "checkpoint: fewer than three lines");
    if (origin.n == 0 || !g_utf8_validate((const char *)text.p, (gssize)text.n, NULL))
        return sk_throw(error, SK_ERROR_MALFORMED, "checkpoint: no origin, or not UTF-8");
    if (!parse_decimal(size, &number))
        return sk_throw(error, SK_ERROR_MALFORMED, "checkpoint: the size is not a number");
    g_autoptr(GBytes) hash = sk_base64_parse(root);
    if (hash == NULL || root.n == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "checkpoint: the root is not base64");
    SkSpan line = SK_SPAN_EMPTY;
    for (SkSpan more = rest; more.n > 0;)
        if (!take_line(&more, &line) || line.n == 0)
            return sk_throw(error, SK_ERROR_MALFORMED,
                            "checkpoint: an extension line is empty or cut");
    *ret_origin = origin;
    *ret_size = number;
    *ret_root = g_steal_pointer(&hash);
    *ret_extensions = rest;
    return true;
}

bool
sk_checkpoint_parse(SkSpan text, SkCheckpoint *ret, GError **error)
{
    SkCheckpoint out = { 0 };
    g_autoptr(GBytes) root = NULL;

    if (!sk_checkpoint_layout(text, &out.origin, &out.size, &root, &out.extensions, error))
        return false;
    SkSpan hash = sk_span_bytes(root);
    if (hash.n != SK_HASH_BYTES)
        return sk_throw(error, SK_ERROR_MALFORMED, "checkpoint: the root is not %u bytes",
                        SK_HASH_BYTES);
    memcpy(out.root.b, hash.p, SK_HASH_BYTES);
    *ret = out;
    return true;
}

bool
sk_checkpoint_open(SkSpan note, const SkNoteKey *key, const char *origin, SkCheckpoint *ret,
                   GError **error)
{
    SkSpan text = SK_SPAN_EMPTY;
    SkCheckpoint out = { 0 };

    if (!sk_note_open(note, key, 1, &text, NULL, error) || !sk_checkpoint_parse(text, &out, error))
        return false;
    if (!sk_span_is(out.origin, origin))
        return sk_throw(error, SK_ERROR_FORBIDDEN, "checkpoint: of another log");
    *ret = out;
    return true;
}

char *
sk_checkpoint_emit(const char *origin, uint64_t size, const SkHash *root)
{
    g_autofree char *hash = sk_base64_emit(sk_span(root->b, SK_HASH_BYTES));
    return g_strdup_printf("%s\n%" G_GUINT64_FORMAT "\n%s\n", origin, size, hash);
}

/* ---- stored proofs ---- */

void
sk_proof_file_free(SkProofFile *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->extra, g_bytes_unref);
    g_clear_pointer(&self->hashes, g_array_unref);
    g_free(self);
}

static bool
throw_proof(GError **error, const char *what)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "proof file: %s", what);
}

/* The lines of hashes, up to and with the empty one. */
static bool
take_hashes(SkSpan *rest, GArray *hashes, GError **error)
{
    SkSpan line = SK_SPAN_EMPTY;
    while (take_line(rest, &line)) {
        if (line.n == 0)
            return true;
        g_autoptr(GBytes) data = sk_base64_parse(line);
        if (data == NULL || g_bytes_get_size(data) != SK_HASH_BYTES)
            return throw_proof(error, "a line that is no hash");
        if (hashes->len >= SK_PROOF_HASHES_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "proof file: over %u hashes",
                            SK_PROOF_HASHES_MAX);
        g_array_append_vals(hashes, g_bytes_get_data(data, NULL), 1);
    }
    return throw_proof(error, "cut");
}

bool
sk_proof_file_parse(SkSpan text, SkProofFile **ret, GError **error)
{
    SkSpan rest = text;
    SkSpan line = SK_SPAN_EMPTY;
    g_autoptr(SkProofFile) out = g_new0(SkProofFile, 1);

    out->hashes = g_array_new(FALSE, FALSE, sizeof(SkHash));
    if (!take_line(&rest, &line) || !sk_span_is(line, PROOF_HEADER))
        return throw_proof(error, "another header");
    if (!take_line(&rest, &line))
        return throw_proof(error, "cut");
    if (sk_span_starts(line, "extra ")) {
        out->extra = sk_base64_parse(sk_span_sub(line, 6, line.n - 6));
        if (out->extra == NULL || !take_line(&rest, &line))
            return throw_proof(error, "extra data that is no base64");
    }
    if (!sk_span_starts(line, "index ") ||
        !parse_decimal(sk_span_sub(line, 6, line.n - 6), &out->index))
        return throw_proof(error, "no index");
    if (!take_hashes(&rest, out->hashes, error))
        return false;
    if (rest.n == 0)
        return throw_proof(error, "no checkpoint");
    out->checkpoint = rest;
    *ret = g_steal_pointer(&out);
    return true;
}

char *
sk_proof_file_emit(uint64_t index, const GArray *hashes, SkSpan checkpoint)
{
    GString *out = g_string_new(PROOF_HEADER "\n");
    g_string_append_printf(out, "index %" G_GUINT64_FORMAT "\n", index);
    for (guint i = 0; i < hashes->len; i++) {
        g_autofree char *line =
            sk_base64_emit(sk_span(g_array_index(hashes, SkHash, i).b, SK_HASH_BYTES));
        g_string_append_printf(out, "%s\n", line);
    }
    g_string_append_c(out, '\n');
    g_string_append_len(out, (const char *)checkpoint.p, (gssize)checkpoint.n);
    return g_string_free(out, FALSE);
}
