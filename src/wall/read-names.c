/* SPDX-License-Identifier: Apache-2.0
 * read-names.c - contract in read-names.h. Every list is sorted: a lookup halves it. */
#include "wall/read-names.h"

typedef struct {
    const char *name;
    uint16_t value;
} Row;

typedef struct {
    const Row *rows;
    size_t n;
} List;

static const Row protocol_rows[] = {
    { "ah", 51 },
    { "ax.25", 93 },
    { "comp", 108 },
    { "dccp", 33 },
    { "ddp", 37 },
    { "egp", 8 },
    { "eigrp", 88 },
    { "encap", 98 },
    { "esp", 50 },
    { "etherip", 97 },
    { "ethernet", 143 },
    { "fc", 133 },
    { "ggp", 3 },
    { "gre", 47 },
    { "hip", 139 },
    { "hmp", 20 },
    { "icmp", 1 },
    { "icmpv6", 58 },
    { "idpr-cmtp", 38 },
    { "idrp", 45 },
    { "igmp", 2 },
    { "igp", 9 },
    { "ip", 0 },
    { "ipcomp", 108 },
    { "ipencap", 4 },
    { "ipip", 94 },
    { "ipv6", 41 },
    { "ipv6-frag", 44 },
    { "ipv6-icmp", 58 },
    { "ipv6-nonxt", 59 },
    { "ipv6-opts", 60 },
    { "ipv6-route", 43 },
    { "isis", 124 },
    { "iso-tp4", 29 },
    { "l2tp", 115 },
    { "manet", 138 },
    { "mobility-header", 135 },
    { "mpls-in-ip", 137 },
    { "ospf", 89 },
    { "pim", 103 },
    { "pup", 12 },
    { "rdp", 27 },
    { "rohc", 142 },
    { "rspf", 73 },
    { "rsvp", 46 },
    { "sctp", 132 },
    { "shim6", 140 },
    { "skip", 57 },
    { "st", 5 },
    { "tcp", 6 },
    { "udp", 17 },
    { "udplite", 136 },
    { "vmtp", 81 },
    { "vrrp", 112 },
    { "wesp", 141 },
    { "xns-idp", 22 },
    { "xtp", 36 },
};
static const Row service_rows[] = {
    { "acr-nema", 104 },
    { "afpovertcp", 548 },
    { "amanda", 10080 },
    { "amqp", 5672 },
    { "amqps", 5671 },
    { "asf-rmcp", 623 },
    { "auth", 113 },
    { "babel", 6696 },
    { "bacula-dir", 9101 },
    { "bacula-fd", 9102 },
    { "bacula-sd", 9103 },
    { "bbs", 7000 },
    { "bgp", 179 },
    { "bootpc", 68 },
    { "bootps", 67 },
    { "cfengine", 5308 },
    { "chargen", 19 },
    { "cisco-sccp", 2000 },
    { "clearcase", 371 },
    { "cmip-agent", 164 },
    { "cmip-man", 163 },
    { "codaauth2", 370 },
    { "cvspserver", 2401 },
    { "daap", 3689 },
    { "datametrics", 1645 },
    { "daytime", 13 },
    { "dhcpv6-client", 546 },
    { "dhcpv6-server", 547 },
    { "dicom", 11112 },
    { "dict", 2628 },
    { "discard", 9 },
    { "distcc", 3632 },
    { "domain", 53 },
    { "domain-s", 853 },
    { "echo", 7 },
    { "epmap", 135 },
    { "epmd", 4369 },
    { "exec", 512 },
    { "f5-globalsite", 2792 },
    { "f5-iquery", 4353 },
    { "finger", 79 },
    { "font-service", 7100 },
    { "freeciv", 5556 },
    { "ftp", 21 },
    { "ftp-data", 20 },
    { "ftps", 990 },
    { "ftps-data", 989 },
    { "gdomap", 538 },
    { "gds-db", 3050 },
    { "git", 9418 },
    { "gnunet", 2086 },
    { "gnutella-svc", 6346 },
    { "gopher", 70 },
    { "gpsd", 2947 },
    { "gris", 2135 },
    { "groupwise", 1677 },
    { "gsigatekeeper", 2119 },
    { "http", 80 },
    { "http-alt", 8080 },
    { "https", 443 },
    { "iax", 4569 },
    { "icpv2", 3130 },
    { "imap2", 143 },
    { "imaps", 993 },
    { "ingreslock", 1524 },
    { "ipp", 631 },
    { "ipsec-nat-t", 4500 },
    { "ipx", 213 },
    { "ircs-u", 6697 },
    { "isakmp", 500 },
    { "iscsi-target", 3260 },
    { "isns", 3205 },
    { "iso-tsap", 102 },
    { "kerberos", 88 },
    { "kerberos-adm", 749 },
    { "kermit", 1649 },
    { "klogin", 543 },
    { "kpasswd", 464 },
    { "kshell", 544 },
    { "l2f", 1701 },
    { "ldap", 389 },
    { "ldp", 646 },
    { "login", 513 },
    { "lotusnote", 1352 },
    { "mailq", 174 },
    { "mdns", 5353 },
    { "microsoft-ds", 445 },
    { "mon", 2583 },
    { "ms-sql-m", 1434 },
    { "ms-sql-s", 1433 },
    { "ms-wbt-server", 3389 },
    { "mtn", 4691 },
    { "mysql", 3306 },
    { "mysql-proxy", 6446 },
    { "netbios-dgm", 138 },
    { "netbios-ns", 137 },
    { "netbios-ssn", 139 },
    { "netstat", 15 },
    { "nfs", 2049 },
    { "nntp", 119 },
    { "nntps", 563 },
    { "nqs", 607 },
    { "ntalk", 518 },
    { "ntp", 123 },
    { "ntske", 4460 },
    { "nut", 3493 },
    { "openvpn", 1194 },
    { "pawserv", 345 },
    { "pop3", 110 },
    { "pop3s", 995 },
    { "postgresql", 5432 },
    { "printer", 515 },
    { "proofd", 1093 },
    { "ptp-event", 319 },
    { "ptp-general", 320 },
    { "puppet", 8140 },
    { "qmqp", 628 },
    { "qmtp", 209 },
    { "qotd", 17 },
    { "radius", 1812 },
    { "radius-acct", 1813 },
    { "radmin-port", 4899 },
    { "redis", 6379 },
    { "remctl", 4373 },
    { "rmiregistry", 1099 },
    { "route", 520 },
    { "rpc2portmap", 369 },
    { "rsync", 873 },
    { "rtcm-sc104", 2101 },
    { "rtsp", 554 },
    { "sa-msg-port", 1646 },
    { "saft", 487 },
    { "sge-qmaster", 6444 },
    { "shell", 514 },
    { "sieve", 4190 },
    { "silc", 706 },
    { "sip", 5060 },
    { "sip-tls", 5061 },
    { "smtp", 25 },
    { "smux", 199 },
    { "snmp", 161 },
    { "snmp-trap", 162 },
    { "snpp", 444 },
    { "socks", 1080 },
    { "ssh", 22 },
    { "submission", 587 },
    { "submissions", 465 },
    { "sunrpc", 111 },
    { "suucp", 4031 },
    { "svn", 3690 },
    { "svrloc", 427 },
    { "syslog", 514 },
    { "syslog-tls", 6514 },
    { "sysrqd", 4094 },
    { "systat", 11 },
    { "tacacs", 49 },
    { "talk", 517 },
    { "tcpmux", 1 },
    { "telnet", 23 },
    { "telnets", 992 },
    { "tftp", 69 },
    { "time", 37 },
    { "tinc", 655 },
    { "uucp", 540 },
    { "venus", 2430 },
    { "webmin", 10000 },
    { "who", 513 },
    { "whois", 43 },
    { "x11", 6000 },
    { "xdmcp", 177 },
    { "xmpp-client", 5222 },
    { "xmpp-server", 5269 },
    { "z3950", 210 },
    { "zabbix-agent", 10050 },
    { "zabbix-trapper", 10051 },
    { "zserv", 346 },
};
static const Row icmp_type_rows[] = {
    { "address-mask-reply", 18 },
    { "address-mask-request", 17 },
    { "destination-unreachable", 3 },
    { "echo-reply", 0 },
    { "echo-request", 8 },
    { "info-reply", 16 },
    { "info-request", 15 },
    { "parameter-problem", 12 },
    { "ping", 8 },
    { "pong", 0 },
    { "redirect", 5 },
    { "router-advertisement", 9 },
    { "router-solicitation", 10 },
    { "source-quench", 4 },
    { "time-exceeded", 11 },
    { "timestamp-reply", 14 },
    { "timestamp-request", 13 },
    { "ttl-exceeded", 11 },
};
static const Row icmp_code_rows[] = {
    { "admin-prohibited", 13 }, { "frag-needed", 4 },      { "host-prohibited", 10 },
    { "host-unreachable", 1 },  { "net-prohibited", 9 },   { "net-unreachable", 0 },
    { "port-unreachable", 3 },  { "prot-unreachable", 2 },
};
static const Row icmp6_type_rows[] = {
    { "destination-unreachable", 1 },
    { "echo-reply", 129 },
    { "echo-request", 128 },
    { "ind-neighbor-advert", 142 },
    { "ind-neighbor-solicit", 141 },
    { "mld-listener-done", 132 },
    { "mld-listener-query", 130 },
    { "mld-listener-reduction", 132 },
    { "mld-listener-report", 131 },
    { "mld2-listener-report", 143 },
    { "nd-neighbor-advert", 136 },
    { "nd-neighbor-solicit", 135 },
    { "nd-redirect", 137 },
    { "nd-router-advert", 134 },
    { "nd-router-solicit", 133 },
    { "neighbor-advertisement", 136 },
    { "neighbor-solicitation", 135 },
    { "neighbour-advertisement", 136 },
    { "neighbour-solicitation", 135 },
    { "packet-too-big", 2 },
    { "parameter-problem", 4 },
    { "ping", 128 },
    { "pong", 129 },
    { "redirect", 137 },
    { "router-advertisement", 134 },
    { "router-renumbering", 138 },
    { "router-solicitation", 133 },
    { "time-exceeded", 3 },
    { "ttl-exceeded", 3 },
};
static const Row icmp6_code_rows[] = {
    { "addr-unreachable", 3 }, { "admin-prohibited", 1 }, { "no-route", 0 },
    { "policy-fail", 5 },      { "port-unreachable", 4 }, { "reject-route", 6 },
};
static const Row tcp_flag_rows[] = {
    { "ack", 16 }, { "cwr", 128 }, { "ecn", 64 }, { "fin", 1 },
    { "psh", 8 },  { "rst", 4 },   { "syn", 2 },  { "urg", 32 },
};
static const Row ct_state_rows[] = {
    { "established", 2 }, { "invalid", 1 }, { "new", 8 }, { "related", 4 }, { "untracked", 64 },
};
static const Row ct_status_rows[] = {
    { "assured", 4 },  { "confirmed", 8 },  { "dnat", 32 }, { "dying", 512 },
    { "expected", 1 }, { "seen-reply", 2 }, { "snat", 16 },
};
static const Row ct_direction_rows[] = {
    { "original", 0 },
    { "reply", 1 },
};
static const Row dscp_rows[] = {
    { "af11", 10 }, { "af12", 12 }, { "af13", 14 }, { "af21", 18 }, { "af22", 20 },
    { "af23", 22 }, { "af31", 26 }, { "af32", 28 }, { "af33", 30 }, { "af41", 34 },
    { "af42", 36 }, { "af43", 38 }, { "be", 0 },    { "cs0", 0 },   { "cs1", 8 },
    { "cs2", 16 },  { "cs3", 24 },  { "cs4", 32 },  { "cs5", 40 },  { "cs6", 48 },
    { "cs7", 56 },  { "df", 0 },    { "ef", 46 },   { "lephb", 1 }, { "va", 44 },
};
static const Row ether_type_rows[] = {
    { "8021ad", 34984 }, { "8021q", 33024 }, { "arp", 2054 },
    { "ip", 2048 },      { "ip6", 34525 },   { "vlan", 33024 },
};
static const Row packet_type_rows[] = {
    { "broadcast", 1 }, { "host", 0 }, { "multicast", 2 }, { "other", 3 }, { "unicast", 0 },
};
static const Row address_type_rows[] = {
    { "anycast", 4 }, { "blackhole", 6 },   { "broadcast", 3 },
    { "local", 2 },   { "multicast", 5 },   { "prohibit", 8 },
    { "unicast", 1 }, { "unreachable", 7 }, { "unspec", 0 },
};
static const Row nfproto_rows[] = {
    { "ipv4", 2 },
    { "ipv6", 10 },
};
static const Row boolean_rows[] = {
    { "exists", 1 },
    { "missing", 0 },
};

