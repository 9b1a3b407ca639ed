/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz.h - what a fuzz target is: one function that takes any bytes and must come back. What it
 * asserts is the contract of the parser under test; g_assert is enough. */
#pragma once

#include "base/base.h"

/** LLVMFuzzerTestOneInput: libFuzzer's name for it. @data is a heap block of exactly @size bytes.
 * Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * sk_fuzz_seed: optional; (transfer full) seed number @index built by the target, NULL after the
 * last. For formats whose stored seeds would go stale with a table.
 */
GBytes *sk_fuzz_seed(unsigned index) __attribute__((weak));
