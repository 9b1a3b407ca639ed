/* SPDX-License-Identifier: Apache-2.0
 *
 * children.h - what stands inside an object and goes through the pipeline by itself: the members of an archive, the
 * attachments of a mail. A worker that meets them writes one container of them (outcome CHILDREN); the pipeline runs
 * each through every step, as hostile as any other input; one more worker builds the parent from a second container,
 * of what became of them. Both have one form.
 * Runs in: disarm and verify workers (write and read), pipeline (reads and writes). Trusts: nothing.
 * Spec: docs/formats/children.md   Tests: tests/unit/sandbox/test-children.c, tests/fuzz/fuzz-children.c
 */
#pragma once

#include "base/reader.h"
#include "base/sink.h"
#include "base/types.h"

#define SK_CHILDREN_MAGIC "SKCHILD1"
#define SK_CHILD_NAME_MAX 1024u /* bytes of a path */

typedef enum {
    SK_CHILD_OBJECT = 1, /* to be disarmed; type: what its name says, or NONE */
    SK_CHILD_READY,      /* disarmed already, here or by the pipeline: is a `type` at `level` */
    SK_CHILD_FOLDER,     /* a folder in which nothing may stand; no content */
    SK_CHILD_LOST,       /* refused, for `reason`: told in its place; type: what it is; no content */
} SkChildKind;

typedef struct {
    SkChildKind kind;
    SkType type;
    SkLevel level;    /* of READY; else NONE */
    SkReason reason;  /* of LOST; else NONE */
    uint32_t written; /* when, as ZIP says it (APPNOTE 4.4.6): date << 16 | time; 0: not said */
    SkSpan name;      /* a path as people read it: plain UTF-8, `/` between its segments, none of them empty, `.` or `..` */
    SkSpan content;
} SkChild;

/* ---- writing ------------------------------------------------------------------------------ */

typedef struct {
    SkSink *sink; /* borrowed */
    uint32_t n;
    uint64_t patch;   /* where the length of the open child stands; 0: none is open */
    uint64_t content; /* where its content begins */
} SkChildrenWriter;

/** sk_children_writer: begins a container at the start of @sink (asserted), which is borrowed. */
SkChildrenWriter sk_children_writer(SkSink *sink);
/**
 * sk_children_begin: the next child; its `content` is not looked at: what follows in the sink until sk_children_end is
 * its content. The rest of @child must be as the container wants it (asserted; sk_child_name_ok for what is not sure).
 */
void sk_children_begin(SkChildrenWriter *self, const SkChild *child);
void sk_children_end(SkChildrenWriter *self);
/** sk_children_add: a whole child. */
void sk_children_add(SkChildrenWriter *self, const SkChild *child);
/** sk_children_finish: how many there are stands in the head then. The sink's failure is the caller's to see. */
void sk_children_finish(SkChildrenWriter *self);

/** sk_child_name_ok: may @name be a child's? */
bool sk_child_name_ok(SkSpan name);
/** sk_child_name_of: (transfer full): from what an object calls itself, one segment: behind the last slash, without what
 * hides, the end where it is too long. NULL where nothing is left. */
char *sk_child_name_of(const char *said);

/* ---- reading ------------------------------------------------------------------------------ */

/**
 * sk_children_parse:
 * @frame: a whole container; children borrow from it
 * @most: children at most: SK_ERROR_LIMIT
 * @ret: (transfer full): of SkChild, in order; may be empty
 * @error: MALFORMED for any value outside its list and for bytes after the last child
 */
bool sk_children_parse(SkSpan frame, uint32_t most, GArray **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_children_is: does @s begin as a container? */
bool sk_children_is(SkSpan s);
