/* SPDX-License-Identifier: Apache-2.0
 *
 * office.h - what the targets that wrap their input into a package share: an entry, a package of
 * Office Open XML with one part exchanged, a pass through the disarmer, and the contract: what
 * disarm writes, verify accepts, and a second pass leaves it. */
#pragma once

#include "disarm/disarm.h"
#include "format/zip.h"
#include "verify/verify.h"

#include <string.h>

static inline void
office_put(SkZipWriter *writer, const char *name, SkSpan content)
{
    sk_zip_writer_begin(writer, name, true);
    sk_zip_writer_span(writer, content);
    sk_zip_writer_end(writer);
}

/* ---- packages -------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    const char *type; /* of its content, behind `application/vnd.` */
    const char *root; /* how its root begins, as `:document ` */
    const char *rels; /* NULL: none */
    const char *content;
} OfficePart;

/** office_part_of: by the root that is named first, early in @content; the first part where none is. */
static inline size_t
office_part_of(const OfficePart *parts, size_t n, SkSpan content)
{
    SkSpan early = sk_span_sub(content, 0, MIN(content.n, 1024u));
    size_t found = 0, first = SIZE_MAX;

    for (size_t i = 0; i < n; i++) {
        size_t at = sk_span_find(early, 0, sk_span_str(parts[i].root));
        if (at < first) {
            first = at;
            found = i;
        }
    }
    return found;
}

/** office_wrap: (transfer full): the package of @parts, @content in the place of the part that its root names. */
static inline GBytes *
office_wrap(const OfficePart *parts, size_t n, const char *package_rels, SkSpan content)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    g_autoptr(SkZipWriter) writer = sk_zip_writer_new(sink);
    g_autoptr(GString) types = g_string_new("<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>");
    size_t which = office_part_of(parts, n, content);

    for (size_t i = 0; i < n; i++) {
        office_put(writer, parts[i].name, i == which ? content : sk_span_str(parts[i].content));
        g_string_append_printf(types, "<Override PartName='/%s' ContentType='application/vnd.%s'/>", parts[i].name, parts[i].type);
        if (parts[i].rels == NULL)
            continue;
        g_autofree char *name = g_strdup_printf("_rels/%s.rels", parts[i].name);
        office_put(writer, name, sk_span_str(parts[i].rels));
    }
    g_string_append(types, "</Types>");
    office_put(writer, "[Content_Types].xml", sk_span(types->str, types->len));
    office_put(writer, "_rels/.rels", sk_span_str(package_rels));
    office_put(writer, "i.png", sk_span_str("no picture"));
    g_assert_true(sk_zip_writer_finish(writer, NULL));
    return sk_sink_steal_bytes(sink);
}

/** office_seed: (transfer full): each part, then each of @seeds; NULL behind the last. */
static inline GBytes *
office_seed(const OfficePart *parts, size_t n, const char *const *seeds, size_t n_seeds, unsigned index)
{
    const char *seed = NULL;

    if (index < n)
        seed = parts[index].content;
    else if (index - n < n_seeds)
        seed = seeds[index - n];
    return seed == NULL ? NULL : g_bytes_new(seed, strlen(seed));
}

/* ---- passes ---------------------------------------------------------------------------------- */

/** office_pass: (transfer full): what comes out, and as what; NULL where it is refused. */
static inline GBytes *
office_pass(SkSpan input, SkLevel level, SkType *ret_type)
{
    g_autoptr(SkSink) sink = sk_sink_new_memory(64u << 20);
    g_autoptr(SkReport) report = sk_report_new();
    SkJob job = sk_job_default();

    job.level = level;
    sk_disarm_run(&job, input, sink, report);
    *ret_type = report->type_out;
    return report->outcome == SK_OUTCOME_CLEAN ? sk_sink_steal_bytes(sink) : NULL;
}

static inline void
office_verify(GBytes *output, SkType type)
{
    g_autoptr(SkReport) proof = sk_report_new();
    SkJob job = sk_job_default();

    job.hint = type;
    job.strict_hint = true;
    sk_verify_run(&job, sk_span_bytes(output), proof);
    g_assert_cmpint(proof->outcome, ==, SK_OUTCOME_CLEAN);
}

/** office_round: @input rebuilt, proved, rebuilt again; and the text of what came out, proved. */
static inline void
office_round(SkSpan input)
{
    SkType type = SK_TYPE_NONE, type_again = SK_TYPE_NONE, type_text = SK_TYPE_NONE;
    g_autoptr(GBytes) output = office_pass(input, SK_LEVEL_REBUILT, &type);

    if (output == NULL)
        return;
    office_verify(output, type);
    g_autoptr(GBytes) again = office_pass(sk_span_bytes(output), SK_LEVEL_REBUILT, &type_again);
    g_assert_nonnull(again);
    g_assert_true(type == type_again && g_bytes_equal(output, again));
    g_autoptr(GBytes) text = office_pass(sk_span_bytes(output), SK_LEVEL_TEXT, &type_text);
    if (text != NULL)
        office_verify(text, type_text);
}
