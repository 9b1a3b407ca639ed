/* SPDX-License-Identifier: Apache-2.0
 *
 * check.h - inside of src/policy: from sentences as written (syntax.h) to the policy's tree, with
 * every contradiction named. Runs in: sekisho. Trusts: nothing. Spec: docs/policy-language.md
 * Tests: tests/golden/policy/
 */
#pragma once

#include "policy/network-index.h"
#include "policy/policy.h"
#include "policy/syntax.h"

struct SkPolicy {
    gint refs;
    char *organisation;
    SkModel model;
    GPtrArray *zones; /* owned SkZone */
    GPtrArray *hosts; /* owned SkHost */
    GPtrArray *tables; /* owned SkHost */
    GPtrArray *rules; /* owned SkRule */
    GPtrArray *flows; /* owned SkFlow */
    char **files;     /* names, by SkPlace.file; or NULL */
    char digest[65];
};

SkPolicy *sk_policy_new(void);
/** sk_policy_sort: canonical order; two policies of one meaning have one order. */
void sk_policy_sort(SkPolicy *self);
/** sk_policy_set_digest: @text: its canonical text. */
void sk_policy_set_digest(SkPolicy *self, const char *text);
/** sk_show_size: (transfer full): "100 MiB". */
char *sk_show_size(uint64_t size);
/** sk_show_time: (transfer full): "30 days", "90 minutes". */
char *sk_show_time(int64_t us);
/** sk_show_is_metadata: one of those that `with metadata removed` stands for. */
bool sk_show_is_metadata(SkElement element);
/** sk_show_metadata_whole: @rule removes all of them. */
bool sk_show_metadata_whole(const SkRule *rule);

typedef struct {
    const SkSyntax *syntax;
    SkPolicy *policy;
    GPtrArray *diagnostics;
    GHashTable *hosts;             /* of SkHost, by name; tables too */
    GHashTable *damaged;           /* zones of which a line could not be read */
    SkNetworkIndex *zone_networks; /* owner: SkZone */
} SkCheck;

SkDiagnostic *sk_check_error(SkCheck *self, SkPlace place, char *hint, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
SkDiagnostic *sk_check_warn(SkCheck *self, SkPlace place, char *hint, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/** sk_check_twice: errors for every clause that stands twice in one sentence, `with` apart. */
void sk_check_twice(SkCheck *self, const SkClauses *clauses);
/** sk_check_choice: index of @word in @choices, or -1 after an error that says what can stand
 * there. */
int sk_check_choice(SkCheck *self, SkWord word, const char *what, const char *const *choices,
                    unsigned n);
/** sk_check_amount: a number with a unit after it; @number is its first word. false after an error.
 */
bool sk_check_amount(SkCheck *self, const SkWordNode *number, uint64_t max, const char *example,
                     uint64_t *ret) G_GNUC_WARN_UNUSED_RESULT;
typedef struct {
    int64_t min;
    int64_t max;
    const char *limits;  /* said where the time is beyond them: "at least 1 hour, at most 366 days" */
    const char *example; /* "5 days" */
} SkCheckTime;
/** sk_check_time: a time in µs; @number is its first word, @whole is shown where it is out of
 * limits. false after an error. */
bool sk_check_time(SkCheck *self, const SkWordNode *number, SkPlace whole, const SkCheckTime *time,
                   int64_t *ret) G_GNUC_WARN_UNUSED_RESULT;
/** sk_check_label: false after an error: absent, too long. */
bool sk_check_label(SkCheck *self, SkWord label, SkPlace place, const char *whose);
/** sk_check_unknown: the error for a name that nothing has; silent where its own sentence was
 * wrong. */
void sk_check_unknown(SkCheck *self, SkWord name, bool hosts_too);
SkZone *sk_check_zone(const SkCheck *self, const char *name);
/** sk_check_host: a host or a table, or NULL. */
SkHost *sk_check_host(const SkCheck *self, const char *name);

/** sk_check_name: false after an error: no name, or taken. */
bool sk_check_name(SkCheck *self, SkWord name);
/** sk_check_network: a network, or without @prefix an address; false after an error. */
bool sk_check_network(SkCheck *self, SkWord word, bool prefix,
                      SkNetwork *ret) G_GNUC_WARN_UNUSED_RESULT;
/** sk_check_list_too_long: true after an error. */
bool sk_check_list_too_long(SkCheck *self, const SkClause *clause);
/** sk_check_interface: (transfer full): NULL after an error. */
char *sk_check_interface(SkCheck *self, const SkClause *clause);
void sk_check_host_sentence(SkCheck *self, const SkSentence *sentence);
void sk_check_table_sentence(SkCheck *self, const SkSentence *sentence);
/** sk_check_hosts: what only all of them together show. */
void sk_check_hosts(SkCheck *self);
/** sk_check_warn_hosts: what of hosts and tables has no effect, or seems a mistake. */
void sk_check_warn_hosts(SkCheck *self);

/** sk_check_setting: session, password and terminal of a zone; the others are check.c's. */
void sk_check_setting(SkCheck *self, SkZone *zone, const SkClause *clause);
/** sk_check_classes: the words from @node to @end, which is none of them, as SK_CLASS_BIT; wrong
 * ones are left out after an error. */
uint8_t sk_check_classes(SkCheck *self, const SkWordNode *node, const SkWordNode *end);
/** sk_check_approval: approval, within and remind of a sentence, when its other clauses are read.
 */
void sk_check_approval(SkCheck *self, SkRule *rule, const SkSentence *sentence);
/** sk_check_steps_down: every class that may leave by @rule has a step; false after an error. */
bool sk_check_steps_down(SkCheck *self, const SkRule *rule, const SkSentence *sentence);
/** sk_check_rule: one file, mail or screen sentence. */
void sk_check_rule(SkCheck *self, const SkSentence *sentence);
/** sk_check_rules: what only all of them together show. */
void sk_check_rules(SkCheck *self);
/** sk_check_zone_used: warns where files cross from or to @zone, and it names no way of signing in;
 * and where it has a gate, and no content crosses. */
void sk_check_zone_used(SkCheck *self, const SkZone *zone);
/** sk_check_port: adds @word to @ports, of SkPorts; not after an error. */
void sk_check_port(SkCheck *self, GArray *ports, SkWord word, bool udp);
void sk_check_flow(SkCheck *self, const SkSentence *sentence);
void sk_check_flows(SkCheck *self);
/** sk_check_whole: are both ends of @flow known? */
bool sk_check_whole(const SkFlow *flow);
/** sk_check_joins: errors for flows that break what the zones promise. */
void sk_check_joins(SkCheck *self);
/** sk_check_warn_joins: where zones of different trust are joined by another, once nothing is
 * wrong. */
void sk_check_warn_joins(SkCheck *self);
/** sk_check_covers: the same packets allowed by two sentences. */
void sk_check_covers(SkCheck *self);
