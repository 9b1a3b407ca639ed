/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-list.c - contract in odf-list.h. A list that continues another counts on where the last list
 * of its style stopped.
 */
#include "disarm/odf-list.h"

#include "disarm/list-number.h"
#include "disarm/office-names.h"

#include <string.h>

#define DEPTH_MAX 64u

typedef struct {
    char *format;          /* owned; NULL: no number; "bullet" */
    char *prefix, *suffix; /* owned */
    unsigned shown;        /* levels */
    uint32_t start;
    uint32_t count; /* of the last item; UINT32_MAX before the first */
} Level;

typedef struct {
    Level levels[SK_ODF_LEVELS];
} Style;

struct SkOdfLists {
    GHashTable *styles; /* owned: name → Style */
    GHashTable *hidden; /* owned set of names */
    Style outline;
    /* While styles are read. */
    Style *style; /* borrowed */
    char *name;   /* owned: of the style:style at hand */
    /* In the text. */
    unsigned depth;
    Style *open[DEPTH_MAX]; /* borrowed; may hold NULL */
    bool fresh;             /* an item has begun, and no paragraph of it */
};

static void
style_clear(Style *self)
{
    for (unsigned i = 0; i < SK_ODF_LEVELS; i++) {
        g_free(self->levels[i].format);
        g_free(self->levels[i].prefix);
        g_free(self->levels[i].suffix);
    }
}

static void
style_free(void *p)
{
    style_clear(p);
    g_free(p);
}

SkOdfLists *
sk_odf_lists_new(void)
{
    SkOdfLists *self = g_new0(SkOdfLists, 1);
    self->styles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, style_free);
    self->hidden = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < SK_ODF_LEVELS; i++)
        self->outline.levels[i].count = UINT32_MAX;
    return self;
}

void
sk_odf_lists_free(SkOdfLists *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->styles);
    g_hash_table_unref(self->hidden);
    style_clear(&self->outline);
    g_free(self->name);
    g_free(self);
}

/* ---- styles --------------------------------------------------------------------------------- */

