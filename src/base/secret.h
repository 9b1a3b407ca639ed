/* SPDX-License-Identifier: Apache-2.0
 *
 * secret.h - a password on its way from a station's web to its runner: one fixed frame over a
 * SEQPACKET pair, and the runner's table of those that wait for their object. In memory only; wiped
 * when they have served, when there are too many, or after an hour. Runs in: web (sends), runner
 * (keeps). Trusts: neither the other. Spec: docs/decisions/0073-a-password-on-its-way.md   Tests:
 * tests/unit/base/test-secret.c
 */
#pragma once

#include "base/base.h"

#define SK_SECRET_MAX 255u    /* bytes */
#define SK_SECRET_KEY_LEN 32u /* the vault's id of the object: lower-case hexadecimal digits */
#define SK_SECRETS_MAX 64u    /* kept at once; one more, and the oldest goes */
#define SK_SECRETS_KEEP_US (INT64_C(3600) * G_USEC_PER_SEC)

/**
 * sk_secret_guard: from here on no core dump holds this process's memory, and no other process of the
 * same user can read it. Children that are started inherit the first half.
 * @error: SK_ERROR_IO
 */
bool sk_secret_guard(GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_secret_send: never waits.
 * @key: SK_SECRET_KEY_LEN digits (asserted)
 * @secret: 1 to SK_SECRET_MAX bytes without NUL (asserted)
 * @error: SK_ERROR_IO: the runner is not reading
 */
bool sk_secret_send(int sock, const char *key, SkSpan secret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct SkSecrets SkSecrets;

/** sk_secrets_new: (transfer full): @sock is borrowed; -1: nothing will ever come. */
SkSecrets *sk_secrets_new(int sock);
void sk_secrets_free(SkSecrets *self); /* wipes; NULL is a no-op */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSecrets, sk_secrets_free)
/** sk_secrets_take: reads what has come, without waiting, and lets go of what is too old. A frame
 * that is none is dropped. */
void sk_secrets_take(SkSecrets *self);
/** sk_secrets_get: that of @key, borrowed until the next call of another function here; empty where
 * there is none. */
SkSpan sk_secrets_get(const SkSecrets *self, const char *key);
/** sk_secrets_forget: wipes that of @key, if there is one. */
void sk_secrets_forget(SkSecrets *self, const char *key);
