/* SPDX-License-Identifier: Apache-2.0
 * explain.c - contract in policy.h: the policy in words, as an officer would read it aloud to the
 * people who decide. One sentence of the policy is one line. Sentences are built here, not looked
 * up: their parts depend on each other in both languages. */
#include "policy/explain.h"

#include "policy/words.h"

#include <string.h>

void
sk_tell(SkTeller *t, const char *format, ...)
{
    va_list args;

    if (t->parts++ > 0)
        g_string_append(t->out, SK_SAY(t, "。", ". "));
    va_start(args, format);
    g_string_append_vprintf(t->out, format, args);
    va_end(args);
}

void
sk_tell_begin(SkTeller *t)
{
    t->out = g_string_new(NULL);
    t->parts = 0;
}

void
sk_tell_end(SkTeller *t, GPtrArray *lines)
{
    g_string_append(t->out, SK_SAY(t, "。", "."));
    g_ptr_array_add(lines, g_string_free(t->out, FALSE));
    t->out = NULL;
}

void
sk_tell_item(const SkTeller *t, GString *list, const char *item, bool last)
{
    if (list->len > 0)
        g_string_append(list, t->ja ? "、" : last ? " and " : ", ");
    g_string_append(list, item);
}

static char *
keep_text(const SkTeller *t, int64_t us)
{
    int64_t minutes = us / (60ll * 1000000);
    int64_t n = minutes % 1440 == 0 ? minutes / 1440 : minutes % 60 == 0 ? minutes / 60 : minutes;
    const char *unit = minutes % 1440 == 0 ? SK_SAY(t, "日間", n == 1 ? "day" : "days")
                       : minutes % 60 == 0 ? SK_SAY(t, "時間", n == 1 ? "hour" : "hours")
                                           : SK_SAY(t, "分間", n == 1 ? "minute" : "minutes");

    return g_strdup_printf("%" G_GINT64_FORMAT "%s%s", n, t->ja ? "" : " ", unit);
}

/* ---- organisation, zones, hosts ---------------------------------------------------------------
 */

static void
tell_head(SkTeller *t, const SkPolicy *policy, GPtrArray *lines)
{
    static const char *const models[] = { "", "α", "α'", "β", "β'" };
    G_STATIC_ASSERT(G_N_ELEMENTS(models) == SK_MODEL_COUNT);

    if (policy->organisation[0] != '\0') {
        sk_tell_begin(t);
        sk_tell(t, SK_SAY(t, "これは「%s」の通信方針です", "This is the policy of “%s”"),
                policy->organisation);
        sk_tell_end(t, lines);
    }
    if (policy->model != SK_MODEL_NONE) {
        sk_tell_begin(t);
        sk_tell(t,
                SK_SAY(t, "ネットワークの構成は%sモデルです", "Its networks follow the %s model"),
                models[policy->model]);
        sk_tell_end(t, lines);
    }
}

static void
tell_sign_in(SkTeller *t, const SkZone *zone)
{
    switch (zone->sign_in) {
    case SK_SIGN_IN_PASSWORD:
        sk_tell(t, "%s",
                SK_SAY(t, "サインインはパスワードで行います", "People sign in with a password"));
        return;
    case SK_SIGN_IN_TWO_FACTORS:
        sk_tell(t, "%s",
                SK_SAY(t, "サインインは種類の違う二つの要素で行います",
                       "People sign in with two factors of different kinds"));
        return;
    case SK_SIGN_IN_NONE:
    case SK_SIGN_IN_COUNT:
        sk_tell(t, "%s", SK_SAY(t, "ここではだれもサインインできません", "Nobody signs in here"));
        return;
    }
}

/* Those that differ from the defaults, as in the canonical text. */
static void
tell_settings(SkTeller *t, const SkZone *zone)
{
    if (zone->idle_us != SK_POLICY_IDLE_DEFAULT || zone->life_us != SK_POLICY_LIFE_DEFAULT) {
        g_autofree char *idle = keep_text(t, zone->idle_us);
        g_autofree char *life = keep_text(t, zone->life_us);
        sk_tell(t,
                SK_SAY(t, "%s使わないか、サインインから%s経つと、サインアウトします",
                       "Who does nothing for %s is signed out, and everybody after %s"),
                idle, life);
    }
    if (zone->password_min != SK_POLICY_PASSWORD_DEFAULT)
        sk_tell(t, SK_SAY(t, "パスワードは%u文字以上です", "Passwords have at least %u characters"),
                zone->password_min);
    if (zone->grace_us > 0) {
        g_autofree char *grace = keep_text(t, zone->grace_us);
        sk_tell(t,
                SK_SAY(t, "端末は、番所につながらなくても、最後に確かめてから%sは使えます",
                       "Without its station a terminal can be used for %s since it last asked"),
                grace);
    }
}

