/* SPDX-License-Identifier: Apache-2.0
 *
 * html.c - web pages: parsed by the algorithm of HTML, written from the table, and read and written
 * again until nothing changes any more: what another reader could see otherwise does not come out.
 * Spec: docs/formats/html.md   Tests: tests/unit/disarm/test-html.c, tests/fuzz/fuzz-html.c
 */
#include "disarm/html.h"

#include "disarm/docx-link.h"
#include "disarm/formats.h"
#include "disarm/identify.h"
#include "disarm/picture.h"
#include "disarm/text-out.h"

#include <string.h>

#define ROUNDS_MAX 6u
#define PICTURE_MAX (8u << 20) /* of one tag, as text */

#define POLICY                                                                                     \
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "     \
    "style-src 'unsafe-inline'\">\n"

typedef enum { GONE = 0, UNWRAPPED, KEPT } Fate;

typedef struct {
    SkDisarm *disarm;
    SkHtmlFetch fetch;
    void *user;
    bool first, keep_links;
    const SkHtmlTree *tree;
    GHashTable *ids;      /* owned: name → number + 1; 1: referred to, not numbered yet */
    GHashTable *pictures; /* owned: node → `data:…` */
    uint8_t *fates;       /* owned, by node */
    SkTextOut out;
    GString *scratch;
    uint32_t scripts, forms, embedded, external, trackers, redirects, styles, islands, smuggling,
        unknown, hidden, references, links, unsafe_links, deceptive;
} Page;

/* ---- what becomes of an element ------------------------------------------------------------- */

/* Another name for it, where it has one that is kept. */
static const char *
name_of(const SkHtmlNode *node)
{
    switch ((unsigned)node->tag) {
    case SK_HTML_LISTING:
    case SK_HTML_XMP:
    case SK_HTML_PLAINTEXT:
        return "pre";
    case SK_HTML_DIR:
    case SK_HTML_MENU:
        return "ul";
    case SK_HTML_STRIKE:
        return "s";
    case SK_HTML_ACRONYM:
        return "abbr";
    case SK_HTML_FORM:
    case SK_HTML_FIELDSET:
    case SK_HTML_DIALOG:
    case SK_HTML_SEARCH:
    case SK_HTML_HGROUP:
        return "div";
    default:
        return sk_html_tag_name((SkHtmlTag)node->tag);
    }
}

static bool
attr_is(const Page *self, uint32_t node, const char *name, const char *want)
{
    const SkSpan *value = sk_html_attr(self->tree, node, name);
    return value != NULL && value->n == strlen(want) &&
           g_ascii_strncasecmp((const char *)value->p, want, value->n) == 0;
}

static bool
links_out(const Page *self, uint32_t node)
{
    return attr_is(self, node, "rel", "canonical") || attr_is(self, node, "rel", "alternate") ||
           attr_is(self, node, "rel", "next") || attr_is(self, node, "rel", "prev");
}

