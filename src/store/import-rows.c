/* SPDX-License-Identifier: Apache-2.0
 * import-rows.c - contract in import-parts.h: the rows of a list into the plan, each value checked.
 * A row that is wrong changes nothing, and is told with everything that is wrong with it. */
#include "store/import-parts.h"

#include "base/name.h"
#include "store/person.h"

#include <string.h>

#define TEXT_MAX 100u
#define MAIL_MAX 200u

/* ---- values ---- */

/* A value that is shown to people, and may be exported to a spreadsheet again. */
static bool
check_text(SkImport *self, const SkRow *row, SkColumn column)
{
    const char *value = sk_row_get(row, column);
    const char *code = NULL;

    if (strlen(value) > (column == SK_COLUMN_MAIL ? MAIL_MAX : TEXT_MAX))
        code = "too-long";
    else if (!sk_text_is_plain(sk_span_str(value), MAIL_MAX))
        code = "text-invalid";
    else {
        g_autofree char *plain = g_utf8_normalize(value, -1, G_NORMALIZE_ALL_COMPOSE);
        if (plain == NULL || (*plain != '\0' && strchr("=+-@", *plain) != NULL))
            code = "formula";
    }
    if (code != NULL)
        sk_import_error(self, row, column, code, NULL);
    return code == NULL;
}

/* @ret: 0 where the cell is empty. */
static bool
check_day(SkImport *self, const SkRow *row, SkColumn column, int *ret)
{
    const char *value = sk_row_get(row, column);
    if (*value == '\0' || sk_import_day(value, ret))
        return true;
    sk_import_error(self, row, column, "date-invalid", NULL);
    return false;
}

static bool
check_mail(SkImport *self, const SkRow *row)
{
    const char *value = sk_row_get(row, SK_COLUMN_MAIL);
    const char *at = strchr(value, '@');
    bool ok = *value == '\0' || (at != NULL && at > value && strchr(at + 1, '@') == NULL &&
                                 strchr(at + 1, '.') != NULL);
    for (const char *p = value; *p != '\0' && ok; p++)
        ok = g_ascii_isalnum(*p) || strchr("@._-+", *p) != NULL;
    if (!ok)
        sk_import_error(self, row, SK_COLUMN_MAIL, "mail-invalid", NULL);
    return ok;
}

static const char *
row_number(const SkRow *row, char buffer[16])
{
    g_snprintf(buffer, 16, "%u", row->row->number);
    return buffer;
}

static void
set(char **slot, const char *value)
{
    g_free(*slot);
    *slot = g_strdup(value);
}

/* Is @value one of @words, which lie between commas? */
static bool
is_one_of(const char *words, const char *value)
{
    g_auto(GStrv) all = g_strsplit(words, ",", -1);
    return g_strv_contains((const char *const *)all, value);
}

/* ---- sections ---- */

static const SkTownBody *
find_body(const char *value)
{
    unsigned n = 0;
    const SkTownBody *all = sk_bodies(&n);
    for (unsigned i = 0; i < n; i++)
        if (strcmp(all[i].code, value) == 0 || strcmp(all[i].ja, value) == 0 ||
            strcmp(all[i].en, value) == 0 || (*value != '\0' && is_one_of(all[i].also, value)))
            return &all[i];
    return NULL;
}

static void
put_section(SkImport *self, SkPlanSection *s, const SkRow *row, const SkTownBody *body, int from,
            int until)
{
    const char *parent = sk_row_get(row, SK_COLUMN_PARENT);
    const char *label = sk_row_get(row, SK_COLUMN_LABEL);

    if (from == 0)
        from = s->known ? s->from : self->options.on;
    s->changed = !s->known || strcmp(s->body, body->code) != 0 || strcmp(s->parent, parent) != 0 ||
                 strcmp(s->label, label) != 0 || s->from != from || s->until != until;
    s->rehung = s->known && (strcmp(s->body, body->code) != 0 || strcmp(s->parent, parent) != 0);
    set(&s->body, body->code);
    set(&s->parent, parent);
    set(&s->label, label);
    s->from = from;
    s->until = until;
    s->row = *row;
}

