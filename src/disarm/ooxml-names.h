/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-names.h - the package's own vocabulary: relationship parts, relationship types, part names,
 * content types. Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/docx.md   Tests: tests/unit/disarm/test-docx.c
 */
#pragma once

#include "disarm/ooxml.h"

/** sk_ooxml_rels_new: (transfer full): an empty array of SkOoxmlRel that frees its members. */
GArray *sk_ooxml_rels_new(void);
/**
 * sk_ooxml_rels_parse:
 * @source: name of the part whose relationships these are, "" for the package
 * @ret_element: (out): on failure the element to report, or untouched
 */
bool sk_ooxml_rels_parse(SkSpan xml, SkSpan source, GArray **ret, SkElement *ret_element,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_ooxml_resolve: (transfer full): the part that @target means, seen from @source; NULL for what
 * could mean another place to another reader (backslash, encoded separators, above the root).
 */
char *sk_ooxml_resolve(SkSpan source, SkSpan target);
/** sk_ooxml_classify: what a part that does not come out is reported as; NONE for relationships. */
SkElement sk_ooxml_classify(SkSpan name, const char *content_type);
/** sk_ooxml_type_lookup: the document type by its main part's content type; SK_TYPE_NONE if
 * unknown. */
SkType sk_ooxml_type_lookup(const char *content_type);
