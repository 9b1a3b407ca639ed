/* SPDX-License-Identifier: Apache-2.0
 *
 * html-text.c - contract in html-text.h. One walk over the tree; a table is a walk of its own for
 * each cell, three deep at most.
 * Spec: docs/formats/html-text.md   Tests: tests/unit/disarm/test-html-text.c
 */
#include "disarm/html-text.h"

#include "disarm/docx-link.h"
#include "disarm/formats.h"
#include "disarm/html.h"
#include "disarm/text-out.h"

#include <string.h>

#define TABLES_MAX 3u
#define COLUMNS_MAX 64u
#define INDENT_MAX 12u
#define WIDTH 100u
#define NOTES_MAX 5000u

typedef struct {
    const SkHtmlTree *tree;
    const SkHtmlTextOptions *options;
    SkHtmlTextCounts *counts;
    GPtrArray *notes;   /* of char *: the addresses, numbered from 1 */
    GHashTable *known;  /* address → number; borrows from @notes */
} Text;

/* One flow of lines: a page, or a cell. */
typedef struct {
    Text *text;
    GString *out;
    uint32_t root;
    GString *line;          /* what has been gathered of a line */
    const char *bullet;     /* waits for the first line of an item */
    char number[24];
    unsigned quotes, lists; /* that are open */
    unsigned pre, hidden;
    unsigned tables, width;
    bool space, gap, any;   /* owed: a space, an empty line; something stands already */
    uint32_t counters[INDENT_MAX];
    bool ordered[INDENT_MAX];
    uint32_t link_from;     /* where the text of the open link begins in @line */
} Flow;

static bool
is(const Flow *self, uint32_t at, SkHtmlTag tag)
{
    const SkHtmlNode *node = sk_html_node(self->text->tree, at);
    return !node->is_text && node->space == SK_HTML_NS_HTML && node->tag == tag;
}

/* ---- lines ---------------------------------------------------------------------------------- */

static void
prefix(Flow *self)
{
    for (unsigned i = 0; i < MIN(self->quotes, INDENT_MAX); i++)
        g_string_append(self->out, "> ");
    unsigned indent = self->lists > 0 ? (self->lists - 1) * 2 : 0;
    for (unsigned i = 0; i < MIN(indent, 2 * INDENT_MAX); i++)
        g_string_append_c(self->out, ' ');
    if (self->bullet != NULL)
        g_string_append(self->out, self->bullet);
    else if (self->lists > 0)
        g_string_append(self->out, "  ");
    self->bullet = NULL;
}

static void
put_gap(Flow *self)
{
    if (self->gap && self->any) {
        for (unsigned i = 0; i < MIN(self->quotes, INDENT_MAX); i++)
            g_string_append(self->out, i + 1 < self->quotes ? "> " : ">");
        g_string_append_c(self->out, '\n');
    }
    self->gap = false;
    self->any = true;
}

/* Of spaces alone, those that do not break among them, which pages are arranged with. */
static bool
is_blank(const GString *line)
{
    for (const char *p = line->str; *p != '\0';) {
        if (*p == ' ' || *p == '\n')
            p++;
        else if (strncmp(p, "\xc2\xa0", 2) == 0)
            p += 2;
        else if (strncmp(p, "\xe3\x80\x80", 3) == 0)
            p += 3;
        else
            return false;
    }
    return true;
}

/* Ends the line, if there is one. */
static void
end_line(Flow *self)
{
    self->space = false;
    if (is_blank(self->line)) {
        g_string_truncate(self->line, 0);
        self->link_from = 0;
        return;
    }
    put_gap(self);
    for (const char *p = self->line->str; p != NULL;) {
        const char *end = strchr(p, '\n');
        prefix(self);
        g_string_append_len(self->out, p, end == NULL ? (gssize)strlen(p) : end - p);
        while (self->out->len > 0 && self->out->str[self->out->len - 1] == ' ')
            g_string_truncate(self->out, self->out->len - 1);
        g_string_append_c(self->out, '\n');
        p = end == NULL ? NULL : end + 1;
    }
    g_string_truncate(self->line, 0);
    self->link_from = 0;
}

