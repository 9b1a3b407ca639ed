/* SPDX-License-Identifier: Apache-2.0
 *
 * people-sync.c - `sekisho people sync`: a station's people as its directory has them today. The
 * directory is read whole by the station's own user before the database is opened. What lets nobody
 * decide is done at once; whom it would let decide is proposed to the administrators, and keeps
 * until then what they hold. */
#include "cmd/people.h"

#include "base/log.h"
#include "base/uuid.h"
#include "directory/directory.h"
#include "directory/question.h"
#include "seal/merkle.h"
#include "store/proposal.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define LEAVERS_FREE 10u

/* ---- before the directory is asked ---- */

/* Started by root, it goes on as the station's user: what a directory answers is read by nobody who
 * could do more than the station, and what is written belongs to it. */
static bool
become_user(const SkConfStation *station)
{
    if (geteuid() != 0 || station->user == NULL)
        return true;
    const struct passwd *user = getpwnam(station->user);
    if (user != NULL && setgroups(0, NULL) == 0 &&
        setresgid(user->pw_gid, user->pw_gid, user->pw_gid) == 0 &&
        setresuid(user->pw_uid, user->pw_uid, user->pw_uid) == 0)
        return true;
    sk_command_complain(&sk_command_people, "cannot go on as the user %s", station->user);
    return false;
}

static bool
roles_are_known(const SkConfDirectory *d)
{
    for (guint i = 0; i < d->roles->len; i += 2) {
        const char *role = g_ptr_array_index(d->roles, i);
        if (strcmp(role, "head") != 0 && sk_security_role_lookup(role) == NULL) {
            sk_command_complain(&sk_command_people, "directory: %s is no security role", role);
            return false;
        }
    }
    return true;
}

static bool
read_directory(const SkConfStation *station, SkDirectory **ret)
{
    const SkConfDirectory *d = station->directory;
    g_autofree char *password = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_directory_secret(d->password, &password, &error)) {
        sk_command_complain(&sk_command_people, "%s", error->message);
        return false;
    }
    signal(SIGPIPE, SIG_IGN); /* a server that has gone is an answer, not our end */
    if (!roles_are_known(d) || !become_user(station))
        return false;
    SkDirectorySettings settings = {
        .url = d->url,
        .ca = d->ca,
        .bind = d->bind,
        .password = password,
        .base = d->base,
        .filter = d->filter,
        .groups = d->groups == NULL ? d->base : d->groups,
        .attributes = { [SK_DIRECTORY_ACCOUNT] = d->account,
                        [SK_DIRECTORY_LABEL] = d->label,
                        [SK_DIRECTORY_KANA] = d->kana,
                        [SK_DIRECTORY_NUMBER] = d->number,
                        [SK_DIRECTORY_MAIL] = d->mail,
                        [SK_DIRECTORY_SECTION] = d->section,
                        [SK_DIRECTORY_TITLE] = d->title },
        .roles = (const char *const *)d->roles->pdata,
        .n_roles = d->roles->len / 2,
    };
    bool ok = sk_directory_read(&settings, ret, &error);
    explicit_bzero(password, strlen(password));
    if (!ok)
        sk_command_complain(&sk_command_people, "%s; everything stays as it was", error->message);
    return ok;
}

/* ---- what it makes of the station ---- */

typedef struct {
    SkStore *store;
    const SkConfStation *station;
    const SkPeopleSync *options;
    const SkDirectory *directory;
    SkImportOptions import;
    GHashTable *deciders; /* accounts that would come to decide */
    SkImportChanges changes;
    unsigned kept, own;
    bool applied;
    char *proposal;
} Sync;

static SkExit
fail(const Sync *s, const GError *error)
{
    const char *why = sk_store_why(s->store);
    sk_command_complain(&sk_command_people, "%s", *why == '\0' ? error->message : why);
    return *why == '\0' ? SK_EXIT_FAILED : SK_EXIT_NO;
}

