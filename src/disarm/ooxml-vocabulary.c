/* SPDX-License-Identifier: Apache-2.0
 * ooxml-vocabulary.c - contract in ooxml-vocabulary.h. */
#include "disarm/ooxml-vocabulary.h"

#include <string.h>

const char *
sk_ooxml_prefix(SkSpan uri)
{
    for (const SkOoxmlNamespace *n = sk_ooxml_namespaces; n->prefix != NULL; n++) {
        if (sk_span_is(uri, n->uri) || (n->strict != NULL && sk_span_is(uri, n->strict)))
            return n->prefix;
    }
    return NULL;
}

/* Both tables are in byte order of their names; the first row stands for none. */
static SkXmlSymbol
search(const char *const *names, size_t n, const char *prefix, SkSpan local)
{
    g_autofree char *name = g_strdup_printf("%s%s%.*s", prefix, prefix[0] == '\0' ? "" : ":",
                                            (int)local.n, (const char *)local.p);
    size_t low = 1, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, names[middle]);
        if (order == 0)
            return (SkXmlSymbol)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

SkXmlSymbol
sk_ooxml_element(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    const char *prefix = sk_ooxml_prefix(uri);

    return prefix == NULL ? 0 : search(sk_ooxml_element_names, SK_EL_COUNT, prefix, local);
}

static bool
identifies_editors(SkSpan uri, SkSpan local)
{
    return sk_span_starts(local, "rsid") || sk_span_is(local, "paraId") ||
           sk_span_is(local, "textId") ||
           (sk_span_is(local, "uid") &&
            sk_span_find(uri, 0, sk_span_str("/revision")) != SIZE_MAX) ||
           (sk_span_find(uri, 0, sk_span_str("wordprocessingDrawing")) != SIZE_MAX &&
            (sk_span_is(local, "anchorId") || sk_span_is(local, "editId")));
}

SkXmlSymbol
sk_ooxml_attribute(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    if (uri.n == 0)
        return search(sk_ooxml_attr_names, SK_AT_COUNT, "", local);
    if (identifies_editors(uri, local))
        return SK_AT_REVISION;
    const char *prefix = sk_ooxml_prefix(uri);
    if (prefix == NULL || prefix[0] == '\0')
        return 0;
    if (strcmp(prefix, "mc") == 0)
        return SK_AT_QUIET;
    return search(sk_ooxml_attr_names, SK_AT_COUNT, prefix, local);
}
