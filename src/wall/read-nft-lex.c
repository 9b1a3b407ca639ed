/* SPDX-License-Identifier: Apache-2.0
 * read-nft-lex.c - contract in read-nft-lex.h. nft tells an address from a word by the longest
 * match; so does this: what begins as a hexadecimal digit or colon is tried as MAC and IPv6 first.
 */
#include "wall/read-nft-lex.h"

#define ADDRESS_MAX 45u /* characters of the longest IPv6 address */

typedef struct {
    SkSpan in;
    size_t at;
    uint32_t line;
    GArray *out;
} Lexer;

unsigned
sk_nft_column(SkSpan text, size_t at)
{
    size_t start = at;

    while (start > 0 && text.p[start - 1] != '\n')
        start--;
    return (unsigned)MIN(at - start + 1, UINT32_MAX);
}

static int
look(const Lexer *l, size_t ahead)
{
    return ahead < l->in.n - l->at ? l->in.p[l->at + ahead] : -1;
}

static bool
is_word(int c)
{
    return c >= 0 && (g_ascii_isalnum(c) || c == '_');
}

bool
sk_nft_number(SkSpan s, uint64_t *ret)
{
    bool hex = s.n > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X');
    uint64_t value = 0;

    if (s.n == 0 || s.n > (hex ? 18 : 19))
        return false;
    for (size_t i = hex ? 2 : 0; i < s.n; i++) {
        int digit = hex ? g_ascii_xdigit_value((char)s.p[i]) : g_ascii_digit_value((char)s.p[i]);
        if (digit < 0)
            return false;
        value = value * (hex ? 16 : 10) + (uint64_t)digit;
    }
    *ret = value;
    return true;
}

bool
sk_nft_ip4(SkSpan s, uint32_t *ret)
{
    uint32_t value = 0;
    unsigned parts = 0;
    size_t i = 0;

    for (; parts < 4; parts++) {
        unsigned part = 0, digits = 0;
        for (; i < s.n && g_ascii_isdigit(s.p[i]) && digits < 4; i++, digits++)
            part = part * 10 + (unsigned)(s.p[i] - '0');
        /* A leading zero means octal to some readers. */
        if (digits == 0 || part > 255 || (digits > 1 && s.p[i - digits] == '0'))
            return false;
        value = value << 8 | part;
        if (parts < 3 && (i >= s.n || s.p[i++] != '.'))
            return false;
    }
    if (i != s.n)
        return false;
    *ret = value;
    return true;
}

bool
sk_nft_mac(SkSpan s, uint8_t ret[6])
{
    uint8_t out[6] = { 0 };
    size_t i = 0;

    for (unsigned part = 0; part < 6; part++) {
        unsigned value = 0, digits = 0;
        for (; i < s.n && g_ascii_isxdigit(s.p[i]) && digits < 2; i++, digits++)
            value = value * 16 + (unsigned)g_ascii_xdigit_value((char)s.p[i]);
        if (digits == 0 || (part < 5 && (i >= s.n || s.p[i++] != ':')))
            return false;
        out[part] = (uint8_t)value;
    }
    if (i != s.n)
        return false;
    for (unsigned part = 0; part < 6; part++)
        ret[part] = out[part];
    return true;
}

