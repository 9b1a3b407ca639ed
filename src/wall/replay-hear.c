/* SPDX-License-Identifier: Apache-2.0
 * replay-hear.c - contract in replay-parts.h: the trace, the wires and the clock. */
#include "wall/replay-parts.h"

#include "wall/replay-frame.h"
#include "wall/replay-trace.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define PATIENCE_MS 2000 /* for what must come: a busy machine */
#define FRAME_SEEN 2048u /* bytes that are read of a frame */
#define VALUE(p, f) ((p)->field[SK_WALL_##f].lo)

static const char *
keep_word(SkReplay *self, const char *word)
{
    const char *kept = g_hash_table_lookup(self->words, word);
    if (kept != NULL)
        return kept;
    char *copy = g_strdup(word);
    g_hash_table_add(self->words, copy);
    return copy;
}

/* ---- what the trace says --------------------------------------------------------------------- */

static SkReplayProbe *
probe_of_number(SkReplay *self, uint32_t number)
{
    if (number < self->number || number - self->number >= self->n)
        return NULL;
    return &self->probe[number - self->number];
}

/* Which probe a message is about; headers say it, and are kept. */
static SkReplayProbe *
probe_of_trace(SkReplay *self, const SkReplayTrace *trace)
{
    SkReplayTracedId *slot = &self->traced[trace->id % G_N_ELEMENTS(self->traced)];

    if (trace->network.n > 0) {
        SkPacket inside = { 0 };
        SkReplayProbe *probe =
            probe_of_number(self, sk_replay_frame_peek(trace->network, trace->transport, &inside));
        if (probe != NULL && VALUE(&inside, PROTOCOL) == VALUE(probe->packet, PROTOCOL) &&
            VALUE(&inside, FAMILY) == VALUE(probe->packet, FAMILY)) {
            probe->inside = inside;
            *slot =
                (SkReplayTracedId){ .id = trace->id, .probe = (uint8_t)(probe - self->probe + 1) };
        } else if (slot->id == trace->id) {
            slot->probe = 0;
        }
    }
    return slot->id == trace->id && slot->probe != 0 ? &self->probe[slot->probe - 1] : NULL;
}

static void
note_own(SkReplay *self, SkReplayProbe *probe, const SkReplayTrace *trace)
{
    static const struct {
        const char *chain;
        SkWallHook hook;
        bool last;
    } chains[] = {
        { "wire", SK_WALL_HOOK_INGRESS, false },
        { "pre-first", SK_WALL_HOOK_PREROUTING, false },
        { "pre-last", SK_WALL_HOOK_PREROUTING, true },
        { "in-first", SK_WALL_HOOK_INPUT, false },
        { "in-last", SK_WALL_HOOK_INPUT, true },
        { "fwd-first", SK_WALL_HOOK_FORWARD, false },
        { "fwd-last", SK_WALL_HOOK_FORWARD, true },
        { "out-first", SK_WALL_HOOK_OUTPUT, false },
        { "out-last", SK_WALL_HOOK_OUTPUT, true },
        { "post-first", SK_WALL_HOOK_POSTROUTING, false },
        { "post-last", SK_WALL_HOOK_POSTROUTING, true },
    };
    bool out = strcmp(trace->chain, "state-out") == 0;

    if (out || strcmp(trace->chain, "state-in") == 0) {
        for (unsigned s = 0; s < SK_WALL_STATE_COUNT; s++)
            if (trace->handle != 0 && trace->handle == self->place.state_handle[out][s])
                probe->result->state = (SkWallState)s;
        return;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(chains); i++) {
        if (strcmp(trace->chain, chains[i].chain) != 0)
            continue;
        probe->seen = true;
        probe->hook = chains[i].hook;
        if (chains[i].last)
            probe->left = chains[i].hook;
        probe->through = probe->through || strcmp(trace->chain, "in-last") == 0 ||
                         strcmp(trace->chain, "post-last") == 0;
        if (trace->oif >= SK_REPLAY_INDEX)
            probe->oif = trace->oif - SK_REPLAY_INDEX + 1;
    }
}

