/* SPDX-License-Identifier: Apache-2.0
 * evil-words.c - the ways in which a worker can end or lie. */
#include "base/io.h"
#include "evil.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#define REPORT_FD 4 /* where the zygote put it */

static void
echo(EvilJob *evil)
{
    if (!sk_io_write_all(evil->output, sk_span_str(evil->argument), NULL))
        sk_report_refuse(evil->report, SK_REASON_CRASH);
}

/* As sekisho-draw: the "pages" are orders to evil-disarm, which disarms them next. @locked: whether a password came along. */
static void
draw(EvilJob *evil, bool locked)
{
    if ((evil->job->password[0] != '\0') != locked) {
        sk_report_refuse(evil->report, SK_REASON_FORBIDDEN);
        return;
    }
    echo(evil);
    evil->report->type_out = SK_TYPE_PAGES;
    sk_report_find(evil->report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_REMOVED, sk_span_str("drawn"),
                   1);
}

/* What is drawn is not locked, */
static void
pages(EvilJob *evil)
{
    draw(evil, false);
}

/* but a PDF that came with its lock. */
static void
opened(EvilJob *evil)
{
    draw(evil, true);
}

/* As sekisho-convert: what is made are orders to evil-disarm again. */
static void
made(EvilJob *evil)
{
    if (evil->job->password[0] != '\0') {
        sk_report_refuse(evil->report, SK_REASON_FORBIDDEN);
        return;
    }
    echo(evil);
    evil->report->type_out = evil->job->target == SK_TYPE_NONE ? SK_TYPE_TEXT : evil->job->target;
    sk_report_find(evil->report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_REMOVED, sk_span_str("made"), 1);
}

/* As sekisho-verify: conforms, with nothing written. */
static void
conforms(EvilJob *evil)
{
    evil->report->level = evil->job->level;
    evil->report->type_out = evil->job->hint == SK_TYPE_NONE ? SK_TYPE_TEXT : evil->job->hint;
}

static void
refuse(EvilJob *evil)
{
    echo(evil); /* the zygote takes back what was written before a refusal */
    sk_report_refuse(evil->report, SK_REASON_FORBIDDEN);
}

static void
segv(EvilJob *evil)
{
    (void)evil;
    __builtin_trap();
}

static void
assertion(EvilJob *evil)
{
    (void)evil;
    abort();
}

static void
leave(EvilJob *evil)
{
    (void)evil;
    _exit(0);
}

static void
eat_memory(EvilJob *evil)
{
    (void)evil;
    for (;;) {
        volatile char *p = g_malloc(16u << 20);
        p[0] = 1;
    }
}

static void
spin(EvilJob *evil)
{
    (void)evil;
    for (volatile unsigned i = 0;; i++)
        continue;
}

static void
hang(EvilJob *evil)
{
    (void)evil;
    static int word;
    for (;;) /* the one way to wait that the filter leaves */
        syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void
flood(EvilJob *evil)
{
    static char block[1 << 16];
    while (write(evil->output, block, sizeof block) > 0)
        continue;
}

static void
no_type(EvilJob *evil)
{
    evil->report->type_out = SK_TYPE_NONE;
}

static void
refused_with_output(EvilJob *evil)
{
    /* Says `refused` with an output, by writing the report itself and ending. */
    sk_report_refuse(evil->report, SK_REASON_FORBIDDEN);
    g_autoptr(GBytes) frame = sk_report_emit(evil->report);
    if (sk_io_write_all(evil->output, sk_span_str("contraband"), NULL) &&
        sk_io_write_all(REPORT_FD, sk_span_bytes(frame), NULL))
        _exit(0);
}

static void
two_reports(EvilJob *evil)
{
    g_autoptr(GBytes) frame = sk_report_emit(evil->report);
    if (!sk_io_write_all(REPORT_FD, sk_span_bytes(frame), NULL))
        _exit(9);
}

static void
long_report(EvilJob *evil)
{
    (void)evil;
    if (ftruncate(REPORT_FD, (off_t)SK_REPORT_BYTES_MAX + 1) == 0)
        _exit(0);
}

static void
junk_report(EvilJob *evil)
{
    (void)evil;
    if (sk_io_write_all(REPORT_FD, sk_span_str("this is no report at all, but long enough for one"),
                        NULL))
        _exit(0);
}

static void
bad_level(EvilJob *evil)
{
    evil->report->level = SK_LEVEL_ORIGINAL;
}

/* Does what the filter allows, to show that it does. Any of these calls that is killed shows too.
 */
static void
allowed(EvilJob *evil)
{
    static char block[8192];
    struct timespec now;
    char *p = mmap(NULL, sizeof block, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    bool well = p != MAP_FAILED && mprotect(p, sizeof block, PROT_READ) == 0 &&
                munmap(p, sizeof block) == 0 && write(evil->output, block, 10) == 10 &&
                lseek(evil->output, 0, SEEK_SET) == 0 && read(evil->output, block, 10) == 10 &&
                pwrite(evil->output, "ok", 2, 0) == 2 && ftruncate(evil->output, 2) == 0 &&
                fcntl(evil->output, F_GETFL) >= 0 && clock_gettime(CLOCK_MONOTONIC, &now) == 0;
    if (!well)
        sk_report_refuse(evil->report, SK_REASON_MALFORMED);
}

/* Says whether the file named by the argument can be read: only a font worker gets as far as
 * asking. */
static void
see(EvilJob *evil)
{
    sk_autofd fd = open(evil->argument, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        sk_report_refuse(evil->report, errno == ENOENT   ? SK_REASON_MALFORMED
                                       : errno == EACCES ? SK_REASON_FORBIDDEN
                                                         : SK_REASON_LIMIT);
}

static void
call(EvilJob *evil)
{
    long value = 0;
    if (!evil_call(evil->argument, &value))
        sk_report_refuse(evil->report, SK_REASON_UNSUPPORTED);
}

/* Clean only where the call succeeded. */
static void
attempt(EvilJob *evil)
{
    long value = 0;
    if (!evil_call(evil->argument, &value))
        sk_report_refuse(evil->report, SK_REASON_UNSUPPORTED);
    else if (value < 0)
        sk_report_refuse(evil->report, SK_REASON_FORBIDDEN);
}

/* Writes to a new file named by the argument until that fails; clean where any byte went in. */
static void
make(EvilJob *evil)
{
    static char block[1 << 16];
    uint64_t total = 0;
    sk_autofd fd = open(evil->argument, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    for (ssize_t n = 1; fd >= 0 && n > 0; total += n > 0 ? (uint64_t)n : 0)
        n = write(fd, block, sizeof block);
    if (total == 0)
        sk_report_refuse(evil->report, SK_REASON_FORBIDDEN);
    else
        sk_report_find(evil->report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_KEPT, SK_SPAN_EMPTY,
                       (uint32_t)(total >> 20));
}

const EvilVerb evil_verbs[] = {
    { "attempt", attempt },
    { "make", make },
    { "echo", echo },
    { "pages", pages },
    { "opened", opened },
    { "made", made },
    { "conforms", conforms },
    { "refuse", refuse },
    { "segv", segv },
    { "assert", assertion },
    { "leave", leave },
    { "memory", eat_memory },
    { "spin", spin },
    { "hang", hang },
    { "flood", flood },
    { "no-type", no_type },
    { "refused-with-output", refused_with_output },
    { "two-reports", two_reports },
    { "long-report", long_report },
    { "junk-report", junk_report },
    { "bad-level", bad_level },
    { "allowed", allowed },
    { "see", see },
    { "call", call },
    { NULL, NULL },
};
