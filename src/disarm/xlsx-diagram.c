/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-diagram.c - SmartArt as a group of ordinary shapes in the frame's place: the drawing that
 * Excel keeps beside the data goes through the same filter as the sheet's own, its elements under
 * their names there. Excel leaves the frame's size to the anchor, so that the room of the shapes
 * must be found from the shapes themselves.
 */
#include "disarm/xlsx.h"

#define DIGITS_MAX 14u   /* the largest coordinate of DrawingML has so many */
#define NUMBERS 1000000u /* of shapes of one diagram, away from those that Excel counts */

/* ---- the room of the shapes ---------------------------------------------------------------- */

typedef struct {
    bool shape, place; /* inside of the properties of a shape, of its a:xfrm */
    int64_t off[2];    /* of the shape at hand */
    bool known;        /* at least one shape */
    int64_t low[2], high[2];
} Room;

static bool
coordinate(SkSpan s, int64_t *ret)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    int64_t value = 0;

    if (s.n <= negative || s.n > DIGITS_MAX + negative)
        return false;
    for (size_t i = negative; i < s.n; i++) {
        if (!g_ascii_isdigit(s.p[i]))
            return false;
        value = value * 10 + (s.p[i] - '0');
    }
    *ret = negative ? -value : value;
    return true;
}

static void
add_shape(Room *room, const int64_t size[2])
{
    for (unsigned i = 0; i < 2; i++) {
        int64_t end = room->off[i] + MAX(size[i], 0);
        room->low[i] = room->known ? MIN(room->low[i], room->off[i]) : room->off[i];
        room->high[i] = room->known ? MAX(room->high[i], end) : end;
    }
    room->known = true;
}

static bool
look_at_shape(void *user, unsigned depth, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
              GError **error)
{
    Room *room = user;
    bool off = symbol == SK_EL_a_off;
    int64_t pair[2];

    (void)error;
    if (depth <= 4)
        room->shape = depth == 4 && (symbol == SK_EL_dsp_spPr || symbol == SK_EL_dsp_grpSpPr);
    if (depth <= 5)
        room->place = depth == 5 && room->shape && symbol == SK_EL_a_xfrm;
    if (depth != 6 || !room->place || !(off || symbol == SK_EL_a_ext) ||
        !coordinate(sk_ooxml_value(attrs, n, off ? SK_AT_x : SK_AT_cx), &pair[0]) ||
        !coordinate(sk_ooxml_value(attrs, n, off ? SK_AT_y : SK_AT_cy), &pair[1]))
        return true;
    if (!off) {
        add_shape(room, pair);
        room->place = false; /* a place has one size */
        return true;
    }
    room->off[0] = pair[0];
    room->off[1] = pair[1];
    return true;
}

/* A diagram stands in the middle of its frame: the margin before its shapes is also behind them. */
static void
add_margins(Room *room)
{
    for (unsigned i = 0; i < 2; i++) {
        if (room->low[i] <= 0)
            continue;
        room->high[i] += room->low[i];
        room->low[i] = 0;
    }
}

/* Does the frame say how large it is? */
static bool
has_size(const SkOoxmlRun *run)
{
    int64_t size = 0;

    for (unsigned i = 2; i < 4; i++) {
        if (run->placed < 2 || !coordinate(sk_span_str(run->place[i]), &size) || size <= 0)
            return false;
    }
    return true;
}

/* ---- the group ----------------------------------------------------------------------------- */

static void
write_pair(SkOoxmlFilter *filter, const char *name, const char *first, const char *second,
           const char *const values[2])
{
    sk_xml_writer_start(filter->out, name);
    sk_xml_writer_attr(filter->out, first, sk_span_str(values[0]));
    sk_xml_writer_attr(filter->out, second, sk_span_str(values[1]));
    sk_xml_writer_end(filter->out, name);
}

static void
write_place(SkOoxmlFilter *filter, const Room *room)
{
    const SkOoxmlRun *run = filter->run;
    bool placed = run->placed == 2, sized = has_size(run);
    char numbers[4][24];
    const char *off[2] = { placed ? run->place[0] : "0", placed ? run->place[1] : "0" };
    const char *from[2] = { numbers[0], numbers[1] }, *size[2] = { numbers[2], numbers[3] };

    for (unsigned i = 0; i < 2; i++) {
        g_snprintf(numbers[i], sizeof numbers[i], "%" G_GINT64_FORMAT, sized ? 0 : room->low[i]);
        g_snprintf(numbers[2 + i], sizeof numbers[i], "%" G_GINT64_FORMAT,
                   room->high[i] - room->low[i]);
        if (sized)
            size[i] = run->place[2 + i];
    }
    sk_xml_writer_start(filter->out, "xdr:grpSpPr");
    sk_xml_writer_start(filter->out, "a:xfrm");
    write_pair(filter, "a:off", "x", "y", off);
    write_pair(filter, "a:ext", "cx", "cy", size);
    write_pair(filter, "a:chOff", "x", "y", from);
    write_pair(filter, "a:chExt", "cx", "cy", size);
    sk_xml_writer_end(filter->out, "a:xfrm");
    sk_xml_writer_end(filter->out, "xdr:grpSpPr");
}

