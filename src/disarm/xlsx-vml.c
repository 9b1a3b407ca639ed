/* SPDX-License-Identifier: Apache-2.0
 *
 * xlsx-vml.c - VML drawings: the boxes of notes, pictures of objects, and pictures in headers and
 * footers. What Excel wrote is read for a few numbers, and a drawing of our own is written from
 * these.
 */
#include "disarm/xlsx.h"

#include "disarm/ooxml-names.h"

#include <string.h>

#define VML_URI "urn:schemas-microsoft-com:vml"
#define OFFICE_URI "urn:schemas-microsoft-com:office:office"
#define EXCEL_URI "urn:schemas-microsoft-com:office:excel"
#define ANCHOR_LAST 1048575u
#define TEXT_MAX 256u
#define SHAPES_MAX 65536u
#define SPID "_x0000_s"
#define PIXELS_MAX 65535u /* in a column or row; Excel's own are smaller */
#define PLACES_MAX 18u

/* ---- reading ------------------------------------------------------------------------------- */

enum {
    E_SHAPE = 1,
    E_IMAGEDATA,
    E_CLIENT_DATA,
    E_ANCHOR,
    E_ROW,
    E_COLUMN,
    E_VISIBLE,
    A_ID,
    A_STYLE,
    A_RELID,
    A_OBJECT_TYPE
};

typedef struct {
    SkXlsxCell cell; /* from 1; 0: not said */
    uint32_t anchor[8];
    bool anchored;
    bool visible;
} Box;

typedef struct {
    GHashTable *boxes;  /* owned or NULL: cell → Box *, owned */
    GArray *pictures;   /* borrowed or NULL: of SkXlsxPicture */
    GArray *objects;    /* borrowed or NULL: of SkXlsxObject */
    GString *text;      /* owned: of the element that is open */
    SkXmlSymbol taking; /* it */
    Box box;
    char id[32], style[TEXT_MAX], image[64]; /* of the shape that is open */
    unsigned others;                         /* shapes that are nothing of these */
    unsigned shapes;
    bool note, object; /* what it is */
} Vml;

static SkXmlSymbol
vml_element(void *user, SkSpan uri, SkSpan local)
{
    static const struct {
        const char *uri, *local;
        SkXmlSymbol symbol;
    } known[] = {
        { VML_URI, "shape", E_SHAPE },
        { VML_URI, "imagedata", E_IMAGEDATA },
        { EXCEL_URI, "ClientData", E_CLIENT_DATA },
        { EXCEL_URI, "Anchor", E_ANCHOR },
        { EXCEL_URI, "Row", E_ROW },
        { EXCEL_URI, "Column", E_COLUMN },
        { EXCEL_URI, "Visible", E_VISIBLE },
    };

    (void)user;
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (sk_span_is(uri, known[i].uri) && sk_span_is(local, known[i].local))
            return known[i].symbol;
    }
    return 0;
}

static SkXmlSymbol
vml_attribute(void *user, SkSpan uri, SkSpan local)
{
    (void)user;
    if (sk_span_is(uri, OFFICE_URI))
        return sk_span_is(local, "relid") ? A_RELID : 0;
    if (uri.n > 0)
        return 0;
    return sk_span_is(local, "id")           ? A_ID
           : sk_span_is(local, "style")      ? A_STYLE
           : sk_span_is(local, "ObjectType") ? A_OBJECT_TYPE
                                             : 0;
}

static void
copy(char *to, size_t room, SkSpan from)
{
    g_snprintf(to, room, "%.*s", (int)MIN(from.n, room - 1), (const char *)from.p);
}

/* "width:12.5pt" of a style as "12.5"; 72 where it is not said in points. */
static void
take_length(const char *style, const char *what, char to[12])
{
    const char *at = strstr(style, what);
    size_t n = 0;

    g_strlcpy(to, "72", 12);
    if (at == NULL)
        return;
    at += strlen(what);
    size_t whole = strspn(at, "0123456789");
    n = whole;
    if (at[n] == '.')
        n += 1 + strspn(at + n + 1, "0123456789");
    if (whole < 1 || whole > 4 || at[0] == '0' || strncmp(at + n, "pt", 2) != 0)
        return;
    size_t fraction = n - whole;
    n = fraction < 2 ? whole : MIN(n, whole + 5);
    copy(to, 12, sk_span(at, n));
}

