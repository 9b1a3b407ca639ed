/* SPDX-License-Identifier: Apache-2.0
 *
 * samples.h - for tests: the least that is recognised as each type, and what is only a container of
 * many.
 */
#pragma once

#include "base/types.h"

typedef struct {
    SkType type;
    SkSpan bytes;
    uint32_t at; /* the bytes stand so far behind zeros */
} Sample;

#define SAMPLE(type, bytes) { SK_TYPE_##type, { (const uint8_t *)(bytes), sizeof(bytes) - 1 }, 0 }
#define SAMPLE_AT(type, at, bytes) { SK_TYPE_##type, { (const uint8_t *)(bytes), sizeof(bytes) - 1 }, at }
#define NULS "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define NULS64 NULS NULS NULS NULS

static const Sample samples[] = {
    SAMPLE(TEXT, "Dear all,\nsee below.\n"),
    SAMPLE(JSON, "{\"a\": [1, 2]}\n"),
    SAMPLE(XML, "<?xml version=\"1.0\"?><list/>\n"),
    SAMPLE(HTML, "<!DOCTYPE html><title>x</title>\n"),
    SAMPLE(HTML, "\xff\xfe<\0h\0t\0m\0l\0>\0"),
    SAMPLE(HTML, "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>"),
    SAMPLE(SVG, "<?xml version=\"1.0\"?><!-- x --><s:svg xmlns:s=\"http://www.w3.org/2000/svg\"/>"),
    SAMPLE(ICS, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    SAMPLE(VCF, "BEGIN:VCARD\r\nEND:VCARD\r\n"),
    SAMPLE(EML, "Received: from a by b\r\nSubject: x\r\n\r\nhello\r\n"),
    SAMPLE(MBOX, "From a@example.jp Mon Nov 23 2026\nSubject: x\n\nhello\n"),
    SAMPLE(DXF, "0\nSECTION\n2\nENTITIES\n0\nEOF\n"),
    SAMPLE(P21, "ISO-10303-21;\nHEADER;\n"),
    SAMPLE(SFC, "ISO-10303-21;\n/*SXF\n"),
    SAMPLE(PNG, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"),
    SAMPLE(JPEG, "\xff\xd8\xff\xe0\0\x10JFIF"),
    SAMPLE(GIF, "GIF89a\x01\0\x01\0\0\0\0;"),
    SAMPLE(WEBP, "RIFF\x10\0\0\0WEBPVP8L"),
    SAMPLE(TIFF, "II*\0\x08\0\0\0\0\0"),
    SAMPLE(BMP, "BM\x40\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0"),
    SAMPLE(ICO, "\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x02\0\0\0\x16\0\0\0\0\0"),
    SAMPLE(EMF, "\x01\0\0\0" NULS NULS "\0\0\0\0 EMF\0\0\x01\0"),
    SAMPLE(WMF, "\xd7\xcd\xc6\x9a\0\0"),
    SAMPLE(PDF, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    SAMPLE(RTF, "{\\rtf1 x}"),
    SAMPLE(XLS95, "\x09\0\x04\0\x02\0\x10\0"),
    SAMPLE(XDW, "\x60\x0e\x82\x01\x02"),
    SAMPLE(JWW, "JwwData.\0\0"),
    SAMPLE(JWC, "jw_cad(c)data\0"),
    SAMPLE(DWG, "AC1032\0\0\0"),
    SAMPLE(ZIP, "PK\x03\x04\x14\0\0\0"),
    SAMPLE(7Z, "7z\xbc\xaf\x27\x1c\0\x04"),
    SAMPLE(RAR, "Rar!\x1a\x07\x01\0"),
    SAMPLE(LZH, "\x20\x30-lh5-\0\0"),
    SAMPLE(CAB, "MSCF\0\0\0\0\0\0"),
    SAMPLE_AT(TAR, 257, "ustar\0" "00"),
    SAMPLE(GZ, "\x1f\x8b\x08\0\0\0\0\0\0\x03"),
    SAMPLE(BZ2, "BZh91AY&SY\0"),
    SAMPLE(XZ, "\xfd" "7zXZ\0\0\x04"),
    SAMPLE(EXE, "MZ\x90\0\x03\0\0\0" NULS64),
    SAMPLE(EXE, "\x7f" "ELF\x02\x01\x01\0"),
    SAMPLE(EXE, "\xcf\xfa\xed\xfe\x07\0\0\x01"),
    SAMPLE(EXE, "\xca\xfe\xba\xbe\0\0\0\x02\x01\0\0\x07"),
    SAMPLE(EXE, "\0asm\x01\0\0\0"),
    SAMPLE(JAVA, "\xca\xfe\xba\xbe\0\0\0\x41\0\x1d\x0a"),
    SAMPLE(PACKAGE, "!<arch>\ndebian-binary   \0"),
    SAMPLE(PACKAGE, "\xed\xab\xee\xdb\x03\0\0\0"),
    SAMPLE(SCRIPT, "#!/bin/sh\necho x\n"),
    SAMPLE(SCRIPT, "@echo off\r\ncalc\r\n"),
    SAMPLE(SCRIPT, "<?php echo 1;"),
    SAMPLE(SCRIPT, "Windows Registry Editor Version 5.00\r\n"),
    SAMPLE(SHORTCUT, "\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0"),
    SAMPLE(SHORTCUT, "[InternetShortcut]\r\nURL=http://x.example/\r\n"),
    SAMPLE(SHORTCUT, "<?xml version=\"1.0\"?><libraryDescription/>"),
    SAMPLE(QUERY, "ID;PWXL;N;E\r\nC;X1;Y1;K\"x\"\r\nE\r\n"),
    SAMPLE(QUERY, "WEB\r\n1\r\nhttp://x.example/\r\n"),
    SAMPLE(FLASH, "FWS\x08\x10\0\0\0\0"),
    SAMPLE(CHM, "ITSF\x03\0\0\0\x60"),
    SAMPLE(FONT, "\0\x01\0\0\0\x0c\0\x80\0\x03\0\x40OS/2" NULS),
    SAMPLE(FONT, "OTTO\0\x0a\0\x80\0\x03\0\x20" "CFF " NULS),
    SAMPLE(FONT, "wOF2\0\x01\0\0\0"),
    SAMPLE(AUDIO, "ID3\x03\0\0\0\0\0\0"),
    SAMPLE(AUDIO, "RIFF\x10\0\0\0WAVEfmt "),
    SAMPLE(AUDIO, "fLaC\0\0\0\x22"),
    SAMPLE(VIDEO, "\0\0\0\x18" "ftypisom\0\0\0\0"),
    SAMPLE(VIDEO, "RIFF\x10\0\0\0AVI LIST"),
    SAMPLE(VIDEO, "\x1a\x45\xdf\xa3\x01\0"),
    SAMPLE_AT(DISK, 32769, "CD001\x01\0"),
    SAMPLE(DISK, "vhdxfile\0\0"),
    SAMPLE(DATABASE, "SQLite format 3\0\x10\0"),
    SAMPLE(DATABASE, "\0\x01\0\0Standard ACE DB\0"),
    SAMPLE(MAILSTORE, "!BDN\x01\x02\x03\x04SM\x17\0"),
    SAMPLE(TNEF, "\x78\x9f\x3e\x22\x01\0"),
    SAMPLE(CERTIFICATE, "-----BEGIN CERTIFICATE-----\nMIIB\n"),
    SAMPLE(CERTIFICATE, "\x30\x82\0\x14\x30\x82\0\x10" NULS),
    SAMPLE(KEY, "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n"),
    SAMPLE(KEY, "\x30\x82\0\x14\x02\x01\x03\x30" NULS),
    SAMPLE(SEALED, "-----BEGIN PGP MESSAGE-----\n\n"),
    SAMPLE(ONENOTE, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\0\0"),
    SAMPLE(PS, "%!PS-Adobe-3.0 EPSF-3.0\n"),
    SAMPLE(PS, "\xc5\xd0\xd3\xc6\x1e\0\0\0"),
    SAMPLE(ARTWORK, "8BPS\0\x01\0\0"),
    SAMPLE(HEIC, "\0\0\0\x18" "ftypheic\0\0\0\0"),
    SAMPLE(JP2, "\0\0\0\x0cjP  \r\n\x87\n"),
    SAMPLE(RAW, "II*\0\x10\0\0\0CR\x02\0"),
    SAMPLE_AT(DICOM, 128, "DICM\x02\0"),
    SAMPLE(MODEL3D, "glTF\x02\0\0\0"),
    SAMPLE(GIS, "\0\0\x27\x0a\0\0\0\0\0\0"),
};

/* (transfer full) */
static inline GByteArray *
sample_bytes(const Sample *sample)
{
    GByteArray *out = g_byte_array_new();
    g_byte_array_set_size(out, sample->at);
    for (guint i = 0; i < out->len; i++)
        out->data[i] = 0;
    g_byte_array_append(out, sample->bytes.p, (guint)sample->bytes.n);
    return out;
}
