/* SPDX-License-Identifier: Apache-2.0
 * test-children.c - what stands inside an object, over programs that lie: a disarmer and a verifier that are taken over
 * whole. The container is theirs to write; what comes of it is not. */
#include "base/clock.h"
#include "base/io.h"
#include "harness.h"
#include "sandbox/children.h"
#include "sandbox/pipeline.h"

#include <string.h>

typedef struct {
    char *folder;
    SkPipeline *pipeline;
} Stage;

static Stage
stage(const char *disarm, const char *verify, unsigned lanes)
{
    Stage self = { .folder = g_dir_make_tmp("sk-stage-XXXXXX", NULL) };
    const char *const names[] = { "sekisho-disarm", "sekisho-verify" };
    const char *const variables[] = { disarm, verify };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(self.folder, names[i], NULL);
        if (variables[i] != NULL)
            g_assert_cmpint(symlink(g_getenv(variables[i]), path), ==, 0);
    }
    self.pipeline = sk_pipeline_new(self.folder);
    sk_pipeline_set_lanes(self.pipeline, lanes);
    return self;
}

static void
stage_clear(Stage *self)
{
    static const char *const names[] = { "sekisho-disarm", "sekisho-verify" };
    sk_pipeline_free(self->pipeline);
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(self->folder, names[i], NULL);
        unlink(path);
    }
    rmdir(self->folder);
    g_free(self->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Stage, stage_clear)

/* ---- containers ----------------------------------------------------------------------------- */

typedef struct {
    SkSink *sink;
    SkChildrenWriter writer;
} Box;

static Box
box(void)
{

    Box self = { .sink = sk_sink_new_memory(64u << 20) };
    self.writer = sk_children_writer(self.sink);
    return self;
}

static void
add(Box *self, SkChildKind kind, SkType type, const char *name, SkSpan content)
{
    SkChild child = { .kind = kind,
                      .type = type,
                      .level = kind == SK_CHILD_READY ? SK_LEVEL_REBUILT : SK_LEVEL_NONE,
                      .reason = kind == SK_CHILD_LOST ? SK_REASON_MALWARE : SK_REASON_NONE,
                      .name = sk_span_str(name),
                      .content = content };
    sk_children_add(&self->writer, &child);
}

static void
put(Box *self, const char *name, const char *order)
{
    add(self, SK_CHILD_OBJECT, SK_TYPE_TEXT, name, sk_span_str(order));
}

/* (transfer full): the order that has the container brought forth. */
static GBytes *
close_box(Box *self, const char *verb)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    sk_children_finish(&self->writer);
    SkSpan made = sk_sink_memory(self->sink);
    g_byte_array_append(out, (const uint8_t *)verb, (guint)strlen(verb));
    g_byte_array_append(out, (const uint8_t *)"\n", 1);
    g_byte_array_append(out, made.p, (guint)made.n);
    g_clear_pointer(&self->sink, sk_sink_free);
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static Result
disarm_by(Stage *self, const SkJob *job, const SkChildRules *rules, SkSpan in)
{
    g_autoptr(GError) error = NULL;
    Result result = { .output = -1 };
    sk_autofd input = sk_memfd_from("t", in, &error);
    bool ran = sk_pipeline_disarm(self->pipeline, job, rules, input, &result.report, &result.output, &error);
    g_assert_no_error(error);
    g_assert_true(ran);
    if (result.report->outcome != SK_OUTCOME_CLEAN)
        g_assert_cmpint(result.output, ==, -1);
    else
        g_assert_true(sk_memfd_is_sealed(result.output));
    return result;
}

static Result
disarm(Stage *self, const SkJob *job, GBytes *in)
{
    return disarm_by(self, job, NULL, sk_span_bytes(in));
}

