/* SPDX-License-Identifier: Apache-2.0
 *
 * json.c - the profile of JSON: one value, one way to lay it out (or on one line), no name twice.
 * Runs in: verify worker. Trusts: nothing.
 * Spec: docs/formats/json.md   Tests: tests/unit/verify/test-json.c
 */
#include "verify/chars.h"
#include "verify/proof.h"

#define DEPTH_MAX 256u
#define NUMBER_MAX 1024u

typedef struct {
    SkProof *proof;
    SkSpan in;
    size_t at;
    bool lines;         /* one value a line */
    bool keep_invisible;
    unsigned depth;
    uint8_t ends[DEPTH_MAX]; /* `}` or `]` */
    GTree *names[DEPTH_MAX]; /* owned: names of an open object, as they are spelled */
} Json;

static bool
no(const Json *json, SkElement element, const char *what)
{
    return sk_proof_no(json->proof, element, "%s, byte %zu", what, json->at);
}

static bool
is_at(const Json *json, char c)
{
    return json->at < json->in.n && json->in.p[json->at] == (uint8_t)c;
}

static bool
word(Json *json, const char *s)
{
    SkSpan rest = sk_span_sub(json->in, json->at, json->in.n - json->at);
    if (!sk_span_starts(rest, s))
        return false;
    json->at += sk_span_str(s).n;
    return true;
}

/* The line end and indent before a value or an end; nothing where all stands on one line. */
static bool
new_line(Json *json)
{
    if (!json->lines)
        return true;
    bool ok = word(json, "\n");
    for (unsigned i = 0; ok && i < json->depth; i++)
        ok = word(json, "  ");
    return ok || no(json, SK_ELEMENT_NOT_CANONICAL, "layout");
}

/* ---- strings ------------------------------------------------------------------------------ */

/* One of the five escapes. U+000D, which no text has, may stand in a string. */
static bool
escape(Json *json, uint32_t *ret)
{
    static const char letters[] = "\"\\nrt";
    static const uint8_t meanings[] = { '"', '\\', '\n', '\n', '\t' };

    json->at++;
    for (unsigned i = 0; i < sizeof meanings; i++) {
        if (is_at(json, letters[i])) {
            json->at++;
            *ret = meanings[i];
            return true;
        }
    }
    return no(json, SK_ELEMENT_NOT_CANONICAL, "escape");
}

/* From the opening quote to behind the closing one. */
static bool
check_string(Json *json, SkSpan *ret)
{
    SkCharWalk walk = SK_CHAR_WALK(json->keep_invisible);
    SkElement found = SK_ELEMENT_NONE;

    if (!word(json, "\""))
        return no(json, SK_ELEMENT_NOT_CANONICAL, "no string");
    size_t from = json->at;
    while (json->at < json->in.n && !is_at(json, '"')) {
        uint32_t c = json->in.p[json->at];
        if (c == '\\') {
            if (!escape(json, &c))
                return false;
        } else if (c < 0x20) {
            return no(json, SK_ELEMENT_TEXT_CONTROL, "control in a string");
        } else {
            c = sk_char_next(json->in, &json->at);
        }
        if (c == SK_CHAR_BAD)
            return no(json, SK_ELEMENT_TEXT_ENCODING, "not UTF-8");
        found = sk_char_step(&walk, c);
        if (found != SK_ELEMENT_NONE)
            return no(json, found, "character");
    }
    found = sk_char_stop(&walk);
    if (found != SK_ELEMENT_NONE)
        return no(json, found, "character");
    *ret = sk_span_sub(json->in, from, json->at - from);
    return word(json, "\"") || no(json, SK_ELEMENT_NOT_CANONICAL, "string not closed");
}

/* ---- numbers ------------------------------------------------------------------------------ */

static bool
some_digits(Json *json)
{
    size_t from = json->at;
    while (json->at < json->in.n && g_ascii_isdigit(json->in.p[json->at]))
        json->at++;
    return json->at > from;
}

