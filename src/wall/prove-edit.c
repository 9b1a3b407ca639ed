/* SPDX-License-Identifier: Apache-2.0
 * prove-edit.c - the smallest change that mends one thing: a rule to delete, a policy to turn, or a
 * rule to put in front of the one that let the packet pass. Each is tried on the model before it is
 * said: the packets stop, and nothing that the policy allows is lost by it. */
#include "wall/prove-parts.h"

#define EDITS_US_MAX 3000000 /* CPU time of one proof's search for changes */

static BDD
passing_with(SkProve *self, const SkPair *pair, bool v6, SkWallEdit edit)
{
    SkWallAsk ask = {
        .ruleset = self->ruleset, .way = pair->way, .v6 = v6, .unknown = true, .edit = edit
    };

    return sk_wall_model_first(self->model, &ask, sk_wall_model_rest(self->model, &ask, bddtrue));
}

/* Do the packets of @box stop, and does what is allowed still pass? */
static bool
mends(SkProve *self, const SkPair *pair, bool v6, BDD box, SkWallEdit edit)
{
    unsigned family = v6 ? 1 : 0;
    BDD after = passing_with(self, pair, v6, edit);
    BDD still = sk_bits_take_and(sk_bits_keep(after), sk_bits_keep(box));
    BDD real = self->real[pair->way][family];
    BDD kept = sk_bits_take_and(sk_bits_keep(self->may[pair->way][family]),
                                sk_bits_keep(self->sentences[pair->way][family]));
    bool good;

    still = sk_bits_take_and(still, sk_bits_keep(real));
    kept = sk_bits_take_and(kept, sk_bits_keep(real));
    good = still == bddfalse && sk_bits_within(kept, after);
    sk_bits_drop(after);
    sk_bits_drop(still);
    sk_bits_drop(kept);
    return good;
}

static char *
place_of(const SkWallMark *mark)
{
    static const char *const families[] = { "ip", "ip6", "inet", "arp", "bridge", "netdev" };
    const SkWallTable *table = mark->chain->table;
    g_autofree char *chain =
        g_strdup_printf("%s %s %s", families[table->family], table->name, mark->chain->name);

    if (mark->rule == NULL)
        return g_steal_pointer(&chain);
    if (mark->rule->handle != 0)
        return g_strdup_printf("%s handle %" G_GUINT64_FORMAT, chain, mark->rule->handle);
    return g_strdup_printf("%s line %u", chain, mark->rule->line);
}

static char *
edit_at(SkProve *self, const SkPair *pair, bool v6, const SkWallBox *box, BDD set,
        const SkWallMark *mark)
{
    g_autofree char *place = place_of(mark);
    g_autofree char *match = sk_prove_box_text(self, box, pair->way, v6);
    SkWallEdit edit = { .kind = SK_WALL_EDIT_DELETE, .rule = mark->rule };

    if (mark->rule == NULL) {
        edit = (SkWallEdit){ .kind = SK_WALL_EDIT_POLICY, .chain = mark->chain };
        return mends(self, pair, v6, set, edit) ? g_strdup_printf("policy drop: %s", place) : NULL;
    }
    if (mends(self, pair, v6, set, edit))
        return g_strdup_printf("delete: %s", place);
    edit.kind = SK_WALL_EDIT_BEFORE;
    edit.drops = set;
    return mends(self, pair, v6, set, edit)
               ? g_strdup_printf("insert before %s: %s drop", place, match)
               : NULL;
}

char *
sk_prove_edit(SkProve *self, const SkPair *pair, bool v6, const SkWallBox *box,
              const SkWallWalk *walk)
{
    int64_t start = g_get_monotonic_time();
    BDD set = sk_prove_box(self, box);
    char *edit = NULL;

    for (unsigned i = walk->path->len; i-- > 0 && edit == NULL && self->edits_us < EDITS_US_MAX;) {
        const SkWallMark *mark = &g_array_index(walk->path, SkWallMark, i);
        if (mark->act == SK_WALL_ACCEPT || mark->act == SK_WALL_DNAT)
            edit = edit_at(self, pair, v6, box, set, mark);
        self->edits_us += g_get_monotonic_time() - start;
        start = g_get_monotonic_time();
    }
    sk_bits_drop(set);
    return edit;
}
