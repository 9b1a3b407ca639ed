/* SPDX-License-Identifier: Apache-2.0
 *
 * pam_sekisho.c - the module: a terminal or server asks its zone's station for password and
 * one-time code. Runs in: login, sshd and other programs that ask PAM, mostly as root. Trusts: its
 * service file; nothing that a person types, and of the station no more than ask.h says. Every way
 * that is not a yes ends in a refusal. Spec: docs/man/pam_sekisho.8.scd, docs/decisions/0137 Tests:
 * tests/e2e/e2e-terminals
 */
#include "pam/ask.h"
#include "pam/grace.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define EXPORT __attribute__((visibility("default")))
#define LET_IN "sekisho-let-in" /* where pam_sm_acct_mgmt finds who was let in */

typedef struct {
    pam_handle_t *pam;
    SkTerminalOptions options;
    SkAsk *ask;
    const char *name;     /* borrowed from PAM */
    const char *password; /* likewise: PAM wipes it */
    bool tell;
} Try;

static void
say(const Try *t, const char *words)
{
    if (t->tell)
        (void)pam_info(t->pam, "%s", words);
}

static void
free_name(pam_handle_t *pam, void *data, int status)
{
    (void)pam;
    (void)status;
    free(data);
}

static int
let_in(const Try *t)
{
    char *name = strdup(t->name);
    int set = name == NULL ? PAM_BUF_ERR : pam_set_data(t->pam, LET_IN, name, free_name);
    if (set != PAM_SUCCESS)
        free(name);
    return set;
}

static int
welcome(Try *t)
{
    int64_t grace = t->options.grace ? sk_ask_grace(t->ask) : 0;

    if (!sk_ask_end(t->ask))
        pam_syslog(t->pam, LOG_WARNING, "the station's session of %s stands until its limit",
                   t->name);
    if (!sk_grace_keep(&t->options, t->name, t->password, grace))
        pam_syslog(t->pam, LOG_WARNING,
                   "nothing is kept for %s: no grace while the station is away", t->name);
    return let_in(t);
}

static int
by_grace(Try *t)
{
    int64_t left = 0;

    if (!t->options.grace)
        return PAM_AUTHINFO_UNAVAIL;
    switch (sk_grace_check(&t->options, t->name, t->password, &left)) {
    case SK_GRACE_YES:
        pam_syslog(t->pam, LOG_NOTICE,
                   "%s comes in by grace, by password alone; %lld minutes are left", t->name,
                   (long long)(left / 60));
        say(t, "The station cannot be reached: you are let in by grace.");
        return let_in(t);
    case SK_GRACE_WRONG:
        pam_syslog(t->pam, LOG_NOTICE, "%s: not let in by grace: another password", t->name);
        return PAM_AUTH_ERR;
    case SK_GRACE_NONE:
        break;
    }
    say(t, "The station cannot be reached.");
    return PAM_AUTHINFO_UNAVAIL;
}

static int
refuse(Try *t, SkAsked asked)
{
    switch (asked) {
    case SK_ASKED_NO:
        pam_syslog(t->pam, LOG_NOTICE, "the station refuses %s", t->name);
        return PAM_AUTH_ERR;
    case SK_ASKED_DELAYED:
        pam_syslog(t->pam, LOG_NOTICE, "too many misses of %s", t->name);
        say(t, "Too many misses: wait a while.");
        return PAM_MAXTRIES;
    case SK_ASKED_ENROL:
        pam_syslog(t->pam, LOG_NOTICE, "%s: %s", t->name, sk_ask_why(t->ask));
        say(t, "Set up a one-time code on the station's pages first.");
        return PAM_AUTH_ERR;
    case SK_ASKED_EXPIRED:
        pam_syslog(t->pam, LOG_NOTICE, "%s: the password has expired in the directory", t->name);
        say(t, "Your password has expired: change it in the directory first.");
        return PAM_AUTH_ERR;
    case SK_ASKED_AWAY:
        pam_syslog(t->pam, LOG_ERR, "the station's directory does not answer");
        say(t, "The directory that has the passwords does not answer.");
        return PAM_AUTHINFO_UNAVAIL;
    case SK_ASKED_YES:
    case SK_ASKED_SECOND:
    case SK_ASKED_UNREACHABLE:
    case SK_ASKED_FAILED:
        break;
    }
    pam_syslog(t->pam, LOG_ERR, "the station does not answer: %s", sk_ask_why(t->ask));
    say(t, "The station cannot be asked.");
    return PAM_AUTHINFO_UNAVAIL;
}

