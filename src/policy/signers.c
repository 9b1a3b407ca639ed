/* SPDX-License-Identifier: Apache-2.0
 * signers.c - contract in adopt.h: the list of signers, and whether two signatures satisfy it. */
#include "policy/adopt.h"

#include <string.h>

#define HEAD "sekisho-signers 1\n"

static const char *const role_names[] = { "ciso", "administrator" };
G_STATIC_ASSERT(G_N_ELEMENTS(role_names) == SK_SIGNER_COUNT);

const char *
sk_signer_role_name(SkSignerRole role)
{
    g_assert(role < SK_SIGNER_COUNT);
    return role_names[role];
}

SkSignerRole
sk_signer_role_lookup(const char *name)
{
    for (unsigned i = 0; i < SK_SIGNER_COUNT; i++)
        if (strcmp(role_names[i], name) == 0)
            return (SkSignerRole)i;
    return SK_SIGNER_COUNT;
}

SkSigners *
sk_signers_new(void)
{
    SkSigners *self = g_new0(SkSigners, 1);
    self->rows = g_array_new(FALSE, FALSE, sizeof(SkSigner));
    return self;
}

void
sk_signers_free(SkSigners *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->rows);
    g_free(self);
}

static const SkSigner *
row(const SkSigners *self, unsigned i)
{
    return &g_array_index(self->rows, SkSigner, i);
}

static int
compare(const void *a, const void *b)
{
    const SkSigner *x = a, *y = b;
    return x->role != y->role ? (int)x->role - (int)y->role : memcmp(x->key.b, y->key.b, sizeof x->key.b);
}

static const SkSigner *
lookup(const SkSigners *self, const SkSshKey *key)
{
    for (unsigned i = 0; i < self->rows->len; i++)
        if (sk_ssh_key_equal(&row(self, i)->key, key))
            return row(self, i);
    return NULL;
}

static unsigned
count(const SkSigners *self, SkSignerRole role)
{
    unsigned n = 0;
    for (unsigned i = 0; i < self->rows->len; i++)
        n += row(self, i)->role == role;
    return n;
}

bool
sk_signers_add(SkSigners *self, SkSignerRole role, const SkSshKey *key, GError **error)
{
    SkSigner signer = { .role = role, .key = *key };

    if (lookup(self, key) != NULL)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "signers: this key is on the list already; one key is one person's");
    if (count(self, role) >= SK_SIGNERS_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "signers: over %u of one kind", SK_SIGNERS_MAX);
    g_array_append_val(self->rows, signer);
    g_array_sort(self->rows, compare);
    self->serial++;
    return true;
}

bool
sk_signers_remove(SkSigners *self, SkSignerRole role, const SkSshKey *key, GError **error)
{
    for (unsigned i = 0; i < self->rows->len; i++)
        if (row(self, i)->role == role && sk_ssh_key_equal(&row(self, i)->key, key)) {
            g_array_remove_index(self->rows, i);
            self->serial++;
            return true;
        }
    return sk_throw(error, SK_ERROR_FORBIDDEN, "signers: this key is not on the list with that role");
}

bool
sk_signers_complete(const SkSigners *self)
{
    return count(self, SK_SIGNER_CISO) > 0 && count(self, SK_SIGNER_ADMINISTRATOR) > 0;
}

/* ---- text ---- */

char *
sk_signers_emit(const SkSigners *self)
{
    GString *out = g_string_new(HEAD);

    g_string_append_printf(out, "serial %" G_GUINT64_FORMAT "\n", self->serial);
    for (unsigned i = 0; i < self->rows->len; i++) {
        g_autofree char *key = sk_ssh_key_emit(&row(self, i)->key);
        g_string_append_printf(out, "%s %s\n", role_names[row(self, i)->role], key);
    }
    return g_string_free(out, FALSE);
}

static bool
parse_line(SkSigners *self, const char *line, GError **error)
{
    SkSshKey key;
    guint64 serial = 0;

    if (g_str_has_prefix(line, "serial ")) {
        if (!g_ascii_string_to_unsigned(line + strlen("serial "), 10, 0, G_MAXINT64, &serial, error))
            return false;
        self->serial = serial;
        return true;
    }
    g_autofree char *word = g_strndup(line, strcspn(line, " "));
    SkSignerRole role = sk_signer_role_lookup(word);
    if (role == SK_SIGNER_COUNT)
        return sk_throw(error, SK_ERROR_MALFORMED, "signers: a line begins with no role");
    return sk_ssh_key_parse(sk_span_str(line + strlen(word) + (line[strlen(word)] == ' ')), &key, error) &&
           sk_signers_add(self, role, &key, error);
}

/* What is not the canonical text of what was read is not read at all. */
bool
sk_signers_parse(SkSpan text, SkSigners **ret, GError **error)
{
    g_autoptr(SkSigners) self = sk_signers_new();
    g_autofree char *copy = sk_span_dup(text);
    uint64_t serial = 0;

    if (strlen(copy) != text.n || !g_str_has_prefix(copy, HEAD))
        return sk_throw(error, SK_ERROR_MALFORMED, "signers: not a list of signers");
    g_auto(GStrv) lines = g_strsplit(copy + strlen(HEAD), "\n", 2 * SK_SIGNERS_MAX + 3);
    for (unsigned i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        if (!parse_line(self, lines[i], error))
            return false;
        if (i == 0)
            serial = self->serial;
    }
    self->serial = serial;
    g_autofree char *again = sk_signers_emit(self);
    if (strcmp(again, copy) != 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "signers: not in canonical form");
    *ret = g_steal_pointer(&self);
    return true;
}

/* ---- are two signatures enough? ---- */

static bool
check_one(const SkSigners *self, const char *namespace, SkSpan message, GBytes *text, const SkSigner **ret,
          GError **error)
{
    g_autoptr(SkSshsig) signature = NULL;

    if (!sk_sshsig_parse(sk_span_bytes(text), &signature, error))
        return false;
    g_autofree char *fingerprint = sk_ssh_key_fingerprint(&signature->key);
    const SkSigner *signer = lookup(self, &signature->key);
    if (signer == NULL)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "signature by %s: no signer has this key", fingerprint);
    if (strcmp(signature->namespace, namespace) != 0)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "signature by %s: made with -n %s instead of -n %s", fingerprint,
                        signature->namespace, namespace);
    if (!sk_sshsig_verify(signature, namespace, message))
        return sk_throw(error, SK_ERROR_FORBIDDEN, "signature by %s: it is not for this text", fingerprint);
    *ret = signer;
    return true;
}

bool
sk_signers_check(const SkSigners *self, const char *namespace, SkSpan message,
                 GBytes *const signatures[SK_ADOPT_SIGNATURES], SkSshKey ret[SK_SIGNER_COUNT], GError **error)
{
    const SkSigner *found[SK_SIGNER_COUNT] = { NULL };

    for (unsigned i = 0; i < SK_ADOPT_SIGNATURES; i++) {
        const SkSigner *signer = NULL;
        if (!check_one(self, namespace, message, signatures[i], &signer, error))
            return false;
        found[signer->role] = signer;
    }
    for (unsigned role = 0; role < SK_SIGNER_COUNT; role++)
        if (found[role] == NULL)
            return sk_throw(error, SK_ERROR_FORBIDDEN, "no signature by the role %s: it takes one of each, %s and %s",
                            role_names[role], role_names[0], role_names[1]);
    for (unsigned role = 0; ret != NULL && role < SK_SIGNER_COUNT; role++)
        ret[role] = found[role]->key;
    return true;
}
