/* SPDX-License-Identifier: Apache-2.0
 * package.c - contract in package.h. */
#include "disarm/package.h"

#define FLAT_CHUNK 65536u

typedef struct {
    SkDisarm *disarm;
    const SkZipEntry *entry;
    SkXmlReader *reader; /* either this */
    GByteArray *bytes;   /* or this */
    uint64_t limit;
} Stream;

void
sk_package_report(SkDisarm *disarm, SkElement element, SkSpan place)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    g_autoptr(GError) ignored = NULL;

    if (element != SK_ELEMENT_NONE)
        (void)!sk_disarm_found(disarm, element, place, 1, &verdict, &ignored);
}

static bool
on_chunk(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    Stream *stream = user;

    if (!sk_disarm_expand(stream->disarm, chunk.n, expanded, compressed, error)) {
        sk_package_report(stream->disarm, SK_ELEMENT_ZIP_BOMB, stream->entry->name);
        return false;
    }
    if (stream->reader != NULL)
        return sk_xml_reader_feed(stream->reader, chunk, false, error);
    if (chunk.n > stream->limit - stream->bytes->len)
        return sk_throw(error, SK_ERROR_LIMIT, "package: entry too large");
    g_byte_array_append(stream->bytes, chunk.p, (guint)chunk.n);
    return true;
}

static bool
feed_flat(SkSpan input, SkXmlReader *reader, GError **error)
{
    for (size_t at = 0; at < input.n; at += FLAT_CHUNK) {
        SkSpan chunk = sk_span_sub(input, at, MIN(input.n - at, (size_t)FLAT_CHUNK));
        if (!sk_xml_reader_feed(reader, chunk, false, error))
            return false;
    }
    return true;
}

bool
sk_package_parse(SkDisarm *disarm, const SkZipEntry *entry, SkXmlReader *reader, GError **error)
{
    Stream stream = { .disarm = disarm, .entry = entry, .reader = reader };
    bool fed = entry != NULL ? sk_zip_inflate(entry, on_chunk, &stream, error)
                             : feed_flat(disarm->input, reader, error);

    if (fed && sk_xml_reader_feed(reader, SK_SPAN_EMPTY, true, error))
        return true;
    if (!sk_xml_reader_saw_dtd(reader))
        return false;
    SkVerdict verdict = SK_VERDICT_NONE;
    g_clear_error(error);
    if (sk_disarm_found(disarm, SK_ELEMENT_XML_DTD, entry != NULL ? entry->name : SK_SPAN_EMPTY, 1,
                        &verdict, error))
        return sk_throw(error, SK_ERROR_FORBIDDEN, "package: document type declaration");
    return false;
}

bool
sk_package_read(SkDisarm *disarm, const SkZipEntry *entry, uint64_t limit, GBytes **ret,
                GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Stream stream = {
        .disarm = disarm, .entry = entry, .bytes = bytes, .limit = MIN(limit, (uint64_t)G_MAXINT32)
    };

    if (!sk_zip_inflate(entry, on_chunk, &stream, error))
        return false;
    *ret = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
    return true;
}

bool
sk_package_report_rest(SkDisarm *disarm, const SkZip *zip, GHashTable *used,
                       SkPackageClassify classify, const void *package, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;

    for (uint32_t i = 0; i < zip->n; i++) {
        const SkZipEntry *entry = &zip->entries[i];
        if (entry->folder || g_hash_table_contains(used, entry))
            continue;
        SkElement element = classify(package, entry);
        if (element != SK_ELEMENT_NONE &&
            !sk_disarm_found(disarm, element, entry->name, 1, &verdict, error))
            return false;
    }
    return zip->loose == 0 || sk_disarm_found(disarm, SK_ELEMENT_ZIP_STRUCTURE, SK_SPAN_EMPTY,
                                              zip->loose, &verdict, error);
}

void
sk_package_output(void *writer, SkSpan s)
{
    sk_zip_writer_span(writer, s);
}
