/* SPDX-License-Identifier: Apache-2.0
 * crew.c - contract in crew.h. One lock for all that is shared; it is never held while a part runs. Whoever waits for
 * an errand helps with it and with what is within it, nothing else: so the stack is no deeper than errands are nested,
 * and nobody waits for something that waits for them. */
#include "sandbox/crew.h"

#include "base/clock.h"

#include <unistd.h>

#define TICK_US G_USEC_PER_SEC

typedef struct {
    SkCrew *crew;
    SkLane lane;
    GThread *thread; /* NULL: not started; never of the first, which is the owner's */
} Place;

struct SkCrew {
    char *folder; /* owned */
    unsigned lanes;
    Place places[SK_CREW_LANES_MAX];
    GMutex lock; /* for what follows */
    GCond change;
    GPtrArray *errands; /* owned; borrowed SkErrand: with parts that nobody has begun; the newest last */
    bool quit;
};

/* ---- lanes ---------------------------------------------------------------------------------- */

static unsigned
default_lanes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    long page = sysconf(_SC_PAGESIZE);
    uint64_t memory = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;
    uint64_t fit = memory / 2 / sk_limits_default().memory;

    return (unsigned)CLAMP(MIN((uint64_t)g_get_num_processors(), fit), 1, SK_CREW_LANES_MAX);
}

static SkPool *
pool_of(const char *folder, const char *program, bool optional)
{
    g_autofree char *path = g_build_filename(folder, program, NULL);
    return optional && access(path, X_OK) != 0 ? NULL : sk_pool_new(path);
}

static void
lane_fill(SkLane *self, const char *folder)
{
    if (self->disarm != NULL)
        return;
    self->disarm = pool_of(folder, "sekisho-disarm", false);
    self->verify = pool_of(folder, "sekisho-verify", false);
    self->draw = pool_of(folder, "sekisho-draw", true);
    self->convert = pool_of(folder, "sekisho-convert", true);
    if (self->convert != NULL)
        sk_pool_set_single(self->convert);
}

static void
lane_clear(SkLane *self)
{
    g_clear_pointer(&self->disarm, sk_pool_free);
    g_clear_pointer(&self->convert, sk_pool_free);
    g_clear_pointer(&self->draw, sk_pool_free);
    g_clear_pointer(&self->verify, sk_pool_free);
}

static uint64_t
lane_cpu_us(const SkLane *self)
{
    const SkPool *pools[] = { self->disarm, self->convert, self->draw, self->verify };
    uint64_t sum = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(pools); i++)
        sum += pools[i] == NULL ? 0 : sk_pool_cpu_us(pools[i]);
    return sum;
}

SkCrew *
sk_crew_new(const char *folder)
{
    SkCrew *self = g_new0(SkCrew, 1);

    self->folder = g_strdup(folder);
    self->lanes = default_lanes();
    self->errands = g_ptr_array_new();
    g_mutex_init(&self->lock);
    g_cond_init(&self->change);
    lane_fill(&self->places[0].lane, folder);
    return self;
}

void
sk_crew_free(SkCrew *self)
{
    if (self == NULL)
        return;
    g_mutex_lock(&self->lock);
    g_assert(self->errands->len == 0);
    self->quit = true;
    g_cond_broadcast(&self->change);
    g_mutex_unlock(&self->lock);
    for (unsigned i = 1; i < SK_CREW_LANES_MAX; i++)
        if (self->places[i].thread != NULL)
            g_thread_join(self->places[i].thread);
    lane_clear(&self->places[0].lane);
    g_ptr_array_unref(self->errands);
    g_cond_clear(&self->change);
    g_mutex_clear(&self->lock);
    g_free(self->folder);
    g_free(self);
}

void
sk_crew_set_lanes(SkCrew *self, unsigned lanes)
{
    self->lanes = CLAMP(lanes, 1, SK_CREW_LANES_MAX);
}

SkLane *
sk_crew_lane(SkCrew *self)
{
    return &self->places[0].lane;
}

uint64_t
sk_crew_cpu_us(const SkCrew *self)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < SK_CREW_LANES_MAX; i++)
        sum += lane_cpu_us(&self->places[i].lane);
    return sum;
}

/* ---- errands -------------------------------------------------------------------------------- */

static bool
is_within(const SkErrand *errand, const SkErrand *outer)
{
    while (errand != NULL && errand != outer)
        errand = errand->within;
    return errand == outer;
}

/* The newest errand within @outer (NULL: any) that has a part to begin. */
static SkErrand *
find_open(const SkCrew *self, const SkErrand *outer)
{
    for (unsigned i = self->errands->len; i > 0; i--) {
        SkErrand *errand = g_ptr_array_index(self->errands, i - 1);
        if (outer == NULL || is_within(errand, outer))
            return errand;
    }
    return NULL;
}

/* The lock is held, and is let go of while the part runs. */
static void
run_part(SkCrew *self, SkLane *lane, SkErrand *errand)
{
    unsigned i = errand->next++;

    errand->running++;
    if (errand->next == errand->n)
        g_ptr_array_remove(self->errands, errand);
    g_mutex_unlock(&self->lock);
    errand->run(lane, errand->data, i);
    g_mutex_lock(&self->lock);
    errand->running--;
    if (errand->running == 0 && errand->next == errand->n)
        g_cond_broadcast(&self->change);
}

static void *
serve(void *data)
{
    Place *place = data;
    SkCrew *self = place->crew;

    lane_fill(&place->lane, self->folder);
    g_mutex_lock(&self->lock);
    while (!self->quit) {
        SkErrand *errand = find_open(self, NULL);
        if (errand == NULL)
            g_cond_wait(&self->change, &self->lock);
        else
            run_part(self, &place->lane, errand);
    }
    g_mutex_unlock(&self->lock);
    lane_clear(&place->lane);
    return NULL;
}

/* One that cannot be had is done without. */
static void
start_threads(SkCrew *self)
{
    for (unsigned i = 1; i < self->lanes; i++) {
        Place *place = &self->places[i];
        place->crew = self;
        if (place->thread == NULL)
            place->thread = g_thread_try_new("lane", serve, place, NULL);
    }
}

static void
tick(SkCrew *self, const SkLane *lane, const SkErrand *errand)
{
    if (errand->tick == NULL || lane != &self->places[0].lane)
        return;
    g_mutex_unlock(&self->lock);
    errand->tick(errand->data);
    g_mutex_lock(&self->lock);
}

void
sk_crew_run(SkCrew *self, SkLane *lane, SkErrand *errand, const SkErrand *within)
{
    errand->within = within;
    errand->next = 0;
    errand->running = 0;
    if (errand->n == 0)
        return;
    if (lane == &self->places[0].lane && errand->n > 1)
        start_threads(self);
    g_mutex_lock(&self->lock);
    g_ptr_array_add(self->errands, errand);
    g_cond_broadcast(&self->change);
    while (errand->next < errand->n || errand->running > 0) {
        SkErrand *open = find_open(self, errand);
        if (open != NULL)
            run_part(self, lane, open);
        else
            g_cond_wait_until(&self->change, &self->lock, sk_clock_monotonic() + TICK_US);
        tick(self, lane, errand);
    }
    g_mutex_unlock(&self->lock);
}
