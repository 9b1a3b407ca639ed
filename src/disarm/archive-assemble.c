/* SPDX-License-Identifier: Apache-2.0
 *
 * archive-assemble.c - builds the ZIP that every parent of children becomes, from a container of what became of them
 * (docs/formats/children.md): all of it is in the profile of docs/formats/archive.md, and verified once more, members
 * and all.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/archive.md   Tests: tests/unit/disarm/test-archive-assemble.c
 */
#include "disarm/archive-name.h"
#include "disarm/formats.h"
#include "format/zip.h"
#include "sandbox/children.h"

#include <string.h>

#define LOST_SUFFIX "（不可 refused）"
#define EMPTY_NAME "（空 empty）"

typedef struct {
    char *name;           /* owned; a folder's ends with a slash */
    const SkChild *child; /* NULL: there is nothing to hand out */
} Member;

typedef struct {
    SkDisarm *disarm;
    SkArchiveNames *names; /* owned */
    GHashTable *filled;    /* owned: folders in which something stands */
    GArray *members;       /* owned, of Member */
    uint32_t times;        /* members with a time that may be kept */
} Assembly;

static void
member_clear(void *p)
{
    g_free(((Member *)p)->name);
}

static void
assembly_clear(Assembly *self)
{
    sk_archive_names_free(self->names);
    g_hash_table_unref(self->filled);
    g_array_unref(self->members);
}

/* ---- what is lost -------------------------------------------------------------------------- */

/* What a parser says of the parent's, where it is the child's reason that refuses it. */
static SkErrorCode
error_of(SkReason reason)
{
    static const struct {
        SkReason reason;
        SkErrorCode code;
    } codes[] = {
        { SK_REASON_ENCRYPTED, SK_ERROR_ENCRYPTED },     { SK_REASON_MALFORMED, SK_ERROR_MALFORMED },
        { SK_REASON_AMBIGUOUS, SK_ERROR_AMBIGUOUS },     { SK_REASON_LIMIT, SK_ERROR_LIMIT },
        { SK_REASON_UNSUPPORTED, SK_ERROR_UNSUPPORTED }, { SK_REASON_TYPE_MISMATCH, SK_ERROR_MISMATCH },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
        if (codes[i].reason == reason)
            return codes[i].code;
    }
    return SK_ERROR_FORBIDDEN;
}

static bool
note_lost(SkDisarm *disarm, const SkChild *child, GError **error)
{
    bool refuses = sk_disarm_verdict(disarm, SK_ELEMENT_ARCHIVE_MEMBER) == SK_VERDICT_REFUSED;

    sk_report_find(disarm->report, SK_ELEMENT_ARCHIVE_MEMBER, refuses ? SK_ACTION_REFUSED : SK_ACTION_REPLACED,
                   child->name, 1);
    return !refuses || sk_throw(error, error_of(child->reason), "archive: a member was refused");
}

/* `x.exe` becomes `x.exe（不可 refused）.txt`: the end is not cut off, the beginning may be. */
static char *
lost_name(SkArchiveNames *names, const SkChild *child)
{
    SkSpan above = sk_archive_names_above(child->name);
    size_t at = above.n == 0 ? 0 : above.n + 1;
    const size_t room = SK_NAME_MAX - strlen(LOST_SUFFIX) - strlen(".txt") - 2;
    g_autofree char *own = sk_text_plain(sk_span_sub(child->name, at, child->name.n - at), room);
    g_autofree char *folder = sk_span_dup(above);
    g_autofree char *path = g_strconcat(folder, above.n == 0 ? "" : "/", own, LOST_SUFFIX, NULL);

    return sk_archive_names_member(names, sk_span_str(path), SK_TYPE_TEXT);
}

static void
tell(GString *out, SkLevel level, const SkChild *child, const char *name, const char *language)
{
    bool ja = strcmp(language, "ja") == 0;
    const SkTypeRow *type = sk_type_get(child->type);
    const char *advice = child->reason == SK_REASON_UNSUPPORTED ? sk_type_advice(child->type, level, language) : NULL;

    g_string_append_printf(out,
                           ja ? "ここにあったファイルは、渡されませんでした。\n\n名前：%s\n種類：%s\n理由：%s\n"
                              : "The file that stood here was not passed on.\n\nName: %s\nKind: %s\nReason: %s\n",
                           name, ja ? type->ja : type->en, sk_reason_sentence(child->reason, language));
    if (advice != NULL)
        g_string_append_printf(out, "%s\n", advice);
}

static GString *
lost_text(SkLevel level, const SkChild *child)
{
    g_autofree char *name = sk_span_dup(child->name);
    GString *out = g_string_new(NULL);

    tell(out, level, child, name, "ja");
    g_string_append(out, "\n");
    tell(out, level, child, name, "en");
    return out;
}

/* ---- names and order ----------------------------------------------------------------------- */

/* Marks the folder @path and all above it as filled. */
static void
fill(Assembly *self, SkSpan path)
{
    while (path.n > 0) {
        g_autofree char *text = sk_span_dup(path);
        if (!g_hash_table_add(self->filled, g_steal_pointer(&text)))
            return;
        path = sk_archive_names_above(path);
    }
}

static void
name_folders(Assembly *self, const GArray *children)
{
    for (unsigned i = 0; i < children->len; i++) {
        const SkChild *child = &g_array_index(children, SkChild, i);
        bool folder = child->kind == SK_CHILD_FOLDER;
        g_autofree char *path =
            sk_archive_names_folder(self->names, folder ? child->name : sk_archive_names_above(child->name));
        SkSpan s = sk_span_str(path);
        fill(self, folder ? sk_archive_names_above(s) : s);
    }
}

