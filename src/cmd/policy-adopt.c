/* SPDX-License-Identifier: Apache-2.0
 * policy-adopt.c - contract in policy-adopt.h. */
#include "cmd/policy-adopt.h"

#include "base/io.h"
#include "base/log.h"
#include "cmd/station.h"
#include "policy/adopt.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    char *conf;
    char *role;
    char *key;
    char **signatures; /* paths */
    gboolean print;
    gboolean json;
} Options;

static void
options_clear(Options *self)
{
    g_free(self->conf);
    g_free(self->role);
    g_free(self->key);
    g_strfreev(self->signatures);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static bool
read_options(Options *ret, int *argc, char ***argv)
{
    GOptionEntry entries[] = {
        { .long_name = "conf", .arg = G_OPTION_ARG_FILENAME, .arg_data = &ret->conf },
        { .long_name = "role", .arg = G_OPTION_ARG_STRING, .arg_data = &ret->role },
        { .long_name = "key", .arg = G_OPTION_ARG_FILENAME, .arg_data = &ret->key },
        { .long_name = "signature", .arg = G_OPTION_ARG_FILENAME_ARRAY, .arg_data = &ret->signatures },
        { .long_name = "print", .arg = G_OPTION_ARG_NONE, .arg_data = &ret->print },
        { .long_name = "json", .arg = G_OPTION_ARG_NONE, .arg_data = &ret->json },
        { .long_name = NULL },
    };
    return sk_command_options(&sk_command_policy, entries, argc, argv);
}

static SkExit
fail(const GError *error)
{
    sk_command_complain(&sk_command_policy, "%s", error->message);
    return error->domain == SK_ERROR && error->code == SK_ERROR_IO ? SK_EXIT_FAILED : SK_EXIT_NO;
}

static SkConf *
load_conf(const char *path)
{
    g_autoptr(GError) error = NULL;
    SkConf *conf = NULL;

    if (!sk_conf_load(path == NULL ? SK_STATION_CONF : path, &conf, &error))
        sk_command_complain(&sk_command_policy, "%s", error->message);
    return conf;
}

/* ---- signatures ---- */

typedef struct {
    GBytes *b[SK_ADOPT_SIGNATURES]; /* owned */
} Signatures;

static void
signatures_clear(Signatures *self)
{
    for (unsigned i = 0; i < SK_ADOPT_SIGNATURES; i++)
        g_clear_pointer(&self->b[i], g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Signatures, signatures_clear)

static bool
read_signatures(char *const *paths, Signatures *ret, GError **error)
{
    for (unsigned i = 0; i < SK_ADOPT_SIGNATURES; i++)
        if (!sk_io_read_file(paths[i], SK_SSHSIG_BYTES_MAX, &ret->b[i], error)) {
            g_prefix_error(error, "%s: ", paths[i]);
            return false;
        }
    return true;
}

/* ---- adopt ---- */

static SkExit
print_adopted(const Options *options, const char *directory)
{
    g_autoptr(SkAdopted) adopted = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_adopted_load(directory, &adopted, &error))
        return fail(error);
    const char *digest = sk_policy_digest(adopted->policy);
    if (options->json)
        printf("{\"digest\":\"%s\",\"text\":\"%s\",\"ciso\":\"%s\",\"administrator\":\"%s\"}\n", digest,
               adopted->text_sha256, adopted->signed_by[SK_SIGNER_CISO], adopted->signed_by[SK_SIGNER_ADMINISTRATOR]);
    else
        printf("adopted: digest %s\n  signed by the CISO          %s\n  signed by an administrator  %s\n"
               "  It is in force once `sekisho serve` is told (SIGHUP: systemctl reload sekisho) or starts.\n",
               digest, adopted->signed_by[SK_SIGNER_CISO], adopted->signed_by[SK_SIGNER_ADMINISTRATOR]);
    return SK_EXIT_DONE;
}

static SkExit
adopt(const Options *options, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = NULL;
    g_auto(Signatures) signatures = { { NULL } };

    if (g_strv_length(options->signatures) != SK_ADOPT_SIGNATURES) {
        sk_command_complain(&sk_command_policy, "it takes two signatures: the CISO's and an administrator's "
                                                "(ssh-keygen -Y sign -n " SK_ADOPT_NAMESPACE " -f KEY FILE)");
        return SK_EXIT_USAGE;
    }
    g_autoptr(SkConf) conf = load_conf(options->conf);
    if (conf == NULL)
        return SK_EXIT_FAILED;
    if (!sk_io_read_file(path, SK_POLICY_BYTES_MAX, &text, &error) ||
        !read_signatures(options->signatures, &signatures, &error) ||
        !sk_adopt(conf->adopted, text, signatures.b, &error))
        return fail(error);
    return print_adopted(options, conf->adopted);
}

/* ---- signers ---- */

static SkExit
list_signers(const Options *options, const SkSigners *signers)
{
    if (options->json)
        printf("{\"serial\":%" G_GUINT64_FORMAT ",\"signers\":[", signers->serial);
    for (unsigned i = 0; i < signers->rows->len; i++) {
        const SkSigner *s = &g_array_index(signers->rows, SkSigner, i);
        g_autofree char *fingerprint = sk_ssh_key_fingerprint(&s->key);
        if (options->json)
            printf("%s{\"role\":\"%s\",\"fingerprint\":\"%s\"}", i == 0 ? "" : ",", sk_signer_role_name(s->role),
                   fingerprint);
        else
            printf("%-14s %s\n", sk_signer_role_name(s->role), fingerprint);
    }
    if (options->json)
        puts("]}");
    return SK_EXIT_DONE;
}

static bool
read_key(const char *path, SkSshKey *ret, GError **error)
{
    g_autoptr(GBytes) line = NULL;
    return sk_io_read_file(path, SK_SSHSIG_BYTES_MAX, &line, error) &&
           sk_ssh_key_parse(sk_span_bytes(line), ret, error);
}

static SkExit
store_signers(const Options *options, const char *directory, const SkSigners *next)
{
    g_autoptr(GError) error = NULL;
    g_auto(Signatures) signatures = { { NULL } };
    bool has = options->signatures != NULL;

    if (has && !read_signatures(options->signatures, &signatures, &error))
        return fail(error);
    if (!sk_adopt_signers(directory, next, has ? signatures.b : NULL, &error))
        return fail(error);
    return list_signers(options, next);
}

static SkExit
change_signers(const Options *options, const char *directory, SkSigners *signers, bool add)
{
    g_autoptr(GError) error = NULL;
    SkSshKey key;
    SkSignerRole role = options->role == NULL ? SK_SIGNER_COUNT : sk_signer_role_lookup(options->role);

    if (role == SK_SIGNER_COUNT || options->key == NULL ||
        (options->signatures != NULL && g_strv_length(options->signatures) != SK_ADOPT_SIGNATURES)) {
        sk_command_complain(&sk_command_policy, "say --role ciso or --role administrator, --key FILE.pub, and two or "
                                                "no signatures");
        return SK_EXIT_USAGE;
    }
    if (!read_key(options->key, &key, &error) || !(add ? sk_signers_add(signers, role, &key, &error)
                                                       : sk_signers_remove(signers, role, &key, &error)))
        return fail(error);
    if (!options->print)
        return store_signers(options, directory, signers);
    g_autofree char *text = sk_signers_emit(signers);
    fputs(text, stdout);
    return SK_EXIT_DONE;
}

static SkExit
signer(const Options *options, const char *verb)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkSigners) signers = NULL;
    bool add = strcmp(verb, "add") == 0;

    if (!add && strcmp(verb, "remove") != 0 && strcmp(verb, "list") != 0) {
        sk_command_complain(&sk_command_policy, "say signer list, add or remove");
        return SK_EXIT_USAGE;
    }
    g_autoptr(SkConf) conf = load_conf(options->conf);
    if (conf == NULL)
        return SK_EXIT_FAILED;
    if (!sk_adopted_signers(conf->adopted, &signers, &error))
        return fail(error);
    return strcmp(verb, "list") == 0 ? list_signers(options, signers)
                                     : change_signers(options, conf->adopted, signers, add);
}

SkExit
sk_policy_adopt_run(int argc, char **argv)
{
    g_auto(Options) options = { 0 };

    if (!read_options(&options, &argc, &argv))
        return SK_EXIT_USAGE;
    if (argc != 2) {
        sk_command_complain(&sk_command_policy, "say adopt and one file, or signer and list, add or remove");
        return SK_EXIT_USAGE;
    }
    return strcmp(argv[0], "adopt") == 0 ? adopt(&options, argv[1]) : signer(&options, argv[1]);
}

/* ---- for check ---- */

const char *
sk_policy_standing(const char *conf_path, const char *path, const SkSources *sources,
                   const SkPolicy *policy)
{
    g_autoptr(SkConf) conf = NULL;
    g_autoptr(SkAdopted) adopted = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *whole = g_canonicalize_filename(path, NULL);

    if (!sk_conf_load(conf_path == NULL ? SK_STATION_CONF : conf_path, &conf, NULL) ||
        strcmp(conf->policy, whole) != 0)
        return NULL;
    if (!sk_adopted_load(conf->adopted, &adopted, &error))
        return error->code == SK_ERROR_IO ? NULL : "not-adopted";
    return sk_adopted_is(adopted, sources, policy) ? "in-force" : "not-adopted";
}
