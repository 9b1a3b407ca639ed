/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-names.c - the resources of one content stream: looked up as the content mentions them,
 * copied, and numbered in the order of first mention. What the content does not mention is not
 * copied.
 * Spec: docs/formats/pdf.md, rule 2; docs/formats/pdf-content.md
 */
#include "disarm/pdf-rebuild.h"

#include "disarm/pdf-colour.h"
#include "disarm/pdf-content.h"
#include "disarm/pdf-cost.h"
#include "disarm/pdf-image.h"
#include "disarm/pdf-shading.h"

#include <math.h>
#include <string.h>

/* The categories in the order of writing. */
static const struct {
    SkPdfUse use;
    const char *key;
} categories[] = {
    { SK_PDF_USE_STATE, "ExtGState" }, { SK_PDF_USE_COLOUR, "ColorSpace" },
    { SK_PDF_USE_PATTERN, "Pattern" }, { SK_PDF_USE_SHADING, "Shading" },
    { SK_PDF_USE_OBJECT, "XObject" },  { SK_PDF_USE_FONT, "Font" },
};
#define CATEGORIES G_N_ELEMENTS(categories)
#define DASHES_MAX (1u << 20) /* bytes that dashes of states may add to one content */

/* What it counts that a name is mentioned (pdf.md, rule 4). */
typedef struct {
    SkPdfId id; /* 0: nothing */
    uint32_t times, cost;
    bool each; /* every time, not only the first */
} Mention;

struct SkPdfNames {
    SkPdfRebuild *rebuild;
    SkPdfId owner;
    SkPdfObject resources;
    SkPdfRef source_owner;
    /* owned: GBytes → index; as int + 3, since what is not there is negative */
    GHashTable *known[CATEGORIES];
    GPtrArray *values[CATEGORIES]; /* owned, of GString: what each index says */
    GArray *mentions[CATEGORIES];  /* owned, of Mention: of each index */
    GPtrArray *dashes;             /* owned, of char* or NULL: of each state */
    size_t dashed;                 /* bytes of them that went into the content */
    int64_t box[4];                /* of what the content paints in */
    bool boxed;
    int64_t glyph_width;
};

static void
free_text(gpointer text)
{
    g_string_free(text, TRUE);
}

SkPdfNames *
sk_pdf_names_new(SkPdfRebuild *self, SkPdfId owner, SkPdfObject resources, SkPdfRef source_owner)
{
    SkPdfNames *names = g_new0(SkPdfNames, 1);

    names->rebuild = self;
    names->owner = owner;
    names->resources = resources;
    names->source_owner = source_owner;
    for (unsigned i = 0; i < CATEGORIES; i++) {
        names->known[i] =
            g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
        names->values[i] = g_ptr_array_new_with_free_func(free_text);
        names->mentions[i] = g_array_new(FALSE, FALSE, sizeof(Mention));
    }
    names->dashes = g_ptr_array_new_with_free_func(g_free);
    return names;
}

void
sk_pdf_names_free(SkPdfNames *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i < CATEGORIES; i++) {
        g_hash_table_unref(self->known[i]);
        g_ptr_array_unref(self->values[i]);
        g_array_unref(self->mentions[i]);
    }
    g_ptr_array_unref(self->dashes);
    g_free(self);
}

void
sk_pdf_names_set_width(SkPdfNames *self, int64_t width)
{
    self->glyph_width = width;
}

void
sk_pdf_names_set_box(SkPdfNames *self, const int64_t box[4])
{
    for (unsigned i = 0; i < 4; i++)
        self->box[i] = box[i];
    self->boxed = true;
}

static unsigned
category_of(SkPdfUse use)
{
    unsigned i = 0;
    while (i < CATEGORIES && categories[i].use != use)
        i++;
    g_assert(i < CATEGORIES);
    return i;
}

/* ---- what a name stands for --------------------------------------------------------------- */

