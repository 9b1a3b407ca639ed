/* SPDX-License-Identifier: Apache-2.0
 * test-identify-pairs.c - content of every type under the name of every type: refused, or one of the
 * pairs of docs/formats/identify.md, each of which stands here. And texts: mark and name. */
#include "unit/disarm/disarming.h"
#include "unit/disarm/samples.h"

#include "disarm/formats.h"
#include "disarm/identify-magic.h"
#include "disarm/identify.h"

static SkType
identify_as(SkSpan input, SkType hint)
{
    bool polyglot = false;
    g_autofree uint8_t *heap = g_memdup2(input.p, input.n);
    SkType type = sk_identify(sk_span(heap, input.n), hint, &polyglot);
    g_assert_false(polyglot);
    return type;
}

static void
recognised(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(GByteArray) bytes = sample_bytes(&samples[i]);
        SkSpan input = sk_span(bytes->data, bytes->len);
        SkType own = samples[i].type;
        /* nothing but its name tells JSON from a text */
        SkType alone = own == SK_TYPE_JSON ? SK_TYPE_TEXT : own;
        if (identify_as(input, own) != own || identify_as(input, SK_TYPE_NONE) != alone)
            g_error("sample %zu is no %s but %s", i, sk_type_get(own)->name,
                    sk_type_get(identify_as(input, SK_TYPE_NONE))->name);
    }
    for (unsigned type = 1; type < SK_TYPE_COUNT; type++) {
        bool has = !sk_type_is_refused((SkType)type);
        for (size_t i = 0; i < G_N_ELEMENTS(samples); i++)
            has = has || samples[i].type == (SkType)type;
        /* by their container and their name */
        static const SkType named[] = { SK_TYPE_VISIO, SK_TYPE_PUBLISHER, SK_TYPE_PROJECT, SK_TYPE_HANAKO,
                                        SK_TYPE_IWORK, SK_TYPE_XPS,       SK_TYPE_EPUB };
        for (size_t i = 0; i < G_N_ELEMENTS(named); i++)
            has = has || named[i] == (SkType)type;
        if (!has)
            g_error("no sample of %s", sk_type_get((SkType)type)->name);
    }
}

/* Content, then the name it may bear. Pictures under each other's names and texts called .txt are told
 * by rule below. */
static const SkType accepted[][2] = {
    { SK_TYPE_TEXT, SK_TYPE_CSV },  { SK_TYPE_TEXT, SK_TYPE_TSV },  { SK_TYPE_TEXT, SK_TYPE_HTML },
    { SK_TYPE_TEXT, SK_TYPE_SVG },  { SK_TYPE_JSON, SK_TYPE_SVG },
    { SK_TYPE_JSON, SK_TYPE_CSV },  { SK_TYPE_JSON, SK_TYPE_TSV },  { SK_TYPE_JSON, SK_TYPE_HTML },
    { SK_TYPE_EML, SK_TYPE_CSV },   { SK_TYPE_EML, SK_TYPE_TSV },   { SK_TYPE_EML, SK_TYPE_MHT },
    { SK_TYPE_MBOX, SK_TYPE_CSV },  { SK_TYPE_MBOX, SK_TYPE_TSV },  { SK_TYPE_XML, SK_TYPE_SVG },
    { SK_TYPE_XDW, SK_TYPE_XBD },   { SK_TYPE_RTF, SK_TYPE_DOC },   { SK_TYPE_XLS95, SK_TYPE_XLS },
    { SK_TYPE_GZ, SK_TYPE_SVG },
};

static bool
is_picture(SkType type)
{
    return (type >= SK_TYPE_PNG && type <= SK_TYPE_ICO);
}

/* May content of @own pass as a @hint? Only what has no NUL in it is a text. */
static bool
may_pass(const Sample *sample, SkType hint)
{
    SkType own = sample->type;
    bool text = sk_span_find(sample->bytes, 0, sk_span("\0", 1)) == SIZE_MAX || own == SK_TYPE_HTML;

    for (size_t i = 0; i < G_N_ELEMENTS(accepted); i++)
        if (accepted[i][0] == own && accepted[i][1] == hint)
            return true;
    if (hint == SK_TYPE_TEXT)
        return text && own != SK_TYPE_PDF && own != SK_TYPE_RTF && own != SK_TYPE_XDW;
    if (hint == SK_TYPE_HTML && own == SK_TYPE_SCRIPT) /* a page may begin with a script */
        return sample->bytes.p[0] == '<';
    /* a ZIP that cannot be read is refused for that */
    bool unread = own == SK_TYPE_ZIP && (hint == SK_TYPE_ODT || hint == SK_TYPE_ODS || hint == SK_TYPE_ODP ||
                                         (hint >= SK_TYPE_DOCX && hint <= SK_TYPE_PPSM &&
                                          hint != SK_TYPE_XLAM && hint != SK_TYPE_XLSB));
    return own == hint || unread || (is_picture(own) && is_picture(hint));
}

