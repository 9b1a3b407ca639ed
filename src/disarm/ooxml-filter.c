/* SPDX-License-Identifier: Apache-2.0
 *
 * ooxml-filter.c - one XML part through the allow-list, as a stream: every element is kept with the
 * attributes that its row permits, let through, or dropped, by its symbol alone; what is special
 * goes to ooxml-drawing.c or the profile's hooks. Nothing is remembered but the open elements, and
 * nothing is allocated for an element.
 */
#include "disarm/ooxml-engine.h"

#include "disarm/package.h"

#include <string.h>

uint8_t *
sk_ooxml_flags(const SkOoxmlProfile *profile)
{
    uint8_t *flags = g_new0(uint8_t, SK_EL_COUNT);

    for (unsigned kind = 0; kind < SK_OOXML_KINDS; kind++) {
        if (profile->parts[kind].root != 0)
            flags[profile->parts[kind].root] |= SK_OOXML_IS_ROOT;
    }
    for (const SkXmlSymbol *s = sk_ooxml_drawing_elements; *s != 0; s++)
        flags[*s] |= SK_OOXML_IS_DRAWING;
    flags[profile->graphic_frame] |= SK_OOXML_IS_DRAWING;
    flags[profile->non_visual] |= SK_OOXML_IS_DRAWING;
    flags[profile->picture] |= SK_OOXML_IS_DRAWING;
    for (const SkXmlSymbol *s = profile->special; s != NULL && *s != 0; s++)
        flags[*s] |= SK_OOXML_IS_SPECIAL;
    return flags;
}

void
sk_ooxml_count(SkOoxmlFilter *filter, SkElement element)
{
    uint32_t *count = &filter->run->counts[element];

    if (*count < UINT32_MAX)
        *count += 1;
}

bool
sk_ooxml_is_kept(const SkOoxmlFilter *filter, SkElement element)
{
    return sk_disarm_verdict(filter->document->disarm, element) == SK_VERDICT_KEPT;
}

SkSpan
sk_ooxml_value(const SkXmlAttr *attrs, unsigned n, SkXmlSymbol symbol)
{
    for (unsigned i = 0; i < n; i++) {
        if (attrs[i].symbol == symbol)
            return attrs[i].value;
    }
    return SK_SPAN_EMPTY;
}

static inline const SkOoxmlElementRow *
row_of(const SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    return &filter->document->profile->elements[symbol];
}

/* ---- attributes ---------------------------------------------------------------------------- */

bool
sk_ooxml_requires(const SkOoxmlProfile *profile, const char *prefix)
{
    for (const char *const *p = profile->required; p != NULL && *p != NULL; p++) {
        if (strcmp(*p, prefix) == 0)
            return true;
    }
    return false;
}

static bool
is_prefix_list(const SkOoxmlProfile *profile, SkSpan value)
{
    g_autofree char *prefix = sk_span_dup(value);

    return sk_ooxml_requires(profile, prefix);
}

static bool
has_class(SkOoxmlFilter *filter, const SkOoxmlAttrRow *row, SkSpan *value)
{
    const SkOoxmlProfile *profile = filter->document->profile;

    switch (row->value) {
    case SK_VALUE_Q:
        return is_prefix_list(profile, *value);
    case SK_VALUE_G:
        return sk_ooxml_graphic(profile, *value) != NULL;
    case SK_VALUE_OWN:
        return profile->value != NULL && profile->value(filter, row->detail, value);
    case SK_VALUE_REL:
        return true;
    default:
        return sk_ooxml_value_is((SkOoxmlValue)row->value, *value);
    }
}

/* Keeps the list in order of symbols, which is that of names; the same attribute twice (by two
 * prefixes of one namespace) has two readings. */
