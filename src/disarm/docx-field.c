/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-field.c - contract in docx-field.h. Names outside the lists below lose their field; nothing
 * is searched for, so there is nothing to hide from a search. The lists of bad names only choose
 * the word under which a loss is reported.
 */
#include "disarm/docx-field.h"

#include "disarm/docx-link.h"

#include <string.h>

static const char *const kept[] = {
    "ADVANCE", "AUTONUM",      "AUTONUMLGL", "AUTONUMOUT", "DATE",    "INDEX",
    "LISTNUM", "NOTEREF",      "NUMPAGES",   "PAGE",       "PAGEREF", "REF",
    "SECTION", "SECTIONPAGES", "SEQ",        "STYLEREF",   "SYMBOL",  "TA",
    "TC",      "TIME",         "TOA",        "TOC",        "XE",
};

static const struct {
    const char *name;
    SkElement element;
} reported[] = {
    { "DDE", SK_ELEMENT_DDE_FIELD },
    { "DDEAUTO", SK_ELEMENT_DDE_FIELD },
    { "INCLUDETEXT", SK_ELEMENT_ACTIVE_FIELD },
    { "INCLUDE", SK_ELEMENT_ACTIVE_FIELD },
    { "INCLUDEPICTURE", SK_ELEMENT_ACTIVE_FIELD },
    { "IMPORT", SK_ELEMENT_ACTIVE_FIELD },
    { "LINK", SK_ELEMENT_ACTIVE_FIELD },
    { "EMBED", SK_ELEMENT_ACTIVE_FIELD },
    { "DATABASE", SK_ELEMENT_ACTIVE_FIELD },
    { "RD", SK_ELEMENT_ACTIVE_FIELD },
    { "AUTOTEXT", SK_ELEMENT_ACTIVE_FIELD },
    { "AUTOTEXTLIST", SK_ELEMENT_ACTIVE_FIELD },
    { "GLOSSARY", SK_ELEMENT_ACTIVE_FIELD },
    { "MACROBUTTON", SK_ELEMENT_ACTIVE_FIELD },
    { "GOTOBUTTON", SK_ELEMENT_ACTIVE_FIELD },
    { "PRINT", SK_ELEMENT_ACTIVE_FIELD },
    { "ASK", SK_ELEMENT_ACTIVE_FIELD },
    { "FILLIN", SK_ELEMENT_ACTIVE_FIELD },
    { "ADDIN", SK_ELEMENT_ACTIVE_FIELD },
    { "CONTROL", SK_ELEMENT_ACTIVEX },
    { "HTMLACTIVEX", SK_ELEMENT_ACTIVEX },
    { "FORMTEXT", SK_ELEMENT_FORM_CONTROL },
    { "FORMCHECKBOX", SK_ELEMENT_FORM_CONTROL },
    { "FORMDROPDOWN", SK_ELEMENT_FORM_CONTROL },
    { "MERGEFIELD", SK_ELEMENT_MAIL_MERGE },
    { "MERGEREC", SK_ELEMENT_MAIL_MERGE },
    { "MERGESEQ", SK_ELEMENT_MAIL_MERGE },
    { "ADDRESSBLOCK", SK_ELEMENT_MAIL_MERGE },
    { "GREETINGLINE", SK_ELEMENT_MAIL_MERGE },
    { "NEXT", SK_ELEMENT_MAIL_MERGE },
    { "NEXTIF", SK_ELEMENT_MAIL_MERGE },
    { "SKIPIF", SK_ELEMENT_MAIL_MERGE },
};

/* ---- characters ---------------------------------------------------------------------------- */

static bool
is_space(gunichar c)
{
    return c <= 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0x3000;
}

static bool
is_quote(gunichar c)
{
    return c == '"' || c == 0x201c || c == 0x201d || c == 0xff02;
}

static bool
may_stand_bare(gunichar c)
{
    if (c < 0x80)
        return g_ascii_isalnum((char)c) || (c != 0 && strchr("_.:;/%+,-", (int)c) != NULL);
    return c >= 0xa1 && !(c >= 0x2000 && c <= 0x206f) && c != 0x3000 && c != 0xfeff && c != 0xff02;
}

/* ---- tokens -------------------------------------------------------------------------------- */

typedef enum { TOKEN_END, TOKEN_BARE, TOKEN_QUOTED, TOKEN_SWITCH, TOKEN_BAD } TokenKind;

typedef struct {
    const char *at; /* valid, NUL-terminated UTF-8 */
    TokenKind kind;
    GString *text; /* owned: an argument's text, or the switch's letter */
} Scanner;

static void
scan_quoted(Scanner *s)
{
    while (*s->at != '\0') {
        gunichar c = g_utf8_get_char(s->at);
        s->at = g_utf8_next_char(s->at);
        if (is_quote(c))
            return;
        if (c == '\\' && (*s->at == '"' || *s->at == '\\')) {
            c = (gunichar)*s->at;
            s->at++;
        }
        g_string_append_unichar(s->text, is_space(c) && c != 0x3000 && c != 0xa0 ? ' ' : c);
    }
}

