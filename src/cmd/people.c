/* SPDX-License-Identifier: Apache-2.0
 *
 * people.c - `sekisho people`: the organisation of a station, for whoever may write its database.
 * What is done here is done alone, and the seal has it by nobody's account. A list is read by a
 * sandboxed worker: this program parses no spreadsheet. */
#include "cmd/people.h"

#include "base/io.h"
#include "base/log.h"
#include "cmd/object.h"
#include "sandbox/pipeline.h"
#include "store/person.h"
#include "store/post.h"

#include <stdio.h>
#include <string.h>

#define LIST_MAX (100u << 20)
#define PAGE 200u

typedef struct {
    SkStore *store;
    char **words; /* after the verb */
    int n;
    const char *on, *from, *until;
    const char *section, *role, *state;
    bool whole, check, json;
    bool directory; /* it has passwords */
} Run;

static SkExit
fail(const Run *run, const GError *error)
{
    const char *why = sk_store_why(run->store);
    const SkRoleConflict *rule = sk_store_why_rule(run->store);

    if (rule != NULL)
        sk_command_complain(&sk_command_people, "%s (%s, %s)", rule->en, rule->a, rule->b);
    else if (strcmp(why, "account-unknown") == 0)
        sk_command_complain(&sk_command_people, "nobody here is called that");
    else if (*why != '\0')
        sk_command_complain(&sk_command_people, "%s", why);
    else
        sk_command_complain(&sk_command_people, "%s", error->message);
    return *why == '\0' ? SK_EXIT_FAILED : SK_EXIT_NO;
}

static bool
take_day(const char *option, const char *text, int *ret)
{
    if (text != NULL && sk_day_parse(text, ret))
        return true;
    sk_command_complain(&sk_command_people, "%s takes a day such as 2027-04-01", option);
    return false;
}

/* ---- import ---- */

/* The file's cells as a table; false after complaining. */
static bool
read_table(const char *path, GBytes **ret, SkExit *ret_exit)
{
    g_autoptr(SkPipeline) pipeline = sk_pipeline_new(NULL);
    g_autoptr(SkReport) report = NULL;
    g_autoptr(GError) error = NULL;
    sk_autofd input = -1;
    sk_autofd output = -1;
    uint64_t size = 0;
    SkType hint = sk_type_from_name(path);

    *ret_exit = SK_EXIT_FAILED;
    if (hint == SK_TYPE_NONE || hint == SK_TYPE_TEXT)
        hint = SK_TYPE_CSV;
    if (!sk_object_take(path, LIST_MAX, &input, &size, &error) ||
        !sk_pipeline_table(pipeline, hint, input, &report, &output, &error)) {
        sk_command_complain(&sk_command_people, "%s: %s", path, error->message);
        return false;
    }
    if (report->outcome != SK_OUTCOME_CLEAN) {
        sk_command_complain(&sk_command_people, "%s cannot be read as a table: %s", path,
                            sk_reason_name(report->reason));
        *ret_exit = SK_EXIT_NO;
        return false;
    }
    *ret = sk_memfd_map(output, &error);
    if (*ret == NULL)
        sk_command_complain(&sk_command_people, "%s: %s", path, error->message);
    return *ret != NULL;
}

void
sk_people_print_error(const SkImportError *e, bool json)
{
    g_autofree char *sheet = sk_json_quote(e->sheet);
    g_autofree char *column = sk_json_quote(e->column);
    g_autofree char *value = sk_json_quote(e->value);
    g_autofree char *ja = sk_json_quote(e->ja);
    g_autofree char *en = sk_json_quote(e->en);

    if (json)
        printf("{\"sheet\":%s,\"row\":%u,\"column\":%s,\"code\":\"%s\",\"value\":%s,\"message\":{"
               "\"ja\":%s,\"en\":%s}}\n",
               sheet, e->row, column, e->code, value, ja, en);
    else
        printf("%s%srow %u, %s, \"%s\": %s\n", e->sheet, *e->sheet == '\0' ? "" : ", ", e->row,
               *e->column == '\0' ? "-" : e->column, e->value, e->en);
}

