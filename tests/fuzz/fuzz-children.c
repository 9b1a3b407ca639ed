/* SPDX-License-Identifier: Apache-2.0
 * fuzz-children.c - containers of children. What is accepted is what the writer would write. */
#include "fuzz.h"
#include "sandbox/children.h"

#define MOST 1000u

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GArray) children = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_children_parse(sk_span(data, size), MOST, &children, &error)) {
        g_assert_nonnull(error);
        g_assert_null(children);
        return 0;
    }
    g_autoptr(SkSink) sink = sk_sink_new_memory(size);
    SkChildrenWriter writer = sk_children_writer(sink);
    for (guint i = 0; i < children->len; i++)
        sk_children_add(&writer, &g_array_index(children, SkChild, i));
    sk_children_finish(&writer);
    g_assert_cmpmem(data, size, sk_sink_memory(sink).p, sk_sink_memory(sink).n);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(1000);
    const SkChild child = { .kind = SK_CHILD_OBJECT,
                            .type = SK_TYPE_PNG,
                            .name = sk_span_str("a/図.png"),
                            .content = sk_span_str("content") };
    const SkChild lost = { .kind = SK_CHILD_LOST, .reason = SK_REASON_LIMIT, .name = sk_span_str("b") };

    if (index > 2)
        return NULL;
    SkChildrenWriter writer = sk_children_writer(sink);
    if (index > 0)
        sk_children_add(&writer, &child);
    if (index > 1)
        sk_children_add(&writer, &lost);
    sk_children_finish(&writer);
    return sk_sink_steal_bytes(sink);
}