static void
assert_made(const Result *result, const char *words)
{
    g_assert_cmpstr(sk_reason_name(result->report->reason), ==, "");
    g_assert_cmpint(result->report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(result->report->type_out, ==, SK_TYPE_ZIP);
    g_autoptr(GBytes) bytes = sk_memfd_map(result->output, NULL);
    g_autofree char *made = sk_span_dup(sk_span_bytes(bytes));
    g_assert_cmpstr(made, ==, words);
}

static bool
has_place(const SkReport *report, SkElement element, SkAction action, const char *place)
{
    for (unsigned i = 0; i < report->findings->len; i++) {
        const SkFinding *f = &g_array_index(report->findings, SkFinding, i);
        if (f->element == element && f->action == action && strcmp(f->place, place) == 0)
            return true;
    }
    return false;
}

/* ---- the good way --------------------------------------------------------------------------- */

static GBytes *
mixed(void)
{
    Box inner = box();
    put(&inner, "深い.txt", "lie-text\ndeep");
    add(&inner, SK_CHILD_LOST, SK_TYPE_EXE, "x.exe", SK_SPAN_EMPTY);
    g_autoptr(GBytes) nested = close_box(&inner, "children");
    Box outer = box();
    put(&outer, "a/手紙.txt", "lie-text\nhello");
    put(&outer, "bad.txt", "refuse\n");
    put(&outer, "dies.txt", "die\n");
    add(&outer, SK_CHILD_FOLDER, SK_TYPE_NONE, "empty", SK_SPAN_EMPTY);
    add(&outer, SK_CHILD_READY, SK_TYPE_TEXT, "body.txt", sk_span_str("ready"));
    add(&outer, SK_CHILD_OBJECT, SK_TYPE_ZIP, "inner.zip", sk_span_bytes(nested));
    return close_box(&outer, "children");
}

static void
all_kinds(void)
{
    SkJob job = harness_job();
    g_autoptr(GBytes) in = mixed();

    for (unsigned lanes = 1; lanes <= 4; lanes += 3) {
        g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, lanes);
        for (unsigned turn = 0; turn < 5; turn++) {
            g_auto(Result) result = disarm(&s, &job, in);
            assert_made(&result, "2 text rebuilt  a/手紙.txt:hello\n"
                                 "4 exe  forbidden bad.txt:\n"
                                 "4 text  crash dies.txt:\n"
                                 "3    empty:\n"
                                 "2 text rebuilt  body.txt:ready\n"
                                 "2 zip rebuilt  inner.zip:2 text rebuilt  深い.txt:deep\n4 exe  malware x.exe:\n\n");
            const SkReport *report = result.report;
            g_assert_cmpint(report->type_in, ==, SK_TYPE_ZIP);
            g_assert_true(has_place(report, SK_ELEMENT_ARCHIVE_MEMBER, SK_ACTION_REPLACED, "bad.txt › forbidden"));
            g_assert_true(has_place(report, SK_ELEMENT_ARCHIVE_MEMBER, SK_ACTION_REPLACED, "dies.txt › crash"));
            g_assert_true(has_place(report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_REMOVED, "end"));
            g_assert_true(has_place(report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_REMOVED, "bad.txt › end"));
            g_assert_true(has_place(report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_REMOVED, "inner.zip › end"));
            g_assert_true(
                has_place(report, SK_ELEMENT_ARCHIVE_MEMBER, SK_ACTION_REPLACED, "inner.zip › x.exe › malware"));
            g_assert_cmpuint(report->findings->len, ==, 6);
        }
    }
}

static void
must_be_whole(void)
{
    SkJob job = harness_job();
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 3);
    g_autoptr(GBytes) in = mixed();

    job.verdicts[SK_ELEMENT_ARCHIVE_MEMBER] = SK_VERDICT_REFUSED;
    for (unsigned turn = 0; turn < 10; turn++) { /* the first of them, whoever was done first */
        g_auto(Result) result = disarm(&s, &job, in);
        harness_assert_refused(&result, SK_REASON_FORBIDDEN);
        g_assert_true(
            has_place(result.report, SK_ELEMENT_ARCHIVE_MEMBER, SK_ACTION_REFUSED, "bad.txt › forbidden"));
    }
}

