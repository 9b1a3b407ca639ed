/* SPDX-License-Identifier: Apache-2.0
 * fuzz-mapi.c - Outlook's messages: .msg, winmail.dat, compressed rich text. Words are UTF-8, and the limits hold. */
#include "fuzz.h"
#include "../unit/format/mapi-builder.h"

#define EXPANDED (1u << 18)

static uint64_t
look_at(const SkMapi *of, unsigned depth)
{
    static const SkMapiId words[] = { SK_MAPI_SUBJECT, SK_MAPI_BODY, SK_MAPI_LONG_NAME, SK_MAPI_FROM_NAME, SK_MAPI_HTML };
    GHashTableIter iter;
    gpointer bytes;
    uint64_t sum = 0;

    g_assert_cmpuint(depth, <=, 9);
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *s = sk_mapi_words(of, words[i], "shift_jis");
        g_assert_true(g_utf8_validate(s, -1, NULL));
    }
    (void)sk_mapi_time(of, SK_MAPI_SUBMIT_TIME);
    g_hash_table_iter_init(&iter, of->values);
    while (g_hash_table_iter_next(&iter, NULL, &bytes))
        sum += g_bytes_get_size(bytes);
    for (guint i = 0; i < of->recipients->len; i++)
        sum += look_at(g_ptr_array_index(of->recipients, i), depth);
    for (guint i = 0; i < of->attachments->len; i++)
        sum += look_at(g_ptr_array_index(of->attachments, i), depth);
    return of->message == NULL ? sum : sum + look_at(of->message, depth + 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const SkLimits limits = { .input = 1 << 20, .expanded = EXPANDED, .items = 500, .depth = 8 };
    g_autoptr(SkMapi) message = NULL;
    g_autoptr(GBytes) rtf = NULL;
    g_autoptr(GError) error = NULL;
    SkSpan file = sk_span(data, size);

    if (sk_mapi_rtf(file, EXPANDED, &rtf, NULL))
        g_assert_cmpuint(g_bytes_get_size(rtf), <=, EXPANDED);
    if (!(sk_tnef_is(file) ? sk_tnef_read : sk_msg_read)(file, &limits, &message, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    g_assert_cmpuint(look_at(message, 0), <=, EXPANDED);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    return index == 0   ? mapi_msg("本文", false, false)
           : index == 1 ? mapi_tnef(false)
           : index == 2 ? g_bytes_new_static(mapi_rtf_packed, sizeof mapi_rtf_packed - 1)
                        : NULL;
}
