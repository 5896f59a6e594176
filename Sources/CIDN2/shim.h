#ifndef STSAUDIT_CIDN2_H
#define STSAUDIT_CIDN2_H
#include <idn2.h>
#include <stddef.h>
#include <string.h>

static const int CIDN2_OK = IDN2_OK;
static const int CIDN2_TOO_BIG_DOMAIN = IDN2_TOO_BIG_DOMAIN;
static const int CIDN2_TOO_BIG_LABEL = IDN2_TOO_BIG_LABEL;
// A single label whose A-label form outgrows the buffer for one.
static const int CIDN2_PUNYCODE_BIG_OUTPUT = IDN2_PUNYCODE_BIG_OUTPUT;

/// The A-label form of a name in NUL-terminated UTF-8 (IDNA2008 lookup, UTS 46 non-transitional
/// mapping, which folds case and full-width dots). Writes at most `size` bytes with the NUL.
static inline int cidn2_lookup(const char *name, char *result, size_t size) {
    uint8_t *found = NULL;
    int code = idn2_lookup_u8((const uint8_t *)name, &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (code != IDN2_OK) return code;
    size_t length = strlen((const char *)found);
    if (length < size) {
        memcpy(result, found, length + 1);
    } else {
        code = IDN2_TOO_BIG_DOMAIN;
    }
    idn2_free(found);
    return code;
}

#endif
