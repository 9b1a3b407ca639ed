/* SPDX-License-Identifier: Apache-2.0
 * fuzz-archive-foreign.c - bytes as a tar, 7z, rar, lzh, cab, gz, bz2 or xz: what is taken apart is a container within the
 * limits, of names that a container takes, and the assembler builds a ZIP of it that is in its profile. */
#include "disarm/archive-foreign.h"
#include "disarm/disarm.h"
#include "fuzz.h"
#include "sandbox/children.h"
#include "verify/verify.h"

#define EXPANDED (4u << 20)

static SkSink *
run(SkSpan in, SkType hint, SkOutcome want)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);

    job.hint = hint;
    job.limits.expanded = EXPANDED;
    bool set = sk_job_set_password(&job, sk_span_str("secret"));
    g_assert(set);
    sk_disarm_run(&job, in, sink, report);
    return report->outcome == want ? g_steal_pointer(&sink) : NULL;
}

/* Every object is taken for a text that is ready. */
static SkSink *
as_texts(SkSpan container)
{
    g_autoptr(GArray) children = NULL;
    SkSink *out = sk_sink_new_memory(64u << 20);
    SkChildrenWriter writer = sk_children_writer(out);
    uint64_t total = 0;
    bool ok = sk_children_parse(container, UINT32_MAX, &children, NULL);

    g_assert_true(ok);
    for (unsigned i = 0; i < children->len; i++) {
        SkChild child = g_array_index(children, SkChild, i);
        total += child.content.n;
        if (child.kind == SK_CHILD_OBJECT) {
            child.kind = SK_CHILD_READY;
            child.type = SK_TYPE_TEXT;
            child.level = SK_LEVEL_REBUILT;
        }
        sk_children_add(&writer, &child);
    }
    g_assert_cmpuint(total, <=, EXPANDED);
    sk_children_finish(&writer);
    return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool loaded;

    if (!loaded)
        sk_archive_foreign_load();
    loaded = true;
    g_autoptr(SkSink) container = run(sk_span(data, size), SK_TYPE_NONE, SK_OUTCOME_CHILDREN);
    if (container == NULL)
        return 0;
    g_autoptr(SkSink) texts = as_texts(sk_sink_memory(container));
    g_autoptr(SkSink) built = run(sk_sink_memory(texts), SK_TYPE_CHILDREN, SK_OUTCOME_CLEAN);
    g_assert_nonnull(built);
    SkJob job = sk_job_default();
    g_autoptr(SkReport) proof = sk_report_new();
    job.hint = SK_TYPE_ZIP;
    job.level = SK_LEVEL_NONE;
    sk_verify_run(&job, sk_sink_memory(built), proof);
    g_assert_cmpint(proof->outcome, ==, SK_OUTCOME_CHILDREN);
    return 0;
}
