/* SPDX-License-Identifier: Apache-2.0
 * svg-css.c - style sheets and style attributes become attributes, by CSS's own order: so that
 * nothing of CSS is left in the output. Selectors of elements, classes, ids, descendants and
 * children are known; rules with others are told. Contract in svg-tree.h. */
#include "disarm/svg-tree.h"

#include <string.h>

#define RULES_MAX 5000u
#define PARTS_MAX 8u    /* compounds of a selector */
#define CLASSES_MAX 4u  /* of a compound */
#define WORK_MAX 20000000u

typedef struct {
    const char *p, *end;
} Text;

typedef struct {
    SkSpan element, id, classes[CLASSES_MAX]; /* element empty: any */
    unsigned classes_n;
    bool child; /* of the compound before it, not only somewhere in it */
} Compound;

typedef struct {
    Compound parts[PARTS_MAX];
    unsigned n;
    uint32_t specificity;
    SkSpan declarations;
} Rule;

/* ---- declarations ---------------------------------------------------------------------------- */

static SkSpan
trim(SkSpan s)
{
    while (s.n > 0 && g_ascii_isspace((char)s.p[0]))
        s = sk_span_sub(s, 1, s.n - 1);
    while (s.n > 0 && g_ascii_isspace((char)s.p[s.n - 1]))
        s = sk_span_sub(s, 0, s.n - 1);
    return s;
}

static bool
take_important(SkSpan *value)
{
    size_t at = value->n;

    while (at > 0 && value->p[at - 1] != '!')
        at--;
    if (at == 0)
        return false;
    SkSpan word = trim(sk_span_sub(*value, at, value->n - at));
    if (word.n != 9 || g_ascii_strncasecmp((const char *)word.p, "important", 9) != 0)
        return false;
    *value = trim(sk_span_sub(*value, 0, at - 1));
    return true;
}

static unsigned
find_property(SkSpan name)
{
    g_autofree char *lower = g_ascii_strdown((const char *)name.p, (gssize)name.n);

    for (unsigned i = 1; i < SK_SVG_A_COUNT; i++) {
        if (sk_svg_attributes[i].property && strcmp(sk_svg_attributes[i].name, lower) == 0)
            return i;
    }
    return strcmp(lower, "mix-blend-mode") == 0 ? SK_SVG_A_STYLE : 0;
}

static void
set(SkSvgTree *self, uint32_t node, unsigned attribute, SkSvgRank rank, SkSpan value)
{
    sk_svg_set(self, node, attribute, rank,
               g_string_chunk_insert_len(self->strings, (const char *)value.p, (gssize)value.n));
}

static void
declare(SkSvgTree *self, uint32_t node, SkSvgRank rank, SkSpan name, SkSpan value)
{
    unsigned property = find_property(name);

    rank.important = take_important(&value);
    if (property > 0) {
        set(self, node, property, rank, value);
    } else if (sk_span_is(name, "marker")) {
        set(self, node, SK_SVG_A_MARKER_START, rank, value);
        set(self, node, SK_SVG_A_MARKER_MID, rank, value);
        set(self, node, SK_SVG_A_MARKER_END, rank, value);
    } else if (!sk_span_starts(name, "-")) {
        self->styles++; /* editors' own ones are not worth a word */
    }
}

/* Up to the next ; that is not in quotes or parentheses. */
static SkSpan
next_declaration(SkSpan *s)
{
    char quote = 0;
    unsigned open = 0;

    for (size_t i = 0; i < s->n; i++) {
        char c = (char)s->p[i];
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '(')
            open++;
        else if (c == ')' && open > 0)
            open--;
        else if (c == ';' && open == 0) {
            SkSpan out = sk_span_sub(*s, 0, i);
            *s = sk_span_sub(*s, i + 1, s->n - i - 1);
            return out;
        }
    }
    SkSpan out = *s;
    *s = SK_SPAN_EMPTY;
    return out;
}

static bool
is_external(SkSpan value)
{
    size_t at = sk_span_find(value, 0, sk_span_str("url("));

    if (at == SIZE_MAX)
        return false;
    for (at += 4; at < value.n && strchr(" \t\r\n\"'", value.p[at]) != NULL;)
        at++;
    return at < value.n && value.p[at] != '#';
}

