/* SPDX-License-Identifier: Apache-2.0
 * request.c - contract in request.h. */
#include "sandbox/request.h"

void
sk_request_emit(const GArray *pages, SkSink *sink)
{
    sk_sink_str(sink, SK_REQUEST_MAGIC);
    sk_sink_u32le(sink, pages->len);
    for (guint i = 0; i < pages->len; i++)
        sk_sink_u32le(sink, g_array_index(pages, uint32_t, i));
}

bool
sk_request_is(SkSpan s)
{
    return sk_span_starts(s, SK_REQUEST_MAGIC);
}

bool
sk_request_parse(SkReader *r, uint32_t most, GArray **ret, GError **error)
{
    g_autoptr(GArray) pages = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    SkSpan magic = sk_reader_span(r, sk_span_str(SK_REQUEST_MAGIC).n);
    uint32_t count = sk_reader_u32le(r);

    if (!sk_reader_ok(r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "request: no head");
    if (!sk_span_is(magic, SK_REQUEST_MAGIC) || count == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "request: none");
    if (count > most)
        return sk_throw(error, SK_ERROR_LIMIT, "request: %u pages", count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t page = sk_reader_u32le(r);
        if (!sk_reader_ok(r))
            return sk_throw(error, SK_ERROR_TRUNCATED, "request: cut short");
        if (i > 0 && page <= g_array_index(pages, uint32_t, i - 1))
            return sk_throw(error, SK_ERROR_MALFORMED, "request: pages out of order");
        g_array_append_val(pages, page);
    }
    *ret = g_steal_pointer(&pages);
    return true;
}
