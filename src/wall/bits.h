/* SPDX-License-Identifier: Apache-2.0
 *
 * bits.h - sets of packets as decision diagrams (BuDDy): the variables of each field, and sets from
 * boxes of ranges.
 * Runs in: sekisho-wall. Trusts: nothing. BuDDy's state is the process's: one SkWallBits at a time,
 * one thread.
 * Spec: docs/wall-proof.md   Tests: tests/unit/wall/test-model.c
 *
 * Every function that returns a BDD returns one that the caller owns (a reference that
 * sk_bits_drop gives back); those named `take` use up the ones they are given. BuDDy collects what
 * nobody owns whenever it needs room, so nothing is ever held without one.
 */
#pragma once

#include "wall/ruleset.h"

#include <bdd.h>

#define SK_BITS_NODES_MAX 12000000 /* 20 bytes each; more: the question is too large to decide */

/** SkWallOrder: which of two orders the variables stand in: the one decides some rulesets with far
 * fewer nodes than the other. */
typedef enum { SK_BITS_BY_DESTINATION = 0, SK_BITS_BY_SOURCE } SkWallOrder;

typedef struct {
    unsigned first[SK_WALL_FIELD_COUNT]; /* variable of the highest bit */
    unsigned rank[SK_WALL_FIELD_COUNT];  /* place in the order */
    unsigned whole[SK_WALL_FIELD_COUNT]; /* bits that have variables */
    unsigned width[SK_WALL_FIELD_COUNT]; /* bits in use: of an IPv4 address the lowest 32 */
    unsigned interfaces;                 /* how many there are */
} SkWallBits;

/** sk_bits_start: @interfaces: how many; @hint: about how many nodes to make room for. */
void sk_bits_start(SkWallBits *self, unsigned interfaces, SkWallOrder order, unsigned hint);
void sk_bits_end(SkWallBits *self);
/** sk_bits_failed: BuDDy ran out of room: no answer since then means anything. */
bool sk_bits_failed(void);
unsigned sk_bits_nodes(void);
void sk_bits_family(SkWallBits *self, bool v6);

BDD sk_bits_keep(BDD a);
void sk_bits_drop(BDD a);
BDD sk_bits_take_and(BDD a, BDD b);
BDD sk_bits_take_or(BDD a, BDD b);
BDD sk_bits_take_less(BDD a, BDD b); /* @a without @b */
BDD sk_bits_take_not(BDD a);
BDD sk_bits_take_ite(BDD a, BDD then, BDD otherwise);
/** sk_bits_take_restrict: what @set is where the literals of @cube hold; asks nothing of them any more.
 * Costs nothing below the last of them (bdd_restrict makes the whole set anew). */
BDD sk_bits_take_restrict(BDD set, BDD cube);
/** sk_bits_within: is every packet of @a in @b? Takes nothing. */
bool sk_bits_within(BDD a, BDD b);

/** sk_bits_range: packets whose @field AND @mask lies in the range, and that are in @then, which
 * may only ask fields later in the order. */
BDD sk_bits_range(const SkWallBits *self, SkWallField field, SkWallValue mask, SkWallRange range,
                  BDD then);
/** sk_bits_in: one range, any mask-less field, nothing else. */
BDD sk_bits_in(const SkWallBits *self, SkWallField field, uint64_t first, uint64_t last);
BDD sk_bits_is(const SkWallBits *self, SkWallField field, uint64_t value);
/**
 * sk_bits_boxes: packets that lie in any of the boxes: @boxes holds @keys ranges for each of
 * @count. Time goes with the number of nodes made: points and prefixes are linear.
 */
BDD sk_bits_boxes(const SkWallBits *self, const SkWallKey *key, unsigned keys,
                  const SkWallRange *boxes, unsigned count);
/** sk_bits_variable: the variable of @bit (0: lowest) of @field. */
int sk_bits_variable(const SkWallBits *self, SkWallField field, unsigned bit);
/** sk_bits_cube: the positive literals of whole fields, for quantifying them away. */
BDD sk_bits_cube(const SkWallBits *self, const SkWallField *fields, unsigned n);
/** sk_bits_asks: does it matter to @set what @field is? */
bool sk_bits_asks(const SkWallBits *self, BDD set, SkWallField field);
/** sk_bits_packet: one packet of @set, which is not empty; what it does not ask is 0. */
void sk_bits_packet(const SkWallBits *self, BDD set, SkPacket *ret);
/** sk_bits_has: is @packet in @set? */
bool sk_bits_has(const SkWallBits *self, BDD set, const SkPacket *packet);