static void
block(Flow *self, bool gap)
{
    end_line(self);
    self->gap = self->gap || (gap && self->bullet == NULL);
}

static void
put_span(Flow *self, SkSpan s)
{
    if (self->pre > 0) {
        g_string_append_len(self->line, (const char *)s.p, (gssize)s.n);
        return;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r')) {
            self->space = self->line->len > 0;
            continue;
        }
        size_t from = i;
        while (i < s.n && s.p[i] != ' ' && !(s.p[i] >= '\t' && s.p[i] <= '\r'))
            i++;
        if (self->space && self->line->len > 0 && self->line->str[self->line->len - 1] != '\n')
            g_string_append_c(self->line, ' ');
        self->space = false;
        g_string_append_len(self->line, (const char *)s.p + from, (gssize)(i - from));
        i--;
    }
}

static void
put(Flow *self, const char *s)
{
    put_span(self, sk_span_str(s));
}

static void
put_break(Flow *self)
{
    if (self->line->len > 0) {
        end_line(self);
    } else if (self->any) {
        self->gap = true;
    }
}

/* ---- links ---------------------------------------------------------------------------------- */

static uint32_t
note(Text *self, char *address)
{
    uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(self->known, address));

    if (number > 0 || self->notes->len >= NOTES_MAX) {
        g_free(address);
        return number;
    }
    g_ptr_array_add(self->notes, address);
    g_hash_table_insert(self->known, address, GUINT_TO_POINTER(self->notes->len));
    return self->notes->len;
}

static bool
has_scheme(SkSpan href)
{
    for (size_t i = 0; i < href.n && href.p[i] != '/' && href.p[i] != '?' && href.p[i] != '#'; i++) {
        if (href.p[i] == ':')
            return true;
    }
    return false;
}

static void
end_link(Flow *self, uint32_t at)
{
    const SkSpan *found = sk_html_attr(self->text->tree, at, "href");
    SkHtmlTextCounts *counts = self->text->counts;

    if (found == NULL)
        return;
    SkSpan href = *found;
    while (href.n > 0 && href.p[0] <= ' ')
        href = sk_span_sub(href, 1, href.n - 1);
    if (href.n == 0 || href.p[0] == '#')
        return;
    char *link = sk_docx_link(href);
    if (link == NULL) {
        if (has_scheme(href)) {
            counts->unsafe++;
            put(self, "［危険なリンク: 削除］");
        }
        return;
    }
    SkSpan shown = self->link_from > 0 && self->link_from - 1 <= self->line->len
                       ? sk_span(self->line->str + self->link_from - 1, self->line->len - (self->link_from - 1))
                       : SK_SPAN_EMPTY;
    bool deceives = sk_html_deceives(shown, sk_span_str(link));
    counts->links++;
    counts->deceptive += deceives ? 1 : 0;
    if (self->text->options->no_addresses || sk_span_is(shown, link)) {
        g_free(link);
        return;
    }
    uint32_t number = note(self->text, link);
    g_autofree char *mark =
        number == 0 ? g_strdup("") : g_strdup_printf(deceives ? "[%u: 表示と行き先が違います]" : "[%u]", number);
    g_string_append(self->line, mark);
}

/* The name of a host in its other form, where it is one of Punycode or percent-encoded. */
static char *
other_form(const char *address)
{
    const char *host = strstr(address, "://");

    if (host == NULL)
        return NULL;
    host += 3;
    g_autofree char *name = g_strndup(host, strcspn(host, "/?#:"));
    g_autofree char *plain = g_uri_unescape_string(name, NULL);
    if (plain == NULL)
        return NULL;
    char *other = strstr(plain, "xn--") != NULL    ? g_hostname_to_unicode(plain)
                  : g_hostname_is_non_ascii(plain) ? g_hostname_to_ascii(plain)
                                                   : NULL;
    return other;
}