static Fate
fate_of_unlisted(Page *self, uint32_t at, const SkHtmlNode *node)
{
    switch ((unsigned)node->tag) {
    case SK_HTML_SCRIPT:
        self->scripts++;
        for (uint32_t t = node->first; t != SK_HTML_NONE; t = sk_html_node(self->tree, t)->next)
            self->smuggling +=
                sk_span_find(sk_html_node(self->tree, t)->text, 0, sk_span_str("Blob(")) != SIZE_MAX;
        return GONE;
    case SK_HTML_STYLE:
        self->styles++;
        return GONE;
    case SK_HTML_LINK:
        self->external += links_out(self, at) ? 0 : 1;
        return GONE;
    case SK_HTML_BASE:
        self->redirects++;
        return GONE;
    case SK_HTML_META:
        self->redirects += attr_is(self, at, "http-equiv", "refresh") ? 1 : 0;
        return GONE;
    case SK_HTML_IFRAME:
    case SK_HTML_FRAME:
    case SK_HTML_FRAMESET:
    case SK_HTML_EMBED:
    case SK_HTML_APPLET:
    case SK_HTML_BGSOUND:
    case SK_HTML_TEMPLATE:
    case SK_HTML_PARAM:
    case SK_HTML_SOURCE:
    case SK_HTML_TRACK:
        self->embedded++;
        return GONE;
    case SK_HTML_OBJECT: /* what stands in them is shown instead of them */
    case SK_HTML_AUDIO:
    case SK_HTML_VIDEO:
    case SK_HTML_CANVAS:
        self->embedded++;
        return UNWRAPPED;
    case SK_HTML_INPUT:
    case SK_HTML_KEYGEN:
    case SK_HTML_SELECT:
    case SK_HTML_DATALIST:
    case SK_HTML_TEXTAREA:
    case SK_HTML_OPTION:
    case SK_HTML_OPTGROUP:
        self->forms++;
        return GONE;
    case SK_HTML_BUTTON:
    case SK_HTML_LABEL:
    case SK_HTML_LEGEND:
    case SK_HTML_OUTPUT:
    case SK_HTML_METER:
    case SK_HTML_PROGRESS:
        self->forms++;
        return UNWRAPPED;
    case SK_HTML_MAP:
    case SK_HTML_AREA:
    case SK_HTML_NOEMBED:
    case SK_HTML_NOFRAMES:
    case SK_HTML_TITLE:
    case SK_HTML_HEAD:
    case SK_HTML_BASEFONT:
        return GONE;
    case SK_HTML_HTML:
    case SK_HTML_NOSCRIPT:
    case SK_HTML_PICTURE:
    case SK_HTML_BDO: /* turns the direction of text around */
    case SK_HTML_BDI:
    case SK_HTML_TIME:
    case SK_HTML_DATA:
        return UNWRAPPED;
    default:
        self->unknown++;
        return UNWRAPPED;
    }
}

/* A remote picture of hardly any size: it is there to be asked for. */
static bool
is_tracker(const Page *self, uint32_t at)
{
    static const char *const sides[] = { "width", "height" };
    unsigned tiny = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(sides); i++) {
        const SkSpan *value = sk_html_attr(self->tree, at, sides[i]);
        if (value != NULL && value->n > 0 && value->n <= 3 && value->p[0] >= '0' && value->p[0] <= '2' &&
            (value->n == 1 || !g_ascii_isdigit(value->p[1])))
            tiny++;
    }
    return tiny > 0 || sk_html_is_hidden(self->tree, at);
}

/* `data:…` of a picture that was disarmed; NULL where there is none to be shown. */
static bool
rebuild_picture(Page *self, SkSpan data, uint32_t at, GError **error)
{
    SkType type = SK_TYPE_NONE;
    g_autoptr(GBytes) picture = NULL;

    if (!sk_picture_rebuild(self->disarm, data, sk_span_str("img"), SK_ELEMENT_NONE, &picture, &type,
                            error))
        return false;
    if (picture == NULL || g_bytes_get_size(picture) / 3 * 4 > PICTURE_MAX)
        return true;
    g_autofree char *text =
        g_base64_encode(g_bytes_get_data(picture, NULL), g_bytes_get_size(picture));
    char *whole =
        g_strconcat("data:image/", type == SK_TYPE_PNG ? "png" : "jpeg", ";base64,", text, NULL);
    g_hash_table_insert(self->pictures, GUINT_TO_POINTER(at), whole);
    return true;
}

static bool
take_data(Page *self, SkSpan src, uint32_t at, GError **error)
{
    size_t comma = sk_span_find(src, 0, sk_span_str(","));
    gsize n = 0;

    if (!self->first) { /* our own writing */
        g_hash_table_insert(self->pictures, GUINT_TO_POINTER(at), sk_span_dup(src));
        return true;
    }
    g_autofree char *head = sk_span_dup(sk_span_sub(src, 0, comma == SIZE_MAX ? 0 : comma));
    g_autofree char *body =
        sk_span_dup(comma == SIZE_MAX ? SK_SPAN_EMPTY : sk_span_sub(src, comma + 1, src.n - comma - 1));
    g_autofree char *plain = g_uri_unescape_string(body, NULL);
    if (!g_str_has_suffix(head, ";base64")) {
        if (plain == NULL || *plain == '\0') {
            self->references++;
            return true;
        }
        return rebuild_picture(self, sk_span_str(plain), at, error);
    }
    g_autofree guchar *data = g_base64_decode(plain == NULL ? body : plain, &n);
    if (n == 0) {
        self->references++;
        return true;
    }
    return rebuild_picture(self, sk_span(data, n), at, error);
}