static void
apply(SkSvgTree *self, uint32_t node, SkSvgRank rank, SkSpan declarations)
{
    while (declarations.n > 0) {
        SkSpan one = next_declaration(&declarations);
        size_t colon = sk_span_find(one, 0, sk_span_str(":"));
        if (colon == SIZE_MAX)
            continue;
        SkSpan name = trim(sk_span_sub(one, 0, colon)),
               value = trim(sk_span_sub(one, colon + 1, one.n - colon - 1));
        if (is_external(value))
            self->external++;
        else if (name.n > 0 && value.n > 0)
            declare(self, node, rank, name, value);
    }
}

/* ---- selectors ------------------------------------------------------------------------------- */

static bool
is_name(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_' || (unsigned char)c >= 0x80;
}

static SkSpan
take_name(Text *t)
{
    const char *from = t->p;

    while (t->p < t->end && is_name(*t->p))
        t->p++;
    return sk_span(from, (size_t)(t->p - from));
}

static bool
take_compound(Text *t, Compound *ret, uint32_t *specificity)
{
    const char *from = t->p;

    if (t->p < t->end && *t->p == '*')
        t->p++;
    else
        ret->element = take_name(t);
    *specificity += ret->element.n > 0 ? 1 : 0;
    while (t->p < t->end && (*t->p == '.' || *t->p == '#')) {
        bool id = *t->p++ == '#';
        SkSpan name = take_name(t);
        if (name.n == 0 || (!id && ret->classes_n == CLASSES_MAX) || (id && ret->id.n > 0))
            return false;
        if (id)
            ret->id = name;
        else
            ret->classes[ret->classes_n++] = name;
        *specificity += id ? 1u << 16 : 1u << 8;
    }
    return t->p > from;
}

static bool
skip_space(Text *t)
{
    const char *from = t->p;

    while (t->p < t->end && g_ascii_isspace(*t->p))
        t->p++;
    return t->p > from;
}

static bool
take_selector(SkSpan s, Rule *ret)
{
    Text t = { .p = (const char *)s.p, .end = (const char *)s.p + s.n };
    bool child = false;

    for (;;) {
        skip_space(&t);
        if (ret->n == PARTS_MAX)
            return false;
        Compound part = { .element = SK_SPAN_EMPTY, .child = child };
        if (!take_compound(&t, &part, &ret->specificity))
            return false;
        ret->parts[ret->n++] = part;
        bool space = skip_space(&t);
        if (t.p == t.end)
            return true;
        child = *t.p == '>';
        if (child)
            t.p++;
        else if (!space)
            return false;
    }
}

/* ---- style sheets ---------------------------------------------------------------------------- */

static void
drop_comments(GString *sheet)
{
    g_autoptr(GString) out = g_string_sized_new(sheet->len);

    for (gsize i = 0; i < sheet->len;) {
        if (sheet->str[i] == '/' && i + 1 < sheet->len && sheet->str[i + 1] == '*') {
            const char *end = g_strstr_len(sheet->str + i + 2, (gssize)(sheet->len - i - 2), "*/");
            if (end == NULL)
                break;
            i = (gsize)(end + 2 - sheet->str);
            continue;
        }
        g_string_append_c(out, sheet->str[i++]);
    }
    g_string_assign(sheet, out->str);
}

/* An at-rule: up to ; or past its block. */
static void
skip_at_rule(SkSvgTree *self, Text *t)
{
    bool import = t->end - t->p >= 7 && g_ascii_strncasecmp(t->p, "@import", 7) == 0;
    bool font = t->end - t->p >= 10 && g_ascii_strncasecmp(t->p, "@font-face", 10) == 0;
    unsigned open = 0;

    for (; t->p < t->end; t->p++) {
        if (*t->p == '{')
            open++;
        if (*t->p == '}' && open > 0 && --open == 0)
            break;
        if (*t->p == ';' && open == 0)
            break;
    }
    if (t->p < t->end)
        t->p++;
    if (import || font)
        self->external++;
    else
        self->styles++;
}

