/* SPDX-License-Identifier: Apache-2.0
 * read-nft.c - contract in read-nft.h. First the commands in their order: which tables, chains,
 * sets and rules there are in the end (a rule is a stretch of tokens yet). Then chains are made,
 * sets read, and last the rules, which may name chains and sets that stand behind them. */
#include "wall/read-nft.h"

#include "wall/read-nft-parts.h"

#include <string.h>

static void
chain_free(void *data)
{
    SkNftChain *self = data;

    g_free(self->name);
    g_ptr_array_unref(self->devices);
    g_array_unref(self->rules);
    g_free(self);
}

static void
table_free(void *data)
{
    SkNftTable *self = data;

    g_free(self->name);
    g_hash_table_unref(self->chain_by_name);
    g_hash_table_unref(self->set_by_name);
    g_ptr_array_unref(self->chains);
    g_ptr_array_unref(self->sets);
    g_free(self);
}

static void
reader_clear(SkNftReader *r)
{
    g_ptr_array_unref(r->tables);
    g_hash_table_unref(r->defines);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkNftReader, reader_clear)

static void
unmodelled(SkNftReader *r, unsigned from, unsigned to, const char *why)
{
    g_autofree char *text = sk_nft_line(r, from, to);

    sk_wall_unmodelled(r->into, "nft", r->tokens[from].line, text, why);
}

/* ---- finding the parts
 * ---------------------------------------------------------------------------- */

/* The commands walk over plain tokens: r->frame[0] is not used here. */
typedef struct {
    SkNftReader *r;
    unsigned at;
    GError **error;
} Walk;

static const SkNftToken *
here(const Walk *w)
{
    return &w->r->tokens[w->at];
}

static bool
broken(const Walk *w, const char *what)
{
    const SkNftToken *t = here(w);

    return sk_throw(w->error, SK_ERROR_MALFORMED, "nft: %s (line %u, column %u)", what, t->line,
                    sk_nft_column(w->r->text, t->at));
}

static bool
sign_at(const Walk *w, unsigned at, int sign)
{
    return w->r->tokens[at].kind == SK_NFT_SIGN && w->r->tokens[at].sign == sign;
}

static bool
take_sign(Walk *w, int sign)
{
    if (!sign_at(w, w->at, sign))
        return false;
    w->at++;
    return true;
}

static bool
word_at(const Walk *w, unsigned at, const char *word)
{
    const SkNftToken *t = &w->r->tokens[at];

    return t->kind == SK_NFT_WORD && sk_span_is(sk_nft_text(w->r, t), word);
}

static bool
take(Walk *w, const char *word)
{
    if (!word_at(w, w->at, word))
        return false;
    w->at++;
    return true;
}

static void
skip_lines(Walk *w)
{
    while (here(w)->kind == SK_NFT_LINE || here(w)->kind == SK_NFT_HANDLE || sign_at(w, w->at, ';'))
        w->at++;
}

/* Behind the bracket that closes the one at hand. */
static bool
skip_block(Walk *w)
{
    unsigned depth = 0, start = w->at;

    do {
        const SkNftToken *t = here(w);
        if (t->kind == SK_NFT_END) {
            w->at = start;
            return broken(w, "a block that does not end");
        }
        if (t->kind == SK_NFT_SIGN && (t->sign == '{' || t->sign == '(' || t->sign == '['))
            depth++;
        if (t->kind == SK_NFT_SIGN && (t->sign == '}' || t->sign == ')' || t->sign == ']'))
            depth--;
        w->at++;
    } while (depth > 0);
    return true;
}

/* To the end of a statement: `;`, the end of the line, the `}` of the block around it, the end. */
static bool
skip_statement(Walk *w)
{
    for (;;) {
        const SkNftToken *t = here(w);
        if (t->kind == SK_NFT_END || t->kind == SK_NFT_LINE || sign_at(w, w->at, ';') ||
            sign_at(w, w->at, '}'))
            return true;
        bool opens = t->kind == SK_NFT_SIGN && (t->sign == '{' || t->sign == '(' || t->sign == '[');
        if (opens && !skip_block(w))
            return false;
        if (!opens)
            w->at++;
    }
}

static char *
name(Walk *w)
{
    const SkNftToken *t = here(w);

    if ((t->kind != SK_NFT_WORD && t->kind != SK_NFT_STRING) || t->n == 0 ||
        t->n > SK_NFT_NAME_MAX) {
        (void)broken(w, "a name is missing");
        return NULL;
    }
    w->at++;
    return sk_text_plain(sk_nft_text(w->r, t), SK_NFT_NAME_MAX);
}

