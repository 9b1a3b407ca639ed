/* SPDX-License-Identifier: Apache-2.0
 * watch.c - contract in watch.h. One thread, one loop: announcements make the state dirty; a dirty state
 * is proved once nothing has been announced for SETTLE (or at the latest after SETTLE_MAX); an
 * announcement during a proof makes it dirty again, so a verdict never stands for a state that was. */
#include "wall/watch.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "policy/adopt.h"
#include "policy/policy.h"
#include "wall/child.h"
#include "wall/counters.h"
#include "wall/events.h"
#include "wall/own-seal.h"
#include "wall/snapshot.h"
#include "wall/standing.h"
#include "wall/tally.h"
#include "wall/verdict.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETTLE (20ll * 1000)
#define SETTLE_MAX (500ll * 1000)
#define PROOF_MAX (120ll * 1000000)
#define TELL_EVERY (5ll * 1000000)
#define ALARM_EVERY (10ll * 1000000) /* of what cannot be, each kind */

typedef enum { IDLE = 0, TAKING, FIRST, WHOLE } Stage; /* FIRST, WHOLE: what the prover was asked */

typedef struct {
    const SkWallWatch *spec;
    SkPolicy *policy; /* NULL: it cannot be read */
    SkWallStanding *standing;
    SkWallEvents *events;
    SkWallTally *tally;
    char *counters; /* as the last snapshot has them, as JSON */
    GHashTable *names; /* of interfaces by index, as they are now; else asked of the kernel at each packet */
    SkWallSeal *seal;
    int signals;
    Stage stage;
    SkWallChild *child;  /* that takes a snapshot */
    SkWallChild *prover; /* that keeps what passes, and answers */
    char *held;          /* digest of the snapshot that it has */
    SkWallVerdict first; /* what it answered first */
    const char *cause;   /* NULL: what was proved is what is there */
    int64_t dirty_since;
    int64_t quiet_since;
    SkWallRecord working; /* of the proof under way */
    SkWallRecord last;    /* the last one that ended */
    int64_t proved_at;
    int64_t next_period; /* monotonic */
    int64_t next_tell;
    int64_t next_alarm;
    uint64_t impossible; /* since the last alarm */
    bool counted;        /* since the status was written */
    bool done;
} Watch;

static char *
in_state(const Watch *self, const char *name)
{
    return g_build_filename(self->spec->state, name, NULL);
}

/* ---- sealing and telling ---------------------------------------------------------------------- */

static bool
tell(Watch *self, GError **error)
{
    g_autofree char *path = in_state(self, "status.json");
    g_autofree char *tally = self->tally == NULL ? g_strdup("\"pairs\":[],\"sources\":[]")
                                                 : sk_wall_tally_json(self->tally);
    g_autofree char *counts = g_strdup_printf(
        "%s,%s", tally, self->counters == NULL ? "\"counters\":[]" : self->counters);

    self->counted = false;
    self->next_tell = sk_clock_monotonic() + TELL_EVERY;
    return sk_wall_status_write(path, &self->last, sk_clock_now(), self->proved_at,
                                self->seal == NULL ? 0 : sk_wall_seal_size(self->seal), counts, error);
}

static void
log_verdict(const SkWallRecord *record)
{
    g_autofree char *leaks = g_strdup_printf("%" G_GUINT64_FORMAT, record->counterexamples_n);
    g_autofree char *generation = g_strdup_printf("%" G_GUINT64_FORMAT, record->generation);
    bool good = record->verdict == SK_WALL_PROVED;

    sk_log(good ? SK_LOG_INFO : SK_LOG_ERROR, good ? "wall-verdict" : "wall-alarm", "verdict",
           sk_wall_verdict_name(record->verdict), "cause", record->cause, "leaks", leaks, "whole",
           record->first ? "no" : "yes", "generation", generation, "snapshot", record->snapshot,
           NULL);
}

/* A verdict has been reached: it is said, then sealed, then shown. */
static bool
publish(Watch *self, bool first, GError **error)
{
    sk_wall_record_clear(&self->last);
    sk_wall_record_copy(&self->working, &self->last);
    self->last.first = first;
    self->last.at = sk_clock_now();
    if (self->last.verdict == SK_WALL_PROVED)
        self->proved_at = self->last.at;
    log_verdict(&self->last);
    g_autoptr(SkLeaf) leaf = sk_wall_seal_leaf(self->seal, "wall-verdict");
    sk_wall_record_tell(&self->last, leaf);
    return sk_wall_seal_append(self->seal, leaf, error) && tell(self, error);
}

