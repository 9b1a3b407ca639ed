/* SPDX-License-Identifier: Apache-2.0
 *
 * cli-snapshot.c - `sekisho wall snapshot`: what this machine has loaded, in one file. */
#include "wall/cli.h"
#include "wall/snapshot.h"

#include "base/io.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static bool
write_out(const char *path, GBytes *bytes, GError **error)
{
    sk_autofd fd = path == NULL ? dup(STDOUT_FILENO)
                                : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    SkSpan s = sk_span_bytes(bytes);

    if (fd < 0)
        return sk_throw_errno(error, "the file could not be made");
    for (size_t at = 0; at < s.n;) {
        ssize_t n = write(fd, s.p + at, s.n - at);
        if (n < 0)
            return sk_throw_errno(error, "the snapshot could not be written");
        at += (size_t)n;
    }
    return true;
}

static SkWallStatus
run_snapshot(int argc, char **argv)
{
    g_autofree char *path = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(SkWallSnapshot) snapshot = NULL;
    GOptionEntry entries[] = {
        { "out", 0, 0, G_OPTION_ARG_FILENAME, &path, NULL, NULL },
        { .long_name = NULL },
    };

    if (!sk_wall_options(&sk_wall_command_snapshot, entries, &argc, &argv))
        return SK_WALL_USAGE;
    if (argc != 1) {
        sk_wall_complain(&sk_wall_command_snapshot, "it takes no words of its own");
        return SK_WALL_USAGE;
    }
    /* It must be read back: a snapshot that nobody can read is none. */
    if (!sk_wall_snapshot_take(NULL, &bytes, &error) ||
        !sk_wall_snapshot_read(sk_span_bytes(bytes), &snapshot, &error) ||
        !write_out(path, bytes, &error)) {
        sk_wall_complain(&sk_wall_command_snapshot, "%s", error->message);
        return SK_WALL_FAILED;
    }
    fprintf(stderr, "%s  generation %" G_GUINT64_FORMAT ", %u rules, %u lines not modelled\n",
            snapshot->digest, snapshot->generation, snapshot->ruleset->rules,
            snapshot->ruleset->unmodelled->len);
    return SK_WALL_DONE;
}

const SkWallCommand sk_wall_command_snapshot = {
    .name = "snapshot",
    .usage = "[--out FILE]",
    .summary = "What this machine has loaded, and what stands beside it, in one file.",
    .help = "    --out FILE         a new file, readable by you alone (default: standard output)\n"
            "  Rulesets of nft and iptables, of both kinds; tables of bridges and ARP; interfaces, "
            "addresses,\n"
            "  routes, neighbours, settings, tc and XDP. Its SHA-256 is said on standard error. "
            "Needs the\n"
            "  right to administer the network (CAP_NET_ADMIN).\n",
    .run = run_snapshot,
};