static uint64_t
handle(Walk *w)
{
    return here(w)->kind == SK_NFT_HANDLE ? w->r->tokens[w->at++].number : 0;
}

/* ---- tables, chains, sets
 * ------------------------------------------------------------------------- */

static SkWallFamily
family(Walk *w)
{
    static const char *const names[] = { "ip", "ip6", "inet", "arp", "bridge", "netdev" };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (take(w, names[i]))
            return (SkWallFamily)i;
    return SK_WALL_TABLE_IP;
}

static SkNftTable *
table_find(const SkNftReader *r, SkWallFamily of, const char *called)
{
    for (unsigned i = 0; i < r->tables->len; i++) {
        SkNftTable *table = g_ptr_array_index(r->tables, i);
        if (table->family == of && strcmp(table->name, called) == 0)
            return table;
    }
    return NULL;
}

static SkNftTable *
table_get(SkNftReader *r, SkWallFamily of, const char *called, uint32_t line)
{
    SkNftTable *table = table_find(r, of, called);

    if (table != NULL)
        return table;
    table = g_new0(SkNftTable, 1);
    table->family = of;
    table->name = g_strdup(called);
    table->line = line;
    table->chains = g_ptr_array_new_with_free_func(chain_free);
    table->sets = g_ptr_array_new_with_free_func(sk_nft_set_free);
    table->chain_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    table->set_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    g_ptr_array_add(r->tables, table);
    return table;
}

static SkNftChain *
chain_get(SkNftTable *table, const char *called, uint32_t line)
{
    SkNftChain *chain = g_hash_table_lookup(table->chain_by_name, called);

    if (chain != NULL)
        return chain;
    chain = g_new0(SkNftChain, 1);
    chain->name = g_strdup(called);
    chain->line = line;
    chain->devices = g_ptr_array_new_with_free_func(g_free);
    chain->rules = g_array_new(FALSE, FALSE, sizeof(SkNftPiece));
    g_ptr_array_add(table->chains, chain);
    g_hash_table_insert(table->chain_by_name, chain->name, chain);
    return chain;
}

static SkNftSet *
set_get(SkNftTable *table, const char *called, bool map, uint32_t line)
{
    SkNftSet *set = g_hash_table_lookup(table->set_by_name, called);

    if (set != NULL)
        return set;
    set = sk_nft_set_new(called, map, line);
    g_ptr_array_add(table->sets, set);
    g_hash_table_insert(table->set_by_name, set->name, set);
    return set;
}

/* ---- base chains
 * ----------------------------------------------------------------------------------- */

static bool
priority(Walk *w, SkWallFamily of, int32_t *ret)
{
    static const struct {
        const char *word;
        int32_t value;
        int32_t bridge;
    } names[] = { { "raw", -300, 0 },    { "mangle", -150, 0 }, { "dstnat", -100, -300 },
                  { "filter", 0, -200 }, { "security", 50, 0 }, { "srcnat", 100, 300 },
                  { "out", 0, 100 } };
    int64_t value = 0;
    bool named = false;

    for (size_t i = 0; i < G_N_ELEMENTS(names) && !named; i++)
        if ((named = take(w, names[i].word)))
            value = of == SK_WALL_TABLE_BRIDGE ? names[i].bridge : names[i].value;
    bool minus = take_sign(w, '-'), sign = minus || take_sign(w, '+');
    if (sign || !named) {
        const SkNftToken *t = here(w);
        if (t->kind != SK_NFT_NUMBER || t->number > INT32_MAX / 2)
            return broken(w, "a priority is missing");
        value += minus ? -(int64_t)t->number : (int64_t)t->number;
        w->at++;
    }
    *ret = (int32_t)value;
    return true;
}

static bool
devices(Walk *w, SkNftChain *chain)
{
    bool many = take_sign(w, '=') && take_sign(w, '{');

    do {
        skip_lines(w);
        if (many && sign_at(w, w->at, '}'))
            break;
        (void)take_sign(w, '$'); /* names make no difference to what is said of such a chain */
        char *device = name(w);
        if (device == NULL)
            return false;
        g_ptr_array_add(chain->devices, device);
        skip_lines(w);
    } while (many && take_sign(w, ','));
    skip_lines(w);
    return !many || take_sign(w, '}') ? true : broken(w, "a list of devices that does not end");
}

