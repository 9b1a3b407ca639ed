/* SPDX-License-Identifier: Apache-2.0
 *
 * question.h - could this packet pass? One packet said in a person's words, sent through a ruleset by
 * walk.h, and held against the policy.
 * Runs in: sekisho-wall ask. Trusts: nothing: the words are somebody's, the ruleset is as read.
 * Tests: tests/unit/wall/test-question.c
 */
#pragma once

#include "policy/policy.h"
#include "wall/walk.h"

#define SK_WALL_UNKNOWNS_MAX 8u /* unknowns that are tried both ways */

typedef struct {
    const char *from; /* address */
    const char *to;
    const char *what; /* "tcp:443", "udp:53", "icmp" (an echo request) */
    const char *in;   /* interface; NULL: the one behind which @from lies */
    const char *out;
} SkWallWords;

typedef struct {
    SkPacket packet;
    GPtrArray *interfaces; /* of char * */
    SkWallEnd end;
    SkWallWalk walk; /* one way there, where unknowns decide: with all of them answered yes */
    bool allowed;
    unsigned line;      /* of the sentence that allows it; 0: none */
    const SkZone *from; /* NULL: outside */
    const SkZone *to;
} SkWallAnswer;

/**
 * sk_wall_question: the first packet of a connection.
 * @error: SK_ERROR_MALFORMED: there is no such packet, and why
 */
bool sk_wall_question(const SkPolicy *policy, const SkWallRuleset *ruleset,
                      const SkWallWords *words, int64_t now, SkWallAnswer *ret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_wall_answer_clear(SkWallAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkWallAnswer, sk_wall_answer_clear)
/** sk_wall_answer_json: (transfer full): {"passes":"yes"|"no"|"unsure","allowed","line","from","to",
 * "packet","path":[{"table","chain","handle","line","rule"}]}; zones by name, null outside. */
char *sk_wall_answer_json(const SkWallAnswer *self);
