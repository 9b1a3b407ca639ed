/* SPDX-License-Identifier: Apache-2.0
 * ole2-look.c - contract in ole2-look.h. Sources: [MS-DOC] 2.5 (FIB), [MS-XLS] 2.4 (BOF,
 * BoundSheet8, FilePass, SupBook), [MS-PPT] 2.3 and 2.4.10, [MS-OLEDS], [MS-OVBA] 2.2. */
#include "disarm/ole2-look.h"

#include "base/reader.h"
#include "format/ole2.h"

#include <string.h>

#define FIB_WORD 0xa5ecu
#define FIB_WORD_95 0xa5dcu
#define FIB_LAST_95 0x0069u
#define FIB_ENCRYPTED 0x0100u

#define BIFF_BOF_2 0x0009u
#define BIFF_BOF_3 0x0209u
#define BIFF_BOF_4 0x0409u
#define BIFF_BOF 0x0809u
#define BIFF_EOF 0x000au
#define BIFF_FILEPASS 0x002fu
#define BIFF_BOUNDSHEET 0x0085u
#define BIFF_SUPBOOK 0x01aeu
#define BIFF_8 0x0600u
#define SHEET_XLM 1u
#define SUPBOOK_SELF 0x0401u
#define SUPBOOK_ADDIN 0x3a01u

#define PPT_CONTAINER 0xfu
#define PPT_VBA_INFO_ATOM 0x0400u
#define PPT_OLE_STORAGE 0x1011u
#define PPT_CURRENT_USER 0x0ff6u
#define PPT_TOKEN_ENCRYPTED 0xf3d1c4dfu

/* ---- noting -------------------------------------------------------------------------------- */

/* Whatever the policy would rather do with it inside a new document, here it goes, or refuses. */
static bool
note(SkDisarm *self, SkElement element, const char *place, uint32_t count, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;

    if (count == 0)
        return true;
    if (sk_disarm_verdict(self, element) == SK_VERDICT_REFUSED)
        return sk_disarm_found(self, element, sk_span_str(place), count, &verdict, error);
    sk_report_find(self->report, element, SK_ACTION_REMOVED, sk_span_str(place), count);
    return true;
}

static bool
refuse_locked(SkDisarm *self, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;

    if (!sk_disarm_found(self, SK_ELEMENT_ENCRYPTED_PACKAGE, SK_SPAN_EMPTY, 1, &verdict, error))
        return false;
    return sk_throw(error, SK_ERROR_ENCRYPTED, "old office: encrypted");
}

/* ---- streams and storages ------------------------------------------------------------------ */

/* (transfer full): where @entry stands, as STORAGE/STREAM. */
static char *
path_of(const SkOle2 *ole2, const SkOle2Entry *entry)
{
    char *path = g_strdup(entry->name);
    while (entry->parent != 0) {
        entry = sk_ole2_get(ole2, entry->parent);
        char *longer = g_strconcat(entry->name, "/", path, NULL);
        g_free(path);
        path = longer;
    }
    return path;
}

/* Word keeps each embedded object in a storage of its pool, Excel in the root under a name of its
 * own. */
static bool
is_object(const SkOle2 *ole2, const SkOle2Entry *entry)
{
    const SkOle2Entry *parent = sk_ole2_get(ole2, entry->parent);
    return entry->kind == SK_OLE2_STORAGE &&
           (strcmp(parent->name, "ObjectPool") == 0 || g_str_has_prefix(entry->name, "MBD") ||
            g_str_has_prefix(entry->name, "LNK"));
}