static bool
take_picture(Page *self, uint32_t at, GError **error)
{
    const SkSpan *found = sk_html_attr(self->tree, at, "src");
    SkSpan src = found == NULL ? SK_SPAN_EMPTY : *found, data = SK_SPAN_EMPTY;

    while (src.n > 0 && src.p[0] <= ' ')
        src = sk_span_sub(src, 1, src.n - 1);
    if (sk_html_attr(self->tree, at, "srcset") != NULL)
        self->external++;
    if (src.n == 0) {
        self->fates[at] = KEPT;
        return true;
    }
    if (src.n > 5 && g_ascii_strncasecmp((const char *)src.p, "data:", 5) == 0)
        return take_data(self, src, at, error);
    if (self->fetch != NULL && self->fetch(self->user, src, &data))
        return rebuild_picture(self, data, at, error);
    if (is_tracker(self, at)) {
        self->trackers++;
        self->fates[at] = GONE;
    } else {
        self->external++;
    }
    return true;
}

static bool
decide(Page *self, uint32_t at, GError **error)
{
    const SkHtmlNode *node = sk_html_node(self->tree, at);

    if (node->space != SK_HTML_NS_HTML) {
        self->islands++;
        self->fates[at] = GONE;
        return true;
    }
    bool known = sk_html_row(sk_html_element_rows, sk_html_element_rows_n,
                             sk_span_str(name_of(node))) != NULL;
    if (node->tag == SK_HTML_FORM || node->tag == SK_HTML_FIELDSET)
        self->forms++;
    self->fates[at] = (uint8_t)(!known ? fate_of_unlisted(self, at, node)
                                : node->tag == SK_HTML_BODY && at != self->tree->body ? UNWRAPPED
                                                                                     : KEPT);
    if (known && sk_html_is_hidden(self->tree, at))
        self->hidden++;
    return node->tag != SK_HTML_IMG || take_picture(self, at, error);
}

/* ---- references within the page ------------------------------------------------------------- */

static const SkSpan *
id_of(const Page *self, uint32_t at)
{
    const SkSpan *id = sk_html_attr(self->tree, at, "id");
    return id != NULL ? id
           : sk_html_node(self->tree, at)->tag == SK_HTML_A ? sk_html_attr(self->tree, at, "name")
                                                            : NULL;
}

static SkSpan
skip_space(SkSpan s)
{
    while (s.n > 0 && s.p[0] <= ' ')
        s = sk_span_sub(s, 1, s.n - 1);
    return s;
}

static char *
fragment(SkSpan href)
{
    href = skip_space(href);
    if (href.n < 2 || href.p[0] != '#')
        return NULL;
    g_autofree char *raw = sk_span_dup(sk_span_sub(href, 1, href.n - 1));
    char *plain = g_uri_unescape_string(raw, NULL);
    return plain != NULL ? plain : g_steal_pointer(&raw);
}

static void
number_ids(Page *self)
{
    uint32_t n = 1;

    for (uint32_t at = 1; at < self->tree->nodes->len; at++) {
        const SkSpan *href = sk_html_node(self->tree, at)->tag == SK_HTML_A && self->fates[at] == KEPT
                                 ? sk_html_attr(self->tree, at, "href")
                                 : NULL;
        char *name = href == NULL ? NULL : fragment(*href);
        if (name != NULL)
            g_hash_table_insert(self->ids, name, GUINT_TO_POINTER(1));
    }
    for (uint32_t at = 0; at != SK_HTML_NONE;
         at = sk_html_follow(self->tree, at, 0, self->fates[at] == GONE)) {
        const SkSpan *id = self->fates[at] == KEPT ? id_of(self, at) : NULL;
        if (id == NULL)
            continue;
        g_autofree char *name = sk_span_dup(*id);
        if (GPOINTER_TO_UINT(g_hash_table_lookup(self->ids, name)) == 1)
            g_hash_table_insert(self->ids, g_steal_pointer(&name), GUINT_TO_POINTER(++n));
    }
}

