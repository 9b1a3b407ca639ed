/* SPDX-License-Identifier: Apache-2.0
 * role.c - contract in role.h. */
#include "serve/role.h"

#include <string.h>

static const char *const role_names[] = { "setup", "web", "runner", "intake", "sealer", "notice", "courier",
                                           "directory", "mail", "deliver" };
G_STATIC_ASSERT(G_N_ELEMENTS(role_names) == SK_SERVE_COUNT);

static const char *const socket_names[] = { "http", "unix", "send", "receive", "secret", "mail", "lmtp", "directory" };
G_STATIC_ASSERT(G_N_ELEMENTS(socket_names) == SK_SOCKET_COUNT);

/* Every text argument, in one place for both directions. */
static const struct {
    const char *option;
    size_t offset;
} texts[] = {
    { "--station", offsetof(SkRoleArgs, station) },
    { "--store", offsetof(SkRoleArgs, store) },
    { "--vault", offsetof(SkRoleArgs, vault) },
    { "--seal", offsetof(SkRoleArgs, seal) },
    { "--key", offsetof(SkRoleArgs, key) },
    { "--programs", offsetof(SkRoleArgs, programs) },
    { "--pages", offsetof(SkRoleArgs, pages) },
    { "--origin", offsetof(SkRoleArgs, origin) },
    { "--mail-from", offsetof(SkRoleArgs, mail_from) },
    { "--deliver", offsetof(SkRoleArgs, deliver) },
    { "--policy-text", offsetof(SkRoleArgs, policy_text) },
    { "--policy-signers", offsetof(SkRoleArgs, policy_signers) },
    { "--policy-ciso", offsetof(SkRoleArgs, policy_ciso) },
    { "--policy-administrator", offsetof(SkRoleArgs, policy_administrator) },
    { "--content-origin", offsetof(SkRoleArgs, content_origin) },
    { "--wall", offsetof(SkRoleArgs, wall) },
    { "--scan-yara", offsetof(SkRoleArgs, scan_yara) },
    { "--scan-clamd", offsetof(SkRoleArgs, scan_clamd) },
};

static char **
text_slot(const SkRoleArgs *self, unsigned i)
{
    return (char **)(void *)((char *)(uintptr_t)self + texts[i].offset);
}

static void
socket_clear(void *data)
{
    g_free(((SkRoleSocket *)data)->zone);
}

const char *
sk_serve_role_name(SkServeRole role)
{
    g_assert(role < SK_SERVE_COUNT);
    return role_names[role];
}

SkServeRole
sk_serve_role_lookup(const char *name)
{
    for (unsigned i = 0; i < SK_SERVE_COUNT; i++)
        if (strcmp(role_names[i], name) == 0)
            return (SkServeRole)i;
    return SK_SERVE_COUNT;
}

SkRoleArgs *
sk_role_args_new(void)
{
    SkRoleArgs *self = g_new0(SkRoleArgs, 1);

    self->policy = -1;
    self->status = -1;
    self->settings = -1;
    self->ca = -1;
    self->ready = -1;
    self->sockets = g_array_new(FALSE, FALSE, sizeof(SkRoleSocket));
    g_array_set_clear_func(self->sockets, socket_clear);
    return self;
}

void
sk_role_args_free(SkRoleArgs *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(*text_slot(self, i));
    g_array_unref(self->sockets);
    g_free(self);
}

void
sk_role_args_add_socket(SkRoleArgs *self, SkSocketKind kind, int fd, const char *zone)
{
    SkRoleSocket s = { .kind = kind, .fd = fd, .zone = g_strdup(zone) };
    g_array_append_val(self->sockets, s);
}

