/* SPDX-License-Identifier: Apache-2.0
 * schema-proposal.c - version 2 of the database, a part: acts that two people do. */
#include "store/schema.h"

const char sk_schema_proposal[] = "";