static bool
name_members(Assembly *self, const GArray *children, GError **error)
{
    for (unsigned i = 0; i < children->len; i++) {
        const SkChild *child = &g_array_index(children, SkChild, i);
        Member member = { .child = child };
        if (child->kind == SK_CHILD_OBJECT)
            return sk_throw(error, SK_ERROR_MALFORMED, "archive: child %u is not disarmed", i);
        if (child->kind == SK_CHILD_FOLDER) {
            g_autofree char *path = sk_archive_names_folder(self->names, child->name);
            if (g_hash_table_contains(self->filled, path))
                continue;
            g_hash_table_add(self->filled, g_strdup(path)); /* said twice, it is written once */
            member.name = g_strconcat(path, "/", NULL);
        } else if (child->kind == SK_CHILD_LOST) {
            if (!note_lost(self->disarm, child, error))
                return false;
            member.name = lost_name(self->names, child);
        } else {
            member.name = sk_archive_names_member(self->names, child->name, child->type);
        }
        g_array_append_val(self->members, member);
    }
    if (self->members->len == 0) {
        Member nothing = { .name = g_strdup(EMPTY_NAME ".txt") };
        g_array_append_val(self->members, nothing);
    }
    return true;
}

static int
compare_members(const void *a, const void *b, void *user)
{
    const Member *x = a;
    const Member *y = b;

    (void)user;
    return strcmp(x->name, y->name);
}

/* ---- times --------------------------------------------------------------------------------- */

static bool
is_time(uint32_t written)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    unsigned date = written >> 16, time = written & 0xffff;
    unsigned year = 1980 + (date >> 9), month = date >> 5 & 15, day = date & 31;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (month < 1 || month > 12 || day < 1)
        return false;
    return day <= days[month - 1] + (month == 2 && leap ? 1u : 0u) && time >> 11 <= 23 && (time >> 5 & 63) <= 59 &&
           (time & 31) <= 29;
}

static uint32_t
time_of(Assembly *self, const SkChild *child)
{
    if (child == NULL || child->kind == SK_CHILD_LOST || !is_time(child->written))
        return 0;
    self->times++;
    return sk_disarm_verdict(self->disarm, SK_ELEMENT_ARCHIVE_TIME) == SK_VERDICT_KEPT ? child->written : 0;
}

/* ---- writing ------------------------------------------------------------------------------- */

/* Content whose own form is compressed. */
static bool
is_packed(SkType type)
{
    static const SkType packed[] = { SK_TYPE_PNG,  SK_TYPE_JPEG, SK_TYPE_GIF,  SK_TYPE_WEBP, SK_TYPE_TIFF,
                                     SK_TYPE_PDF,  SK_TYPE_DOCX, SK_TYPE_XLSX, SK_TYPE_PPTX, SK_TYPE_ODT,
                                     SK_TYPE_ODS,  SK_TYPE_ODP,  SK_TYPE_ZIP };
    for (size_t i = 0; i < G_N_ELEMENTS(packed); i++) {
        if (packed[i] == type)
            return true;
    }
    return false;
}

static void
write_member(Assembly *self, SkZipWriter *zip, const Member *member)
{
    const SkChild *child = member->child;
    SkSpan name = sk_span_str(member->name);
    uint32_t written = time_of(self, child);
    g_autoptr(GString) text = NULL;

    if (child == NULL)
        text = g_string_new("この書庫には、渡せるものがありませんでした。\n\nNothing in this archive could be passed on.\n");
    else if (child->kind == SK_CHILD_LOST)
        text = lost_text(self->disarm->job->level, child);
    SkSpan content = text != NULL ? sk_span(text->str, text->len) : child->content;
    bool deflate = content.n > 0 && (text != NULL || !is_packed(child->type));
    sk_zip_writer_member(zip, name, deflate, written);
    sk_zip_writer_span(zip, content);
    sk_zip_writer_end(zip);
}

static bool
write_all(Assembly *self, GError **error)
{
    g_autoptr(SkZipWriter) zip = sk_zip_writer_new(self->disarm->sink);
    SkVerdict verdict = SK_VERDICT_NONE;

    /* Not qsort: the C library's asks the system for its memory, which no worker may. */
    g_qsort_with_data(self->members->data, (gint)self->members->len, sizeof(Member), compare_members, NULL);
    for (unsigned i = 0; i < self->members->len && !sk_zip_writer_failed(zip); i++)
        write_member(self, zip, &g_array_index(self->members, Member, i));
    if (self->times > 0 &&
        !sk_disarm_found(self->disarm, SK_ELEMENT_ARCHIVE_TIME, SK_SPAN_EMPTY, self->times, &verdict, error))
        return false;
    return sk_zip_writer_finish(zip, error);
}

bool
sk_archive_assemble(SkDisarm *disarm, GError **error)
{
    g_autoptr(GArray) children = NULL;
    Assembly self = { .disarm = disarm };

    if (!sk_children_parse(disarm->input, disarm->job->limits.items, &children, error))
        return false;
    self.names = sk_archive_names_new();
    self.filled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self.members = g_array_new(FALSE, FALSE, sizeof(Member));
    g_array_set_clear_func(self.members, member_clear);
    name_folders(&self, children);
    bool ok = name_members(&self, children, error) && write_all(&self, error);
    assembly_clear(&self);
    return ok;
}
