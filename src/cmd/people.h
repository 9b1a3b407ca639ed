/* SPDX-License-Identifier: Apache-2.0
 *
 * people.h - between people.c and people-sync.c: what a list changes, in words; people from a
 * directory. Runs in: `sekisho`. Trusts: sekisho.conf's owner; nothing that a directory says.
 * Tests: tests/e2e/e2e-people, tests/e2e/e2e-ldap
 */
#pragma once

#include "cmd/station.h"
#include "store/import.h"

void sk_people_print_error(const SkImportError *error, bool json);
/** sk_people_print_approvers: whom the list lets decide or audit, and whom no longer, a line each. */
void sk_people_print_approvers(const SkImport *import);

/** SkPeopleSync: the options of `sekisho people sync`. */
typedef struct {
    bool check; /* say what it would do, and do nothing */
    bool json;
    int leavers; /* at most so many; -1 = 10 and a tenth of all */
} SkPeopleSync;

/** sk_people_sync: complains itself. */
SkExit sk_people_sync(const SkConfStation *station, const SkPeopleSync *options);
