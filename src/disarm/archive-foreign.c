/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-foreign.c - archives that are no ZIP: tar, 7z, rar, lzh, cab, and what gzip, bzip2 or xz made smaller, of one
 * file or of a tar. Read twice: for names, which are decided once and for all, and for contents, which are handed out as
 * children on the way.
 * Runs in: disarm worker (no files, no network). Trusts: libarchive not to err on what it is given; nothing that it says.
 * Spec: docs/formats/archive.md (Other archives); docs/decisions/0186-other-archives.md
 * Tests: tests/golden/hostile-foreign, tests/fuzz/fuzz-archive-foreign.c
 */
#include "disarm/archive-foreign.h"

#include "disarm/archive-charset.h"
#include "disarm/archive-lzh.h"
#include "disarm/archive-paths.h"
#include "disarm/archive-shape.h"
#include "disarm/archive-stream.h"
#include "disarm/archive-time.h"
#include "disarm/formats.h"
#include "sandbox/children.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TAR_BLOCK 512u
#define TAR_SUM_AT 148u
#define TAR_SUM_LEN 8u

typedef struct {
    GBytes *raw; /* owned: its name as it stands there */
    char *name;  /* owned; NULL: it is not handed out */
    uint64_t size;
    uint32_t written, crc;
    bool utf8, folder, special, summed; /* summed: `crc` is what it must be */
} Member;

typedef struct {
    SkDisarm *disarm;
    SkType type; /* TAR, 7Z, RAR, LZH or CAB, once the stream is off */
    GArray *members; /* owned: of Member */
    GArray *lzh;     /* owned: of SkLzhMember; LZH only */
    GArray *rar;     /* owned: of SkRarFile; empty but for a rar */
    SkArchivePaths paths;
    SkNames charset;
    SkChildrenWriter writer;
} Foreign;

/* One reading of the archive, from its beginning. */
typedef struct {
    Foreign *foreign;
    struct archive *archive; /* owned */
    SkArchiveStream stream;
    bool streamed;
    SkSpan first;   /* what was looked at before, and is read first */
    SkSpan spans[2]; /* what is read where nothing streams: a header of ours, the archive's bytes */
    unsigned span;
    size_t at;
    GError *error; /* owned: of the stream */
} Reading;

static void
member_clear(void *pointer)
{
    Member *member = pointer;
    g_bytes_unref(member->raw);
    g_free(member->name);
}

static void
foreign_clear(Foreign *self)
{
    g_clear_pointer(&self->members, g_array_unref);
    g_clear_pointer(&self->lzh, g_array_unref);
    g_clear_pointer(&self->rar, g_array_unref);
    sk_archive_paths_clear(&self->paths);
}

static bool
found(Foreign *self, SkElement element, SkSpan place, GError **error)
{
    SkVerdict verdict = SK_VERDICT_NONE;
    return sk_disarm_found(self->disarm, element, place, 1, &verdict, error);
}

static bool
ambiguous(Foreign *self, SkElement element, SkSpan place, GError **error)
{
    sk_report_find(self->disarm->report, element, SK_ACTION_REFUSED, place, 1);
    g_clear_error(error);
    return sk_throw(error, SK_ERROR_AMBIGUOUS, "archive: %s", sk_element_get(element)->code);
}

/* Of an error that is ours: a bomb is said with its name, and what stands behind the end. */
static bool
tell_why(Foreign *self, SkSpan place, GError **error)
{
    if (g_error_matches(*error, SK_ERROR, SK_ERROR_LIMIT))
        sk_report_find(self->disarm->report, SK_ELEMENT_ZIP_BOMB, SK_ACTION_REFUSED, place, 1);
    else if (g_error_matches(*error, SK_ERROR, SK_ERROR_AMBIGUOUS))
        sk_report_find(self->disarm->report, SK_ELEMENT_TRAILING_DATA, SK_ACTION_REFUSED, place, 1);
    return false;
}

/* ---- what libarchive reads ----------------------------------------------------------------- */

static la_ssize_t
read_more(struct archive *archive, void *user, const void **ret)
{
    Reading *self = user;
    SkSpan s = self->first;

    self->first = SK_SPAN_EMPTY;
    if (s.n == 0 && self->streamed && !sk_archive_stream_next(&self->stream, &s, &self->error)) {
        archive_set_error(archive, EILSEQ, "stream");
        return -1;
    }
    while (s.n == 0 && !self->streamed && self->span < G_N_ELEMENTS(self->spans)) {
        SkSpan all = self->spans[self->span];
        s = sk_span_sub(all, self->at, all.n - self->at);
        self->span++;
        self->at = 0;
    }
    *ret = s.p;
    return (la_ssize_t)s.n;
}

