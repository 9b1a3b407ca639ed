/* SPDX-License-Identifier: Apache-2.0
 * lmtp.c - contract in lmtp.h: commands and answers; the content's bytes are lmtp-content.c's. */
#include "gate/lmtp.h"

#include "base/name.h"
#include "gate/lmtp-content.h"

#include <string.h>

typedef enum {
    STEP_GREET, /* waits for LHLO */
    STEP_IDLE,
    STEP_MAIL,    /* MAIL was accepted */
    STEP_CONTENT, /* after 354 */
    STEP_OVER,
} Step;

struct SkLmtp {
    const char *host;
    uint64_t size_max;
    const SkLmtpKeeper *keeper;
    void *data;
    Step step;
    GString *out;
    GString *line; /* of a command, as far as it has come */
    bool cr;       /* its last byte was a CR */
    bool too_long; /* the rest of the line is dropped */
    unsigned errors;
    SkEnvelope *envelope; /* of this mail; NULL without one */
    unsigned accepted;    /* recipients to be answered for, one named twice being two */
    SkLmtpContent content;
    bool open;             /* the keeper has begun */
    SkLmtpVerdict verdict; /* on the content so far */
};

static const char *const words[] = {
    [SK_LMTP_YES] = "250 2.0.0 Ok\r\n",
    [SK_LMTP_LATER] = "451 4.3.0 Not now, try again\r\n",
    [SK_LMTP_FULL] = "452 4.3.1 No room, try again\r\n",
    [SK_LMTP_TOO_LARGE] = "552 5.3.4 Too large\r\n",
    [SK_LMTP_FORBIDDEN] = "550 5.7.1 No sentence of the policy lets this in\r\n",
    [SK_LMTP_BROKEN] = "550 5.6.0 A line of it ends in a bare CR or LF\r\n",
};

static void
say(SkLmtp *self, const char *answer)
{
    g_string_append(self->out, answer);
}

static void
hang_up(SkLmtp *self, const char *answer)
{
    if (self->step == STEP_OVER)
        return;
    say(self, answer);
    self->step = STEP_OVER;
}

/* One mistake too many, and the peer is taken to be no mail server. */
static void
complain(SkLmtp *self, const char *answer)
{
    if (++self->errors > SK_LMTP_ERRORS_MAX)
        hang_up(self, "421 4.7.0 Too many errors\r\n");
    else
        say(self, answer);
}

static void
forget_mail(SkLmtp *self)
{
    if (self->open)
        self->keeper->abort(self->data);
    self->open = false;
    g_clear_pointer(&self->envelope, sk_envelope_free);
    self->accepted = 0;
}

SkLmtp *
sk_lmtp_new(const char *host, uint64_t size_max, const SkLmtpKeeper *keeper, void *data)
{
    SkLmtp *self = g_new0(SkLmtp, 1);

    *self = (SkLmtp){ .host = host,
                      .size_max = size_max,
                      .keeper = keeper,
                      .data = data,
                      .out = g_string_new(NULL),
                      .line = g_string_sized_new(SK_LMTP_LINE_MAX) };
    g_string_append_printf(self->out, "220 %s LMTP Sekisho\r\n", host);
    return self;
}

void
sk_lmtp_free(SkLmtp *self)
{
    if (self == NULL)
        return;
    forget_mail(self);
    g_string_free(self->out, TRUE);
    g_string_free(self->line, TRUE);
    g_free(self);
}

/* ---- commands --------------------------------------------------------------------------------- */

static bool
is_domain(const char *s)
{
    size_t n = strlen(s);

    for (size_t i = 0; i < n; i++)
        if (!g_ascii_isalnum(s[i]) && strchr(".-_:[]", s[i]) == NULL)
            return false;
    return n > 0 && n <= 255;
}

static void
do_lhlo(SkLmtp *self, const char *rest)
{
    if (*rest != ' ' || !is_domain(rest + 1)) {
        complain(self, "501 5.5.4 LHLO and a host\r\n");
        return;
    }
    forget_mail(self);
    self->step = STEP_IDLE;
    g_string_append_printf(self->out,
                           "250-%s\r\n250-PIPELINING\r\n250-SIZE %" G_GUINT64_FORMAT
                           "\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n",
                           self->host, self->size_max);
}

/* `<…>` at the start of @s; @ret: (transfer full). Returns what stands behind it; NULL where there is none. */
static const char *
take_path(const char *s, char **ret)
{
    const char *end = *s == '<' ? strchr(s, '>') : NULL;

    if (end == NULL)
        return NULL;
    *ret = g_strndup(s + 1, (gsize)(end - s - 1));
    return end + 1;
}

