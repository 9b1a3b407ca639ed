/* SPDX-License-Identifier: Apache-2.0
 * api-seal.c - the seal's files as they lie there: the checkpoint and the hashes for whoever is
 * signed in, the entries for administrators. A path that is not exactly a tile's name never reaches
 * the disk. Contracts in api.h and data/openapi.json. */
#include "seal/log.h"
#include "web/api.h"

static void
answer_file(SkWebRequest *req, GBytes *bytes, const char *type)
{
    if (bytes == NULL)
        sk_answer_problem(req, SK_PROBLEM_NOT_FOUND);
    else
        sk_answer_bytes(req, bytes, type);
}

void
sk_api_checkpoint(SkWebRequest *req, SkStore *store)
{
    const char *directory = req->web->options->seal;
    g_autoptr(GBytes) bytes = NULL;
    (void)store;

    if (directory != NULL && !sk_seal_read_checkpoint(directory, &bytes, NULL, NULL))
        bytes = NULL;
    answer_file(req, bytes, "text/plain; charset=utf-8");
}

void
sk_api_tile(SkWebRequest *req, SkStore *store)
{
    const char *directory = req->web->options->seal;
    const char *name = req->path + sizeof "/api/v1/seal/" - 1;
    SkTile tile;
    (void)store;

    if (!sk_tile_parse(sk_span_str(name), &tile, NULL)) {
        sk_answer_problem(req, SK_PROBLEM_NOT_FOUND);
        return;
    }
    /* Whatever the route thought it was: entries are for those who may read entries. */
    if (tile.level == SK_TILE_ENTRIES &&
        !sk_permitted(req->session->account->role, SK_VERB_SEAL_ENTRIES, SK_SCOPE_STATION)) {
        sk_answer_problem(req, SK_PROBLEM_FORBIDDEN);
        return;
    }
    g_autoptr(GBytes) bytes = NULL;
    if (directory != NULL && !sk_seal_read_tile(directory, tile, &bytes, NULL))
        bytes = NULL;
    answer_file(req, bytes, "application/octet-stream");
}
