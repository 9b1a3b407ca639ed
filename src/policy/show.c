/* SPDX-License-Identifier: Apache-2.0
 * show.c - contract in policy.h: the canonical text. What a default says is written out where a
 * reader would want to know it (size, screen), and left out where it is only noise (dpi). */
#include "policy/check.h"

#include "policy/words.h"

/* ---- pieces -----------------------------------------------------------------------------------
 */

char *
sk_show_size(uint64_t size)
{
    static const char *const units[] = { "KiB", "MiB", "GiB" };
    unsigned unit = 0;
    uint64_t n = size >> 10;

    while (unit < 2 && n % 1024 == 0) {
        n /= 1024;
        unit++;
    }
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s", n, units[unit]);
}

char *
sk_show_time(int64_t us)
{
    int64_t minutes = us / (60ll * 1000000);

    if (minutes % (24 * 60) == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT " %s", minutes / (24 * 60),
                               minutes == 24 * 60 ? "day" : "days");
    if (minutes % 60 == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT " %s", minutes / 60,
                               minutes == 60 ? "hour" : "hours");
    return g_strdup_printf("%" G_GINT64_FORMAT " %s", minutes, minutes == 1 ? "minute" : "minutes");
}

static void
show_networks(GString *out, const GArray *networks, bool prefix)
{
    for (unsigned i = 0; i < networks->len; i++) {
        g_autofree char *text = sk_network_text(&g_array_index(networks, SkNetwork, i), prefix);
        g_string_append_printf(out, "%s%s", i == 0 ? "" : ", ", text);
    }
}

/* What names a person, a place or a machine. */
static const SkElement metadata[] = {
    SK_ELEMENT_DOCUMENT_PROPERTIES,
    SK_ELEMENT_CUSTOM_PROPERTIES,
    SK_ELEMENT_COMMENTS,
    SK_ELEMENT_PEOPLE,
    SK_ELEMENT_REVISION_IDS,
    SK_ELEMENT_PICTURE_METADATA,
    SK_ELEMENT_PICTURE_TEXT,
    SK_ELEMENT_PDF_METADATA,
    SK_ELEMENT_THUMBNAIL,
};

bool
sk_show_is_metadata(SkElement element)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(metadata); i++)
        if (metadata[i] == element)
            return true;
    return false;
}

bool
sk_show_metadata_whole(const SkRule *rule)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(metadata); i++)
        if (rule->verdicts[metadata[i]] != SK_VERDICT_REMOVED)
            return false;
    return true;
}

static void
show_ports(GString *out, const GArray *ports, bool udp)
{
    const char *comma = udp ? " udp " : " tcp ";

    for (unsigned i = 0; i < ports->len; i++) {
        const SkPorts *p = &g_array_index(ports, SkPorts, i);
        if (p->udp != udp)
            continue;
        g_string_append_printf(out, "%s%u", comma, p->first);
        if (p->last != p->first)
            g_string_append_printf(out, "-%u", p->last);
        comma = ", ";
    }
}

/* ---- zones and hosts --------------------------------------------------------------------------
 */

/* Those that differ from the defaults, so that an older policy keeps its digest. */
static void
show_settings(GString *out, const SkZone *zone)
{
    if (zone->idle_us != SK_POLICY_IDLE_DEFAULT || zone->life_us != SK_POLICY_LIFE_DEFAULT) {
        g_autofree char *idle = sk_show_time(zone->idle_us);
        g_autofree char *life = sk_show_time(zone->life_us);
        g_string_append_printf(out, "    session idle %s life %s\n", idle, life);
    }
    if (zone->password_min != SK_POLICY_PASSWORD_DEFAULT)
        g_string_append_printf(out, "    password from %u characters\n", zone->password_min);
    if (zone->grace_us > 0) {
        g_autofree char *grace = sk_show_time(zone->grace_us);
        g_string_append_printf(out, "    terminal grace %s\n", grace);
    }
    if (zone->gates->len > 0) {
        g_string_append(out, "    gate");
        show_ports(out, zone->gates, false);
        show_ports(out, zone->gates, true);
        g_string_append_c(out, '\n');
    }
}

