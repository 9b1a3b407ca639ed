/* SPDX-License-Identifier: Apache-2.0
 * test-envelope.c - the one spelling of an envelope; everything else is refused. */
#include "base/envelope.h"

#include <string.h>

static bool
parse(const char *text, SkEnvelope **ret, GError **error)
{
    size_t n = strlen(text);
    g_autofree uint8_t *heap = g_memdup2(text, n);
    return sk_envelope_parse(sk_span(heap, n), ret, error);
}

static void
round_trip(void)
{
    static const char text[] = "sekisho-mail 1\nfrom SRS0=x+y=a=b.example@example.com\nnotice\nto taro@town.example.jp\nto a.b@c.jp\n";
    g_autoptr(SkEnvelope) self = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(parse(text, &self, &error));
    g_assert_no_error(error);
    g_assert_true(self->notice && sk_envelope_has(self, "a.b@c.jp") && !sk_envelope_has(self, "A.b@c.jp"));
    g_assert_cmpuint(self->recipients->len, ==, 2);
    g_autoptr(GBytes) again = sk_envelope_emit(self);
    g_assert_true(sk_span_is(sk_span_bytes(again), text));
    g_autoptr(SkEnvelope) bounce = NULL;
    g_assert_true(parse("sekisho-mail 1\nfrom \nto taro@town.example.jp\n", &bounce, &error));
    g_assert_cmpstr(bounce->sender, ==, "");
}

static void
hostile(void)
{
    static const char *const texts[] = {
        "", "sekisho-mail 1\n", "sekisho-mail 1\nfrom a@b.jp\n", "sekisho-mail 2\nfrom \nto a@b.jp\n",
        "sekisho-mail 1\nfrom \nto a@b.jp", "sekisho-mail 1\nto a@b.jp\nfrom \n", "sekisho-mail 1\nto a@b.jp\n",
        "sekisho-mail 1\nfrom \nfrom \nto a@b.jp\n", "sekisho-mail 1\nfrom \nto a@b.jp\nto a@b.jp\n",
        "sekisho-mail 1\nfrom \nto a@b.jp\nnotice\n", "sekisho-mail 1\nfrom \nnotice\nnotice\nto a@b.jp\n",
        "sekisho-mail 1\nfrom \nto a b@b.jp\n", "sekisho-mail 1\nfrom \nto <a@b.jp>\n", "sekisho-mail 1\nfrom \nto a@b.jp\r\n",
        "sekisho-mail 1\nfrom a<b\nto a@b.jp\n", "sekisho-mail 1\nfrom a b\nto a@b.jp\n", "sekisho-mail 1\nfrom \xe5\nto a@b.jp\n",
        "sekisho-mail 1\nfrom \nto a@b.jp\nx\n", "sekisho-mail 1\nfrom \nto \n",
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        SkEnvelope *self = NULL;
        g_autoptr(GError) error = NULL;
        g_assert_false(parse(texts[i], &self, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
        g_assert_null(self);
    }
    SkEnvelope *self = NULL;
    static const char nul[] = "sekisho-mail 1\nfrom \nto a@b.jp\n\0x";
    g_assert_false(sk_envelope_parse(sk_span(nul, sizeof nul - 1), &self, NULL));
}

static void
many(void)
{
    g_autoptr(SkEnvelope) self = sk_envelope_new();

    g_assert_false(sk_envelope_is_sound(self));
    for (unsigned i = 0; i <= SK_ENVELOPE_RECIPIENTS_MAX; i++) {
        g_assert_cmpint(sk_envelope_is_sound(self), ==, i > 0);
        g_ptr_array_add(self->recipients, g_strdup_printf("p%u@town.example.jp", i));
    }
    g_assert_false(sk_envelope_is_sound(self));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/envelope/round-trip", round_trip);
    g_test_add_func("/envelope/hostile", hostile);
    g_test_add_func("/envelope/many", many);
    return g_test_run();
}
