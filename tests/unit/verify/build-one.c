/* SPDX-License-Identifier: Apache-2.0
 *
 * build-one.c - writes the canonical document that the suites begin with, for suites that are not C.
 * build-one TYPE FILE
 */
#include "build.h"

#include "base/io.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
    SkType type = argc == 3 ? sk_type_lookup(argv[1]) : SK_TYPE_NONE;
    g_autoptr(GError) error = NULL;

    if (type == SK_TYPE_NONE) {
        fprintf(stderr, "build-one: TYPE FILE\n");
        return 2;
    }
    bool odf = type == SK_TYPE_ODT || type == SK_TYPE_ODS || type == SK_TYPE_ODP;
    GPtrArray *entries = odf                    ? odf_new(type)
                         : type == SK_TYPE_DOCX ? docx_new()
                                                : office_new(type);
    g_autoptr(GByteArray) file = docx_build(entries);
    if (sk_io_write_file(argv[2], bytes_span(file), 0644, &error))
        return 0;
    fprintf(stderr, "build-one: %s\n", error->message);
    return 3;
}
