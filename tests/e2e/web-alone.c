/* SPDX-License-Identifier: Apache-2.0
 *
 * web-alone.c - a station with nothing but its role `web`, for tests: a fresh store and vault in a
 * folder, a listener on loopback and one on a Unix socket, and on stdin the words that stand in for
 * runner, intake and sealer. Prints one line of JSON for each.
 *
 *   web-alone FOLDER ZONE POLICY PAGES MESSAGES HTTPS-ORIGIN
 *
 * FOLDER is made; the Unix socket is FOLDER/web.sock. HTTPS-ORIGIN "-": requests come to loopback
 * with the origin http://ZONE.localhost:PORT; else the listener on loopback is left out and the
 * origin is that. SEKISHO_PROGRAMS: the folder of the workers' programs. Accounts: name:role:section:password, one a line on stdin, then an empty line.
 *
 * Words, one line each:
 *   hold ID TEXT        the oldest received crossing (must be ID) is disarmed to TEXT and waits for
 * an approval refuse ID REASON    it is refused offer ID TEXT       it is offered arrive FROM
 * SENDER RECIPIENT NAME TEXT      arrives and is ready arrive-held FROM SENDER RECIPIENT NAME TEXT
 * arrives and waits for an approval seal                the queued leaves are sealed reload policy
 * and pages are read again enrol NAME          a code for NAME's first factors totp NAME
 * a one-time secret (hexadecimal) that counts at once stop
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/io.h"
#include "base/log.h"
#include "base/uuid.h"
#include "seal/log.h"
#include "store/account.h"
#include "store/sealer.h"
#include "store/signin.h"
#include "web/web.h"

#define WORDS_MAX 8192
#define WORKER "test"

typedef struct {
    SkStore *store;
    SkSeal *seal;
    int stop;
    int reload;
} Hand;

static void
die(const char *what, GError *error)
{
    fprintf(stderr, "web-alone: %s: %s\n", what, error == NULL ? "failed" : error->message);
    exit(3);
}

static void
say(const char *key, const char *value)
{
    g_autofree char *quoted = sk_json_quote(value);
    printf("{\"%s\":%s}\n", key, quoted);
    fflush(stdout);
}

static char *
read_line(void)
{
    char line[WORDS_MAX];
    if (fgets(line, sizeof line, stdin) == NULL)
        return NULL;
    return g_strdup(g_strchomp(line));
}

/* TEXT is what it says, or `@N`: N letters. Returns how many bytes there are. */
static uint64_t
put(Hand *h, const char *text, char **ret_object, char **ret_sha256)
{
    uint8_t sha256[SK_SHA256_BYTES];
    g_autoptr(GError) error = NULL;
    g_autofree char *many =
        text[0] == '@' ? g_strnfill(g_ascii_strtoull(text + 1, NULL, 10), 'x') : NULL;
    SkSpan bytes = sk_span_str(many != NULL ? many : text);
    SkVaultWriter *writer = sk_vault_begin(sk_store_vault(h->store), bytes.n, &error);
    if (writer == NULL || !sk_vault_append(writer, bytes, &error) ||
        !sk_vault_commit(writer, ret_object, sha256, &error))
        die("vault", error);
    *ret_sha256 = sk_hex(sk_span(sha256, sizeof sha256));
    return bytes.n;
}

static GArray *
some_findings(void)
{
    GArray *findings = sk_store_findings_new();
    sk_store_findings_add(findings, sk_element_lookup("vba-project"), SK_VERDICT_REMOVED, 1,
                          "word/vbaProject.bin");
    sk_store_findings_add(findings, sk_element_lookup("text-newline"), SK_VERDICT_REPLACED, 3, "");
    return findings;
}

static bool
disarm(Hand *h, const char *id, SkEvent event, const char *text, GError **error)
{
    g_autofree char *object = NULL;
    g_autofree char *sha256 = NULL;
    g_autoptr(SkCrossing) claimed = NULL;
    g_autoptr(GArray) findings = some_findings();

    if (!sk_store_claim(h->store, WORKER, 60 * G_USEC_PER_SEC, &claimed, error))
        return false;
    if (claimed == NULL || strcmp(claimed->id, id) != 0)
        return sk_throw(error, SK_ERROR_INTERNAL, "not the oldest");
    uint64_t n = put(h, text, &object, &sha256);
    const SkOutcomeRow outcome = { .type_in = SK_TYPE_TEXT,
                                   .type_out = SK_TYPE_TEXT,
                                   .level = SK_LEVEL_REBUILT,
                                   .name_out = "結果.txt",
                                   .object_out = object,
                                   .sha256_out = sha256,
                                   .bytes_out = n };
    const SkEventDetails details = { .worker = WORKER,
                                     .outcome = &outcome,
                                     .findings = findings,
                                     .approval = event == SK_EVENT_HOLD ? "section-head" : NULL };
    return sk_crossing_event(h->store, id, event, &details, NULL, error);
}