static void
passwords(void)
{
    SkJob job = harness_job();
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 2);
    Box b = box();

    put(&b, "a", "locked\n関所");
    put(&b, "b", "unlocked\nplain");
    put(&b, "c", "locked\nanother");
    g_autoptr(GBytes) in = close_box(&b, "children");
    g_assert_true(sk_job_set_password(&job, sk_span_str("関所")));
    g_auto(Result) result = disarm(&s, &job, in);
    assert_made(&result, "2 text rebuilt  a:unlocked\n2 text rebuilt  b:plain\n4 pdf  encrypted c:\n");
}

/* ---- containers that lie -------------------------------------------------------------------- */

static void
liars(void)
{
    SkJob job = harness_job();
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 2);
    static const char *const orders[] = { "children\n", "children\nno container", "children-of-nothing\nx",
                                          "children\nSKCHILD1" };
    for (unsigned i = 0; i < G_N_ELEMENTS(orders); i++) {
        g_auto(Result) result = disarm_by(&s, &job, NULL, sk_span_str(orders[i]));
        harness_assert_refused(&result, SK_REASON_CRASH);
    }
    static const char *const verbs[] = { "children-of-nothing", "children-of-children" };
    for (unsigned i = 0; i < G_N_ELEMENTS(verbs); i++) {
        Box b = box();
        put(&b, "a", "lie-text\nx");
        g_autoptr(GBytes) in = close_box(&b, verbs[i]);
        g_auto(Result) result = disarm(&s, &job, in);
        harness_assert_refused(&result, SK_REASON_CRASH);
    }
    /* Bytes after the last, and a count that is none. */
    Box b = box();
    put(&b, "a", "lie-text\nx");
    g_autoptr(GBytes) good = close_box(&b, "children");
    g_autoptr(GByteArray) longer = g_byte_array_new();
    g_byte_array_append(longer, g_bytes_get_data(good, NULL), (guint)g_bytes_get_size(good));
    longer->data[strlen("children\n") + 16] = 0xff;
    longer->data[strlen("children\n") + 17] = 0x1f; /* 8,191 children: some are missing */
    g_auto(Result) counted = disarm_by(&s, &job, NULL, sk_span(longer->data, longer->len));
    harness_assert_refused(&counted, SK_REASON_CRASH);
    longer->data[strlen("children\n") + 18] = 0x01; /* 73,727: too many to be looked at */
    g_auto(Result) many = disarm_by(&s, &job, NULL, sk_span(longer->data, longer->len));
    harness_assert_refused(&many, SK_REASON_LIMIT);
}

static void
internal_types(void)
{
    SkJob job = harness_job();
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 2);
    Box b = box();

    add(&b, SK_CHILD_READY, SK_TYPE_PAGES, "ready-pages", sk_span_str("x"));
    add(&b, SK_CHILD_READY, SK_TYPE_CHILDREN, "ready-children", sk_span_str("x"));
    add(&b, SK_CHILD_OBJECT, SK_TYPE_PAGES, "pages", sk_span_str("lie-text\nx"));
    add(&b, SK_CHILD_OBJECT, SK_TYPE_CHILDREN, "children", sk_span_str("lie-text\nx"));
    add(&b, SK_CHILD_OBJECT, SK_TYPE_TABLE, "table", sk_span_str("lie-text\nx"));
    put(&b, "lie", "lie-pages\nx");
    g_autoptr(GBytes) in = close_box(&b, "children");
    g_auto(Result) result = disarm(&s, &job, in);
    assert_made(&result, "4   crash ready-pages:\n4   crash ready-children:\n4   crash pages:\n"
                         "4   crash children:\n4   crash table:\n4 text  crash lie:\n");
    /* Ready, but at another level than was asked for. */
    job.level = SK_LEVEL_TEXT;
    Box other = box();
    add(&other, SK_CHILD_READY, SK_TYPE_PDF, "ready", sk_span_str("x"));
    g_autoptr(GBytes) wrong = close_box(&other, "children");
    g_auto(Result) level = disarm(&s, &job, wrong);
    assert_made(&level, "4   crash ready:\n");
}

