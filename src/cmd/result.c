/* SPDX-License-Identifier: Apache-2.0
 * result.c - contract in result.h. */
#include "cmd/result.h"

#include <jansson.h>
#include <string.h>

#define PLACES_SHOWN 3u

void
sk_result_clear(SkResult *self)
{
    g_clear_pointer(&self->sha256_in, g_free);
    g_clear_pointer(&self->sha256_out, g_free);
}

static const char *
environment_language(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = g_getenv(names[i]);
        if (value != NULL && *value != '\0')
            return g_str_has_prefix(value, "ja") ? "ja" : "en";
    }
    return "en";
}

bool
sk_result_language_is_known(const char *language)
{
    return language == NULL || strcmp(language, "ja") == 0 || strcmp(language, "en") == 0;
}

SkResultStyle
sk_result_style(const char *language, FILE *to)
{
    const char *no_colour = g_getenv("NO_COLOR");
    return (SkResultStyle){
        .language = language == NULL ? environment_language() : language,
        .colour = isatty(fileno(to)) == 1 && (no_colour == NULL || *no_colour == '\0'),
    };
}

static bool
japanese(const SkResultStyle *style)
{
    return strcmp(style->language, "ja") == 0;
}

static const char *
element_label(SkElement element, const SkResultStyle *style)
{
    const SkElementRow *row = sk_element_get(element);
    return japanese(style) ? row->ja : row->en;
}

static const char *
type_label(SkType type, const SkResultStyle *style)
{
    const SkTypeRow *row = sk_type_get(type);
    return japanese(style) ? row->ja : row->en;
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/* JSON text is UTF-8; a file name need not be. */
static json_t *
json_text(const char *s)
{
    if (s == NULL)
        return json_null();
    g_autofree char *valid = g_utf8_make_valid(s, -1);
    return json_string(valid);
}

static json_t *
finding_json(const SkFinding *finding, const SkResultStyle *style)
{
    json_t *object = json_object();
    json_object_set_new(object, "element", json_text(sk_element_get(finding->element)->code));
    json_object_set_new(object, "place", json_text(finding->place));
    json_object_set_new(object, "action", json_text(sk_action_name(finding->action)));
    json_object_set_new(object, "count", json_integer(finding->count));
    json_object_set_new(object, "note", json_text(element_label(finding->element, style)));
    return object;
}

static json_t *
findings_json(const SkReport *report, const SkResultStyle *style)
{
    json_t *array = json_array();
    for (guint i = 0; i < report->findings->len; i++)
        json_array_append_new(array,
                              finding_json(&g_array_index(report->findings, SkFinding, i), style));
    return array;
}

static const char *
detail(const SkResult *self, const SkResultStyle *style)
{
    const char *advice = sk_type_advice(self->report->type_in, self->asked, style->language);
    if (self->report->outcome != SK_OUTCOME_CLEAN && self->report->reason == SK_REASON_UNSUPPORTED && advice != NULL)
        return advice;
    if (self->report->outcome != SK_OUTCOME_CLEAN)
        return sk_reason_sentence_for(self->report->reason,
                                      sk_report_has(self->report, SK_ELEMENT_WRONG_PASSWORD)
                                          ? SK_ELEMENT_WRONG_PASSWORD
                                          : SK_ELEMENT_NONE,
                                      style->language);
    if (style->verified_only)
        return japanese(style) ? "正規形に適合しています。"
                               : "It conforms to the profile of its format.";
    return japanese(style) ? "無害化し、検証に合格しました。"
                           : "It was made harmless, and passed verification.";
}

void
sk_result_print_json(const SkResult *self, const SkResultStyle *style, FILE *to)
{
    const SkReport *report = self->report;
    bool clean = report->outcome == SK_OUTCOME_CLEAN;
    SkType type = report->type_in == SK_TYPE_NONE ? report->type_out : report->type_in;
    json_t *object = json_object();

    json_object_set_new(object, "file", json_text(self->file));
    json_object_set_new(object, "type",
                        json_text(type == SK_TYPE_NONE ? NULL : sk_type_get(type)->name));
    json_object_set_new(
        object, "level",
        json_text(report->level == SK_LEVEL_NONE ? NULL : sk_level_name(report->level)));
    json_object_set_new(object, "result", json_text(clean ? "clean" : "refused"));
    json_object_set_new(object, "reason", json_text(clean ? NULL : sk_reason_name(report->reason)));
    json_object_set_new(object, "detail", json_text(detail(self, style)));
    json_object_set_new(object, "output", json_text(self->output));
    json_object_set_new(object, "sha256_in", json_text(self->sha256_in));
    json_object_set_new(object, "sha256_out", json_text(self->sha256_out));
    json_object_set_new(object, "bytes_in", json_integer((json_int_t)self->bytes_in));
    json_object_set_new(object, "bytes_out", json_integer((json_int_t)self->bytes_out));
    json_object_set_new(object, "milliseconds", json_integer((json_int_t)self->milliseconds));
    json_object_set_new(object, "findings", findings_json(report, style));
    json_object_set_new(object, "findings_cut", json_boolean(report->findings_cut));
    json_dumpf(object, to, JSON_COMPACT);
    fputc('\n', to);
    json_decref(object);
}

/* ---- words --------------------------------------------------------------------------------- */

#define COLOUR_OFF "\033[0m"
#define COLOUR_GOOD "\033[1;32m"
#define COLOUR_BAD "\033[1;31m"
#define COLOUR_FAINT "\033[2m"

static void
print_coloured(const SkResultStyle *style, const char *colour, const char *text, FILE *to)
{
    fprintf(to, "%s%s%s", style->colour ? colour : "", text, style->colour ? COLOUR_OFF : "");
}

/* Everything of one element and action is one line, wherever it stood. */
typedef struct {
    SkElement element;
    SkAction action;
    uint64_t count;
    GPtrArray *places; /* owned; borrowed strings */
} Group;

static void
group_clear(void *data)
{
    Group *group = data;
    g_ptr_array_unref(group->places);
}

static Group *
group_get(GArray *groups, const SkFinding *finding)
{
    for (guint i = 0; i < groups->len; i++) {
        Group *group = &g_array_index(groups, Group, i);
        if (group->element == finding->element && group->action == finding->action)
            return group;
    }
    Group group = { .element = finding->element,
                    .action = finding->action,
                    .places = g_ptr_array_new() };
    g_array_append_val(groups, group);
    return &g_array_index(groups, Group, groups->len - 1);
}

static GArray *
group_findings(const SkReport *report)
{
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(Group));
    g_array_set_clear_func(groups, group_clear);
    for (guint i = 0; i < report->findings->len; i++) {
        const SkFinding *finding = &g_array_index(report->findings, SkFinding, i);
        Group *group = group_get(groups, finding);
        group->count += finding->count;
        if (*finding->place != '\0')
            g_ptr_array_add(group->places, finding->place);
    }
    return groups;
}

