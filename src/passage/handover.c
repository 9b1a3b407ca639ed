/* SPDX-License-Identifier: Apache-2.0
 * handover.c - contract in handover.h. Fixed fields, zero-padded; a field that is not padded with
 * zeros alone would carry bytes that nobody checks, so it is malformed. */
#include "passage/handover.h"

#include "base/reader.h"
#include "base/sink.h"

#include <string.h>

static const char offer_magic[8] = { 'S', 'K', 'O', 'F', 'F', 'E', 'R', '3' };
static const char answer_magic[8] = { 'S', 'K', 'A', 'N', 'S', 'W', 'R', '1' };

SkLevel
sk_handover_report_level(SkLevel level)
{
    return level == SK_LEVEL_ORIGINAL ? SK_LEVEL_INSPECTED : level;
}

bool
sk_handover_is_word(const char *s, size_t max)
{
    size_t n = strnlen(s, max + 1);

    if (n == 0 || n > max || !g_ascii_isalnum(s[0]))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!g_ascii_islower(s[i]) && !g_ascii_isdigit(s[i]) && strchr("._-", s[i]) == NULL)
            return false;
    return true;
}

static void
emit_field(SkSink *out, const char *s, size_t width)
{
    SkSpan text = sk_span_str(s);

    g_assert(text.n <= width);
    sk_sink_span(out, text);
    for (size_t i = text.n; i < width; i++)
        sk_sink_u8(out, 0);
}

/* @ret has room for @width + 1. */
static bool
parse_field(SkReader *r, size_t width, char *ret)
{
    SkSpan field = sk_reader_span(r, width);
    size_t n = 0;

    while (n < field.n && field.p[n] != 0) {
        ret[n] = (char)field.p[n];
        n++;
    }
    ret[n] = '\0';
    for (size_t i = n; i < field.n; i++)
        if (field.p[i] != 0)
            return false;
    return true;
}

static void
parse_digest(SkReader *r, uint8_t *ret)
{
    SkSpan field = sk_reader_span(r, SK_HANDOVER_DIGEST_LEN);
    for (size_t i = 0; i < field.n; i++)
        ret[i] = field.p[i];
}

/* Accounts in a file's offer; nobody in a mail's. */
static bool
people_fit(const SkHandover *self)
{
    if (self->kind == SK_HANDOVER_MAIL)
        return self->sender[0] == '\0' && self->recipient[0] == '\0';
    return self->kind == SK_HANDOVER_FILE && sk_handover_is_word(self->sender, SK_HANDOVER_ACCOUNT_MAX) &&
           sk_handover_is_word(self->recipient, SK_HANDOVER_ACCOUNT_MAX);
}

bool
sk_handover_is_well_formed(const SkHandover *self)
{
    return sk_uuid_is(self->crossing) && sk_handover_is_word(self->from, SK_HANDOVER_WORD_MAX) &&
           sk_handover_is_word(self->to, SK_HANDOVER_WORD_MAX) && strcmp(self->from, self->to) != 0 &&
           people_fit(self) &&
           (unsigned)self->type > SK_TYPE_NONE && (unsigned)self->type < SK_TYPE_COUNT &&
           sk_type_get(self->type)->extension[0] != '\0' && (unsigned)self->level > SK_LEVEL_NONE &&
           (unsigned)self->level <= SK_LEVEL_ORIGINAL &&
           self->information_class <= SK_HANDOVER_CLASS_MAX &&
           self->created > 0 && sk_name_is_clean(self->name, self->type);
}

void
sk_handover_emit(const SkHandover *self, uint8_t ret[SK_HANDOVER_FRAME_LEN])
{
    g_autoptr(SkSink) out = sk_sink_new_memory(SK_HANDOVER_FRAME_LEN);

    g_assert(sk_handover_is_well_formed(self));
    sk_sink_span(out, sk_span(offer_magic, sizeof offer_magic));
    sk_sink_u64le(out, SK_TABLES_FINGERPRINT);
    sk_sink_u32le(out, (uint32_t)self->kind);
    emit_field(out, self->crossing, SK_UUID_LEN);
    emit_field(out, self->from, SK_HANDOVER_WORD_MAX);
    emit_field(out, self->to, SK_HANDOVER_WORD_MAX);
    emit_field(out, self->sender, SK_HANDOVER_ACCOUNT_MAX);
    emit_field(out, self->recipient, SK_HANDOVER_ACCOUNT_MAX);
    emit_field(out, self->name, SK_NAME_MAX);
    sk_sink_u32le(out, (uint32_t)self->type);
    sk_sink_u32le(out, (uint32_t)self->level);
    sk_sink_u32le(out, self->information_class);
    sk_sink_u64le(out, self->size);
    sk_sink_span(out, sk_span(self->digest, sizeof self->digest));
    sk_sink_span(out, sk_span(self->digest_in, sizeof self->digest_in));
    sk_sink_u64le(out, (uint64_t)self->created);
    g_assert(sk_sink_ok(out) && sk_sink_at(out) == SK_HANDOVER_FRAME_LEN);
    memcpy(ret, sk_sink_memory(out).p, SK_HANDOVER_FRAME_LEN);
}

