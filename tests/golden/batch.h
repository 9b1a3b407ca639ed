/* SPDX-License-Identifier: Apache-2.0
 *
 * batch.h - many commands in one process, for the programs that suites call some thousand times: a sanitized program
 * takes longer to start and to end than most files take to read. PROGRAM --batch reads one command after the other
 * from stdin, its words each ended by a NUL and the command by an empty word; behind what it printed comes a line
 * of BATCH_END and its exit status. programs.py is the other side. Leaks are looked for at the end of the process.
 */
#ifndef SEKISHO_TESTS_BATCH_H
#define SEKISHO_TESTS_BATCH_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define BATCH_END "\036end "

/* The words of the next command behind @program; false at the end of input. */
static inline bool
batch_read(char *program, GPtrArray *words)
{
    g_autoptr(GString) word = g_string_new(NULL);
    int c;

    g_ptr_array_set_size(words, 0);
    g_ptr_array_add(words, g_strdup(program));
    while ((c = getc(stdin)) != EOF) {
        if (c != '\0') {
            g_string_append_c(word, (char)c);
            continue;
        }
        bool end = word->len == 0;
        g_ptr_array_add(words, end ? NULL : g_strdup(word->str));
        if (end)
            return true;
        g_string_set_size(word, 0);
    }
    return false;
}

/* main() of such a program: @one is its main for one command. */
static inline int
batch_main(int argc, char **argv, int (*one)(int argc, char **argv))
{
    if (argc != 2 || strcmp(argv[1], "--batch") != 0)
        return one(argc, argv);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    while (batch_read(argv[0], words)) {
        int status = one((int)words->len - 1, (char **)words->pdata);
        fflush(stderr);
        printf("\n" BATCH_END "%d\n", status);
        fflush(stdout);
    }
    return 0;
}

#endif
