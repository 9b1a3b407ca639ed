/* SPDX-License-Identifier: Apache-2.0
 *
 * pptx-text.c - the text of a rebuilt presentation: slide by slide, its title as a heading, then
 * the shapes in their order, notes and comments; what the masters show on every slide once, at the
 * end. Spec: docs/formats/office-text.md
 */
#include "disarm/office-names.h"
#include "disarm/office-text.h"

#include <string.h>

#define MAIN_PART "ppt/presentation.xml"

typedef enum { PART_SLIDE, PART_NOTES, PART_MASTER } PartKind;

typedef struct {
    SkDrawingText drawing;
    PartKind kind;
    bool in_shape, hidden;
    char *
        placeholder; /* owned: type of the shape's; NULL where it is none, "" for an ordinary one */
    GString *title;  /* owned */
} Slide;

static void
slide_clear(Slide *self)
{
    sk_drawing_text_clear(&self->drawing);
    g_clear_pointer(&self->placeholder, g_free);
    if (self->title != NULL)
        g_string_free(self->title, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Slide, slide_clear)

/* ---- a slide, its notes, its master --------------------------------------------------------- */

static bool
start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Slide *self = user;

    if (element == SK_ON_P_SLD) {
        SkSpan show = sk_office_attr(attrs, n, SK_ON_SHOW);
        self->hidden = show.n > 0 && !sk_office_is_on(show);
    } else if (element == SK_ON_P_SP) {
        self->in_shape = true;
        g_clear_pointer(&self->placeholder, g_free);
        sk_text_flow_catch(self->drawing.office->flow);
    } else if (element == SK_ON_P_PH && self->in_shape) {
        g_free(self->placeholder);
        self->placeholder = sk_span_dup(sk_office_attr(attrs, n, SK_ON_TYPE));
    }
    return sk_drawing_text_start(&self->drawing, element, attrs, n, error);
}

static bool
is_title(const char *placeholder)
{
    return placeholder != NULL &&
           (g_str_equal(placeholder, "title") || g_str_equal(placeholder, "ctrTitle"));
}

/* Not the slide's own text: its number, and on a notes page all but the notes. */
static bool
is_furniture(const Slide *self)
{
    static const char *const of_notes[] = { "sldImg", "hdr", "ftr", "dt", "sldNum" };

    if (self->placeholder == NULL)
        return false;
    if (self->kind == PART_MASTER || g_str_equal(self->placeholder, "sldNum"))
        return true;
    for (unsigned i = 0; self->kind == PART_NOTES && i < G_N_ELEMENTS(of_notes); i++) {
        if (g_str_equal(self->placeholder, of_notes[i]))
            return true;
    }
    return false;
}

static void
shape_end(Slide *self)
{
    g_autofree char *text = sk_text_flow_caught(self->drawing.office->flow);

    self->in_shape = false;
    if (text[strspn(text, " \t\n")] == '\0' || is_furniture(self))
        return;
    if (self->kind == PART_SLIDE && is_title(self->placeholder) && self->title->len == 0) {
        g_strdelimit(text, "\n\t", ' ');
        g_string_append(self->title, text);
        return;
    }
    sk_text_flow_line(self->drawing.office->flow, text);
}

static bool
end(void *user, SkXmlSymbol element, GError **error)
{
    Slide *self = user;
    (void)error;
    sk_drawing_text_end(&self->drawing, element);
    if (element == SK_ON_P_SP && self->in_shape)
        shape_end(self);
    return true;
}

static bool
text(void *user, SkSpan s, GError **error)
{
    Slide *self = user;
    (void)error;
    sk_drawing_text_text(&self->drawing, s);
    return true;
}

