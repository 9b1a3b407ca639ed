/* SPDX-License-Identifier: Apache-2.0
 * fuzz-wall-nft.c - any bytes as nft's text: an error for every no; what is read keeps the model's rules. */
#include "wall.h"
#include "wall/read-nft.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    g_autoptr(GError) error = NULL;

    if (sk_wall_read_nft(sk_span(data, size), ruleset, &error))
        wall_check(ruleset);
    else
        g_assert_nonnull(error);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "table inet t { # handle 1\n\tset s {\n\t\ttype ipv4_addr . inet_service\n\t\tflags "
        "interval\n\t\tauto-merge\n"
        "\t\telements = { 10.0.0.0/8 . 22 comment \"x\", 10.1.0.1-10.1.0.9 . 80-90 counter packets "
        "1 bytes 2 }\n\t}\n\n"
        "\tmap m { type ifname : verdict; elements = { \"a\" : jump d, \"b*\" : accept, * : drop } "
        "}\n"
        "\tmap p { typeof tcp dport : ip daddr . tcp dport; elements = { 80 : 10.0.0.1 . 8080 } }\n"
        "\tset f { type ipv4_addr; flags dynamic,timeout; timeout 5m; size 9 }\n\tchain d { }\n"
        "\tchain c {\n\t\ttype filter hook forward priority filter + 5; policy drop;\n"
        "\t\tct state vmap { established : accept, related : accept, invalid : drop }\n"
        "\t\tiifname vmap @m\n\t\tip saddr . tcp dport @s counter packets 0 bytes 0 accept comment "
        "\"c\" # handle 9\n"
        "\t\tadd @f { ip saddr timeout 1m limit rate over 3/minute burst 5 packets } "
        "drop\n\t}\n}\n",
        "define a = { 1, 2-3 }\ndefine b = { $a, 9 }\ntable ip n {\n chain p { type nat hook "
        "prerouting priority dstnat\n"
        "  tcp dport $b dnat to 10.0.0.1-10.0.0.2:80-90 random,persistent\n  dnat ip addr . port "
        "to tcp dport map { 80 : 10.0.0.1 . 81 }\n"
        "  udp dport 53 redirect to :54\n }\n chain q { type nat hook postrouting priority srcnat; "
        "oifname != \"lo\" masquerade\n snat prefix to 10.0.0.0/24; }\n}\n",
        "flush ruleset\nadd table ip6 t\nadd chain ip6 t c { type filter hook input priority -150 "
        "\\\n ; policy accept; }\n"
        "add set ip6 t s { type ipv6_addr; }\nadd element ip6 t s { ::1, fe80::/10, "
        "2001:db8::1-2001:db8::9 }\n"
        "add rule ip6 t c ip6 saddr @s icmpv6 type { nd-router-advert, 135 } accept\ninsert rule "
        "ip6 t c reject with icmpv6 no-route\n"
        "delete table ip6 u\nflush chain ip6 t c\n",
        "table inet m { chain c { type route hook output priority mangle; meta mark set mark and "
        "0xff xor 0x10; ct mark set meta mark; meta mark set ct mark | 0x1;\n"
        "meta mark set ip dscp map { cs1 : 1, cs2 : 2 }; tcp flags & (fin | syn) == syn; tcp flags "
        "syn / fin,syn,rst,ack; tcp flags ! syn,ack; ct status dnat accept\n"
        "fib daddr type { local, broadcast } return; fib saddr . iif oif missing drop; meta "
        "l4proto { tcp, udp } @th,16,16 53 notrack\n"
        "th dport 53; ether saddr 02:00:00:00:00:01; numgen random mod 10 < 5 drop; limit rate 10 "
        "mbytes/second; log prefix \"x\" group 2; xt match recent; queue num 1 bypass\n"
        "ip dscp set cs0; meta skuid vmap { 0 : accept }; ip6 nexthdr tcp; ip frag-off & 0x1fff != "
        "0; ct original ip saddr 10.0.0.1; tcp option maxseg size set rt mtu } }\n",
        "table netdev x { chain i { type filter hook ingress devices = { a, b } priority 0; fwd to "
        "\"c\"; }; }\ntable inet y { flags dormant, owner; flowtable f { hook ingress priority 0; "
        "devices = { a }; }; counter k { packets 0 bytes 0 }; }\n",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new_static(seeds[index], strlen(seeds[index]))
                                       : NULL;
}
