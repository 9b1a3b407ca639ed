/* SPDX-License-Identifier: Apache-2.0
 * crossing-states.c - contract in crossing.h. The whole life of a crossing is this one table; an
 * empty cell is a forbidden event. */
#include "store/crossing.h"

#include <string.h>

static const uint8_t sending[SK_STATE_COUNT][SK_EVENT_COUNT] = {
    [SK_STATE_NONE] = { [SK_EVENT_RECEIVE] = SK_STATE_RECEIVED },
    [SK_STATE_RECEIVED] = { [SK_EVENT_CLAIM] = SK_STATE_WORKING,
                            [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_WORKING] = { [SK_EVENT_RELEASE] = SK_STATE_RECEIVED,
                           [SK_EVENT_OFFER] = SK_STATE_OFFERED,
                           [SK_EVENT_HOLD] = SK_STATE_HELD,
                           [SK_EVENT_REFUSE] = SK_STATE_REFUSED,
                           [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_HELD] = { [SK_EVENT_EXAMINE] = SK_STATE_HELD,
                        [SK_EVENT_VIEW] = SK_STATE_HELD,
                        [SK_EVENT_STEP] = SK_STATE_HELD,
                        [SK_EVENT_REMIND] = SK_STATE_HELD,
                        [SK_EVENT_LAPSE] = SK_STATE_EXPIRED,
                        [SK_EVENT_APPROVE] = SK_STATE_OFFERED,
                        [SK_EVENT_DENY] = SK_STATE_DENIED,
                        [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_OFFERED] = { [SK_EVENT_PASS] = SK_STATE_PASSED,
                           [SK_EVENT_REFUSE] = SK_STATE_REFUSED,
                           [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_PASSED] = { [SK_EVENT_CLOSE] = SK_STATE_PASSED,
                          [SK_EVENT_RETURN_DUE] = SK_STATE_PASSED,
                          [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_REFUSED] = { [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_DENIED] = { [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
};

static const uint8_t receiving[SK_STATE_COUNT][SK_EVENT_COUNT] = {
    [SK_STATE_NONE] = { [SK_EVENT_ARRIVE] = SK_STATE_ARRIVED },
    [SK_STATE_ARRIVED] = { [SK_EVENT_CLEAR] = SK_STATE_READY,
                           [SK_EVENT_HOLD] = SK_STATE_HELD,
                           [SK_EVENT_REFUSE] = SK_STATE_REFUSED,
                           [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_HELD] = { [SK_EVENT_EXAMINE] = SK_STATE_HELD,
                        [SK_EVENT_VIEW] = SK_STATE_HELD,
                        [SK_EVENT_STEP] = SK_STATE_HELD,
                        [SK_EVENT_REMIND] = SK_STATE_HELD,
                        [SK_EVENT_LAPSE] = SK_STATE_EXPIRED,
                        [SK_EVENT_APPROVE] = SK_STATE_READY,
                        [SK_EVENT_DENY] = SK_STATE_DENIED,
                        [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_READY] = { [SK_EVENT_DELIVER] = SK_STATE_DELIVERED,
                         [SK_EVENT_REFUSE] = SK_STATE_REFUSED,
                         [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_DELIVERED] = { [SK_EVENT_REPEAT] = SK_STATE_DELIVERED,
                             [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_REFUSED] = { [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
    [SK_STATE_DENIED] = { [SK_EVENT_EXPIRE] = SK_STATE_EXPIRED },
};

SkState
sk_crossing_next(SkBox box, SkState state, SkEvent event)
{
    if ((unsigned)state >= SK_STATE_COUNT || (unsigned)event >= SK_EVENT_COUNT)
        return SK_STATE_NONE;
    if (box == SK_BOX_SENT)
        return (SkState)sending[state][event];
    return box == SK_BOX_ARRIVED ? (SkState)receiving[state][event] : SK_STATE_NONE;
}

static const char *const box_names[SK_BOX_COUNT] = { "", "sent", "arrived" };
static const char *const state_names[SK_STATE_COUNT] = {
    [SK_STATE_NONE] = "",           [SK_STATE_RECEIVED] = "received",
    [SK_STATE_WORKING] = "working", [SK_STATE_OFFERED] = "offered",
    [SK_STATE_PASSED] = "passed",   [SK_STATE_ARRIVED] = "arrived",
    [SK_STATE_READY] = "ready",     [SK_STATE_DELIVERED] = "delivered",
    [SK_STATE_HELD] = "held",       [SK_STATE_REFUSED] = "refused",
    [SK_STATE_DENIED] = "denied",   [SK_STATE_EXPIRED] = "expired",
};
static const char *const event_names[SK_EVENT_COUNT] = {
    [0] = "",
    [SK_EVENT_RECEIVE] = "receive",
    [SK_EVENT_CLAIM] = "claim",
    [SK_EVENT_RELEASE] = "release",
    [SK_EVENT_OFFER] = "offer",
    [SK_EVENT_HOLD] = "hold",
    [SK_EVENT_CLEAR] = "clear",
    [SK_EVENT_EXAMINE] = "examine",
    [SK_EVENT_VIEW] = "view",
    [SK_EVENT_APPROVE] = "approve",
    [SK_EVENT_STEP] = "approve-step",
    [SK_EVENT_REMIND] = "remind",
    [SK_EVENT_LAPSE] = "lapse",
    [SK_EVENT_DENY] = "deny",
    [SK_EVENT_REFUSE] = "refuse",
    [SK_EVENT_PASS] = "pass",
    [SK_EVENT_CLOSE] = "close",
    [SK_EVENT_RETURN_DUE] = "return-due",
    [SK_EVENT_ARRIVE] = "arrive",
    [SK_EVENT_DELIVER] = "deliver",
    [SK_EVENT_REPEAT] = "repeat",
    [SK_EVENT_EXPIRE] = "expire",
};

static unsigned
index_of(const char *const *names, unsigned n, const char *name)
{
    for (unsigned i = 1; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return 0;
}

const char *
sk_box_name(SkBox box)
{
    g_assert((unsigned)box < SK_BOX_COUNT);
    return box_names[box];
}

const char *
sk_state_name(SkState state)
{
    g_assert((unsigned)state < SK_STATE_COUNT);
    return state_names[state];
}

const char *
sk_event_name(SkEvent event)
{
    g_assert((unsigned)event < SK_EVENT_COUNT);
    return event_names[event];
}

SkState
sk_state_lookup(const char *name)
{
    return (SkState)index_of(state_names, SK_STATE_COUNT, name);
}

SkEvent
sk_event_lookup(const char *name)
{
    return (SkEvent)index_of(event_names, SK_EVENT_COUNT, name);
}
