/* SPDX-License-Identifier: Apache-2.0
 *
 * tree.h - an object with all that stands inside it: each child goes through every step by itself, on all lanes, and the
 * parent is built from what became of them. Number, size, depth and time are bounded for the whole tree, and the answer
 * does not depend on who was done first. The pipeline's own.
 * Runs in: as pipeline.h. Trusts: nothing that a worker writes.
 * Spec: docs/formats/children.md   Tests: tests/sandbox/test-children.c
 */
#pragma once

#include "sandbox/children.h"
#include "sandbox/crew.h"
#include "sandbox/pipeline.h"

#define SK_TREE_DEPTH_MAX 8u /* containers within containers */

/* What all of a tree share. */
typedef struct {
    SkCrew *crew;              /* borrowed */
    const SkJob *job;          /* of the whole: limits, and the password for children that ask for one */
    const SkChildRules *rules; /* borrowed */
    SkScanFunc scan; /* NULL: nothing is scanned */
    void *scan_data;
    bool infected; /* under the lock: a scanner has found something in any of it */
    bool numbers;              /* nothing is built: texts are looked through */
    int64_t start;             /* monotonic */
    GMutex lock;               /* for what follows */
    uint32_t items;            /* children so far, of all containers */
    uint64_t expanded;         /* bytes of containers so far, and of what became of children */
    SkReason refused;          /* over a limit of the whole, which no child alone is to blame for; or NONE */
    GError *error;             /* owned: something of ours failed */
} SkTree;

/* What became of one child. */
typedef struct {
    SkChildKind kind; /* READY, FOLDER or LOST */
    SkType type;
    SkLevel level;
    SkReason reason;
    SkReport *report; /* owned; NULL: nothing was found */
    GBytes *content;  /* owned; NULL: none */
} SkBecome;

/* One container on its way. */
typedef struct {
    SkTree *tree;
    const SkJob *job; /* of the parent */
    unsigned depth;   /* 1: the children of what was handed in */
    const char *path; /* borrowed: of the parent; "" for what was handed in */
    GBytes *bytes;    /* owned: the children's spans */
    GArray *children; /* owned, of SkChild */
    SkBecome *become; /* owned, one a child */
    unsigned stop;    /* children behind this one need not be looked at any more */
    SkErrand errand;
} SkBrood;

void sk_tree_init(SkTree *self, SkCrew *crew, const SkJob *job, const SkChildRules *rules);
void sk_tree_clear(SkTree *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkTree, sk_tree_clear)

/** sk_tree_deadline: of the whole, as it is known now: it grows with the number of children. */
int64_t sk_tree_deadline(SkTree *self);
/** sk_tree_share: of one child: never all that is left, so that one that hangs does not take it from the others. */
int64_t sk_tree_share(SkTree *self);
/** sk_tree_hold: counts @bytes that became of a child. Over the limit the whole is refused. */
void sk_tree_hold(SkTree *self, uint64_t bytes);
/** sk_tree_fail: something of ours failed: everything stops. Takes @error. */
void sk_tree_fail(SkTree *self, GError *error);
/** sk_tree_stopped: has the whole come to an end already? @ret_reason: why it is refused; NONE: it failed. */
bool sk_tree_stopped(SkTree *self, SkReason *ret_reason);

/**
 * sk_brood_take: the container @fd (sealed, borrowed; -1: none) of an object at @depth, counted in.
 * @ret_reason: why not: limit (then the whole is refused), crash
 */
bool sk_brood_take(SkBrood *self, SkTree *tree, const SkJob *job, unsigned depth, const char *path, int fd,
                   SkReason *ret_reason) G_GNUC_WARN_UNUSED_RESULT;
void sk_brood_clear(SkBrood *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkBrood, sk_brood_clear)
const SkChild *sk_brood_child(const SkBrood *self, unsigned i);
/** sk_brood_run: @run for every child, on all lanes; @outer: the brood of which the caller is running a part, or NULL. */
void sk_brood_run(SkBrood *self, SkLane *lane, const SkBrood *outer, void (*run)(SkLane *lane, void *brood, unsigned i));
/** sk_brood_skips: need child @i not be looked at any more? */
bool sk_brood_skips(SkBrood *self, unsigned i);
/** sk_brood_stop: children behind @i need not be looked at. */
void sk_brood_stop(SkBrood *self, unsigned i);
/** sk_brood_path: (transfer full): of child @i in the whole tree, plain and short enough for a place. */
char *sk_brood_path(const SkBrood *self, unsigned i);
/** sk_brood_findings: those of all children, each behind its name, and fairly: no child takes another's room. */
void sk_brood_findings(const SkBrood *self, SkReport *to);
/** sk_brood_keep: what of @report's findings can be asked for by sk_brood_findings at all; the rest is let go of. */
void sk_brood_keep(const SkBrood *self, SkReport *report);

/** sk_tree_disarm, sk_tree_numbers, sk_tree_verify: as the pipeline's functions, in the tree's job. */
bool sk_tree_disarm(SkTree *self, int input, SkReport **ret_report, int *ret_output,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_tree_numbers(SkTree *self, int input, SkReport **ret_report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_tree_verify(SkTree *self, int input, SkReport **ret_report, GError **error) G_GNUC_WARN_UNUSED_RESULT;