static void
tell_take_out(SkTeller *t, const SkZone *zone)
{
    switch (zone->take_out) {
    case SK_TAKE_OUT_FORBIDDEN:
        sk_tell(t, "%s",
                SK_SAY(t, "ここからの持ち出しは一切できません", "Nothing is ever taken out of it"));
        return;
    case SK_TAKE_OUT_WITH_APPROVAL:
        sk_tell(t, "%s",
                SK_SAY(t, "ここからの持ち出しには承認が要ります",
                       "What is taken out of it needs an approval"));
        return;
    case SK_TAKE_OUT_UNSTATED:
    case SK_TAKE_OUT_COUNT:
        sk_tell(t, "%s",
                SK_SAY(t, "信頼度の低い領域への持ち出しはできません",
                       "Nothing is taken out of it to a zone of less trust"));
        return;
    }
}

static void
tell_zone(SkTeller *t, const SkPolicy *policy, const SkZone *zone, GPtrArray *lines)
{
    sk_tell_begin(t);
    sk_tell(t, SK_SAY(t, "領域「%s」（%s）の信頼度は%uです", "The zone “%s” (%s) has trust %u"),
            zone->label, zone->name, zone->trust);
    if (t->machines)
        sk_tell_zone_wall(t, policy, zone);
    if (zone->reaches_internet)
        sk_tell(t, "%s", SK_SAY(t, "インターネットにつながっています", "It reaches the internet"));
    tell_sign_in(t, zone);
    tell_settings(t, zone);
    tell_take_out(t, zone);
    sk_tell_end(t, lines);
}

/* ---- content ----------------------------------------------------------------------------------
 */

static const struct {
    const char *ja;
    const char *en;
} level_words[] = {
    [SK_LEVEL_NONE] = { "", "" },
    [SK_LEVEL_TEXT] = { "文字だけを取り出したもの", "as text only" },
    [SK_LEVEL_IMAGE] = { "ページを画像にしたもの", "as pictures of its pages" },
    [SK_LEVEL_REBUILT] = { "安全な中身だけで作り直したもの", "rebuilt from its harmless parts" },
    [SK_LEVEL_INSPECTED] = { "検査して手を加える必要がなかったもの",
                             "where inspection found nothing to change" },
    [SK_LEVEL_ORIGINAL] = { "元のままのもの", "unchanged" },
};
G_STATIC_ASSERT(G_N_ELEMENTS(level_words) == SK_LEVEL_COUNT);

static char *
types_text(const SkTeller *t, const SkRule *rule)
{
    g_autoptr(GString) out = g_string_new(NULL);
    unsigned left = 0;

    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        left += rule->types[i];
    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        if (rule->types[i])
            sk_tell_item(t, out, t->ja ? sk_type_rows[i].ja : sk_type_rows[i].en, --left == 0);
    return g_strdup(out->str);
}

static void
tell_crossing(SkTeller *t, const SkRule *rule)
{
    bool down = rule->direction == SK_DIRECTION_DOWN;
    const char *level = t->ja ? level_words[rule->level].ja : level_words[rule->level].en;
    unsigned n = 0;
    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        n += rule->types[i];
    bool one = n == 1;
    g_autofree char *types = types_text(t, rule);
    g_autofree char *what =
        rule->kind == SK_RULE_MAIL ? g_strdup(SK_SAY(t, "メール", "Mail"))
        : rule->narrowed
            ? g_strdup_printf(SK_SAY(t, "%sのファイル",
                                     one ? "A file of the type %s" : "A file of the types %s"),
                              types)
            : g_strdup(SK_SAY(t, "ファイル", "A file"));

    if (t->ja)
        sk_tell(t, "%sは、「%s」から「%s」へ、%sを%s", what, rule->from->label, rule->to->label,
                level, down ? "持ち出せます" : "渡せます");
    else
        sk_tell(t, "%s may %s from “%s” to “%s” %s", what, down ? "be taken out" : "cross",
                rule->from->label, rule->to->label, level);
}

