/* SPDX-License-Identifier: Apache-2.0
 * test-content-line.c - calendars and contacts: what is kept, what goes, what refuses. */
#include "unit/disarm/disarming.h"
#include "verify/verify.h"

#define CAL "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
#define CAL_END "END:VCALENDAR\r\n"
#define CARD "BEGIN:VCARD\r\nVERSION:3.0\r\n"
#define CARD_END "END:VCARD\r\n"

static void
check(SkType type, const char *in, const char *want, SkElement element)
{
    g_test_message("%s", in);
    autodisarmed out = disarm(sk_span_str(in), type, SK_LEVEL_REBUILT);
    assert_output(&out, sk_span_str(want));
    if (element == SK_ELEMENT_NONE)
        g_assert_cmpuint(out.report->findings->len, ==, 0);
    else
        g_assert_cmpuint(found(&out, element), >, 0);
    autodisarmed again = disarm(output_of(&out), type, SK_LEVEL_TEXT);
    assert_output(&again, sk_span_str(want));
    g_autoptr(SkReport) proof = sk_report_new();
    SkJob job = sk_job_default();
    job.hint = type;
    sk_verify_run(&job, output_of(&out), proof);
    g_assert_cmpint(proof->outcome, ==, SK_OUTCOME_CLEAN);
}