static bool
insert(SkOoxmlFilter *filter, SkOoxmlKept one, GError **error)
{
    SkOoxmlKept *kept = filter->kept;
    unsigned at = filter->kept_n;

    while (at > 0 && kept[at - 1].symbol > one.symbol)
        at--;
    if (at > 0 && kept[at - 1].symbol == one.symbol)
        return sk_throw(error, SK_ERROR_AMBIGUOUS, "%s: one attribute twice",
                        filter->document->profile->name);
    for (unsigned i = filter->kept_n; i > at; i--)
        kept[i] = kept[i - 1];
    kept[at] = one;
    filter->kept_n++;
    return true;
}

static const SkOoxmlAttrRow *
attr_row(const SkOoxmlFilter *filter, const SkOoxmlElementRow *row, SkXmlSymbol attr)
{
    const SkOoxmlAttrRow *first = &filter->document->profile->attrs[row->attrs_at];

    for (unsigned i = 0; i < row->attrs_n; i++) {
        if (first[i].attr == attr)
            return &first[i];
    }
    return NULL;
}

static void
count_lost(SkOoxmlFilter *filter, SkXmlSymbol attr)
{
    const bool *quiet = filter->document->profile->quiet;

    if (quiet != NULL && attr < SK_AT_COUNT && quiet[attr])
        return;
    if (attr == SK_AT_REVISION)
        sk_ooxml_count(filter, SK_ELEMENT_REVISION_IDS);
    else if (attr != SK_AT_QUIET)
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
}

/* Ids become ours; an attribute whose id leads nowhere goes. */
static bool
resolve_ids(SkOoxmlFilter *filter, GError **error)
{
    SkOoxmlKept *kept = filter->kept;
    unsigned left = 0;

    for (unsigned i = 0; i < filter->kept_n; i++) {
        if (kept[i].refers != SK_OOXML_OTHER) {
            if (!sk_ooxml_refer(filter, kept[i].value, kept[i].refers, &kept[i].number, NULL,
                                error))
                return false;
            if (kept[i].number == 0)
                continue;
        }
        kept[left++] = kept[i];
    }
    filter->kept_n = left;
    return true;
}

bool
sk_ooxml_filter_attrs(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
                      GError **error)
{
    const SkOoxmlElementRow *row = row_of(filter, symbol);
    bool ids = false;

    filter->kept_n = 0;
    for (unsigned i = 0; i < n; i++) {
        const SkOoxmlAttrRow *attr = attr_row(filter, row, attrs[i].symbol);
        SkSpan value = attrs[i].value;
        if (attr == NULL || !has_class(filter, attr, &value)) {
            count_lost(filter, attrs[i].symbol);
            continue;
        }
        SkOoxmlKept one = { .symbol = attrs[i].symbol, .value = value };
        if (attr->value == SK_VALUE_REL)
            one.refers = (SkOoxmlKind)attr->detail;
        ids = ids || one.refers != SK_OOXML_OTHER;
        if (!insert(filter, one, error))
            return false;
    }
    return !ids || resolve_ids(filter, error);
}

SkOoxmlKept *
sk_ooxml_kept(SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    for (unsigned i = 0; i < filter->kept_n; i++) {
        if (filter->kept[i].symbol == symbol)
            return &filter->kept[i];
    }
    return NULL;
}

bool
sk_ooxml_put(SkOoxmlFilter *filter, SkXmlSymbol symbol, SkSpan value, GError **error)
{
    return insert(filter, (SkOoxmlKept){ .symbol = symbol, .value = value }, error);
}

bool
sk_ooxml_put_id(SkOoxmlFilter *filter, SkXmlSymbol symbol, unsigned number, GError **error)
{
    SkOoxmlKept one = { .symbol = symbol, .number = number };

    return insert(filter, one, error);
}

/* ---- writing ------------------------------------------------------------------------------- */

void
sk_ooxml_write_id(SkOoxmlFilter *filter, const char *name, unsigned number)
{
    char id[16];

    g_snprintf(id, sizeof id, "rId%u", number);
    sk_xml_writer_attr(filter->out, name, sk_span_str(id));
}

