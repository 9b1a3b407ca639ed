/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-content.c - contract in pdf-content.h. The reader's states: page, text object, path. Each
 * operator comes here when its line stands at the end of the output, and stays there, goes, or has
 * something put in before it.
 */
#include "disarm/pdf-content-parts.h"

#include "disarm/pdf-spell.h"

#define MOVED_MAX (UINT64_C(64) << 20)

void
sk_pdf_marked_clear(SkPdfMarked *self)
{
    g_free(self->actual_text);
    g_free(self->alt);
    g_free(self->expansion);
    g_free(self->lang);
    *self = (SkPdfMarked){ 0 };
}

/* A whole line in front of the operator's own. */
static void
before(SkPdfContent *self, const char *line)
{
    SkSpan s = sk_span_str(line);

    sk_pdf_out_insert(&self->out, self->line, s);
    self->line += s.n;
}

/* ---- leaving a state ----------------------------------------------------------------------- */

/* What is here may not stand in a text object: it is closed, and opened again if a Tm comes. */
static void
suspend(SkPdfContent *self)
{
    before(self, "ET\n");
    self->where = SK_PDF_ON_PAGE;
    self->suspended = true;
    if ((self->kept & SK_PDF_KEPT_TEXT_CLIPS) != 0)
        sk_pdf_scan_guess(&self->scan); /* the clip would count too early */
}

/* What is here may not stand in a path: it ends unpainted. */
static void
abandon(SkPdfContent *self)
{
    if (self->segments)
        sk_pdf_scan_guess(&self->scan);
    sk_pdf_out_cut(&self->out, self->path, self->line - self->path);
    self->line = self->path;
    self->where = SK_PDF_ON_PAGE;
    self->clip = 0;
}

static void
to_page(SkPdfContent *self)
{
    if (self->where == SK_PDF_IN_PATH)
        abandon(self);
    else if (self->where == SK_PDF_IN_TEXT)
        suspend(self);
}

/* The text object that was closed opens again. */
static void
resume(SkPdfContent *self)
{
    before(self, "BT\n");
    self->where = SK_PDF_IN_TEXT;
    self->suspended = false;
}

/* ---- states and paths ---------------------------------------------------------------------- */

/* In a path the line counts from its painting, so that it may as well stand before the path. */
static bool
set_state(SkPdfContent *self, GError **error)
{
    if (self->where != SK_PDF_IN_PATH)
        return true;
    size_t n = self->out.n - self->line;
    self->moved += n + (self->line - self->path);
    if (self->moved > MOVED_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "pdf-content: too much is set inside of paths");
    g_autofree char *copy = sk_span_dup(sk_span(self->out.p + self->line, n));
    sk_pdf_content_drop(self);
    sk_pdf_out_insert(&self->out, self->path, sk_span(copy, n));
    self->path += n;
    return true;
}

static bool
save(SkPdfContent *self, GError **error)
{
    if (self->depth >= SK_PDF_Q_MAX)
        return sk_throw(error, SK_ERROR_LIMIT, "pdf-content: over %u states within one another",
                        SK_PDF_Q_MAX);
    to_page(self);
    self->saved[self->depth++] = self->kept;
    return true;
}

static void
restore(SkPdfContent *self)
{
    if (self->depth == 0) {
        sk_pdf_content_remove(self);
        return;
    }
    to_page(self);
    self->kept = self->saved[--self->depth];
}

static void
begin_path(SkPdfContent *self, bool whole)
{
    if (self->where == SK_PDF_IN_TEXT)
        suspend(self);
    if (self->where == SK_PDF_ON_PAGE) {
        self->where = SK_PDF_IN_PATH;
        self->path = self->line;
        self->segments = false;
        self->clip = 0;
    }
    self->segments |= whole;
}

static void
segment(SkPdfContent *self, const SkPdfOperator *operator)
{
    if (self->where == SK_PDF_IN_PATH)
        self->segments = true;
    else if (operator->name[0] == 'h')
        sk_pdf_content_drop(self);
    else
        sk_pdf_content_remove(self);
}

