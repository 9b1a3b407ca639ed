/* SPDX-License-Identifier: Apache-2.0
 * archive-name.c - contract in archive-name.h. */
#include "disarm/archive-name.h"

#include "sandbox/children.h"

#include <string.h>

struct SkArchiveNames {
    GHashTable *folders; /* owned: folded path → path as it is written */
    GHashTable *members; /* owned: folded path → the last number that it was given (by size) */
};

SkArchiveNames *
sk_archive_names_new(void)
{
    SkArchiveNames *self = g_new0(SkArchiveNames, 1);

    self->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

void
sk_archive_names_free(SkArchiveNames *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->folders);
    g_hash_table_unref(self->members);
    g_free(self);
}

char *
sk_archive_name_fold(const char *name)
{
    g_autofree char *normal = g_utf8_normalize(name, -1, G_NORMALIZE_NFC);
    g_autofree char *folded = g_utf8_casefold(normal, -1);
    return g_utf8_normalize(folded, -1, G_NORMALIZE_NFC);
}

SkSpan
sk_archive_names_above(SkSpan path)
{
    size_t at = path.n;

    while (at > 0 && path.p[at - 1] != '/')
        at--;
    return sk_span_sub(path, 0, at == 0 ? 0 : at - 1);
}

/* By these other programs tell documents from archives. */
static bool
is_reserved(const char *segment)
{
    static const char *const words[] = { "[content_types]", "mimetype", "meta-inf", "_rels" };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        size_t n = strlen(words[i]);
        if (g_ascii_strncasecmp(segment, words[i], n) == 0 && (segment[n] == '\0' || segment[n] == '.'))
            return true;
    }
    return false;
}

static char *
clean_segment(SkSpan segment, SkType type)
{
    g_autofree char *raw = sk_span_dup(segment);
    g_autofree char *clean = sk_name_clean(raw, type);

    if (!is_reserved(clean))
        return g_steal_pointer(&clean);
    g_autofree char *marked = g_strconcat("_", clean, NULL);
    return sk_name_clean(marked, type);
}

/* The segments of @path, clean, without those from the front that leave no room for a member behind
 * the rest. */
static GPtrArray *
clean_segments(SkSpan path)
{
    const size_t room = SK_CHILD_NAME_MAX - SK_NAME_MAX - 1;
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    size_t all = 0, first = 0;

    for (size_t from = 0; from < path.n;) {
        size_t slash = sk_span_find(path, from, sk_span("/", 1));
        size_t to = slash == SIZE_MAX ? path.n : slash;
        char *clean = clean_segment(sk_span_sub(path, from, to - from), SK_TYPE_NONE);
        g_ptr_array_add(out, clean);
        all += strlen(clean) + 1;
        from = to + 1;
    }
    while (all > room && first + 1 < out->len)
        all -= strlen(out->pdata[first++]) + 1;
    if (first > 0)
        g_ptr_array_remove_range(out, 0, (guint)first);
    return out;
}

char *
sk_archive_names_folder(SkArchiveNames *self, SkSpan path)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GPtrArray) segments = clean_segments(path);

    for (unsigned i = 0; i < segments->len; i++) {
        if (i > 0)
            g_string_append_c(out, '/');
        g_string_append(out, segments->pdata[i]);
        g_autofree char *folded = sk_archive_name_fold(out->str);
        const char *before = g_hash_table_lookup(self->folders, folded);
        if (before != NULL)
            g_string_assign(out, before);
        else
            g_hash_table_insert(self->folders, g_steal_pointer(&folded), g_strdup(out->str));
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* @base with @number before its extension, short enough. */
static char *
numbered(const char *base, SkType type, unsigned number)
{
    g_autofree char *mark = g_strdup_printf(" (%u)", number);
    size_t extension = strlen(sk_type_get(type)->extension) + 1;
    size_t stem = strlen(base) - extension;
    const size_t room = SK_NAME_MAX - extension - 1 - strlen(mark);

    if (stem > room) {
        const char *cut = g_utf8_find_prev_char(base, base + room + 1);
        stem = cut == NULL ? 0 : (size_t)(cut - base);
    }
    g_autofree char *name = g_strdup_printf("%.*s%s", (int)stem, base, mark);
    return sk_name_clean(name, type);
}

static bool
take(SkArchiveNames *self, const char *path)
{
    g_autofree char *folded = sk_archive_name_fold(path);

    if (g_hash_table_contains(self->folders, folded) || g_hash_table_contains(self->members, folded))
        return false;
    g_hash_table_insert(self->members, g_steal_pointer(&folded), GUINT_TO_POINTER(1));
    return true;
}

char *
sk_archive_names_member(SkArchiveNames *self, SkSpan path, SkType type)
{
    SkSpan above = sk_archive_names_above(path);
    size_t at = above.n == 0 ? 0 : above.n + 1;
    g_autofree char *folder = sk_archive_names_folder(self, above);
    const char *slash = *folder == '\0' ? "" : "/";
    g_autofree char *base = clean_segment(sk_span_sub(path, at, path.n - at), type);
    g_autofree char *wanted = g_strconcat(folder, slash, base, NULL);

    if (take(self, wanted))
        return g_steal_pointer(&wanted);
    /* From the number that was free last: a thousand namesakes are not tried a thousand times each. */
    g_autofree char *folded = sk_archive_name_fold(wanted);
    unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(self->members, folded));
    for (number = MAX(number, 1u) + 1;; number++) {
        g_autofree char *name = numbered(base, type, number);
        g_autofree char *other = g_strconcat(folder, slash, name, NULL);
        if (!take(self, other))
            continue;
        g_hash_table_insert(self->members, g_steal_pointer(&folded), GUINT_TO_POINTER(number));
        return g_steal_pointer(&other);
    }
}