void
sk_ooxml_write_empty(SkOoxmlFilter *filter, const char *name, const char *attrs)
{
    sk_xml_writer_start(filter->out, name);
    sk_xml_writer_raw(filter->out, attrs);
    sk_xml_writer_end(filter->out, name);
}

static void
write_start(SkOoxmlFilter *filter, const char *name, SkFrameKind kind)
{
    SkOoxmlFrame *frame = sk_ooxml_top(filter);

    sk_xml_writer_start(filter->out, name);
    frame->kind = (uint8_t)kind;
    frame->name = name;
}

void
sk_ooxml_start_as(SkOoxmlFilter *filter, const char *name)
{
    write_start(filter, name, SK_FRAME_KEEP);
}

void
sk_ooxml_write_kept(SkOoxmlFilter *filter, SkXmlSymbol symbol)
{
    const SkOoxmlElementRow *row = row_of(filter, symbol);

    if (row->element != SK_ELEMENT_NONE)
        sk_ooxml_count(filter, row->element);
    write_start(filter, row->name, row->mode == SK_OOXML_TEXT ? SK_FRAME_TEXT : SK_FRAME_KEEP);
    for (unsigned i = 0; i < filter->kept_n; i++) {
        const SkOoxmlKept *kept = &filter->kept[i];
        const char *name = sk_ooxml_attr_names[kept->symbol];
        if (kept->number > 0)
            sk_ooxml_write_id(filter, name, kept->number);
        else
            sk_xml_writer_attr(filter->out, name, kept->value);
    }
}

bool
sk_ooxml_keep(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
              SkXmlSymbol required, GError **error)
{
    if (!sk_ooxml_filter_attrs(filter, symbol, attrs, n, error))
        return false;
    if (required == 0 || sk_ooxml_kept(filter, required) != NULL)
        sk_ooxml_write_kept(filter, symbol);
    else
        sk_ooxml_top(filter)->kind = SK_FRAME_DROP;
    return true;
}

void
sk_ooxml_through(SkOoxmlFilter *filter)
{
    sk_ooxml_top(filter)->kind = SK_FRAME_THROUGH;
}

void
sk_ooxml_drop(SkOoxmlFilter *filter, SkElement element)
{
    sk_ooxml_top(filter)->kind = SK_FRAME_DROP;
    if (element != SK_ELEMENT_NONE)
        sk_ooxml_count(filter, element);
}

void
sk_ooxml_gather(SkOoxmlFilter *filter, size_t max, uint8_t own)
{
    SkOoxmlFrame *frame = sk_ooxml_top(filter);

    frame->kind = SK_FRAME_GATHER;
    frame->own = own;
    filter->gather_max = max;
    g_string_truncate(filter->gathered, 0);
}

/* ---- elements ------------------------------------------------------------------------------ */

static bool
start_root(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
           GError **error)
{
    const SkOoxmlProfile *profile = filter->document->profile;

    if (filter->run->included != 0 && symbol == filter->run->included) {
        sk_ooxml_through(filter);
        return true;
    }
    if (filter->run->included != 0 || symbol == 0 ||
        symbol != profile->parts[filter->part->kind].root)
        return sk_throw(error, SK_ERROR_MALFORMED, "%s: root element contradicts the part",
                        profile->name);
    if (!sk_ooxml_filter_attrs(filter, symbol, attrs, n, error))
        return false;
    sk_xml_writer_declaration(filter->out);
    write_start(filter, row_of(filter, symbol)->name, SK_FRAME_KEEP);
    sk_xml_writer_raw(filter->out, profile->declarations);
    for (unsigned i = 0; i < filter->kept_n; i++) {
        const SkOoxmlKept *kept = &filter->kept[i];
        sk_xml_writer_attr(filter->out, sk_ooxml_attr_names[kept->symbol], kept->value);
    }
    return true;
}