static void
put_notes(const Text *self, GString *out)
{
    if (self->notes->len > 0)
        g_string_append(out, "\n----\n");
    for (guint i = 0; i < self->notes->len; i++) {
        const char *address = g_ptr_array_index(self->notes, i);
        g_autofree char *other = other_form(address);
        g_string_append_printf(out, "[%u] %s", i + 1, address);
        if (other != NULL)
            g_string_append_printf(out, " (%s)", other);
        g_string_append_c(out, '\n');
    }
}

/* ---- pictures ------------------------------------------------------------------------------- */

static bool
is_tiny(const SkHtmlTree *tree, uint32_t at, const char *name)
{
    const SkSpan *value = sk_html_attr(tree, at, name);
    return value != NULL && value->n > 0 && value->p[0] >= '0' && value->p[0] <= '2' &&
           (value->n == 1 || !g_ascii_isdigit(value->p[1]));
}

static void
put_picture(Flow *self, uint32_t at)
{
    const SkHtmlTree *tree = self->text->tree;
    SkHtmlTextCounts *counts = self->text->counts;
    const SkSpan *src = sk_html_attr(tree, at, "src"), *alt = sk_html_attr(tree, at, "alt");
    bool remote = src != NULL && (sk_span_find(*src, 0, sk_span_str("//")) < 10);
    bool tiny = is_tiny(tree, at, "width") || is_tiny(tree, at, "height") || sk_html_is_hidden(tree, at);

    counts->remote += remote && !tiny ? 1 : 0;
    counts->trackers += remote && tiny ? 1 : 0;
    if (tiny)
        return;
    counts->pictures++;
    if (alt == NULL || alt->n == 0)
        return;
    put(self, "［画像: ");
    put_span(self, *alt);
    self->space = false;
    put(self, "］");
}

/* ---- elements ------------------------------------------------------------------------------- */

static bool
is_silent(SkHtmlTag tag)
{
    switch ((unsigned)tag) {
    case SK_HTML_SCRIPT:
    case SK_HTML_STYLE:
    case SK_HTML_TEMPLATE:
    case SK_HTML_HEAD:
    case SK_HTML_TITLE:
    case SK_HTML_IFRAME:
    case SK_HTML_NOFRAMES:
    case SK_HTML_NOEMBED:
    case SK_HTML_SELECT:
    case SK_HTML_TEXTAREA:
    case SK_HTML_DATALIST:
    case SK_HTML_RP:
        return true;
    default:
        return false;
    }
}

static bool
is_block(SkHtmlTag tag, bool *ret_gap)
{
    *ret_gap = false;
    switch ((unsigned)tag) {
    case SK_HTML_P:
    case SK_HTML_BLOCKQUOTE:
    case SK_HTML_PRE:
    case SK_HTML_LISTING:
    case SK_HTML_XMP:
    case SK_HTML_H1:
    case SK_HTML_H2:
    case SK_HTML_H3:
    case SK_HTML_H4:
    case SK_HTML_H5:
    case SK_HTML_H6:
    case SK_HTML_TABLE_:
    case SK_HTML_DL:
    case SK_HTML_FIGURE:
    case SK_HTML_HR:
        *ret_gap = true;
        return true;
    case SK_HTML_DIV:
    case SK_HTML_LI:
    case SK_HTML_DT:
    case SK_HTML_DD:
    case SK_HTML_CENTER:
    case SK_HTML_ADDRESS:
    case SK_HTML_SECTION:
    case SK_HTML_ARTICLE:
    case SK_HTML_HEADER:
    case SK_HTML_FOOTER:
    case SK_HTML_MAIN:
    case SK_HTML_NAV:
    case SK_HTML_ASIDE:
    case SK_HTML_FORM:
    case SK_HTML_FIELDSET:
    case SK_HTML_CAPTION:
    case SK_HTML_TR:
    case SK_HTML_FIGCAPTION:
    case SK_HTML_DETAILS:
    case SK_HTML_SUMMARY:
    case SK_HTML_OPTION:
    case SK_HTML_BODY:
        return true;
    default:
        return false;
    }
}