static void
scan_bare(Scanner *s)
{
    while (*s->at != '\0') {
        gunichar c = g_utf8_get_char(s->at);
        if (is_space(c) || is_quote(c) || c == '\\')
            return;
        g_string_append_unichar(s->text, c);
        s->at = g_utf8_next_char(s->at);
    }
}

static TokenKind
scan(Scanner *s)
{
    while (*s->at != '\0' && is_space(g_utf8_get_char(s->at)))
        s->at = g_utf8_next_char(s->at);
    g_string_truncate(s->text, 0);
    if (*s->at == '\0')
        return s->kind = TOKEN_END;
    if (is_quote(g_utf8_get_char(s->at))) {
        s->at = g_utf8_next_char(s->at);
        scan_quoted(s);
        return s->kind = TOKEN_QUOTED;
    }
    if (*s->at != '\\') {
        scan_bare(s);
        return s->kind = TOKEN_BARE;
    }
    char letter = s->at[1];
    if (!g_ascii_isalpha(letter) && (letter == '\0' || strchr("*@#!", letter) == NULL))
        return s->kind = TOKEN_BAD;
    g_string_append_c(s->text, letter);
    s->at += 2;
    return s->kind = TOKEN_SWITCH;
}

static void
append_quoted(GString *out, const char *text)
{
    g_string_append(out, " \"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

static bool
all_bare(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        if (!may_stand_bare(g_utf8_get_char(text)))
            return false;
    }
    return true;
}

/* ---- kinds of fields ----------------------------------------------------------------------- */

static SkDocxField
lost(SkElement element)
{
    return (SkDocxField){ .fate = SK_DOCX_FIELD_RESULT, .element = element };
}

static SkDocxField
stays(GString *out, SkElement element)
{
    g_string_append_c(out, ' ');
    if (out->len > SK_DOCX_INSTRUCTION_MAX) {
        g_string_free(out, TRUE);
        return lost(SK_ELEMENT_UNKNOWN_FIELD);
    }
    return (SkDocxField){ .fate = SK_DOCX_FIELD_KEEP,
                          .element = element,
                          .text = g_string_free(out, FALSE) };
}

static SkDocxField
rewrite(Scanner *s, const char *name)
{
    g_autoptr(GString) out = g_string_new(NULL);

    g_string_append_printf(out, " %s", name);
    while (scan(s) != TOKEN_END) {
        if (s->kind == TOKEN_BAD)
            return lost(SK_ELEMENT_UNKNOWN_FIELD);
        if (s->kind == TOKEN_SWITCH)
            g_string_append_printf(out, " \\%s", s->text->str);
        else if (s->kind == TOKEN_BARE && all_bare(s->text->str))
            g_string_append_printf(out, " %s", s->text->str);
        else
            append_quoted(out, s->text->str);
    }
    return stays(g_steal_pointer(&out), SK_ELEMENT_NONE);
}

/* EQ and `=` have a grammar of their own, which draws or counts and cannot reach outside. */
static SkDocxField
rewrite_raw(Scanner *s, const char *name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GString) rest = g_string_new(NULL);

    for (; *s->at != '\0'; s->at = g_utf8_next_char(s->at)) {
        gunichar c = g_utf8_get_char(s->at);
        if (c == '{' || c == '}')
            return lost(SK_ELEMENT_UNKNOWN_FIELD);
        g_string_append_unichar(rest, c < 0x20 || (c >= 0x7f && c < 0xa0) ? ' ' : c);
    }
    g_strstrip(rest->str);
    if (rest->str[0] == '\0')
        return lost(SK_ELEMENT_UNKNOWN_FIELD);
    g_string_append_printf(out, " %s %s", name, rest->str);
    return stays(g_steal_pointer(&out), SK_ELEMENT_NONE);
}

typedef struct {
    char *address;
    char *anchor;
    char *tip;
} Link;

static bool
scan_link(Scanner *s, Link *link)
{
    char **next = &link->address;

    while (scan(s) != TOKEN_END) {
        if (s->kind == TOKEN_BAD)
            return false;
        if (s->kind != TOKEN_SWITCH) {
            if (next != NULL) {
                g_free(*next);
                *next = g_strdup(s->text->str);
            }
            next = NULL; /* an argument too many is not shown anywhere */
            continue;
        }
        char letter = g_ascii_tolower(s->text->str[0]);
        next = letter == 'l' ? &link->anchor : letter == 'o' ? &link->tip : NULL;
        if (link->address == NULL && letter != 'l' && letter != 'o' && letter != 't')
            next = &link->address;
    }
    return true;
}

