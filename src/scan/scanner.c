/* SPDX-License-Identifier: Apache-2.0
 * scanner.c - contract in scanner.h. */
#include "scan/scanner.h"

#include "base/io.h"
#include "base/log.h"
#include "scan/clamd.h"

#define WALL_MS 60000u

struct SkScanner {
    GMutex lock; /* over the pool: it does one job at a time */
    SkPool *yara; /* owned; NULL: none */
    char *clamd;  /* NULL: none */
};

SkScanner *
sk_scanner_new(const char *programs, const char *yara, const char *clamd)
{
    SkScanner *self = g_new0(SkScanner, 1);

    g_mutex_init(&self->lock);
    if (yara != NULL && *yara != '\0') {
        g_autofree char *program = g_build_filename(programs, "sekisho-scan", NULL);
        self->yara = sk_pool_new(program);
        sk_pool_set_rules(self->yara, yara);
    }
    if (clamd != NULL && *clamd != '\0')
        self->clamd = g_strdup(clamd);
    return self;
}

void
sk_scanner_free(SkScanner *self)
{
    if (self == NULL)
        return;
    sk_pool_free(self->yara);
    g_free(self->clamd);
    g_mutex_clear(&self->lock);
    g_free(self);
}

/* false: it did not do its work. */
static bool
ask_yara(SkScanner *self, int input, SkReport *report, bool *ret_hit)
{
    g_autoptr(SkReport) said = NULL;
    g_autoptr(GError) why = NULL;
    sk_autofd nothing = -1;
    SkJob job = sk_job_default();

    job.limits.input = (uint64_t)MAX(sk_io_size(input), 0);
    job.limits.wall_ms = WALL_MS;
    g_mutex_lock(&self->lock);
    bool ran = sk_pool_run(self->yara, &job, input, &said, &nothing, &why);
    g_mutex_unlock(&self->lock);
    if (!ran) {
        sk_log(SK_LOG_ERROR, "scan-failed", "scanner", "yara", "why", why->message, NULL);
        return false;
    }
    bool hit = said->outcome == SK_OUTCOME_REFUSED && said->reason == SK_REASON_MALWARE;
    for (unsigned i = 0; hit && i < said->findings->len; i++) {
        const SkFinding *f = &g_array_index(said->findings, SkFinding, i);
        sk_report_find(report, SK_ELEMENT_MALWARE, SK_ACTION_REFUSED, sk_span_str(f->place), 1);
    }
    *ret_hit = *ret_hit || hit;
    if (!hit && said->outcome != SK_OUTCOME_CLEAN)
        sk_log(SK_LOG_ERROR, "scan-failed", "scanner", "yara", "why", sk_reason_name(said->reason), NULL);
    return hit || said->outcome == SK_OUTCOME_CLEAN;
}

static bool
ask_clamd(const SkScanner *self, int input, SkReport *report, bool *ret_hit)
{
    g_autofree char *name = NULL;
    g_autoptr(GError) why = NULL;

    if (!sk_clamd_scan(self->clamd, input, WALL_MS, &name, &why)) {
        sk_log(SK_LOG_ERROR, "scan-failed", "scanner", "clamd", "why", why->message, NULL);
        return false;
    }
    if (name == NULL)
        return true;
    g_autofree char *place = g_strconcat("clamd: ", name, NULL);
    sk_report_find(report, SK_ELEMENT_MALWARE, SK_ACTION_REFUSED, sk_span_str(place), 1);
    *ret_hit = true;
    return true;
}

bool
sk_scanner_scan(void *data, const SkJob *job, int input, SkReport *report)
{
    SkScanner *self = data;
    bool hit = false;
    bool yara = self->yara == NULL || ask_yara(self, input, report, &hit);
    bool clamd = self->clamd == NULL || ask_clamd(self, input, report, &hit);
    bool none = self->yara == NULL && self->clamd == NULL;

    if (hit) {
        sk_report_refuse(report, SK_REASON_MALWARE);
        return false;
    }
    if (yara && clamd && !none)
        return true;
    bool refused = job->verdicts[SK_ELEMENT_UNSCANNED] == SK_VERDICT_REFUSED;
    if (refused || !none)
        sk_report_find(report, SK_ELEMENT_UNSCANNED, refused ? SK_ACTION_REFUSED : SK_ACTION_KEPT,
                       sk_span_str(none ? "" : !yara ? "yara" : "clamd"), 1);
    if (refused)
        sk_report_refuse(report, SK_REASON_FORBIDDEN);
    return !refused;
}
