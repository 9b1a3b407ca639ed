/* SPDX-License-Identifier: Apache-2.0
 * calendar.c - iCalendar and vCard, rebuilt from the components, properties and parameters that are
 * allowed. Specs: docs/formats/ics.md, docs/formats/vcf.md */
#include "disarm/formats.h"

#include "disarm/content-line.h"
#include "format/charset.h"

#include <string.h>

#define DEPTH_MAX 3u

/* ---- lines that were folded at bytes ------------------------------------------------------ */

/* Both standards let a line be folded between two bytes of one character: the lines that end in such a
 * byte are joined before anything asks for the encoding. */
static GString *
joined_lines(SkSpan in)
{
    GString *out = g_string_sized_new(in.n);

    for (size_t at = 0; at < in.n; at++) {
        size_t n = in.p[at] == '\r' && in.n - at > 1 && in.p[at + 1] == '\n' ? 2 : 1;
        bool line_end = in.p[at + n - 1] == '\n';
        bool folded = line_end && in.n - at > n && (in.p[at + n] == ' ' || in.p[at + n] == '\t');
        if (folded && out->len > 0 && (uint8_t)out->str[out->len - 1] >= 0x80)
            at += n;
        else
            g_string_append_c(out, (char)in.p[at]);
    }
    return out;
}

/* As it stands where an encoding explains that, and where joined lines would not be UTF-8. */
static bool
decode(SkDisarm *self, GString **ret, GError **error)
{
    size_t bom = 0;
    SkSpan input = self->input;
    SkCharset as_it_is = sk_charset_guess(input, &bom);
    bool guessed = as_it_is == SK_CHARSET_NONE || as_it_is == SK_CHARSET_CP932 ||
                   as_it_is == SK_CHARSET_EUCJP;

    if (!guessed)
        return sk_textual_decode(self, ret, error);
    g_autoptr(GString) joined = joined_lines(input);
    SkSpan whole = sk_span(joined->str, joined->len);
    if (as_it_is == SK_CHARSET_NONE || sk_charset_guess(whole, &bom) == SK_CHARSET_UTF8)
        self->input = whole;
    bool ok = sk_textual_decode(self, ret, error);
    self->input = input;
    return ok;
}

/* ---- calendars ---------------------------------------------------------------------------- */

static const SkContentProperty calendar_properties[] = {
    { "PRODID", SK_CONTENT_TEXT },          { "CALSCALE", SK_CONTENT_WORD },
    { "METHOD", SK_CONTENT_WORD },          { "NAME", SK_CONTENT_TEXT },
    { "COLOR", SK_CONTENT_WORD },           { "X-WR-CALNAME", SK_CONTENT_TEXT },
    { "X-WR-CALDESC", SK_CONTENT_TEXT },    { "X-WR-TIMEZONE", SK_CONTENT_TEXT },
    { "UID", SK_CONTENT_TEXT },             { "SUMMARY", SK_CONTENT_TEXT },
    { "DESCRIPTION", SK_CONTENT_TEXT },     { "LOCATION", SK_CONTENT_TEXT },
    { "COMMENT", SK_CONTENT_TEXT },         { "CONTACT", SK_CONTENT_TEXT },
    { "CATEGORIES", SK_CONTENT_TEXTS },     { "RESOURCES", SK_CONTENT_TEXTS },
    { "STATUS", SK_CONTENT_WORD },          { "CLASS", SK_CONTENT_WORD },
    { "TRANSP", SK_CONTENT_WORD },          { "ACTION", SK_CONTENT_WORD },
    { "TZID", SK_CONTENT_TEXT },            { "TZNAME", SK_CONTENT_TEXT },
    { "RELATED-TO", SK_CONTENT_TEXT },      { "REQUEST-STATUS", SK_CONTENT_PARTS },
    { "DTSTART", SK_CONTENT_TIME },         { "DTEND", SK_CONTENT_TIME },
    { "DUE", SK_CONTENT_TIME },             { "COMPLETED", SK_CONTENT_TIME },
    { "CREATED", SK_CONTENT_TIME },         { "DTSTAMP", SK_CONTENT_TIME },
    { "LAST-MODIFIED", SK_CONTENT_TIME },   { "RECURRENCE-ID", SK_CONTENT_TIME },
    { "EXDATE", SK_CONTENT_TIME },          { "RDATE", SK_CONTENT_TIME },
    { "TRIGGER", SK_CONTENT_TIME },         { "DURATION", SK_CONTENT_TIME },
    { "FREEBUSY", SK_CONTENT_TIME },        { "TZOFFSETFROM", SK_CONTENT_TIME },
    { "TZOFFSETTO", SK_CONTENT_TIME },      { "RRULE", SK_CONTENT_RULE },
    { "PRIORITY", SK_CONTENT_NUMBER },      { "PERCENT-COMPLETE", SK_CONTENT_NUMBER },
    { "SEQUENCE", SK_CONTENT_NUMBER },      { "REPEAT", SK_CONTENT_NUMBER },
    { "GEO", SK_CONTENT_NUMBER },           { "ORGANIZER", SK_CONTENT_ADDRESS },
    { "ATTENDEE", SK_CONTENT_ADDRESS },     { "URL", SK_CONTENT_LINK },
    { "ATTACH", SK_CONTENT_ATTACHED },      { "IMAGE", SK_CONTENT_ATTACHED },
    { "CONFERENCE", SK_CONTENT_ATTACHED },  { "SOURCE", SK_CONTENT_ATTACHED },
    { "TZURL", SK_CONTENT_ATTACHED },       { NULL, SK_CONTENT_TEXT },
};

