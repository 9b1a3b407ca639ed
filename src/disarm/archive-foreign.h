/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-foreign.h - what libarchive needs of the system, before a worker can no longer ask for it.
 * Runs in: disarm worker's zygote. Spec: docs/decisions/0186-other-archives.md
 */
#pragma once

/** sk_archive_foreign_load: once, before the sandbox is entered: names are told in UTF-8, clocks as they stand in the
 * archive. Touches the process's locale and its zone. */
void sk_archive_foreign_load(void);
