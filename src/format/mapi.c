/* SPDX-License-Identifier: Apache-2.0
 * mapi.c - sets of properties. Contract in mapi.h. */
#include "format/mapi.h"

#include "base/reader.h"
#include "format/mime-code.h"
#include "format/xml-scan.h"

#define TIME_1601 11644473600ll /* seconds from 1601 to 1970 */

SkMapi *
sk_mapi_new(void)
{
    SkMapi *self = g_new0(SkMapi, 1);

    self->values = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
    self->recipients = g_ptr_array_new_with_free_func((GDestroyNotify)sk_mapi_free);
    self->attachments = g_ptr_array_new_with_free_func((GDestroyNotify)sk_mapi_free);
    return self;
}

/* Messages in messages: as deep as the readers' limits let them. */
void
sk_mapi_free(SkMapi *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->values);
    g_ptr_array_unref(self->recipients);
    g_ptr_array_unref(self->attachments);
    sk_mapi_free(self->message);
    g_free(self);
}

bool
sk_mapi_is_kept(uint32_t id, uint32_t type)
{
    static const uint16_t words[] = {
        SK_MAPI_MESSAGE_CLASS, SK_MAPI_SUBJECT,    SK_MAPI_FROM_NAME,    SK_MAPI_FROM_ADDRESS, SK_MAPI_TRANSPORT_HEADERS,
        SK_MAPI_SENDER_NAME,   SK_MAPI_SENDER_ADDRESS, SK_MAPI_DISPLAY_CC, SK_MAPI_DISPLAY_TO, SK_MAPI_BODY,
        SK_MAPI_HTML,          SK_MAPI_MESSAGE_ID, SK_MAPI_REFERENCES,   SK_MAPI_IN_REPLY_TO,  SK_MAPI_NAME,
        SK_MAPI_ADDRESS,       SK_MAPI_FILE_NAME,  SK_MAPI_LONG_NAME,    SK_MAPI_SMTP_ADDRESS, SK_MAPI_SENDER_SMTP,
        SK_MAPI_FROM_SMTP,
    };

    switch (type) {
    case SK_MAPI_LONG:
        return id == SK_MAPI_RECIPIENT_TYPE || id == SK_MAPI_ATTACH_METHOD || id == SK_MAPI_INTERNET_CODEPAGE || id == SK_MAPI_MESSAGE_CODEPAGE;
    case SK_MAPI_TIME:
        return id == SK_MAPI_SUBMIT_TIME || id == SK_MAPI_DELIVERY_TIME;
    case SK_MAPI_BINARY:
        return id == SK_MAPI_RTF || id == SK_MAPI_HTML || id == SK_MAPI_CONTENT;
    case SK_MAPI_STRING8:
    case SK_MAPI_UNICODE:
        for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
            if (words[i] == id)
                return true;
        return false;
    default:
        return false;
    }
}

static gpointer
key_of(uint32_t id, uint32_t type)
{
    return GUINT_TO_POINTER(id << 16 | type);
}

bool
sk_mapi_set(SkMapi *self, uint32_t id, uint32_t type, GBytes *bytes)
{
    GBytes *known = g_hash_table_lookup(self->values, key_of(id, type));
    bool same = known == NULL || g_bytes_equal(known, bytes);

    if (known == NULL)
        g_hash_table_insert(self->values, key_of(id, type), bytes);
    else
        g_bytes_unref(bytes);
    return same;
}

GBytes *
sk_mapi_bytes(const SkMapi *self, SkMapiId id, SkMapiType type)
{
    return g_hash_table_lookup(self->values, key_of(id, type));
}

uint32_t
sk_mapi_number(const SkMapi *self, SkMapiId id, uint32_t otherwise)
{
    GBytes *bytes = sk_mapi_bytes(self, id, SK_MAPI_LONG);
    SkReader r = bytes == NULL ? sk_reader(SK_SPAN_EMPTY) : sk_reader_from_bytes(bytes);
    uint32_t value = sk_reader_u32le(&r);

    return sk_reader_ok(&r) ? value : otherwise;
}

