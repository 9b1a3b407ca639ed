/* SPDX-License-Identifier: Apache-2.0
 * snapshot-take.c - a snapshot of this network namespace or of a scratch one: the machine's own tools, each by fixed
 * words and without a shell, between two looks at nf_tables' generation that must agree. */
#include "wall/snapshot.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include <sys/socket.h>

#define TRIES 5u

/* What is asked of the machine. An optional tool that is not there has nothing loaded that it could show. */
static const struct {
    SkWallSection section;
    bool optional;
    const char *argv[8];
} tools[] = {
    { SK_SECTION_NFT, false, { "nft", "-a", "-nn", "list", "ruleset", NULL } },
    { SK_SECTION_NFT_JSON, false, { "nft", "-j", "-a", "list", "ruleset", NULL } },
    { SK_SECTION_IPTABLES_NFT, true, { "iptables-nft-save", NULL } },
    { SK_SECTION_IP6TABLES_NFT, true, { "ip6tables-nft-save", NULL } },
    { SK_SECTION_IPTABLES_LEGACY, true, { "iptables-legacy-save", NULL } },
    { SK_SECTION_IP6TABLES_LEGACY, true, { "ip6tables-legacy-save", NULL } },
    { SK_SECTION_LEGACY_TABLES, true, { "cat", "/proc/net/ip_tables_names", NULL } },
    { SK_SECTION_LEGACY_TABLES6, true, { "cat", "/proc/net/ip6_tables_names", NULL } },
    { SK_SECTION_EBTABLES, true, { "ebtables-save", NULL } },
    { SK_SECTION_ARPTABLES, true, { "arptables-save", NULL } },
    { SK_SECTION_LINKS, false, { "ip", "-d", "-j", "link", "show", NULL } },
    { SK_SECTION_ADDRESSES, false, { "ip", "-j", "address", "show", NULL } },
    { SK_SECTION_RULES, false, { "ip", "-j", "rule", "show", NULL } },
    { SK_SECTION_RULES6, false, { "ip", "-6", "-j", "rule", "show", NULL } },
    { SK_SECTION_ROUTES, false, { "ip", "-4", "-j", "route", "show", "table", "all", NULL } },
    { SK_SECTION_ROUTES6, false, { "ip", "-6", "-j", "route", "show", "table", "all", NULL } },
    { SK_SECTION_NEIGHBOURS, false, { "ip", "-j", "neighbour", "show", NULL } },
    { SK_SECTION_QDISCS, false, { "tc", "-j", "qdisc", "show", NULL } },
    { SK_SECTION_SETTINGS,
      false,
      { "sysctl", "-a", "-r",
        "^net\\.(ipv4\\.ip_forward$|bridge\\.bridge-nf-|netfilter\\.nf_conntrack_(tcp_loose|helper)"
        "$|"
        "ipv[46]\\.conf\\..*\\.(rp_filter|accept_source_route|route_localnet|forwarding)$)",
        NULL } },
    { SK_SECTION_CONNTRACK, true, { "conntrack", "-L", "-o", "extended", NULL } },
};

/* ---- the generation ----------------------------------------------------------------------------------------- */

static int
on_attribute(const struct nlattr *attribute, void *data)
{
    uint64_t *generation = data;

    if (mnl_attr_get_type(attribute) == NFTA_GEN_ID &&
        mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
        *generation = be32toh(mnl_attr_get_u32(attribute));
    return MNL_CB_OK;
}

static bool
generation(const SkScratch *where, uint64_t *ret, GError **error)
{
    char buffer[8192];
    sk_autofd fd = where == NULL ? socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)
                                 : sk_scratch_socket(where, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
                                                     NETLINK_NETFILTER, error);
    struct timeval patience = { .tv_sec = 10 };

    if (fd < 0)
        return where == NULL ? sk_throw_errno(error, "snapshot: a socket to the kernel") : false;
    struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
    message->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN;
    message->nlmsg_flags = NLM_F_REQUEST;
    struct nfgenmsg *head = mnl_nlmsg_put_extra_header(message, sizeof *head);
    head->nfgen_family = AF_UNSPEC;
    head->version = NFNETLINK_V0;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
        send(fd, message, message->nlmsg_len, 0) < 0)
        return sk_throw_errno(error, "snapshot: the ruleset's generation");
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    const struct nlmsghdr *answer = (const struct nlmsghdr *)(const void *)buffer;
    if (n < 0)
        return sk_throw_errno(error, "snapshot: the ruleset's generation");
    *ret = 0;
    if (!mnl_nlmsg_ok(answer, (int)n) ||
        answer->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN) ||
        mnl_attr_parse(answer, sizeof(struct nfgenmsg), on_attribute, ret) < 0 || *ret == 0)
        return sk_throw(
            error, SK_ERROR_IO,
            "snapshot: the kernel does not say the ruleset's generation (no right to?)");
    return true;
}

