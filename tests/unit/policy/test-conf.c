/* SPDX-License-Identifier: Apache-2.0
 * test-conf.c - the sample sekisho.conf: every value where it belongs, paths made absolute. */
#include "base/io.h"
#include "policy/conf.h"

#include <string.h>

static void
sample(void)
{
    g_autoptr(SkConf) conf = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autofree char *path =
        g_build_filename(g_getenv("SEKISHO_SOURCE"), "data/sekisho.conf.sample", NULL);

    g_assert_true(sk_io_read_file(path, SK_CONF_BYTES_MAX, &bytes, NULL));
    g_assert_true(sk_conf_parse(sk_span_bytes(bytes), "/etc/sekisho", &conf, &diagnostics));
    g_assert_cmpstr(conf->policy, ==, "/etc/sekisho/policy.conf");
    g_assert_cmpstr(conf->programs, ==, "/usr/lib/sekisho");
    g_assert_cmpuint(conf->stations->len, ==, 2);
    const SkConfStation *lgwan = sk_conf_station(conf, "lgwan");
    g_assert_cmpstr(lgwan->listen_unix, ==, "/run/sekisho/lgwan/web.sock");
    g_assert_null(lgwan->listen_host);
    g_assert_cmpstr(lgwan->user, ==, "sk-lgwan");
    g_assert_true(lgwan->management);
    g_assert_false(sk_conf_station(conf, "internet")->management);
    g_assert_null(sk_conf_station(conf, "mynumber"));
}

static void
small(void)
{
    const char *text =
        "policy \"p.conf\"\nprograms \"../bin\"\npages \"/w\"\n"
        "station lgwan {\n listen http \"[::1]:8002\"\n origin \"http://lgwan.localhost:8002\"\n"
        " content-origin \"http://files.lgwan.localhost:8002\"\n store sqlite \"l/db\"\n"
        " vault directory \"l/vault\"\n seal directory \"l/seal\"\n key \"l/key\"\n}";
    g_autoptr(SkConf) conf = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;

    g_assert_true(sk_conf_parse(sk_span_str(text), "/srv/town", &conf, &diagnostics));
    const SkConfStation *lgwan = sk_conf_station(conf, "lgwan");
    g_assert_cmpstr(conf->programs, ==, "/srv/bin");
    g_assert_cmpstr(lgwan->vault, ==, "/srv/town/l/vault");
    g_assert_cmpstr(lgwan->listen_host, ==, "::1");
    g_assert_cmpuint(lgwan->listen_port, ==, 8002);
    g_assert_null(lgwan->user);
}

/* One station with these lines more. */
static bool
with_lines(const char *lines, SkConf **ret)
{
    g_autofree char *text = g_strconcat(
        "policy \"p.conf\"\nprograms \"../bin\"\npages \"/w\"\n"
        "station lgwan {\n listen http \"127.0.0.1:8002\"\n origin \"http://lgwan.localhost:8002\"\n"
        " content-origin \"http://files.lgwan.localhost:8002\"\n store sqlite \"l/db\"\n"
        " vault directory \"l/vault\"\n seal directory \"l/seal\"\n key \"l/key\"\n",
        lines, "}\n", NULL);
    g_autoptr(GPtrArray) diagnostics = NULL;
    return sk_conf_parse(sk_span_str(text), "/srv/town", ret, &diagnostics);
}

static void
notices(void)
{
    g_autoptr(SkConf) whole = NULL;
    g_autoptr(SkConf) local = NULL;
    g_assert_true(with_lines("notice smtp \"smtps://mail.example.jp:465\"\nnotice from \"sekisho@town.example.jp\"\n"
                             "notice credentials \"mail\"\nnotice ca \"/etc/ca.pem\"\n", &whole));
    const SkConfStation *lgwan = sk_conf_station(whole, "lgwan");
    g_assert_cmpstr(lgwan->notice_smtp, ==, "smtps://mail.example.jp:465");
    g_assert_cmpstr(lgwan->notice_from, ==, "sekisho@town.example.jp");
    g_assert_cmpstr(lgwan->notice_credentials, ==, "/srv/town/mail");
    g_assert_cmpstr(whole->adopted, ==, "/srv/town/p.conf.adopted");
    g_assert_true(with_lines("notice smtp \"/run/postfix/smtp\"\nnotice from \"a@b.jp\"\n", &local));
    g_assert_cmpstr(sk_conf_station(local, "lgwan")->notice_unix, ==, "/run/postfix/smtp");
    g_assert_null(sk_conf_station(local, "lgwan")->notice_smtp);
    static const char *const bad[] = {
        "notice smtp \"mail.example.jp\"\nnotice from \"a@b.jp\"\n",
        "notice smtp \"http://mail.example.jp\"\nnotice from \"a@b.jp\"\n",
        "notice smtp \"smtp://mail.example.jp:0\"\nnotice from \"a@b.jp\"\n",
        "notice smtp \"smtp://Mail.example.jp\"\nnotice from \"a@b.jp\"\n",
        "notice smtp \"smtp://a/b\"\nnotice from \"a@b.jp\"\n",
        "notice smtp \"smtp://u@host\"\nnotice from \"a@b.jp\"\n",
        "notice smtp \"smtp://mail.example.jp\"\n",
        "notice smtp \"smtp://mail.example.jp\"\nnotice from \"<a@b.jp>\"\n",
        "notice from \"a@b.jp\"\n",
        "notice credentials \"x\"\n",
        "notice mail \"x\"\n",
        "notice smtp \"smtp://a\"\nnotice smtp \"smtp://b\"\nnotice from \"a@b.jp\"\n",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(SkConf) none = NULL;
        g_test_message("%s", bad[i]);
        g_assert_false(with_lines(bad[i], &none));
        g_assert_null(none);
    }
}

