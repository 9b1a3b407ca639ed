/* SPDX-License-Identifier: Apache-2.0
 * model.c - contract in model.h: rules, chains and hooks. "What follows" of a rule is a set of packets, so a mark that is
 * set or an address that is translated is a substitution in that set, and no state is carried
 * along. */
#include "wall/model-parts.h"

#include "wall/walk.h"

#include <string.h>

#define WORK_MAX                                                                                   \
    20000000u          /* rules evaluated: more is entangled beyond what rulesets of people are */
#define NESTED_MAX 64u /* chains within chains, gotos counted; the kernel refuses 16 jumps */
#define CACHED_BOXES_MIN 8u
#define NODES_EACH 60u /* a rule, to begin with */
#define CONNTRACK_PRIORITY (-200)

/* What is known of a chain before it is evaluated. */
typedef struct {
    unsigned calls; /* how many rules lead to it */
    bool changes;   /* it, or a chain that it leads to, changes packets */
    bool unsure;    /* the same for unknowns */
} Facts;

/* A chain that changes nothing, evaluated once: where packets of it may come out. */
typedef struct {
    BDD accepted;
    BDD returned;
    BDD dropped; /* only for chains with unknowns: else the rest */
    BDD unknown;
    bool busy;
} Summary;

struct SkWallModel {
    SkWallBits bits;
    const GPtrArray *interfaces;
    GHashTable *facts; /* of SkWallChain * to Facts, of all rulesets asked so far */
    GHashTable *
        known; /* rulesets whose chains are in @facts, and whether conntrack looks at their packets */
    GHashTable *sets; /* of char * to BDD */
    BDD present
        [2][SK_WALL_FIELD_COUNT]; /* by whether conntrack has seen them; bddfalse: not made yet */
    unsigned work;
    bool entangled;
};

/* One evaluation of one base chain. */
typedef struct {
    SkWallModel *model;
    const SkWallAsk *ask;
    SkWallHook hook;
    bool tracked;          /* conntrack has seen the packet */
    BDD bound;             /* what follows for packets that were translated */
    bool dropped, unknown; /* as in the ask, but for summaries */
    unsigned depth;
    GHashTable *summaries; /* of SkWallChain * to Summary */
    GHashTable *inlined;   /* of GBytes to BDD: chains that change packets, by what follows */
} Eval;

/* ---- facts about chains -----------------------------------------------------------------------
 */

typedef struct {
    Facts *from;
    Facts *to;
} Edge;

static Facts *
facts_of(SkWallModel *self, const SkWallChain *chain)
{
    Facts *facts = g_hash_table_lookup(self->facts, chain);

    if (facts == NULL) {
        facts = g_new0(Facts, 1);
        g_hash_table_insert(self->facts, (void *)chain, facts);
    }
    return facts;
}

static void
look_at_act(SkWallModel *self, const SkWallChain *chain, const SkWallAct *act, GArray *edges)
{
    Facts *facts = facts_of(self, chain);

    facts->changes = facts->changes || sk_model_act_changes(act->kind);
    facts->unsure = facts->unsure || act->kind == SK_WALL_UNKNOWN_ACT;
    if (act->kind == SK_WALL_JUMP || act->kind == SK_WALL_GOTO) {
        Edge edge = { .from = facts, .to = facts_of(self, act->chain) };
        edge.to->calls++;
        g_array_append_val(edges, edge);
    }
}

static void
look_at_step(SkWallModel *self, const SkWallChain *chain, const SkWallStep *step, GArray *edges)
{
    Facts *facts = facts_of(self, chain);

    if (step->kind == SK_WALL_STEP_UNKNOWN || (step->set != NULL && step->set->open))
        facts->unsure = true;
    if (step->kind == SK_WALL_STEP_ACT)
        look_at_act(self, chain, &step->act, edges);
    for (unsigned i = 0; step->kind == SK_WALL_STEP_MAP && i < step->acts->len; i++)
        look_at_act(self, chain, &g_array_index(step->acts, SkWallAct, i), edges);
}

static void
look_at_chain(SkWallModel *self, const SkWallChain *chain, GArray *edges)
{
    for (unsigned i = 0; i < chain->rules->len; i++) {
        const SkWallRule *rule = g_ptr_array_index(chain->rules, i);
        for (unsigned j = 0; j < rule->steps->len; j++)
            look_at_step(self, chain, &g_array_index(rule->steps, SkWallStep, j), edges);
    }
}