/* What the part says, caught; what its title says in @slide. */
static bool
read_part(SkOfficeText *office, const char *part, const GArray *relations, Slide *slide, char **ret,
          GError **error)
{
    static const SkXmlHandler handler = {
        sk_office_element, sk_office_attribute, start, end, text, NULL
    };

    slide->drawing.office = office;
    slide->drawing.relations = relations;
    slide->title = g_string_new(NULL);
    sk_text_flow_catch(office->flow);
    if (!sk_office_text_parse(office, part, &handler, slide, error))
        return false;
    *ret = sk_text_flow_caught(office->flow);
    return true;
}

/* ---- comments ------------------------------------------------------------------------------- */

typedef struct {
    SkOfficeText *office;
    GHashTable *authors; /* owned by the presentation: id → name */
    char *author;        /* owned: who wrote the comment at hand */
    bool in_text;
} Comments;

static bool
comment_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Comments *self = user;
    (void)error;

    if (element == SK_ON_P_CM_AUTHOR) {
        g_hash_table_insert(self->authors, sk_span_dup(sk_office_attr(attrs, n, SK_ON_ID)),
                            sk_span_dup(sk_office_attr(attrs, n, SK_ON_NAME)));
    } else if (element == SK_ON_P_CM) {
        g_free(self->author);
        self->author = sk_span_dup(sk_office_attr(attrs, n, SK_ON_AUTHOR_ID));
    } else if (element == SK_ON_P_TEXT) {
        const char *name =
            self->author == NULL ? NULL : g_hash_table_lookup(self->authors, self->author);
        self->in_text = true;
        sk_text_flow_paragraph(self->office->flow);
        sk_text_flow_str(self->office->flow, "〔コメント〕");
        sk_text_flow_str(self->office->flow, name != NULL ? name : "");
        sk_text_flow_str(self->office->flow, name != NULL ? "：" : "");
    }
    return true;
}

static bool
comment_end(void *user, SkXmlSymbol element, GError **error)
{
    Comments *self = user;
    (void)error;
    if (element == SK_ON_P_TEXT) {
        self->in_text = false;
        sk_text_flow_paragraph_end(self->office->flow);
    }
    return true;
}

static bool
comment_text(void *user, SkSpan s, GError **error)
{
    Comments *self = user;
    (void)error;
    if (self->in_text)
        sk_text_flow_text(self->office->flow, s);
    return true;
}

static bool
read_comments(SkOfficeText *office, const char *part, GHashTable *authors, GError **error)
{
    static const SkXmlHandler handler = { sk_office_element, sk_office_attribute, comment_start,
                                          comment_end,       comment_text,        NULL };
    Comments comments = { .office = office, .authors = authors };
    bool ok = part == NULL || sk_office_text_parse(office, part, &handler, &comments, error);
    g_free(comments.author);
    return ok;
}

/* ---- the presentation ----------------------------------------------------------------------- */

typedef struct {
    SkOfficeText *office;
    const GArray *relations; /* of the presentation */
    GHashTable *authors;     /* owned */
    GPtrArray *slides;       /* owned, of char *: names of entries */
    GPtrArray *masters;      /* owned, of char *: layouts and masters in use, each once */
} Presentation;

static void
presentation_clear(Presentation *self)
{
    g_clear_pointer(&self->authors, g_hash_table_unref);
    g_clear_pointer(&self->slides, g_ptr_array_unref);
    g_clear_pointer(&self->masters, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Presentation, presentation_clear)

static bool
main_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Presentation *self = user;
    SkSpan id = sk_office_attr(attrs, n, SK_ON_R_ID);
    (void)error;

    const char *target = element != SK_ON_P_SLD_ID || id.n == 0
                             ? NULL
                             : sk_office_text_relation(self->relations, id, "slide");
    if (target != NULL)
        g_ptr_array_add(self->slides, g_strdup(target));
    return true;
}

static void
use_master(Presentation *self, const char *part)
{
    for (unsigned i = 0; part != NULL && i < self->masters->len; i++) {
        if (g_str_equal(self->masters->pdata[i], part))
            return;
    }
    if (part != NULL)
        g_ptr_array_add(self->masters, g_strdup(part));
}

