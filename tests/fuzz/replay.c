/* SPDX-License-Identifier: Apache-2.0
 *
 * replay.c - a main for a fuzz target without libFuzzer: every file of the folders named, then
 * mutants of them, from a fixed seed, until two seconds are over (SEKISHO_FUZZ_SECONDS for longer).
 * What makes the target fail is written to a file, and its path to stderr. */
#include "base/clock.h"
#include "base/io.h"
#include "fuzz.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef SK_SANITIZED
void __sanitizer_set_death_callback(void (*callback)(void));
#endif

#define SEED_BYTES_MAX (8u << 20)
#define MUTANT_BYTES_MAX (1u << 20)
#define MUTATIONS_MAX 6u
#define ROUNDS_MAX 2000000u

/* What is being tried, for whoever must say so when the target fails. */
static const uint8_t *current;
static size_t current_size;

static void
keep_failure(void)
{
    g_autofree char *path = g_strdup_printf("%s/fuzz-failure-%d", g_get_tmp_dir(), (int)getpid());
    if (current != NULL && sk_io_write_file(path, sk_span(current, current_size), 0600, NULL))
        fprintf(stderr, "\nthe input that failed: %s (%zu bytes)\n", path, current_size);
    current = NULL;
}

static void
on_signal(int number)
{
    keep_failure();
    signal(number, SIG_DFL);
    raise(number);
}

static void
watch_failures(void)
{
#ifdef SK_SANITIZED
    __sanitizer_set_death_callback(keep_failure);
#else
    signal(SIGSEGV, on_signal);
    signal(SIGBUS, on_signal);
    signal(SIGILL, on_signal);
#endif
    signal(SIGABRT, on_signal);
}

/* A block of its own for each input, so that AddressSanitizer sees its end. */
static void
try_input(SkSpan s)
{
    uint8_t *block = malloc(s.n == 0 ? 1 : s.n);
    g_assert_nonnull(block);
    memcpy(block, s.p, s.n);
    current = block;
    current_size = s.n;
    g_assert_cmpint(LLVMFuzzerTestOneInput(block, s.n), ==, 0);
    current = NULL;
    free(block);
}

/* ---- seeds ----------------------------------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add_folder(GPtrArray *seeds, const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name = NULL;

    if (folder == NULL)
        return;
    while ((name = g_dir_read_name(folder)) != NULL)
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        GBytes *seed = NULL;
        if (sk_io_read_file(names->pdata[i], SEED_BYTES_MAX, &seed, NULL))
            g_ptr_array_add(seeds, seed);
    }
}

static GPtrArray *
collect_seeds(int argc, char **argv)
{
    GPtrArray *seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

    for (int i = 1; i < argc; i++)
        add_folder(seeds, argv[i]);
    if (sk_fuzz_seed != NULL)
        for (unsigned i = 0;; i++) {
            GBytes *seed = sk_fuzz_seed(i);
            if (seed == NULL)
                break;
            g_ptr_array_add(seeds, seed);
        }
    if (seeds->len == 0)
        g_ptr_array_add(seeds, g_bytes_new_static("", 0));
    return seeds;
}

/* ---- mutants --------------------------------------------------------------------------------- */

/* xorshift64*: the same mutants on every machine. */
static uint64_t
next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717ull;
}

static size_t
below(uint64_t *state, size_t n)
{
    return n == 0 ? 0 : (size_t)(next_random(state) % n);
}

static void
overwrite_number(GByteArray *a, uint64_t *state)
{
    static const uint64_t numbers[] = { 0,          1,           0x7f,       0x80,       0xff,
                                        0x7fff,     0x8000,      0xffff,     0x7fffffff, 0x80000000,
                                        0xffffffff, 0x100000000, G_MAXINT64, G_MAXUINT64 };
    uint64_t number = numbers[below(state, G_N_ELEMENTS(numbers))];
    size_t width = (size_t)1 << below(state, 4);
    bool big_endian = below(state, 2) == 1;

    if (a->len < width)
        return;
    size_t at = below(state, a->len - width + 1);
    for (size_t i = 0; i < width; i++)
        a->data[at + (big_endian ? width - 1 - i : i)] = (uint8_t)(number >> (8 * i));
}

