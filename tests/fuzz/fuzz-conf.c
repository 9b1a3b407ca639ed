/* SPDX-License-Identifier: Apache-2.0
 * fuzz-conf.c - any bytes as a sekisho.conf: an error for every no, and whatever is accepted has
 * every value that a station needs. */
#include "fuzz.h"
#include "base/io.h"
#include "policy/conf.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SkConf) conf = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;
    bool good = sk_conf_parse(sk_span(data, size), "/etc/sekisho", &conf, &diagnostics);

    g_assert_cmpint(good, ==, conf != NULL);
    g_assert_cmpint(good, ==, sk_diagnostics_count(diagnostics, SK_SEVERITY_ERROR) == 0);
    for (unsigned i = 0; good && i < conf->stations->len; i++) {
        const SkConfStation *s = g_ptr_array_index(conf->stations, i);
        g_assert_true((s->listen_host != NULL) != (s->listen_unix != NULL));
        g_assert_true(s->origin != NULL && s->content_origin != NULL &&
                      g_path_is_absolute(s->store) && g_path_is_absolute(s->vault) &&
                      g_path_is_absolute(s->seal) && g_path_is_absolute(s->key));
    }
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const files[] = { "data/sekisho.conf.sample", "tests/golden/conf/wrong.conf",
                                         "tests/golden/conf/twins.conf" };
    GBytes *bytes = NULL;

    if (index >= G_N_ELEMENTS(files) || g_getenv("SEKISHO_SOURCE") == NULL)
        return NULL;
    g_autofree char *path = g_build_filename(g_getenv("SEKISHO_SOURCE"), files[index], NULL);
    g_assert_true(sk_io_read_file(path, SK_CONF_BYTES_MAX, &bytes, NULL));
    return bytes;
}