static void
note(const SkReplayTrace *trace, void *data)
{
    SkReplay *self = data;
    SkReplayProbe *probe = probe_of_trace(self, trace);

    if (probe == NULL)
        return;
    if (strcmp(trace->table, SK_REPLAY_TABLE) == 0) {
        note_own(self, probe, trace);
        return;
    }
    if (trace->handle == 0 && trace->act != SK_WALL_ACCEPT && trace->act != SK_WALL_DROP)
        return; /* a chain's end */
    SkReplayResult *result = probe->result;
    /* The last place is kept for what decides. */
    unsigned at = MIN(result->steps, SK_REPLAY_PATH_MAX - 1);
    result->path[at] = (SkReplayStep){ .family = trace->family,
                                       .table = keep_word(self, trace->table),
                                       .chain = keep_word(self, trace->chain),
                                       .handle = trace->handle,
                                       .act = trace->act };
    result->steps = at + 1;
    if (trace->act == SK_WALL_DROP || trace->act == SK_WALL_UNKNOWN_ACT)
        probe->stopped = true;
}

/* ---- what the wires say ---------------------------------------------------------------------- */

static void
arrive(SkReplay *self, SkSpan frame, unsigned interface)
{
    SkPacket packet;
    uint32_t number = 0;
    SkReplayFrameKind kind = sk_replay_frame_read(frame, &packet, &number);
    SkReplayProbe *probe = kind == SK_REPLAY_FRAME_OTHER ? NULL : probe_of_number(self, number);

    if (probe == NULL)
        return;
    if (kind == SK_REPLAY_FRAME_ANSWER) {
        probe->result->answered = true;
        return;
    }
    if (VALUE(&packet, PROTOCOL) != VALUE(probe->packet, PROTOCOL))
        return;
    packet.way = probe->packet->way;
    packet.field[SK_WALL_IIF] = probe->packet->field[SK_WALL_IIF];
    packet.field[SK_WALL_OIF] = SK_WALL_VALUE(interface);
    packet.field[SK_WALL_SRC_MAC] =
        probe->packet->field[SK_WALL_SRC_MAC]; /* on the wire, the wall's */
    packet.field[SK_WALL_DST_MAC] = probe->packet->field[SK_WALL_DST_MAC];
    probe->result->after = packet;
    probe->arrived = true;
}

static void
read_wire(SkReplay *self)
{
    static uint8_t room[32][FRAME_SEEN];
    struct sockaddr_ll from[32];
    struct iovec iov[32];
    struct mmsghdr into[32] = { 0 };

    for (unsigned i = 0; i < 32; i++) {
        iov[i] = (struct iovec){ .iov_base = room[i], .iov_len = FRAME_SEEN };
        into[i].msg_hdr = (struct msghdr){
            .msg_iov = &iov[i], .msg_iovlen = 1, .msg_name = &from[i], .msg_namelen = sizeof from[i]
        };
    }
    for (;;) {
        int n = recvmmsg(self->place.wire, into, 32, MSG_DONTWAIT, NULL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        for (int i = 0; i < n; i++)
            if (from[i].sll_ifindex >= (int)SK_REPLAY_INDEX)
                arrive(self, sk_span(room[i], into[i].msg_len),
                       (unsigned)from[i].sll_ifindex - SK_REPLAY_INDEX);
    }
}

static void
read_clock(SkReplay *self)
{
    uint8_t frame[64];
    ssize_t n;

    while ((n = recv(self->place.clock, frame, sizeof frame, MSG_DONTWAIT)) > 0) {
        uint32_t tick = 0;
        for (unsigned i = 0; n >= 18 && i < 4; i++)
            tick = tick << 8 | frame[SK_REPLAY_ETHERNET + i];
        self->ticked = self->ticked || tick == self->tick;
    }
}

/* ---- until all is said ------------------------------------------------------------------------
 */

static bool
awaits(const SkReplay *self)
{
    if (!self->ticked)
        return true;
    for (unsigned i = 0; i < self->n; i++) {
        const SkReplayProbe *probe = &self->probe[i];
        if (probe->through && probe->hook == SK_WALL_HOOK_POSTROUTING && !probe->arrived &&
            !probe->stopped)
            return true;
    }
    return false;
}

void
sk_replay_hear(SkReplay *self)
{
    int64_t until = g_get_monotonic_time() + PATIENCE_MS * 1000;
    unsigned messages = 0;

    for (;;) {
        read_clock(self); /* before the trace: what was handled before the tick has been traced */
        messages += sk_replay_trace_read(self->place.trace, note, self, &self->lost);
        read_wire(self);
        if (!awaits(self) || g_get_monotonic_time() > until)
            break;
        struct pollfd on[] = { { .fd = self->place.clock, .events = POLLIN },
                               { .fd = self->place.wire, .events = POLLIN },
                               { .fd = self->place.trace, .events = POLLIN } };
        (void)poll(on, G_N_ELEMENTS(on), 20);
    }
    if (self->n > 0)
        self->messages = MAX(self->messages, messages / self->n + 1);
}
