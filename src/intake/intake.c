/* SPDX-License-Identifier: Apache-2.0
 * intake.c - the loop; contract in intake.h. */
#include "intake/intake.h"

#include "base/clock.h"
#include "base/log.h"
#include "passage/passage.h"

#include <poll.h>

#define RESUME_MS 5000 /* what a verifier that could not run left behind is tried again this often */

/* A full disk or a verifier that cannot start is waited out: offers are repeated, rows stay arrived. */
static bool
wait_out(GError **why, GError **error)
{
    if (g_error_matches(*why, SK_ERROR, SK_ERROR_IO) || g_error_matches(*why, SK_ERROR, SK_ERROR_SANDBOX)) {
        sk_log(SK_LOG_ERROR, "intake-waits", "why", (*why)->message, NULL);
        g_clear_error(why);
        return true;
    }
    g_propagate_error(error, g_steal_pointer(why));
    return false;
}

static bool
take_ready(const SkIntake *self, struct pollfd *fds, GError **error)
{
    for (unsigned i = 0; i < self->n_passages; i++) {
        g_autoptr(GError) why = NULL;
        if (fds[i].revents == 0)
            continue;
        if ((fds[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0 && !sk_passage_has_frame(fds[i].fd)) {
            /* Its own end is the other station's to close; it stops neither us nor the other passages. */
            sk_log(SK_LOG_ERROR, "passage-closed", "from", self->passages[i].zone, NULL);
            fds[i].fd = -1;
        } else if (!sk_intake_take(self, i, &why) && !wait_out(&why, error)) {
            return false;
        }
    }
    return true;
}

bool
sk_intake_run(const SkIntake *self, GError **error)
{
    struct pollfd fds[1 + SK_INTAKE_PASSAGES_MAX] = { { .fd = self->stop, .events = POLLIN } };
    int64_t resume_at = 0;

    for (unsigned i = 0; i < self->n_passages; i++)
        fds[1 + i] = (struct pollfd){ .fd = self->passages[i].sock, .events = POLLIN | POLLRDHUP };
    for (;;) {
        if (sk_clock_monotonic() >= resume_at) {
            g_autoptr(GError) why = NULL;
            if (!sk_intake_resume(self, &why) && !wait_out(&why, error))
                return false;
            resume_at = sk_clock_monotonic() + RESUME_MS * 1000;
        }
        if (poll(fds, 1 + self->n_passages, RESUME_MS) <= 0)
            continue;
        if (fds[0].revents != 0)
            return true;
        if (!take_ready(self, fds + 1, error))
            return false;
    }
}