static void
look_at(SkWallModel *self, const SkWallRuleset *ruleset)
{
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(Edge));
    bool more = true;

    if (g_hash_table_contains(self->known, ruleset))
        return;
    bool tracks = sk_model_asks_connections(ruleset) || !sk_wall_ruleset_changes_nothing(ruleset);
    g_hash_table_insert(self->known, (void *)ruleset, GINT_TO_POINTER(tracks ? 1 : 0));
    for (unsigned i = 0; i < ruleset->tables->len; i++) {
        const SkWallTable *table = g_ptr_array_index(ruleset->tables, i);
        for (unsigned j = 0; j < table->chains->len; j++)
            look_at_chain(self, g_ptr_array_index(table->chains, j), edges);
    }
    while (more) { /* what a chain leads to is true of it too */
        more = false;
        for (unsigned i = 0; i < edges->len; i++) {
            Edge *edge = &g_array_index(edges, Edge, i);
            if ((edge->to->changes && !edge->from->changes) ||
                (edge->to->unsure && !edge->from->unsure))
                more = true;
            edge->from->changes = edge->from->changes || edge->to->changes;
            edge->from->unsure = edge->from->unsure || edge->to->unsure;
        }
    }
}

bool
sk_model_tracks(SkWallModel *self, const SkWallRuleset *ruleset)
{
    look_at(self, ruleset);
    return GPOINTER_TO_INT(g_hash_table_lookup(self->known, ruleset)) != 0;
}

/* ---- making and unmaking ----------------------------------------------------------------------
 */

static void
bdd_unref(void *set)
{
    sk_bits_drop(GPOINTER_TO_INT(set));
}

static void
summary_free(void *data)
{
    Summary *self = data;

    sk_bits_drop(self->accepted);
    sk_bits_drop(self->returned);
    sk_bits_drop(self->dropped);
    sk_bits_drop(self->unknown);
    g_free(self);
}

SkWallModel *
sk_wall_model_new(const GPtrArray *interfaces, SkWallOrder order, unsigned rules)
{
    SkWallModel *self = g_new0(SkWallModel, 1);

    g_assert(interfaces->len > 0 && interfaces->len < SK_WALL_NO_INTERFACE);
    sk_bits_start(&self->bits, interfaces->len, order, MIN(rules, 100000u) * NODES_EACH);
    self->interfaces = interfaces;
    self->facts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    self->known = g_hash_table_new(NULL, NULL);
    self->sets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, bdd_unref);
    return self;
}

void
sk_wall_model_free(SkWallModel *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->facts);
    g_hash_table_unref(self->known);
    g_hash_table_unref(self->sets);
    sk_bits_end(&self->bits);
    g_free(self);
}

SkWallBits *
sk_wall_model_bits(SkWallModel *self)
{
    return &self->bits;
}

const GPtrArray *
sk_model_interfaces(const SkWallModel *self)
{
    return self->interfaces;
}

bool
sk_wall_model_failed(const SkWallModel *self)
{
    return self->entangled || sk_bits_failed();
}

/* ---- what a question means --------------------------------------------------------------------
 */

/* Packets that have the field at all; where they have not, no match of it matches. */
static BDD
present(const Eval *self, SkWallField field)
{
    BDD *made = &self->model->present[self->tracked ? 1 : 0][field];

    if (*made == bddfalse) /* not made yet, or nothing, which costs nothing */
        *made = sk_model_present(&self->model->bits, field, self->tracked);
    return sk_bits_keep(*made);
}

/* A family that is decided, or an interface that the hook does not know. */
static bool
is_constant(const Eval *self, SkWallField field)
{
    if (field == SK_WALL_FAMILY)
        return true;
    if (field == SK_WALL_OIF)
        return self->hook == SK_WALL_HOOK_PREROUTING || self->hook == SK_WALL_HOOK_INPUT;
    return field == SK_WALL_IIF && self->ask->way == SK_WALL_OUT;
}

/* One range of a box as numbers of the world; false: no packet is in it. The world is sorted, so a
 * pattern's names stand together. */