static SkExit
print_problems(const Sync *s)
{
    for (guint i = 0; i < s->directory->problems->len; i++) {
        const SkDirectoryProblem *p = g_ptr_array_index(s->directory->problems, i);
        g_autofree char *dn = sk_json_quote(p->dn);
        g_autofree char *attribute = sk_json_quote(p->attribute);
        if (s->options->json)
            printf("{\"entry\":%s,\"attribute\":%s,\"code\":\"%s\"}\n", dn, attribute, p->code);
        else
            printf("%s, %s: %s\n", p->dn, p->attribute, p->code);
    }
    return SK_EXIT_NO;
}

static SkExit
print_errors(const Sync *s, const SkImport *import)
{
    const GPtrArray *errors = sk_import_errors(import);
    for (guint i = 0; i < errors->len; i++)
        sk_people_print_error(g_ptr_array_index(errors, i), s->options->json);
    return SK_EXIT_NO;
}

static void
print_done(const Sync *s)
{
    const SkImportChanges *c = &s->changes;
    unsigned deciders = g_hash_table_size(s->deciders);

    if (s->options->json)
        printf("{\"applied\":%s,\"added\":%u,\"moved\":%u,\"left\":%u,\"unchanged\":%u,\"kept\":%u,"
               "\"own\":%u,\"approvers\":%u,\"proposal\":%s%s%s}\n",
               s->applied ? "true" : "false", c->added, c->moved, c->left, c->unchanged, s->kept,
               s->own, deciders, s->proposal == NULL ? "" : "\"",
               s->proposal == NULL ? "null" : s->proposal, s->proposal == NULL ? "" : "\"");
    else
        printf(
            "%s: %u added, %u moved, %u left, %u unchanged, %u made by hand and kept as they are\n",
            s->options->check ? "would be done" : "done", c->added, c->moved, c->left, c->unchanged,
            s->kept);
    if (!s->options->json && s->own > 0)
        printf("%u decide, audit or administer and keep the station's own password until two administrators "
               "have them start over\n",
               s->own);
    if (!s->options->json && s->proposal != NULL)
        printf("proposed, since %u would come to decide or audit: %s\n", deciders, s->proposal);
}

/* A filter that has become wrong looks like a town that has left. */
static bool
leavers_are_few(const Sync *s)
{
    const SkImportChanges *c = &s->changes;
    unsigned all = c->moved + c->left + c->unchanged;
    unsigned most =
        s->options->leavers >= 0 ? (unsigned)s->options->leavers : LEAVERS_FREE + all / 10;
    if (c->left <= most)
        return true;
    sk_command_complain(&sk_command_people,
                        "%u people would leave: if that is so, say --leavers %u; nothing was done",
                        c->left, c->left);
    return false;
}

/* What is left when nobody comes to decide by it. */
static SkExit
apply(Sync *s)
{
    g_autoptr(GBytes) table = sk_directory_table(s->directory, NULL, s->deciders);
    g_autoptr(SkImport) look = NULL;
    g_autoptr(SkImport) import = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *proposal = NULL;
    SkImportOutcome outcome = SK_IMPORT_WRONG;

    if (!sk_import_check(s->store, sk_span_bytes(table), &s->import, &look, &error))
        return fail(s, error);
    if (sk_import_errors(look)->len > 0)
        return print_errors(s, look);
    s->changes = *sk_import_changes(look);
    s->kept = sk_import_kept(look)->len;
    s->own = sk_import_own(look)->len;
    if (!leavers_are_few(s))
        return SK_EXIT_NO;
    if (s->options->check || s->changes.added + s->changes.moved + s->changes.left == 0)
        return SK_EXIT_DONE;
    if (!sk_import_submit(s->store, sk_span_bytes(table), &s->import, NULL, &import, &outcome,
                          &proposal, &error))
        return fail(s, error);
    if (outcome != SK_IMPORT_APPLIED)
        return print_errors(s, import);
    s->applied = true;
    return SK_EXIT_DONE;
}

/* (transfer full): the open proposal of this very table; NULL = there is none. Every night would
 * make one otherwise. */
