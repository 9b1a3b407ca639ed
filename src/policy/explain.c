/* SPDX-License-Identifier: Apache-2.0
 * explain.c - contract in policy.h: the policy in words, as an officer would read it aloud to the
 * people who decide. One sentence of the policy is one line. Sentences are built here, not looked
 * up: their parts depend on each other in both languages. */
#include "policy/check.h"

#include "policy/words.h"

#include <string.h>

typedef struct {
    bool ja;
    bool machines; /* hosts, networks and flows as well */
    GString *out;  /* the line being written */
    unsigned parts;
} Teller;

/* Picks by language; a macro, so that the compiler still checks formats against their arguments. */
#define SAY(t, japanese, english) ((t)->ja ? (japanese) : (english))

/* Short sentences that make up one line. */
static void part(Teller *t, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
part(Teller *t, const char *format, ...)
{
    va_list args;

    if (t->parts++ > 0)
        g_string_append(t->out, SAY(t, "。", ". "));
    va_start(args, format);
    g_string_append_vprintf(t->out, format, args);
    va_end(args);
}

static void
begin(Teller *t)
{
    t->out = g_string_new(NULL);
    t->parts = 0;
}

static void
end(Teller *t, GPtrArray *lines)
{
    g_string_append(t->out, SAY(t, "。", "."));
    g_ptr_array_add(lines, g_string_free(t->out, FALSE));
    t->out = NULL;
}

static void
append_item(const Teller *t, GString *list, const char *item, bool last)
{
    if (list->len > 0)
        g_string_append(list, t->ja ? "、" : last ? " and " : ", ");
    g_string_append(list, item);
}

static char *
keep_text(const Teller *t, int64_t us)
{
    int64_t minutes = us / (60ll * 1000000);
    int64_t n = minutes % 1440 == 0 ? minutes / 1440 : minutes % 60 == 0 ? minutes / 60 : minutes;
    const char *unit = minutes % 1440 == 0 ? SAY(t, "日間", n == 1 ? "day" : "days")
                       : minutes % 60 == 0 ? SAY(t, "時間", n == 1 ? "hour" : "hours")
                                           : SAY(t, "分間", n == 1 ? "minute" : "minutes");

    return g_strdup_printf("%" G_GINT64_FORMAT "%s%s", n, t->ja ? "" : " ", unit);
}

/* ---- organisation, zones, hosts ---------------------------------------------------------------
 */

static void
tell_head(Teller *t, const SkPolicy *policy, GPtrArray *lines)
{
    static const char *const models[] = { "", "α", "α'", "β", "β'" };
    G_STATIC_ASSERT(G_N_ELEMENTS(models) == SK_MODEL_COUNT);

    if (policy->organisation[0] != '\0') {
        begin(t);
        part(t, SAY(t, "これは「%s」の通信方針です", "This is the policy of “%s”"),
             policy->organisation);
        end(t, lines);
    }
    if (policy->model != SK_MODEL_NONE) {
        begin(t);
        part(t, SAY(t, "ネットワークの構成は%sモデルです", "Its networks follow the %s model"),
             models[policy->model]);
        end(t, lines);
    }
}

static char *
networks_text(const Teller *t, const GArray *networks, bool prefix)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (unsigned i = 0; i < networks->len; i++) {
        g_autofree char *text = sk_network_text(&g_array_index(networks, SkNetwork, i), prefix);
        append_item(t, out, text, i + 1 == networks->len);
    }
    return g_strdup(out->str);
}

static void
tell_sign_in(Teller *t, const SkZone *zone)
{
    switch (zone->sign_in) {
    case SK_SIGN_IN_PASSWORD:
        part(t, "%s", SAY(t, "サインインはパスワードで行います", "People sign in with a password"));
        return;
    case SK_SIGN_IN_TWO_FACTORS:
        part(t, "%s",
             SAY(t, "サインインは種類の違う二つの要素で行います",
                 "People sign in with two factors of different kinds"));
        return;
    case SK_SIGN_IN_NONE:
    case SK_SIGN_IN_COUNT:
        part(t, "%s", SAY(t, "ここではだれもサインインできません", "Nobody signs in here"));
        return;
    }
}

