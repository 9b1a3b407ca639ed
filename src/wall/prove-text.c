/* SPDX-License-Identifier: Apache-2.0
 * prove-text.c - contract in prove.h (sk_wall_proof_text): a proof for the person who runs a town's
 * network: the answer first, then each packet with its way, what it breaks and what mends it. */
#include "wall/prove.h"

#include "base/name.h"
#include "wall/reason.h"

#include <string.h>

typedef enum {
    NOT_PROVEN, /* in the order of SkWallVerdict */
    NOT_ALLOWED,
    PROVED,
    SAY_NOT_PROVEN,
    SAY_NOT_ALLOWED,
    SAY_PROVED,
    SAY_INDUCTIVE,
    SAY_LOOKED_AT,
    RULES,
    PACKET,
    ALIKE,
    BREAKS,
    WAY,
    MEND,
    TRIED,
    PERHAPS,
    STOPPED,
    MORE,
    SAME_WAY,
    UNMODELLED,
    POLICY_LINE,
    LINE,
    HANDLE,
    ELSEWHERE,
    WALL,
    NO_CHAIN,
    ALLOWED_BY,
    WORD_COUNT
} Word;

typedef struct {
    const char *ja;
    const char *en;
} Both;

G_STATIC_ASSERT((int)SK_WALL_NOT_PROVEN == (int)NOT_PROVEN &&
                (int)SK_WALL_NOT_ALLOWED == (int)NOT_ALLOWED && (int)SK_WALL_PROVED == (int)PROVED);

static const Both words[WORD_COUNT] = {
    [PROVED] = { "証明できました", "PROVED" },
    [NOT_ALLOWED] = { "方針にない通信が通ります", "NOT ALLOWED" },
    [NOT_PROVEN] = { "証明できません", "NOT PROVEN" },
    [SAY_PROVED] = { "この設定は、方針が認める通信のほかは何も通しません。",
                     "These rules let nothing pass but what the policy allows." },
    [SAY_NOT_ALLOWED] = { "この設定は、方針が認めない通信を通します。",
                          "These rules let packets pass that the policy does not allow." },
    [SAY_NOT_PROVEN] = { "意味を確かめられない行があるため、何も通さないとは言えません。",
                         "Some lines could not be modelled, so it cannot be said that nothing else "
                         "passes." },
    [SAY_INDUCTIVE] = { "前提：この設定より前から続いている接続はないものとしています。",
                        "Assumed: no connection is older than these rules." },
    [SAY_LOOKED_AT] = { "今ある接続は、一つずつ方針と照らし合わせました。",
                        "Each connection that there is now was held against the policy." },
    [RULES] = { "規則", "rules" },
    [PACKET] = { "パケット", "packet " },
    [ALIKE] = { "同類    ", "alike  " },
    [BREAKS] = { "違反    ", "breaks " },
    [WAY] = { "通り道  ", "way    " },
    [MEND] = { "直し方  ", "mend   " },
    [TRIED] = { "（試算済み：これで止まり、認められた通信は止まりません）",
                "(tried: this stops it, and nothing allowed is lost)" },
    [PERHAPS] = { "確かめられない条件によっては通ります",
                  "passes or not, by something that is not modelled" },
    [STOPPED] = { "方針が認めるのに止められる通信",
                  "What the policy allows, and these rules stop" },
    [MORE] = { "ほかにもあります。", "There are more." },
    [SAME_WAY] = { "同じ通り道のものが、ほかに%u種類あります（--jsonですべて示します）",
                   "%u more kinds go the same way (--json names them all)" },
    [UNMODELLED] = { "意味を確かめられない行", "Lines that could not be modelled" },
    [POLICY_LINE] = { "方針%u行目", "policy line %u" },
    [LINE] = { "%u行目", "line %u" },
    [HANDLE] = { "（ハンドル%" G_GUINT64_FORMAT "）", " (handle %" G_GUINT64_FORMAT ")" },
    [ELSEWHERE] = { "領域外", "elsewhere" },
    [WALL] = { "壁自身", "the wall itself" },
    [NO_CHAIN] = { "これを見るチェーンが一つもありません", "no chain looks at it at all" },
    [ALLOWED_BY] = { "方針%u行目が認めています", "policy line %u allows it" },
};

