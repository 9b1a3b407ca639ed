/* SPDX-License-Identifier: Apache-2.0
 *
 * explain.h - inside of src/policy: telling a policy in words, in Japanese or English: short
 * sentences that make up a line. Runs in: sekisho. Trusts: a checked policy. Tests:
 * tests/golden/policy/
 */
#pragma once

#include "policy/check.h"

typedef struct {
    bool ja;
    bool machines; /* hosts, networks and flows as well */
    GString *out;  /* the line being written */
    unsigned parts;
} SkTeller;

/* Picks by language; a macro, so that the compiler still checks formats against their arguments. */
#define SK_SAY(t, japanese, english) ((t)->ja ? (japanese) : (english))

/** sk_tell: one more short sentence of the line. */
void sk_tell(SkTeller *t, const char *format, ...) G_GNUC_PRINTF(2, 3);
void sk_tell_begin(SkTeller *t);
/** sk_tell_end: the line is whole: added to @lines. */
void sk_tell_end(SkTeller *t, GPtrArray *lines);
/** sk_tell_item: one more of a list; @last: none comes after it. */
void sk_tell_item(const SkTeller *t, GString *list, const char *item, bool last);

/* explain-wall.c: what is about packets. */

/** sk_tell_zone_wall: networks, interface and gate of @zone, within its line. */
void sk_tell_zone_wall(SkTeller *t, const SkPolicy *policy, const SkZone *zone);
/** sk_tell_hosts: a line for each host and table. */
void sk_tell_hosts(SkTeller *t, const SkPolicy *policy, GPtrArray *lines);
/** sk_tell_wall: a line for each flow, then what each zone reaches and what is closed. */
void sk_tell_wall(SkTeller *t, const SkPolicy *policy, GPtrArray *lines);