static bool
conclude(Watch *self, GError **error)
{
    bool good;

    self->stage = IDLE;
    g_clear_pointer(&self->child, sk_wall_child_free);
    good = publish(self, false, error);
    sk_wall_record_clear(&self->working);
    self->working = (SkWallRecord){ 0 };
    self->done = self->done || self->spec->once;
    return good;
}

static bool
conclude_unknown(Watch *self, const char *why, GError **error)
{
    sk_wall_record_unknown(&self->working, why);
    return conclude(self, error);
}

/* ---- what the kernel says --------------------------------------------------------------------- */

static void
dirty(Watch *self, const char *cause)
{
    int64_t now = sk_clock_monotonic();

    if (self->cause == NULL) {
        self->cause = cause;
        self->dirty_since = now;
    }
    self->quiet_since = now;
}

static void
on_changed(SkWallSource source, void *data)
{
    Watch *self = data;

    if (source == SK_WALL_SOURCE_ROUTES)
        g_hash_table_remove_all(self->names);
    dirty(self, sk_wall_source_name(source));
}

/* NULL: there is none any more. */
static const char *
name_of(Watch *self, uint32_t index)
{
    char fresh[IF_NAMESIZE] = "";
    const char *known = g_hash_table_lookup(self->names, GUINT_TO_POINTER(index));

    if (known != NULL || index == 0 || if_indextoname(index, fresh) == NULL)
        return known;
    char *kept = g_strdup(fresh);
    g_hash_table_insert(self->names, GUINT_TO_POINTER(index), kept);
    return kept;
}

static void
on_lost(SkWallSource source, uint64_t n, void *data)
{
    Watch *self = data;
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, n);

    sk_log(SK_LOG_WARNING, "wall-events-lost", "source", sk_wall_source_name(source), "n",
           n == 0 ? "unknown" : text, NULL);
    if (self->tally != NULL)
        sk_wall_tally_lost(self->tally, n);
    self->counted = true;
}

static void
judge(Watch *self, SkWallJudgement judgement)
{
    self->counted = true;
    if (judgement == SK_WALL_JUDGED_IMPOSSIBLE)
        self->impossible++;
}

static void
on_dropped(const SkWallDropped *dropped, void *data)
{
    Watch *self = data;

    if (self->tally == NULL)
        return;
    if (!dropped->readable) {
        sk_wall_tally_unreadable(self->tally);
        return;
    }
    judge(self, sk_wall_tally_dropped(self->tally, &dropped->packet, name_of(self, dropped->in),
                                      name_of(self, dropped->out)));
}

static void
on_opened(const SkPacket *first, void *data)
{
    Watch *self = data;

    if (self->tally != NULL)
        judge(self, sk_wall_tally_opened(self->tally, first));
}

static const SkWallListener listener = {
    .changed = on_changed, .dropped = on_dropped, .opened = on_opened, .lost = on_lost
};

/* Something passed or was dropped that the proof says cannot: told at most once in ALARM_EVERY, with how
 * many there were. */
static bool
alarm_impossible(Watch *self, GError **error)
{
    g_autofree char *n = g_strdup_printf("%" G_GUINT64_FORMAT, self->impossible);
    g_autoptr(SkLeaf) leaf = sk_wall_seal_leaf(self->seal, "wall-impossible");

    self->next_alarm = sk_clock_monotonic() + ALARM_EVERY;
    sk_log(SK_LOG_ERROR, "wall-impossible", "n", n, NULL);
    sk_leaf_string(leaf, "policy", self->policy == NULL ? "" : sk_policy_digest(self->policy));
    sk_leaf_integer(leaf, "events", (int64_t)MIN(self->impossible, (uint64_t)SK_LEAF_INTEGER_MAX));
    self->impossible = 0;
    dirty(self, "impossible");
    return sk_wall_seal_append(self->seal, leaf, error) && tell(self, error);
}

/* ---- proving ---------------------------------------------------------------------------------- */

static void
work_on(Watch *self, const char *cause, const char *snapshot)
{
    const char *policy = self->policy == NULL ? "" : sk_policy_digest(self->policy);

    sk_wall_record_clear(&self->working);
    self->working = (SkWallRecord){ .cause = g_strdup(cause),
                                    .policy = g_strdup(policy),
                                    .snapshot = g_strdup(snapshot) };
}

/* ---- the policy ------------------------------------------------------------------------------- */