/* style:num-format is the first number, or the first ones. */
static const char *
format_of(SkSpan written)
{
    static const struct {
        const char *start;
        const char *format;
    } formats[] = {
        { "1", "decimal" },
        { "a", "lowerLetter" },
        { "A", "upperLetter" },
        { "i", "lowerRoman" },
        { "I", "upperRoman" },
        { "①", "decimalEnclosedCircle" },
        { "一", "japaneseCounting" },
        { "壱", "japaneseCounting" },
        { "１", "decimalFullWidth" },
        { "ア", "aiueo" },
        { "ｱ", "aiueo" },
        { "イ", "iroha" },
        { "ｲ", "iroha" },
        { "甲", "ideographTraditional" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (sk_span_starts(written, formats[i].start))
            return formats[i].format;
    }
    return written.n == 0 ? NULL : "decimal";
}

static void
read_level(Style *style, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n)
{
    uint32_t number = sk_office_number(sk_office_attr(attrs, n, SK_ON_AT_LEVEL), SK_ODF_LEVELS, 0);
    if (number == 0)
        return;
    Level *level = &style->levels[number - 1];
    bool bullet =
        element == SK_ON_OT_LIST_LEVEL_STYLE_BULLET || element == SK_ON_OT_LIST_LEVEL_STYLE_IMAGE;

    g_free(level->format);
    g_free(level->prefix);
    g_free(level->suffix);
    level->format =
        g_strdup(bullet ? "bullet" : format_of(sk_office_attr(attrs, n, SK_ON_AT_NUM_FORMAT)));
    level->prefix = sk_span_dup(sk_office_attr(attrs, n, SK_ON_AT_NUM_PREFIX));
    level->suffix = sk_span_dup(sk_office_attr(attrs, n, SK_ON_AT_NUM_SUFFIX));
    level->shown =
        sk_office_number(sk_office_attr(attrs, n, SK_ON_AT_DISPLAY_LEVELS), SK_ODF_LEVELS, 1);
    level->start = sk_office_number(sk_office_attr(attrs, n, SK_ON_AT_START_VALUE), 1000000, 1);
}

void
sk_odf_lists_style(SkOdfLists *self, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n)
{
    switch (element) {
    case SK_ON_OT_LIST_STYLE:
        self->style = g_new0(Style, 1);
        for (unsigned i = 0; i < SK_ODF_LEVELS; i++)
            self->style->levels[i].count = UINT32_MAX;
        g_hash_table_replace(
            self->styles, sk_span_dup(sk_office_attr(attrs, n, SK_ON_AT_STYLE_NAME)), self->style);
        break;
    case SK_ON_OT_OUTLINE_STYLE:
        self->style = &self->outline;
        break;
    case SK_ON_OT_LIST_LEVEL_STYLE_NUMBER:
    case SK_ON_OT_LIST_LEVEL_STYLE_BULLET:
    case SK_ON_OT_LIST_LEVEL_STYLE_IMAGE:
    case SK_ON_OT_OUTLINE_LEVEL_STYLE:
        if (self->style != NULL)
            read_level(self->style, element, attrs, n);
        break;
    case SK_ON_OS_STYLE:
        g_free(self->name);
        self->name = sk_span_dup(sk_office_attr(attrs, n, SK_ON_AT_STYLE_NAME));
        break;
    case SK_ON_OS_TABLE_PROPERTIES:
    case SK_ON_OS_DRAWING_PAGE_PROPERTIES:
        if (self->name != NULL &&
            (sk_span_is(sk_office_attr(attrs, n, SK_ON_AT_DISPLAY), "false") ||
             sk_span_is(sk_office_attr(attrs, n, SK_ON_AT_PAGE_VISIBILITY), "hidden")))
            g_hash_table_add(self->hidden, g_strdup(self->name));
        break;
    default:
        break;
    }
}

bool
sk_odf_lists_hides(const SkOdfLists *self, SkSpan style)
{
    g_autofree char *name = sk_span_dup(style);
    return g_hash_table_contains(self->hidden, name);
}

/* ---- lists ---------------------------------------------------------------------------------- */

void
sk_odf_lists_begin(SkOdfLists *self, SkSpan style, bool continues)
{
    unsigned at = self->depth++;

    if (at >= DEPTH_MAX)
        return;
    g_autofree char *name = sk_span_dup(style);
    self->open[at] = style.n > 0 ? g_hash_table_lookup(self->styles, name)
                     : at > 0    ? self->open[at - 1]
                                 : NULL;
    for (unsigned i = at; self->open[at] != NULL && !continues && i < SK_ODF_LEVELS; i++)
        self->open[at]->levels[i].count = UINT32_MAX;
}

void
sk_odf_lists_end(SkOdfLists *self)
{
    self->depth -= self->depth > 0 ? 1 : 0;
    self->fresh = false;
}

static void
count(Style *style, unsigned at, uint32_t start)
{
    Level *level = &style->levels[at];

    if (start != UINT32_MAX)
        level->count = start;
    else
        level->count = level->count == UINT32_MAX ? level->start : level->count + 1;
    for (unsigned i = at + 1; i < SK_ODF_LEVELS; i++)
        style->levels[i].count = UINT32_MAX;
}

void
sk_odf_lists_item(SkOdfLists *self, uint32_t start)
{
    unsigned at = self->depth - 1;

    self->fresh = self->depth > 0 && at < MIN(DEPTH_MAX, SK_ODF_LEVELS);
    if (self->fresh && self->open[at] != NULL)
        count(self->open[at], at, start);
}

static char *
label(const Style *style, unsigned at)
{
    const Level *level = &style->levels[at];
    g_autoptr(GString) out = g_string_new(NULL);

    if (level->format == NULL)
        return NULL;
    if (g_str_equal(level->format, "bullet"))
        return g_strdup("・");
    unsigned shown = CLAMP(level->shown, 1, at + 1);
    g_string_append(out, level->prefix);
    for (unsigned i = at + 1 - shown; i <= at; i++) {
        const Level *one = &style->levels[i];
        if (one->format == NULL || g_str_equal(one->format, "bullet"))
            continue;
        g_autofree char *number =
            sk_list_number(one->format, one->count == UINT32_MAX ? one->start : one->count);
        g_string_append_printf(out, "%s%s", number, i < at ? "." : "");
    }
    g_string_append(out, level->suffix);
    if (out->len > 0 && !g_str_has_suffix(out->str, " "))
        g_string_append_c(out, ' ');
    return g_strdup(out->str);
}

char *
sk_odf_lists_label(SkOdfLists *self)
{
    unsigned at = self->depth - 1;

    if (!self->fresh || self->depth == 0 || at >= SK_ODF_LEVELS)
        return NULL;
    self->fresh = false;
    return self->open[at] == NULL ? g_strdup("・") : label(self->open[at], at);
}

char *
sk_odf_lists_heading(SkOdfLists *self, unsigned level)
{
    if (level == 0 || level > SK_ODF_LEVELS)
        return NULL;
    count(&self->outline, level - 1, UINT32_MAX);
    return label(&self->outline, level - 1);
}