int64_t
sk_mapi_time(const SkMapi *self, SkMapiId id)
{
    GBytes *bytes = sk_mapi_bytes(self, id, SK_MAPI_TIME);
    SkReader r = bytes == NULL ? sk_reader(SK_SPAN_EMPTY) : sk_reader_from_bytes(bytes);
    uint64_t low = sk_reader_u32le(&r), high = sk_reader_u32le(&r);

    /* Of hundreds of nanoseconds; what no calendar has is no time. */
    int64_t seconds = (int64_t)((high << 32 | low) / 10000000u) - TIME_1601;
    return sk_reader_ok(&r) && high < 0x7fffffff && seconds > 0 && seconds < 253402300800ll ? seconds : 0;
}

/* ---- words ------------------------------------------------------------------------------------ */

static SkSpan
without_nuls(SkSpan s, size_t width)
{
    while (s.n >= width && s.p[s.n - 1] == 0 && s.p[s.n - width] == 0)
        s.n -= width;
    return s;
}

/* A NUL within words is a space: what stands behind it is not lost. */
static char *
words_of(const guint8 *p, size_t n)
{
    char *words = sk_span_dup(sk_span(p, n));

    for (size_t i = 0; i < n; i++)
        if (words[i] == '\0')
            words[i] = ' ';
    return words;
}

static char *
from_unicode(SkSpan s)
{
    g_autoptr(GByteArray) out = g_byte_array_new();

    s = without_nuls(s, 2);
    while (s.n > 0) {
        size_t used = 0;
        (void)sk_xml_from_utf16(s, false, out, &used);
        s = sk_span_sub(s, used, s.n - used);
        /* Half of a pair, or of a character: as its bytes. */
        for (size_t i = 0, n = MIN(s.n, 2); i < n; i++) {
            g_autofree char *shown = g_strdup_printf("\\x%02X", s.p[i]);
            g_byte_array_append(out, (const guint8 *)shown, 4);
        }
        s = sk_span_sub(s, MIN(s.n, 2), s.n - MIN(s.n, 2));
    }
    return words_of(out->data, out->len);
}

char *
sk_mapi_words(const SkMapi *self, SkMapiId id, const char *label)
{
    GBytes *unicode = sk_mapi_bytes(self, id, SK_MAPI_UNICODE), *bytes = sk_mapi_bytes(self, id, SK_MAPI_STRING8);

    if (unicode != NULL)
        return from_unicode(sk_span_bytes(unicode));
    g_autoptr(GString) out = g_string_new(NULL);
    if (bytes != NULL)
        (void)sk_mime_text(without_nuls(sk_span_bytes(bytes), 1), label, out);
    return words_of((const guint8 *)out->str, out->len);
}

const char *
sk_mapi_label(uint32_t codepage)
{
    static const struct {
        uint32_t codepage;
        const char *label;
    } rows[] = { { 932, "shift_jis" },       { 936, "gb2312" },        { 949, "euc-kr" },        { 950, "big5" },
                 { 874, "windows-874" },     { 1250, "windows-1250" }, { 1251, "windows-1251" }, { 1252, "windows-1252" },
                 { 1253, "windows-1253" },   { 1254, "windows-1254" }, { 1255, "windows-1255" }, { 1256, "windows-1256" },
                 { 1257, "windows-1257" },   { 1258, "windows-1258" }, { 20127, "us-ascii" },    { 20866, "koi8-r" },
                 { 20932, "euc-jp" },        { 28591, "iso-8859-1" },  { 28592, "iso-8859-2" },  { 28605, "iso-8859-15" },
                 { 50220, "iso-2022-jp" },   { 50221, "iso-2022-jp" }, { 50222, "iso-2022-jp" }, { 51932, "euc-jp" },
                 { 51949, "euc-kr" },        { 54936, "gb18030" },     { 65001, "utf-8" } };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].codepage == codepage)
            return rows[i].label;
    return "";
}
