/* SPDX-License-Identifier: Apache-2.0
 * schema-factor.c - version 2 of the database, a part: second factors, recovery codes, tickets, enrolment. */
#include "store/schema.h"

const char sk_schema_factor[] = "";
