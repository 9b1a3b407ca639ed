/* SPDX-License-Identifier: Apache-2.0
 * adopt.c - contract in adopt.h: the directory. Files are written whole before the log names them; the
 * log's last line alone says what is in force. */
#include "policy/adopt.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/uuid.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define LOG_MAX (1u << 20)
#define LOG_HEAD "sekisho-adopted 1\n"
#define DIGITS 64u
#define SIGNERS_BYTES_MAX 8192u

/* What lies beside a text; the signatures in the order of the roles. */
static const char *const signature_files[SK_SIGNER_COUNT] = { "ciso.sig", "administrator.sig" };

void
sk_adopted_free(SkAdopted *self)
{
    if (self == NULL)
        return;
    sk_policy_unref(self->policy);
    g_clear_pointer(&self->text, g_bytes_unref);
    g_free(self->text_sha256);
    g_free(self->signers_sha256);
    for (unsigned i = 0; i < SK_SIGNER_COUNT; i++)
        g_free(self->signed_by[i]);
    g_free(self);
}

static char *
digest(SkSpan s)
{
    uint8_t hash[32] = { 0 };

    g_assert(EVP_Digest(s.p, s.n, hash, NULL, EVP_sha256(), NULL) == 1);
    return sk_hex(sk_span(hash, sizeof hash));
}

static bool
is_there(const char *path)
{
    return access(path, F_OK) == 0 || errno != ENOENT;
}

/* ---- the log: `SHA-256 TIME`, one line an adoption ---- */

typedef struct {
    char *last; /* owned; NULL: none was adopted */
    int64_t time;
    GString *text; /* owned */
} Log;

