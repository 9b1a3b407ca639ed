/* SPDX-License-Identifier: Apache-2.0
 *
 * policy.h - the policy (通信方針): one text that says what may cross, and how; parsed, checked,
 * and then asked. What no sentence allows is forbidden. Runs in: sekisho (command line and every
 * role of serve). Trusts: nothing in the text. Spec: docs/policy-language.md   Tests:
 * tests/unit/policy/, tests/golden/policy/, tests/fuzz/
 *
 * Everything that hangs on an SkPolicy is read-only and lives as long as it.
 */
#pragma once

#include "base/elements.h"
#include "base/types.h"
#include "policy/diagnostic.h"

#define SK_POLICY_BYTES_MAX (4u << 20) /* of all its files together, and of the canonical text */
#define SK_POLICY_ZONES_MAX 64u
#define SK_POLICY_HOSTS_MAX 16384u
#define SK_POLICY_TABLES_MAX 1024u
#define SK_POLICY_SENTENCES_MAX 16384u /* of file, mail, screen and flow together */
#define SK_POLICY_LIST_MAX 64u        /* values in one list */
#define SK_POLICY_NAME_MAX 32u        /* bytes of the name of a zone, host, table or definition */
#define SK_POLICY_LABEL_MAX 200u      /* bytes of a label */

/* ---- the tree ------------------------------------------------------------------------------- */

typedef enum {
    SK_MODEL_NONE = 0, /* the text names none: a warning */
    SK_MODEL_ALPHA,
    SK_MODEL_ALPHA_PRIME,
    SK_MODEL_BETA,
    SK_MODEL_BETA_PRIME,
    SK_MODEL_COUNT
} SkModel;

typedef enum {
    SK_SIGN_IN_NONE = 0, /* the zone names none: nobody signs in */
    SK_SIGN_IN_PASSWORD,
    SK_SIGN_IN_TWO_FACTORS,
    SK_SIGN_IN_COUNT
} SkSignIn;

typedef enum {
    SK_TAKE_OUT_UNSTATED = 0, /* no sentence may lead down from here */
    SK_TAKE_OUT_FORBIDDEN,    /* no sentence may lead anywhere from here */
    SK_TAKE_OUT_WITH_APPROVAL,
    SK_TAKE_OUT_COUNT
} SkTakeOut;

typedef enum { SK_DIRECTION_UP = 0, SK_DIRECTION_DOWN } SkDirection; /* equal trust is up */

/** SkApproval: whose consent a crossing needs: the section's head, or its 情報セキュリティ管理者. */
typedef enum {
    SK_APPROVAL_NONE = 0,
    SK_APPROVAL_SECTION_HEAD,
    SK_APPROVAL_SECURITY_MANAGER,
    SK_APPROVAL_COUNT
} SkApproval;

/* Classes of confidentiality (自治体機密性) from 1 (public) to 3A (kept closest): numbers 1 to 5, as
 * bits 1u << number. */
#define SK_CLASS_MAX 5u
#define SK_CLASS_BIT(n) ((uint8_t)(1u << (n)))

#define SK_STEPS_MAX 4u /* of one chain of approvals */

/** SkStep: one consent of a chain. */
typedef struct {
    SkApproval role;
    uint8_t classes; /* SK_CLASS_BIT of those that need this step; 0: all do */
} SkStep;

#define SK_POLICY_EXPIRES_SOON (30ll * 24 * 3600 * 1000000)

/** SkPorts: one port or a range, of one protocol. */
typedef struct {
    SkPlace place;
    bool udp;
    uint16_t first;
    uint16_t last;
} SkPorts;

/** SkNetwork: an IPv4 or IPv6 prefix, host bits zero. IPv4 uses the first four bytes. */
typedef struct {
    SkPlace place;
    bool v6;
    uint8_t address[16];
    uint8_t prefix; /* bits; 32 or 128 for a single address */
} SkNetwork;

typedef struct {
    SkPlace place; /* of its name */
    char *name;
    char *label;
    uint32_t trust; /* 1 to 99 */
    SkPlace trust_place;
    GArray *networks; /* of SkNetwork; empty: none named, so both families are closed at the wall */
    SkPlace networks_place;
    char *interface;  /* or NULL */
    SkPlace interface_place;
    SkSignIn sign_in;
    SkPlace sign_in_place;
    SkTakeOut take_out;
    SkPlace take_out_place;
    bool reaches_internet;
    SkPlace reaches_place;
    int64_t idle_us;       /* a session ends so long after its last request */
    int64_t life_us;       /* and so long after its sign-in, whatever happens */
    uint32_t password_min; /* characters of a password set from now on */
    int64_t grace_us; /* a terminal lets people on so long without its station; 0: it does not */
    GArray *gates;    /* of SkPorts, sorted, not overlapping: what of the wall's own machine this
                         zone reaches; empty: nothing */
    SkPlace gates_place;
} SkZone;

