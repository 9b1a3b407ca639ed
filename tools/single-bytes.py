#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""single-bytes.py SOURCE: what the upper 128 bytes of European encodings mean, as C; 0: nothing."""
import sys

# Labels as web pages and mails write them; the first is the codec.
CHARSETS = [
    ["cp1252", "windows-1252", "iso-8859-1", "latin1", "x-cp1252", "us-ascii", "ascii"],
    ["cp1250", "windows-1250", "x-cp1250"], ["cp1251", "windows-1251", "x-cp1251"], ["cp1253", "windows-1253"],
    ["cp1254", "windows-1254", "iso-8859-9", "latin5"], ["cp1255", "windows-1255"], ["cp1256", "windows-1256"],
    ["cp1257", "windows-1257"], ["cp1258", "windows-1258"], ["iso8859-2", "iso-8859-2", "latin2"],
    ["iso8859-3", "iso-8859-3"], ["iso8859-4", "iso-8859-4"], ["iso8859-5", "iso-8859-5"], ["iso8859-6", "iso-8859-6"],
    ["iso8859-7", "iso-8859-7"], ["iso8859-8", "iso-8859-8", "iso-8859-8-i"], ["cp866", "ibm866"], ["mac-cyrillic", "x-mac-cyrillic"],
    ["iso8859-10", "iso-8859-10"], ["iso8859-13", "iso-8859-13"], ["iso8859-14", "iso-8859-14"],
    ["iso8859-15", "iso-8859-15", "latin9"], ["iso8859-16", "iso-8859-16"], ["koi8-r", "koi8"], ["koi8-u", "koi8-ru"],
    ["cp874", "windows-874", "tis-620", "iso-8859-11"], ["mac-roman", "macintosh", "x-mac-roman"],
]


# Browsers read two letters in koi8-u that its own standard does not have.
BROWSERS = {("koi8-u", 0xAE): 0x045E, ("koi8-u", 0xBE): 0x040E}


def meaning(byte, codec):
    if (codec, byte) in BROWSERS:
        return BROWSERS[codec, byte]
    try:
        return ord(bytes([byte]).decode(codec))
    except UnicodeDecodeError:
        return byte if codec == "cp1252" else 0


with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write('/* Made by tools/single-bytes.py. */\n#include "format/single-byte.h"\n\n')
    for i, names in enumerate(CHARSETS):
        values = ", ".join(f"0x{meaning(b, names[0]):04x}" for b in range(128, 256))
        out.write(f"static const uint16_t upper{i}[128] = {{ {values} }};\n")
    out.write("\nconst SkSingleByte sk_single_bytes[] = {\n")
    for i, names in enumerate(CHARSETS):
        out.writelines(f'    {{ "{name}", upper{i} }},\n' for name in names)
    out.write(f"}};\n\nconst unsigned sk_single_bytes_n = {sum(len(names) for names in CHARSETS)};\n")