static char *
group_sentence(const Group *group, const SkResultStyle *style)
{
    static const char *const ja[] = {
        [SK_ACTION_REMOVED] = "%sを%" G_GUINT64_FORMAT "個取り除きました",
        [SK_ACTION_REPLACED] = "%sを%" G_GUINT64_FORMAT "箇所書き換えました",
        [SK_ACTION_KEPT] = "%sを%" G_GUINT64_FORMAT "個そのまま残しました",
        [SK_ACTION_REFUSED] = "受け付けられない要素：%s（%" G_GUINT64_FORMAT "個）",
    };
    static const char *const en[] = {
        [SK_ACTION_REMOVED] = "removed: %s (%" G_GUINT64_FORMAT ")",
        [SK_ACTION_REPLACED] = "rewritten: %s (%" G_GUINT64_FORMAT ")",
        [SK_ACTION_KEPT] = "kept: %s (%" G_GUINT64_FORMAT ")",
        [SK_ACTION_REFUSED] = "not acceptable: %s (%" G_GUINT64_FORMAT ")",
    };
    const char *format = japanese(style) ? ja[group->action] : en[group->action];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    return g_strdup_printf(format, element_label(group->element, style), group->count);
#pragma GCC diagnostic pop
}

static void
print_group(const Group *group, const SkResultStyle *style, FILE *to)
{
    g_autofree char *sentence = group_sentence(group, style);
    g_autoptr(GString) places = g_string_new(NULL);

    for (guint i = 0; i < group->places->len && i < PLACES_SHOWN; i++)
        g_string_append_printf(places, "%s%s", i == 0 ? "  " : ", ",
                               (const char *)g_ptr_array_index(group->places, i));
    if (group->places->len > PLACES_SHOWN)
        g_string_append_printf(places, japanese(style) ? " ほか%u" : " and %u more",
                               group->places->len - PLACES_SHOWN);
    fprintf(to, "    %s", sentence);
    print_coloured(style, COLOUR_FAINT, places->str, to);
    fputc('\n', to);
}

static void
print_facts(const SkResult *self, const SkResultStyle *style, FILE *to)
{
    const SkReport *report = self->report;
    SkType type = report->type_out == SK_TYPE_NONE ? report->type_in : report->type_out;
    g_autoptr(GString) facts = g_string_new("  ");

    if (type != SK_TYPE_NONE)
        g_string_append_printf(facts, "%s · ", type_label(type, style));
    g_autofree char *in = g_format_size(self->bytes_in);
    g_string_append(facts, in);
    if (self->output != NULL) {
        g_autofree char *out = g_format_size(self->bytes_out);
        g_string_append_printf(facts, " → %s", out);
    }
    g_string_append_printf(facts, " · %" G_GUINT64_FORMAT " ms", self->milliseconds);
    print_coloured(style, COLOUR_FAINT, facts->str, to);
    fputc('\n', to);
}

void
sk_result_print(const SkResult *self, const SkResultStyle *style, FILE *to)
{
    bool clean = self->report->outcome == SK_OUTCOME_CLEAN;
    g_autofree char *file = sk_text_plain(sk_span_str(self->file), SK_PLACE_MAX * 8);
    g_autoptr(GArray) groups = group_findings(self->report);

    print_coloured(style, clean ? COLOUR_GOOD : COLOUR_BAD, clean ? "✔ " : "✖ ", to);
    fputs(file, to);
    if (self->output != NULL) {
        g_autofree char *output = sk_text_plain(sk_span_str(self->output), SK_PLACE_MAX * 8);
        fprintf(to, " → %s", output);
    }
    print_facts(self, style, to);
    if (!clean || style->verified_only)
        fprintf(to, "    %s%s%s%s\n", detail(self, style), clean ? "" : " (",
                clean ? "" : sk_reason_name(self->report->reason), clean ? "" : ")");
    for (guint i = 0; i < groups->len; i++)
        print_group(&g_array_index(groups, Group, i), style, to);
    if (self->report->findings_cut)
        fprintf(to, "    %s\n", japanese(style) ? "（このほかは省略）" : "(and more, left out)");
}
