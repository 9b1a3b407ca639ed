/* SPDX-License-Identifier: Apache-2.0
 * tree.c - contract in tree.h: what disarming and proving of children have in common. */
#include "sandbox/tree.h"

#include "base/clock.h"
#include "base/io.h"

#include <string.h>

#define ARROW " \xe2\x80\xba " /* › */
#define ELLIPSIS "\xe2\x80\xa6"
#define PATH_MAX_SHOWN 300u /* bytes of a path in a place: what was found there has room behind it */
/* The whole has twice the wall limit of one object, and for each child a 240th of it more (0.5 s of 120): 1,000 office
 * documents have 12 minutes at the most, and no tree has more than six times the limit. */
#define WALL_SHARE 240
#define WALL_MOST 6
#define KEPT_FACTOR 4u /* of the findings a container may show, this many are held while it is worked on */
#define KEPT_LEAST 4u

void
sk_tree_init(SkTree *self, SkCrew *crew, const SkJob *job, const SkChildRules *rules)
{
    *self = (SkTree){ .crew = crew, .job = job, .rules = rules, .start = sk_clock_monotonic() };
    g_mutex_init(&self->lock);
}

void
sk_tree_clear(SkTree *self)
{
    g_clear_error(&self->error);
    g_mutex_clear(&self->lock);
}

int64_t
sk_tree_deadline(SkTree *self)
{
    int64_t wall = (int64_t)self->job->limits.wall_ms * 1000;

    g_mutex_lock(&self->lock);
    int64_t items = self->items;
    g_mutex_unlock(&self->lock);
    return self->start + (items == 0 ? wall : MIN(2 * wall + items * wall / WALL_SHARE, WALL_MOST * wall));
}

int64_t
sk_tree_share(SkTree *self)
{
    int64_t now = sk_clock_monotonic();
    int64_t left = sk_tree_deadline(self) - now;

    if (left > 0)
        return now + MIN(left / 2, (int64_t)self->job->limits.wall_ms * 1000);
    g_mutex_lock(&self->lock);
    if (self->refused == SK_REASON_NONE)
        self->refused = SK_REASON_TIMEOUT;
    g_mutex_unlock(&self->lock);
    return now;
}

/* The lock is held. */
static bool
count(SkTree *self, uint32_t items, uint64_t bytes)
{
    const SkLimits *limits = &self->job->limits;

    if (items > limits->items - MIN(self->items, limits->items) ||
        bytes > limits->expanded - MIN(self->expanded, limits->expanded)) {
        self->refused = SK_REASON_LIMIT; /* before a timeout: the same whoever was first */
        return false;
    }
    self->items += items;
    self->expanded += bytes;
    return true;
}

void
sk_tree_hold(SkTree *self, uint64_t bytes)
{
    g_mutex_lock(&self->lock);
    (void)count(self, 0, bytes);
    g_mutex_unlock(&self->lock);
}

void
sk_tree_fail(SkTree *self, GError *error)
{
    g_mutex_lock(&self->lock);
    if (self->error == NULL)
        self->error = error;
    else
        g_error_free(error);
    g_mutex_unlock(&self->lock);
}

bool
sk_tree_stopped(SkTree *self, SkReason *ret_reason)
{
    g_mutex_lock(&self->lock);
    *ret_reason = self->error == NULL ? self->refused : SK_REASON_NONE;
    bool stopped = self->error != NULL || self->refused != SK_REASON_NONE;
    g_mutex_unlock(&self->lock);
    return stopped;
}

/* ---- one container -------------------------------------------------------------------------- */

bool
sk_brood_take(SkBrood *self, SkTree *tree, const SkJob *job, unsigned depth, const char *path, int fd,
              SkReason *ret_reason)
{
    g_autoptr(GError) error = NULL;
    uint32_t most = tree->job->limits.items;
    g_autoptr(GBytes) bytes = fd < 0 ? NULL : sk_memfd_map(fd, &error);
    g_autoptr(GArray) children = NULL;

    *ret_reason = SK_REASON_LIMIT;
    if (depth > MIN(SK_TREE_DEPTH_MAX, tree->job->limits.depth))
        return false;
    bool parsed = bytes != NULL && sk_children_parse(sk_span_bytes(bytes), most, &children, &error);
    if (!parsed && !g_error_matches(error, SK_ERROR, SK_ERROR_LIMIT)) {
        *ret_reason = SK_REASON_CRASH;
        return false;
    }
    g_mutex_lock(&tree->lock);
    bool counted = count(tree, parsed ? children->len : UINT32_MAX, parsed ? g_bytes_get_size(bytes) : 0);
    g_mutex_unlock(&tree->lock);
    if (!counted)
        return false;
    *self = (SkBrood){ .tree = tree, .job = job, .depth = depth, .path = path, .stop = children->len };
    self->bytes = g_steal_pointer(&bytes);
    self->children = g_steal_pointer(&children);
    self->become = g_new0(SkBecome, self->children->len);
    return true;
}

void
sk_brood_clear(SkBrood *self)
{
    for (unsigned i = 0; self->become != NULL && i < self->children->len; i++) {
        g_clear_pointer(&self->become[i].report, sk_report_free);
        g_clear_pointer(&self->become[i].content, g_bytes_unref);
    }
    g_clear_pointer(&self->become, g_free);
    g_clear_pointer(&self->children, g_array_unref);
    g_clear_pointer(&self->bytes, g_bytes_unref);
}

