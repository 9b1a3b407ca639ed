/* SPDX-License-Identifier: Apache-2.0
 * fuzz-archive.c - bytes as an archive: what is taken apart is a container; what the assembler builds of it, as if every
 * member had been disarmed, is in the profile of archives, and is taken apart into the same names again. */
#include "disarm/disarm.h"
#include "fuzz.h"
#include "sandbox/children.h"
#include "verify/verify.h"

static SkSink *
run(SkSpan in, SkType hint, SkOutcome want)
{
    SkJob job = sk_job_default();
    g_autoptr(SkReport) report = sk_report_new();
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);

    job.hint = hint;
    job.limits.expanded = 4u << 20;
    bool set = sk_job_set_password(&job, sk_span_str("secret"));
    g_assert(set);
    sk_disarm_run(&job, in, sink, report);
    return report->outcome == want && (want != SK_OUTCOME_CHILDREN || report->type_in == SK_TYPE_ZIP)
               ? g_steal_pointer(&sink)
               : NULL;
}

/* Every object is taken for a text that is ready. */
static SkSink *
as_texts(SkSpan container)
{
    g_autoptr(GArray) children = NULL;
    SkSink *out = sk_sink_new_memory(64u << 20);
    SkChildrenWriter writer = sk_children_writer(out);
    bool ok = sk_children_parse(container, UINT32_MAX, &children, NULL);

    g_assert_true(ok);
    for (unsigned i = 0; i < children->len; i++) {
        SkChild child = g_array_index(children, SkChild, i);
        if (child.kind == SK_CHILD_OBJECT) {
            child.kind = SK_CHILD_READY;
            child.type = SK_TYPE_TEXT;
            child.level = SK_LEVEL_REBUILT;
        }
        sk_children_add(&writer, &child);
    }
    sk_children_finish(&writer);
    return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SkSink) container = run(sk_span(data, size), SK_TYPE_ZIP, SK_OUTCOME_CHILDREN);

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
    g_autoptr(SkSink) again = run(sk_sink_memory(built), SK_TYPE_ZIP, SK_OUTCOME_CHILDREN);
    g_assert_nonnull(again);
    g_autoptr(SkSink) texts_again = as_texts(sk_sink_memory(again));
    g_autoptr(SkSink) built_again = run(sk_sink_memory(texts_again), SK_TYPE_CHILDREN, SK_OUTCOME_CLEAN);
    g_assert_true(built_again != NULL && sk_span_equal(sk_sink_memory(built), sk_sink_memory(built_again)));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    /* the shortest of all, an entry of one byte, and the same in another encoding */
    static const char empty[] = "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    static const char one[] =
        "PK\3\4\x14\0\0\0\0\0\0\0\x21\0\x83\x16\xdc\x8c\1\0\0\0\1\0\0\0\5\0\0\0\x83\x5c.txx"
        "PK\1\2\x14\0\x14\0\0\0\0\0\0\0\x21\0\x83\x16\xdc\x8c\1\0\0\0\1\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x83\x5c.tx"
        "PK\5\6\0\0\0\0\1\0\1\0\x33\0\0\0\x24\0\0\0\0";

    return index == 0 ? g_bytes_new_static(empty, sizeof empty) : index == 1 ? g_bytes_new_static(one, sizeof one) : NULL;
}
