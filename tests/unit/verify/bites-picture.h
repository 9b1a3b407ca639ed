/* SPDX-License-Identifier: Apache-2.0
 *
 * bites-picture.h - what test-bites plants in pictures. */
#pragma once

#include "build.h"

/** picture_plants_have: is there one for @code? */
bool picture_plants_have(const char *code);
/** picture_plants_add: a test each. */
void picture_plants_add(void);
