/* SPDX-License-Identifier: Apache-2.0
 *
 * odf-settings.c - a document's settings by name and type, and the program that wrote it. Layout
 * programs ask both by whose rules lines are to be broken; nothing else in them says anything that
 * a reader sees. Contract in odf.h.
 */
#include "disarm/odf-names.h"
#include "disarm/odf.h"
#include "disarm/package.h"

#include <string.h>

#define TEXT_MAX 1024u
#define GENERATOR_MAX 256u

typedef struct {
    SkOdf *odf;          /* borrowed */
    SkOdfCounts *counts; /* borrowed */
    SkXmlWriter *out;    /* borrowed; NULL: only the generator is looked for */
    bool flat;
    bool settings; /* office:settings has come */
    unsigned depth;
    unsigned kept; /* open elements that are written; those inside are not, if depth is greater */
    GString *text; /* owned: of the item (or generator) that is open */
    bool gathers;
    const char *name; /* static: of the item */
    SkOdfSettingGroup group;
    char type[16];
} Settings;

static SkSpan
value_of(const SkXmlAttr *attrs, unsigned n, SkXmlSymbol symbol)
{
    for (unsigned i = 0; i < n; i++) {
        if (attrs[i].symbol == symbol)
            return attrs[i].value;
    }
    return SK_SPAN_EMPTY;
}

static bool
on_text(void *user, SkSpan text, GError **error)
{
    Settings *self = user;

    (void)error;
    if (self->gathers && self->text->len <= TEXT_MAX)
        g_string_append_len(self->text, (const char *)text.p, (gssize)text.n);
    return true;
}

/* ---- settings ----------------------------------------------------------------------------------
 */

static void
write_open(Settings *self, SkXmlSymbol symbol, SkSpan name)
{
    sk_xml_writer_start(self->out, sk_odf_element_rows[symbol].name);
    if (name.n > 0)
        sk_xml_writer_attr(self->out, "config:name", name);
    self->kept++;
}

static void
write_root(Settings *self)
{
    sk_xml_writer_declaration(self->out);
    sk_xml_writer_start(self->out, "office:document-settings");
    sk_xml_writer_raw(self->out, sk_odf_namespaces);
    sk_xml_writer_attr(self->out, "office:version", sk_span_str(self->odf->version));
    self->kept = 1;
}

/* What does not come out, where it says something. */
static void
note_lost(Settings *self, SkSpan name, SkOdfSettingGroup group, SkSpan text)
{
    if (group != SK_ODF_SETTING_QUIET)
        sk_odf_count(self->counts, SK_ELEMENT_UNKNOWN_PART);
    else if (text.n > 0 && (sk_span_is(name, "PrinterSetup") || sk_span_is(name, "PrinterName")))
        sk_odf_count(self->counts, SK_ELEMENT_PRINTER_SETTINGS);
    else if (text.n > 0 && sk_span_is(name, "CurrentDatabaseDataSource"))
        sk_odf_count(self->counts, SK_ELEMENT_DATA_CONNECTION);
    else if (sk_span_starts(name, "Rsid"))
        sk_odf_count(self->counts, SK_ELEMENT_REVISION_IDS);
}

static void
start_item(Settings *self, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan name = value_of(attrs, n, SK_ODF_AT_config_name);
    SkSpan type = value_of(attrs, n, SK_ODF_AT_config_type);

    self->name = "";
    self->group = sk_odf_setting(name, &self->name);
    self->gathers = true;
    g_string_truncate(self->text, 0);
    g_snprintf(self->type, sizeof self->type, "%.*s", (int)MIN(type.n, sizeof self->type - 1),
               (const char *)type.p);
}

static bool
has_type(const Settings *self, const char *const *types)
{
    for (; *types != NULL; types++) {
        if (strcmp(self->type, *types) == 0)
            return true;
    }
    return false;
}

static bool
is_good_item(const Settings *self)
{
    static const char *const numbers[] = { "short", "int", "long", "double", NULL };
    SkSpan text = sk_span(self->text->str, self->text->len);

    if (self->group == SK_ODF_SETTING_B)
        return strcmp(self->type, "boolean") == 0 &&
               (sk_span_is(text, "true") || sk_span_is(text, "false"));
    if (self->group == SK_ODF_SETTING_N)
        return has_type(self, numbers) && sk_odf_is_plain_number(text);
    return self->group == SK_ODF_SETTING_S && strcmp(self->type, "string") == 0 &&
           text.n <= TEXT_MAX;
}

