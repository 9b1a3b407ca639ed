/* SPDX-License-Identifier: Apache-2.0
 * test-mail.c - crossings that are mails: received, told of, handed out recipient by recipient, forgotten. */
#include "fixture.h"
#include "store/mail.h"

static const char *const digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
static const char *const id = "01939abc-def0-7123-8abc-0123456789ab";

static char *
put(Station *s, const char *text)
{
    char *object = NULL;
    g_autoptr(SkVaultWriter) w = sk_vault_begin(sk_store_vault(s->store), 1000, NULL);
    g_assert_true(sk_vault_append(w, sk_span_str(text), NULL));
    g_assert_true(sk_vault_commit(g_steal_pointer(&w), &object, NULL, NULL));
    return object;
}

static SkEnvelope *
envelope_for(unsigned n, bool notice)
{
    SkEnvelope *e = sk_envelope_new();
    for (unsigned i = 0; i < n; i++)
        g_ptr_array_add(e->recipients, g_strdup_printf("p%u@town.example.jp", i));
    e->notice = notice;
    return e;
}

static SkReceive
receive_of(const SkEnvelope *envelope, const char *object)
{
    return (SkReceive){ .to = "lgwan", .name = SK_MAIL_NAME, .level_asked = SK_LEVEL_TEXT, .object_in = object,
                        .sha256_in = digest, .bytes_in = 1, .policy_digest = digest, .envelope = envelope };
}

static SkCrossing *
receive(Station *s, unsigned n, bool notice)
{
    g_autofree char *object = put(s, "x");
    g_autoptr(SkEnvelope) envelope = envelope_for(n, notice);
    SkReceive in = receive_of(envelope, object);
    SkCrossing *row = NULL;
    GError *error = NULL;
    g_assert_true(sk_store_receive(s->store, &in, &row, &error));
    g_assert_no_error(error);
    return row;
}

static void
refuse(Station *s, const char *crossing, SkReason reason)
{
    g_autoptr(SkCrossing) claimed = NULL;
    GError *error = NULL;
    const SkEventDetails d = { .worker = "w", .reason = reason };
    g_assert_true(sk_store_claim(s->store, "w", HOUR, &claimed, &error));
    g_assert_cmpstr(claimed->id, ==, crossing);
    g_assert_true(sk_crossing_event(s->store, crossing, SK_EVENT_REFUSE, &d, NULL, &error));
    g_assert_no_error(error);
}

static void
received(void)
{
    Station s;
    fixture_up(&s, "internet");
    g_autoptr(SkCrossing) row = receive(&s, 2, false);
    g_autoptr(SkEnvelope) back = NULL;
    GPtrArray *due = NULL;

    g_assert_true(row->mail && row->expires == 0 && row->sender[0] == '\0' && row->recipient[0] == '\0');
    g_assert_true(sk_store_envelope(s.store, row->id, &back, NULL));
    g_assert_cmpuint(back->recipients->len, ==, 2);
    g_assert_true(sk_store_mail_due(s.store, 10, &due, NULL));
    g_assert_cmpuint(due->len, ==, 0); /* the receiving station hands it out */
    g_ptr_array_unref(due);

    /* A mail has an envelope and no accounts, a file the reverse. */
    g_autofree char *object = put(&s, "x");
    g_autoptr(SkEnvelope) envelope = envelope_for(1, false);
    g_autoptr(SkEnvelope) nobody = sk_envelope_new();
    SkReceive bad[] = { receive_of(envelope, object), receive_of(NULL, object), receive_of(nobody, object) };
    bad[0].sender = "taro";
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(sk_store_receive(s.store, &bad[i], NULL, &error));
        g_assert_error(error, SK_ERROR, SK_ERROR_MALFORMED);
    }
    fixture_down(&s);
}