bool
sk_nft_ip6(SkSpan s, uint8_t ret[16])
{
    uint16_t group[8] = { 0 };
    unsigned n = 0, gap = 8;
    size_t i = 0;
    bool colon = false; /* a single colon was read: a group must follow */

    if (s.n < 2 || s.n > ADDRESS_MAX || (s.p[0] == ':' && s.p[1] != ':'))
        return false;
    while (i < s.n) {
        if (s.p[i] == ':' && i + 1 < s.n && s.p[i + 1] == ':') {
            if (gap != 8 || colon)
                return false;
            gap = n;
            i += 2;
            continue;
        }
        unsigned value = 0, digits = 0;
        size_t start = i;
        for (; i < s.n && g_ascii_isxdigit(s.p[i]) && digits < 5; i++, digits++)
            value = value * 16 + (unsigned)g_ascii_xdigit_value((char)s.p[i]);
        uint32_t quad = 0;
        if (i < s.n && s.p[i] == '.' && n <= 6 &&
            sk_nft_ip4(sk_span_sub(s, start, s.n - start), &quad)) {
            group[n++] = (uint16_t)(quad >> 16);
            group[n++] = (uint16_t)quad;
            i = s.n;
            colon = false;
            break;
        }
        if (digits == 0 || digits > 4 || n >= 8)
            return false;
        group[n++] = (uint16_t)value;
        colon = i < s.n && s.p[i] == ':' && !(i + 1 < s.n && s.p[i + 1] == ':');
        if (colon)
            i++;
        else if (i < s.n && s.p[i] != ':')
            return false;
    }
    if (colon || (gap == 8 ? n != 8 : n > 7))
        return false;
    for (unsigned k = 0; k < 16; k++)
        ret[k] = 0;
    for (unsigned k = 0; k < n; k++) {
        unsigned to = k < gap ? k : 8 - n + k;
        ret[2 * to] = (uint8_t)(group[k] >> 8);
        ret[2 * to + 1] = (uint8_t)group[k];
    }
    return true;
}

static void
push(Lexer *l, SkNftKind kind, size_t n, uint8_t sign, uint64_t number)
{
    SkNftToken t = { .kind = (uint8_t)kind,
                     .sign = sign,
                     .line = l->line,
                     .at = (uint32_t)l->at,
                     .n = (uint32_t)n,
                     .number = number };
    g_array_append_val(l->out, t);
    l->at += n;
}

/* The longest run that may be an address, tried as MAC and IPv6. */
static bool
address(Lexer *l)
{
    size_t n = 0;
    unsigned colons = 0;
    int c = 0;

    while (n <= ADDRESS_MAX && (c = look(l, n)) >= 0 &&
           (g_ascii_isxdigit(c) || c == ':' || c == '.')) {
        colons += c == ':';
        n++;
    }
    if (colons < 2 || n > ADDRESS_MAX)
        return false;
    SkSpan s = sk_span_sub(l->in, l->at, n);
    uint8_t bytes[16];
    if (sk_nft_mac(s, bytes)) {
        push(l, SK_NFT_MAC, n, 0, 0);
        return true;
    }
    if (!sk_nft_ip6(s, bytes))
        return false;
    push(l, SK_NFT_IP6, n, 0, 0);
    return true;
}

static void
digits(Lexer *l)
{
    size_t n = 0, dots = 0;
    uint64_t value = 0;
    uint32_t quad = 0;

    for (int c = 0; (c = look(l, n)) >= 0 &&
                    (g_ascii_isdigit(c) || (c == '.' && g_ascii_isdigit(look(l, n + 1))));
         n++)
        dots += c == '.';
    if (dots == 3 && !is_word(look(l, n)) && sk_nft_ip4(sk_span_sub(l->in, l->at, n), &quad)) {
        push(l, SK_NFT_IP4, n, 0, quad);
        return;
    }
    for (n = 0; is_word(look(l, n));)
        n++;
    if (sk_nft_number(sk_span_sub(l->in, l->at, n), &value))
        push(l, SK_NFT_NUMBER, n, 0, value);
    else
        push(l, SK_NFT_WORD, n, 0, 0); /* 5m, 8021q */
}

static void
word(Lexer *l)
{
    size_t n = 0;
    int c = 0;

    while ((c = look(l, n)) >= 0 && (is_word(c) || c == '/' || c == '-' || c == '.'))
        n++;
    if (c == '*')
        n++;
    else if (c == '\\' && look(l, n + 1) == '*')
        n += 2;
    push(l, SK_NFT_WORD, n, 0, 0);
}

