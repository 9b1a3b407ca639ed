/* SPDX-License-Identifier: Apache-2.0
 *
 * adopt.h - the policy in force: a text that the CISO and an administrator have both signed with keys
 * that are not on this machine, kept with its signatures in a directory that no role sees. Runs in:
 * `sekisho policy`, `sekisho status`, supervisor. Trusts: the directory's owner; what lies in it is
 * still verified each time. Spec: docs/formats/adoption.md, docs/decisions/0130-policy-in-force.md
 * Tests: tests/unit/policy/test-adopt.c, tests/e2e/e2e-adopt
 */
#pragma once

#include "policy/policy.h"
#include "policy/source.h"
#include "policy/sshsig.h"

#define SK_ADOPT_NAMESPACE "sekisho-policy"          /* ssh-keygen -Y sign -n … */
#define SK_ADOPT_SIGNERS_NAMESPACE "sekisho-signers" /* the same for a changed list of signers */
#define SK_SIGNERS_MAX 16u                           /* of each role */
#define SK_ADOPT_SIGNATURES 2u

typedef enum {
    SK_SIGNER_CISO = 0,
    SK_SIGNER_ADMINISTRATOR,
    SK_SIGNER_COUNT
} SkSignerRole;

const char *sk_signer_role_name(SkSignerRole role);
/** sk_signer_role_lookup: SK_SIGNER_COUNT where there is none. */
SkSignerRole sk_signer_role_lookup(const char *name);

typedef struct {
    SkSignerRole role;
    SkSshKey key;
} SkSigner;

/** SkSigners: who may sign; a key stands once, with one role. */
typedef struct {
    uint64_t serial; /* grows with each change */
    GArray *rows;    /* of SkSigner, by role, then by key */
} SkSigners;

SkSigners *sk_signers_new(void);
void sk_signers_free(SkSigners *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSigners, sk_signers_free)
/** sk_signers_parse: the canonical text and nothing else (MALFORMED). */
bool sk_signers_parse(SkSpan text, SkSigners **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signers_emit: (transfer full) */
char *sk_signers_emit(const SkSigners *self);
/** sk_signers_add: raises the serial. FORBIDDEN where the key is there already; LIMIT. */
bool sk_signers_add(SkSigners *self, SkSignerRole role, const SkSshKey *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_signers_remove: raises the serial. FORBIDDEN where it is not there. */
bool sk_signers_remove(SkSigners *self, SkSignerRole role, const SkSshKey *key, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/** sk_signers_complete: is there one of each role? */
bool sk_signers_complete(const SkSigners *self);
/**
 * sk_signers_check: @signatures: two texts, in any order: one of a CISO's key and one of an
 * administrator's, both over @message.
 * @ret: (out) (optional): whose, by role
 * @error: FORBIDDEN says which is missing or does not fit; MALFORMED, LIMIT, UNSUPPORTED
 */
bool sk_signers_check(const SkSigners *self, const char *namespace, SkSpan message,
                      GBytes *const signatures[SK_ADOPT_SIGNATURES], SkSshKey ret[SK_SIGNER_COUNT],
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkAdopted: what is in force. */
typedef struct {
    SkPolicy *policy;
    GBytes *text;       /* as it was signed */
    char *text_sha256;  /* hexadecimal; of @text, comments included */
    char *signers_sha256; /* of the list of signers as it is now */
    char *signed_by[SK_SIGNER_COUNT]; /* fingerprints */
    int64_t adopted;    /* µs UTC */
} SkAdopted;

void sk_adopted_free(SkAdopted *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkAdopted, sk_adopted_free)

/**
 * sk_adopted_load: @ret: (out) (transfer full): the text in force, its signatures verified anew.
 * @error: FORBIDDEN where none was ever adopted, or a signature does not fit; MALFORMED; IO
 */
bool sk_adopted_load(const char *directory, SkAdopted **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_adopted_is: is what lies in files the text in force: the same bytes or, where it includes
 * files, the same canonical text? @policy: of @sources, or NULL where it has errors.
 */
bool sk_adopted_is(const SkAdopted *self, const SkSources *sources, const SkPolicy *policy);
/** sk_adopted_is_file: the same of the policy at @path; true also where it cannot be read. */
bool sk_adopted_is_file(const SkAdopted *self, const char *path);
/** sk_adopted_signers: (out) (transfer full): an empty list where none is registered. */
bool sk_adopted_signers(const char *directory, SkSigners **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_adopt: from here on @text is in force, whole or not at all. What is in force already is adopted
 * again without effect.
 * @error: FORBIDDEN: the signatures do not fit, or the text was in force once and was replaced since;
 *     MALFORMED: the policy has errors; IO
 */
bool sk_adopt(const char *directory, GBytes *text, GBytes *const signatures[SK_ADOPT_SIGNATURES],
              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_adopt_signers: replaces the list of signers by @next.
 * @signatures: by two of the signers until now, over the text of @next; NULL serves until a policy has
 *     been adopted, and then no more (FORBIDDEN)
 */
bool sk_adopt_signers(const char *directory, const SkSigners *next,
                      GBytes *const signatures[SK_ADOPT_SIGNATURES], GError **error) G_GNUC_WARN_UNUSED_RESULT;
