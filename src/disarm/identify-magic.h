/* SPDX-License-Identifier: Apache-2.0
 *
 * identify-magic.h - the first sign of every format that is no text: magic numbers in one table,
 * each with a second sign where the first is short, and families whose members one container holds.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/identify.md   Tests: tests/unit/disarm/test-identify.c, test-identify-pairs.c
 */
#pragma once

#include "base/types.h"

/** sk_magic_lookup: what @input begins as (or, for some images of disks, ends as); NONE for a text
 * and for what nobody knows. Looks at no more than a few places: constant time but for MPEG. */
SkType sk_magic_lookup(SkSpan input);
/** sk_magic_second: another format than @type whose sign stands where its readers look for it, not
 * at the first byte: a tar, a disk, a medical picture behind the head of something else. NONE
 * otherwise. */
SkType sk_magic_second(SkSpan input, SkType type);
/** sk_family_member: content of @type under a name of @hint, where many formats share the container
 * @type (a Visio drawing is a ZIP): @hint, which is then refused under its own name; else @type. No
 * member of a family is ever carried out. */
SkType sk_family_member(SkType type, SkType hint);
/** sk_type_is_refused: one of those that are recognised and never carried out. */
bool sk_type_is_refused(SkType type);
