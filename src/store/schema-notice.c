/* SPDX-License-Identifier: Apache-2.0
 * schema-notice.c - version 2 of the database, a part: notices, preferences, the policy adopted. */
#include "store/schema.h"

const char sk_schema_notice[] = "";
