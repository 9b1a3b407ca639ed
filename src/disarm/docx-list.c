/* SPDX-License-Identifier: Apache-2.0
 *
 * docx-list.c - contract in docx-list.h. Lists that share their abstract definition count on
 * together, as Word has it, unless one of them says where it starts.
 */
#include "disarm/docx-list.h"

#include "disarm/list-number.h"
#include "disarm/office-names.h"

#define BASED_ON_MAX 16u /* styles on styles */
#define NUMBER_MAX 1000000u

typedef struct {
    SkDocxSays says;
    char *name;     /* owned */
    char *based_on; /* owned */
} Style;

typedef struct {
    char *format; /* owned; NULL for decimal */
    char *text;   /* owned: "第%1条" */
    uint32_t start;
    uint32_t count; /* of the last paragraph; UINT32_MAX before the first */
} Level;

typedef struct {
    Level levels[SK_DOCX_LEVELS];
} Abstract;

typedef struct {
    char *abstract;                  /* owned: its id */
    uint32_t starts[SK_DOCX_LEVELS]; /* overrides not yet used; UINT32_MAX for none */
} List;

struct SkDocxLists {
    GHashTable *styles;    /* owned: id → Style */
    GHashTable *abstracts; /* owned: id → Abstract */
    GHashTable *lists;     /* owned: id → List */
    /* While reading. */
    Style *style;       /* borrowed */
    Abstract *abstract; /* borrowed */
    List *list;         /* borrowed */
    unsigned level;     /* of @abstract or of @list */
    bool overrides;
};

void
sk_docx_says_clear(SkDocxSays *self)
{
    g_clear_pointer(&self->style, g_free);
    self->outline = SK_DOCX_LEVEL_NONE;
    self->level = SK_DOCX_LEVEL_NONE;
    self->list = UINT32_MAX;
}

static void
style_free(void *p)
{
    Style *style = p;
    sk_docx_says_clear(&style->says);
    g_free(style->name);
    g_free(style->based_on);
    g_free(style);
}

static void
abstract_free(void *p)
{
    Abstract *abstract = p;
    for (unsigned i = 0; i < SK_DOCX_LEVELS; i++) {
        g_free(abstract->levels[i].format);
        g_free(abstract->levels[i].text);
    }
    g_free(abstract);
}

static void
list_free(void *p)
{
    List *list = p;
    g_free(list->abstract);
    g_free(list);
}

void
sk_docx_lists_free(SkDocxLists *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->styles);
    g_hash_table_unref(self->abstracts);
    g_hash_table_unref(self->lists);
    g_free(self);
}

/* ---- reading -------------------------------------------------------------------------------- */

static void
begin_style(SkDocxLists *self, SkSpan id)
{
    self->style = g_new0(Style, 1);
    sk_docx_says_clear(&self->style->says);
    g_hash_table_replace(self->styles, sk_span_dup(id), self->style);
}

static bool
style_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkDocxLists *self = user;
    SkSpan value = sk_office_attr(attrs, n, SK_ON_W_VAL);
    (void)error;

    if (element == SK_ON_W_STYLE)
        begin_style(self, sk_office_attr(attrs, n, SK_ON_W_STYLE_ID));
    if (self->style == NULL)
        return true;
    Style *style = self->style;
    if (element == SK_ON_W_NAME && style->name == NULL)
        style->name = sk_span_dup(value);
    else if (element == SK_ON_W_BASED_ON && style->based_on == NULL)
        style->based_on = sk_span_dup(value);
    else if (element == SK_ON_W_OUTLINE_LVL)
        style->says.outline =
            (uint8_t)sk_office_number(value, SK_DOCX_LEVELS - 1, SK_DOCX_LEVEL_NONE);
    else if (element == SK_ON_W_ILVL)
        style->says.level =
            (uint8_t)sk_office_number(value, SK_DOCX_LEVELS - 1, SK_DOCX_LEVEL_NONE);
    else if (element == SK_ON_W_NUM_ID)
        style->says.list = sk_office_number(value, NUMBER_MAX, UINT32_MAX);
    return true;
}