static void
comment(Lexer *l)
{
    size_t n = 0;
    uint64_t value = 0;

    while (look(l, n) >= 0 && look(l, n) != '\n')
        n++;
    SkSpan s = sk_span_sub(l->in, l->at, n);
    if (sk_span_starts(s, "# handle ") && sk_nft_number(sk_span_sub(s, 9, n - 9), &value))
        push(l, SK_NFT_HANDLE, n, 0, value);
    else if (sk_span_starts(s, "# xt_") || sk_span_starts(s, "#xt_"))
        push(l, SK_NFT_XT, n, 0, 0);
    else
        l->at += n;
}

static bool
quoted(Lexer *l)
{
    size_t n = 1;

    while (look(l, n) >= 0 && look(l, n) != '\n' && look(l, n) != '"' && look(l, n) != 0)
        n++;
    if (look(l, n) != '"')
        return false;
    l->at++;
    push(l, SK_NFT_STRING, n - 1, 0, 0);
    l->at++;
    return true;
}

static bool
sign(Lexer *l)
{
    static const struct {
        char text[3];
        uint8_t sign;
    } pairs[] = { { "==", SK_NFT_EQ }, { "!=", SK_NFT_NE },  { "<=", SK_NFT_LE },
                  { ">=", SK_NFT_GE }, { "<<", SK_NFT_SHL }, { ">>", SK_NFT_SHR } };
    int c = look(l, 0);

    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (c == pairs[i].text[0] && look(l, 1) == pairs[i].text[1]) {
            push(l, SK_NFT_SIGN, 2, pairs[i].sign, 0);
            return true;
        }
    }
    static const char singles[] = "!<>&|^,.:;{}()[]/-+*=@$";
    for (const char *s = singles; *s != 0; s++) {
        if (c == *s) {
            push(l, SK_NFT_SIGN, 1, (uint8_t)c, 0);
            return true;
        }
    }
    return false;
}

/* A backslash and, after blanks, the end of the line: as if neither were there. */
static bool
continued(Lexer *l)
{
    size_t n = 1;

    while (look(l, n) == ' ' || look(l, n) == '\t')
        n++;
    if (look(l, n) != '\n')
        return false;
    l->at += n + 1;
    l->line++;
    return true;
}

static bool
step(Lexer *l)
{
    int c = look(l, 0);

    if (c == ' ' || c == '\t') {
        l->at++;
        return true;
    }
    if (c == '\n') {
        push(l, SK_NFT_LINE, 1, 0, 0);
        l->line++;
        return true;
    }
    if (c == '#') {
        comment(l);
        return true;
    }
    if (c == '"')
        return quoted(l);
    if (c == '\\' && continued(l))
        return true;
    if (c == '\\' && look(l, 1) == '*') {
        push(l, SK_NFT_WORD, 2, 0, 0);
        return true;
    }
    if ((g_ascii_isxdigit(c) || (c == ':' && look(l, 1) == ':')) && address(l))
        return !is_word(look(l, 0)); /* an address ends where a word would */
    if (g_ascii_isdigit(c)) {
        digits(l);
        return true;
    }
    if (g_ascii_isalpha(c) || c == '_') {
        word(l);
        return true;
    }
    return sign(l);
}

GArray *
sk_nft_lex(SkSpan text, GError **error)
{
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(SkNftToken));
    Lexer l = { .in = text, .line = 1, .out = out };

    if (text.n > UINT32_MAX / 2) {
        (void)sk_throw(error, SK_ERROR_LIMIT, "nft: a text over %u bytes", UINT32_MAX / 2);
        return NULL;
    }
    while (l.at < text.n) {
        size_t start = l.at;
        uint32_t line = l.line;
        if (!step(&l)) {
            (void)sk_throw(error, SK_ERROR_MALFORMED, "nft: no such sign (line %u, column %u)",
                           line, sk_nft_column(text, start));
            return NULL;
        }
        if (out->len >= SK_NFT_TOKENS_MAX) {
            (void)sk_throw(error, SK_ERROR_LIMIT, "nft: over %u words", SK_NFT_TOKENS_MAX);
            return NULL;
        }
    }
    push(&l, SK_NFT_END, 0, 0, 0);
    return g_steal_pointer(&out);
}
