/* SPDX-License-Identifier: Apache-2.0
 * judge.c - contract in judge.h. */
#include "wall/judge.h"

#include "wall/prove.h"
#include "wall/read-nft.h"
#include "wall/snapshot.h"

#include <net/if.h>
#include <string.h>

#define REASONS_MAX 3u

static GPtrArray *
interfaces_here(void)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    struct if_nameindex *names = if_nameindex();

    for (unsigned i = 0; names != NULL && names[i].if_index != 0; i++)
        g_ptr_array_add(out, g_strdup(names[i].if_name));
    if (names != NULL)
        if_freenameindex(names);
    return out;
}

/* The first few, in words. */
static void
add_unmodelled(GString *out, const GPtrArray *unmodelled)
{
    for (unsigned i = 0; i < unmodelled->len && i < REASONS_MAX; i++) {
        const SkWallUnmodelled *u = g_ptr_array_index(unmodelled, i);
        g_string_append_printf(out, "%s`%s`: %s", i == 0 ? "nobody can be sure of " : "; ", u->text,
                               u->why);
    }
}

static char *
why(const SkWallProof *proof)
{
    GString *out = g_string_new(NULL);

    add_unmodelled(out, proof->unmodelled);
    for (unsigned i = 0; i < proof->leaks->len && i < REASONS_MAX; i++) {
        const SkWallFound *found = g_ptr_array_index(proof->leaks, i);
        const SkWallRuleAt *by =
            found->path->len == 0 ? NULL : g_ptr_array_index(found->path, found->path->len - 1);
        g_string_append_printf(out, "%s%s > %s: %s", out->len == 0 ? "this would pass: " : "; ",
                               found->from, found->to, found->text);
        if (by != NULL)
            g_string_append_printf(out, " (by `%s` in %s, %s)", by->rule, by->table, by->chain);
    }
    for (unsigned i = 0; out->len == 0 && i < proof->blocked->len && i < REASONS_MAX; i++) {
        const SkWallFound *found = g_ptr_array_index(proof->blocked, i);
        g_string_append_printf(out, "this is allowed and would not pass: %s > %s: %s", found->from,
                               found->to, found->text);
    }
    if (out->len == 0)
        g_string_append(out, "it could not be decided");
    return g_string_free(out, FALSE);
}

static bool
holds(const SkPolicy *policy, int64_t at, const SkWallRuleset *ruleset, bool both_ways,
      GError **error)
{
    g_autoptr(GPtrArray) interfaces = interfaces_here();
    SkWallQuestion question = {
        .now = at, .interfaces = interfaces, .no_edits = true, .no_blocked = !both_ways
    };

    g_autoptr(SkWallProof) proof = sk_wall_prove(policy, ruleset, &question);
    if (proof->verdict == SK_WALL_PROVED && proof->blocked->len == 0)
        return true;
    g_autofree char *reason = why(proof);
    return sk_throw(error, SK_ERROR_FORBIDDEN, "%s: %s",
                    proof->verdict == SK_WALL_NOT_PROVEN ? "NOT PROVEN" : "NOT ALLOWED", reason);
}

static bool
proved(const SkPolicy *policy, int64_t at, const char *const texts[2], bool both_ways,
       GError **error)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();

    for (unsigned i = 0; i < 2; i++)
        if (texts[i] != NULL && !sk_wall_read_nft(sk_span_str(texts[i]), ruleset, error))
            return false;
    return holds(policy, at, ruleset, both_ways, error);
}

bool
sk_wall_judge(const SkPolicy *policy, int64_t at, const char *own, const char *others,
              GError **error)
{
    const char *const alone[2] = { own, NULL }, *const together[2] = { own, others };

    if (*own == '\0')
        return sk_throw(error, SK_ERROR_FORBIDDEN, "the wall's table is not there");
    return proved(policy, at, alone, true, error) &&
           (strstr(others, "table ") == NULL || proved(policy, at, together, false, error));
}

bool
sk_wall_judge_machine(const SkPolicy *policy, int64_t at, SkWallSeen *ret, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(SkWallSnapshot) snapshot = NULL;

    if (!sk_wall_snapshot_take(NULL, &bytes, error) ||
        !sk_wall_snapshot_read(sk_span_bytes(bytes), &snapshot, error))
        return false;
    if (ret != NULL) {
        g_strlcpy(ret->digest, snapshot->digest, sizeof ret->digest);
        ret->generation = snapshot->generation;
    }
    if (policy != NULL)
        return holds(policy, at, snapshot->ruleset, false, error);
    if (snapshot->ruleset->unmodelled->len == 0)
        return true;
    g_autoptr(GString) reason = g_string_new(NULL);
    add_unmodelled(reason, snapshot->ruleset->unmodelled);
    return sk_throw(error, SK_ERROR_FORBIDDEN, "NOT PROVEN: %s", reason->str);
}