static bool
refuse(Hand *h, const char *id, const char *reason, GError **error)
{
    g_autoptr(SkCrossing) claimed = NULL;
    const SkEventDetails details = { .worker = WORKER,
                                     .reason = sk_reason_lookup(reason),
                                     .type_in = SK_TYPE_DOCX };

    if (!sk_store_claim(h->store, WORKER, 60 * G_USEC_PER_SEC, &claimed, error))
        return false;
    if (claimed == NULL || strcmp(claimed->id, id) != 0)
        return sk_throw(error, SK_ERROR_INTERNAL, "not the oldest");
    return sk_crossing_event(h->store, id, SK_EVENT_REFUSE, &details, NULL, error);
}

static bool
arrive(Hand *h, char **words, bool held, GError **error)
{
    g_autofree char *id = sk_uuid_new();
    g_autofree char *object = NULL;
    g_autofree char *sha256 = NULL;
    g_autoptr(GArray) findings = some_findings();
    g_autoptr(SkCrossing) crossing = NULL;
    bool existing = false;

    uint64_t n = put(h, words[5], &object, &sha256);
    const SkArrival in = { .id = id,
                           .from = words[1],
                           .sender = words[2],
                           .recipient = words[3],
                           .name = words[4],
                           .type_in = SK_TYPE_TEXT,
                           .type_out = SK_TYPE_TEXT,
                           .level_asked = SK_LEVEL_REBUILT,
                           .level = SK_LEVEL_REBUILT,
                           .object_out = object,
                           .sha256_out = sha256,
                           .bytes_in = 10,
                           .bytes_out = n,
                           .policy_digest = sha256,
                           .findings = findings };
    if (!sk_store_arrive(h->store, &in, &crossing, &existing, error))
        return false;
    const SkEventDetails details = { .approval = held ? "section-head" : NULL };
    if (!sk_crossing_event(h->store, id, held ? SK_EVENT_HOLD : SK_EVENT_CLEAR, &details, NULL,
                           error))
        return false;
    say("id", id);
    return true;
}

static bool
enrol(Hand *h, const char *name, GError **error)
{
    g_autofree char *code = NULL;
    int64_t expires = 0;
    if (!sk_enrolment_issue(h->store, name, NULL, &code, &expires, error))
        return false;
    say("id", code);
    return true;
}

static bool
lay_totp(Hand *h, const char *name, GError **error)
{
    g_autoptr(GBytes) secret = NULL;
    if (!sk_totp_lay(h->store, name, &secret, error))
        return false;
    g_autofree char *hex = sk_hex(sk_span_bytes(secret));
    say("id", hex);
    return true;
}

static void
ring(int fd)
{
    uint64_t one = 1;
    if (write(fd, &one, sizeof one) < 0)
        die("eventfd", NULL);
}

/* false: stop. */
static bool
obey(Hand *h, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 6);
    guint n = g_strv_length(words);
    g_autoptr(GError) error = NULL;
    uint64_t sealed = 0;
    bool ok = false;

    if (n == 1 && strcmp(words[0], "stop") == 0)
        return false;
    if (n >= 3 && strcmp(words[0], "hold") == 0)
        ok = disarm(h, words[1], SK_EVENT_HOLD, words[2], &error);
    else if (n >= 3 && strcmp(words[0], "offer") == 0)
        ok = disarm(h, words[1], SK_EVENT_OFFER, words[2], &error);
    else if (n == 3 && strcmp(words[0], "refuse") == 0)
        ok = refuse(h, words[1], words[2], &error);
    else if (n == 6 && strcmp(words[0], "arrive") == 0)
        return arrive(h, words, false, &error) || (say("error", error->message), true);
    else if (n == 6 && strcmp(words[0], "arrive-held") == 0)
        return arrive(h, words, true, &error) || (say("error", error->message), true);
    else if (n == 2 && strcmp(words[0], "enrol") == 0)
        return enrol(h, words[1], &error) || (say("error", error->message), true);
    else if (n == 2 && strcmp(words[0], "totp") == 0)
        return lay_totp(h, words[1], &error) || (say("error", error->message), true);
    else if (n == 1 && strcmp(words[0], "seal") == 0)
        ok = sk_sealer_once(h->store, h->seal, &sealed, &error);
    else if (n == 1 && strcmp(words[0], "reload") == 0) {
        ring(h->reload);
        ok = true;
    }
    if (ok)
        say("done", words[0]);
    else
        say("error", error == NULL ? "what?" : error->message);
    return true;
}