static void
tell_limits(SkTeller *t, const SkRule *rule)
{
    g_autofree char *size = sk_show_size(rule->size_max);

    sk_tell(t, SK_SAY(t, "大きさは1件%sまでです", "It may have up to %s"), size);
    if (rule->keep_original_us > 0) {
        g_autofree char *keep = keep_text(t, rule->keep_original_us);
        sk_tell(
            t,
            SK_SAY(t, "原本は元の領域で%s保管します", "The original stays in its own zone for %s"),
            keep);
    } else {
        sk_tell(t, "%s", SK_SAY(t, "原本は残しません", "The original is not kept"));
    }
    if (rule->dpi != SK_POLICY_DPI_DEFAULT)
        sk_tell(t, SK_SAY(t, "画像にするときは%u dpiです", "Pictures have %u dpi"), rule->dpi);
}

/* (transfer full): "機密性1、機密性2", "1 and 2". */
static char *
classes_text(const SkTeller *t, uint8_t classes, bool *ret_one)
{
    g_autoptr(GString) out = g_string_new(NULL);
    unsigned left = 0;

    for (unsigned i = 1; i <= SK_CLASS_MAX; i++)
        left += (classes & SK_CLASS_BIT(i)) != 0;
    *ret_one = left == 1;
    for (unsigned i = 1; i <= SK_CLASS_MAX; i++)
        if ((classes & SK_CLASS_BIT(i)) != 0) {
            g_autofree char *n = g_strdup_printf(SK_SAY(t, "機密性%s", "%s"), sk_class_name(i));
            sk_tell_item(t, out, n, --left == 0);
        }
    return g_strdup(out->str);
}

static const struct {
    const char *ja;
    const char *en;
} approval_words[] = {
    [SK_APPROVAL_NONE] = { "", "" },
    [SK_APPROVAL_SECTION_HEAD] = { "所属長", "A section head" },
    [SK_APPROVAL_SECURITY_MANAGER] = { "情報セキュリティ管理者",
                                       "An information security manager" },
};
G_STATIC_ASSERT(G_N_ELEMENTS(approval_words) == SK_APPROVAL_COUNT);

static void
tell_steps(SkTeller *t, const SkRule *rule)
{
    for (unsigned i = 0; i < rule->steps_n; i++) {
        const SkStep *step = &rule->steps[i];
        bool one = false;
        g_autofree char *classes = classes_text(t, step->classes, &one);
        g_autofree char *which =
            step->classes == 0 ? g_strdup("")
            : t->ja            ? g_strdup_printf("%sのものには、", classes)
                    : g_strdup_printf(one ? " if it is of class %s" : " if it is of the classes %s",
                                      classes);
        if (t->ja)
            sk_tell(t, "%s%s%sの承認が要ります", i == 0 ? "" : "続いて、", which,
                    approval_words[step->role].ja);
        else
            sk_tell(t, "%s must %sapprove it%s", approval_words[step->role].en,
                    i == 0 ? "" : "then ", which);
    }
    if (rule->steps_n > 1)
        sk_tell(t, "%s",
                SK_SAY(t, "承認する人はそれぞれ別の人です", "Each approval is another person's"));
    if (rule->steps_n > 0 && rule->within_us != SK_POLICY_WITHIN_DEFAULT) {
        g_autofree char *within = keep_text(t, rule->within_us);
        sk_tell(t, SK_SAY(t, "承認は%s待ちます", "It waits %s for approval"), within);
    }
    if (rule->remind_us > 0) {
        g_autofree char *remind = keep_text(t, rule->remind_us);
        if (g_str_has_suffix(remind, "日間") || g_str_has_suffix(remind, "分間"))
            remind[strlen(remind) - strlen("間")] = '\0';
        sk_tell(t,
                SK_SAY(t, "%sごとに、承認する人に知らせます",
                       "Who is to approve it is reminded every %s"),
                remind);
    }
}

static void
tell_asked(SkTeller *t, const SkRule *rule)
{
    bool one = false;
    g_autofree char *classes = classes_text(t, rule->classes, &one);

    tell_steps(t, rule);
    if (rule->reason)
        sk_tell(t, "%s",
                SK_SAY(t, "理由を書かなければなりません", "The sender must give a reason"));
    if (rule->classes != 0)
        sk_tell(t,
                SK_SAY(t, "%sの情報に限ります",
                       one ? "Only information of class %s" : "Only information of the classes %s"),
                classes);
}