static const char *const calendar_tokens[] = { "VALUE",  "LANGUAGE", "ROLE",  "PARTSTAT",
                                               "RSVP",   "CUTYPE",   "RANGE", "FBTYPE",
                                               "RELTYPE", "RELATED", NULL };
static const char *const calendar_texts[] = { "TZID", "CN", NULL };

static const SkContentFormat calendar = { .properties = calendar_properties,
                                          .tokens = calendar_tokens,
                                          .texts = calendar_texts,
                                          .attached = SK_ELEMENT_CALENDAR_ATTACHMENT };

static const struct {
    const char *name, *parents[3]; /* "": the outermost */
} components[] = {
    { "VCALENDAR", { "" } },
    { "VEVENT", { "VCALENDAR" } },
    { "VTODO", { "VCALENDAR" } },
    { "VJOURNAL", { "VCALENDAR" } },
    { "VFREEBUSY", { "VCALENDAR" } },
    { "VTIMEZONE", { "VCALENDAR" } },
    { "STANDARD", { "VTIMEZONE" } },
    { "DAYLIGHT", { "VTIMEZONE" } },
    { "VALARM", { "VEVENT", "VTODO" } },
};

typedef struct {
    SkContent content;
    const char *open[DEPTH_MAX];
    unsigned depth;
    unsigned skipping; /* levels inside something left out */
    bool any;
} Calendar;

static const char *
component(const Calendar *self)
{
    const char *parent = self->depth == 0 ? "" : self->open[self->depth - 1];
    for (size_t i = 0; i < G_N_ELEMENTS(components); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(components[i].parents); k++) {
            const char *allowed = components[i].parents[k];
            if (allowed != NULL && strcmp(allowed, parent) == 0 &&
                sk_content_is(&self->content, "BEGIN", components[i].name))
                return components[i].name;
        }
    }
    return NULL;
}

static bool
is_quiet_action(const SkContent *content)
{
    return sk_content_is(content, "ACTION", "DISPLAY") || sk_content_is(content, "ACTION", "AUDIO");
}

/* Looks ahead in the alarm that has just begun: one that only shows or sounds, and is nothing but
 * lines? */
static bool
is_quiet_alarm(Calendar *self, bool *ret, GError **error)
{
    SkContent *content = &self->content;
    size_t here = content->at;
    bool more = true, quiet = false;

    for (;;) {
        if (!sk_content_next(content, &more, error))
            return false;
        if (!more || sk_content_is(content, "END", "VALARM"))
            break;
        quiet = quiet || is_quiet_action(content);
        if (strcmp(content->at_hand.name, "BEGIN") == 0 ||
            (strcmp(content->at_hand.name, "ACTION") == 0 && !is_quiet_action(content))) {
            quiet = false;
            break;
        }
    }
    content->at = here;
    *ret = quiet;
    return true;
}

static bool
leave_out(Calendar *self, SkElement element, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    self->skipping = 1;
    return sk_disarm_found(self->content.disarm, element, self->content.at_hand.value, 1, &verdict,
                           error);
}

