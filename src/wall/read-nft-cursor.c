/* SPDX-License-Identifier: Apache-2.0
 * read-nft-cursor.c - contract in read-nft-parts.h. A `$name` is put in as a frame on a small
 * stack, so nothing is copied; depth and the sum of what comes out are bounded. */
#include "wall/read-nft-parts.h"

typedef struct {
    unsigned from; /* of its value */
    unsigned to;
    unsigned visible_to; /* the end of the block it stands in */
} Define;

void
sk_nft_defines_free(void *data)
{
    g_array_unref(data);
}

void
sk_nft_define(SkNftReader *r, SkSpan name, unsigned from, unsigned to, unsigned visible_to)
{
    Define d = { .from = from, .to = to, .visible_to = visible_to };
    g_autofree char *key = sk_span_dup(name);
    GArray *list = g_hash_table_lookup(r->defines, key);

    if (list == NULL) {
        list = g_array_new(FALSE, FALSE, sizeof(Define));
        g_hash_table_insert(r->defines, g_steal_pointer(&key), list);
    }
    if (list->len < SK_NFT_DEFINES_MAX)
        g_array_append_val(list, d);
    else
        g_array_set_size(list, 0); /* then it is not understood where it is used */
}

void
sk_nft_undefine(SkNftReader *r, SkSpan name, unsigned at)
{
    sk_nft_define(r, name, at, at, UINT32_MAX);
}

/* The last one that was said before @at in a block that is still open there. */
static const Define *
lookup(const SkNftReader *r, SkSpan name, unsigned at)
{
    g_autofree char *key = sk_span_dup(name);
    const GArray *list = g_hash_table_lookup(r->defines, key);

    for (unsigned i = list == NULL ? 0 : list->len; i-- > 0;) {
        const Define *d = &g_array_index(list, Define, i);
        if (d->to <= at && at <= d->visible_to)
            return d->from == d->to ? NULL : d;
    }
    return NULL;
}

void
sk_nft_start(SkNftReader *r, unsigned from, unsigned to)
{
    g_assert(from <= to && to < r->count);
    r->frames = 1;
    r->frame[0] = (SkNftFrame){ .at = from, .end = to };
    r->why = NULL;
}

static const SkNftToken end_token = { .kind = SK_NFT_END };

/* At `$`: goes into what the name stands for. */
static bool
enter(SkNftReader *r)
{
    SkNftFrame *f = &r->frame[r->frames - 1];

    if (f->end - f->at < 2 || r->tokens[f->at + 1].kind != SK_NFT_WORD)
        return sk_nft_fail(r, "a `$` without a name");
    const Define *d = lookup(r, sk_nft_text(r, &r->tokens[f->at + 1]), f->at);
    if (d == NULL)
        return sk_nft_fail(r, "a name that is not defined");
    if (r->frames == SK_NFT_FRAMES_MAX || d->to - d->from > SK_NFT_EXPANDED_MAX - r->expanded)
        return sk_nft_fail(r, "too much behind a name");
    r->expanded += d->to - d->from;
    f->at += 2;
    r->frame[r->frames++] = (SkNftFrame){ .at = d->from, .end = d->to };
    return true;
}

const SkNftToken *
sk_nft_peek(SkNftReader *r)
{
    while (r->why == NULL) {
        SkNftFrame *f = &r->frame[r->frames - 1];
        if (f->at >= f->end) {
            if (r->frames == 1)
                return &end_token;
            r->frames--;
            continue;
        }
        const SkNftToken *t = &r->tokens[f->at];
        if (t->kind == SK_NFT_LINE)
            f->at++;
        else if (t->kind == SK_NFT_SIGN && t->sign == '$')
            (void)enter(r);
        else
            return t;
    }
    return &end_token;
}

const SkNftToken *
sk_nft_next(SkNftReader *r)
{
    const SkNftToken *t = sk_nft_peek(r);

    if (t != &end_token)
        r->frame[r->frames - 1].at++;
    return t;
}

const SkNftToken *
sk_nft_after(SkNftReader *r)
{
    (void)sk_nft_peek(r);
    const SkNftFrame *f = &r->frame[r->frames - 1];
    unsigned at = f->at;

    if (at >= f->end)
        return &end_token;
    for (at++; at < f->end && r->tokens[at].kind == SK_NFT_LINE;)
        at++;
    return at < f->end ? &r->tokens[at] : &end_token;
}

SkSpan
sk_nft_text(const SkNftReader *r, const SkNftToken *t)
{
    return t->n == 0 ? SK_SPAN_EMPTY : sk_span_sub(r->text, t->at, t->n);
}

bool
sk_nft_is(SkNftReader *r, const char *word)
{
    const SkNftToken *t = sk_nft_peek(r);

    return t->kind == SK_NFT_WORD && sk_span_is(sk_nft_text(r, t), word);
}

bool
sk_nft_is_sign(SkNftReader *r, int sign)
{
    const SkNftToken *t = sk_nft_peek(r);

    return t->kind == SK_NFT_SIGN && t->sign == sign;
}

bool
sk_nft_take(SkNftReader *r, const char *word)
{
    if (!sk_nft_is(r, word))
        return false;
    (void)sk_nft_next(r);
    return true;
}

bool
sk_nft_take_sign(SkNftReader *r, int sign)
{
    if (!sk_nft_is_sign(r, sign))
        return false;
    (void)sk_nft_next(r);
    return true;
}

bool
sk_nft_at_end(SkNftReader *r)
{
    return sk_nft_peek(r)->kind == SK_NFT_END;
}

bool
sk_nft_fail(SkNftReader *r, const char *why)
{
    if (r->why == NULL)
        r->why = why;
    return false;
}

char *
sk_nft_name(SkNftReader *r)
{
    const SkNftToken *t = sk_nft_peek(r);

    if ((t->kind != SK_NFT_WORD && t->kind != SK_NFT_STRING) || t->n == 0 || t->n > SK_NFT_NAME_MAX)
        return NULL;
    (void)sk_nft_next(r);
    return sk_text_plain(sk_nft_text(r, t), SK_NFT_NAME_MAX);
}

bool
sk_nft_skip_block(SkNftReader *r)
{
    unsigned depth = 0;

    do {
        const SkNftToken *t = sk_nft_next(r);
        if (t->kind == SK_NFT_END)
            return sk_nft_fail(r, "brackets that nothing closes");
        if (t->kind == SK_NFT_SIGN && (t->sign == '{' || t->sign == '(' || t->sign == '['))
            depth++;
        if (t->kind == SK_NFT_SIGN && (t->sign == '}' || t->sign == ')' || t->sign == ']'))
            depth--;
    } while (depth > 0);
    return true;
}

void
sk_nft_save(SkNftReader *r, SkNftPlace *ret)
{
    (void)sk_nft_peek(r);
    *ret = (SkNftPlace){ .frames = r->frames, .steps = r->rule->steps->len };
    for (unsigned i = 0; i < r->frames; i++)
        ret->frame[i] = r->frame[i];
    for (unsigned i = 0; i < 4; i++)
        ret->protocols[i] = r->protocols[i];
}

void
sk_nft_restore(SkNftReader *r, const SkNftPlace *place)
{
    r->frames = place->frames;
    for (unsigned i = 0; i < place->frames; i++)
        r->frame[i] = place->frame[i];
    for (unsigned i = 0; i < 4; i++)
        r->protocols[i] = place->protocols[i];
    g_array_set_size(r->rule->steps, place->steps);
    r->why = NULL;
}