static bool
write_notes(Presentation *self, const char *part, GError **error)
{
    g_autoptr(GArray) relations = NULL;
    g_auto(Slide) notes = { .kind = PART_NOTES };
    g_autofree char *said = NULL;

    if (part == NULL)
        return true;
    if (!sk_office_text_relations(self->office, part, &relations, error) ||
        !read_part(self->office, part, relations, &notes, &said, error))
        return false;
    if (said[strspn(said, " \t\n")] == '\0')
        return true;
    sk_text_flow_line(self->office->flow, "〔ノート〕");
    sk_text_flow_line(self->office->flow, said);
    return true;
}

static bool
write_slide(Presentation *self, unsigned number, GError **error)
{
    const char *part = self->slides->pdata[number - 1];
    SkTextFlow *flow = self->office->flow;
    g_autoptr(GArray) relations = NULL;
    g_auto(Slide) slide = { .kind = PART_SLIDE };
    g_autofree char *said = NULL;

    if (!sk_office_text_relations(self->office, part, &relations, error) ||
        !read_part(self->office, part, relations, &slide, &said, error))
        return false;
    g_autofree char *heading = g_strdup_printf(
        "# 〔%sスライド%u〕%s", slide.hidden ? "非表示の" : "", number, slide.title->str);
    sk_text_flow_line(flow, "");
    sk_text_flow_line(flow, heading);
    if (said[0] != '\0')
        sk_text_flow_line(flow, said);
    use_master(self, sk_office_text_relation(relations, SK_SPAN_EMPTY, "slideLayout"));
    return write_notes(self, sk_office_text_relation(relations, SK_SPAN_EMPTY, "notesSlide"),
                       error) &&
           read_comments(self->office,
                         sk_office_text_relation(relations, SK_SPAN_EMPTY, "comments"),
                         self->authors, error);
}

/* Layouts first, in the order of their use; each brings its master to the end of the list. */
static bool
write_masters(Presentation *self, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (unsigned i = 0; i < self->masters->len; i++) {
        const char *part = self->masters->pdata[i];
        g_autoptr(GArray) relations = NULL;
        g_auto(Slide) master = { .kind = PART_MASTER };
        g_autofree char *said = NULL;
        if (!sk_office_text_relations(self->office, part, &relations, error) ||
            !read_part(self->office, part, relations, &master, &said, error))
            return false;
        use_master(self, sk_office_text_relation(relations, SK_SPAN_EMPTY, "slideMaster"));
        if (said[strspn(said, " \t\n")] != '\0')
            g_string_append_printf(out, "%s%s", out->len > 0 ? "\n" : "", said);
    }
    if (out->len == 0)
        return true;
    sk_text_flow_line(self->office->flow, "");
    sk_text_flow_line(self->office->flow, "〔全スライド共通〕");
    sk_text_flow_line(self->office->flow, out->str);
    return true;
}

bool
sk_office_text_pptx(SkOfficeText *self, GError **error)
{
    static const SkXmlHandler handler = { sk_office_element,  sk_office_attribute, main_start,
                                          sk_office_skip_end, sk_office_skip_text, NULL };
    g_autoptr(GArray) relations = NULL;
    g_auto(Presentation) presentation = {
        .office = self,
        .authors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .slides = g_ptr_array_new_with_free_func(g_free),
        .masters = g_ptr_array_new_with_free_func(g_free),
    };

    if (!sk_office_text_relations(self, MAIN_PART, &relations, error))
        return false;
    presentation.relations = relations;
    const char *authors = sk_office_text_relation(relations, SK_SPAN_EMPTY, "commentAuthors");
    if (!read_comments(self, authors, presentation.authors, error) ||
        !sk_office_text_parse(self, MAIN_PART, &handler, &presentation, error))
        return false;
    for (unsigned i = 1; i <= presentation.slides->len; i++) {
        if (!write_slide(&presentation, i, error))
            return false;
    }
    return write_masters(&presentation, error);
}
