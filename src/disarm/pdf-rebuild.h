/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-rebuild.h - what the parts of the rebuilding of a PDF share among themselves; nobody else
 * includes it. The order of work: pages are gathered, each is copied with everything that it draws
 * with, then what leads to pages (links, outlines, structure), then the catalog.
 * Runs in: disarm worker. Trusts: nothing.
 * Spec: docs/formats/pdf.md   Tests: tests/golden/hostile-pdf
 */
#pragma once

#include "disarm/pdf-files.h"
#include "disarm/pdf-memory.h"
#include "format/pages.h"

#define SK_PDF_NESTING_MAX                                                                         \
    28u /* of content; with the states and masks between them no more than rule 3 allows */
#define SK_PDF_DRAWS_MAX 1000000u       /* more: the page becomes a picture */
#define SK_PDF_DRAWS_ENDLESS 100000000u /* more: no renderer is asked for that */

typedef enum { SK_PDF_TASK_FORM, SK_PDF_TASK_TILE, SK_PDF_TASK_GLYPHS } SkPdfTaskKind;

/** SkPdfTask: something with content of its own, mentioned already, still to be copied. */
typedef struct {
    SkPdfTaskKind kind;
    SkPdfObject source, resources; /* held; @resources: what it borrows where it has none */
    SkPdfRef owner;                /* whose resources those are */
    SkPdfId id;
} SkPdfTask;

typedef struct {
    SkPdfObject source, resources; /* held */
    int64_t media[4], crop[4];
    bool has_crop;
    int32_t rotate;
    int64_t unit; /* 0: none */
    SkPdfId id;
    bool to_draw;     /* cannot be rebuilt: its picture is asked for, or there */
    uint32_t parents; /* StructParents, where it has marks */
    GArray *marks;    /* owned, of SkPdfId: the structure element of each mark, or 0; NULL: none */
    GString *head;    /* owned until the page is set: its text up to StructParents */
    guint first_link, links; /* of SkPdfRebuild.links */
} SkPdfPage;

/** SkPdfLink: a link that stays. */
typedef struct {
    SkPdfId id;
    guint page;           /* its index */
    SkPdfRef ref;         /* of the source */
    SkPdfId element;      /* the structure element that has it, or 0 */
    uint32_t parent;      /* StructParent, where it has one */
    GString *head, *tail; /* owned until written: up to StructParent, and behind it */
} SkPdfLink;

/** SkPdfMarkedForm: a form XObject that structure elements speak of: of marks inside it, or of all of
 * it. */
typedef struct {
    uint32_t number; /* of the source */
    bool has_marks;  /* else it is an object of one element */
    SkPdfId id;      /* what it became; 0: nothing */
    size_t at;       /* where its text takes more keys */
    guint page;      /* the first that draws it: its index */
    GArray *marks;   /* owned, as of SkPdfPage */
    SkPdfId element; /* that has it as an object, or 0 */
    uint32_t parent; /* StructParents or StructParent + 1; 0: none */
} SkPdfMarkedForm;

typedef struct {
    SkPdfWalk walk;
    SkPdfId tree;       /* the object of the page tree */
    GArray *pages;      /* owned, of SkPdfPage */
    GHashTable *by_ref; /* owned: number of a page object → its first index + 1 */
    /* owned, of SkPdfLink, in the order of pages; fields that stay behind the links of their
     * page */
    GArray *links;
    GArray *fields;          /* owned, of SkPdfId */
    GArray *form_fonts;      /* owned, of SkPdfId: that fields speak of */
    GHashTable *field_names; /* owned, of char* */
    GArray *tasks;           /* owned, of SkPdfTask: a stack */
    GHashTable *draws;       /* owned: id → GArray of SkPdfDraw */
    GHashTable *weights;     /* owned: id → SkPdfWeight, of what has been measured */
    GHashTable *hidden;      /* owned: numbers of layers that are off */
    GHashTable *dests; /* owned: named destinations: GBytes → held object; NULL until asked for */
    GHashTable *programs; /* owned: id of a font program → SkFontKind */
    bool tagged;          /* there is a structure tree that stays */
    GArray *elements;     /* owned: of pdf-structure.c */
    GArray *forms;        /* owned, of SkPdfMarkedForm */
    GHashTable *form_at;  /* owned: number of a form's object → its index there + 1 */
    guint page;           /* the index of the one being copied */
    uint32_t slots;       /* for marks, of all pages and forms */
    bool fatal;           /* the error is not of one page */
    /* pictures of pages that were asked for (docs/formats/pages.md); none: n is 0 */
    SkSpan drawn;
    uint32_t looks; /* that were made */
    uint32_t asked; /* pages that must be drawn */
    char place[64]; /* what walk.place points to */
} SkPdfRebuild;