/* ---- writing -------------------------------------------------------------------------------- */

static void
put(Page *self, const char *s)
{
    sk_text_out_span(&self->out, sk_span_str(s));
}

static void
put_escaped(Page *self, SkSpan s, bool attribute)
{
    size_t from = 0;

    for (size_t i = 0; i < s.n; i++) {
        const char *as = s.p[i] == '&'                ? "&amp;"
                         : s.p[i] == '<'              ? "&lt;"
                         : s.p[i] == '>'              ? "&gt;"
                         : s.p[i] == '"' && attribute ? "&quot;"
                                                      : NULL;
        if (as == NULL)
            continue;
        sk_text_out_span(&self->out, sk_span_sub(s, from, i - from));
        put(self, as);
        from = i + 1;
    }
    sk_text_out_span(&self->out, sk_span_sub(s, from, s.n - from));
}

static void
put_attribute(Page *self, const char *name, SkSpan value)
{
    put(self, " ");
    put(self, name);
    put(self, "=\"");
    put_escaped(self, value, true);
    put(self, "\"");
}

static SkSpan
visible_text(Page *self, uint32_t at)
{
    g_string_truncate(self->scratch, 0);
    for (uint32_t i = sk_html_follow(self->tree, at, at, false);
         i != SK_HTML_NONE && self->scratch->len < 4096; i = sk_html_follow(self->tree, i, at, false)) {
        const SkHtmlNode *node = sk_html_node(self->tree, i);
        if (node->is_text)
            g_string_append_len(self->scratch, (const char *)node->text.p, (gssize)node->text.n);
    }
    return sk_span(self->scratch->str, self->scratch->len);
}

static void
put_link(Page *self, uint32_t at, SkSpan href)
{
    g_autofree char *name = fragment(href);

    if (name != NULL) {
        unsigned id = GPOINTER_TO_UINT(g_hash_table_lookup(self->ids, name));
        g_autofree char *local = g_strdup_printf("#i%u", id - 1);
        if (id > 1)
            put_attribute(self, "href", sk_span_str(local));
        else
            self->references++;
        return;
    }
    href = skip_space(href);
    g_autofree char *link = sk_docx_link(href);
    if (link == NULL) {
        bool scheme = false;
        for (size_t i = 0; i < href.n && href.p[i] != '/' && href.p[i] != '?' && href.p[i] != '#'; i++)
            scheme = scheme || href.p[i] == ':';
        self->unsafe_links += scheme ? 1 : 0;
        self->references += scheme || href.n == 0 ? 0 : 1;
        return;
    }
    self->links++;
    if (sk_html_deceives(visible_text(self, at), sk_span_str(link)))
        self->deceptive++;
    if (self->keep_links)
        put_attribute(self, "href", sk_span_str(link));
}

static void
put_style(Page *self, SkSpan value)
{
    SkHtmlStyle found;
    g_autoptr(GString) text = g_string_new(NULL);

    sk_html_style(value, text, &found);
    self->external += found.external;
    self->styles += found.dropped;
    if (text->len > 0)
        put_attribute(self, "style", sk_span(text->str, text->len));
}

static bool
stands_on(const SkHtmlRow *row, const char *element)
{
    g_autofree char *word = g_strconcat(" ", element, " ", NULL);
    return strcmp(row->where, " * ") == 0 || strstr(row->where, word) != NULL;
}

static bool
is_script_value(SkSpan name)
{
    return name.n > 2 && name.p[0] == 'o' && name.p[1] == 'n';
}

/* Attributes that say nothing once there is no script and no style sheet. */
static bool
is_silent(SkSpan name)
{
    static const char *const words[] = { "class",    "role",   "tabindex", "xmlns", "name",
                                         "target",   "rel",    "id",       "src",   "srcset",
                                         "loading",  "hidden", "version",  "xml:lang", "for",
                                         "itemprop", "itemscope", "itemtype", "property", "cite",
                                         "datetime", "content", "accesskey", "charset", "language" };

    if (sk_span_starts(name, "data-") || sk_span_starts(name, "aria-") || sk_span_starts(name, "xmlns:"))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (sk_span_is(name, words[i]))
            return true;
    }
    return false;
}

