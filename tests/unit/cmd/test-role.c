/* SPDX-License-Identifier: Apache-2.0
 * test-role.c - what the supervisor tells a role arrives as it was said. */
#include "serve/role.h"

static SkRoleArgs *
sample(void)
{
    SkRoleArgs *args = sk_role_args_new();
    args->role = SK_SERVE_INTAKE;
    args->station = g_strdup("lgwan");
    args->store = g_strdup("/var/lib/a b/sekisho.db");
    args->vault = g_strdup("--station"); /* a value that looks like an option is still a value */
    args->seal = g_strdup("");
    args->key = g_strdup("/k");
    args->programs = g_strdup("/p");
    args->pages = g_strdup("/w");
    args->origin = g_strdup("http://lgwan.localhost:8002");
    args->content_origin = g_strdup("http://files.lgwan.localhost:8002");
    args->mail_from = g_strdup("");
    args->wall = g_strdup("/var/wall");
    args->scan_yara = g_strdup("/etc/sekisho/rules.yar");
    args->scan_clamd = g_strdup("");
    args->deliver = g_strdup("");
    args->settings = 8;
    args->policy_text = g_strdup("t");
    args->policy_signers = g_strdup("s");
    args->policy_ciso = g_strdup("SHA256:a/b+c");
    args->policy_administrator = g_strdup("d");
    args->policy = 3;
    args->ready = 4;
    args->management = true;
    sk_role_args_add_socket(args, SK_SOCKET_RECEIVE, 5, "internet");
    sk_role_args_add_socket(args, SK_SOCKET_HTTP, 6, "");
    sk_role_args_add_socket(args, SK_SOCKET_SECRET, 7, "");
    sk_role_args_add_socket(args, SK_SOCKET_MAIL, 9, "");
    return args;
}

static void
round_trip(void)
{
    g_autoptr(SkRoleArgs) args = sample();
    g_autoptr(SkRoleArgs) back = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) words = sk_role_args_emit(args);

    g_assert_cmpstr(words[0], ==, "sekisho");
    g_assert_cmpstr(words[1], ==, "role");
    g_assert_true(sk_role_args_parse((int)g_strv_length(words) - 2, words + 2, &back, &error));
    g_assert_no_error(error);
    g_auto(GStrv) again = sk_role_args_emit(back);
    g_assert_true(g_strv_equal((const char *const *)words, (const char *const *)again));
    g_assert_cmpstr(back->vault, ==, "--station");
    g_assert_cmpuint(back->sockets->len, ==, 4);
    g_assert_cmpint(back->settings, ==, 8);
    g_assert_cmpint(back->ca, ==, -1);
    g_assert_cmpstr(g_array_index(back->sockets, SkRoleSocket, 0).zone, ==, "internet");
}

static void
refused(void)
{
    static const char *const last[] = { "--socket=x:http:", "--socket=5:tcp:", "--socket=5", "--policy-fd=",
                                        "--policy-fd=99999999999", "--unknown", "--store" };
    for (unsigned i = 0; i < G_N_ELEMENTS(last); i++) {
        g_autoptr(SkRoleArgs) args = sample();
        g_autoptr(SkRoleArgs) back = NULL;
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) words = sk_role_args_emit(args);
        unsigned n = g_strv_length(words);
        words = g_renew(char *, words, n + 2);
        words[n] = g_strdup(last[i]);
        words[n + 1] = NULL;
        g_assert_false(sk_role_args_parse((int)n - 1, words + 2, &back, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
        g_assert_null(back);
    }
    g_autoptr(SkRoleArgs) none = NULL;
    g_assert_false(sk_role_args_parse(1, (char *[]){ (char[]){ "web" }, NULL }, &none, NULL));
    g_assert_false(sk_role_args_parse(0, NULL, &none, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/role/round-trip", round_trip);
    g_test_add_func("/role/refused", refused);
    return g_test_run();
}
