/* SPDX-License-Identifier: Apache-2.0
 * exercise.c - contract in exercise.h. */
#include "wall/exercise.h"

#include "wall/allowed.h"
#include "wall/model.h"
#include "wall/prove.h"
#include "wall/read-nft.h"

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

/* A TCP segment without any flag is invalid: one that says nothing of flags gets the ordinary ones. */
static void
make_ordinary(SkPacket *packet)
{
    if (VALUE(packet, PROTOCOL) == IPPROTO_TCP && VALUE(packet, TCP_FLAGS) == 0)
        packet->field[SK_WALL_TCP_FLAGS] =
            SK_WALL_VALUE(VALUE(packet, CT_STATE) == SK_WALL_NEW ? 2u : 16u);
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
add(GArray *to, GHashTable *known, const SkPacket *packet, Origin origin)
{
    Probe probe = { .packet = *packet, .origin = origin };

    make_ordinary(&probe.packet);
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
                add(probes, known, corner, BY_POLICY);
        }
    }
    for (unsigned i = 0; proof != NULL && i < proof->leaks->len; i++)
        add(probes, known, &((const SkWallFound *)g_ptr_array_index(proof->leaks, i))->packet,
            BY_LEAK);
    for (unsigned i = 0; proof != NULL && i < proof->blocked->len; i++)
        add(probes, known, &((const SkWallFound *)g_ptr_array_index(proof->blocked, i))->packet,
            BY_BLOCKED);
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

static bool
send_all(SkExercise *self, const SkExerciseSpec *spec, const GArray *probes,
         const GPtrArray *allowed, const GPtrArray *names, GError **error)
{
    g_autofree SkReplayInterface *interfaces = g_new0(SkReplayInterface, names->len);
    g_autofree SkReplayResult *results = g_new(SkReplayResult, AT_ONCE);
    SkPacket packets[AT_ONCE];
    g_autoptr(SkReplay) replay = NULL;

    for (unsigned i = 0; i < names->len; i++)
        interfaces[i].name = g_ptr_array_index(names, i);
    const SkReplaySpec what = { .interfaces = interfaces,
                                .n_interfaces = names->len,
                                .opening = spec->opening,
                                .nft = spec->nft,
                                .iptables = spec->iptables,
                                .ip6tables = spec->ip6tables };
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

bool
sk_exercise_run(const SkExerciseSpec *spec, SkExercise **ret, GError **error)
{
    g_autoptr(SkExercise) self = g_new0(SkExercise, 1);
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    g_autoptr(SkWallProof) proof = NULL;
    const SkWallQuestion question = { .now = spec->now, .no_edits = true };

    self->found = g_ptr_array_new_with_free_func(found_free);
    self->why = g_hash_table_new(g_str_hash, g_str_equal);
    self->unconfirmed = g_ptr_array_new_with_free_func(found_free);
    if (spec->nft != NULL && !sk_wall_read_nft(sk_span_str(spec->nft), ruleset, error))
        return false;
    /* A proof is of the whole ruleset: texts that are not read here are sent to, not proved. */
    if (!spec->no_proof && spec->nft != NULL && spec->iptables == NULL && spec->ip6tables == NULL)
        proof = sk_wall_prove(spec->policy, ruleset, &question);
    const SkWallRuleset *rulesets[] = { ruleset };
    g_autoptr(GPtrArray) world = proof != NULL ? g_ptr_array_ref(proof->interfaces)
                                               : sk_wall_world(rulesets, 1, spec->policy, NULL);
    g_autoptr(GPtrArray) names = sk_exercise_names(world);
    g_autoptr(GPtrArray) allowed = sk_wall_allowed(spec->policy, spec->now, world);
    g_autoptr(GArray) probes = gather(allowed, proof, world);
    if (!send_all(self, spec, probes, allowed, names, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}
