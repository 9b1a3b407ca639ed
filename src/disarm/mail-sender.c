/* SPDX-License-Identifier: Apache-2.0
 * mail-sender.c - who a mail says it is from: a name that shows another address than the one behind it, a domain that looks like
 * another one. Contract in mail.h. */
#include "disarm/mail.h"

#include <string.h>

/* ---- name and address ------------------------------------------------------------------------- */

/* Where the address begins, in the field as it stands: an encoded word cannot hide it there. SIZE_MAX: no angle bracket. */
static size_t
angle_of(SkSpan value)
{
    size_t at = SIZE_MAX;
    bool quoted = false;

    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '\\' && quoted)
            i++;
        else if (value.p[i] == '"')
            quoted = !quoted;
        else if (value.p[i] == '<' && !quoted)
            at = i;
    }
    return at;
}

static char *
address_of(SkSpan value, size_t angle)
{
    SkSpan rest = angle == SIZE_MAX ? value : sk_span_sub(value, angle + 1, value.n - angle - 1);
    size_t end = sk_span_find(rest, 0, sk_span_str(">"));
    g_autofree char *words = sk_mime_words(end == SIZE_MAX ? rest : sk_span_sub(rest, 0, end), NULL);

    return g_ascii_strdown(g_strstrip(words), -1);
}

static bool
is_of_address(gunichar c)
{
    return g_unichar_isalnum(c) || (c < 128 && strchr("._%+-@", (int)c) != NULL && c != 0);
}

/* Does @name hold an address, full-width letters read as others are, that is not @address? */
static bool
shows_another(const char *name, const char *address)
{
    g_autofree char *folded = g_utf8_normalize(name, -1, G_NORMALIZE_ALL_COMPOSE);

    for (const char *at = folded == NULL ? NULL : strchr(folded, '@'); at != NULL; at = strchr(at + 1, '@')) {
        const char *from = at, *to = at;
        for (const char *p = from; p > folded && is_of_address(g_utf8_get_char(p = g_utf8_prev_char(p)));)
            from = p;
        while (*to != '\0' && is_of_address(g_utf8_get_char(to)))
            to = g_utf8_next_char(to);
        g_autofree char *shown = g_strndup(from, (gsize)(to - from));
        if (from < at && to > at + 1 && g_ascii_strcasecmp(shown, address) != 0)
            return true;
    }
    return false;
}

/* ---- domains ---------------------------------------------------------------------------------- */

/* Cyrillic and Greek letters that are drawn as Latin ones are (Unicode UTS #39, confusables). */
static bool
looks_latin(gunichar c)
{
    static const gunichar letters[] = { 0x03bf, 0x03bd, 0x03b1, 0x0430, 0x0435, 0x043e, 0x0440, 0x0441, 0x0443, 0x0445,
                                        0x0455, 0x0456, 0x0458, 0x04bb, 0x0501, 0x051b, 0x051d };

    for (unsigned i = 0; i < G_N_ELEMENTS(letters); i++)
        if (letters[i] == c)
            return true;
    return false;
}

static bool
is_japanese(GUnicodeScript script)
{
    return script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_HAN || script == G_UNICODE_SCRIPT_HIRAGANA ||
           script == G_UNICODE_SCRIPT_KATAKANA;
}

/* A label that mixes Latin letters with ones that are no Japanese, or is drawn as a Latin one altogether. */
static bool
label_deceives(const char *label)
{
    bool latin = false, foreign = false, all = true;

    for (const char *p = label; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        GUnicodeScript script = g_unichar_get_script(c);
        latin = latin || script == G_UNICODE_SCRIPT_LATIN;
        foreign = foreign || (script != G_UNICODE_SCRIPT_LATIN && !is_japanese(script));
        all = all && (c < 128 || looks_latin(c));
    }
    return foreign && (latin || all);
}

static bool
domain_deceives(const char *domain)
{
    g_autofree char *plain = g_utf8_normalize(domain, -1, G_NORMALIZE_ALL_COMPOSE);
    g_auto(GStrv) labels = g_strsplit(domain, ".", 0);

    if (plain == NULL || strcmp(plain, domain) != 0)
        return true;
    for (unsigned i = 0; labels[i] != NULL; i++)
        if (label_deceives(labels[i]))
            return true;
    return false;
}

/* In both forms; "" where it is plain ASCII in any case. */
static void
note_domain(const char *domain, const char *wide, GString *notes)
{
    g_autofree char *ascii = g_hostname_to_ascii(domain);

    if (wide != NULL && !g_str_is_ascii(wide))
        g_string_append_printf(notes, "（国際化ドメイン名です: %s = %s）\n", wide, ascii == NULL ? "?" : ascii);
}

bool
sk_mail_sender(SkDisarm *self, const SkMail *mail, GString *notes, GError **error)
{
    const SkMimeField *field = sk_mime_field(sk_mime_part(mail->mime, 0), "from");

    if (field == NULL)
        return true;
    size_t angle = angle_of(field->value);
    g_autofree char *name = angle == SIZE_MAX ? g_strdup("") : sk_mime_words(sk_span_sub(field->value, 0, angle), NULL);
    g_autofree char *address = address_of(field->value, angle);
    const char *domain = strrchr(address, '@') == NULL ? "" : strrchr(address, '@') + 1;
    g_autofree char *wide = g_hostname_to_unicode(domain);
    bool another = shows_another(name, address), alike = domain_deceives(domain) || (wide != NULL && domain_deceives(wide));

    if (another)
        g_string_append_printf(notes, "（注意: 差出人の名前に別のアドレスが書かれています。実際のアドレスは %s です）\n", address);
    if (alike)
        g_string_append(notes, "（注意: 差出人のドメインは、見かけの似た別の文字を含みます）\n");
    note_domain(domain, wide, notes);
    return (!another && !alike) || sk_mail_found(self, SK_ELEMENT_MAIL_SENDER, 0, error);
}
