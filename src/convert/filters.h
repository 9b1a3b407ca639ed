/* SPDX-License-Identifier: Apache-2.0
 *
 * filters.h - LibreOffice's names for the formats that it reads and writes here. The name is always
 * given: LibreOffice never guesses what an object is.
 * Runs in: convert worker. Source: the filter list in LibreOffice's help ("File conversion filter
 * names"). Tests: tests/unit/convert/test-filters.c
 */
#pragma once

#include "base/types.h"

typedef struct {
    const char *import; /* for --infilter */
    const char *export; /* for --convert-to, after the extension */
    const char *module; /* the library that must be there */
} SkConvertWay;

/**
 * sk_convert_way: how LibreOffice makes a @to of a @from; false if there is no way.
 * @head: the object's first bytes: a workbook of Excel 4 and before is no compound file
 */
bool sk_convert_way(SkType from, SkType to, SkSpan head, SkConvertWay *ret);
