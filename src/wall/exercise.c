/* SPDX-License-Identifier: Apache-2.0
 * exercise.c - contract in exercise.h. */
#include "wall/exercise.h"

#include "wall/allowed.h"
#include "wall/model.h"
#include "wall/prove.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define AT_ONCE 256u /* results kept at a time: each is some 2 KiB */
#define FOUND_MAX 100u
#define NAME_MAX_BYTES 15u

#define VALUE(p, f) ((p)->field[SK_WALL_##f].lo)

typedef enum { BY_POLICY, BY_LEAK, BY_BLOCKED } Origin;

typedef struct {
    SkPacket packet;
    Origin origin;
} Probe;

static void
found_free(void *data)
{
    SkExerciseFound *found = data;

    g_free(found->text);
    g_free(found->result);
    g_free(found);
}

void
sk_exercise_free(SkExercise *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->found);
    g_ptr_array_unref(self->unconfirmed);
    g_hash_table_unref(self->why);
    g_free(self);
}

bool
sk_exercise_agrees(const SkExercise *self)
{
    return self->found->len == 0 && self->unconfirmed->len == 0;
}

/* ---- names ----------------------------------------------------------------------------------- */

static bool
is_taken(const GPtrArray *names, const char *name)
{
    for (unsigned i = 0; i < names->len; i++)
        if (strcmp(g_ptr_array_index(names, i), name) == 0)
            return true;
    return false;
}

static bool
is_in(const GPtrArray *world, const char *name)
{
    return is_taken(world, name);
}

/* "eth(another)" stands for any name that fits a pattern and no other: "eth0x", say. */
GPtrArray *
sk_exercise_names(const GPtrArray *world)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (unsigned i = 0; i < world->len; i++) {
        const char *name = g_ptr_array_index(world, i);
        const char *another = strstr(name, "(another)");
        g_autofree char *stem =
            another == NULL ? g_strdup(name) : g_strndup(name, (size_t)(another - name));
        g_autofree char *made = another == NULL ? g_strdup(stem) : g_strdup_printf("%szz", stem);
        for (unsigned n = 0; another != NULL && (is_taken(names, made) || is_in(world, made));
             n++) {
            g_free(made);
            made = g_strdup_printf("%sz%u", stem, n);
        }
        g_ptr_array_add(names, g_steal_pointer(&made));
    }
    return names;
}

char *
sk_exercise_nft(SkSpan listing)
{
    g_autofree char *text = sk_span_dup(listing);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *kept = g_string_new(NULL);
    bool managed = false;

    for (char **line = lines; *line != NULL; line++) {
        bool warning = g_str_has_prefix(*line, "# Warning: table ");
        managed = managed || (warning && strstr(*line, "is managed by iptables-nft") != NULL);
        if (!managed && !warning)
            g_string_append_printf(kept, "%s\n", *line);
        if (strcmp(*line, "}") == 0) /* a table's end */
            managed = false;
    }
    return g_string_free(kept, FALSE);
}

/* ---- what is sent ---------------------------------------------------------------------------- */

/* A field that no frame carries, or that nothing here can set. */
static bool
is_out_of_reach(SkWallField field)
{
    return field == SK_WALL_DST_TYPE || field == SK_WALL_SRC_TYPE || field == SK_WALL_PACKET_TYPE ||
           field == SK_WALL_MARK || field == SK_WALL_CT_STATUS;
}

static bool
is_reachable(const SkPacket *plain, const SkPacket *corner)
{
    for (unsigned f = 0; f < SK_WALL_FIELD_COUNT; f++)
        if (is_out_of_reach((SkWallField)f) &&
            sk_wall_value_compare(plain->field[f], corner->field[f]) != 0)
            return false;
    return true;
}

static unsigned
first_wire(const GPtrArray *world)
{
    for (unsigned i = 0; i < world->len; i++)
        if (strcmp(g_ptr_array_index(world, i), "lo") != 0)
            return i;
    return 0;
}

static bool
is_zero(const SkPacket *packet, SkWallField field)
{
    return sk_wall_value_compare(packet->field[field], SK_WALL_VALUE(0)) == 0;
}

/* What the policy does not ask is 0 or no interface: such a packet gets what is ordinary. */
static void
make_ordinary(SkPacket *packet, const GPtrArray *world)
{
    uint64_t net = VALUE(packet, FAMILY) == 1 ? 0x20010db800000000u : 0;

    if (VALUE(packet, PROTOCOL) == IPPROTO_TCP && VALUE(packet, TCP_FLAGS) == 0)
        packet->field[SK_WALL_TCP_FLAGS] =
            SK_WALL_VALUE(VALUE(packet, CT_STATE) == SK_WALL_NEW ? 2u : 16u);
    if (packet->way != SK_WALL_OUT && VALUE(packet, IIF) == SK_WALL_NO_INTERFACE)
        packet->field[SK_WALL_IIF] = SK_WALL_VALUE(first_wire(world));
    if (packet->way != SK_WALL_IN && VALUE(packet, OIF) == SK_WALL_NO_INTERFACE)
        packet->field[SK_WALL_OIF] = SK_WALL_VALUE(first_wire(world));
    if (!is_zero(packet, SK_WALL_DST))
        return;
    packet->field[SK_WALL_DST] = (SkWallValue){ .hi = net, .lo = 0xc6120009u }; /* 198.18.0.9 */
    if (is_zero(packet, SK_WALL_SRC))
        packet->field[SK_WALL_SRC] = (SkWallValue){ .hi = net, .lo = 0xc612000au };
}

