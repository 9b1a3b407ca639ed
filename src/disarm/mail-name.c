/* SPDX-License-Identifier: Apache-2.0
 * mail-name.c - what an attachment calls itself: in up to four places, which must agree about what it is. Contract in
 * mail.h. */
#include "disarm/mail.h"

#include "sandbox/children.h"

#include <string.h>

static const char *
extension(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot == NULL ? "" : dot;
}

/* Two names under which different programs would open it. */
static bool
disagree(const char *a, const char *b)
{
    return g_ascii_strcasecmp(extension(a), extension(b)) != 0;
}

/* All the names that the part gives itself; the first counts. */
static GPtrArray *
collect(const SkMimePart *part)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    const struct {
        const GArray *params;
        const char *name;
    } places[] = { { part->disposition_params, "filename" }, { part->params, "name" } };

    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
        for (guint k = 0; k < places[i].params->len; k++) {
            const SkMimeParam *param = &g_array_index(places[i].params, SkMimeParam, k);
            if (strcmp(param->name, places[i].name) != 0)
                continue;
            g_autofree char *words = sk_mime_param_text(param);
            char *name = sk_child_name_of(words);
            if (name != NULL)
                g_ptr_array_add(names, name);
        }
    }
    return names;
}

/* A part without a name has that of its kind. */
static char *
otherwise(const SkMimePart *part, guint index)
{
    static const struct {
        const char *type, *extension;
    } rows[] = { { "message/rfc822", "eml" }, { "text/html", "html" }, { "text/plain", "txt" }, { "text/calendar", "ics" },
                 { "text/csv", "csv" },       { "image/png", "png" },  { "image/jpeg", "jpg" }, { "image/gif", "gif" },
                 { "application/pdf", "pdf" }, { "application/zip", "zip" }, { "text/rfc822-headers", "txt" },
                 { "message/delivery-status", "txt" } };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].type, part->type) == 0)
            return g_strdup_printf("添付%u.%s", index, rows[i].extension);
    return g_strdup_printf("添付%u", index);
}

bool
sk_mail_leaf_name(SkDisarm *self, const SkMime *mime, guint index, char **ret, GError **error)
{
    const SkMimePart *part = sk_mime_part(mime, index);
    g_autoptr(GPtrArray) names = collect(part);

    for (guint i = 1; i < names->len; i++)
        if (disagree(g_ptr_array_index(names, 0), g_ptr_array_index(names, i)) &&
            !sk_mail_found(self, SK_ELEMENT_MAIL_DUPLICATE, index, error))
            return false;
    *ret = names->len > 0 ? g_strdup(g_ptr_array_index(names, 0)) : otherwise(part, index);
    return true;
}
