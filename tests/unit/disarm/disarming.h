/* SPDX-License-Identifier: Apache-2.0
 *
 * disarming.h - for tests: disarm bytes in this process, look at what came of it.
 */
#pragma once

#include "disarm/disarm.h"

#include <string.h>

typedef struct {
    SkReport *report; /* owned */
    GBytes *output;   /* owned; empty unless clean */
} Disarmed;

static inline void
disarmed_clear(Disarmed *self)
{
    sk_report_free(self->report);
    g_bytes_unref(self->output);
}
#define autodisarmed __attribute__((cleanup(disarmed_clear))) Disarmed

/* The input is copied to the heap, so that the sanitizer sees its end. */
static inline Disarmed
disarm_with(const SkJob *job, SkSpan input)
{
    g_autofree uint8_t *heap = g_memdup2(input.p, input.n);
    g_autoptr(SkSink) sink = sk_sink_new_memory(job->limits.output);
    Disarmed out = { .report = sk_report_new() };
    sk_disarm_run(job, sk_span(heap, input.n), sink, out.report);
    bool wrote = out.report->outcome == SK_OUTCOME_CLEAN || out.report->outcome == SK_OUTCOME_CHILDREN;
    out.output = wrote ? sk_sink_steal_bytes(sink) : g_bytes_new(NULL, 0);
    return out;
}

static inline Disarmed
disarm(SkSpan input, SkType hint, SkLevel level)
{
    SkJob job = sk_job_default();
    job.hint = hint;
    job.level = level;
    job.strict_hint = true;
    return disarm_with(&job, input);
}

/* How often @element was found, with whatever action. */
static inline unsigned
found(const Disarmed *self, SkElement element)
{
    unsigned n = 0;
    for (unsigned i = 0; i < self->report->findings->len; i++) {
        const SkFinding *finding = &g_array_index(self->report->findings, SkFinding, i);
        n += finding->element == element ? finding->count : 0;
    }
    return n;
}

static inline SkSpan
output_of(const Disarmed *self)
{
    return sk_span_bytes(self->output);
}

static inline void
assert_output(const Disarmed *self, SkSpan want)
{
    SkSpan have = output_of(self);
    g_assert_cmpint(self->report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpmem(have.p, have.n, want.p, want.n);
}

/* What comes out goes in again and comes out the same, with nothing left to say about it. */
static inline void
assert_idempotent(const Disarmed *self, SkType type, SkLevel level)
{
    autodisarmed again = disarm(output_of(self), type, level);
    assert_output(&again, output_of(self));
}

static inline void
assert_refused(const Disarmed *self, SkReason reason)
{
    g_assert_cmpint(self->report->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpstr(sk_reason_name(self->report->reason), ==, sk_reason_name(reason));
    g_assert_cmpuint(g_bytes_get_size(self->output), ==, 0);
}
