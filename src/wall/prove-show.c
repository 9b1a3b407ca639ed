/* SPDX-License-Identifier: Apache-2.0
 * prove-show.c - contract in prove.h (sk_wall_proof_json). */
#include "wall/prove.h"

#include "wall/reason.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *
text(const char *s)
{
    json_t *value = s == NULL ? json_null() : json_string(s);

    return value != NULL ? value : json_string("(not UTF-8)");
}

static json_t *
path_json(const GPtrArray *path)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < path->len; i++) {
        const SkWallRuleAt *at = g_ptr_array_index(path, i);
        json_t *one = json_object();
        json_object_set_new(one, "table", text(at->table));
        json_object_set_new(one, "chain", text(at->chain));
        json_object_set_new(one, "handle", json_integer((json_int_t)at->handle));
        json_object_set_new(one, "line", json_integer(at->line));
        json_object_set_new(one, "rule", text(at->rule));
        json_array_append_new(list, one);
    }
    return list;
}

/* By this the pages find the words of their language. */
static const char *
breaks_name(const SkWallFound *found, bool blocked)
{
    static const char *const names[SK_WALL_BREAKS_COUNT] = {
        [SK_WALL_BREAKS_NONE] = "none",         [SK_WALL_BREAKS_NARROWER] = "narrower",
        [SK_WALL_BREAKS_EXPIRED] = "expired",   [SK_WALL_BREAKS_TAKE_OUT] = "take-out",
        [SK_WALL_BREAKS_SPOOFED] = "spoofed",   [SK_WALL_BREAKS_NO_STATE] = "no-state",
        [SK_WALL_BREAKS_MAC] = "mac",           [SK_WALL_BREAKS_WALL] = "wall",
    };

    g_assert(found->breaks < SK_WALL_BREAKS_COUNT);
    return blocked ? "allowed" : names[found->breaks];
}

static json_t *
found_json(const GPtrArray *found, bool blocked)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < found->len; i++) {
        const SkWallFound *item = g_ptr_array_index(found, i);
        json_t *one = json_object();
        json_object_set_new(one, "from", text(item->from));
        json_object_set_new(one, "to", text(item->to));
        json_object_set_new(one, "packet", text(item->text));
        json_object_set_new(one, "region", text(item->region));
        json_object_set_new(one, "path", path_json(item->path));
        json_object_set_new(one, "breaks", text(breaks_name(item, blocked)));
        json_object_set_new(one, "sentence", text(item->sentence));
        json_object_set_new(one, "line", json_integer(item->line));
        json_object_set_new(one, "edit", text(item->edit));
        json_object_set_new(one, "perhaps", json_boolean(item->perhaps));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *
unmodelled_json(const GPtrArray *unmodelled)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < unmodelled->len; i++) {
        const SkWallUnmodelled *item = g_ptr_array_index(unmodelled, i);
        json_t *one = json_object();
        json_object_set_new(one, "section", text(item->section));
        json_object_set_new(one, "line", json_integer(item->line));
        json_object_set_new(one, "text", text(item->text));
        json_object_set_new(one, "why", text(item->why));
        json_object_set_new(one, "why_ja", text(sk_wall_reason_ja(item->why)));
        json_array_append_new(list, one);
    }
    return list;
}

char *
sk_wall_proof_json(const SkWallProof *self)
{
    json_t *all = json_object();

    json_object_set_new(all, "verdict", text(sk_wall_verdict_name(self->verdict)));
    json_object_set_new(all, "counterexamples", found_json(self->leaks, false));
    json_object_set_new(all, "more_counterexamples", json_boolean(self->more_leaks));
    json_object_set_new(all, "blocked", found_json(self->blocked, true));
    json_object_set_new(all, "more_blocked", json_boolean(self->more_blocked));
    json_object_set_new(all, "unmodelled", unmodelled_json(self->unmodelled));
    json_object_set_new(all, "established", text(self->inductive ? "inductive" : "strict"));
    json_object_set_new(all, "connections_looked_at", json_boolean(self->looked_at));
    json_object_set_new(all, "rules", json_integer(self->rules));
    json_object_set_new(all, "nodes", json_integer(self->nodes));
    json_object_set_new(all, "milliseconds", json_integer(self->us / 1000));
    char *dumped = json_dumps(all, JSON_COMPACT | JSON_PRESERVE_ORDER);
    char *ret = g_strdup(dumped != NULL ? dumped : "{}");
    free(dumped);
    json_decref(all);
    return ret;
}