/* It is written when the path is painted: nowhere else does it count. */
static void
clip(SkPdfContent *self, const SkPdfOperator *operator)
{
    sk_pdf_content_drop(self);
    if (self->where == SK_PDF_IN_PATH)
        self->clip = operator->name[1] == '*' ? '*' : 'W';
}

static void
paint(SkPdfContent *self)
{
    if (self->where != SK_PDF_IN_PATH) {
        sk_pdf_content_drop(self);
        return;
    }
    bool painted = self->hiding == 0;
    if (!painted) {
        self->facts.hidden++;
        sk_pdf_content_drop(self);
        if (self->clip == 0)
            sk_pdf_out_back(&self->out, self->path);
    }
    if (self->clip != 0) {
        before(self, self->clip == '*' ? "W*\n" : "W\n");
        if (!painted)
            sk_pdf_content_line(self, "n");
    }
    self->where = SK_PDF_ON_PAGE;
    self->clip = 0;
}

/* ---- text ---------------------------------------------------------------------------------- */

static void
begin_text(SkPdfContent *self)
{
    if (self->where == SK_PDF_IN_PATH)
        abandon(self);
    else if (self->where == SK_PDF_IN_TEXT)
        before(self, "ET\n");
    self->where = SK_PDF_IN_TEXT;
    self->suspended = self->gap = false;
}

static void
end_text(SkPdfContent *self)
{
    self->suspended = false;
    if (self->where == SK_PDF_IN_TEXT)
        self->where = SK_PDF_ON_PAGE;
    else
        sk_pdf_content_drop(self);
}

/* Into the text object, where there is one. */
static bool
in_text(SkPdfContent *self, bool sure)
{
    if (self->where == SK_PDF_IN_TEXT)
        return true;
    if (self->where == SK_PDF_IN_PATH)
        abandon(self);
    if (!self->suspended)
        return false;
    if (!sure)
        sk_pdf_scan_guess(&self->scan); /* the place in the text went with the text object */
    resume(self);
    return true;
}

static void
place(SkPdfContent *self, bool sure)
{
    if (in_text(self, sure))
        self->gap = false;
    else
        sk_pdf_content_remove(self);
}

/* What is left of an operator that shows nothing. */
static void
show_nothing(SkPdfContent *self, const SkPdfOperator *operator)
{
    if (operator->wants != SK_PDF_WANTS_QUOTED) {
        sk_pdf_content_drop(self);
        return;
    }
    /* `T*` and what is set stay: all but the last line. */
    sk_pdf_out_back(&self->out, self->out.n - 1);
    while (self->out.n > self->line && self->out.p[self->out.n - 1] != '\n')
        self->out.n--;
}

static void
show(SkPdfContent *self, const SkPdfOperator *operator)
{
    bool new_line = operator->wants == SK_PDF_WANTS_QUOTED;

    if (!in_text(self, false)) {
        sk_pdf_scan_guess(&self->scan); /* some readers show it, some do not */
        sk_pdf_content_remove(self);
        return;
    }
    self->gap &= !new_line;
    if (self->hiding > 0) {
        self->facts.hidden++;
        self->gap = true;
        show_nothing(self, operator);
    } else if ((self->kept & SK_PDF_KEPT_NO_FONT) != 0) {
        self->facts.removed++;
        show_nothing(self, operator);
    } else if (self->gap) {
        sk_pdf_scan_guess(&self->scan); /* how wide the hidden text was, only its font knows */
        self->gap = false;
    }
}

/* ---- the rest ------------------------------------------------------------------------------ */

static void
end_mark(SkPdfContent *self)
{
    if (self->marked == 0) {
        sk_pdf_content_remove(self);
        return;
    }
    uint8_t mark = self->marks[--self->marked];
    self->hiding -= (mark & SK_PDF_MARK_HIDES) != 0 ? 1 : 0;
    if ((mark & SK_PDF_MARK_WRITTEN) == 0)
        sk_pdf_content_drop(self);
}