static void
end_item(Settings *self)
{
    SkSpan text = sk_span(self->text->str, self->text->len);

    self->gathers = false;
    if (!is_good_item(self)) {
        note_lost(self, sk_span_str(self->name), self->group, text);
        return;
    }
    sk_xml_writer_start(self->out, "config:config-item");
    sk_xml_writer_attr(self->out, "config:name", sk_span_str(self->name));
    sk_xml_writer_attr(self->out, "config:type", sk_span_str(self->type));
    if (text.n > 0)
        sk_xml_writer_text(self->out, text);
    sk_xml_writer_end(self->out, "config:config-item");
}

static void
start_container(Settings *self, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n)
{
    SkSpan name = value_of(attrs, n, SK_ODF_AT_config_name);
    SkOdfSettingGroup wanted =
        symbol == SK_ODF_EL_config_config_item_set ? SK_ODF_SETTING_SET : SK_ODF_SETTING_MAP;
    const char *known = "";

    if (symbol == SK_ODF_EL_config_config_item_map_entry) {
        bool good = sk_odf_value_is(SK_ODF_VALUE_S, name);
        write_open(self, symbol, good ? name : SK_SPAN_EMPTY);
        return;
    }
    SkOdfSettingGroup group = sk_odf_setting(name, &known);
    if (group == wanted)
        write_open(self, symbol, sk_span_str(known));
    else
        note_lost(self, sk_span_str(known), group, SK_SPAN_EMPTY);
}

static bool
settings_start(void *user, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Settings *self = user;
    unsigned depth = ++self->depth;

    if (depth == 1) {
        SkXmlSymbol root =
            self->flat ? SK_ODF_EL_office_document : SK_ODF_EL_office_document_settings;
        if (symbol != root)
            return sk_throw(error, SK_ERROR_MALFORMED, "odf: root element contradicts the part");
        write_root(self);
        return true;
    }
    if (self->kept + 1 != depth || self->gathers)
        return true;
    if (depth == 2) {
        if (symbol == SK_ODF_EL_office_settings && !self->settings)
            write_open(self, symbol, SK_SPAN_EMPTY);
        else if (!self->flat)
            sk_odf_count(self->counts, SK_ELEMENT_UNKNOWN_PART);
        self->settings = self->settings || symbol == SK_ODF_EL_office_settings;
        return true;
    }
    bool item = symbol == SK_ODF_EL_config_config_item && depth > 3;
    bool container = depth == 3 ? symbol == SK_ODF_EL_config_config_item_set
                                : symbol > SK_ODF_EL_config_config_item &&
                                      symbol <= SK_ODF_EL_config_config_item_set;
    if (item)
        start_item(self, attrs, n);
    else if (container)
        start_container(self, symbol, attrs, n);
    else
        sk_odf_count(self->counts, SK_ELEMENT_UNKNOWN_PART);
    return true;
}

static bool
settings_end(void *user, SkXmlSymbol symbol, GError **error)
{
    Settings *self = user;

    (void)error;
    if (self->kept == self->depth) {
        SkXmlSymbol written =
            self->depth == 1 ? (SkXmlSymbol)SK_ODF_EL_office_document_settings : symbol;
        sk_xml_writer_end(self->out, sk_odf_element_rows[written].name);
        self->kept--;
    } else if (self->gathers && self->kept + 1 == self->depth) {
        end_item(self);
    }
    self->depth--;
    return true;
}

bool
sk_odf_filter_settings(SkOdf *odf, SkOdfFolder *folder, SkOdfCounts *counts, GError **error)
{
    static const SkXmlHandler handler = { sk_odf_element, sk_odf_attribute, settings_start,
                                          settings_end,   on_text,          NULL };
    const SkOdfSource *source = &folder->parts[SK_ODF_SETTINGS];
    g_autoptr(GString) text = g_string_new(NULL);
    Settings self = { .odf = odf, .counts = counts, .flat = source->flat, .text = text };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, &self);
    g_autoptr(SkXmlWriter) out = sk_xml_writer_new(sk_package_output, odf->writer);

    self.out = out;
    if (source->entry == NULL && !source->flat) {
        write_root(&self);
        sk_xml_writer_end(out, "office:document-settings");
    } else if (!sk_odf_package_parse(odf->package, source, reader, error)) {
        return false;
    }
    sk_xml_writer_finish(out);
    return true;
}

/* ---- the generator ------------------------------------------------------------------------------
 */

static bool
meta_start(void *user, SkXmlSymbol symbol, const SkXmlAttr *attrs, unsigned n, GError **error)
{
    Settings *self = user;

    (void)attrs, (void)n, (void)error;
    self->depth++;
    if (self->depth == 2)
        self->settings = symbol == SK_ODF_EL_office_meta;
    if (self->depth != 3 || !self->settings)
        return true;
    self->gathers = symbol == SK_ODF_EL_meta_generator && self->text->len == 0;
    if (symbol != SK_ODF_EL_meta_generator)
        sk_odf_count(self->counts, SK_ELEMENT_DOCUMENT_PROPERTIES);
    return true;
}

