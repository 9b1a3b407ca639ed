/* SPDX-License-Identifier: Apache-2.0
 *
 * jpeg-scan.h - walks the entropy-coded data of one baseline scan: every code of every block,
 * without computing a single pixel. Runs in: verify worker. Trusts: nothing. Spec:
 * docs/formats/jpeg.md   Tests: tests/unit/verify/test-jpeg.c
 */
#pragma once

#include "base/base.h"

typedef struct {
    unsigned components; /* 1 to 4 */
    uint8_t blocks[4];   /* of each component in one MCU */
    uint8_t table[4];    /* its Huffman tables: 0 or 1 */
    uint64_t mcus;       /* in the whole scan */
} SkJpegScan;

typedef enum {
    SK_JPEG_SCAN_OK,
    SK_JPEG_SCAN_CUT,     /* the data end too early or too late */
    SK_JPEG_SCAN_CODE,    /* a code that the table does not have */
    SK_JPEG_SCAN_INDEX,   /* a coefficient past the 63rd */
    SK_JPEG_SCAN_PADDING, /* the last byte is not filled with ones */
} SkJpegScanResult;

/**
 * sk_jpeg_scan:
 * @in: from the first byte of entropy-coded data to the end of the object
 * @ret_at: where the walk stopped; on SK_JPEG_SCAN_OK the byte after the scan's last byte
 */
SkJpegScanResult sk_jpeg_scan(SkSpan in, const SkJpegScan *scan, size_t *ret_at);
const char *sk_jpeg_scan_words(SkJpegScanResult result);
