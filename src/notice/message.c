/* SPDX-License-Identifier: Apache-2.0
 * message.c - contract in message.h. */
#include "notice/message.h"

#include "base/calendar.h"

#include <string.h>

#define LINE_BYTES 57u /* become 76 characters of base64 */
#define WORD_BYTES 42u /* in one encoded word: whole characters, 75 bytes with its marks */

/* RFC 2047: each word holds whole characters; the words fold. */
static void
put_words(GString *out, const char *text)
{
    for (const char *p = text; *p != '\0';) {
        const char *end = p;
        while (*end != '\0' && (size_t)(g_utf8_next_char(end) - p) <= WORD_BYTES)
            end = g_utf8_next_char(end);
        g_autofree char *word = g_base64_encode((const guchar *)p, (gsize)(end - p));
        g_string_append_printf(out, "%s=?UTF-8?B?%s?=", p == text ? " " : "\r\n ", word);
        p = end;
    }
}

/* Inside base64 a line ends in CR and LF as well (RFC 2046, 4.1.1). */
static GString *
with_line_ends(SkSpan text)
{
    GString *out = g_string_sized_new(text.n + text.n / 32);

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n' && (i == 0 || text.p[i - 1] != '\r'))
            g_string_append_c(out, '\r');
        g_string_append_c(out, (char)text.p[i]);
    }
    return out;
}

static void
put_body(GString *out, SkSpan text)
{
    GString *lines = with_line_ends(text);

    for (size_t at = 0; at < lines->len; at += LINE_BYTES) {
        g_autofree char *line = g_base64_encode((const guchar *)lines->str + at, MIN(lines->len - at, LINE_BYTES));
        g_string_append(out, line);
        g_string_append(out, "\r\n");
    }
    g_string_free(lines, TRUE);
}

/* Names of days and months are English by that standard. */
char *
sk_message_date(int64_t time)
{
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int32_t day = sk_calendar_day(time);
    SkDate date = sk_calendar_date(day);
    int64_t second = (time - sk_calendar_start(day)) / G_USEC_PER_SEC;

    return g_strdup_printf("%s, %u %s %d %02d:%02d:%02d +0900", days[((day % 7) + 7) % 7], date.day,
                           months[date.month - 1], date.year, (int)(second / 3600), (int)(second / 60 % 60),
                           (int)(second % 60));
}

char *
sk_message_emit(const SkMessage *self)
{
    GString *out = g_string_new("From:");
    g_autofree char *date = sk_message_date(self->time);

    if (self->label != NULL)
        put_words(out, self->label);
    g_string_append_printf(out, " <%s>\r\n", self->from);
    if (self->to != NULL)
        g_string_append_printf(out, "To: <%s>\r\n", self->to);
    g_string_append(out, "Subject:");
    put_words(out, self->subject);
    g_string_append_printf(out, "\r\nDate: %s\r\nMessage-ID: <%s>\r\n", date, self->id);
    if (self->automatic)
        g_string_append(out, "Auto-Submitted: auto-generated\r\n");
    if (self->more != NULL)
        g_string_append(out, self->more);
    g_string_append(out, "MIME-Version: 1.0\r\n"
                         "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    put_body(out, self->text);
    return g_string_free(out, FALSE);
}