static guint
packet_hash(gconstpointer key)
{
    const SkPacket *p = key;
    uint64_t mixed = p->way;

    for (unsigned f = 0; f < SK_WALL_FIELD_COUNT; f++)
        mixed = (mixed ^ p->field[f].lo ^ p->field[f].hi * 7) * 0x9e3779b97f4a7c15ull;
    return (guint)(mixed >> 32);
}

static gboolean
packet_equal(gconstpointer left, gconstpointer right)
{
    const SkPacket *a = left;
    const SkPacket *b = right;

    for (unsigned f = 0; f < SK_WALL_FIELD_COUNT; f++)
        if (sk_wall_value_compare(a->field[f], b->field[f]) != 0)
            return FALSE;
    return a->way == b->way;
}

static void
add(GArray *to, GHashTable *known, const SkPacket *packet, Origin origin, const GPtrArray *world)
{
    Probe probe = { .packet = *packet, .origin = origin };

    make_ordinary(&probe.packet, world);
    if (!g_hash_table_add(known, g_memdup2(&probe.packet, sizeof probe.packet)) &&
        origin == BY_POLICY)
        return;
    g_array_append_val(to, probe);
}

static GArray *
gather(const GPtrArray *allowed, const SkWallProof *proof, const GPtrArray *world)
{
    GArray *probes = g_array_new(FALSE, FALSE, sizeof(Probe));
    g_autoptr(GHashTable) known = g_hash_table_new_full(packet_hash, packet_equal, g_free, NULL);

    for (unsigned i = 0; i < allowed->len; i++) {
        const SkWallAllowed *set = g_ptr_array_index(allowed, i);
        if (set->by == SK_WALL_BY_LOOPBACK)
            continue;
        g_autoptr(GArray) corners = sk_wall_allowed_corners(set, world);
        for (unsigned c = 0; c < corners->len; c++) {
            const SkPacket *corner = &g_array_index(corners, SkPacket, c);
            if (is_reachable(&g_array_index(corners, SkPacket, 0), corner))
                add(probes, known, corner, BY_POLICY, world);
        }
    }
    for (unsigned i = 0; proof != NULL && i < proof->leaks->len; i++)
        add(probes, known, &((const SkWallFound *)g_ptr_array_index(proof->leaks, i))->packet,
            BY_LEAK, world);
    for (unsigned i = 0; proof != NULL && i < proof->blocked->len; i++)
        add(probes, known, &((const SkWallFound *)g_ptr_array_index(proof->blocked, i))->packet,
            BY_BLOCKED, world);
    return probes;
}

/* ---- what came of it ------------------------------------------------------------------------- */

static void
tell(GPtrArray *to, const Probe *probe, const SkReplayResult *result, bool allowed,
     const GPtrArray *names)
{
    if (to->len >= FOUND_MAX)
        return;
    SkExerciseFound *found = g_new0(SkExerciseFound, 1);
    found->packet = probe->packet;
    found->allowed = allowed;
    found->proof = probe->origin != BY_POLICY;
    found->end = result->end;
    found->text = sk_packet_text(&probe->packet, names);
    found->result = sk_replay_text(result, names);
    g_ptr_array_add(to, found);
}

static void
judge(SkExercise *self, const Probe *probe, const SkReplayResult *result, const GPtrArray *allowed,
      const GPtrArray *names)
{
    SkPacket as_was = probe->packet;
    bool arrived = result->end == SK_REPLAY_ARRIVED;

    self->probes++;
    self->ends[result->end]++;
    if (result->why != NULL)
        g_hash_table_insert(
            self->why, (char *)result->why,
            GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(self->why, result->why)) + 1));
    /* Conntrack has the last word on what a packet is. */
    if (result->state != SK_WALL_STATE_COUNT)
        as_was.field[SK_WALL_CT_STATE] = SK_WALL_VALUE(result->state);
    bool may = sk_wall_allowed_find(allowed, &as_was) != NULL;
    if (result->end == SK_REPLAY_UNACCOUNTED || (arrived && !may) ||
        (result->end == SK_REPLAY_DROPPED && may))
        tell(self->found, probe, result, may, names);
    if ((probe->origin == BY_LEAK && result->end == SK_REPLAY_DROPPED && result->as_asked) ||
        (probe->origin == BY_BLOCKED && arrived && result->as_asked))
        tell(self->unconfirmed, probe, result, may, names);
}

