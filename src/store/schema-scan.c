/* SPDX-License-Identifier: Apache-2.0
 * schema-scan.c - what scanners find is among what somebody has to look into (act.c, INCIDENT). */
#include "store/schema.h"

const char sk_schema_scan[] =
    "DROP INDEX acts_incidents;"
    "CREATE INDEX acts_incidents ON acts (leaf) WHERE (act IN ('break-glass-printed', "
    "'break-glass-used', 'factor-copied', 'malware-found', 'sign-in-spraying') OR (act = "
    "'sign-in-failed' AND detail NOT IN ('', 'password', 'unknown')));";