/* SIZE= and BODY=, each once; false for anything else. */
static bool
take_params(const char *rest, uint64_t *ret_size)
{
    g_auto(GStrv) params = g_strsplit(rest, " ", 8);
    bool size = false, body = false;

    if (*rest == '\0')
        return true;
    if (*params[0] != '\0')
        return false; /* what follows the path begins with a space */
    for (unsigned i = 1; params[i] != NULL; i++) {
        guint64 value = 0;
        if (!size && g_ascii_strncasecmp(params[i], "SIZE=", 5) == 0 &&
            g_ascii_string_to_unsigned(params[i] + 5, 10, 0, G_MAXINT64, &value, NULL)) {
            size = true;
            *ret_size = value;
        } else if (!body && (g_ascii_strcasecmp(params[i], "BODY=8BITMIME") == 0 ||
                             g_ascii_strcasecmp(params[i], "BODY=7BIT") == 0)) {
            body = true;
        } else {
            return false;
        }
    }
    return true;
}

static void
do_mail(SkLmtp *self, const char *rest)
{
    g_autofree char *sender = NULL;
    uint64_t size = 0;

    if (self->step != STEP_IDLE) {
        complain(self, self->step == STEP_GREET ? "503 5.5.1 LHLO first\r\n" : "503 5.5.1 One mail at a time\r\n");
        return;
    }
    if (g_ascii_strncasecmp(rest, " FROM:", 6) != 0 || (rest = take_path(rest + 6, &sender)) == NULL ||
        !take_params(rest, &size)) {
        complain(self, "501 5.5.4 MAIL FROM:<address> [SIZE=n] [BODY=8BITMIME]\r\n");
        return;
    }
    if (!sk_envelope_is_sender(sender)) {
        complain(self, "553 5.1.7 Not an address that can be shown\r\n");
        return;
    }
    SkLmtpVerdict verdict = size > self->size_max ? SK_LMTP_TOO_LARGE : self->keeper->mail(self->data, size);
    if (verdict == SK_LMTP_YES) {
        self->envelope = sk_envelope_new();
        g_free(self->envelope->sender);
        self->envelope->sender = g_steal_pointer(&sender);
        self->step = STEP_MAIL;
    }
    say(self, words[verdict]);
}

static void
do_rcpt(SkLmtp *self, const char *rest)
{
    g_autofree char *address = NULL;

    if (self->step != STEP_MAIL) {
        complain(self, "503 5.5.1 MAIL first\r\n");
        return;
    }
    if (g_ascii_strncasecmp(rest, " TO:", 4) != 0 || (rest = take_path(rest + 4, &address)) == NULL || *rest != '\0') {
        complain(self, "501 5.5.4 RCPT TO:<address>\r\n");
        return;
    }
    if (!sk_mail_is(address)) {
        complain(self, "553 5.1.3 Not an address that mail can be handed to\r\n");
        return;
    }
    if (self->accepted >= SK_ENVELOPE_RECIPIENTS_MAX) {
        say(self, "452 4.5.3 Too many recipients, send the rest again\r\n");
        return;
    }
    SkLmtpVerdict verdict = self->keeper->recipient(self->data, address);
    if (verdict == SK_LMTP_YES) {
        self->accepted++;
        if (!sk_envelope_has(self->envelope, address))
            g_ptr_array_add(self->envelope->recipients, g_steal_pointer(&address));
    }
    say(self, words[verdict]);
}

static void
do_data(SkLmtp *self, const char *rest)
{
    if (*rest != '\0') {
        complain(self, "501 5.5.4 DATA stands alone\r\n");
        return;
    }
    if (self->step != STEP_MAIL || self->accepted == 0) {
        complain(self, "503 5.5.1 Nobody to take it\r\n");
        return;
    }
    self->verdict = self->keeper->begin(self->data, self->envelope);
    if (self->verdict != SK_LMTP_YES) {
        say(self, words[self->verdict]);
        forget_mail(self);
        self->step = STEP_IDLE;
        return;
    }
    self->open = true;
    self->content = (SkLmtpContent){ .state = SK_LMTP_LINE_START };
    self->step = STEP_CONTENT;
    say(self, "354 End it with a dot\r\n");
}

static void
do_rset(SkLmtp *self, const char *rest)
{
    if (*rest != '\0') {
        complain(self, "501 5.5.4 RSET stands alone\r\n");
        return;
    }
    forget_mail(self);
    if (self->step == STEP_MAIL)
        self->step = STEP_IDLE;
    say(self, words[SK_LMTP_YES]);
}

static void
do_noop(SkLmtp *self, const char *rest)
{
    (void)rest;
    say(self, words[SK_LMTP_YES]);
}

