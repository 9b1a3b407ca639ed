/* SPDX-License-Identifier: Apache-2.0
 * watch.c - contract of sk_ldap_watch in parts.h: a thread that sleeps until the time is over. */
#include "directory/parts.h"

#include <fcntl.h>
#include <sys/socket.h>

struct SkLdapWatch {
    GThread *thread;
    GMutex lock;
    GCond changed;
    int fd;        /* ours: libldap may have closed its own */
    int64_t until; /* under lock; 0: the end */
};

static void *
watch(void *data)
{
    SkLdapWatch *self = data;

    g_mutex_lock(&self->lock);
    while (self->until != 0)
        if (!g_cond_wait_until(&self->changed, &self->lock, self->until) &&
            g_get_monotonic_time() >= self->until && self->until != 0)
            break;
    bool over = self->until != 0;
    g_mutex_unlock(&self->lock);
    if (over)
        (void)shutdown(self->fd, SHUT_RDWR);
    return NULL;
}

SkLdapWatch *
sk_ldap_watch(int fd, int64_t until)
{
    SkLdapWatch *self = g_new0(SkLdapWatch, 1);

    self->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    self->until = until;
    g_mutex_init(&self->lock);
    g_cond_init(&self->changed);
    self->thread = g_thread_new("watch", watch, self);
    return self;
}

void
sk_ldap_watch_until(SkLdapWatch *self, int64_t until)
{
    g_mutex_lock(&self->lock);
    self->until = until;
    g_cond_signal(&self->changed);
    g_mutex_unlock(&self->lock);
}

void
sk_ldap_watch_end(SkLdapWatch *self)
{
    if (self == NULL)
        return;
    sk_ldap_watch_until(self, 0);
    g_thread_join(self->thread);
    sk_fd_clear(&self->fd);
    g_cond_clear(&self->changed);
    g_mutex_clear(&self->lock);
    g_free(self);
}
