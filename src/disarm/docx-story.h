/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-story.h - the fields of a stream of runs: what begins where, what its instruction is, and
 * whether its marks are written. A story is a part, or a text box, note or comment in it.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/docx.md   Tests: tests/unit/disarm/test-docx.c
 */
#pragma once

#include "disarm/docx-field.h"
#include "disarm/docx.h"

#define SK_DOCX_FIELDS_MAX 32u /* open at once in one story */
#define SK_DOCX_HELD_MAX (256u << 10)

/** sk_docx_story_new: (transfer full): @out is borrowed; @links: links may stay. */
SkDocxStory *sk_docx_story_new(SkXmlWriter *out, bool links);
void sk_docx_story_free(SkDocxStory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkDocxStory, sk_docx_story_free)

/** sk_docx_story_push: a story inside the story begins. */
bool sk_docx_story_push(SkDocxStory *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_docx_story_pop: it ends. SK_ERROR_MALFORMED where a field that was written is still open. */
bool sk_docx_story_pop(SkDocxStory *self, SkOoxmlFilter *filter,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_docx_story_collects: between the beginning of a field and its result. */
bool sk_docx_story_collects(const SkDocxStory *self);
/** sk_docx_story_char: a w:fldChar of @type; @deleted: inside a tracked deletion. Writes what stays
 * of it. */
bool sk_docx_story_char(SkDocxStory *self, SkOoxmlFilter *filter, SkSpan type, bool deleted,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_docx_story_instruct: text of w:instrText. */
void sk_docx_story_instruct(SkDocxStory *self, SkSpan text);
/** sk_docx_story_checkbox: the state of a form field's box, or its default. */
void sk_docx_story_checkbox(SkDocxStory *self, bool is_state, bool on);
/** sk_docx_story_write_text: a w:t. */
void sk_docx_story_write_text(SkXmlWriter *out, const char *text);
