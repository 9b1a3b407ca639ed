/* SPDX-License-Identifier: Apache-2.0
 * mail.c - mail files: what comes of them. Contract in mail.h and formats.h. */
#include "disarm/mail.h"

#include "base/name.h"
#include "disarm/formats.h"
#include "disarm/text-out.h"
#include "sandbox/children.h"

#include <string.h>

static void
leaf_free(gpointer data)
{
    SkMailLeaf *leaf = data;

    g_free(leaf->name);
    g_bytes_unref(leaf->content);
    g_free(leaf);
}

void
sk_mail_free(SkMail *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->mime, sk_mime_free);
    g_string_free(self->text, TRUE);
    g_ptr_array_unref(self->leaves);
    g_free(self);
}

bool
sk_mail_found(SkDisarm *self, SkElement element, uint32_t part, GError **error)
{
    g_autofree char *place = part == 0 ? g_strdup("") : g_strdup_printf("part %u", part);
    g_autoptr(GError) why = NULL;
    SkVerdict verdict = SK_VERDICT_NONE;

    if (sk_disarm_found(self, element, sk_span_str(place), 1, &verdict, &why))
        return true;
    return sk_throw(error, element == SK_ELEMENT_MAIL_OPAQUE ? SK_ERROR_ENCRYPTED : SK_ERROR_AMBIGUOUS, "%s",
                    why->message);
}

static bool
on_fault(void *user, SkMimeFault fault, uint32_t part, GError **error)
{
    static const SkElement elements[] = {
        [SK_MIME_FAULT_FIELD] = SK_ELEMENT_MAIL_HEADER,         [SK_MIME_FAULT_DUPLICATE] = SK_ELEMENT_MAIL_DUPLICATE,
        [SK_MIME_FAULT_BOUNDARY] = SK_ELEMENT_MAIL_BOUNDARY,    [SK_MIME_FAULT_ENCODING] = SK_ELEMENT_MAIL_ENCODING,
        [SK_MIME_FAULT_PARAMETER] = SK_ELEMENT_MAIL_DUPLICATE,  [SK_MIME_FAULT_BARE_CR] = SK_ELEMENT_MAIL_BOUNDARY,
        [SK_MIME_FAULT_UNTERMINATED] = SK_ELEMENT_MAIL_UNTERMINATED, [SK_MIME_FAULT_STRAY] = SK_ELEMENT_MAIL_STRAY,
        [SK_MIME_FAULT_NUL] = SK_ELEMENT_TEXT_CONTROL,
    };
    return sk_mail_found(user, elements[fault], part, error);
}

bool
sk_mail_read(SkDisarm *self, SkSpan message, SkMail **ret, GError **error)
{
    g_autoptr(SkMail) mail = g_new0(SkMail, 1);
    const SkLimits *limits = &self->job->limits;

    mail->text = g_string_new(NULL);
    mail->leaves = g_ptr_array_new_with_free_func(leaf_free);
    if (!sk_mime_parse(message, limits->items, limits->depth, on_fault, self, &mail->mime, error) ||
        !sk_mail_found(self, SK_ELEMENT_MAIL_MESSAGE, 0, error) || !sk_mail_take(self, mail, error))
        return false;
    *ret = g_steal_pointer(&mail);
    return true;
}

char *
sk_mail_words(const SkMail *self, const char *name)
{
    const SkMimeField *field = sk_mime_field(sk_mime_part(self->mime, 0), name);

    return field == NULL ? g_strdup("") : sk_mime_words(field->value, NULL);
}

/* ---- the text --------------------------------------------------------------------------------- */

typedef struct {
    SkTextOut out;
} Page;

static void
say(Page *page, const char *s)
{
    sk_text_out_span(&page->out, sk_span_str(s));
}

static void
write_header(Page *page, const SkMail *mail, const char *notes)
{
    static const struct {
        const char *name, *label;
    } rows[] = { { "from", "差出人" },   { "sender", "送信者" }, { "reply-to", "返信先" },       { "to", "宛先" },
                 { "cc", "CC" },         { "date", "日時" },     { "subject", "件名" },           { "message-id", "Message-ID" },
                 { "in-reply-to", "In-Reply-To" } };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *words = sk_mail_words(mail, rows[i].name);
        if (*words == '\0')
            continue;
        say(page, rows[i].label);
        say(page, ": ");
        say(page, words);
        say(page, "\n");
        if (i == 0)
            say(page, notes);
    }
    say(page, "\n");
}

