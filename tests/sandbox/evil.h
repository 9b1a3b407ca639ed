/* SPDX-License-Identifier: Apache-2.0
 *
 * evil.h - what evil-worker can be told to do: ways to end and to lie (evil-words.c), and calls
 * that the filter must kill (evil-calls.c). */
#pragma once

#include "sandbox/job.h"
#include "sandbox/report.h"

typedef struct {
    const SkJob *job;
    const char *argument;
    int output;
    SkReport *report;
} EvilJob;

typedef struct {
    const char *name;
    void (*run)(EvilJob *evil);
} EvilVerb;

/* Ended by a row without a name. */
extern const EvilVerb evil_verbs[];

/** evil_call: makes the call named @name; returns, if the filter lets it, what the call returned. False
 * where there is no such row. */
bool evil_call(const char *name, long *ret_value);
/** evil_call_names: NULL-terminated. */
const char *const *evil_call_names(void);