static bool
is_place_name(const char *id)
{
    static const char *const places[] = { "LH", "CH", "RH", "LF", "CF", "RF" };
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        if (g_str_has_prefix(id, places[i]))
            return id[2] == '\0' || strcmp(id + 2, "EVEN") == 0 || strcmp(id + 2, "FIRST") == 0;
    }
    return false;
}

static bool
has_place(const GArray *pictures, const char *place)
{
    for (unsigned i = 0; i < pictures->len; i++) {
        if (strcmp(g_array_index(pictures, SkXlsxPicture, i).place, place) == 0)
            return true;
    }
    return false;
}

static void
add_picture(Vml *self, SkSpan id)
{
    SkXlsxPicture picture = { .id = NULL };

    if (id.n == 0 || !is_place_name(self->id) || self->pictures->len >= PLACES_MAX ||
        has_place(self->pictures, self->id))
        return;
    copy(picture.place, sizeof picture.place, sk_span_str(self->id));
    take_length(self->style, "width:", picture.width);
    take_length(self->style, "height:", picture.height);
    picture.id = sk_span_dup(id);
    g_array_append_val(self->pictures, picture);
}

static bool
vml_start(void *user, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Vml *self = user;

    switch (symbol) {
    case E_SHAPE:
        if (++self->shapes > SHAPES_MAX)
            return sk_throw(error, SK_ERROR_LIMIT, "xlsx: too many shapes");
        copy(self->id, sizeof self->id, sk_ooxml_value(attrs, n, A_ID));
        copy(self->style, sizeof self->style, sk_ooxml_value(attrs, n, A_STYLE));
        self->box = (Box){ .anchored = false };
        self->note = self->object = false;
        self->image[0] = '\0';
        break;
    case E_IMAGEDATA:
        if (self->pictures != NULL)
            add_picture(self, sk_ooxml_value(attrs, n, A_RELID));
        if (sk_ooxml_value(attrs, n, A_RELID).n < sizeof self->image)
            copy(self->image, sizeof self->image, sk_ooxml_value(attrs, n, A_RELID));
        break;
    case E_CLIENT_DATA:
        self->note = sk_span_is(sk_ooxml_value(attrs, n, A_OBJECT_TYPE), "Note");
        self->object = sk_span_is(sk_ooxml_value(attrs, n, A_OBJECT_TYPE), "Pict");
        self->others += !self->note;
        break;
    case E_ANCHOR:
    case E_ROW:
    case E_COLUMN:
    case E_VISIBLE:
        self->taking = symbol;
        g_string_truncate(self->text, 0);
        break;
    default:
        break;
    }
    return true;
}

static bool
take_anchor(const char *text, uint32_t anchor[8])
{
    g_auto(GStrv) pieces = g_strsplit(text, ",", 9);

    for (unsigned i = 0; i < 8; i++) {
        if (pieces[i] == NULL || !sk_xlsx_whole(sk_span_str(g_strstrip(pieces[i])), &anchor[i]) ||
            anchor[i] > ANCHOR_LAST)
            return false;
    }
    return pieces[8] == NULL;
}

static void
take_text(Vml *self, SkXmlSymbol symbol)
{
    SkSpan text = sk_span_str(g_strstrip(self->text->str));
    uint32_t number = 0;

    if (symbol == E_ANCHOR)
        self->box.anchored = take_anchor(self->text->str, self->box.anchor);
    else if (symbol == E_VISIBLE)
        self->box.visible = !sk_span_is(text, "False") && !sk_span_is(text, "f");
    else if (sk_xlsx_whole(text, &number) && number < SK_XLSX_ROWS)
        *(symbol == E_ROW ? &self->box.cell.row : &self->box.cell.column) = number + 1;
}

static gpointer
key_of(SkXlsxCell cell)
{
    return GSIZE_TO_POINTER((gsize)(cell.row - 1) * SK_XLSX_ROWS + cell.column);
}

/* Does it have a place within the sheet, the one corner before the other? */
static bool
is_placed(const uint32_t a[8])
{
    return a[0] <= a[4] && a[4] < SK_XLSX_COLUMNS && a[2] <= a[6] && a[6] < SK_XLSX_ROWS &&
           MAX(MAX(a[1], a[3]), MAX(a[5], a[7])) <= PIXELS_MAX;
}

