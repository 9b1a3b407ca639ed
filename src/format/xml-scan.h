/* SPDX-License-Identifier: Apache-2.0
 *
 * xml-scan.h - characters and references of XML, checked and resolved; UTF-16 made UTF-8.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/xml.md   Tests: tests/unit/format/test-xml.c
 */
#pragma once

#include "base/base.h"

/** sk_xml_chars: only characters of XML 1.0 in valid UTF-8? Linear. */
bool sk_xml_chars(SkSpan s);
/** sk_xml_whole: how many bytes of @s do not end within a character. */
size_t sk_xml_whole(SkSpan s);
/**
 * sk_xml_reference: the character that the reference at the beginning of @s (which begins with `&`)
 * stands for.
 * @ret_n: its length in bytes
 * Returns: 0 for any but the five entities and numbers of permitted characters
 */
gunichar sk_xml_reference(SkSpan s, size_t *ret_n);

/* The encoding of a document, found by its first bytes. */
typedef enum { SK_XML_UNDECIDED, SK_XML_UTF8, SK_XML_UTF16LE, SK_XML_UTF16BE } SkXmlEncoding;

/** sk_xml_encoding: @skip: bytes of the byte order mark. Four bytes decide it. */
SkXmlEncoding sk_xml_encoding(SkSpan head, size_t *skip);
/**
 * sk_xml_from_utf16: appends @s to @out as UTF-8.
 * @ret_used: bytes of @s that were whole characters
 * Returns: false for an unpaired surrogate, behind @ret_used bytes that were appended
 */
bool sk_xml_from_utf16(SkSpan s, bool big, GByteArray *out, size_t *ret_used);
