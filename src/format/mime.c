/* SPDX-License-Identifier: Apache-2.0
 * mime.c - the tree of parts (RFC 2046, 5.1), without recursion. Contract in mime.h. */
#include "format/mime.h"

#include <string.h>

typedef struct {
    SkSpan in; /* header and body of one part */
    uint32_t parent;
    uint32_t depth;
    bool in_digest; /* RFC 2046, 5.1.5: a part that says nothing is a message */
} Work;

typedef struct {
    SkMimeFaultFunc fault;
    void *user;
    uint32_t most, depth;
    SkMime *mime;  /* borrowed */
    GArray *stack; /* of Work: what is still to be read */
} Parse;

static void
part_free(gpointer data)
{
    SkMimePart *part = data;

    if (part == NULL)
        return;
    g_array_unref(part->fields);
    g_clear_pointer(&part->params, g_array_unref);
    g_clear_pointer(&part->disposition_params, g_array_unref);
    g_free(part->type);
    g_free(part->disposition);
    g_free(part);
}

void
sk_mime_free(SkMime *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->parts);
    g_free(self);
}

/* ---- what a part says of itself --------------------------------------------------------------- */

/* Fields that may stand once (RFC 5322, 3.6; RFC 2045, 3); of the others the first counts. */
static bool
stands_once(SkSpan name)
{
    static const char *const names[] = { "from", "subject", "content-type", "content-transfer-encoding",
                                         "content-disposition", "content-id" };
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (name.n == strlen(names[i]) && g_ascii_strncasecmp((const char *)name.p, names[i], name.n) == 0)
            return true;
    return false;
}

static bool
same_name(SkSpan a, SkSpan b)
{
    return a.n == b.n && g_ascii_strncasecmp((const char *)a.p, (const char *)b.p, a.n) == 0;
}

static bool
check_once(const Parse *self, const SkMimePart *part, uint32_t index, GError **error)
{
    for (guint i = 0; i < part->fields->len; i++) {
        const SkMimeField *a = &g_array_index(part->fields, SkMimeField, i);
        if (!stands_once(a->name))
            continue;
        for (guint k = 0; k < i; k++) {
            const SkMimeField *b = &g_array_index(part->fields, SkMimeField, k);
            if (!same_name(a->name, b->name))
                continue;
            if (!sk_span_equal(a->value, b->value) && !self->fault(self->user, SK_MIME_FAULT_DUPLICATE, index, error))
                return false;
            break;
        }
    }
    return true;
}

static bool
read_encoding(const Parse *self, SkMimePart *part, uint32_t index, GError **error)
{
    static const struct {
        const char *word;
        SkMimeEncoding encoding;
    } known[] = { { "7bit", SK_MIME_IDENTITY },       { "8bit", SK_MIME_IDENTITY },       { "binary", SK_MIME_IDENTITY },
                  { "base64", SK_MIME_BASE64 },       { "quoted-printable", SK_MIME_QUOTED },
                  { "x-uuencode", SK_MIME_UUENCODE }, { "uuencode", SK_MIME_UUENCODE },   { "x-uue", SK_MIME_UUENCODE } };
    const SkMimeField *field = sk_mime_field(part, "content-transfer-encoding");
    g_autofree char *word = NULL;
    g_autoptr(GArray) params = NULL;

    if (field == NULL)
        return true;
    if (!sk_mime_value(field->value, &word, &params, self->fault, self->user, index, error))
        return false;
    bool commented = memchr(field->value.p, '(', field->value.n) != NULL;
    for (unsigned i = 0; i < G_N_ELEMENTS(known) && !commented; i++) {
        if (strcmp(known[i].word, word) == 0) {
            part->encoding = known[i].encoding;
            return true;
        }
    }
    /* Nothing is said, or said with a comment that some do not read. */
    return self->fault(self->user, SK_MIME_FAULT_ENCODING, index, error);
}

static bool
is_token(const char *s)
{
    for (; *s != '\0'; s++)
        if (*s <= 32 || *s > 126 || strchr("()<>@,;:\\\"/[]?=", *s) != NULL)
            return false;
    return true;
}

/* TYPE/SUBTYPE; what is neither counts as text (RFC 2045, 5.2). */
static char *
checked_type(const char *word, const char *otherwise)
{
    g_auto(GStrv) halves = g_strsplit(word, "/", 2);

    if (g_strv_length(halves) == 2 && *halves[0] != '\0' && *halves[1] != '\0' && is_token(halves[0]) &&
        is_token(halves[1]))
        return g_strdup(word);
    return g_strdup(otherwise);
}

