/* SPDX-License-Identifier: Apache-2.0
 * read-iptables-target.c - what iptables does with a packet that its rule has matched. */
#include "wall/read-iptables-parts.h"

#include <string.h>

#define MARK_FULL SK_WALL_VALUE(UINT32_MAX)

static void
act(SkIptables *t, SkWallAct a)
{
    sk_wall_rule_act(t->rule, a);
}

static void
skip(SkIptables *t)
{
    while (sk_iptables_peek(t) != NULL && !sk_iptables_at_option(t))
        (void)sk_iptables_take(t);
}

/* ---- translation ------------------------------------------------------------------------------------ */

/* A, A-B */
static bool
addresses(const SkIptables *t, const char *s, size_t n, SkWallRange *ret)
{
    const char *dash = memchr(s, '-', n);
    size_t first = dash == NULL ? n : (size_t)(dash - s);

    if (!sk_iptables_address(t, s, first, &ret->first))
        return false;
    ret->last = ret->first;
    return dash == NULL || (sk_iptables_address(t, dash + 1, n - first - 1, &ret->last) &&
                            sk_wall_value_compare(ret->first, ret->last) <= 0);
}

/* P, P-Q; a base behind a slash turns the ports round: any of them. */
static bool
ports(const char *s, SkWallRange *ret)
{
    const char *dash = strchr(s, '-'), *slash = strchr(s, '/');
    size_t n = slash == NULL ? strlen(s) : (size_t)(slash - s);
    size_t first = dash == NULL ? n : (size_t)(dash - s);
    uint64_t a = 0, b = 0;

    if (first > n || !sk_iptables_port(s, first, &a))
        return false;
    b = a;
    if (dash != NULL && !sk_iptables_port(dash + 1, n - first - 1, &b))
        return false;
    *ret = (SkWallRange){ .first = SK_WALL_VALUE(a), .last = SK_WALL_VALUE(b) };
    return a <= b;
}

/* ADDRESS[-ADDRESS][:PORT[-PORT]]; IPv6 in brackets where a port follows. */
static bool
place(SkIptables *t, const char *s, SkWallAct *a)
{
    const char *port = NULL;
    size_t n = 0;

    if (s == NULL)
        return sk_iptables_fail(t, "a translation to nothing");
    if (t->v6 && s[0] == '[') {
        const char *end = strchr(++s, ']');
        if (end == NULL || (end[1] != 0 && end[1] != ':'))
            return sk_iptables_fail(t, "a translation that is not understood");
        n = (size_t)(end - s);
        port = end[1] == ':' ? end + 2 : NULL;
    } else if (t->v6) {
        n = strlen(s);
    } else {
        port = strchr(s, ':');
        n = port == NULL ? strlen(s) : (size_t)(port - s);
        port = port == NULL ? NULL : port + 1;
    }
    a->has_address = n > 0;
    a->has_port = port != NULL;
    if ((n > 0 && !addresses(t, s, n, &a->address)) || (port != NULL && !ports(port, &a->port)))
        return sk_iptables_fail(t, "a translation that is not understood");
    return true;
}

static bool
translate(SkIptables *t, SkWallAct a, const char *option)
{
    bool placed = false;

    a.v6 = t->v6;
    while (sk_iptables_peek(t) != NULL && !sk_iptables_at_option(t)) {
        const char *word = sk_iptables_take(t);
        if (strcmp(word, "--random") == 0 || strcmp(word, "--random-fully") == 0 ||
            strcmp(word, "--persistent") == 0)
            continue;
        if (placed || strcmp(word, option) != 0)
            return sk_iptables_fail(t, "a translation that is not understood");
        placed = true;
        const char *s = sk_iptables_take(t);
        if (strcmp(option, "--to-ports") == 0) {
            a.has_port = true;
            if (s == NULL || !ports(s, &a.port))
                return sk_iptables_fail(t, "a port that is not understood");
        } else if (!place(t, s, &a)) {
            return false;
        }
    }
    if (!placed && !a.masquerade && !a.redirect)
        return sk_iptables_fail(t, "a translation to nothing");
    act(t, a);
    return true;
}

static bool
dnat(SkIptables *t)
{
    return translate(t, (SkWallAct){ .kind = SK_WALL_DNAT }, "--to-destination");
}

static bool
snat(SkIptables *t)
{
    return translate(t, (SkWallAct){ .kind = SK_WALL_SNAT }, "--to-source");
}

