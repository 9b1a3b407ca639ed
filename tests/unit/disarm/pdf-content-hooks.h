/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content-hooks.h - resources for the tests of content streams: every name is there but those that begin with `No`; `Gone`
 * is; `Off` is a layer that is off, `P` and a number a property list with that MCID. A name's number is that of its first mention.
 * Every inline picture is another XObject.
 */
#pragma once

#include "disarm/pdf-content.h"

#include <string.h>

typedef struct {
    GHashTable *names[128]; /* by category; of char* to index + 1 */
    guint pictures;
    GString *picture; /* the last one: dictionary, `|`, data */
} Resources;

static inline bool
resources_use(void *user, SkPdfUse use, SkSpan name, int32_t *ret_index, GError **error)
{
    Resources *self = user;
    g_autofree char *key = g_base64_encode(name.p, name.n);

    (void)error;
    *ret_index = SK_PDF_USE_ABSENT;
    if (sk_span_starts(name, "No"))
        return true;
    if (sk_span_is(name, "Gone")) {
        *ret_index = SK_PDF_USE_GONE;
        return true;
    }
    if (self->names[use] == NULL)
        self->names[use] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gpointer index = g_hash_table_lookup(self->names[use], key);
    if (index == NULL) {
        index = GUINT_TO_POINTER(g_hash_table_size(self->names[use]) + 1);
        g_hash_table_insert(self->names[use], g_steal_pointer(&key), index);
    }
    *ret_index = (int32_t)GPOINTER_TO_UINT(index) - 1;
    return true;
}

static inline bool
resources_picture(void *user, const SkPdfInline *picture, int32_t *ret_index, GError **error)
{
    Resources *self = user;
    char name[24];

    g_string_truncate(self->picture, 0);
    g_string_append_len(self->picture, (const char *)picture->dictionary.p, (gssize)picture->dictionary.n);
    g_string_append_c(self->picture, '|');
    g_string_append_len(self->picture, (const char *)picture->data.p, (gssize)picture->data.n);
    g_snprintf(name, sizeof name, "\001%u", self->pictures++);
    return resources_use(user, SK_PDF_USE_OBJECT, sk_span_str(name), ret_index, error);
}

static inline bool
resources_properties(void *user, SkSpan name, SkPdfMarked *ret, GError **error)
{
    (void)user;
    (void)error;
    if (sk_span_is(name, "Off")) {
        ret->hidden = true;
        return true;
    }
    if (name.n == 2 && name.p[0] == 'P') {
        ret->has_mcid = true;
        ret->mcid = (uint32_t)(name.p[1] - '0');
        ret->lang = g_strdup("ja");
        return true;
    }
    return false;
}

/* What is not UTF-16 behind its mark is taken for UTF-8: enough for a test. */
static inline char *
resources_text(void *user, SkSpan bytes)
{
    (void)user;
    if (bytes.n >= 2 && bytes.p[0] == 0xfe && bytes.p[1] == 0xff)
        return g_convert((const char *)bytes.p + 2, (gssize)(bytes.n - 2) / 2 * 2, "UTF-8", "UTF-16BE", NULL, NULL, NULL);
    return g_utf8_make_valid((const char *)bytes.p, (gssize)bytes.n);
}

static inline void
resources_clear(Resources *self)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(self->names); i++)
        g_clear_pointer(&self->names[i], g_hash_table_unref);
    self->pictures = 0;
}

static inline SkPdfContentHooks
resources_hooks(Resources *self)
{
    return (SkPdfContentHooks){
        .user = self,
        .use = resources_use,
        .inline_picture = resources_picture,
        .properties = resources_properties,
        .text = resources_text,
    };
}
