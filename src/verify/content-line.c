/* SPDX-License-Identifier: Apache-2.0
 *
 * content-line.c - the profiles of iCalendar and vCard: lines folded in one way, and of components,
 * properties and parameters only those that the pages list. Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/ics.md, docs/formats/vcf.md   Tests: tests/unit/verify/test-content-line.c
 */
#include "verify/chars.h"
#include "verify/link.h"
#include "verify/proof.h"

#include <string.h>

#define FOLD 75u
#define WORD_MAX 4096u

typedef struct {
    SkProof *proof;
    bool contacts;
    SkSpan in;
    size_t at;      /* behind the line at hand */
    size_t line_at; /* where it begins */
    bool keep_invisible;
    GString *line; /* owned: unfolded */
    char name[64];
    GHashTable *seen; /* owned: parameters of the line */
} Lines;

static bool
no(const Lines *l, SkElement element, const char *what)
{
    return sk_proof_no(l->proof, element, "%s, line at byte %zu", what, l->line_at);
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Up to CR LF, which is taken. */
static bool
physical(Lines *l, SkSpan *ret)
{
    size_t end = sk_span_find(l->in, l->at, sk_span_str("\r\n"));

    if (end == SIZE_MAX)
        return no(l, SK_ELEMENT_NOT_CANONICAL, "line not ended");
    *ret = sk_span_sub(l->in, l->at, end - l->at);
    l->at = end + 2;
    return ret->n <= FOLD || no(l, SK_ELEMENT_NOT_CANONICAL, "long line");
}

/* Each line but the last is as full as whole characters can make it. */
static bool
next_line(Lines *l)
{
    SkSpan piece = SK_SPAN_EMPTY;

    l->line_at = l->at;
    if (!physical(l, &piece))
        return false;
    g_string_truncate(l->line, 0);
    g_string_append_len(l->line, (const char *)piece.p, (gssize)piece.n);
    while (l->at < l->in.n && l->in.p[l->at] == ' ') {
        size_t room = FOLD - piece.n;
        if (!physical(l, &piece))
            return false;
        if (piece.n < 2)
            return no(l, SK_ELEMENT_NOT_CANONICAL, "folding");
        size_t character = 1;
        while (character + 1 < piece.n && (piece.p[character + 1] & 0xc0) == 0x80)
            character++;
        if (character <= room || (piece.p[1] & 0xc0) == 0x80)
            return no(l, SK_ELEMENT_NOT_CANONICAL, "folding");
        g_string_append_len(l->line, (const char *)piece.p + 1, (gssize)(piece.n - 1));
    }
    return true;
}

static bool
is_line(const Lines *l, const char *s)
{
    return strcmp(l->line->str, s) == 0 && l->line->len == strlen(s);
}

/* ---- characters --------------------------------------------------------------------------- */

/* Text from @at: `\\` `\;` `\,` `\n`, and bare only those of @parts, each of which begins a text
 * anew. With @parts NULL: a parameter's, without escapes, up to @end. */
static bool
check_text(const Lines *l, SkSpan s, const char *parts)
{
    SkCharWalk walk = SK_CHAR_WALK(l->keep_invisible);

    for (size_t at = 0; at < s.n;) {
        uint32_t c = sk_char_next(s, &at);
        bool parting = c == ';' || c == ',';
        if (c == SK_CHAR_BAD)
            return no(l, SK_ELEMENT_TEXT_ENCODING, "not UTF-8");
        if (parts != NULL && c == '\\') {
            if (at == s.n || s.p[at] == 0 || strchr("\\;,n", s.p[at]) == NULL)
                return no(l, SK_ELEMENT_NOT_CANONICAL, "escape");
            c = s.p[at] == 'n' ? '\n' : s.p[at];
            at++;
            parting = false;
        } else if (c == '\n') {
            return no(l, SK_ELEMENT_TEXT_CONTROL, "bare line end");
        }
        if (parts != NULL && parting) {
            if (strchr(parts, (int)c) == NULL)
                return no(l, SK_ELEMENT_NOT_CANONICAL, "bare separator");
            SkElement found = sk_char_stop(&walk);
            if (found != SK_ELEMENT_NONE)
                return no(l, found, "character");
            walk = SK_CHAR_WALK(l->keep_invisible);
            continue;
        }
        SkElement found = sk_char_step(&walk, c);
        if (found != SK_ELEMENT_NONE)
            return no(l, found, "character");
    }
    SkElement found = sk_char_stop(&walk);
    return found == SK_ELEMENT_NONE || no(l, found, "character");
}

static bool
check_word(const Lines *l, SkSpan s, const char *also)
{
    for (size_t i = 0; i < s.n; i++)
        if (!g_ascii_isalnum(s.p[i]) && (s.p[i] == 0 || strchr(also, s.p[i]) == NULL))
            return no(l, SK_ELEMENT_NOT_CANONICAL, "value");
    return (s.n > 0 && s.n <= WORD_MAX) || no(l, SK_ELEMENT_NOT_CANONICAL, "value");
}

static bool
check_link(const Lines *l, SkSpan s, bool mail)
{
    if (!sk_link_is_permitted(s) || (mail && !sk_span_starts(s, "mailto:")))
        return no(l, SK_ELEMENT_UNSAFE_HYPERLINK, "address");
    return mail || sk_proof_keeps(l->proof, SK_ELEMENT_HYPERLINK) ||
           no(l, SK_ELEMENT_HYPERLINK, "address");
}

/* ---- parameters --------------------------------------------------------------------------- */

static bool
is_one_of(const char *list, const char *name)
{
    g_autofree char *padded = g_strdup_printf(" %s ", name);
    return strstr(list, padded) != NULL;
}

#define VALUE_WORDS " DATE DATE-TIME PERIOD DURATION TEXT DATE-AND-OR-TIME "

static bool
check_parameter(Lines *l, const char *name, SkSpan value, bool quoted)
{
    const char *words = l->contacts ? " TYPE PREF LANGUAGE VALUE "
                                    : " VALUE LANGUAGE ROLE PARTSTAT RSVP CUTYPE RANGE FBTYPE "
                                      "RELTYPE RELATED ";
    const char *texts = l->contacts ? " SORT-AS " : " TZID CN ";

    if (!g_hash_table_add(l->seen, g_strdup(name)))
        return no(l, SK_ELEMENT_NOT_CANONICAL, "parameter twice");
    if (is_one_of(texts, name)) {
        bool needs = false;
        for (size_t i = 0; i < value.n; i++) {
            needs = needs || strchr(":;,", value.p[i]) != NULL;
            if (value.p[i] == '\t')
                return no(l, SK_ELEMENT_TEXT_CONTROL, "tab");
        }
        if (needs != quoted ||
            (value.n > 0 && (value.p[0] == ' ' || value.p[value.n - 1] == ' ')))
            return no(l, SK_ELEMENT_NOT_CANONICAL, "quotes");
        return check_text(l, value, NULL);
    }
    if (!is_one_of(words, name) || quoted)
        return no(l, SK_ELEMENT_UNKNOWN_PART, "parameter");
    g_autofree char *word = sk_span_dup(value);
    if (strcmp(name, "VALUE") == 0 && !is_one_of(VALUE_WORDS, word))
        return no(l, SK_ELEMENT_UNKNOWN_PART, "VALUE");
    for (size_t i = 0; i < value.n; i++)
        if (g_ascii_islower(value.p[i]))
            return no(l, SK_ELEMENT_NOT_CANONICAL, "small letters");
    return check_word(l, value, "-,");
}

/* From `;` or `:` on; @ret: the value. */
static bool
check_parameters(Lines *l, SkSpan rest, SkSpan *ret)
{
    g_hash_table_remove_all(l->seen);
    while (rest.n > 0 && rest.p[0] == ';') {
        size_t equals = sk_span_find(rest, 0, sk_span_str("="));
        if (equals == SIZE_MAX || equals > 64)
            return no(l, SK_ELEMENT_NOT_CANONICAL, "parameter");
        g_autofree char *name = sk_span_dup(sk_span_sub(rest, 1, equals - 1));
        rest = sk_span_sub(rest, equals + 1, rest.n - equals - 1);
        bool quoted = rest.n > 0 && rest.p[0] == '"';
        rest = sk_span_sub(rest, quoted ? 1 : 0, rest.n - (quoted ? 1 : 0));
        size_t n = 0;
        while (n < rest.n && rest.p[n] != '"' && (quoted || strchr(";:", rest.p[n]) == NULL))
            n++;
        SkSpan value = sk_span_sub(rest, 0, n);
        if (quoted ? n == rest.n : (n < rest.n && rest.p[n] == '"'))
            return no(l, SK_ELEMENT_NOT_CANONICAL, "quotes");
        n += quoted ? 1 : 0;
        rest = sk_span_sub(rest, n, rest.n - n);
        if (!check_parameter(l, name, value, quoted))
            return false;
    }
    if (rest.n == 0 || rest.p[0] != ':')
        return no(l, SK_ELEMENT_NOT_CANONICAL, "no value");
    *ret = sk_span_sub(rest, 1, rest.n - 1);
    return true;
}

/* ---- properties --------------------------------------------------------------------------- */

typedef struct {
    const char *texts, *lists, *parts, *times, *rules, *numbers, *words, *addresses, *links,
        *attached;
} Table;

static const Table calendars = {
    .texts = " PRODID NAME X-WR-CALNAME X-WR-CALDESC X-WR-TIMEZONE UID SUMMARY DESCRIPTION LOCATION "
             "COMMENT CONTACT TZID TZNAME RELATED-TO ",
    .lists = " CATEGORIES RESOURCES ",
    .parts = " REQUEST-STATUS ",
    .times = " DTSTART DTEND DUE COMPLETED CREATED DTSTAMP LAST-MODIFIED RECURRENCE-ID EXDATE RDATE "
             "TRIGGER DURATION FREEBUSY TZOFFSETFROM TZOFFSETTO ",
    .rules = " RRULE ",
    .numbers = " PRIORITY PERCENT-COMPLETE SEQUENCE REPEAT GEO ",
    .words = " CALSCALE METHOD COLOR STATUS CLASS TRANSP ACTION ",
    .addresses = " ORGANIZER ATTENDEE ",
    .links = " URL ",
    .attached = " ATTACH IMAGE CONFERENCE SOURCE TZURL ",
};

static const Table contacts = {
    .texts = " FN TITLE ROLE NOTE LABEL TEL EMAIL UID TZ PRODID MAILER SORT-STRING "
             "X-PHONETIC-FIRST-NAME X-PHONETIC-LAST-NAME X-PHONETIC-ORG ",
    .lists = " NICKNAME CATEGORIES ",
    .parts = " N ORG ADR GENDER ",
    .times = " BDAY ANNIVERSARY REV ",
    .rules = "",
    .numbers = "",
    .words = " KIND CLASS LANG ",
    .addresses = "",
    .links = " URL ",
    .attached = " PHOTO LOGO SOUND KEY ",
};

static bool
check_value(const Lines *l, SkSpan value)
{
    const Table *t = l->contacts ? &contacts : &calendars;

    if (is_one_of(t->texts, l->name))
        return check_text(l, value, "");
    if (is_one_of(t->lists, l->name))
        return check_text(l, value, ",");
    if (is_one_of(t->parts, l->name))
        return check_text(l, value, ",;");
    if (is_one_of(t->times, l->name))
        return check_word(l, value, "+-:,/.");
    if (is_one_of(t->rules, l->name))
        return check_word(l, value, "=;,+-");
    if (is_one_of(t->numbers, l->name))
        return check_word(l, value, "+-.;");
    if (is_one_of(t->words, l->name))
        return check_word(l, value, "-._");
    if (is_one_of(t->addresses, l->name) || is_one_of(t->links, l->name))
        return check_link(l, value, is_one_of(t->addresses, l->name));
    if (is_one_of(t->attached, l->name))
        return no(l, l->contacts ? SK_ELEMENT_CONTACT_MEDIA : SK_ELEMENT_CALENDAR_ATTACHMENT,
                  "property");
    return no(l, SK_ELEMENT_UNKNOWN_PART, "property");
}

static bool
check_property(Lines *l)
{
    SkSpan line = sk_span(l->line->str, l->line->len), value = SK_SPAN_EMPTY;
    size_t n = 0;

    while (n < line.n && n < sizeof l->name - 1 && line.p[n] != ';' && line.p[n] != ':') {
        if (!g_ascii_isupper(line.p[n]) && !g_ascii_isdigit(line.p[n]) && line.p[n] != '-')
            return no(l, SK_ELEMENT_NOT_CANONICAL, "name");
        l->name[n] = (char)line.p[n];
        n++;
    }
    l->name[n] = '\0';
    if (n == 0)
        return no(l, SK_ELEMENT_NOT_CANONICAL, "name");
    return check_parameters(l, sk_span_sub(line, n, line.n - n), &value) && check_value(l, value);
}

/* ---- components --------------------------------------------------------------------------- */

static const char *
child_of(const char *parent, const Lines *l)
{
    static const char *const pairs[][2] = {
        { "", "VCALENDAR" },           { "VCALENDAR", "VEVENT" },
        { "VCALENDAR", "VTODO" },      { "VCALENDAR", "VJOURNAL" },
        { "VCALENDAR", "VFREEBUSY" },  { "VCALENDAR", "VTIMEZONE" },
        { "VTIMEZONE", "STANDARD" },   { "VTIMEZONE", "DAYLIGHT" },
        { "VEVENT", "VALARM" },        { "VTODO", "VALARM" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (strcmp(pairs[i][0], parent) == 0 && strcmp(l->line->str + 6, pairs[i][1]) == 0)
            return pairs[i][1];
    return NULL;
}

static bool
check_begin(Lines *l, const char *open[3], unsigned *depth)
{
    const char *name = child_of(*depth == 0 ? "" : open[*depth - 1], l);

    if (name == NULL)
        return no(l, SK_ELEMENT_UNKNOWN_PART, "component");
    open[(*depth)++] = name;
    return *depth > 1 || (next_line(l) && (is_line(l, "VERSION:2.0") ||
                                           no(l, SK_ELEMENT_NOT_CANONICAL, "version")));
}

/* Alarms only show or sound. */
static bool
check_action(const Lines *l)
{
    g_autofree char *upper = g_ascii_strup(l->line->str, -1);
    return g_str_has_suffix(upper, ":DISPLAY") || g_str_has_suffix(upper, ":AUDIO") ||
           no(l, SK_ELEMENT_CALENDAR_ALARM, "action");
}

static bool
check_calendars(Lines *l)
{
    const char *open[3] = { NULL };
    unsigned depth = 0;
    bool quiet = false;

    do {
        if (!next_line(l))
            return false;
        if (g_str_has_prefix(l->line->str, "BEGIN:")) {
            quiet = false;
            if (!check_begin(l, open, &depth))
                return false;
            continue;
        }
        if (depth == 0)
            return no(l, SK_ELEMENT_NOT_CANONICAL, "line outside of calendars");
        if (g_str_has_prefix(l->line->str, "END:")) {
            const char *name = open[--depth];
            if (strcmp(l->line->str + 4, name) != 0 || l->line->len != strlen(name) + 4)
                return no(l, SK_ELEMENT_NOT_CANONICAL, "end");
            if (strcmp(name, "VALARM") == 0 && !quiet)
                return no(l, SK_ELEMENT_CALENDAR_ALARM, "alarm without an action");
            continue;
        }
        if (!check_property(l))
            return false;
        if (strcmp(l->name, "ACTION") == 0) {
            if (!check_action(l))
                return false;
            quiet = true;
        }
    } while (depth > 0 || l->at < l->in.n);
    return true;
}

static bool
check_contacts(Lines *l)
{
    do {
        if (!next_line(l))
            return false;
        if (!is_line(l, "BEGIN:VCARD"))
            return no(l, SK_ELEMENT_NOT_CANONICAL, "no card");
        if (!next_line(l))
            return false;
        if (!is_line(l, "VERSION:3.0") && !is_line(l, "VERSION:4.0"))
            return no(l, SK_ELEMENT_NOT_CANONICAL, "version");
        for (;;) {
            if (!next_line(l))
                return false;
            if (is_line(l, "END:VCARD"))
                break;
            if (!check_property(l))
                return false;
        }
    } while (l->at < l->in.n);
    return true;
}

static bool
check(SkProof *proof, SkSpan in, bool of_contacts)
{
    g_autoptr(GString) line = g_string_new(NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Lines l = { .proof = proof,
                .contacts = of_contacts,
                .in = in,
                .keep_invisible = sk_proof_keeps(proof, SK_ELEMENT_TEXT_INVISIBLE),
                .line = line,
                .seen = seen };
    if (sk_span_find(in, 0, sk_span("", 1)) != SIZE_MAX)
        return sk_proof_no(proof, SK_ELEMENT_TEXT_CONTROL, "NUL");
    return of_contacts ? check_contacts(&l) : check_calendars(&l);
}

bool
sk_verify_ics(SkProof *proof, SkSpan in)
{
    return check(proof, in, false);
}

bool
sk_verify_vcf(SkProof *proof, SkSpan in)
{
    return check(proof, in, true);
}
