/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-control.c - form controls, ActiveX controls and embedded objects do not come out, but what
 * they showed does. Excel keeps beside each of them a hidden shape in the sheet's drawing, in an
 * alternative that its number names (a14:compatExt): that shape is shown, with a mark before its
 * caption for a box that is ticked or not, or a picture in its place.
 */
#include "disarm/xlsx.h"

#include <string.h>

#define SHAPES_MAX 65536u
#define SPID "_x0000_s"

/* ---- what the sheet says ------------------------------------------------------------------- */

unsigned
sk_xlsx_controls(SkOoxmlFilter *filter)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    GPtrArray *sets = sk_xlsx_book(filter)->controls;

    if (part->controls == 0) {
        SkXlsxControls *set = g_new0(SkXlsxControls, 1);
        set->shapes = g_hash_table_new_full(NULL, NULL, NULL, g_free);
        set->shown = g_hash_table_new(NULL, NULL);
        g_ptr_array_add(sets, set);
        part->controls = sets->len;
    }
    return part->controls;
}

void
sk_xlsx_controls_free(void *self)
{
    SkXlsxControls *set = self;

    g_hash_table_unref(set->shapes);
    g_hash_table_unref(set->shown);
    g_clear_pointer(&set->objects, g_array_unref);
    g_free(set);
}

SkXlsxControls *
sk_xlsx_controls_at(const SkOoxmlFilter *filter, unsigned index)
{
    return sk_xlsx_book(filter)->controls->pdata[index - 1];
}

static SkXlsxControl *
control_of(SkOoxmlFilter *filter, uint32_t shape)
{
    GHashTable *set = sk_xlsx_controls_at(filter, sk_xlsx_controls(filter))->shapes;
    SkXlsxControl *control = g_hash_table_lookup(set, GUINT_TO_POINTER(shape));

    if (control == NULL && g_hash_table_size(set) < SHAPES_MAX) {
        control = g_new0(SkXlsxControl, 1);
        control->mark = "";
        g_hash_table_insert(set, GUINT_TO_POINTER(shape), control);
    }
    return control;
}

static const SkZipEntry *
entry_of(SkOoxmlFilter *filter, SkSpan id, SkOoxmlKind kind)
{
    g_autofree char *key = sk_span_dup(id);
    const SkOoxmlRel *rel = g_hash_table_lookup(filter->run->by_id, key);

    if (rel == NULL || rel->external || rel->kind != kind)
        return NULL;
    return sk_ooxml_lookup(filter->document->package, rel->target);
}

/* The root of a control's properties. */
static bool
look_at_control(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                GError **error)
{
    const char **mark = user;
    SkSpan type = sk_ooxml_value(attrs, n, SK_AT_objectType);
    bool on = sk_span_is(sk_ooxml_value(attrs, n, SK_AT_checked), "Checked");

    (void)symbol, (void)error;
    if (depth == 1 && sk_span_is(type, "CheckBox"))
        *mark = on ? "☑ " : "☐ ";
    if (depth == 1 && sk_span_is(type, "Radio"))
        *mark = on ? "◉ " : "○ ";
    return true;
}

void
sk_xlsx_dropped(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    SkSpan id = sk_ooxml_value(attrs, n, SK_AT_r_id);
    g_autoptr(GError) ignored = NULL; /* what cannot be read has no mark */

    if (filter->part->kind != SK_OOXML_WORKSHEET)
        return;
    if (symbol == SK_EL_control || symbol == SK_EL_oleObject) {
        if (!sk_xlsx_whole(sk_ooxml_value(attrs, n, SK_AT_shapeId), &part->object))
            part->object = 0;
    }
    if (part->object == 0)
        return;
    SkXlsxControl *control = NULL;
    if (symbol == SK_EL_control || symbol == SK_EL_objectPr || symbol == SK_EL_controlPr)
        control = control_of(filter, part->object);
    if (control == NULL)
        return;
    if (symbol != SK_EL_control) {
        const SkZipEntry *picture = entry_of(filter, id, SK_OOXML_IMAGE);
        control->picture = picture != NULL ? picture : control->picture;
        return;
    }
    const SkZipEntry *properties = entry_of(filter, id, SK_OOXML_OTHER);
    if (properties != NULL && control->mark[0] == '\0')
        (void)!sk_ooxml_scan(filter->document, properties, look_at_control, &control->mark,
                             &ignored);
}

