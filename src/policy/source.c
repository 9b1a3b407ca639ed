/* SPDX-License-Identifier: Apache-2.0
 * source.c - contract in source.h. Files are told apart by their real paths, so a link is no second
 * file, and none leads out of the folder that a relative name is looked for in. */
#include "policy/source.h"

#include "base/io.h"
#include "policy/policy.h"
#include "policy/words.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    char *name;
    char *real; /* NULL: a text that stands alone */
    GBytes *bytes;
    unsigned from; /* which file includes it; the first one: itself */
    SkPlace place; /* where */
} Source;

struct SkSources {
    GPtrArray *rows; /* owned Source */
    uint64_t left;   /* bytes that may still be read */
};

static void
source_free(gpointer data)
{
    Source *self = data;

    g_free(self->name);
    free(self->real); /* by realpath */
    g_bytes_unref(self->bytes);
    g_free(self);
}

static const Source *
source_get(const SkSources *self, unsigned i)
{
    return g_ptr_array_index(self->rows, i);
}

static SkSources *
sources_new(void)
{
    SkSources *self = g_new0(SkSources, 1);

    self->rows = g_ptr_array_new_with_free_func(source_free);
    self->left = SK_POLICY_BYTES_MAX;
    return self;
}

static Source *
sources_add(SkSources *self, const char *name, char *real, GBytes *bytes)
{
    Source *row = g_new0(Source, 1);

    row->name = g_strdup(name);
    row->real = real;
    row->bytes = bytes;
    self->left -= MIN(self->left, g_bytes_get_size(bytes));
    g_ptr_array_add(self->rows, row);
    return row;
}

SkSources *
sk_sources_new_text(SkSpan text, const char *name)
{
    SkSources *self = sources_new();

    sources_add(self, name, NULL, g_bytes_new_static(text.p, text.n));
    return self;
}

bool
sk_sources_read(const char *path, SkSources **ret, GError **error)
{
    GBytes *bytes = NULL;

    if (!sk_io_read_file(path, SK_POLICY_BYTES_MAX, &bytes, error))
        return false;
    *ret = sources_new();
    sources_add(*ret, path, realpath(path, NULL), bytes);
    return true;
}

void
sk_sources_free(SkSources *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->rows);
    g_free(self);
}

unsigned
sk_sources_n(const SkSources *self)
{
    return self->rows->len;
}

SkSpan
sk_source_text(const SkSources *self, unsigned i)
{
    return sk_span_bytes(source_get(self, i)->bytes);
}

const char *
sk_source_name(const SkSources *self, unsigned i)
{
    return source_get(self, i)->name;
}

GBytes *
sk_sources_bytes(const SkSources *self)
{
    return g_bytes_ref(source_get(self, 0)->bytes);
}

/* ---- include ----------------------------------------------------------------------------------
 */

static bool
has_way_up(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, "/", -1);

    return g_strv_contains((const char *const *)parts, "..");
}

static bool
is_below(const char *real, const char *folder)
{
    size_t n = strlen(folder);

    return strncmp(real, folder, n) == 0 && (real[n] == '/' || folder[n - 1] == '/');
}

/* (transfer full): `a.conf → b.conf → a.conf`, where the file is one of those that lead to @from.
 */
static char *
loop_text(const SkSources *self, unsigned from, const char *real)
{
    g_autofree char *chain = g_path_get_basename(real);

    for (unsigned i = from;; i = source_get(self, i)->from) {
        g_autofree char *name = g_path_get_basename(source_get(self, i)->name);
        g_autofree char *longer = g_strdup_printf("%s → %s", name, chain);
        g_free(chain);
        chain = g_steal_pointer(&longer);
        if (strcmp(source_get(self, i)->real, real) == 0)
            return g_steal_pointer(&chain);
        if (i == 0)
            return NULL;
    }
}

static unsigned
depth(const SkSources *self, unsigned from)
{
    unsigned n = 1;

    for (unsigned i = from; i != 0; i = source_get(self, i)->from)
        n++;
    return n;
}

