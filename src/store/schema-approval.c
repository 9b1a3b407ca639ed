/* SPDX-License-Identifier: Apache-2.0
 * schema-approval.c - version 2 of the database, a part: chains, what has been seen, take-outs. */
#include "store/schema.h"

const char sk_schema_approval[] =
    /* What version 1 called class 3 is now the class kept closest. */
    "UPDATE crossings SET class = 5 WHERE class = 3;";