/* Only where the archive is one span: 7z and rar ask for it. */
static la_int64_t
move(struct archive *archive, void *user, la_int64_t offset, int whence)
{
    Reading *self = user;
    int64_t all = (int64_t)self->spans[0].n;
    int64_t base = whence == SEEK_END ? all : 0;

    (void)archive;
    if (whence == SEEK_CUR || offset > all - base || offset < -base)
        return ARCHIVE_FATAL;
    self->span = 0;
    self->at = (size_t)(base + offset);
    return base + offset;
}

static int
enable(struct archive *archive, SkType type)
{
    if (type == SK_TYPE_TAR)
        return archive_read_support_format_tar(archive);
    if (type == SK_TYPE_7Z)
        return archive_read_support_format_7zip(archive);
    if (type == SK_TYPE_CAB)
        return archive_read_support_format_cab(archive);
    if (type == SK_TYPE_LZH)
        return archive_read_support_format_lha(archive);
    int rc = archive_read_support_format_rar(archive);
    return rc == ARCHIVE_OK ? archive_read_support_format_rar5(archive) : rc;
}

static void
reading_clear(Reading *self)
{
    if (self->archive != NULL)
        archive_read_free(self->archive);
    sk_archive_stream_clear(&self->stream);
    g_clear_error(&self->error);
}

/* No filter of libarchive's is asked for: streams are ours. */
static bool
reading_open(Reading *self, GError **error)
{
    self->archive = archive_read_new();
    bool seeks = !self->streamed && self->spans[1].n == 0;
    bool ok = self->archive != NULL && enable(self->archive, self->foreign->type) == ARCHIVE_OK &&
              archive_read_set_read_callback(self->archive, read_more) == ARCHIVE_OK &&
              (!seeks || archive_read_set_seek_callback(self->archive, move) == ARCHIVE_OK) &&
              archive_read_set_callback_data(self->archive, self) == ARCHIVE_OK &&
              archive_read_open1(self->archive) == ARCHIVE_OK;
    return ok || sk_throw(error, SK_ERROR_MALFORMED, "archive: cannot be opened");
}

/* What went wrong: the stream's own error before libarchive's. Its words stay here: they hold bytes of the archive. */
static bool
reading_failed(Reading *self, SkSpan place, GError **error)
{
    if (self->error != NULL) {
        g_propagate_error(error, g_steal_pointer(&self->error));
        return tell_why(self->foreign, place, error);
    }
    if (self->foreign->disarm->untested)
        return found(self->foreign, SK_ELEMENT_WRONG_PASSWORD, SK_SPAN_EMPTY, error);
    if (archive_errno(self->archive) == ENOMEM)
        return sk_throw(error, SK_ERROR_LIMIT, "archive: no memory");
    return sk_throw(error, SK_ERROR_MALFORMED, "archive: broken");
}

/* ---- streams ------------------------------------------------------------------------------- */

/* The sum over a header's bytes, its own as spaces: POSIX pax, ustar, "chksum". */
static bool
is_tar(SkSpan head)
{
    unsigned sum = 0, said = 0;
    size_t at = TAR_SUM_AT;

    if (head.n < TAR_BLOCK)
        return false;
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += i >= TAR_SUM_AT && i < TAR_SUM_AT + TAR_SUM_LEN ? ' ' : head.p[i];
    while (at < TAR_SUM_AT + TAR_SUM_LEN && head.p[at] == ' ')
        at++;
    for (; at < TAR_SUM_AT + TAR_SUM_LEN && head.p[at] >= '0' && head.p[at] <= '7'; at++)
        said = said * 8 + head.p[at] - '0';
    return sum == said;
}

/* @outer: TAR, or what a tar or one file was made smaller with. */
static bool
start_stream(Reading *self, SkType outer, bool counts, GError **error)
{
    self->streamed = true;
    if (!sk_archive_stream_open(&self->stream, self->foreign->disarm, outer, error))
        return false;
    self->stream.counts = counts;
    return sk_archive_stream_next(&self->stream, &self->first, error) ||
           tell_why(self->foreign, SK_SPAN_EMPTY, error);
}