/* An interface as the snapshot has it; @kept: what has to be freed. */
static void
describe(SkReplayInterface *ret, const char *name, const SkWallSnapshot *snapshot, GPtrArray *kept)
{
    const SkWallInterface *known =
        snapshot == NULL ? NULL : sk_wall_snapshot_interface(snapshot, name);

    ret->name = name;
    if (known == NULL)
        return;
    for (unsigned i = 0; known->has_mac && i < 6; i++)
        ret->mac[i] = (uint8_t)(known->mac.lo >> (40 - 8 * i));
    const char **addresses = g_new0(const char *, known->addresses->len + 1);
    g_ptr_array_add(kept, addresses);
    for (unsigned i = 0; i < known->addresses->len; i++) {
        const SkWallPlace *place = &g_array_index(known->addresses, SkWallPlace, i);
        uint8_t bytes[16];
        char text[INET6_ADDRSTRLEN];
        sk_wall_value_bytes(place->address, place->v6, bytes);
        (void)inet_ntop(place->v6 ? AF_INET6 : AF_INET, bytes, text, sizeof text);
        char *whole = g_strdup_printf("%s/%u", text, place->prefix);
        g_ptr_array_add(kept, whole);
        addresses[i] = whole;
    }
    ret->addresses = addresses;
}

static bool
send_all(SkExercise *self, const SkExerciseSpec *spec, const GArray *probes,
         const GPtrArray *allowed, const GPtrArray *names, GError **error)
{
    g_autofree SkReplayInterface *interfaces = g_new0(SkReplayInterface, names->len);
    g_autofree SkReplayResult *results = g_new(SkReplayResult, AT_ONCE);
    SkPacket packets[AT_ONCE];
    g_autoptr(SkReplay) replay = NULL;

    g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < names->len; i++)
        describe(&interfaces[i], g_ptr_array_index(names, i), spec->snapshot, kept);
    const SkReplaySpec what = { .interfaces = interfaces,
                                .n_interfaces = names->len,
                                .opening = spec->opening,
                                .nft = spec->nft,
                                .iptables = spec->iptables,
                                .ip6tables = spec->ip6tables,
                                .iptables_legacy = spec->iptables_legacy,
                                .ip6tables_legacy = spec->ip6tables_legacy };
    if (!sk_replay_open(&what, &replay, error))
        return false;
    int64_t began = g_get_monotonic_time();
    for (unsigned at = 0; at < probes->len; at += AT_ONCE) {
        unsigned n = MIN(AT_ONCE, probes->len - at);
        for (unsigned i = 0; i < n; i++)
            packets[i] = g_array_index(probes, Probe, at + i).packet;
        if (!sk_replay_probe(replay, packets, n, results, error))
            return false;
        for (unsigned i = 0; i < n; i++)
            judge(self, &g_array_index(probes, Probe, at + i), &results[i], allowed, names);
    }
    self->us = g_get_monotonic_time() - began;
    return true;
}

/* What is read of the texts: the snapshot's, or nft's alone; NULL where there is more than that. */
static bool
read_texts(const SkExerciseSpec *spec, SkWallSnapshot **ret, GError **error)
{
    if (spec->snapshot != NULL || spec->nft == NULL || spec->iptables != NULL ||
        spec->ip6tables != NULL)
        return true;
    return sk_wall_snapshot_read(sk_span_str(spec->nft), ret, error);
}

bool
sk_exercise_run(const SkExerciseSpec *spec, SkExercise **ret, GError **error)
{
    g_autoptr(SkExercise) self = g_new0(SkExercise, 1);
    g_autoptr(SkWallSnapshot) own = NULL;
    g_autoptr(SkWallProof) proof = NULL;
    g_autoptr(GPtrArray) there = g_ptr_array_new();

    self->found = g_ptr_array_new_with_free_func(found_free);
    self->unconfirmed = g_ptr_array_new_with_free_func(found_free);
    self->why = g_hash_table_new(g_str_hash, g_str_equal);
    if (!read_texts(spec, &own, error))
        return false;
    const SkWallSnapshot *snapshot = spec->snapshot != NULL ? spec->snapshot : own;
    for (unsigned i = 0; snapshot != NULL && i < snapshot->interfaces->len; i++)
        g_ptr_array_add(there,
                        ((SkWallInterface *)g_ptr_array_index(snapshot->interfaces, i))->name);
    const SkWallQuestion question = { .now = spec->now, .interfaces = there, .no_edits = true };
    /* A proof is of the whole ruleset: texts that are not read here are sent to, not proved. */
    if (!spec->no_proof && snapshot != NULL)
        proof = sk_wall_prove(spec->policy, snapshot->ruleset, &question);
    const SkWallRuleset *rulesets[] = { snapshot == NULL ? NULL : snapshot->ruleset };
    g_autoptr(GPtrArray) world =
        proof != NULL ? g_ptr_array_ref(proof->interfaces)
                      : sk_wall_world(rulesets, snapshot == NULL ? 0 : 1, spec->policy, there);
    g_autoptr(GPtrArray) names = sk_exercise_names(world);
    g_autoptr(GPtrArray) allowed = sk_wall_allowed(spec->policy, spec->now, world);
    g_autoptr(GArray) probes = gather(allowed, proof, world);
    if (!send_all(self, spec, probes, allowed, names, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}
