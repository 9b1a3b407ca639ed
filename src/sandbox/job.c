/* SPDX-License-Identifier: Apache-2.0
 * job.c - contract in job.h. */
#include "sandbox/job.h"

#include "base/reader.h"
#include "base/sink.h"

#include <string.h>

#define JOB_MAGIC 0x32626f6a2d6b73ull /* "sk-job2" */
#define JOB_DPI_MIN 72u
#define JOB_DPI_MAX 600u

SkJob
sk_job_default(void)
{
    return (SkJob){ .level = SK_LEVEL_REBUILT, .dpi = 150, .limits = sk_limits_default() };
}

static void
emit_limits(SkSink *sink, const SkLimits *limits)
{
    sk_sink_u64le(sink, limits->input);
    sk_sink_u64le(sink, limits->output);
    sk_sink_u64le(sink, limits->expanded);
    sk_sink_u64le(sink, limits->pixels);
    sk_sink_u64le(sink, limits->memory);
    sk_sink_u32le(sink, limits->items);
    sk_sink_u32le(sink, limits->depth);
    sk_sink_u32le(sink, limits->ratio);
    sk_sink_u32le(sink, limits->pages);
    sk_sink_u32le(sink, limits->cpu_ms);
    sk_sink_u32le(sink, limits->wall_ms);
}

void
sk_job_emit(const SkJob *job, uint8_t ret[SK_JOB_FRAME_LEN])
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(SK_JOB_FRAME_LEN);

    sk_sink_u64le(sink, JOB_MAGIC);
    sk_sink_u64le(sink, SK_TABLES_FINGERPRINT);
    sk_sink_u32le(sink, (uint32_t)job->level);
    sk_sink_u32le(sink, (uint32_t)job->hint);
    sk_sink_u32le(sink, job->strict_hint ? 1 : 0);
    sk_sink_u32le(sink, job->dpi);
    sk_sink_u32le(sink, (uint32_t)job->target);
    sk_sink_u32le(sink, job->numbers ? 1 : 0);
    emit_limits(sink, &job->limits);
    sk_sink_span(sink, sk_span(job->verdicts, sizeof job->verdicts));

    SkSpan frame = sk_sink_memory(sink);
    g_assert(frame.n + sizeof job->password == SK_JOB_FRAME_LEN);
    memcpy(ret, frame.p, frame.n);
    memcpy(ret + frame.n, job->password, sizeof job->password); /* never through the heap */
}

bool
sk_job_set_password(SkJob *job, SkSpan password)
{
    if (password.n > SK_JOB_PASSWORD_MAX ||
        !g_utf8_validate_len((const char *)password.p, password.n, NULL))
        return false;
    sk_job_forget(job);
    memcpy(job->password, password.p, password.n);
    return true;
}

void
sk_job_forget(const SkJob *job)
{
    explicit_bzero((char *)(uintptr_t)job->password, sizeof job->password);
}

/* The order of the calls is the order in the frame. */
static SkLimits
parse_limits(SkReader *r)
{
    SkLimits limits;

    limits.input = sk_reader_u64le(r);
    limits.output = sk_reader_u64le(r);
    limits.expanded = sk_reader_u64le(r);
    limits.pixels = sk_reader_u64le(r);
    limits.memory = sk_reader_u64le(r);
    limits.items = sk_reader_u32le(r);
    limits.depth = sk_reader_u32le(r);
    limits.ratio = sk_reader_u32le(r);
    limits.pages = sk_reader_u32le(r);
    limits.cpu_ms = sk_reader_u32le(r);
    limits.wall_ms = sk_reader_u32le(r);
    return limits;
}

static bool
parse_verdicts(SkReader *r, SkJob *job, GError **error)
{
    for (unsigned i = 0; i < SK_ELEMENT_COUNT; i++) {
        uint8_t verdict = sk_reader_u8(r);
        bool allowed =
            verdict == SK_VERDICT_NONE || (verdict < SK_VERDICT_COUNT && i != SK_ELEMENT_NONE &&
                                           sk_element_allows((SkElement)i, (SkVerdict)verdict));
        if (!allowed)
            return sk_throw(error, SK_ERROR_MALFORMED, "job: verdict not allowed for element %u",
                            i);
        job->verdicts[i] = verdict;
    }
    return true;
}

static bool
parse_password(SkReader *r, SkJob *job, GError **error)
{
    SkSpan field = sk_reader_span(r, sizeof job->password);
    size_t n = sk_span_find(field, 0, sk_span("", 1));

    memset(job->password, 0, sizeof job->password);
    bool sound = n != SIZE_MAX && sk_job_set_password(job, sk_span_sub(field, 0, n));
    for (size_t i = n; sound && i < field.n; i++)
        sound = field.p[i] == 0;
    if (!sound)
        return sk_throw(error, SK_ERROR_MALFORMED, "job: password out of range");
    return true;
}

bool
sk_job_parse(SkSpan frame, SkJob *ret, GError **error)
{
    SkJob job;
    SkReader r = sk_reader(frame);

    if (frame.n != SK_JOB_FRAME_LEN)
        return sk_throw(error, SK_ERROR_MALFORMED, "job: %zu bytes", frame.n);
    uint64_t magic = sk_reader_u64le(&r);
    uint64_t fingerprint = sk_reader_u64le(&r);
    uint32_t level = sk_reader_u32le(&r);
    uint32_t hint = sk_reader_u32le(&r);
    uint32_t strict = sk_reader_u32le(&r);
    job.dpi = sk_reader_u32le(&r);
    uint32_t target = sk_reader_u32le(&r);
    uint32_t numbers = sk_reader_u32le(&r);
    job.limits = parse_limits(&r);

    if (magic != JOB_MAGIC || fingerprint != SK_TABLES_FINGERPRINT)
        return sk_throw(error, SK_ERROR_MALFORMED, "job: from another build");
    if (level >= SK_LEVEL_COUNT || hint >= SK_TYPE_COUNT || target >= SK_TYPE_COUNT || strict > 1 ||
        numbers > 1)
        return sk_throw(error, SK_ERROR_MALFORMED, "job: level, type or flag out of range");
    if (job.dpi < JOB_DPI_MIN || job.dpi > JOB_DPI_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "job: %u dpi", job.dpi);
    job.level = (SkLevel)level;
    job.hint = (SkType)hint;
    job.target = (SkType)target;
    job.strict_hint = strict == 1;
    job.numbers = numbers == 1;
    if (!parse_verdicts(&r, &job, error) || !parse_password(&r, &job, error))
        return false;
    g_assert(sk_reader_ok(&r) && sk_reader_left(&r) == 0);
    *ret = job;
    sk_job_forget(&job);
    return true;
}