static void
pairs(void)
{
    unsigned refused = 0, passed = 0;
    GString *wrong = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autoptr(GByteArray) bytes = sample_bytes(&samples[i]);
        for (unsigned hint = 1; hint < SK_TYPE_COUNT; hint++) {
            if (*sk_type_get((SkType)hint)->extension == '\0')
                continue; /* nothing is called so */
            SkType type = identify_as(sk_span(bytes->data, bytes->len), (SkType)hint);
            bool passes = sk_identify_naming(type, (SkType)hint) != SK_NAMING_FALSE &&
                          !sk_type_is_refused(type);
            bool may = !sk_type_is_refused((SkType)hint) && may_pass(&samples[i], (SkType)hint);
            if (passes != may && !(sk_type_is_refused(samples[i].type) && type == samples[i].type))
                g_string_append_printf(wrong, "\nsample %zu, %s as %s: %s", i, sk_type_get(samples[i].type)->name,
                                       sk_type_get((SkType)hint)->name, passes ? "passes" : "refused");
            refused += !passes;
            passed += passes;
        }
    }
    if (wrong->len > 0)
        g_error("%s", wrong->str);
    g_string_free(wrong, TRUE);
    g_test_message("%u pairs are refused, %u are not", refused, passed);
    g_assert_cmpuint(refused, >, 7000);
}

/* What is recognised only to be refused has no way through any level; a script has one, the level `text`. */
static void
no_row(void)
{
    for (unsigned i = 0; i < sk_disarm_rows_count; i++) {
        const SkDisarmRow *row = &sk_disarm_rows[i];
        bool as_text = row->type_in == SK_TYPE_SCRIPT && row->level == SK_LEVEL_TEXT && row->type_out == SK_TYPE_TEXT;
        g_assert_true(as_text || !sk_type_is_refused(row->type_in));
    }
    for (unsigned i = 0; i < sk_disarm_conversions_count; i++)
        g_assert_false(sk_type_is_refused(sk_disarm_conversions[i].type_in));
    for (unsigned type = 1; type < SK_TYPE_COUNT; type++) {
        if (sk_type_is_refused((SkType)type)) {
            g_assert_nonnull(sk_type_advice((SkType)type, SK_LEVEL_REBUILT, "ja"));
            g_assert_cmpint(sk_family_member((SkType)type, SK_TYPE_DOCX), ==, type);
        } else {
            g_assert_false(sk_type_is_program((SkType)type));
        }
        for (unsigned hint = 1; hint < SK_TYPE_COUNT; hint++) {
            SkType member = sk_family_member((SkType)type, (SkType)hint);
            g_assert_true(member == (SkType)type || sk_type_is_refused(member));
        }
    }
}

static void
by_name_alone(void)
{
    static const uint8_t noise[] = { 0x9d, 0x01, 0xff, 0x00, 0x80, 0x41, 0x00, 0x07 };
    SkSpan input = sk_span(noise, sizeof noise);

    for (unsigned hint = 0; hint < SK_TYPE_COUNT; hint++) {
        if (*sk_type_get((SkType)hint)->extension == '\0' && hint != SK_TYPE_NONE)
            continue;
        SkType type = identify_as(input, (SkType)hint);
        g_assert_cmpint(type, ==, sk_type_is_refused((SkType)hint) ? hint : SK_TYPE_NONE);
        autodisarmed out = disarm(input, (SkType)hint, SK_LEVEL_REBUILT);
        g_assert_cmpint(out.report->outcome, ==, SK_OUTCOME_REFUSED);
    }
}

/* Words that begin as the sign of something that runs are words. */
static void
words(void)
{
    static const char *const texts[] = {
        "MZ is a label", "LASF is a format", "glTF is another", "hsqs", "Cr24 steel", "KDMV",
        "conectix", "vhdxfile", "8BPS is one of Adobe's", "ID;Price\n1;2\n", "WEB design\n", "Rar things",
        "FWS is older than CWS.", "true or false", "From here to there.\nwords\n",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_cmpint(identify_as(sk_span_str(texts[i]), SK_TYPE_NONE), ==, SK_TYPE_TEXT);
        g_assert_cmpint(identify_as(sk_span_str(texts[i]), SK_TYPE_CSV), ==, SK_TYPE_CSV);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/identify/pairs/recognised", recognised);
    g_test_add_func("/identify/pairs/all", pairs);
    g_test_add_func("/identify/pairs/no-row", no_row);
    g_test_add_func("/identify/pairs/by-name-alone", by_name_alone);
    g_test_add_func("/identify/pairs/words", words);
    return g_test_run();
}
