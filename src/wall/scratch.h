/* SPDX-License-Identifier: Apache-2.0
 *
 * scratch.h - a network namespace of one's own: made, entered by children that do one thing each,
 * and gone with the last descriptor on it. Rulesets are tried there before they are loaded for
 * real, and packets are sent through them. Runs in: sekisho-wall. Trusts: the programs that it is
 * told to run. Started by root it is a network namespace; by anyone else, one in a user namespace
 * of one uid, where the kernel gives them. A normal user's rulesets are held to the kernel's limit
 * on what a socket sends at once (net.core.wmem_default). Tests: tests/unit/wall/test-replay.c
 */
#pragma once

#include "base/base.h"

#define SK_SCRATCH_SECONDS_MAX 300u /* a program that runs longer is killed */
#define SK_SCRATCH_OUTPUT_MAX (256u << 20)

typedef struct SkScratch SkScratch;

/**
 * sk_scratch_open:
 * @beside: NULL, or a namespace in whose user namespace the new one is made
 * @ret: (out) (transfer full)
 * @error: SK_ERROR_SANDBOX where the kernel gives no namespaces
 * The calling process stays where it is.
 */
bool sk_scratch_open(const SkScratch *beside, SkScratch **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_scratch_free(SkScratch *self); /* NULL is a no-op */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkScratch, sk_scratch_free)

/** sk_scratch_net: borrowed descriptor of the network namespace. */
int sk_scratch_net(const SkScratch *self);
/** sk_scratch_socket: (transfer full): a socket of that namespace, for use from here; -1 on
 * failure. */
int sk_scratch_socket(const SkScratch *self, int domain, int type, int protocol,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkScratchWork: done in a child inside the namespace; false: errno says why. */
typedef bool (*SkScratchWork)(void *data);
bool sk_scratch_call(const SkScratch *self, SkScratchWork work, void *data, const char *what,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_scratch_run: a program inside the namespace; where @self is NULL, in the caller's.
 * @argv: NULL-terminated; looked for in /usr/sbin, /usr/bin, /sbin, /bin
 * @input: its standard input
 * @ret_output: (out) (optional) (transfer full): what it wrote
 * @error: SK_ERROR_MALFORMED where it ended with another status than 0, with what it said;
 *   SK_ERROR_IO where it could not be run
 */
bool sk_scratch_run(const SkScratch *self, const char *const *argv, SkSpan input,
                    GBytes **ret_output, GError **error) G_GNUC_WARN_UNUSED_RESULT;
