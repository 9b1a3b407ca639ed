/* SPDX-License-Identifier: Apache-2.0
 * import.c - contract in import.h: check, do, propose, and do what was confirmed. What is confirmed
 * is what was shown: the table lies in the vault under its digest, and whom it lets decide is
 * compared with what the proposal said. */
#include "store/import.h"

#include "base/io.h"
#include "base/uuid.h"
#include "seal/merkle.h"
#include "store/import-parts.h"
#include "store/proposal-kinds.h"

#include <jansson.h>
#include <string.h>

const GPtrArray *
sk_import_errors(const SkImport *self)
{
    return self->errors;
}

const GPtrArray *
sk_import_approvers(const SkImport *self)
{
    return self->approvers;
}

const GPtrArray *
sk_import_relieved(const SkImport *self)
{
    return self->relieved;
}

/* What a directory knows of leavers is the office's own word, and waits for nobody. */
bool
sk_import_takes_two(const SkImport *self)
{
    return self->approvers->len > 0 || (self->relieved->len > 0 && !self->options.directory);
}

const SkImportChanges *
sk_import_changes(const SkImport *self)
{
    return &self->changes;
}

const GPtrArray *
sk_import_ignored(const SkImport *self)
{
    return self->ignored;
}

const GPtrArray *
sk_import_kept(const SkImport *self)
{
    return self->kept;
}

const GPtrArray *
sk_import_own(const SkImport *self)
{
    return self->own;
}

static bool
check(SkStore *store, SkSpan table, const SkImportOptions *options, const char *actor,
      SkImport **ret, GError **error)
{
    g_autoptr(SkImport) self = sk_import_new(options, sk_organisation_today(store));

    if (options->on < 1 || options->on > SK_DAY_MAX)
        return sk_throw(error, SK_ERROR_MALFORMED, "import: no such day");
    if (!sk_table_parse(table, &self->sheets, error) || !sk_import_known(store, self, error))
        return false;
    sk_import_rows(self);
    sk_import_plan(self);
    sk_import_rules(self, actor);
    *ret = g_steal_pointer(&self);
    return true;
}

bool
sk_import_check(SkStore *self, SkSpan table, const SkImportOptions *options, SkImport **ret,
                GError **error)
{
    self->why = "";
    return check(self, table, options, NULL, ret, error);
}

/* ---- proposing ---- */

static json_t *
approvers_json(const GPtrArray *list)
{
    json_t *out = json_array();
    for (guint i = 0; i < list->len; i++) {
        const SkImportApprover *a = g_ptr_array_index(list, i);
        json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", a->name, "label",
                                             a->label, "section", a->section, "title", a->title,
                                             "role", a->role));
    }
    return out;
}

static char *
digest_of(SkSpan table)
{
    SkHash hash = sk_hash_sha256(table);
    return sk_hex(sk_span(hash.b, sizeof hash.b));
}

static char *
detail_of(const SkImport *import, SkSpan table)
{
    const SkImportChanges *c = &import->changes;
    g_autofree char *digest = digest_of(table);
    g_autofree char *on = sk_day_iso(import->options.on);
    json_t *detail = json_pack("{s:s, s:b, s:s, s:{s:i, s:i, s:i, s:i, s:i, s:i}, s:o, s:o}", "on", on,
                               "missing", (int)import->options.missing, "sha256", digest, "changes",
                               "added", (int)c->added, "moved", (int)c->moved, "left", (int)c->left,
                               "unchanged", (int)c->unchanged, "sections", (int)c->sections,
                               "posts", (int)c->posts, "approvers", approvers_json(import->approvers),
                               "relieved", approvers_json(import->relieved));
    char *text = json_dumps(detail, JSON_COMPACT);
    json_decref(detail);
    char *out = g_strdup(text);
    free(text);
    return out;
}

typedef struct {
    SkSpan table;
    const SkImportOptions *options;
    const char *actor;
    const char *object; /* of the vault; NULL = none was put there */
    SkImport *import;   /* owned by the caller */
    SkImportOutcome outcome;
    char *proposal; /* owned by the caller */
} Submit;

static bool
propose(SkStore *store, Submit *s, GError **error)
{
    g_autofree char *detail = detail_of(s->import, s->table);
    SkPropose in = { .kind = "import", .detail = detail, .object = s->object, .actor = s->actor };

    if (s->object == NULL) /* somebody's post has changed between the look and the act */
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "changed");
    s->outcome = SK_IMPORT_PROPOSED;
    return sk_db_propose(store, &in, &s->proposal, error);
}