typedef struct {
    SkPdfId child; /* 0: itself */
    uint32_t count, cost;
} SkPdfDraw;

static inline SkPdfPage *
sk_pdf_page(const SkPdfRebuild *self, guint i)
{
    return &g_array_index(self->pages, SkPdfPage, i);
}

/* Sets the place of findings. */
void sk_pdf_place(SkPdfRebuild *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** sk_pdf_is_of_page: does @error mean that one page cannot be rebuilt, rather than the file? */
bool sk_pdf_is_of_page(const SkPdfRebuild *self, const GError *error);
/** sk_pdf_fatal: throws for the whole file. */
bool sk_pdf_fatal(SkPdfRebuild *self, SkErrorCode code, const char *what, GError **error);

/* ---- pdf-tree.c: the page tree, flat, with what is inherited ---- */
bool sk_pdf_tree_read(SkPdfRebuild *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_tree_rect: four numbers, in order; false where there is no area. */
bool sk_pdf_tree_rect(SkPdf *pdf, SkPdfObject o, int64_t ret[4]);

/* ---- pdf-names.c: the resources of one content stream ---- */
typedef struct SkPdfNames SkPdfNames;
/** sk_pdf_names_new: @owner: what the names are looked up for, in the plan; @resources: of the
 * source. */
SkPdfNames *sk_pdf_names_new(SkPdfRebuild *self, SkPdfId owner, SkPdfObject resources,
                             SkPdfRef source_owner);
void sk_pdf_names_free(SkPdfNames *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfNames, sk_pdf_names_free)
/** sk_pdf_names_rebuild: a content stream with these names. @kind: as SkPdfContentKind. */
bool sk_pdf_names_rebuild(SkPdfNames *self, SkSpan plain, int kind, GString *out,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_names_set_box: of what the content paints in; without it there are no tiles. */
void sk_pdf_names_set_box(SkPdfNames *self, const int64_t box[4]);
/** sk_pdf_names_set_width: of the glyph whose procedure comes next. */
void sk_pdf_names_set_width(SkPdfNames *self, int64_t width);
/** sk_pdf_names_add: the name of an XObject that has been copied, for lines that are added to the
 * content. */
uint32_t sk_pdf_names_add(SkPdfNames *self, SkPdfId id);
/** sk_pdf_names_put: `<< /Font << … >> >>`. */
void sk_pdf_names_put(SkPdfNames *self, GString *out);

/* ---- pdf-form.c: forms, tiles, Type 3 glyphs ---- */
/** sk_pdf_task: @object will be copied as @kind; *ret is what mentions it. */
bool sk_pdf_task(SkPdfRebuild *self, SkPdfTaskKind kind, SkPdfObject object, SkPdfObject resources,
                 SkPdfRef owner, SkPdfId *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_tasks_run: everything that waits. */
bool sk_pdf_tasks_run(SkPdfRebuild *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_draws: @by mentions @child so often again; each time counts @cost and what @child draws. */
void sk_pdf_draws(SkPdfRebuild *self, SkPdfId by, SkPdfId child, uint32_t times, uint32_t cost);
/** sk_pdf_draws_itself: what the content of @by counts beside what it mentions. */
void sk_pdf_draws_itself(SkPdfRebuild *self, SkPdfId by, uint64_t cost);
/** sk_pdf_weigh: refuses circles, and pages that draw too much. */
bool sk_pdf_weigh(SkPdfRebuild *self, SkPdfId page, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_pdf_group_put(SkPdfRebuild *self, SkPdfObject group, GString *out,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- pdf-state.c, pdf-font.c: dictionaries ---- */
bool sk_pdf_state(SkPdfRebuild *self, SkPdfObject state, SkPdfObject resources, SkPdfRef owner,
                  SkPdfId *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_state_dashes: (transfer full): `[3 1] 0 d` and LF, where @state says so; else NULL. */
char *sk_pdf_state_dashes(SkPdfRebuild *self, SkPdfObject state);
bool sk_pdf_font(SkPdfRebuild *self, SkPdfObject font, SkPdfObject resources, SkPdfRef owner,
                 SkPdfId *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_pdf_type3(SkPdfRebuild *self, const SkPdfTask *task,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- pdf-layer.c: optional content as it is when the file is opened ---- */
bool sk_pdf_layers_read(SkPdfRebuild *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_layer_hidden: @oc: a group, a membership, or nothing (then false). */
bool sk_pdf_layer_hidden(SkPdfRebuild *self, SkPdfObject oc);

/* ---- pdf-page.c ---- */
/** sk_pdf_pages_rebuild: every page, with what it draws with; those that cannot be are marked
 * `to_draw`. */
bool sk_pdf_pages_rebuild(SkPdfRebuild *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_page_head: (transfer full): a page's text up to its resources. */
GString *sk_pdf_page_head(const SkPdfPage *page, SkPdfId tree);
void sk_pdf_page_put_contents(SkPdfPlan *plan, const GString *content, GString *text);
/** sk_pdf_page_set_picture: @page will show @drawn where its content was (pdf-drawn.c). */
bool sk_pdf_page_set_picture(SkDisarm *disarm, SkPdfPlan *plan, SkPdfId tree, SkPdfPage *page,
                             const SkPage *drawn, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_pages_finish: after the structure is known: sets the pages, their links and the tree. */
void sk_pdf_pages_finish(SkPdfRebuild *self);

/* ---- pdf-annotation.c, pdf-appearance.c ---- */
/** sk_pdf_annotations: what lies on page @page: findings, and the links that stay. */
bool sk_pdf_annotations(SkPdfRebuild *self, guint page, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_appearances: what annotations look like is added to @content as forms. */
bool sk_pdf_appearances(SkPdfRebuild *self, guint page, SkPdfNames *names, GString *content,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_is_seen: is the annotation drawn on a screen? */
bool sk_pdf_is_seen(SkPdfRebuild *self, SkPdfObject annotation);
/** sk_pdf_field_get: a key of a field, or of those above it. */
SkPdfObject sk_pdf_field_get(SkPdf *pdf, SkPdfObject field, const char *key);

/* ---- pdf-field.c ---- */
/** sk_pdf_field_stays: by rule, and by its kind. */
bool sk_pdf_field_stays(SkPdfRebuild *self, SkPdfObject annotation);
/** sk_pdf_field: a field that stays joins the annotations of @page. @made: its look where it
 * brings none, or 0. */
bool sk_pdf_field(SkPdfRebuild *self, guint page, SkPdfObject annotation, SkPdfId made,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** SkPdfAppearance: what an appearance string says. */
typedef struct {
    SkSpan font;
    int64_t size, colour[4];
    unsigned n_colour; /* 1, 3 or 4 */
} SkPdfAppearance;
/** sk_pdf_appearance_read: the words of an appearance string: the last font and the last colour
 * count. */
void sk_pdf_appearance_read(char **words, SkPdfAppearance *ret);
/** sk_pdf_fields_put: ` /AcroForm …`, if there is a field. */
void sk_pdf_fields_put(SkPdfRebuild *self, GString *out);

/* ---- pdf-action.c: what acts, and where it leads ---- */
/** sk_pdf_action: counts what @action does, with all that follows from it. @ret, if not NULL:
 * receives ` /Dest …` or ` /A << … >>` where it leads somewhere that stays. */
bool sk_pdf_action(SkPdfRebuild *self, SkPdfObject action, GString *ret,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_actions: of a dictionary of them (`AA`). */
bool sk_pdf_actions(SkPdfRebuild *self, SkPdfObject actions,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_dest: `[7 0 R /Fit]`; false where it leads to no page. */
bool sk_pdf_dest(SkPdfRebuild *self, SkPdfObject dest, GString *out);

/* ---- pdf-outline.c, pdf-structure.c, pdf-catalog.c ---- */
/** sk_pdf_outlines: *ret 0: none. */
bool sk_pdf_outlines(SkPdfRebuild *self, SkPdfId *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_structure_read: before the pages: sets `tagged` and `elements`. */
bool sk_pdf_structure_read(SkPdfRebuild *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_pdf_structure_form: the form @source becomes @id. Returns: what is noted of it; NULL: no element
 * speaks of it, or it has become something before. */
SkPdfMarkedForm *sk_pdf_structure_form(SkPdfRebuild *self, SkPdfObject source, SkPdfId id);
/** sk_pdf_structure_write: after the pages, before they are finished: gives them, forms and links
 * their numbers. *ret 0: there is none. */
bool sk_pdf_structure_write(SkPdfRebuild *self, SkPdfId *ret,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void sk_pdf_structure_free(GArray *elements);
/** sk_pdf_lang_put: ` /Lang <…>` of @source, if it is a language. */
bool sk_pdf_lang_put(SkPdf *pdf, SkPdfObject source, GString *out);
/** sk_pdf_catalog: the rest of the document: what it opens with, its labels, and what goes. */
bool sk_pdf_catalog(SkPdfRebuild *self, SkPdfId outlines, SkPdfId structure, SkPdfId *ret,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