static void
endless(void)
{
    SkJob job = harness_job();
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 2);
    g_auto(Result) result = disarm_by(&s, &job, NULL, sk_span_str("endless\n"));

    g_assert_cmpint(result.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_true(has_place(result.report, SK_ELEMENT_ARCHIVE_MEMBER, SK_ACTION_REPLACED,
                            "again › again › again › again › again › again › again › again › limit"));
    job.limits.depth = 0;
    g_auto(Result) none = disarm_by(&s, &job, NULL, sk_span_str("endless\n"));
    harness_assert_refused(&none, SK_REASON_LIMIT);
}

/* Each container within its limits, all of them together not. */
static void
shared_budgets(void)
{
    SkJob job = harness_job();
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 3);
    Box inner = box();
    put(&inner, "a", "lie-text\nx");
    put(&inner, "b", "lie-text\ny");
    g_autoptr(GBytes) nested = close_box(&inner, "children");
    Box outer = box();
    for (unsigned i = 0; i < 4; i++) {
        g_autofree char *name = g_strdup_printf("%u", i);
        add(&outer, SK_CHILD_OBJECT, SK_TYPE_ZIP, name, sk_span_bytes(nested));
    }
    g_autoptr(GBytes) in = close_box(&outer, "children");
    job.limits.items = 12;
    g_auto(Result) enough = disarm(&s, &job, in);
    g_assert_cmpint(enough.report->outcome, ==, SK_OUTCOME_CLEAN);
    job.limits.items = 11;
    g_auto(Result) items = disarm(&s, &job, in);
    harness_assert_refused(&items, SK_REASON_LIMIT);
    job.limits.items = 12;
    job.limits.expanded = g_bytes_get_size(in) + 100;
    g_auto(Result) bytes = disarm(&s, &job, in);
    harness_assert_refused(&bytes, SK_REASON_LIMIT);
}

/* One child that never ends is lost; the others are not. */
static void
one_hangs(void)
{
    SkJob job = harness_job();
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 1);
    Box b = box();

    job.limits.wall_ms = 1500;
    put(&b, "a", "never\n");
    put(&b, "b", "lie-text\nx");
    g_autoptr(GBytes) in = close_box(&b, "children");
    g_auto(Result) result = disarm(&s, &job, in);
    assert_made(&result, "4 text  timeout a:\n2 text rebuilt  b:x\n");
    /* All of them hang: the whole has a limit, too. */
    Box all = box();
    for (unsigned i = 0; i < 40; i++) {
        g_autofree char *name = g_strdup_printf("%u", i);
        put(&all, name, "never\n");
    }
    g_autoptr(GBytes) hangs = close_box(&all, "children");
    int64_t start = sk_clock_monotonic();
    job.limits.wall_ms = 200;
    g_auto(Result) none = disarm(&s, &job, hangs);
    g_assert_cmpint(none.report->outcome, ==, SK_OUTCOME_REFUSED);
    g_assert_cmpint(sk_clock_monotonic() - start, <, 20 * G_USEC_PER_SEC);
}

static void
assembler_lies(void)
{
    static const struct {
        const char *name;
        SkReason reason;
    } cases[] = { { "order lie-text", SK_REASON_CRASH }, { "order die", SK_REASON_CRASH },
                  { "order refuse", SK_REASON_FORBIDDEN }, { "order children", SK_REASON_CRASH },
                  { "order endless", SK_REASON_CRASH },  { "order huge-output", SK_REASON_CRASH },
                  { "order no-report", SK_REASON_CRASH } };
    SkJob job = harness_job();
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 2);

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].name);
        Box b = box();
        put(&b, cases[i].name, "lie-text\nx");
        g_autoptr(GBytes) in = close_box(&b, "children");
        g_auto(Result) result = disarm(&s, &job, in);
        harness_assert_refused(&result, cases[i].reason);
    }
}