/* Those that differ from the defaults, as in the canonical text. */
static void
tell_settings(Teller *t, const SkZone *zone)
{
    if (zone->idle_us != SK_POLICY_IDLE_DEFAULT || zone->life_us != SK_POLICY_LIFE_DEFAULT) {
        g_autofree char *idle = keep_text(t, zone->idle_us);
        g_autofree char *life = keep_text(t, zone->life_us);
        part(t,
             SAY(t, "%s使わないか、サインインから%s経つと、サインアウトします",
                 "Who does nothing for %s is signed out, and everybody after %s"),
             idle, life);
    }
    if (zone->password_min != SK_POLICY_PASSWORD_DEFAULT)
        part(t, SAY(t, "パスワードは%u文字以上です", "Passwords have at least %u characters"),
             zone->password_min);
    if (zone->grace_us > 0) {
        g_autofree char *grace = keep_text(t, zone->grace_us);
        part(t,
             SAY(t, "端末は、番所につながらなくても、最後に確かめてから%sは使えます",
                 "Without its station a terminal can be used for %s since it last asked"),
             grace);
    }
}

static void
tell_take_out(Teller *t, const SkZone *zone)
{
    switch (zone->take_out) {
    case SK_TAKE_OUT_FORBIDDEN:
        part(t, "%s",
             SAY(t, "ここからの持ち出しは一切できません", "Nothing is ever taken out of it"));
        return;
    case SK_TAKE_OUT_WITH_APPROVAL:
        part(t, "%s",
             SAY(t, "ここからの持ち出しには承認が要ります",
                 "What is taken out of it needs an approval"));
        return;
    case SK_TAKE_OUT_UNSTATED:
    case SK_TAKE_OUT_COUNT:
        part(t, "%s",
             SAY(t, "信頼度の低い領域への持ち出しはできません",
                 "Nothing is taken out of it to a zone of less trust"));
        return;
    }
}

static char *
ports_text(const Teller *t, const GArray *ports)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (unsigned i = 0; i < ports->len; i++) {
        const SkPorts *p = &g_array_index(ports, SkPorts, i);
        g_autofree char *range =
            p->last == p->first ? g_strdup_printf("%u", p->first)
                                : g_strdup_printf(SAY(t, "%u～%u", "%u to %u"), p->first, p->last);
        g_autofree char *port =
            g_strdup_printf("%s %s%s", p->udp ? "UDP" : "TCP", range, SAY(t, "番", ""));
        append_item(t, out, port, i + 1 == ports->len);
    }
    return g_strdup(out->str);
}

static void
tell_gates(Teller *t, const SkZone *zone)
{
    g_autofree char *ports = ports_text(t, zone->gates);

    part(t,
         SAY(t, "ここから壁の機械そのものには、%sだけが届きます",
             "Of the wall's own machine it reaches %s only"),
         ports);
}

static void
tell_zone(Teller *t, const SkZone *zone, GPtrArray *lines)
{
    begin(t);
    part(t, SAY(t, "領域「%s」（%s）の信頼度は%uです", "The zone “%s” (%s) has trust %u"),
         zone->label, zone->name, zone->trust);
    if (t->machines && zone->networks->len > 0) {
        g_autofree char *networks = networks_text(t, zone->networks, true);
        part(t,
             SAY(t, "ネットワークは%sです",
                 zone->networks->len == 1 ? "Its network is %s" : "Its networks are %s"),
             networks);
    }
    if (t->machines && zone->interface != NULL)
        part(t, SAY(t, "接続口は%sです", "Its interface is %s"), zone->interface);
    if (t->machines && zone->gates->len > 0)
        tell_gates(t, zone);
    if (zone->reaches_internet)
        part(t, "%s", SAY(t, "インターネットにつながっています", "It reaches the internet"));
    tell_sign_in(t, zone);
    tell_settings(t, zone);
    tell_take_out(t, zone);
    end(t, lines);
}

