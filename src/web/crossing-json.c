/* SPDX-License-Identifier: Apache-2.0
 * crossing-json.c - a crossing, its history and its report as JSON. Contracts in api.h; shapes in
 * data/openapi.json. Sentences and labels come from the closed tables, never from a worker. */
#include <string.h>

#include "base/name.h"
#include "policy/policy.h"
#include "store/organisation.h"
#include "web/api.h"

/* Text as JSON; "" is null: the store's word for "none". What is no UTF-8 is made plain, never
 * dropped. */
static json_t *
text(const char *s)
{
    if (s == NULL || s[0] == '\0')
        return json_null();
    json_t *out = json_string(s);
    if (out != NULL)
        return out;
    g_autofree char *plain = sk_text_plain(sk_span_str(s), 4096);
    return json_string(plain);
}

static json_t *
plain(const char *s)
{
    json_t *out = text(s);
    return json_is_null(out) ? json_string("") : out;
}

static json_t *
number(uint64_t n, bool none)
{
    return none ? json_null() : json_integer((json_int_t)n);
}

static json_t *
type_name(SkType type)
{
    return type == SK_TYPE_NONE ? json_null() : json_string(sk_type_get(type)->name);
}

static json_t *
level_name(SkLevel level)
{
    return level == SK_LEVEL_NONE ? json_null() : json_string(sk_level_name(level));
}

static json_t *
time_json(int64_t t)
{
    return number((uint64_t)t, t <= 0);
}

static json_t *
steps_json(const SkCrossing *c)
{
    const SkApprovalStep *open = sk_crossing_open_step(c);
    json_t *out = json_array();

    for (guint i = 0; c->steps != NULL && i < c->steps->len; i++) {
        const SkApprovalStep *step = &g_array_index(c->steps, SkApprovalStep, i);
        const char *state = step->time != 0 ? "done" : step == open ? "open" : "later";
        json_array_append_new(out, json_pack("{s:s, s:s, s:o, s:o, s:o}", "role", step->role, "state",
                                             state, "by", text(step->person), "onBehalfOf",
                                             text(step->behalf), "at", time_json(step->time)));
    }
    return out;
}

static json_t *
approval_json(const SkCrossing *c)
{
    bool held = c->state == SK_STATE_HELD;

    if (c->approval[0] == '\0')
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "needed", text(c->approval), "by",
                     text(c->approved_by), "at", time_json(c->approved_at), "steps", steps_json(c),
                     "expires", time_json(held ? c->held_until : 0), "remindAt",
                     time_json(held ? c->remind_at : 0));
}

static json_t *
takeout_json(const SkCrossing *c)
{
    if (!c->takeout || c->box != SK_BOX_SENT)
        return json_null();
    g_autofree char *day = c->return_by == 0 ? NULL : sk_day_iso(c->return_by);
    json_t *closed = c->closed[0] == '\0'
                         ? json_null()
                         : json_pack("{s:s, s:o, s:o, s:o}", "how", c->closed, "by",
                                     text(c->closed_by), "at", time_json(c->closed_at), "note",
                                     text(c->closed_note));
    return json_pack("{s:o, s:o, s:s?, s:o}", "outside", text(c->outside), "medium",
                     text(c->medium), "returnBy", day, "closed", closed);
}

static json_t *
can_json(const SkCrossing *c, const SkAccount *account)
{
    SkCan can = sk_permission_can(account, c);
    json_t *out = json_array();
    if (can.collect)
        json_array_append_new(out, json_string("collect"));
    if (can.examine)
        json_array_append_new(out, json_string("examine"));
    if (can.approve)
        json_array_append_new(out, json_string("approve"));
    if (can.deny)
        json_array_append_new(out, json_string("deny"));
    if (c->takeout && c->state == SK_STATE_PASSED && c->closed[0] == '\0' &&
        sk_permitted_crossing(account, SK_VERB_TAKEOUT_CLOSE, c))
        json_array_append_new(out, json_string("close"));
    return out;
}