/* One that talks without end hides nothing of the others. */
static void
chatter(void)
{
    SkJob job = harness_job();
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 2);
    Box b = box();

    put(&b, "loud", "chatter\n");
    put(&b, "louder", "chatter\n");
    put(&b, "last", "refuse\n");
    g_autoptr(GBytes) in = close_box(&b, "children");
    g_auto(Result) result = disarm(&s, &job, in);
    g_assert_cmpint(result.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(result.report->findings->len, <=, SK_REPORT_FINDINGS_MAX);
    g_assert_cmpuint(result.report->findings->len, >, SK_REPORT_FINDINGS_MAX - 10);
    g_assert_true(result.report->findings_cut);
    g_assert_true(has_place(result.report, SK_ELEMENT_ARCHIVE_MEMBER, SK_ACTION_REPLACED, "last › forbidden"));
    g_assert_true(has_place(result.report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_REMOVED, "last › end"));
    g_assert_true(has_place(result.report, SK_ELEMENT_TEXT_CONTROL, SK_ACTION_REMOVED, "louder › line 0"));
}

/* Names as long as they may be: places stay within theirs. */
static void
long_names(void)
{
    SkJob job = harness_job();
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 2);
    g_autofree char *name = g_strnfill(SK_CHILD_NAME_MAX, 'n');
    g_autoptr(GString) kana = g_string_new(NULL);
    while (kana->len + 3 <= SK_CHILD_NAME_MAX)
        g_string_append(kana, "あ");
    Box inner = box();
    put(&inner, name, "refuse\n");
    put(&inner, kana->str, "refuse\n");
    g_autoptr(GBytes) nested = close_box(&inner, "children");
    Box b = box();
    add(&b, SK_CHILD_OBJECT, SK_TYPE_NONE, kana->str, sk_span_bytes(nested));
    g_autoptr(GBytes) in = close_box(&b, "children");
    g_auto(Result) result = disarm(&s, &job, in);
    g_assert_cmpint(result.report->outcome, ==, SK_OUTCOME_CLEAN);
    for (unsigned i = 0; i < result.report->findings->len; i++) {
        const char *place = g_array_index(result.report->findings, SkFinding, i).place;
        g_assert_true(sk_text_is_plain(sk_span_str(place), SK_PLACE_MAX));
        g_assert_null(strstr(place, "\xef\xbf\xbd"));
    }
}

/* ---- the caller's rules --------------------------------------------------------------------- */

typedef struct {
    unsigned asked, told, ticks;
} Asked;

static bool
decide(void *data, SkType type, uint64_t size, SkJob *job, SkReason *ret_reason)
{
    Asked *asked = data;
    asked->asked++;
    if (size > 1000)
        *ret_reason = SK_REASON_LIMIT;
    if (type == SK_TYPE_PDF)
        job->level = SK_LEVEL_IMAGE;
    job->dpi = 300;
    return type != SK_TYPE_EXE && size <= 1000;
}

static void
told(void *data, const char *path, const SkReport *report)
{
    Asked *asked = data;
    asked->told++;
    g_assert_cmpstr(path, !=, "");
    g_assert_nonnull(report);
}

static void
tick(void *data)
{
    ((Asked *)data)->ticks++;
}