static void
show_zone(GString *out, const SkZone *zone)
{
    g_string_append_printf(out, "\nzone %s \"%s\" {\n    trust %u\n", zone->name, zone->label,
                           zone->trust);
    if (zone->networks->len > 0) {
        g_string_append(out, "    network ");
        show_networks(out, zone->networks, true);
        g_string_append_c(out, '\n');
    }
    if (zone->interface != NULL)
        g_string_append_printf(out, "    interface %s\n", zone->interface);
    if (zone->sign_in != SK_SIGN_IN_NONE)
        g_string_append_printf(out, "    sign-in %s\n", sk_sign_in_name(zone->sign_in));
    if (zone->take_out != SK_TAKE_OUT_UNSTATED)
        g_string_append_printf(out, "    take-out %s\n", sk_take_out_name(zone->take_out));
    if (zone->reaches_internet)
        g_string_append(out, "    reaches internet\n");
    show_settings(out, zone);
    g_string_append(out, "}\n");
}

/* Networks, then single addresses, then hosts. */
static void
show_table(GString *out, const SkHost *table)
{
    for (unsigned single = 0; single < 2; single++) {
        const char *comma = single ? " address " : " network ";
        for (unsigned i = 0; i < table->named->len; i++) {
            const SkNetwork *n = &g_array_index(table->named, SkNetwork, i);
            if ((n->prefix == (n->v6 ? 128 : 32)) != single)
                continue;
            g_autofree char *text = sk_network_text(n, !single);
            g_string_append_printf(out, "%s%s", comma, text);
            comma = ", ";
        }
    }
    for (unsigned i = 0; i < table->members->len; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? " hosts " : ", ",
                               ((const SkHost *)g_ptr_array_index(table->members, i))->name);
}

static void
show_host(GString *out, const SkHost *host)
{
    g_string_append_printf(out, "%s %s \"%s\"", host->table ? "table" : "host", host->name,
                           host->label);
    if (host->zone == NULL)
        g_string_append(out, " outside");
    else
        g_string_append_printf(out, " in %s", host->zone->name);
    if (host->table) {
        show_table(out, host);
    } else {
        g_string_append(out, " address ");
        show_networks(out, host->addresses, false);
    }
    if (host->has_mac) {
        g_string_append(out, " mac ");
        for (unsigned i = 0; i < 6; i++)
            g_string_append_printf(out, "%s%02x", i == 0 ? "" : ":", host->mac[i]);
    }
    if (host->interface != NULL)
        g_string_append_printf(out, " interface %s", host->interface);
    g_string_append_c(out, '\n');
}

/* ---- rules ------------------------------------------------------------------------------------
 */

static void
show_types(GString *out, const SkRule *rule)
{
    const char *comma = " types ";

    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        if (rule->types[i]) {
            g_string_append_printf(out, "%s%s", comma, sk_type_rows[i].name);
            comma = ", ";
        }
}

static void
show_with(GString *out, const SkRule *rule)
{
    bool whole = sk_show_metadata_whole(rule);

    if (whole)
        g_string_append(out, " with metadata removed");
    if (rule->dpi != SK_POLICY_DPI_DEFAULT)
        g_string_append_printf(out, " with dpi %u", rule->dpi);
    for (unsigned i = 1; i < SK_ELEMENT_COUNT; i++)
        if (rule->verdicts[i] != SK_VERDICT_NONE && !(whole && sk_show_is_metadata((SkElement)i)))
            g_string_append_printf(out, " with %s %s", sk_element_rows[i].code,
                                   sk_verdict_name((SkVerdict)rule->verdicts[i]));
}

static void
show_content(GString *out, const SkRule *rule)
{
    g_autofree char *size = sk_show_size(rule->size_max);

    g_string_append_printf(out, " as %s", sk_level_name(rule->level));
    show_types(out, rule);
    g_string_append_printf(out, " size to %s", size);
    if (rule->keep_original_us > 0) {
        g_autofree char *keep = sk_show_time(rule->keep_original_us);
        g_string_append_printf(out, " keep original %s", keep);
    }
}