static const Both breaks[SK_WALL_BREAKS_COUNT] = {
    [SK_WALL_BREAKS_NONE] = { "これを認める条はありません", "no sentence allows it" },
    [SK_WALL_BREAKS_NARROWER] = { "近い条はありますが、相手・ポート・向きのいずれかが違います",
                                  "the nearest sentence names other hosts, ports or directions" },
    [SK_WALL_BREAKS_EXPIRED] = { "特定通信の期限が過ぎています", "the specific flow is over" },
    [SK_WALL_BREAKS_TAKE_OUT] = { "持ち出しが禁じられた領域です",
                                  "the zone's take-out is forbidden" },
    [SK_WALL_BREAKS_SPOOFED] = { "送信元アドレスがこの口のものではありません（詐称）",
                                 "its source belongs to another side of the wall" },
    [SK_WALL_BREAKS_NO_STATE] = { "どの接続のものでもありません", "it belongs to no connection" },
    [SK_WALL_BREAKS_MAC] = { "特定通信の端末ではないカード（MACアドレス）から出ています",
                             "another card than the specific flow's host sends it" },
    [SK_WALL_BREAKS_WALL] = { "壁自身はこの通信を受けも出しもしません",
                              "the wall's own machine offers and asks nothing here" },
};

typedef struct {
    GString *out;
    bool ja;
    bool colour;
} Print;

static const char *
word(const Print *self, Word which)
{
    return self->ja ? words[which].ja : words[which].en;
}

static void
coloured(Print *self, const char *code, const char *text)
{
    if (self->colour)
        g_string_append_printf(self->out, "\033[%sm%s\033[0m", code, text);
    else
        g_string_append(self->out, text);
}