static const struct {
    const char *ja;
    const char *en;
} verdict_words[] = {
    [SK_VERDICT_NONE] = { "", "" },
    [SK_VERDICT_KEPT] = { "は残します", "Kept" },
    [SK_VERDICT_REMOVED] = { "は取り除きます", "Removed" },
    [SK_VERDICT_REPLACED] = { "は置き換えます", "Replaced" },
    [SK_VERDICT_TEXT] = { "は文字に変えます", "Made text" },
    [SK_VERDICT_NESTED] = { "は中身を別に無害化します", "Disarmed by themselves" },
    [SK_VERDICT_REFUSED] = { "があれば全体を渡しません",
                             "Whatever holds one of these is refused as a whole" },
};
G_STATIC_ASSERT(G_N_ELEMENTS(verdict_words) == SK_VERDICT_COUNT);

static void
tell_verdicts(SkTeller *t, const SkRule *rule)
{
    bool whole = sk_show_metadata_whole(rule);

    if (whole)
        sk_tell(t, "%s",
                SK_SAY(t, "作成者・撮影情報・コメントなどのメタデータは取り除きます",
                       "Metadata such as authors, places and comments is removed"));
    for (unsigned v = 1; v < SK_VERDICT_COUNT; v++) {
        g_autoptr(GString) elements = g_string_new(NULL);
        unsigned left = 0;

        for (unsigned i = 1; i < SK_ELEMENT_COUNT; i++)
            left += rule->verdicts[i] == v && !(whole && sk_show_is_metadata((SkElement)i));
        if (left == 0)
            continue;
        for (unsigned i = 1; i < SK_ELEMENT_COUNT; i++)
            if (rule->verdicts[i] == v && !(whole && sk_show_is_metadata((SkElement)i)))
                sk_tell_item(t, elements, t->ja ? sk_element_rows[i].ja : sk_element_rows[i].en,
                             --left == 0);
        if (t->ja)
            sk_tell(t, "%s%s", elements->str, verdict_words[v].ja);
        else
            sk_tell(t, "%s: %s", verdict_words[v].en, elements->str);
    }
}

static void
tell_rule(SkTeller *t, const SkRule *rule, GPtrArray *lines)
{
    sk_tell_begin(t);
    if (rule->kind == SK_RULE_SCREEN) {
        sk_tell(t,
                SK_SAY(t, "「%s」の画面を「%s」から見られます",
                       "The screen of “%s” may be seen in “%s”"),
                rule->from->label, rule->to->label);
        sk_tell(t, "%s",
                SK_SAY(t, "クリップボード、ファイル、印刷は使えません",
                       "Clipboard, files and printing are shut"));
        sk_tell(t, "%s",
                rule->record ? SK_SAY(t, "操作は記録します", "What is done is recorded")
                             : SK_SAY(t, "操作は記録しません", "What is done is not recorded"));
    } else {
        tell_crossing(t, rule);
        tell_limits(t, rule);
    }
    tell_asked(t, rule);
    tell_verdicts(t, rule);
    if (rule->kind == SK_RULE_MAIL && rule->direction == SK_DIRECTION_UP)
        sk_tell(t, "%s",
                SK_SAY(t, "添付ファイルは届かず、名前だけを本文の終わりに書きます",
                       "Attachments do not cross, their names stand at the end of the text"));
    if (!sk_policy_carried_out(rule))
        sk_tell(t, "%s",
                SK_SAY(t, "ただし、この版ではまだ実行しないため、何も渡りません",
                       "But this version does not carry it out yet, so nothing crosses"));
    sk_tell_end(t, lines);
}

static GPtrArray *
explain(const SkPolicy *self, const char *language, bool machines)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    SkTeller t = { .ja = strcmp(language, "en") != 0, .machines = machines };

    tell_head(&t, self, lines);
    for (unsigned i = 0; i < self->zones->len; i++)
        tell_zone(&t, self, g_ptr_array_index(self->zones, i), lines);
    if (machines)
        sk_tell_hosts(&t, self, lines);
    for (unsigned i = 0; i < self->rules->len; i++)
        tell_rule(&t, g_ptr_array_index(self->rules, i), lines);
    if (machines)
        sk_tell_wall(&t, self, lines);
    sk_tell_begin(&t);
    sk_tell(&t, "%s",
            SK_SAY(&t, "ここに書かれていないものは、すべて禁止です",
                   "Everything that is not written here is forbidden"));
    sk_tell_end(&t, lines);
    return lines;
}

GPtrArray *
sk_policy_explain(const SkPolicy *self, const char *language)
{
    return explain(self, language, true);
}

GPtrArray *
sk_policy_explain_content(const SkPolicy *self, const char *language)
{
    return explain(self, language, false);
}