/* Inside of what is dropped things are still counted. */
static void
start_dropped(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    const SkOoxmlProfile *profile = filter->document->profile;
    const SkOoxmlElementRow *row = &profile->elements[symbol];

    if (row->name != NULL && row->mode == SK_OOXML_DROP && row->element != SK_ELEMENT_NONE)
        sk_ooxml_count(filter, row->element);
    if (profile->dropped != NULL)
        profile->dropped(filter, symbol, attrs, n);
}

static bool
start_by_table(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
               GError **error)
{
    const SkOoxmlElementRow *row = row_of(filter, symbol);

    if (row->mode != SK_OOXML_THROUGH)
        return sk_ooxml_filter_attrs(filter, symbol, attrs, n, error) &&
               (sk_ooxml_write_kept(filter, symbol), true);
    sk_ooxml_through(filter);
    if (row->element != SK_ELEMENT_NONE)
        sk_ooxml_count(filter, row->element);
    return true;
}

static bool
start_special(SkOoxmlFilter *filter, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n,
              GError **error)
{
    uint8_t flags = filter->document->flags[symbol];
    SkOoxmlStart done = SK_OOXML_USUAL;

    if ((flags & SK_OOXML_IS_SPECIAL) != 0 &&
        !filter->document->profile->start(filter, symbol, attrs, n, &done, error))
        return false;
    if (done == SK_OOXML_USUAL && (flags & SK_OOXML_IS_DRAWING) != 0 &&
        !sk_ooxml_drawing_start(filter, symbol, attrs, n, &done, error))
        return false;
    return done == SK_OOXML_DONE || start_by_table(filter, symbol, attrs, n, error);
}

static bool
takes_elements(const SkOoxmlFilter *filter, const SkOoxmlFrame *parent, SkXmlSymbol symbol)
{
    switch (parent->kind) {
    case SK_FRAME_KEEP:
    case SK_FRAME_THROUGH:
        return filter->graphic == 0 || sk_ooxml_drawing_allows(filter, symbol);
    case SK_FRAME_TEXT:
    case SK_FRAME_GATHER:
    case SK_FRAME_OWN:
    case SK_FRAME_DROP:
        return false;
    default:
        return sk_ooxml_drawing_allows(filter, symbol);
    }
}

static bool
on_start(void *user, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    SkOoxmlFilter *filter = user;
    const SkOoxmlProfile *profile = filter->document->profile;
    const SkOoxmlElementRow *row = &profile->elements[symbol];

    filter->depth++;
    *sk_ooxml_top(filter) = (SkOoxmlFrame){ .symbol = symbol, .kind = SK_FRAME_DROP };
    if (filter->depth == 1)
        return start_root(filter, symbol, attrs, n, error);
    const SkOoxmlFrame *parent = &filter->frames[filter->depth - 2];
    uint8_t flags = filter->document->flags[symbol];
    if (parent->kind == SK_FRAME_DROP ||
        (profile->hides != NULL && profile->hides(filter, symbol))) {
        start_dropped(filter, symbol, attrs, n);
    } else if (row->name == NULL || (flags & ~SK_OOXML_IS_DRAWING) == SK_OOXML_IS_ROOT ||
               !takes_elements(filter, parent, symbol)) {
        sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
    } else if (row->mode == SK_OOXML_DROP) {
        if (row->element == SK_ELEMENT_NONE)
            sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
        start_dropped(filter, symbol, attrs, n);
    } else if (flags != 0) {
        return start_special(filter, symbol, attrs, n, error);
    } else {
        return start_by_table(filter, symbol, attrs, n, error);
    }
    return true;
}

static bool
on_end(void *user, SkXmlSymbol symbol, GError **error)
{
    SkOoxmlFilter *filter = user;
    const SkOoxmlProfile *profile = filter->document->profile;
    SkOoxmlFrame *frame = sk_ooxml_top(filter);

    if ((frame->own != 0 || filter->depth == 1) && profile->end != NULL &&
        !profile->end(filter, error))
        return false;
    if (symbol == SK_EL_c_f && frame->kind == SK_FRAME_GATHER)
        sk_ooxml_formula_end(filter);
    if (frame->kind >= SK_FRAME_ENGINE) {
        if (!sk_ooxml_drawing_end(filter, error))
            return false;
    } else if (frame->name != NULL) {
        sk_xml_writer_end(filter->out, frame->name);
    }
    filter->depth--;
    return true;
}