static bool
submit_work(SkStore *store, void *data, GError **error)
{
    Submit *s = data;

    if (!check(store, s->table, s->options, s->actor, &s->import, error))
        return false;
    s->outcome = SK_IMPORT_WRONG;
    if (s->import->errors->len > 0)
        return true;
    if (s->options->directory && s->import->approvers->len > 0)
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "changed");
    if (s->actor != NULL && sk_import_takes_two(s->import))
        return propose(store, s, error);
    s->outcome = SK_IMPORT_APPLIED;
    return sk_import_write(store, s->import, s->actor, error);
}

static bool
put_table(SkStore *self, SkSpan table, char **ret, GError **error)
{
    g_assert(self->vault != NULL);
    SkVaultWriter *w = sk_vault_begin(self->vault, SK_IMPORT_BYTES_MAX, error);
    if (w == NULL)
        return false;
    if (!sk_vault_append(w, table, error)) {
        sk_vault_abort(w);
        return false;
    }
    return sk_vault_commit(w, ret, NULL, error);
}

bool
sk_import_submit(SkStore *self, SkSpan table, const SkImportOptions *options, const char *actor,
                 SkImport **ret, SkImportOutcome *ret_outcome, char **ret_proposal, GError **error)
{
    g_autoptr(SkImport) first = NULL;
    g_autofree char *object = NULL;
    Submit s = { .table = table, .options = options, .actor = actor };

    self->why = "";
    /* A file is not written while others wait for the database. */
    if (actor != NULL && (!check(self, table, options, actor, &first, error) ||
                          (first->errors->len == 0 && sk_import_takes_two(first) &&
                           !put_table(self, table, &object, error))))
        return false;
    s.object = object;
    bool ok = sk_db_do(self, submit_work, &s, error);
    g_autoptr(SkImport) import = s.import;
    g_autofree char *proposal = s.proposal;
    if (!ok)
        return false;
    *ret = g_steal_pointer(&import);
    *ret_outcome = s.outcome;
    *ret_proposal = g_steal_pointer(&proposal);
    return true;
}

/* ---- carrying out ---- */

/* Whom it was shown to let decide, and whose service to end. */
typedef struct {
    json_t *approvers, *relieved; /* owned */
} Shown;

static bool
read_detail(const SkProposal *proposal, SkImportOptions *ret, char **ret_digest, Shown *ret_shown,
            GError **error)
{
    const char *on = NULL;
    const char *digest = NULL;
    int missing = 0;
    json_t *approvers = NULL;
    json_t *relieved = NULL;
    json_t *detail = json_loads(proposal->detail, 0, NULL);
    bool ok = detail != NULL &&
              json_unpack(detail, "{s:s, s:b, s:s, s:o, s:o}", "on", &on, "missing", &missing,
                          "sha256", &digest, "approvers", &approvers, "relieved", &relieved) == 0 &&
              sk_day_parse(on, &ret->on);
    if (ok) {
        ret->missing = missing != 0;
        *ret_digest = g_strdup(digest);
        *ret_shown = (Shown){ json_incref(approvers), json_incref(relieved) };
    }
    json_decref(detail);
    return ok || sk_throw(error, SK_ERROR_INTERNAL, "import: a proposal that nobody made");
}

static bool
same_people(const GPtrArray *list, json_t *shown)
{
    json_t *now = approvers_json(list);
    bool same = json_equal(now, shown) == 1;
    json_decref(now);
    return same;
}

static bool
carry_out_table(SkStore *store, const SkImportOptions *options, SkSpan table, const Shown *shown,
                const char *actor, GError **error)
{
    g_autoptr(SkImport) import = NULL;

    if (!check(store, table, options, actor, &import, error))
        return false;
    if (import->errors->len > 0 || !same_people(import->approvers, shown->approvers) ||
        !same_people(import->relieved, shown->relieved))
        return sk_db_refuse(store, error, SK_ERROR_FORBIDDEN, "changed");
    return sk_import_write(store, import, actor, error);
}

static bool
carry_out(SkStore *store, const SkProposal *proposal, const char *actor, GError **error)
{
    SkImportOptions options = { 0 };
    g_autofree char *digest = NULL;
    Shown shown = { 0 };

    if (store->vault == NULL)
        return sk_throw(error, SK_ERROR_INTERNAL, "import: no vault is open");
    if (!read_detail(proposal, &options, &digest, &shown, error))
        return false;
    sk_autofd fd = sk_vault_get(store->vault, proposal->object, SK_IMPORT_BYTES_MAX, digest, error);
    g_autoptr(GBytes) table = fd < 0 ? NULL : sk_memfd_map(fd, error);
    bool ok = table != NULL &&
              carry_out_table(store, &options, sk_span_bytes(table), &shown, actor, error);
    json_decref(shown.approvers);
    json_decref(shown.relieved);
    return ok;
}

const SkProposalKind sk_proposal_kind_import = { .kind = "import", .carry_out = carry_out };