static void
count_attribute(Page *self, SkSpan name)
{
    static const char *const loading[] = { "background", "poster", "lowsrc", "dynsrc", "ping",
                                           "longdesc", "codebase", "usemap", "profile" };

    if (is_script_value(name)) {
        self->scripts++;
        return;
    }
    if (sk_span_is(name, "download")) {
        self->smuggling++;
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(loading); i++) {
        if (sk_span_is(name, loading[i])) {
            self->external++;
            return;
        }
    }
    self->unknown += is_silent(name) ? 0 : 1;
}

static void
put_value(Page *self, uint32_t at, const SkHtmlRow *row, SkSpan value)
{
    if (row->kind == 's') {
        put_style(self, value);
    } else if (row->kind == 'h') {
        put_link(self, at, value);
    } else if (row->kind != 'i' && row->kind != 'p') {
        g_autoptr(GString) text = g_string_new(NULL);
        if (sk_html_value(row->kind, value, text))
            put_attribute(self, row->name, sk_span(text->str, text->len));
        else
            self->unknown++;
    }
}

static void
put_attributes(Page *self, uint32_t at, const char *element)
{
    const SkHtmlNode *node = sk_html_node(self->tree, at);
    const SkSpan *id = id_of(self, at);

    for (uint32_t i = 0; i < node->attrs_n; i++) {
        SkSpan name = g_array_index(self->tree->attrs, SkHtmlAttr, node->attrs + i).name;
        const SkHtmlRow *row = sk_html_row(sk_html_attribute_rows, sk_html_attribute_rows_n, name);
        if (row == NULL || !stands_on(row, element))
            count_attribute(self, name);
    }
    for (unsigned r = 0; r < sk_html_attribute_rows_n; r++) {
        const SkHtmlRow *row = &sk_html_attribute_rows[r];
        const SkSpan *value = node->attrs_n > 0 ? sk_html_attr(self->tree, at, row->name) : NULL;
        if (row->kind == 'i' && id != NULL) {
            g_autofree char *name = sk_span_dup(*id);
            unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(self->ids, name));
            g_autofree char *text = g_strdup_printf("i%u", number - 1);
            if (number > 1) {
                put_attribute(self, "id", sk_span_str(text));
                g_hash_table_remove(self->ids, name); /* the first one of its name; links follow */
                g_hash_table_insert(self->ids, g_steal_pointer(&name), GUINT_TO_POINTER(number));
            }
        } else if (row->kind == 'p') {
            const char *data = g_hash_table_lookup(self->pictures, GUINT_TO_POINTER(at));
            if (data != NULL)
                put_attribute(self, "src", sk_span_str(data));
        } else if (value != NULL && stands_on(row, element)) {
            put_value(self, at, row, *value);
        }
    }
}

static void
put_start(Page *self, uint32_t at)
{
    const char *name = name_of(sk_html_node(self->tree, at));

    put(self, "<");
    put(self, name);
    put_attributes(self, at, name);
    put(self, strcmp(name, "pre") == 0 ? ">\n" : ">");
}

static void
put_end(Page *self, uint32_t at)
{
    const SkHtmlNode *node = sk_html_node(self->tree, at);

    if ((sk_html_tag_properties((SkHtmlTag)node->tag) & SK_HTML_VOID) != 0)
        return;
    put(self, "</");
    put(self, name_of(node));
    put(self, ">");
}

static void
put_tree(Page *self, uint32_t root)
{
    uint32_t at = root;

    for (;;) {
        const SkHtmlNode *node = sk_html_node(self->tree, at);
        if (node->is_text)
            put_escaped(self, node->text, false);
        else if (self->fates[at] == KEPT)
            put_start(self, at);
        if (!node->is_text && self->fates[at] != GONE && node->first != SK_HTML_NONE) {
            at = node->first;
            continue;
        }
        for (;;) {
            node = sk_html_node(self->tree, at);
            if (!node->is_text && self->fates[at] == KEPT)
                put_end(self, at);
            if (at == root)
                return;
            if (node->next != SK_HTML_NONE) {
                at = node->next;
                break;
            }
            at = node->parent;
        }
    }
}

