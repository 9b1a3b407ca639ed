/* SPDX-License-Identifier: Apache-2.0
 * fixture.h - a station in a temporary folder, with clocks that the test sets. People here are made
 * up. */
#pragma once

#include "store/account.h"
#include "store/db.h"
#include "unit/scratch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define HOUR (INT64_C(3600) * G_USEC_PER_SEC)
#define T0 INT64_C(1800000000000000)

typedef struct {
    char *dir;
    char *path;
    char *vault;
    int64_t wall;
    int64_t boot;
    SkStore *store;
} Station;

static inline int64_t
fixture_wall(void *data)
{
    return ((Station *)data)->wall;
}

static inline int64_t
fixture_boot(void *data)
{
    return ((Station *)data)->boot;
}

static inline SkStore *
fixture_open(Station *s)
{
    GError *error = NULL;
    SkStore *store = sk_store_open(s->path, s->vault, &error);
    g_assert_no_error(error);
    SkStoreHooks hooks = { .wall = fixture_wall, .boot = fixture_boot, .data = s };
    sk_store_set_hooks(store, &hooks);
    return store;
}

static inline void
fixture_up_in(Station *s, const char *zone, char *dir)
{
    GError *error = NULL;
    s->dir = dir;
    s->path = g_build_filename(s->dir, "store.db", NULL);
    s->vault = g_build_filename(s->dir, "vault", NULL);
    s->wall = T0;
    s->boot = 1000 * G_USEC_PER_SEC;
    g_assert_true(sk_store_setup(s->path, s->vault, zone, &error));
    g_assert_no_error(error);
    s->store = fixture_open(s);
}

static inline void
fixture_up(Station *s, const char *zone)
{
    fixture_up_in(s, zone, scratch_dir());
}

static inline void
fixture_down(Station *s)
{
    sk_store_close(s->store);
    g_autofree char *quoted = g_shell_quote(s->dir);
    g_autofree char *command = g_strdup_printf("rm -rf %s", quoted);
    g_assert_cmpint(system(command), ==, 0);
    g_free(s->dir);
    g_free(s->path);
    g_free(s->vault);
}

/* An object of the vault with its digest as hex. */
static inline char *
fixture_object(SkStore *store, const char *content, char **ret_sha256)
{
    GError *error = NULL;
    uint8_t digest[SK_SHA256_BYTES];
    char *id = NULL;
    SkVaultWriter *w = sk_vault_begin(sk_store_vault(store), 1 << 20, &error);
    g_assert_no_error(error);
    g_assert_true(sk_vault_append(w, sk_span_str(content), &error));
    g_assert_true(sk_vault_commit(w, &id, digest, &error));
    g_assert_no_error(error);
    *ret_sha256 = g_new0(char, SK_SHA256_HEX_LEN + 1);
    for (unsigned i = 0; i < SK_SHA256_BYTES; i++)
        g_snprintf(*ret_sha256 + 2 * i, 3, "%02x", digest[i]);
    return id;
}

static inline SkCrossing *
fixture_receive(SkStore *store, const char *sender, int64_t keep_for)
{
    GError *error = NULL;
    g_autofree char *sha256 = NULL;
    g_autofree char *object = fixture_object(store, "original", &sha256);
    SkReceive in = { .to = "lgwan",
                     .sender = sender,
                     .recipient = "hanako",
                     .name = "申請書.docx",
                     .level_asked = SK_LEVEL_REBUILT,
                     .object_in = object,
                     .sha256_in = sha256,
                     .bytes_in = 8,
                     .policy_digest = "abc",
                     .keep_for = keep_for };
    SkCrossing *row = NULL;
    g_assert_true(sk_store_receive(store, &in, &row, &error));
    g_assert_no_error(error);
    return row;
}

