/* SPDX-License-Identifier: Apache-2.0
 * pptx-timing.c - contract in pptx-timing.h. The elements are kept in the order of the document, so
 * that going through them backwards meets children before their parents. */
#include "disarm/pptx-timing.h"

/* Which child an element cannot be without, as bits. */
enum { ANY = 1, COMMON = 2, TARGET = 4, BEHAVIOR = 8, CONDITIONS = 16, NODES = 32 };

typedef struct {
    SkXmlSymbol symbol;
    unsigned depth;
    unsigned parent;  /* index; its own for the first */
    const char *spid; /* borrowed from strings; NULL for none */
    uint8_t had;      /* bits of the children in the document */
    uint8_t has;      /* bits of those that live */
    bool dead;
} Node;

struct SkPptxTiming {
    unsigned first;
    GArray *nodes;         /* owned, of Node */
    GStringChunk *strings; /* owned */
    bool decided;
};

SkPptxTiming *
sk_pptx_timing_new(unsigned first)
{
    SkPptxTiming *self = g_new0(SkPptxTiming, 1);

    self->first = first;
    self->nodes = g_array_new(FALSE, TRUE, sizeof(Node));
    self->strings = g_string_chunk_new(256);
    return self;
}

void
sk_pptx_timing_free(SkPptxTiming *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->nodes);
    g_string_chunk_free(self->strings);
    g_free(self);
}

unsigned
sk_pptx_timing_first(const SkPptxTiming *self)
{
    return self->first;
}

static Node *
node_at(const SkPptxTiming *self, unsigned i)
{
    return &g_array_index(self->nodes, Node, i);
}

/* What an element is to its parent. */
static uint8_t
bit_of(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_EL_p_cTn:
        return ANY | COMMON;
    case SK_EL_p_tgtEl:
        return ANY | TARGET;
    case SK_EL_p_cBhvr:
        return ANY | BEHAVIOR;
    case SK_EL_p_childTnLst:
    case SK_EL_p_tnLst:
        return ANY | NODES;
    default:
        return ANY;
    }
}

/* What must live for it to live. */
static uint8_t
needs_of(const Node *node)
{
    switch (node->symbol) {
    case SK_EL_p_timing:
    case SK_EL_p_tnLst:
    case SK_EL_p_childTnLst:
    case SK_EL_p_subTnLst:
    case SK_EL_p_bldLst:
    case SK_EL_p_tmplLst:
    case SK_EL_p_stCondLst:
    case SK_EL_p_endCondLst:
    case SK_EL_p_prevCondLst:
    case SK_EL_p_nextCondLst:
    case SK_EL_p_tgtEl:
    case SK_EL_p_bldSub:
    case SK_EL_p_bldGraphic:
    case SK_EL_p_graphicEl:
        return ANY;
    case SK_EL_p_cBhvr:
        return COMMON | TARGET;
    case SK_EL_p_anim:
    case SK_EL_p_animClr:
    case SK_EL_p_animEffect:
    case SK_EL_p_animMotion:
    case SK_EL_p_animRot:
    case SK_EL_p_animScale:
    case SK_EL_p_set:
        return BEHAVIOR;
    case SK_EL_p_par:
    case SK_EL_p_seq:
    case SK_EL_p_excl:
        return COMMON;
    case SK_EL_p_tmpl:
        return NODES;
    case SK_EL_p_cTn: /* an effect of which nothing is left; one that had nothing may stay */
        return node->had & NODES;
    case SK_EL_p_cond:
    case SK_EL_p_endSync:
        return node->had & TARGET;
    case SK_EL_p_spTgt:
        return node->had & ANY;
    default:
        return 0;
    }
}

static bool
is_aimed(SkXmlSymbol symbol)
{
    return symbol == SK_EL_p_spTgt || symbol == SK_EL_p_bldP || symbol == SK_EL_p_bldOleChart ||
           symbol == SK_EL_p_bldGraphic;
}

void
sk_pptx_timing_add(SkPptxTiming *self, unsigned depth, SkXmlSymbol symbol, bool known, SkSpan spid)
{
    Node node = { .symbol = symbol, .depth = depth, .dead = !known };
    unsigned parent = self->nodes->len;

    if (parent > 0)
        parent--;
    while (parent > 0 && node_at(self, parent)->depth >= depth)
        parent = node_at(self, parent)->parent;
    node.parent = parent;
    if (is_aimed(symbol) && spid.n > 0) {
        node.spid = g_string_chunk_insert_len(self->strings, (const char *)spid.p, (gssize)spid.n);
    }
    if (self->nodes->len > 0)
        node_at(self, parent)->had |= bit_of(symbol);
    g_array_append_val(self->nodes, node);
}

void
sk_pptx_timing_decide(SkPptxTiming *self, GHashTable *shapes)
{
    self->decided = true;
    for (unsigned i = self->nodes->len; i > 0; i--) {
        Node *node = node_at(self, i - 1);
        uint8_t needs = needs_of(node);
        bool astray = is_aimed(node->symbol) &&
                      (node->spid == NULL || !g_hash_table_contains(shapes, node->spid));
        node->dead = node->dead || astray || (node->has & needs) != needs;
        if (!node->dead && i > 1)
            node_at(self, node->parent)->has |= bit_of(node->symbol);
    }
}

bool
sk_pptx_timing_is_dead(const SkPptxTiming *self, unsigned at)
{
    unsigned i = at - self->first;

    return self->decided && at >= self->first && i < self->nodes->len && node_at(self, i)->dead;
}