char **
sk_role_args_emit(const SkRoleArgs *self)
{
    GPtrArray *out = g_ptr_array_new();

    g_ptr_array_add(out, g_strdup("sekisho"));
    g_ptr_array_add(out, g_strdup("role"));
    g_ptr_array_add(out, g_strdup(sk_serve_role_name(self->role)));
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *value = *text_slot(self, i);
        if (value != NULL) {
            g_ptr_array_add(out, g_strdup(texts[i].option));
            g_ptr_array_add(out, g_strdup(value));
        }
    }
    g_ptr_array_add(out, g_strdup_printf("--policy-fd=%d", self->policy));
    g_ptr_array_add(out, g_strdup_printf("--status-fd=%d", self->status));
    g_ptr_array_add(out, g_strdup_printf("--settings-fd=%d", self->settings));
    g_ptr_array_add(out, g_strdup_printf("--ca-fd=%d", self->ca));
    g_ptr_array_add(out, g_strdup_printf("--ready-fd=%d", self->ready));
    if (self->management)
        g_ptr_array_add(out, g_strdup("--management"));
    for (unsigned i = 0; i < self->sockets->len; i++) {
        const SkRoleSocket *s = &g_array_index(self->sockets, SkRoleSocket, i);
        g_ptr_array_add(out, g_strdup_printf("--socket=%d:%s:%s", s->fd, socket_names[s->kind], s->zone));
    }
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

static bool
parse_fd(const char *s, int *ret)
{
    gint64 v = 0;
    if (!g_ascii_string_to_signed(s, 10, -1, 1000, &v, NULL))
        return false;
    *ret = (int)v;
    return true;
}

static bool
parse_socket(SkRoleArgs *self, const char *value)
{
    g_auto(GStrv) parts = g_strsplit(value, ":", 3);
    int fd = -1;

    if (g_strv_length(parts) != 3 || !parse_fd(parts[0], &fd) || fd < 0 ||
        self->sockets->len >= SK_ROLE_SOCKETS_MAX)
        return false;
    for (unsigned i = 0; i < SK_SOCKET_COUNT; i++) {
        if (strcmp(socket_names[i], parts[1]) == 0) {
            sk_role_args_add_socket(self, (SkSocketKind)i, fd, parts[2]);
            return true;
        }
    }
    return false;
}

/* One argument without a value of its own. */
static bool
parse_joined(SkRoleArgs *self, const char *arg)
{
    const char *value = strchr(arg, '=');

    if (strcmp(arg, "--management") == 0) {
        self->management = true;
        return true;
    }
    if (value == NULL)
        return false;
    value++;
    if (g_str_has_prefix(arg, "--policy-fd="))
        return parse_fd(value, &self->policy);
    if (g_str_has_prefix(arg, "--status-fd="))
        return parse_fd(value, &self->status);
    if (g_str_has_prefix(arg, "--settings-fd="))
        return parse_fd(value, &self->settings);
    if (g_str_has_prefix(arg, "--ca-fd="))
        return parse_fd(value, &self->ca);
    if (g_str_has_prefix(arg, "--ready-fd="))
        return parse_fd(value, &self->ready);
    return g_str_has_prefix(arg, "--socket=") && parse_socket(self, value);
}

static bool
parse_text(SkRoleArgs *self, const char *option, const char *value)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (strcmp(texts[i].option, option) == 0) {
            g_free(*text_slot(self, i));
            *text_slot(self, i) = g_strdup(value);
            return true;
        }
    }
    return false;
}

bool
sk_role_args_parse(int argc, char **argv, SkRoleArgs **ret, GError **error)
{
    g_autoptr(SkRoleArgs) self = sk_role_args_new();

    self->role = argc > 0 ? sk_serve_role_lookup(argv[0]) : SK_SERVE_COUNT;
    if (self->role == SK_SERVE_COUNT)
        return sk_throw(error, SK_ERROR_MALFORMED, "role: no such role");
    for (int i = 1; i < argc; i++) {
        if (i + 1 < argc && parse_text(self, argv[i], argv[i + 1]))
            i++;
        else if (!parse_joined(self, argv[i]))
            return sk_throw(error, SK_ERROR_MALFORMED, "role: argument %s", argv[i]);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++)
        if (*text_slot(self, i) == NULL)
            return sk_throw(error, SK_ERROR_MALFORMED, "role: %s is missing", texts[i].option);
    *ret = g_steal_pointer(&self);
    return true;
}

void
sk_role_ready(SkRoleArgs *self)
{
    if (self->ready < 0)
        return;
    ssize_t ignored = write(self->ready, "r", 1);
    (void)ignored; /* a supervisor that has gone will end us anyway */
    sk_fd_clear(&self->ready);
}
