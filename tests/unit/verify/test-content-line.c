/* SPDX-License-Identifier: Apache-2.0
 * test-content-line.c - the profiles of iCalendar and vCard, sentence by sentence. */
#include "build.h"

#define CAL "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
#define END "END:VCALENDAR\r\n"
#define CARD "BEGIN:VCARD\r\nVERSION:3.0\r\n"
#define CARD_END "END:VCARD\r\n"
#define TEN "1234567890"

static void
profile(void)
{
    static const struct {
        SkType type;
        const char *content, *word;
    } rows[] = {
        { SK_TYPE_ICS, CAL END, "clean" },
        { SK_TYPE_ICS, CAL END CAL END, "clean" },
        { SK_TYPE_ICS, CAL "SUMMARY:" TEN TEN TEN TEN TEN TEN "1234567\r\n 8\r\n" END, "clean" },
        { SK_TYPE_ICS, CAL "SUMMARY:" TEN TEN TEN TEN TEN TEN "12345678\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, CAL "SUMMARY:a\r\n b\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, "", "not-canonical" },
        { SK_TYPE_ICS, "BEGIN:VCALENDAR\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, CAL "END:VCALENDAR\n", "not-canonical" },
        { SK_TYPE_ICS, CAL END "SUMMARY:a\r\n", "not-canonical" },
        { SK_TYPE_ICS, CAL "summary:a\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, CAL "SUMMARY:a;b\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, CAL "SUMMARY:a\\x\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, CAL "CATEGORIES:a,b;c\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, CAL "SUMMARY:\xe2\x80\xae\r\n" END, "text-bidi" },
        { SK_TYPE_ICS, CAL "SUMMARY:\xe2\x80\x8b\r\n" END, "text-invisible" },
        { SK_TYPE_ICS, CAL "SUMMARY:\xc1\r\n" END, "text-encoding" },
        { SK_TYPE_ICS, CAL "X-A:b\r\n" END, "unknown-part" },
        { SK_TYPE_ICS, CAL "BEGIN:STANDARD\r\n" END, "unknown-part" },
        { SK_TYPE_ICS, CAL "SUMMARY;X=b:a\r\n" END, "unknown-part" },
        { SK_TYPE_ICS, CAL "ATTENDEE;CN=\"a\":mailto:a@b.example\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, CAL "ATTENDEE;CN=a;CN=b:mailto:a@b.example\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, CAL "ATTENDEE;ROLE=chair:mailto:a@b.example\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, CAL "ATTENDEE:http://b.example/\r\n" END, "unsafe-hyperlink" },
        { SK_TYPE_ICS, CAL "URL:javascript:a\r\n" END, "unsafe-hyperlink" },
        { SK_TYPE_ICS, CAL "DTSTART:today!\r\n" END, "not-canonical" },
        { SK_TYPE_ICS, CAL "ATTACH:http://a.example/\r\n" END, "calendar-attachment" },
        { SK_TYPE_ICS, CAL "BEGIN:VEVENT\r\nBEGIN:VALARM\r\nEND:VALARM\r\n", "calendar-alarm" },
        { SK_TYPE_ICS, CAL "BEGIN:VEVENT\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM\r\nEND:VEVENT\r\n" END, "clean" },
        { SK_TYPE_VCF, CARD CARD_END, "clean" },
        { SK_TYPE_VCF, CARD "TEL;TYPE=HOME,WORK:1\r\n" CARD_END, "clean" },
        { SK_TYPE_VCF, "BEGIN:VCARD\r\nVERSION:2.1\r\n" CARD_END, "not-canonical" },
        { SK_TYPE_VCF, CARD CARD, "unknown-part" },
        { SK_TYPE_VCF, CARD "PHOTO;VALUE=TEXT:AAAA\r\n" CARD_END, "contact-media" },
        { SK_TYPE_VCF, CARD "N:a;b,c\\;d;;\r\n" CARD_END, "clean" },
        { SK_TYPE_VCF, CARD "SUMMARY:a\r\n" CARD_END, "unknown-part" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        g_assert_cmpstr(verify_word(rows[i].type, sk_span_str(rows[i].content), NULL), ==, rows[i].word);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/content-line/profile", profile);
    return g_test_run();
}
