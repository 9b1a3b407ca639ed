/* SPDX-License-Identifier: Apache-2.0
 * mapi-rtf.c - compressed rich text ([MS-OXRTFCP]): runs of 2 to 17 bytes out of a window of 4,096 that begins with what most rich
 * text begins with. Contract in mapi.h. */
#include "format/mapi.h"

#include "base/reader.h"
#include "base/sink.h"

#include <string.h>
#include <zlib.h>

#define WINDOW 4096u
#define HEADER_REST 12u /* bytes of the header that the first size counts */
#define COMPRESSED 0x75465A4Cu
#define STORED 0x414C454Du

/* [MS-OXRTFCP] 2.1.2.1: 207 bytes */
static const char beginning[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    "\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

G_STATIC_ASSERT(sizeof beginning - 1 == 207);

typedef struct {
    uint8_t window[WINDOW];
    unsigned at;
    SkSink *out;
} Expander;

static void
put(Expander *self, uint8_t byte)
{
    self->window[self->at] = byte;
    self->at = (self->at + 1) % WINDOW;
    sk_sink_u8(self->out, byte);
}

/* Returns: false at the end mark, a run from where the window goes on. */
static bool
take_run(Expander *self, unsigned reference)
{
    unsigned from = reference >> 4, n = (reference & 15) + 2;

    if (from == self->at)
        return false;
    while (n-- > 0) {
        put(self, self->window[from]);
        from = (from + 1) % WINDOW;
    }
    return true;
}

static bool
expand(SkReader *r, SkSink *out, GError **error)
{
    Expander self = { .at = sizeof beginning - 1, .out = out };
    bool more = true;

    memcpy(self.window, beginning, sizeof beginning - 1);
    while (more && sk_sink_ok(out)) {
        uint8_t flags = sk_reader_u8(r);
        for (unsigned bit = 0; more && bit < 8; bit++) {
            if ((flags >> bit & 1) != 0)
                more = take_run(&self, sk_reader_u16be(r));
            else
                put(&self, sk_reader_u8(r));
            if (!sk_reader_ok(r))
                return sk_throw(error, SK_ERROR_TRUNCATED, "rtf: compressed text without its end mark");
        }
    }
    return sk_sink_finish(out, error);
}

bool
sk_mapi_rtf(SkSpan compressed, uint64_t limit, GBytes **ret, GError **error)
{
    SkReader r = sk_reader(compressed);
    uint32_t size = sk_reader_u32le(&r), expanded = sk_reader_u32le(&r), kind = sk_reader_u32le(&r), sum = sk_reader_u32le(&r);
    g_autoptr(SkSink) out = sk_sink_new_memory(MIN(limit, expanded));

    if (!sk_reader_ok(&r) || size < HEADER_REST || size - HEADER_REST > sk_reader_left(&r))
        return sk_throw(error, SK_ERROR_TRUNCATED, "rtf: compressed text is cut short");
    SkSpan body = sk_reader_span(&r, size - HEADER_REST);
    if (expanded > limit)
        return sk_throw(error, SK_ERROR_LIMIT, "rtf: over %" G_GUINT64_FORMAT " bytes", limit);
    if (kind == STORED) {
        sk_sink_span(out, sk_span_sub(body, 0, MIN(body.n, expanded)));
        if (!sk_sink_finish(out, error))
            return false;
    } else {
        /* Begun at 0 and not turned at the end, other than everywhere else. */
        if (kind != COMPRESSED || ~(uint32_t)crc32_z(0xffffffff, body.p, body.n) != sum)
            return sk_throw(error, SK_ERROR_MALFORMED, "rtf: compressed text with a wrong sum or of an unknown kind");
        SkReader inside = sk_reader(body);
        if (!expand(&inside, out, error))
            return false;
    }
    *ret = sk_sink_steal_bytes(out);
    return true;
}