static bool
interface_range(const Eval *self, bool absent, const SkWallRange *range, SkWallRange *ret)
{
    const GPtrArray *names = self->ask->ruleset->interfaces, *world = self->model->interfaces;
    bool any = false;

    g_assert(range->first.lo < names->len);
    const char *pattern = g_ptr_array_index(names, range->first.lo);
    *ret = (SkWallRange){ .first = SK_WALL_VALUE(0), .last = SK_WALL_VALUE(world->len - 1) };
    if (absent)
        return sk_wall_interface_matches(pattern, "");
    for (unsigned i = 0; i < world->len; i++)
        if (sk_wall_interface_matches(pattern, g_ptr_array_index(world, i))) {
            if (!any)
                ret->first = SK_WALL_VALUE(i);
            ret->last = SK_WALL_VALUE(i);
            any = true;
        }
    return any;
}

static bool
translate_range(const Eval *self, const SkWallKey *key, const SkWallRange *range, SkWallRange *ret)
{
    uint64_t family = self->ask->v6 ? 1 : 0;

    *ret = *range;
    if (key->field == SK_WALL_IIF || key->field == SK_WALL_OIF)
        return interface_range(self, is_constant(self, key->field), range, ret);
    if (key->field != SK_WALL_FAMILY)
        return true;
    family &= key->mask.lo;
    return range->first.hi == 0 && range->first.lo <= family &&
           (range->last.hi > 0 || family <= range->last.lo);
}

/* Packets in boxes @from to @to (not included) of a set, by a step's keys. */
static BDD
in_boxes(const Eval *self, const SkWallStep *step, unsigned from, unsigned to)
{
    const SkWallRange *boxes = (const SkWallRange *)(const void *)step->set->boxes->data;
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(SkWallRange));
    SkWallKey key[SK_WALL_KEYS_MAX];
    unsigned keys = 0, count = 0;

    for (unsigned k = 0; k < step->keys; k++)
        if (!is_constant(self, step->key[k].field)) {
            SkWallField field = step->key[k].field;
            key[keys] = step->key[k];
            if (field == SK_WALL_IIF || field == SK_WALL_OIF)
                key[keys].mask = sk_wall_value_full(64);
            keys++;
        }
    for (unsigned i = from; i < to; i++) {
        SkWallRange box[SK_WALL_KEYS_MAX];
        unsigned n = 0, k = 0;
        for (; k < step->keys; k++) {
            SkWallRange range;
            if (!translate_range(self, &step->key[k], &boxes[i * step->keys + k], &range))
                break;
            if (!is_constant(self, step->key[k].field))
                box[n++] = range;
        }
        if (k < step->keys)
            continue;
        count++;
        g_array_append_vals(out, box, keys);
    }
    if (count == 0)
        return bddfalse;
    return keys == 0 ? bddtrue
                     : sk_bits_boxes(&self->model->bits, key, keys,
                                     (const SkWallRange *)(const void *)out->data, count);
}

/* Before conntrack a packet's state reads "invalid", unless it was told not to be tracked. */
static BDD
untracked_state(const Eval *self, BDD set)
{
    const SkWallBits *bits = &self->model->bits;
    BDD untracked = sk_model_restricted(sk_bits_keep(set),
                                        sk_bits_is(bits, SK_WALL_CT_STATE, SK_WALL_UNTRACKED));
    BDD invalid = sk_model_restricted(set, sk_bits_is(bits, SK_WALL_CT_STATE, SK_WALL_INVALID));

    return sk_bits_take_ite(sk_bits_is(bits, SK_WALL_CT_STATE, SK_WALL_UNTRACKED), untracked,
                            invalid);
}

static BDD
lookup(const Eval *self, const SkWallStep *step, unsigned from, unsigned to)
{
    BDD set = in_boxes(self, step, from, to);

    for (unsigned k = 0; k < step->keys && !self->tracked; k++)
        if (step->key[k].field == SK_WALL_CT_STATE)
            return untracked_state(self, set);
    return set;
}