/* ---- what the drawing holds ----------------------------------------------------------------- */

typedef struct {
    GArray *shapes; /* borrowed */
    bool inside;    /* of an alternative, in its first Choice */
} Shapes;

static bool
look_for_shapes(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                GError **error)
{
    Shapes *self = user;
    SkSpan id = sk_ooxml_value(attrs, n, SK_AT_spid);
    uint32_t number = 0;

    if (depth == 2) {
        self->inside = symbol == SK_EL_mc_AlternateContent;
        if (self->inside)
            g_array_append_val(self->shapes, number);
    } else if (depth == 3 && self->inside) {
        self->inside = symbol == SK_EL_mc_Choice;
    }
    if (self->shapes->len > SHAPES_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "xlsx: too many shapes");
    if (!self->inside || symbol != SK_EL_a14_compatExt || !sk_span_starts(id, SPID) ||
        !sk_xlsx_whole(sk_span_sub(id, strlen(SPID), id.n - strlen(SPID)), &number))
        return true;
    uint32_t *shape = &g_array_index(self->shapes, uint32_t, self->shapes->len - 1);
    if (*shape == 0)
        *shape = number;
    return true;
}

void
sk_xlsx_open_shapes(SkOoxmlFilter *filter)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    Shapes shapes = { .shapes = part->shapes };
    g_autoptr(GError) ignored = NULL;

    part->controls = filter->part->note;
    if (part->controls > 0 && filter->part->entry != NULL &&
        !sk_ooxml_scan(filter->document, filter->part->entry, look_for_shapes, &shapes, &ignored))
        g_array_set_size(part->shapes, 0);
}

/* ---- showing it ---------------------------------------------------------------------------- */

/* The alternative that stands for a control is taken, whatever it requires. */
static void
start_choice(SkOoxmlFilter *filter, SkOoxmlStart *ret)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    SkOoxmlFrame *alternate = &filter->frames[filter->depth - 2];

    *ret = SK_OOXML_USUAL;
    part->control = NULL;
    if (filter->depth != 3 || alternate->kind != SK_FRAME_ALTERNATE || alternate->done ||
        part->alternative == 0 || part->alternative > part->shapes->len)
        return;
    part->shape = g_array_index(part->shapes, uint32_t, part->alternative - 1);
    SkXlsxControls *set = sk_xlsx_controls_at(filter, part->controls);
    part->control = g_hash_table_lookup(set->shapes, GUINT_TO_POINTER(part->shape));
    if (part->control == NULL)
        return;
    g_hash_table_add(set->shown, GUINT_TO_POINTER(part->shape));
    part->marked = false;
    alternate->done = true;
    sk_ooxml_through(filter);
    *ret = SK_OOXML_DONE;
}

