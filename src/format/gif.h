/* SPDX-License-Identifier: Apache-2.0
 *
 * gif.h - the one form in which Sekisho writes GIF: every frame with its own table of colours, and
 * the one LZW stream that its pixels have.
 * Runs in: disarm worker (no files, no network). Trusts: its caller.
 * Spec: docs/formats/gif.md   Tests: tests/unit/disarm/test-gif.c, tests/fuzz/fuzz-pictures.c
 */
#pragma once

#include "base/sink.h"

#define SK_GIF_COLOURS_MAX 256u
#define SK_GIF_SIDE_MAX 65535u

/* The profile's order of colours is the caller's duty; see docs/formats/gif.md. */
typedef struct {
    uint16_t left, top, width, height; /* inside of the screen */
    uint8_t disposal;                  /* 1 to 3 */
    uint16_t delay;
    uint8_t colours[SK_GIF_COLOURS_MAX][3];
    unsigned colours_n;     /* 1 to 256, the transparent one among them */
    bool transparent;       /* the last of them is */
    const uint8_t *indexes; /* borrowed: width × height, each less than colours_n */
} SkGifFrame;

/** sk_gif_begin: @loops: how often it is played; -1: a still picture, or one that is played
 * once. */
void sk_gif_begin(SkSink *sink, uint16_t width, uint16_t height, int loops);
void sk_gif_frame(SkSink *sink, const SkGifFrame *frame);
void sk_gif_end(SkSink *sink);
