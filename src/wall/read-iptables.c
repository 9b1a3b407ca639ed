/* SPDX-License-Identifier: Apache-2.0
 * read-iptables.c - contract in read-iptables.h. A line at a time; a line's words are copied, since quotes and their
 * backslashes come off. */
#include "wall/read-iptables.h"

#include "base/name.h"
#include "wall/read-iptables-parts.h"
#include "wall/read-nft-lex.h"

#include <string.h>

#define LINE_MAX_BYTES (64u << 10)
#define WORDS_MAX 1024u
#define NAME_MAX_BYTES 255u

static bool
broken(const SkIptables *t, const char *what, GError **error)
{
    return sk_throw(error, SK_ERROR_MALFORMED, "%s: %s (line %u)", t->section, what, t->line);
}

const char *
sk_iptables_peek(const SkIptables *t)
{
    return t->next < t->words->len ? g_ptr_array_index(t->words, t->next) : NULL;
}

const char *
sk_iptables_take(SkIptables *t)
{
    const char *word = sk_iptables_peek(t);

    t->next += word != NULL;
    return word;
}

bool
sk_iptables_at_option(const SkIptables *t)
{
    static const char *const longer[] = { "--source",        "--destination", "--in-interface",
                                          "--out-interface", "--protocol",    "--fragment",
                                          "--match",         "--jump",        "--goto" };
    const char *word = sk_iptables_peek(t);

    if (word == NULL || g_array_index(t->quoted, bool, t->next))
        return false;
    if (strcmp(word, "!") == 0 && t->next + 1 < t->words->len) {
        const char *after = g_ptr_array_index(t->words, t->next + 1);
        return after[0] == '-' && g_ascii_isalpha(after[1]) && after[2] == 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(longer); i++)
        if (strcmp(word, longer[i]) == 0)
            return true;
    return word[0] == '-' && g_ascii_isalpha(word[1]) && word[2] == 0;
}

void
sk_iptables_maybe(SkIptables *t, const char *why)
{
    sk_wall_rule_unknown(t->into, t->rule, t->section, why, false);
}

bool
sk_iptables_fail(SkIptables *t, const char *why)
{
    if (t->why == NULL)
        t->why = why;
    return false;
}

/* ---- words ---------------------------------------------------------------------------------------------- */

/* One word from @at on, quotes off. */
static bool
word(SkIptables *t, SkSpan line, size_t *at)
{
    g_autoptr(GString) out = g_string_new(NULL);
    bool quoted = false, in = false;

    for (; *at < line.n; (*at)++) {
        char c = (char)line.p[*at];
        if (!in && (c == ' ' || c == '\t'))
            break;
        if (c == '"') {
            in = !in;
            quoted = true;
        } else if (in && c == '\\' && *at + 1 < line.n) {
            g_string_append_c(out, (char)line.p[++*at]);
        } else {
            g_string_append_c(out, c);
        }
    }
    if (in || out->len != strlen(out->str))
        return false;
    g_ptr_array_add(t->words, sk_text_plain(sk_span(out->str, out->len), LINE_MAX_BYTES));
    g_array_append_val(t->quoted, quoted);
    return true;
}

static bool
words(SkIptables *t, SkSpan line)
{
    size_t at = 0;

    g_ptr_array_set_size(t->words, 0);
    g_array_set_size(t->quoted, 0);
    t->next = 0;
    for (;;) {
        while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t'))
            at++;
        if (at == line.n)
            return true;
        if (t->words->len == WORDS_MAX || !word(t, line, &at))
            return false;
    }
}

/* ---- tables and chains ------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    SkWallHook hook;
} bases[] = { { "PREROUTING", SK_WALL_HOOK_PREROUTING },
              { "INPUT", SK_WALL_HOOK_INPUT },
              { "FORWARD", SK_WALL_HOOK_FORWARD },
              { "OUTPUT", SK_WALL_HOOK_OUTPUT },
              { "POSTROUTING", SK_WALL_HOOK_POSTROUTING } };

/* Where a table's chains stand; source: those that translate sources. */
static const struct {
    const char *name;
    int32_t priority;
    int32_t source;
    unsigned hooks; /* bits of SkWallHook */
} tables[] = {
#define HOOK(h) (1u << SK_WALL_HOOK_##h)
    { "raw", -300, -300, HOOK(PREROUTING) | HOOK(OUTPUT) },
    { "mangle", -150, -150,
      HOOK(PREROUTING) | HOOK(INPUT) | HOOK(FORWARD) | HOOK(OUTPUT) | HOOK(POSTROUTING) },
    { "nat", -100, 100, HOOK(PREROUTING) | HOOK(INPUT) | HOOK(OUTPUT) | HOOK(POSTROUTING) },
    { "filter", 0, 0, HOOK(INPUT) | HOOK(FORWARD) | HOOK(OUTPUT) },
    { "security", 50, 50, HOOK(INPUT) | HOOK(FORWARD) | HOOK(OUTPUT) },
};