bool
sk_xlsx_write_picture(SkOoxmlFilter *filter, uint32_t shape, const SkZipEntry *picture,
                      GError **error)
{
    static const char before[] = " x=\"0\" y=\"0\"", size[] = " cx=\"0\" cy=\"0\"";
    SkXmlWriter *out = filter->out;
    unsigned number = 0;
    g_autofree char *names = g_strdup_printf(" id=\"%u\" name=\"\"", shape);

    if (!sk_ooxml_refer_entry(filter, picture, SK_OOXML_IMAGE, &number, error))
        return false;
    if (number == 0 && !sk_ooxml_refer_standin(filter, &number, error))
        return false;
    sk_xml_writer_start(out, "xdr:pic");
    sk_xml_writer_start(out, "xdr:nvPicPr");
    sk_ooxml_write_empty(filter, "xdr:cNvPr", names);
    sk_ooxml_write_empty(filter, "xdr:cNvPicPr", "");
    sk_xml_writer_end(out, "xdr:nvPicPr");
    sk_xml_writer_start(out, "xdr:blipFill");
    sk_xml_writer_start(out, "a:blip");
    sk_ooxml_write_id(filter, "r:embed", number);
    sk_xml_writer_end(out, "a:blip");
    sk_xml_writer_start(out, "a:stretch");
    sk_ooxml_write_empty(filter, "a:fillRect", "");
    sk_xml_writer_end(out, "a:stretch");
    sk_xml_writer_end(out, "xdr:blipFill");
    sk_xml_writer_start(out, "xdr:spPr");
    sk_xml_writer_start(out, "a:xfrm");
    sk_ooxml_write_empty(filter, "a:off", before);
    sk_ooxml_write_empty(filter, "a:ext", size);
    sk_xml_writer_end(out, "a:xfrm");
    sk_xml_writer_start(out, "a:prstGeom");
    sk_xml_writer_attr(out, "prst", sk_span_str("rect"));
    sk_ooxml_write_empty(filter, "a:avLst", "");
    sk_xml_writer_end(out, "a:prstGeom");
    sk_xml_writer_end(out, "xdr:spPr");
    sk_xml_writer_end(out, "xdr:pic");
    return true;
}

static bool
start_shape(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    const SkXlsxPart *part = sk_xlsx_part(filter);

    if (sk_ooxml_value(attrs, n, SK_AT_macro).n > 0)
        sk_ooxml_count(filter, SK_ELEMENT_VBA_PROJECT);
    if (part->control->picture != NULL) {
        sk_ooxml_drop(filter, SK_ELEMENT_NONE);
        return sk_xlsx_write_picture(filter, part->shape, part->control->picture, error);
    }
    filter->kept_n = 0;
    sk_ooxml_write_kept(filter, SK_EL_xdr_sp);
    return true;
}

/* Without what hides it. */
static bool
start_properties(SkOoxmlFilter *filter, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    unsigned left = 0;

    if (!sk_ooxml_filter_attrs(filter, SK_EL_xdr_cNvPr, attrs, n, error))
        return false;
    for (unsigned i = 0; i < filter->kept_n; i++) {
        if (filter->kept[i].symbol != SK_AT_hidden)
            filter->kept[left++] = filter->kept[i];
    }
    filter->kept_n = left;
    sk_ooxml_write_kept(filter, SK_EL_xdr_cNvPr);
    return true;
}

bool
sk_xlsx_is_control(const SkOoxmlFilter *filter)
{
    return sk_xlsx_part(filter)->control != NULL && filter->depth > 3 &&
           filter->frames[1].symbol == SK_EL_mc_AlternateContent;
}

bool
sk_xlsx_start_control(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                      SkOoxmlStart *ret, GError **error)
{
    SkXlsxPart *part = sk_xlsx_part(filter);

    *ret = SK_OOXML_USUAL;
    if (filter->part->kind != SK_OOXML_DRAWING)
        return true;
    if (symbol == SK_EL_mc_AlternateContent) {
        part->alternative += filter->depth == 2;
        return true;
    }
    if (symbol == SK_EL_mc_Choice) {
        start_choice(filter, ret);
        return true;
    }
    if (!sk_xlsx_is_control(filter))
        return true;
    *ret = SK_OOXML_DONE;
    if (symbol == SK_EL_xdr_sp)
        return start_shape(filter, attrs, n, error);
    if (symbol == SK_EL_xdr_cNvPr)
        return start_properties(filter, attrs, n, error);
    if (!sk_ooxml_keep(filter, symbol, attrs, n, 0, error))
        return false;
    if (!part->marked)
        sk_xml_writer_text(filter->out, sk_span_str(part->control->mark));
    part->marked = true;
    return true;
}
