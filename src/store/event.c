/* SPDX-License-Identifier: Apache-2.0
 * event.c - contract in store.h: the one function through which a crossing changes, and its two
 * ways in. Whoever reaches write_state has passed the table. */
#include "store/db.h"

#include "base/name.h"
#include "base/uuid.h"

#include <string.h>

#define NOTE_MAX 400u
#define REASON_MAX 400u
#define WORKER_MAX 200u
#define RETURN_AGAIN (INT64_C(7) * 24 * 3600 * G_USEC_PER_SEC)
#define POLICY_DIGEST_MAX 64u

static bool
is_given(const char *s)
{
    return s != NULL && *s != '\0';
}

/* ---- what may be stored ---- */

static bool
check_people(const char *from_or_to, const char *sender, const char *recipient, const SkEnvelope *envelope,
             const char *name, const char *reason, const char *policy, GError **error)
{
    bool people = envelope == NULL ? sk_db_is_account(sender) && sk_db_is_account(recipient)
                                   : !is_given(sender) && !is_given(recipient);

    if (!sk_db_is_zone(from_or_to))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not a zone's name");
    if (!people)
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not an account's name");
    if (envelope != NULL && !sk_envelope_is_sound(envelope))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not a mail's envelope");
    if (!is_given(name) || !sk_db_is_text(name, SK_NAME_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not a name of content");
    if (!sk_db_is_text(reason, REASON_MAX) || !sk_db_is_text(policy, POLICY_DIGEST_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not plain text");
    return true;
}

static bool
check_object(const char *object, const char *sha256, uint64_t bytes, GError **error)
{
    if (!sk_db_is_hex(object, SK_VAULT_ID_LEN) || !sk_db_is_hex(sha256, SK_SHA256_HEX_LEN))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not an object's id or digest");
    if (bytes > (uint64_t)SK_LEAF_INTEGER_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "store: size too large");
    return true;
}

static bool
section_of(SkStore *store, const char *account, char **ret, GError **error)
{
    SkSql *q = sk_sql(store, "SELECT section FROM accounts WHERE name = ?");
    bool row = false;
    sk_sql_text(q, account);
    if (!sk_sql_next(q, &row, error))
        return false;
    *ret = row ? sk_sql_get_text(q, 0) : g_strdup("");
    sk_sql_done(q);
    return true;
}

static int64_t
end_of(int64_t now, int64_t length)
{
    return length > 0 && length < INT64_MAX - now ? now + length : 0;
}

/* ---- the leaf's own members ---- */

static void
leaf_people(SkLeaf *leaf, const uint8_t *salt, const char *from, const char *to, const char *sender,
            const char *recipient, const char *name)
{
    sk_leaf_string(leaf, "from", from);
    sk_leaf_string(leaf, "to", to);
    sk_leaf_hidden(leaf, "sender", salt, sender);
    sk_leaf_hidden(leaf, "recipient", salt, recipient);
    sk_leaf_hidden(leaf, "name", salt, name);
}

/* ---- receive ---- */

typedef struct {
    const SkReceive *in;
    char *id;         /* owned by the caller */
    SkCrossing **ret; /* may be NULL */
} Receive;

static bool
insert_received(SkStore *store, const Receive *r, const char *section, const uint8_t *salt,
                int64_t now, int64_t version, GError **error)
{
    const SkReceive *in = r->in;
    SkSql *q = sk_sql(
        store,
        "INSERT INTO crossings (id, box, state, from_zone, to_zone, sender, recipient, section, "
        "name, level_asked, bytes_in, class, takeout_reason, created, updated, expires, "
        "keep_original, sha256_in, object_in, policy_digest, version, takeout, outside, medium, "
        "return_by, mail, salt) VALUES (?, 'sent', 'received', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    sk_sql_text(q, r->id);
    sk_sql_text(q, store->zone);
    sk_sql_text(q, in->to);
    sk_sql_text(q, in->sender);
    sk_sql_text(q, in->recipient);
    sk_sql_text(q, section);
    sk_sql_text(q, in->name);
    sk_sql_text(q, sk_level_name(in->level_asked));
    sk_sql_int(q, (int64_t)in->bytes_in);
    sk_sql_int(q, in->class);
    sk_sql_text(q, in->takeout_reason);
    sk_sql_int(q, now);
    sk_sql_int(q, now);
    sk_sql_int(q, end_of(now, in->keep_for));
    sk_sql_int(q, end_of(now, in->keep_original_for));
    sk_sql_text(q, in->sha256_in);
    sk_sql_text(q, in->object_in);
    sk_sql_text(q, in->policy_digest);
    sk_sql_int(q, version);
    sk_sql_int(q, in->takeout);
    sk_sql_text(q, in->outside);
    sk_sql_text(q, in->medium);
    sk_sql_int(q, in->return_by);
    sk_sql_int(q, in->envelope != NULL);
    sk_sql_blob(q, sk_span(salt, SK_SALT_BYTES));
    return sk_sql_run(q, error);
}

static bool
receive_work(SkStore *store, void *data, GError **error)
{
    Receive *r = data;
    const SkReceive *in = r->in;
    uint8_t salt[SK_SALT_BYTES];
    g_autofree char *section = NULL;
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    int64_t now = 0;
    int64_t version = 0;

    sk_random(salt, sizeof salt);
    leaf_people(leaf, salt, store->zone, in->to, in->sender, in->recipient, in->name);
    sk_leaf_hidden(leaf, "takeout-reason", salt, in->takeout_reason);
    sk_leaf_string(leaf, "sha256-in", in->sha256_in);
    sk_leaf_integer(leaf, "bytes-in", (int64_t)in->bytes_in);
    sk_leaf_integer(leaf, "class", in->class);
    sk_leaf_hidden(leaf, "outside", salt, in->outside);
    sk_leaf_string(leaf, "medium", in->medium);
    if (in->return_by > 0)
        sk_leaf_integer(leaf, "return-by", in->return_by);
    sk_leaf_string(leaf, "policy", in->policy_digest);
    SkActRow act = { .act = sk_event_name(SK_EVENT_RECEIVE),
                     .crossing = r->id,
                     .state = sk_state_name(SK_STATE_RECEIVED),
                     .actor = in->sender };
    return section_of(store, in->sender, &section, error) &&
           sk_db_act(store, &act, leaf, &now, &version, error) &&
           insert_received(store, r, section, salt, now, version, error) &&
           (in->envelope == NULL || sk_db_envelope_insert(store, r->id, in->envelope, SK_BOX_SENT, error)) &&
           sk_rows_moved(store, SK_BOX_SENT, SK_STATE_NONE, SK_STATE_RECEIVED, error) &&
           (r->ret == NULL || sk_rows_get(store, r->id, r->ret, error));
}

bool
sk_db_check_receive(const SkReceive *in, GError **error)
{
    if (!check_people(in->to, in->sender, in->recipient, in->envelope, in->name, in->takeout_reason,
                      in->policy_digest, error) ||
        !check_object(in->object_in, in->sha256_in, in->bytes_in, error))
        return false;
    if (in->class > SK_STORE_CLASS_MAX || in->level_asked >= SK_LEVEL_COUNT)
        return sk_throw(error, SK_ERROR_MALFORMED, "store: no such class or level");
    if (!sk_takeout_is_sound(in))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not a take-out's medium, outside or day");
    return true;
}

bool
sk_db_receive(SkStore *store, const SkReceive *in, SkCrossing **ret, GError **error)
{
    g_autofree char *id = sk_uuid_new();
    Receive r = { .in = in, .id = id, .ret = ret };
    return receive_work(store, &r, error);
}

bool
sk_store_receive(SkStore *self, const SkReceive *in, SkCrossing **ret, GError **error)
{
    self->why = "";
    if (!sk_db_check_receive(in, error))
        return false;
    g_autofree char *id = sk_uuid_new();
    g_autoptr(SkCrossing) row = NULL;
    Receive r = { .in = in, .id = id, .ret = &row };
    if (!sk_db_do(self, receive_work, &r, error))
        return false;
    if (ret != NULL)
        *ret = g_steal_pointer(&row);
    return true;
}

/* ---- arrive ---- */

typedef struct {
    const SkArrival *in;
    SkCrossing *row; /* owned by the caller */
    bool existing;
} Arrive;

static bool
insert_arrived(SkStore *store, const SkArrival *in, const char *section, const uint8_t *salt,
               int64_t now, int64_t version, GError **error)
{
    SkSql *q = sk_sql(
        store,
        "INSERT INTO crossings (id, box, state, from_zone, to_zone, sender, recipient, section, "
        "name, name_out, type_in, type_out, level_asked, level, bytes_in, bytes_out, class, "
        "takeout_reason, created, updated, expires, keep_original, sha256_in, sha256_out, "
        "object_out, policy_digest, version, findings_cut, takeout, mail, salt) "
        "VALUES (?, 'arrived', 'arrived', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, "
        "'', ?, ?, ?, ?, ?, ?, ?, ?)");
    sk_sql_text(q, in->id);
    sk_sql_text(q, in->from);
    sk_sql_text(q, store->zone);
    sk_sql_text(q, in->sender);
    sk_sql_text(q, in->recipient);
    sk_sql_text(q, section);
    sk_sql_text(q, in->name);
    sk_sql_text(q, in->name);
    sk_sql_text(q, sk_type_get(in->type_in)->name);
    sk_sql_text(q, sk_type_get(in->type_out)->name);
    sk_sql_text(q, sk_level_name(in->level_asked));
    sk_sql_text(q, sk_level_name(in->level));
    sk_sql_int(q, (int64_t)in->bytes_in);
    sk_sql_int(q, (int64_t)in->bytes_out);
    sk_sql_int(q, in->class);
    sk_sql_text(q, in->takeout_reason);
    sk_sql_int(q, now);
    sk_sql_int(q, now);
    sk_sql_int(q, end_of(now, in->keep_for));
    sk_sql_text(q, in->sha256_out);
    sk_sql_text(q, in->object_out);
    sk_sql_text(q, in->policy_digest);
    sk_sql_int(q, version);
    sk_sql_int(q, in->findings_cut);
    sk_sql_int(q, in->takeout);
    sk_sql_int(q, in->envelope != NULL);
    sk_sql_blob(q, sk_span(salt, SK_SALT_BYTES));
    return sk_sql_run(q, error);
}

static bool
write_counts(SkStore *store, const char *id, SkCounts counts, bool cut, GError **error)
{
    SkSql *q = sk_sql(
        store,
        "UPDATE crossings SET removed = ?, replaced = ?, kept = ?, findings_cut = ? WHERE id = ?");
    sk_sql_int(q, (int64_t)MIN(counts.removed, (uint64_t)SK_LEAF_INTEGER_MAX));
    sk_sql_int(q, (int64_t)MIN(counts.replaced, (uint64_t)SK_LEAF_INTEGER_MAX));
    sk_sql_int(q, (int64_t)MIN(counts.kept, (uint64_t)SK_LEAF_INTEGER_MAX));
    sk_sql_int(q, cut);
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

static bool
write_findings(SkStore *store, const char *id, const GArray *findings, bool cut, GError **error)
{
    SkCounts counts = { 0 };
    return findings == NULL || (sk_rows_findings(store, id, findings, &counts, error) &&
                                write_counts(store, id, counts, cut, error));
}

static bool
arrive_new(SkStore *store, Arrive *a, GError **error)
{
    const SkArrival *in = a->in;
    uint8_t salt[SK_SALT_BYTES];
    g_autofree char *section = NULL;
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    int64_t now = 0;
    int64_t version = 0;

    sk_random(salt, sizeof salt);
    leaf_people(leaf, salt, in->from, store->zone, in->sender, in->recipient, in->name);
    sk_leaf_hidden(leaf, "takeout-reason", salt, in->takeout_reason);
    sk_leaf_string(leaf, "sha256-out", in->sha256_out);
    sk_leaf_integer(leaf, "bytes-out", (int64_t)in->bytes_out);
    sk_leaf_integer(leaf, "class", in->class);
    sk_leaf_string(leaf, "policy", in->policy_digest);
    SkActRow act = { .act = sk_event_name(SK_EVENT_ARRIVE),
                     .crossing = in->id,
                     .state = sk_state_name(SK_STATE_ARRIVED) };
    return section_of(store, in->recipient, &section, error) &&
           sk_db_act(store, &act, leaf, &now, &version, error) &&
           insert_arrived(store, in, section, salt, now, version, error) &&
           (in->envelope == NULL || sk_db_envelope_insert(store, in->id, in->envelope, SK_BOX_ARRIVED, error)) &&
           sk_rows_moved(store, SK_BOX_ARRIVED, SK_STATE_NONE, SK_STATE_ARRIVED, error) &&
           write_findings(store, in->id, in->findings, in->findings_cut, error) &&
           sk_rows_get(store, in->id, &a->row, error);
}

static bool
arrive_work(SkStore *store, void *data, GError **error)
{
    Arrive *a = data;
    g_autoptr(GError) missing = NULL;

    a->existing = sk_rows_get(store, a->in->id, &a->row, &missing);
    if (!a->existing && !g_error_matches(missing, SK_ERROR, SK_ERROR_FORBIDDEN)) {
        g_propagate_error(error, g_steal_pointer(&missing));
        return false;
    }
    store->why = "";
    if (!a->existing)
        return arrive_new(store, a, error);
    if (a->row->box != SK_BOX_ARRIVED || strcmp(a->row->from, a->in->from) != 0 ||
        strcmp(a->row->sha256_out, a->in->sha256_out) != 0)
        return sk_db_refuse(store, error, SK_ERROR_AMBIGUOUS, "digest-differs");
    return true;
}

bool
sk_store_arrive(SkStore *self, const SkArrival *in, SkCrossing **ret, bool *ret_existing,
                GError **error)
{
    self->why = "";
    if (in->id == NULL || !sk_uuid_is(in->id))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: not a crossing's id");
    if (!check_people(in->from, in->sender, in->recipient, in->envelope, in->name, in->takeout_reason,
                      in->policy_digest, error) ||
        !check_object(in->object_out, in->sha256_out, in->bytes_out, error))
        return false;
    if (in->class > SK_STORE_CLASS_MAX || in->level_asked >= SK_LEVEL_COUNT || in->level >= SK_LEVEL_COUNT ||
        in->type_in >= SK_TYPE_COUNT || in->type_out >= SK_TYPE_COUNT ||
        in->bytes_in > (uint64_t)SK_LEAF_INTEGER_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "store: no such class, level, type or size");
    Arrive a = { .in = in };
    if (!sk_db_do(self, arrive_work, &a, error)) {
        sk_crossing_free(a.row);
        return false;
    }
    *ret = a.row;
    *ret_existing = a.existing;
    return true;
}

/* ---- every other event ---- */

typedef struct {
    const SkCrossing *row;
    SkEvent event;
    SkState to;
    const SkEventDetails *d;
    bool by_clock; /* a lease or a time has run out: nobody's leave is asked */
} Change;

static bool
check_outcome(const Change *c, GError **error)
{
    const SkOutcomeRow *o = c->d->outcome;
    bool needed = c->row->box == SK_BOX_SENT;
    if (o == NULL)
        return !needed || sk_throw(error, SK_ERROR_MALFORMED, "store: the outcome is missing");
    if (!check_object(o->object_out, o->sha256_out, o->bytes_out, error))
        return false;
    if (o->level <= SK_LEVEL_NONE || o->level >= SK_LEVEL_COUNT || o->type_in >= SK_TYPE_COUNT ||
        o->type_out >= SK_TYPE_COUNT || o->name_out == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "store: no such level or type, or no name");
    if (o->level != SK_LEVEL_ORIGINAL && !sk_name_is_clean(o->name_out, o->type_out))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: the name may not cross");
    /* What was stored on arrival is what was hashed and verified: nothing else takes its place. */
    if (!needed && strcmp(o->sha256_out, c->row->sha256_out) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED,
                        "store: another object than the one that arrived");
    return true;
}

/* Who looks and who approves is a second person: a named one, and neither end of the crossing. */
static bool
check_second_person(SkStore *store, const Change *c, GError **error)
{
    const SkEventDetails *d = c->d;
    if (!sk_db_is_account(d->actor))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: an approval names its account");
    if (strcmp(d->actor, c->row->sender) == 0 || strcmp(d->actor, c->row->recipient) == 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "own-crossing");
    return true;
}

static bool
check_change(SkStore *store, const Change *c, GError **error)
{
    const SkEventDetails *d = c->d;
    /* Only the holder of the lease decides about what is being worked on. */
    if (c->row->state == SK_STATE_WORKING && !c->by_clock &&
        (d->worker == NULL || strcmp(d->worker, c->row->worker) != 0))
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "lease-lost");
    bool decides = c->event == SK_EVENT_APPROVE || c->event == SK_EVENT_STEP ||
                   c->event == SK_EVENT_DENY;
    if (decides && d->version != 0 &&
        d->version != c->row->version)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "changed");
    if (!sk_db_is_text(d->note, NOTE_MAX))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: the note is not plain text");
    if (c->event == SK_EVENT_APPROVE || c->event == SK_EVENT_STEP)
        return check_second_person(store, c, error) &&
               sk_approval_check(store, c->row, d, error);
    if (c->event == SK_EVENT_EXAMINE || c->event == SK_EVENT_VIEW)
        return check_second_person(store, c, error);
    if (c->event == SK_EVENT_DENY && !sk_db_is_account(d->actor))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: a denial names its account");
    if (c->event == SK_EVENT_REFUSE &&
        (d->reason <= SK_REASON_NONE || d->reason >= SK_REASON_COUNT ||
         d->type_in >= SK_TYPE_COUNT))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: a refusal names its reason");
    if (c->event == SK_EVENT_REFUSE && c->row->state == SK_STATE_READY && !c->row->mail)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "forbidden-state");
    if (c->event == SK_EVENT_HOLD && !sk_approval_is_chain(d->approval))
        return sk_throw(error, SK_ERROR_MALFORMED, "store: who must approve is missing");
    if (c->event == SK_EVENT_OFFER || c->event == SK_EVENT_HOLD || c->event == SK_EVENT_CLEAR)
        return check_outcome(c, error);
    return true;
}

/* What each event says about itself in its leaf, beside what every leaf has. */
static void
leaf_event(SkLeaf *leaf, const Change *c, const uint8_t *salt)
{
    const SkEventDetails *d = c->d;
    bool outcome =
        c->event == SK_EVENT_OFFER || c->event == SK_EVENT_HOLD || c->event == SK_EVENT_CLEAR;

    if (c->event == SK_EVENT_REFUSE)
        sk_leaf_string(leaf, "reason", sk_reason_name(d->reason));
    if (c->event == SK_EVENT_HOLD)
        sk_leaf_string(leaf, "approval", d->approval);
    if (c->event == SK_EVENT_DENY || c->event == SK_EVENT_CLOSE)
        sk_leaf_hidden(leaf, "note", salt, d->note);
    if (c->event == SK_EVENT_CLOSE)
        sk_leaf_string(leaf, "how", d->how);
    if (c->event == SK_EVENT_APPROVE || c->event == SK_EVENT_STEP || c->event == SK_EVENT_DENY) {
        sk_leaf_string(leaf, "approval", c->row->approval);
        sk_leaf_hidden(leaf, "on-behalf-of", salt, d->on_behalf_of);
    }
    if (outcome && d->outcome != NULL) {
        sk_leaf_string(leaf, "sha256-out", d->outcome->sha256_out);
        sk_leaf_integer(leaf, "bytes-out", (int64_t)d->outcome->bytes_out);
        sk_leaf_string(leaf, "type-out", sk_type_get(d->outcome->type_out)->name);
        sk_leaf_string(leaf, "level", sk_level_name(d->outcome->level));
        sk_leaf_hidden(leaf, "name-out", salt, d->outcome->name_out);
    } else if (outcome || c->event == SK_EVENT_EXAMINE || c->event == SK_EVENT_VIEW ||
               c->event == SK_EVENT_APPROVE || c->event == SK_EVENT_STEP ||
               c->event == SK_EVENT_DELIVER || c->event == SK_EVENT_REPEAT ||
               c->event == SK_EVENT_PASS) {
        sk_leaf_string(leaf, "sha256-out", c->row->sha256_out);
    }
}

static bool
write_outcome(SkStore *store, const char *id, const SkOutcomeRow *o, int64_t now, GError **error)
{
    SkSql *q = sk_sql(
        store,
        "UPDATE crossings SET type_in = ?, type_out = ?, level = ?, name_out = ?, object_out = ?, "
        "sha256_out = ?, bytes_out = ?, expires = CASE WHEN ? > 0 THEN ? ELSE expires END "
        "WHERE id = ?");
    int64_t expires = end_of(now, o->keep_for);
    sk_sql_text(q, sk_type_get(o->type_in)->name);
    sk_sql_text(q, sk_type_get(o->type_out)->name);
    sk_sql_text(q, sk_level_name(o->level));
    sk_sql_text(q, o->name_out);
    sk_sql_text(q, o->object_out);
    sk_sql_text(q, o->sha256_out);
    sk_sql_int(q, (int64_t)o->bytes_out);
    sk_sql_int(q, expires);
    sk_sql_int(q, expires);
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

static bool
write_refusal(SkStore *store, const Change *c, GError **error)
{
    SkSql *q = sk_sql(
        store,
        "UPDATE crossings SET reason = ?, type_in = CASE WHEN ? <> '' THEN ? ELSE type_in END, "
        "object_out = '' WHERE id = ?");
    const char *type = c->d->type_in == SK_TYPE_NONE ? "" : sk_type_get(c->d->type_in)->name;
    sk_sql_text(q, sk_reason_name(c->d->reason));
    sk_sql_text(q, type);
    sk_sql_text(q, type);
    sk_sql_text(q, c->row->id);
    return sk_sql_run(q, error);
}

static bool
write_decision(SkStore *store, const Change *c, int64_t now, GError **error)
{
    bool approved = c->event == SK_EVENT_APPROVE;
    SkSql *q = sk_sql(store, "UPDATE crossings SET approved_by = ?, approved_at = ?, note = ?, "
                             "remind_at = 0, object_out = CASE WHEN ? THEN object_out ELSE '' END "
                             "WHERE id = ?");
    sk_sql_text(q, c->d->actor);
    sk_sql_int(q, now);
    sk_sql_text(q, c->d->note);
    sk_sql_int(q, approved);
    sk_sql_text(q, c->row->id);
    return sk_sql_run(q, error);
}

static bool
write_closing(SkStore *store, const Change *c, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE crossings SET closed = ?, closed_by = ?, closed_at = ?, "
                             "closed_note = ?, return_at = 0 WHERE id = ?");
    sk_sql_text(q, c->d->how);
    sk_sql_text(q, c->d->actor);
    sk_sql_int(q, now);
    sk_sql_text(q, c->d->note);
    sk_sql_text(q, c->row->id);
    return sk_sql_run(q, error);
}

/* Said again every week until it is closed. */
static bool
write_return(SkStore *store, const char *id, int64_t now, GError **error)
{
    SkSql *q = sk_sql(store, "UPDATE crossings SET return_at = ? WHERE id = ?");
    sk_sql_int(q, now + RETURN_AGAIN);
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

static bool
write_one(SkStore *store, const char *sql, const char *value, const char *id, GError **error)
{
    SkSql *q = sk_sql(store, sql);
    if (value != NULL)
        sk_sql_text(q, value);
    sk_sql_text(q, id);
    return sk_sql_run(q, error);
}

/* Blanks what says who and what; the salt goes too, so that nobody can try names against the
 * leaves. */
bool
sk_event_forget(SkStore *store, const char *id, GError **error)
{
    uint8_t salt[SK_SALT_BYTES];
    SkSql *q = sk_sql(
        store, "UPDATE crossings SET sender = '', recipient = '', name = '', name_out = '', "
               "takeout_reason = '', note = '', approved_by = '', object_in = '', object_out = '', "
               "outside = '', closed_by = '', closed_note = '', remind_at = 0, return_at = 0, "
               "worker = '', salt = ? WHERE id = ?");
    sk_random(salt, sizeof salt);
    sk_sql_blob(q, sk_span(salt, sizeof salt));
    sk_sql_text(q, id);
    return sk_sql_run(q, error) && sk_approval_forget(store, id, error) && sk_db_envelope_forget(store, id, error) &&
           write_one(store, "DELETE FROM findings WHERE crossing = ?", NULL, id, error) &&
           write_one(store, "DELETE FROM tokens WHERE crossing = ?", NULL, id, error);
}

static bool
write_event(SkStore *store, const Change *c, int64_t now, GError **error)
{
    const char *id = c->row->id;

    switch (c->event) {
    case SK_EVENT_OFFER:
    case SK_EVENT_CLEAR:
        return c->d->outcome == NULL || write_outcome(store, id, c->d->outcome, now, error);
    case SK_EVENT_HOLD:
        return (c->d->outcome == NULL || write_outcome(store, id, c->d->outcome, now, error)) &&
               sk_approval_open(store, id, c->d, now, error);
    case SK_EVENT_REFUSE: /* what the receiving station refused, that one tells of; here nobody has been told yet */
        return write_refusal(store, c, error) &&
               (c->row->box != SK_BOX_SENT ||
                sk_db_mail_over(store, c->row, c->d->reason == SK_REASON_VERIFY_FAILED, now, error));
    case SK_EVENT_STEP:
        return sk_approval_consent(store, c->row, c->d, now, error);
    case SK_EVENT_APPROVE:
        return sk_approval_consent(store, c->row, c->d, now, error) &&
               write_decision(store, c, now, error);
    case SK_EVENT_DENY:
        return write_decision(store, c, now, error);
    case SK_EVENT_REMIND:
        return sk_approval_reminded(store, id, now, error);
    case SK_EVENT_LAPSE: /* nobody may look at it any more; whose it was shows until the row ends */
        return write_one(store, "UPDATE crossings SET object_out = '', remind_at = 0 WHERE id = ?",
                         NULL, id, error);
    case SK_EVENT_CLOSE:
        return write_closing(store, c, now, error);
    case SK_EVENT_RETURN_DUE:
        return write_return(store, id, now, error);
    case SK_EVENT_EXAMINE:
    case SK_EVENT_VIEW:
        return sk_approval_saw(store, c->row, c->d->actor, c->event == SK_EVENT_EXAMINE, error);
    case SK_EVENT_PASS: /* the other side has it: this copy goes */
        return write_one(store, "UPDATE crossings SET object_out = '' WHERE id = ?", NULL, id,
                         error) &&
               sk_db_mail_over(store, c->row, true, now, error) && sk_takeout_passed(store, c->row, error);
    case SK_EVENT_EXPIRE:
        return sk_event_forget(store, id, error);
    case SK_EVENT_RELEASE: /* given back: not the crossing's fault, so no try is counted */
        return c->by_clock ||
               write_one(store, "UPDATE crossings SET tries = max(tries - 1, 0) WHERE id = ?", NULL,
                         id, error);
    case SK_EVENT_DELIVER:
    case SK_EVENT_REPEAT: /* a take-out is given out once; a mail lies with the mail server then */
        return (!c->row->takeout && !c->row->mail) ||
               write_one(store, "UPDATE crossings SET object_out = '' WHERE id = ?", NULL, id, error);
    case SK_EVENT_CLAIM: /* the lease is written by sk_store_claim */
        return true;
    case SK_EVENT_RECEIVE:
    case SK_EVENT_ARRIVE:
    case SK_EVENT_COUNT:
        break;
    }
    g_assert_not_reached();
}

static bool
write_state(SkStore *store, const Change *c, int64_t now, int64_t version, GError **error)
{
    SkSql *q =
        sk_sql(store, "UPDATE crossings SET state = ?, updated = ?, version = ?, offer_tries = 0, "
                      "offer_boot = '', "
                      "offer_at = 0, worker = CASE WHEN ? THEN worker ELSE '' END WHERE id = ?");
    sk_sql_text(q, sk_state_name(c->to));
    sk_sql_int(q, now);
    sk_sql_int(q, version);
    sk_sql_int(q, c->to == SK_STATE_WORKING);
    sk_sql_text(q, c->row->id);
    return sk_sql_run(q, error) && sk_rows_moved(store, c->row->box, c->row->state, c->to, error);
}

/* What the history shows beside the act: a code, or as whose deputy it was done. */
static const char *
detail_of(const Change *c)
{
    switch ((int)c->event) {
    case SK_EVENT_REFUSE:
        return sk_reason_name(c->d->reason);
    case SK_EVENT_APPROVE:
    case SK_EVENT_STEP:
    case SK_EVENT_DENY:
        return c->d->on_behalf_of;
    case SK_EVENT_REMIND:
    case SK_EVENT_LAPSE:
        return c->row->approval;
    case SK_EVENT_CLOSE:
        return c->d->how;
    default:
        return NULL;
    }
}

/* An approval with more of them to come is a step. */
static SkEvent
event_meant(const SkCrossing *row, SkEvent event)
{
    unsigned open = 0;

    for (guint i = 0; row->steps != NULL && i < row->steps->len; i++)
        open += g_array_index(row->steps, SkApprovalStep, i).time == 0;
    return event == SK_EVENT_APPROVE && open > 1 ? SK_EVENT_STEP : event;
}

/* Sealed by itself, beside the refusal: what somebody has to look into, and its draft. */
static bool
note_malware(SkStore *store, const char *id, GError **error)
{
    g_autofree char *incident = sk_uuid_new();
    int64_t now = 0;
    SkActRow act = { .act = "malware-found", .detail = id };

    if (!sk_db_act(store, &act, NULL, &now, NULL, error))
        return false;
    SkSql *q = sk_sql(store, "INSERT INTO incidents (id, kind, subject, leaf, opened, state) VALUES "
                             "(?, 'malware', ?, (SELECT next_leaf - 1 FROM station), ?, 'draft')");
    sk_sql_text(q, incident);
    sk_sql_text(q, id);
    sk_sql_int(q, now);
    return sk_sql_run(q, error);
}

bool
sk_db_event(SkStore *store, const char *id, SkEvent event, const SkEventDetails *details,
            bool by_clock, GError **error)
{
    static const SkEventDetails none = { 0 };
    g_autoptr(SkCrossing) row = NULL;
    g_autoptr(SkLeaf) leaf = sk_leaf_new();
    uint8_t salt[SK_SALT_BYTES];
    int64_t now = 0;
    int64_t version = 0;

    if (!sk_rows_get(store, id, &row, error))
        return false;
    event = event_meant(row, event);
    Change c = {
        .row = row, .event = event, .d = details == NULL ? &none : details, .by_clock = by_clock
    };
    c.to = sk_crossing_next(row->box, row->state, event);
    if (c.to == SK_STATE_NONE && (event == SK_EVENT_APPROVE || event == SK_EVENT_DENY) &&
        row->approved_at != 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "already-decided");
    if (c.to == SK_STATE_NONE)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "forbidden-state");
    if (!check_change(store, &c, error) || !sk_rows_salt(store, id, salt, error))
        return false;

    leaf_event(leaf, &c, salt);
    SkActRow act = { .act = sk_event_name(event),
                     .crossing = id,
                     .state = sk_state_name(c.to),
                     .actor = c.d->actor,
                     .detail = detail_of(&c) };
    return sk_db_act(store, &act, leaf, &now, &version, error) &&
           (event != SK_EVENT_REFUSE || c.d->reason != SK_REASON_MALWARE || note_malware(store, id, error)) &&
           write_event(store, &c, now, error) &&
           write_findings(store, id, c.d->findings, c.d->findings_cut, error) &&
           write_state(store, &c, now, version, error);
}

typedef struct {
    const char *id;
    SkEvent event;
    const SkEventDetails *details;
    bool wanted;     /* the row after it */
    SkCrossing *row; /* owned by the caller */
} Event;

static bool
event_work(SkStore *store, void *data, GError **error)
{
    Event *e = data;
    return sk_db_event(store, e->id, e->event, e->details, false, error) &&
           (!e->wanted || sk_rows_get(store, e->id, &e->row, error));
}

/* Events that have a function of their own, or come from the clock. */
static bool
is_inner(SkEvent event)
{
    return event == SK_EVENT_RECEIVE || event == SK_EVENT_CLAIM || event == SK_EVENT_ARRIVE ||
           event == SK_EVENT_EXAMINE || event == SK_EVENT_VIEW || event == SK_EVENT_STEP ||
           event == SK_EVENT_REMIND || event == SK_EVENT_LAPSE || event == SK_EVENT_CLOSE ||
           event == SK_EVENT_RETURN_DUE || event == SK_EVENT_DELIVER || event == SK_EVENT_REPEAT ||
           event == SK_EVENT_EXPIRE;
}

bool
sk_crossing_event(SkStore *self, const char *id, SkEvent event, const SkEventDetails *details,
                  SkCrossing **ret, GError **error)
{
    self->why = "";
    if (is_inner(event))
        return sk_db_refuse(self, error, SK_ERROR_FORBIDDEN, "forbidden-state");
    Event e = { .id = id, .event = event, .details = details, .wanted = ret != NULL };
    if (!sk_db_do(self, event_work, &e, error)) {
        sk_crossing_free(e.row);
        return false;
    }
    if (ret != NULL)
        *ret = e.row;
    return true;
}
