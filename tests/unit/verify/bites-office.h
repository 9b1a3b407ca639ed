/* SPDX-License-Identifier: Apache-2.0
 *
 * bites-office.h - the plants of test-bites.c that stand in workbooks and presentations. */
#pragma once

#include "build.h"

/** office_plants_have: is there one for @code? */
bool office_plants_have(const char *code);
/** office_plants_add: a test each. */
void office_plants_add(void);
