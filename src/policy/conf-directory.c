/* SPDX-License-Identifier: Apache-2.0
 * conf-directory.c - contract in conf-directory.h. */
#include "policy/conf-directory.h"

#include "policy/words.h"

#include <string.h>

#define VALUE_MAX 1000u
#define ATTRIBUTE_MAX 64u

typedef enum { VALUE_URL, VALUE_PATH, VALUE_TEXT, VALUE_ATTRIBUTE, VALUE_WHOSE } ValueKind;

typedef struct {
    const char *word, *second; /* second: NULL = none */
    ValueKind kind;
    bool needed;
    const char *example;
} Line;

static const Line lines[] = {
    { "url", NULL, VALUE_URL, true, "url \"ldaps://dc1.town.example.jp\"" },
    { "ca", NULL, VALUE_PATH, true, "ca \"/etc/sekisho/town-ca.pem\"" },
    { "bind", NULL, VALUE_TEXT, true, "bind \"cn=sekisho,dc=town,dc=example\"" },
    { "password", NULL, VALUE_PATH, true, "password \"/etc/sekisho/lgwan.ldap\"" },
    { "base", NULL, VALUE_TEXT, true, "base \"ou=people,dc=town,dc=example\"" },
    { "filter", NULL, VALUE_TEXT, true, "filter \"(objectClass=person)\"" },
    { "groups", NULL, VALUE_TEXT, false, "groups \"ou=groups,dc=town,dc=example\"" },
    { "passwords", NULL, VALUE_WHOSE, false, "passwords \"directory\"" },
    { "proposer", NULL, VALUE_TEXT, false, "proposer \"kanri1\"" },
    { "attribute", "account", VALUE_ATTRIBUTE, true, "attribute account \"uid\"" },
    { "attribute", "label", VALUE_ATTRIBUTE, true, "attribute label \"displayName\"" },
    { "attribute", "kana", VALUE_ATTRIBUTE, false,
      "attribute kana \"displayName;lang-ja-phonetic\"" },
    { "attribute", "number", VALUE_ATTRIBUTE, false, "attribute number \"employeeNumber\"" },
    { "attribute", "mail", VALUE_ATTRIBUTE, false, "attribute mail \"mail\"" },
    { "attribute", "section", VALUE_ATTRIBUTE, false, "attribute section \"departmentNumber\"" },
    { "attribute", "title", VALUE_ATTRIBUTE, false, "attribute title \"title\"" },
};

static char **
slot_of(SkConfDirectory *self, const Line *line)
{
    char **const all[] = { &self->url,     &self->ca,      &self->bind,   &self->password,
                           &self->base,    &self->filter,  &self->groups, &self->passwords, &self->proposer,
                           &self->account, &self->label,   &self->kana,   &self->number,
                           &self->mail,    &self->section, &self->title };
    G_STATIC_ASSERT(G_N_ELEMENTS(all) == G_N_ELEMENTS(lines));
    return all[line - lines]; /* the same order */
}

SkConfDirectory *
sk_conf_directory_new(void)
{
    SkConfDirectory *self = g_new0(SkConfDirectory, 1);
    self->roles = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void
sk_conf_directory_free(SkConfDirectory *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++)
        g_free(*slot_of(self, &lines[i]));
    g_ptr_array_unref(self->roles);
    g_free(self);
}

/* Scheme, host and port, and nothing else: no second server, no path, no extension. */
static bool
is_url(const char *value)
{
    const char *host = g_str_has_prefix(value, "ldaps://")  ? value + 8
                       : g_str_has_prefix(value, "ldap://") ? value + 7
                                                            : "";
    size_t n = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-");
    uint64_t port = 0;

    return n > 0 && n <= 253 && host[0] != '.' && host[0] != '-' &&
           (host[n] == '\0' ||
            (host[n] == ':' && sk_words_number(host + n + 1, 65535, &port) && port > 0));
}

