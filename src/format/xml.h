/* SPDX-License-Identifier: Apache-2.0
 *
 * xml.h - read XML as a stream of events, and write it in canonical form. Handlers see
 * resolved names as symbols of their own, never prefixes, and no document type, entity or foreign
 * encoding ever gets this far.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/xml.md   Tests: tests/unit/format/test-xml.c, tests/fuzz/fuzz-xml.c
 */
#pragma once

#include "base/elements.h"
#include "base/sink.h"

#define SK_XML_DEPTH_MAX 256u
#define SK_XML_ATTRS_MAX 256u
#define SK_XML_NAME_MAX 256u
#define SK_XML_NAMESPACES_MAX 512u /* bindings in scope at once */

/* What a handler's own tables make of a name; 0 stands for every name they do not know. */
typedef uint32_t SkXmlSymbol;

typedef struct {
    SkXmlSymbol symbol;
    SkSpan value; /* borrowed for the call; references resolved, UTF-8 */
} SkXmlAttr;

typedef struct {
    /* Asked once for a name, mostly: answers are remembered while the namespaces in scope stay the
     * same. */
    SkXmlSymbol (*element)(void *user, SkSpan uri, SkSpan local);
    SkXmlSymbol (*attribute)(void *user, SkSpan uri, SkSpan local);
    /* Elements; namespace declarations are not among the attributes. */
    bool (*start)(void *user, SkXmlSymbol element, const SkXmlAttr *attrs, unsigned n,
                  GError **error);
    bool (*end)(void *user, SkXmlSymbol element, GError **error);
    /* In pieces of any length, cut between characters. */
    bool (*text)(void *user, SkSpan text, GError **error);
    /* A comment or processing instruction; may be NULL. */
    void (*aside)(void *user);
} SkXmlHandler;

typedef struct SkXmlReader SkXmlReader;

/** sk_xml_reader_new: (transfer full): @handler and @user are borrowed. */
SkXmlReader *sk_xml_reader_new(const SkXmlHandler *handler, void *user);
void sk_xml_reader_free(SkXmlReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkXmlReader, sk_xml_reader_free)

/* An attribute as it is written, namespace declarations too; its value's references are resolved. */
typedef struct {
    SkSpan name;
    SkSpan value;
} SkXmlWritten;

/**
 * sk_xml_reader_listen: has @written called directly before each start with the tag as it is written,
 * which stays good until start returns.
 */
typedef void (*SkXmlWrittenFunc)(void *user, SkSpan name, const SkXmlWritten *attrs, unsigned n);
void sk_xml_reader_listen(SkXmlReader *self, SkXmlWrittenFunc written);
/**
 * sk_xml_reader_feed: the next bytes of the document; @last with the last ones (which may be none).
 * @error: what a handler said, or MALFORMED, LIMIT, UNSUPPORTED (an encoding), FORBIDDEN (a
 * document type) After a failure the reader is only to be freed.
 */
bool sk_xml_reader_feed(SkXmlReader *self, SkSpan s, bool last,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** sk_xml_reader_saw_dtd: the failure was a document type declaration. */
bool sk_xml_reader_saw_dtd(const SkXmlReader *self);
/** sk_xml_reader_prefix: the namespace that @prefix is bound to just now; empty where there is
 * none. */
SkSpan sk_xml_reader_prefix(const SkXmlReader *self, SkSpan prefix);
/** sk_xml_parse: a whole document that is in memory. */
bool sk_xml_parse(SkSpan document, const SkXmlHandler *handler, void *user,
                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- writing ------------------------------------------------------------------------------ */

#define SK_XML_DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

typedef void (*SkXmlFlush)(void *user, SkSpan s);
typedef struct SkXmlWriter SkXmlWriter;

/**
 * sk_xml_writer_new: (transfer full): canonical XML in pieces to @flush. Names are ours, attributes
 * come in order (both are the caller's duty); text and values are escaped here.
 */
SkXmlWriter *sk_xml_writer_new(SkXmlFlush flush, void *user);
void sk_xml_writer_free(SkXmlWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkXmlWriter, sk_xml_writer_free)

void sk_xml_writer_declaration(SkXmlWriter *self);
void sk_xml_writer_start(SkXmlWriter *self, const char *name);
/** sk_xml_writer_raw: attributes ready-made (such as namespace declarations), beginning with a
 * space. */
/**
 * sk_xml_writer_start_lazy: as sk_xml_writer_start, but the whole element is not written where
 * nothing but other lazy elements (or nothing at all) is started in it. While bytes are held this
 * is sk_xml_writer_start.
 */
void sk_xml_writer_start_lazy(SkXmlWriter *self, const char *name);
void sk_xml_writer_raw(SkXmlWriter *self, const char *attributes);
/** sk_xml_writer_attr: white space in @value becomes spaces. */
void sk_xml_writer_attr(SkXmlWriter *self, const char *name, SkSpan value);
void sk_xml_writer_text(SkXmlWriter *self, SkSpan text);
void sk_xml_writer_end(SkXmlWriter *self, const char *name);
/** sk_xml_writer_finish: hands on what is left; nothing may be held. */
void sk_xml_writer_finish(SkXmlWriter *self);

/**
 * sk_xml_writer_hold: what is written from now on is kept back, until it is released after whatever
 * is put in front of it with sk_xml_writer_release's return to normal. Holds do not nest.
 */
void sk_xml_writer_hold(SkXmlWriter *self);
/** sk_xml_writer_held: bytes kept back; 0 where nothing is. */
size_t sk_xml_writer_held(const SkXmlWriter *self);
/** sk_xml_writer_ahead: @on: write in front of what is held; off: behind it again. */
void sk_xml_writer_ahead(SkXmlWriter *self, bool on);
void sk_xml_writer_release(SkXmlWriter *self);
/** sk_xml_writer_discard: what is held is never written. */
void sk_xml_writer_discard(SkXmlWriter *self);
