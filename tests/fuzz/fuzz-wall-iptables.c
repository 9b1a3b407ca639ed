/* SPDX-License-Identifier: Apache-2.0
 * fuzz-wall-iptables.c - any bytes as a save of iptables, of either family: an error for every no; what is read keeps the
 * model's rules. */
#include "wall.h"
#include "wall/read-iptables.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (unsigned v6 = 0; v6 < 2; v6++) {
        g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
        g_autoptr(GError) error = NULL;
        if (sk_wall_read_iptables(sk_span(data, size), v6 == 1, SK_WALL_FROM_IPTABLES_NFT, ruleset,
                                  &error))
            wall_check(ruleset);
        else
            g_assert_nonnull(error);
    }
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "*filter\n:INPUT DROP [1:2]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:u - [0:0]\n"
        "[1:2] -A FORWARD -s 10.0.0.0/8 ! -d 10.0.0.1/255.0.0.255 -i eth+ ! -o lo -p tcp -m tcp "
        "--dport 22:80 --tcp-flags FIN,SYN,RST,ACK SYN -j u\n"
        "-A FORWARD -p tcp -m multiport ! --dports 22,80:90 -m conntrack --ctstate NEW,INVALID "
        "--ctdir REPLY -g u\n"
        "-A FORWARD -p udp -m multiport --ports 1,2 -m comment --comment \"a \\\"b\\\" -j DROP\" "
        "-j ACCEPT\n"
        "-A u -p icmp -m icmp --icmp-type 3/4 -m limit --limit 3/sec -j LOG --log-prefix \"x \" "
        "--log-level 6\n"
        "-A u -m mac --mac-source 02:00:00:00:00:01 -m iprange --src-range 10.0.0.1-10.0.0.9 -m "
        "addrtype --dst-type LOCAL,BROADCAST -j REJECT --reject-with tcp-reset\n"
        "-A u -m mark --mark 0x1/0xff -m connmark ! --mark 5 -m length --length 0:100 -m ttl "
        "--ttl-lt 5 -m dscp --dscp 0x08 -m set --match-set b src -j RETURN\nCOMMIT\n",
        "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j DNAT "
        "--to-destination 10.0.0.1-10.0.0.2:80-90 --random\n"
        "-A PREROUTING -p tcp -j REDIRECT --to-ports 80-90\n-A POSTROUTING -j SNAT --to-source "
        "10.0.0.1\n-A POSTROUTING -j MASQUERADE --random-fully\n-A PREROUTING -j NETMAP --to "
        "10.0.0.0/24\nCOMMIT\n"
        "*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j MARK --set-xmark 0x1/0xff\n-A "
        "PREROUTING -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff\n-A PREROUTING -j TTL "
        "--ttl-set 3\nCOMMIT\n"
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j CT --notrack\nCOMMIT\n",
        "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type "
        "1/4 -m hl --hl-eq 255 -j ACCEPT\n-A FORWARD -d 2001:db8::1/ffff:: -j DROP\nCOMMIT\n"
        "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j DNAT --to-destination "
        "[::1]:80\nCOMMIT\n",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new_static(seeds[index], strlen(seeds[index]))
                                       : NULL;
}
