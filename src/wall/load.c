/* SPDX-License-Identifier: Apache-2.0
 * load.c - contract in load.h. */
#include "wall/load.h"

#include "wall/compile.h"
#include "wall/judge.h"
#include "wall/scratch.h"

#include <string.h>

static const char *const nft_load[] = { "nft", "-f", "-", NULL };
static const char *const nft_list_table[] = { "nft",   "-s",   "-nn",         "list",
                                              "table", "inet", SK_WALL_TABLE, NULL };
static const char *const nft_list_all[] = { "nft", "-s", "-nn", "list", "ruleset", NULL };

/* (transfer full): @scratch NULL: this machine. */
static char *
list(const SkScratch *scratch, const char *const *argv, GError **error)
{
    g_autoptr(GBytes) out = NULL;

    if (!sk_scratch_run(scratch, argv, SK_SPAN_EMPTY, &out, error))
        return NULL;
    return sk_span_dup(sk_span_bytes(out));
}

/* What a listing has besides the wall's own table, which ends at the first line that is `}` alone.
 * @ret_own: the wall's, or "" . */
static char *
take_own(const char *listing, char **ret_own)
{
    static const char head[] = "table inet " SK_WALL_TABLE " {\n";
    const char *at = listing;

    while ((at = strstr(at, head)) != NULL && at != listing && at[-1] != '\n')
        at++;
    const char *end = at == NULL ? NULL : strstr(at, "\n}\n");
    if (end == NULL) {
        *ret_own = g_strdup("");
        return g_strdup(listing);
    }
    end += strlen("\n}\n");
    *ret_own = g_strndup(at, (size_t)(end - at));
    g_autofree char *before = g_strndup(listing, (size_t)(at - listing));
    return g_strconcat(before, end, NULL);
}

/* The table as the kernel lists it, tried where it can do no harm. */
static char *
tried(const SkWallKept *self, GError **error)
{
    g_autoptr(SkScratch) scratch = NULL;

    if (!sk_scratch_open(NULL, &scratch, error) ||
        !sk_scratch_run(scratch, nft_load, sk_span_str(self->ruleset), NULL, error))
        return NULL;
    return list(scratch, nft_list_table, error);
}

bool
sk_wall_load_try(SkWallKept *self, int64_t at, GError **error)
{
    g_autofree char *own = tried(self, error);
    g_autofree char *all = own == NULL ? NULL : list(NULL, nft_list_all, error);
    g_autofree char *before = NULL;

    if (all == NULL)
        return false;
    g_autoptr(SkPolicy) policy = sk_wall_kept_policy(self, error);
    if (policy == NULL)
        return false;
    g_autofree char *others = take_own(all, &before);
    if (!sk_wall_judge(policy, at, own, others, error) ||
        !sk_wall_judge_machine(NULL, at, NULL, error))
        return false;
    g_free(self->listing);
    self->listing = sk_wall_digest(sk_span_str(own));
    return true;
}

bool
sk_wall_load_check(const SkWallKept *self, int64_t at, SkWallSeen *ret_seen, GError **error)
{
    g_autofree char *all = list(NULL, nft_list_all, error);
    g_autofree char *own = NULL;

    if (all == NULL)
        return false;
    g_free(take_own(all, &own));
    g_autofree char *digest = sk_wall_digest(sk_span_str(own));
    if (strcmp(digest, self->listing) != 0)
        return sk_throw(error, SK_ERROR_FORBIDDEN,
                        *own == '\0' ? "the wall's table is not loaded"
                                     : "what is loaded is not what was tried");
    g_autoptr(SkPolicy) policy = sk_wall_kept_policy(self, error);
    return policy != NULL && sk_wall_judge_machine(policy, at, ret_seen, error);
}

static bool
is_loaded(const SkWallKept *self)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *own = list(NULL, nft_list_table, &error);
    g_autofree char *digest = own == NULL ? NULL : sk_wall_digest(sk_span_str(own));

    return g_strcmp0(digest, self->listing) == 0;
}

bool
sk_wall_load(SkWallKept *self, int64_t at, bool *ret_touched, SkWallSeen *ret_seen, GError **error)
{
    *ret_touched = false;
    return sk_wall_load_try(self, at, error) &&
           sk_wall_load_tried(self, at, ret_touched, ret_seen, error);
}

bool
sk_wall_load_tried(SkWallKept *self, int64_t at, bool *ret_touched, SkWallSeen *ret_seen,
                   GError **error)
{
    *ret_touched = false;
    if (!sk_scratch_run(NULL, nft_load, sk_span_str(self->ruleset), NULL, error)) {
        *ret_touched = is_loaded(self); /* it may have been killed after its work was done */
        return false;
    }
    *ret_touched = true;
    return sk_wall_load_check(self, at, ret_seen, error);
}

bool
sk_wall_load_closed(unsigned nflog_group, GError **error)
{
    g_autofree char *text = sk_wall_drop_all(nflog_group);

    return sk_scratch_run(NULL, nft_load, sk_span_str(text), NULL, error);
}
