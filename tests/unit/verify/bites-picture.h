/* SPDX-License-Identifier: Apache-2.0
 *
 * bites-picture.h - what test-bites plants in pictures. */
#pragma once

#include "build.h"

void picture_plants_add(void);