/* ---- the tools ------------------------------------------------------------------------------------------------ */

/* Looked for where tools of the system stand, never in the caller's PATH. */
static char *
tool_path(const char *name)
{
    static const char *const folders[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };

    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(folders[i], name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
            return g_steal_pointer(&path);
    }
    return NULL;
}

static bool
run_here(const char *path, const char *const *argv, GBytes **ret, GError **error)
{
    char locale[] = "LC_ALL=C", path_is[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    char *environment[] = { locale, path_is, NULL };
    g_autofree char *said = NULL;
    char *out = NULL;
    gint status = 0;
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) why = NULL;

    g_ptr_array_add(words, g_strdup(path));
    for (unsigned i = 1; argv[i] != NULL; i++)
        g_ptr_array_add(words, g_strdup(argv[i]));
    g_ptr_array_add(words, NULL);
    if (!g_spawn_sync("/", (char **)words->pdata, environment, G_SPAWN_DEFAULT, NULL, NULL, &out,
                      &said, &status, &why))
        return sk_throw(error, SK_ERROR_IO, "snapshot: %s: %s", argv[0], why->message);
    *ret = g_bytes_new_take(out, strlen(out));
    if (!g_spawn_check_wait_status(status, NULL)) {
        g_clear_pointer(ret, g_bytes_unref);
        return sk_throw(error, SK_ERROR_IO, "snapshot: %s says no", argv[0]);
    }
    return true;
}

static bool
run(const SkScratch *where, const char *const *argv, bool optional, GBytes **ret, GError **error)
{
    g_autofree char *path = tool_path(argv[0]);
    g_autoptr(GError) why = NULL;

    if (path == NULL && !optional)
        return sk_throw(error, SK_ERROR_IO, "snapshot: there is no %s", argv[0]);
    if (path == NULL || !(where == NULL ? run_here(path, argv, ret, &why)
                                        : sk_scratch_run(where, argv, SK_SPAN_EMPTY, ret, &why))) {
        if (path != NULL && !optional) {
            g_propagate_error(error, g_steal_pointer(&why));
            return false;
        }
        *ret = g_bytes_new_static("", 0);
    }
    return true;
}

/* No connections and none that can be listed are not the same. */
static GBytes *
connections(const SkScratch *where, const char *const *argv)
{
    GBytes *bytes = NULL;

    return run(where, argv, false, &bytes, NULL)
               ? bytes
               : g_bytes_new_static(SK_WALL_CONNECTIONS_UNKNOWN,
                                    strlen(SK_WALL_CONNECTIONS_UNKNOWN));
}

static void
section(GByteArray *out, SkWallSection which, SkSpan bytes)
{
    g_autofree char *head = g_strdup_printf("@%s %zu\n", sk_wall_section_name(which), bytes.n);

    g_byte_array_append(out, (const guint8 *)head, (guint)strlen(head));
    g_byte_array_append(out, bytes.p, (guint)bytes.n);
}

static bool
take_once(const SkScratch *where, GByteArray *out, uint64_t *before, uint64_t *after,
          GError **error)
{
    g_autofree char *line = NULL;

    g_byte_array_set_size(out, 0);
    g_byte_array_append(out, (const guint8 *)SK_WALL_SNAPSHOT_FIRST,
                        strlen(SK_WALL_SNAPSHOT_FIRST));
    if (!generation(where, before, error))
        return false;
    line = g_strdup_printf("%" G_GUINT64_FORMAT "\n", *before);
    section(out, SK_SECTION_GENERATION, sk_span_str(line));
    for (size_t i = 0; i < G_N_ELEMENTS(tools); i++) {
        g_autoptr(GBytes) bytes = NULL;
        if (tools[i].section == SK_SECTION_CONNTRACK)
            bytes = connections(where, tools[i].argv);
        else if (!run(where, tools[i].argv, tools[i].optional, &bytes, error))
            return false;
        if (g_bytes_get_size(bytes) > SK_WALL_SNAPSHOT_MAX - out->len - 128)
            return sk_throw(error, SK_ERROR_LIMIT, "snapshot: over %u bytes", SK_WALL_SNAPSHOT_MAX);
        section(out, tools[i].section, sk_span_bytes(bytes));
    }
    return generation(where, after, error);
}

bool
sk_wall_snapshot_take(const SkScratch *where, GBytes **ret, GError **error)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    uint64_t before = 0, after = 0;

    for (unsigned i = 0; i < TRIES; i++) {
        if (!take_once(where, out, &before, &after, error))
            return false;
        if (before == after) {
            *ret = g_byte_array_free_to_bytes(g_steal_pointer(&out));
            return true;
        }
    }
    return sk_throw(error, SK_ERROR_IO, "snapshot: the ruleset changes faster than it can be read");
}