static void
told_once(void)
{
    Station s;
    fixture_up(&s, "internet");
    g_autoptr(SkCrossing) row = receive(&s, 2, false);
    g_autoptr(SkCrossing) untold = NULL;
    g_autofree char *object = put(&s, "notice");
    g_autoptr(SkEnvelope) notice = envelope_for(2, true);
    SkReceive in = receive_of(notice, object);
    GError *error = NULL;

    g_assert_true(sk_store_mail_untold(s.store, &untold, &error));
    g_assert_null(untold);
    refuse(&s, row->id, SK_REASON_AMBIGUOUS);
    g_assert_true(sk_store_mail_untold(s.store, &untold, &error));
    g_assert_cmpstr(untold->id, ==, row->id);
    g_assert_cmpint(untold->expires, ==, T0 + SK_MAIL_KEEP_US);
    g_assert_true(sk_store_mail_tell(s.store, row->id, &in, &error));
    g_assert_false(sk_store_mail_tell(s.store, row->id, &in, NULL));
    g_clear_pointer(&untold, sk_crossing_free);
    g_assert_true(sk_store_mail_untold(s.store, &untold, &error));
    g_assert_null(untold);

    /* Of the notice itself nobody is told, nor of what the other station refused. */
    g_autoptr(SkCrossing) second = NULL;
    const SkEventDetails d = { .worker = "w", .reason = SK_REASON_LIMIT };
    g_assert_true(sk_store_claim(s.store, "w", HOUR, &second, &error));
    g_assert_true(sk_crossing_event(s.store, second->id, SK_EVENT_REFUSE, &d, NULL, &error));
    g_autoptr(SkCrossing) third = receive(&s, 1, false);
    refuse(&s, third->id, SK_REASON_VERIFY_FAILED);
    g_assert_true(sk_store_mail_untold(s.store, &untold, &error));
    g_assert_null(untold);
    fixture_down(&s);
}

static SkCrossing *
arrive(Station *s, unsigned n)
{
    g_autofree char *object = put(s, "text");
    g_autoptr(SkEnvelope) envelope = envelope_for(n, false);
    const SkArrival in = { .id = id, .from = "internet", .name = "mail.txt", .type_in = SK_TYPE_EML, .type_out = SK_TYPE_TEXT,
                           .level = SK_LEVEL_TEXT, .object_out = object, .sha256_out = digest, .bytes_out = 4,
                           .policy_digest = digest, .envelope = envelope };
    SkCrossing *row = NULL;
    bool existing = true;
    GError *error = NULL;
    g_assert_true(sk_store_arrive(s->store, &in, &row, &existing, &error));
    g_assert_no_error(error);
    g_assert_true(!existing && row->mail);
    return row;
}

static unsigned
count_due(Station *s)
{
    GPtrArray *due = NULL;
    g_assert_true(sk_store_mail_due(s->store, 10, &due, NULL));
    unsigned n = due->len;
    g_ptr_array_unref(due);
    return n;
}