/* Behind its end a tar is filled with zeros. */
static bool
end_stream(Reading *self, GError **error)
{
    uint64_t end = (uint64_t)archive_filter_bytes(self->archive, 0);
    SkSpan s;

    do {
        if (!sk_archive_stream_next(&self->stream, &s, error))
            return tell_why(self->foreign, SK_SPAN_EMPTY, error);
    } while (s.n > 0);
    return self->stream.filled <= end ||
           ambiguous(self->foreign, SK_ELEMENT_TRAILING_DATA, SK_SPAN_EMPTY, error);
}

/* ---- members ------------------------------------------------------------------------------- */

/* The names of 7z and of rar 5 are UTF-16 or UTF-8 and told as UTF-8; the others as they stand there. */
static Member
member_of(const Foreign *self, struct archive_entry *entry, int format)
{
    const char *name = archive_entry_pathname(entry);
    unsigned kind = archive_entry_filetype(entry);
    bool instant = format != ARCHIVE_FORMAT_CAB && format != ARCHIVE_FORMAT_RAR;
    int64_t time = archive_entry_mtime_is_set(entry) ? archive_entry_mtime(entry) : -1;
    Member out = { .raw = g_bytes_new(name, name == NULL ? 0 : strlen(name)),
                   .utf8 = self->type == SK_TYPE_7Z || format == ARCHIVE_FORMAT_RAR_V5,
                   .folder = kind == AE_IFDIR,
                   .size = archive_entry_size_is_set(entry) && archive_entry_size(entry) > 0
                               ? (uint64_t)archive_entry_size(entry)
                               : 0,
                   .written = instant ? sk_archive_time(time) : sk_archive_time_wall(time) };

    out.special = (kind != AE_IFREG && kind != AE_IFDIR) || archive_entry_hardlink(entry) != NULL ||
                  archive_entry_symlink(entry) != NULL;
    return out;
}

/* What we read of it ourselves goes before what libarchive says. false: they did not see the same. */
static bool
correct_rar(Foreign *self, Member *member)
{
    guint at = self->members->len;
    if (self->rar->len == 0)
        return g_bytes_get_size(member->raw) > 0;
    if (at >= self->rar->len)
        return false;
    const SkRarFile *file = &g_array_index(self->rar, SkRarFile, at);
    member->crc = file->crc;
    member->summed = file->summed && !member->folder && !member->special;
    if (file->unicode)
        return g_bytes_get_size(member->raw) > 0;
    g_bytes_unref(member->raw);
    member->raw = g_bytes_new(file->name.p, file->name.n);
    return true;
}

/* What it says is added up before anything is inflated. */
static bool
add_member(Foreign *self, Member member, uint64_t *total, GError **error)
{
    const SkLimits *limits = &self->disarm->job->limits;
    SkSpan raw = sk_span_bytes(member.raw);

    g_array_append_val(self->members, member);
    *total += MIN(member.size, limits->expanded + 1);
    if (self->members->len > limits->items || *total > limits->expanded) {
        sk_report_find(self->disarm->report, SK_ELEMENT_ZIP_BOMB, SK_ACTION_REFUSED, raw, 1);
        return sk_throw(error, SK_ERROR_LIMIT, "archive: too much");
    }
    if (member.folder && member.size > 0 && !member.special)
        return ambiguous(self, SK_ELEMENT_ZIP_MISMATCH, raw, error);
    return true;
}

static bool
list_lzh(Foreign *self, GError **error)
{
    SkElement element = SK_ELEMENT_NONE;
    uint64_t total = 0;

    if (!sk_lzh_walk(self->disarm->input, self->disarm->job->limits.items, &self->lzh, &element, error)) {
        if (element != SK_ELEMENT_NONE)
            sk_report_find(self->disarm->report, element, SK_ACTION_REFUSED, SK_SPAN_EMPTY, 1);
        return false;
    }
    for (guint i = 0; i < self->lzh->len; i++) {
        const SkLzhMember *lzh = &g_array_index(self->lzh, SkLzhMember, i);
        Member member = { .raw = g_bytes_new(lzh->name->data, lzh->name->len),
                          .size = lzh->size,
                          .written = lzh->written,
                          .utf8 = lzh->utf8,
                          .folder = lzh->folder,
                          .special = lzh->special };
        if (!add_member(self, member, &total, error))
            return false;
    }
    return true;
}

