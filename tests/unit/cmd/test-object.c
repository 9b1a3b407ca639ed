/* SPDX-License-Identifier: Apache-2.0
 * test-object.c - names of results, files that must not be read, names that must not be
 * overwritten. */
#include "base/io.h"
#include "cmd/object.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static void
output_paths(void)
{
    static const struct {
        const char *input;
        const char *folder;
        SkType type;
        const char *want;
    } cases[] = {
        { "in.docx", NULL, SK_TYPE_DOCX, "in.clean.docx" },
        { "in.docm", NULL, SK_TYPE_DOCX, "in.clean.docx" },
        { "a/b/in.docm", NULL, SK_TYPE_DOCX, "a/b/in.clean.docx" },
        { "/a/in.JPEG", NULL, SK_TYPE_JPEG, "/a/in.clean.jpg" },
        { "in.docm", "out", SK_TYPE_DOCX, "out/in.docx" },
        { "../x/in.docm", "out", SK_TYPE_DOCX, "out/in.docx" },
        { "plain", NULL, SK_TYPE_TEXT, "plain.clean.txt" },
        { "v1.2", NULL, SK_TYPE_TEXT, "v1.2.clean.txt" },
        { ".txt", NULL, SK_TYPE_TEXT, ".txt.clean.txt" },
        { "見積書.docm", "o", SK_TYPE_DOCX, "o/見積書.docx" },
        { "scan.pdf", "o", SK_TYPE_PDF, "o/scan.pdf" },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got =
            sk_object_output_path(cases[i].input, cases[i].folder, cases[i].type);
        g_assert_cmpstr(got, ==, cases[i].want);
    }
}

static void
taking(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("sk-object-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "in", NULL);
    g_autofree char *pipe_path = g_build_filename(folder, "pipe", NULL);
    g_autofree char *digest = NULL;
    uint64_t size = 0;
    sk_autofd fd = -1;
    int none = -1;

    g_assert_true(g_file_set_contents(path, "abc", 3, NULL));
    g_assert_true(sk_object_take(path, 3, &fd, &size, &error));
    g_assert_cmpuint(size, ==, 3);
    g_assert_true(sk_memfd_is_sealed(fd));
    g_assert_true(sk_object_digest(fd, &digest, &error));
    /* FIPS 180-2, appendix B.1 */
    g_assert_cmpstr(digest, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    g_assert_false(sk_object_take(path, 2, &none, &size, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_LIMIT);
    g_clear_error(&error);
    g_assert_false(sk_object_take(folder, 2, &none, &size, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    g_clear_error(&error);
    g_assert_cmpint(mkfifo(pipe_path, 0600), ==, 0);
    g_assert_false(sk_object_take(pipe_path, 2, &none, &size, &error)); /* and does not wait */
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    g_clear_error(&error);
    g_assert_false(sk_object_take("/nonexistent", 2, &none, &size, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    unlink(path);
    unlink(pipe_path);
    rmdir(folder);
}

static void
writing(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("sk-object-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "out", NULL);
    g_autofree char *dangling = g_build_filename(folder, "link", NULL);
    g_autoptr(GBytes) bytes = NULL;
    sk_autofd fd = sk_memfd_from("t", sk_span_str("new"), &error);

    g_assert_true(sk_object_write(path, fd, &error));
    g_assert_true(sk_io_read_file(path, 10, &bytes, &error));
    g_assert_true(sk_span_is(sk_span_bytes(bytes), "new"));
    g_assert_false(sk_object_write(path, fd, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    g_clear_error(&error);
    /* A link that points nowhere is a name that is taken, too. */
    g_assert_cmpint(symlink("/tmp/sk-object-elsewhere", dangling), ==, 0);
    g_assert_false(sk_object_write(dangling, fd, &error));
    g_assert_error(error, SK_ERROR, SK_ERROR_IO);
    g_assert_false(g_file_test("/tmp/sk-object-elsewhere", G_FILE_TEST_EXISTS));
    unlink(path);
    unlink(dangling);
    rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/object/output-paths", output_paths);
    g_test_add_func("/object/taking", taking);
    g_test_add_func("/object/writing", writing);
    return g_test_run();
}
