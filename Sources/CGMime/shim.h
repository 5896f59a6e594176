// GMime 3.2 behind a dozen typed functions: Swift can call neither its cast macros (GMIME_OBJECT)
// nor its type checks (GMIME_IS_PART).
#ifndef STSAUDIT_CGMIME_H
#define STSAUDIT_CGMIME_H

#include <gmime/gmime.h>
#include <stdint.h>

#if !GMIME_CHECK_VERSION(3, 2, 0)
#error "GMime 3.2 or newer is needed"
#endif

static inline void cgmime_start(void) { g_mime_init(); }

/// Parses one message from a copy of the bytes; NULL where GMime finds none. The owner calls
/// `cgmime_free`, which frees the parts as well.
static inline GMimeMessage *cgmime_parse(const uint8_t *bytes, size_t count) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *)bytes, count);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

static inline void cgmime_free(GMimeMessage *message) { g_object_unref(message); }

/// A header field of the message, decoded; NULL without one. Lent by the message.
static inline const char *cgmime_header(GMimeMessage *message, const char *name) {
    return g_mime_object_get_header(GMIME_OBJECT(message), name);
}

static inline GMimeObject *cgmime_body(GMimeMessage *message) {
    return g_mime_message_get_mime_part(message);
}

// MARK: The tree. Every object is lent by its message.

/// Children: the parts of a multipart, the body of an enclosed message, none of a leaf.
static inline int cgmime_child_count(GMimeObject *object) {
    if (GMIME_IS_MULTIPART(object)) return g_mime_multipart_get_count(GMIME_MULTIPART(object));
    return GMIME_IS_MESSAGE_PART(object) ? 1 : 0;
}

static inline GMimeObject *cgmime_child(GMimeObject *object, int index) {
    if (GMIME_IS_MULTIPART(object)) {
        return g_mime_multipart_get_part(GMIME_MULTIPART(object), index);
    }
    if (!GMIME_IS_MESSAGE_PART(object)) return NULL;
    GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    return message ? g_mime_message_get_mime_part(message) : NULL;
}

static inline gboolean cgmime_is_leaf(GMimeObject *object) { return GMIME_IS_PART(object); }

/// The media type or a parameter of it; NULL where absent.
static inline const char *cgmime_type(GMimeObject *object) {
    GMimeContentType *type = g_mime_object_get_content_type(object);
    return type ? g_mime_content_type_get_media_type(type) : NULL;
}

static inline const char *cgmime_subtype(GMimeObject *object) {
    GMimeContentType *type = g_mime_object_get_content_type(object);
    return type ? g_mime_content_type_get_media_subtype(type) : NULL;
}

static inline const char *cgmime_parameter(GMimeObject *object, const char *name) {
    GMimeContentType *type = g_mime_object_get_content_type(object);
    return type ? g_mime_content_type_get_parameter(type, name) : NULL;
}

/// The file name of a leaf, of its disposition or else its type; NULL without one.
static inline const char *cgmime_filename(GMimeObject *object) {
    return GMIME_IS_PART(object) ? g_mime_part_get_filename(GMIME_PART(object)) : NULL;
}

/// The content of a leaf without its transfer encoding; NULL where it has none. The owner calls
/// `cgmime_free_bytes`.
static inline GByteArray *cgmime_decode(GMimeObject *object) {
    if (!GMIME_IS_PART(object)) return NULL;
    GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));
    if (!content) return NULL;
    GByteArray *bytes = g_byte_array_new();
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), bytes);
    gssize written = g_mime_data_wrapper_write_to_stream(content, stream);
    g_object_unref(stream);
    if (written >= 0) return bytes;
    g_byte_array_unref(bytes);
    return NULL;
}

static inline const uint8_t *cgmime_bytes(GByteArray *array) { return array->data; }
static inline size_t cgmime_byte_count(GByteArray *array) { return array->len; }
static inline void cgmime_free_bytes(GByteArray *array) { g_byte_array_unref(array); }

#endif