static bool
find_proposal(const Sync *s, SkSpan table, char **ret, GError **error)
{
    SkHash hash = sk_hash_sha256(table);
    g_autofree char *digest = sk_hex(sk_span(hash.b, sizeof hash.b));
    g_autofree char *cursor = NULL;

    do {
        g_autoptr(GPtrArray) all = NULL;
        char *next = NULL;
        if (!sk_proposal_list(s->store, SK_PROPOSAL_OPEN, cursor, 100, &all, &next, error))
            return false;
        for (guint i = 0; i < all->len && *ret == NULL; i++) {
            const SkProposal *p = g_ptr_array_index(all, i);
            if (strcmp(p->kind, "import") == 0 && strstr(p->detail, digest) != NULL)
                *ret = g_strdup(p->id);
        }
        g_free(cursor);
        cursor = next;
    } while (cursor != NULL && *ret == NULL);
    return true;
}

static bool
proposer_is_good(const Sync *s)
{
    const char *name = s->station->directory->proposer;
    g_autoptr(SkAccount) account = NULL;

    if (name != NULL && sk_account_get(s->store, name, &account, NULL) && !account->locked &&
        account->role == SK_ROLE_ADMINISTRATOR)
        return true;
    sk_command_complain(&sk_command_people,
                        "the directory lets people decide or audit, and no administrator is its "
                        "proposer: these are left as they are");
    return false;
}

static SkExit
propose(Sync *s)
{
    g_autoptr(GBytes) table = sk_directory_table(s->directory, s->deciders, NULL);
    g_autoptr(SkImport) import = NULL;
    g_autoptr(GError) error = NULL;
    SkImportOptions options = { .on = s->import.on };
    SkImportOutcome outcome = SK_IMPORT_WRONG;

    if (!proposer_is_good(s))
        return SK_EXIT_NO;
    if (!find_proposal(s, sk_span_bytes(table), &s->proposal, &error))
        return fail(s, error);
    if (s->proposal != NULL)
        return SK_EXIT_DONE;
    if (!sk_import_submit(s->store, sk_span_bytes(table), &options, s->station->directory->proposer,
                          &import, &outcome, &s->proposal, &error))
        return fail(s, error);
    return outcome == SK_IMPORT_WRONG ? print_errors(s, import) : SK_EXIT_DONE;
}

static SkExit
use(Sync *s)
{
    g_autoptr(GBytes) table = sk_directory_table(s->directory, NULL, NULL);
    g_autoptr(SkImport) import = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_import_check(s->store, sk_span_bytes(table), &s->import, &import, &error))
        return fail(s, error);
    if (sk_import_errors(import)->len > 0)
        return print_errors(s, import);
    const GPtrArray *approvers = sk_import_approvers(import);
    for (guint i = 0; i < approvers->len; i++)
        g_hash_table_add(s->deciders, ((SkImportApprover *)approvers->pdata[i])->name);
    SkExit code = apply(s);
    if (code == SK_EXIT_DONE && approvers->len > 0 && !s->options->check)
        code = propose(s);
    if (code == SK_EXIT_DONE || s->applied)
        print_done(s);
    if (code == SK_EXIT_DONE && !s->options->json)
        sk_people_print_approvers(import);
    return code;
}

SkExit
sk_people_sync(const SkConfStation *station, const SkPeopleSync *options)
{
    g_autoptr(SkDirectory) directory = NULL;
    g_autoptr(GError) error = NULL;

    if (station->directory == NULL) {
        sk_command_complain(&sk_command_people,
                            "sekisho.conf names no directory for the station %s", station->zone);
        return SK_EXIT_FAILED;
    }
    if (!read_directory(station, &directory))
        return SK_EXIT_FAILED;
    Sync s = { .station = station, .options = options, .directory = directory };
    if (directory->problems->len > 0)
        return print_problems(&s);
    if (directory->people->len == 0) {
        sk_command_complain(
            &sk_command_people,
            "the directory has nobody: its base or filter is wrong; nothing was done");
        return SK_EXIT_NO;
    }
    g_autoptr(SkStore) store = sk_station_open_with(&sk_command_people, station, station->vault);
    if (store == NULL)
        return SK_EXIT_FAILED;
    g_autoptr(GHashTable) deciders = g_hash_table_new(g_str_hash, g_str_equal);
    s.store = store;
    s.deciders = deciders;
    s.import =
        (SkImportOptions){ .on = sk_organisation_today(store), .missing = true, .directory = true };
    SkExit code = use(&s);
    g_free(s.proposal);
    return code;
}
