/* SPDX-License-Identifier: Apache-2.0
 * import-columns.c - contract in import-parts.h: which column is which, by its heading. A title
 * above the headings, or notes beside them, do no harm. */
#include "store/import-parts.h"

#include "store/person.h"

#include <string.h>

#define HEADER_WITHIN 20u /* rows */

typedef struct {
    SkColumn column;
    const char *names; /* folded (sk_person_fold), between commas */
} Heading;

static const Heading people[] = {
    { SK_COLUMN_NAME, "name,account,user,userid,あかうんと,あかうんと名,ゆーざid,ゆーざーid,"
                      "ゆーざー名,利用者id,利用者名,ろぐいんid" },
    { SK_COLUMN_NUMBER, "number,職員番号,職員こーど,職員no,職員no." },
    { SK_COLUMN_LABEL, "label,fullname,氏名,職員氏名,名前,職員名" },
    { SK_COLUMN_KANA, "kana,ふりがな,かな,かな氏名,氏名かな,氏名(かな)" },
    { SK_COLUMN_MAIL, "mail,email,e-mail,めーる,めーるあどれす" },
    { SK_COLUMN_SECTION, "section,所属こーど,課こーど,所属課こーど" },
    { SK_COLUMN_TITLE, "title,post,役職,職名,補職,補職名,役職名" },
    { SK_COLUMN_GRADE, "grade,区分,職位区分,長の別,職位" },
    { SK_COLUMN_ROLE,
      "role,securityrole,情報せきゅりてぃ役割,せきゅりてぃ役割,情報せきゅりてぃの役割" },
    { SK_COLUMN_MAIN, "main,本務,主務,本務兼務,本務・兼務,本兼" },
    { SK_COLUMN_JOINS, "joins,採用日" },
    { SK_COLUMN_LEAVES, "leaves,退職日" },
    { SK_COLUMN_FROM, "from,発令日,着任日,就任日,開始日" },
    { SK_COLUMN_UNTIL, "until,終了日,離任日,満了日" },
};

static const Heading sections[] = {
    { SK_COLUMN_SECTION, "code,section,所属こーど,課こーど,こーど" },
    { SK_COLUMN_BODY, "body,機関,執行機関,部局,機関名" },
    { SK_COLUMN_PARENT, "parent,上位,上位所属,上位所属こーど,上位こーど" },
    { SK_COLUMN_LABEL, "label,name,所属名,名称,課名,所属名称" },
    { SK_COLUMN_FROM, "from,設置日,開始日" },
    { SK_COLUMN_UNTIL, "until,廃止日,終了日" },
};

static bool
is_named(const char *names, const char *folded)
{
    size_t n = strlen(folded);
    for (const char *p = names; n > 0 && p != NULL; p = strchr(p, ',')) {
        p += *p == ',';
        if (strncmp(p, folded, n) == 0 && (p[n] == ',' || p[n] == '\0'))
            return true;
    }
    return false;
}

static int
column_of(const Heading *headings, size_t n, const char *folded)
{
    for (size_t i = 0; i < n; i++)
        if (is_named(headings[i].names, folded))
            return (int)headings[i].column;
    return -1;
}

static SkHeader
read_header(const SkTableRow *row, SkSheetKind kind, GPtrArray *ignored)
{
    SkHeader h = { .kind = kind, .twice = -1 };
    const Heading *headings = kind == SK_SHEET_PEOPLE ? people : sections;
    size_t n = kind == SK_SHEET_PEOPLE ? G_N_ELEMENTS(people) : G_N_ELEMENTS(sections);

    for (unsigned i = 0; i < SK_COLUMN_COUNT; i++)
        h.columns[i] = -1;
    for (unsigned i = 0; i < row->n; i++) {
        g_autofree char *folded = sk_person_fold(row->cells[i]);
        int column = column_of(headings, n, folded);
        if (column >= 0 && h.columns[column] >= 0)
            h.twice = h.twice < 0 ? column : h.twice;
        else if (column >= 0)
            h.columns[column] = (int)i;
        else if (ignored != NULL && *folded != '\0')
            g_ptr_array_add(ignored, g_strdup(row->cells[i]));
    }
    return h;
}

static bool
has(const SkHeader *h, SkColumn column)
{
    return h->columns[column] >= 0;
}

SkHeader
sk_header_find(const SkTableSheet *sheet, GPtrArray *ignored)
{
    for (unsigned i = 0; i < MIN(sheet->rows->len, HEADER_WITHIN); i++) {
        const SkTableRow *row = &g_array_index(sheet->rows, SkTableRow, i);
        SkHeader p = read_header(row, SK_SHEET_PEOPLE, NULL);
        SkHeader s = read_header(row, SK_SHEET_SECTIONS, NULL);
        bool is_sections = has(&s, SK_COLUMN_SECTION) && has(&s, SK_COLUMN_BODY);
        bool is_people =
            !is_sections && has(&p, SK_COLUMN_NAME) &&
            (has(&p, SK_COLUMN_LABEL) || has(&p, SK_COLUMN_SECTION) || has(&p, SK_COLUMN_LEAVES));
        if (!is_people && !is_sections)
            continue;
        SkHeader out = read_header(row, is_people ? SK_SHEET_PEOPLE : SK_SHEET_SECTIONS, ignored);
        out.header = i;
        return out;
    }
    return (SkHeader){ .kind = SK_SHEET_NEITHER, .twice = -1 };
}

const char *
sk_row_get(const SkRow *row, SkColumn column)
{
    int at = row->header->columns[column];
    return at < 0 || (unsigned)at >= row->row->n ? "" : row->row->cells[at];
}
