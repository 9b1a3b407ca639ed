/* SPDX-License-Identifier: Apache-2.0
 *
 * zip-name.h - which entry names are safe, and when two of them are the same name to some system.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/zip.md   Tests: tests/unit/format/test-zip.c
 */
#pragma once

#include "base/base.h"

/**
 * sk_zip_name_is_safe: relative UTF-8 of at most SK_ZIP_NAME_MAX bytes with `/` between segments;
 * no control character, `\`, `:` or other character that Windows forbids, no empty, `.` or `..`
 * segment, no trailing dot or space, no device name. One slash at the end (a folder) is permitted.
 */
bool sk_zip_name_is_safe(SkSpan name);
/** sk_zip_name_fold: (transfer full): equal for names that some file system would take for one:
 * without case, in NFC, without the folder's slash. */
char *sk_zip_name_fold(SkSpan name);
