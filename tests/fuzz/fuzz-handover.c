/* SPDX-License-Identifier: Apache-2.0
 * fuzz-handover.c - whatever the other station sends: a frame is refused, or it is the one way to say
 * what it says. Tried as an offer and as an answer. */
#include "passage/handover.h"

#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkHandover offer = { 0 };
    SkAnswer answer = { 0 };
    uint8_t again[SK_HANDOVER_FRAME_LEN];
    g_autoptr(GError) error = NULL;

    if (sk_handover_parse(sk_span(data, size), &offer, &error)) {
        g_assert_true(sk_handover_is_word(offer.from, SK_HANDOVER_WORD_MAX));
        g_assert_true(offer.kind == SK_HANDOVER_MAIL ? offer.recipient[0] == '\0'
                                                     : sk_handover_is_word(offer.recipient, SK_HANDOVER_ACCOUNT_MAX));
        g_assert_true(sk_name_is_clean(offer.name, offer.type));
        sk_handover_emit(&offer, again);
        g_assert_cmpmem(again, SK_HANDOVER_FRAME_LEN, data, size);
    } else {
        g_assert_nonnull(error);
        g_clear_error(&error);
    }
    if (sk_answer_parse(sk_span(data, size), &answer, &error)) {
        sk_answer_emit(&answer, again);
        g_assert_cmpmem(again, SK_ANSWER_FRAME_LEN, data, size);
    }
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char id[] = "01939abc-def0-7123-8abc-0123456789ab";
    uint8_t frame[SK_HANDOVER_FRAME_LEN];

    if (index == 0) {
        SkHandover offer = { .kind = SK_HANDOVER_FILE, .from = "internet",
                             .to = "lgwan",
                             .sender = "hanako",
                             .recipient = "taro.y",
                             .name = "見積書.docx",
                             .type = SK_TYPE_DOCX,
                             .level = SK_LEVEL_REBUILT,
                             .information_class = 2,
                             .size = 5,
                             .created = 1795412096123456 };
        g_strlcpy(offer.crossing, id, sizeof offer.crossing);
        sk_handover_emit(&offer, frame);
        return g_bytes_new(frame, SK_HANDOVER_FRAME_LEN);
    }
    if (index == 1) {
        SkHandover offer = { .kind = SK_HANDOVER_MAIL,
                             .from = "internet",
                             .to = "lgwan",
                             .name = "mail.txt",
                             .type = SK_TYPE_TEXT,
                             .level = SK_LEVEL_TEXT,
                             .size = 5,
                             .created = 1795412096123456 };
        g_strlcpy(offer.crossing, id, sizeof offer.crossing);
        sk_handover_emit(&offer, frame);
        return g_bytes_new(frame, SK_HANDOVER_FRAME_LEN);
    }
    if (index == 2) {
        SkAnswer answer = { .code = SK_ANSWER_REFUSED };
        g_strlcpy(answer.crossing, id, sizeof answer.crossing);
        sk_answer_emit(&answer, frame);
        return g_bytes_new(frame, SK_ANSWER_FRAME_LEN);
    }
    return NULL;
}
