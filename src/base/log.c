/* SPDX-License-Identifier: Apache-2.0
 * log.c - contract in log.h. Own quoting, since workers link GLib only. */
#include "base/log.h"

#include "base/clock.h"

#include <stdarg.h>
#include <string.h>

/* Set once at the start of main, read-only after: who is speaking. */
static const char *log_program = "sekisho";
static const char *log_station;

void
sk_log_init(const char *program, const char *station)
{
    log_program = g_intern_string(program);
    log_station = g_intern_string(station);
    g_log_set_always_fatal((GLogLevelFlags)(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL));
}

static void
append_quoted(GString *out, const char *s)
{
    g_autofree char *valid = g_utf8_make_valid(s, -1);
    g_string_append_c(out, '"');
    for (const char *c = valid; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_printf(out, "\\%c", *c);
        else if ((unsigned char)*c < 0x20 || *c == 0x7f)
            g_string_append_printf(out, "\\u%04x", (unsigned)*c);
        else
            g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

char *
sk_json_quote(const char *s)
{
    GString *out = g_string_new(NULL);
    append_quoted(out, s);
    return g_string_free(out, FALSE);
}

void
sk_log(SkLogLevel level, const char *event, ...)
{
    static const char *const levels[] = { "info", "warning", "error" };
    g_autofree char *now = sk_clock_iso(sk_clock_now());
    g_autoptr(GString) line = g_string_new(NULL);

    g_string_append_printf(line, "{\"time\":\"%s\",\"level\":\"%s\",\"program\":\"%s\"", now, levels[level],
                           log_program);
    if (log_station != NULL)
        g_string_append_printf(line, ",\"station\":\"%s\"", log_station);
    g_string_append_printf(line, ",\"event\":\"%s\"", event);

    va_list args;
    va_start(args, event);
    for (const char *key = va_arg(args, const char *); key != NULL; key = va_arg(args, const char *)) {
        const char *value = va_arg(args, const char *);
        if (value == NULL)
            continue;
        g_string_append_printf(line, ",\"%s\":", key);
        append_quoted(line, value);
    }
    va_end(args);
    g_string_append(line, "}\n");
    ssize_t ignored = write(STDERR_FILENO, line->str, line->len);
    (void)ignored; /* nowhere left to say it */
}