/* What a storage or stream of this name is; NONE for the ordinary ones. */
static SkElement
element_of(const SkOle2 *ole2, const SkOle2Entry *entry)
{
    static const struct {
        const char *name;
        SkOle2Kind kind;
        SkElement element;
    } names[] = {
        { "VBA", SK_OLE2_STORAGE, SK_ELEMENT_VBA_PROJECT },
        { "\001Ole10Native", SK_OLE2_STREAM, SK_ELEMENT_EMBEDDED_OBJECT },
        { "Equation Native", SK_OLE2_STREAM, SK_ELEMENT_EMBEDDED_OBJECT },
        { "\003OCXNAME", SK_OLE2_STREAM, SK_ELEMENT_ACTIVEX },
        { "\001CompObj", SK_OLE2_STREAM, SK_ELEMENT_NONE },
        { "Package", SK_OLE2_STREAM, SK_ELEMENT_EMBEDDED_OBJECT },
        { "MsoDataStore", SK_OLE2_STORAGE, SK_ELEMENT_CUSTOM_XML },
        { "_signatures", SK_OLE2_STREAM, SK_ELEMENT_DOCUMENT_SIGNATURE },
        { "_xmlsignatures", SK_OLE2_STORAGE, SK_ELEMENT_DOCUMENT_SIGNATURE },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (names[i].kind == entry->kind && g_ascii_strcasecmp(names[i].name, entry->name) == 0)
            return names[i].element;
    return is_object(ole2, entry) ? SK_ELEMENT_EMBEDDED_OBJECT : SK_ELEMENT_NONE;
}

/* Is it a part of an embedded object that is counted already? */
static bool
is_inside_object(const SkOle2 *ole2, const SkOle2Entry *entry)
{
    while (entry->parent != 0) {
        entry = sk_ole2_get(ole2, entry->parent);
        if (is_object(ole2, entry))
            return true;
    }
    return false;
}

static bool
note_entries(SkDisarm *self, const SkOle2 *ole2, GError **error)
{
    for (uint32_t i = 1; i < sk_ole2_count(ole2); i++) {
        const SkOle2Entry *entry = sk_ole2_get(ole2, i);
        SkElement element = element_of(ole2, entry);
        if (element == SK_ELEMENT_NONE ||
            (element == SK_ELEMENT_EMBEDDED_OBJECT && is_inside_object(ole2, entry)))
            continue;
        g_autofree char *path = path_of(ole2, entry);
        if (!note(self, element, path, 1, error))
            return false;
    }
    return true;
}

static const SkOle2Entry *
root_stream(const SkOle2 *ole2, const char *name)
{
    const SkOle2Entry *entry = sk_ole2_lookup(ole2, 0, name);
    return entry != NULL && entry->kind == SK_OLE2_STREAM ? entry : NULL;
}

/* The first bytes of a stream: what a head is read from. */
static bool
take_head(void *user, SkSpan chunk, GError **error)
{
    GByteArray *head = user;
    g_byte_array_append(head, chunk.p, (guint)MIN(chunk.n, 64u - MIN(head->len, 64u)));
    return head->len < 64 || sk_throw(error, SK_ERROR_LIMIT, "enough");
}

/* (transfer full): at most 64 bytes. */
static GByteArray *
read_head(const SkOle2 *ole2, const SkOle2Entry *entry)
{
    GByteArray *head = g_byte_array_sized_new(64);
    g_autoptr(GError) enough = NULL;
    bool whole = sk_ole2_each(ole2, entry, take_head, head, &enough);
    g_assert(whole || head->len == 64);
    return head;
}

static bool
open_document(SkDisarm *self, SkOle2 **ret, GError **error)
{
    return sk_ole2_open(self->input, &self->job->limits, ret, error);
}

/* ---- what it is ---------------------------------------------------------------------------- */

typedef struct {
    uint16_t ident;
    uint16_t version;
    uint16_t flags;
} Fib;

static Fib
read_fib(const SkOle2 *ole2, const SkOle2Entry *entry)
{
    g_autoptr(GByteArray) head = read_head(ole2, entry);
    SkReader r = sk_reader(sk_span(head->data, head->len));
    Fib fib = { .ident = sk_reader_u16le(&r), .version = sk_reader_u16le(&r) };
    sk_reader_seek(&r, 10);
    fib.flags = sk_reader_u16le(&r);
    return fib;
}

static bool
is_fib_95(const Fib *fib)
{
    return fib->ident == FIB_WORD_95 || fib->version <= FIB_LAST_95;
}

/* Of the substream that @head begins with; 0 where it does not begin with one. */
static uint16_t
biff_version(SkSpan head)
{
    SkReader r = sk_reader(head);
    uint16_t type = sk_reader_u16le(&r);
    sk_reader_skip(&r, 2);
    uint16_t version = sk_reader_u16le(&r);
    return sk_reader_ok(&r) && type == BIFF_BOF ? version : 0;
}

static SkType
type_of_workbook(const SkOle2 *ole2, const SkOle2Entry *entry)
{
    g_autoptr(GByteArray) head = read_head(ole2, entry);
    uint16_t version = biff_version(sk_span(head->data, head->len));
    return version == BIFF_8 || version == 0 ? SK_TYPE_XLS : SK_TYPE_XLS95;
}

SkType
sk_biff_identify(SkSpan input)
{
    SkReader r = sk_reader(input);
    uint16_t type = sk_reader_u16le(&r), length = sk_reader_u16le(&r);
    sk_reader_skip(&r, 2);
    uint16_t kind = sk_reader_u16le(&r);
    bool bof = (type == BIFF_BOF_2 && length == 4) || (type == BIFF_BOF_3 && length == 6) ||
               (type == BIFF_BOF_4 && length == 6);
    bool known = kind == 0x10 || kind == 0x20 || kind == 0x40 || kind == 0x100;
    return sk_reader_ok(&r) && bof && known ? SK_TYPE_XLS95 : SK_TYPE_NONE;
}

static SkType
main_type(const SkOle2 *ole2, const SkOle2Entry *entry, SkType type, SkType hint)
{
    if (type == SK_TYPE_XLS)
        return type_of_workbook(ole2, entry);
    if (type == SK_TYPE_JTD && hint == SK_TYPE_JTDC)
        return SK_TYPE_JTDC;
    if (type != SK_TYPE_DOC)
        return type;
    Fib fib = read_fib(ole2, entry);
    return is_fib_95(&fib) ? SK_TYPE_DOC95 : SK_TYPE_DOC;
}

static const struct {
    const char *stream;
    SkType type;
} main_streams[] = {
    { "EncryptedPackage", SK_TYPE_OLE2 },
    { "WordDocument", SK_TYPE_DOC },
    { "Workbook", SK_TYPE_XLS },
    { "Book", SK_TYPE_XLS },
    { "PowerPoint Document", SK_TYPE_PPT },
    { "__properties_version1.0", SK_TYPE_MSG },
    { "\005HwpSummaryInformation", SK_TYPE_HWP },
    { "FileHeader", SK_TYPE_HWP },
    { "\004JSRV_SegmentInformation", SK_TYPE_JTD },
    { "DocumentText", SK_TYPE_JTD },
};

/* What cannot be opened is what its name says, where that is one of these, and is refused for what
 * is wrong. */
static SkType
unreadable_type(SkType hint)
{
    static const SkType family[] = { SK_TYPE_DOC, SK_TYPE_XLS, SK_TYPE_PPT, SK_TYPE_MSG,
                                     SK_TYPE_HWP, SK_TYPE_JTD, SK_TYPE_JTDC };
    for (size_t i = 0; i < G_N_ELEMENTS(family); i++)
        if (family[i] == hint)
            return hint;
    return SK_TYPE_OLE2;
}

SkType
sk_ole2_identify(SkSpan input, SkType hint, bool *polyglot)
{
    g_autoptr(SkOle2) ole2 = NULL;
    SkLimits limits = sk_limits_default();
    SkType found = SK_TYPE_NONE, type = SK_TYPE_NONE;

    if (!sk_ole2_open(input, &limits, &ole2, NULL))
        return unreadable_type(hint);
    for (size_t i = 0; i < G_N_ELEMENTS(main_streams); i++) {
        const SkOle2Entry *entry = root_stream(ole2, main_streams[i].stream);
        if (entry == NULL || main_streams[i].type == found)
            continue;
        if (found != SK_TYPE_NONE) {
            *polyglot = true;
            break;
        }
        found = main_streams[i].type;
        type = main_type(ole2, entry, found, hint);
    }
    return type != SK_TYPE_NONE ? type : unreadable_type(hint);
}

/* ---- Word ---------------------------------------------------------------------------------- */

bool
sk_doc_look(SkDisarm *self, GError **error)
{
    g_autoptr(SkOle2) ole2 = NULL;

    if (!open_document(self, &ole2, error))
        return false;
    const SkOle2Entry *entry = root_stream(ole2, "WordDocument");
    if (entry == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "doc: no WordDocument");
    Fib fib = read_fib(ole2, entry);
    if (fib.ident != FIB_WORD && fib.ident != FIB_WORD_95)
        return sk_throw(error, SK_ERROR_MALFORMED, "doc: ident %04x", fib.ident);
    if ((fib.flags & FIB_ENCRYPTED) != 0)
        return refuse_locked(self, error);
    return note_entries(self, ole2, error);
}

/* ---- Excel --------------------------------------------------------------------------------- */

typedef struct {
    uint32_t xlm;
    uint32_t external;
    bool locked;
} Sheets;

/* The workbook's own substream, which comes first: its sheets and what they refer to. */
static Sheets
read_sheets(SkSpan stream)
{
    Sheets sheets = { 0 };
    SkReader r = sk_reader(stream);

    while (sk_reader_left(&r) >= 4) {
        uint16_t type = sk_reader_u16le(&r);
        SkSpan body = sk_reader_span(&r, sk_reader_u16le(&r));
        SkReader b = sk_reader(body);
        if (!sk_reader_ok(&r) || type == BIFF_EOF)
            break;
        if (type == BIFF_FILEPASS)
            sheets.locked = true;
        if (type == BIFF_BOUNDSHEET && body.n > 5 && (body.p[5] & 0x0f) == SHEET_XLM)
            sheets.xlm++;
        if (type == BIFF_SUPBOOK && body.n > 4) {
            sk_reader_skip(&b, 2);
            uint16_t kind = sk_reader_u16le(&b);
            sheets.external += kind != SUPBOOK_SELF && kind != SUPBOOK_ADDIN ? 1 : 0;
        }
    }
    return sheets;
}

static bool
note_sheets(SkDisarm *self, SkSpan stream, GError **error)
{
    Sheets sheets = read_sheets(stream);

    if (sheets.locked)
        return refuse_locked(self, error);
    return note(self, SK_ELEMENT_XLM_MACRO, "Workbook", sheets.xlm, error) &&
           note(self, SK_ELEMENT_EXTERNAL_RELATIONSHIP, "Workbook", sheets.external, error);
}

bool
sk_xls_look(SkDisarm *self, GError **error)
{
    g_autoptr(SkOle2) ole2 = NULL;
    g_autoptr(GBytes) stream = NULL;

    if (sk_biff_identify(self->input) == SK_TYPE_XLS95)
        return note_sheets(self, self->input, error);
    if (!open_document(self, &ole2, error))
        return false;
    const SkOle2Entry *entry = root_stream(ole2, "Workbook");
    if (entry == NULL)
        entry = root_stream(ole2, "Book");
    if (entry == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "xls: no Workbook");
    if (!sk_ole2_read(ole2, entry, self->job->limits.input, &stream, error))
        return false;
    if (biff_version(sk_span_bytes(stream)) == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "xls: no beginning");
    return note_sheets(self, sk_span_bytes(stream), error) && note_entries(self, ole2, error);
}

/* ---- PowerPoint ---------------------------------------------------------------------------- */

typedef struct {
    uint32_t objects;
    uint32_t macros;
} Slides;

/* Containers are walked into and everything else is stepped over: linear, whatever the depth. */
static Slides
read_slides(SkSpan stream)
{
    Slides slides = { 0 };
    SkReader r = sk_reader(stream);

    while (sk_reader_left(&r) >= 8) {
        bool container = (sk_reader_u16le(&r) & 0x0f) == PPT_CONTAINER;
        uint16_t type = sk_reader_u16le(&r);
        uint32_t length = sk_reader_u32le(&r);
        slides.objects += type == PPT_OLE_STORAGE ? 1 : 0;
        if (container)
            continue;
        SkReader body = sk_reader(sk_reader_span(&r, length));
        sk_reader_skip(&body, 4); /* where the project lies */
        slides.macros += type == PPT_VBA_INFO_ATOM && sk_reader_u32le(&body) == 1 ? 1 : 0;
        if (!sk_reader_ok(&r))
            break;
    }
    return slides;
}

static bool
is_ppt_locked(const SkOle2 *ole2)
{
    const SkOle2Entry *entry = root_stream(ole2, "Current User");
    if (root_stream(ole2, "EncryptedSummary") != NULL)
        return true;
    if (entry == NULL)
        return false;
    g_autoptr(GByteArray) head = read_head(ole2, entry);
    SkReader r = sk_reader(sk_span(head->data, head->len));
    sk_reader_skip(&r, 2);
    uint16_t type = sk_reader_u16le(&r);
    sk_reader_seek(&r, 12);
    uint32_t token = sk_reader_u32le(&r);
    return sk_reader_ok(&r) && type == PPT_CURRENT_USER && token == PPT_TOKEN_ENCRYPTED;
}

bool
sk_ppt_look(SkDisarm *self, GError **error)
{
    g_autoptr(SkOle2) ole2 = NULL;
    g_autoptr(GBytes) stream = NULL;

    if (!open_document(self, &ole2, error))
        return false;
    const SkOle2Entry *entry = root_stream(ole2, "PowerPoint Document");
    if (entry == NULL && root_stream(ole2, "PP40") != NULL)
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "ppt: version 4, which nothing here reads");
    if (entry == NULL)
        return sk_throw(error, SK_ERROR_MALFORMED, "ppt: no PowerPoint Document");
    if (is_ppt_locked(ole2))
        return refuse_locked(self, error);
    if (!sk_ole2_read(ole2, entry, self->job->limits.input, &stream, error))
        return false;
    Slides slides = read_slides(sk_span_bytes(stream));
    return note(self, SK_ELEMENT_VBA_PROJECT, "PowerPoint Document", slides.macros, error) &&
           note(self, SK_ELEMENT_EMBEDDED_OBJECT, "PowerPoint Document", slides.objects, error) &&
           note_entries(self, ole2, error);
}

/* ---- others -------------------------------------------------------------------------------- */

bool
sk_hwp_look(SkDisarm *self, GError **error)
{
    if (sk_ole2_is(self->input))
        return sk_throw(error, SK_ERROR_UNSUPPORTED, "hwp: version 5, which nothing here reads");
    return true;
}

static uint32_t
count_words(SkSpan input, const char *word)
{
    uint32_t count = 0;
    size_t n = strlen(word);
    for (size_t at = 0; (at = sk_span_find(input, at, sk_span_str(word))) != SIZE_MAX; at += n)
        count += at + n >= input.n || !g_ascii_isalpha(input.p[at + n]) ? 1 : 0;
    return count;
}

/* What is hidden by tricks of writing is not counted, and does not come through either. */
bool
sk_rtf_look(SkDisarm *self, GError **error)
{
    return note(self, SK_ELEMENT_EMBEDDED_OBJECT, "objdata", count_words(self->input, "\\objdata"),
                error) &&
           note(self, SK_ELEMENT_ACTIVEX, "objocx", count_words(self->input, "\\objocx"), error) &&
           note(self, SK_ELEMENT_ATTACHED_TEMPLATE, "template",
                count_words(self->input, "\\*\\template"), error);
}