static bool
table_line(SkIptables *t, SkSpan line, GError **error)
{
    if (t->table != NULL)
        return broken(t, "a table within a table", error);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        if (!sk_span_is(sk_span_sub(line, 1, line.n - 1), tables[i].name))
            continue;
        bool legacy = t->origin == SK_WALL_FROM_IPTABLES_LEGACY;
        g_autofree char *name = g_strdup_printf("%s%s", tables[i].name, legacy ? " (legacy)" : "");
        SkWallFamily family = t->v6 ? SK_WALL_TABLE_IP6 : SK_WALL_TABLE_IP;
        bool picked = t->pick == NULL || t->pick(family, name, t->data);
        t->into = picked ? t->picked : t->aside;
        if (sk_wall_ruleset_find(t->into, family, name) != NULL)
            return sk_throw(error, SK_ERROR_AMBIGUOUS,
                            "%s: a table that is there already (line %u)", t->section, t->line);
        t->table = sk_wall_ruleset_table(t->into, family, name, t->line);
        t->table->origin = t->origin;
        t->table_name = tables[i].name;
        return true;
    }
    return broken(t, "a table that is not understood", error);
}

/* `:NAME POLICY [packets:bytes]` */
static bool
chain_line(SkIptables *t, SkSpan line, GError **error)
{
    if (t->table == NULL || !words(t, sk_span_sub(line, 1, line.n - 1)) || t->words->len < 2)
        return broken(t, "a chain that is not understood", error);
    const char *name = sk_iptables_take(t), *policy = sk_iptables_take(t);
    if (strlen(name) > NAME_MAX_BYTES || sk_wall_table_find(t->table, name) != NULL)
        return broken(t, "a chain that is there already", error);
    SkWallChain *chain = sk_wall_table_chain(t->table, name, t->line);
    if (strcmp(policy, "-") == 0)
        return true;
    chain->drops = strcmp(policy, "DROP") == 0;
    if (!chain->drops && strcmp(policy, "ACCEPT") != 0)
        return broken(t, "a policy that is not understood", error);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        if (strcmp(t->table_name, tables[i].name) != 0)
            continue;
        for (size_t k = 0; k < G_N_ELEMENTS(bases); k++) {
            if (strcmp(name, bases[k].name) != 0 || (tables[i].hooks >> bases[k].hook & 1u) == 0)
                continue;
            bool source =
                bases[k].hook == SK_WALL_HOOK_INPUT || bases[k].hook == SK_WALL_HOOK_POSTROUTING;
            bool route =
                bases[k].hook == SK_WALL_HOOK_OUTPUT && strcmp(t->table_name, "mangle") == 0;
            chain->hook = bases[k].hook;
            chain->priority = source ? tables[i].source : tables[i].priority;
            chain->type = strcmp(t->table_name, "nat") == 0 ? SK_WALL_CHAIN_NAT
                          : route                           ? SK_WALL_CHAIN_ROUTE
                                                            : SK_WALL_CHAIN_FILTER;
            return true;
        }
    }
    return broken(t, "a policy of a chain that has none", error);
}

/* ---- rules -------------------------------------------------------------------------------------------------- */

/* A long option that no reader knows: it belongs to a match, and only asks. */
static void
unknown_option(SkIptables *t)
{
    (void)sk_iptables_take(t);
    sk_iptables_maybe(t, "an option of a match that the model has not");
    while (sk_iptables_peek(t) != NULL &&
           (sk_iptables_peek(t)[0] != '-' || g_array_index(t->quoted, bool, t->next)))
        (void)sk_iptables_take(t);
}

static bool
parts(SkIptables *t)
{
    bool aimed = false, negated = false;

    while (sk_iptables_peek(t) != NULL) {
        const char *at = sk_iptables_peek(t);
        bool jump = strcmp(at, "-j") == 0 || strcmp(at, "--jump") == 0;
        bool leave = strcmp(at, "-g") == 0 || strcmp(at, "--goto") == 0;
        if (g_array_index(t->quoted, bool, t->next))
            return sk_iptables_fail(t, "a word that is not understood");
        if (strcmp(at, "!") == 0) {
            if (negated)
                return sk_iptables_fail(t, "a `!` behind another");
            negated = true;
            (void)sk_iptables_take(t);
            continue;
        }
        if (jump || leave) {
            if (aimed || negated)
                return sk_iptables_fail(t, "a second target");
            aimed = true;
            (void)sk_iptables_take(t);
            if (!sk_iptables_target(t, leave))
                return false;
        } else if (strcmp(at, "-m") == 0 || strcmp(at, "--match") == 0) {
            if (aimed)
                return sk_iptables_fail(t, "a match behind the target");
            (void)sk_iptables_take(t);
            sk_iptables_module(t);
        } else if (aimed) {
            return sk_iptables_fail(t, "a match behind the target");
        } else if (!sk_iptables_match(t, negated)) {
            if (t->why != NULL)
                return false;
            if (at[0] != '-' || at[1] != '-')
                return sk_iptables_fail(t, "a word that is not understood");
            unknown_option(t);
        }
        negated = false;
    }
    return negated ? sk_iptables_fail(t, "a `!` before nothing") : true;
}

