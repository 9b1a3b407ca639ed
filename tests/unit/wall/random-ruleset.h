/* SPDX-License-Identifier: Apache-2.0
 *
 * random-ruleset.h - rulesets and packets over few values, so that they meet: for holding the model,
 * the walk and other judges against each other. */
#pragma once

#include "wall/ruleset.h"

typedef struct {
    bool unknowns; /* matches and acts that nobody has read */
    bool nat;
    bool marks;
} RandomKind;

SkWallRuleset *random_ruleset(GRand *rand, RandomKind kind);
/* @interfaces: how many there are. */
void random_packet(GRand *rand, unsigned interfaces, SkPacket *ret);
