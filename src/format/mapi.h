/* SPDX-License-Identifier: Apache-2.0
 *
 * mapi.h - what Outlook keeps of a message: sets of properties, of the message, its recipients and its attachments. They come in
 * two shapes, the storages of a .msg file and the stream of a winmail.dat; both readers make the same of it.
 * Only what comes out as words or as a file is kept; properties by name, views and forms are passed over.
 * Runs in: disarm worker (no files, no network). Trusts: nothing.
 * Spec: docs/formats/mail.md; [MS-OXPROPS], [MS-OXCMSG], [MS-OXMSG], [MS-OXTNEF]
 * Tests: tests/unit/format/test-mapi.c, tests/fuzz/fuzz-mapi.c
 */
#pragma once

#include "base/base.h"

/* The identifiers that are looked at ([MS-OXPROPS]). */
typedef enum {
    SK_MAPI_MESSAGE_CLASS = 0x001A,
    SK_MAPI_SUBJECT = 0x0037,
    SK_MAPI_SUBMIT_TIME = 0x0039,
    SK_MAPI_FROM_NAME = 0x0042,
    SK_MAPI_FROM_ADDRESS = 0x0065,
    SK_MAPI_TRANSPORT_HEADERS = 0x007D,
    SK_MAPI_RECIPIENT_TYPE = 0x0C15, /* 1: to, 2: cc, 3: bcc */
    SK_MAPI_SENDER_NAME = 0x0C1A,
    SK_MAPI_SENDER_ADDRESS = 0x0C1F,
    SK_MAPI_DISPLAY_CC = 0x0E03,
    SK_MAPI_DISPLAY_TO = 0x0E04,
    SK_MAPI_DELIVERY_TIME = 0x0E06,
    SK_MAPI_BODY = 0x1000,
    SK_MAPI_RTF = 0x1009, /* compressed */
    SK_MAPI_HTML = 0x1013,
    SK_MAPI_MESSAGE_ID = 0x1035,
    SK_MAPI_REFERENCES = 0x1039,
    SK_MAPI_IN_REPLY_TO = 0x1042,
    SK_MAPI_NAME = 0x3001,
    SK_MAPI_ADDRESS = 0x3003,
    SK_MAPI_CONTENT = 0x3701, /* of an attachment; as a storage or object: a message in a message */
    SK_MAPI_FILE_NAME = 0x3704,
    SK_MAPI_ATTACH_METHOD = 0x3705,
    SK_MAPI_LONG_NAME = 0x3707,
    SK_MAPI_SMTP_ADDRESS = 0x39FE,
    SK_MAPI_INTERNET_CODEPAGE = 0x3FDE,
    SK_MAPI_MESSAGE_CODEPAGE = 0x3FFD,
    SK_MAPI_SENDER_SMTP = 0x5D01,
    SK_MAPI_FROM_SMTP = 0x5D02,
} SkMapiId;

typedef enum { SK_MAPI_LONG = 0x03, SK_MAPI_OBJECT = 0x0D, SK_MAPI_STRING8 = 0x1E, SK_MAPI_UNICODE = 0x1F, SK_MAPI_TIME = 0x40, SK_MAPI_BINARY = 0x102 } SkMapiType;

/* SK_MAPI_ATTACH_METHOD ([MS-OXCMSG] 2.2.2.9) */
enum { SK_MAPI_BY_VALUE = 1, SK_MAPI_BY_REFERENCE = 2, SK_MAPI_EMBEDDED = 5, SK_MAPI_OLE = 6, SK_MAPI_BY_WEB = 7 };

/** SkMapi: a message, a recipient or an attachment. */
typedef struct SkMapi SkMapi;
struct SkMapi {
    GHashTable *values;     /* of id << 16 | type */
    GPtrArray *recipients;  /* of SkMapi */
    GPtrArray *attachments; /* of SkMapi, as they stand */
    SkMapi *message;        /* of an attachment: the message that it is; NULL: none */
};

SkMapi *sk_mapi_new(void);
void sk_mapi_free(SkMapi *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SkMapi, sk_mapi_free)

/** sk_mapi_is_kept: is that a property that somebody looks at? */
bool sk_mapi_is_kept(uint32_t id, uint32_t type);
/** sk_mapi_set: false: it is there already, with other bytes. @bytes: (transfer full) */
bool sk_mapi_set(SkMapi *self, uint32_t id, uint32_t type, GBytes *bytes);

/** sk_mapi_bytes: the bytes of a property of that very type, or NULL. */
GBytes *sk_mapi_bytes(const SkMapi *self, SkMapiId id, SkMapiType type);
/** sk_mapi_number: a 32-bit one, or @otherwise. */
uint32_t sk_mapi_number(const SkMapi *self, SkMapiId id, uint32_t otherwise);
/** sk_mapi_time: seconds since 1970 (UTC), 0 where there is none. */
int64_t sk_mapi_time(const SkMapi *self, SkMapiId id);
/** sk_mapi_words: (transfer full): a string of either type in UTF-8, without the NULs behind it; "" where there is none. @label: the
 * charset of strings that are not Unicode. No character is lost: what no reading fits is written `\xHH`. */
char *sk_mapi_words(const SkMapi *self, SkMapiId id, const char *label);
/** sk_mapi_label: the charset of a code page of Windows, as mails label it; "" for one that nobody knows. */
const char *sk_mapi_label(uint32_t codepage);

/**
 * sk_mapi_rtf: what a compressed text (LZFu, or MELA: stored) expands to ([MS-OXRTFCP]).
 * @ret: (transfer full)
 * @error: MALFORMED, LIMIT over @limit bytes
 */
bool sk_mapi_rtf(SkSpan compressed, uint64_t limit, GBytes **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sk_msg_read, sk_tnef_read: @ret: (transfer full).
 * @limits: items of each kind, depth of messages in messages, expanded bytes in sum
 * @error: MALFORMED, TRUNCATED, AMBIGUOUS (a property twice, a wrong sum), LIMIT
 */
bool sk_msg_read(SkSpan file, const SkLimits *limits, SkMapi **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_tnef_read(SkSpan stream, const SkLimits *limits, SkMapi **ret, GError **error) G_GNUC_WARN_UNUSED_RESULT;
bool sk_tnef_is(SkSpan stream);
