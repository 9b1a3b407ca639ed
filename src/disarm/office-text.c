/* SPDX-License-Identifier: Apache-2.0
 *
 * office-text.c - contract in office-text.h: rebuilding first, the package that came of it, its
 * relationships, and what is told about what a text cannot hold.
 */
#include "disarm/office-text.h"

#include "disarm/office-names.h"

#include <string.h>

static void
office_text_clear(SkOfficeText *self)
{
    g_clear_pointer(&self->zip, sk_zip_free);
    g_clear_pointer(&self->flow, sk_text_flow_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SkOfficeText, office_text_clear)

/* ---- entries -------------------------------------------------------------------------------- */

static bool
feed(void *user, SkSpan chunk, uint64_t expanded, uint64_t compressed, GError **error)
{
    (void)expanded;
    (void)compressed;
    return sk_xml_reader_feed(user, chunk, false, error);
}

bool
sk_office_text_parse(SkOfficeText *self, const char *part, const SkXmlHandler *handler, void *user,
                     GError **error)
{
    const SkZipEntry *entry = sk_zip_lookup(self->zip, sk_span_str(part));
    if (entry == NULL)
        return true;
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(handler, user);
    return sk_zip_inflate(entry, feed, reader, error) &&
           sk_xml_reader_feed(reader, SK_SPAN_EMPTY, true, error);
}

/* ---- relationships -------------------------------------------------------------------------- */

static void
relation_clear(void *p)
{
    SkOfficeRel *relation = p;
    g_free(relation->id);
    g_free(relation->type);
    g_free(relation->target);
}

/* @target as seen from @part; what climbs out of the package leads nowhere. */
static char *
resolve(const char *part, SkSpan target)
{
    g_autofree char *written = sk_span_dup(target);
    g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(g_free);
    const char *slash = strrchr(part, '/');
    g_autofree char *folder = g_strndup(part, slash == NULL ? 0 : (gsize)(slash - part));
    g_autofree char *whole =
        written[0] == '/' ? g_strdup(written) : g_strconcat(folder, "/", written, NULL);
    g_auto(GStrv) words = g_strsplit(whole, "/", -1);

    for (unsigned i = 0; words[i] != NULL; i++) {
        if (g_str_equal(words[i], "..") && steps->len > 0)
            g_ptr_array_set_size(steps, (int)steps->len - 1);
        else if (words[i][0] != '\0' && !g_str_equal(words[i], ".") && !g_str_equal(words[i], ".."))
            g_ptr_array_add(steps, g_strdup(words[i]));
    }
    g_ptr_array_add(steps, NULL);
    return g_strjoinv("/", (char **)steps->pdata);
}

typedef struct {
    const char *part;
    GArray *relations;
} Relations;

static bool
relation_start(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Relations *self = user;
    (void)error;

    if (element != SK_ON_RELATIONSHIP)
        return true;
    SkSpan type = sk_office_attr(attrs, n, SK_ON_TYPE_UPPER);
    SkSpan id = sk_office_attr(attrs, n, SK_ON_ID_UPPER);
    SkSpan target = sk_office_attr(attrs, n, SK_ON_TARGET);
    bool external = sk_span_is(sk_office_attr(attrs, n, SK_ON_TARGET_MODE), "External");
    g_autofree char *address = sk_span_dup(type);
    const char *slash = strrchr(address, '/');
    SkOfficeRel relation = { .id = sk_span_dup(id),
                             .type = g_strdup(slash == NULL ? address : slash + 1),
                             .target = external ? sk_span_dup(target) : resolve(self->part, target),
                             .external = external };
    g_array_append_val(self->relations, relation);
    return true;
}

bool
sk_office_text_relations(SkOfficeText *self, const char *part, GArray **ret, GError **error)
{
    static const SkXmlHandler handler = { sk_office_element,  sk_office_attribute, relation_start,
                                          sk_office_skip_end, sk_office_skip_text, NULL };
    const char *slash = strrchr(part, '/');
    int folder = slash == NULL ? 0 : (int)(slash - part) + 1;
    g_autofree char *name = g_strdup_printf("%.*s_rels/%s.rels", folder, part, part + folder);
    g_autoptr(GArray) relations = g_array_new(FALSE, FALSE, sizeof(SkOfficeRel));
    Relations state = { .part = part, .relations = relations };

    g_array_set_clear_func(relations, relation_clear);
    if (!sk_office_text_parse(self, name, &handler, &state, error))
        return false;
    *ret = g_steal_pointer(&relations);
    return true;
}

const char *
sk_office_text_relation(const GArray *relations, SkSpan id, const char *type)
{
    for (unsigned i = 0; i < relations->len; i++) {
        const SkOfficeRel *relation = &g_array_index(relations, SkOfficeRel, i);
        if (!relation->external && (id.n == 0 || sk_span_is(id, relation->id)) &&
            (type == NULL || g_str_equal(type, relation->type)))
            return relation->target;
    }
    return NULL;
}

/* ---- the whole ------------------------------------------------------------------------------ */

void
sk_office_text_picture(SkOfficeText *self, SkSpan name)
{
    self->pictures++;
    sk_text_flow_str(self->flow, name.n > 0 ? "〔画像：" : "〔画像〕");
    if (name.n > 0) {
        sk_text_flow_text(self->flow, name);
        sk_text_flow_str(self->flow, "〕");
    }
}

static bool
tell(SkDisarm *self, SkElement element, uint32_t count, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    return count == 0 || sk_disarm_found(self, element, SK_SPAN_EMPTY, count, &verdict, error);
}

static bool
extract_family(SkOfficeText *self, SkType type, GError **error)
{
    if (type == SK_TYPE_DOCX)
        return sk_office_text_docx(self, error);
    if (type == SK_TYPE_XLSX)
        return sk_office_text_xlsx(self, error);
    if (type == SK_TYPE_PPTX)
        return sk_office_text_pptx(self, error);
    if (type == SK_TYPE_ODT || type == SK_TYPE_ODS || type == SK_TYPE_ODP)
        return sk_office_text_odf(self, type, error);
    return sk_throw(error, SK_ERROR_UNSUPPORTED, "text: not carried out for this kind of document");
}

bool
sk_office_text_extract(SkDisarm *self, SkType type, SkSpan package, GError **error)
{
    g_auto(SkOfficeText) state = { .disarm = self };
    SkElement element = SK_ELEMENT_NONE;
    bool keep = sk_disarm_verdict(self, SK_ELEMENT_TEXT_INVISIBLE) == SK_VERDICT_KEPT;

    if (!sk_zip_open(package, &self->job->limits, &state.zip, &element, error))
        return false;
    state.out = sk_text_out(self->sink, keep);
    state.flow = sk_text_flow_new(&state.out);
    if (!extract_family(&state, type, error))
        return false;
    sk_text_out_finish(&state.out);
    return tell(self, SK_ELEMENT_TEXT_CONTROL, state.out.controls, error) &&
           tell(self, SK_ELEMENT_TEXT_BIDI, state.out.directions, error) &&
           tell(self, SK_ELEMENT_TEXT_INVISIBLE, state.out.invisibles, error) &&
           tell(self, SK_ELEMENT_PICTURE_LEFT_OUT, state.pictures, error);
}

static const SkDisarmRow *
rebuilding(SkType type)
{
    for (unsigned i = 0; i < sk_disarm_rows_count; i++) {
        if (sk_disarm_rows[i].type_in == type && sk_disarm_rows[i].level == SK_LEVEL_REBUILT)
            return &sk_disarm_rows[i];
    }
    return NULL;
}

bool
sk_office_text(SkDisarm *self, GError **error)
{
    const SkDisarmRow *row = rebuilding(self->report->type_in);
    g_autoptr(SkSink) sink = sk_sink_new_memory(self->job->limits.output);
    SkDisarm inner = *self;

    if (row == NULL || row->run == NULL)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "text: this content cannot be rebuilt");
    inner.sink = sink;
    if (!row->run(&inner, error) || !sk_sink_finish(sink, error))
        return false;
    self->expanded = inner.expanded;
    return sk_office_text_extract(self, row->type_out, sk_sink_memory(sink), error);
}