static bool
list(Foreign *self, Reading *reading, GError **error)
{
    struct archive_entry *entry = NULL;
    uint64_t total = 0;
    int rc = ARCHIVE_OK;

    while ((rc = archive_read_next_header(reading->archive, &entry)) == ARCHIVE_OK) {
        if (archive_entry_is_encrypted(entry))
            return found(self, SK_ELEMENT_ENCRYPTED_PACKAGE, SK_SPAN_EMPTY, error);
        Member member = member_of(self, entry, archive_format(reading->archive));
        bool same = correct_rar(self, &member);
        if (!add_member(self, member, &total, error))
            return false;
        if (!same)
            return ambiguous(self, SK_ELEMENT_ZIP_MISMATCH, SK_SPAN_EMPTY, error);
    }
    if (rc != ARCHIVE_EOF)
        return reading_failed(reading, SK_SPAN_EMPTY, error);
    if (self->rar->len > 0 && self->rar->len != self->members->len)
        return ambiguous(self, SK_ELEMENT_ZIP_MISMATCH, SK_SPAN_EMPTY, error);
    return !reading->streamed || end_stream(reading, error);
}

/* ---- names --------------------------------------------------------------------------------- */

/* tar writes `./a` for `a`, and `./a/` for a folder. */
static bool
is_tars_own(const Foreign *self, const char *name, const char *plain)
{
    return self->type == SK_TYPE_TAR && g_str_has_prefix(name, "./") && g_str_has_prefix(name + 2, plain) &&
           (name[2 + strlen(plain)] == '\0' || g_str_equal(name + 2 + strlen(plain), "/"));
}

static bool
name_member(Foreign *self, Member *member, GError **error)
{
    SkSpan raw = sk_span_bytes(member->raw);
    g_autofree char *name = sk_names_decode(raw, member->utf8 ? SK_NAMES_UTF8 : self->charset);
    g_autofree char *plain = NULL;
    bool mended = false;

    if (sk_span_is(raw, "./") || sk_span_is(raw, "."))
        return member->folder || ambiguous(self, SK_ELEMENT_ZIP_MISMATCH, raw, error);
    if (name == NULL)
        return ambiguous(self, SK_ELEMENT_ZIP_MISMATCH, raw, error);
    member->name = sk_names_path(name, &plain, &mended);
    if (member->name == NULL)
        return found(self, SK_ELEMENT_ARCHIVE_SLIP, sk_span_str(name), error);
    SkSpan place = sk_span_str(member->name);
    if (!sk_archive_paths_note(&self->paths, plain, member->folder))
        return ambiguous(self, SK_ELEMENT_ZIP_DUPLICATE, place, error);
    if (member->special) {
        bool ok = found(self, SK_ELEMENT_ARCHIVE_LINK, place, error);
        g_clear_pointer(&member->name, g_free);
        return ok;
    }
    if (mended && !is_tars_own(self, name, plain) && !found(self, SK_ELEMENT_ARCHIVE_NAME, place, error))
        return false;
    return member->folder || !sk_archive_paths_alike(&self->paths, member->name) ||
           found(self, SK_ELEMENT_ARCHIVE_COLLISION, place, error);
}

static bool
name_members(Foreign *self, GError **error)
{
    SkNamesVote vote;
    bool fat = self->type == SK_TYPE_CAB || self->type == SK_TYPE_RAR || self->type == SK_TYPE_LZH;

    sk_names_vote_begin(&vote);
    for (guint i = 0; i < self->members->len; i++) {
        const Member *member = &g_array_index(self->members, Member, i);
        if (!member->utf8)
            sk_names_vote_add(&vote, sk_span_bytes(member->raw), fat);
    }
    self->charset = sk_names_vote_end(&vote);
    for (guint i = 0; i < self->members->len; i++) {
        if (!name_member(self, &g_array_index(self->members, Member, i), error))
            return false;
    }
    if (self->charset == SK_NAMES_ASCII || self->charset == SK_NAMES_UTF8)
        return true;
    return found(self, SK_ELEMENT_ARCHIVE_CHARSET, sk_span_str(sk_names_label(self->charset)), error);
}

/* ---- contents ------------------------------------------------------------------------------ */

static bool
hand_on(Foreign *self, SkSpan chunk, GError **error)
{
    sk_sink_span(self->disarm->sink, chunk);
    if (!sk_sink_ok(self->disarm->sink))
        return sk_throw(error, SK_ERROR_LIMIT, "archive: too large to hand out");
    return sk_disarm_expand(self->disarm, chunk.n, self->disarm->expanded + chunk.n, self->disarm->input.n, error);
}

