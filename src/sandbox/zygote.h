/* SPDX-License-Identifier: Apache-2.0
 *
 * zygote.h - the main of every sandboxed program: enter the namespaces once, then fork one worker
 * per job with rlimits and a seccomp allow-list (default kill). A sandbox that cannot be set up
 * ends the program with exit 3 before any input is touched. Runs in: sekisho-disarm,
 * sekisho-verify, sekisho-draw, sekisho-convert. Trusts: its parent, the pool. Tests: tests/sandbox/
 */
#pragma once

#include "sandbox/job.h"
#include "sandbox/report.h"

#include <stdio.h>

typedef enum {
    SK_SANDBOX_PURE,  /* no file at all: disarm, verify */
    SK_SANDBOX_FONTS, /* may read fonts and poppler's tables, bound read-only: draw */
    SK_SANDBOX_OFFICE, /* may read libraries, LibreOffice and fonts, and write below SK_OFFICE_TMP,
                          an own tmpfs: convert. Its pool gives every object a zygote of its own */
} SkSandboxKind;

/**
 * SkWorker: what the program does with one object. Runs in a fork of its own.
 * @input: the whole object
 * @output: borrowed, writable, empty; leave it empty when the outcome is not CLEAN
 * @report: to be filled in; starts as refused/crash
 */
typedef void (*SkWorkerFunc)(const SkJob *job, GBytes *input, int output, SkReport *report);

/* The one place where a worker of SK_SANDBOX_OFFICE can write; it ends with its zygote. */
#define SK_OFFICE_TMP "/tmp"

typedef struct {
    const char *program;
    SkSandboxKind kind;
    void (*load)(
        void); /* or NULL: once, before the sandbox is entered: what must be opened or loaded */
    void (*prepare)(
        void); /* or NULL: once in the zygote, inside the sandbox's file view, before any job */
    SkWorkerFunc work;
} SkZygote;

/** sk_zygote_main: `--zygote` serves jobs on descriptor 3 until it closes; `--version` prints;
 * anything else is exit 2. */
int sk_zygote_main(const SkZygote *zygote, int argc, char **argv);