static void
copy_within(GByteArray *a, uint64_t *state)
{
    size_t n = below(state, MIN(a->len, 64u)) + 1;
    if (a->len < n || a->len + n > MUTANT_BYTES_MAX)
        return;
    g_autofree uint8_t *piece = g_memdup2(a->data + below(state, a->len - n + 1), n);
    size_t to = below(state, a->len + 1);
    g_byte_array_set_size(a, (guint)(a->len + n));
    memmove(a->data + to + n, a->data + to, a->len - n - to);
    memcpy(a->data + to, piece, n);
}

static void
splice(GByteArray *a, SkSpan other, uint64_t *state)
{
    size_t from = below(state, other.n + 1);
    size_t n = MIN(other.n - from, MUTANT_BYTES_MAX);
    g_byte_array_set_size(a, (guint)below(state, (size_t)a->len + 1));
    g_byte_array_append(a, other.p + from,
                        (guint)MIN(n, MUTANT_BYTES_MAX - MIN(a->len, MUTANT_BYTES_MAX)));
}

static void
mutate(GByteArray *a, SkSpan other, uint64_t *state)
{
    switch (below(state, 8)) {
    case 0:
        if (a->len > 0)
            a->data[below(state, a->len)] ^= (uint8_t)(1u << below(state, 8));
        return;
    case 1:
        if (a->len > 0)
            a->data[below(state, a->len)] = (uint8_t)next_random(state);
        return;
    case 2:
        overwrite_number(a, state);
        return;
    case 3:
        if (a->len > 0) {
            size_t at = below(state, a->len);
            g_byte_array_remove_range(a, (guint)at,
                                      (guint)(below(state, MIN(a->len - at, 32u)) + 1));
        }
        return;
    case 4:
        copy_within(a, state);
        return;
    case 5:
        g_byte_array_set_size(a, (guint)below(state, (size_t)a->len + 1));
        return;
    case 6:
        splice(a, other, state);
        return;
    default:
        g_byte_array_append(a, (const uint8_t *)"\0\xff<&\"%", (guint)below(state, 6) + 1);
        return;
    }
}

static unsigned
try_mutants(GPtrArray *seeds, int64_t until)
{
    uint64_t state = 0x53656b6973686full;
    unsigned rounds = 0;
    g_autoptr(GByteArray) mutant = g_byte_array_new();

    for (; rounds < ROUNDS_MAX && sk_clock_monotonic() < until; rounds++) {
        SkSpan seed = sk_span_bytes(seeds->pdata[below(&state, seeds->len)]);
        g_byte_array_set_size(mutant, 0);
        g_byte_array_append(mutant, seed.p, (guint)MIN(seed.n, MUTANT_BYTES_MAX));
        for (size_t n = below(&state, MUTATIONS_MAX) + 1; n > 0; n--)
            mutate(mutant, sk_span_bytes(seeds->pdata[below(&state, seeds->len)]), &state);
        try_input(sk_span(mutant->data, mutant->len));
    }
    return rounds;
}

int
main(int argc, char **argv)
{
    const char *seconds = g_getenv("SEKISHO_FUZZ_SECONDS");
    int64_t length = seconds == NULL ? 2 : CLAMP(g_ascii_strtoll(seconds, NULL, 10), 0, 86400);

    g_log_set_always_fatal(
        (GLogLevelFlags)(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING));
    watch_failures();
    g_autoptr(GPtrArray) seeds = collect_seeds(argc, argv);
    for (guint i = 0; i < seeds->len; i++)
        try_input(sk_span_bytes(seeds->pdata[i]));
    unsigned rounds = try_mutants(seeds, sk_clock_monotonic() + length * G_USEC_PER_SEC);
    printf("%u seeds, %u mutants\n", seeds->len, rounds);
    return 0;
}
