/* SPDX-License-Identifier: Apache-2.0
 * fuzz-directory.c - any bytes as a question to the directory role, its settings, a value of an entry,
 * a name, a piece of a group, a SID: what is taken goes out again as it came in; no value breaks a
 * row of the table, and none a filter. */
#include "directory/parts.h"
#include "fuzz.h"

#include <string.h>

static void
question(SkSpan in)
{
    g_autoptr(SkDirectoryQuestion) q = NULL;
    g_autoptr(GError) no = NULL;

    if (!sk_directory_frame_parse(in, &q, &no)) {
        g_assert_nonnull(no);
        return;
    }
    g_autoptr(GByteArray) again = sk_directory_frame(q->name, q->password);
    g_assert_nonnull(again);
    g_assert_true(sk_span_equal(sk_span(again->data, again->len), in));
    g_assert_true(q->name == NULL || (*q->password != '\0' && strpbrk(q->name, "*()\\ ,=") == NULL));
}

static void
settings(SkSpan in)
{
    g_autoptr(SkDirectoryDoor) door = NULL;
    g_autoptr(SkDirectoryDoor) same = NULL;
    g_autoptr(GError) no = NULL;

    if (!sk_directory_door_parse(in, &door, &no))
        return;
    g_autoptr(GBytes) again = sk_directory_door_emit(door);
    g_assert_nonnull(again);
    g_assert_true(*door->bind != '\0' && *door->password != '\0');
    g_assert_true(sk_directory_door_parse(sk_span_bytes(again), &same, NULL));
    g_assert_cmpstr(door->password, ==, same->password);
}

/* The bytes, cut at each 0xfe, are one attribute's values. */
static char *
value_of(SkSpan in, bool one)
{
    struct berval kept[8];
    struct berval *values[9] = { NULL };
    const char *wrong = NULL;
    size_t from = 0;
    unsigned n = 0;

    for (size_t i = 0; i <= in.n && n < 8; i++) {
        if (i < in.n && in.p[i] != 0xfe)
            continue;
        kept[n] = (struct berval){ .bv_len = i - from, .bv_val = (char *)(uintptr_t)in.p + from };
        values[n] = &kept[n];
        n++;
        from = i + 1;
    }
    char *out = sk_ldap_value(values, true, one, &wrong);
    g_assert_true(wrong == NULL || *out == '\0');
    (void)sk_ldap_is_account(values, "taro");
    return out;
}

static unsigned
count(SkSpan in, char c)
{
    unsigned n = 0;
    for (size_t i = 0; i < in.n; i++)
        n += in.p[i] == (uint8_t)c;
    return n;
}

static void
entry(SkSpan in)
{
    SkDirectoryPerson p = { .role = "" };
    g_autoptr(GPtrArray) people = g_ptr_array_new();
    const SkDirectory all = { .people = people };

    for (unsigned i = 0; i < SK_DIRECTORY_VALUES; i++)
        p.values[i] = value_of(in, i == SK_DIRECTORY_ACCOUNT);
    g_ptr_array_add(people, &p);
    g_autoptr(GBytes) table = sk_directory_table(&all, NULL, NULL);
    g_assert_cmpuint(count(sk_span_bytes(table), '\n'), ==, 3);
    g_assert_cmpuint(count(sk_span_bytes(table), '\t'), ==, 1 + 9 + 9);
    for (unsigned i = 0; i < SK_DIRECTORY_VALUES; i++)
        g_free(p.values[i]);
}

static void
words(SkSpan in, const char *text)
{
    g_autofree char *filter = sk_ldap_filter("(a=b)", "uid", text);
    g_autofree char *escaped = sk_ldap_escape(in);
    g_autofree char *dn = sk_ldap_dn(text);
    g_autoptr(GBytes) primary = sk_ldap_primary(in, "513");
    SkLdapRange range = { 0 };

    g_assert_cmpuint(count(sk_span_str(filter), '('), ==, 3);
    g_assert_cmpuint(count(sk_span_str(filter), '*'), ==, 0);
    g_assert_null(strpbrk(escaped, "*()=&|!<>~"));
    if (dn != NULL) { /* a name in its compared form is one, and stays it */
        g_assert_true(*dn != '\0' && g_utf8_validate(dn, -1, NULL));
    }
    g_assert_true(primary == NULL || g_bytes_get_size(primary) == in.n);
    if (sk_ldap_range(text, "member", &range))
        g_assert_true(range.from >= 0 && (range.to == -1 || range.to >= range.from));
    (void)sk_ldap_judge(LDAP_INVALID_CREDENTIALS, text, PP_noError);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SkSpan in = sk_span(data, size);
    g_autofree char *text = sk_span_dup(in);

    question(in);
    settings(in);
    entry(in);
    words(in, text);
    return 0;
}

GBytes *
sk_fuzz_seed(unsigned index)
{
    static const char *const texts[] = {
        "{\"url\":\"ldaps://x\",\"bind\":\"cn=x\",\"password\":\"p\",\"base\":\"dc=x\",\"filter\":\"(a=b)\",\"account\":\"uid\"}",
        "member;range=0-1499", "cn=a\\,b+uid=taro,ou=\"x y\",dc=example", "例 太郎\xfe" "b\xfe" "a",
        "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 532, v2580",
    };
    static const uint8_t sid[] = { 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0x50, 4, 0, 0 };

    if (index == 0)
        return g_byte_array_free_to_bytes(sk_directory_frame("taro", "yama no michi"));
    if (index == 1)
        return g_bytes_new_static(sid, sizeof sid);
    return index - 2 < G_N_ELEMENTS(texts) ? g_bytes_new_static(texts[index - 2], strlen(texts[index - 2])) : NULL;
}
