/* SPDX-License-Identifier: Apache-2.0
 * runner.c - the loop; contract in runner.h. */
#include "runner/runner.h"

#include "base/clock.h"
#include "base/log.h"
#include "passage/passage.h"

#include <poll.h>

#define IDLE_MS 100   /* what waits in the store is looked for this often */
#define TROUBLE_MS 2000 /* a full disk or a missing worker is given time to mend */

/* Handles what is readable. Returns false on an error; *ret_stop when asked to end. */
static bool
listen_once(const SkRunner *self, bool closed[SK_RUNNER_PASSAGES_MAX], int patience_ms, bool *ret_stop, GError **error)
{
    struct pollfd fds[1 + SK_RUNNER_PASSAGES_MAX] = { { .fd = self->stop, .events = POLLIN } };

    for (unsigned i = 0; i < self->n_passages; i++)
        fds[1 + i] = (struct pollfd){ .fd = closed[i] ? -1 : self->passages[i].sock, .events = POLLIN | POLLRDHUP };
    if (poll(fds, 1 + self->n_passages, patience_ms) <= 0)
        return true;
    if (fds[0].revents != 0) {
        *ret_stop = true;
        return true;
    }
    for (unsigned i = 0; i < self->n_passages; i++) {
        if ((fds[1 + i].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0 && !sk_passage_has_frame(fds[1 + i].fd)) {
            /* The other station closed its end: that is between it and us, not the other passages. */
            sk_log(SK_LOG_ERROR, "passage-closed", "to", self->passages[i].zone, NULL);
            closed[i] = true;
        } else if (fds[1 + i].revents != 0 && !sk_runner_hear(self, i, error)) {
            return false;
        }
    }
    return true;
}

static const int patience_after[] = {
    [SK_TURN_IDLE] = IDLE_MS,
    [SK_TURN_DONE] = 0,
    [SK_TURN_GIVEN_BACK] = TROUBLE_MS,
};

bool
sk_runner_run(const SkRunner *self, GError **error)
{
    g_autofree char *worker = g_strdup_printf("runner-%08x-%" G_GINT64_FORMAT, g_random_int(), sk_clock_now());
    bool closed[SK_RUNNER_PASSAGES_MAX] = { false };
    bool stop = false;

    if (!sk_store_lapse(self->store, error))
        return false;
    while (!stop) {
        SkTurn turn = SK_TURN_IDLE;
        if (self->secrets != NULL)
            sk_secrets_take(self->secrets); /* also lets go of what is too old */
        if (!sk_runner_work_once(self, worker, &turn, error) || !sk_runner_offer_due(self, error) ||
            !listen_once(self, closed, patience_after[turn], &stop, error))
            return false;
    }
    return true;
}
