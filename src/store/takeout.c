/* SPDX-License-Identifier: Apache-2.0
 * takeout.c - contract in takeout.h: what leaves towards less trust, and its coming back. */
#include "store/takeout.h"

#include "store/db.h"

#include <string.h>

#define OUTSIDE_MAX 400u
#define NOTE_MAX 400u
#define DAY_MAX 376200 /* 2999-12-31 */
#define DAY_US (INT64_C(24) * 3600 * G_USEC_PER_SEC)
#define KEEP_AFTER (INT64_C(30) * DAY_US)

static const char *const media[] = { "none", "usb", "disc", "paper", "other", NULL };
static const char *const hows[] = { "returned", "erased", "kept", NULL };

const char *const *
sk_takeout_media(void)
{
    return media;
}

bool
sk_takeout_is_how(const char *how)
{
    return how != NULL && g_strv_contains(hows, how);
}

bool
sk_takeout_is_sound(const SkReceive *in)
{
    const char *medium = in->medium == NULL ? "" : in->medium;
    bool said =
        *medium != '\0' || in->return_by != 0 || (in->outside != NULL && *in->outside != '\0');

    return (!said || in->takeout) && (*medium == '\0' || g_strv_contains(media, medium)) &&
           sk_db_is_text(in->outside, OUTSIDE_MAX) && in->return_by >= 0 &&
           in->return_by <= DAY_MAX;
}

/* The reminder comes when the day begins in Japan; the row outlives it, so that it can be closed.
 */
bool
sk_takeout_passed(SkStore *store, const SkCrossing *row, GError **error)
{
    if (!row->takeout || row->return_by == 0)
        return true;
    int64_t due = row->return_by * DAY_US - DAY_US * 9 / 24;
    SkSql *q =
        sk_sql(store, "UPDATE crossings SET return_at = ?, expires = CASE WHEN expires > 0 THEN "
                      "max(expires, ?) ELSE 0 END WHERE id = ?");
    sk_sql_int(q, due);
    sk_sql_int(q, due + KEEP_AFTER);
    sk_sql_text(q, row->id);
    return sk_sql_run(q, error);
}

/* ---- closing ---- */

typedef struct {
    const char *id;
    const SkEventDetails *details;
    SkCrossing *row; /* owned by the caller */
} Close;

static bool
close_work(SkStore *store, void *data, GError **error)
{
    Close *c = data;
    g_autoptr(SkCrossing) before = NULL;

    if (!sk_rows_get(store, c->id, &before, error))
        return false;
    if (!before->takeout)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "forbidden-state");
    if (*before->closed != '\0')
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "already-closed");
    return sk_db_event(store, c->id, SK_EVENT_CLOSE, c->details, false, error) &&
           sk_rows_get(store, c->id, &c->row, error);
}

bool
sk_takeout_close(SkStore *self, const char *id, const char *actor, const char *how,
                 const char *note, SkCrossing **ret, GError **error)
{
    const SkEventDetails details = { .actor = actor, .how = how, .note = note };
    Close c = { .id = id, .details = &details };

    self->why = "";
    if (!sk_takeout_is_how(how) || !sk_db_is_account(actor) || !sk_db_is_text(note, NOTE_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: a closing names its account and how");
    if (!sk_db_do(self, close_work, &c, error)) {
        sk_crossing_free(c.row);
        return false;
    }
    *ret = c.row;
    return true;
}
