// Client side: observing a handshake, reading certificates, digests (used by Fetch).
// Only what Swift cannot say itself: macros, stack types, functions behind casts.
#ifndef STSAUDIT_COPENSSL_H
#define STSAUDIT_COPENSSL_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <time.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "OpenSSL 3.0 or newer is needed"
#endif

// Masks of the info callback whose macros Swift does not import.
static const int COPENSSL_READ_ALERT = SSL_CB_READ_ALERT;
static const int COPENSSL_CONNECT_EXIT = SSL_CB_CONNECT_EXIT;
static const uint64_t COPENSSL_ALLOW_MISSING_CLOSE = SSL_OP_IGNORE_UNEXPECTED_EOF;
static const uint64_t COPENSSL_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;

// MARK: Handshake

/// One pointer of ours travels with the context; `copenssl_context` finds it again.
static inline void copenssl_set_context(SSL_CTX *tls, void *context) {
    SSL_CTX_set_app_data(tls, context);
}

static inline void *copenssl_context(const SSL *session) {
    const SSL_CTX *tls = SSL_get_SSL_CTX(session);
    return tls == NULL ? NULL : SSL_CTX_get_app_data(tls);
}

/// The session a certificate verification belongs to.
static inline SSL *copenssl_session(X509_STORE_CTX *verification) {
    return (SSL *)X509_STORE_CTX_get_ex_data(
        verification, SSL_get_ex_data_X509_STORE_CTX_idx());
}

/// RFC 6125 §6.4 as RFC 8461 §3.3 narrows it: a dNSName must match, a common name is never
/// looked at, a wildcard is a whole left label. 0 on failure.
static inline int copenssl_require_host(SSL_CTX *tls, const char *host) {
    X509_VERIFY_PARAM *parameters = SSL_CTX_get0_param(tls);
    X509_VERIFY_PARAM_set_hostflags(
        parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(parameters, host, 0);
}

/// The reason of the first error OpenSSL queued on this thread, left there for libcurl.
/// 0 when there is none or it is not the TLS layer's.
static inline int copenssl_pending_reason(void) {
    unsigned long error = ERR_peek_error();
    return ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
}

/// What a read that failed for good leaves: without it OpenSSL would ask to try again.
static inline void copenssl_forget_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

// MARK: Certificates

/// The presented certificates, the server's own first. NULL beyond the last.
static inline X509 *copenssl_presented(X509_STORE_CTX *verification, int index) {
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(verification);
    return chain == NULL || index >= sk_X509_num(chain) ? NULL : sk_X509_value(chain, index);
}

/// Writes the name in RFC 2253 form. 0 on failure.
static inline int copenssl_print_name(BIO *out, const X509_NAME *name) {
    return name != NULL && X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253) >= 0;
}

/// What was written to a memory BIO; it belongs to the BIO.
static inline long copenssl_written(BIO *memory, char **bytes) {
    return BIO_get_mem_data(memory, bytes);
}

/// The subjectAltName extension, decoded; NULL when absent or malformed. Free it.
static inline GENERAL_NAMES *copenssl_alternative_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

static inline int copenssl_name_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

/// The bytes of a dNSName; -1 where the entry is of another kind.
static inline int copenssl_dns_name(
    const GENERAL_NAMES *names, int index, const unsigned char **bytes) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (name == NULL || name->type != GEN_DNS) return -1;
    *bytes = ASN1_STRING_get0_data(name->d.dNSName);
    return ASN1_STRING_length(name->d.dNSName);
}

/// Seconds since 1970 for any date of the years 0 to 9999. 0 when `time` is malformed.
static inline int copenssl_unix_seconds(const ASN1_TIME *time, int64_t *seconds) {
    struct tm parts;
    if (time == NULL || ASN1_TIME_to_tm(time, &parts) != 1) return 0;
    *seconds = (int64_t)timegm(&parts);
    return 1;
}

#endif
