/* SPDX-License-Identifier: Apache-2.0
 * report.c - contract in report.h, frame in docs/formats/report.md. */
#include "sandbox/report.h"

#include "base/reader.h"
#include "base/sink.h"

#include <string.h>

#define REPORT_MAGIC 0x317072736bull /* "ksrp1" as eight bytes */
#define FINDING_BYTES_MIN 9u         /* element, action, count, length of the place */

static const char *const action_names[] = { "", "removed", "replaced", "kept", "refused" };
G_STATIC_ASSERT(G_N_ELEMENTS(action_names) == SK_ACTION_REFUSED + 1);

const char *
sk_action_name(SkAction action)
{
    g_assert((unsigned)action < G_N_ELEMENTS(action_names));
    return action_names[action];
}

static void
finding_clear(void *data)
{
    SkFinding *finding = data;
    g_clear_pointer(&finding->place, g_free);
}

SkReport *
sk_report_new(void)
{
    SkReport *self = g_new0(SkReport, 1);
    self->outcome = SK_OUTCOME_REFUSED;
    self->reason = SK_REASON_CRASH;
    self->findings = g_array_new(FALSE, FALSE, sizeof(SkFinding));
    g_array_set_clear_func(self->findings, finding_clear);
    return self;
}

void
sk_report_free(SkReport *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->findings);
    g_free(self);
}

/* Takes @place. */
static void
add_finding(SkReport *self, SkElement element, SkAction action, char *place, uint32_t count)
{
    SkFinding finding = { .element = element, .action = action, .count = count, .place = place };
    g_array_append_val(self->findings, finding);
}

void
sk_report_find(SkReport *self, SkElement element, SkAction action, SkSpan place, uint32_t count)
{
    g_assert(element > SK_ELEMENT_NONE && element < SK_ELEMENT_COUNT);
    g_assert(action >= SK_ACTION_REMOVED && action <= SK_ACTION_REFUSED);

    g_autofree char *plain = sk_text_plain(place, SK_PLACE_MAX);
    if (count == 0)
        return;
    if (self->findings->len > 0) {
        SkFinding *last = &g_array_index(self->findings, SkFinding, self->findings->len - 1);
        if (last->element == element && last->action == action && strcmp(last->place, plain) == 0) {
            last->count = count > G_MAXUINT32 - last->count ? G_MAXUINT32 : last->count + count;
            return;
        }
    }
    if (self->findings->len >= SK_REPORT_FINDINGS_MAX)
        self->findings_cut = true;
    else
        add_finding(self, element, action, g_steal_pointer(&plain), count);
}

bool
sk_report_has(const SkReport *self, SkElement element)
{
    for (guint i = 0; i < self->findings->len; i++) {
        if (g_array_index(self->findings, SkFinding, i).element == element)
            return true;
    }
    return false;
}

void
sk_report_refuse(SkReport *self, SkReason reason)
{
    g_assert(reason > SK_REASON_NONE && reason < SK_REASON_COUNT);

    /* `crash` is what a report starts with: the first word said about the object replaces it. */
    if (self->outcome != SK_OUTCOME_REFUSED || self->reason == SK_REASON_CRASH)
        self->reason = reason;
    self->outcome = SK_OUTCOME_REFUSED;
    self->type_out = SK_TYPE_NONE;
    self->level = SK_LEVEL_NONE;
}

GBytes *
sk_report_emit(const SkReport *self)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(SK_REPORT_BYTES_MAX);

    sk_sink_u64le(sink, REPORT_MAGIC);
    sk_sink_u64le(sink, SK_TABLES_FINGERPRINT);
    sk_sink_u8(sink, (uint8_t)self->outcome);
    sk_sink_u8(sink, (uint8_t)self->reason);
    sk_sink_u16le(sink, (uint16_t)self->type_in);
    sk_sink_u16le(sink, (uint16_t)self->type_out);
    sk_sink_u8(sink, (uint8_t)self->level);
    sk_sink_u8(sink, self->findings_cut ? 1 : 0);
    sk_sink_u32le(sink, self->findings->len);
    for (guint i = 0; i < self->findings->len; i++) {
        const SkFinding *finding = &g_array_index(self->findings, SkFinding, i);
        SkSpan place = sk_span_str(finding->place);
        sk_sink_u16le(sink, (uint16_t)finding->element);
        sk_sink_u8(sink, (uint8_t)finding->action);
        sk_sink_u32le(sink, finding->count);
        sk_sink_u16le(sink, (uint16_t)place.n);
        sk_sink_span(sink, place);
    }
    g_assert(sk_sink_ok(sink)); /* every place and the number of findings are bounded */
    return sk_sink_steal_bytes(sink);
}
G_STATIC_ASSERT(SK_REPORT_BYTES_MAX >=
                64u + SK_REPORT_FINDINGS_MAX * (FINDING_BYTES_MIN + SK_PLACE_MAX));
