/* SPDX-License-Identifier: Apache-2.0
 *
 * schema.h - the parts that the database's versions are made of (schema.c puts them in order). A
 * part that was released is never changed: what comes after is a new version. Deadlines that must
 * not follow the wall clock are pairs (boot, until): µs since the boot of that id.
 */
#pragma once

extern const char sk_schema_checkpoint[]; /* version 1 */

/* version 2: people */
extern const char sk_schema_organisation[];
extern const char sk_schema_factor[];
extern const char sk_schema_session[];
extern const char sk_schema_approval[];
extern const char sk_schema_notice[];
extern const char sk_schema_proposal[];

extern const char sk_schema_scan[]; /* version 3: what scanners find is an incident */
extern const char sk_schema_mail[]; /* version 4: crossings that are mails */
