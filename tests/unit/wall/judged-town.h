/* SPDX-License-Identifier: Apache-2.0
 *
 * judged-town.h - a small town's wall with one thing changed, judged twice: by the proof, and by packets that are
 * walked one by one and held against what the policy allows. */
#pragma once

#include "prove-town.h"

typedef struct {
    SkPolicy *policy;
    char *nft;
    GPtrArray *world;
    GPtrArray *allowed;
    GArray *packets; /* of SkPacket */
} Town;

typedef struct {
    unsigned made, changed, found, wrong, blocked, inductive;
} Count;

/** town_open: @more: sentences added to the usual policy. */
void town_open(const char *more, Town *ret);
void town_close(Town *self);
/** town_judge: proves @ruleset, walks the town's packets through it, and counts; what is not right is told and counted
 * as wrong. */
void town_judge(const Town *town, const SkWallRuleset *ruleset, Count *count);