void
sk_people_print_approvers(const SkImport *import)
{
    const GPtrArray *approvers = sk_import_approvers(import);
    for (guint i = 0; i < approvers->len; i++) {
        const SkImportApprover *a = g_ptr_array_index(approvers, i);
        printf("  decides or audits: %s (%s), %s, %s: %s\n", a->name, a->label, a->section,
               a->title, a->role);
    }
    const GPtrArray *relieved = sk_import_relieved(import);
    for (guint i = 0; i < relieved->len; i++) {
        const SkImportApprover *a = g_ptr_array_index(relieved, i);
        printf("  no longer: %s (%s), %s%s%s: %s\n", a->name, a->label, a->section,
               *a->title == '\0' ? "" : ", ", a->title, a->role);
    }
}

static void
print_changes(const Run *run, const SkImport *import, bool applied)
{
    const SkImportChanges *c = sk_import_changes(import);
    const GPtrArray *approvers = sk_import_approvers(import);

    if (run->json) {
        printf("{\"applied\":%s,\"added\":%u,\"moved\":%u,\"left\":%u,\"unchanged\":%u,"
               "\"sections\":%u,\"posts\":%u,\"approvers\":%u,\"relieved\":%u}\n",
               applied ? "true" : "false", c->added, c->moved, c->left, c->unchanged, c->sections,
               c->posts, approvers->len, sk_import_relieved(import)->len);
        return;
    }
    printf("%s: %u added, %u moved, %u left, %u unchanged; %u sections, %u new posts\n",
           applied ? "done" : "would be done", c->added, c->moved, c->left, c->unchanged,
           c->sections, c->posts);
    sk_people_print_approvers(import);
}

static SkExit
use_table(const Run *run, SkSpan table, const SkImportOptions *options)
{
    g_autoptr(SkImport) import = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *proposal = NULL;
    SkImportOutcome outcome = SK_IMPORT_WRONG;
    bool ok = run->check ? sk_import_check(run->store, table, options, &import, &error)
                         : sk_import_submit(run->store, table, options, NULL, &import, &outcome,
                                            &proposal, &error);
    if (!ok)
        return fail(run, error);
    const GPtrArray *errors = sk_import_errors(import);
    for (guint i = 0; i < errors->len; i++)
        sk_people_print_error(g_ptr_array_index(errors, i), run->json);
    if (errors->len > 0)
        return SK_EXIT_NO;
    print_changes(run, import, !run->check);
    return SK_EXIT_DONE;
}

static SkExit
import_list(const Run *run)
{
    g_autoptr(GBytes) table = NULL;
    SkExit code = SK_EXIT_DONE;
    SkImportOptions options = { .missing = run->whole };

    if (!take_day("--on", run->on, &options.on))
        return SK_EXIT_USAGE;
    return read_table(run->words[0], &table, &code) ? use_table(run, sk_span_bytes(table), &options)
                                                    : code;
}

/* ---- lists ---- */

static void
print_person(const Run *run, const SkPerson *p)
{
    const SkAccount *a = p->account;
    g_autofree char *label = sk_json_quote(a->label);
    g_autofree char *section = sk_json_quote(a->section);
    g_autofree char *title = sk_json_quote(p->title);
    g_autofree char *number = sk_json_quote(a->number);
    bool enrolled = sk_account_is_enrolled(a, run->directory);

    if (run->json)
        printf("{\"name\":\"%s\",\"label\":%s,\"number\":%s,\"role\":\"%s\",\"section\":%s,"
               "\"title\":%s,\"locked\":%s,\"enrolled\":%s,\"absent\":%s}\n",
               a->name, label, number, sk_role_name(a->role), section, title,
               a->locked ? "true" : "false", enrolled ? "true" : "false",
               p->absent ? "true" : "false");
    else
        printf("%-20s %-16s %s%s%s%s%s%s%s%s\n", a->name, sk_role_name(a->role), a->label,
               *a->section == '\0' ? "" : ", ",
               *p->section_label == '\0' ? a->section : p->section_label,
               *p->title == '\0' ? "" : " ", p->title, a->locked ? " (locked)" : "",
               enrolled ? "" : " (not enrolled)", p->absent ? " (away)" : "");
}