/* *ret_text NULL: it is not there, or is gone with a finding (*ret_gone). */
typedef struct {
    GString *text;        /* owned by whoever takes it */
    SkPdfId id;           /* of objects that draw */
    uint32_t times, cost; /* what a mention counts; 0: 1 */
    bool each;
    bool gone;
} Resolved;

static GString *
mention(SkPdfId id)
{
    GString *text = g_string_new(NULL);
    sk_pdf_put_ref(text, id);
    return text;
}

static bool
gone(SkPdfNames *self, SkElement element, Resolved *ret, GError **error)
{
    ret->gone = true;
    return sk_pdf_found(&self->rebuild->walk, element, 1, error);
}

static bool
is_external(SkPdf *pdf, SkPdfObject object)
{
    return sk_pdf_has(pdf, object, "F") || sk_pdf_has(pdf, object, "FFilter");
}

/* Things of printing that go without being missed on a screen. */
static bool
report_extras(SkPdfNames *self, SkPdfObject object, GError **error)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    unsigned n = sk_pdf_has(pdf, object, "OPI") ? 1 : 0;

    return sk_pdf_found(&self->rebuild->walk, SK_ELEMENT_PDF_EXTERNAL_STREAM, n, error);
}

static bool
resolve_object(SkPdfNames *self, SkPdfObject object, Resolved *ret, GError **error)
{
    SkPdfRebuild *rebuild = self->rebuild;
    SkPdf *pdf = rebuild->walk.pdf;
    SkPdfObject subtype = sk_pdf_get(pdf, object, "Subtype");
    bool form = sk_pdf_name_is(pdf, subtype, "Form");
    bool postscript = sk_pdf_name_is(pdf, subtype, "PS") ||
                      sk_pdf_name_is(pdf, sk_pdf_get(pdf, object, "Subtype2"), "PS");

    if (sk_pdf_type(pdf, object) != SK_PDF_STREAM)
        return true;
    if (sk_pdf_layer_hidden(rebuild, sk_pdf_get(pdf, object, "OC")))
        return gone(self, SK_ELEMENT_PDF_HIDDEN_LAYER, ret, error);
    if (postscript || is_external(pdf, object) || (form && sk_pdf_has(pdf, object, "Ref")))
        return gone(self, SK_ELEMENT_PDF_EXTERNAL_STREAM, ret, error);
    if (!form && !sk_pdf_name_is(pdf, subtype, "Image"))
        return true;
    if (!report_extras(self, object, error))
        return false;
    bool ok = form ? sk_pdf_task(rebuild, SK_PDF_TASK_FORM, object, self->resources,
                                 self->source_owner, &ret->id, error)
                   : sk_pdf_image(&rebuild->walk, object, &ret->id, error);
    ret->each = true;
    if (form &&
        sk_pdf_name_is(pdf, sk_pdf_get(pdf, sk_pdf_get(pdf, object, "Group"), "S"), "Transparency"))
        ret->cost = 1 + SK_PDF_COST_GROUP;
    if (ok)
        ret->text = mention(ret->id);
    return ok;
}

static bool
resolve_colour(SkPdfNames *self, SkPdfObject object, Resolved *ret, GError **error)
{
    SkPdfColour colour = { .text = NULL };

    if (!sk_pdf_colour(&self->rebuild->walk, object, &colour, error))
        return false;
    ret->text = g_steal_pointer(&colour.text);
    return true;
}

static bool
shading_pattern(SkPdfNames *self, SkPdfObject object, Resolved *ret, GError **error)
{
    SkPdfWalk *walk = &self->rebuild->walk;
    SkPdfId shading = 0;
    int64_t matrix[6];

    if (!sk_pdf_shading(walk, sk_pdf_get(walk->pdf, object, "Shading"), &shading, error))
        return false;
    GString *text = g_string_new("<< /Type /Pattern /PatternType 2 /Shading ");
    sk_pdf_put_ref(text, shading);
    if (sk_pdf_numbers(walk->pdf, sk_pdf_get(walk->pdf, object, "Matrix"), 6, matrix)) {
        g_string_append(text, " /Matrix ");
        sk_pdf_put_numbers(text, matrix, 6);
    }
    g_string_append(text, " >>");
    ret->text = mention(sk_pdf_plan_same(walk->plan, text));
    return true;
}