static void
start_list(Flow *self, uint32_t at, bool ordered)
{
    const SkSpan *start = sk_html_attr(self->text->tree, at, "start");

    block(self, self->lists == 0);
    self->lists++;
    unsigned level = MIN(self->lists, INDENT_MAX) - 1;
    self->ordered[level] = ordered;
    self->counters[level] = 0;
    for (size_t i = 0; start != NULL && i < MIN(start->n, 6u) && g_ascii_isdigit(start->p[i]); i++)
        self->counters[level] = self->counters[level] * 10 + (uint32_t)(start->p[i] - '0');
    if (start != NULL && self->counters[level] > 0)
        self->counters[level]--;
}

static void
start_item(Flow *self)
{
    unsigned level = self->lists > 0 ? MIN(self->lists, INDENT_MAX) - 1 : 0;

    block(self, false);
    self->bullet = "・";
    if (self->lists > 0 && self->ordered[level]) {
        (void)g_snprintf(self->number, sizeof self->number, "%u. ", ++self->counters[level]);
        self->bullet = self->number;
    }
}

static void
put_heading(Flow *self, SkHtmlTag tag)
{
    static const char *const marks[] = { "■ ", "● ", "◆ ", "◇ ", "□ ", "○ " };
    g_string_append(self->line, marks[tag - SK_HTML_H1]);
}

static bool put_table(Flow *self, uint32_t at);

/* Returns: whether to go into it. */
static bool
start(Flow *self, uint32_t at)
{
    const SkHtmlNode *node = sk_html_node(self->text->tree, at);
    SkHtmlTag tag = (SkHtmlTag)node->tag;
    bool gap = false;

    if (node->space != SK_HTML_NS_HTML)
        return node->space == SK_HTML_NS_MATH;
    self->text->counts->scripts += tag == SK_HTML_SCRIPT ? 1 : 0;
    self->text->counts->embedded += tag == SK_HTML_IFRAME || tag == SK_HTML_OBJECT || tag == SK_HTML_EMBED ? 1 : 0;
    self->text->counts->forms += tag == SK_HTML_INPUT || tag == SK_HTML_SELECT || tag == SK_HTML_TEXTAREA ? 1 : 0;
    if (is_silent(tag))
        return false;
    if (tag == SK_HTML_TABLE_ && self->tables < TABLES_MAX && put_table(self, at))
        return false;
    if (is_block(tag, &gap))
        block(self, gap);
    if (tag != SK_HTML_IMG && tag != SK_HTML_BODY && sk_html_is_hidden(self->text->tree, at)) {
        if (self->hidden++ == 0 && node->first != SK_HTML_NONE) {
            self->text->counts->hidden++;
            put(self, "［非表示: ");
        }
    }
    if ((sk_html_tag_properties(tag) & SK_HTML_HEADING) != 0)
        put_heading(self, tag);
    switch ((unsigned)tag) {
    case SK_HTML_BR:
        put_break(self);
        break;
    case SK_HTML_HR:
        g_string_append(self->line, "--------");
        block(self, true);
        break;
    case SK_HTML_IMG:
        put_picture(self, at);
        break;
    case SK_HTML_UL:
    case SK_HTML_MENU:
    case SK_HTML_DIR:
        start_list(self, at, false);
        break;
    case SK_HTML_OL:
        start_list(self, at, true);
        break;
    case SK_HTML_LI:
        start_item(self);
        break;
    case SK_HTML_DD:
        self->lists++;
        break;
    case SK_HTML_BLOCKQUOTE:
        self->quotes++;
        break;
    case SK_HTML_PRE:
    case SK_HTML_LISTING:
    case SK_HTML_XMP:
        self->pre++;
        break;
    case SK_HTML_TD:
    case SK_HTML_TH:
        self->space = true;
        break;
    case SK_HTML_RT:
        g_string_append(self->line, "（");
        break;
    case SK_HTML_A:
        if (self->space && self->line->len > 0)
            g_string_append_c(self->line, ' ');
        self->space = false;
        self->link_from = (uint32_t)self->line->len + 1;
        break;
    default:
        break;
    }
    return true;
}