static void
tell_host(Teller *t, const SkHost *host, GPtrArray *lines)
{
    g_autofree char *addresses = networks_text(t, host->addresses, false);

    begin(t);
    if (host->zone == NULL)
        part(t,
             SAY(t, "機器「%s」（%s）は領域の外にあります",
                 "The host “%s” (%s) is outside every zone"),
             host->label, host->name);
    else
        part(t, SAY(t, "機器「%s」（%s）は「%s」にあります", "The host “%s” (%s) is in “%s”"),
             host->label, host->name, host->zone->label);
    if (host->has_mac)
        part(t,
             SAY(t, "MACアドレスは%02x:%02x:%02x:%02x:%02x:%02xです",
                 "Its MAC address is %02x:%02x:%02x:%02x:%02x:%02x"),
             host->mac[0], host->mac[1], host->mac[2], host->mac[3], host->mac[4], host->mac[5]);
    part(t,
         SAY(t, "アドレスは%sです",
             host->addresses->len == 1 ? "Its address is %s" : "Its addresses are %s"),
         addresses);
    if (host->interface != NULL)
        part(t, SAY(t, "壁の接続口%sの先にあります", "It is behind the wall's interface %s"),
             host->interface);
    end(t, lines);
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
types_text(const Teller *t, const SkRule *rule)
{
    g_autoptr(GString) out = g_string_new(NULL);
    unsigned left = 0;

    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        left += rule->types[i];
    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        if (rule->types[i])
            append_item(t, out, t->ja ? sk_type_rows[i].ja : sk_type_rows[i].en, --left == 0);
    return g_strdup(out->str);
}

static void
tell_crossing(Teller *t, const SkRule *rule)
{
    bool down = rule->direction == SK_DIRECTION_DOWN;
    const char *level = t->ja ? level_words[rule->level].ja : level_words[rule->level].en;
    unsigned n = 0;
    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        n += rule->types[i];
    bool one = n == 1;
    g_autofree char *types = types_text(t, rule);
    g_autofree char *what =
        rule->kind == SK_RULE_MAIL ? g_strdup(SAY(t, "メール", "Mail"))
        : rule->narrowed
            ? g_strdup_printf(
                  SAY(t, "%sのファイル", one ? "A file of the type %s" : "A file of the types %s"),
                  types)
            : g_strdup(SAY(t, "ファイル", "A file"));

    if (t->ja)
        part(t, "%sは、「%s」から「%s」へ、%sを%s", what, rule->from->label, rule->to->label, level,
             down ? "持ち出せます" : "渡せます");
    else
        part(t, "%s may %s from “%s” to “%s” %s", what, down ? "be taken out" : "cross",
             rule->from->label, rule->to->label, level);
}

static void
tell_limits(Teller *t, const SkRule *rule)
{
    g_autofree char *size = sk_show_size(rule->size_max);

    part(t, SAY(t, "大きさは1件%sまでです", "It may have up to %s"), size);
    if (rule->keep_original_us > 0) {
        g_autofree char *keep = keep_text(t, rule->keep_original_us);
        part(t, SAY(t, "原本は元の領域で%s保管します", "The original stays in its own zone for %s"),
             keep);
    } else {
        part(t, "%s", SAY(t, "原本は残しません", "The original is not kept"));
    }
    if (rule->dpi != SK_POLICY_DPI_DEFAULT)
        part(t, SAY(t, "画像にするときは%u dpiです", "Pictures have %u dpi"), rule->dpi);
}

/* (transfer full): "機密性1、機密性2", "1 and 2". */
static char *
classes_text(const Teller *t, uint8_t classes, bool *ret_one)
{
    g_autoptr(GString) out = g_string_new(NULL);
    unsigned left = 0;

    for (unsigned i = 1; i <= SK_CLASS_MAX; i++)
        left += (classes & SK_CLASS_BIT(i)) != 0;
    *ret_one = left == 1;
    for (unsigned i = 1; i <= SK_CLASS_MAX; i++)
        if ((classes & SK_CLASS_BIT(i)) != 0) {
            g_autofree char *n = g_strdup_printf(SAY(t, "機密性%s", "%s"), sk_class_name(i));
            append_item(t, out, n, --left == 0);
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
tell_steps(Teller *t, const SkRule *rule)
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
            part(t, "%s%s%sの承認が要ります", i == 0 ? "" : "続いて、", which,
                 approval_words[step->role].ja);
        else
            part(t, "%s must %sapprove it%s", approval_words[step->role].en, i == 0 ? "" : "then ",
                 which);
    }
    if (rule->steps_n > 1)
        part(t, "%s",
             SAY(t, "承認する人はそれぞれ別の人です", "Each approval is another person's"));
    if (rule->steps_n > 0 && rule->within_us != SK_POLICY_WITHIN_DEFAULT) {
        g_autofree char *within = keep_text(t, rule->within_us);
        part(t, SAY(t, "承認は%s待ちます", "It waits %s for approval"), within);
    }
    if (rule->remind_us > 0) {
        g_autofree char *remind = keep_text(t, rule->remind_us);
        if (g_str_has_suffix(remind, "日間") || g_str_has_suffix(remind, "分間"))
            remind[strlen(remind) - strlen("間")] = '\0';
        part(
            t,
            SAY(t, "%sごとに、承認する人に知らせます", "Who is to approve it is reminded every %s"),
            remind);
    }
}

static void
tell_asked(Teller *t, const SkRule *rule)
{
    bool one = false;
    g_autofree char *classes = classes_text(t, rule->classes, &one);

    tell_steps(t, rule);
    if (rule->reason)
        part(t, "%s", SAY(t, "理由を書かなければなりません", "The sender must give a reason"));
    if (rule->classes != 0)
        part(t,
             SAY(t, "%sの情報に限ります",
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
tell_verdicts(Teller *t, const SkRule *rule)
{
    bool whole = sk_show_metadata_whole(rule);

    if (whole)
        part(t, "%s",
             SAY(t, "作成者・撮影情報・コメントなどのメタデータは取り除きます",
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
                append_item(t, elements, t->ja ? sk_element_rows[i].ja : sk_element_rows[i].en,
                            --left == 0);
        if (t->ja)
            part(t, "%s%s", elements->str, verdict_words[v].ja);
        else
            part(t, "%s: %s", verdict_words[v].en, elements->str);
    }
}

static void
tell_idle(Teller *t, bool packets)
{
    part(t, "%s",
         packets ? SAY(t, "ただし、この版ではまだ実行しないため、何も通しません",
                       "But this version does not carry it out yet, so nothing passes")
                 : SAY(t, "ただし、この版ではまだ実行しないため、何も渡りません",
                       "But this version does not carry it out yet, so nothing crosses"));
}

static void
tell_rule(Teller *t, const SkRule *rule, GPtrArray *lines)
{
    begin(t);
    if (rule->kind == SK_RULE_SCREEN) {
        part(t,
             SAY(t, "「%s」の画面を「%s」から見られます", "The screen of “%s” may be seen in “%s”"),
             rule->from->label, rule->to->label);
        part(t, "%s",
             SAY(t, "クリップボード、ファイル、印刷は使えません",
                 "Clipboard, files and printing are shut"));
        part(t, "%s",
             rule->record ? SAY(t, "操作は記録します", "What is done is recorded")
                          : SAY(t, "操作は記録しません", "What is done is not recorded"));
    } else {
        tell_crossing(t, rule);
        tell_limits(t, rule);
    }
    tell_asked(t, rule);
    tell_verdicts(t, rule);
    if (rule->attachments_parked)
        part(t, "%s",
             SAY(t, "添付ファイルは元の領域で預かります",
                 "Attachments are parked in their own zone"));
    if (!sk_policy_carried_out(rule))
        tell_idle(t, false);
    end(t, lines);
}

/* ---- packets ----------------------------------------------------------------------------------
 */

static void
tell_flow(Teller *t, const SkFlow *flow, GPtrArray *lines)
{
    g_autofree char *ports = ports_text(t, flow->ports);
    const char *from = flow->from.zone != NULL ? flow->from.zone->label : flow->from.host->label;
    const char *to = flow->to.zone != NULL ? flow->to.zone->label : flow->to.host->label;

    begin(t);
    if (flow->specific && t->ja)
        part(t, "特定通信（種別%u、所管は%s、%sまで）として、「%s」から「%s」への%sだけを通します",
             flow->kind, flow->owner, flow->until, from, to, ports);
    else if (flow->specific)
        part(t,
             "A specific flow of kind %u, owned by %s, lets %s pass from “%s” to “%s” until the "
             "end of %s",
             flow->kind, flow->owner, ports, from, to, flow->until);
    else if (t->ja)
        part(t, "通信は、「%s」から「%s」への%sだけを通します", from, to, ports);
    else
        part(t, "Packets to %s pass from “%s” to “%s”", ports, from, to);
    end(t, lines);
}

static GPtrArray *
explain(const SkPolicy *self, const char *language, bool machines)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    Teller t = { .ja = strcmp(language, "en") != 0, .machines = machines };

    tell_head(&t, self, lines);
    for (unsigned i = 0; i < self->zones->len; i++)
        tell_zone(&t, g_ptr_array_index(self->zones, i), lines);
    for (unsigned i = 0; machines && i < self->hosts->len; i++)
        tell_host(&t, g_ptr_array_index(self->hosts, i), lines);
    for (unsigned i = 0; i < self->rules->len; i++)
        tell_rule(&t, g_ptr_array_index(self->rules, i), lines);
    for (unsigned i = 0; machines && i < self->flows->len; i++)
        tell_flow(&t, g_ptr_array_index(self->flows, i), lines);
    begin(&t);
    part(&t, "%s",
         SAY(&t, "ここに書かれていないものは、すべて禁止です",
             "Everything that is not written here is forbidden"));
    end(&t, lines);
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
