/* SPDX-License-Identifier: Apache-2.0
 * test-kept.c - a wall as it is kept on disk: what was written comes back, and nothing else does. */
#include "wall/kept.h"

#include <string.h>

#define HOUR_US (3600ll * 1000000)

static const char text[] =
    "organisation \"見本町\"\nmodel alpha\n"
    "zone mynumber \"利用事務\" {\n trust 3\n network 10.10.0.0/16\n interface mn0\n sign-in two "
    "factors\n take-out forbidden\n}\n"
    "zone lgwan \"LGWAN\" {\n trust 2\n network 10.20.0.0/16\n interface lg0\n sign-in "
    "password\n}\n"
    "zone kyoiku \"教育\" {\n trust 2\n network 10.25.0.0/16\n interface ky0\n sign-in "
    "password\n}\n"
    "host juki \"住基\" in mynumber address 10.10.1.5 mac 52:54:00:10:01:05\n"
    "host jlis \"中間\" outside address 198.51.100.7 mac 52:54:00:ff:00:07\n"
    "flow from lgwan to kyoiku tcp 443\n"
    "specific flow from juki to jlis tcp 443 kind 1 owner \"住民課\" until 2027-03-31\n"
    "specific flow from jlis to juki tcp 443 kind 1 owner \"住民課\" until 2026-12-31\n";

static SkPolicy *
policy(void)
{
    g_autoptr(GPtrArray) diagnostics = NULL;
    SkPolicy *out = NULL;

    g_assert_true(sk_policy_parse(sk_span_str(text), &out, &diagnostics));
    return out;
}

static SkWallKept *
made(int64_t at)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkPolicy) of = policy();
    SkWallKept *self = sk_wall_kept_new(of, at, 17, &error);

    g_assert_no_error(error);
    g_assert_nonnull(self);
    return self;
}

static void
test_comes_back(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SkWallKept) self = made(1);
    self->deadline = 77;
    g_autoptr(GBytes) bytes = sk_wall_kept_bytes(self);
    g_autoptr(SkWallKept) again = sk_wall_kept_parse(sk_span_bytes(bytes), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(again->policy, ==, self->policy);
    g_assert_cmpstr(again->ruleset, ==, self->ruleset);
    g_assert_cmpint(again->made, ==, 1);
    g_assert_cmpint(again->deadline, ==, 77);
    g_assert_cmpint(again->until, ==, self->until);
    g_assert_cmpuint(again->group, ==, 17);
    g_autoptr(SkPolicy) of = sk_wall_kept_policy(again, &error);
    g_autoptr(SkPolicy) first = policy();
    g_assert_cmpstr(sk_policy_digest(of), ==, sk_policy_digest(first));
}

static void
test_first_end(void)
{
    g_autoptr(SkWallKept) both = made(1);
    g_autoptr(SkWallKept) one = made(both->until);
    g_autoptr(SkWallKept) none = made(one->until);

    g_assert_cmpint(both->until, <, one->until);
    g_assert_cmpint(none->until, ==, 0);
    g_assert_nonnull(strstr(both->ruleset, "52:54:00:ff:00:07"));
    g_assert_null(strstr(none->ruleset, "52:54:00:10:01:05"));
    g_autoptr(SkWallKept) before = made(both->until - 1);
    g_assert_cmpstr(before->ruleset, ==, both->ruleset);
}

static void
test_damage(void)
{
    g_autoptr(SkWallKept) self = made(HOUR_US);
    g_autoptr(GBytes) bytes = sk_wall_kept_bytes(self);
    SkSpan whole = sk_span_bytes(bytes);

    for (size_t i = 0; i < whole.n; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree uint8_t *copy = g_memdup2(whole.p, whole.n);
        copy[i] ^= 1;
        g_assert_null(sk_wall_kept_parse(sk_span(copy, whole.n), &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
        g_clear_error(&error);
        g_autofree uint8_t *cut = g_memdup2(whole.p, i + 1);
        g_assert_true(i + 1 == whole.n || sk_wall_kept_parse(sk_span(cut, i), &error) == NULL);
        i += i > 400 && i + 400 < whole.n ? 96 : 0; /* the ends at every byte */
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/kept/comes-back", test_comes_back);
    g_test_add_func("/wall/kept/first-end", test_first_end);
    g_test_add_func("/wall/kept/damage", test_damage);
    return g_test_run();
}
