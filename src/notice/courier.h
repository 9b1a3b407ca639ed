/* SPDX-License-Identifier: Apache-2.0
 *
 * courier.h - the two ends between who knows what to write and who can reach a mail server: the notice
 * role has the station's database and no network; the courier has a network, the mail server's settings
 * and nothing else. One frame a mail, one byte back. Runs in: notice role (asks), courier (answers).
 * Trusts: neither the other. Spec: docs/decisions/0133-the-courier.md   Tests:
 * tests/unit/notice/test-courier.c, tests/e2e/e2e-notice
 */
#pragma once

#include "base/base.h"

#define SK_COURIER_MESSAGE_MAX (32u << 10)
#define SK_COURIER_FRAME_MAX (SK_COURIER_MESSAGE_MAX + 512u)
#define SK_COURIER_PATIENCE_MS 120000

typedef enum {
    SK_COURIER_SENT = 1, /* the server took it */
    SK_COURIER_REFUSED,  /* the server said no for good */
    SK_COURIER_FAILED,   /* not reached, not believed, or not now */
    SK_COURIER_COUNT
} SkCourierAnswer;

/** SkCourierSettings: what the supervisor hands to the courier, once, as a sealed memfd. */
typedef struct {
    char *url;      /* "smtps://…" or "smtp://…"; NULL with @unix_path */
    char *unix_path;
    char *from;
    char *user; /* NULL: none */
    char *password;
    GBytes *ca; /* PEM; NULL: the system's */
} SkCourierSettings;

void sk_courier_settings_free(SkCourierSettings *self); /* wipes the password */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkCourierSettings, sk_courier_settings_free)
/** sk_courier_settings_parse: MALFORMED. What sk_courier_settings_emit wrote. */
bool sk_courier_settings_parse(SkSpan text, SkCourierSettings **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_courier_settings_emit: (transfer full): one line a member; MALFORMED where a value has a line end. */
bool sk_courier_settings_emit(const SkCourierSettings *self, GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_courier_frame: (transfer full): a request: @to must be sk_mail_is (asserted). */
GBytes *sk_courier_frame(const char *to, SkSpan message);
/** sk_courier_frame_parse: @ret_to: (transfer full); @ret_message borrows. MALFORMED. */
bool sk_courier_frame_parse(SkSpan frame, char **ret_to, SkSpan *ret_message, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_courier_ask: sends one and waits for its answer, at most SK_COURIER_PATIENCE_MS.
 * @stop: readable: gives up (SK_COURIER_FAILED)
 * @error: IO: the courier has gone or answers nonsense: start again
 */
bool sk_courier_ask(int sock, int stop, const char *to, SkSpan message, SkCourierAnswer *ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_courier_confine: from here on this process and its threads connect over TCP to the mail server's port and to
 * port 53, and listen nowhere.
 * @ret_confined: false where the kernel has no such rules (before 6.7): nothing was done
 */
bool sk_courier_confine(const SkCourierSettings *settings, bool *ret_confined, GError **error) G_GNUC_WARN_UNUSED_RESULT;