static bool
resolve_pattern(SkPdfNames *self, SkPdfObject object, Resolved *ret, GError **error)
{
    SkPdfRebuild *rebuild = self->rebuild;
    SkPdf *pdf = rebuild->walk.pdf;
    int32_t type = 0;

    if (!sk_pdf_is_dictionary(pdf, object) ||
        !sk_pdf_int(pdf, sk_pdf_get(pdf, object, "PatternType"), &type))
        return true;
    if (type == 2)
        return shading_pattern(self, object, ret, error);
    if (type != 1 || sk_pdf_type(pdf, object) != SK_PDF_STREAM)
        return true;
    double tiles = self->boxed ? sk_pdf_tiles(pdf, object, self->box) : HUGE_VAL;
    if (tiles > SK_PDF_DRAWS_ENDLESS && tiles < HUGE_VAL)
        return sk_pdf_fatal(rebuild, SK_ERROR_LIMIT, "tiles without end", error);
    if (!(tiles <= SK_PDF_TILES_MAX))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: a pattern of too many tiles");
    ret->times = (uint32_t)tiles;
    ret->each = true;
    if (!sk_pdf_task(rebuild, SK_PDF_TASK_TILE, object, self->resources, self->source_owner,
                     &ret->id, error))
        return false;
    ret->text = mention(ret->id);
    return true;
}

static bool
resolve_dictionary(SkPdfNames *self, SkPdfUse use, SkPdfObject object, Resolved *ret,
                   GError **error)
{
    SkPdfRebuild *rebuild = self->rebuild;
    bool ok = false;

    if (!sk_pdf_is_dictionary(rebuild->walk.pdf, object))
        return true;
    ret->each = use == SK_PDF_USE_STATE &&
                sk_pdf_type(rebuild->walk.pdf, sk_pdf_get(rebuild->walk.pdf, object, "SMask")) ==
                    SK_PDF_DICTIONARY;
    if (use == SK_PDF_USE_STATE)
        ok = sk_pdf_state(rebuild, object, self->resources, self->source_owner, &ret->id, error);
    else if (use == SK_PDF_USE_FONT)
        ok = sk_pdf_font(rebuild, object, self->resources, self->source_owner, &ret->id, error);
    else
        ok = sk_pdf_shading(&rebuild->walk, object, &ret->id, error);
    if (ok && ret->id != 0)
        ret->text = mention(ret->id);
    return ok;
}

static bool
resolve(SkPdfNames *self, SkPdfUse use, SkPdfObject object, Resolved *ret, GError **error)
{
    if (sk_pdf_type(self->rebuild->walk.pdf, object) == SK_PDF_NULL)
        return true;
    switch (use) {
    case SK_PDF_USE_OBJECT:
        return resolve_object(self, object, ret, error);
    case SK_PDF_USE_COLOUR:
        return resolve_colour(self, object, ret, error);
    case SK_PDF_USE_PATTERN:
        return resolve_pattern(self, object, ret, error);
    case SK_PDF_USE_STATE:
    case SK_PDF_USE_FONT:
    case SK_PDF_USE_SHADING:
        break;
    }
    return resolve_dictionary(self, use, object, ret, error);
}

/* ---- hooks -------------------------------------------------------------------------------- */

static int32_t
take(SkPdfNames *self, unsigned category, Resolved *resolved)
{
    if (resolved->text == NULL)
        return resolved->gone ? SK_PDF_USE_GONE : SK_PDF_USE_ABSENT;
    g_ptr_array_add(self->values[category], g_steal_pointer(&resolved->text));
    Mention counts = { resolved->id, MAX(resolved->times, 1), MAX(resolved->cost, 1),
                       resolved->each };
    g_array_append_val(self->mentions[category], counts);
    if (resolved->id != 0)
        sk_pdf_draws(self->rebuild, self->owner, counts.id, counts.times, counts.cost);
    return (int32_t)self->values[category]->len - 1;
}