json_t *
sk_crossing_json(const SkCrossing *c, const SkAccount *account)
{
    bool out = c->type_out != SK_TYPE_NONE;
    json_t *json = json_object();

    json_object_set_new(json, "id", text(c->id));
    json_object_set_new(json, "box", json_string(sk_box_name(c->box)));
    json_object_set_new(json, "state", json_string(sk_state_name(c->state)));
    json_object_set_new(json, "from", text(c->from));
    json_object_set_new(json, "to", text(c->to));
    json_object_set_new(json, "sender", text(c->sender));
    json_object_set_new(json, "recipient", text(c->recipient));
    json_object_set_new(json, "name", plain(c->name));
    json_object_set_new(json, "nameOut", text(c->name_out));
    json_object_set_new(json, "typeIn", type_name(c->type_in));
    json_object_set_new(json, "typeOut", type_name(c->type_out));
    json_object_set_new(json, "levelAsked", level_name(c->level_asked));
    json_object_set_new(json, "level", level_name(c->level));
    json_object_set_new(json, "bytesIn", number(c->bytes_in, false));
    json_object_set_new(json, "bytesOut", number(c->bytes_out, !out));
    json_object_set_new(json, "class", text(sk_class_name(MIN(c->class, SK_CLASS_MAX))));
    json_object_set_new(json, "takeoutReason", text(c->takeout_reason));
    json_object_set_new(json, "reason", text(sk_reason_name(c->reason)));
    json_object_set_new(json, "note", text(c->note));
    json_object_set_new(json, "created", json_integer((json_int_t)c->created));
    json_object_set_new(json, "updated", json_integer((json_int_t)c->updated));
    json_object_set_new(json, "expires", number((uint64_t)c->expires, c->expires == 0));
    json_object_set_new(json, "counts",
                        json_pack("{s:I, s:I, s:I}", "removed", (json_int_t)c->counts.removed,
                                  "replaced", (json_int_t)c->counts.replaced, "kept",
                                  (json_int_t)c->counts.kept));
    json_object_set_new(json, "approval", approval_json(c));
    json_object_set_new(json, "takeout", takeout_json(c));
    json_object_set_new(json, "can", can_json(c, account));
    return json;
}

json_t *
sk_crossing_detail_json(const SkCrossing *c, const SkAccount *account, const GPtrArray *acts)
{
    json_t *json = sk_crossing_json(c, account);
    json_t *history = json_array();

    for (guint i = 0; i < acts->len; i++) {
        const SkAct *act = g_ptr_array_index(acts, i);
        const char *state = act->state[0] == '\0' ? sk_state_name(c->state) : act->state;
        json_array_append_new(history, json_pack("{s:I, s:s, s:s, s:o}", "time",
                                                 (json_int_t)act->time, "state", state, "event",
                                                 act->act, "actor", text(act->actor)));
    }
    json_object_set_new(json, "history", history);
    json_object_set_new(json, "sha256In", text(c->sha256_in));
    json_object_set_new(json, "sha256Out", text(c->sha256_out));
    json_object_set_new(json, "policyDigest", text(c->policy_digest));
    return json;
}

static json_t *
words(const char *ja, const char *en)
{
    return json_pack("{s:s, s:s}", "ja", ja, "en", en);
}

static json_t *
findings_json(const GArray *findings)
{
    json_t *out = json_array();
    for (guint i = 0; i < findings->len; i++) {
        const SkStoreFinding *f = &g_array_index(findings, SkStoreFinding, i);
        const SkElementRow *row = sk_element_get(f->element);
        json_array_append_new(out, json_pack("{s:s, s:s, s:o, s:I, s:o}", "element", row->code,
                                             "action", sk_verdict_name(f->action), "place",
                                             plain(f->place), "count", (json_int_t)f->count,
                                             "label", words(row->ja, row->en)));
    }
    return out;
}

/* What the findings say more of the reason. */
static SkElement
telling_element(const GArray *findings)
{
    for (guint i = 0; i < findings->len; i++) {
        if (g_array_index(findings, SkStoreFinding, i).element == SK_ELEMENT_WRONG_PASSWORD)
            return SK_ELEMENT_WRONG_PASSWORD;
    }
    return SK_ELEMENT_NONE;
}

json_t *
sk_report_json(const SkCrossing *c, const GArray *findings)
{
    bool refused = c->reason != SK_REASON_NONE;
    bool advised = c->reason == SK_REASON_UNSUPPORTED && sk_type_advice(c->type_in, c->level_asked, "en") != NULL;
    SkElement telling = telling_element(findings);

    if (!refused && c->type_out == SK_TYPE_NONE)
        return NULL;
    json_t *detail =
        advised ? words(sk_type_advice(c->type_in, c->level_asked, "ja"), sk_type_advice(c->type_in, c->level_asked, "en"))
        : refused ? words(sk_reason_sentence_for(c->reason, telling, "ja"),
                        sk_reason_sentence_for(c->reason, telling, "en"))
        : c->box == SK_BOX_SENT
            ? words("無害化が終わりました。", "It was made harmless.")
            : words("無害化が終わり、検証に合格しました。",
                    "It was made harmless, and the result passed verification.");
    return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:b}", "typeIn", type_name(c->type_in),
                     "typeOut", type_name(c->type_out), "level", level_name(c->level), "result",
                     refused ? "refused" : "clean", "reason", text(sk_reason_name(c->reason)),
                     "detail", detail, "findings", findings_json(findings), "findingsCut",
                     (int)c->findings_cut);
}