/* Named and large sets are asked by several rules, ways and hooks. */
static BDD
lookup_cached(const Eval *self, const SkWallStep *step)
{
    unsigned n = step->set->boxes->len / step->keys;

    if (n < CACHED_BOXES_MIN)
        return lookup(self, step, 0, n);
    g_autoptr(GString) name = g_string_new(NULL);
    g_string_append_printf(name, "%p %d %d", (const void *)step->set, self->ask->v6, self->tracked);
    for (unsigned k = 0; k < step->keys; k++)
        g_string_append_printf(name, " %u %" G_GINT64_MODIFIER "x %" G_GINT64_MODIFIER "x %d",
                               (unsigned)step->key[k].field, step->key[k].mask.hi,
                               step->key[k].mask.lo, is_constant(self, step->key[k].field));
    void *found = NULL;
    if (g_hash_table_lookup_extended(self->model->sets, name->str, NULL, &found))
        return sk_bits_keep(GPOINTER_TO_INT(found));
    BDD set = lookup(self, step, 0, n);
    g_hash_table_insert(self->model->sets, g_strdup(name->str), GINT_TO_POINTER(sk_bits_keep(set)));
    return set;
}

static BDD
step_present(const Eval *self, const SkWallStep *step)
{
    BDD set = bddtrue;

    for (unsigned k = 0; k < step->keys; k++)
        set = sk_bits_take_and(set, present(self, step->key[k].field));
    return set;
}

static BDD
match(const Eval *self, const SkWallStep *step)
{
    BDD in = lookup_cached(self, step);

    if (step->negated)
        in = sk_bits_take_not(in);
    return in == bddfalse ? in : sk_bits_take_and(in, step_present(self, step));
}

/* ---- what an act does to what follows ---------------------------------------------------------
 */

static BDD
translated_address(const SkWallBits *bits, const SkWallAct *act, SkWallField field, BDD then)
{
    SkWallValue full = sk_wall_value_full(bits->width[field]);
    SkWallValue host = { .hi = act->address.first.hi ^ act->address.last.hi,
                         .lo = act->address.first.lo ^ act->address.last.lo };
    SkWallValue net = { .hi = full.hi & ~host.hi, .lo = full.lo & ~host.lo };

    if (act->redirect ||
        act->masquerade) /* an address of the wall: the ruleset does not say which */
        return sk_model_quantified(then, sk_bits_cube(bits, &field, 1));
    if (!act->has_address)
        return then;
    if (act->prefix)
        return sk_model_restricted(then, sk_model_bits_cube(bits, field, net, act->address.first));
    return sk_model_assigned(bits, field, act->address, then);
}

static BDD
translated(const Eval *self, const SkWallAct *act)
{
    const SkWallBits *bits = &self->model->bits;
    bool source = act->kind == SK_WALL_SNAT;
    SkWallField address = source ? SK_WALL_SRC : SK_WALL_DST, type = SK_WALL_DST_TYPE;
    SkWallField port = source ? SK_WALL_SPORT : SK_WALL_DPORT;
    SkWallValue status = SK_WALL_VALUE(source ? SK_WALL_STATUS_SNAT : SK_WALL_STATUS_DNAT);
    BDD then = sk_bits_keep(self->bound);

    if (act->redirect && self->ask->way == SK_WALL_FORWARDED) { /* it does not go this way */
        sk_bits_drop(then);
        return self->dropped ? bddtrue : bddfalse;
    }
    if (act->has_port || act->masquerade) {
        SkWallRange any = { .first = SK_WALL_VALUE(0), .last = SK_WALL_VALUE(UINT16_MAX) };
        BDD changed =
            sk_model_assigned(bits, port, act->has_port ? act->port : any, sk_bits_keep(then));
        then = sk_bits_take_ite(sk_model_with_ports(bits), changed, then);
    }
    then = translated_address(bits, act, address, then);
    then = sk_model_restricted(then, sk_model_bits_cube(bits, SK_WALL_CT_STATUS, status, status));
    if (act->redirect)
        return sk_model_restricted(then, sk_bits_is(bits, type, SK_WALL_LOCAL));
    return source ? then : sk_model_quantified(then, sk_bits_cube(bits, &type, 1));
}

static BDD
untracked(const Eval *self, BDD then)
{
    if (self->tracked)
        return then;
    return sk_model_restricted(then,
                               sk_bits_is(&self->model->bits, SK_WALL_CT_STATE, SK_WALL_UNTRACKED));
}

