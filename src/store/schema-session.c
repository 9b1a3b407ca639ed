/* SPDX-License-Identifier: Apache-2.0
 * schema-session.c - version 2 of the database, a part: what a session is bound to, delays by address. */
#include "store/schema.h"

const char sk_schema_session[] = "";
