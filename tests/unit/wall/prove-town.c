/* SPDX-License-Identifier: Apache-2.0
 * prove-town.c - contract in prove-town.h. */
#include "prove-town.h"

#include "wall/compile.h"
#include "wall/read-nft.h"

static const char usual[] =
    "organisation \"見本町\"\nmodel alpha\n"
    "zone mynumber \"番号\" {\n trust 3\n network 10.10.0.0/16, fd00:10::/64\n"
    " interface mn0\n take-out forbidden\n}\n"
    "zone lgwan \"LG\" {\n trust 2\n network 10.20.0.0/16, fd00:20::/64\n"
    " interface lg0\n gate tcp 443\n}\n"
    "zone school \"校務\" {\n trust 2\n network 10.25.0.0/16\n interface ky0\n}\n"
    "zone internet \"イ\" {\n trust 1\n network 10.30.0.0/16\n interface in0\n}\n"
    "host hr \"人事\" in lgwan address 10.20.1.5, fd00:20::5\n"
    "host asp \"ASP\" outside address 203.0.113.9\n"
    "host juki \"住基\" in mynumber address 10.10.1.5 mac 52:54:00:10:01:05\n"
    "host jlis \"中間\" outside address 198.51.100.7 mac 52:54:00:ff:00:07\n"
    "flow from lgwan to school tcp 443, 8000-8010 udp 53\n"
    "flow from hr to asp tcp 443\n"
    "specific flow from juki to jlis tcp 443 kind 1 owner \"住民課\" until 2027-03-31\n";

SkPolicy *
town_of(const char *text)
{
    g_autoptr(SkPolicy) policy = NULL;
    g_autoptr(GPtrArray) diagnostics = NULL;

    if (!sk_policy_parse(sk_span_str(text), &policy, &diagnostics)) {
        g_autofree char *said = sk_diagnostics_print(diagnostics, sk_span_str(text), "town", false);
        g_error("%s", said);
    }
    return g_steal_pointer(&policy);
}

SkPolicy *
town_policy(const char *more)
{
    g_autofree char *text = g_strconcat(usual, more, NULL);

    return town_of(text);
}

char *
town_nft(const SkPolicy *policy)
{
    SkWallCompile how = { .at = TOWN_NOW, .nflog_group = 17 };
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    if (!sk_wall_compile_nft(policy, &how, &text, &error))
        g_error("%s", error->message);
    return text;
}

SkWallRuleset *
town_read(const char *nft)
{
    g_autoptr(SkWallRuleset) ruleset = sk_wall_ruleset_new();
    g_autoptr(GError) error = NULL;

    if (!sk_wall_read_nft(sk_span_str(nft), ruleset, &error))
        g_error("%s", error->message);
    return g_steal_pointer(&ruleset);
}

SkWallRuleset *
town_compiled(const SkPolicy *policy)
{
    g_autofree char *text = town_nft(policy);

    return town_read(text);
}
