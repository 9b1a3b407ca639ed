/* SPDX-License-Identifier: Apache-2.0
 *
 * corpus-packets.h - packets that meet a ruleset's rules: each made so that it gets to one rule, by the rules that
 * lead there, at the edges of what they ask; and what becomes of a packet, whatever the unknowns answer. Knows
 * nothing of the model. */
#pragma once

#include "wall/walk.h"

/** packets_towards: one towards some rule of @ruleset. @world: of char * (sk_wall_world). */
void packets_towards(GRand *rand, const SkWallRuleset *ruleset, const GPtrArray *world,
                     SkPacket *ret);

typedef struct {
    bool passes;
    SkWallValue src, dst, sport, dport; /* as it leaves */
} Fate;

/** packets_fates: (transfer full): of Fate: one for each way in which unknowns may answer; NULL: nobody can say, or
 * a translation on its way leaves open what it leads to. */
GArray *packets_fates(const SkWallRuleset *ruleset, const GPtrArray *world, const SkPacket *packet);
/** packets_differ: is no fate of @a one of @b? */
bool packets_differ(const GArray *a, const GArray *b);