static void
write_leaves(Page *page, const SkMail *mail, bool kept)
{
    if (mail->leaves->len == 0)
        return;
    say(page, kept ? "\n添付ファイル（無害化したものを同じ書庫に入れています）:\n" : "\n添付ファイル（本文だけを取り出したため、入れていません）:\n");
    for (guint i = 0; i < mail->leaves->len; i++) {
        const SkMailLeaf *leaf = g_ptr_array_index(mail->leaves, i);
        g_autofree char *line = g_strdup_printf("%u. %s (%" G_GSIZE_FORMAT " bytes)\n", i + 1, leaf->name,
                                                g_bytes_get_size(leaf->content));
        say(page, line);
    }
}

static bool
dropped(SkDisarm *self, SkElement element, uint32_t count, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    return count == 0 || sk_disarm_found(self, element, SK_SPAN_EMPTY, count, &verdict, error);
}

static bool
keeps_leaves(const SkDisarm *self)
{
    return self->job->level != SK_LEVEL_TEXT &&
           sk_disarm_verdict(self, SK_ELEMENT_MAIL_ATTACHMENT) == SK_VERDICT_KEPT;
}

bool
sk_mail_write(SkDisarm *self, const SkMail *mail, SkSink *sink, GError **error)
{
    bool keep = sk_disarm_verdict(self, SK_ELEMENT_TEXT_INVISIBLE) == SK_VERDICT_KEPT;
    g_autoptr(GString) notes = g_string_new(NULL);
    Page page = { .out = sk_text_out(sink, keep) };

    if (!sk_mail_sender(self, mail, notes, error))
        return false;
    write_header(&page, mail, notes->str);
    sk_text_out_span(&page.out, sk_span(mail->text->str, mail->text->len));
    if (mail->text->len > 0 && mail->text->str[mail->text->len - 1] != '\n')
        say(&page, "\n");
    write_leaves(&page, mail, keeps_leaves(self));
    sk_text_out_finish(&page.out);
    return dropped(self, SK_ELEMENT_TEXT_CONTROL, page.out.controls, error) &&
           dropped(self, SK_ELEMENT_TEXT_BIDI, page.out.directions, error) &&
           dropped(self, SK_ELEMENT_TEXT_INVISIBLE, page.out.invisibles, error);
}

/* ---- what comes of it ------------------------------------------------------------------------- */

static bool
tell_leaves(SkDisarm *self, const SkMail *mail, GError **error)
{
    for (guint i = 0; i < mail->leaves->len; i++) {
        const SkMailLeaf *leaf = g_ptr_array_index(mail->leaves, i);
        SkVerdict verdict = SK_VERDICT_NONE;
        if (self->job->level == SK_LEVEL_TEXT && sk_disarm_verdict(self, SK_ELEMENT_MAIL_ATTACHMENT) != SK_VERDICT_REFUSED)
            sk_report_find(self->report, SK_ELEMENT_MAIL_ATTACHMENT, SK_ACTION_REMOVED, sk_span_str(leaf->name), 1);
        else if (!sk_disarm_found(self, SK_ELEMENT_MAIL_ATTACHMENT, sk_span_str(leaf->name), 1, &verdict, error))
            return false;
    }
    return true;
}

/* The text beside what was attached, under the mail's subject. */
static bool
write_children(SkDisarm *self, const SkMail *mail, GError **error)
{
    SkChildrenWriter writer = sk_children_writer(self->sink);
    g_autofree char *subject = sk_mail_words(mail, "subject");
    g_autofree char *name = sk_name_clean(*subject == '\0' ? "本文" : subject, SK_TYPE_TEXT);
    const SkChild text = { .kind = SK_CHILD_READY, .type = SK_TYPE_TEXT, .level = SK_LEVEL_TEXT, .name = sk_span_str(name) };

    sk_children_begin(&writer, &text);
    if (!sk_mail_write(self, mail, self->sink, error))
        return false;
    sk_children_end(&writer);
    for (guint i = 0; i < mail->leaves->len; i++) {
        const SkMailLeaf *leaf = g_ptr_array_index(mail->leaves, i);
        const SkChild child = { .kind = SK_CHILD_OBJECT,
                                .type = leaf->hint,
                                .name = sk_span_str(leaf->name),
                                .content = sk_span_bytes(leaf->content) };
        sk_children_add(&writer, &child);
    }
    sk_children_finish(&writer);
    self->children = true;
    return true;
}

bool
sk_mail_disarm(SkDisarm *self, SkSpan message, GError **error)
{
    g_autoptr(SkMail) mail = NULL;

    if (!sk_mail_read(self, message, &mail, error) || !tell_leaves(self, mail, error))
        return false;
    return mail->leaves->len > 0 && keeps_leaves(self) ? write_children(self, mail, error)
                                                       : sk_mail_write(self, mail, self->sink, error);
}

bool
sk_eml_disarm(SkDisarm *self, GError **error)
{
    return sk_mail_disarm(self, self->input, error);
}