static void
take_section(SkImport *self, const SkRow *row)
{
    const char *code = sk_row_get(row, SK_COLUMN_SECTION);
    const SkTownBody *body = find_body(sk_row_get(row, SK_COLUMN_BODY));
    char number[16];
    int from = 0;
    int until = 0;
    bool ok = true;

    if (!sk_section_code_is(code)) {
        sk_import_error(self, row, SK_COLUMN_SECTION, "section-invalid", NULL);
        return;
    }
    if (body == NULL) {
        sk_import_error(self, row, SK_COLUMN_BODY, "body-unknown", NULL);
        ok = false;
    }
    if (*sk_row_get(row, SK_COLUMN_LABEL) == '\0') {
        sk_import_error(self, row, SK_COLUMN_LABEL, "section-label", NULL);
        ok = false;
    }
    ok &= check_text(self, row, SK_COLUMN_LABEL);
    ok &= check_day(self, row, SK_COLUMN_FROM, &from);
    ok &= check_day(self, row, SK_COLUMN_UNTIL, &until);
    if (until != 0 && until < from) {
        sk_import_error(self, row, SK_COLUMN_UNTIL, "date-order", NULL);
        ok = false;
    }
    SkPlanSection *s = sk_plan_section(self, code);
    if (s->row.row != NULL) {
        sk_import_error(self, row, SK_COLUMN_SECTION, "section-twice", row_number(&s->row, number));
        return;
    }
    if (ok)
        put_section(self, s, row, body, from, until);
    else
        s->row = *row; /* named, so that people in it are not wrong for it, too */
}

/* ---- people ---- */

/* Takes a value over where the cell has one; two rows about one person say the same. */
static void
take_word(SkImport *self, SkPlanPerson *p, const SkRow *row, SkColumn column, char **slot)
{
    const char *value = sk_row_get(row, column);
    char number[16];

    if (*value == '\0' || strcmp(*slot, value) == 0)
        return;
    bool second = p->row.row != row->row;
    if (second && *sk_row_get(&p->row, column) != '\0') {
        sk_import_error(self, row, column, "differs", row_number(&p->row, number));
        return;
    }
    set(slot, value);
    p->changed = true;
}

static bool
check_person(SkImport *self, const SkRow *row)
{
    static const SkColumn texts[] = { SK_COLUMN_NUMBER, SK_COLUMN_LABEL, SK_COLUMN_KANA,
                                      SK_COLUMN_TITLE };
    bool ok = true;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        ok &= check_text(self, row, texts[i]);
    return check_mail(self, row) && ok;
}

static bool
take_days(SkImport *self, SkPlanPerson *p, const SkRow *row)
{
    int joins = 0;
    int leaves = 0;

    if (!check_day(self, row, SK_COLUMN_JOINS, &joins) ||
        !check_day(self, row, SK_COLUMN_LEAVES, &leaves))
        return false;
    if (joins != 0 && leaves != 0 && leaves < joins) {
        sk_import_error(self, row, SK_COLUMN_LEAVES, "date-order", NULL);
        return false;
    }
    if (joins != 0 && joins != p->joins) {
        p->joins = joins;
        p->changed = true;
    }
    /* Whoever is named without a last day has none: a leaver comes back that way. */
    bool first = p->row.row == row->row;
    if (leaves != p->leaves && (first || leaves != 0)) {
        p->leaves = leaves;
        p->changed = true;
    }
    return true;
}

static bool
take_role(SkImport *self, const SkRow *row, const char **ret)
{
    const char *value = sk_row_get(row, SK_COLUMN_ROLE);
    unsigned n = 0;
    const SkSecurityRole *all = sk_security_roles(&n);

    *ret = "";
    if (*value == '\0' || strcmp(value, "-") == 0)
        return true;
    for (unsigned i = 0; i < n; i++)
        if (strcmp(all[i].code, value) == 0 || strcmp(all[i].ja, value) == 0 ||
            strcmp(all[i].en, value) == 0 || is_one_of(all[i].also, value)) {
            *ret = all[i].code;
            return true;
        }
    sk_import_error(self, row, SK_COLUMN_ROLE, "role-unknown", NULL);
    return false;
}

/* @ret: yes where it says so; @empty where it says nothing. */
static bool
take_choice(SkImport *self, const SkRow *row, SkColumn column, const char *yes, const char *no,
            bool empty, bool *ret)
{
    const char *value = sk_row_get(row, column);

    *ret = *value == '\0' ? empty : is_one_of(yes, value);
    if (*value == '\0' || *ret || is_one_of(no, value))
        return true;
    sk_import_error(self, row, column, column == SK_COLUMN_GRADE ? "grade-unknown" : "main-unknown",
                    NULL);
    return false;
}

