#ifndef STSAUDIT_CZLIB_H
#define STSAUDIT_CZLIB_H
// next_in as const: zlib never writes to its input.
#define ZLIB_CONST
#include <zlib.h>

/// inflateInit2 is a macro; 15 + 16 asks for the largest window and a gzip header (RFC 1952).
static inline int czlib_gunzip_start(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

/// deflateInit2 is a macro too; the same window and header.
static inline int czlib_gzip_start(z_stream *stream) {
    return deflateInit2(stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

#endif