/* Acts on the connection do nothing to packets that have none. */
static BDD
of_connection(const Eval *self, BDD changed, BDD then)
{
    if (!self->tracked) {
        sk_bits_drop(changed);
        return then;
    }
    return sk_bits_take_ite(sk_model_with_connection(&self->model->bits), changed, then);
}

static BDD
changed(const Eval *self, const SkWallAct *act, BDD then)
{
    const SkWallBits *bits = &self->model->bits;
    BDD kept = sk_bits_keep(then);

    switch ((unsigned)act->kind) {
    case SK_WALL_SET_CT_MARK:
        return of_connection(self, sk_model_marked(bits, SK_WALL_CT_MARK, act, then), kept);
    case SK_WALL_RESTORE_MARK:
        return of_connection(
            self, sk_model_copied(bits, SK_WALL_MARK, SK_WALL_CT_MARK, act->mask, then), kept);
    case SK_WALL_SAVE_MARK:
        return of_connection(
            self, sk_model_copied(bits, SK_WALL_CT_MARK, SK_WALL_MARK, act->mask, then), kept);
    default:
        sk_bits_drop(kept);
        return act->kind == SK_WALL_SET_MARK ? sk_model_marked(bits, SK_WALL_MARK, act, then)
                                             : untracked(self, then);
    }
}

/* ---- chains -----------------------------------------------------------------------------------
 */

/* What follows, by where a rule sends a packet: all borrowed. */
typedef struct {
    BDD accept; /* after this base chain */
    BDD ret;    /* after this chain */
    BDD next;   /* the next rule */
} Follows;

static BDD jump(Eval *self, const SkWallChain *chain, BDD accept, BDD ret);

static BDD
constant(bool value)
{
    return value ? bddtrue : bddfalse;
}

/* @then: what follows in the same rule: taken. */
static BDD
act_on(Eval *self, const SkWallAct *act, const Follows *follows, BDD then)
{
    if (act->kind == SK_WALL_CONTINUE)
        return then;
    if (sk_model_act_changes(act->kind) && act->kind != SK_WALL_DNAT && act->kind != SK_WALL_SNAT)
        return changed(self, act, then);
    sk_bits_drop(then);
    switch ((unsigned)act->kind) {
    case SK_WALL_ACCEPT:
        return sk_bits_keep(follows->accept);
    case SK_WALL_RETURN:
        return sk_bits_keep(follows->ret);
    case SK_WALL_JUMP:
        return jump(self, act->chain, follows->accept, follows->next);
    case SK_WALL_GOTO:
        return jump(self, act->chain, follows->accept, follows->ret);
    case SK_WALL_DNAT:
    case SK_WALL_SNAT:
        return translated(self, act);
    case SK_WALL_DROP:
    case SK_WALL_REJECT:
        return constant(self->dropped);
    default:
        return constant(self->unknown);
    }
}

static bool
same_act(const SkWallAct *a, const SkWallAct *b)
{
    return a->kind == b->kind && a->chain == b->chain && !sk_model_act_changes(a->kind);
}

/* The act of the first element that a packet is in; none: the rule ends. */
static BDD
map(Eval *self, const SkWallStep *step, const Follows *follows, BDD then)
{
    BDD set = sk_bits_keep(follows->next);

    for (unsigned to = step->acts->len; to > 0;) {
        const SkWallAct *act = &g_array_index(step->acts, SkWallAct, to - 1);
        unsigned from = to - 1;
        while (from > 0 && same_act(act, &g_array_index(step->acts, SkWallAct, from - 1)))
            from--;
        BDD in = lookup(self, step, from, to);
        if (in != bddfalse)
            set = sk_bits_take_ite(in, act_on(self, act, follows, sk_bits_keep(then)), set);
        to = from;
    }
    sk_bits_drop(then);
    if (step->set->open) { /* elements come and go: with acts that nobody has read */
        sk_bits_drop(set);
        set = constant(self->unknown);
    }
    return sk_bits_take_ite(step_present(self, step), set, sk_bits_keep(follows->next));
}