static void
handed_out(void)
{
    Station s;
    fixture_up(&s, "lgwan");
    g_autoptr(SkCrossing) row = arrive(&s, 3);
    g_autoptr(SkCrossing) after = NULL;
    GError *error = NULL;

    g_assert_cmpuint(count_due(&s), ==, 0); /* not before it was decided */
    g_assert_true(sk_crossing_event(s.store, id, SK_EVENT_CLEAR, NULL, NULL, &error));
    g_assert_cmpuint(count_due(&s), ==, 3);
    g_assert_true(sk_store_mail_put_off(s.store, id, 1, &error));
    g_assert_cmpuint(count_due(&s), ==, 2);
    s.boot += 61 * G_USEC_PER_SEC;
    g_assert_cmpuint(count_due(&s), ==, 3);
    g_assert_true(sk_store_mail_settle(s.store, id, 0, true, "250", &error));
    g_assert_false(sk_store_mail_settle(s.store, id, 0, true, "250", NULL));
    g_assert_false(sk_store_mail_settle(s.store, id, 1, true, "x", NULL));
    g_assert_true(sk_store_mail_settle(s.store, id, 1, false, "550", &error));
    g_assert_true(sk_store_get(s.store, id, &after, &error));
    g_assert_cmpint(after->state, ==, SK_STATE_READY);
    g_clear_pointer(&after, sk_crossing_free);
    g_assert_true(sk_store_mail_settle(s.store, id, 2, true, "250", &error));
    g_assert_true(sk_store_get(s.store, id, &after, &error));
    g_assert_cmpint(after->state, ==, SK_STATE_DELIVERED);
    g_assert_cmpstr(after->object_out, ==, "");
    g_assert_cmpint(after->expires, ==, T0 + SK_MAIL_KEEP_US);

    /* With the row everything that says who goes. */
    SkSweep sweep = { 0 };
    g_autoptr(SkEnvelope) gone = NULL;
    s.wall += SK_MAIL_KEEP_US + 1;
    g_assert_true(sk_store_sweep(s.store, &sweep, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(sweep.expired, ==, 1);
    g_assert_false(sk_store_envelope(s.store, id, &gone, NULL));
    fixture_down(&s);
}

static void
nobody_takes_it(void)
{
    Station s;
    fixture_up(&s, "lgwan");
    g_autoptr(SkCrossing) row = arrive(&s, 1);
    g_autoptr(SkCrossing) after = NULL;
    GError *error = NULL;

    g_assert_true(sk_crossing_event(s.store, id, SK_EVENT_CLEAR, NULL, NULL, &error));
    g_assert_true(sk_store_mail_settle(s.store, id, 0, false, "550", &error));
    g_assert_true(sk_store_get(s.store, id, &after, &error));
    g_assert_cmpint(after->state, ==, SK_STATE_REFUSED);
    g_assert_cmpint(after->reason, ==, SK_REASON_GAVE_UP);
    g_assert_cmpuint(count_due(&s), ==, 0);
    fixture_down(&s);
}

/* What the verifier refused is due as news of it, and stays refused behind that. */
static void
refused_here(void)
{
    Station s;
    fixture_up(&s, "lgwan");
    g_autoptr(SkCrossing) row = arrive(&s, 1);
    g_autoptr(SkCrossing) after = NULL;
    GPtrArray *due = NULL;
    GError *error = NULL;
    const SkEventDetails d = { .reason = SK_REASON_VERIFY_FAILED };

    g_assert_true(sk_crossing_event(s.store, id, SK_EVENT_REFUSE, &d, NULL, &error));
    g_assert_true(sk_store_mail_due(s.store, 10, &due, NULL));
    g_assert_cmpuint(due->len, ==, 1);
    const SkMailDue *one = g_ptr_array_index(due, 0);
    g_assert_true(one->refused);
    g_assert_cmpstr(one->address, ==, "p0@town.example.jp");
    g_ptr_array_unref(due);
    g_assert_true(sk_store_mail_settle(s.store, id, 0, true, "250", &error));
    g_assert_true(sk_store_get(s.store, id, &after, &error));
    g_assert_cmpint(after->state, ==, SK_STATE_REFUSED);
    g_assert_cmpint(after->reason, ==, SK_REASON_VERIFY_FAILED);
    fixture_down(&s);
}

/* A file that is ready is nobody's to refuse any more. */
static void
only_mail(void)
{
    Station s;
    fixture_up(&s, "lgwan");
    g_autofree char *object = put(&s, "text");
    const SkArrival in = { .id = id, .from = "internet", .sender = "taro", .recipient = "taro", .name = "a.txt",
                           .type_in = SK_TYPE_TEXT, .type_out = SK_TYPE_TEXT, .level = SK_LEVEL_REBUILT, .object_out = object,
                           .sha256_out = digest, .bytes_out = 4, .policy_digest = digest };
    g_autoptr(SkCrossing) row = NULL;
    bool existing = true;
    GError *error = NULL;
    const SkEventDetails d = { .reason = SK_REASON_LIMIT };

    g_assert_true(sk_store_arrive(s.store, &in, &row, &existing, &error));
    g_assert_true(sk_crossing_event(s.store, id, SK_EVENT_CLEAR, NULL, NULL, &error));
    g_assert_false(sk_crossing_event(s.store, id, SK_EVENT_REFUSE, &d, NULL, NULL));
    g_assert_cmpstr(sk_store_why(s.store), ==, "forbidden-state");
    fixture_down(&s);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/received", received);
    g_test_add_func("/mail/told-once", told_once);
    g_test_add_func("/mail/handed-out", handed_out);
    g_test_add_func("/mail/nobody-takes-it", nobody_takes_it);
    g_test_add_func("/mail/refused-here", refused_here);
    g_test_add_func("/mail/only-mail", only_mail);
    return g_test_run();
}