static bool
copy_content(Foreign *self, Reading *reading, const Member *member, GError **error)
{
    g_autofree uint8_t *buffer = g_malloc(SK_ARCHIVE_CHUNK);
    SkSpan place = sk_span_str(member->name);
    uint64_t n = 0;
    uLong crc = crc32(0, NULL, 0);

    for (;;) {
        la_ssize_t got = archive_read_data(reading->archive, buffer, SK_ARCHIVE_CHUNK);
        if (got < 0)
            return reading_failed(reading, place, error);
        if (got == 0)
            break;
        if (!hand_on(self, sk_span(buffer, (size_t)got), error))
            return tell_why(self, place, error);
        n += (uint64_t)got;
        crc = crc32(crc, buffer, (uInt)got);
    }
    bool sum = !member->summed || member->crc == crc;
    return (n == member->size && sum) || ambiguous(self, SK_ELEMENT_ZIP_MISMATCH, place, error);
}

static void
begin_child(Foreign *self, const Member *member)
{
    const SkChild child = { .kind = member->folder ? SK_CHILD_FOLDER : SK_CHILD_OBJECT,
                            .type = member->folder ? SK_TYPE_NONE : sk_type_from_name(member->name),
                            .written = member->written,
                            .name = sk_span_str(member->name) };
    sk_children_begin(&self->writer, &child);
}

static bool
hand_out_read(Foreign *self, Reading *reading, GError **error)
{
    struct archive_entry *entry = NULL;

    for (guint i = 0; i < self->members->len; i++) {
        const Member *member = &g_array_index(self->members, Member, i);
        if (archive_read_next_header(reading->archive, &entry) != ARCHIVE_OK)
            return reading_failed(reading, SK_SPAN_EMPTY, error);
        if (member->name == NULL)
            continue;
        begin_child(self, member);
        if (!member->folder && !copy_content(self, reading, member, error))
            return false;
        sk_children_end(&self->writer);
    }
    return true;
}

/* Each is an archive of its own to libarchive, with a header that we wrote. */
static bool
copy_lzh(Foreign *self, const Member *member, const SkLzhMember *lzh, GError **error)
{
    uint8_t head[SK_LZH_HEAD];
    Reading reading = { .foreign = self, .spans = { sk_span(head, sizeof head), lzh->packed } };
    struct archive_entry *entry = NULL;

    sk_lzh_head(lzh, head);
    bool ok = reading_open(&reading, error) &&
              (archive_read_next_header(reading.archive, &entry) == ARCHIVE_OK ||
               reading_failed(&reading, sk_span_str(member->name), error)) &&
              copy_content(self, &reading, member, error);
    reading_clear(&reading);
    return ok;
}

static bool
hand_out_lzh(Foreign *self, GError **error)
{
    for (guint i = 0; i < self->members->len; i++) {
        const Member *member = &g_array_index(self->members, Member, i);
        if (member->name == NULL)
            continue;
        begin_child(self, member);
        if (!member->folder && member->size > 0 &&
            !copy_lzh(self, member, &g_array_index(self->lzh, SkLzhMember, i), error))
            return false;
        sk_children_end(&self->writer);
    }
    return true;
}

/* ---- one file that was made smaller --------------------------------------------------------- */

/* gzip keeps the file's own name, without its folders (RFC 1952, 2.3.1: in Latin 1, in truth in any encoding). */
static char *
name_alone(Foreign *self, const Reading *reading, GError **error)
{
    SkSpan raw = reading->stream.name;
    SkNamesVote vote;
    g_autofree char *plain = NULL;
    bool mended = false;

    if (raw.n == 0)
        return g_strdup("content");
    sk_names_vote_begin(&vote);
    sk_names_vote_add(&vote, raw, false);
    self->charset = sk_names_vote_end(&vote);
    g_autofree char *name = sk_names_decode(raw, self->charset);
    g_autofree char *path = name == NULL ? NULL : sk_names_path(name, &plain, &mended);
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    if (path == NULL || slash != NULL)
        return found(self, SK_ELEMENT_ARCHIVE_SLIP, name == NULL ? raw : sk_span_str(name), error) ? g_strdup("content")
                                                                                                    : NULL;
    if (mended && !found(self, SK_ELEMENT_ARCHIVE_NAME, sk_span_str(path), error))
        return NULL;
    if (self->charset > SK_NAMES_UTF8 &&
        !found(self, SK_ELEMENT_ARCHIVE_CHARSET, sk_span_str(sk_names_label(self->charset)), error))
        return NULL;
    return g_steal_pointer(&path);
}

