/* SPDX-License-Identifier: Apache-2.0
 * import-errors.c - contract in import-parts.h: what can be wrong with a row, in words. */
#include "store/import-parts.h"

#include "base/name.h"

#include <string.h>

#define VALUE_MAX 100u

typedef struct {
    const char *code;
    const char *ja, *en; /* at most one %s */
} Message;

/* Closed: pages and tests know these codes. */
static const Message messages[] = {
    { "no-table", "見出しの行（アカウントと氏名、または所属コードと機関）が見つかりません。",
      "There is no row of headings (account and name, or section code and body)." },
    { "heading-twice", "同じ意味の見出しが二つあります。", "Two columns have the same heading." },
    { "name-missing", "アカウントがありません。", "The account is missing." },
    { "name-invalid", "アカウントは半角の英小文字、数字、「.」「_」「-」で64文字までです。",
      "An account is 1 to 64 of a-z, 0-9, dot, underscore and hyphen." },
    { "label-missing", "新しい人の氏名がありません。", "The name of somebody new is missing." },
    { "differs", "同じ人の行（%s行目）と違います。",
      "It differs from row %s about the same person." },
    { "number-held", "この職員番号は「%s」が使っています。", "This staff number is that of %s." },
    { "mail-invalid", "メールアドレスの形ではありません。", "This is no mail address." },
    { "text-invalid",
      "制御文字、書字方向の文字、外字（私用領域の文字）など、表示できない文字があります。",
      "There are characters that cannot be shown: control, direction, or private use." },
    { "too-long", "長すぎます。", "It is too long." },
    { "formula", "「=」「+」「-」「@」で始まる値は、表計算ソフトが式として実行するため使えません。",
      "A value that begins with =, +, - or @ is run by spreadsheets as a formula." },
    { "section-missing", "役職のある行に所属コードがありません。", "A post has no section." },
    { "section-unknown", "その日にこの所属はありません。",
      "There is no such section on that day." },
    { "section-invalid", "所属コードは半角の英小文字、数字、「-」で32文字までです。",
      "A section's code is 1 to 32 of a-z, 0-9 and hyphen." },
    { "section-label", "所属の名称がありません。", "The section has no name." },
    { "section-twice", "この所属コードは%s行目にもあります。", "Row %s has this section, too." },
    { "section-used", "この日より後も「%s」が在籍しているため、廃止できません。",
      "It cannot end: %s is still there after that day." },
    { "body-unknown", "機関は、町長部局などの八つのいずれかです。", "There is no such body." },
    { "parent-unknown", "上位の所属がありません。", "There is no such section above." },
    { "parent-circle", "上位をたどると自分に戻ります。", "The sections above it lead back to it." },
    { "parent-body", "上位の所属は別の機関のものです。", "The section above is of another body." },
    { "title-missing", "所属のある行に役職がありません。", "A section without a post." },
    { "grade-unknown", "区分は「長」または「員」です。", "The grade is head or member." },
    { "main-unknown", "本務の欄は「本務」または「兼務」です。", "Main is yes or no." },
    { "role-unknown", "この名前の情報セキュリティの役割はありません。",
      "There is no security role of that name." },
    { "role-held", "この役割を同時に持てるのは一人で、「%s」が持っています。",
      "One person at a time holds this role, and %s does." },
    { "roles-apart", "%s", "%s" },
    { "date-invalid", "日付ではありません（例：2027-04-01、R9.4.1）。",
      "This is no date (such as 2027-04-01 or R9.4.1)." },
    { "date-order", "終わりの日が始まりの日より前です。", "It ends before it begins." },
    { "date-past", "この一覧の日より前に終わっています。",
      "It ended before the day of this list." },
    { "tenure-twice", "同じ人の同じ役職が%s行目と重なっています。",
      "The same person has the same post in row %s at the same time." },
    { "main-twice", "本務が%s行目と重なっています。", "Row %s is the main post at the same time." },
    { "own-account", "自分のアカウントを終わらせることはできません。",
      "Nobody ends their own account." },
    { "last-administrator", "管理者が一人もいなくなります。", "No administrator would be left." },
    { "too-many-errors", "誤りが多いため、ここまでで止めました。",
      "There are too many errors; the rest was not looked at." },
};

static const Message *
message_of(const char *code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(messages); i++)
        if (strcmp(messages[i].code, code) == 0)
            return &messages[i];
    g_assert_not_reached();
}

static char *
sentence(const char *pattern, const char *more)
{
    const char *hole = strstr(pattern, "%s");
    if (hole == NULL)
        return g_strdup(pattern);
    return g_strdup_printf("%.*s%s%s", (int)(hole - pattern), pattern, more == NULL ? "" : more,
                           hole + 2);
}

static SkImportError *
new_error(const SkRow *row, SkColumn column, const char *code)
{
    SkImportError *e = g_new0(SkImportError, 1);
    bool placed = row != NULL && row->row != NULL;
    bool valued = placed && column < SK_COLUMN_COUNT;
    int at = valued ? row->header->columns[column] : -1;

    e->code = message_of(code)->code;
    e->sheet = sk_text_plain(sk_span_str(placed ? row->sheet->name : ""), VALUE_MAX);
    e->row = placed ? row->row->number : 0;
    e->value = sk_text_plain(sk_span_str(valued ? sk_row_get(row, column) : ""), VALUE_MAX);
    const SkTableRow *headings =
        at < 0 ? NULL : &g_array_index(row->sheet->rows, SkTableRow, row->header->header);
    e->column = sk_text_plain(
        sk_span_str(headings == NULL || (unsigned)at >= headings->n ? "" : headings->cells[at]),
        VALUE_MAX);
    return e;
}

static void
add(SkImport *self, const SkRow *row, SkColumn column, const char *code, const char *ja,
    const char *en)
{
    if (self->errors->len > SK_IMPORT_ERRORS_MAX)
        return;
    if (self->errors->len == SK_IMPORT_ERRORS_MAX) {
        row = NULL;
        code = "too-many-errors";
    }
    SkImportError *e = new_error(row, column, code);
    e->ja = sentence(message_of(code)->ja, ja);
    e->en = sentence(message_of(code)->en, en);
    g_ptr_array_add(self->errors, e);
}

void
sk_import_error(SkImport *self, const SkRow *row, SkColumn column, const char *code,
                const char *more)
{
    add(self, row, column, code, more, more);
}

void
sk_import_error_apart(SkImport *self, const SkRow *row, const SkRoleConflict *rule)
{
    add(self, row, SK_COLUMN_ROLE, "roles-apart", rule->ja, rule->en);
}
