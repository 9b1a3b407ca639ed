/* SPDX-License-Identifier: Apache-2.0
 *
 * bites-odf.h - the plants of test-bites.c that stand in OpenDocument files. */
#pragma once

#include "build.h"

/** odf_plants_have: is there one for @code? */
bool odf_plants_have(const char *code);
/** odf_plants_add: a test each. */
void odf_plants_add(void);