static SkExit
list(const Run *run)
{
    SkPersonQuery query = { .words = run->n > 0 ? run->words[0] : NULL,
                            .section = run->section,
                            .role = run->role,
                            .directory = run->directory,
                            .limit = PAGE };
    g_autofree char *cursor = NULL;

    if (run->state != NULL && !sk_person_state_lookup(run->state, &query.state)) {
        sk_command_complain(&sk_command_people, "--state is here, active, locked, not-enrolled, "
                                                "absent, left or any");
        return SK_EXIT_USAGE;
    }
    do {
        g_autoptr(GPtrArray) people = NULL;
        g_autoptr(GError) error = NULL;
        char *next = NULL;
        query.cursor = cursor;
        if (!sk_person_list(run->store, &query, &people, &next, &error))
            return fail(run, error);
        for (guint i = 0; i < people->len; i++)
            print_person(run, g_ptr_array_index(people, i));
        g_free(cursor);
        cursor = next;
    } while (cursor != NULL);
    return SK_EXIT_DONE;
}

static SkExit
sections(const Run *run)
{
    SkSectionQuery query = { .words = run->n > 0 ? run->words[0] : NULL, .limit = PAGE };
    g_autofree char *cursor = NULL;

    do {
        g_autoptr(GPtrArray) all = NULL;
        g_autoptr(GError) error = NULL;
        char *next = NULL;
        query.cursor = cursor;
        if (!sk_section_list(run->store, &query, &all, &next, &error))
            return fail(run, error);
        for (guint i = 0; i < all->len; i++) {
            const SkSection *s = g_ptr_array_index(all, i);
            g_autofree char *label = sk_json_quote(s->label);
            if (run->json)
                printf("{\"code\":\"%s\",\"body\":\"%s\",\"parent\":\"%s\",\"label\":%s,"
                       "\"people\":%u}\n",
                       s->code, s->body, s->parent, label, s->people);
            else
                printf("%-16s %-12s %s (%u)%s%s\n", s->code, s->body, s->label, s->people,
                       *s->parent == '\0' ? "" : " in ", s->parent);
        }
        g_free(cursor);
        cursor = next;
    } while (cursor != NULL);
    return SK_EXIT_DONE;
}

/* ---- one person ---- */

static void
print_period(const Run *run, const char *what, const SkPeriod *p)
{
    g_autofree char *from = sk_day_iso(p->from);
    g_autofree char *until = sk_day_iso(p->until);

    if (run->json)
        printf(
            "{\"%s\":\"%s\",\"person\":\"%s\",\"deputy\":\"%s\",\"from\":\"%s\",\"until\":\"%s\"}"
            "\n",
            what, p->id, p->person, p->deputy, from, until);
    else
        printf("  %s %s to %s: %s%s%s (%s)\n", what, from, until, p->person,
               *p->deputy == '\0' ? "" : ", in their place ", p->deputy, p->id);
}

static void
print_tenure(const Run *run, const SkTenure *t)
{
    g_autofree char *from = sk_day_iso(t->from);
    g_autofree char *until = sk_day_iso(t->until);
    g_autofree char *title = sk_json_quote(t->title);

    if (run->json)
        printf("{\"section\":\"%s\",\"title\":%s,\"head\":%s,\"role\":\"%s\",\"from\":\"%s\","
               "\"until\":\"%s\"}\n",
               t->section, title, t->head ? "true" : "false", t->role, from, until);
    else
        printf("  %s to %s: %s %s%s%s%s\n", from, *until == '\0' ? "..." : until, t->section_label,
               t->title, t->head ? ", head" : "", *t->role == '\0' ? "" : ", ", t->role);
}

static SkExit
show(const Run *run)
{
    g_autoptr(SkPerson) p = NULL;
    g_autoptr(GPtrArray) tenures = NULL;
    g_autoptr(GPtrArray) absences = NULL;
    g_autoptr(GPtrArray) deputies = NULL;
    g_autoptr(GError) error = NULL;
    const char *name = run->words[0];

    if (!sk_person_get(run->store, name, &p, &error) ||
        !sk_tenures_of(run->store, name, &tenures, &error) ||
        !sk_absences_of(run->store, name, &absences, &error) ||
        !sk_deputies_of(run->store, name, &deputies, &error))
        return fail(run, error);
    print_person(run, p);
    for (guint i = 0; i < tenures->len; i++)
        print_tenure(run, g_ptr_array_index(tenures, i));
    for (guint i = 0; i < absences->len; i++)
        print_period(run, "absence", g_ptr_array_index(absences, i));
    for (guint i = 0; i < deputies->len; i++)
        print_period(run, "deputy", g_ptr_array_index(deputies, i));
    return SK_EXIT_DONE;
}

