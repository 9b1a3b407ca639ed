/* SPDX-License-Identifier: Apache-2.0
 * schema-organisation.c - version 2 of the database, a part: sections, posts, who holds them, deputies, absences. */
#include "store/schema.h"

const char sk_schema_organisation[] = "";