static void
write_names(SkOoxmlFilter *filter)
{
    const SkOoxmlRun *run = filter->run;
    SkXmlWriter *out = filter->out;

    sk_xml_writer_start(out, "xdr:nvGrpSpPr");
    sk_xml_writer_start(out, "xdr:cNvPr");
    if (run->descr != NULL)
        sk_xml_writer_attr(out, "descr", sk_span_str(run->descr));
    sk_xml_writer_attr(out, "id", sk_span_str(run->id != NULL ? run->id : "0"));
    sk_xml_writer_attr(out, "name", sk_span_str(run->name != NULL ? run->name : ""));
    sk_xml_writer_end(out, "xdr:cNvPr");
    sk_ooxml_write_empty(filter, "xdr:cNvGrpSpPr", "");
    sk_xml_writer_end(out, "xdr:nvGrpSpPr");
}

bool
sk_xlsx_diagram(SkOoxmlFilter *filter, const SkZipEntry *drawing, GError **error)
{
    SkXlsxPart *part = sk_xlsx_part(filter), inner = { 0 };
    Room room = { .known = false };

    if (!sk_ooxml_scan(filter->document, drawing, look_at_shape, &room, error))
        return false;
    add_margins(&room);
    if (!room.known ||
        (!has_size(filter->run) && (room.high[0] <= room.low[0] || room.high[1] <= room.low[1])))
        return true;
    sk_ooxml_replace_frame(filter);
    sk_xlsx_part_init(&inner);
    inner.diagram = ++part->diagrams;
    sk_xml_writer_start(filter->out, "xdr:grpSp");
    write_names(filter);
    write_place(filter, &room);
    bool ok = sk_ooxml_include(filter, drawing, SK_EL_dsp_drawing, &inner, error);
    sk_xml_writer_end(filter->out, "xdr:grpSp");
    sk_xlsx_part_clear(&inner);
    return ok;
}

/* ---- the drawing --------------------------------------------------------------------------- */

static const char *
name_of(SkXmlSymbol symbol)
{
    switch (symbol) {
    case SK_EL_dsp_sp:
        return "xdr:sp";
    case SK_EL_dsp_grpSp:
        return "xdr:grpSp";
    case SK_EL_dsp_nvSpPr:
        return "xdr:nvSpPr";
    case SK_EL_dsp_nvGrpSpPr:
        return "xdr:nvGrpSpPr";
    case SK_EL_dsp_cNvSpPr:
        return "xdr:cNvSpPr";
    case SK_EL_dsp_cNvGrpSpPr:
        return "xdr:cNvGrpSpPr";
    case SK_EL_dsp_spPr:
        return "xdr:spPr";
    case SK_EL_dsp_grpSpPr:
        return "xdr:grpSpPr";
    case SK_EL_dsp_style:
        return "xdr:style";
    case SK_EL_dsp_txBody:
        return "xdr:txBody";
    case SK_EL_dsp_cNvPr:
        return "xdr:cNvPr";
    default:
        return NULL;
    }
}

static void
write_id(SkOoxmlFilter *filter, SkSpan name)
{
    SkXlsxPart *part = sk_xlsx_part(filter);
    char id[24];

    g_snprintf(id, sizeof id, "%" G_GUINT64_FORMAT,
               (uint64_t)part->diagram * NUMBERS + ++part->diagram_shapes);
    sk_xml_writer_attr(filter->out, "id", sk_span_str(id));
    sk_xml_writer_attr(filter->out, "name",
                       sk_ooxml_value_is(SK_VALUE_S, name) ? name : SK_SPAN_EMPTY);
}

void
sk_xlsx_start_diagram(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    bool outer = sk_ooxml_parent(filter) == SK_EL_dsp_spTree &&
                 (symbol == SK_EL_dsp_nvGrpSpPr || symbol == SK_EL_dsp_grpSpPr);
    const char *name = name_of(symbol);

    if (sk_xlsx_part(filter)->diagram == 0) {
        sk_ooxml_drop(filter, SK_ELEMENT_UNKNOWN_PART);
    } else if (symbol == SK_EL_dsp_spTree) {
        sk_ooxml_through(filter);
    } else if (name == NULL || outer) {
        sk_ooxml_drop(filter, SK_ELEMENT_NONE); /* the group around them all is the frame's */
    } else {
        sk_ooxml_start_as(filter, name);
        if (symbol == SK_EL_dsp_cNvPr)
            write_id(filter, sk_ooxml_value(attrs, n, SK_AT_name));
    }
}
