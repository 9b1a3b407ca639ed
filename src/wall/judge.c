/* SPDX-License-Identifier: Apache-2.0
 * judge.c - contract in judge.h. */
#include "wall/judge.h"

#include "base/io.h"
#include "wall/prove.h"
#include "wall/read-nft.h"

#include <net/if.h>
#include <string.h>

#define REASONS_MAX 3u
#define PROC_BYTES_MAX 65536u

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
static char *
why(const SkWallProof *proof)
{
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; i < proof->unmodelled->len && i < REASONS_MAX; i++) {
        const SkWallUnmodelled *u = g_ptr_array_index(proof->unmodelled, i);
        g_string_append_printf(out, "%s`%s`: %s", i == 0 ? "nobody can be sure of " : "; ", u->text,
                               u->why);
    }
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
proved(const SkPolicy *policy, int64_t at, const char *const texts[2], bool both_ways,
       GError **error)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    g_autoptr(GPtrArray) interfaces = interfaces_here();
    SkWallQuestion question = { .now = at,
                                .interfaces = interfaces,
                                .no_edits = true,
                                .no_blocked = !both_ways };

    for (unsigned i = 0; i < 2; i++)
        if (texts[i] != NULL && !sk_wall_read_nft(sk_span_str(texts[i]), ruleset, error))
            return false;
    g_autoptr(SkWallProof) proof = sk_wall_prove(policy, ruleset, &question);
    if (proof->verdict == SK_WALL_PROVED && proof->blocked->len == 0)
        return true;
    g_autofree char *reason = why(proof);
    return sk_throw(error, SK_ERROR_FORBIDDEN, "%s: %s",
                    proof->verdict == SK_WALL_NOT_PROVEN ? "NOT PROVEN" : "NOT ALLOWED", reason);
}

/* ---- what no ruleset shows ------------------------------------------------------------------------ */

/* "" where there is none. */
static char *
proc_text(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;

    if (!sk_io_read_file(path, PROC_BYTES_MAX, &bytes, &error))
        return g_strdup("");
    return g_strchomp(sk_span_dup(sk_span_bytes(bytes)));
}

static bool
no_source_routes(GError **error)
{
    static const char *const settings[] = { "/proc/sys/net/ipv4/conf/all/accept_source_route",
                                            "/proc/sys/net/ipv6/conf/all/accept_source_route" };

    for (unsigned i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_autofree char *text = proc_text(settings[i]);
        if (*text != '\0' && strcmp(text, "0") != 0 && *text != '-')
            return sk_throw(error, SK_ERROR_FORBIDDEN,
                            "packets may choose their own way here: set %s to 0", settings[i]);
    }
    return true;
}

/* Rules of iptables-legacy are not nft's: they can be there, and no listing shows them. */
static bool
no_legacy(GError **error)
{
    static const char *const names[] = { "/proc/net/ip_tables_names", "/proc/net/ip6_tables_names" };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *text = proc_text(names[i]);
        if (*text != '\0')
            return sk_throw(error, SK_ERROR_FORBIDDEN,
                            "tables of iptables-legacy are loaded beside the wall (%s)", names[i]);
    }
    return true;
}

bool
sk_wall_judge(const SkPolicy *policy, int64_t at, const char *own, const char *others,
              GError **error)
{
    const char *const alone[2] = { own, NULL }, *const together[2] = { own, others };

    if (*own == '\0')
        return sk_throw(error, SK_ERROR_FORBIDDEN, "the wall's table is not there");
    return no_source_routes(error) && no_legacy(error) && proved(policy, at, alone, true, error) &&
           (strstr(others, "table ") == NULL || proved(policy, at, together, false, error));
}
