/* SPDX-License-Identifier: Apache-2.0
 * extras.c - contract in extras.h. */
#include "draw/extras.h"

bool
sk_extras_found(const SkJob *job, SkReport *report, SkElement element, uint32_t count, const char *place,
                  GError **error)
{
    if (count == 0)
        return true;
    SkVerdict asked = (SkVerdict)job->verdicts[element];
    SkVerdict verdict = asked != SK_VERDICT_NONE && sk_element_allows(element, asked)
                            ? asked
                            : sk_element_get(element)->verdict;
    SkAction action = verdict == SK_VERDICT_REFUSED    ? SK_ACTION_REFUSED
                      : verdict == SK_VERDICT_REPLACED ? SK_ACTION_REPLACED
                                                       : SK_ACTION_REMOVED;
    sk_report_find(report, element, action, sk_span_str(place), count);
    if (action != SK_ACTION_REFUSED)
        return true;
    return sk_throw(error, element == SK_ELEMENT_PDF_ENCRYPTION ? SK_ERROR_ENCRYPTED : SK_ERROR_FORBIDDEN, "draw: %s",
                    sk_element_get(element)->code);
}

/* How often a name of PDF stands in the bytes as they lie; what compressed objects hold is not seen. */
static uint32_t
names(SkSpan input, const char *name)
{
    SkSpan needle = sk_span_str(name);
    uint32_t n = 0;
    for (size_t at = sk_span_find(input, 0, needle); at != SIZE_MAX; at = sk_span_find(input, at + needle.n, needle)) {
        bool ends = at + needle.n == input.n || !g_ascii_isalnum(input.p[at + needle.n]);
        n += ends ? 1 : 0;
    }
    return n;
}

/* A view that the document opens at, which is an array, does nothing: nearly every program writes one. */
static uint32_t
open_actions(SkSpan input)
{
    SkSpan needle = sk_span_str("/OpenAction");
    uint32_t views = 0;
    for (size_t at = sk_span_find(input, 0, needle); at != SIZE_MAX; at = sk_span_find(input, at, needle)) {
        at += needle.n;
        while (at < input.n && g_ascii_isspace(input.p[at]))
            at++;
        views += at < input.n && input.p[at] == '[' ? 1 : 0;
    }
    return names(input, "/OpenAction") - views;
}

static uint32_t
attachments(PopplerDocument *document)
{
    GList *list = poppler_document_get_attachments(document);
    uint32_t n = g_list_length(list);
    g_list_free_full(list, g_object_unref);
    return n;
}

static uint32_t
hidden_layers(PopplerDocument *document)
{
    uint32_t n = 0;
    PopplerLayersIter *iter = poppler_layers_iter_new(document);
    if (iter == NULL)
        return 0;
    do {
        PopplerLayer *layer = poppler_layers_iter_get_layer(iter);
        if (layer == NULL)
            continue;
        n += poppler_layer_is_visible(layer) ? 0 : 1;
        g_object_unref(layer);
    } while (poppler_layers_iter_next(iter));
    poppler_layers_iter_free(iter);
    return n;
}

static bool
has_metadata(PopplerDocument *document)
{
    g_autofree char *xmp = poppler_document_get_metadata(document);
    g_autofree char *title = poppler_document_get_title(document);
    g_autofree char *author = poppler_document_get_author(document);
    g_autofree char *creator = poppler_document_get_creator(document);
    g_autofree char *producer = poppler_document_get_producer(document);
    return xmp != NULL || title != NULL || author != NULL || creator != NULL || producer != NULL;
}

