/* SPDX-License-Identifier: Apache-2.0
 *
 * package.h - what the packages of Office Open XML and OpenDocument share: a ZIP whose entries are
 * streamed as XML or read whole, each byte counted against the job's limits.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/zip.md, docs/formats/xml.md   Tests: tests/unit/disarm/test-docx.c,
 * tests/unit/disarm/test-odf.c
 */
#pragma once

#include "disarm/disarm.h"
#include "format/xml.h"
#include "format/zip.h"

/** sk_package_report: names the element for which the package is refused; the error keeps its own,
 * more exact reason. SK_ELEMENT_NONE is a no-op. */
void sk_package_report(SkDisarm *disarm, SkElement element, SkSpan place);

/** sk_package_parse: streams @entry, or the input itself where it is NULL, through @reader to its
 * end. A bomb and a document type are findings. */
bool sk_package_parse(SkDisarm *disarm, const SkZipEntry *entry, SkXmlReader *reader,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_package_read: the whole @entry; SK_ERROR_LIMIT where it is over @limit bytes. */
bool sk_package_read(SkDisarm *disarm, const SkZipEntry *entry, uint64_t limit, GBytes **ret,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** SkPackageClassify: for which element an entry goes; SK_ELEMENT_NONE: no finding. */
typedef SkElement (*SkPackageClassify)(const void *package, const SkZipEntry *entry);
/** sk_package_report_rest: a finding for every entry that is not in @used (a set of const
 * SkZipEntry
 * *), and for bytes between the entries. */
bool sk_package_report_rest(SkDisarm *disarm, const SkZip *zip, GHashTable *used,
                            SkPackageClassify classify, const void *package,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_package_output: for an XML writer: into the open entry of the SkZipWriter @writer. */
void sk_package_output(void *writer, SkSpan s);
