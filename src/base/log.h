/* SPDX-License-Identifier: Apache-2.0
 *
 * log.h - a program's log: one JSON object a line on stderr, for the machine's journal. No personal
 * data: ids and codes, never names, titles or content. Libraries do not log.
 * Tests: tests/e2e/web-alone.c
 */
#pragma once

#include "base/base.h"

typedef enum { SK_LOG_INFO, SK_LOG_WARNING, SK_LOG_ERROR } SkLogLevel;

/** sk_log_init: names the program and station for every line, and makes GLib criticals fatal. */
void sk_log_init(const char *program, const char *station);
/**
 * sk_log: @event is a fixed lower-case word with hyphens; then pairs of `const char *key, const char *value`,
 * ended by NULL. A NULL value leaves its pair out. One write(2) a line, so lines do not mix.
 */
void sk_log(SkLogLevel level, const char *event, ...) G_GNUC_NULL_TERMINATED;
/** sk_json_quote: (transfer full): a JSON string literal; invalid UTF-8 becomes U+FFFD. */
char *sk_json_quote(const char *s);