static bool
is_white(SkSpan text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (strchr(" \t\r\n", text.p[i]) == NULL)
            return false;
    }
    return true;
}

static bool
on_text(void *user, SkSpan text, GError **error)
{
    SkOoxmlFilter *filter = user;
    const SkOoxmlProfile *profile = filter->document->profile;

    if (filter->depth == 0)
        return true;
    switch (sk_ooxml_top(filter)->kind) {
    case SK_FRAME_TEXT:
        sk_xml_writer_text(filter->out, text);
        return true;
    case SK_FRAME_GATHER:
        if (filter->gathered->len <= filter->gather_max)
            g_string_append_len(filter->gathered, (const char *)text.p, (gssize)text.n);
        return true;
    case SK_FRAME_OWN:
        return profile->text == NULL || profile->text(filter, text, error);
    case SK_FRAME_DROP:
        return true;
    default:
        if (!is_white(text))
            sk_ooxml_count(filter, SK_ELEMENT_UNKNOWN_PART);
        return true;
    }
}

static void
on_aside(void *user)
{
    sk_ooxml_count(user, SK_ELEMENT_XML_INSTRUCTION);
}

bool
sk_ooxml_stream(SkOoxmlFilter *filter, const SkZipEntry *entry, GError **error)
{
    static const SkXmlHandler handler = { sk_ooxml_element, sk_ooxml_attribute,
                                          on_start,         on_end,
                                          on_text,          on_aside };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, filter);
    g_autoptr(GString) gathered = g_string_new(NULL);

    filter->reader = reader;
    filter->gathered = gathered;
    bool ok = sk_ooxml_parse(filter->document->package, entry, reader, error);
    filter->reader = NULL;
    filter->gathered = NULL;
    return ok;
}

bool
sk_ooxml_filter(SkOoxmlFilter *filter, GError **error)
{
    const SkOoxmlProfile *profile = filter->document->profile;
    g_autoptr(SkXmlWriter) out = sk_xml_writer_new(sk_package_output, filter->document->writer);

    filter->out = out;
    if (profile->part_open != NULL)
        profile->part_open(filter);
    bool ok = sk_ooxml_is_made(filter->document, filter->part->kind, filter->part->entry)
                  ? profile->make(filter, error)
                  : sk_ooxml_stream(filter, filter->part->entry, error);
    if (profile->part_close != NULL)
        profile->part_close(filter);
    if (!ok)
        return false;
    sk_xml_writer_finish(out);
    return true;
}

/* ---- looking ahead ------------------------------------------------------------------------- */

typedef struct {
    SkOoxmlScanStart start;
    void *user;
    unsigned depth;
} Scan;

static bool
scan_start(void *user, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Scan *self = user;

    self->depth++;
    return self->start(self->user, self->depth, symbol, attrs, n, error);
}

static bool
scan_end(void *user, SkXmlSymbol symbol, GError **error)
{
    (void)symbol, (void)error;
    ((Scan *)user)->depth--;
    return true;
}

static bool
scan_text(void *user, SkSpan text, GError **error)
{
    (void)user, (void)text, (void)error;
    return true;
}

bool
sk_ooxml_scan(SkOoxmlDocument *document, const SkZipEntry *part, SkOoxmlScanStart start, void *user,
              GError **error)
{
    static const SkXmlHandler handler = { sk_ooxml_element, sk_ooxml_attribute, scan_start,
                                          scan_end,         scan_text,          NULL };
    Scan scan = { .start = start, .user = user };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, &scan);

    return sk_ooxml_parse(document->package, part, reader, error);
}
