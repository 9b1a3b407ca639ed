/* SPDX-License-Identifier: Apache-2.0
 *
 * prove.h - the directory role: whether a password is that of the one entry that has this account,
 * by a bind as this entry (search, then bind). Runs in: directory (network; no database, no files
 * of the station). Trusts: its settings; neither the web role nor, beyond a yes to a bind, the
 * directory. Spec: docs/decisions/0138-passwords-of-the-directory.md; RFC 4511, 4513, 4515
 * Tests: tests/e2e/e2e-directory
 */
#pragma once

#include "directory/question.h"

/** sk_directory_prove: within some seconds. Any thread, after sk_directory_begin.
 * @ca: file of the certificates to believe */
SkDirectoryAnswer sk_directory_prove(const SkDirectoryDoor *door, const char *ca,
                                     const SkDirectoryQuestion *question);
/** sk_directory_begin: once, before there are threads. */
void sk_directory_begin(void);
/** sk_directory_serve: answers until @stop is readable or the other end has gone. */
bool sk_directory_serve(const SkDirectoryDoor *door, const char *ca, int sock, int stop,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
