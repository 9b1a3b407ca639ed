/* SPDX-License-Identifier: Apache-2.0
 * read-nft-table.c - a table's chains and rules into the model, once all commands have been read. */
#include "wall/read-nft-parts.h"

#define RULE_TEXT_MAX 2048u

/* One line of what stands between two tokens. */
char *
sk_nft_line(const SkNftReader *r, unsigned from, unsigned to)
{
    while (to > from &&
           (r->tokens[to - 1].kind == SK_NFT_HANDLE || r->tokens[to - 1].kind == SK_NFT_LINE))
        to--;
    if (from >= to)
        return g_strdup("");
    const SkNftToken *last = &r->tokens[to - 1];
    size_t start = r->tokens[from].at,
           end = (size_t)last->at + last->n + (last->kind == SK_NFT_STRING ? 1 : 0);
    if (r->tokens[from].kind == SK_NFT_STRING)
        start--;
    SkSpan s = sk_span_sub(r->text, start, MIN(end - start, RULE_TEXT_MAX));
    bool plain = true;
    for (size_t i = 0; i < s.n && plain; i++)
        plain = s.p[i] >= ' ' && s.p[i] < 0x7f;
    if (plain)
        return sk_span_dup(s);
    g_autoptr(GString) out = g_string_sized_new(s.n);
    bool comment = false, quoted = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = (char)s.p[i];
        quoted = c == '\n' ? false : quoted != (c == '"' && !comment);
        comment = c == '\n' ? false : comment || (c == '#' && !quoted);
        bool blank = c == '\n' || c == '\t' || c == ' ' || c == '\\';
        if (comment || (blank && !quoted && out->len > 0 && out->str[out->len - 1] == ' '))
            continue;
        g_string_append_c(out, blank && !quoted ? ' ' : c);
    }
    return sk_text_plain(sk_span(out->str, out->len), RULE_TEXT_MAX);
}

/* Returns: whether it was understood. */
static bool
read_variant(SkNftReader *r, SkNftChain *chain, const SkNftPiece *piece, const char *text)
{
    r->rule = sk_wall_chain_rule(r->into, chain->out, piece->line, text);
    r->rule->handle = piece->handle;
    if (r->table->family > SK_WALL_TABLE_INET)
        return true; /* said once for the whole chain */
    sk_nft_start(r, piece->from, piece->to);
    if (sk_nft_statements(r))
        return true;
    g_array_set_size(r->rule->steps, 0);
    sk_wall_rule_unknown(r->into, r->rule, "nft",
                         r->why != NULL ? r->why : "a rule that is not understood", true);
    return false;
}

static void
read_rule(SkNftReader *r, SkNftChain *chain, const SkNftPiece *piece)
{
    g_autofree char *text = sk_nft_line(r, piece->from, piece->to);

    r->listed = piece->handle != 0;
    r->variants = 1;
    for (r->variant = 0; r->variant < r->variants; r->variant++)
        if (!read_variant(r, chain, piece, text))
            break;
}

/* What stands outside the way of the model. */
static void
outside(SkNftReader *r, const SkNftTable *table, const SkNftChain *chain)
{
    bool early = chain->hook == SK_WALL_HOOK_INGRESS || chain->hook == SK_WALL_HOOK_EGRESS;
    bool works = chain->based && (chain->drops || chain->rules->len > 0) && !table->dormant;

    if (!works || (!early && table->family <= SK_WALL_TABLE_INET))
        return;
    g_autofree char *text = g_strdup_printf("chain %s", chain->name);
    sk_wall_unmodelled(r->into, "nft", chain->line, text,
                       early ? "rules at an interface, before or behind the others"
                       : table->family == SK_WALL_TABLE_BRIDGE ? "rules of a bridge"
                       : table->family == SK_WALL_TABLE_ARP    ? "rules of ARP"
                                                               : "rules of a device");
}

static void
make_chains(SkNftReader *r, SkNftTable *table)
{
    table->out = sk_wall_ruleset_table(r->into, table->family, table->name, table->line);
    table->out->dormant = table->dormant;
    table->out->owned = table->owned;
    for (unsigned i = 0; i < table->chains->len; i++) {
        SkNftChain *chain = g_ptr_array_index(table->chains, i);
        chain->out = sk_wall_table_chain(table->out, chain->name, chain->line);
        chain->out->hook = chain->hook;
        chain->out->type = chain->type;
        chain->out->priority = chain->priority;
        chain->out->drops = chain->drops;
        for (unsigned k = 0; k < chain->devices->len; k++)
            g_ptr_array_add(chain->out->devices, g_strdup(g_ptr_array_index(chain->devices, k)));
        outside(r, table, chain);
    }
}

void
sk_nft_read_table(SkNftReader *r, SkNftTable *table)
{
    make_chains(r, table);
    r->table = table;
    for (unsigned i = 0; i < table->sets->len && table->family <= SK_WALL_TABLE_INET; i++)
        sk_nft_read_set(r, g_ptr_array_index(table->sets, i));
    for (unsigned i = 0; i < table->chains->len; i++) {
        SkNftChain *chain = g_ptr_array_index(table->chains, i);
        for (unsigned k = 0; k < chain->rules->len; k++)
            read_rule(r, chain, &g_array_index(chain->rules, SkNftPiece, k));
    }
}
