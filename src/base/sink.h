/* SPDX-License-Identifier: Apache-2.0
 *
 * sink.h - the one place that writes output bytes: into memory, or through a buffer into a
 * descriptor. Counts, stops at a limit, and a failure sticks, so callers write a whole record and
 * test once (sk_sink_finish).
 * Runs in: every program.
 * Tests: tests/unit/base/test-bytes.c
 */
#pragma once

#include "base/base.h"

typedef struct SkSink SkSink;

/** sk_sink_new_memory: (transfer full). Fails with SK_ERROR_LIMIT past @limit bytes. */
SkSink *sk_sink_new_memory(uint64_t limit);
/** sk_sink_new_fd: (transfer full). @fd is borrowed, seekable, and written from offset 0. */
SkSink *sk_sink_new_fd(int fd, uint64_t limit);
void sk_sink_free(SkSink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkSink, sk_sink_free)

/** sk_sink_at: bytes written so far. */
uint64_t sk_sink_at(const SkSink *self);
bool sk_sink_ok(const SkSink *self);

void sk_sink_span(SkSink *self, SkSpan s);
void sk_sink_str(SkSink *self, const char *s);
void sk_sink_u8(SkSink *self, uint8_t v);
void sk_sink_u16le(SkSink *self, uint16_t v);
void sk_sink_u32le(SkSink *self, uint32_t v);
void sk_sink_u64le(SkSink *self, uint64_t v);
void sk_sink_u16be(SkSink *self, uint16_t v);
void sk_sink_u32be(SkSink *self, uint32_t v);
void sk_sink_printf(SkSink *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** sk_sink_patch: overwrites bytes already written (asserted), such as a size known only later. */
void sk_sink_patch(SkSink *self, uint64_t at, SkSpan s);

/**
 * sk_sink_finish: flushes.
 * Returns: true, or false with @error SK_ERROR_LIMIT or SK_ERROR_IO for the first failure.
 */
bool sk_sink_finish(SkSink *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_sink_memory: borrowed view of a memory sink; valid until the next write. */
SkSpan sk_sink_memory(const SkSink *self);
/** sk_sink_steal_bytes: (transfer full): the content of a memory sink, which is empty after. */
GBytes *sk_sink_steal_bytes(SkSink *self);
