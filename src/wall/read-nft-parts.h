/* SPDX-License-Identifier: Apache-2.0
 *
 * read-nft-parts.h - what the files of the nft reader share; nobody else includes it.
 *   read-nft.c        commands and blocks: which tables, chains, sets and rules there are
 *   read-nft-table.c  what they mean: chains and rules; read-nft-set.c: sets and maps
 *   read-nft-cursor.c the tokens of one rule, with `$names` put in
 *   read-nft-key.c    what is asked of a packet: `ip saddr`, `ct state`, …
 *   read-nft-value.c  what it is compared with: values, ranges, sets, maps
 *   read-nft-rule.c   statements; read-nft-act.c: those that change a packet
 * Runs in: sekisho-wall. Trusts: nothing.   Spec: nft(8) 1.0.6
 */
#pragma once

#include "base/name.h"
#include "wall/read-names.h"
#include "wall/read-nft-lex.h"
#include "wall/ruleset.h"

#define SK_NFT_FRAMES_MAX 8u           /* `$name` within a `$name` */
#define SK_NFT_EXPANDED_MAX (8u << 20) /* tokens that come out of them */
#define SK_NFT_DEFINES_MAX 256u        /* of one name */
#define SK_NFT_NAME_MAX 255u
#define SK_NFT_TABLES_MAX 1024u
#define SK_NFT_MOVES_MAX 10000u /* commands that take time in proportion to what stands there */

/* ---- types of values ---------------------------------------------------------------------------
 */

typedef enum {
    SK_NFT_T_UNKNOWN = 0,
    SK_NFT_T_IP4,
    SK_NFT_T_IP6,
    SK_NFT_T_MAC,
    SK_NFT_T_PROTOCOL,
    SK_NFT_T_SERVICE,
    SK_NFT_T_ICMP_TYPE,
    SK_NFT_T_ICMP_CODE,
    SK_NFT_T_ICMP6_TYPE,
    SK_NFT_T_ICMP6_CODE,
    SK_NFT_T_STATE,
    SK_NFT_T_STATUS,
    SK_NFT_T_DIRECTION,
    SK_NFT_T_MARK,
    SK_NFT_T_INTERFACE,
    SK_NFT_T_NFPROTO,
    SK_NFT_T_ETHER,
    SK_NFT_T_DSCP,
    SK_NFT_T_TCP_FLAGS,
    SK_NFT_T_PACKET_TYPE,
    SK_NFT_T_ADDRESS_TYPE,
    SK_NFT_T_NUMBER8,
    SK_NFT_T_NUMBER16,
    SK_NFT_T_BOOLEAN,
    SK_NFT_T_COUNT
} SkNftType;

typedef struct {
    const char *name; /* in `type …` of a set */
    unsigned bits;
    unsigned model; /* bits of the model's field */
    SkWallNames names;
    bool flags; /* values are bits: several may be set */
} SkNftTypeRow;
const SkNftTypeRow *sk_nft_type(SkNftType type);
SkNftType sk_nft_type_lookup(SkSpan name);

/* ---- what is asked ------------------------------------------------------------------------------
 */

/* What nft asks before it, unsaid. */
enum {
    SK_NFT_NEEDS_IP4 = 1,
    SK_NFT_NEEDS_IP6 = 2,
    SK_NFT_NEEDS_PROTOCOL = 4, /* SkNftKey.protocol */
    SK_NFT_NEEDS_MAYBE =
        8, /* and something that no packet says: extension headers, a link header */
    SK_NFT_NEEDS_PORTS = 16, /* `th`: a protocol with ports, or anything may be read there */
};

typedef struct {
    SkNftType type;
    SkWallField field; /* SK_WALL_FIELD_COUNT: not one of the model's */
    unsigned needs;
    uint8_t protocol;
    uint16_t add;  /* to be added to a value: `ip6 length` leaves the header out */
    bool harmless; /* setting it changes nothing that a rule may ask */
    bool written;  /* setting it is kept in SkWallRuleset.written */
    bool
        fragment; /* `frag-off`: only its lower 13 bits are modelled, and only whether they are 0 */
    const char *why; /* not NULL: not the model's, and why */
} SkNftKey;

/* ---- sets as declared
 * ---------------------------------------------------------------------------- */

typedef struct {
    unsigned from; /* tokens */
    unsigned to;
    uint32_t line;
    uint64_t handle;
} SkNftPiece;

typedef struct {
    char *name;
    uint32_t line;
    bool map;
    bool typed;      /* the declaration was read */
    bool unreadable; /* keys that the model has not, or elements that were not understood */
    bool open;
    bool dynamic;
    bool verdicts;
    unsigned keys;
    SkNftType key[SK_WALL_KEYS_MAX];
    unsigned values; /* of a map: how many types of data */
    SkNftType value[SK_WALL_KEYS_MAX];
    GArray *pieces; /* of SkNftPiece: its body, and elements added by commands */
    SkWallSet *set;
    SkWallSet *any; /* of a verdict map: all of its acts, for keys that the model has not */
    GArray *acts;   /* verdict map: of SkWallAct */
    GArray *data;   /* other map: of SkWallRange, @values for each element */
    unsigned elements;
} SkNftSet;

typedef struct {
    char *name;
    uint32_t line;
    uint64_t handle;
    bool based;
    SkWallHook hook;
    SkWallChainType type;
    int32_t priority;
    bool drops;
    GPtrArray *devices;
    GArray *rules; /* of SkNftPiece */
    SkWallChain *out;
} SkNftChain;

