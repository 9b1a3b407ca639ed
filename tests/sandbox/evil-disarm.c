/* SPDX-License-Identifier: Apache-2.0
 *
 * evil-disarm.c - a stand-in for sekisho-disarm that is taken over whole: no sandbox, and the
 * zygote's own word is a lie too. What it does is named by the first line of its input; the bytes
 * that it smuggles are what follows that line. Never installed. */
#include "base/io.h"
#include "base/reader.h"
#include "base/sink.h"
#include "sandbox/children.h"
#include "sandbox/worker.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define JOB_SOCKET 3

typedef struct {
    SkJob job;
    SkSpan payload;
    int output;
    int report;
} Order;

static void
send_words(uint64_t word, uint64_t first, uint64_t second, const int *fds, unsigned n_fds)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(64);
    sk_sink_u64le(sink, word);
    sk_sink_u64le(sink, first);
    sk_sink_u64le(sink, second);
    if (!sk_io_send_frame(JOB_SOCKET, sk_sink_memory(sink), fds, n_fds, NULL))
        exit(1);
}

static void
done(void)
{
    send_words(SK_ZYGOTE_DONE, 0, 0, NULL, 0);
}

static void
put(int fd, SkSpan s)
{
    if (!sk_io_write_all(fd, s, NULL))
        exit(1);
}

/* The most plausible of lies: clean, at the level asked for, of type @type. */
static void
claim(const Order *order, SkType type)
{
    g_autoptr(SkReport) report = sk_report_new();
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = type;
    report->type_out = type;
    report->level = order->job.level;
    g_autoptr(GBytes) frame = sk_report_emit(report);
    put(order->report, sk_span_bytes(frame));
}

static SkType
hinted(const Order *order)
{
    return order->job.hint == SK_TYPE_NONE ? SK_TYPE_TEXT : order->job.hint;
}

/* ---- what it can be told --------------------------------------------------------------------- */

static void
original(const Order *order)
{
    put(order->output, order->payload);
    claim(order, hinted(order));
    done();
}

static void
swap(const Order *order)
{
    put(order->output, sk_span_str("MZ\x90 this program is not what was handed in\r\n"));
    claim(order, hinted(order));
    done();
}

static void
lie_text(const Order *order)
{
    put(order->output, order->payload);
    claim(order, SK_TYPE_TEXT);
    done();
}

static void
lie_docx(const Order *order)
{
    put(order->output, order->payload);
    claim(order, SK_TYPE_DOCX);
    done();
}

static void
lie_pdf(const Order *order)
{
    put(order->output, order->payload);
    claim(order, SK_TYPE_PDF);
    done();
}

static void
lie_png(const Order *order)
{
    put(order->output, order->payload);
    claim(order, SK_TYPE_PNG);
    done();
}

static void
lie_exe(const Order *order)
{
    put(order->output, order->payload);
    claim(order, SK_TYPE_EXE);
    done();
}

static void
lie_pages(const Order *order)
{
    put(order->output, order->payload);
    claim(order, SK_TYPE_PAGES);
    done();
}

static void
huge_report(const Order *order)
{
    put(order->output, order->payload);
    claim(order, hinted(order));
    if (ftruncate(order->report, 1l << 40) != 0)
        exit(1);
    done();
}

static void
huge_output(const Order *order)
{
    claim(order, hinted(order));
    if (ftruncate(order->output, (off_t)order->job.limits.output + 1) != 0)
        exit(1);
    done();
}

static void
no_report(const Order *order)
{
    put(order->output, order->payload);
    done();
}

static void
two_reports(const Order *order)
{
    put(order->output, order->payload);
    claim(order, hinted(order));
    claim(order, hinted(order));
    done();
}

static void
two_frames(const Order *order)
{
    original(order);
    done();
}

static void
long_frame(const Order *order)
{
    uint8_t frame[64] = { 0 };
    claim(order, hinted(order));
    if (!sk_io_send_frame(JOB_SOCKET, sk_span(frame, sizeof frame), NULL, 0, NULL))
        exit(1);
}

static void
short_frame(const Order *order)
{
    claim(order, hinted(order));
    if (!sk_io_send_frame(JOB_SOCKET, sk_span_str("x"), NULL, 0, NULL))
        exit(1);
}

static void
wrong_word(const Order *order)
{
    claim(order, hinted(order));
    send_words(SK_ZYGOTE_READY, 0, 0, NULL, 0);
}

static void
brings_descriptors(const Order *order)
{
    claim(order, hinted(order));
    send_words(SK_ZYGOTE_DONE, 0, 0, (const int[]){ order->output, order->report }, 2);
}

static void
mapped_output(const Order *order)
{
    /* A writable mapping outlives the descriptor and would change what was already hashed. */
    put(order->output, order->payload);
    claim(order, hinted(order));
    volatile char *p = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, order->output, 0);
    done();
    for (;;)
        p[0]++;
}

static void
grow_after(const Order *order)
{
    /* Goes on writing after its word was given. */
    original(order);
    for (;;)
        if (write(order->output, "more", 4) < 0)
            return;
}