static void
add_object(Vml *self)
{
    SkXlsxObject object = { .shape = 0 };
    SkSpan id = sk_span_str(self->id);

    if (!self->box.anchored || !is_placed(self->box.anchor) || self->image[0] == '\0' ||
        strstr(self->style, "visibility:hidden") != NULL || !sk_span_starts(id, SPID) ||
        !sk_xlsx_whole(sk_span_sub(id, strlen(SPID), id.n - strlen(SPID)), &object.shape))
        return;
    for (unsigned i = 0; i < G_N_ELEMENTS(object.anchor); i++)
        object.anchor[i] = self->box.anchor[i];
    object.id = g_strdup(self->image);
    g_array_append_val(self->objects, object);
}

static bool
vml_end(void *user, SkXmlSymbol symbol, GError **error)
{
    Vml *self = user;

    (void)error;
    if (symbol != 0 && symbol == self->taking) {
        take_text(self, symbol);
        self->taking = 0;
    }
    if (symbol == E_CLIENT_DATA && self->note && self->boxes != NULL && self->box.cell.row > 0 &&
        self->box.cell.column > 0)
        g_hash_table_insert(self->boxes, key_of(self->box.cell),
                            g_memdup2(&self->box, sizeof self->box));
    if (symbol == E_CLIENT_DATA && self->object && self->objects != NULL)
        add_object(self);
    return true;
}

static bool
vml_text(void *user, SkSpan text, GError **error)
{
    Vml *self = user;

    (void)error;
    if (self->taking != 0 && self->text->len < TEXT_MAX)
        g_string_append_len(self->text, (const char *)text.p, (gssize)text.n);
    return true;
}

/* VML need not be well-formed; what can be read of it is used. */
static bool
read_vml(SkOoxmlDocument *document, const SkZipEntry *entry, Vml *vml, GError **error)
{
    static const SkXmlHandler handler = { vml_element, vml_attribute, vml_start,
                                          vml_end,     vml_text,      NULL };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, vml);
    g_autoptr(GError) failure = NULL;

    vml->text = g_string_new(NULL);
    bool ok = sk_ooxml_parse(document->package, entry, reader, &failure);
    g_string_free(vml->text, TRUE);
    if (ok || g_error_matches(failure, SK_ERROR, SK_ERROR_MALFORMED))
        return true;
    g_propagate_error(error, g_steal_pointer(&failure));
    return false;
}

/* @ret: (transfer full): by the relationship's id, the pictures that the drawing refers to. */
static bool
find_images(SkOoxmlDocument *document, const SkZipEntry *entry, GHashTable **ret, GError **error)
{
    g_autoptr(GArray) rels = NULL;

    if (!sk_ooxml_relationships(document->package, entry, &rels, error))
        return false;
    *ret = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < rels->len; i++) {
        const SkOoxmlRel *rel = &g_array_index(rels, SkOoxmlRel, i);
        const SkZipEntry *image = rel->external || rel->kind != SK_OOXML_IMAGE
                                      ? NULL
                                      : sk_ooxml_lookup(document->package, rel->target);
        if (image != NULL)
            g_hash_table_insert(*ret, g_strdup(rel->id), (void *)(uintptr_t)image);
    }
    return true;
}

/* ---- notes and objects ---------------------------------------------------------------------- */

static void
object_clear(void *p)
{
    g_free(((SkXlsxObject *)p)->id);
}

static bool
find_pictures(SkOoxmlDocument *document, const SkZipEntry *entry, GArray *objects, GError **error)
{
    g_autoptr(GHashTable) images = NULL;

    if (objects->len == 0)
        return true;
    if (!find_images(document, entry, &images, error))
        return false;
    for (unsigned i = objects->len; i-- > 0;) {
        SkXlsxObject *object = &g_array_index(objects, SkXlsxObject, i);
        object->picture = g_hash_table_lookup(images, object->id);
        if (object->picture == NULL)
            g_array_remove_index(objects, i);
    }
    return true;
}

bool
sk_xlsx_legacy(SkOoxmlDocument *document, const SkZipEntry *entry, SkXlsxLegacy *ret,
               GError **error)
{
    g_autoptr(GHashTable) boxes = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    g_autoptr(GArray) objects = g_array_new(FALSE, TRUE, sizeof(SkXlsxObject));
    Vml vml = { .boxes = boxes, .objects = objects };

    g_array_set_clear_func(objects, object_clear);
    if (!read_vml(document, entry, &vml, error) || !find_pictures(document, entry, objects, error))
        return false;
    *ret = (SkXlsxLegacy){ .others = vml.others };
    ret->boxes = g_steal_pointer(&boxes);
    ret->objects = g_steal_pointer(&objects);
    return true;
}

/* ---- pictures in headers and footers -------------------------------------------------------- */