static void
rules(void)
{
    SkJob job = harness_job();
    Asked asked = { 0 };
    SkChildRules r = { .decide = decide, .told = told, .tick = tick, .data = &asked };
    g_auto(Stage) s = stage("SEKISHO_EVIL_DISARM", NULL, 2);
    Box b = box();
    g_autofree char *large = g_strnfill(2000, 'x');

    add(&b, SK_CHILD_OBJECT, SK_TYPE_PDF, "a.pdf", sk_span_str("told\n"));
    add(&b, SK_CHILD_OBJECT, SK_TYPE_DOCX, "b.docx", sk_span_str("told\n"));
    add(&b, SK_CHILD_OBJECT, SK_TYPE_DOCX, "c.docx", sk_span_str("lie-pdf\n")); /* is another thing than it says */
    add(&b, SK_CHILD_OBJECT, SK_TYPE_EXE, "d.exe", sk_span_str("told\n"));
    add(&b, SK_CHILD_OBJECT, SK_TYPE_TEXT, "e.txt", sk_span_str(large));
    add(&b, SK_CHILD_READY, SK_TYPE_EXE, "f.exe", sk_span_str("told\n"));
    g_autoptr(GBytes) in = close_box(&b, "children");
    g_auto(Result) result = disarm_by(&s, &job, &r, sk_span_bytes(in));
    assert_made(&result, "2 pdf image  a.pdf:pdf image 300\n"
                         "2 docx rebuilt  b.docx:docx rebuilt 300\n"
                         "2 pdf image  c.docx:\n"
                         "4 exe  forbidden d.exe:\n"
                         "4 text  limit e.txt:\n"
                         "4 exe  forbidden f.exe:\n");
    g_assert_cmpuint(asked.told, ==, 5); /* what a worker called ready was nothing that became anything */
    g_assert_cmpuint(asked.asked, ==, 7);
    g_assert_cmpuint(asked.ticks, >, 0);
}

/* ---- members that are to be proved ---------------------------------------------------------- */

static Result
verify_by(Stage *self, SkType type, SkLevel level, const SkChildRules *rules, GBytes *in)
{
    g_autoptr(GError) error = NULL;
    Result result = { .output = -1 };
    SkJob job = harness_job();
    sk_autofd input = sk_memfd_from("t", sk_span_bytes(in), &error);
    bool ran = sk_pipeline_verify(self->pipeline, type, level, &job, rules, input, &result.report, &error);
    g_assert_no_error(error);
    g_assert_true(ran);
    return result;
}

static bool
prove(void *data, SkType type, uint64_t size, unsigned way, SkJob *job)
{
    static const SkLevel levels[] = { SK_LEVEL_REBUILT, SK_LEVEL_IMAGE };
    (void)data;
    (void)size;
    if (type == SK_TYPE_DOCX || way >= G_N_ELEMENTS(levels))
        return false;
    job->level = levels[way];
    return true;
}

