/* SPDX-License-Identifier: Apache-2.0
 *
 * object.h - files in and out of the command line: read once into a sealed memfd, written whole
 * under a name that was free. Runs in: `sekisho disarm`, `sekisho verify`. Trusts: the paths, which
 * a person typed; not the content. Tests: tests/unit/cmd/test-object.c
 */
#pragma once

#include "base/types.h"

/**
 * sk_object_take: what the ordinary file @path holds now.
 * @ret_fd: (transfer full): sealed memfd
 * @ret_size: set as soon as it is known, even where the file is over @limit
 * Errors: SK_ERROR_LIMIT, SK_ERROR_IO (also: no ordinary file; it changed while it was read)
 */
bool sk_object_take(const char *path, uint64_t limit, int *ret_fd, uint64_t *ret_size,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_object_digest: (transfer full): SHA-256 of the sealed memfd @fd in hexadecimal. */
bool sk_object_digest(int fd, char **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_object_output_path: (transfer full): where the result of @input goes: its name with the
 * extension of
 * @type, in @folder, or beside it with `.clean` before the extension where @folder is NULL.
 */
char *sk_object_output_path(const char *input, const char *folder, SkType type);
/** sk_object_write: the sealed memfd @fd as the new file @path, on disk when it returns. An
 * existing name is SK_ERROR_IO. */
bool sk_object_write(const char *path, int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