static bool
known(SkPdfNames *self, unsigned category, GBytes *name, int32_t *ret)
{
    gpointer value = g_hash_table_lookup(self->known[category], name);

    if (value == NULL)
        return false;
    *ret = GPOINTER_TO_INT(value) - 3;
    if (*ret < 0)
        return true;
    const Mention *counts = &g_array_index(self->mentions[category], Mention, *ret);
    if (counts->id != 0 && counts->each)
        sk_pdf_draws(self->rebuild, self->owner, counts->id, counts->times, counts->cost);
    return true;
}

/* A name of the source, which may hold anything but NUL. */
static SkPdfObject
lookup(SkPdfNames *self, const char *category, SkSpan name)
{
    SkPdf *pdf = self->rebuild->walk.pdf;
    g_autofree char *key = sk_span_dup(name);
    return sk_pdf_get(pdf, sk_pdf_get(pdf, self->resources, category), key);
}

static bool
hook_use(void *user, SkPdfUse use, SkSpan name, int32_t *ret_index, GError **error)
{
    SkPdfNames *self = user;
    unsigned category = category_of(use);
    g_autoptr(GBytes) key = g_bytes_new(name.p, name.n);
    Resolved resolved = { .text = NULL };

    if (known(self, category, key, ret_index))
        return true;
    SkPdfObject object = lookup(self, categories[category].key, name);
    if (!resolve(self, use, object, &resolved, error))
        return false;
    *ret_index = take(self, category, &resolved);
    if (use == SK_PDF_USE_STATE && *ret_index >= 0)
        g_ptr_array_add(self->dashes, sk_pdf_state_dashes(self->rebuild, object));
    g_hash_table_insert(self->known[category], g_steal_pointer(&key),
                        GINT_TO_POINTER(*ret_index + 3));
    return true;
}

static bool
lookup_space(void *user, SkSpan name, SkPdfObject *ret)
{
    *ret = lookup(user, "ColorSpace", name);
    return ret->handle != 0;
}

static bool
hook_picture(void *user, const SkPdfInline *picture, int32_t *ret_index, GError **error)
{
    SkPdfNames *self = user;
    Resolved resolved = { .text = NULL };

    SkPdfObject dictionary = sk_pdf_parse(self->rebuild->walk.pdf, picture->dictionary);
    if (!sk_pdf_image_inline(&self->rebuild->walk, dictionary, picture->data, lookup_space, self,
                             &resolved.id, error))
        return false;
    resolved.text = mention(resolved.id);
    resolved.each = true;
    *ret_index = take(self, category_of(SK_PDF_USE_OBJECT), &resolved);
    return true;
}

static const char *
hook_dashes(void *user, int32_t index)
{
    SkPdfNames *self = user;
    const char *dashes = g_ptr_array_index(self->dashes, (guint)index);

    self->dashed += dashes == NULL || self->dashed > DASHES_MAX ? 0 : strlen(dashes);
    return self->dashed > DASHES_MAX ? NULL : dashes;
}

