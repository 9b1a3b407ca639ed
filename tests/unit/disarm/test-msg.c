/* SPDX-License-Identifier: Apache-2.0
 * test-msg.c - messages that Outlook wrote: what a person reads, what is handed on, what is refused. */
#include "unit/disarm/disarming.h"

#include "disarm/formats.h"
#include "sandbox/children.h"
#include "unit/format/mapi-builder.h"

static void
assert_child(GArray *children, guint i, SkChildKind kind, const char *name, const char *begins)
{
    const SkChild *child = &g_array_index(children, SkChild, i);
    g_assert_cmpint(child->kind, ==, kind);
    g_assert_true(sk_span_is(child->name, name));
    g_assert_true(sk_span_starts(child->content, begins));
}

static bool
holds(const GArray *children, guint i, const char *words)
{
    return sk_span_find(g_array_index(children, SkChild, i).content, 0, sk_span_str(words)) != SIZE_MAX;
}

static GArray *
children_of(const Disarmed *out)
{
    GArray *children = NULL;
    g_assert_cmpint(out->report->outcome, ==, SK_OUTCOME_CHILDREN);
    g_assert_true(sk_children_parse(output_of(out), 100, &children, NULL));
    return children;
}

static void
test_msg(void)
{
    g_autoptr(GBytes) file = mapi_msg("本文\r\n二行目", false, false);
    autodisarmed out = disarm(sk_span_bytes(file), SK_TYPE_MSG, SK_LEVEL_REBUILT);
    g_autoptr(GArray) children = children_of(&out);

    g_assert_cmpuint(children->len, ==, 3);
    assert_child(children, 0, SK_CHILD_READY, "予算の件.txt", "差出人: 山田 <yamada@city.example.jp>\n宛先: 財政課\nCC: 総務課 <somu@city.example.jp>\n日時: ");
    g_assert_true(holds(children, 0, "\n\n本文\n二行目\n"));
    assert_child(children, 1, SK_CHILD_OBJECT, "予算.txt", "100万円");
    assert_child(children, 2, SK_CHILD_OBJECT, "元のメール.eml", "Subject: =?UTF-8?B?");
    g_assert_cmpuint(found(&out, SK_ELEMENT_MAIL_ALTERNATIVE), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_MAIL_ATTACHMENT), ==, 2);
}

/* Outlook leaves the plain text empty where the message was written in HTML. */
static void
test_blank(void)
{
    g_autoptr(GBytes) file = mapi_msg(" \r\n", false, false);
    autodisarmed out = disarm(sk_span_bytes(file), SK_TYPE_MSG, SK_LEVEL_TEXT);

    g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_CLEAN);
    g_assert_cmpuint(sk_span_find(output_of(&out), 0, sk_span_str("見出し")), !=, SIZE_MAX);
    g_assert_cmpuint(sk_span_find(output_of(&out), 0, sk_span_str("script")), ==, SIZE_MAX);
    g_assert_cmpuint(found(&out, SK_ELEMENT_MAIL_HTML), ==, 1);
    g_assert_cmpuint(found(&out, SK_ELEMENT_HTML_SCRIPT), ==, 1);
}

/* The message in it is a mail like others. */
static void
test_inner(void)
{
    g_autoptr(GBytes) file = mapi_msg("x", false, false);
    autodisarmed out = disarm(sk_span_bytes(file), SK_TYPE_MSG, SK_LEVEL_REBUILT);
    g_autoptr(GArray) children = children_of(&out);
    autodisarmed inner = disarm(g_array_index(children, SkChild, 2).content, SK_TYPE_EML, SK_LEVEL_REBUILT);

    g_assert_cmpint(inner.report->outcome, ==, SK_OUTCOME_CLEAN);
    assert_output(&inner, sk_span_str("件名: 元のメール\n\n元の本文\n"));
}

static void
test_tnef(void)
{
    g_autoptr(GBytes) stream = mapi_tnef(false);
    autodisarmed out = disarm(sk_span_bytes(stream), SK_TYPE_TNEF, SK_LEVEL_REBUILT);
    g_autoptr(GArray) children = children_of(&out);

    g_assert_cmpuint(children->len, ==, 4);
    assert_child(children, 1, SK_CHILD_OBJECT, "本文.rtf", MAPI_RTF);
    assert_child(children, 2, SK_CHILD_OBJECT, "予算.txt", "100万円");
    assert_child(children, 3, SK_CHILD_OBJECT, "inner.eml", "Subject: inner\r\n");
}

/* In a mail its files stand beside the others, whatever it is called. */
static void
test_in_a_mail(void)
{
    g_autoptr(GBytes) stream = mapi_tnef(false);
    g_autofree char *digits = g_base64_encode(g_bytes_get_data(stream, NULL), g_bytes_get_size(stream));
    g_autofree char *mail = g_strdup_printf("Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee\r\n--b\r\nContent-Type: image/png; "
                                            "name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--\r\n",
                                            digits);
    autodisarmed out = disarm(sk_span_str(mail), SK_TYPE_EML, SK_LEVEL_REBUILT);
    g_autoptr(GArray) children = children_of(&out);

    g_assert_cmpuint(children->len, ==, 3);
    g_assert_true(holds(children, 0, "\n\nsee\n"));
    assert_child(children, 1, SK_CHILD_OBJECT, "予算.txt", "100万円");
    g_assert_cmpuint(found(&out, SK_ELEMENT_MAIL_ALTERNATIVE), ==, 1);
}

static void
test_refused(void)
{
    g_autoptr(GBytes) opaque = mapi_msg("x", false, true), spoilt = mapi_tnef(true);
    autodisarmed wrapped = disarm(sk_span_bytes(opaque), SK_TYPE_MSG, SK_LEVEL_REBUILT);
    autodisarmed wrong = disarm(sk_span_bytes(spoilt), SK_TYPE_TNEF, SK_LEVEL_REBUILT);

    assert_refused(&wrapped, SK_REASON_ENCRYPTED);
    g_assert_cmpuint(found(&wrapped, SK_ELEMENT_MAIL_OPAQUE), ==, 1);
    assert_refused(&wrong, SK_REASON_AMBIGUOUS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/disarm/msg/file", test_msg);
    g_test_add_func("/disarm/msg/blank", test_blank);
    g_test_add_func("/disarm/msg/inner", test_inner);
    g_test_add_func("/disarm/msg/tnef", test_tnef);
    g_test_add_func("/disarm/msg/in-a-mail", test_in_a_mail);
    g_test_add_func("/disarm/msg/refused", test_refused);
    return g_test_run();
}
