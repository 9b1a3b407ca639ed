/* SPDX-License-Identifier: Apache-2.0
 *
 * adoption.h - which policy is in force at this station, and which were: every adoption is an act, and
 * its digest is in every leaf that follows. Runs in: every role (before it serves), `sekisho policy`,
 * web (reads). Trusts: its caller, who verified the signatures. Spec: docs/formats/leaf.md,
 * docs/formats/adoption.md   Tests: tests/unit/store/test-adoption.c
 */
#pragma once

#include "store/store.h"

/** SkAdoption: NULL or "" anywhere is MALFORMED when noted. */
typedef struct {
    char *policy;        /* digest of the policy's canonical text */
    char *text;          /* SHA-256 of the text that was signed */
    char *signers;       /* SHA-256 of the list of signers */
    char *ciso;          /* fingerprints of the keys that signed */
    char *administrator;
    int64_t time;        /* out: when this station first worked by it */
} SkAdoption;

void sk_adoption_free(SkAdoption *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkAdoption, sk_adoption_free)

/**
 * sk_adoption_note: from here on this connection's leaves carry @adoption's policy. Where it is not the
 * one that this station knows already, an act says so: `policy-adopted`, or `signers-changed` where only
 * the list of signers is another.
 */
bool sk_adoption_note(SkStore *self, const SkAdoption *adoption, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_adoption_get: (out) (transfer full): the one in force; NULL where there was none yet. */
bool sk_adoption_get(SkStore *self, SkAdoption **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