/* false after an error: @real is here already. */
static bool
check_new(const SkSources *self, unsigned from, const char *real, SkPlace place,
          GPtrArray *diagnostics)
{
    g_autofree char *loop = loop_text(self, from, real);

    if (loop != NULL) {
        g_autofree char *shown = sk_words_shown(loop);
        sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place, NULL,
                           "files include each other in a circle: %s", shown);
        return false;
    }
    for (unsigned i = 1; i < self->rows->len; i++) {
        const Source *row = source_get(self, i);
        if (strcmp(row->real, real) != 0)
            continue;
        sk_diagnostics_also(sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place,
                                               g_strdup("once is enough: order means nothing here"),
                                               "this file is included twice"),
                            row->place, "the first time");
        return false;
    }
    return true;
}

/* (transfer full): the real path, NULL after an error. */
static char *
find(const SkSources *self, unsigned from, const char *name, SkPlace place, GPtrArray *diagnostics)
{
    g_autofree char *folder = g_path_get_dirname(source_get(self, from)->real);
    g_autofree char *shown = sk_words_shown(name);
    bool absolute = g_path_is_absolute(name);

    if (!absolute && has_way_up(name)) {
        sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place,
                           g_strdup("name the whole path, from `/` on, where that is meant"),
                           "`%s` leads out of its folder", shown);
        return NULL;
    }
    g_autofree char *path = absolute ? g_strdup(name) : g_build_filename(folder, name, NULL);
    char *real = realpath(path, NULL);
    if (real == NULL || !g_file_test(real, G_FILE_TEST_IS_REGULAR)) {
        sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place,
                           absolute ? NULL : g_strdup("it is looked for beside this file"),
                           "there is no file `%s`", shown);
    } else if (!absolute && !is_below(real, folder)) {
        sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place,
                           g_strdup("name the whole path, from `/` on, where that is meant"),
                           "`%s` is a link that leads out of its folder", shown);
    } else {
        return real;
    }
    free(real);
    return NULL;
}

/* What there is to say before any file is looked at. */
static const char *
refused(const SkSources *self, unsigned from, const char *name, const char **ret_hint)
{
    *ret_hint = NULL;
    if (source_get(self, from)->real == NULL) {
        *ret_hint = "`sekisho policy show FILE` prints the whole of a policy in several files";
        return "this text stands alone: it can include no file";
    }
    if (name[0] == '\0') {
        *ret_hint = "include \"hosts.conf\"";
        return "the name of a file is missing";
    }
    if (depth(self, from) > SK_SOURCES_DEEP_MAX)
        return "files include each other more than 8 deep";
    if (self->rows->len >= SK_SOURCES_MAX)
        return "there are more than 64 files";
    return NULL;
}

bool
sk_sources_include(SkSources *self, unsigned from, const char *name, SkPlace place,
                   GPtrArray *diagnostics)
{
    g_autoptr(GError) error = NULL;
    GBytes *bytes = NULL;
    const char *hint = NULL;
    const char *no = refused(self, from, name, &hint);

    if (no != NULL) {
        sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place, g_strdup(hint), "%s", no);
        return false;
    }
    char *real = find(self, from, name, place, diagnostics);
    if (real == NULL)
        return false;
    if (!check_new(self, from, real, place, diagnostics)) {
        free(real);
        return true;
    }
    if (!sk_io_read_file(real, self->left, &bytes, &error)) {
        if (g_error_matches(error, SK_ERROR, SK_ERROR_LIMIT))
            sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place, NULL,
                               "with this file the policy is larger than %u bytes",
                               SK_POLICY_BYTES_MAX);
        else
            sk_diagnostics_add(diagnostics, SK_SEVERITY_ERROR, place, NULL,
                               "this file cannot be read: %s", error->message);
        free(real);
        return false;
    }
    g_autofree char *folder = g_path_get_dirname(source_get(self, from)->name);
    g_autofree char *beside = g_path_is_absolute(name) || strcmp(folder, ".") == 0
                                  ? g_strdup(name)
                                  : g_build_filename(folder, name, NULL);
    Source *row = sources_add(self, beside, real, bytes);
    row->from = from;
    row->place = place;
    return true;
}