static bool
allows(const SkPacket *packet, const char *in, const char *out, void *data)
{
    const Watch *self = data;

    return sk_wall_standing_allows(self->standing, packet, in, out);
}

/* Whoever asks about a packet asks by the policy that was watched. */
static void
keep_policy(const Watch *self, SkSpan text)
{
    g_autofree char *path = in_state(self, "policy.conf");
    g_autoptr(GError) error = NULL;

    if (!sk_io_write_file(path, text, 0644, &error))
        sk_log(SK_LOG_WARNING, "wall-policy-unkept", NULL);
}

static void
take_policy(Watch *self, SkPolicy *policy /* taken; NULL: none can be read */)
{
    g_clear_pointer(&self->tally, sk_wall_tally_free);
    g_clear_pointer(&self->standing, sk_wall_standing_free);
    g_clear_pointer(&self->policy, sk_policy_unref);
    if (policy == NULL) {
        sk_log(SK_LOG_ERROR, "wall-policy-unreadable", NULL);
        return;
    }
    self->standing = sk_wall_standing_new(policy, sk_clock_now());
    self->tally = sk_wall_tally_new(policy, allows, self);
    self->policy = policy;
}

/* What two officers signed. Taken up where it is another than before, or @anew. */
static void
read_adopted(Watch *self, bool anew)
{
    g_autoptr(SkAdopted) adopted = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_adopted_load(self->spec->adopted, &adopted, &error)) {
        take_policy(self, NULL);
        return;
    }
    if (!anew && self->policy != NULL &&
        strcmp(sk_policy_digest(self->policy), sk_policy_digest(adopted->policy)) == 0)
        return;
    keep_policy(self, sk_span_bytes(adopted->text));
    take_policy(self, sk_policy_ref(adopted->policy));
}

static void
read_policy(Watch *self)
{
    SkPolicy *policy = NULL;
    g_autoptr(GError) error = NULL;

    if (self->spec->policy == NULL) {
        read_adopted(self, true);
        return;
    }
    if (sk_policy_load(self->spec->policy, &policy, &error)) {
        g_autofree char *text = sk_policy_show(policy);
        keep_policy(self, sk_span_str(text));
    }
    take_policy(self, policy);
}

/* ---- a proof ----------------------------------------------------------------------------------- */

static bool
start_taking(Watch *self, GError **error)
{
    g_autofree char *path = in_state(self, "snapshot.new");
    const char *const argv[] = { self->spec->program, "snapshot", "--out", path, NULL };
    g_autoptr(GError) why = NULL;

    if (self->spec->policy == NULL)
        read_adopted(self, false);
    work_on(self, self->cause, "");
    self->cause = NULL;
    self->stage = TAKING;
    self->next_period = sk_clock_monotonic() + self->spec->period_us;
    (void)unlink(path);
    if (self->policy == NULL)
        return conclude_unknown(self, "the policy cannot be read", error);
    g_clear_pointer(&self->child, sk_wall_child_free);
    return sk_wall_child_start(argv, false, PROOF_MAX, &self->child, &why) ||
           conclude_unknown(self, why->message, error);
}

static void
drop_prover(Watch *self)
{
    g_clear_pointer(&self->prover, sk_wall_child_free);
    g_clear_pointer(&self->held, g_free);
}

/* By the policy as it was kept: the answer says of which policy and snapshot it is. */
static bool
ask(Watch *self, Stage stage, GError **error)
{
    g_autofree char *path = in_state(self, "policy.conf");
    g_autofree char *line = g_strdup_printf("%s %s\n", stage == FIRST ? "first" : "whole", path);
    g_autoptr(GError) why = NULL;

    self->stage = stage;
    if (sk_wall_child_ask(self->prover, line, PROOF_MAX, &why))
        return true;
    drop_prover(self);
    return conclude_unknown(self, why->message, error);
}

/* The prover has the snapshot of @digest: the one that is there, or a new one. */
static bool
hold(Watch *self, const char *path, const char *digest, GError **error)
{
    const char *const argv[] = {
        self->spec->program, "prove", "--serve", "--snapshot", path, NULL
    };

    if (self->prover != NULL && g_strcmp0(self->held, digest) == 0)
        return true;
    drop_prover(self);
    self->held = g_strdup(digest);
    return sk_wall_child_start_asked(argv, true, &self->prover, error);
}

/* The policy is another one and nothing else was announced: what passes is there already. A whole round follows. */
static bool
prove_again(Watch *self, GError **error)
{
    if (self->stage != IDLE || self->cause != NULL || self->prover == NULL || self->policy == NULL)
        return true;
    work_on(self, "policy", self->held);
    return ask(self, FIRST, error);
}

