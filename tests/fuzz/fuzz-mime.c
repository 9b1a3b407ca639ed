/* SPDX-License-Identifier: Apache-2.0
 * fuzz-mime.c - mails: structure, parameters, transfer encodings, words. Every part lies in the message; every text is UTF-8. */
#include "fuzz.h"
#include "format/mime-code.h"

#include <string.h>

static bool
pass_over(void *user, SkMimeFault fault, uint32_t part, GError **error)
{
    uint32_t *refused = user;
    if ((*refused >> fault & 1u) == 0)
        return true;
    (void)part;
    return sk_throw(error, SK_ERROR_AMBIGUOUS, "refused");
}

static void
look_at(const SkMimePart *part)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(1u << 20);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < part->fields->len; i++) {
        const SkMimeField *field = &g_array_index(part->fields, SkMimeField, i);
        g_autofree char *words = sk_mime_words(field->value, NULL);
        g_assert_true(g_utf8_validate(words, -1, NULL));
        g_assert_null(strchr(words, '\n'));
    }
    for (guint i = 0; i < part->disposition_params->len; i++) {
        g_autofree char *value = sk_mime_param_text(&g_array_index(part->disposition_params, SkMimeParam, i));
        g_assert_true(g_utf8_validate(value, -1, NULL));
    }
    if (part->multipart || !sk_mime_decode(part->body, part->encoding, sink, NULL))
        return;
    const SkMimeParam *charset = sk_mime_param(part->params, "charset");
    (void)sk_mime_text(sk_sink_memory(sink), charset == NULL ? NULL : charset->value, text);
    g_assert_true(g_utf8_validate_len(text->str, text->len, NULL) || memchr(text->str, 0, text->len) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SkMime) mime = NULL;
    g_autoptr(GError) error = NULL;
    uint32_t refused = size > 0 ? data[0] & 0x0fu : 0;
    SkSpan message = sk_span(data, size);
    SkMimeUu uu;

    for (size_t at = 0; sk_mime_find_uu(message, at, &uu); at = uu.to) {
        g_assert_cmpuint(uu.from, >=, at);
        g_assert_cmpuint(uu.to, >, uu.from);
        g_assert_cmpuint(uu.to, <=, size);
    }
    if (!sk_mime_parse(message, 100, 8, pass_over, &refused, &mime, &error)) {
        g_assert_nonnull(error);
        return 0;
    }
    g_assert_cmpuint(mime->parts->len, <=, 101);
    for (guint i = 0; i < mime->parts->len; i++)
        look_at(sk_mime_part(mime, i));
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const seeds[] = {
        "From: =?iso-2022-jp?B?GyRCMnE1RBsoQg==?= <a@example.jp>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
        "charset=shift_jis\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=89=EF\r\n--b\r\nContent-Disposition: attachment; filename*0*=utf-8''%E4; "
        "filename*1*=%BC%9A.txt\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b--\r\n",
        "Subject: x\nContent-Type: multipart/digest; boundary=\"d e\"\n\n--d e\n\nSubject: y\n\nbegin 644 a\n%:&5L;&\\\n`\nend\n--d e--\n",
    };
    return index < G_N_ELEMENTS(seeds) ? g_bytes_new_static(seeds[index], strlen(seeds[index])) : NULL;
}