static void
log_clear(Log *self)
{
    g_free(self->last);
    if (self->text != NULL)
        g_string_free(self->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Log, log_clear)

static bool
log_line_is(const char *line, int64_t *ret_time)
{
    gint64 time = 0;

    if (strlen(line) < DIGITS + 2 || strspn(line, "0123456789abcdef") != DIGITS || line[DIGITS] != ' ' ||
        !g_ascii_string_to_signed(line + DIGITS + 1, 10, 0, G_MAXINT64, &time, NULL))
        return false;
    *ret_time = time;
    return true;
}

static bool
log_read(const char *directory, Log *ret, GError **error)
{
    g_autofree char *path = g_build_filename(directory, "log", NULL);
    g_autoptr(GBytes) bytes = NULL;

    ret->text = g_string_new(LOG_HEAD);
    if (!is_there(path))
        return true;
    if (!sk_io_read_file(path, LOG_MAX, &bytes, error))
        return false;
    g_autofree char *text = sk_span_dup(sk_span_bytes(bytes));
    if (strlen(text) != g_bytes_get_size(bytes) || !g_str_has_prefix(text, LOG_HEAD) || !g_str_has_suffix(text, "\n"))
        return sk_throw(error, SK_ERROR_MALFORMED, "adopted: the log is not well formed");
    g_auto(GStrv) lines = g_strsplit(text + strlen(LOG_HEAD), "\n", -1);
    for (unsigned i = 0; lines[i][0] != '\0'; i++) {
        if (!log_line_is(lines[i], &ret->time))
            return sk_throw(error, SK_ERROR_MALFORMED, "adopted: line %u of the log is not well formed", i + 2);
        g_free(ret->last);
        ret->last = g_strndup(lines[i], DIGITS);
    }
    g_string_assign(ret->text, text);
    return true;
}

static bool
log_has(const Log *self, const char *sha256)
{
    g_autofree char *line = g_strconcat("\n", sha256, " ", NULL);
    return strstr(self->text->str, line) != NULL;
}

/* ---- reading ---- */

bool
sk_adopted_signers(const char *directory, SkSigners **ret, GError **error)
{
    g_autofree char *path = g_build_filename(directory, "signers", NULL);
    g_autoptr(GBytes) text = NULL;

    if (!is_there(path)) {
        *ret = sk_signers_new();
        return true;
    }
    return sk_io_read_file(path, SIGNERS_BYTES_MAX, &text, error) &&
           sk_signers_parse(sk_span_bytes(text), ret, error);
}

static void
clear_bytes(GBytes *(*bytes)[SK_SIGNER_COUNT])
{
    for (unsigned i = 0; i < SK_SIGNER_COUNT; i++)
        g_clear_pointer(&(*bytes)[i], g_bytes_unref);
}
#define auto_signatures __attribute__((cleanup(clear_bytes))) GBytes *

static bool
read_beside(const char *folder, const char *name, uint64_t limit, GBytes **ret, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return sk_io_read_file(path, limit, ret, error);
}

/* Verified against the signers of the day it was adopted: who leaves takes no policy along. */
static bool
read_folder(const char *folder, SkAdopted *self, GError **error)
{
    auto_signatures signatures[SK_SIGNER_COUNT] = { NULL };
    g_autoptr(GBytes) signers_text = NULL;
    g_autoptr(SkSigners) signers = NULL;
    SkSshKey keys[SK_SIGNER_COUNT];

    if (!read_beside(folder, "policy.conf", SK_POLICY_BYTES_MAX, &self->text, error) ||
        !read_beside(folder, "signers", SIGNERS_BYTES_MAX, &signers_text, error) ||
        !sk_signers_parse(sk_span_bytes(signers_text), &signers, error))
        return false;
    for (unsigned i = 0; i < SK_SIGNER_COUNT; i++)
        if (!read_beside(folder, signature_files[i], SK_SSHSIG_BYTES_MAX, &signatures[i], error))
            return false;
    if (!sk_signers_check(signers, SK_ADOPT_NAMESPACE, sk_span_bytes(self->text), signatures, keys, error))
        return false;
    for (unsigned i = 0; i < SK_SIGNER_COUNT; i++)
        self->signed_by[i] = sk_ssh_key_fingerprint(&keys[i]);
    return true;
}

static bool
parse_text(GBytes *text, const char *name, SkPolicy **ret, GError **error)
{
    g_autoptr(GPtrArray) diagnostics = NULL;

    if (sk_policy_parse(sk_span_bytes(text), ret, &diagnostics))
        return true;
    g_autofree char *shown = sk_diagnostics_print(diagnostics, sk_span_bytes(text), name, false);
    return sk_throw(error, SK_ERROR_MALFORMED, "policy: it has errors\n%s", shown);
}

bool
sk_adopted_load(const char *directory, SkAdopted **ret, GError **error)
{
    g_autoptr(SkAdopted) self = g_new0(SkAdopted, 1);
    g_autoptr(SkSigners) signers = NULL;
    g_auto(Log) log = { 0 };

    if (!log_read(directory, &log, error) || !sk_adopted_signers(directory, &signers, error))
        return false;
    if (log.last == NULL)
        return sk_throw(error, SK_ERROR_FORBIDDEN,
                        "no policy has been adopted: `sekisho policy adopt` says how (two signatures)");
    g_autofree char *folder = g_build_filename(directory, log.last, NULL);
    if (!read_folder(folder, self, error))
        return false;
    self->text_sha256 = digest(sk_span_bytes(self->text));
    if (strcmp(self->text_sha256, log.last) != 0)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "adopted: the text is not the one that was adopted");
    g_autofree char *list = sk_signers_emit(signers);
    self->signers_sha256 = digest(sk_span_str(list));
    self->adopted = log.time;
    if (!parse_text(self->text, "adopted policy", &self->policy, error))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

bool
sk_adopted_is(const SkAdopted *self, const SkSources *sources, const SkPolicy *policy)
{
    g_autoptr(GBytes) bytes = sk_sources_bytes(sources);

    if (sk_sources_n(sources) == 1 || policy == NULL)
        return g_bytes_equal(self->text, bytes);
    g_autofree char *whole = sk_policy_show(policy);
    return sk_span_is(sk_span_bytes(self->text), whole);
}

bool
sk_adopted_is_file(const SkAdopted *self, const char *path)
{
    g_autoptr(SkSources) sources = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(SkPolicy) policy = NULL;

    return !sk_policy_read(path, &policy, &sources, &diagnostics, NULL) ||
           sk_adopted_is(self, sources, policy);
}

/* ---- writing ---- */

/* -1 with @error: two commands at once wait for each other. */
static int
lock(const char *directory, GError **error)
{
    if (g_mkdir_with_parents(directory, 0700) != 0) {
        sk_error_set_errno(error, directory);
        return -1;
    }
    sk_autofd fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        sk_error_set_errno(error, directory);
        return -1;
    }
    return sk_fd_steal(&fd);
}

static bool
write_beside(const char *folder, const char *name, SkSpan s, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return sk_io_write_file(path, s, 0600, error);
}

static bool
log_append(const char *directory, const Log *log, const char *sha256, GError **error)
{
    g_autofree char *text =
        g_strdup_printf("%s%s %" G_GINT64_FORMAT "\n", log->text->str, sha256, sk_clock_now());
    return write_beside(directory, "log", sk_span_str(text), error);
}

