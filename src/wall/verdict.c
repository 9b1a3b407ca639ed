/* SPDX-License-Identifier: Apache-2.0
 * verdict.c - contract in verdict.h. */
#include "wall/verdict.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"

#include <jansson.h>
#include <string.h>

void
sk_wall_record_clear(SkWallRecord *self)
{
    g_clear_pointer(&self->cause, g_free);
    g_clear_pointer(&self->policy, g_free);
    g_clear_pointer(&self->snapshot, g_free);
    g_clear_pointer(&self->counterexamples, g_free);
    g_clear_pointer(&self->blocked, g_free);
    g_clear_pointer(&self->unmodelled, g_free);
}

void
sk_wall_record_copy(const SkWallRecord *self, SkWallRecord *ret)
{
    *ret = *self;
    ret->cause = g_strdup(self->cause);
    ret->policy = g_strdup(self->policy);
    ret->snapshot = g_strdup(self->snapshot);
    ret->counterexamples = g_strdup(self->counterexamples);
    ret->blocked = g_strdup(self->blocked);
    ret->unmodelled = g_strdup(self->unmodelled);
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void
replace(char **text, char *with)
{
    g_free(*text);
    *text = with;
}

void
sk_wall_record_unknown(SkWallRecord *self, const char *why)
{
    g_autofree char *quoted = sk_json_quote(why);

    self->verdict = SK_WALL_NOT_PROVEN;
    self->counterexamples_n = self->blocked_n = 0;
    replace(&self->counterexamples, g_strdup("[]"));
    replace(&self->blocked, g_strdup("[]"));
    replace(&self->unmodelled, g_strdup_printf("[{\"line\":0,\"text\":\"\",\"why\":%s}]", quoted));
}

/* The first entries of a list, as JSON. */
static char *
some(const json_t *root, const char *name, uint64_t *ret_n)
{
    json_t *list = json_object_get(root, name), *cut = json_array();

    *ret_n = json_array_size(list);
    for (size_t i = 0; i < json_array_size(list) && i < SK_WALL_TOLD; i++)
        json_array_append(cut, json_array_get(list, i));
    char *dumped = json_dumps(cut, JSON_COMPACT | JSON_SORT_KEYS);
    char *ret = g_strdup(dumped == NULL ? "[]" : dumped);
    free(dumped);
    json_decref(cut);
    return ret;
}

static uint64_t
number(const json_t *root, const char *name)
{
    json_int_t value = json_integer_value(json_object_get(root, name));

    return value < 0 || value > SK_LEAF_INTEGER_MAX ? 0 : (uint64_t)value;
}

static bool
verdict_of(const json_t *root, SkWallVerdict *ret)
{
    const char *name = json_string_value(json_object_get(root, "verdict"));

    for (unsigned i = 0; name != NULL && i <= SK_WALL_PROVED; i++)
        if (strcmp(name, sk_wall_verdict_name((SkWallVerdict)i)) == 0) {
            *ret = (SkWallVerdict)i;
            return true;
        }
    return false;
}

/* Was it made by the policy that the record names? A file may have changed since it was read. */
static bool
by_its_policy(const json_t *root, const SkWallRecord *record)
{
    const char *named = json_string_value(json_object_get(root, "policy"));

    return named == NULL || record->policy == NULL || strcmp(named, record->policy) == 0;
}

static bool
read_record(const json_t *root, SkWallRecord *ret)
{
    uint64_t unmodelled = 0;
    SkWallVerdict verdict;

    if (!by_its_policy(root, ret) || !verdict_of(root, &verdict) ||
        !json_is_array(json_object_get(root, "counterexamples")) ||
        !json_is_array(json_object_get(root, "unmodelled")))
        return false;
    replace(&ret->counterexamples, some(root, "counterexamples", &ret->counterexamples_n));
    replace(&ret->blocked, some(root, "blocked", &ret->blocked_n));
    replace(&ret->unmodelled, some(root, "unmodelled", &unmodelled));
    ret->rules = number(root, "rules");
    ret->milliseconds = number(root, "milliseconds");
    ret->generation = number(root, "generation");
    ret->verdict = verdict;
    /* A proof that shows a leak and yet says `proved` is not believed. */
    return verdict != SK_WALL_PROVED || ret->counterexamples_n == 0;
}

bool
sk_wall_record_read(SkSpan json, SkWallRecord *ret, GError **error)
{
    json_error_t where;
    json_t *root = json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, &where);
    bool good = root != NULL && read_record(root, ret);

    json_decref(root);
    if (good)
        return true;
    sk_wall_record_unknown(ret, "the proof's answer could not be read");
    return sk_throw(error, SK_ERROR_MALFORMED, "the proof's answer could not be read");
}