static bool
begin(Calendar *self, GError **error)
{
    const char *name = component(self);
    bool quiet = true;

    if (self->depth == 0 && name == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "ics: no calendar");
    if (name == NULL)
        return leave_out(self, SK_ELEMENT_UNKNOWN_PART, error);
    if (strcmp(name, "VALARM") == 0 && !is_quiet_alarm(self, &quiet, error))
        return false;
    if (!quiet)
        return leave_out(self, SK_ELEMENT_CALENDAR_ALARM, error);
    self->open[self->depth++] = name; /* the table of parents bounds the depth */
    g_autofree char *line = g_strconcat("BEGIN:", name, NULL);
    sk_content_put(&self->content, line);
    if (self->depth == 1)
        sk_content_put(&self->content, "VERSION:2.0");
    self->any = true;
    return true;
}

static bool
end(Calendar *self, GError **error)
{
    if (self->depth == 0 || !sk_content_is(&self->content, "END", self->open[self->depth - 1]))
        return sk_throw(error, SK_ERROR_MALFORMED, "ics: end of another component");
    g_autofree char *line = g_strconcat("END:", self->open[--self->depth], NULL);
    sk_content_put(&self->content, line);
    return true;
}

static bool
calendar_line(Calendar *self, GError **error)
{
    const char *name = self->content.at_hand.name;
    bool begins = strcmp(name, "BEGIN") == 0, ends = strcmp(name, "END") == 0;

    if (self->skipping > 0) {
        self->skipping += begins ? 1 : 0;
        self->skipping -= ends ? 1 : 0;
        return true;
    }
    if (begins)
        return begin(self, error);
    if (ends)
        return end(self, error);
    if (self->depth == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "ics: a line outside of calendars");
    if (strcmp(name, "VERSION") == 0)
        return sk_content_is(&self->content, "VERSION", "2.0") ||
               sk_throw(error, SK_ERROR_UNSUPPORTED, "ics: another version than 2.0");
    SkVerdict verdict = SK_VERDICT_NONE;
    if (strcmp(name, "ACTION") == 0 && !is_quiet_action(&self->content))
        return sk_disarm_found(self->content.disarm, SK_ELEMENT_CALENDAR_ALARM, SK_SPAN_EMPTY, 1,
                               &verdict, error);
    return sk_content_write(&self->content, error);
}

static bool
calendar_lines(Calendar *self, GError **error)
{
    bool more = true;

    for (;;) {
        if (!sk_content_next(&self->content, &more, error))
            return false;
        if (!more)
            break;
        if (!calendar_line(self, error))
            return false;
    }
    if (self->depth > 0 || self->skipping > 0 || !self->any)
        return sk_throw(error, SK_ERROR_MALFORMED, "ics: cut short");
    return sk_content_report(&self->content, error);
}

bool
sk_ics_disarm(SkDisarm *self, GError **error)
{
    g_autoptr(GString) text = NULL;
    Calendar state = { .depth = 0 };

    if (!decode(self, &text, error))
        return false;
    sk_content_init(&state.content, self, &calendar, sk_span(text->str, text->len));
    bool ok = calendar_lines(&state, error);
    sk_content_clear(&state.content);
    return ok;
}

/* ---- contacts ----------------------------------------------------------------------------- */

static const SkContentProperty contact_properties[] = {
    { "FN", SK_CONTENT_TEXT },
    { "N", SK_CONTENT_PARTS },
    { "NICKNAME", SK_CONTENT_TEXTS },
    { "ORG", SK_CONTENT_PARTS },
    { "TITLE", SK_CONTENT_TEXT },
    { "ROLE", SK_CONTENT_TEXT },
    { "NOTE", SK_CONTENT_TEXT },
    { "ADR", SK_CONTENT_PARTS },
    { "LABEL", SK_CONTENT_TEXT },
    { "TEL", SK_CONTENT_TEXT },
    { "EMAIL", SK_CONTENT_TEXT },
    { "BDAY", SK_CONTENT_TIME },
    { "ANNIVERSARY", SK_CONTENT_TIME },
    { "REV", SK_CONTENT_TIME },
    { "UID", SK_CONTENT_TEXT },
    { "CATEGORIES", SK_CONTENT_TEXTS },
    { "GENDER", SK_CONTENT_PARTS },
    { "KIND", SK_CONTENT_WORD },
    { "CLASS", SK_CONTENT_WORD },
    { "LANG", SK_CONTENT_WORD },
    { "TZ", SK_CONTENT_TEXT },
    { "PRODID", SK_CONTENT_TEXT },
    { "MAILER", SK_CONTENT_TEXT },
    { "SORT-STRING", SK_CONTENT_TEXT },
    { "X-PHONETIC-FIRST-NAME", SK_CONTENT_TEXT },
    { "X-PHONETIC-LAST-NAME", SK_CONTENT_TEXT },
    { "X-PHONETIC-ORG", SK_CONTENT_TEXT },
    { "URL", SK_CONTENT_LINK },
    { "PHOTO", SK_CONTENT_ATTACHED },
    { "LOGO", SK_CONTENT_ATTACHED },
    { "SOUND", SK_CONTENT_ATTACHED },
    { "KEY", SK_CONTENT_ATTACHED },
    { NULL, SK_CONTENT_TEXT },
};

