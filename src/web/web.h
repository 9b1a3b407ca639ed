/* SPDX-License-Identifier: Apache-2.0
 *
 * web.h - the role `web` of a station: the HTTP interface of one zone (data/openapi.json), sign-in
 * and the static pages. Plain HTTP on loopback or on a Unix socket behind the zone's own proxy.
 * Runs in: the process `sekisho serve … web`, one or more a station. Trusts: its options; nothing
 * that comes in over a listener. Spec: docs/architecture.md, data/openapi.json   Tests:
 * tests/unit/web/, tests/e2e/e2e-web, e2e-nginx
 */
#pragma once

#include "base/base.h"
#include "web/guard.h"

typedef struct {
    const SkWebListener *listeners; /* open, listening; closed by the caller after the run */
    unsigned n_listeners;
    const char *zone;
    const char *origin;         /* "http://lgwan.localhost:8002": no path */
    const char *content_origin; /* the cookieless twin, of another host */
    const char *store;          /* database, set up (sk_store_setup) */
    const char *vault;          /* directory, set up */
    const char *policy;         /* file */
    const char *pages;          /* directory of the static pages, or NULL: none */
    const char *messages;       /* directory of ja.json and en.json, or NULL: none */
    const char *programs;       /* directory of our programs (sandbox/pipeline.h), or NULL */
    const char *seal;           /* directory of checkpoint and tile/, or NULL: none */
    const char *status; /* file that the supervisor keeps: a JSON array of {"name","alive","since"};
                           or NULL */
    const char *wall;   /* directory that the wall's watcher keeps, or NULL: nobody watches */
    bool management;    /* administrators may sign in on this listener */
    int secret_fd;      /* passwords to the runner (base/secret.h); -1: none can be taken */
    int directory_fd;   /* questions to the directory role (directory/question.h); -1: none is asked */
    int stop_fd;        /* readable or closed: end */
    int reload_fd;      /* eventfd, readable: read policy and pages again; -1: never */
    int ready_fd;       /* gets one byte `1` when requests are being answered; -1: nobody waits */
} SkWebOptions;

/**
 * sk_web_run: serves until @options->stop_fd says so, then lets go within 5 s.
 * @error: SK_ERROR_IO, SK_ERROR_MALFORMED (policy, origins), SK_ERROR_MISMATCH (zone)
 */
bool sk_web_run(const SkWebOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