static void
default_width(SkPdfContent *self)
{
    g_autoptr(GString) line = g_string_new(NULL);

    sk_pdf_put_number(line, self->options->glyph_width);
    g_string_append(line, " 0 d0\n");
    before(self, line->str);
    self->begun = true;
}

static void
width(SkPdfContent *self, const SkPdfOperator *operator)
{
    if (self->options->kind != SK_PDF_CONTENT_GLYPH) {
        sk_pdf_content_remove(self);
    } else if (self->begun) {
        sk_pdf_content_drop(self);
    } else {
        self->begun = true;
        self->stencil = operator->count == 6;
    }
}

/* The mode in which text is shown, where it turns letters into a clip. */
static void
watch_mode(SkPdfContent *self, const SkPdfOperator *operator)
{
    if (operator->wants != SK_PDF_WANTS_CODE || operator->count != 7)
        return;
    self->kept &= (uint8_t)~SK_PDF_KEPT_TEXT_CLIPS;
    if (self->args[0].whole >= 4)
        self->kept |= SK_PDF_KEPT_TEXT_CLIPS;
}

/* A line was written: what it does to the state, and what the state does to it. */
static bool
settle(SkPdfContent *self, const SkPdfOperator *operator, GError **error)
{
    if (operator->does == SK_PDF_DO_WIDTH) {
        width(self, operator);
        return true;
    }
    if (self->options->kind == SK_PDF_CONTENT_GLYPH && !self->begun)
        default_width(self);
    switch (operator->does) {
    case SK_PDF_DO_STATE:
        watch_mode(self, operator);
        return set_state(self, error);
    case SK_PDF_DO_SAVE:
        return save(self, error);
    case SK_PDF_DO_RESTORE:
        restore(self);
        break;
    case SK_PDF_DO_BEGIN:
        begin_path(self, operator->count == 4);
        break;
    case SK_PDF_DO_SEGMENT:
        segment(self, operator);
        break;
    case SK_PDF_DO_CLIP:
        clip(self, operator);
        break;
    case SK_PDF_DO_PAINT:
        paint(self);
        break;
    case SK_PDF_DO_BT:
        begin_text(self);
        break;
    case SK_PDF_DO_ET:
        end_text(self);
        break;
    case SK_PDF_DO_PLACE:
    case SK_PDF_DO_MATRIX:
        place(self, operator->does == SK_PDF_DO_MATRIX);
        break;
    case SK_PDF_DO_SHOW:
        show(self, operator);
        break;
    case SK_PDF_DO_EMC:
        end_mark(self);
        return set_state(self, error);
    case SK_PDF_DO_MARK:
        return set_state(self, error);
    case SK_PDF_DO_SHIFT:
    case SK_PDF_DO_DRAW:
    case SK_PDF_DO_INLINE:
        to_page(self);
        break;
    case SK_PDF_DO_WIDTH:
    case SK_PDF_DO_BX:
    case SK_PDF_DO_EX:
    default:
        break;
    }
    return true;
}

static bool
known(SkPdfContent *self, const SkPdfOperator *operator, SkSpan word, GError **error)
{
    SkPdfLine line = SK_PDF_LINE_NONE;

    if (operator->does == SK_PDF_DO_BX || operator->does == SK_PDF_DO_EX) {
        sk_pdf_content_drop(self);
        if (operator->does == SK_PDF_DO_BX)
            self->tolerant += self->tolerant < UINT_MAX ? 1 : 0;
        else
            self->tolerant -= self->tolerant > 0 ? 1 : 0;
        return true;
    }
    if (operator->does == SK_PDF_DO_MARK)
        line = sk_pdf_content_mark(self, word, error);
    else if (operator->does == SK_PDF_DO_INLINE)
        line = sk_pdf_content_inline(self, error);
    else
        line = sk_pdf_content_operands(self, operator, error);
    if (line == SK_PDF_LINE_WRITTEN)
        return settle(self, operator, error);
    return line == SK_PDF_LINE_NONE;
}

