/* SPDX-License-Identifier: Apache-2.0
 *
 * prove-town.h - a small town's policy, its compiled wall, and what tests ask of both. */
#pragma once

#include "wall/allowed.h"
#include "wall/prove.h"

#define TOWN_NOW INT64_C(1795392000000000) /* 2026-11-23 */

SkPolicy *town_policy(const char *more); /* @more: sentences added to the usual ones */
SkPolicy *town_of(const char *text);
SkWallRuleset *town_compiled(const SkPolicy *policy);
char *town_nft(const SkPolicy *policy);
SkWallRuleset *town_read(const char *nft);