/* @signatures in the order of the roles. */
static bool
write_folder(const char *folder, GBytes *text, GBytes *const *signatures, const char *signers, GError **error)
{
    if (g_mkdir_with_parents(folder, 0700) != 0)
        return sk_throw_errno(error, folder);
    for (unsigned i = 0; i < SK_SIGNER_COUNT; i++)
        if (!write_beside(folder, signature_files[i], sk_span_bytes(signatures[i]), error))
            return false;
    return write_beside(folder, "signers", sk_span_str(signers), error) &&
           write_beside(folder, "policy.conf", sk_span_bytes(text), error);
}

/* They may come in any order; beside the text each has its own name. */
static void
order_signatures(GBytes *const given[SK_ADOPT_SIGNATURES], const SkSshKey keys[SK_SIGNER_COUNT],
                 GBytes *ret[SK_SIGNER_COUNT])
{
    for (unsigned i = 0; i < SK_ADOPT_SIGNATURES; i++) {
        g_autoptr(SkSshsig) signature = NULL;
        if (!sk_sshsig_parse(sk_span_bytes(given[i]), &signature, NULL))
            continue;
        for (unsigned role = 0; role < SK_SIGNER_COUNT; role++)
            if (sk_ssh_key_equal(&signature->key, &keys[role]))
                ret[role] = given[i];
    }
}

bool
sk_adopt(const char *directory, GBytes *text, GBytes *const signatures[SK_ADOPT_SIGNATURES], GError **error)
{
    g_autoptr(SkSigners) signers = NULL;
    g_autoptr(SkPolicy) policy = NULL;
    g_auto(Log) log = { 0 };
    SkSshKey keys[SK_SIGNER_COUNT];
    GBytes *ordered[SK_SIGNER_COUNT] = { NULL };
    sk_autofd locked = lock(directory, error);

    if (locked < 0 || !sk_adopted_signers(directory, &signers, error) || !log_read(directory, &log, error) ||
        !sk_signers_check(signers, SK_ADOPT_NAMESPACE, sk_span_bytes(text), signatures, keys, error) ||
        !parse_text(text, "policy", &policy, error))
        return false;
    g_autofree char *sha256 = digest(sk_span_bytes(text));
    if (g_strcmp0(log.last, sha256) == 0)
        return true;
    if (log_has(&log, sha256))
        return sk_throw(error, SK_ERROR_FORBIDDEN,
                        "this very text was in force before and was replaced: to go back to it, change a word (the "
                        "date in a comment will do) and sign it anew");
    g_autofree char *folder = g_build_filename(directory, sha256, NULL);
    g_autofree char *list = sk_signers_emit(signers);
    order_signatures(signatures, keys, ordered);
    return write_folder(folder, text, ordered, list, error) && log_append(directory, &log, sha256, error);
}

/* Every list that there was stays, with the signatures that made it so. */
static bool
archive_signers(const char *directory, const SkSigners *next, const char *text,
                GBytes *const signatures[SK_ADOPT_SIGNATURES], GError **error)
{
    g_autofree char *name = g_strdup_printf("signers-%" G_GUINT64_FORMAT, next->serial);
    g_autofree char *folder = g_build_filename(directory, name, NULL);

    if (g_mkdir_with_parents(folder, 0700) != 0)
        return sk_throw_errno(error, folder);
    for (unsigned i = 0; signatures != NULL && i < SK_ADOPT_SIGNATURES; i++) {
        g_autofree char *file = g_strdup_printf("%u.sig", i + 1);
        if (!write_beside(folder, file, sk_span_bytes(signatures[i]), error))
            return false;
    }
    return write_beside(folder, "signers", sk_span_str(text), error);
}

bool
sk_adopt_signers(const char *directory, const SkSigners *next, GBytes *const signatures[SK_ADOPT_SIGNATURES],
                 GError **error)
{
    g_autoptr(SkSigners) now = NULL;
    g_auto(Log) log = { 0 };
    g_autofree char *text = sk_signers_emit(next);
    sk_autofd locked = lock(directory, error);

    if (locked < 0 || !sk_adopted_signers(directory, &now, error) || !log_read(directory, &log, error))
        return false;
    if (next->serial != now->serial + 1)
        return sk_throw(error, SK_ERROR_FORBIDDEN, "signers: the list has changed meanwhile");
    if (log.last != NULL && signatures == NULL)
        return sk_throw(error, SK_ERROR_FORBIDDEN,
                        "signers: a policy is in force: a change takes the signatures of both kinds of signers");
    if (log.last != NULL && !sk_signers_complete(next))
        return sk_throw(error, SK_ERROR_FORBIDDEN, "signers: nobody would be left who could sign");
    if (signatures != NULL &&
        !sk_signers_check(now, SK_ADOPT_SIGNERS_NAMESPACE, sk_span_str(text), signatures, NULL, error))
        return false;
    return archive_signers(directory, next, text, signatures, error) &&
           write_beside(directory, "signers", sk_span_str(text), error);
}
