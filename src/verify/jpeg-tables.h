/* SPDX-License-Identifier: Apache-2.0
 *
 * jpeg-tables.h - the typical Huffman tables of ITU-T T.81, annex K.3, as they stand in a DHT
 * segment: sixteen counts of codes by length, then the symbols. The profile knows no other tables.
 */
#pragma once

#include <stdint.h>

typedef struct {
    uint8_t class_and_id; /* Tc and Th of the segment */
    uint8_t counts[16];
    uint8_t symbols[162];
    unsigned n; /* symbols used */
} SkJpegHuffman;

/* In the order in which they stand in a file: luminance DC, AC, chrominance DC, AC. */
extern const SkJpegHuffman sk_jpeg_huffman[4];
