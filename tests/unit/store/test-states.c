/* SPDX-License-Identifier: Apache-2.0
 * test-states.c - every cell of the table of a crossing's life, written out a second time. */
#include "seal/leaf.h"
#include "store/account.h"
#include "store/sealer.h"

#include <string.h>

/* One line a state: the events it takes and where they lead; whatever is not named is forbidden. */
typedef struct {
    const char *box;
    const char *state;
    const char *events;
} Line;

static const Line lines[] = {
    { "sent", "", "receive:received" },
    { "sent", "received", "claim:working expire:expired" },
    { "sent", "working", "release:received offer:offered hold:held refuse:refused expire:expired" },
    { "sent", "offered", "pass:passed refuse:refused expire:expired" },
    { "sent", "passed", "close:passed return-due:passed expire:expired" },
    { "sent", "arrived", "" },
    { "sent", "ready", "" },
    { "sent", "delivered", "" },
    { "sent", "held", "examine:held view:held approve-step:held remind:held lapse:expired approve:offered deny:denied "
      "expire:expired" },
    { "sent", "refused", "expire:expired" },
    { "sent", "denied", "expire:expired" },
    { "sent", "expired", "" },
    { "arrived", "", "arrive:arrived" },
    { "arrived", "received", "" },
    { "arrived", "working", "" },
    { "arrived", "offered", "" },
    { "arrived", "passed", "" },
    { "arrived", "arrived", "clear:ready hold:held refuse:refused expire:expired" },
    { "arrived", "ready", "deliver:delivered refuse:refused expire:expired" },
    { "arrived", "delivered", "repeat:delivered expire:expired" },
    { "arrived", "held", "examine:held view:held approve-step:held remind:held lapse:expired approve:ready deny:denied "
      "expire:expired" },
    { "arrived", "refused", "expire:expired" },
    { "arrived", "denied", "expire:expired" },
    { "arrived", "expired", "" },
};

static void
cells(void)
{
    G_STATIC_ASSERT(G_N_ELEMENTS(lines) == 2 * SK_STATE_COUNT);
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        SkBox box = g_str_equal(lines[i].box, "sent") ? SK_BOX_SENT : SK_BOX_ARRIVED;
        SkState state = sk_state_lookup(lines[i].state);
        g_assert_cmpstr(sk_state_name(state), ==, lines[i].state);
        g_autofree char *padded = g_strdup_printf(" %s ", lines[i].events);
        for (int event = 1; event < SK_EVENT_COUNT; event++) {
            SkState to = sk_crossing_next(box, state, (SkEvent)event);
            g_autofree char *cell =
                g_strdup_printf(" %s:%s ", sk_event_name((SkEvent)event), sk_state_name(to));
            g_autofree char *any = g_strdup_printf(" %s:", sk_event_name((SkEvent)event));
            if (to == SK_STATE_NONE)
                g_assert_null(strstr(padded, any));
            else
                g_assert_nonnull(strstr(padded, cell));
        }
    }
}

static void
outside(void)
{
    g_assert_cmpint(sk_crossing_next((SkBox)0, SK_STATE_HELD, SK_EVENT_APPROVE), ==, SK_STATE_NONE);
    g_assert_cmpint(sk_crossing_next(SK_BOX_COUNT, SK_STATE_HELD, SK_EVENT_APPROVE), ==,
                    SK_STATE_NONE);
    g_assert_cmpint(sk_crossing_next(SK_BOX_SENT, (SkState)99, SK_EVENT_APPROVE), ==,
                    SK_STATE_NONE);
    g_assert_cmpint(sk_crossing_next(SK_BOX_SENT, SK_STATE_HELD, (SkEvent)99), ==, SK_STATE_NONE);
    g_assert_cmpint(sk_crossing_next(SK_BOX_SENT, SK_STATE_HELD, (SkEvent)-1), ==, SK_STATE_NONE);
}

static void
names(void)
{
    for (int i = 1; i < SK_STATE_COUNT; i++)
        g_assert_cmpint(sk_state_lookup(sk_state_name((SkState)i)), ==, i);
    for (int i = 1; i < SK_EVENT_COUNT; i++)
        g_assert_cmpint(sk_event_lookup(sk_event_name((SkEvent)i)), ==, i);
    g_assert_cmpint(sk_state_lookup("READY"), ==, SK_STATE_NONE);
    g_assert_cmpint(sk_event_lookup("nothing"), ==, 0);
    g_assert_cmpstr(sk_box_name(SK_BOX_SENT), ==, "sent");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/states/cells", cells);
    g_test_add_func("/states/outside", outside);
    g_test_add_func("/states/names", names);
    return g_test_run();
}
