/* SPDX-License-Identifier: Apache-2.0
 *
 * bench-people.c - lists of ten thousand people and five hundred sections, and the import that
 * makes them: the worker reads the list, the store checks and writes it. Prints one JSON object;
 * every name is made up. bench-people DIRECTORY PROGRAMS: the first must be empty, on the disk that
 * is to be measured; the second holds sekisho-disarm. */
#include "base/io.h"
#include "sandbox/pipeline.h"
#include "store/import.h"
#include "store/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEOPLE 10000u
#define SECTIONS 500u
#define ROUNDS 21

static void
must(bool ok, const GError *error)
{
    if (ok)
        return;
    fprintf(stderr, "bench-people: %s\n", error == NULL ? "failed" : error->message);
    exit(3);
}

static double
ms_since(int64_t start)
{
    return (double)(g_get_monotonic_time() - start) / 1000;
}

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ---- the import ---- */

static GBytes *
sections_csv(void)
{
    GString *out = g_string_new("所属コード,機関,所属名\r\n");
    for (unsigned i = 0; i < SECTIONS; i++)
        g_string_append_printf(out, "s%03u,町長部局,第%u見本課\r\n", i, i);
    return g_string_free_to_bytes(out);
}

static GBytes *
people_csv(void)
{
    static const char *const family[] = {
        "青", "赤", "白", "黒", "緑", "紫", "橙", "藍", "朱", "紺"
    };
    static const char *const given[] = {
        "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"
    };
    GString *out = g_string_new("アカウント,氏名,フリガナ,職員番号,所属コード,役職\r\n");
    for (unsigned i = 0; i < PEOPLE; i++)
        g_string_append_printf(out, "m%05u,%s例%s %s%s,ミホン%05u,%05u,s%03u,主事\r\n", i,
                               family[i % 10], family[i / 10 % 10], given[i / 100 % 10],
                               given[i / 1000 % 10], i, i, i % SECTIONS);
    return g_string_free_to_bytes(out);
}

static void
import_list(SkStore *store, const char *programs, GBytes *csv, double *ret_worker,
            double *ret_check, double *ret_write)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkPipeline) pipeline = sk_pipeline_new(programs);
    g_autoptr(SkReport) report = NULL;
    g_autoptr(SkImport) looked = NULL;
    g_autoptr(SkImport) done = NULL;
    g_autofree char *proposal = NULL;
    SkImportOptions options = { .on = sk_organisation_today(store) };
    SkImportOutcome outcome = 0;
    int64_t start = g_get_monotonic_time();
    sk_autofd input = sk_memfd_from("list", sk_span_bytes(csv), &error);
    sk_autofd output = -1;

    must(input >= 0 && sk_pipeline_table(pipeline, SK_TYPE_CSV, input, &report, &output, &error),
         error);
    must(output >= 0, NULL);
    g_autoptr(GBytes) table = sk_memfd_map(output, &error);
    must(table != NULL, error);
    *ret_worker = ms_since(start);
    start = g_get_monotonic_time();
    must(sk_import_check(store, sk_span_bytes(table), &options, &looked, &error), error);
    must(sk_import_errors(looked)->len == 0, NULL);
    *ret_check = ms_since(start);
    start = g_get_monotonic_time();
    must(sk_import_submit(store, sk_span_bytes(table), &options, NULL, &done, &outcome, &proposal,
                          &error),
         error);
    must(outcome == SK_IMPORT_APPLIED, NULL);
    *ret_write = ms_since(start);
}

/* ---- lists ---- */

static double
page_ms(SkStore *store, const SkPersonQuery *query)
{
    double took[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        g_autoptr(GPtrArray) page = NULL;
        g_autofree char *next = NULL;
        g_autoptr(GError) error = NULL;
        int64_t start = g_get_monotonic_time();
        must(sk_person_list(store, query, &page, &next, &error), error);
        took[i] = ms_since(start);
    }
    qsort(took, ROUNDS, sizeof *took, by_value);
    return took[ROUNDS / 2];
}

static double
sections_ms(SkStore *store, const char *words)
{
    double took[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        g_autoptr(GPtrArray) page = NULL;
        g_autofree char *next = NULL;
        g_autoptr(GError) error = NULL;
        SkSectionQuery query = { .words = words, .limit = 200 };
        int64_t start = g_get_monotonic_time();
        must(sk_section_list(store, &query, &page, &next, &error), error);
        took[i] = ms_since(start);
    }
    qsort(took, ROUNDS, sizeof *took, by_value);
    return took[ROUNDS / 2];
}

static void
print_lists(SkStore *store)
{
    static const struct {
        const char *name;
        SkPersonQuery query;
    } lists[] = {
        { "first", { .limit = 50 } },
        { "middle", { .cursor = "m05000", .limit = 50 } },
        { "last", { .cursor = "m09990", .limit = 50 } },
        { "two_characters", { .words = "紺例", .limit = 50 } },
        { "two_words", { .words = "紺例 十十", .limit = 50 } },
        { "nobody", { .words = "無い名", .limit = 50 } },
        { "number", { .words = "09999", .limit = 50 } },
        { "section", { .section = "s123", .limit = 50 } },
        { "role", { .role = "section-head", .limit = 50 } },
        { "security_role", { .role = "manager", .limit = 50 } },
        { "not_enrolled", { .state = SK_PERSON_NOT_ENROLLED, .limit = 50 } },
        { "left", { .state = SK_PERSON_LEFT, .limit = 50 } },
        { "largest_page", { .limit = 200 } },
    };
    double worst = 0;

    printf("\"lists\":{");
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        double ms = page_ms(store, &lists[i].query);
        worst = MAX(worst, ms);
        printf("\"%s\":%.2f,", lists[i].name, ms);
    }
    double sections = MAX(sections_ms(store, NULL), sections_ms(store, "99見本"));
    printf("\"sections\":%.2f},\"worst_ms\":%.2f", sections, MAX(worst, sections));
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    double worker = 0, check = 0, write = 0, ignored = 0;

    if (argc != 3) {
        fputs("bench-people DIRECTORY PROGRAMS\n", stderr);
        return 2;
    }
    g_autofree char *path = g_build_filename(argv[1], "sekisho.db", NULL);
    g_autofree char *vault = g_build_filename(argv[1], "vault", NULL);
    must(sk_store_setup(path, vault, "lgwan", &error), error);
    g_autoptr(SkStore) store = sk_store_open(path, vault, &error);
    must(store != NULL, error);
    g_autoptr(GBytes) sections = sections_csv();
    g_autoptr(GBytes) people = people_csv();
    import_list(store, argv[2], sections, &ignored, &ignored, &ignored);
    import_list(store, argv[2], people, &worker, &check, &write);
    printf("{\"worker_ms\":%.0f,\"check_ms\":%.0f,\"write_ms\":%.0f,", worker, check, write);
    print_lists(store);
    puts("}");
    return 0;
}