static void
begin_abstract(SkDocxLists *self, SkSpan id)
{
    self->abstract = g_new0(Abstract, 1);
    for (unsigned i = 0; i < SK_DOCX_LEVELS; i++)
        self->abstract->levels[i].count = UINT32_MAX;
    self->list = NULL;
    self->level = SK_DOCX_LEVELS;
    g_hash_table_replace(self->abstracts, sk_span_dup(id), self->abstract);
}

static void
begin_list(SkDocxLists *self, SkSpan id)
{
    self->list = g_new0(List, 1);
    for (unsigned i = 0; i < SK_DOCX_LEVELS; i++)
        self->list->starts[i] = UINT32_MAX;
    self->abstract = NULL;
    self->level = SK_DOCX_LEVELS;
    g_hash_table_replace(self->lists, sk_span_dup(id), self->list);
}

static void
read_level(Level *level, SkXmlSymbol element, SkSpan value)
{
    if (element == SK_ON_W_START) {
        level->start = sk_office_number(value, NUMBER_MAX, 0);
    } else if (element == SK_ON_W_NUM_FMT) {
        g_free(level->format);
        level->format = sk_span_dup(value);
    } else if (element == SK_ON_W_LVL_TEXT) {
        g_free(level->text);
        level->text = sk_span_dup(value);
    }
}

static bool
numbering_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkDocxLists *self = user;
    SkSpan value = sk_office_attr(attrs, n, SK_ON_W_VAL);
    (void)error;

    if (element == SK_ON_W_ABSTRACT_NUM)
        begin_abstract(self, sk_office_attr(attrs, n, SK_ON_W_ABSTRACT_NUM_ID));
    else if (element == SK_ON_W_NUM)
        begin_list(self, sk_office_attr(attrs, n, SK_ON_W_NUM_ID));
    else if (element == SK_ON_W_LVL || element == SK_ON_W_LVL_OVERRIDE)
        self->level = sk_office_number(sk_office_attr(attrs, n, SK_ON_W_ILVL), SK_DOCX_LEVELS - 1,
                                       SK_DOCX_LEVELS);
    else if (self->list != NULL && element == SK_ON_W_ABSTRACT_NUM_ID &&
             self->list->abstract == NULL)
        self->list->abstract = sk_span_dup(value);
    else if (self->list != NULL && element == SK_ON_W_START_OVERRIDE &&
             self->level < SK_DOCX_LEVELS)
        self->list->starts[self->level] = sk_office_number(value, NUMBER_MAX, UINT32_MAX);
    else if (self->abstract != NULL && self->level < SK_DOCX_LEVELS)
        read_level(&self->abstract->levels[self->level], element, value);
    return true;
}

bool
sk_docx_lists_read(SkOfficeText *office, const char *styles, const char *numbering,
                   SkDocxLists **ret, GError **error)
{
    static const SkXmlHandler of_styles = { sk_office_element,  sk_office_attribute, style_start,
                                            sk_office_skip_end, sk_office_skip_text, NULL };
    static const SkXmlHandler of_numbering = { sk_office_element,   sk_office_attribute,
                                               numbering_start,     sk_office_skip_end,
                                               sk_office_skip_text, NULL };
    g_autoptr(SkDocxLists) self = g_new0(SkDocxLists, 1);

    self->styles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, style_free);
    self->abstracts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, abstract_free);
    self->lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, list_free);
    if ((styles != NULL && !sk_office_text_parse(office, styles, &of_styles, self, error)) ||
        (numbering != NULL && !sk_office_text_parse(office, numbering, &of_numbering, self, error)))
        return false;
    *ret = g_steal_pointer(&self);
    return true;
}

/* ---- asking --------------------------------------------------------------------------------- */

