/* SPDX-License-Identifier: Apache-2.0
 * profile.c - contract in profile.h. The settings are a second wall: the sandbox holds whatever
 * they say. Names as in LibreOffice's registry schema (officecfg). */
#include "convert/profile.h"

#include "base/io.h"

typedef struct {
    const char *path; /* below /org.openoffice. */
    const char *name;
    const char *value;
} Setting;

static const Setting settings[] = {
    { "Office.Common/Security/Scripting", "MacroSecurityLevel", "3" },
    { "Office.Common/Security/Scripting", "DisableMacrosExecution", "true" },
    { "Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true" },
    { "Office.Common/Security/Scripting", "CheckDocumentEvents", "true" },
    { "Office.Common/Misc", "UseOpenCL", "false" },
    { "Office.Common/Misc", "UseLocking", "false" },
    { "Office.Common/Misc", "ShowTipOfTheDay", "false" },
    { "Office.Common/Save/Document", "AutoSave", "false" },
    { "Office.Common/Save/Document", "CreateBackup", "false" },
    { "Office.Common/Undo", "Steps", "0" },
    { "Office.Recovery/AutoSave", "Enabled", "false" },
    { "Office.Recovery/RecoveryInfo", "Enabled", "false" },
    { "Office.Writer/Content/Update", "Link", "2" }, /* never */
    { "Office.Writer/Content/Update", "Field", "false" },
    { "Office.Writer/Content/Update", "Chart", "false" },
    { "Office.Calc/Content/Update", "Link", "2" },          /* never */
    { "Office.Calc/Formula/Load", "OOXMLRecalcMode", "1" }, /* never: the values are the sender's */
    { "Office.Calc/Formula/Load", "ODFRecalcMode", "1" },
    { "Setup/L10N", "ooSetupSystemLocale", "ja-JP" },
    { "Office.Linguistic/General", "DefaultLocale_CJK", "ja-JP" },
    { "Setup/Office", "ooSetupInstCompleted", "true" },
    { "Setup/Office", "MigrationCompleted", "true" },
};

static const char java_off[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                               "<java xmlns=\"http://openoffice.org/2004/java/framework/1.0\" "
                               "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
                               "<enabled xsi:nil=\"false\">false</enabled>\n</java>\n";

static char *
emit_settings(const char *build)
{
    GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                "<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" "
                                "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
                                "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n");
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
        g_string_append_printf(
            out,
            "<item oor:path=\"/org.openoffice.%s\"><prop oor:name=\"%s\" oor:op=\"fuse\">"
            "<value>%s</value></prop></item>\n",
            settings[i].path, settings[i].name, settings[i].value);
    g_autofree char *plain = g_markup_escape_text(build, -1);
    g_string_append_printf(out,
                           "<item oor:path=\"/org.openoffice.Setup/Office\"><prop "
                           "oor:name=\"LastCompatibilityCheckID\" "
                           "oor:op=\"fuse\"><value>%s</value></prop></item>\n</oor:items>\n",
                           plain);
    return g_string_free(out, FALSE);
}

static bool
write_below(const char *folder, const char *path, const char *text, GError **error)
{
    g_autofree char *whole = g_build_filename(folder, path, NULL);
    g_autofree char *parent = g_path_get_dirname(whole);

    if (g_mkdir_with_parents(parent, 0700) != 0)
        return sk_throw_errno(error, parent);
    return sk_io_write_file(whole, sk_span_str(text), 0600, error);
}

bool
sk_convert_profile_write(const char *folder, const char *build, GError **error)
{
    g_autofree char *text = emit_settings(build);

    return write_below(folder, "user/registrymodifications.xcu", text, error) &&
           write_below(folder, "user/extensions/buildid", build, error) &&
           write_below(folder, "user/config/javasettings_Linux_X86_64.xml", java_off, error) &&
           write_below(folder, "user/config/javasettings_Linux_AARCH64.xml", java_off, error);
}
