/* SPDX-License-Identifier: Apache-2.0
 *
 * ruleset.h - a firewall as it was read: tables, base chains, rules as steps, each step a question
 * (match), an act, or a map from answers to acts. Made by the readers (read-nft.h,
 * read-iptables.h), judged by walk.h (one packet) and model.h (all packets). Everything implicit in
 * the source is said here: the family that `ip saddr` asks for and the protocol that `tcp dport`
 * asks for are matches of their own. What a reader does not know becomes an unknown, never nothing.
 * Runs in: sekisho-wall. Trusts: nothing: the readers check what they write here.
 * Spec: nft(8) 1.0.6, iptables(8) 1.8.9, iptables-extensions(8)   Tests: tests/unit/wall/
 *
 * Everything that hangs on an SkWallRuleset lives as long as it.
 */
#pragma once

#include "wall/packet.h"

#define SK_WALL_TEXT_MAX (64u << 20) /* bytes of a ruleset */
#define SK_WALL_KEYS_MAX 6u          /* fields of one concatenation */

typedef struct {
    SkWallValue first;
    SkWallValue last;
} SkWallRange;

typedef struct {
    SkWallField field;
    SkWallValue mask; /* the field is AND-ed with it before it is looked up; full: as it is */
} SkWallKey;

/**
 * SkWallSet: what a match or map looks its keys up in: @boxes holds, one after the other, boxes of
 * @keys ranges each. For SK_WALL_IIF and SK_WALL_OIF a range is one number of
 * SkWallRuleset.interfaces, which may be a pattern ("eth*").
 * Elements of named sets that a packet can change (`dynamic`, or with a timeout) make it open: any
 * packet may be in it or not. Of a map with an open set the act of any element may be, or none.
 */
typedef struct {
    char *name; /* NULL: written in the rule */
    unsigned keys;
    GArray *boxes; /* of SkWallRange, @keys for each element */
    bool open;
} SkWallSet;

typedef enum {
    SK_WALL_CONTINUE = 0, /* counter, log, …: nothing that changes what passes */
    SK_WALL_ACCEPT,
    SK_WALL_DROP,
    SK_WALL_REJECT, /* as drop; an answer goes back */
    SK_WALL_JUMP,
    SK_WALL_GOTO,
    SK_WALL_RETURN,
    SK_WALL_SET_MARK, /* mark := (mark & ~mask) ^ value */
    SK_WALL_SET_CT_MARK,
    SK_WALL_RESTORE_MARK, /* mark := ct mark, within mask */
    SK_WALL_SAVE_MARK,    /* ct mark := mark */
    SK_WALL_NOTRACK,
    SK_WALL_DNAT,        /* also redirect: @redirect: to the wall itself */
    SK_WALL_SNAT,        /* also masquerade: @masquerade: to the out-interface's address */
    SK_WALL_UNKNOWN_ACT, /* may do anything to packets that reach it */
    SK_WALL_ACT_COUNT
} SkWallActKind;

typedef struct SkWallChain SkWallChain;

typedef struct {
    SkWallActKind kind;
    SkWallChain *chain; /* JUMP, GOTO */
    SkWallValue value;  /* SET_…MARK */
    SkWallValue mask;
    bool v6; /* DNAT, SNAT: family of the address */
    bool has_address;
    bool has_port;
    bool redirect;
    bool masquerade;
    bool prefix; /* netmap: the host bits stay */
    SkWallRange address;
    SkWallRange port;
} SkWallAct;

typedef enum {
    SK_WALL_STEP_MATCH,   /* goes on where the packet is in the set (or is not: @negated) */
    SK_WALL_STEP_UNKNOWN, /* goes on or not: the reader cannot say */
    SK_WALL_STEP_ACT,
    SK_WALL_STEP_MAP /* the act of the first element the packet is in; none: the rule ends here */
} SkWallStepKind;

typedef struct {
    SkWallStepKind kind;
    unsigned keys;
    SkWallKey key[SK_WALL_KEYS_MAX];
    bool negated;         /* MATCH */
    const SkWallSet *set; /* MATCH, MAP */
    SkWallAct act;        /* ACT */
    GArray *acts;         /* MAP: of SkWallAct, one for each box of @set, in order */
    const char *why;      /* UNKNOWN, UNKNOWN_ACT: what could not be read, for people */
} SkWallStep;

typedef struct {
    unsigned line;   /* of the source, from 1 */
    uint64_t handle; /* 0: none known */
    char *text;      /* as it stands in the source, one line */
    char *comment;   /* or NULL */
    GArray *steps;   /* of SkWallStep */
} SkWallRule;

/** SkWallHook: in the order in which a forwarded packet meets them. */
typedef enum {
    SK_WALL_HOOK_NONE = 0, /* no base chain */
    SK_WALL_HOOK_INGRESS,
    SK_WALL_HOOK_PREROUTING,
    SK_WALL_HOOK_INPUT,
    SK_WALL_HOOK_FORWARD,
    SK_WALL_HOOK_OUTPUT,
    SK_WALL_HOOK_POSTROUTING,
    SK_WALL_HOOK_EGRESS,
    SK_WALL_HOOK_COUNT
} SkWallHook;

typedef enum { SK_WALL_CHAIN_FILTER = 0, SK_WALL_CHAIN_NAT, SK_WALL_CHAIN_ROUTE } SkWallChainType;

typedef struct SkWallTable SkWallTable;

struct SkWallChain {
    SkWallTable *table;
    char *name;
    unsigned line;
    SkWallHook hook;
    SkWallChainType type;
    int32_t priority;
    bool drops;         /* policy of a base chain */
    GPtrArray *devices; /* of char *: ingress and egress */
    GPtrArray *rules;   /* of SkWallRule */
};