static BDD
not_match(Eval *self, const SkWallStep *step, const Follows *follows, BDD then)
{
    if (step->kind == SK_WALL_STEP_ACT)
        return act_on(self, &step->act, follows, then);
    if (step->kind == SK_WALL_STEP_MAP)
        return map(self, step, follows, then);
    /* An unknown, or a set that packets change: either way. */
    BDD either = sk_bits_take_or(then, sk_bits_keep(follows->next));
    if (step->kind == SK_WALL_STEP_UNKNOWN)
        return either;
    return sk_bits_take_ite(step_present(self, step), either, sk_bits_keep(follows->next));
}

/* Is the rule of another family, or of an interface that there is none of here? */
static bool
never(const Eval *self, const SkWallRule *rule)
{
    for (unsigned i = 0; i < rule->steps->len; i++) {
        const SkWallStep *step = &g_array_index(rule->steps, SkWallStep, i);
        if (step->kind != SK_WALL_STEP_MATCH || step->set->open)
            return false;
        if (step->keys == 1 && is_constant(self, step->key[0].field)) {
            BDD in = in_boxes(self, step, 0, step->set->boxes->len);
            if ((in == bddtrue) == step->negated)
                return true;
        }
    }
    return false;
}

/* Puts a step that is one range of one field with the others; false: it is something else. */
static bool
gather(const Eval *self, const SkWallStep *step, SkModelAsked *asked)
{
    SkWallKey key = step->key[0];
    SkWallRange range;

    if (step->keys != 1 || step->negated || step->set->boxes->len != 1 ||
        is_constant(self, key.field) || !sk_model_asked_has_room(asked, key.field) ||
        (key.field == SK_WALL_CT_STATE && !self->tracked) ||
        !translate_range(self, &key, &g_array_index(step->set->boxes, SkWallRange, 0), &range))
        return false;
    if (key.field == SK_WALL_IIF || key.field == SK_WALL_OIF)
        key.mask = sk_wall_value_full(64);
    sk_model_asked_add(asked, key, range);
    return true;
}

/* All that was asked; begins anew. */
static BDD
take_asked(const Eval *self, SkModelAsked *asked)
{
    for (unsigned i = 0; i < asked->keys; i++)
        if (!sk_model_asked_implies(asked, asked->key[i].field))
            asked->others = sk_bits_take_and(asked->others, present(self, asked->key[i].field));
    return sk_model_asked_take(asked, &self->model->bits);
}

static BDD
take_rule(Eval *self, const SkWallRule *rule, const Follows *follows)
{
    BDD then = sk_bits_keep(follows->next);
    SkModelAsked asked = { .others = bddtrue };

    if (never(self, rule))
        return then;
    for (unsigned i = rule->steps->len; i-- > 0;) {
        const SkWallStep *step = &g_array_index(rule->steps, SkWallStep, i);
        if (step->kind == SK_WALL_STEP_MATCH && !step->set->open) {
            if (!gather(self, step, &asked))
                asked.others = sk_bits_take_and(asked.others, match(self, step));
            continue;
        }
        then = sk_bits_take_ite(take_asked(self, &asked), then, sk_bits_keep(follows->next));
        then = not_match(self, step, follows, then);
    }
    return sk_bits_take_ite(take_asked(self, &asked), then, sk_bits_keep(follows->next));
}

static BDD
take_chain(Eval *self, const SkWallChain *chain, BDD accept, BDD ret)
{
    const SkWallEdit *edit = &self->ask->edit;
    Follows follows = { .accept = accept, .ret = ret, .next = sk_bits_keep(ret) };

    for (unsigned i = chain->rules->len; i-- > 0;) {
        const SkWallRule *rule = g_ptr_array_index(chain->rules, i);
        bool edited = edit->kind != SK_WALL_EDIT_NONE && edit->rule == rule;
        if (edited && edit->kind == SK_WALL_EDIT_DELETE)
            continue;
        if (++self->model->work > WORK_MAX || sk_bits_failed()) {
            self->model->entangled = true;
            return follows.next;
        }
        BDD before = take_rule(self, rule, &follows);
        sk_bits_drop(follows.next);
        if (edited && edit->kind == SK_WALL_EDIT_BEFORE)
            before = sk_bits_take_ite(sk_bits_keep(edit->drops), constant(self->dropped), before);
        follows.next = before;
    }
    return follows.next;
}

/* ---- chains that others lead to ---------------------------------------------------------------
 */