static bool
masquerade(SkIptables *t)
{
    return translate(t, (SkWallAct){ .kind = SK_WALL_SNAT, .masquerade = true }, "--to-ports");
}

static bool
redirect(SkIptables *t)
{
    return translate(t, (SkWallAct){ .kind = SK_WALL_DNAT, .redirect = true }, "--to-ports");
}

/* Which address it turns depends on the hook: only a base chain says which. */
static bool
netmap(SkIptables *t)
{
    bool before =
        t->chain->hook == SK_WALL_HOOK_PREROUTING || t->chain->hook == SK_WALL_HOOK_OUTPUT;
    SkWallAct a = { .kind = before ? SK_WALL_DNAT : SK_WALL_SNAT,
                    .v6 = t->v6,
                    .prefix = true,
                    .has_address = true };
    const char *option = sk_iptables_take(t), *s = sk_iptables_take(t),
               *slash = s == NULL ? NULL : strchr(s, '/');
    unsigned bits = t->v6 ? 128 : 32;
    uint64_t length = 0;

    if (t->chain->hook == SK_WALL_HOOK_NONE || option == NULL || strcmp(option, "--to") != 0 ||
        slash == NULL || !sk_iptables_number(slash + 1, bits, &length) ||
        !sk_iptables_address(t, s, (size_t)(slash - s), &a.address.first))
        return sk_iptables_fail(t, "a translation of networks that is not understood");
    SkWallValue low =
        length == bits ? (SkWallValue){ 0 } : sk_wall_value_full(bits - (unsigned)length);
    a.address.first.hi &= ~low.hi;
    a.address.first.lo &= ~low.lo;
    a.address.last =
        (SkWallValue){ .hi = a.address.first.hi | low.hi, .lo = a.address.first.lo | low.lo };
    act(t, a);
    return true;
}

/* ---- marks ------------------------------------------------------------------------------------------------ */

/* `VALUE[/MASK]` of each spelling, as mark := (mark & ~mask) ^ value. */
static bool
mark_value(SkIptables *t, const char *option, SkWallAct *a)
{
    const char *s = sk_iptables_take(t), *slash = s == NULL ? NULL : strchr(s, '/');
    uint64_t value = 0, mask = UINT32_MAX;
    g_autofree char *head =
        s == NULL ? NULL : g_strndup(s, slash == NULL ? strlen(s) : (size_t)(slash - s));

    if (!sk_iptables_number(head, UINT32_MAX, &value) ||
        (slash != NULL && !sk_iptables_number(slash + 1, UINT32_MAX, &mask)))
        return sk_iptables_fail(t, "a mark that is not understood");
    if (strcmp(option, "--set-mark") == 0) {
        mask |= value;
    } else if (strcmp(option, "--and-mark") == 0) {
        mask = ~value & UINT32_MAX;
        value = 0;
    } else if (strcmp(option, "--or-mark") == 0) {
        mask = value;
    } else if (strcmp(option, "--xor-mark") == 0) {
        mask = 0;
    } else if (strcmp(option, "--set-xmark") != 0) {
        return sk_iptables_fail(t, "a mark that is not understood");
    }
    a->value = SK_WALL_VALUE(value);
    a->mask = SK_WALL_VALUE(mask);
    act(t, *a);
    return true;
}

static bool
mark(SkIptables *t)
{
    SkWallAct a = { .kind = SK_WALL_SET_MARK };
    const char *option = sk_iptables_take(t);

    return option != NULL && mark_value(t, option, &a)
               ? true
               : sk_iptables_fail(t, "a mark that is not understood");
}

/* `--save-mark`, `--restore-mark` with their masks: the same on both sides, or nobody knows. */
static bool
carry(SkIptables *t, bool save)
{
    uint64_t own = UINT32_MAX, other = UINT32_MAX;

    while (sk_iptables_peek(t) != NULL && !sk_iptables_at_option(t)) {
        const char *word = sk_iptables_take(t);
        uint64_t value = 0;
        if (!sk_iptables_number(sk_iptables_take(t), UINT32_MAX, &value))
            return sk_iptables_fail(t, "a mask that is not understood");
        if (strcmp(word, "--mask") == 0)
            own = other = value;
        else if (strcmp(word, "--nfmask") == 0)
            own = value;
        else if (strcmp(word, "--ctmask") == 0)
            other = value;
        else
            return sk_iptables_fail(t, "a mask that is not understood");
    }
    if (own != other)
        t->into->written |= 1u << (save ? SK_WALL_CT_MARK : SK_WALL_MARK);
    else
        act(t, (SkWallAct){ .kind = save ? SK_WALL_SAVE_MARK : SK_WALL_RESTORE_MARK,
                            .mask = SK_WALL_VALUE(own) });
    return true;
}

