/* SPDX-License-Identifier: Apache-2.0
 *
 * xml-oracle.h - expat's reading of a document, with its own namespaces, as a log of events.
 */
#pragma once

#include "base/base.h"

#include <expat.h>
#include <string.h>

static inline void
oracle_name(GString *log, const char *name)
{
    const char *bar = strrchr(name, '|');
    if (bar == NULL)
        g_string_append_printf(log, "{}%s", name);
    else
        g_string_append_printf(log, "{%.*s}%s", (int)(bar - name), name, bar + 1);
}

static inline void
oracle_start(void *user, const char *name, const char **attrs)
{
    GString *log = user;
    g_string_append(log, "<");
    oracle_name(log, name);
    for (; attrs[0] != NULL; attrs += 2) {
        g_string_append(log, " ");
        oracle_name(log, attrs[0]);
        g_string_append_printf(log, "=%s", attrs[1]);
    }
    g_string_append(log, ">");
}

static inline void
oracle_end(void *user, const char *name)
{
    g_string_append(user, "</");
    oracle_name(user, name);
    g_string_append(user, ">");
}

static inline void
oracle_text(void *user, const char *text, int n)
{
    g_string_append_len(user, text, n);
}

static inline void
oracle_comment(void *user, const char *text)
{
    (void)text;
    g_string_append(user, "!");
}

static inline void
oracle_instruction(void *user, const char *target, const char *data)
{
    (void)data;
    oracle_comment(user, target);
}

static inline bool
xml_oracle(SkSpan document, char **ret_log)
{
    GString *log = g_string_new(NULL);
    XML_Parser parser = XML_ParserCreateNS(NULL, '|');

    XML_SetUserData(parser, log);
    XML_SetElementHandler(parser, oracle_start, oracle_end);
    XML_SetCharacterDataHandler(parser, oracle_text);
    XML_SetCommentHandler(parser, oracle_comment);
    XML_SetProcessingInstructionHandler(parser, oracle_instruction);
    bool ok = XML_Parse(parser, (const char *)document.p, (int)document.n, 1) == XML_STATUS_OK;
    XML_ParserFree(parser);
    *ret_log = g_string_free(log, FALSE);
    return ok;
}
