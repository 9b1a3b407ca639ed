/* SPDX-License-Identifier: Apache-2.0
 *
 * io.h - whole reads and writes, sealed memfds, descriptor passing over Unix sockets.
 * Runs in: every program (in workers only before their input is touched, and to map it).
 * Tests: tests/unit/base/test-io.c
 */
#pragma once

#include "base/base.h"

/** sk_io_write_all: all of @s at the descriptor's position; retries EINTR. SK_ERROR_IO. */
bool sk_io_write_all(int fd, SkSpan s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_io_read_file: whole file of at most @limit bytes (SK_ERROR_LIMIT over it, SK_ERROR_IO). */
bool sk_io_read_file(const char *path, uint64_t limit, GBytes **ret, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/** sk_io_write_file: new file of mode @mode, fsynced, then renamed into place: whole or not at all. */
bool sk_io_write_file(const char *path, SkSpan s, unsigned mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** sk_memfd_new: (transfer full): an empty memfd, close-on-exec, not executable, seals allowed; -1 on failure. */
int sk_memfd_new(const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_memfd_from: (transfer full): a sealed memfd that holds @s. */
int sk_memfd_from(const char *name, SkSpan s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_memfd_copy: (transfer full): a sealed memfd with what @fd (a file or memfd) holds *now*, at most
 * @limit bytes: a file that grows or shrinks while it is read is SK_ERROR_IO, over it SK_ERROR_LIMIT. */
int sk_memfd_copy(const char *name, int fd, uint64_t limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_memfd_join: (transfer full): a sealed memfd with what each of the @n sealed memfds @fds holds, one behind another; before part
 * @sized (or none: @n) stands its length, 64 bits, little-endian. SK_ERROR_IO. */
int sk_memfd_join(const char *name, const int *fds, unsigned n, unsigned sized, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_memfd_seal: SHRINK, GROW, WRITE, SEAL. Fails while a writable mapping exists. */
bool sk_memfd_seal(int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_memfd_is_sealed: a memfd with all four seals. */
bool sk_memfd_is_sealed(int fd);
/** sk_memfd_map: (transfer full): read-only bytes backed by a mapping; @fd must be sealed. An empty memfd gives empty bytes. */
GBytes *sk_memfd_map(int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_io_size: bytes in @fd, or -1. */
int64_t sk_io_size(int fd);

#define SK_IO_FDS_MAX 4u
/** sk_io_send_frame_now: as below, but SK_ERROR_IO at once where the peer has not read what is there. */
bool sk_io_send_frame_now(int sock, SkSpan frame, const int *fds, unsigned n_fds, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/** sk_io_send_frame: one SEQPACKET message with @n_fds descriptors (borrowed). Blocks; SK_ERROR_IO. */
bool sk_io_send_frame(int sock, SkSpan frame, const int *fds, unsigned n_fds, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_io_recv_frame: one SEQPACKET message of at most @size bytes into @buffer.
 * @ret_n: its length; 0 = the peer has closed
 * @ret_fds: at least SK_IO_FDS_MAX places; filled with close-on-exec descriptors (transfer full), -1 in the rest
 * A message that is cut (longer than @size, or with more descriptors) is SK_ERROR_MALFORMED, and every
 * descriptor it brought is closed.
 */
bool sk_io_recv_frame(int sock, uint8_t *buffer, size_t size, size_t *ret_n, int *ret_fds, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/** sk_io_close_all_but: closes every descriptor that is not in the sorted list @keep. close_range(2). */
void sk_io_close_all_but(const int *keep, unsigned n_keep);