/* From here on the station has been there: no grace, whatever happens to the line meanwhile. */
static int
second_step(Try *t)
{
    char *code = NULL;
    int prompted = pam_prompt(t->pam, PAM_PROMPT_ECHO_OFF, &code, "One-time code: ");

    if (prompted != PAM_SUCCESS || code == NULL)
        return prompted == PAM_SUCCESS ? PAM_CONV_ERR : prompted;
    SkAsked asked = sk_ask_code(t->ask, t->name, code);
    explicit_bzero(code, strlen(code));
    free(code);
    return asked == SK_ASKED_YES ? welcome(t) : refuse(t, asked);
}

static int
first_step(Try *t)
{
    SkAsked asked = sk_ask_password(t->ask, t->name, t->password);

    if (asked == SK_ASKED_YES)
        return welcome(t);
    if (asked == SK_ASKED_SECOND)
        return second_step(t);
    if (asked == SK_ASKED_UNREACHABLE) {
        pam_syslog(t->pam, LOG_WARNING, "the station cannot be reached: %s", sk_ask_why(t->ask));
        return by_grace(t);
    }
    if (asked == SK_ASKED_NO)
        sk_grace_refused(&t->options, t->name, t->password);
    return refuse(t, asked);
}

static int
ask_person(Try *t)
{
    int got = pam_get_user(t->pam, &t->name, NULL);

    if (got != PAM_SUCCESS)
        return got;
    if (!sk_terminal_name_is(t->name))
        return PAM_USER_UNKNOWN;
    got = pam_get_authtok(t->pam, PAM_AUTHTOK, &t->password, NULL);
    if (got != PAM_SUCCESS)
        return got;
    return t->password == NULL || t->password[0] == '\0' ? PAM_AUTH_ERR : PAM_SUCCESS;
}

static int
take_options(pam_handle_t *pam, int argc, const char **argv, SkTerminalOptions *ret)
{
    const char *why = NULL;
    if (sk_terminal_options(argc, argv, ret, &why))
        return PAM_SUCCESS;
    pam_syslog(pam, LOG_ERR, "the service file is wrong: %s", why);
    return PAM_SERVICE_ERR;
}

EXPORT int
pam_sm_authenticate(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    Try t = { .pam = pam, .tell = ((unsigned)flags & PAM_SILENT) == 0 };

    /* libcurl writes a connection's keys to the file that this names, also in su, where a stranger
     * set it. */
    unsetenv("SSLKEYLOGFILE");
    (void)pam_set_data(pam, LET_IN, NULL, NULL);
    int result = take_options(pam, argc, argv, &t.options);
    if (result == PAM_SUCCESS)
        result = ask_person(&t);
    if (result != PAM_SUCCESS)
        return result;
    t.ask = sk_ask_new(&t.options);
    result = t.ask == NULL ? PAM_AUTHINFO_UNAVAIL : first_step(&t);
    sk_ask_free(t.ask);
    return result;
}

EXPORT int
pam_sm_setcred(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    (void)pam;
    (void)flags;
    (void)argc;
    (void)argv;
    return PAM_SUCCESS;
}

/* Who came by another way (a key of ssh, another module) was not asked for: their account may be
 * locked. */
EXPORT int
pam_sm_acct_mgmt(pam_handle_t *pam, int flags, int argc, const char **argv)
{
    const char *name = NULL;
    const void *who = NULL;

    (void)flags;
    (void)argc;
    (void)argv;
    if (pam_get_user(pam, &name, NULL) != PAM_SUCCESS || !sk_terminal_name_is(name))
        return PAM_USER_UNKNOWN;
    if (pam_get_data(pam, LET_IN, &who) != PAM_SUCCESS || who == NULL || strcmp(who, name) != 0)
        return PAM_ACCT_EXPIRED;
    return PAM_SUCCESS;
}
