/* SPDX-License-Identifier: Apache-2.0
 * replay.c - contract in replay.h. Batches: probes that cannot disturb one another are made ready
 * (connections, routes), sent at once, and judged by what the trace and the wires said. The calling
 * thread keeps to one processor meanwhile: the kernel then does all the work of a frame in the
 * order of sending, and a frame on the clock's wire is handled after all those before it. */
#include "wall/replay-parts.h"

#include "wall/replay-frame.h"
#include "wall/replay-place.h"
#include "wall/replay-trace.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#define ROUTES_KEPT 8192u
#define FLUSH_EVERY 4096u
#define VALUE(p, f) ((p)->field[SK_WALL_##f].lo)

/* ---- open and close -------------------------------------------------------------------------- */

bool
sk_replay_open(const SkReplaySpec *spec, SkReplay **ret, GError **error)
{
    g_autoptr(SkReplay) self = g_new0(SkReplay, 1);

    self->opening = spec->opening;
    self->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->routes = sk_replay_routes_new();
    for (unsigned i = 0; i < SK_REPLAY_BATCH; i++)
        self->probe[i].frame = g_byte_array_new();
    self->messages = 12;
    self->number = 1;
    if (!sk_replay_place_open(&self->place, spec, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_replay_free(SkReplay *self)
{
    if (self == NULL)
        return;
    sk_replay_place_close(&self->place);
    g_hash_table_unref(self->words);
    g_hash_table_unref(self->routes);
    for (unsigned i = 0; i < SK_REPLAY_BATCH; i++)
        g_byte_array_unref(self->probe[i].frame);
    g_free(self);
}

const SkScratch *
sk_replay_router(const SkReplay *self)
{
    return self->place.router;
}

/* ---- sending --------------------------------------------------------------------------------- */

static bool
send_wire(SkReplay *self, GError **error)
{
    struct sockaddr_ll to[SK_REPLAY_BATCH + 1];
    struct iovec iov[SK_REPLAY_BATCH + 1];
    struct mmsghdr messages[SK_REPLAY_BATCH + 1] = { 0 };
    uint8_t clock[60] = { [12] = SK_REPLAY_CLOCK_TYPE >> 8, [13] = SK_REPLAY_CLOCK_TYPE & 0xff };
    unsigned n = 0;

    self->tick++;
    self->ticked = false;
    for (unsigned i = 0; i < 4; i++)
        clock[SK_REPLAY_ETHERNET + i] = (uint8_t)(self->tick >> (24 - 8 * i));
    memset(clock, 0xff, 6);
    for (unsigned i = 0; i <= self->n; i++) {
        const SkReplayProbe *probe = i < self->n ? &self->probe[i] : NULL;
        if (probe != NULL && probe->packet->way == SK_WALL_OUT)
            continue;
        iov[n] = probe == NULL ? (struct iovec){ .iov_base = clock, .iov_len = sizeof clock }
                               : (struct iovec){ .iov_base = probe->frame->data,
                                                 .iov_len = probe->frame->len };
        to[n] = (struct sockaddr_ll){
            .sll_family = AF_PACKET,
            .sll_ifindex = (int)(probe == NULL ? SK_REPLAY_CLOCK
                                               : SK_REPLAY_INDEX + VALUE(probe->packet, IIF)),
        };
        messages[n].msg_hdr = (struct msghdr){
            .msg_name = &to[n], .msg_namelen = sizeof to[n], .msg_iov = &iov[n], .msg_iovlen = 1
        };
        n++;
    }
    for (unsigned sent = 0; sent < n;) {
        int more = sendmmsg(self->place.wire, messages + sent, n - sent, 0);
        if (more < 0 && (errno == EINTR || errno == ENOBUFS || errno == EAGAIN))
            continue;
        if (more < 0)
            return sk_throw_errno(error, "replay: wire");
        sent += (unsigned)more;
    }
    return true;
}

/* What the router itself sends. A refusal by a rule comes back as EPERM. */
static bool
send_out(SkReplay *self, const SkReplayProbe *probe, GError **error)
{
    bool v6 = VALUE(probe->packet, FAMILY) == 1;
    const int index = (int)(SK_REPLAY_INDEX + VALUE(probe->packet, OIF));
    int fd = self->place.out[v6];
    uint8_t address[16];
    struct sockaddr_in four = { .sin_family = AF_INET };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

    sk_wall_value_bytes(probe->packet->field[SK_WALL_DST], v6, address);
    __builtin_memcpy(&four.sin_addr, address, 4);
    __builtin_memcpy(&six.sin6_addr, address, 16);
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &index, sizeof index) != 0)
        return sk_throw_errno(error, "replay: SO_BINDTOIFINDEX");
    (void)!sendto(fd, probe->frame->data + SK_REPLAY_ETHERNET,
                  probe->frame->len - SK_REPLAY_ETHERNET, 0,
                  v6 ? (const struct sockaddr *)&six : (const struct sockaddr *)&four,
                  v6 ? sizeof six : sizeof four);
    return true;
}

/* ---- running --------------------------------------------------------------------------------- */

/* A rule gave the packet another destination, and the way there is not the one asked for: makes it
 * so, but for what a rule redirects to the wall itself. True: it is worth sending again. */
static bool
leads_elsewhere(SkReplay *self, SkReplayProbe *probe)
{
    const SkPacket *p = probe->packet;
    bool v6 = VALUE(p, FAMILY) == 1;
    unsigned iif = (unsigned)VALUE(p, IIF);
    SkWallValue dst = probe->inside.field[SK_WALL_DST];

    if (p->way == SK_WALL_OUT || !probe->seen ||
        sk_wall_value_compare(dst, p->field[SK_WALL_DST]) == 0)
        return false;
    bool taken_in = probe->hook == SK_WALL_HOOK_INPUT;
    bool forwarded = probe->oif != 0 && !taken_in;
    if (p->way == SK_WALL_FORWARDED && forwarded && probe->oif - 1 == VALUE(p, OIF))
        return false;
    if (p->way == SK_WALL_FORWARDED && taken_in && !sk_replay_is_lead_in(self, iif, v6, dst))
        return false;
    if (p->way == SK_WALL_IN && taken_in)
        return false;
    if (!taken_in && !forwarded)
        return false;
    sk_replay_lead(self, iif, v6, dst, p->way == SK_WALL_IN, (unsigned)VALUE(p, OIF));
    return true;
}

static bool
clean(SkReplay *self, GError **error)
{
    if (!self->place.tracks)
        return true;
    for (unsigned i = 0; i < self->n; i++)
        sk_replay_forget(self, self->probe[i].packet);
    self->since_flush += self->n;
    if (self->since_flush >= FLUSH_EVERY) { /* those of other zones and the like */
        self->since_flush = 0;
        sk_replay_connection_flush(&self->place.connections);
    }
    return sk_replay_link_send(&self->place.connections, true, "replay: connections", error);
}

static bool
send_batch(SkReplay *self, GError **error)
{
    memset(self->traced, 0, sizeof self->traced);
    self->lost = false;
    if (!sk_replay_link_send(&self->place.link, true, "replay: routes", error) ||
        !sk_replay_link_send(&self->place.connections, true, "replay: connections", error))
        return false;
    for (unsigned i = 0; i < self->n; i++)
        if (self->probe[i].packet->way == SK_WALL_OUT && !send_out(self, &self->probe[i], error))
            return false;
    if (!send_wire(self, error))
        return false;
    sk_replay_hear(self);
    return true;
}

/* As many as their messages fit twice into the socket's memory. */
static unsigned
batch_size(const SkReplay *self)
{
    return CLAMP(self->place.trace_room / (self->messages * 2 + 2), 1, SK_REPLAY_BATCH);
}

/* One batch from the front of @packets; @ret_taken of them have their answer. */
static bool
run(SkReplay *self, const SkPacket *packets, size_t n, SkReplayResult *results, unsigned size,
    size_t *ret_taken, GError **error)
{
    size_t taken = 0;

    if (g_hash_table_size(self->routes) > ROUTES_KEPT && !sk_replay_forget_routes(self, error))
        return false;
    self->n = 0;
    while (taken < n && self->n < size && sk_replay_fits(self, &packets[taken])) {
        sk_replay_take(self, &packets[taken], &results[taken]);
        taken++;
    }
    if (self->n > 0 && !send_batch(self, error))
        return false;
    for (unsigned i = 0; i < self->n; i++) {
        sk_replay_judge(self, &self->probe[i]);
        self->probe[i].again = leads_elsewhere(self, &self->probe[i]);
    }
    *ret_taken = taken;
    if (self->conversing)
        return true;
    if (!clean(self, error))
        return false;
    self->number = self->number + self->n > SK_REPLAY_NUMBER_MAX - SK_REPLAY_BATCH
                       ? 1
                       : self->number + self->n;
    return true;
}

static bool
run_alone(SkReplay *self, const SkPacket *packet, SkReplayResult *result, GError **error)
{
    size_t taken = 0;
    return run(self, packet, 1, result, 1, &taken, error);
}

/* What a batch could not answer for sure is asked again, alone. */
static bool
run_again(SkReplay *self, GError **error)
{
    SkReplayProbe copy[SK_REPLAY_BATCH];
    unsigned n = 0;

    for (unsigned i = 0; i < self->n; i++)
        if (self->lost || self->probe[i].again ||
            self->probe[i].result->end == SK_REPLAY_UNACCOUNTED)
            copy[n++] = self->probe[i];
    for (unsigned i = 0; i < n; i++)
        if (!run_alone(self, copy[i].packet, copy[i].result, error))
            return false;
    return true;
}

/* ---- connections that are really opened ------------------------------------------------------ */

/* One packet of the conversation; false with @why where it does not pass. */
static bool
say(SkReplay *self, SkPacket *p, SkWallState state, uint64_t flags, const char *why,
    SkReplayResult *result, GError **error)
{
    p->field[SK_WALL_CT_STATE] = SK_WALL_VALUE(state);
    if (VALUE(p, PROTOCOL) == IPPROTO_TCP)
        p->field[SK_WALL_TCP_FLAGS] = SK_WALL_VALUE(flags);
    if (!run_alone(self, p, result, error))
        return false;
    if (self->probe[0].again && self->n == 1 && !run_alone(self, p, result, error))
        return false;
    if (result->end == SK_REPLAY_ARRIVED)
        return true;
    *result = (SkReplayResult){
        .end = SK_REPLAY_NONE_SUCH, .as_asked = true, .state = SK_WALL_STATE_COUNT, .why = why
    };
    return false;
}

/* The opening, its answer (to where the opening came out), and then the packet asked for. */
static bool
converse(SkReplay *self, const SkPacket *packet, SkReplayResult *result, GError **error)
{
    GError *failed = NULL;
    SkPacket opening = sk_replay_opener(packet);

    self->conversing = true;
    if (say(self, &opening, SK_WALL_NEW, 0x02, "its opening does not pass", result, &failed)) {
        SkPacket answer = sk_replay_reverse(&result->after);
        /* A source that was translated is turned back before the way is looked for. */
        if (answer.way == SK_WALL_FORWARDED)
            sk_replay_lead(self, (unsigned)VALUE(&answer, IIF), VALUE(&answer, FAMILY) == 1,
                           opening.field[SK_WALL_SRC], false, (unsigned)VALUE(&answer, OIF));
        if (say(self, &answer, SK_WALL_ESTABLISHED, 0x12, "the answer to its opening does not pass",
                result, &failed))
            (void)!run_alone(self, packet, result, &failed);
    }
    self->conversing = false;
    self->number = self->number >= SK_REPLAY_NUMBER_MAX - SK_REPLAY_BATCH ? 1 : self->number + 1;
    sk_replay_forget(self, packet);
    bool clean = sk_replay_link_send(&self->place.connections, true, "replay: connections",
                                     failed == NULL ? &failed : NULL);
    if (failed == NULL)
        return clean;
    g_propagate_error(error, failed);
    return false;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool
probe_all(SkReplay *self, const SkPacket *packets, size_t n, SkReplayResult *results,
          GError **error)
{
    for (size_t at = 0; at < n;) {
        size_t taken = 0;
        if (sk_replay_is_sent(self, &packets[at])) {
            if (!converse(self, &packets[at], &results[at], error))
                return false;
            at++;
            continue;
        }
        if (!run(self, packets + at, n - at, results + at, batch_size(self), &taken, error) ||
            !run_again(self, error))
            return false;
        at += taken;
    }
    return true;
}

bool
sk_replay_probe(SkReplay *self, const SkPacket *packets, size_t n, SkReplayResult *results,
                GError **error)
{
    cpu_set_t before;
    cpu_set_t one;
    int cpu = sched_getcpu();
    bool pinned = cpu >= 0 && sched_getaffinity(0, sizeof before, &before) == 0;

    CPU_ZERO(&one);
    if (pinned) {
        CPU_SET((unsigned)cpu, &one);
        pinned = sched_setaffinity(0, sizeof one, &one) == 0;
    }
    bool done = probe_all(self, packets, n, results, error);
    if (pinned)
        (void)sched_setaffinity(0, sizeof before, &before);
    return done;
}
