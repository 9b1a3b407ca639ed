/* SPDX-License-Identifier: Apache-2.0
 *
 * read-iptables-parts.h - what the files of the iptables reader share; nobody else includes it.
 *   read-iptables.c        lines, tables, chains; the rule around its parts
 *   read-iptables-match.c  matches
 *   read-iptables-target.c targets
 * Runs in: sekisho-wall. Trusts: nothing.
 */
#pragma once

#include "wall/ruleset.h"

typedef struct {
    SkSpan text;
    size_t at;
    unsigned line;
    bool v6;
    SkWallOrigin origin;
    const char *section;
    SkWallRuleset *into;
    SkWallRuleset *picked; /* what the caller gave */
    SkWallRuleset *aside;  /* where tables go that are not to be read */
    SkWallPick pick;
    void *data;
    SkWallTable *table;
    const char *table_name; /* as in the save */
    SkWallChain *chain;
    /* the rule being read */
    SkWallRule *rule;
    GPtrArray *words; /* of char *; quotes taken off */
    GArray *quoted;   /* of bool: a word that stood in quotes is no option */
    unsigned next;
    const char *module; /* of the last -m; NULL: none that takes options */
    int protocol;       /* -1: any */
    bool lost;        /* a connection's absence may answer otherwise here (conntrack without one) */
    unsigned variant; /* a rule that says "or" is read as two */
    unsigned variants;
    const char *why; /* not NULL: not understood */
} SkIptables;

/** The word at hand, or NULL at the end. */
const char *sk_iptables_peek(const SkIptables *t);
const char *sk_iptables_take(SkIptables *t);
/** An option of one dash and a letter, or its long form; what begins something new. */
bool sk_iptables_at_option(const SkIptables *t);
void sk_iptables_maybe(SkIptables *t, const char *why);
bool sk_iptables_fail(SkIptables *t, const char *why);
/** NUMBER or 0x…, nothing else. */
bool sk_iptables_number(const char *s, uint64_t max, uint64_t *ret);
bool sk_iptables_port(const char *s, size_t n, uint64_t *ret);
bool sk_iptables_address(const SkIptables *t, const char *s, size_t n, SkWallValue *ret);

/** One match at hand (`-s`, `--dport`, …). @negated: `!` stood before it. False: no match of ours, or not understood
 * (t->why). */
bool sk_iptables_match(SkIptables *t, bool negated);
/** `-m NAME`, at NAME. */
void sk_iptables_module(SkIptables *t);
/** `-j` or `-g`, at the target's name. */
bool sk_iptables_target(SkIptables *t, bool jumps_for_good);