const SkChild *
sk_brood_child(const SkBrood *self, unsigned i)
{
    return &g_array_index(self->children, SkChild, i);
}

static void
tick(void *data)
{
    const SkBrood *self = data;
    const SkChildRules *rules = self->tree->rules;

    if (rules->tick != NULL)
        rules->tick(rules->data);
}

void
sk_brood_run(SkBrood *self, SkLane *lane, const SkBrood *outer, void (*run)(SkLane *lane, void *brood, unsigned i))
{
    self->errand = (SkErrand){ .run = run, .tick = tick, .data = self, .n = self->children->len };
    sk_crew_run(self->tree->crew, lane, &self->errand, outer == NULL ? NULL : &outer->errand);
}

bool
sk_brood_skips(SkBrood *self, unsigned i)
{
    SkReason reason = SK_REASON_NONE;
    bool stopped = sk_tree_stopped(self->tree, &reason);

    g_mutex_lock(&self->tree->lock);
    stopped = stopped || i > self->stop;
    g_mutex_unlock(&self->tree->lock);
    return stopped;
}

void
sk_brood_stop(SkBrood *self, unsigned i)
{
    g_mutex_lock(&self->tree->lock);
    self->stop = MIN(self->stop, i);
    g_mutex_unlock(&self->tree->lock);
}

/* ---- what was found ------------------------------------------------------------------------- */

/* The end of a long path says more than its beginning. */
static char *
shortened(const char *path, size_t most)
{
    size_t n = strlen(path);
    const char *from = path + (n > most ? n - (most - strlen(ELLIPSIS)) : 0);

    while (from > path && (*from & 0xc0) == 0x80)
        from++;
    return g_strconcat(from > path ? ELLIPSIS : "", from, NULL);
}

static char *
name_of(const SkBrood *self, unsigned i)
{
    g_autofree char *name = sk_text_plain(sk_brood_child(self, i)->name, SK_CHILD_NAME_MAX);
    return shortened(name, PATH_MAX_SHOWN);
}

char *
sk_brood_path(const SkBrood *self, unsigned i)
{
    g_autofree char *name = name_of(self, i);
    g_autofree char *path = g_strconcat(self->path, *self->path == '\0' ? "" : ARROW, name, NULL);
    return shortened(path, SK_PLACE_MAX);
}

static void
tell(SkReport *to, const char *name, const SkFinding *finding)
{
    bool whole = *finding->place == '\0';
    g_autofree char *place = g_strconcat(name, whole ? "" : ARROW, finding->place, NULL);

    sk_report_find(to, finding->element, finding->action, sk_span_str(place), finding->count);
}

static unsigned
found_by(const SkBrood *self, unsigned i)
{
    return self->become[i].report == NULL ? 0 : self->become[i].report->findings->len;
}

/* How many findings each child may show, so that all of them together show no more than @room: the most for which
 * that holds. */
static unsigned
fair_share(const SkBrood *self, unsigned room)
{
    unsigned low = 0;
    unsigned high = SK_REPORT_FINDINGS_MAX;

    while (low < high) {
        unsigned share = (low + high + 1) / 2;
        uint64_t sum = 0;
        for (unsigned i = 0; i < self->children->len; i++)
            sum += MIN(found_by(self, i), share);
        if (sum <= room)
            low = share;
        else
            high = share - 1;
    }
    return low;
}

/* What is told of children that are gone comes first: nothing that was found in others may hide it. Where they were to
 * be looked through, nobody can say what stands in them. */
static void
tell_lost(const SkBrood *self, SkReport *to)
{
    for (unsigned i = 0; i < self->children->len; i++) {
        const SkBecome *become = &self->become[i];
        if (become->kind != SK_CHILD_LOST)
            continue;
        g_autofree char *name = name_of(self, i);
        g_autofree char *place = g_strconcat(name, ARROW, sk_reason_name(become->reason), NULL);
        bool refused = self->stop == i;
        if (self->tree->numbers)
            sk_report_find(to, SK_ELEMENT_NOT_SCANNED, SK_ACTION_KEPT, sk_span_str(name), 1);
        else
            sk_report_find(to, SK_ELEMENT_ARCHIVE_MEMBER, refused ? SK_ACTION_REFUSED : SK_ACTION_REPLACED,
                           sk_span_str(place), 1);
    }
}

void
sk_brood_findings(const SkBrood *self, SkReport *to)
{
    tell_lost(self, to);
    unsigned room = SK_REPORT_FINDINGS_MAX - MIN(to->findings->len, SK_REPORT_FINDINGS_MAX);
    unsigned share = fair_share(self, room);
    for (unsigned i = 0; i < self->children->len; i++) {
        const SkReport *report = self->become[i].report;
        unsigned found = found_by(self, i);
        if (report == NULL)
            continue;
        g_autofree char *name = name_of(self, i);
        for (unsigned f = 0; f < MIN(found, share); f++)
            tell(to, name, &g_array_index(report->findings, SkFinding, f));
        if (found > share || report->findings_cut)
            to->findings_cut = true;
    }
}

void
sk_brood_keep(const SkBrood *self, SkReport *report)
{
    unsigned most = MAX(KEPT_FACTOR * SK_REPORT_FINDINGS_MAX / MAX(self->children->len, 1u), KEPT_LEAST);

    if (report->findings->len <= most)
        return;
    g_array_set_size(report->findings, most);
    report->findings_cut = true;
}