static bool
check_section(SkImport *self, const SkRow *row, int from)
{
    const char *section = sk_row_get(row, SK_COLUMN_SECTION);
    const SkPlanSection *s = *section == '\0' ? NULL : g_hash_table_lookup(self->sections, section);

    if (*section == '\0')
        sk_import_error(self, row, SK_COLUMN_SECTION, "section-missing", NULL);
    else if (s == NULL || (s->body != NULL && !sk_days_overlap(s->from, s->until, from, from)))
        sk_import_error(self, row, SK_COLUMN_SECTION, "section-unknown", NULL);
    else
        return true;
    return false;
}

static bool
check_period(SkImport *self, const SkRow *row, int *from, int *until)
{
    if (!check_day(self, row, SK_COLUMN_FROM, from) ||
        !check_day(self, row, SK_COLUMN_UNTIL, until))
        return false;
    const char *code = NULL;
    if (*from == 0)
        *from = self->options.on;
    if (*until != 0 && *until < *from)
        code = "date-order";
    else if (*until != 0 && *until < self->options.on)
        code = "date-past";
    if (code != NULL)
        sk_import_error(self, row, SK_COLUMN_UNTIL, code, NULL);
    return code == NULL;
}

static void
put_tenure(SkImport *self, SkPlanPerson *person, SkPlanPost *post, const SkRow *row, int from,
           int until, bool main)
{
    char number[16];

    for (guint i = 0; i < person->tenures->len; i++) {
        SkPlanTenure *t = g_ptr_array_index(person->tenures, i);
        if (t->listed && main && t->main && sk_days_overlap(t->from, t->until, from, until)) {
            sk_import_error(self, row, SK_COLUMN_MAIN, "main-twice", row_number(&t->row, number));
            return;
        }
        if (t->post != post || !sk_days_overlap(t->from, t->until, from, until))
            continue;
        if (t->listed) {
            sk_import_error(self, row, SK_COLUMN_COUNT, "tenure-twice",
                            row_number(&t->row, number));
            return;
        }
        /* Held already: since when stays as it is known. */
        t->changed = t->until != until || t->main != main;
        t->until = until;
        t->main = main;
        t->listed = true;
        t->row = *row;
        return;
    }
    SkPlanTenure *t = sk_plan_tenure(person, post, from, until);
    t->main = main;
    t->listed = t->changed = true;
    t->row = *row;
}

/* The post that the row tells of, with its holder; @person NULL: it is vacant. */
static void
take_post(SkImport *self, SkPlanPerson *person, const SkRow *row)
{
    const char *title = sk_row_get(row, SK_COLUMN_TITLE);
    const char *role = "";
    int from = 0;
    int until = 0;
    bool head = false;
    bool main = false;
    bool ok = check_period(self, row, &from, &until);
    bool listed = false;

    for (guint i = 0; person != NULL && i < person->tenures->len; i++)
        listed |= ((SkPlanTenure *)g_ptr_array_index(person->tenures, i))->listed;
    ok &= take_role(self, row, &role);
    ok &= take_choice(self, row, SK_COLUMN_GRADE, "head,長,所属長,管理職", "member,員,一般,-",
                      false, &head);
    ok &= take_choice(self, row, SK_COLUMN_MAIN, "yes,main,本務,主務,本,主,1,○,◯",
                      "no,兼務,兼,併任,0,-,×", !listed, &main);
    if (*title == '\0') {
        sk_import_error(self, row, SK_COLUMN_TITLE, "title-missing", NULL);
        ok = false;
    }
    /* Whoever was there before the section was told of here is there on the list's day. */
    if (!ok || !check_section(self, row, MAX(from, self->options.on)))
        return;
    SkPlanPost *post = sk_plan_post(self, sk_row_get(row, SK_COLUMN_SECTION), title, head, role);
    if (post->id == 0 && !post->named)
        post->from = from;
    else if (post->from > from || (post->until != 0 && post->until < from)) {
        post->from = MIN(post->from, from);
        post->until = 0;
        post->changed = true;
    }
    post->named = true;
    if (person != NULL)
        put_tenure(self, person, post, row, from, until, main);
}