static void
picture_clear(void *p)
{
    g_free(((SkXlsxPicture *)p)->id);
}

/* Those that lead to a picture. */
static bool
keep_shown(SkOoxmlDocument *document, const SkZipEntry *entry, GArray *pictures, GError **error)
{
    g_autoptr(GHashTable) images = NULL;

    if (!find_images(document, entry, &images, error))
        return false;
    for (unsigned i = pictures->len; i-- > 0;) {
        if (g_hash_table_lookup(images, g_array_index(pictures, SkXlsxPicture, i).id) == NULL)
            g_array_remove_index(pictures, i);
    }
    return true;
}

bool
sk_xlsx_pictures(SkOoxmlDocument *document, const SkZipEntry *entry, const GArray **ret,
                 GError **error)
{
    SkXlsx *book = document->own;
    GArray *pictures = g_hash_table_lookup(book->pictures, entry);

    if (pictures == NULL) {
        pictures = g_array_new(FALSE, TRUE, sizeof(SkXlsxPicture));
        g_array_set_clear_func(pictures, picture_clear);
        g_hash_table_insert(book->pictures, (void *)(uintptr_t)entry, pictures);
        Vml vml = { .pictures = pictures };
        if (!read_vml(document, entry, &vml, error) ||
            !keep_shown(document, entry, pictures, error))
            return false;
    }
    *ret = pictures;
    return true;
}

/* ---- writing ------------------------------------------------------------------------------- */

typedef struct {
    SkXmlWriter *out;
    unsigned number; /* of the drawing */
} Writer;

static void
start(const Writer *w, const char *name, const char *attributes)
{
    sk_xml_writer_start(w->out, name);
    if (attributes[0] != '\0')
        sk_xml_writer_raw(w->out, attributes);
}

static void
empty(const Writer *w, const char *name, const char *attributes)
{
    start(w, name, attributes);
    sk_xml_writer_end(w->out, name);
}

static void
text(const Writer *w, const char *name, const char *content)
{
    start(w, name, "");
    sk_xml_writer_text(w->out, sk_span_str(content));
    sk_xml_writer_end(w->out, name);
}

static void
begin(const Writer *w)
{
    g_autofree char *idmap = g_strdup_printf(" data=\"%u\" v:ext=\"edit\"", w->number);

    sk_xml_writer_declaration(w->out);
    start(w, "xml",
          " xmlns:v=\"" VML_URI "\" xmlns:o=\"" OFFICE_URI "\" xmlns:x=\"" EXCEL_URI "\"");
    start(w, "o:shapelayout", " v:ext=\"edit\"");
    empty(w, "o:idmap", idmap);
    sk_xml_writer_end(w->out, "o:shapelayout");
}

static void
write_box(const Writer *w, unsigned index, SkXlsxCell cell, const Box *box)
{
    uint32_t row = cell.row - 1, column = cell.column - 1;
    Box usual = { .anchor = { column + 1, 15, row, 2, column + 3, 15, row + 4, 16 } };
    const uint32_t *a = box != NULL && box->anchored ? box->anchor : usual.anchor;
    bool visible = box != NULL && box->visible;
    g_autofree char *attributes = g_strdup_printf(
        " fillcolor=\"#ffffe1\" id=\"_x0000_s%u\" o:insetmode=\"auto\" "
        "style=\"position:absolute;margin-left:0;margin-top:0;width:108pt;height:60pt;z-index:1;"
        "visibility:%s\" type=\"#_x0000_t202\"",
        1024 * w->number + index, visible ? "visible" : "hidden");
    g_autofree char *anchor =
        g_strdup_printf("%u, %u, %u, %u, %u, %u, %u, %u", a[0], a[1], MIN(a[2], ANCHOR_LAST), a[3],
                        a[4], a[5], MIN(a[6], ANCHOR_LAST), a[7]);
    g_autofree char *r = g_strdup_printf("%u", row);
    g_autofree char *c = g_strdup_printf("%u", column);

    start(w, "v:shape", attributes);
    empty(w, "v:fill", " color2=\"#ffffe1\"");
    empty(w, "v:shadow", " color=\"black\" obscured=\"t\" on=\"t\"");
    empty(w, "v:path", " o:connecttype=\"none\"");
    empty(w, "v:textbox", " style=\"mso-direction-alt:auto\"");
    start(w, "x:ClientData", " ObjectType=\"Note\"");
    empty(w, "x:MoveWithCells", "");
    empty(w, "x:SizeWithCells", "");
    text(w, "x:Anchor", anchor);
    text(w, "x:AutoFill", "False");
    text(w, "x:Row", r);
    text(w, "x:Column", c);
    if (visible)
        empty(w, "x:Visible", "");
    sk_xml_writer_end(w->out, "x:ClientData");
    sk_xml_writer_end(w->out, "v:shape");
}