static void
finish(Flow *self, uint32_t at)
{
    const SkHtmlNode *node = sk_html_node(self->text->tree, at);
    SkHtmlTag tag = (SkHtmlTag)node->tag;
    bool gap = false;

    if (node->space != SK_HTML_NS_HTML)
        return;
    if (tag == SK_HTML_RT)
        g_string_append(self->line, "）");
    if (tag == SK_HTML_A)
        end_link(self, at);
    if (self->hidden > 0 && tag != SK_HTML_IMG && tag != SK_HTML_BODY &&
        sk_html_is_hidden(self->text->tree, at) && --self->hidden == 0 && node->first != SK_HTML_NONE)
        put(self, "］");
    if (is_block(tag, &gap))
        block(self, gap);
    switch ((unsigned)tag) {
    case SK_HTML_UL:
    case SK_HTML_MENU:
    case SK_HTML_DIR:
    case SK_HTML_OL:
    case SK_HTML_DD:
        end_line(self);
        self->lists -= self->lists > 0 ? 1 : 0;
        self->bullet = NULL;
        self->gap = self->gap || (self->lists == 0 && tag != SK_HTML_DD);
        break;
    case SK_HTML_LI:
        self->bullet = NULL;
        break;
    case SK_HTML_BLOCKQUOTE:
        self->quotes -= self->quotes > 0 ? 1 : 0;
        break;
    case SK_HTML_PRE:
    case SK_HTML_LISTING:
    case SK_HTML_XMP:
        self->pre -= self->pre > 0 ? 1 : 0;
        break;
    default:
        break;
    }
}

static void
walk(Flow *self)
{
    const SkHtmlTree *tree = self->text->tree;
    uint32_t at = sk_html_node(tree, self->root)->first;

    while (at != SK_HTML_NONE) {
        const SkHtmlNode *node = sk_html_node(tree, at);
        bool into = false;
        if (node->is_text)
            put_span(self, node->text);
        else
            into = start(self, at);
        if (into && node->first != SK_HTML_NONE) {
            at = node->first;
            continue;
        }
        if (into)
            finish(self, at);
        while (sk_html_node(tree, at)->next == SK_HTML_NONE) {
            at = sk_html_node(tree, at)->parent;
            if (at == self->root || at == SK_HTML_NONE)
                break;
            finish(self, at);
        }
        at = at == self->root || at == SK_HTML_NONE ? SK_HTML_NONE : sk_html_node(tree, at)->next;
    }
    end_line(self);
}

/* ---- tables --------------------------------------------------------------------------------- */

static char *
cell_text(Flow *self, uint32_t cell)
{
    g_autoptr(GString) line = g_string_new(NULL);
    GString *out = g_string_new(NULL);
    Flow flow = { .text = self->text,
                  .out = out,
                  .root = cell,
                  .line = line,
                  .tables = self->tables + 1,
                  .hidden = self->hidden,
                  .width = self->width > 20 ? self->width - 4 : 16 };

    walk(&flow);
    while (out->len > 0 && out->str[out->len - 1] == '\n')
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}

static unsigned
span_of(const Flow *self, uint32_t cell)
{
    const SkSpan *span = sk_html_attr(self->text->tree, cell, "colspan");
    unsigned n = 0;

    for (size_t i = 0; span != NULL && i < MIN(span->n, 3u) && g_ascii_isdigit(span->p[i]); i++)
        n = n * 10 + (unsigned)(span->p[i] - '0');
    return CLAMP(n, 1u, 16u);
}

