/* SPDX-License-Identifier: Apache-2.0
 *
 * xml.h - tokens of canonical XML (docs/formats/xml.md), and of nothing else: no entity but the
 * predefined ones, no comment, instruction, CDATA or document type, one way to write a tag. Works
 * on a window that its source refills, so a part of any size takes the same memory; nothing is
 * allocated a token. Names are balanced and a token is checked to its last character; whether an
 * element's attributes stand in order, each once, is for the caller to see, who knows which there
 * are. Runs in: verify worker. Trusts: nothing. Spec: docs/formats/xml.md   Tests:
 * tests/unit/verify/test-docx.c, tests/fuzz/fuzz-verify.c
 */
#pragma once

#include "verify/proof.h"

#define SK_XML_WINDOW (256u << 10)   /* grows where a tag is longer */
#define SK_XML_WINDOW_MAX (2u << 20) /* so no tag is longer */
#define SK_XML_ATTRIBUTES_MAX 256u
#define SK_XML_DEPTH_MAX 256u
#define SK_XML_NAME_MAX 64u
#define SK_XML_SLACK 16u

typedef enum {
    SK_XML_START, /* name, attributes; empty: its end follows at once, without a token */
    SK_XML_END,   /* name */
    SK_XML_TEXT,  /* text, perhaps a piece; references not resolved */
    SK_XML_EOF,   /* the root has ended, and so has the part */
    SK_XML_NO,    /* the refusal is recorded */
} SkXmlToken;

typedef struct {
    SkSpan name;  /* as written, with its prefix */
    SkSpan value; /* references not resolved */
    uint64_t key; /* of name */
} SkXmlAttribute;

/** SkXml keys: the last eight bytes of a name, as a number: of names no longer than that, two are
 * the same if their keys are. */
#define SK_XML_KEY_BYTES 8u

/**
 * SkXmlFill: more of the part into @out: at most @n bytes, at least one unless the part has ended.
 * Returns: false when the refusal is recorded
 */
typedef bool (*SkXmlFill)(void *source, uint8_t *out, size_t n, size_t *ret_n);

typedef struct {
    SkProof *proof;
    SkXmlFill fill;
    void *source;
    uint8_t *window;   /* owned */
    size_t size;       /* of @window, without its slack */
    size_t at, end;    /* of what is not yet read, in @window */
    uint64_t before;   /* bytes of the part before @window */
    uint64_t token_at; /* of the token, in the part */
    bool ended;        /* the source has */
    bool opened;       /* the root element has begun */
    bool hollow;       /* the last token was a start tag that is not empty */
    unsigned depth;
    uint64_t keys[SK_XML_DEPTH_MAX]; /* of the open elements */
    uint8_t lengths[SK_XML_DEPTH_MAX];
    uint8_t names[SK_XML_DEPTH_MAX][SK_XML_NAME_MAX]; /* where the key is not enough */

    /* The token; spans lie in @window and are good until the next one. */
    SkSpan name;
    uint64_t key; /* of name */
    SkSpan text;
    bool empty;
    unsigned n_attributes;
    SkXmlAttribute attributes[SK_XML_ATTRIBUTES_MAX];
} SkXml;

/** sk_xml_new: (transfer full). @source is borrowed. */
SkXml *sk_xml_new(SkProof *proof, SkXmlFill fill, void *source);
void sk_xml_free(SkXml *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkXml, sk_xml_free)

SkXmlToken sk_xml_next(SkXml *self);
/**
 * sk_xml_simple: right behind a start tag: the element's whole content, where that is one short
 * text without references and beyond-ASCII, together with its end tag; neither comes as a token
 * then. False: nothing has been read, and what comes comes as tokens.
 */
bool sk_xml_simple(SkXml *self, SkSpan *ret_text);
/**
 * sk_xml_ahead: what of the part is in the window and not yet read, behind a start or an end tag;
 * SK_XML_SLACK bytes of 0 stand behind it, so that a reader of fixed words needs no bounds.
 * sk_xml_skip: the first @n bytes of it, which are whole elements of the profile, have been read.
 */
static inline SkSpan
sk_xml_ahead(const SkXml *self)
{
    return sk_span(self->window + self->at, self->end - self->at);
}

static inline void
sk_xml_skip(SkXml *self, size_t n)
{
    self->at += n;
    self->hollow = self->hollow && n == 0;
}

/** sk_xml_attribute: its value as written, or NULL where the start tag has none of that name. */
const SkSpan *sk_xml_attribute(const SkXml *self, const char *name);
/** sk_xml_letter: the same for a name of one letter, of which hot places have some. */
static inline const SkSpan *
sk_xml_letter(const SkXml *self, char name)
{
    for (unsigned i = 0; i < self->n_attributes; i++)
        if (self->attributes[i].key == (uint64_t)name)
            return &self->attributes[i].value;
    return NULL;
}

/** sk_xml_at: the place in the part where the token began, for sk_proof_no. */
uint64_t sk_xml_at(const SkXml *self);
/**
 * sk_xml_resolve: text or a value with its references resolved, as much as @size bytes of @ret
 * hold. Returns: how many bytes it has, which may be more than @size
 */
size_t sk_xml_resolve(SkSpan s, char *ret, size_t size);