/* The snapshot is there: what it says is kept beside its verdict, and is what people ask about. */
static bool
start_proving(Watch *self, GError **error)
{
    g_autofree char *fresh = in_state(self, "snapshot.new"), *path = in_state(self, "snapshot");
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) why = NULL;

    if (!sk_io_read_file(fresh, SK_WALL_CHILD_OUTPUT_MAX, &bytes, &why))
        return conclude_unknown(self, "the snapshot could not be read", error);
    g_free(self->working.snapshot);
    self->working.snapshot = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    g_free(self->counters);
    self->counters = sk_wall_counters_json(
        sk_wall_snapshot_section(sk_span_bytes(bytes), SK_SECTION_NFT));
    /* What people ask about is asked by the pages' own user. */
    if (chmod(fresh, 0644) != 0 || rename(fresh, path) != 0)
        return conclude_unknown(self, "the snapshot could not be kept", error);
    if (!hold(self, path, self->working.snapshot, &why))
        return conclude_unknown(self, why->message, error);
    return ask(self, FIRST, error);
}

/* An alarm is told at once; what else there is to say follows. */
static bool
end_first(Watch *self, GError **error)
{
    self->first = self->working.verdict;
    if (self->first != SK_WALL_PROVED && self->first != self->last.verdict &&
        !publish(self, true, error))
        return false;
    return ask(self, WHOLE, error);
}

static bool
end_proving(Watch *self, GBytes *output, GError **error)
{
    g_autoptr(GError) why = NULL;

    bool answers = sk_wall_record_answers(sk_span_bytes(output), &self->working);
    if (!answers && self->cause != NULL) { /* the policy is another one by now: all of it again */
        self->stage = IDLE;
        return true;
    }
    if (!answers)
        return conclude_unknown(self, "the proof could not be made, or is of another state", error);
    if (!sk_wall_record_read(sk_span_bytes(output), &self->working, &why))
        return conclude(self, error);
    if (self->stage == FIRST)
        return end_first(self, error);
    if (self->working.verdict != self->first)
        return conclude_unknown(self, "the proof contradicts itself", error);
    return conclude(self, error);
}

/* An alarm that was told stays, though nobody could say the rest. */
static bool
fail_proving(Watch *self, const char *why, GError **error)
{
    if (self->stage != WHOLE || !self->last.first || self->first != SK_WALL_NOT_ALLOWED)
        return conclude_unknown(self, why, error);
    sk_log(SK_LOG_WARNING, "wall-answer-cut", NULL);
    self->stage = IDLE;
    self->done = self->done || self->spec->once;
    return true;
}

static bool
take_prover(Watch *self, GError **error)
{
    g_autoptr(GBytes) output = NULL;
    g_autofree char *why = NULL;
    int status = 0;
    bool asked = self->stage == FIRST || self->stage == WHOLE;

    switch (sk_wall_child_take(self->prover, &status, &output, &why)) {
    case SK_WALL_CHILD_RUNS:
        return true;
    case SK_WALL_CHILD_SAID:
        return !asked || end_proving(self, output, error);
    case SK_WALL_CHILD_ENDED:
    case SK_WALL_CHILD_FAILED:
    default:
        drop_prover(self);
        return !asked ||
               fail_proving(self, why == NULL ? "the proof could not be made" : why, error);
    }
}

static bool
take_child(Watch *self, GError **error)
{
    g_autoptr(GBytes) output = NULL;
    g_autofree char *why = NULL;
    int status = 0;

    switch (sk_wall_child_take(self->child, &status, &output, &why)) {
    case SK_WALL_CHILD_RUNS:
        return true;
    case SK_WALL_CHILD_FAILED:
        return conclude_unknown(self, why, error);
    case SK_WALL_CHILD_SAID:
    case SK_WALL_CHILD_ENDED:
    default:
        break;
    }
    g_clear_pointer(&self->child, sk_wall_child_free);
    return status == 0 ? start_proving(self, error)
                       : conclude_unknown(self, "no snapshot could be taken", error);
}

/* ---- the loop --------------------------------------------------------------------------------- */

static bool
take_signals(Watch *self, GError **error)
{
    struct signalfd_siginfo info;

    while (read(self->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP) {
            read_policy(self);
            if (!prove_again(self, error))
                return false;
            dirty(self, "policy");
        } else {
            self->done = true;
        }
    }
    return true;
}

