/* SPDX-License-Identifier: Apache-2.0
 *
 * formats.h - the formats that formats.c's table names. Each is a SkDisarmFunc (disarm.h).
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/   Tests: tests/unit/disarm/
 */
#pragma once

#include "disarm/disarm.h"

bool sk_text_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_source_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_csv_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_tsv_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_json_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_xml_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_ics_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_vcf_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_png_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_jpeg_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_gif_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_tiff_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_webp_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_svg_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Pictures that come out as PNG (picture-alone.c). */
bool sk_gif_draw(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_webp_draw(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_bmp_draw(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_ico_draw(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_emf_draw(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_wmf_draw(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Mails as text, what was attached beside it (mail.c, mbox.c, msg.c). */
bool sk_eml_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_mbox_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_msg_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_tnef_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_disarm: level `rebuilt` (pdf-rebuild.c). */
bool sk_pdf_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pages_disarm_rebuilt: pages of a PDF that was damaged, in the form of level `rebuilt`. */
bool sk_pages_disarm_rebuilt(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_pages_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_archive_assemble: the ZIP that a parent of children becomes (archive-assemble.c). */
bool sk_archive_assemble(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_archive_zip: a ZIP that is no package of a document: its members become children (archive-zip.c). */
bool sk_archive_zip(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_archive_zip_is_locked: an archive that can be walked, with an entry that asks for a password. */
bool sk_archive_zip_is_locked(SkSpan input, const SkLimits *limits);
/** sk_archive_foreign: every other archive (archive-foreign.c): tar, 7z, rar, lzh, cab, gz, bz2, xz. */
bool sk_archive_foreign(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Web archives, as one page or as text (mht.c). */
bool sk_mht_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_mht_text_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_html_text_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_html_disarm(SkDisarm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