/* What stands in a ruleset was written by anybody. */
static void
add_plain(GString *out, const char *text)
{
    g_autofree char *plain = sk_text_plain(sk_span_str(text), 400);

    g_string_append(out, plain);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* formats come from the table above */
static void
add_number(Print *self, Word which, unsigned n)
{
    g_string_append_printf(self->out, word(self, which), n);
}

static void
add_handle(Print *self, uint64_t handle)
{
    g_string_append_printf(self->out, word(self, HANDLE), handle);
}
#pragma GCC diagnostic pop

static const char *
side(const Print *self, const char *name)
{
    if (strcmp(name, "elsewhere") == 0)
        return word(self, ELSEWHERE);
    return strcmp(name, "wall") == 0 ? word(self, WALL) : name;
}

static void
print_path(Print *self, const GPtrArray *path)
{
    if (path->len == 0)
        g_string_append_printf(self->out, "   %s  %s\n", word(self, WAY), word(self, NO_CHAIN));
    for (unsigned i = 0; i < path->len; i++) {
        const SkWallRuleAt *at = g_ptr_array_index(path, i);
        g_string_append_printf(self->out, "   %s  ",
                               i == 0     ? word(self, WAY)
                               : self->ja ? "        "
                                          : "       ");
        add_plain(self->out, at->table);
        g_string_append_c(self->out, ' ');
        add_plain(self->out, at->chain);
        g_string_append(self->out, ", ");
        if (at->line > 0)
            add_number(self, LINE, at->line);
        if (at->handle > 0)
            add_handle(self, at->handle);
        if (at->line > 0)
            g_string_append(self->out, ": ");
        add_plain(self->out, at->rule);
        g_string_append_c(self->out, '\n');
    }
}

static void
print_breaks(Print *self, const SkWallFound *found, bool blocked)
{
    g_string_append_printf(self->out, "   %s  ", word(self, BREAKS));
    if (blocked) {
        add_number(self, ALLOWED_BY, found->line);
    } else {
        g_string_append(self->out, self->ja ? breaks[found->breaks].ja : breaks[found->breaks].en);
        if (found->line > 0) {
            g_string_append(self->out, self->ja ? "（" : " (");
            add_number(self, POLICY_LINE, found->line);
            g_string_append(self->out, self->ja ? "）" : ")");
        }
    }
    g_string_append_c(self->out, '\n');
}

static void
print_found(Print *self, const SkWallFound *found, unsigned number, bool blocked)
{
    g_autofree char *title =
        g_strdup_printf("%u. %s → %s", number, side(self, found->from), side(self, found->to));

    coloured(self, "1", title);
    g_string_append_printf(self->out, "\n   %s  %s\n   %s  ", word(self, PACKET), found->text,
                           word(self, ALIKE));
    add_plain(self->out, found->region);
    g_string_append_c(self->out, '\n');
    if (found->perhaps)
        g_string_append_printf(self->out, "   %s\n", word(self, PERHAPS));
    print_breaks(self, found, blocked);
    print_path(self, found->path);
    if (found->edit != NULL) {
        g_string_append_printf(self->out, "   %s  ", word(self, MEND));
        add_plain(self->out, found->edit);
        g_string_append_printf(self->out, "\n   %s  %s\n", self->ja ? "        " : "       ",
                               word(self, TRIED));
    }
    g_string_append_c(self->out, '\n');
}

/* ---- by their ways --------------------------------------------------------------------------
 * One careless rule leaks between all pairs of zones. What a person mends is the rule: packets that go by the same one are
 * told together, and the first few of them in full. */

#define SHOWN_OF_A_WAY 3u

static bool
same_rule(const SkWallRuleAt *a, const SkWallRuleAt *b)
{
    return strcmp(a->table, b->table) == 0 && strcmp(a->chain, b->chain) == 0 && a->line == b->line &&
           a->handle == b->handle && strcmp(a->rule, b->rule) == 0;
}

static bool
same_way(const SkWallFound *a, const SkWallFound *b)
{
    bool same = a->path->len == b->path->len && a->perhaps == b->perhaps;

    for (unsigned i = 0; same && i < a->path->len; i++)
        same = same_rule(g_ptr_array_index(a->path, i), g_ptr_array_index(b->path, i));
    return same;
}

static bool
is_told(const GPtrArray *found, unsigned at)
{
    for (unsigned i = 0; i < at; i++)
        if (same_way(g_ptr_array_index(found, i), g_ptr_array_index(found, at)))
            return true;
    return false;
}

/* @between: (inout): of char *: the pairs that were named */
static void
name_pair(Print *self, GPtrArray *between, const SkWallFound *found)
{
    g_autofree char *pair = g_strdup_printf("%s → %s", side(self, found->from), side(self, found->to));

    if (!g_ptr_array_find_with_equal_func(between, pair, g_str_equal, NULL))
        g_ptr_array_add(between, g_steal_pointer(&pair));
}

static void
print_way(Print *self, const GPtrArray *found, unsigned first, unsigned *number, bool blocked)
{
    g_autoptr(GPtrArray) between = g_ptr_array_new_with_free_func(g_free);
    unsigned n = 0;

    for (unsigned i = first; i < found->len; i++) {
        const SkWallFound *one = g_ptr_array_index(found, i);
        if (!same_way(g_ptr_array_index(found, first), one))
            continue;
        if (n++ < SHOWN_OF_A_WAY)
            print_found(self, one, ++*number, blocked);
        else
            name_pair(self, between, one);
    }
    if (between->len == 0)
        return;
    g_string_append(self->out, "   ");
    add_number(self, SAME_WAY, n - SHOWN_OF_A_WAY);
    for (unsigned i = 0; i < between->len; i++)
        g_string_append_printf(self->out, "%s%s", i % 4 == 0 ? "\n      " : self->ja ? "、" : ", ", (char *)g_ptr_array_index(between, i));
    g_string_append(self->out, "\n\n");
}

static void
print_all(Print *self, const GPtrArray *found, bool more, bool blocked)
{
    unsigned number = 0;

    if (blocked && found->len > 0)
        g_string_append_printf(self->out, "%s\n\n", word(self, STOPPED));
    for (unsigned i = 0; i < found->len; i++)
        if (!is_told(found, i))
            print_way(self, found, i, &number, blocked);
    if (more)
        g_string_append_printf(self->out, "%s\n\n", word(self, MORE));
}

static void
print_unmodelled(Print *self, const GPtrArray *unmodelled)
{
    if (unmodelled->len > 0)
        g_string_append_printf(self->out, "%s (%u)\n", word(self, UNMODELLED), unmodelled->len);
    for (unsigned i = 0; i < unmodelled->len; i++) {
        const SkWallUnmodelled *item = g_ptr_array_index(unmodelled, i);
        if (i == 50) {
            g_string_append_printf(self->out, "  … %s\n", word(self, MORE));
            break;
        }
        g_string_append(self->out, "  ");
        add_plain(self->out, item->section != NULL ? item->section : "");
        g_string_append_c(self->out, ' ');
        if (item->line > 0)
            add_number(self, LINE, item->line);
        g_string_append(self->out, ": ");
        add_plain(self->out, item->text);
        g_string_append(self->out, "\n      ");
        const char *ja = self->ja ? sk_wall_reason_ja(item->why) : NULL;
        add_plain(self->out, ja != NULL ? ja : item->why);
        g_string_append_c(self->out, '\n');
    }
}

char *
sk_wall_proof_text(const SkWallProof *self, const char *language, bool colour)
{
    Print print = { .out = g_string_new(NULL),
                    .ja = strcmp(language, "ja") == 0,
                    .colour = colour };
    bool proved = self->verdict == SK_WALL_PROVED;

    coloured(&print, proved ? "1;32" : "1;31", word(&print, (Word)(NOT_PROVEN + self->verdict)));
    g_string_append_printf(print.out, "   %u %s, %.1f s\n%s\n", self->rules, word(&print, RULES),
                           (double)self->us / 1e6,
                           word(&print, (Word)(SAY_NOT_PROVEN + self->verdict)));
    if (self->inductive)
        g_string_append_printf(print.out, "%s\n",
                               word(&print, self->looked_at ? SAY_LOOKED_AT : SAY_INDUCTIVE));
    g_string_append_c(print.out, '\n');
    print_all(&print, self->leaks, self->more_leaks, false);
    print_unmodelled(&print, self->unmodelled);
    if (self->unmodelled->len > 0)
        g_string_append_c(print.out, '\n');
    print_all(&print, self->blocked, self->more_blocked, true);
    return g_string_free(print.out, FALSE);
}
