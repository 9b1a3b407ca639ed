/* SPDX-License-Identifier: Apache-2.0
 *
 * messages.h - the catalogue of words for people, the same files that the pages read: keys with dots,
 * `{name}` where a value goes. Any thread, once loaded. Runs in: web, notice role. Trusts: the files'
 * owner; a key that is missing is no failure. Spec: docs/notices.md   Tests:
 * tests/unit/notice/test-messages.c
 */
#pragma once

#include "base/base.h"

typedef enum {
    SK_LANGUAGE_JA = 0,
    SK_LANGUAGE_EN,
    SK_LANGUAGE_COUNT
} SkLanguage;

const char *sk_language_name(SkLanguage language); /* "ja", "en" */
/** sk_language_lookup: SK_LANGUAGE_COUNT where there is none. */
SkLanguage sk_language_lookup(const char *name);
/**
 * sk_language_accept: what an Accept-Language (RFC 9110 section 12.5.4) prefers of ours; @otherwise where it is
 * NULL, names none of them, or cannot be read.
 */
SkLanguage sk_language_accept(const char *header, SkLanguage otherwise);

typedef struct SkMessages SkMessages;

/** sk_messages_load: (out) (transfer full): ja.json and en.json of @directory. MALFORMED, IO. */
bool sk_messages_load(const char *directory, SkMessages **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_messages_free(SkMessages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkMessages, sk_messages_free)
/** sk_messages_lookup: borrowed; NULL where that language has no such key. NULL @self has none. */
const char *sk_messages_lookup(const SkMessages *self, SkLanguage language, const char *key);
/** sk_messages_get: borrowed: that language's, else the Japanese one, else @key. */
const char *sk_messages_get(const SkMessages *self, SkLanguage language, const char *key);
/** sk_messages_fill: (transfer full): pairs of name and value, ended by NULL. */
char *sk_messages_fill(const char *message, ...) G_GNUC_NULL_TERMINATED;