/* Every selector of a list makes a rule of its own. */
static bool
take_rules(SkSvgTree *self, SkSpan selectors, SkSpan declarations, GArray *rules, GError **error)
{
    const uint8_t *from = selectors.p, *end = selectors.p + selectors.n;

    while (from < end) {
        const uint8_t *comma = memchr(from, ',', (size_t)(end - from));
        SkSpan one = trim(sk_span(from, (size_t)((comma == NULL ? end : comma) - from)));
        Rule rule = { .declarations = declarations };
        if (take_selector(one, &rule))
            g_array_append_val(rules, rule);
        else
            self->styles++;
        if (rules->len > RULES_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "svg: over %u rules", RULES_MAX);
        from = comma == NULL ? end : comma + 1;
    }
    return true;
}

static bool
read_sheet(SkSvgTree *self, GArray *rules, GError **error)
{
    drop_comments(self->sheet);
    Text t = { .p = self->sheet->str, .end = self->sheet->str + self->sheet->len };
    for (;;) {
        skip_space(&t);
        if (t.p == t.end)
            return true;
        if (*t.p == '@') {
            skip_at_rule(self, &t);
            continue;
        }
        const char *brace = memchr(t.p, '{', (size_t)(t.end - t.p));
        const char *end = brace == NULL ? NULL : memchr(brace, '}', (size_t)(t.end - brace));
        if (end == NULL) {
            self->styles++;
            return true;
        }
        if (!take_rules(self, sk_span(t.p, (size_t)(brace - t.p)),
                        sk_span(brace + 1, (size_t)(end - brace - 1)), rules, error))
            return false;
        t.p = end + 1;
    }
}

/* ---- matching -------------------------------------------------------------------------------- */

static bool
has_class(const char *classes, SkSpan name)
{
    for (const char *p = classes; p != NULL && *p != '\0';) {
        size_t n = strcspn(p, " \t\r\n");
        if (sk_span_equal(sk_span(p, n), name))
            return true;
        p += n + strspn(p + n, " \t\r\n");
    }
    return false;
}

static bool
matches_compound(const SkSvgNode *node, const Compound *part)
{
    if (part->element.n > 0 && !sk_span_is(part->element, sk_svg_elements[node->element].name))
        return false;
    if (part->id.n > 0 && (node->id == NULL || !sk_span_is(part->id, node->id)))
        return false;
    for (unsigned i = 0; i < part->classes_n; i++) {
        if (!has_class(node->classes, part->classes[i]))
            return false;
    }
    return true;
}

/* From the last compound up; where a compound may stand somewhere above, the nearest one that fits
 * is it. */
static bool
matches(const SkSvgTree *self, uint32_t at, const Rule *rule, uint64_t *work)
{
    unsigned i = rule->n - 1;

    if (!matches_compound(sk_svg_node(self, at), &rule->parts[i]))
        return false;
    while (i > 0) {
        bool child = rule->parts[i].child;
        i--;
        do {
            at = sk_svg_node(self, at)->parent;
            ++*work;
            if (at == SK_SVG_NONE)
                return false;
        } while (!matches_compound(sk_svg_node(self, at), &rule->parts[i]) && !child);
        if (!matches_compound(sk_svg_node(self, at), &rule->parts[i]))
            return false;
    }
    return true;
}

bool
sk_svg_cascade(SkSvgTree *self, GError **error)
{
    g_autoptr(GArray) rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    uint64_t work = 0;

    if (!read_sheet(self, rules, error))
        return false;
    for (uint32_t at = 0; at < self->nodes->len; at++) {
        if (sk_svg_node(self, at)->element == SK_SVG_E_NONE)
            continue;
        for (guint i = 0; i < rules->len; i++) {
            const Rule *rule = &g_array_index(rules, Rule, i);
            if (matches(self, at, rule, &work))
                apply(self, at, (SkSvgRank){ .origin = 1, .specificity = rule->specificity },
                      rule->declarations);
        }
        work += rules->len + 1;
        if (work > WORK_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "svg: style sheet too large for the picture");
        const char *style = sk_svg_node(self, at)->style;
        if (style != NULL)
            apply(self, at, (SkSvgRank){ .origin = 2 }, sk_span_str(style));
    }
    return true;
}