static SkDocxField
rewrite_link(Scanner *s, bool links)
{
    Link link = { NULL, NULL, NULL };
    g_autoptr(GString) out = g_string_new(" HYPERLINK");
    bool ok = scan_link(s, &link);
    g_autofree char *address = link.address;
    g_autofree char *anchor = link.anchor;
    g_autofree char *tip = link.tip;
    bool outside = address != NULL && address[0] != '\0';
    g_autofree char *safe = outside ? sk_docx_link(sk_span_str(address)) : NULL;

    if (!ok || (outside && safe == NULL) || (!outside && anchor == NULL))
        return lost(SK_ELEMENT_UNSAFE_HYPERLINK);
    if (outside && !links)
        return lost(SK_ELEMENT_HYPERLINK);
    if (outside)
        append_quoted(out, safe);
    if (anchor != NULL) {
        g_string_append(out, " \\l");
        append_quoted(out, anchor);
    }
    if (tip != NULL) {
        g_string_append(out, " \\o");
        append_quoted(out, tip);
    }
    return stays(g_steal_pointer(&out), outside ? SK_ELEMENT_HYPERLINK : SK_ELEMENT_NONE);
}

/* MACROBUTTON NAME TEXT and GOTOBUTTON PLACE TEXT show their text and have no result. */
static SkDocxField
button(Scanner *s)
{
    (void)scan(s);
    g_autofree char *text = g_strstrip(g_strdup(s->at));
    SkDocxField field = { .fate = SK_DOCX_FIELD_TEXT, .element = SK_ELEMENT_ACTIVE_FIELD };
    field.text = g_steal_pointer(&text);
    return field;
}

/* ---- names --------------------------------------------------------------------------------- */

static SkElement
element_of(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(reported); i++) {
        if (strcmp(name, reported[i].name) == 0)
            return reported[i].element;
    }
    return SK_ELEMENT_UNKNOWN_FIELD;
}

/* QUOTE turns numbers into characters: what they spell decides how the loss is called. */
static SkElement
element_of_quote(Scanner *s)
{
    g_autoptr(GString) spelt = g_string_new(NULL);

    while (scan(s) != TOKEN_END && s->kind != TOKEN_BAD) {
        unsigned value = 0;
        const char *p = s->text->str;
        while (g_ascii_isdigit(*p) && value < 0x110000)
            value = value * 10 + (unsigned)g_ascii_digit_value(*p++);
        if (*p == '\0' && value > 0x20 && value < 0x7f)
            g_string_append_c(spelt, (char)value);
        else
            g_string_append(spelt, s->text->str);
    }
    g_autofree char *upper = g_ascii_strup(spelt->str, -1);
    return strstr(upper, "DDE") != NULL ? SK_ELEMENT_DDE_FIELD : SK_ELEMENT_UNKNOWN_FIELD;
}

/* The worst name that any of the joined fields begins with. */
static SkElement
element_of_nested(const char *text)
{
    SkElement found = SK_ELEMENT_UNKNOWN_FIELD;
    g_autofree char *upper = g_ascii_strup(text, -1);
    g_auto(GStrv) words = g_strsplit_set(upper, " \t\r\n{}\"\\", -1);

    for (unsigned i = 0; words[i] != NULL; i++) {
        SkElement element = element_of(words[i]);
        if (element == SK_ELEMENT_DDE_FIELD)
            return element;
        if (found == SK_ELEMENT_UNKNOWN_FIELD)
            found = element;
    }
    return found;
}

static char *
scan_name(Scanner *s)
{
    while (*s->at != '\0' && is_space(g_utf8_get_char(s->at)))
        s->at = g_utf8_next_char(s->at);
    if (*s->at == '=') {
        s->at++;
        return g_strdup("=");
    }
    g_string_truncate(s->text, 0);
    scan_bare(s);
    return g_ascii_strup(s->text->str, -1);
}

static SkDocxField
decide(Scanner *s, bool links)
{
    g_autofree char *name = scan_name(s);

    if (strcmp(name, "EQ") == 0 || strcmp(name, "=") == 0)
        return rewrite_raw(s, name);
    if (strcmp(name, "HYPERLINK") == 0)
        return rewrite_link(s, links);
    if (strcmp(name, "MACROBUTTON") == 0 || strcmp(name, "GOTOBUTTON") == 0)
        return button(s);
    if (strcmp(name, "QUOTE") == 0)
        return lost(element_of_quote(s));
    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
        if (strcmp(name, kept[i]) == 0)
            return rewrite(s, name);
    }
    return lost(element_of(name));
}

SkDocxField
sk_docx_field(SkSpan instruction, bool nested, bool links)
{
    if (instruction.n > SK_DOCX_INSTRUCTION_MAX ||
        !g_utf8_validate_len((const char *)instruction.p, instruction.n, NULL))
        return lost(SK_ELEMENT_UNKNOWN_FIELD);
    g_autofree char *text = sk_span_dup(instruction);
    if (nested)
        return lost(element_of_nested(text));
    Scanner s = { .at = text, .text = g_string_new(NULL) };
    SkDocxField field = decide(&s, links);
    g_string_free(s.text, TRUE);
    return field;
}
