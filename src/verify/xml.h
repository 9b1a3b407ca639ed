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

#define SK_XML_WINDOW_MAX (256u << 10) /* so no tag is longer */
#define SK_XML_ATTRIBUTES_MAX 96u
#define SK_XML_DEPTH_MAX 256u
#define SK_XML_NAME_MAX 64u

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
} SkXmlAttribute;

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
    size_t at, end;    /* of what is not yet read, in @window */
    uint64_t before;   /* bytes of the part before @window */
    uint64_t token_at; /* of the token, in the part */
    bool ended;        /* the source has */
    bool opened;       /* the root element has begun */
    bool hollow;       /* the last token was a start tag that is not empty */
    unsigned depth;
    uint8_t names[SK_XML_DEPTH_MAX][SK_XML_NAME_MAX];
    uint8_t lengths[SK_XML_DEPTH_MAX];

    /* The token; spans lie in @window and are good until the next one. */
    SkSpan name;
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
/** sk_xml_attribute: its value as written, or NULL where the start tag has none of that name. */
const SkSpan *sk_xml_attribute(const SkXml *self, const char *name);
/** sk_xml_at: the place in the part where the token began, for sk_proof_no. */
uint64_t sk_xml_at(const SkXml *self);
/**
 * sk_xml_resolve: text or a value with its references resolved, as much as @size bytes of @ret
 * hold. Returns: how many bytes it has, which may be more than @size
 */
size_t sk_xml_resolve(SkSpan s, char *ret, size_t size);
