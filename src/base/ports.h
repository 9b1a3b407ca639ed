/* SPDX-License-Identifier: Apache-2.0
 *
 * ports.h - a role that has a network keeps to the ports that it is for (Landlock's network rules,
 * kernel 6.7 and later). Runs in: courier, directory. Spec: docs/decisions/0133-the-courier.md
 * Tests: tests/unit/notice/test-courier.c
 */
#pragma once

#include "base/base.h"

/**
 * sk_ports_confine: from here on this process and its threads connect over TCP to @ports and listen nowhere.
 * @ret_confined: false where the kernel has no such rules: nothing was done
 * @error: SK_ERROR_IO
 */
bool sk_ports_confine(const uint16_t *ports, unsigned n, bool *ret_confined, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_ports_of: the port that @url (SCHEME://HOST[:PORT], checked before) names, or @usual. */
uint16_t sk_ports_of(const char *url, uint16_t usual);
