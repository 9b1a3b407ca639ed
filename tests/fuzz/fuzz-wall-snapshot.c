/* SPDX-License-Identifier: Apache-2.0
 * fuzz-wall-snapshot.c - any bytes as a snapshot: an error for every no; what is read keeps the model's rules, and a
 * snapshot that lacks a part never comes without an unmodelled line. */
#include "wall.h"
#include "wall/snapshot.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkWallSnapshot *read = NULL;
    g_autoptr(GError) error = NULL;

    if (!sk_wall_snapshot_read(sk_span(data, size), &read, &error)) {
        g_assert_true(error != NULL && read == NULL);
        return 0;
    }
    g_autoptr(SkWallSnapshot) snapshot = read;
    unsigned sections = 0;
    for (size_t i = 0; i < size; i++)
        sections += data[i] == '@';
    g_assert_true(snapshot->bare || sections >= SK_SECTION_COUNT ||
                  snapshot->ruleset->unmodelled->len > 0);
    g_assert_cmpuint(strlen(snapshot->digest), ==, 64);
    wall_check(snapshot->ruleset);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const texts[][SK_SECTION_COUNT] = {
        { [SK_SECTION_GENERATION] = "7\n",
          [SK_SECTION_NFT] =
              "table inet t { # handle 1\n\tchain c { # handle 1\n\t\taccept # handle 2\n\t}\n}\n",
          [SK_SECTION_NFT_JSON] =
              "{\"nftables\":[{\"table\":{\"family\":\"inet\",\"name\":\"t\"}},{\"chain\":{"
              "\"family\":\"inet\",\"table\":\"t\",\"name\":\"c\"}},"
              "{\"rule\":{\"family\":\"inet\",\"table\":\"t\",\"chain\":\"c\",\"handle\":2,"
              "\"expr\":[]}}]}",
          [SK_SECTION_LINKS] =
              "[{\"ifindex\":1,\"ifname\":\"lg0\",\"address\":\"02:00:00:00:00:01\",\"master\":"
              "\"br0\",\"linkinfo\":{\"info_kind\":\"vlan\"},\"xdp\":{}}]",
          [SK_SECTION_ADDRESSES] =
              "[{\"ifname\":\"lg0\",\"addr_info\":[{\"local\":\"10.0.0.1\",\"prefixlen\":24}]}]",
          [SK_SECTION_RULES] = "[{\"priority\":0,\"src\":\"all\",\"table\":\"local\"}]",
          [SK_SECTION_ROUTES] = "[{\"dst\":\"default\",\"dev\":\"lg0\"},{\"type\":\"local\","
                                "\"dst\":\"10.0.0.0/8\",\"table\":\"local\"}]",
          [SK_SECTION_NEIGHBOURS] = "[{\"dst\":\"10.0.0.9\",\"dev\":\"lg0\",\"lladdr\":\"02:00:00:"
                                    "00:00:02\",\"state\":[\"PERMANENT\"]}]",
          [SK_SECTION_QDISCS] = "[{\"kind\":\"clsact\",\"dev\":\"lg0\"}]",
          [SK_SECTION_SETTINGS] =
              "net.ipv4.ip_forward = 1\nnet.ipv4.conf.lg0.route_localnet = 1\n" },
        { [SK_SECTION_NFT] =
              "table ip filter { # handle 1\n\tchain FORWARD { # handle 1\n\t\ttype filter hook "
              "forward priority 0; policy drop;\n\t\txt match recent # handle 2\n\t}\n}\n",
          [SK_SECTION_NFT_JSON] =
              "{\"nftables\":[{\"table\":{\"family\":\"ip\",\"name\":\"filter\"}},{\"chain\":{"
              "\"family\":\"ip\",\"table\":\"filter\",\"name\":\"FORWARD\","
              "\"type\":\"filter\",\"hook\":\"forward\",\"prio\":0,\"policy\":\"drop\"}},{\"rule\":"
              "{\"family\":\"ip\",\"table\":\"filter\",\"chain\":\"FORWARD\","
              "\"handle\":2,\"expr\":[{\"xt\":{}}]}}]}",
          [SK_SECTION_IPTABLES_NFT] =
              "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m recent --set\nCOMMIT\n",
          [SK_SECTION_IP6TABLES_LEGACY] = "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n",
          [SK_SECTION_LEGACY_TABLES6] = "filter\n",
          [SK_SECTION_EBTABLES] = "*filter\n:FORWARD DROP\n" },
    };
    if (index >= G_N_ELEMENTS(texts))
        return NULL;
    GString *out = g_string_new(SK_WALL_SNAPSHOT_FIRST);
    for (unsigned i = 0; i < SK_SECTION_COUNT; i++) {
        const char *text = texts[index][i] == NULL ? "" : texts[index][i];
        g_string_append_printf(out, "@%s %zu\n%s", sk_wall_section_name(i), strlen(text), text);
    }
    return g_string_free_to_bytes(out);
}