/* `type filter hook forward priority filter; policy drop;` */
static bool
base(Walk *w, const SkNftTable *table, SkNftChain *chain)
{
    static const char *const types[] = { "filter", "nat", "route" };
    static const char *const hooks[SK_WALL_HOOK_COUNT] = {
        "", "ingress", "prerouting", "input", "forward", "output", "postrouting", "egress"
    };
    bool found = false;

    w->at++;
    for (unsigned i = 0; i < G_N_ELEMENTS(types) && !found; i++)
        if ((found = take(w, types[i])))
            chain->type = (SkWallChainType)i;
    if (!found || !take(w, "hook"))
        return broken(w, "a type of chain that is not understood");
    found = false;
    for (unsigned i = 1; i < SK_WALL_HOOK_COUNT && !found; i++)
        if ((found = take(w, hooks[i])))
            chain->hook = (SkWallHook)i;
    if (!found)
        return broken(w, "a hook that is not understood");
    chain->based = true;
    if ((word_at(w, w->at, "device") || word_at(w, w->at, "devices"))) {
        w->at++;
        if (!devices(w, chain))
            return false;
    }
    if (!take(w, "priority"))
        return broken(w, "a priority is missing");
    return priority(w, table->family, &chain->priority);
}

static bool
policy(Walk *w, SkNftChain *chain)
{
    w->at++;
    if (take(w, "accept"))
        chain->drops = false;
    else if (take(w, "drop"))
        chain->drops = true;
    else if (take_sign(w,
                       '$')) { /* the stricter of the two is not the safe one: nothing is assumed */
        unmodelled(w->r, w->at, w->at + 1, "a policy behind a name");
        w->at++;
    } else
        return broken(w, "a policy that is not understood");
    return true;
}

/* ---- definitions
 * ------------------------------------------------------------------------------------ */

/* `define NAME = VALUE`, visible to token @to. */
static bool
define(Walk *w, unsigned to)
{
    w->at++;
    const SkNftToken *t = here(w);
    if (t->kind != SK_NFT_WORD)
        return broken(w, "a name is missing");
    w->at++;
    if (!take_sign(w, '='))
        return broken(w, "a value is missing");
    unsigned from = w->at;
    if (!skip_statement(w))
        return false;
    sk_nft_define(w->r, sk_nft_text(w->r, t), from, w->at, to);
    return true;
}

static bool
undefine(Walk *w)
{
    w->at++;
    const SkNftToken *t = here(w);
    if (t->kind != SK_NFT_WORD)
        return broken(w, "a name is missing");
    w->at++;
    sk_nft_undefine(w->r, sk_nft_text(w->r, t), w->at);
    return true;
}

/* Definitions and what any block may hold besides. @ret_done: it was one of these. */
static bool
common(Walk *w, unsigned end, bool *ret_done)
{
    unsigned from = w->at;

    *ret_done = true;
    if (word_at(w, w->at, "define") || word_at(w, w->at, "redefine"))
        return define(w, end);
    if (word_at(w, w->at, "undefine"))
        return undefine(w);
    if (word_at(w, w->at, "include")) {
        if (!skip_statement(w))
            return false;
        unmodelled(w->r, from, w->at, "another file is read here");
        return true;
    }
    if (word_at(w, w->at, "comment"))
        return skip_statement(w);
    *ret_done = false;
    return true;
}

/* ---- blocks
 * ------------------------------------------------------------------------------------------- */

static void
add_rule(Walk *w, SkNftChain *chain, unsigned from, bool first)
{
    SkNftPiece piece = { .from = from, .to = w->at, .line = w->r->tokens[from].line };

    if (w->at > from && w->r->tokens[w->at - 1].kind == SK_NFT_HANDLE)
        piece.handle = w->r->tokens[w->at - 1].number;
    if (first)
        g_array_prepend_val(chain->rules, piece);
    else
        g_array_append_val(chain->rules, piece);
}

/* Where the `}` of the block at hand stands. */
static bool
block_end(const Walk *w, unsigned *ret)
{
    Walk to = *w;

    if (!sign_at(w, w->at, '{') || !skip_block(&to))
        return sign_at(w, w->at, '{') ? false : broken(w, "a block is missing");
    *ret = to.at - 1;
    return true;
}