typedef enum {
    SK_WALL_TABLE_IP = 0,
    SK_WALL_TABLE_IP6,
    SK_WALL_TABLE_INET,
    SK_WALL_TABLE_ARP,
    SK_WALL_TABLE_BRIDGE,
    SK_WALL_TABLE_NETDEV
} SkWallFamily;

typedef enum {
    SK_WALL_FROM_NFT = 0,
    SK_WALL_FROM_IPTABLES_NFT,
    SK_WALL_FROM_IPTABLES_LEGACY
} SkWallOrigin;

struct SkWallTable {
    SkWallFamily family;
    char *name;
    SkWallOrigin origin;
    unsigned line;
    bool dormant;      /* its chains see no packet */
    bool owned;        /* vanishes with the process that made it */
    GPtrArray *chains; /* of SkWallChain */
    GPtrArray *sets;   /* of SkWallSet, named ones */
    GHashTable *chains_by_name;
    GHashTable *sets_by_name;
};

/** SkWallUnmodelled: a line that nothing is assumed about; any of them ends a proof NOT PROVEN. */
typedef struct {
    const char *section; /* of the snapshot: "nft", "iptables-nft", … */
    unsigned line;
    char *text;
    char *why; /* for people */
} SkWallUnmodelled;

typedef struct {
    GPtrArray *tables; /* of SkWallTable, in the order read */
    GPtrArray
        *interfaces; /* of char *, each once: names and patterns ("eth*") that are asked for */
    GPtrArray *unmodelled; /* of SkWallUnmodelled */
    unsigned rules;        /* how many in all */
    GPtrArray *owned_sets; /* of SkWallSet: those written in rules */
    GHashTable *interfaces_by_name;
    /* Fields, a bit each, that rules set to what no act says (`ip ttl set`, a mark by a hash). */
    uint32_t written;
} SkWallRuleset;

/** SkWallPick: is that table to be read? For readers. */
typedef bool (*SkWallPick)(SkWallFamily family, const char *name, void *data);

SkWallRuleset *sk_wall_ruleset_new(void);
void sk_wall_ruleset_free(SkWallRuleset *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallRuleset, sk_wall_ruleset_free)

/** sk_wall_ruleset_interface: the number of @name (a name or a pattern), added where it is new. */
unsigned sk_wall_ruleset_interface(SkWallRuleset *self, const char *name);
/** sk_wall_interface_matches: does interface @name fit @pattern (a trailing `*` stands for any
 * rest)? */
bool sk_wall_interface_matches(const char *pattern, const char *name);
/** sk_wall_ruleset_table: finds it, or adds it. */
SkWallTable *sk_wall_ruleset_table(SkWallRuleset *self, SkWallFamily family, const char *name,
                                   unsigned line);
SkWallTable *sk_wall_ruleset_find(const SkWallRuleset *self, SkWallFamily family, const char *name);
SkWallChain *sk_wall_table_chain(SkWallTable *self, const char *name,
                                 unsigned line);                            /* finds or adds */
SkWallChain *sk_wall_table_find(const SkWallTable *self, const char *name); /* or NULL */
/** sk_wall_table_set: a new named set of @keys fields; the caller has looked that it is not there.
 */
SkWallSet *sk_wall_table_set(SkWallTable *self, const char *name, unsigned keys);
SkWallSet *sk_wall_table_find_set(const SkWallTable *self, const char *name);
SkWallSet *sk_wall_ruleset_set(SkWallRuleset *self, unsigned keys); /* one written in a rule */
void sk_wall_set_add(SkWallSet *self, const SkWallRange *box);      /* @keys ranges */
SkWallRule *sk_wall_chain_rule(SkWallRuleset *ruleset, SkWallChain *self, unsigned line,
                               const char *text);
/** sk_wall_rule_match: a match of one key: in the returned set, still empty. */
SkWallSet *sk_wall_rule_match(SkWallRuleset *ruleset, SkWallRule *self, SkWallField field,
                              SkWallValue mask, bool negated);
void sk_wall_rule_match_value(SkWallRuleset *ruleset, SkWallRule *self, SkWallField field,
                              SkWallValue value);
/** sk_wall_rule_match_set: keys looked up in @set, which has as many. */
void sk_wall_rule_match_set(SkWallRule *self, const SkWallKey *key, unsigned keys,
                            const SkWallSet *set, bool negated);
void sk_wall_rule_act(SkWallRule *self, SkWallAct act);
void sk_wall_rule_map(SkWallRule *self, const SkWallKey *key, unsigned keys, const SkWallSet *set,
                      GArray *acts /* taken */);
/** sk_wall_rule_unknown: a match that cannot be read (@act false), or an act (@act true), which
 * also goes to the ruleset's unmodelled lines of @section. @why: static or interned text. */
void sk_wall_rule_unknown(SkWallRuleset *ruleset, SkWallRule *self, const char *section,
                          const char *why, bool act);
/** sk_wall_ruleset_settle: what is asked of a field that rules set to nobody knows what has no sure answer: the sets of
 * such questions become open. For readers, when all is read; more than once does no harm. */
void sk_wall_ruleset_settle(SkWallRuleset *self);
void sk_wall_unmodelled(SkWallRuleset *self, const char *section, unsigned line, const char *text,
                        const char *why);

/** sk_wall_base_chains: (transfer container): the base chains that a packet of @family (0: IPv4, 1:
 * IPv6) meets at @hook, in order: by priority, then as read; dormant tables left out. Only of ip,
 * ip6 and inet tables. Chains of type nat are met together, where the kernel asks them: at -100, in
 * input and postrouting at 100, among themselves by their own priority. */
GPtrArray *sk_wall_base_chains(const SkWallRuleset *self, unsigned family, SkWallHook hook);
