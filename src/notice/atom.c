/* SPDX-License-Identifier: Apache-2.0
 * atom.c - contract in atom.h. */
#include "notice/atom.h"

#include "base/clock.h"

char *
sk_notice_sentence(const SkMessages *messages, SkLanguage language, SkNoticeKind kind, int64_t count)
{
    g_autofree char *key =
        g_strdup_printf("notice.%s.%s", sk_notice_kind_name(kind), count == 1 && language == SK_LANGUAGE_EN ? "one" : "other");
    g_autofree char *n = g_strdup_printf("%" G_GINT64_FORMAT, count);
    return sk_messages_fill(sk_messages_get(messages, language, key), "count", n, NULL);
}

static void
put(GString *out, const char *before, const char *text, const char *behind)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_string_append_printf(out, "%s%s%s", before, escaped, behind);
}

static void
put_entry(GString *out, const SkMessages *messages, const SkAtomFeed *feed, const SkNotice *notice)
{
    g_autofree char *time = sk_clock_iso(notice->time);
    g_autofree char *sentence = sk_notice_sentence(messages, feed->language, notice->kind, notice->count);
    g_autofree char *link = notice->crossing[0] == '\0'
                                ? g_strconcat(feed->origin, "/notices", NULL)
                                : g_strconcat(feed->origin, "/crossings/", notice->crossing, NULL);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, notice->n);

    put(out, "<entry><id>tag:sekisho,2026:", feed->zone, ":");
    put(out, "", feed->account, ":");
    put(out, "", number, "</id>");
    put(out, "<title>", sentence, "</title>");
    put(out, "<updated>", time, "</updated>");
    put(out, "<link href=\"", link, "\"/>");
    put(out, "<content type=\"text\">", sentence, "</content></entry>\n");
}

char *
sk_atom_emit(const SkMessages *messages, const SkAtomFeed *feed)
{
    GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    const SkNotice *newest = feed->notices->len == 0 ? NULL : g_ptr_array_index(feed->notices, 0);
    g_autofree char *time = sk_clock_iso(newest == NULL ? 0 : newest->time);

    put(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"", sk_language_name(feed->language), "\">\n");
    put(out, "<id>tag:sekisho,2026:", feed->zone, ":");
    put(out, "", feed->account, "</id>\n");
    put(out, "<title>", sk_messages_get(messages, feed->language, "notice.feed.title"), "</title>\n");
    put(out, "<updated>", time, "</updated>\n");
    put(out, "<author><name>", sk_messages_get(messages, feed->language, "notice.feed.author"), "</name></author>\n");
    put(out, "<link href=\"", feed->origin, "/\"/>\n");
    for (guint i = 0; i < feed->notices->len; i++)
        put_entry(out, messages, feed, g_ptr_array_index(feed->notices, i));
    g_string_append(out, "</feed>\n");
    return g_string_free(out, FALSE);
}