static void
add_row(Flow *self, uint32_t tr, GPtrArray *rows)
{
    g_autoptr(GPtrArray) row = g_ptr_array_new_with_free_func(g_free);
    bool any = false;

    for (uint32_t at = sk_html_node(self->text->tree, tr)->first; at != SK_HTML_NONE;
         at = sk_html_node(self->text->tree, at)->next) {
        if (!is(self, at, SK_HTML_TD) && !is(self, at, SK_HTML_TH))
            continue;
        char *text = cell_text(self, at);
        any = any || *text != '\0';
        g_ptr_array_add(row, text);
        for (unsigned i = span_of(self, at); i > 1 && row->len < COLUMNS_MAX; i--)
            g_ptr_array_add(row, g_strdup(""));
        if (row->len >= COLUMNS_MAX)
            break;
    }
    if (any)
        g_ptr_array_add(rows, g_steal_pointer(&row));
}

/* One that arranges a page rather than data: a column, a table in it, or much in a cell. */
static bool
arranges(const Flow *self, uint32_t table)
{
    unsigned columns = 0, in_row = 0;

    for (uint32_t at = sk_html_follow(self->text->tree, table, table, false); at != SK_HTML_NONE;
         at = sk_html_follow(self->text->tree, at, table, false)) {
        const SkHtmlNode *node = sk_html_node(self->text->tree, at);
        if (node->is_text || node->space != SK_HTML_NS_HTML)
            continue;
        if (node->tag == SK_HTML_TABLE_)
            return true;
        if (node->tag == SK_HTML_TR)
            in_row = 0;
        if (node->tag == SK_HTML_TD || node->tag == SK_HTML_TH)
            columns = MAX(columns, ++in_row);
        if ((sk_html_tag_properties((SkHtmlTag)node->tag) & SK_HTML_HEADING) != 0)
            return true;
    }
    return columns < 2;
}

/* false: its cells are to be read one after the other */
static bool
put_table(Flow *self, uint32_t table)
{
    const SkHtmlTree *tree = self->text->tree;

    if (arranges(self, table) || sk_html_is_hidden(tree, table))
        return false;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    block(self, true);
    for (uint32_t at = sk_html_node(tree, table)->first; at != SK_HTML_NONE; at = sk_html_node(tree, at)->next) {
        if (is(self, at, SK_HTML_CAPTION)) {
            g_autofree char *caption = cell_text(self, at);
            put(self, caption);
            end_line(self);
        }
        if (!is(self, at, SK_HTML_TBODY) && !is(self, at, SK_HTML_THEAD) && !is(self, at, SK_HTML_TFOOT))
            continue;
        for (uint32_t tr = sk_html_node(tree, at)->first; tr != SK_HTML_NONE; tr = sk_html_node(tree, tr)->next) {
            if (is(self, tr, SK_HTML_TR))
                add_row(self, tr, rows);
        }
    }
    sk_columns_write(rows, self->width, self->line);
    if (self->line->len > 0)
        g_string_truncate(self->line, self->line->len - 1);
    block(self, true);
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void
put_title(const SkHtmlTree *tree, GString *out)
{
    g_autoptr(GString) title = g_string_new(NULL);

    for (uint32_t at = sk_html_follow(tree, tree->head, tree->head, false); at != SK_HTML_NONE;
         at = sk_html_follow(tree, at, tree->head, false)) {
        const SkHtmlNode *node = sk_html_node(tree, at);
        if (node->is_text || node->tag != SK_HTML_TITLE)
            continue;
        for (uint32_t t = node->first; t != SK_HTML_NONE; t = sk_html_node(tree, t)->next)
            g_string_append_len(title, (const char *)sk_html_node(tree, t)->text.p,
                                (gssize)sk_html_node(tree, t)->text.n);
        break;
    }
    g_auto(GStrv) words = g_strsplit_set(title->str, " \n\t\r\f", -1);
    bool any = false;
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        g_string_append_printf(out, "%s%s", any ? " " : "", *word);
        any = true;
    }
    g_string_append(out, any ? "\n\n" : "");
}

