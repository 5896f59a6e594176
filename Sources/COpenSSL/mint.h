// Server side: minting certificates and answering TLS (used by Lab).
// Only what Swift cannot say itself: macros, variadic functions, stack types.
#ifndef STSAUDIT_COPENSSL_MINT_H
#define STSAUDIT_COPENSSL_MINT_H
#include <errno.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/socket.h>

static const int MINT_ALERT_UNRECOGNIZED_NAME = SSL_AD_UNRECOGNIZED_NAME;
static const unsigned int MINT_EXTENSION_SERVER_NAME = TLSEXT_TYPE_server_name;
static const int MINT_HELLO_SUCCESS = SSL_CLIENT_HELLO_SUCCESS;
static const int MINT_HELLO_ERROR = SSL_CLIENT_HELLO_ERROR;
static const int MINT_HELLO_RETRY = SSL_CLIENT_HELLO_RETRY;

// MARK: Minting

/// A new key on the named curve (`P-256`, `P-384`); NULL on failure.
static inline EVP_PKEY *mint_ec_key(const char *curve) { return EVP_EC_gen(curve); }

static inline EVP_PKEY *mint_rsa_key(unsigned int bits) { return EVP_RSA_gen(bits); }

/// Adds one extension written as in openssl.cnf. `text` must not come from the network.
static inline int mint_add_extension(X509 *subject, X509 *issuer, int nid, const char *text) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, subject, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, text);
    if (extension == NULL) return 0;
    int ok = X509_add_ext(subject, extension, -1);
    X509_EXTENSION_free(extension);
    return ok;
}

/// Adds a subjectAltName with the dNSName `name`, the bytes as they are with no syntax to escape, and
/// `count` names of 25 bytes behind it: `n00001.filler.lab.example`.
static inline int mint_add_dns_names(X509 *subject, const char *name, int length, int count) {
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    int ok = names != NULL;
    for (int index = -1; ok && index < count; index++) {
        char filler[32];
        int written = snprintf(filler, sizeof filler, "n%05d.filler.lab.example", index % 100000);
        GENERAL_NAME *entry = GENERAL_NAME_new();
        ASN1_IA5STRING *text = ASN1_IA5STRING_new();
        ok = entry != NULL && text != NULL
            && ASN1_STRING_set(text, index < 0 ? name : filler, index < 0 ? length : written);
        if (ok) {
            GENERAL_NAME_set0_value(entry, GEN_DNS, text);
            text = NULL;
            ok = sk_GENERAL_NAME_push(names, entry) > 0;
            if (ok) entry = NULL;
        }
        ASN1_IA5STRING_free(text);
        GENERAL_NAME_free(entry);
    }
    ok = ok && X509_add1_ext_i2d(subject, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT);
    sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
    return ok;
}

// MARK: Serving

static inline void mint_context_set_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}

static inline int mint_context_set_versions(SSL_CTX *context, int lowest, int highest) {
    return SSL_CTX_set_min_proto_version(context, lowest)
        && SSL_CTX_set_max_proto_version(context, highest);
}

static inline void mint_context_no_session_cache(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline void mint_context_refuse_tickets_and_renegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
}

static inline void mint_allow_tickets_and_renegotiation(SSL *session) {
    SSL_clear_options(session, SSL_OP_NO_RENEGOTIATION);
    // A ticket that names a session here is short: more of them in a second.
    SSL_set_options(session, SSL_OP_NO_TICKET);
}

/// Each of these goes on with what is unfinished of the last one before it begins anew; the result
/// is that of SSL_do_handshake.
static inline int mint_send_ticket(SSL *session) {
    if (!SSL_in_init(session) && SSL_new_session_ticket(session) != 1) return 0;
    return SSL_do_handshake(session);
}

static inline int mint_send_key_update(SSL *session) {
    if (!SSL_in_init(session) && SSL_key_update(session, SSL_KEY_UPDATE_NOT_REQUESTED) != 1) {
        return 0;
    }
    return SSL_do_handshake(session);
}

/// Done when the client has gone through the handshake that it was asked for.
static inline int mint_renegotiate(SSL *session) {
    if (!SSL_in_init(session) && !SSL_renegotiate_pending(session)
        && SSL_renegotiate(session) != 1) {
        return 0;
    }
    int result = SSL_do_handshake(session);
    if (result <= 0 || !SSL_renegotiate_pending(session)) return result;
    // The HelloRequest is sent; the ClientHello comes with what is read.
    char byte;
    return SSL_read(session, &byte, 1) > 0 ? 1 : -1;
}

static inline int mint_set_versions(SSL *session, int lowest, int highest) {
    return SSL_set_min_proto_version(session, lowest) && SSL_set_max_proto_version(session, highest);
}

/// Presents `certificate` after the leaf; takes a reference of its own.
static inline int mint_add_chain_certificate(SSL *session, X509 *certificate) {
    return (int)SSL_add1_chain_cert(session, certificate);
}

/// As the socket BIO writes, but a closed connection is an error instead of SIGPIPE.
static inline int mint_quiet_write(BIO *bio, const char *bytes, int length) {
    int descriptor = -1;
    BIO_get_fd(bio, &descriptor);
    ssize_t count = send(descriptor, bytes, (size_t)length, MSG_NOSIGNAL);
    BIO_clear_retry_flags(bio);
    if (count <= 0 && BIO_sock_should_retry((int)count)) BIO_set_retry_write(bio);
    return (int)count;
}

/// The socket BIO with the write above. NULL on failure; free with BIO_meth_free.
static inline BIO_METHOD *mint_quiet_socket_method(void) {
    const BIO_METHOD *socket_method = BIO_s_socket();
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOCKET, "quiet socket");
    if (method == NULL) return NULL;
    BIO_meth_set_create(method, BIO_meth_get_create(socket_method));
    BIO_meth_set_destroy(method, BIO_meth_get_destroy(socket_method));
    BIO_meth_set_ctrl(method, BIO_meth_get_ctrl(socket_method));
    BIO_meth_set_read(method, BIO_meth_get_read(socket_method));
    BIO_meth_set_write(method, mint_quiet_write);
    return method;
}

/// Lets the session use the descriptor, which stays the caller's to close. 0 on failure.
static inline int mint_attach(SSL *session, BIO_METHOD *method, int descriptor) {
    BIO *bio = BIO_new(method);
    if (bio == NULL) return 0;
    BIO_set_fd(bio, descriptor, BIO_NOCLOSE);
    SSL_set_bio(session, bio, bio);
    return 1;
}

#endif
