// libcurl with its variadic setters and getters as typed functions: Swift cannot call those.
#ifndef STSAUDIT_CCURL_H
#define STSAUDIT_CCURL_H

#include <curl/curl.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#if LIBCURL_VERSION_NUM < 0x075700
#error "libcurl 7.87 or newer is needed: older ones read the CA bundle anew for every handshake"
#endif

// Names that are macros with a cast, or enum constants used as plain integers.
static const long CCURL_HTTP_1_1 = CURL_HTTP_VERSION_1_1;
static const long CCURL_TLS_1_2 = CURL_SSLVERSION_TLSv1_2;
static const long CCURL_STARTTLS_OR_NOTHING = CURLUSESSL_ALL;
static const long CCURL_NO_MULTIPLEXING = CURLPIPE_NOTHING;
static const curl_socket_t CCURL_NO_SOCKET = CURL_SOCKET_BAD;
static const curl_socket_t CCURL_TIMEOUT = CURL_SOCKET_TIMEOUT;

/// What this libcurl is, in the layout of the header it is compiled against.
static inline const curl_version_info_data *ccurl_version(void) {
    return curl_version_info(CURLVERSION_NOW);
}

static inline CURLcode ccurl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

// MARK: Easy handles

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return (curl_easy_setopt)(easy, option, value);
}

/// libcurl copies the text. NULL takes the option's default away.
static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return (curl_easy_setopt)(easy, option, value);
}

/// libcurl keeps the pointer: the list must outlive the transfer.
static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return (curl_easy_setopt)(easy, option, value);
}

static inline CURLcode ccurl_set_private(CURL *easy, void *value) {
    return (curl_easy_setopt)(easy, CURLOPT_PRIVATE, value);
}

static inline CURLcode ccurl_on_body(CURL *easy, curl_write_callback callback, void *context) {
    CURLcode code = (curl_easy_setopt)(easy, CURLOPT_WRITEFUNCTION, callback);
    return code != CURLE_OK ? code : (curl_easy_setopt)(easy, CURLOPT_WRITEDATA, context);
}

static inline CURLcode ccurl_on_header(CURL *easy, curl_write_callback callback, void *context) {
    CURLcode code = (curl_easy_setopt)(easy, CURLOPT_HEADERFUNCTION, callback);
    return code != CURLE_OK ? code : (curl_easy_setopt)(easy, CURLOPT_HEADERDATA, context);
}

static inline CURLcode ccurl_on_open_socket(
    CURL *easy, curl_opensocket_callback callback, void *context) {
    CURLcode code = (curl_easy_setopt)(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
    return code != CURLE_OK ? code : (curl_easy_setopt)(easy, CURLOPT_OPENSOCKETDATA, context);
}

/// Also turns the calls on: they are off by default, as are those below.
static inline CURLcode ccurl_on_progress(
    CURL *easy, curl_xferinfo_callback callback, void *context) {
    CURLcode code = (curl_easy_setopt)(easy, CURLOPT_XFERINFOFUNCTION, callback);
    if (code == CURLE_OK) code = (curl_easy_setopt)(easy, CURLOPT_XFERINFODATA, context);
    return code != CURLE_OK ? code : (curl_easy_setopt)(easy, CURLOPT_NOPROGRESS, 0L);
}

static inline CURLcode ccurl_on_debug(CURL *easy, curl_debug_callback callback, void *context) {
    CURLcode code = (curl_easy_setopt)(easy, CURLOPT_DEBUGFUNCTION, callback);
    if (code == CURLE_OK) code = (curl_easy_setopt)(easy, CURLOPT_DEBUGDATA, context);
    return code != CURLE_OK ? code : (curl_easy_setopt)(easy, CURLOPT_VERBOSE, 1L);
}

static inline CURLcode ccurl_on_tls_context(
    CURL *easy, curl_ssl_ctx_callback callback, void *context) {
    CURLcode code = (curl_easy_setopt)(easy, CURLOPT_SSL_CTX_FUNCTION, callback);
    return code != CURLE_OK ? code : (curl_easy_setopt)(easy, CURLOPT_SSL_CTX_DATA, context);
}

/// -1 when libcurl does not tell.
static inline long ccurl_get_long(CURL *easy, CURLINFO info) {
    long value = -1;
    return (curl_easy_getinfo)(easy, info, &value) == CURLE_OK ? value : -1;
}

static inline void *ccurl_get_private(CURL *easy) {
    void *value = NULL;
    return (curl_easy_getinfo)(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

/// Which TLS library libcurl uses; works on a handle that was never connected.
static inline curl_sslbackend ccurl_tls_backend(CURL *easy) {
    struct curl_tlssessioninfo *session = NULL;
    CURLcode code = (curl_easy_getinfo)(easy, CURLINFO_TLS_SSL_PTR, &session);
    return code == CURLE_OK && session != NULL ? session->backend : CURLSSLBACKEND_NONE;
}

// MARK: Sockets

/// Copies the address out, in network order: 4 or 16 bytes, or 0 for another family.
static inline int ccurl_address_bytes(const struct curl_sockaddr *address, unsigned char *out) {
    if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
        memcpy(out, &((const struct sockaddr_in *)(const void *)&address->addr)->sin_addr, 4);
        return 4;
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        memcpy(out, &((const struct sockaddr_in6 *)(const void *)&address->addr)->sin6_addr, 16);
        return 16;
    }
    return 0;
}

/// A socket for the address, closed on exec; -1 with errno set.
static inline curl_socket_t ccurl_open_socket(const struct curl_sockaddr *address) {
    curl_socket_t descriptor = socket(address->family, address->socktype, address->protocol);
    if (descriptor >= 0) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return descriptor;
}

/// Whether TCP came up, and then: whether the peer has not ended its side, and the bytes that
/// came in, read or not.
///
/// The numbers are those of the kernel's own linux/tcp.h, where they never change; glibc's copy
/// of the structure ends before the byte count.
static inline int ccurl_tcp_is_up(
    curl_socket_t descriptor, int *peer_is_there, uint64_t *received) {
    enum { INFO = 11, ESTABLISHED = 1, CLOSE_WAIT = 8 };
    struct {
        uint8_t state;
        uint8_t others[119];
        uint64_t bytes_acked;
        uint64_t bytes_received;
    } info;
    memset(&info, 0, sizeof info);
    socklen_t length = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, INFO, &info, &length) != 0) return 0;
    *peer_is_there = info.state == ESTABLISHED;
    *received = info.bytes_received;
    return info.state == ESTABLISHED || info.state == CLOSE_WAIT || info.bytes_received > 0;
}

// MARK: Multi handles

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return (curl_multi_setopt)(multi, option, value);
}

static inline CURLMcode ccurl_multi_on_socket(
    CURLM *multi, curl_socket_callback callback, void *context) {
    CURLMcode code = (curl_multi_setopt)(multi, CURLMOPT_SOCKETFUNCTION, callback);
    return code != CURLM_OK ? code : (curl_multi_setopt)(multi, CURLMOPT_SOCKETDATA, context);
}

static inline CURLMcode ccurl_multi_on_timer(
    CURLM *multi, curl_multi_timer_callback callback, void *context) {
    CURLMcode code = (curl_multi_setopt)(multi, CURLMOPT_TIMERFUNCTION, callback);
    return code != CURLM_OK ? code : (curl_multi_setopt)(multi, CURLMOPT_TIMERDATA, context);
}

/// The next finished transfer, or NULL when there is none.
static inline CURL *ccurl_multi_next_finished(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

#endif
