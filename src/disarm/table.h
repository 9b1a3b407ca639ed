/* SPDX-License-Identifier: Apache-2.0
 *
 * table.h - the cells of a spreadsheet or of delimited text, and nothing else: what an import
 * reads, so that no other program of ours parses a spreadsheet. Runs in: disarm worker (no files,
 * no network). Trusts: nothing. Spec: docs/formats/table.md   Tests: tests/unit/disarm/test-table.c
 */
#pragma once

#include "disarm/disarm.h"

#define SK_TABLE_COLUMNS_MAX 256u

/** sk_table_disarm: self->input, which is a @type, as a table. SK_ERROR_UNSUPPORTED for what has no
 * cells; SK_ERROR_LIMIT past SK_TABLE_COLUMNS_MAX. */
bool sk_table_disarm(SkDisarm *self, SkType type, GError **error) G_GNUC_WARN_UNUSED_RESULT;