bool
sk_html_text(SkSpan page, SkSpan label, const SkHtmlTextOptions *options, GString *out,
             SkHtmlTextCounts *ret, GError **error)
{
    *ret = (SkHtmlTextCounts){ 0 };
    g_autoptr(GString) utf8 = sk_html_decode(page, label, &ret->charset);
    g_autoptr(SkHtmlTree) tree = NULL;
    g_autoptr(GString) line = g_string_new(NULL);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);

    if (ret->charset.unread)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "html: of another encoding than those that are read");
    if (!sk_html_parse(sk_span(utf8->str, utf8->len), &tree, error))
        return false;
    Text text = { .tree = tree, .options = options, .counts = ret, .notes = notes, .known = known };
    Flow flow = { .text = &text,
                  .out = out,
                  .root = tree->body,
                  .line = line,
                  .width = options->width > 0 ? options->width : WIDTH };
    put_title(tree, out);
    walk(&flow);
    put_notes(&text, out);
    return true;
}

static bool
found(SkDisarm *self, SkElement element, uint32_t count, const char *place, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    return count == 0 || sk_disarm_found(self, element, sk_span_str(place), count, &verdict, error);
}

bool
sk_html_text_write(SkDisarm *self, SkSpan page, SkSpan label, GError **error)
{
    SkHtmlTextOptions options = {
        .no_addresses = sk_disarm_verdict(self, SK_ELEMENT_HYPERLINK) != SK_VERDICT_KEPT
    };
    SkHtmlTextCounts c;
    g_autoptr(GString) text = g_string_new(NULL);
    bool keep = sk_disarm_verdict(self, SK_ELEMENT_TEXT_INVISIBLE) == SK_VERDICT_KEPT;

    if (!sk_html_text(page, label, &options, text, &c, error))
        return false;
    g_autoptr(SkSink) made = sk_sink_new_memory(self->job->limits.output);
    SkTextOut out = sk_text_out(made, keep);
    sk_text_out_span(&out, sk_span(text->str, text->len));
    sk_text_out_finish(&out);
    SkVerdict verdict = SK_VERDICT_NONE;
    if (sk_span_starts(sk_sink_memory(made), "%PDF-"))
        return sk_disarm_found(self, SK_ELEMENT_POLYGLOT, SK_SPAN_EMPTY, 1, &verdict, error) &&
               sk_throw(error, SK_ERROR_AMBIGUOUS, "html: its text begins as another type");
    sk_sink_span(self->sink, sk_sink_memory(made));
    return found(self, SK_ELEMENT_TEXT_ENCODING, c.charset.foreign || c.charset.replaced > 0 ? 1 : 0, c.charset.name, error) &&
           found(self, SK_ELEMENT_TEXT_CONTROL, out.controls, "", error) &&
           found(self, SK_ELEMENT_TEXT_BIDI, out.directions, "", error) &&
           found(self, SK_ELEMENT_TEXT_INVISIBLE, out.invisibles, "", error) &&
           found(self, SK_ELEMENT_HYPERLINK, c.links, "", error) &&
           found(self, SK_ELEMENT_HTML_DECEPTIVE_LINK, c.deceptive, "", error) &&
           found(self, SK_ELEMENT_UNSAFE_HYPERLINK, c.unsafe, "", error) &&
           found(self, SK_ELEMENT_HTML_EXTERNAL, c.remote, "", error) &&
           found(self, SK_ELEMENT_HTML_TRACKER, c.trackers, "", error) &&
           found(self, SK_ELEMENT_HTML_HIDDEN, c.hidden, "", error) &&
           found(self, SK_ELEMENT_HTML_SCRIPT, c.scripts, "", error) &&
           found(self, SK_ELEMENT_HTML_FORM, c.forms, "", error) &&
           found(self, SK_ELEMENT_HTML_EMBEDDED, c.embedded, "", error);
}

bool
sk_html_text_disarm(SkDisarm *self, GError **error)
{
    return sk_html_text_write(self, self->input, SK_SPAN_EMPTY, error);
}