#define LIST(name)                                                                                 \
    {                                                                                              \
        (name), G_N_ELEMENTS(name)                                                                 \
    }
static const List lists[] = {
    [SK_NAMES_NONE] = { NULL, 0 },
    [SK_NAMES_PROTOCOL] = LIST(protocol_rows),
    [SK_NAMES_SERVICE] = LIST(service_rows),
    [SK_NAMES_ICMP_TYPE] = LIST(icmp_type_rows),
    [SK_NAMES_ICMP_CODE] = LIST(icmp_code_rows),
    [SK_NAMES_ICMP6_TYPE] = LIST(icmp6_type_rows),
    [SK_NAMES_ICMP6_CODE] = LIST(icmp6_code_rows),
    [SK_NAMES_TCP_FLAG] = LIST(tcp_flag_rows),
    [SK_NAMES_CT_STATE] = LIST(ct_state_rows),
    [SK_NAMES_CT_STATUS] = LIST(ct_status_rows),
    [SK_NAMES_CT_DIRECTION] = LIST(ct_direction_rows),
    [SK_NAMES_DSCP] = LIST(dscp_rows),
    [SK_NAMES_ETHER_TYPE] = LIST(ether_type_rows),
    [SK_NAMES_PACKET_TYPE] = LIST(packet_type_rows),
    [SK_NAMES_ADDRESS_TYPE] = LIST(address_type_rows),
    [SK_NAMES_NFPROTO] = LIST(nfproto_rows),
    [SK_NAMES_BOOLEAN] = LIST(boolean_rows),
};
G_STATIC_ASSERT(G_N_ELEMENTS(lists) == SK_NAMES_COUNT);

static int
compare(SkSpan a, const char *b)
{
    for (size_t i = 0; i < a.n; i++) {
        if (b[i] == 0 || a.p[i] != (uint8_t)b[i])
            return a.p[i] < (uint8_t)b[i] ? -1 : 1;
    }
    return b[a.n] == 0 ? 0 : -1;
}

bool
sk_wall_names_lookup(SkWallNames list, SkSpan name, uint64_t *ret)
{
    g_assert(list < SK_NAMES_COUNT);
    size_t low = 0, high = lists[list].n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name, lists[list].rows[middle].name);
        if (order == 0) {
            *ret = lists[list].rows[middle].value;
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}