static void
missing(void)
{
    g_autoptr(SkConf) conf = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_false(sk_conf_load("/nowhere/sekisho.conf", &conf, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    g_assert_null(conf);
}

#define DIRECTORY                                                                                  \
    "url \"ldaps://dc1.town.example:636\"\nca \"ca.pem\"\nbind \"cn=x\"\npassword \"secret\"\n"      \
    "base \"dc=town\"\nfilter \"(uid=*)\"\nattribute account \"uid\"\n"                              \
    "attribute label \"displayName\"\n"

/* The helper closes the block: a station, then its directory. */
static bool
with_directory(const char *zone, const char *lines, SkConf **ret)
{
    g_autofree char *text = g_strdup_printf("}\ndirectory %s {\n%s", zone, lines);
    return with_lines(text, ret);
}

static void
directories(void)
{
    g_autoptr(SkConf) conf = NULL;
    g_assert_true(with_directory("lgwan", DIRECTORY "role head \"cn=heads\"\nrole manager \"cn=m\"\n"
                                                    "attribute section \"departmentNumber;x-a\"\n", &conf));
    const SkConfDirectory *d = sk_conf_station(conf, "lgwan")->directory;
    g_assert_cmpstr(d->url, ==, "ldaps://dc1.town.example:636");
    g_assert_cmpstr(d->ca, ==, "/srv/town/ca.pem");
    g_assert_cmpstr(d->password, ==, "/srv/town/secret");
    g_assert_cmpstr(d->section, ==, "departmentNumber;x-a");
    g_assert_cmpuint(d->roles->len, ==, 4);
    g_assert_cmpstr(g_ptr_array_index(d->roles, 2), ==, "manager");
    g_assert_null(d->proposer);
    g_assert_false(sk_conf_directory_asks(d));
    static const char *const whose[] = { "station", "directory" };
    for (unsigned i = 0; i < G_N_ELEMENTS(whose); i++) {
        g_autoptr(SkConf) said = NULL;
        g_autofree char *lines = g_strconcat(DIRECTORY "passwords \"", whose[i], "\"\n", NULL);
        g_assert_true(with_directory("lgwan", lines, &said));
        g_assert_cmpint(sk_conf_directory_asks(sk_conf_station(said, "lgwan")->directory), ==, i == 1);
    }
    static const char *const bad[] = {
        "",
        "url \"ldaps://dc1.town.example\"\n",
        DIRECTORY "url \"ldaps://dc2.town.example\"\n",
        DIRECTORY "verify \"no\"\n",
        DIRECTORY "bind\n",
        DIRECTORY "role head\n",
        DIRECTORY "role \"head\" \"cn=x\"\n",
        DIRECTORY "proposer \"\"\n",
        DIRECTORY "passwords \"both\"\n",
        DIRECTORY "passwords directory\n",
        DIRECTORY "passwords \"directory\"\npasswords \"directory\"\n",
        DIRECTORY "attribute title \"a b\"\n",
        DIRECTORY "attribute title \"*\"\n",
        DIRECTORY "}\ndirectory lgwan {\n" DIRECTORY,
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(SkConf) none = NULL;
        g_assert_false(with_directory("lgwan", bad[i], &none));
    }
    static const char *const urls[] = { "http://dc1", "ldapi://x", "ldaps://", "ldaps://A.example",
                                        "ldaps://a/dc=x", "ldaps://a:0", "ldaps://a:70000",
                                        "ldap://a ldap://b", "ldap://a,b", "ldap://x?a?sub?", "ldap://-a" };
    for (unsigned i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(SkConf) none = NULL;
        g_autofree char *lines = g_strconcat("url \"", urls[i], "\"\n", strchr(DIRECTORY, '\n') + 1, NULL);
        g_assert_false(with_directory("lgwan", lines, &none));
    }
    g_autoptr(SkConf) stranger = NULL;
    g_assert_false(with_directory("internet", DIRECTORY, &stranger));
}

/* Rules and socket in folders of their own: what lies around or in a station's is refused. */
static void
scanners(void)
{
    static const struct {
        const char *line;
        bool good;
    } rows[] = { { "scan yara \"/etc/scan/rules.yar\"\nscan clamd \"/run/clamav/clamd.ctl\"\n", true },
                 { "scan yara \"rules.yar\"\n", false },
                 { "scan yara \"l/rules.yar\"\n", false },
                 { "scan clamd \"l/vault/x/clamd.ctl\"\n", false },
                 { "scan clamd \"/clamd.ctl\"\n", false } };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(SkConf) conf = NULL;
        g_test_message("%s", rows[i].line);
        g_assert_true(with_lines(rows[i].line, &conf) == rows[i].good);
        if (!rows[i].good)
            continue;
        g_assert_cmpstr(sk_conf_station(conf, "lgwan")->scan_yara, ==, "/etc/scan/rules.yar");
        g_assert_cmpstr(sk_conf_station(conf, "lgwan")->scan_clamd, ==, "/run/clamav/clamd.ctl");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/conf/sample", sample);
    g_test_add_func("/policy/conf/small", small);
    g_test_add_func("/policy/conf/scanners", scanners);
    g_test_add_func("/policy/conf/notices", notices);
    g_test_add_func("/policy/conf/directories", directories);
    g_test_add_func("/policy/conf/missing", missing);
    return g_test_run();
}