static bool
chain_block(Walk *w, const SkNftTable *table, SkNftChain *chain)
{
    unsigned end = 0;

    if (!block_end(w, &end))
        return false;
    w->at++;
    chain->handle = handle(w);
    for (skip_lines(w); w->at < end; skip_lines(w)) {
        bool done = false;
        unsigned from = w->at;
        if (!common(w, end, &done))
            return false;
        if (done)
            continue;
        if (word_at(w, w->at, "type")) {
            if (!base(w, table, chain))
                return false;
        } else if (word_at(w, w->at, "policy")) {
            if (!policy(w, chain))
                return false;
        } else if (word_at(w, w->at, "flags") || word_at(w, w->at, "devices")) {
            if (!skip_statement(w))
                return false;
            unmodelled(w->r, from, w->at, "a property of a chain that is not understood");
        } else {
            if (!skip_statement(w))
                return false;
            add_rule(w, chain, from, false);
        }
        if (w->at == from)
            return broken(w, "something that no chain holds");
    }
    w->at = end + 1;
    return true;
}

static void
add_piece(GArray *pieces, const Walk *w, unsigned from, unsigned to)
{
    SkNftPiece piece = { .from = from, .to = to, .line = w->r->tokens[from].line };

    g_array_append_val(pieces, piece);
}

static bool
set_block(Walk *w, SkNftSet *set)
{
    unsigned end = 0;

    if (!block_end(w, &end))
        return false;
    add_piece(set->pieces, w, w->at, end + 1);
    w->at = end + 1;
    return true;
}

/* `counter NAME { … }`, `ct helper NAME { … }`: they do nothing by themselves. */
static bool
object_block(Walk *w, const SkNftTable *table)
{
    unsigned from = w->at;
    bool flowtable = word_at(w, w->at, "flowtable");

    if (!skip_statement(w))
        return false;
    if (flowtable && table->family <= SK_WALL_TABLE_INET)
        unmodelled(w->r, from, MIN(w->at, from + 2), "connections handed to it pass by the rules");
    return true;
}

static bool
table_flags(Walk *w, SkNftTable *table)
{
    unsigned from = w->at++;

    do {
        if (take(w, "dormant"))
            table->dormant = true;
        else if (take(w, "owner"))
            table->owned = true;
        else {
            if (!skip_statement(w))
                return false;
            unmodelled(w->r, from, w->at, "a flag of a table that is not understood");
            return true;
        }
    } while (take_sign(w, ','));
    return true;
}

static bool
table_block(Walk *w, SkNftTable *table)
{
    static const char *const objects[] = { "counter", "quota",    "limit",    "ct",
                                           "secmark", "synproxy", "flowtable" };
    unsigned end = 0;

    if (!block_end(w, &end))
        return false;
    w->at++;
    (void)handle(w);
    for (skip_lines(w); w->at < end; skip_lines(w)) {
        bool done = false;
        unsigned from = w->at;
        if (!common(w, end, &done))
            return false;
        for (size_t i = 0; i < G_N_ELEMENTS(objects) && !done; i++)
            if (word_at(w, w->at, objects[i])) {
                done = true;
                if (!object_block(w, table))
                    return false;
            }
        if (done)
            continue;
        if (word_at(w, w->at, "flags")) {
            if (!table_flags(w, table))
                return false;
            continue;
        }
        bool map = word_at(w, w->at, "map"),
             set = map || word_at(w, w->at, "set") || word_at(w, w->at, "meter");
        if (!set && !word_at(w, w->at, "chain"))
            return broken(w, "something that no table holds");
        w->at++;
        g_autofree char *called = name(w);
        if (called == NULL)
            return false;
        skip_lines(w);
        if (set ? !set_block(w, set_get(table, called, map, w->r->tokens[from].line))
                : !chain_block(w, table, chain_get(table, called, w->r->tokens[from].line)))
            return false;
    }
    w->at = end + 1;
    return true;
}

/* ---- commands
 * ------------------------------------------------------------------------------------------ */

static bool
command_table(Walk *w, bool removes)
{
    uint32_t line = here(w)->line;

    w->at++;
    SkWallFamily of = family(w);
    g_autofree char *called = name(w);
    if (called == NULL)
        return false;
    if (removes) {
        SkNftTable *table = table_find(w->r, of, called);
        if (table != NULL)
            g_ptr_array_remove(w->r->tables, table);
        return true;
    }
    SkNftTable *table = table_get(w->r, of, called, line);
    return sign_at(w, w->at, '{') ? table_block(w, table) : true;
}