bool
sk_extras_document(PopplerDocument *document, SkSpan input, const SkJob *job, SkReport *report, GError **error)
{
    uint32_t scripts = poppler_document_has_javascript(document) ? 1 : 0;
    uint32_t files = poppler_document_has_attachments(document) ? attachments(document) : 0;
    SkElement lock = *job->password == '\0' ? SK_ELEMENT_PDF_ENCRYPTION : SK_ELEMENT_PASSWORD_REMOVED;
    return sk_extras_found(job, report, lock, names(input, "/Encrypt") > 0 ? 1 : 0, "", error) &&
           sk_extras_found(job, report, SK_ELEMENT_PDF_JAVASCRIPT, scripts, "", error) &&
           sk_extras_found(job, report, SK_ELEMENT_PDF_ACTION, open_actions(input), "", error) &&
           sk_extras_found(job, report, SK_ELEMENT_PDF_ATTACHMENT, files, "", error) &&
           sk_extras_found(job, report, SK_ELEMENT_PDF_XFA, names(input, "/XFA"), "", error) &&
           sk_extras_found(job, report, SK_ELEMENT_PDF_HIDDEN_LAYER, hidden_layers(document), "", error) &&
           sk_extras_found(job, report, SK_ELEMENT_PDF_METADATA, has_metadata(document) ? 1 : 0, "", error);
}

typedef struct {
    uint32_t counts[SK_ELEMENT_COUNT];
} Tally;

static SkElement
element_of_action(const PopplerAction *action)
{
    switch (action->type) {
    case POPPLER_ACTION_LAUNCH:
        return SK_ELEMENT_PDF_LAUNCH;
    case POPPLER_ACTION_JAVASCRIPT:
        return SK_ELEMENT_PDF_JAVASCRIPT;
    case POPPLER_ACTION_MOVIE:
    case POPPLER_ACTION_RENDITION:
        return SK_ELEMENT_PDF_RICH_MEDIA;
    case POPPLER_ACTION_URI:
    case POPPLER_ACTION_GOTO_DEST:
    case POPPLER_ACTION_GOTO_REMOTE:
        return SK_ELEMENT_PDF_LINK;
    case POPPLER_ACTION_UNKNOWN:
    case POPPLER_ACTION_NONE:
    case POPPLER_ACTION_NAMED:
    case POPPLER_ACTION_OCG_STATE:
    case POPPLER_ACTION_RESET_FORM:
        break;
    }
    return SK_ELEMENT_PDF_ACTION;
}

static void
count_links(PopplerPage *page, Tally *tally)
{
    GList *links = poppler_page_get_link_mapping(page);
    for (GList *at = links; at != NULL; at = at->next) {
        const PopplerLinkMapping *link = at->data;
        if (link->action != NULL)
            tally->counts[element_of_action(link->action)]++;
    }
    poppler_page_free_link_mapping(links);
}

static void
count_fields(PopplerPage *page, Tally *tally)
{
    GList *fields = poppler_page_get_form_field_mapping(page);
    for (GList *at = fields; at != NULL; at = at->next) {
        const PopplerFormFieldMapping *mapping = at->data;
        bool signature = poppler_form_field_get_field_type(mapping->field) == POPPLER_FORM_FIELD_SIGNATURE;
        tally->counts[signature ? SK_ELEMENT_PDF_SIGNATURE : SK_ELEMENT_PDF_FORM]++;
    }
    poppler_page_free_form_field_mapping(fields);
}

static void
count_annotations(PopplerPage *page, Tally *tally)
{
    GList *annotations = poppler_page_get_annot_mapping(page);
    for (GList *at = annotations; at != NULL; at = at->next) {
        const PopplerAnnotMapping *mapping = at->data;
        PopplerAnnotType type = poppler_annot_get_annot_type(mapping->annot);
        if (type == POPPLER_ANNOT_FILE_ATTACHMENT)
            tally->counts[SK_ELEMENT_PDF_ATTACHMENT]++;
        else if (type == POPPLER_ANNOT_SCREEN || type == POPPLER_ANNOT_MOVIE || type == POPPLER_ANNOT_SOUND ||
                 type == POPPLER_ANNOT_3D)
            tally->counts[SK_ELEMENT_PDF_RICH_MEDIA]++;
    }
    poppler_page_free_annot_mapping(annotations);
}

bool
sk_extras_page(PopplerPage *page, const char *place, const SkJob *job, SkReport *report, GError **error)
{
    Tally tally = { .counts = { 0 } };
    count_links(page, &tally);
    count_fields(page, &tally);
    count_annotations(page, &tally);
    for (unsigned i = 0; i < SK_ELEMENT_COUNT; i++) {
        if (!sk_extras_found(job, report, (SkElement)i, tally.counts[i], place, error))
            return false;
    }
    return true;
}