static void
calendars(void)
{
    static const struct {
        const char *in, *out; /* inside the calendar */
        SkElement element;
    } rows[] = {
        { "", "", SK_ELEMENT_NONE },
        { "PRODID:-//A//B//JA\nMETHOD:PUBLISH\n", "PRODID:-//A//B//JA\r\nMETHOD:PUBLISH\r\n", SK_ELEMENT_NONE },
        { "begin:vevent\nsummary:会議\\, 第\n 2回\nend:vevent\n", "BEGIN:VEVENT\r\nSUMMARY:会議\\, 第2回\r\nEND:VEVENT\r\n", SK_ELEMENT_NONE },
        { "SUMMARY:a;b,c\\x\\\\\\N\n", "SUMMARY:a\\;b\\,c\\\\x\\\\\\n\r\n", SK_ELEMENT_NONE },
        { "CATEGORIES:a,b\\,c\n", "CATEGORIES:a,b\\,c\r\n", SK_ELEMENT_NONE },
        { "SUMMARY:ａａａａａａａａａａａａａａａａａａａａａａａａａ\n", "SUMMARY:ａａａａａａａａａａａａａａａａａａａａａａ\r\n ａａａ\r\n", SK_ELEMENT_NONE },
        { "DTSTART;TZID=\"A:B\";VALUE=date-time:20260401T090000\n", "DTSTART;TZID=\"A:B\";VALUE=DATE-TIME:20260401T090000\r\n", SK_ELEMENT_NONE },
        { "RRULE:FREQ=WEEKLY;BYDAY=MO,TU\nTRIGGER:-PT15M\nGEO:35.6;139.7\n", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU\r\nTRIGGER:-PT15M\r\nGEO:35.6;139.7\r\n", SK_ELEMENT_NONE },
        { "ATTENDEE;CN=\"山田, 太郎\";X-A=b;RSVP=TRUE:MAILTO:a@b.example\n", "ATTENDEE;CN=\"山田, 太郎\";RSVP=TRUE:mailto:a@b.example\r\n", SK_ELEMENT_UNKNOWN_PART },
        { "URL:https://a.example/\n", "URL:https://a.example/\r\n", SK_ELEMENT_HYPERLINK },
        { "URL:javascript:alert(1)\n", "", SK_ELEMENT_UNSAFE_HYPERLINK },
        { "ORGANIZER:file://server/share\n", "", SK_ELEMENT_UNSAFE_HYPERLINK },
        { "X-ALT-DESC;FMTTYPE=text/html:<script>\n", "", SK_ELEMENT_UNKNOWN_PART },
        { "DTSTART:today\\, =1+1\n", "", SK_ELEMENT_UNKNOWN_PART },
        { "ATTACH;VALUE=BINARY;ENCODING=BASE64:AAAA\n", "", SK_ELEMENT_CALENDAR_ATTACHMENT },
        { "SUMMARY;ALTREP=\"http://a.example/\":b\n", "SUMMARY:b\r\n", SK_ELEMENT_UNKNOWN_PART },
        { "BEGIN:VEVENT\nBEGIN:VALARM\nACTION:PROCEDURE\nATTACH:file://a/b.exe\nEND:VALARM\nEND:VEVENT\n", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", SK_ELEMENT_CALENDAR_ALARM },
        { "BEGIN:VEVENT\nBEGIN:VALARM\nACTION:DISPLAY \nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT\n", "BEGIN:VEVENT\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n", SK_ELEMENT_NONE },
        { "BEGIN:VEVENT\nBEGIN:VALARM\nACTION:DISPLAY\nACTION:EMAIL\nEND:VALARM\nEND:VEVENT\n", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", SK_ELEMENT_CALENDAR_ALARM },
        { "BEGIN:X-THING\nBEGIN:VEVENT\nEND:VEVENT\nEND:X-THING\n", "", SK_ELEMENT_UNKNOWN_PART },
        { "SUMMARY:a\xE2\x80\xAE" "b\n", "SUMMARY:ab\r\n", SK_ELEMENT_TEXT_BIDI },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *in = g_strconcat("BEGIN:VCALENDAR\nVERSION:2.0\n", rows[i].in, "END:VCALENDAR\n", NULL);
        g_autofree char *out = g_strconcat(CAL, rows[i].out, CAL_END, NULL);
        check(SK_TYPE_ICS, in, out, rows[i].element);
    }
}

static void
contacts(void)
{
    static const struct {
        const char *in, *out;
        SkElement element;
    } rows[] = {
        { "BEGIN:VCARD\nVERSION:4.0\nFN:山田\nEND:VCARD\n", "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:山田\r\nEND:VCARD\r\n", SK_ELEMENT_NONE },
        { "BEGIN:VCARD\nVERSION:3.0\nN:山田;太郎;;;\nitem1.TEL;type=HOME;type=VOICE:+81-3\nEND:VCARD\n", CARD "N:山田;太郎;;;\r\nTEL;TYPE=HOME,VOICE:+81-3\r\n" CARD_END, SK_ELEMENT_NONE },
        { "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63;=\n=91=BE=98=59\nTEL;CELL:1\nEND:VCARD\n", CARD "N:山田;太郎\r\nTEL;TYPE=CELL:1\r\n" CARD_END, SK_ELEMENT_NONE },
        { "BEGIN:VCARD\nVERSION:2.1\nSOUND;X-IRMC-N:ﾔﾏﾀﾞ;ﾀﾛｳ;;;\nEND:VCARD\n", CARD "SORT-STRING;TYPE=X-IRMC-N:ﾔﾏﾀﾞ\\;ﾀﾛｳ\r\n" CARD_END, SK_ELEMENT_NONE },
        { "BEGIN:VCARD\nVERSION:2.1\nPHOTO;JPEG;ENCODING=BASE64:\n AAAA\n\nEND:VCARD\n", CARD CARD_END, SK_ELEMENT_CONTACT_MEDIA },
        { "BEGIN:VCARD\nVERSION:2.1\nAGENT:\nBEGIN:VCARD\nVERSION:2.1\nFN:b\nEND:VCARD\nFN:a\nEND:VCARD\n", CARD "FN:a\r\n" CARD_END, SK_ELEMENT_UNKNOWN_PART },
        /* folded between the bytes of one character: UTF-8, CP932, a telephone's quoted-printable */
        { "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:\xE5\xB1\r\n \xB1\xE7\n \x94\r\n\t\xB0\r\nEND:VCARD\r\n", "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:山田\r\nEND:VCARD\r\n", SK_ELEMENT_NONE },
        { "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:\x8E\r\n \x52\x93\r\n \x63\r\nEND:VCARD\r\n", CARD "FN:山田\r\n" CARD_END, SK_ELEMENT_TEXT_ENCODING },
        { "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=\n=52=93=\n=63;=91=BE=98=59;;;\nEND:VCARD\n", CARD "N:山田;太郎;;;\r\n" CARD_END, SK_ELEMENT_NONE },
        { "BEGIN:VCARD\nVERSION:4.0\nTEL;VALUE=uri:tel:+81-3\nEND:VCARD\n", "BEGIN:VCARD\r\nVERSION:4.0\r\nTEL:+81-3\r\nEND:VCARD\r\n", SK_ELEMENT_UNKNOWN_PART },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        check(SK_TYPE_VCF, rows[i].in, rows[i].out, rows[i].element);
}

static void
refused(void)
{
    static const struct {
        SkType type;
        const char *in;
        SkReason reason;
    } rows[] = {
        { SK_TYPE_ICS, "BEGIN:VCALENDAR\n", SK_REASON_MALFORMED },
        { SK_TYPE_ICS, "BEGIN:VCALENDAR\nEND:VEVENT\n", SK_REASON_MALFORMED },
        { SK_TYPE_ICS, "BEGIN:VCALENDAR\nEND:VCALENDAR\nSUMMARY:a\n", SK_REASON_MALFORMED },
        { SK_TYPE_ICS, "BEGIN:VCALENDAR\nVERSION:1.0\nEND:VCALENDAR\n", SK_REASON_UNSUPPORTED },
        { SK_TYPE_VCF, "BEGIN:VCARD\nFN:a\n", SK_REASON_MALFORMED },
        { SK_TYPE_VCF, "BEGIN:VCARD\nVERSION:5.0\nEND:VCARD\n", SK_REASON_UNSUPPORTED },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        autodisarmed out = disarm(sk_span_str(rows[i].in), rows[i].type, SK_LEVEL_REBUILT);
        assert_refused(&out, rows[i].reason);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/disarm/content-line/calendars", calendars);
    g_test_add_func("/disarm/content-line/contacts", contacts);
    g_test_add_func("/disarm/content-line/refused", refused);
    return g_test_run();
}