static bool
hook_properties(void *user, SkSpan name, SkPdfMarked *ret, GError **error)
{
    SkPdfNames *self = user;
    SkPdf *pdf = self->rebuild->walk.pdf;
    SkPdfObject list = lookup(self, "Properties", name);
    int32_t mcid = 0;

    if (ret->files) /* a file, or an array of them */
        return sk_pdf_type(pdf, list) == SK_PDF_NULL ||
               sk_pdf_found_file(&self->rebuild->walk, list, SK_PDF_NOTHING, error);
    if (sk_pdf_type(pdf, list) != SK_PDF_DICTIONARY)
        return false;
    if (!sk_pdf_found_files(&self->rebuild->walk, list, error))
        return false;
    ret->hidden = sk_pdf_layer_hidden(self->rebuild, list);
    ret->has_mcid = sk_pdf_int(pdf, sk_pdf_get(pdf, list, "MCID"), &mcid) && mcid >= 0;
    ret->mcid = ret->has_mcid ? (uint32_t)mcid : 0;
    ret->actual_text = sk_pdf_text(pdf, sk_pdf_get(pdf, list, "ActualText"));
    ret->alt = sk_pdf_text(pdf, sk_pdf_get(pdf, list, "Alt"));
    ret->expansion = sk_pdf_text(pdf, sk_pdf_get(pdf, list, "E"));
    ret->lang = sk_pdf_text(pdf, sk_pdf_get(pdf, list, "Lang"));
    return true;
}

static char *
hook_text(void *user, SkSpan bytes)
{
    (void)user;
    return sk_pdf_text_of(bytes);
}

/* ---- the whole ---------------------------------------------------------------------------- */

bool
sk_pdf_names_rebuild(SkPdfNames *self, SkSpan plain, int kind, GString *out, GError **error)
{
    SkPdfWalk *walk = &self->rebuild->walk;
    SkPdfContentOptions options = { .kind = (SkPdfContentKind)kind,
                                    .tagged = self->rebuild->tagged,
                                    .glyph_width = self->glyph_width,
                                    .limit = walk->disarm->job->limits.output };
    SkPdfContentHooks hooks = { .user = self,
                                .use = hook_use,
                                .inline_picture = hook_picture,
                                .dashes = hook_dashes,
                                .properties = hook_properties,
                                .text = hook_text };
    SkPdfContentFacts facts = { 0 };
    g_autoptr(GBytes) content = NULL;

    if (!sk_pdf_content_rebuild(plain, &options, &hooks, &content, &facts, error) ||
        !sk_pdf_found(walk, SK_ELEMENT_PDF_OPERATOR, facts.removed, error) ||
        !sk_pdf_found(walk, SK_ELEMENT_PDF_HIDDEN_LAYER, facts.hidden, error))
        return false;
    if (facts.guessed > 0) {
        if (!sk_pdf_found(walk, SK_ELEMENT_PDF_DAMAGED, 1, error))
            return false;
        return sk_throw(error, SK_ERROR_AMBIGUOUS,
                        "pdf: content that readers differ about (byte %zu)", facts.guessed_at);
    }
    if (self->dashed > DASHES_MAX)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "pdf: too many dashes of states");
    SkSpan bytes = sk_span_bytes(content);
    sk_pdf_draws_itself(self->rebuild, self->owner, sk_pdf_dashes(bytes));
    g_string_append_len(out, (const char *)bytes.p, (gssize)bytes.n);
    return true;
}

uint32_t
sk_pdf_names_add(SkPdfNames *self, SkPdfId id)
{
    Resolved resolved = { .text = mention(id), .id = id };
    return (uint32_t)take(self, category_of(SK_PDF_USE_OBJECT), &resolved);
}

static void
put_category(const SkPdfNames *self, unsigned category, GString *out)
{
    const GPtrArray *values = self->values[category];

    g_string_append_printf(out, " /%s <<", categories[category].key);
    for (guint i = 0; i < values->len; i++) {
        const GString *value = g_ptr_array_index(values, i);
        g_string_append_printf(out, " /%c%u ", (char)categories[category].use, i);
        g_string_append_len(out, value->str, (gssize)value->len);
    }
    g_string_append(out, " >>");
}

void
sk_pdf_names_put(SkPdfNames *self, GString *out)
{
    g_string_append(out, "<<");
    for (unsigned i = 0; i < CATEGORIES; i++) {
        if (self->values[i]->len > 0)
            put_category(self, i, out);
    }
    g_string_append(out, " >>");
}