static void
done(const Run *run, const char *what, const char *id)
{
    if (run->json)
        printf("{\"done\":\"%s\",\"id\":\"%s\"}\n", what, id);
    else
        printf("%s: %s\n", what, id);
}

static SkExit
period(const Run *run, const char *deputy)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *id = NULL;
    int from = 0;
    int until = 0;

    if (!take_day("--from", run->from, &from) || !take_day("--until", run->until, &until))
        return SK_EXIT_USAGE;
    bool ok = deputy == NULL
                  ? sk_absence_add(run->store, run->words[0], from, until, NULL, &id, &error)
                  : sk_deputy_add(run->store, run->words[0], deputy, from, until, &id, &error);
    if (!ok)
        return fail(run, error);
    done(run, deputy == NULL ? "absence" : "deputy", id);
    return SK_EXIT_DONE;
}

static SkExit
absence(const Run *run)
{
    return period(run, NULL);
}

static SkExit
deputy(const Run *run)
{
    return period(run, run->words[1]);
}

/* An absence or a deputyship, whichever has that id. */
static SkExit
end(const Run *run)
{
    g_autoptr(GError) error = NULL;

    if (sk_absence_end(run->store, run->words[0], NULL, &error)) {
        done(run, "absence ended", run->words[0]);
        return SK_EXIT_DONE;
    }
    if (strcmp(sk_store_why(run->store), "not-found") == 0) {
        g_clear_error(&error);
        if (sk_deputy_end(run->store, run->words[0], NULL, &error)) {
            done(run, "deputy ended", run->words[0]);
            return SK_EXIT_DONE;
        }
    }
    return fail(run, error);
}

static SkExit
role(const Run *run)
{
    g_autoptr(GError) error = NULL;
    SkRole wanted = sk_role_lookup(run->words[1]);

    if (wanted == 0) {
        sk_command_complain(&sk_command_people, "a role is staff, section-head, security-manager, "
                                                "auditor or administrator");
        return SK_EXIT_USAGE;
    }
    if (!sk_account_set_role(run->store, run->words[0], wanted, run->section, NULL, &error))
        return fail(run, error);
    done(run, run->words[1], run->words[0]);
    return SK_EXIT_DONE;
}

/* ---- the command ---- */

static const struct {
    const char *name;
    int least, most; /* words after the verb */
    SkExit (*run)(const Run *run);
} verbs[] = {
    { "import", 1, 1, import_list },
    { "list", 0, 1, list },
    { "show", 1, 1, show },
    { "sections", 0, 1, sections },
    { "absence", 1, 1, absence },
    { "deputy", 2, 2, deputy },
    { "end", 1, 1, end },
    { "role", 2, 2, role },
};

static SkExit
run_verb(Run *run, SkExit (*verb)(const Run *run), const SkStationOptions *options)
{
    g_autoptr(SkConf) conf = NULL;
    const SkConfStation *station = NULL;
    SkExit found = sk_station_find(&sk_command_people, options, &conf, &station);
    if (found != SK_EXIT_DONE)
        return found;
    g_autoptr(SkStore) store = sk_station_open(&sk_command_people, station);
    if (store == NULL)
        return SK_EXIT_FAILED;
    run->store = store;
    run->directory = station->directory != NULL && sk_conf_directory_asks(station->directory);
    return verb(run);
}

static SkExit
sync_people(const SkStationOptions *options, const SkPeopleSync *sync)
{
    g_autoptr(SkConf) conf = NULL;
    const SkConfStation *station = NULL;
    SkExit found = sk_station_find(&sk_command_people, options, &conf, &station);
    return found == SK_EXIT_DONE ? sk_people_sync(station, sync) : found;
}

