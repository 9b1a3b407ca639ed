/* SPDX-License-Identifier: Apache-2.0
 *
 * diagnostic.h - what is wrong with a text that a person wrote, and where: printed with the line
 * and carets, or as JSON. Runs in: sekisho (command line, serve). Trusts: nothing. Spec:
 * docs/policy-language.md (messages)   Tests: tests/golden/test-policy.c,
 * tests/golden/policy/
 */
#pragma once

#include "base/base.h"

/** After this many diagnostics one more says that the rest was left out. */
#define SK_DIAGNOSTICS_MAX 100u

/**
 * SkPlace: words in a text. Line and columns count from 1; a column is one cell of a terminal, so a
 * wide character counts two and a tab goes to the next multiple of eight. @end is one past the
 * last. Line 0: no place.
 */
typedef struct {
    uint32_t file; /* of SkSources; 0: the one that was asked for */
    uint32_t line;
    uint32_t column;
    uint32_t end;
} SkPlace;

/** SkSources: the files that a text lies in (policy/source.h). */
typedef struct SkSources SkSources;

#define SK_PLACE_NONE ((SkPlace){ .line = 0 })

/** sk_place_after: the column after @c that stands at @column. */
uint32_t sk_place_after(uint32_t column, gunichar c);

typedef enum { SK_SEVERITY_ERROR, SK_SEVERITY_WARNING } SkSeverity;

typedef struct {
    SkSeverity severity;
    SkPlace place;
    char *message;      /* owned; a sentence without its full stop */
    char *hint;         /* owned, or NULL: can be typed in, or says what to do */
    SkPlace also;       /* SK_PLACE_NONE, or a second place that the message is about */
    char *also_message; /* owned, or NULL */
} SkDiagnostic;

void sk_diagnostic_free(SkDiagnostic *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkDiagnostic, sk_diagnostic_free)

/** sk_diagnostics_new: (transfer full): an empty GPtrArray of owned SkDiagnostic. */
GPtrArray *sk_diagnostics_new(void);
/**
 * sk_diagnostics_add: @hint may be NULL. Past SK_DIAGNOSTICS_MAX nothing more is kept.
 * Returns: (transfer none): the entry, so that a second place can be set; never NULL.
 */
SkDiagnostic *sk_diagnostics_add(GPtrArray *self, SkSeverity severity, SkPlace place, char *hint,
                                 const char *format, ...) G_GNUC_PRINTF(5, 6);
/** sk_diagnostics_also: a second place, `place: note: message`. */
void sk_diagnostics_also(SkDiagnostic *self, SkPlace place, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/** sk_diagnostics_sort: by place; call once when all have been added. */
void sk_diagnostics_sort(GPtrArray *self);
unsigned sk_diagnostics_count(const GPtrArray *self, SkSeverity severity);
/** sk_diagnostics_full: no more will be kept, so looking for more is pointless. */
bool sk_diagnostics_full(const GPtrArray *self);

/**
 * sk_diagnostics_print: (transfer full): each as `file:line:column: error: message`, the source
 * line, carets, and `hint:`; what could act on a terminal is shown as U+FFFD.
 * @text: the text that was parsed   @colour: with ANSI colours
 */
char *sk_diagnostics_print(const GPtrArray *self, SkSpan text, const char *file_name, bool colour);
/** sk_diagnostics_print_files: the same of a text in several files. */
char *sk_diagnostics_print_files(const GPtrArray *self, const SkSources *sources, bool colour);
/** sk_diagnostics_json: (transfer full):
 * {"errors":[{"line","column","message","hint"}],"warnings":[…]}, one line without its end; what is
 * in an included file has "file" first. @sources may be NULL where there is only one. */
char *sk_diagnostics_json(const GPtrArray *self, const SkSources *sources);