static bool
says(const json_t *root, const char *name, const char *wanted)
{
    const char *said = json_string_value(json_object_get(root, name));

    return said != NULL && wanted != NULL && strcmp(said, wanted) == 0;
}

bool
sk_wall_record_answers(SkSpan json, const SkWallRecord *asked)
{
    json_error_t where;
    json_t *root = json_loadb((const char *)json.p, json.n, JSON_REJECT_DUPLICATES, &where);
    bool good = says(root, "policy", asked->policy) && says(root, "snapshot", asked->snapshot);

    json_decref(root);
    return good;
}

/* ---- keeping ---------------------------------------------------------------------------------- */

void
sk_wall_record_tell(const SkWallRecord *self, SkLeaf *leaf)
{
    sk_leaf_string(leaf, "verdict", sk_wall_verdict_name(self->verdict));
    sk_leaf_string(leaf, "cause", self->cause);
    sk_leaf_string(leaf, "policy", self->policy);
    sk_leaf_string(leaf, "snapshot", self->snapshot);
    sk_leaf_integer(leaf, "generation", (int64_t)self->generation);
    sk_leaf_integer(leaf, "rules", (int64_t)self->rules);
    sk_leaf_integer(leaf, "counterexamples", (int64_t)self->counterexamples_n);
    sk_leaf_integer(leaf, "blocked", (int64_t)self->blocked_n);
}

static const char *
or_empty(const char *text, const char *otherwise)
{
    return text == NULL ? otherwise : text;
}

bool
sk_wall_status_write(const char *path, const SkWallRecord *record, int64_t now, int64_t proved_at,
                     uint64_t leaves, const char *tally, GError **error)
{
    g_autofree char *cause = sk_json_quote(or_empty(record->cause, ""));
    g_autofree char *policy = sk_json_quote(or_empty(record->policy, ""));
    g_autofree char *snapshot = sk_json_quote(or_empty(record->snapshot, ""));
    g_autofree char *text = g_strdup_printf(
        "{\"version\":1,\"at\":%" G_GINT64_FORMAT ",\"checkedAt\":%" G_GINT64_FORMAT
        ",\"provedAt\":%" G_GINT64_FORMAT
        ",\"verdict\":\"%s\",\"whole\":%s,\"cause\":%s,\"policy\":%s,"
        "\"snapshot\":%s,\"generation\":%" G_GUINT64_FORMAT ",\"rules\":%" G_GUINT64_FORMAT
        ",\"milliseconds\":%" G_GUINT64_FORMAT ",\"counterexamplesCount\":%" G_GUINT64_FORMAT
        ",\"blockedCount\":%" G_GUINT64_FORMAT ",\"counterexamples\":%s,\"blocked\":%s,"
        "\"unmodelled\":%s,\"leaves\":%" G_GUINT64_FORMAT ",%s}\n",
        now, record->at, proved_at, sk_wall_verdict_name(record->verdict),
        record->first ? "false" : "true", cause, policy, snapshot, record->generation,
        record->rules, record->milliseconds, record->counterexamples_n, record->blocked_n,
        or_empty(record->counterexamples, "[]"), or_empty(record->blocked, "[]"),
        or_empty(record->unmodelled, "[]"), leaves, tally);

    return sk_io_write_file(path, sk_span_str(text), 0644, error);
}