/* A command that is not carried out here: nothing is assumed of what it leaves behind. */
static bool
beyond(Walk *w, unsigned from, const char *why)
{
    if (!skip_statement(w))
        return false;
    unmodelled(w->r, from, w->at, why);
    return true;
}

static SkNftTable *
command_within(Walk *w, char **ret_name)
{
    w->at++;
    SkWallFamily of = family(w);
    g_autofree char *table = name(w);
    *ret_name = table == NULL ? NULL : name(w);
    if (*ret_name == NULL)
        return NULL;
    return table_get(w->r, of, table, here(w)->line);
}

static bool
command_chain(Walk *w, unsigned from, bool removes)
{
    g_autofree char *called = NULL;
    SkNftTable *table = command_within(w, &called);

    if (table == NULL)
        return false;
    if (removes) {
        SkNftChain *chain = g_hash_table_lookup(table->chain_by_name, called);
        if (chain != NULL) {
            g_hash_table_remove(table->chain_by_name, called);
            g_ptr_array_remove(table->chains, chain);
        }
        return true;
    }
    SkNftChain *chain = chain_get(table, called, w->r->tokens[from].line);
    return sign_at(w, w->at, '{') ? chain_block(w, table, chain) : true;
}

static bool
command_rule(Walk *w, unsigned from, bool first)
{
    g_autofree char *called = NULL;

    if (word_at(w, w->at, "rule"))
        w->at++;
    w->at--; /* command_within passes one word over */
    SkNftTable *table = command_within(w, &called);
    if (table == NULL)
        return false;
    if (word_at(w, w->at, "position") || word_at(w, w->at, "index") || word_at(w, w->at, "handle"))
        return beyond(w, from, "a rule among others by number");
    SkNftChain *chain = chain_get(table, called, w->r->tokens[from].line);
    unsigned start = w->at;
    if (!skip_statement(w))
        return false;
    if (w->at == start)
        return broken(w, "an empty rule");
    add_rule(w, chain, start, first);
    return true;
}

static bool
command_set(Walk *w, unsigned from, bool removes)
{
    bool map = word_at(w, w->at, "map");
    g_autofree char *called = NULL;
    SkNftTable *table = command_within(w, &called);

    if (table == NULL)
        return false;
    if (removes)
        return beyond(w, from, "a set is taken away");
    return set_block(w, set_get(table, called, map, w->r->tokens[from].line));
}

static bool
command_element(Walk *w, unsigned from)
{
    g_autofree char *called = NULL;
    SkNftTable *table = command_within(w, &called);
    unsigned end = 0;

    if (table == NULL)
        return false;
    SkNftSet *set = g_hash_table_lookup(table->set_by_name, called);
    if (set == NULL)
        return beyond(w, from, "elements of a set that there is not");
    if (!sign_at(w, w->at, '{') && !sign_at(w, w->at, '$'))
        return broken(w, "elements are missing");
    if (sign_at(w, w->at, '$')) {
        add_piece(set->pieces, w, w->at, w->at + 2);
        w->at += 2;
        return true;
    }
    if (!block_end(w, &end))
        return false;
    add_piece(set->pieces, w, w->at, end + 1);
    g_array_index(set->pieces, SkNftPiece, set->pieces->len - 1).handle = 1; /* elements alone */
    w->at = end + 1;
    return true;
}

static bool
command_flush(Walk *w, unsigned from)
{
    if (take(w, "ruleset")) {
        const SkNftToken *t = here(w);
        if (t->kind == SK_NFT_WORD)
            return beyond(w, from, "one family is emptied");
        g_ptr_array_set_size(w->r->tables, 0);
        return true;
    }
    if (word_at(w, w->at, "table")) {
        w->at++;
        SkWallFamily of = family(w);
        g_autofree char *called = name(w);
        SkNftTable *table = called == NULL ? NULL : table_find(w->r, of, called);
        for (unsigned i = 0; table != NULL && i < table->chains->len; i++)
            g_array_set_size(((SkNftChain *)g_ptr_array_index(table->chains, i))->rules, 0);
        return called != NULL;
    }
    if (word_at(w, w->at, "chain")) {
        g_autofree char *called = NULL;
        SkNftTable *table = command_within(w, &called);
        if (table != NULL)
            g_array_set_size(chain_get(table, called, here(w)->line)->rules, 0);
        return table != NULL;
    }
    return beyond(w, from, "a set is emptied");
}

