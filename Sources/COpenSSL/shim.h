// Client side: certificate capture and digests (used by Fetch).
#ifndef STSAUDIT_COPENSSL_H
#define STSAUDIT_COPENSSL_H
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#endif
