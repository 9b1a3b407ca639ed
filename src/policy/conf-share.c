/* SPDX-License-Identifier: Apache-2.0
 * conf-share.c - what two stations would share is an error; contract in conf-parts.h. */
#include "policy/conf-parts.h"

#include <string.h>

typedef struct {
    const char *value;
    SkPlace place;
    const SkConfStation *station;
    bool directory;
} Owned;

static bool
path_within(const char *outer, const char *inner)
{
    size_t n = strlen(outer);

    return g_str_has_prefix(inner, outer) &&
           (inner[n] == '/' || inner[n] == '\0' || (n > 0 && outer[n - 1] == '/'));
}

static void
compare_paths(SkConfReader *r, const Owned *a, const Owned *b)
{
    bool same = strcmp(a->value, b->value) == 0;
    bool within = (a->directory && path_within(a->value, b->value)) ||
                  (b->directory && path_within(b->value, a->value));

    if (same)
        sk_diagnostics_also(
            sk_conf_fail(r, b->place, "give each a path of its own", "this path is used twice"),
            a->place, "here, by the station `%s`", a->station->zone);
    else if (within)
        sk_diagnostics_also(sk_conf_fail(r, b->place, "give each a folder of its own",
                                         "one of these two lies inside the other"),
                            a->place, "here, of the station `%s`", a->station->zone);
}

/* The runner is shown the folder of what is asked of a scanner, read-only: over a station's own it would stop the station, over another
 * station's it would open that. */
static void
check_scanner(SkConfReader *r, const GArray *paths, const char *scanner, SkPlace place)
{
    g_autofree char *folder = scanner == NULL ? NULL : g_path_get_dirname(scanner);

    for (unsigned i = 0; folder != NULL && i < paths->len && !sk_diagnostics_full(r->diagnostics); i++) {
        const Owned *owned = &g_array_index(paths, Owned, i);
        if (!path_within(folder, owned->value) && !(owned->directory && path_within(owned->value, folder)))
            continue;
        sk_diagnostics_also(sk_conf_fail(r, place, "give it a folder that holds nothing else, such as /etc/sekisho/scan",
                                         "the folder of this lies around what a station keeps, or in it"),
                            owned->place, "here, of the station `%s`", owned->station->zone);
        return;
    }
}

static void
check_scanners(SkConfReader *r, const GArray *paths)
{
    for (unsigned i = 0; i < r->drafts->len; i++) {
        const SkConfDraft *d = &g_array_index(r->drafts, SkConfDraft, i);
        check_scanner(r, paths, d->station->scan_yara, d->seen[SETTING_SCAN_YARA]);
        check_scanner(r, paths, d->station->scan_clamd, d->seen[SETTING_SCAN_CLAMD]);
    }
}

static void
check_paths(SkConfReader *r)
{
    g_autoptr(GArray) paths = g_array_new(FALSE, FALSE, sizeof(Owned));

    for (unsigned i = 0; i < r->drafts->len; i++) {
        const SkConfDraft *d = &g_array_index(r->drafts, SkConfDraft, i);
        const SkConfStation *s = d->station;
        const Owned owned[] = {
            { s->store, d->seen[SETTING_STORE], s, false },
            { s->vault, d->seen[SETTING_VAULT], s, true },
            { s->seal, d->seen[SETTING_SEAL], s, true },
            { s->key, d->seen[SETTING_KEY], s, false },
            { s->listen_unix, d->seen[SETTING_LISTEN_HTTP], s, false },
            { s->listen_lmtp, d->seen[SETTING_LISTEN_LMTP], s, false },
            { s->deliver, d->seen[SETTING_DELIVER_LMTP], s, false },
        };
        for (unsigned j = 0; j < G_N_ELEMENTS(owned); j++)
            if (owned[j].value != NULL)
                g_array_append_val(paths, owned[j]);
    }
    for (unsigned i = 0; i < paths->len; i++)
        for (unsigned j = 0; j < i && !sk_diagnostics_full(r->diagnostics); j++)
            compare_paths(r, &g_array_index(paths, Owned, j), &g_array_index(paths, Owned, i));
    check_scanners(r, paths);
}

/* A browser keeps cookies by host and looks at no port, so hosts differ, not only origins. */
static void
check_origins(SkConfReader *r)
{
    g_autoptr(GHashTable) hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (unsigned i = 0; i < r->drafts->len; i++) {
        const SkConfDraft *d = &g_array_index(r->drafts, SkConfDraft, i);
        for (unsigned j = 0; j < 2; j++) {
            const char *origin = j == 0 ? d->station->origin : d->station->content_origin;
            const SkPlace *place = &d->seen[j == 0 ? SETTING_ORIGIN : SETTING_CONTENT_ORIGIN];
            if (origin == NULL)
                continue;
            char *host = sk_conf_origin_host(origin);
            const SkPlace *before = g_hash_table_lookup(hosts, host);
            if (before != NULL) {
                sk_diagnostics_also(
                    sk_conf_fail(r, *place,
                                 "each origin has a host of its own: cookies do not look at ports",
                                 "this host stands twice"),
                    *before, "the first time");
                g_free(host);
            } else {
                g_hash_table_insert(hosts, host, (gpointer)place);
            }
        }
    }
}

static void
check_pairs(SkConfReader *r)
{
    for (unsigned i = 0; i < r->drafts->len; i++)
        for (unsigned j = 0; j < i; j++) {
            const SkConfDraft *a = &g_array_index(r->drafts, SkConfDraft, j),
                              *b = &g_array_index(r->drafts, SkConfDraft, i);
            if (a->station->user != NULL && g_strcmp0(a->station->user, b->station->user) == 0)
                sk_diagnostics_also(
                    sk_conf_fail(r, b->seen[SETTING_USER], "each station has a user of its own",
                                 "two stations have the user `%s`", a->station->user),
                    a->seen[SETTING_USER], "the other one");
            if (a->station->listen_port != 0 &&
                a->station->listen_port == b->station->listen_port &&
                g_strcmp0(a->station->listen_host, b->station->listen_host) == 0)
                sk_diagnostics_also(sk_conf_fail(r, b->seen[SETTING_LISTEN_HTTP], NULL,
                                                 "two stations listen at the same address"),
                                    a->seen[SETTING_LISTEN_HTTP], "the other one");
        }
}

void
sk_conf_check_shared(SkConfReader *r)
{
    check_paths(r);
    check_origins(r);
    check_pairs(r);
}