static void
show_classes(GString *out, const char *before, uint8_t classes)
{
    for (unsigned i = 1; i <= SK_CLASS_MAX; i++)
        if ((classes & SK_CLASS_BIT(i)) != 0) {
            g_string_append_printf(out, "%s%s", before, sk_class_name(i));
            before = ", ";
        }
}

static void
show_asked(GString *out, const SkRule *rule)
{
    for (unsigned i = 0; i < rule->steps_n; i++) {
        g_string_append_printf(out, " %s %s", i == 0 ? "approval" : "then",
                               sk_approval_name(rule->steps[i].role));
        show_classes(out, " for classes ", rule->steps[i].classes);
    }
    if (rule->within_us != SK_POLICY_WITHIN_DEFAULT) {
        g_autofree char *within = sk_show_time(rule->within_us);
        g_string_append_printf(out, " within %s", within);
    }
    if (rule->remind_us > 0) {
        g_autofree char *remind = sk_show_time(rule->remind_us);
        g_string_append_printf(out, " remind after %s", remind);
    }
    if (rule->reason)
        g_string_append(out, " reason required");
    show_classes(out, " classes ", rule->classes);
}

static void
show_rule(GString *out, const SkRule *rule)
{
    static const char *const kinds[] = {
        [SK_RULE_FILE] = "file", [SK_RULE_MAIL] = "mail", [SK_RULE_SCREEN] = "screen"
    };

    g_string_append_printf(out, "%s from %s to %s", kinds[rule->kind], rule->from->name,
                           rule->to->name);
    if (rule->kind == SK_RULE_SCREEN)
        g_string_append_printf(out, " clipboard none files none print none record %s",
                               rule->record ? "yes" : "no");
    else
        show_content(out, rule);
    show_asked(out, rule);
    show_with(out, rule);
    if (rule->attachments_parked)
        g_string_append(out, " attachments parked");
    g_string_append_c(out, '\n');
}

/* ---- flows ------------------------------------------------------------------------------------
 */

static void
show_flow(GString *out, const SkFlow *flow)
{
    g_string_append_printf(out, "%s from %s to %s", flow->specific ? "specific flow" : "flow",
                           sk_end_name(&flow->from), sk_end_name(&flow->to));
    show_ports(out, flow->ports, false);
    show_ports(out, flow->ports, true);
    if (flow->specific)
        g_string_append_printf(out, " kind %u owner \"%s\" until %s", flow->kind, flow->owner,
                               flow->until);
    g_string_append_c(out, '\n');
}

char *
sk_policy_show(const SkPolicy *self)
{
    GString *out = g_string_new(NULL);

    if (self->organisation[0] != '\0')
        g_string_append_printf(out, "organisation \"%s\"\n", self->organisation);
    if (self->model != SK_MODEL_NONE)
        g_string_append_printf(out, "model %s\n", sk_model_name(self->model));
    for (unsigned i = 0; i < self->zones->len; i++)
        show_zone(out, g_ptr_array_index(self->zones, i));
    for (unsigned i = 0; i < self->hosts->len; i++) {
        if (i == 0)
            g_string_append_c(out, '\n');
        show_host(out, g_ptr_array_index(self->hosts, i));
    }
    for (unsigned i = 0; i < self->tables->len; i++) {
        if (i == 0)
            g_string_append_c(out, '\n');
        show_host(out, g_ptr_array_index(self->tables, i));
    }
    for (unsigned i = 0; i < self->rules->len; i++) {
        if (i == 0)
            g_string_append_c(out, '\n');
        show_rule(out, g_ptr_array_index(self->rules, i));
    }
    for (unsigned i = 0; i < self->flows->len; i++) {
        if (i == 0)
            g_string_append_c(out, '\n');
        show_flow(out, g_ptr_array_index(self->flows, i));
    }
    return g_string_free(out, FALSE);
}