static Summary *
summarise(Eval *self, const SkWallChain *chain)
{
    Summary *summary = g_hash_table_lookup(self->summaries, chain);
    const Facts *facts = facts_of(self->model, chain);
    bool dropped = self->dropped, unknown = self->unknown;

    if (summary != NULL)
        return summary;
    summary = g_new0(Summary, 1);
    summary->busy = true;
    g_hash_table_insert(self->summaries, (void *)chain, summary);
    self->dropped = self->unknown = false;
    summary->accepted = take_chain(self, chain, bddtrue, bddfalse);
    summary->returned = take_chain(self, chain, bddfalse, bddtrue);
    if (facts->unsure) {
        self->dropped = true;
        summary->dropped = take_chain(self, chain, bddfalse, bddfalse);
        self->dropped = false;
        self->unknown = true;
        summary->unknown = take_chain(self, chain, bddfalse, bddfalse);
    } else {
        summary->dropped = sk_bits_take_not(
            sk_bits_take_or(sk_bits_keep(summary->accepted), sk_bits_keep(summary->returned)));
    }
    self->dropped = dropped;
    self->unknown = unknown;
    summary->busy = false;
    return summary;
}

static BDD
through_summary(Eval *self, const SkWallChain *chain, BDD accept, BDD ret)
{
    const Summary *summary = summarise(self, chain);

    if (summary->busy) /* a loop: the kernel refuses it */
        return constant(self->unknown);
    BDD set = sk_bits_take_and(sk_bits_keep(summary->accepted), sk_bits_keep(accept));
    set =
        sk_bits_take_or(set, sk_bits_take_and(sk_bits_keep(summary->returned), sk_bits_keep(ret)));
    if (self->dropped)
        set = sk_bits_take_or(set, sk_bits_keep(summary->dropped));
    if (self->unknown)
        set = sk_bits_take_or(set, sk_bits_keep(summary->unknown));
    return set;
}

/* Chains that change packets are evaluated for each thing that may follow. */
static BDD
through_changes(Eval *self, const SkWallChain *chain, BDD accept, BDD ret)
{
    struct {
        const SkWallChain *chain;
        BDD accept, ret, dropped, unknown;
    } name;
    void *found = NULL;

    memset(&name, 0, sizeof name); /* bytes between fields are compared too */
    name.chain = chain;
    name.accept = accept;
    name.ret = ret;
    name.dropped = self->dropped;
    name.unknown = self->unknown;
    g_autoptr(GBytes) bytes = g_bytes_new(&name, sizeof name);
    if (g_hash_table_lookup_extended(self->inlined, bytes, NULL, &found))
        return sk_bits_keep(GPOINTER_TO_INT(found));
    BDD set = take_chain(self, chain, accept, ret);
    /* What the name speaks of must stay what it is: its sets are kept with it. */
    sk_bits_keep(accept);
    sk_bits_keep(ret);
    g_hash_table_insert(self->inlined, g_steal_pointer(&bytes), GINT_TO_POINTER(sk_bits_keep(set)));
    return set;
}

static BDD
jump(Eval *self, const SkWallChain *chain, BDD accept, BDD ret)
{
    const Facts *facts = facts_of(self->model, chain);
    BDD set;

    if (self->depth >= NESTED_MAX)
        return constant(self->unknown);
    self->depth++;
    if (facts->changes)
        set = through_changes(self, chain, accept, ret);
    else if (facts->calls > 1)
        set = through_summary(self, chain, accept, ret);
    else
        set = take_chain(self, chain, accept, ret);
    self->depth--;
    return set;
}

/* ---- base chains and hooks --------------------------------------------------------------------
 */

static void
inlined_clear(Eval *self)
{
    GHashTableIter iter;
    void *bytes = NULL;

    g_hash_table_iter_init(&iter, self->inlined);
    while (g_hash_table_iter_next(&iter, &bytes, NULL)) {
        const struct {
            const SkWallChain *chain;
            BDD accept, ret, dropped, unknown;
        } *name = g_bytes_get_data(bytes, NULL);
        sk_bits_drop(name->accept);
        sk_bits_drop(name->ret);
    }
    g_hash_table_remove_all(self->inlined);
}