static void
proving(void)
{
    SkChildRules r = { .prove = prove };
    g_auto(Stage) s = stage(NULL, "SEKISHO_EVIL_DISARM", 3);
    Box inner = box();
    add(&inner, SK_CHILD_READY, SK_TYPE_PDF, "b.pdf", sk_span_str("conforms-image\n"));
    g_autoptr(GBytes) nested = close_box(&inner, "children");
    Box b = box();
    add(&b, SK_CHILD_READY, SK_TYPE_TEXT, "a.txt", sk_span_str("conforms\n"));
    add(&b, SK_CHILD_READY, SK_TYPE_ZIP, "b.zip", sk_span_bytes(nested));
    add(&b, SK_CHILD_FOLDER, SK_TYPE_NONE, "empty", SK_SPAN_EMPTY);
    g_autoptr(GBytes) good = close_box(&b, "children");
    g_auto(Result) clean = verify_by(&s, SK_TYPE_ZIP, SK_LEVEL_REBUILT, &r, good);
    g_assert_cmpint(clean.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpint(clean.report->type_out, ==, SK_TYPE_ZIP);
    g_assert_cmpint(clean.report->level, ==, SK_LEVEL_REBUILT);
    g_auto(Result) unnamed = verify_by(&s, SK_TYPE_NONE, SK_LEVEL_NONE, &r, good);
    g_assert_cmpint(unnamed.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_auto(Result) other = verify_by(&s, SK_TYPE_DOCX, SK_LEVEL_REBUILT, &r, good); /* nothing but a ZIP has members */
    harness_assert_refused(&other, SK_REASON_CRASH);
    g_auto(Result) any = verify_by(&s, SK_TYPE_ZIP, SK_LEVEL_REBUILT, NULL, good); /* no level is said: not at `image` */
    harness_assert_refused(&any, SK_REASON_VERIFY_FAILED);
    g_assert_true(has_place(any.report, SK_ELEMENT_ARCHIVE_MEMBER, SK_ACTION_REFUSED, "b.zip › verify-failed"));
    g_assert_true(
        has_place(any.report, SK_ELEMENT_ARCHIVE_MEMBER, SK_ACTION_REFUSED, "b.zip › b.pdf › verify-failed"));
}

static void
not_proved(void)
{
    static const struct {
        SkChildKind kind;
        SkType type;
        const char *order;
        SkReason reason;
    } cases[] = {
        { SK_CHILD_READY, SK_TYPE_TEXT, "refuse\n", SK_REASON_FORBIDDEN },
        { SK_CHILD_READY, SK_TYPE_TEXT, "original\nwrote something", SK_REASON_CRASH },
        { SK_CHILD_READY, SK_TYPE_TEXT, "lie-pdf\n", SK_REASON_CRASH },
        { SK_CHILD_READY, SK_TYPE_TEXT, "die\n", SK_REASON_CRASH },
        { SK_CHILD_READY, SK_TYPE_TEXT, "endless\n", SK_REASON_CRASH },
        { SK_CHILD_READY, SK_TYPE_ZIP, "endless\n", SK_REASON_CRASH }, /* objects are nothing that is proved */
        { SK_CHILD_READY, SK_TYPE_DOCX, "conforms\n", SK_REASON_FORBIDDEN }, /* not let in */
        { SK_CHILD_READY, SK_TYPE_PAGES, "conforms\n", SK_REASON_CRASH },
        { SK_CHILD_READY, SK_TYPE_CHILDREN, "conforms\n", SK_REASON_CRASH },
        { SK_CHILD_OBJECT, SK_TYPE_TEXT, "conforms\n", SK_REASON_CRASH },
        { SK_CHILD_LOST, SK_TYPE_TEXT, "", SK_REASON_CRASH },
    };
    SkChildRules r = { .prove = prove };
    g_auto(Stage) s = stage(NULL, "SEKISHO_EVIL_DISARM", 3);

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%u: %s", i, cases[i].order);
        Box b = box();
        add(&b, SK_CHILD_READY, SK_TYPE_TEXT, "a.txt", sk_span_str("conforms\n"));
        add(&b, cases[i].kind, cases[i].type, "b", sk_span_str(cases[i].order));
        add(&b, SK_CHILD_READY, SK_TYPE_TEXT, "c.txt", sk_span_str("die\n"));
        g_autoptr(GBytes) in = close_box(&b, "children");
        g_auto(Result) result = verify_by(&s, SK_TYPE_ZIP, SK_LEVEL_REBUILT, &r, in);
        harness_assert_refused(&result, cases[i].reason);
        g_autofree char *place = g_strdup_printf("b › %s", sk_reason_name(cases[i].reason));
        g_assert_true(has_place(result.report, SK_ELEMENT_ARCHIVE_MEMBER, SK_ACTION_REFUSED, place));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/children/all-kinds", all_kinds);
    g_test_add_func("/children/must-be-whole", must_be_whole);
    g_test_add_func("/children/passwords", passwords);
    g_test_add_func("/children/liars", liars);
    g_test_add_func("/children/internal-types", internal_types);
    g_test_add_func("/children/endless", endless);
    g_test_add_func("/children/shared-budgets", shared_budgets);
    g_test_add_func("/children/one-hangs", one_hangs);
    g_test_add_func("/children/assembler-lies", assembler_lies);
    g_test_add_func("/children/chatter", chatter);
    g_test_add_func("/children/long-names", long_names);
    g_test_add_func("/children/rules", rules);
    g_test_add_func("/children/proving", proving);
    g_test_add_func("/children/not-proved", not_proved);
    return g_test_run();
}
