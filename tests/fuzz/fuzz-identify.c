/* SPDX-License-Identifier: Apache-2.0
 * fuzz-identify.c - recognition of anything under every name: it ends, a name never makes a type that is carried out of
 * what is only refused, and what is single under no name is so again. */
#include "disarm/identify-magic.h"
#include "disarm/identify-text.h"
#include "disarm/identify.h"
#include "fuzz.h"

#include "../unit/disarm/samples.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkSpan input = sk_span(data, size);
    bool polyglot = false;
    SkType alone = sk_identify(input, SK_TYPE_NONE, &polyglot);

    g_assert_false(sk_identify_is_single(input, alone) && polyglot);
    for (unsigned hint = 1; hint < SK_TYPE_COUNT; hint++) {
        bool two = false;
        SkType type = sk_identify(input, (SkType)hint, &two);
        g_assert_cmpint(type, <, SK_TYPE_COUNT);
        if (*sk_type_get((SkType)hint)->extension == '\0' && hint != SK_TYPE_NONE)
            continue;
        if (sk_type_is_refused(alone)) /* only a text may lose its mark, and only to a text's name */
            g_assert_true(sk_type_is_refused(type) || sk_text_is_name((SkType)hint));
    }
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    if (index >= G_N_ELEMENTS(samples))
        return NULL;
    return g_byte_array_free_to_bytes(sample_bytes(&samples[index]));
}