/* @then: after the chain; @bound: after it for packets that it translated. Both borrowed. */
static BDD
take_base(Eval *self, const SkWallChain *chain, BDD then, BDD bound)
{
    const SkWallEdit *edit = &self->ask->edit;
    bool drops = chain->drops || (edit->kind == SK_WALL_EDIT_POLICY && edit->chain == chain);
    const Facts *facts = facts_of(self->model, chain);
    BDD set;

    self->bound = bound;
    if (facts->changes || facts->unsure || self->dropped || then == bddtrue || then == bddfalse) {
        set = take_chain(self, chain, then, drops ? constant(self->dropped) : then);
    } else { /* smaller by itself */
        set = take_chain(self, chain, bddtrue, drops ? bddfalse : bddtrue);
        set = sk_bits_take_and(set, sk_bits_keep(then));
    }
    inlined_clear(self);
    return set;
}

static BDD
nat_only_new(Eval *self, BDD set /* taken */, BDD otherwise)
{
    BDD asked = sk_bits_is(&self->model->bits, SK_WALL_CT_STATE, SK_WALL_NEW);

    return sk_bits_take_ite(asked, set, sk_bits_keep(otherwise));
}

BDD
sk_wall_model_hook(SkWallModel *self, const SkWallAsk *ask, SkWallHook hook, BDD then)
{
    g_autoptr(GPtrArray) chains = sk_wall_base_chains(ask->ruleset, ask->v6 ? 1 : 0, hook);
    bool first = hook == SK_WALL_HOOK_PREROUTING || hook == SK_WALL_HOOK_OUTPUT;
    unsigned tracked_from = 0; /* chains from here on see the connection */
    BDD bound = sk_bits_keep(then);

    sk_bits_family(&self->bits, ask->v6);
    look_at(self, ask->ruleset);
    while (first && tracked_from < chains->len) {
        const SkWallChain *chain = g_ptr_array_index(chains, tracked_from);
        if (chain->priority > CONNTRACK_PRIORITY || chain->type == SK_WALL_CHAIN_NAT)
            break;
        tracked_from++;
    }
    for (unsigned i = chains->len; i-- > 0;) {
        const SkWallChain *chain = g_ptr_array_index(chains, i);
        Eval eval = { .model = self,
                      .ask = ask,
                      .hook = hook,
                      .tracked = i >= tracked_from,
                      .dropped = ask->dropped,
                      .unknown = ask->unknown };
        eval.summaries = g_hash_table_new_full(NULL, NULL, NULL, summary_free);
        eval.inlined = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                             (GDestroyNotify)g_bytes_unref, bdd_unref);
        if (chain->type == SK_WALL_CHAIN_NAT) {
            BDD set = nat_only_new(&eval, take_base(&eval, chain, then, bound), then);
            sk_bits_drop(then);
            then = set;
        } else {
            bool same = then == bound;
            BDD set = take_base(&eval, chain, then, then);
            BDD other = same ? sk_bits_keep(set) : take_base(&eval, chain, bound, bound);
            sk_bits_drop(then);
            sk_bits_drop(bound);
            then = set;
            bound = other;
        }
        g_hash_table_unref(eval.summaries);
        g_hash_table_unref(eval.inlined);
    }
    sk_bits_drop(bound);
    return then;
}

BDD
sk_wall_model_rest(SkWallModel *self, const SkWallAsk *ask, BDD then)
{
    if (ask->way != SK_WALL_IN)
        then = sk_wall_model_hook(self, ask, SK_WALL_HOOK_POSTROUTING, then);
    if (ask->way == SK_WALL_OUT)
        return then;
    return sk_wall_model_hook(
        self, ask, ask->way == SK_WALL_IN ? SK_WALL_HOOK_INPUT : SK_WALL_HOOK_FORWARD, then);
}

BDD
sk_wall_model_first(SkWallModel *self, const SkWallAsk *ask, BDD then)
{
    then = sk_wall_model_hook(
        self, ask, ask->way == SK_WALL_OUT ? SK_WALL_HOOK_OUTPUT : SK_WALL_HOOK_PREROUTING, then);
    if (!sk_bits_asks(&self->bits, then, SK_WALL_MARK)) /* looking is cheaper than making it anew */
        return then;
    return sk_model_restricted(then, sk_bits_is(&self->bits, SK_WALL_MARK, 0));
}