static bool
command_add(Walk *w, unsigned from, bool insert)
{
    static const char *const objects[] = {
        "counter", "quota", "limit", "ct", "secmark", "synproxy"
    };

    w->at++;
    if (word_at(w, w->at, "table"))
        return command_table(w, false);
    if (word_at(w, w->at, "chain"))
        return command_chain(w, from, false);
    if (word_at(w, w->at, "set") || word_at(w, w->at, "map"))
        return command_set(w, from, false);
    if (word_at(w, w->at, "element"))
        return command_element(w, from);
    for (size_t i = 0; i < G_N_ELEMENTS(objects); i++)
        if (word_at(w, w->at, objects[i]))
            return skip_statement(w);
    if (word_at(w, w->at, "flowtable"))
        return beyond(w, from, "connections handed to it pass by the rules");
    return command_rule(w, from, insert);
}

static bool
command_delete(Walk *w, unsigned from)
{
    w->at++;
    if (word_at(w, w->at, "table") && !word_at(w, w->at + 1, "handle"))
        return command_table(w, true);
    if (word_at(w, w->at, "chain"))
        return command_chain(w, from, true);
    return beyond(w, from, "something is taken away");
}

static bool
command(Walk *w)
{
    unsigned from = w->at;
    bool done = false;

    if (!common(w, w->r->count - 1, &done))
        return false;
    if (done)
        return true;
    if (word_at(w, w->at, "table"))
        return command_table(w, false);
    if (word_at(w, w->at, "add") || word_at(w, w->at, "create"))
        return command_add(w, from, false);
    w->r->moves +=
        word_at(w, w->at, "insert") || word_at(w, w->at, "flush") || word_at(w, w->at, "delete");
    if (word_at(w, w->at, "insert"))
        return command_add(w, from, true);
    if (word_at(w, w->at, "delete") || word_at(w, w->at, "destroy"))
        return command_delete(w, from);
    if (take(w, "flush"))
        return command_flush(w, from);
    if (word_at(w, w->at, "list") || word_at(w, w->at, "reset") || word_at(w, w->at, "monitor"))
        return skip_statement(w);
    if (word_at(w, w->at, "replace") || word_at(w, w->at, "rename"))
        return beyond(w, from, "something is put in another's place");
    return broken(w, "a command that is not understood");
}

static bool
commands(Walk *w)
{
    for (skip_lines(w); here(w)->kind != SK_NFT_END; skip_lines(w)) {
        if (!command(w))
            return false;
        if (w->r->tables->len > SK_NFT_TABLES_MAX || w->r->moves > SK_NFT_MOVES_MAX)
            return sk_throw(w->error, SK_ERROR_LIMIT, "nft: too many tables or moves (line %u)",
                            here(w)->line);
        const SkNftToken *t = here(w);
        if (t->kind != SK_NFT_END && t->kind != SK_NFT_LINE && t->kind != SK_NFT_HANDLE &&
            !sign_at(w, w->at, ';'))
            return broken(w, "something behind a command");
    }
    return true;
}

bool
sk_wall_read_nft_some(SkSpan text, SkWallPick pick, void *data, SkWallRuleset *into, GError **error)
{
    if (text.n > SK_WALL_TEXT_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "nft: a text over %u bytes", SK_WALL_TEXT_MAX);
    g_autoptr(GArray) tokens = sk_nft_lex(text, error);
    if (tokens == NULL)
        return false;
    g_auto(SkNftReader) r = {
        .text = text,
        .tokens = (const SkNftToken *)(const void *)tokens->data,
        .count = tokens->len,
        .into = into,
        .tables = g_ptr_array_new_with_free_func(table_free),
        .defines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, sk_nft_defines_free),
    };
    Walk w = { .r = &r, .error = error };
    if (!commands(&w))
        return false;
    for (unsigned i = 0; i < r.tables->len; i++) {
        SkNftTable *table = g_ptr_array_index(r.tables, i);
        if (pick == NULL || pick(table->family, table->name, data))
            sk_nft_read_table(&r, table);
    }
    sk_wall_ruleset_settle(into);
    return true;
}

bool
sk_wall_read_nft(SkSpan text, SkWallRuleset *into, GError **error)
{
    return sk_wall_read_nft_some(text, NULL, NULL, into, error);
}
