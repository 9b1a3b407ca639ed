/* SPDX-License-Identifier: Apache-2.0
 *
 * name.h - the one shape in which a file name crosses, and UTF-8 checks for places and names.
 * Runs in: every program. Trusts: nothing.
 * Source: docs/threat-model.md (names); Unicode 15 general categories through GLib.
 * Tests: tests/unit/base/test-name.c
 */
#pragma once

#include "base/types.h"

#define SK_NAME_MAX 200u  /* bytes of a crossing's file name */
#define SK_PLACE_MAX 512u /* bytes of a finding's place */

/**
 * sk_name_clean: (transfer full): makes any bytes into a name that may cross: NFC, no control,
 * bidirectional, invisible or path characters, no leading dot or trailing dot or space, no Windows
 * device name, one extension (that of @type; the input's known extensions are taken off), at most
 * SK_NAME_MAX bytes cut at a character. What is left empty becomes "file". Cannot fail.
 */
char *sk_name_clean(const char *name, SkType type);
/** sk_name_is_clean: is @name what sk_name_clean would make of it for @type? Used by receivers. */
bool sk_name_is_clean(const char *name, SkType type);

/** sk_text_is_plain: valid UTF-8 of at most @max bytes without control, bidirectional or invisible characters. */
bool sk_text_is_plain(SkSpan s, size_t max);
/** sk_text_plain: (transfer full): the same by force: bad bytes and characters become U+FFFD; cut at @max. */
char *sk_text_plain(SkSpan s, size_t max);
/** sk_char_is_hidden: control, format, bidirectional, tag, zero-width, line or paragraph separator, private use, unassigned. */
bool sk_char_is_hidden(gunichar c);

#define SK_MAIL_MAX 254u
/** sk_mail_is: NAME@HOST of ASCII letters, digits and `.+_-`: what may stand in an envelope and a header as it is. */
bool sk_mail_is(const char *s);