static bool
hand_out_alone(Foreign *self, Reading *reading, GError **error)
{
    Member member = { .name = name_alone(self, reading, error),
                      .written = sk_archive_time(reading->stream.mtime == 0 ? -1 : (int64_t)reading->stream.mtime) };
    SkSpan s = reading->first;
    bool ok = true;

    if (member.name == NULL)
        return false;
    self->writer = sk_children_writer(self->disarm->sink);
    begin_child(self, &member);
    while (ok && s.n > 0) {
        sk_sink_span(self->disarm->sink, s);
        ok = sk_sink_ok(self->disarm->sink) ? sk_archive_stream_next(&reading->stream, &s, error)
                                            : sk_throw(error, SK_ERROR_LIMIT, "archive: too large to hand out");
    }
    sk_children_end(&self->writer);
    ok = ok || tell_why(self, sk_span_str(member.name), error);
    g_free(member.name);
    return ok;
}

/* ---- the two readings ---------------------------------------------------------------------- */

static bool
start(Reading *reading, SkType outer, bool first, GError **error)
{
    Foreign *self = reading->foreign;

    if (self->type != SK_TYPE_TAR) {
        reading->spans[0] = self->disarm->input;
        return reading_open(reading, error);
    }
    return start_stream(reading, outer, first, error) && reading_open(reading, error);
}

static bool
read_names(Foreign *self, SkType outer, GError **error)
{
    Reading reading = { .foreign = self };
    bool ok = start(&reading, outer, true, error) && list(self, &reading, error);

    reading_clear(&reading);
    return ok;
}

static bool
read_contents(Foreign *self, SkType outer, GError **error)
{
    Reading reading = { .foreign = self };

    self->writer = sk_children_writer(self->disarm->sink);
    self->disarm->expanded = 0; /* the first reading counted the same bytes */
    bool ok = self->type == SK_TYPE_LZH ? hand_out_lzh(self, error)
                                        : start(&reading, outer, false, error) && hand_out_read(self, &reading, error);
    reading_clear(&reading);
    return ok;
}

static bool
take_apart(Foreign *self, SkType outer, GError **error)
{
    SkElement element = SK_ELEMENT_NONE;

    self->members = g_array_new(FALSE, FALSE, sizeof(Member));
    g_array_set_clear_func(self->members, member_clear);
    self->rar = g_array_new(FALSE, FALSE, sizeof(SkRarFile));
    sk_archive_paths_init(&self->paths);
    bool shaped = self->type == SK_TYPE_TAR || self->type == SK_TYPE_LZH ||
                  sk_archive_shape(self->disarm->input, self->type, self->rar, &element, error);
    if (!shaped && element != SK_ELEMENT_NONE)
        sk_report_find(self->disarm->report, element, SK_ACTION_REFUSED, SK_SPAN_EMPTY, 1);
    return shaped && (self->type == SK_TYPE_LZH ? list_lzh(self, error) : read_names(self, outer, error)) &&
           name_members(self, error) && read_contents(self, outer, error);
}

/* Is what stands in a stream a tar? Then it is taken apart as one; else it is one child. */
static bool
take_stream(Foreign *self, SkType outer, GError **error)
{
    Reading reading = { .foreign = self };

    bool ok = start_stream(&reading, outer, true, error);
    bool tar = ok && is_tar(reading.first);
    if (ok && !tar)
        ok = hand_out_alone(self, &reading, error);
    reading_clear(&reading);
    if (!tar)
        return ok;
    self->disarm->expanded = 0;
    self->type = SK_TYPE_TAR;
    return take_apart(self, outer, error);
}

bool
sk_archive_foreign(SkDisarm *disarm, GError **error)
{
    SkType type = disarm->report->type_in;
    Foreign self = { .disarm = disarm, .type = type };
    bool stream = type == SK_TYPE_GZ || type == SK_TYPE_BZ2 || type == SK_TYPE_XZ;
    bool ok = stream ? take_stream(&self, type, error) : take_apart(&self, type, error);

    if (ok) {
        sk_children_finish(&self.writer);
        disarm->children = true;
    }
    foreign_clear(&self);
    return ok;
}

void
sk_archive_foreign_load(void)
{
    /* libarchive tells names in the locale's encoding, and asks the C library for the zone. */
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    (void)setenv("TZ", "UTC0", 1);
    tzset();
}