static bool
read_type(const Parse *self, SkMimePart *part, uint32_t index, bool in_digest, GError **error)
{
    const SkMimeField *field = sk_mime_field(part, "content-type");
    const char *otherwise = in_digest ? "message/rfc822" : "text/plain";
    g_autofree char *word = NULL;

    if (!sk_mime_value(field == NULL ? SK_SPAN_EMPTY : field->value, &word, &part->params, self->fault, self->user,
                       index, error))
        return false;
    part->type = checked_type(word, field == NULL ? otherwise : "application/octet-stream");
    part->multipart = g_str_has_prefix(part->type, "multipart/");
    return true;
}

static bool
read_disposition(const Parse *self, SkMimePart *part, uint32_t index, GError **error)
{
    const SkMimeField *field = sk_mime_field(part, "content-disposition");

    return sk_mime_value(field == NULL ? SK_SPAN_EMPTY : field->value, &part->disposition,
                         &part->disposition_params, self->fault, self->user, index, error);
}

/* ---- boundaries ------------------------------------------------------------------------------- */

typedef enum { LINE_OTHER, LINE_NEXT, LINE_LAST } Line;

/* Is @line a delimiter of @boundary? One that goes on with other letters is one for readers that compare beginnings. */
static Line
judge_line(SkSpan line, SkSpan boundary, bool *ret_begins)
{
    if (line.n < boundary.n + 2 || line.p[0] != '-' || line.p[1] != '-' ||
        memcmp(line.p + 2, boundary.p, boundary.n) != 0)
        return LINE_OTHER;
    SkSpan rest = sk_span_sub(line, boundary.n + 2, line.n - boundary.n - 2);
    bool last = sk_span_starts(rest, "--");
    if (last)
        rest = sk_span_sub(rest, 2, rest.n - 2);
    for (size_t i = 0; i < rest.n; i++) {
        if (rest.p[i] != ' ' && rest.p[i] != '\t' && rest.p[i] != '\r') {
            *ret_begins = true;
            return LINE_OTHER;
        }
    }
    return last ? LINE_LAST : LINE_NEXT;
}

/* A delimiter behind a CR that no LF follows: a line of its own for some. */
static bool
has_hidden_line(SkSpan line, SkSpan boundary)
{
    for (size_t at = 0; at + 1 < line.n;) {
        const uint8_t *cr = memchr(line.p + at, '\r', line.n - at);
        if (cr == NULL)
            return false;
        at = (size_t)(cr - line.p) + 1;
        bool begins = false;
        if (judge_line(sk_span_sub(line, at, line.n - at), boundary, &begins) != LINE_OTHER || begins)
            return true;
    }
    return false;
}

/* What readers say in front of the first part, for those that know no MIME. */
static bool
is_stray(SkSpan s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] > 32)
            return true;
    return false;
}

typedef struct {
    GArray *found; /* of SkSpan: the parts */
    bool begins, hidden, ended, before, after;
} Split;

/* The parts of a multipart's @body. */
static void
split_body(SkSpan body, SkSpan boundary, uint32_t most, Split *ret)
{
    size_t from = 0, at = 0;
    bool open = false;

    while (at < body.n && ret->found->len <= most) {
        const uint8_t *lf = memchr(body.p + at, '\n', body.n - at);
        size_t end = lf == NULL ? body.n : (size_t)(lf - body.p);
        SkSpan line = sk_span_sub(body, at, end - at);
        Line kind = ret->ended ? LINE_OTHER : judge_line(line, boundary, &ret->begins);
        ret->hidden = ret->hidden || has_hidden_line(line, boundary);
        if (kind != LINE_OTHER) {
            size_t stop = at > from && body.p[at - 1] == '\n' ? at - 1 : at; /* its line end is the delimiter's */
            stop -= stop > from && body.p[stop - 1] == '\r' ? 1 : 0;
            SkSpan part = sk_span_sub(body, from, stop - from);
            if (open)
                g_array_append_val(ret->found, part);
            else
                ret->before = is_stray(part);
            open = kind == LINE_NEXT;
            ret->ended = kind == LINE_LAST;
            from = MIN(end + 1, body.n);
        }
        at = end + 1;
    }
    SkSpan rest = sk_span_sub(body, from, body.n - from);
    if (open)
        g_array_append_val(ret->found, rest);
    else if (ret->ended)
        ret->after = is_stray(rest);
}

/* Does a boundary that encloses this part begin this one, or this one that? */
static bool
is_alike(const Parse *self, const SkMimePart *part, const char *boundary)
{
    for (uint32_t up = part->parent; up != SK_MIME_NONE; up = sk_mime_part(self->mime, up)->parent) {
        const SkMimeParam *outer = sk_mime_param(sk_mime_part(self->mime, up)->params, "boundary");
        if (outer != NULL && (g_str_has_prefix(outer->value, boundary) || g_str_has_prefix(boundary, outer->value)))
            return true;
    }
    return false;
}