G_STATIC_ASSERT(SK_ELEMENT_COUNT <= G_MAXUINT16 && SK_TYPE_COUNT <= G_MAXUINT16);

/* What the outcome says must fit what else is said; a frame that contradicts itself is a lie. */
static bool
check_outcome(const SkReport *report, GError **error)
{
    bool clean = report->outcome == SK_OUTCOME_CLEAN;
    bool refused = report->outcome == SK_OUTCOME_REFUSED;

    if (refused != (report->reason != SK_REASON_NONE))
        return sk_throw(error, SK_ERROR_MALFORMED, "report: outcome and reason disagree");
    if ((clean || report->outcome == SK_OUTCOME_CONVERT) != (report->type_out != SK_TYPE_NONE))
        return sk_throw(error, SK_ERROR_MALFORMED, "report: outcome and output type disagree");
    if (!clean && report->level != SK_LEVEL_NONE)
        return sk_throw(error, SK_ERROR_MALFORMED, "report: a level without an output");
    if (report->level == SK_LEVEL_ORIGINAL)
        return sk_throw(error, SK_ERROR_MALFORMED, "report: no worker passes an original");
    return true;
}

static bool
parse_head(SkReader *r, SkReport *report, uint32_t *ret_count, GError **error)
{
    uint64_t magic = sk_reader_u64le(r);
    uint64_t fingerprint = sk_reader_u64le(r);
    uint8_t outcome = sk_reader_u8(r);
    uint8_t reason = sk_reader_u8(r);
    uint16_t type_in = sk_reader_u16le(r);
    uint16_t type_out = sk_reader_u16le(r);
    uint8_t level = sk_reader_u8(r);
    uint8_t cut = sk_reader_u8(r);
    uint32_t count = sk_reader_u32le(r);

    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_MALFORMED, "report: head cut short");
    if (magic != REPORT_MAGIC || fingerprint != SK_TABLES_FINGERPRINT)
        return sk_throw(error, SK_ERROR_MALFORMED, "report: from another build");
    if (outcome < SK_OUTCOME_REFUSED || outcome > SK_OUTCOME_CHILDREN || reason >= SK_REASON_COUNT)
        return sk_throw(error, SK_ERROR_MALFORMED, "report: outcome or reason out of range");
    if (type_in >= SK_TYPE_COUNT || type_out >= SK_TYPE_COUNT || level >= SK_LEVEL_COUNT)
        return sk_throw(error, SK_ERROR_MALFORMED, "report: type or level out of range");
    if (count > SK_REPORT_FINDINGS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "report: %u findings", count);
    if (cut > 1)
        return sk_throw(error, SK_ERROR_MALFORMED, "report: cut is no yes or no");

    report->outcome = (SkOutcome)outcome;
    report->reason = (SkReason)reason;
    report->type_in = (SkType)type_in;
    report->type_out = (SkType)type_out;
    report->level = (SkLevel)level;
    report->findings_cut = cut == 1;
    *ret_count = count;
    return check_outcome(report, error);
}

static bool
parse_finding(SkReader *r, SkReport *report, GError **error)
{
    size_t start = r->at;
    uint16_t element = sk_reader_u16le(r);
    uint8_t action = sk_reader_u8(r);
    uint32_t count = sk_reader_u32le(r);
    SkSpan place = sk_reader_span(r, sk_reader_u16le(r));

    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_MALFORMED, "report: finding cut short at byte %zu", start);
    if (element == SK_ELEMENT_NONE || element >= SK_ELEMENT_COUNT)
        return sk_throw(error, SK_ERROR_MALFORMED, "report: no such element at byte %zu", start);
    if (action < SK_ACTION_REMOVED || action > SK_ACTION_REFUSED || count == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "report: action or count at byte %zu", start);
    if (!sk_text_is_plain(place, SK_PLACE_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "report: place at byte %zu", start);
    add_finding(report, (SkElement)element, (SkAction)action, sk_span_dup(place), count);
    return true;
}

bool
sk_report_parse(SkSpan frame, SkReport **ret, GError **error)
{
    if (frame.n > SK_REPORT_BYTES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "report: %zu bytes", frame.n);

    g_autoptr(SkReport) report = sk_report_new();
    SkReader r = sk_reader(frame);
    uint32_t count = 0;
    if (!parse_head(&r, report, &count, error))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!parse_finding(&r, report, error))
            return false;
    if (sk_reader_left(&r) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "report: bytes after the last finding");
    *ret = g_steal_pointer(&report);
    return true;
}
