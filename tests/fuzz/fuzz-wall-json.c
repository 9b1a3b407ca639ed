/* SPDX-License-Identifier: Apache-2.0
 * fuzz-wall-json.c - any bytes as nft's JSON beside a fixed text: an error for every no, and only the JSON of that very text
 * comes without a difference. */
#include "wall.h"
#include "wall/read-nft-json.h"
#include "wall/read-nft.h"

#include <string.h>

static const char text[] = "table inet t { # handle 1\n\tset s { # handle 2\n\t\ttype "
                           "inet_service\n\t\telements = { 22, 80 }\n\t}\n"
                           "\tchain c { # handle 3\n\t\ttype filter hook input priority 0; policy "
                           "drop;\n\t\taccept # handle 4\n\t}\n}\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(SkNftJson) json = sk_nft_json_parse(sk_span(data, size), &error);

    g_assert_true((json == NULL) == (error != NULL));
    if (json == NULL)
        return 0;
    g_assert_true(sk_wall_read_nft(sk_span_str(text), ruleset, NULL));
    unsigned before = ruleset->unmodelled->len;
    unsigned n = sk_nft_json_check(json, ruleset);
    g_assert_cmpuint(ruleset->unmodelled->len - before, ==, n);
    /* Fewer bytes than its names take cannot be the same ruleset. */
    g_assert_true(n > 0 || size > 60);
    (void)sk_nft_json_has_xt(json, SK_WALL_TABLE_IP, "filter");
    wall_check(ruleset);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}}, {\"table\": {\"family\": "
        "\"inet\", \"name\": \"t\", \"handle\": 1}},"
        "{\"set\": {\"family\": \"inet\", \"name\": \"s\", \"table\": \"t\", \"type\": "
        "\"inet_service\", \"handle\": 2, \"elem\": [22, 80]}},"
        "{\"chain\": {\"family\": \"inet\", \"table\": \"t\", \"name\": \"c\", \"handle\": 3, "
        "\"type\": \"filter\", \"hook\": \"input\", \"prio\": 0, \"policy\": \"drop\"}},"
        "{\"rule\": {\"family\": \"inet\", \"table\": \"t\", \"chain\": \"c\", \"handle\": 4, "
        "\"expr\": [{\"accept\": null}]}}]}",
        "{\"nftables\": [{\"table\": {\"family\": \"ip\", \"name\": \"filter\", \"handle\": 1, "
        "\"flags\": \"filter\"}},"
        "{\"rule\": {\"family\": \"ip\", \"table\": \"filter\", \"chain\": \"FORWARD\", "
        "\"handle\": 3, \"expr\": [{\"xt\": {\"type\": \"match\", \"name\": \"recent\"}}]}}]}",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new_static(seeds[index], strlen(seeds[index]))
                                       : NULL;
}