/* Who decides, audits or administers by whatever right. */
static bool
has_right(const SkPlanPerson *p)
{
    bool right = p->role != SK_ROLE_STAFF || p->deputy;

    for (guint i = 0; i < p->tenures->len && !right; i++) {
        const SkPlanTenure *t = g_ptr_array_index(p->tenures, i);
        right = t->id != 0 && sk_plan_right(t->post) != NULL;
    }
    return right;
}

/* Whoever came by a list becomes the directory's, and with that their password: not where it would be the
 * directory alone that makes itself somebody who decides. */
static void
adopt(SkImport *self, SkPlanPerson *p)
{
    if (!p->own_password || !has_right(p))
        p->ldap = p->changed = true;
    else if (p->row.row == NULL)
        g_ptr_array_add(self->own, g_strdup(p->name));
}

static void
take_person(SkImport *self, const SkRow *row)
{
    const char *name = sk_row_get(row, SK_COLUMN_NAME);
    bool post =
        *sk_row_get(row, SK_COLUMN_SECTION) != '\0' || *sk_row_get(row, SK_COLUMN_TITLE) != '\0';
    bool nobody =
        *sk_row_get(row, SK_COLUMN_LABEL) == '\0' && *sk_row_get(row, SK_COLUMN_NUMBER) == '\0';

    if (*name == '\0' && post && nobody) { /* a vacant post */
        if (check_person(self, row))
            take_post(self, NULL, row);
        return;
    }
    if (!sk_account_name_is(name)) {
        sk_import_error(self, row, SK_COLUMN_NAME, *name == '\0' ? "name-missing" : "name-invalid",
                        NULL);
        return;
    }
    SkPlanPerson *p = sk_plan_person(self, name);
    if (self->options.directory && p->local) {
        g_ptr_array_add(self->kept, g_strdup(name));
        return;
    }
    if (self->options.directory && !p->ldap)
        adopt(self, p);
    if (p->row.row == NULL)
        p->row = *row;
    if (!check_person(self, row) || !take_days(self, p, row))
        return;
    take_word(self, p, row, SK_COLUMN_LABEL, &p->label);
    take_word(self, p, row, SK_COLUMN_KANA, &p->kana);
    take_word(self, p, row, SK_COLUMN_NUMBER, &p->number);
    take_word(self, p, row, SK_COLUMN_MAIL, &p->mail);
    if (*p->label == '\0')
        sk_import_error(self, row, SK_COLUMN_LABEL, "label-missing", NULL);
    if (post)
        take_post(self, p, row);
}

/* ---- the sheets ---- */

static void
take_sheet(SkImport *self, guint i, SkSheetKind kind)
{
    const SkTableSheet *sheet = g_ptr_array_index(self->sheets, i);
    const SkHeader *header = &g_array_index(self->headers, SkHeader, i);

    if (header->kind != kind)
        return;
    SkRow row = { .sheet = sheet, .header = header };
    if (header->twice >= 0) {
        row.row = &g_array_index(sheet->rows, SkTableRow, header->header);
        sk_import_error(self, &row, (SkColumn)header->twice, "heading-twice", NULL);
        return;
    }
    for (guint r = header->header + 1; r < sheet->rows->len; r++) {
        row.row = &g_array_index(sheet->rows, SkTableRow, r);
        bool empty = true;
        for (unsigned c = 0; c < SK_COLUMN_COUNT && empty; c++)
            empty = *sk_row_get(&row, (SkColumn)c) == '\0';
        if (empty)
            continue;
        if (kind == SK_SHEET_SECTIONS)
            take_section(self, &row);
        else
            take_person(self, &row);
    }
}

void
sk_import_rows(SkImport *self)
{
    for (guint i = 0; i < self->sheets->len; i++) {
        SkHeader h = sk_header_find(g_ptr_array_index(self->sheets, i), self->ignored);
        g_array_append_val(self->headers, h);
        self->has_people |= h.kind == SK_SHEET_PEOPLE;
        self->has_sections |= h.kind == SK_SHEET_SECTIONS;
    }
    if (!self->has_people && !self->has_sections)
        sk_import_error(self, NULL, SK_COLUMN_COUNT, "no-table", NULL);
    /* Sections first, whatever the order of the sheets: people are in them. */
    for (guint i = 0; i < self->sheets->len; i++)
        take_sheet(self, i, SK_SHEET_SECTIONS);
    for (guint i = 0; i < self->sheets->len; i++)
        take_sheet(self, i, SK_SHEET_PEOPLE);
}