static bool
meta_end(void *user, SkXmlSymbol symbol, GError **error)
{
    Settings *self = user;

    (void)symbol, (void)error;
    self->depth--;
    self->gathers = false;
    return true;
}

/* The digits from @at on, at most @max of them; appends them. */
static size_t
take_digits(const char *s, size_t at, unsigned max, GString *out)
{
    unsigned n = 0;

    for (; g_ascii_isdigit(s[at]) && n < max; n++)
        g_string_append_c(out, s[at++]);
    return g_ascii_isdigit(s[at]) ? SIZE_MAX : at;
}

/* 1.2.3.4 */
static bool
take_version(const char *s, GString *out)
{
    size_t at = 0;

    for (unsigned i = 0; i < 4; i++) {
        size_t start = at;
        at = take_digits(s, at, 4, out);
        if (at == SIZE_MAX || at == start)
            return false;
        if (s[at] != '.' || !g_ascii_isdigit(s[at + 1]) || i == 3)
            return true;
        g_string_append_c(out, '.');
        at++;
    }
    return true;
}

/* Which build of the project, where @text says it the old way: 340m1$Build-402. */
static bool
take_build(const char *text, const char *name, GString *out)
{
    const char *project = strstr(text, "_project/");
    const char *build = strstr(text, "$Build-");

    if (project == NULL || build == NULL)
        return false;
    g_string_append_printf(out, "$ %s_project/", name);
    project += strlen("_project/");
    size_t m = take_digits(project, 0, 4, out);
    if (m == SIZE_MAX || m == 0 || project[m] != 'm')
        return false;
    g_string_append_c(out, 'm');
    size_t end = take_digits(project, m + 1, 3, out);
    if (end == SIZE_MAX || end == m + 1 || project + end != build)
        return false;
    g_string_append(out, "$Build-");
    build += strlen("$Build-");
    size_t last = take_digits(build, 0, 6, out);
    return last != SIZE_MAX && last > 0;
}

static bool
libreoffice(const char *text, GString *out)
{
    const char *slash = strchr(text, '/');

    g_string_assign(out, "LibreOffice/");
    if (!g_str_has_prefix(text, "LibreOffice") || slash == NULL || !take_version(slash + 1, out))
        return false;
    size_t version = out->len;
    if (!take_build(text, "LibreOffice", out))
        g_string_truncate(out, version);
    return true;
}

static bool
microsoft(const char *text, GString *out)
{
    static const char *const programs[] = { "Word", "Excel", "PowerPoint" };
    const char *slash = strchr(text, '/');
    const char *program = strstr(text, " Microsoft");

    g_string_assign(out, "MicrosoftOffice/");
    if (!g_str_has_prefix(text, "MicrosoftOffice/") || slash == NULL || program == NULL ||
        !take_version(slash + 1, out))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
        if (!g_str_has_prefix(program + strlen(" Microsoft"), programs[i]))
            continue;
        g_string_append_printf(out, " Microsoft%s", programs[i]);
        return true;
    }
    return false;
}

static bool
openoffice(const char *text, GString *out)
{
    const char *slash = strchr(text, '/');

    g_string_assign(out, "OpenOffice.org/");
    return slash != NULL && take_version(slash + 1, out) && take_build(text, "OpenOffice.org", out);
}

static char *
canonical_generator(const char *text)
{
    static bool (*const kinds[])(const char *, GString *) = { libreoffice, microsoft, openoffice };
    g_autoptr(GString) out = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (kinds[i](text, out))
            return g_string_free(g_steal_pointer(&out), FALSE);
    }
    return g_strdup("Sekisho");
}

bool
sk_odf_generator(SkOdf *odf, const SkOdfSource *source, SkOdfCounts *counts, char **ret,
                 GError **error)
{
    static const SkXmlHandler handler = { sk_odf_element, sk_odf_attribute, meta_start,
                                          meta_end,       on_text,          NULL };
    g_autoptr(GString) text = g_string_new(NULL);
    Settings self = { .odf = odf, .counts = counts, .text = text };
    g_autoptr(SkXmlReader) reader = sk_xml_reader_new(&handler, &self);

    if ((source->entry != NULL || source->flat) &&
        !sk_odf_package_parse(odf->package, source, reader, error))
        return false;
    *ret = canonical_generator(text->len <= GENERATOR_MAX ? text->str : "");
    return true;
}