bool
sk_handover_parse(SkSpan frame, SkHandover *ret, GError **error)
{
    SkReader r = sk_reader(frame);
    SkHandover h = { 0 };
    bool padded = true;

    if (!sk_span_equal(sk_reader_span(&r, sizeof offer_magic), sk_span(offer_magic, sizeof offer_magic)))
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: not an offer");
    if (sk_reader_u64le(&r) != SK_TABLES_FINGERPRINT)
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: the other station has other tables");
    h.kind = (SkHandoverKind)sk_reader_u32le(&r);
    padded &= parse_field(&r, SK_UUID_LEN, h.crossing);
    padded &= parse_field(&r, SK_HANDOVER_WORD_MAX, h.from);
    padded &= parse_field(&r, SK_HANDOVER_WORD_MAX, h.to);
    padded &= parse_field(&r, SK_HANDOVER_ACCOUNT_MAX, h.sender);
    padded &= parse_field(&r, SK_HANDOVER_ACCOUNT_MAX, h.recipient);
    padded &= parse_field(&r, SK_NAME_MAX, h.name);
    h.type = (SkType)sk_reader_u32le(&r);
    h.level = (SkLevel)sk_reader_u32le(&r);
    h.information_class = sk_reader_u32le(&r);
    h.size = sk_reader_u64le(&r);
    parse_digest(&r, h.digest);
    parse_digest(&r, h.digest_in);
    h.created = (int64_t)sk_reader_u64le(&r);
    if (!sk_reader_ok(&r) || sk_reader_left(&r) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: %zu bytes, not %zu", frame.n, SK_HANDOVER_FRAME_LEN);
    if (!padded || !sk_handover_is_well_formed(&h))
        return sk_throw(error, SK_ERROR_MALFORMED, "offer: a field is not well formed");
    *ret = h;
    return true;
}

void
sk_answer_emit(const SkAnswer *self, uint8_t ret[SK_ANSWER_FRAME_LEN])
{
    g_autoptr(SkSink) out = sk_sink_new_memory(SK_ANSWER_FRAME_LEN);

    g_assert(sk_uuid_is(self->crossing));
    sk_sink_span(out, sk_span(answer_magic, sizeof answer_magic));
    emit_field(out, self->crossing, SK_UUID_LEN);
    sk_sink_u32le(out, (uint32_t)self->code);
    g_assert(sk_sink_ok(out) && sk_sink_at(out) == SK_ANSWER_FRAME_LEN);
    memcpy(ret, sk_sink_memory(out).p, SK_ANSWER_FRAME_LEN);
}

bool
sk_answer_parse(SkSpan frame, SkAnswer *ret, GError **error)
{
    SkReader r = sk_reader(frame);
    SkAnswer a = { 0 };

    if (!sk_span_equal(sk_reader_span(&r, sizeof answer_magic), sk_span(answer_magic, sizeof answer_magic)))
        return sk_throw(error, SK_ERROR_MALFORMED, "answer: not an answer");
    bool padded = parse_field(&r, SK_UUID_LEN, a.crossing);
    uint32_t code = sk_reader_u32le(&r);
    if (!sk_reader_ok(&r) || sk_reader_left(&r) != 0 || !padded || !sk_uuid_is(a.crossing) ||
        code < SK_ANSWER_RECEIVED || code > SK_ANSWER_REFUSED)
        return sk_throw(error, SK_ERROR_MALFORMED, "answer: not well formed");
    a.code = (SkAnswerCode)code;
    *ret = a;
    return true;
}