static bool
report_split(const Parse *self, const Split *split, uint32_t index, GError **error)
{
    const struct {
        bool is;
        SkMimeFault fault;
    } rows[] = { { split->found->len == 0, SK_MIME_FAULT_BOUNDARY }, /* the boundary stands nowhere */
                 { split->begins, SK_MIME_FAULT_BOUNDARY },
                 { split->hidden, SK_MIME_FAULT_BARE_CR },
                 { !split->ended, SK_MIME_FAULT_UNTERMINATED },
                 { split->before || split->after, SK_MIME_FAULT_STRAY } };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].is && !self->fault(self->user, rows[i].fault, index, error))
            return false;
    return true;
}

static bool
open_multipart(Parse *self, SkMimePart *part, uint32_t index, GError **error)
{
    const SkMimeParam *boundary = sk_mime_param(part->params, "boundary");
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(SkSpan));
    Split split = { .found = found };
    size_t n = boundary == NULL ? 0 : strlen(boundary->value);

    if (part->encoding != SK_MIME_IDENTITY && !self->fault(self->user, SK_MIME_FAULT_ENCODING, index, error))
        return false;
    bool bad = n == 0 || n > SK_MIME_BOUNDARY_MAX || boundary->value[n - 1] == ' ' || is_alike(self, part, boundary->value);
    if (bad && !self->fault(self->user, SK_MIME_FAULT_BOUNDARY, index, error))
        return false;
    if (part->depth >= self->depth)
        return sk_throw(error, SK_ERROR_LIMIT, "mime: over %u multiparts in one another", self->depth);
    if (n == 0)
        return true;
    split_body(part->body, sk_span_str(boundary->value), self->most, &split);
    if (!report_split(self, &split, index, error))
        return false;
    if (found->len + self->mime->parts->len + self->stack->len > self->most)
        return sk_throw(error, SK_ERROR_LIMIT, "mime: over %u parts", self->most);
    for (guint i = found->len; i > 0; i--) { /* the first of them is taken next */
        Work work = { .in = g_array_index(found, SkSpan, i - 1),
                      .parent = index,
                      .depth = part->depth + 1,
                      .in_digest = strcmp(part->type, "multipart/digest") == 0 };
        g_array_append_val(self->stack, work);
    }
    return true;
}

/* ---- the whole -------------------------------------------------------------------------------- */

static bool
read_part(Parse *self, const Work *work, GError **error)
{
    SkMimePart *part = g_new0(SkMimePart, 1);
    uint32_t index = self->mime->parts->len;
    SkReader r = sk_reader(work->in);

    part->parent = work->parent;
    part->depth = work->depth;
    part->fields = g_array_new(FALSE, FALSE, sizeof(SkMimeField));
    g_ptr_array_add(self->mime->parts, part);
    if (!sk_mime_head(&r, part->fields, self->fault, self->user, index, error))
        return false;
    part->body = sk_span_sub(work->in, r.at, work->in.n - r.at);
    return check_once(self, part, index, error) && read_type(self, part, index, work->in_digest, error) &&
           read_disposition(self, part, index, error) && read_encoding(self, part, index, error) &&
           (!part->multipart || open_multipart(self, part, index, error));
}

/* The line that a mailbox puts in front of each message. */
static SkSpan
without_from_line(SkSpan message)
{
    if (!sk_span_starts(message, "From ") && !sk_span_starts(message, ">From "))
        return message;
    const uint8_t *lf = memchr(message.p, '\n', message.n);
    size_t n = lf == NULL ? message.n : (size_t)(lf - message.p) + 1;
    return sk_span_sub(message, n, message.n - n);
}

bool
sk_mime_parse(SkSpan message, uint32_t most, uint32_t depth, SkMimeFaultFunc fault, void *user, SkMime **ret,
              GError **error)
{
    g_autoptr(SkMime) mime = g_new0(SkMime, 1);
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(Work));
    Parse self = { .fault = fault, .user = user, .most = most, .depth = depth, .mime = mime, .stack = stack };
    Work first = { .in = without_from_line(message), .parent = SK_MIME_NONE };

    mime->parts = g_ptr_array_new_with_free_func(part_free);
    g_array_append_val(stack, first);
    while (stack->len > 0) {
        Work work = g_array_index(stack, Work, stack->len - 1);
        g_array_set_size(stack, stack->len - 1);
        if (!read_part(&self, &work, error))
            return false;
    }
    if (sk_mime_part(mime, 0)->fields->len == 0)
        return sk_throw(error, SK_ERROR_MALFORMED, "mime: no header");
    *ret = g_steal_pointer(&mime);
    return true;
}
