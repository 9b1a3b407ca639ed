#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""jis-tables.py OUT.c: the two tables behind CP932, EUC-JP and ISO-2022-JP, as C.

A worker may not open files, and glibc's iconv loads its converters from files: so the tables are made at
build time, from the codecs of the machine that builds, and tests/unit/format/test-charset.c compares
what comes out with glibc's iconv, code by code.
"""
import ctypes
import sys

ROWS, CELLS, ROWS_3 = 120, 94, 94


def shift_jis(row, cell):
    """The two bytes of CP932 for a row and cell counted from 1."""
    lead = (row - 1) // 2 + (0x81 if row <= 62 else 0xC1)
    trail = cell + 0x3F + (cell >= 64) if row % 2 else cell + 0x9E
    return bytes([lead, trail])


def cp932(row, cell):
    try:
        return ord(shift_jis(row, cell).decode('cp932'))
    except (UnicodeDecodeError, TypeError):
        return 0


class Iconv:
    """libc's iconv, one code at a time: Python has no eucJP-ms."""

    def __init__(self, charset):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.iconv_open.restype = ctypes.c_void_p
        self.libc.iconv.restype = ctypes.c_size_t
        self.libc.iconv.argtypes = [ctypes.c_void_p] * 5
        self.cd = self.libc.iconv_open(b'UTF-32LE', charset)
        if self.cd in (None, ctypes.c_void_p(-1).value):
            sys.exit(f'jis-tables: this machine has no iconv for {charset.decode()}')

    def decode(self, code):
        source = ctypes.create_string_buffer(code, len(code))
        target = ctypes.create_string_buffer(16)
        source_at, source_left = ctypes.c_void_p(ctypes.addressof(source)), ctypes.c_size_t(len(code))
        target_at, target_left = ctypes.c_void_p(ctypes.addressof(target)), ctypes.c_size_t(16)
        self.libc.iconv(self.cd, None, None, None, None)
        done = self.libc.iconv(self.cd, ctypes.byref(source_at), ctypes.byref(source_left),
                               ctypes.byref(target_at), ctypes.byref(target_left))
        if done == ctypes.c_size_t(-1).value or source_left.value or target_left.value != 12:
            return 0
        return int.from_bytes(target.raw[:4], 'little')


def table(out, name, values):
    out.write(f'const uint16_t {name}[{len(values)}] = {{\n')
    for at in range(0, len(values), 16):
        out.write('    ' + ' '.join(f'0x{v:04x},' for v in values[at:at + 16]) + '\n')
    out.write('};\n')


def main():
    euc = Iconv(b'EUC-JP-MS')
    rows = [cp932(row, cell) for row in range(1, ROWS + 1) for cell in range(1, CELLS + 1)]
    rows_3 = [euc.decode(bytes([0x8F, row + 0xA0, cell + 0xA0]))
              for row in range(1, ROWS_3 + 1) for cell in range(1, CELLS + 1)]
    with open(sys.argv[1], 'w', encoding='ascii') as out:
        out.write('/* Made by tools/jis-tables.py. */\n#include "format/jis.h"\n\n')
        table(out, 'sk_jis_rows', rows)
        table(out, 'sk_jis_rows_3', rows_3)


main()
