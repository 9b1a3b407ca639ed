/* SPDX-License-Identifier: Apache-2.0
 * api-seal.c - the seal's files as they lie there: the checkpoint and the hashes for whoever is signed
 * in, the entries for administrators. A path that is not exactly a tile's name never reaches the disk.
 * Contracts in api.h and data/openapi.json. */
#include "base/io.h"
#include "seal/tile.h"
#include "web/api.h"

#define CHECKPOINT_MAX (64u << 10)

static void
send_file(SkWebRequest *req, const char *name, uint64_t limit, const char *type)
{
    const char *directory = req->web->options->seal;
    g_autoptr(GBytes) bytes = NULL;

    if (directory == NULL) {
        sk_answer_problem(req, SK_PROBLEM_NOT_FOUND);
        return;
    }
    g_autofree char *path = g_build_filename(directory, name, NULL);
    if (sk_io_read_file(path, limit, &bytes, NULL))
        sk_answer_bytes(req, bytes, type);
    else
        sk_answer_problem(req, SK_PROBLEM_NOT_FOUND);
}

void
sk_api_checkpoint(SkWebRequest *req, SkStore *store)
{
    (void)store;
    send_file(req, "checkpoint", CHECKPOINT_MAX, "text/plain; charset=utf-8");
}

void
sk_api_tile(SkWebRequest *req, SkStore *store)
{
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
    g_autofree char *path = sk_tile_path(tile);
    send_file(req, path, SK_TILE_BUNDLE_MAX, "application/octet-stream");
}
