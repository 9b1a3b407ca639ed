/* SPDX-License-Identifier: Apache-2.0
 * progress.c - contract in progress.h. */
#include "cmd/progress.h"

#include "base/clock.h"
#include "base/name.h"

#define TICK_US (G_USEC_PER_SEC / 8)
#define BAR_WIDTH 20u
#define NAME_SHOWN 60u

struct SkProgress {
    FILE *to; /* borrowed */
    GThread *thread;
    GMutex lock; /* guards what follows */
    GCond changed;
    unsigned total;
    unsigned done;
    char *name; /* owned */
    int64_t started;
    int64_t patience_us;
    bool drawn;
    bool hidden;
    bool ended;
};

static void
erase(SkProgress *self)
{
    if (self->drawn)
        fputs("\r\033[K", self->to);
    fflush(self->to);
    self->drawn = false;
}

static void
draw(SkProgress *self)
{
    unsigned filled = self->total == 0 ? 0 : BAR_WIDTH * self->done / self->total;
    g_autoptr(GString) bar = g_string_new(NULL);

    for (unsigned i = 0; i < BAR_WIDTH; i++)
        g_string_append(bar, i < filled ? "━" : "┄");
    fprintf(self->to, "\r\033[K%s %u/%u  %s", bar->str, self->done, self->total,
            self->name == NULL ? "" : self->name);
    fflush(self->to);
    self->drawn = true;
}

static void *
tick(void *data)
{
    SkProgress *self = data;

    g_mutex_lock(&self->lock);
    while (!self->ended) {
        if (!self->hidden && sk_clock_monotonic() - self->started >= self->patience_us)
            draw(self);
        g_cond_wait_until(&self->changed, &self->lock, g_get_monotonic_time() + TICK_US);
    }
    erase(self);
    g_mutex_unlock(&self->lock);
    return NULL;
}

SkProgress *
sk_progress_start(FILE *to, unsigned total, int64_t patience_us)
{
    if (isatty(fileno(to)) != 1)
        return NULL;
    SkProgress *self = g_new0(SkProgress, 1);
    self->to = to;
    self->total = total;
    self->patience_us = patience_us;
    self->started = sk_clock_monotonic();
    g_mutex_init(&self->lock);
    g_cond_init(&self->changed);
    self->thread = g_thread_new("progress", tick, self);
    return self;
}

void
sk_progress_step(SkProgress *self, unsigned done, const char *name)
{
    if (self == NULL)
        return;
    g_mutex_lock(&self->lock);
    self->done = done;
    self->hidden = false;
    g_free(self->name);
    self->name = sk_text_plain(sk_span_str(name), NAME_SHOWN);
    g_mutex_unlock(&self->lock);
}

void
sk_progress_hide(SkProgress *self)
{
    if (self == NULL)
        return;
    g_mutex_lock(&self->lock);
    self->hidden = true;
    erase(self);
    g_mutex_unlock(&self->lock);
}

void
sk_progress_stop(SkProgress *self)
{
    if (self == NULL)
        return;
    g_mutex_lock(&self->lock);
    self->ended = true;
    g_cond_signal(&self->changed);
    g_mutex_unlock(&self->lock);
    g_thread_join(self->thread);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->changed);
    g_free(self->name);
    g_free(self);
}
