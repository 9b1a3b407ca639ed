/* SPDX-License-Identifier: Apache-2.0
 *
 * crew.h - lanes of work: a set of pools for each core, and a thread for each lane but the caller's own. What has many
 * parts is done by all of them. A thread lives as long as its crew: a zygote dies with the thread that started it.
 * Runs in: runner, intake, `sekisho disarm`, `sekisho verify`. Trusts: nothing that a worker writes.
 * Tests: tests/sandbox/test-children.c
 */
#pragma once

#include "sandbox/pool.h"

#define SK_CREW_LANES_MAX 16u

/* The programs, as one thread has them. */
typedef struct {
    SkPool *disarm;  /* owned */
    SkPool *convert; /* owned; NULL: not installed */
    SkPool *draw;    /* owned; NULL: not installed */
    SkPool *verify;  /* owned */
} SkLane;

typedef struct SkCrew SkCrew;

/** sk_crew_new: (transfer full): starts neither a thread nor a program. @folder: of the programs. */
SkCrew *sk_crew_new(const char *folder);
void sk_crew_free(SkCrew *self); /* no errand may be under way */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkCrew, sk_crew_free)

/** sk_crew_set_lanes: how many there are from now on, 1 to SK_CREW_LANES_MAX; before any errand. By default one a core,
 * and no more than half of the machine's memory would hold at a worker's limit each. */
void sk_crew_set_lanes(SkCrew *self, unsigned lanes);
/** sk_crew_lane: that of the thread which owns the crew. */
SkLane *sk_crew_lane(SkCrew *self);
/** sk_crew_cpu_us: CPU time of all workers so far; while no errand is under way. */
uint64_t sk_crew_cpu_us(const SkCrew *self);

/* Parts that belong together: each is run once, in any order, by any lane. A part may run an errand of its own. */
typedef struct SkErrand SkErrand;
struct SkErrand {
    void (*run)(SkLane *lane, void *data, unsigned i);
    void (*tick)(void *data); /* or NULL: called now and then, in the owner's thread only */
    void *data;               /* borrowed */
    unsigned n;
    /* the crew's own: */
    const SkErrand *within;
    unsigned next, running;
};

/**
 * sk_crew_run: until every part of @errand is done.
 * @lane: the caller's; it works on @errand's parts, and on what these run, itself
 * @within: the errand whose part the caller is running; NULL: none
 */
void sk_crew_run(SkCrew *self, SkLane *lane, SkErrand *errand, const SkErrand *within);