/* When something is due although nothing is announced; µs, monotonic. */
static int64_t
next_due(const Watch *self)
{
    int64_t due = self->next_period;

    if (self->cause != NULL && self->stage == IDLE)
        due = MIN(due, MIN(self->quiet_since + SETTLE, self->dirty_since + SETTLE_MAX));
    if (self->child != NULL)
        due = MIN(due, sk_wall_child_deadline(self->child));
    if (self->prover != NULL)
        due = MIN(due, sk_wall_child_deadline(self->prover));
    if (self->counted)
        due = MIN(due, self->next_tell);
    if (self->impossible > 0)
        due = MIN(due, self->next_alarm);
    return due;
}

static bool
do_due(Watch *self, GError **error)
{
    int64_t now = sk_clock_monotonic();

    if (now >= self->next_period && self->stage == IDLE)
        dirty(self, "period");
    if (self->impossible > 0 && now >= self->next_alarm && !alarm_impossible(self, error))
        return false;
    if (self->counted && now >= self->next_tell && !tell(self, error))
        return false;
    if (self->cause != NULL && self->stage == IDLE &&
        (now >= self->quiet_since + SETTLE || now >= self->dirty_since + SETTLE_MAX))
        return start_taking(self, error);
    return true;
}

static bool
turn(Watch *self, GError **error)
{
    struct pollfd wait[SK_WALL_EVENT_SOCKETS + 3];
    int64_t left = next_due(self) - sk_clock_monotonic();
    nfds_t n = SK_WALL_EVENT_SOCKETS + 1;

    sk_wall_events_wait(self->events, wait);
    wait[SK_WALL_EVENT_SOCKETS] = (struct pollfd){ .fd = self->signals, .events = POLLIN };
    if (self->child != NULL)
        wait[n++] = (struct pollfd){ .fd = sk_wall_child_fd(self->child), .events = POLLIN };
    if (self->prover != NULL)
        wait[n++] = (struct pollfd){ .fd = sk_wall_child_fd(self->prover), .events = POLLIN };
    if (poll(wait, n, left <= 0 ? 0 : (int)MIN(left / 1000 + 1, 60000)) < 0 && errno != EINTR)
        return sk_throw_errno(error, "poll");
    return take_signals(self, error) && sk_wall_events_take(self->events, error) &&
           (self->child == NULL || take_child(self, error)) &&
           (self->prover == NULL || take_prover(self, error)) && do_due(self, error);
}

static bool
open_signals(Watch *self, GError **error)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    self->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return self->signals >= 0 || sk_throw_errno(error, "signalfd");
}

static void
close_watch(Watch *self)
{
    g_clear_pointer(&self->child, sk_wall_child_free);
    drop_prover(self);
    sk_wall_events_free(self->events);
    sk_wall_tally_free(self->tally);
    g_free(self->counters);
    sk_wall_standing_free(self->standing);
    g_hash_table_unref(self->names);
    g_clear_pointer(&self->policy, sk_policy_unref);
    sk_wall_seal_close(self->seal);
    sk_wall_record_clear(&self->working);
    sk_wall_record_clear(&self->last);
    if (self->signals >= 0)
        close(self->signals);
}

static bool
run(Watch *self, GError **error)
{
    if (!sk_wall_seal_open(self->spec->state, self->spec->origin, &self->seal, error) || !open_signals(self, error) ||
        !sk_wall_events_open(self->spec->group, &listener, self, &self->events, error))
        return false;
    sk_wall_record_unknown(&self->last, "nothing has been proved yet");
    read_policy(self);
    dirty(self, "start");
    while (!self->done)
        if (!turn(self, error))
            return false;
    return true;
}

/* Whoever reads the status must not take the last verdict for a watched one. */
static void
say_unwatched(Watch *self, const char *why)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sentence = g_strdup_printf("nobody watches: %s", why);

    sk_wall_record_unknown(&self->last, sentence);
    self->last.at = sk_clock_now();
    if (!tell(self, &error))
        sk_log(SK_LOG_ERROR, "wall-status-unwritten", NULL);
}

bool
sk_wall_watch(const SkWallWatch *spec, GError **error)
{
    Watch self = { .spec = spec,
                   .signals = -1,
                   .names = g_hash_table_new_full(NULL, NULL, NULL, g_free) };
    GError *why = NULL;
    bool good = run(&self, &why);

    if (!good)
        say_unwatched(&self, why->message);
    else if (!spec->once)
        say_unwatched(&self, "the watcher was stopped");
    close_watch(&self);
    if (!good)
        g_propagate_error(error, why);
    return good;
}