static bool
check_number(Json *json)
{
    size_t from = json->at;

    (void)word(json, "-");
    bool ok = word(json, "0") || some_digits(json);
    if (ok && word(json, "."))
        ok = some_digits(json);
    if (ok && (word(json, "e") || word(json, "E"))) {
        (void)(word(json, "+") || word(json, "-"));
        ok = some_digits(json);
    }
    return (ok && json->at - from <= NUMBER_MAX) || no(json, SK_ELEMENT_NOT_CANONICAL, "value");
}

/* ---- objects and arrays ------------------------------------------------------------------- */

static int
compare_spellings(const void *a, const void *b, void *user)
{
    (void)user;
    return g_bytes_compare(a, b);
}

/* Equal names are spelled alike here, so spellings are compared. */
static bool
check_name(Json *json)
{
    SkSpan name = SK_SPAN_EMPTY;
    GTree **names = &json->names[json->depth - 1];

    if (!check_string(json, &name))
        return false;
    if (*names == NULL)
        *names = g_tree_new_full(compare_spellings, NULL, (GDestroyNotify)g_bytes_unref, NULL);
    GBytes *spelling = g_bytes_new_static(name.p, name.n);
    if (g_tree_lookup_extended(*names, spelling, NULL, NULL)) {
        g_bytes_unref(spelling);
        return no(json, SK_ELEMENT_JSON_DUPLICATE, "name");
    }
    g_tree_insert(*names, spelling, NULL);
    return word(json, json->lines ? ": " : ":") || no(json, SK_ELEMENT_NOT_CANONICAL, "colon");
}

/* A value, or the beginning of one. @ret_open: an object or array whose first value follows. */
static bool
check_value(Json *json, bool *ret_open)
{
    SkSpan text = SK_SPAN_EMPTY;

    *ret_open = false;
    if (is_at(json, '"'))
        return check_string(json, &text);
    if (word(json, "true") || word(json, "false") || word(json, "null"))
        return true;
    if (!is_at(json, '{') && !is_at(json, '['))
        return check_number(json);
    if (json->depth == DEPTH_MAX)
        return no(json, SK_ELEMENT_NOT_CANONICAL, "nested too deep");
    if (word(json, "{}") || word(json, "[]"))
        return true;
    json->ends[json->depth++] = is_at(json, '{') ? '}' : ']';
    json->at++;
    *ret_open = true;
    return true;
}

/* Behind a value: as many ends as there are, then the comma that another value follows. */
static bool
check_ends(Json *json)
{
    while (json->depth > 0 && !word(json, ",")) {
        uint8_t end = json->ends[--json->depth];
        g_clear_pointer(&json->names[json->depth], g_tree_destroy);
        if (!new_line(json))
            return false;
        if (!is_at(json, (char)end))
            return no(json, SK_ELEMENT_NOT_CANONICAL, "comma or end");
        json->at++;
    }
    return true;
}

static bool
check_document(Json *json)
{
    bool open = false;

    do {
        if (json->depth > 0 &&
            (!new_line(json) || (json->ends[json->depth - 1] == '}' && !check_name(json))))
            return false;
        bool first = json->depth == 0;
        if (!check_value(json, &open))
            return false;
        if (first)
            json->lines = open && is_at(json, '\n');
        if (!open && !check_ends(json))
            return false;
    } while (json->depth > 0);
    if (!word(json, "\n"))
        return no(json, SK_ELEMENT_NOT_CANONICAL, "line end");
    return json->at == json->in.n || no(json, SK_ELEMENT_TRAILING_DATA, "data behind the value");
}

bool
sk_verify_json(SkProof *proof, SkSpan in)
{
    Json json = { .proof = proof,
                  .in = in,
                  .keep_invisible = sk_proof_keeps(proof, SK_ELEMENT_TEXT_INVISIBLE) };

    if (sk_span_starts(in, "\xef\xbb\xbf"))
        return sk_proof_no(proof, SK_ELEMENT_TEXT_BOM, "byte 0");
    bool ok = check_document(&json);
    while (json.depth > 0)
        g_clear_pointer(&json.names[--json.depth], g_tree_destroy);
    return ok;
}
