/* SPDX-License-Identifier: Apache-2.0
 *
 * snapshot.h - what a machine has loaded, in one file, and what it means: all rulesets joined, interfaces, addresses,
 * routes, neighbours, settings; and every fact that lets packets pass by the rules, as an unmodelled line.
 * A file begins with the line `sekisho-wall-snapshot 1`; then sections `@NAME BYTES`, a line, and as many bytes as
 * the tool printed. A bare ruleset (nft's text, or a save of iptables) is a snapshot with one section.
 * Runs in: sekisho-wall. Reading trusts nothing; taking trusts the machine's own tools, run by fixed words.
 * Spec: docs/formats/wall-snapshot.md   Tests: tests/unit/wall/test-snapshot.c, tests/fuzz/fuzz-wall-snapshot.c
 */
#pragma once

#include "wall/ruleset.h"
#include "wall/scratch.h"

#define SK_WALL_SNAPSHOT_MAX (256u << 20)
#define SK_WALL_SNAPSHOT_FIRST "sekisho-wall-snapshot 1\n"

typedef struct {
    bool v6;
    SkWallValue address;
    unsigned prefix; /* bits */
} SkWallPlace;

typedef struct {
    char *name;
    int64_t index;
    bool has_mac;
    SkWallValue mac;
    char *kind;   /* "bridge", "vlan", …; "" for hardware */
    char *master; /* "" for none */
    bool xdp;
    GArray *addresses; /* of SkWallPlace */
} SkWallInterface;

typedef struct {
    SkWallPlace to; /* prefix 0: default */
    char *type;     /* "unicast", "local", "blackhole", … */
    char *device;   /* "" for none, or several next hops */
    char *table;    /* "main", "local", … */
} SkWallRoute;

typedef struct {
    SkWallPlace at;
    char *device;
    bool has_mac;
    SkWallValue mac;
    bool fixed; /* does not change by what others say */
} SkWallNeighbour;

typedef struct {
    SkWallRuleset *ruleset; /* with the unmodelled facts */
    bool bare;              /* a ruleset alone: nothing is known of the machine around it */
    GPtrArray *interfaces;  /* of SkWallInterface */
    GPtrArray *routes;      /* of SkWallRoute */
    GPtrArray *neighbours;  /* of SkWallNeighbour */
    GHashTable *settings;   /* char * → char *: "net.ipv4.ip_forward" → "1" */
    uint64_t generation;    /* of nf_tables; 0: not known */
    GArray *connections;    /* of SkWallConnection; NULL: nobody could list them */
    char digest[65];        /* SHA-256 of the file, lower-case hexadecimal */
} SkWallSnapshot;

/**
 * sk_wall_snapshot_read: (transfer full).
 * @error: SK_ERROR_MALFORMED, SK_ERROR_AMBIGUOUS (a section twice), SK_ERROR_TRUNCATED, SK_ERROR_LIMIT
 */
bool sk_wall_snapshot_read(SkSpan bytes, SkWallSnapshot **ret,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_wall_snapshot_free(SkWallSnapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkWallSnapshot, sk_wall_snapshot_free)

/** sk_wall_snapshot_setting: borrowed; NULL where it is not known. */
const char *sk_wall_snapshot_setting(const SkWallSnapshot *self, const char *name);
const SkWallInterface *sk_wall_snapshot_interface(const SkWallSnapshot *self, const char *name);

/**
 * sk_wall_snapshot_take: (transfer full): of this network namespace, or of @where. Taken again while the ruleset changes
 * under it, a few times.
 * @error: SK_ERROR_IO: a tool is not there or says no; the ruleset does not stand still
 */
bool sk_wall_snapshot_take(const SkScratch *where, GBytes **ret,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the files of the snapshot share. */
typedef enum {
    SK_SECTION_GENERATION = 0,
    SK_SECTION_NFT,
    SK_SECTION_NFT_JSON,
    SK_SECTION_IPTABLES_NFT,
    SK_SECTION_IP6TABLES_NFT,
    SK_SECTION_IPTABLES_LEGACY,
    SK_SECTION_IP6TABLES_LEGACY,
    SK_SECTION_LEGACY_TABLES, /* names that the kernel says */
    SK_SECTION_LEGACY_TABLES6,
    SK_SECTION_EBTABLES,
    SK_SECTION_ARPTABLES,
    SK_SECTION_LINKS,
    SK_SECTION_ADDRESSES,
    SK_SECTION_RULES,
    SK_SECTION_RULES6,
    SK_SECTION_ROUTES,
    SK_SECTION_ROUTES6,
    SK_SECTION_NEIGHBOURS,
    SK_SECTION_QDISCS,
    SK_SECTION_SETTINGS,
    SK_SECTION_CONNTRACK,
    SK_SECTION_COUNT
} SkWallSection;
const char *sk_wall_section_name(SkWallSection section);
/** sk_wall_snapshot_section: borrowed from @bytes, a file that has been read; empty where it has none. */
SkSpan sk_wall_snapshot_section(SkSpan bytes, SkWallSection section);
/** sk_wall_snapshot_connections: (snapshot-connections.c) what `conntrack -L -o extended` printed. */
void sk_wall_snapshot_connections(SkWallSnapshot *self, SkSpan listing);
/* What stands in the section where the tool is not there, or says no. */
#define SK_WALL_CONNECTIONS_UNKNOWN "unknown\n"
/** sk_wall_snapshot_facts: (snapshot-facts.c) what stands beside the rulesets. */
bool sk_wall_snapshot_facts(SkWallSnapshot *self, const SkSpan sections[SK_SECTION_COUNT],
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