static void
do_vrfy(SkLmtp *self, const char *rest)
{
    (void)rest;
    say(self, "252 2.5.0 Nobody is named here\r\n");
}

static void
do_quit(SkLmtp *self, const char *rest)
{
    if (*rest == '\0')
        hang_up(self, "221 2.0.0 Bye\r\n");
    else
        complain(self, "501 5.5.4 QUIT stands alone\r\n");
}

static void
do_line(SkLmtp *self)
{
    static const struct {
        const char *word;
        void (*work)(SkLmtp *self, const char *rest);
    } commands[] = { { "LHLO", do_lhlo }, { "MAIL", do_mail }, { "RCPT", do_rcpt }, { "DATA", do_data },
                     { "RSET", do_rset }, { "NOOP", do_noop }, { "VRFY", do_vrfy }, { "QUIT", do_quit } };
    const char *line = self->line->str;

    if (strlen(line) == self->line->len)
        for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++)
            if (g_ascii_strncasecmp(line, commands[i].word, 4) == 0 && (line[4] == '\0' || line[4] == ' ')) {
                commands[i].work(self, line + 4);
                return;
            }
    complain(self, "500 5.5.1 There is no such command\r\n");
}

/* Takes bytes up to the end of a command. Returns how many. */
static size_t
feed_line(SkLmtp *self, SkSpan in)
{
    for (size_t i = 0; i < in.n; i++) {
        char c = (char)in.p[i];
        if (self->cr != (c == '\n')) {
            hang_up(self, "500 5.5.2 A line ends in CR and LF together\r\n");
            return in.n;
        }
        if (c == '\n') {
            self->cr = false;
            if (self->too_long)
                complain(self, "500 5.5.6 The line is too long\r\n");
            else
                do_line(self);
            self->too_long = false;
            g_string_truncate(self->line, 0);
            return i + 1;
        }
        self->cr = c == '\r';
        self->too_long = self->too_long || (!self->cr && self->line->len >= SK_LMTP_LINE_MAX);
        if (!self->cr && !self->too_long)
            g_string_append_c(self->line, c);
    }
    return in.n;
}

/* ---- content ---------------------------------------------------------------------------------- */

static void
spoil(SkLmtp *self, SkLmtpVerdict verdict)
{
    if (verdict == SK_LMTP_YES || self->verdict != SK_LMTP_YES)
        return;
    self->verdict = verdict;
    self->keeper->abort(self->data);
    self->open = false;
}

static void
take_content(void *data, SkSpan piece)
{
    SkLmtp *self = data;

    if (self->verdict != SK_LMTP_YES)
        return;
    spoil(self, self->content.bare                         ? SK_LMTP_BROKEN
                : self->content.bytes > self->size_max ? SK_LMTP_TOO_LARGE
                                                       : self->keeper->append(self->data, piece));
}

/* One answer for each recipient that was accepted (RFC 2033, 4.2); it is the same for all: one mail was kept, or none. */
static void
end_content(SkLmtp *self)
{
    if (self->verdict == SK_LMTP_YES) {
        self->verdict = self->keeper->commit(self->data);
        self->open = false;
    }
    for (unsigned i = 0; i < self->accepted; i++)
        say(self, words[self->verdict]);
    forget_mail(self);
    self->step = STEP_IDLE;
}

static size_t
feed_content(SkLmtp *self, SkSpan in)
{
    bool end = false;
    size_t n = sk_lmtp_content_feed(&self->content, in, take_content, self, &end);

    if (self->content.bytes / 4 > self->size_max)
        hang_up(self, "421 4.7.0 This does not end\r\n");
    else if (end)
        end_content(self);
    return n;
}

bool
sk_lmtp_feed(SkLmtp *self, SkSpan bytes)
{
    while (bytes.n > 0 && self->step != STEP_OVER) {
        size_t n = self->step == STEP_CONTENT ? feed_content(self, bytes) : feed_line(self, bytes);
        bytes = sk_span_sub(bytes, n, bytes.n - n);
    }
    return self->step != STEP_OVER;
}

void
sk_lmtp_hang_up(SkLmtp *self)
{
    hang_up(self, "421 4.3.2 Closing, try again\r\n");
}

SkSpan
sk_lmtp_output(const SkLmtp *self)
{
    return sk_span(self->out->str, self->out->len);
}

void
sk_lmtp_sent(SkLmtp *self, size_t n)
{
    g_string_erase(self->out, 0, (gssize)n);
}

bool
sk_lmtp_is_idle(const SkLmtp *self)
{
    return self->step == STEP_IDLE || self->step == STEP_GREET || self->step == STEP_OVER;
}