/* `-A CHAIN …`, maybe behind its counts. */
static bool
rule_line(SkIptables *t, SkSpan line, GError **error)
{
    g_autofree char *text = sk_text_plain(line, 4096);

    if (t->table == NULL || !words(t, line))
        return broken(t, "a rule that is not understood", error);
    if (t->words->len > 0 && sk_iptables_peek(t)[0] == '[')
        (void)sk_iptables_take(t);
    const char *command = sk_iptables_take(t), *name = sk_iptables_take(t);
    if (command == NULL || name == NULL ||
        (strcmp(command, "-A") != 0 && strcmp(command, "--append") != 0))
        return broken(t, "a command that is no -A", error);
    t->chain = sk_wall_table_find(t->table, name);
    if (t->chain == NULL)
        return broken(t, "a rule of a chain that there is not", error);
    unsigned start = t->next;
    t->variants = 1;
    for (t->variant = 0; t->variant < t->variants; t->variant++) {
        t->rule = sk_wall_chain_rule(t->into, t->chain, t->line, text);
        t->next = start;
        t->module = NULL;
        t->protocol = -1;
        t->lost = false;
        t->why = NULL;
        if (parts(t))
            continue;
        g_array_set_size(t->rule->steps, 0);
        sk_wall_rule_unknown(t->into, t->rule, t->section,
                             t->why != NULL ? t->why : "a rule that is not understood", true);
        break;
    }
    return true;
}

static bool
line_of(SkIptables *t, SkSpan line, GError **error)
{
    while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
        line.n--;
    if (line.n == 0 || line.p[0] == '#')
        return true;
    if (line.n > LINE_MAX_BYTES)
        return sk_throw(error, SK_ERROR_LIMIT, "%s: a line over %u bytes (line %u)", t->section,
                        LINE_MAX_BYTES, t->line);
    if (line.p[0] == '*')
        return table_line(t, line, error);
    if (line.p[0] == ':')
        return chain_line(t, line, error);
    if (sk_span_is(line, "COMMIT")) {
        if (t->table == NULL)
            return broken(t, "COMMIT without a table", error);
        t->table = NULL;
        return true;
    }
    return rule_line(t, line, error);
}

static void
clear(SkIptables *t)
{
    sk_wall_ruleset_free(t->aside);
    g_ptr_array_unref(t->words);
    g_array_unref(t->quoted);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkIptables, clear)

bool
sk_wall_read_iptables_some(SkSpan text, bool v6, SkWallOrigin origin, SkWallPick pick, void *data,
                           SkWallRuleset *into, GError **error)
{
    static const char *const sections[2][2] = { { "iptables-nft", "ip6tables-nft" },
                                                { "iptables-legacy", "ip6tables-legacy" } };
    if (text.n > SK_WALL_TEXT_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "iptables: a text over %u bytes", SK_WALL_TEXT_MAX);
    g_auto(SkIptables) t = { .text = text,
                             .v6 = v6,
                             .origin = origin,
                             .section = sections[origin == SK_WALL_FROM_IPTABLES_LEGACY][v6],
                             .into = into,
                             .picked = into,
                             .aside = sk_wall_ruleset_new(),
                             .pick = pick,
                             .data = data,
                             .words = g_ptr_array_new_with_free_func(g_free),
                             .quoted = g_array_new(FALSE, FALSE, sizeof(bool)) };
    SkSpan end = { .p = (const uint8_t *)"\n", .n = 1 };
    while (t.at < text.n) {
        size_t to = MIN(sk_span_find(text, t.at, end), text.n);
        t.line++;
        if (!line_of(&t, sk_span_sub(text, t.at, to - t.at), error))
            return false;
        t.at = to + 1;
    }
    if (t.table != NULL)
        return sk_throw(error, SK_ERROR_TRUNCATED, "%s: the last COMMIT is missing", t.section);
    sk_wall_ruleset_settle(into);
    return true;
}

bool
sk_wall_read_iptables(SkSpan text, bool v6, SkWallOrigin origin, SkWallRuleset *into,
                      GError **error)
{
    return sk_wall_read_iptables_some(text, v6, origin, NULL, NULL, into, error);
}

bool
sk_wall_is_iptables(SkSpan text)
{
    bool start = true;

    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        if (start && c == '*')
            return true;
        if (start && c == '#') {
            while (i + 1 < text.n && text.p[i + 1] != '\n')
                i++;
            start = false;
        } else if (c == '\n') {
            start = true;
        } else if (c != ' ' && c != '\t') {
            return false;
        }
    }
    return false;
}
