/* SPDX-License-Identifier: Apache-2.0
 * kept.c - contract in kept.h. `sekisho-wall-kept 1 DIGEST`, a line of facts, the policy, the ruleset. */
#include "wall/kept.h"

#include "base/io.h"
#include "wall/compile.h"

#include <jansson.h>
#include <string.h>

#define MAGIC "sekisho-wall-kept 1 "
#define DIGEST_DIGITS 64u

char *
sk_wall_digest(SkSpan bytes)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes.p, bytes.n);
}

void
sk_wall_kept_free(SkWallKept *self)
{
    if (self == NULL)
        return;
    g_free(self->policy);
    g_free(self->ruleset);
    g_free(self->listing);
    g_free(self);
}

static int64_t
first_end(const SkPolicy *policy, int64_t at)
{
    int64_t first = 0;

    for (unsigned i = 0; i < sk_policy_flows(policy)->len; i++) {
        const SkFlow *flow = g_ptr_array_index(sk_policy_flows(policy), i);
        if (flow->specific && flow->until_us > at && (first == 0 || flow->until_us < first))
            first = flow->until_us;
    }
    return first;
}

SkWallKept *
sk_wall_kept_new(const SkPolicy *policy, int64_t at, unsigned nflog_group, GError **error)
{
    g_autoptr(SkWallKept) self = g_new0(SkWallKept, 1);
    SkWallCompile how = { .at = at, .nflog_group = nflog_group };

    if (!sk_wall_compile_nft(policy, &how, &self->ruleset, error))
        return NULL;
    self->policy = sk_policy_show(policy);
    self->listing = g_strdup("");
    self->made = at;
    self->until = first_end(policy, at);
    self->group = nflog_group;
    return g_steal_pointer(&self);
}

SkPolicy *
sk_wall_kept_policy(const SkWallKept *self, GError **error)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    SkPolicy *policy = NULL;

    if (!sk_policy_parse(sk_span_str(self->policy), &policy, &diagnostics)) {
        (void)!sk_throw(error, SK_ERROR_MALFORMED, "the policy kept with the wall is not one");
        return NULL;
    }
    return policy;
}

GBytes *
sk_wall_kept_bytes(const SkWallKept *self)
{
    g_autoptr(GString) body = g_string_new(NULL);

    g_string_append_printf(body,
                           "{\"deadline\":%" G_GINT64_FORMAT
                           ",\"group\":%u,\"listing\":\"%s\",\"made\":%" G_GINT64_FORMAT
                           ",\"policy\":%zu,\"ruleset\":%zu,\"until\":%" G_GINT64_FORMAT "}\n",
                           self->deadline, self->group, self->listing, self->made,
                           strlen(self->policy), strlen(self->ruleset), self->until);
    g_string_append(body, self->policy);
    g_string_append(body, self->ruleset);
    g_autofree char *digest = sk_wall_digest(sk_span(body->str, body->len));
    g_autofree char *head = g_strdup_printf(MAGIC "%s\n", digest);
    g_string_prepend(body, head);
    return g_string_free_to_bytes(g_steal_pointer(&body));
}

static bool
take_facts(SkWallKept *self, SkSpan line, size_t *ret_policy, size_t *ret_ruleset)
{
    json_error_t why;
    json_int_t deadline = 0, group = 0, made = 0, policy = 0, ruleset = 0, until = 0;
    const char *listing = NULL;
    json_t *facts = json_loadb((const char *)line.p, line.n, JSON_REJECT_DUPLICATES, &why);
    bool good = facts != NULL &&
                json_unpack(facts, "{s:I,s:I,s:s,s:I,s:I,s:I,s:I!}", "deadline", &deadline, "group",
                            &group, "listing", &listing, "made", &made, "policy", &policy,
                            "ruleset", &ruleset, "until", &until) == 0 &&
                group >= 1 && group <= 65535 && policy >= 0 && ruleset >= 0;

    if (good) {
        self->deadline = deadline;
        self->group = (unsigned)group;
        self->listing = g_strdup(listing);
        self->made = made;
        self->until = until;
        *ret_policy = (size_t)policy;
        *ret_ruleset = (size_t)ruleset;
    }
    json_decref(facts);
    return good;
}

SkWallKept *
sk_wall_kept_parse(SkSpan bytes, GError **error)
{
    g_autoptr(SkWallKept) self = g_new0(SkWallKept, 1);
    size_t head = strlen(MAGIC) + DIGEST_DIGITS + 1, policy = 0, ruleset = 0;

    if (bytes.n <= head || !sk_span_starts(bytes, MAGIC)) {
        (void)!sk_throw(error, SK_ERROR_MALFORMED, "this is not a wall that was kept");
        return NULL;
    }
    SkSpan body = sk_span_sub(bytes, head, bytes.n - head);
    g_autofree char *digest = sk_wall_digest(body);
    size_t line = sk_span_find(body, 0, sk_span_str("\n"));
    if (!sk_span_is(sk_span_sub(bytes, strlen(MAGIC), DIGEST_DIGITS), digest) ||
        bytes.p[head - 1] != '\n' || line == SIZE_MAX ||
        !take_facts(self, sk_span_sub(body, 0, line), &policy, &ruleset) ||
        policy > body.n - line - 1 || ruleset != body.n - line - 1 - policy) {
        (void)!sk_throw(error, SK_ERROR_MALFORMED, "the wall that was kept is damaged");
        return NULL;
    }
    self->policy = sk_span_dup(sk_span_sub(body, line + 1, policy));
    self->ruleset = sk_span_dup(sk_span_sub(body, line + 1 + policy, ruleset));
    return g_steal_pointer(&self);
}

bool
sk_wall_kept_write(const SkWallKept *self, const char *path, GError **error)
{
    g_autoptr(GBytes) bytes = sk_wall_kept_bytes(self);

    return sk_io_write_file(path, sk_span_bytes(bytes), 0600, error);
}

SkWallKept *
sk_wall_kept_read(const char *path, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;

    if (!sk_io_read_file(path, SK_WALL_KEPT_MAX, &bytes, error))
        return NULL;
    return sk_wall_kept_parse(sk_span_bytes(bytes), error);
}