typedef struct {
    SkWallFamily family;
    char *name;
    uint32_t line;
    bool dormant;
    bool owned;
    GPtrArray *chains; /* of SkNftChain */
    GPtrArray *sets;   /* of SkNftSet */
    GHashTable *chain_by_name;
    GHashTable *set_by_name;
    SkWallTable *out;
} SkNftTable;

/* ---- the reader
 * ---------------------------------------------------------------------------------- */

typedef struct {
    unsigned at;
    unsigned end;
} SkNftFrame;

typedef struct {
    SkSpan text;
    const SkNftToken *tokens;
    unsigned count;
    SkWallRuleset *into;
    GPtrArray *tables;   /* of SkNftTable */
    GHashTable *defines; /* char * → GArray of Define (read-nft-cursor.c) */
    SkNftFrame frame[SK_NFT_FRAMES_MAX];
    unsigned frames;
    unsigned expanded;
    unsigned moves;
    /* the rule being read */
    const SkNftTable *table;
    SkWallRule *rule;
    uint64_t protocols[4]; /* which the rule has let through by now, a bit each */
    const char *why;       /* what was not understood; NULL: nothing yet */
    bool listed;      /* a listing's: the kernel may have more than nft says (family_of_icmp) */
    unsigned variant; /* a rule with two readings is read as two that exclude each other */
    unsigned variants;
} SkNftReader;

/* read-nft-cursor.c */
void sk_nft_define(SkNftReader *r, SkSpan name, unsigned from, unsigned to, unsigned visible_to);
void sk_nft_undefine(SkNftReader *r, SkSpan name, unsigned at);
void sk_nft_defines_free(void *data);
void sk_nft_start(SkNftReader *r, unsigned from, unsigned to);
/** The token at hand, `$name` put in, ends of lines passed over; SK_NFT_END behind the last. */
const SkNftToken *sk_nft_peek(SkNftReader *r);
const SkNftToken *sk_nft_next(SkNftReader *r);
/** The token behind it, as it stands. */
const SkNftToken *sk_nft_after(SkNftReader *r);
SkSpan sk_nft_text(const SkNftReader *r, const SkNftToken *t);
bool sk_nft_is(SkNftReader *r, const char *word);
bool sk_nft_is_sign(SkNftReader *r, int sign);
bool sk_nft_take(SkNftReader *r, const char *word);
bool sk_nft_take_sign(SkNftReader *r, int sign);
bool sk_nft_at_end(SkNftReader *r);
/** Remembers the first reason; false. @why: static. */
bool sk_nft_fail(SkNftReader *r, const char *why);
/** (transfer full): a name in quotes or without; NULL where there is none, or over SK_NFT_NAME_MAX.
 */
char *sk_nft_name(SkNftReader *r);
/** Where the rule stands, to come back to: tokens, steps, and which protocols came so far. */
typedef struct {
    SkNftFrame frame[SK_NFT_FRAMES_MAX];
    unsigned frames;
    unsigned steps;
    uint64_t protocols[4];
} SkNftPlace;
void sk_nft_save(SkNftReader *r, SkNftPlace *ret);
void sk_nft_restore(SkNftReader *r, const SkNftPlace *place); /* forgets r->why */
/** What is in brackets, to the one that closes: `{`, `(` or `[` is at hand. */
bool sk_nft_skip_block(SkNftReader *r);

/* read-nft-key.c */
bool sk_nft_key(SkNftReader *r, SkNftKey *ret);
/** The unsaid matches of @key, into the rule. */
void sk_nft_needs(SkNftReader *r, const SkNftKey *key);
void sk_nft_only_protocols(SkNftReader *r, const SkWallSet *set, bool negated);

/* read-nft-value.c */
typedef enum { SK_NFT_ONE, SK_NFT_NONE, SK_NFT_UNREADABLE } SkNftPlaced;
/** One value, as the kernel has it; `a | b` joined. */
bool sk_nft_value(SkNftReader *r, SkNftType type, SkWallValue *ret);
/** A value, range or prefix. */
bool sk_nft_range(SkNftReader *r, SkNftType type, SkWallRange *ret);
/** The kernel's values as the model's. */
SkNftPlaced sk_nft_place(SkNftType type, const SkNftKey *key, SkWallRange *range);
/** `{ … }` behind `set`, read into @self: keys of self->key, data of self->value or verdicts. */
bool sk_nft_elements(SkNftReader *r, SkNftSet *self, const SkNftKey *key);
bool sk_nft_verdict(SkNftReader *r, SkWallAct *ret);
/** Over a value of no known type. */
bool sk_nft_skip_value(SkNftReader *r);
SkNftSet *sk_nft_set_new(const char *name, bool map, uint32_t line);
void sk_nft_set_free(void *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkNftSet, sk_nft_set_free)

/* read-nft-rule.c */
/** Statements up to the end, into r->rule. False: r->why says why; the rule's steps are to be
 * dropped. */
bool sk_nft_statements(SkNftReader *r);
/* read-nft-act.c */
bool sk_nft_nat(SkNftReader *r, bool destination);
bool sk_nft_redirect(SkNftReader *r);
bool sk_nft_masquerade(SkNftReader *r);
bool sk_nft_assign(SkNftReader *r, const SkNftKey *key);
void sk_nft_maybe(SkNftReader *r, const char *why);
/** A named set or map that was declared; NULL and a reason where there is none. */
SkNftSet *sk_nft_named(SkNftReader *r);

/* read-nft-set.c */
void sk_nft_read_set(SkNftReader *r, SkNftSet *set);

/* read-nft-table.c */
/** (transfer full): what stands from token @from to before @to, for people: one line. */
char *sk_nft_line(const SkNftReader *r, unsigned from, unsigned to);
void sk_nft_read_table(SkNftReader *r, SkNftTable *table);