static uint8_t
outline_of_name(const char *name)
{
    if (name == NULL)
        return SK_DOCX_LEVEL_NONE;
    g_autofree char *folded = g_ascii_strdown(name, -1);
    if (g_str_equal(folded, "title"))
        return 0;
    if (g_str_has_prefix(folded, "heading ") && folded[8] >= '1' && folded[8] <= '9' &&
        folded[9] == '\0')
        return (uint8_t)(folded[8] - '1');
    return SK_DOCX_LEVEL_NONE;
}

/* What is not said by the paragraph is said by its style, or the style that is based on. */
static SkDocxSays
resolve(const SkDocxLists *self, const SkDocxSays *says)
{
    SkDocxSays out = { .outline = says->outline, .level = says->level, .list = says->list };
    const char *id = says->style;

    for (unsigned i = 0; id != NULL && i < BASED_ON_MAX; i++) {
        const Style *style = g_hash_table_lookup(self->styles, id);
        if (style == NULL)
            break;
        uint8_t named = outline_of_name(style->name);
        if (out.outline == SK_DOCX_LEVEL_NONE)
            out.outline = style->says.outline != SK_DOCX_LEVEL_NONE ? style->says.outline : named;
        if (out.list == UINT32_MAX) {
            out.list = style->says.list;
            out.level = out.level == SK_DOCX_LEVEL_NONE ? style->says.level : out.level;
        }
        id = style->based_on;
    }
    return out;
}

unsigned
sk_docx_lists_heading(const SkDocxLists *self, const SkDocxSays *says)
{
    uint8_t outline = resolve(self, says).outline;
    return outline < SK_DOCX_LEVELS ? outline + 1u : 0;
}

/* "%1.%2" with the counts of the levels. */
static char *
compose(const Abstract *abstract, unsigned at)
{
    const Level *level = &abstract->levels[at];
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *p = level->text; *p != '\0'; p++) {
        unsigned of =
            p[0] == '%' && p[1] >= '1' && p[1] <= '9' ? (unsigned)(p[1] - '1') : SK_DOCX_LEVELS;
        if (of >= SK_DOCX_LEVELS) {
            g_string_append_c(out, *p);
            continue;
        }
        const Level *other = &abstract->levels[of];
        bool counts = other->format != NULL && !g_str_equal(other->format, "none");
        g_autofree char *number =
            sk_list_number(other->format == NULL ? "decimal" : other->format,
                           other->count == UINT32_MAX ? other->start : other->count);
        g_string_append(out, counts || other->format == NULL ? number : "");
        p++;
    }
    return g_strdup(out->str);
}

char *
sk_docx_lists_number(SkDocxLists *self, const SkDocxSays *says)
{
    SkDocxSays found = resolve(self, says);
    if (found.list == 0 || found.list == UINT32_MAX)
        return NULL;
    g_autofree char *id = g_strdup_printf("%u", found.list);
    List *list = g_hash_table_lookup(self->lists, id);
    Abstract *abstract = list == NULL || list->abstract == NULL
                             ? NULL
                             : g_hash_table_lookup(self->abstracts, list->abstract);
    if (abstract == NULL)
        return NULL;
    unsigned at = found.level < SK_DOCX_LEVELS ? found.level : 0;
    Level *level = &abstract->levels[at];
    if (list->starts[at] != UINT32_MAX)
        level->count = list->starts[at];
    else
        level->count = level->count == UINT32_MAX ? level->start : level->count + 1;
    list->starts[at] = UINT32_MAX;
    for (unsigned i = at + 1; i < SK_DOCX_LEVELS; i++)
        abstract->levels[i].count = UINT32_MAX;
    if (level->format != NULL && g_str_equal(level->format, "bullet"))
        return g_strdup("・");
    if (level->text == NULL || level->text[0] == '\0' ||
        (level->format != NULL && g_str_equal(level->format, "none")))
        return NULL;
    return compose(abstract, at);
}
