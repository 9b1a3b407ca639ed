/* SPDX-License-Identifier: Apache-2.0
 *
 * source.h - the files that a policy lies in: the one that was asked for, and those that it
 * includes. A file is found beside the one that includes it, or by an absolute path; it is read
 * once. Runs in: sekisho (command line), sekisho-wall. Trusts: nothing; the files are read with the
 * rights of whoever asks. What is in force is one signed text that includes nothing. Spec:
 * docs/policy-language.md (include), docs/decisions/0164-what-is-signed-is-one-text.md Tests:
 * tests/unit/policy/test-random-wall.c, tests/golden/policy/include*
 */
#pragma once

#include "policy/diagnostic.h"

#define SK_SOURCES_MAX 64u
#define SK_SOURCES_DEEP_MAX 8u /* files on the way from the first one, itself not counted */

/** sk_sources_new_text: (transfer full): one text that stands alone: an `include` in it is an
 * error.
 * @text: borrowed, longer than the result lives */
SkSources *sk_sources_new_text(SkSpan text, const char *name);
/** sk_sources_read: (out) (transfer full): @path, to begin with. SK_ERROR_IO, SK_ERROR_LIMIT. */
bool sk_sources_read(const char *path, SkSources **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_sources_free(SkSources *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSources, sk_sources_free)

unsigned sk_sources_n(const SkSources *self);
SkSpan sk_source_text(const SkSources *self, unsigned i);
/** sk_source_name: as a person would type it. */
const char *sk_source_name(const SkSources *self, unsigned i);
/** sk_sources_bytes: (transfer full): the bytes of the first one. */
GBytes *sk_sources_bytes(const SkSources *self);

/**
 * sk_sources_include: adds the file that the words at @place of file @from name; where it cannot
 * be, an error that says why. false where its text is nowhere among the sources.
 */
bool sk_sources_include(SkSources *self, unsigned from, const char *name, SkPlace place,
                        GPtrArray *diagnostics);