#define SK_POLICY_IDLE_DEFAULT (30ll * 60 * 1000000)
#define SK_POLICY_IDLE_MIN (60ll * 1000000)
#define SK_POLICY_LIFE_DEFAULT (12ll * 3600 * 1000000)
#define SK_POLICY_LIFE_MAX (7ll * 24 * 3600 * 1000000) /* of idle too */
#define SK_POLICY_PASSWORD_DEFAULT 10u                 /* and never fewer */
#define SK_POLICY_PASSWORD_MAX 64u
#define SK_POLICY_GRACE_MAX (7ll * 24 * 3600 * 1000000)

/** SkHost: one machine, or a table of addresses (表): an end of flows, and nothing more. */
typedef struct {
    SkPlace place; /* of its name */
    char *name;
    char *label;
    bool table;
    const SkZone *zone; /* NULL: outside */
    GArray *addresses;  /* of SkNetwork, at least one, none in another: a host's with a full prefix,
                           a  table's with any, those of its hosts among them */
    GArray *named;      /* of a table: of SkNetwork: those that its own sentence names */
    GPtrArray *members; /* of a table: of const SkHost */
    bool has_mac;
    uint8_t mac[6];
    SkPlace mac_place;
    char *interface; /* outside: the wall's interface towards it, a zone's or not; NULL: any that is
                        no zone's */
    SkPlace interface_place;
} SkHost;

typedef enum { SK_RULE_FILE, SK_RULE_MAIL, SK_RULE_SCREEN } SkRuleKind;


/** SkRule (条): a sentence about content. Fields that its kind does not have stay zero. */
typedef struct {
    SkRuleKind kind;
    SkPlace place; /* of the whole sentence */
    const SkZone *from;
    const SkZone *to;
    SkDirection direction;
    SkLevel level;
    bool narrowed;             /* it names types */
    bool types[SK_TYPE_COUNT]; /* those it names; none where it names none */
    uint64_t size_max;         /* bytes; SK_POLICY_SIZE_DEFAULT where it names none */
    int64_t keep_original_us;  /* 0: originals are destroyed when the crossing ends */
    SkStep steps[SK_STEPS_MAX]; /* who consents, in order, each a different person */
    unsigned steps_n;           /* 0: nobody has to */
    int64_t within_us;          /* what waits for consent longer than this is over */
    int64_t remind_us;          /* who is waited for is reminded so often; 0: never */
    bool reason;                /* the sender must give a reason */
    uint8_t classes;            /* SK_CLASS_BIT of those allowed; 0: no class is asked for */
    uint32_t dpi;    /* of pages drawn; SK_POLICY_DPI_DEFAULT where it names none */
    uint8_t verdicts[SK_ELEMENT_COUNT]; /* SkVerdict it chooses; SK_VERDICT_NONE = the default */
    bool attachments_parked; /* mail: not carried out by this version: as if dropped */
    bool record;             /* screen; clipboard, files and print are always `none` */
} SkRule;

#define SK_POLICY_SIZE_DEFAULT (100ull << 20)
#define SK_POLICY_SIZE_MAX (4ull << 30)
#define SK_POLICY_KEEP_MAX (3660ll * 24 * 3600 * 1000000)
#define SK_POLICY_WITHIN_DEFAULT (30ll * 24 * 3600 * 1000000)
#define SK_POLICY_WITHIN_MIN (3600ll * 1000000)
#define SK_POLICY_WITHIN_MAX (366ll * 24 * 3600 * 1000000)
#define SK_POLICY_DPI_DEFAULT 150u
#define SK_POLICY_DPI_MIN 72u
#define SK_POLICY_DPI_MAX 600u

/** SkEnd: one end of a flow: exactly one of the two is set; @host may be a table. */
typedef struct {
    SkPlace place;
    const SkZone *zone;
    const SkHost *host;
} SkEnd;

/** SkFlow: a sentence about packets. The last three belong to a `specific flow` (特定通信). */
typedef struct {
    SkPlace place;
    SkEnd from;
    SkEnd to;
    GArray *ports; /* of SkPorts, at least one, sorted, not overlapping */
    bool specific;
    uint32_t kind; /* 1 to 9 */
    char *owner;
    int64_t
        until_us; /* µs UTC: the first moment at which it is over (the day after, 00:00 in Japan) */
    char *until;  /* as written, YYYY-MM-DD */
} SkFlow;

typedef struct SkPolicy SkPolicy;

