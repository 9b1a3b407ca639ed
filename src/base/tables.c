/* SPDX-License-Identifier: Apache-2.0
 * tables.c - look-ups over the generated tables; contracts in types.h and elements.h. Linear: the
 * lists are short and nothing looks them up in a loop. */
#include "base/elements.h"
#include "base/types.h"

#include <string.h>

static const char *const level_names[] = { "none",    "text",      "image",
                                           "rebuilt", "inspected", "original" };
G_STATIC_ASSERT(G_N_ELEMENTS(level_names) == SK_LEVEL_COUNT);

static const char *const verdict_names[] = { "none", "kept",   "removed", "replaced",
                                             "text", "nested", "refused" };
G_STATIC_ASSERT(G_N_ELEMENTS(verdict_names) == SK_VERDICT_COUNT);

typedef struct {
    const char *name;
    const char *ja;
    const char *en;
} ReasonRow;

static const ReasonRow reasons[] = {
    [SK_REASON_NONE] = { "", "", "" },
    [SK_REASON_ENCRYPTED] = { "encrypted", "パスワードで保護されているため、中身を確認できません。",
                              "It is protected with a password, so its content cannot be "
                              "checked." },
    [SK_REASON_MALFORMED] = { "malformed", "ファイルが壊れているか、正しい形式ではありません。",
                              "The file is damaged or does not follow its format." },
    [SK_REASON_AMBIGUOUS] = { "ambiguous", "読み方が二通りあるため、安全と言い切れません。",
                              "It can be read in two ways, so it cannot be called safe." },
    [SK_REASON_LIMIT] = { "limit", "大きさ・数・深さなどの上限を超えています。",
                          "It is over a limit of size, number or depth." },
    [SK_REASON_UNSUPPORTED] = { "unsupported",
                                "この形式、またはこの方式の無害化にはまだ対応していません。",
                                "This type, or this way of making it harmless, is not supported "
                                "yet." },
    [SK_REASON_TYPE_MISMATCH] = { "type-mismatch", "拡張子と中身の形式が一致しません。",
                                  "The file's extension and its content disagree." },
    [SK_REASON_MALWARE] = { "malware", "不正プログラムが見つかりました。", "Malware was found." },
    [SK_REASON_FORBIDDEN] = { "forbidden", "通信方針で認められていない内容が含まれています。",
                              "It contains something that the policy forbids." },
    [SK_REASON_TIMEOUT] = { "timeout", "時間内に無害化が終わりませんでした。",
                            "Disarming did not end within the time allowed." },
    [SK_REASON_CRASH] = { "crash",
                          "無害化の途中で処理が異常終了しました。ファイルは渡していません。",
                          "The worker failed while disarming; nothing was delivered." },
    [SK_REASON_VERIFY_FAILED] = { "verify-failed", "無害化の結果が検証に合格しませんでした。",
                                  "The result did not pass verification." },
    [SK_REASON_SANDBOX] = { "sandbox", "許されない動作を試みたため、処理を止めました。",
                            "The worker tried something it must not do, and was stopped." },
    [SK_REASON_GAVE_UP] = { "gave-up", "3回試みましたが処理を終えられませんでした。",
                            "Three attempts did not come to an end." },
};
G_STATIC_ASSERT(G_N_ELEMENTS(reasons) == SK_REASON_COUNT);

SkType
sk_type_lookup(const char *name)
{
    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        if (strcmp(sk_type_rows[i].name, name) == 0)
            return (SkType)i;
    return SK_TYPE_NONE;
}

static bool
list_has(const char *list, const char *word)
{
    g_auto(GStrv) words = g_strsplit(list, ",", -1);
    return g_strv_contains((const char *const *)words, word);
}

SkType
sk_type_from_name(const char *file_name)
{
    const char *dot = strrchr(file_name, '.');
    if (dot == NULL || dot[1] == '\0')
        return SK_TYPE_NONE;
    g_autofree char *extension = g_ascii_strdown(dot + 1, -1);
    for (unsigned i = 1; i < SK_TYPE_COUNT; i++)
        if (strcmp(sk_type_rows[i].extension, extension) == 0 ||
            list_has(sk_type_rows[i].also, extension))
            return (SkType)i;
    return SK_TYPE_NONE;
}

const char *
sk_level_name(SkLevel level)
{
    g_assert(level < SK_LEVEL_COUNT);
    return level_names[level];
}

SkLevel
sk_level_lookup(const char *name)
{
    for (unsigned i = 1; i < SK_LEVEL_COUNT; i++)
        if (strcmp(level_names[i], name) == 0)
            return (SkLevel)i;
    return SK_LEVEL_NONE;
}

const char *
sk_reason_name(SkReason reason)
{
    g_assert(reason < SK_REASON_COUNT);
    return reasons[reason].name;
}

SkReason
sk_reason_lookup(const char *name)
{
    for (unsigned i = 1; i < SK_REASON_COUNT; i++)
        if (strcmp(reasons[i].name, name) == 0)
            return (SkReason)i;
    return SK_REASON_NONE;
}

SkReason
sk_reason_from_error(const GError *error)
{
    if (error == NULL || error->domain != SK_ERROR)
        return SK_REASON_CRASH;
    switch ((SkErrorCode)error->code) {
    case SK_ERROR_TRUNCATED:
    case SK_ERROR_MALFORMED:
        return SK_REASON_MALFORMED;
    case SK_ERROR_AMBIGUOUS:
        return SK_REASON_AMBIGUOUS;
    case SK_ERROR_LIMIT:
        return SK_REASON_LIMIT;
    case SK_ERROR_UNSUPPORTED:
        return SK_REASON_UNSUPPORTED;
    case SK_ERROR_ENCRYPTED:
        return SK_REASON_ENCRYPTED;
    case SK_ERROR_MISMATCH:
        return SK_REASON_TYPE_MISMATCH;
    case SK_ERROR_FORBIDDEN:
        return SK_REASON_FORBIDDEN;
    case SK_ERROR_SANDBOX:
        return SK_REASON_SANDBOX;
    case SK_ERROR_IO:
    case SK_ERROR_INTERNAL:
        return SK_REASON_CRASH;
    }
    return SK_REASON_CRASH;
}

const char *
sk_reason_sentence(SkReason reason, const char *language)
{
    g_assert(reason < SK_REASON_COUNT);
    return strcmp(language, "ja") == 0 ? reasons[reason].ja : reasons[reason].en;
}

const char *
sk_reason_sentence_for(SkReason reason, SkElement element, const char *language)
{
    if (reason != SK_REASON_ENCRYPTED || element != SK_ELEMENT_WRONG_PASSWORD)
        return sk_reason_sentence(reason, language);
    return strcmp(language, "ja") == 0
               ? "パスワードがかかっていて、入力されたパスワードでは開けませんでした。"
               : "It is protected by a password, and the one given does not open it.";
}

SkElement
sk_element_lookup(const char *code)
{
    for (unsigned i = 1; i < SK_ELEMENT_COUNT; i++)
        if (strcmp(sk_element_rows[i].code, code) == 0)
            return (SkElement)i;
    return SK_ELEMENT_NONE;
}

const char *
sk_verdict_name(SkVerdict verdict)
{
    g_assert(verdict < SK_VERDICT_COUNT);
    return verdict_names[verdict];
}

SkVerdict
sk_verdict_lookup(const char *name)
{
    for (unsigned i = 1; i < SK_VERDICT_COUNT; i++)
        if (strcmp(verdict_names[i], name) == 0)
            return (SkVerdict)i;
    return SK_VERDICT_NONE;
}
