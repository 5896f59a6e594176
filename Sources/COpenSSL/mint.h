// Server side: minting certificates and answering TLS (used by Lab).
#ifndef STSAUDIT_COPENSSL_MINT_H
#define STSAUDIT_COPENSSL_MINT_H
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ec.h>
#endif