static const char *const contact_tokens[] = { "TYPE", "PREF", "LANGUAGE", "VALUE", NULL };
static const char *const contact_texts[] = { "SORT-AS", NULL };

static const SkContentFormat contact = { .properties = contact_properties,
                                         .tokens = contact_tokens,
                                         .texts = contact_texts,
                                         .attached = SK_ELEMENT_CONTACT_MEDIA };

typedef struct {
    SkContent content;
    bool open, any;
    unsigned skipping; /* cards inside the card (AGENT of vCard 2.1) */
} Contacts;

/* Looks ahead for the version of the card that has just begun, which may stand anywhere in it. */
static bool
put_version(Contacts *self, GError **error)
{
    SkContent *content = &self->content;
    size_t here = content->at;
    bool more = true, four = false;

    for (;;) {
        if (!sk_content_next(content, &more, error))
            return false;
        if (!more || strcmp(content->at_hand.name, "END") == 0)
            break;
        if (strcmp(content->at_hand.name, "VERSION") != 0)
            continue;
        four = sk_content_is(content, "VERSION", "4.0");
        if (!four && !sk_content_is(content, "VERSION", "3.0") &&
            !sk_content_is(content, "VERSION", "2.1"))
            return sk_throw(error, SK_ERROR_UNSUPPORTED, "vcf: version");
        break;
    }
    content->at = here;
    sk_content_put(content, four ? "VERSION:4.0" : "VERSION:3.0");
    return true;
}

/* How a name is read, as Japanese telephones write it. */
static void
keep_reading(SkContentLine *line)
{
    static const char kana[] = "X-IRMC-N";
    for (unsigned i = 0; strcmp(line->name, "SOUND") == 0 && i < line->n; i++) {
        SkSpan value = line->parameters[i].value;
        if (value.n != strlen(kana) || g_ascii_strncasecmp((const char *)value.p, kana, value.n) != 0)
            continue;
        g_free(line->name);
        line->name = g_strdup("SORT-STRING");
        while (line->value.n > 0 && line->value.p[line->value.n - 1] == ';')
            line->value.n--;
    }
}

static bool
contact_line(Contacts *self, GError **error)
{
    SkContent *content = &self->content;
    bool begins = sk_content_is(content, "BEGIN", "VCARD");
    bool ends = sk_content_is(content, "END", "VCARD");
    SkVerdict verdict = SK_VERDICT_NONE;

    if (self->skipping > 0 || (self->open && begins)) {
        self->skipping += begins ? 1 : 0;
        self->skipping -= ends ? 1 : 0;
        return !begins || sk_disarm_found(content->disarm, SK_ELEMENT_UNKNOWN_PART,
                                          sk_span_str("AGENT"), 1, &verdict, error);
    }
    if (begins != !self->open)
        return sk_throw(error, SK_ERROR_MALFORMED, "vcf: a line outside of cards");
    if (begins || ends) {
        sk_content_put(content, begins ? "BEGIN:VCARD" : "END:VCARD");
        self->open = begins;
        self->any = true;
        return ends || put_version(self, error);
    }
    if (strcmp(content->at_hand.name, "VERSION") == 0)
        return true;
    keep_reading(&content->at_hand);
    return sk_content_write(content, error);
}

static bool
contact_lines(Contacts *self, GError **error)
{
    bool more = true;

    for (;;) {
        if (!sk_content_next(&self->content, &more, error))
            return false;
        if (!more)
            break;
        if (!contact_line(self, error))
            return false;
    }
    if (self->open || !self->any)
        return sk_throw(error, SK_ERROR_MALFORMED, "vcf: cut short");
    return sk_content_report(&self->content, error);
}

bool
sk_vcf_disarm(SkDisarm *self, GError **error)
{
    g_autoptr(GString) text = NULL;
    Contacts state = { .open = false };

    if (!decode(self, &text, error))
        return false;
    sk_content_init(&state.content, self, &contact, sk_span(text->str, text->len));
    bool ok = contact_lines(&state, error);
    sk_content_clear(&state.content);
    return ok;
}