static void
put_title(Page *self)
{
    for (uint32_t at = 0; at != SK_HTML_NONE; at = sk_html_follow(self->tree, at, 0, false)) {
        const SkHtmlNode *node = sk_html_node(self->tree, at);
        if (node->is_text || node->tag != SK_HTML_TITLE || node->space != SK_HTML_NS_HTML)
            continue;
        for (uint32_t t = node->first; t != SK_HTML_NONE; t = sk_html_node(self->tree, t)->next)
            put_escaped(self, sk_html_node(self->tree, t)->text, false);
        return;
    }
}

static void
put_page(Page *self)
{
    const SkSpan *lang = sk_html_attr(self->tree, self->tree->html, "lang");
    g_autoptr(GString) text = g_string_new(NULL);

    put(self, "<!DOCTYPE html>\n<html");
    if (lang != NULL && sk_html_value('g', *lang, text))
        put_attribute(self, "lang", sk_span(text->str, text->len));
    put(self, ">\n<head>\n<meta charset=\"utf-8\">\n" POLICY
              "<meta name=\"referrer\" content=\"no-referrer\">\n"
              "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    put_title(self);
    put(self, "</title>\n</head>\n");
    put_tree(self, self->tree->body);
    put(self, "</html>");
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void
page_clear(Page *self)
{
    g_clear_pointer(&self->ids, g_hash_table_unref);
    g_clear_pointer(&self->pictures, g_hash_table_unref);
    g_clear_pointer(&self->fates, g_free);
    if (self->scratch != NULL)
        g_string_free(g_steal_pointer(&self->scratch), TRUE);
}

static bool
write_page(Page *self, const SkHtmlTree *tree, SkSink *sink, GError **error)
{
    bool keep = sk_disarm_verdict(self->disarm, SK_ELEMENT_TEXT_INVISIBLE) == SK_VERDICT_KEPT;

    self->tree = tree;
    self->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->pictures = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    self->fates = g_new0(uint8_t, tree->nodes->len);
    self->scratch = g_string_new(NULL);
    self->out = sk_text_out(sink, keep);
    self->keep_links = sk_disarm_verdict(self->disarm, SK_ELEMENT_HYPERLINK) == SK_VERDICT_KEPT;
    self->fates[0] = UNWRAPPED;
    for (uint32_t at = sk_html_follow(tree, 0, 0, false); at != SK_HTML_NONE;
         at = sk_html_follow(tree, at, 0, self->fates[at] == GONE && at != tree->head)) {
        if (!sk_html_node(tree, at)->is_text && !decide(self, at, error))
            return false;
    }
    number_ids(self);
    put_page(self);
    sk_text_out_finish(&self->out);
    return sk_sink_finish(sink, error);
}

static bool
found(SkDisarm *self, SkElement element, uint32_t count, const char *place, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    return count == 0 || sk_disarm_found(self, element, sk_span_str(place), count, &verdict, error);
}

static bool
tell(const Page *self, const SkHtmlTree *tree, const SkHtmlCharset *charset, GError **error)
{
    SkDisarm *d = self->disarm;

    return found(d, SK_ELEMENT_TEXT_ENCODING, charset->foreign || charset->replaced > 0 ? 1 : 0, charset->name, error) &&
           found(d, SK_ELEMENT_TEXT_CONTROL, self->out.controls, "", error) &&
           found(d, SK_ELEMENT_TEXT_BIDI, self->out.directions, "", error) &&
           found(d, SK_ELEMENT_TEXT_INVISIBLE, self->out.invisibles, "", error) &&
           found(d, SK_ELEMENT_HTML_SCRIPT, self->scripts, "", error) &&
           found(d, SK_ELEMENT_HTML_FORM, self->forms, "", error) &&
           found(d, SK_ELEMENT_HTML_EMBEDDED, self->embedded, "", error) &&
           found(d, SK_ELEMENT_HTML_EXTERNAL, self->external, "", error) &&
           found(d, SK_ELEMENT_HTML_TRACKER, self->trackers, "", error) &&
           found(d, SK_ELEMENT_HTML_REDIRECT, self->redirects, "", error) &&
           found(d, SK_ELEMENT_HTML_STYLE, self->styles, "", error) &&
           found(d, SK_ELEMENT_HTML_ISLAND, self->islands, "", error) &&
           found(d, SK_ELEMENT_HTML_COMMENT, tree->comments, tree->conditional > 0 ? "[if]" : "", error) &&
           found(d, SK_ELEMENT_HTML_SMUGGLING, self->smuggling, "", error) &&
           found(d, SK_ELEMENT_HTML_UNKNOWN, self->unknown + tree->too_deep + tree->too_many_attrs, "", error) &&
           found(d, SK_ELEMENT_HTML_HIDDEN, self->hidden, "", error) &&
           found(d, SK_ELEMENT_HTML_DECEPTIVE_LINK, self->deceptive, "", error) &&
           found(d, SK_ELEMENT_HTML_REFERENCE, self->references, "", error) &&
           found(d, SK_ELEMENT_HYPERLINK, self->links, "", error) &&
           found(d, SK_ELEMENT_UNSAFE_HYPERLINK, self->unsafe_links, "", error);
}

/* Once more: what is written is read by the same rules, and written. */
static bool
again(SkDisarm *self, GBytes *page, GBytes **ret, GError **error)
{
    __attribute__((cleanup(page_clear))) Page next = { .disarm = self };
    g_autoptr(SkHtmlTree) tree = NULL;
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->job->limits.output);

    if (!sk_html_parse(sk_span_bytes(page), &tree, error) || !write_page(&next, tree, sink, error))
        return false;
    *ret = sk_sink_steal_bytes(sink);
    return true;
}

/* Until it stays as it is. */
static bool
settle(SkDisarm *self, GBytes **page, GError **error)
{
    for (unsigned round = 0; round < ROUNDS_MAX; round++) {
        g_autoptr(GBytes) next = NULL;
        if (!again(self, *page, &next, error))
            return false;
        if (g_bytes_equal(next, *page))
            return found(self, SK_ELEMENT_HTML_STRUCTURE, round, "", error);
        g_bytes_unref(*page);
        *page = g_steal_pointer(&next);
    }
    return sk_throw(error, SK_ERROR_AMBIGUOUS, "html: reads otherwise each time");
}

bool
sk_html_rebuild(SkDisarm *self, SkSpan page, SkSpan label, SkHtmlFetch fetch, void *user, SkSink *out,
                GError **error)
{
    SkHtmlCharset charset;
    g_autoptr(GString) text = sk_html_decode(page, label, &charset);
    __attribute__((cleanup(page_clear))) Page first = {
        .disarm = self, .fetch = fetch, .user = user, .first = true
    };
    g_autoptr(SkHtmlTree) tree = NULL;
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->job->limits.output);
    g_autoptr(GBytes) made = NULL;

    if (charset.unread)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "html: of another encoding than those that are read");
    if (!sk_html_parse(sk_span(text->str, text->len), &tree, error) ||
        !write_page(&first, tree, sink, error) || !tell(&first, tree, &charset, error))
        return false;
    made = sk_sink_steal_bytes(sink);
    if (!settle(self, &made, error))
        return false;
    /* Its words may spell the head of a PDF, and a PDF behind it. */
    if (!sk_identify_is_single(sk_span_bytes(made), SK_TYPE_HTML)) {
        SkVerdict verdict = SK_VERDICT_NONE;
        return sk_disarm_found(self, SK_ELEMENT_POLYGLOT, SK_SPAN_EMPTY, 1, &verdict, error) &&
               sk_throw(error, SK_ERROR_AMBIGUOUS, "html: its words spell another type");
    }
    sk_sink_span(out, sk_span_bytes(made));
    return true;
}

bool
sk_html_disarm(SkDisarm *self, GError **error)
{
    return sk_html_rebuild(self, self->input, SK_SPAN_EMPTY, NULL, NULL, self->sink, error);
}