static bool
connmark(SkIptables *t)
{
    SkWallAct a = { .kind = SK_WALL_SET_CT_MARK };
    const char *option = sk_iptables_take(t);

    if (option == NULL)
        return sk_iptables_fail(t, "a mark that is not understood");
    if (strcmp(option, "--save-mark") == 0 || strcmp(option, "--restore-mark") == 0)
        return carry(t, option[2] == 's');
    return mark_value(t, option, &a);
}

/* ---- the rest ----------------------------------------------------------------------------------------------- */

static bool
notrack(SkIptables *t)
{
    act(t, (SkWallAct){ .kind = SK_WALL_NOTRACK });
    return true;
}

/* `--notrack`; helpers, zones and time-outs change nothing that a rule asks. */
static bool
connection(SkIptables *t)
{
    const char *option = sk_iptables_peek(t);

    if (option != NULL && strcmp(option, "--notrack") == 0) {
        (void)sk_iptables_take(t);
        return notrack(t);
    }
    skip(t);
    return true;
}

static bool
harmless(SkIptables *t)
{
    skip(t);
    return true;
}

static bool
writes_dscp(SkIptables *t)
{
    t->into->written |= 1u << SK_WALL_DSCP;
    return harmless(t);
}

static bool
writes_hops(SkIptables *t)
{
    t->into->written |= 1u << SK_WALL_TTL;
    return harmless(t);
}

static bool
writes_mark(SkIptables *t)
{
    t->into->written |= 1u << SK_WALL_MARK;
    return harmless(t);
}

static bool
accept(SkIptables *t)
{
    act(t, (SkWallAct){ .kind = SK_WALL_ACCEPT });
    return true;
}

static bool
drop(SkIptables *t)
{
    act(t, (SkWallAct){ .kind = SK_WALL_DROP });
    return true;
}

static bool
reject(SkIptables *t)
{
    act(t, (SkWallAct){ .kind = SK_WALL_REJECT });
    skip(t);
    return true;
}

static bool
returns(SkIptables *t)
{
    act(t, (SkWallAct){ .kind = SK_WALL_RETURN });
    return true;
}

static const struct {
    const char *name;
    bool (*read)(SkIptables *t);
} targets[] = {
    { "ACCEPT", accept },
    { "AUDIT", harmless },
    { "CHECKSUM", harmless },
    { "CLASSIFY", harmless },
    { "CONNMARK", connmark },
    { "CONNSECMARK", harmless },
    { "CT", connection },
    { "DNAT", dnat },
    { "DROP", drop },
    { "DSCP", writes_dscp },
    { "HL", writes_hops },
    { "HMARK", writes_mark },
    { "IDLETIMER", harmless },
    { "LED", harmless },
    { "LOG", harmless },
    { "MARK", mark },
    { "MASQUERADE", masquerade },
    { "NETMAP", netmap },
    { "NFLOG", harmless },
    { "NOTRACK", notrack },
    { "RATEEST", harmless },
    { "REDIRECT", redirect },
    { "REJECT", reject },
    { "RETURN", returns },
    { "SECMARK", harmless },
    { "SET", harmless },
    { "SNAT", snat },
    { "TCPMSS", harmless },
    { "TCPOPTSTRIP", harmless },
    { "TOS", writes_dscp },
    { "TRACE", harmless },
    { "TTL", writes_hops },
    { "ULOG", harmless },
};

bool
sk_iptables_target(SkIptables *t, bool jumps_for_good)
{
    const char *name = sk_iptables_take(t);

    if (name == NULL)
        return sk_iptables_fail(t, "a target is missing");
    for (size_t i = 0; i < G_N_ELEMENTS(targets) && !jumps_for_good; i++)
        if (strcmp(name, targets[i].name) == 0)
            return targets[i].read(t);
    SkWallChain *chain = sk_wall_table_find(t->table, name);
    if (chain == NULL || chain->hook != SK_WALL_HOOK_NONE)
        return sk_iptables_fail(t, "a target that the model has not");
    act(t, (SkWallAct){ .kind = jumps_for_good ? SK_WALL_GOTO : SK_WALL_JUMP, .chain = chain });
    return true;
}
