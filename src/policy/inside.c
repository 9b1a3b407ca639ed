/* SPDX-License-Identifier: Apache-2.0
 * inside.c - contract in policy.h: what stands inside something that crosses. */
#include "policy/policy.h"

#include <string.h>

/* Is everybody who must consent to @part among those who consent to @whole? */
static bool
is_covered(const SkDecision *whole, const SkDecision *part)
{
    for (unsigned i = 0; i < part->steps_n; i++) {
        bool there = false;
        for (unsigned j = 0; j < whole->steps_n; j++)
            there = there || whole->steps[j] == part->steps[i];
        if (!there)
            return false;
    }
    return true;
}

bool
sk_policy_decide_inside(const SkPolicy *self, const SkQuestion *whole, SkType type, SkLevel level, uint64_t size,
                        SkDecision *ret, GError **error)
{
    SkDecision part = { 0 };

    /* Once as it is, and once as if numbers of people had been found: then every step counts. */
    for (unsigned i = 0; i < 2; i++) {
        SkDecision outer;
        SkQuestion asked = *whole;
        asked.numbers = i == 0;
        if (!sk_policy_decide_file(self, &asked, &outer, error))
            return false;
        asked.type = type;
        asked.level = level;
        asked.size = size;
        if (!sk_policy_decide_file(self, &asked, &part, error))
            return false;
        if (!is_covered(&outer, &part))
            return sk_throw(error, SK_ERROR_FORBIDDEN, "policy: this type needs an approval that the whole does not");
    }
    if (part.level == SK_LEVEL_ORIGINAL)
        part.level = SK_LEVEL_REBUILT; /* nothing inside of what is rebuilt stays as it was */
    *ret = part;
    return true;
}

/* ---- what a type becomes -------------------------------------------------------------------- */

static bool
is_container(SkType type)
{
    static const SkType types[] = { SK_TYPE_ZIP, SK_TYPE_7Z,  SK_TYPE_RAR, SK_TYPE_LZH, SK_TYPE_CAB,
                                    SK_TYPE_TAR, SK_TYPE_GZ,  SK_TYPE_BZ2, SK_TYPE_XZ,  SK_TYPE_EML,
                                    SK_TYPE_MBOX, SK_TYPE_MSG, SK_TYPE_TNEF, SK_TYPE_MHT };
    for (unsigned i = 0; i < G_N_ELEMENTS(types); i++)
        if (types[i] == type)
            return true;
    return false;
}

static bool
is_mail(SkType type)
{
    return type == SK_TYPE_EML || type == SK_TYPE_MBOX || type == SK_TYPE_MSG ||
           type == SK_TYPE_TNEF;
}

/* Rebuilt, where it is another type then. */
static SkType
rebuilt(SkType type)
{
    static const SkType pairs[][2] = {
        { SK_TYPE_DOCM, SK_TYPE_DOCX }, { SK_TYPE_DOTX, SK_TYPE_DOCX }, { SK_TYPE_DOTM, SK_TYPE_DOCX },
        { SK_TYPE_DOC, SK_TYPE_DOCX },  { SK_TYPE_DOC95, SK_TYPE_DOCX }, { SK_TYPE_RTF, SK_TYPE_DOCX },
        { SK_TYPE_HWP, SK_TYPE_DOCX },  { SK_TYPE_XLSM, SK_TYPE_XLSX }, { SK_TYPE_XLTX, SK_TYPE_XLSX },
        { SK_TYPE_XLTM, SK_TYPE_XLSX }, { SK_TYPE_XLS, SK_TYPE_XLSX },  { SK_TYPE_XLS95, SK_TYPE_XLSX },
        { SK_TYPE_XLSB, SK_TYPE_XLSX }, { SK_TYPE_PPTM, SK_TYPE_PPTX }, { SK_TYPE_POTX, SK_TYPE_PPTX },
        { SK_TYPE_POTM, SK_TYPE_PPTX }, { SK_TYPE_PPSX, SK_TYPE_PPTX }, { SK_TYPE_PPSM, SK_TYPE_PPTX },
        { SK_TYPE_PPT, SK_TYPE_PPTX },  { SK_TYPE_BMP, SK_TYPE_PNG },   { SK_TYPE_ICO, SK_TYPE_PNG },
        { SK_TYPE_EMF, SK_TYPE_PNG },   { SK_TYPE_WMF, SK_TYPE_PNG },   { SK_TYPE_MHT, SK_TYPE_HTML },
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (pairs[i][0] == type)
            return pairs[i][1];
    return type;
}

static SkType
drawn(SkType type)
{
    SkType made = rebuilt(type);

    if (made == SK_TYPE_GIF || made == SK_TYPE_WEBP)
        return SK_TYPE_PNG;
    return made == SK_TYPE_PNG || made == SK_TYPE_JPEG || made == SK_TYPE_TIFF ? made : SK_TYPE_PDF;
}

/* By a verdict of its sentence: what is attached comes beside it. */
static bool
may_be_taken_apart(SkType type, SkLevel level)
{
    return type == SK_TYPE_PDF && level == SK_LEVEL_REBUILT;
}

bool
sk_type_becomes(SkType type, SkLevel level, SkType out)
{
    if (out == SK_TYPE_ZIP && (is_container(type) || may_be_taken_apart(type, level)))
        return true;
    if (level == SK_LEVEL_TEXT)
        return out == SK_TYPE_TEXT || (out == type && (type == SK_TYPE_CSV || type == SK_TYPE_TSV));
    if (is_mail(type))
        return out == SK_TYPE_TEXT;
    if (level == SK_LEVEL_IMAGE)
        return out == drawn(type);
    return out == rebuilt(type);
}

/* ---- the ways in ---------------------------------------------------------------------------- */

typedef struct {
    SkDecision found[SK_WAYS_MAX];
    unsigned n;
} Ways;

static bool
is_so(SkType type, const SkDecision *decision, SkType out)
{
    return out != SK_TYPE_ZIP || is_container(type) ||
           decision->verdicts[SK_ELEMENT_PDF_ATTACHMENT] == SK_VERDICT_NESTED;
}

static void
note(Ways *ways, const SkDecision *decision)
{
    for (unsigned i = 0; i < ways->n; i++)
        if (ways->found[i].level == decision->level &&
            memcmp(ways->found[i].verdicts, decision->verdicts, sizeof decision->verdicts) == 0)
            return;
    if (ways->n < SK_WAYS_MAX)
        ways->found[ways->n++] = *decision;
}

bool
sk_policy_way_in(const SkPolicy *self, const SkQuestion *whole, SkType out, uint64_t size, unsigned way,
                 SkDecision *ret)
{
    static const SkLevel levels[] = { SK_LEVEL_REBUILT, SK_LEVEL_IMAGE, SK_LEVEL_TEXT };
    Ways ways = { .n = 0 };

    for (unsigned i = 0; i < G_N_ELEMENTS(levels); i++) {
        for (unsigned type = SK_TYPE_NONE + 1; type < SK_TYPE_COUNT; type++) {
            SkDecision decision;
            if (sk_type_becomes((SkType)type, levels[i], out) &&
                sk_policy_decide_inside(self, whole, (SkType)type, levels[i], size, &decision, NULL) &&
                is_so((SkType)type, &decision, out))
                note(&ways, &decision);
        }
    }
    if (way >= ways.n)
        return false;
    *ret = ways.found[way];
    return true;
}