static bool
is_attribute(const char *value)
{
    size_t n = strlen(value);
    bool good = n > 0 && n <= ATTRIBUTE_MAX && g_ascii_isalnum(value[0]);

    for (size_t i = 0; i < n && good; i++)
        good = g_ascii_isalnum(value[i]) || strchr(";.-", value[i]) != NULL;
    return good;
}

static const char *
wrong_with(ValueKind kind, const char *value)
{
    size_t n = strlen(value);

    if (n == 0 || n > VALUE_MAX)
        return "this value is empty, or too long";
    if (kind == VALUE_URL && !is_url(value))
        return "a directory is ldaps://HOST or ldap://HOST, in lower case, with :PORT where it is "
               "not the usual one";
    if (kind == VALUE_WHOSE && strcmp(value, "directory") != 0 && strcmp(value, "station") != 0)
        return "passwords are the `directory`'s, or the `station`'s own";
    if (kind == VALUE_ATTRIBUTE && !is_attribute(value))
        return "this is not the name of an attribute";
    return NULL;
}

static bool
line_role(SkConfDirectory *self, const SkToken *tokens, unsigned n, const char **ret_message,
          const char **ret_hint)
{
    *ret_hint = "role manager \"cn=managers,ou=groups,dc=town,dc=example\"";
    if (n != 3 || tokens[1].kind != SK_TOKEN_WORD || tokens[2].kind != SK_TOKEN_STRING) {
        *ret_message = "after `role` come a security role or `head`, and a group's name in quotes";
        return false;
    }
    *ret_message = wrong_with(VALUE_TEXT, tokens[2].text);
    if (*ret_message == NULL && self->roles->len / 2 >= SK_CONF_DIRECTORY_ROLES_MAX)
        *ret_message = "there are too many groups";
    if (*ret_message != NULL)
        return false;
    g_ptr_array_add(self->roles, g_strdup(tokens[1].text));
    g_ptr_array_add(self->roles, g_strdup(tokens[2].text));
    return true;
}

static const Line *
find_line(const SkToken *tokens, unsigned n)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++)
        if (strcmp(lines[i].word, tokens[0].text) == 0 &&
            (lines[i].second == NULL || (n > 1 && strcmp(lines[i].second, tokens[1].text) == 0)))
            return &lines[i];
    return NULL;
}

bool
sk_conf_directory_line(SkConfDirectory *self, const SkToken *tokens, unsigned n, const char *folder,
                       const char **ret_message, const char **ret_hint)
{
    if (tokens[0].kind == SK_TOKEN_WORD && strcmp(tokens[0].text, "role") == 0)
        return line_role(self, tokens, n, ret_message, ret_hint);
    const Line *line = tokens[0].kind == SK_TOKEN_WORD ? find_line(tokens, n) : NULL;
    if (line == NULL) {
        *ret_message = "a directory has no such setting";
        *ret_hint = "it can be url, ca, bind, password, base, filter, groups, passwords, proposer, role, or "
                    "attribute account, label, kana, number, mail, section, title";
        return false;
    }
    unsigned words = line->second == NULL ? 1 : 2;
    char **slot = slot_of(self, line);
    *ret_hint = line->example;
    if (n != words + 1 || tokens[words].kind != SK_TOKEN_STRING)
        *ret_message = "one value in quotes stands here, and nothing else";
    else if (*slot != NULL)
        *ret_message = "this stands twice";
    else
        *ret_message = wrong_with(line->kind, tokens[words].text);
    if (*ret_message != NULL)
        return false;
    *slot = line->kind == VALUE_PATH ? g_canonicalize_filename(tokens[words].text, folder)
                                     : g_strdup(tokens[words].text);
    return true;
}

bool
sk_conf_directory_asks(const SkConfDirectory *self)
{
    return self->passwords != NULL && strcmp(self->passwords, "directory") == 0;
}

const char *
sk_conf_directory_missing(const SkConfDirectory *self)
{
    SkConfDirectory copy = *self;
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++)
        if (lines[i].needed && *slot_of(&copy, &lines[i]) == NULL)
            return lines[i].example;
    return NULL;
}