static void *
listen_to_stdin(void *data)
{
    Hand *h = data;
    for (;;) {
        g_autofree char *line = read_line();
        if (line == NULL || !obey(h, line))
            break;
    }
    ring(h->stop);
    return NULL;
}

static SkSeal *
open_seal(const char *folder, const char *zone)
{
    g_autofree char *directory = g_build_filename(folder, "seal", NULL);
    g_autofree char *key = g_build_filename(folder, "seal-key", NULL);
    g_autofree char *origin = g_strconcat("sekisho.example/", zone, NULL);
    g_autoptr(GError) error = NULL;
    if (!sk_seal_setup(directory, key, origin, &error))
        die("seal", error);
    SkSeal *seal = sk_seal_open(directory, key, &error);
    if (seal == NULL)
        die("seal", error);
    return seal;
}

static void
add_accounts(SkStore *store)
{
    for (;;) {
        g_autofree char *line = read_line();
        g_autoptr(GError) error = NULL;
        if (line == NULL || line[0] == '\0')
            return;
        g_auto(GStrv) parts = g_strsplit(line, ":", 4);
        /* Without a password: somebody who is not enrolled yet. */
        g_autofree char *hash =
            parts[3][0] == '\0' ? g_strdup("") : sk_password_hash(parts[3], &error);
        const SkAccount account = { .name = parts[0],
                                    .label = parts[0],
                                    .role = sk_role_lookup(parts[1]),
                                    .section = parts[2] };
        if (hash == NULL || !sk_account_add(store, &account, hash, NULL, &error))
            die(parts[0], error);
    }
}

static int
listen_tcp(unsigned *ret_port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 1024) != 0 || getsockname(fd, (struct sockaddr *)&address, &n) != 0)
        die("listen", NULL);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static int
listen_unix(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 1024) != 0)
        die(path, NULL);
    return fd;
}

static void
serve(const char *folder, char **argv, Hand *h)
{
    g_autofree char *store = g_build_filename(folder, "db", NULL);
    g_autofree char *vault = g_build_filename(folder, "vault", NULL);
    g_autofree char *seal = g_build_filename(folder, "seal", NULL);
    g_autofree char *status = g_build_filename(folder, "status.json", NULL);
    g_autofree char *socket_path = g_build_filename(folder, "web.sock", NULL);
    bool https = strcmp(argv[6], "-") != 0;
    unsigned port = 0;
    g_autoptr(GError) error = NULL;
    SkWebListener listeners[2];
    unsigned n = 0;

    listeners[n++] = (SkWebListener){ .fd = listen_unix(socket_path), .unix_socket = true };
    if (!https)
        listeners[n++] = (SkWebListener){ .fd = listen_tcp(&port) };
    g_autofree char *origin =
        https ? g_strdup(argv[6]) : g_strdup_printf("http://%s.localhost:%u", argv[2], port);
    g_autofree char *content =
        g_strdup_printf("%.*s://files.%s", https ? 5 : 4, origin, strstr(origin, "://") + 3);
    SkWebOptions options = { .secret_fd = -1,
                             .directory_fd = -1,
                             .listeners = listeners,
                             .n_listeners = n,
                             .zone = argv[2],
                             .origin = origin,
                             .content_origin = content,
                             .store = store,
                             .vault = vault,
                             .policy = argv[3],
                             .pages = argv[4],
                             .messages = argv[5],
                             .programs = g_getenv("SEKISHO_PROGRAMS"),
                             .seal = seal,
                             .status = status,
                             .management = true,
                             .stop_fd = h->stop,
                             .reload_fd = h->reload,
                             .ready_fd = -1 };
    say("origin",
        origin); /* the listeners are open: who dials now is answered as soon as the role is up */
    GThread *thread = g_thread_new("hand", listen_to_stdin, h);
    if (!sk_web_run(&options, &error))
        die("web", error);
    g_thread_join(thread);
}

int
main(int argc, char **argv)
{
    Hand h = { .stop = eventfd(0, EFD_CLOEXEC), .reload = eventfd(0, EFD_CLOEXEC) };
    g_autoptr(GError) error = NULL;

    if (argc != 7)
        die("six words", NULL);
    sk_log_init("web-alone", argv[2]);
    g_autofree char *store = g_build_filename(argv[1], "db", NULL);
    g_autofree char *vault = g_build_filename(argv[1], "vault", NULL);
    if (!sk_store_setup(store, vault, argv[2], &error))
        die("setup", error);
    h.store = sk_store_open(store, vault, &error);
    if (h.store == NULL)
        die("open", error);
    add_accounts(h.store);
    h.seal = open_seal(argv[1], argv[2]);
    serve(argv[1], argv, &h);
    sk_seal_close(h.seal);
    sk_store_close(h.store);
    return 0;
}
