/* SPDX-License-Identifier: Apache-2.0
 * schema-approval.c - version 2 of the database, a part: chains, what has been seen, take-outs. */
#include "store/schema.h"

const char sk_schema_approval[] = "";