static SkExit
run_people(int argc, char **argv)
{
    gboolean json = FALSE;
    gboolean whole = FALSE;
    gboolean check = FALSE;
    int leavers = -1;
    g_autofree char *on = NULL;
    g_autofree char *from = NULL;
    g_autofree char *until = NULL;
    g_autofree char *section = NULL;
    g_autofree char *role_name = NULL;
    g_autofree char *state = NULL;
    g_auto(SkStationOptions) options = { NULL, NULL };
    GOptionEntry entries[] = {
        SK_STATION_ENTRIES(options),
        { "on", 0, 0, G_OPTION_ARG_STRING, &on, NULL, NULL },
        { "whole", 0, 0, G_OPTION_ARG_NONE, &whole, NULL, NULL },
        { "check", 0, 0, G_OPTION_ARG_NONE, &check, NULL, NULL },
        { "dry-run", 0, 0, G_OPTION_ARG_NONE, &check, NULL, NULL },
        { "leavers", 0, 0, G_OPTION_ARG_INT, &leavers, NULL, NULL },
        { "from", 0, 0, G_OPTION_ARG_STRING, &from, NULL, NULL },
        { "until", 0, 0, G_OPTION_ARG_STRING, &until, NULL, NULL },
        { "section", 0, 0, G_OPTION_ARG_FILENAME, &section, NULL, NULL },
        { "role", 0, 0, G_OPTION_ARG_STRING, &role_name, NULL, NULL },
        { "state", 0, 0, G_OPTION_ARG_STRING, &state, NULL, NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
        { .long_name = NULL },
    };

    if (!sk_command_options(&sk_command_people, entries, &argc, &argv))
        return SK_EXIT_USAGE;
    if (argc == 2 && strcmp(argv[1], "sync") == 0)
        return sync_people(&options,
                           &(SkPeopleSync){ .check = check, .json = json, .leavers = leavers });
    Run run = { .words = argv + 2,
                .n = argc - 2,
                .on = on,
                .from = from,
                .until = until,
                .section = section,
                .role = role_name,
                .state = state,
                .whole = whole,
                .check = check,
                .json = json };
    for (size_t i = 0; argc >= 2 && i < G_N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].name, argv[1]) == 0 && run.n >= verbs[i].least &&
            run.n <= verbs[i].most)
            return run_verb(&run, verbs[i].run, &options);
    sk_command_complain(&sk_command_people,
                        "say import FILE, sync, list, show NAME, sections, absence "
                        "NAME, deputy NAME DEPUTY, end ID or role NAME ROLE");
    return SK_EXIT_USAGE;
}

const SkCommand sk_command_people = {
    .name = "people",
    .usage = "import|sync|list|show|sections|absence|deputy|end|role [WORD...] [OPTION...]",
    .summary = "Import and list people and sections, name deputies.",
    .help =
        "  import FILE          sections, or people and their posts, from CSV or XLSX\n"
        "  sync                 people as the directory that sekisho.conf names has them today\n"
        "  list [WORDS]         people, those found by part of a name, a reading or a number\n"
        "  show NAME            one person: posts, absences, deputies\n"
        "  sections [WORDS]     sections of today\n"
        "  absence NAME         is away --from a day --until a day\n"
        "  deputy NAME DEPUTY   DEPUTY decides in NAME's place --from a day --until a day\n"
        "  end ID               ends an absence or a deputyship\n"
        "  role NAME ROLE       sets a role by hand\n"
        "\n" SK_STATION_HELP
        "  --on DAY         import: from when the list holds, such as 2027-04-01\n"
        "  --whole          import: who is not in the list has left the day before\n"
        "  --check          import: say what it would do, and do nothing\n"
        "  --dry-run        the same; for sync\n"
        "  --leavers N      sync: refuse where more would leave (otherwise 10 and a tenth of all)\n"
        "  --from DAY       the first day of an absence or a deputyship\n"
        "  --until DAY      the last day\n"
        "  --section CODE   list: of that section; role: the section, too\n"
        "  --role ROLE      list: with that role of an account, or security role\n"
        "  --state STATE    list: here (otherwise), active, locked, not-enrolled, absent, left, "
        "any\n"
        "  --json           JSON lines on standard output\n",
    .run = run_people,
};
