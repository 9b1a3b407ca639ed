/* SPDX-License-Identifier: Apache-2.0
 *
 * weak-words.h - data/banned-words.txt, sorted by bytes (tools/banned-words.py). */
#pragma once

extern const char *const sk_weak_words[];
extern const unsigned sk_weak_words_n;