static void
seal_first(const Order *order)
{
    /* Takes the pool's own way of fixing the output away from it. */
    put(order->output, order->payload);
    claim(order, hinted(order));
    if (fcntl(order->output, F_ADD_SEALS, F_SEAL_SEAL) != 0)
        exit(1);
    done();
}

static void
die(const Order *order)
{
    (void)order;
    exit(7);
}

static void
never(const Order *order)
{
    (void)order;
    for (;;)
        pause();
}

static void
ask_for_drawing(const Order *order)
{
    g_autoptr(SkReport) report = sk_report_new();
    report->outcome = SK_OUTCOME_DRAW;
    report->reason = SK_REASON_NONE;
    report->type_in = SK_TYPE_PDF;
    sk_report_find(report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_REMOVED, sk_span_str("first"), 1);
    g_autoptr(GBytes) frame = sk_report_emit(report);
    put(order->report, sk_span_bytes(frame));
    done();
}

/* Asks for a conversion of what follows the verb: its words are for the program that converts. */
static void
ask_for(const Order *order, SkType target)
{
    g_autoptr(SkReport) report = sk_report_new();
    report->outcome = SK_OUTCOME_CONVERT;
    report->reason = SK_REASON_NONE;
    report->type_in = SK_TYPE_DOC;
    report->type_out = target;
    sk_report_find(report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_REMOVED, sk_span_str("first"), 1);
    g_autoptr(GBytes) frame = sk_report_emit(report);
    put(order->output, order->payload);
    put(order->report, sk_span_bytes(frame));
    done();
}

static void
ask_docx(const Order *order)
{
    ask_for(order, SK_TYPE_DOCX);
}

static void
ask_pdf(const Order *order)
{
    ask_for(order, SK_TYPE_PDF);
}

static void
ask_exe(const Order *order)
{
    ask_for(order, SK_TYPE_EXE);
}

/* ---- children ------------------------------------------------------------------------------- */

static void
say(const Order *order, SkOutcome outcome, SkReason reason, SkType type_in)
{
    g_autoptr(SkReport) report = sk_report_new();
    report->outcome = outcome;
    report->reason = reason;
    report->type_in = type_in;
    sk_report_find(report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_REMOVED, sk_span_str("end"), 1);
    g_autoptr(GBytes) frame = sk_report_emit(report);
    put(order->report, sk_span_bytes(frame));
    done();
}

/* What follows the verb is the container, or what it takes for one. */
static void
children(const Order *order)
{
    put(order->output, order->payload);
    say(order, SK_OUTCOME_CHILDREN, SK_REASON_NONE, SK_TYPE_ZIP);
}

static void
children_of_nothing(const Order *order)
{
    put(order->output, order->payload);
    say(order, SK_OUTCOME_CHILDREN, SK_REASON_NONE, SK_TYPE_NONE);
}

static void
children_of_children(const Order *order)
{
    put(order->output, order->payload);
    say(order, SK_OUTCOME_CHILDREN, SK_REASON_NONE, SK_TYPE_CHILDREN);
}

/* Children of children without end: each holds what was handed in. */
static void
endless(const Order *order)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    SkChildrenWriter writer = sk_children_writer(sink);
    SkChild child = { .kind = SK_CHILD_OBJECT, .name = sk_span_str("again"), .content = sk_span_str("endless\n") };

    sk_children_add(&writer, &child);
    sk_children_finish(&writer);
    put(order->output, sk_sink_memory(sink));
    say(order, SK_OUTCOME_CHILDREN, SK_REASON_NONE, SK_TYPE_ZIP);
}

/* Locked with what follows the verb. */
static void
locked(const Order *order)
{
    if (!sk_span_is(order->payload, order->job.password)) {
        say(order, SK_OUTCOME_REFUSED, SK_REASON_ENCRYPTED, SK_TYPE_PDF);
        return;
    }
    put(order->output, sk_span_str("unlocked"));
    claim(order, SK_TYPE_TEXT);
    done();
}

/* Ends where it was told a password. */
static void
unlocked(const Order *order)
{
    if (order->job.password[0] != '\0')
        exit(8);
    lie_text(order);
}

static void
refuse(const Order *order)
{
    say(order, SK_OUTCOME_REFUSED, SK_REASON_FORBIDDEN, SK_TYPE_EXE);
}

/* As many findings as a report holds. */
static void
chatter(const Order *order)
{
    g_autoptr(SkReport) report = sk_report_new();
    report->outcome = SK_OUTCOME_CLEAN;
    report->reason = SK_REASON_NONE;
    report->type_in = report->type_out = SK_TYPE_TEXT;
    report->level = order->job.level;
    for (unsigned i = 0; i <= SK_REPORT_FINDINGS_MAX; i++) {
        g_autofree char *place = g_strdup_printf("line %u", i);
        sk_report_find(report, SK_ELEMENT_TEXT_CONTROL, SK_ACTION_REMOVED, sk_span_str(place), 1);
    }
    g_autoptr(GBytes) frame = sk_report_emit(report);
    put(order->report, sk_span_bytes(frame));
    done();
}

