/* SPDX-License-Identifier: Apache-2.0
 * fuzz-sshsig.c - any bytes as a detached signature, a key and a list of signers: an error for every no;
 * a list that is accepted comes out as it went in; nothing that was not signed verifies. */
#include "fuzz.h"
#include "policy/adopt.h"

#include <string.h>

static void
as_signature(SkSpan s)
{
    g_autoptr(SkSshsig) signature = NULL;
    g_autoptr(GError) error = NULL;
    bool good = sk_sshsig_parse(s, &signature, &error);

    g_assert_cmpint(good, ==, signature != NULL);
    g_assert_cmpint(good, ==, error == NULL);
    if (good)
        g_assert_false(sk_sshsig_verify(signature, signature->namespace, s));
}

static void
as_list(SkSpan s)
{
    g_autoptr(SkSigners) signers = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_signers_parse(s, &signers, &error)) {
        g_assert_nonnull(error);
        return;
    }
    g_autofree char *again = sk_signers_emit(signers);
    g_assert_true(sk_span_equal(sk_span_str(again), s));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    SkSshKey key;

    as_signature(sk_span(data, size));
    as_list(sk_span(data, size));
    if (!sk_ssh_key_parse(sk_span(data, size), &key, &error))
        g_assert_nonnull(error);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    /* Made with ssh-keygen, of keys that are gone. */
    static const char *const seeds[] = {
        "-----BEGIN SSH SIGNATURE-----\n"
        "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgE/V4SO3N8Hx6ZUVsX44//T81zc\n"
        "2UmKzAT7nR07ydxmkAAAAOc2VraXNoby1wb2xpY3kAAAAAAAAABnNoYTUxMgAAAFMAAAAL\n"
        "c3NoLWVkMjU1MTkAAABAEplpY7Xulr5ZH/u+H/UZx9zOD6W2zlJzkcD+MnxfUnPxKbD/Js\n"
        "P6JLdjXIIF85uCfS3w1vjge8qGJ9osy9s/CQ==\n"
        "-----END SSH SIGNATURE-----\n",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBP1eEjtzfB8emVFbF+OP/0/Nc3NlJiswE+50dO8ncZp ciso\n",
        "sekisho-signers 1\nserial 1\nciso ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBP1eEjtzfB8emVFbF+OP/0/Nc3NlJiswE+50dO8ncZp\n",
    };
    if (index >= G_N_ELEMENTS(seeds))
        return NULL;
    return g_bytes_new(seeds[index], strlen(seeds[index]));
}