static bool
unknown(SkPdfContent *self, SkSpan word)
{
    if (self->tolerant > 0) {
        sk_pdf_content_drop(self);
        return true;
    }
    if (sk_pdf_operators_glued(word))
        sk_pdf_scan_guess(&self->scan);
    sk_pdf_content_remove(self);
    return true;
}

static bool
is_value(SkSpan word)
{
    return sk_span_is(word, "true") || sk_span_is(word, "false") || sk_span_is(word, "null");
}

/* Of very many operands only the last ones can count. */
static void
forget(SkPdfContent *self)
{
    unsigned keep = SK_PDF_OPERANDS_MAX / 2 + 2;

    (void)sk_pdf_content_take(self, keep);
    for (unsigned i = 0; i < keep; i++)
        self->operands[i] = self->args[i];
    self->count = keep;
}

static bool
run(SkPdfContent *self, GError **error)
{
    SkSpan word = SK_SPAN_EMPTY;

    for (;;) {
        if (self->count == SK_PDF_OPERANDS_MAX)
            forget(self);
        SkPdfOperand *operand = &self->operands[self->count];
        SkPdfToken token = sk_pdf_scan_next(&self->scan, operand, &word);
        if (token == SK_PDF_TOKEN_END)
            return true;
        if (token == SK_PDF_TOKEN_WORD && word.n >= 4 && is_value(word)) {
            *operand = (SkPdfOperand){ .kind = SK_PDF_OPERAND_BAD, .at = self->out.n };
            token = SK_PDF_TOKEN_OPERAND;
        }
        if (token == SK_PDF_TOKEN_OPERAND) {
            self->count++;
            continue;
        }
        const SkPdfOperator *operator = sk_pdf_operator_lookup(word);
        if (!(operator != NULL ? known(self, operator, word, error) : unknown(self, word)))
            return false;
        self->line = self->out.n;
        self->count = 0;
    }
}

/* Everything that is open closes. */
static void
finish(SkPdfContent *self)
{
    if (self->count > 0)
        sk_pdf_content_remove(self); /* operands of nothing */
    if (self->where == SK_PDF_IN_PATH)
        sk_pdf_out_back(&self->out, self->path);
    if (self->where == SK_PDF_IN_TEXT)
        sk_pdf_out_str(&self->out, "ET\n");
    while (self->marked > 0) {
        if ((self->marks[--self->marked] & SK_PDF_MARK_WRITTEN) != 0)
            sk_pdf_out_str(&self->out, "EMC\n");
    }
    for (; self->depth > 0; self->depth--)
        sk_pdf_out_str(&self->out, "Q\n");
    self->line = 0;
    if (self->options->kind == SK_PDF_CONTENT_GLYPH && !self->begun)
        default_width(self);
}

static void
content_free(SkPdfContent *self)
{
    g_clear_pointer(&self->mcids, g_hash_table_unref);
    sk_pdf_out_clear(&self->out);
    g_free(self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPdfContent, content_free)

bool
sk_pdf_content_rebuild(SkSpan in, const SkPdfContentOptions *options,
                       const SkPdfContentHooks *hooks, GBytes **ret, SkPdfContentFacts *ret_facts,
                       GError **error)
{
    g_assert(options != NULL && hooks != NULL && ret != NULL && ret_facts != NULL);
    g_autoptr(SkPdfContent) self = g_new0(SkPdfContent, 1);

    self->out.limit = options->limit;
    self->scan = (SkPdfScan){ .in = in, .out = &self->out };
    self->options = options;
    self->hooks = hooks;
    self->stencil = options->kind == SK_PDF_CONTENT_UNCOLOURED;
    (void)sk_pdf_out_room(&self->out, MIN(in.n, (size_t)1 << 20));
    if (!run(self, error))
        return false;
    finish(self);
    if (self->out.bad)
        return sk_throw(error, SK_ERROR_LIMIT, "pdf-content: over %" G_GUINT64_FORMAT " bytes",
                        options->limit);
    self->facts.guessed = self->scan.guessed;
    self->facts.guessed_at = self->scan.guessed_at;
    *ret = sk_pdf_out_steal(&self->out);
    *ret_facts = self->facts;
    return true;
}