static void
make_notes(SkOoxmlFilter *filter, const Writer *w, const SkXlsxNotes *notes)
{
    for (unsigned i = 0; i < notes->others; i++)
        sk_ooxml_count(filter, SK_ELEMENT_VML_DRAWING);
    begin(w);
    start(w, "v:shapetype",
          " coordsize=\"21600,21600\" id=\"_x0000_t202\" o:spt=\"202\" "
          "path=\"m,l,21600r21600,l21600,xe\"");
    empty(w, "v:stroke", " joinstyle=\"miter\"");
    empty(w, "v:path", " gradientshapeok=\"t\" o:connecttype=\"rect\"");
    sk_xml_writer_end(w->out, "v:shapetype");
    for (unsigned i = 0; i < notes->cells->len; i++) {
        SkXlsxCell cell = g_array_index(notes->cells, SkXlsxCell, i);
        write_box(w, i + 1, cell,
                  notes->boxes == NULL ? NULL : g_hash_table_lookup(notes->boxes, key_of(cell)));
    }
    sk_xml_writer_end(w->out, "xml");
}

static bool
write_picture(SkOoxmlFilter *filter, const Writer *w, unsigned index, const SkXlsxPicture *picture,
              GError **error)
{
    unsigned number = 0;
    g_autofree char *attributes = g_strdup_printf(
        " id=\"%s\" o:spid=\"_x0000_s%u\" "
        "style=\"position:absolute;margin-left:0;margin-top:0;width:%spt;height:%spt;z-index:%u\" "
        "type=\"#_x0000_t75\"",
        picture->place, 1024 * w->number + index, picture->width, picture->height, index);

    if (!sk_ooxml_refer(filter, sk_span_str(picture->id), SK_OOXML_IMAGE, &number, NULL, error))
        return false;
    if (number == 0 && !sk_ooxml_refer_standin(filter, &number, error))
        return false;
    start(w, "v:shape", attributes);
    sk_xml_writer_start(w->out, "v:imagedata");
    sk_ooxml_write_id(filter, "o:relid", number);
    sk_xml_writer_raw(w->out, " o:title=\"\"");
    sk_xml_writer_end(w->out, "v:imagedata");
    empty(w, "o:lock", " rotation=\"t\" v:ext=\"edit\"");
    sk_xml_writer_end(w->out, "v:shape");
    return true;
}

static bool
make_pictures(SkOoxmlFilter *filter, const Writer *w, const GArray *pictures, GError **error)
{
    begin(w);
    start(w, "v:shapetype",
          " coordsize=\"21600,21600\" filled=\"f\" id=\"_x0000_t75\" o:preferrelative=\"t\" "
          "o:spt=\"75\" path=\"m@4@5l@4@11@9@11@9@5xe\" stroked=\"f\"");
    empty(w, "v:stroke", " joinstyle=\"miter\"");
    empty(w, "v:path", " gradientshapeok=\"t\" o:connecttype=\"rect\" o:extrusionok=\"f\"");
    empty(w, "o:lock", " aspectratio=\"t\" v:ext=\"edit\"");
    sk_xml_writer_end(w->out, "v:shapetype");
    for (unsigned i = 0; i < pictures->len; i++) {
        if (!write_picture(filter, w, i + 1, &g_array_index(pictures, SkXlsxPicture, i), error))
            return false;
    }
    sk_xml_writer_end(w->out, "xml");
    return true;
}

bool
sk_xlsx_make(SkOoxmlFilter *filter, GError **error)
{
    const SkXlsx *book = sk_xlsx_book(filter);
    unsigned note = filter->part->note;
    const GArray *pictures = NULL;
    Writer w = { .out = filter->out, .number = filter->part->number };

    if (filter->part->kind == SK_OOXML_DRAWING)
        return sk_xlsx_make_drawing(filter, error);
    if (note > 0) {
        make_notes(filter, &w, book->notes->pdata[note - 1]);
        return true;
    }
    return sk_xlsx_pictures(filter->document, filter->part->entry, &pictures, error) &&
           make_pictures(filter, &w, pictures, error);
}