/* What type was asked for, at what level, in words. */
static void
told(const Order *order)
{
    g_autofree char *words =
        g_strdup_printf("%s %s %u", sk_type_get(order->job.hint)->name, sk_level_name(order->job.level), order->job.dpi);
    put(order->output, sk_span_str(words));
    claim(order, hinted(order));
    done();
}

/* As a verifier: what is asked is so. */
static void
conforms(const Order *order)
{
    Order asked = *order;
    if (asked.job.level == SK_LEVEL_NONE)
        asked.job.level = SK_LEVEL_REBUILT;
    claim(&asked, hinted(&asked));
    done();
}

/* The same, where the level is `image`. */
static void
conforms_image(const Order *order)
{
    if (order->job.level == SK_LEVEL_IMAGE)
        conforms(order);
    else
        say(order, SK_OUTCOME_REFUSED, SK_REASON_VERIFY_FAILED, SK_TYPE_NONE);
}

static void obey(Order *order, SkSpan input);

/* The parent in words: a line for each child. The first one's name may be an order. */
static void
assemble(Order *order)
{
    g_autoptr(GArray) all = NULL;
    if (!sk_children_parse(order->payload, 100000, &all, NULL))
        exit(6);
    if (all->len > 0 && sk_span_starts(g_array_index(all, SkChild, 0).name, "order ")) {
        SkSpan name = g_array_index(all, SkChild, 0).name;
        order->job.hint = SK_TYPE_ZIP;
        obey(order, sk_span_sub(name, strlen("order "), name.n - strlen("order ")));
        return;
    }
    for (unsigned i = 0; i < all->len; i++) {
        const SkChild *child = &g_array_index(all, SkChild, i);
        g_autofree char *name = sk_span_dup(child->name);
        g_autofree char *content = sk_span_dup(child->content);
        g_autofree char *line =
            g_strdup_printf("%u %s %s %s %s:%s\n", child->kind,
                            child->type == SK_TYPE_NONE ? "" : sk_type_get(child->type)->name,
                            child->level == SK_LEVEL_NONE ? "" : sk_level_name(child->level),
                            sk_reason_name(child->reason), name, content);
        put(order->output, sk_span_str(line));
    }
    claim(order, SK_TYPE_ZIP);
    done();
}

static const struct {
    const char *name;
    void (*run)(const Order *order);
} verbs[] = {
    { "children", children },
    { "children-of-nothing", children_of_nothing },
    { "children-of-children", children_of_children },
    { "endless", endless },
    { "locked", locked },
    { "unlocked", unlocked },
    { "refuse", refuse },
    { "chatter", chatter },
    { "told", told },
    { "conforms", conforms },
    { "conforms-image", conforms_image },
    { "ask-docx", ask_docx },
    { "ask-pdf", ask_pdf },
    { "ask-exe", ask_exe },
    { "original", original },
    { "swap", swap },
    { "lie-text", lie_text },
    { "lie-docx", lie_docx },
    { "lie-pdf", lie_pdf },
    { "lie-png", lie_png },
    { "lie-exe", lie_exe },
    { "lie-pages", lie_pages },
    { "huge-report", huge_report },
    { "huge-output", huge_output },
    { "no-report", no_report },
    { "two-reports", two_reports },
    { "two-frames", two_frames },
    { "long-frame", long_frame },
    { "short-frame", short_frame },
    { "wrong-word", wrong_word },
    { "brings-descriptors", brings_descriptors },
    { "mapped-output", mapped_output },
    { "grow-after", grow_after },
    { "seal-first", seal_first },
    { "die", die },
    { "never", never },
};

static void
obey(Order *order, SkSpan input)
{
    size_t end = sk_span_find(input, 0, sk_span_str("\n"));
    size_t n = end == SIZE_MAX ? input.n : end;
    SkSpan verb = sk_span_sub(input, 0, n);

    order->payload = end == SIZE_MAX ? SK_SPAN_EMPTY : sk_span_sub(input, n + 1, input.n - n - 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (sk_span_is(verb, verbs[i].name)) {
            verbs[i].run(order);
            return;
        }
    ask_for_drawing(order); /* whatever else it says is for the program that draws */
}

int
main(void)
{
    uint8_t frame[SK_JOB_FRAME_LEN];
    size_t n = 0;
    int fds[SK_IO_FDS_MAX];

    send_words(SK_ZYGOTE_READY, SK_TABLES_FINGERPRINT, 0, NULL, 0);
    while (sk_io_recv_frame(JOB_SOCKET, frame, sizeof frame, &n, fds, NULL) && n > 0) {
        Order order = { .output = fds[SK_JOB_FD_OUTPUT], .report = fds[SK_JOB_FD_REPORT] };
        g_autoptr(GBytes) input = sk_memfd_map(fds[SK_JOB_FD_INPUT], NULL);
        if (input == NULL || !sk_job_parse(sk_span(frame, n), &order.job, NULL))
            return 1;
        order.payload = sk_span_bytes(input);
        if (order.job.hint == SK_TYPE_CHILDREN)
            assemble(&order);
        else
            obey(&order, sk_span_bytes(input)); /* keeps every descriptor, as a thief would */
    }
    return 0;
}
