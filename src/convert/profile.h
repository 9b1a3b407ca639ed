/* SPDX-License-Identifier: Apache-2.0
 *
 * profile.h - the settings that LibreOffice starts with: empty but for what makes it do less.
 * Runs in: convert worker, in its own tmpfs. Trusts: nothing. Tests: tests/sandbox/test-convert.c
 */
#pragma once

#include "base/base.h"

/**
 * sk_convert_profile_write: an empty profile below @folder: no macro is run, no link followed or
 * updated, no Java, no autosave, no recovery; dates and fallback fonts as in Japan.
 * @build: LibreOffice's build, as its versionrc says: a profile of another build makes it restart
 */
bool sk_convert_profile_write(const char *folder, const char *build,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