static inline SkCrossing *
fixture_arrive(SkStore *store, const char *id, const char *content, bool *ret_existing,
               GError **error)
{
    g_autofree char *sha256 = NULL;
    g_autofree char *object = fixture_object(store, content, &sha256);
    SkArrival in = { .id = id,
                     .from = "internet",
                     .sender = "taro",
                     .recipient = "hanako",
                     .name = "申請書.docx",
                     .type_in = SK_TYPE_DOCX,
                     .type_out = SK_TYPE_DOCX,
                     .level = SK_LEVEL_REBUILT,
                     .object_out = object,
                     .sha256_out = sha256,
                     .bytes_in = 8,
                     .bytes_out = strlen(content),
                     .policy_digest = "abc" };
    SkCrossing *row = NULL;
    bool existing = false;
    if (!sk_store_arrive(store, &in, &row, ret_existing == NULL ? &existing : ret_existing, error))
        return NULL;
    return row;
}

/* One event that must succeed. */
static inline void
fixture_event(SkStore *store, const char *id, SkEvent event, const SkEventDetails *details)
{
    GError *error = NULL;
    bool ok = sk_crossing_event(store, id, event, details, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
}

typedef struct {
    const char *id;
    SkEvent event;
    const SkEventDetails *details;
} FixtureInner;

static inline bool
fixture_inner(SkStore *store, void *data, GError **error)
{
    const FixtureInner *i = data;
    return sk_db_event(store, i->id, i->event, i->details, true, error);
}

/* @event on @id: with details that satisfy its own conditions, so that only the table can refuse.
 */
static inline bool
fixture_try(SkStore *store, const char *id, SkEvent event, GError **error)
{
    g_autoptr(SkCrossing) row = NULL;
    g_autofree char *sha256 = NULL;
    g_autofree char *object = fixture_object(store, "result", &sha256);
    g_assert_true(sk_store_get(store, id, &row, NULL));
    SkOutcomeRow outcome = { .type_in = SK_TYPE_DOCX,
                             .type_out = SK_TYPE_DOCX,
                             .level = SK_LEVEL_REBUILT,
                             .name_out = "申請書.docx",
                             .object_out = object,
                             .sha256_out = sha256,
                             .bytes_out = 6 };
    SkEventDetails d = { .actor =
                             event == SK_EVENT_APPROVE || event == SK_EVENT_DENY ||
                                     event == SK_EVENT_STEP || event == SK_EVENT_CLOSE
                                 ? "kacho"
                                 : NULL,
                         .how = "returned",
                         .worker = row->worker,
                         .outcome = row->box == SK_BOX_SENT ? &outcome : NULL,
                         .reason = SK_REASON_MALFORMED,
                         .approval = "section-head",
                         .digest = row->sha256_out };
    if (event == SK_EVENT_CLAIM) {
        g_autoptr(SkCrossing) got = NULL;
        bool ok = sk_store_claim(store, "w", HOUR, &got, error);
        return ok && got != NULL && strcmp(got->id, id) == 0;
    }
    if (event == SK_EVENT_DELIVER || event == SK_EVENT_REPEAT)
        return sk_store_delivered(store, id, "hanako", error);
    if (event == SK_EVENT_EXAMINE)
        return sk_store_examined(store, id, "kacho", error);
    if (event == SK_EVENT_VIEW)
        return sk_store_viewed(store, id, "kacho", error);
    if (event == SK_EVENT_STEP || event == SK_EVENT_REMIND || event == SK_EVENT_LAPSE ||
        event == SK_EVENT_CLOSE || event == SK_EVENT_RETURN_DUE) {
        FixtureInner inner = { id, event, &d };
        return sk_db_do(store, fixture_inner, &inner, error);
    }
    return sk_crossing_event(store, id, event, &d, NULL, error);
}

static inline SkState
fixture_state(SkStore *store, const char *id)
{
    g_autoptr(SkCrossing) row = NULL;
    GError *error = NULL;
    g_assert_true(sk_store_get(store, id, &row, &error));
    g_assert_no_error(error);
    return row->state;
}

static inline int64_t
fixture_int(SkStore *store, const char *sql)
{
    int64_t value = -1;
    GError *error = NULL;
    g_assert_true(sk_sql_one_int(sk_sql(store, sql), -1, &value, &error));
    g_assert_no_error(error);
    return value;
}