/**
 * sk_policy_parse:
 * @text: the whole file; not kept
 * @ret: (out) (transfer full): set only where no error was found
 * @ret_diagnostics: (out) (transfer full): always set, errors and warnings by place
 * Linear but for look-ups within the limits above.
 * Returns: true where no error was found (there may be warnings)
 */
bool sk_policy_parse(SkSpan text, SkPolicy **ret,
                     GPtrArray **ret_diagnostics) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_policy_read: the policy in the file @path and in those that it includes.
 * @ret: (out) (transfer full): NULL where an error was found
 * @ret_sources, @ret_diagnostics: (out) (transfer full): always set where @path could be read
 * @error: SK_ERROR_IO, SK_ERROR_LIMIT: @path could not be read
 */
bool sk_policy_read(const char *path, SkPolicy **ret, SkSources **ret_sources,
                    GPtrArray **ret_diagnostics, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_policy_warn_expired: adds a warning for each specific flow that is over at @now (µs UTC), or
 * is so within SK_POLICY_EXPIRES_SOON. */
void sk_policy_warn_expired(const SkPolicy *self, int64_t now, GPtrArray *diagnostics);
SkPolicy *sk_policy_ref(SkPolicy *self);
void sk_policy_unref(SkPolicy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkPolicy, sk_policy_unref)
/**
 * sk_policy_load: reads and parses a file and what it includes, for programs that only want a
 * policy or a reason.
 * @error: SK_ERROR_IO, SK_ERROR_LIMIT, or SK_ERROR_MALFORMED with every diagnostic printed in its
 * message
 */
bool sk_policy_load(const char *path, SkPolicy **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *sk_policy_organisation(const SkPolicy *self); /* "" where the text names none */
SkModel sk_policy_model(const SkPolicy *self);
const GPtrArray *sk_policy_zones(const SkPolicy *self); /* of const SkZone, in canonical order */
const GPtrArray *sk_policy_hosts(const SkPolicy *self); /* of const SkHost, none of them a table */
const GPtrArray *sk_policy_tables(const SkPolicy *self); /* of const SkHost, each a table */
const GPtrArray *sk_policy_rules(const SkPolicy *self); /* of const SkRule */
const GPtrArray *sk_policy_flows(const SkPolicy *self); /* of const SkFlow */
/** sk_policy_zone: NULL where there is none of that name. */
const SkZone *sk_policy_zone(const SkPolicy *self, const char *name);
const SkHost *sk_policy_host(const SkPolicy *self, const char *name);
const SkHost *sk_policy_table(const SkPolicy *self, const char *name);
/** sk_policy_file: the file that @place lies in, as it was named; "" where the text was not read
 * from files. */
const char *sk_policy_file(const SkPolicy *self, SkPlace place);
/** sk_policy_guests: (transfer full): of SkNetwork: what stands outside at @interface, hosts and
 * tables: sorted, none in another. */
GArray *sk_policy_guests(const SkPolicy *self, const char *interface);
/** sk_end_name: of a zone, host or table. */
const char *sk_end_name(const SkEnd *self);
/** sk_end_zone: the zone that it is or lies in; NULL: outside. */
const SkZone *sk_end_zone(const SkEnd *self);
/** sk_end_networks: of SkNetwork: its addresses. */
const GArray *sk_end_networks(const SkEnd *self);
/** sk_zone_sign_in_possible: false where nobody can sign in: none named, or one this version cannot
 * meet. */
bool sk_zone_sign_in_possible(const SkZone *self);

const char *sk_model_name(SkModel model);      /* "" for SK_MODEL_NONE */
const char *sk_sign_in_name(SkSignIn sign_in); /* "password", "two factors"; "" for none */
const char *
sk_take_out_name(SkTakeOut take_out); /* "forbidden", "with approval"; "" for unstated */
const char *sk_direction_name(SkDirection direction); /* "up", "down" */
const char *sk_approval_name(SkApproval approval);    /* "section-head"; "" for none */
SkApproval sk_approval_lookup(const char *name);      /* NONE where it is not one */
const char *sk_class_name(unsigned class);            /* "1", "2", "3C", "3B", "3A"; "" for 0 */
unsigned sk_class_lookup(const char *name);           /* 0 where it is not one */
/** sk_rule_steps: the steps that @class (0: none given) needs under @rule, in order. Returns how
 * many. */
unsigned sk_rule_steps(const SkRule *rule, unsigned class, SkApproval ret[SK_STEPS_MAX]);

/* ---- printing ------------------------------------------------------------------------------- */

/** sk_policy_show: (transfer full): the canonical text: same meaning, same text; it parses back to
 * the same tree. */
char *sk_policy_show(const SkPolicy *self);
/** sk_policy_digest: (transfer none): SHA-256 of the canonical text, 64 hexadecimal digits. */
const char *sk_policy_digest(const SkPolicy *self);
/** sk_policy_explain: (transfer full): of owned char *: the sentences in words, one a line;
 * @language "ja" or "en". */
GPtrArray *sk_policy_explain(const SkPolicy *self, const char *language);
/** sk_policy_explain_content: the same without hosts, networks, interfaces and packet flows: what
 * everybody may know. */
GPtrArray *sk_policy_explain_content(const SkPolicy *self, const char *language);

/* ---- the question that gates and intake ask ---------------------------------------------------
 */

/** sk_policy_file_rule: the sentence that governs a file of @type; NULL = forbidden. One that names
 * @type wins. */
const SkRule *sk_policy_file_rule(const SkPolicy *self, const char *from, const char *to,
                                  SkType type);

typedef struct {
    const char *from;
    const char *to;
    SkType type;     /* SK_TYPE_NONE: not known (yet) */
    SkLevel level;   /* SK_LEVEL_NONE: the sentence's own */
    uint64_t size;   /* bytes */
    unsigned class;  /* 0: none given */
    bool has_reason; /* the sender gave a reason */
    bool numbers;    /* My Numbers were found in it: every step of the sentence is needed */
} SkQuestion;

/** SkDecision: how a crossing is carried out. Plain data: copy it. */
typedef struct {
    SkDirection direction;
    SkLevel level;
    uint64_t size_max;
    int64_t keep_original_us;
    SkApproval steps[SK_STEPS_MAX]; /* those that the question's class needs */
    unsigned steps_n;
    int64_t within_us;
    int64_t remind_us;
    bool reason;
    uint8_t classes;
    uint32_t dpi;
    uint8_t verdicts[SK_ELEMENT_COUNT]; /* for SkJob.verdicts */
} SkDecision;

/**
 * sk_policy_decide_file: may this file cross, and how? A stricter level than the sentence's may be
 * asked.
 * @error: SK_ERROR_FORBIDDEN no sentence, or a laxer level asked; SK_ERROR_LIMIT too large;
 *   SK_ERROR_MISMATCH a class or reason that the sentence asks for is missing or not allowed;
 *   SK_ERROR_UNSUPPORTED the sentence is not carried out by this version
 */
bool sk_policy_decide_file(const SkPolicy *self, const SkQuestion *question, SkDecision *ret,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * sk_policy_decide_inside: may a file of @type stand inside @whole, which crosses, and how is it made harmless there?
 * @level: that is asked for; NONE: its sentence's own
 * Errors: as sk_policy_decide_file, of either; FORBIDDEN also where @type needs a consent that @whole does not: nothing
 * gets past an approval by being packed.
 */
bool sk_policy_decide_inside(const SkPolicy *self, const SkQuestion *whole, SkType type, SkLevel level,
                             uint64_t size, SkDecision *ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_type_becomes: may content of @type, made harmless at @level, come out as @out, whatever its sentence says of elements? */
bool sk_type_becomes(SkType type, SkLevel level, SkType out);
#define SK_WAYS_MAX 32u
/**
 * sk_policy_way_in: the @way-th level, with its verdicts, at which something that is let in inside @whole comes out as
 * @out; false: there is none. Text is always among them: it is what everything may become, and what stands in the place
 * of what was refused.
 */
bool sk_policy_way_in(const SkPolicy *self, const SkQuestion *whole, SkType out, uint64_t size, unsigned way,
                      SkDecision *ret);
/**
 * sk_policy_decide_mail: may a mail of @question's size cross, and how? Its type and level are not looked at: a mail
 * goes as text.
 * @error: as sk_policy_decide_file
 */
bool sk_policy_decide_mail(const SkPolicy *self, const SkQuestion *question, SkDecision *ret,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_policy_mail_rules: (transfer container): of const SkRule: the mail sentences that lead away from @from and are
 * carried out. */
GPtrArray *sk_policy_mail_rules(const SkPolicy *self, const char *from);
/** sk_decision_chain: (transfer full): the roles of @self's steps, joined by " then "; NULL for
 * none. */
char *sk_decision_chain(const SkDecision *self);
/** sk_policy_carried_out: false for sentences that this version checks but refuses to act on. */
bool sk_policy_carried_out(const SkRule *rule);

/** sk_policy_destinations: (transfer container): of const SkRule: the file sentences that lead away
 * from @from and are carried out. */
GPtrArray *sk_policy_destinations(const SkPolicy *self, const char *from);
/** sk_rule_levels: the levels a person may ask for under @rule, its own first, then stricter ones.
 * Returns how many. */
unsigned sk_rule_levels(const SkRule *rule, SkLevel ret[SK_LEVEL_COUNT]);
/** sk_rule_allows: is @level one of sk_rule_levels? */
bool sk_rule_allows(const SkRule *rule, SkLevel level);
