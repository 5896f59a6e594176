// The floor: what asking the same questions and fetching the same policies costs a C program on the
// same two libraries. It asks as stsaudit asks, verifies as stsaudit verifies, and then forgets: no
// judging, no history, no storing. See README.md for what it does not do.
//
//   floor LAYER SERVER[:PORT] LIST CA-FILE [WINDOW [FETCHES [THREADS [CONNECT-TIMEOUT-MS]]]]
//
// One reactor per thread: an epoll descriptor, eight c-ares channels and one libcurl multi handle.
// Prints one line of JSON.
#define _GNU_SOURCE
#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <curl/curl.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { CHANNELS = 8, PER_CHANNEL = 128, TRIES = 3, TICK_MS = 50, MAX_FD = 1 << 16 };
enum { MX_HOSTS = 4, QUESTIONS = 8, SEEN = 1 << 16 };
enum kind { MX, RECORD, REPORTING, V4, V6, OTHER };

struct domain;
struct query {
    struct query *next;
    struct domain *domain;
    struct channel *channel;
    enum kind kind;
    int type, tries;
    char name[256];
};
struct transfer {
    struct transfer *next;
    struct domain *domain;
    CURL *easy;
    struct curl_slist *target;
    char host[264];
    int is_policy;
};
struct domain {
    struct domain *next;
    struct reactor *reactor;
    int stage, pending, asked, has_record, has_address, is_gone, is_hostless, is_lost, host_count;
    struct in_addr address;
    char name[246], hosts[MX_HOSTS][256];
    struct query queries[QUESTIONS];
};
struct channel {
    ares_channel ares;
    struct reactor *reactor;
    int in_flight;
};
struct reactor {
    pthread_t thread;
    int epoll, active, fetching;
    struct channel channels[CHANNELS];
    CURLM *multi;
    int64_t curl_due;
    struct domain *idle, *ready;
    struct query *first, **last;               // questions that wait for room on a channel
    struct domain *first_fetch, **last_fetch;  // domains that wait for a free transfer
    struct transfer *transfers;
    uint64_t *seen;                            // hashes of the MX hosts asked about
    unsigned seed;
    long domains, queries, timeouts, fetches, policies, records, lost;
};

// What a descriptor belongs to: a channel, or libcurl where `channel` is NULL.
static struct watched { struct channel *channel; int is_known; } watches[MAX_FD];
static struct { int layer, window, fetches, threads, connect_ms; char *server, *ca; } options;
static char *list, *list_end;
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void die(const char *what) { fprintf(stderr, "floor: %s\n", what); exit(2); }

// Takes the next name of the list; 0 at its end.
static int next_name(char *into, size_t size) {
    pthread_mutex_lock(&list_lock);
    char *start = list;
    while (list < list_end && *list != '\n') list++;
    size_t length = list - start;
    if (list < list_end) list++;
    pthread_mutex_unlock(&list_lock);
    if (length >= size) die("name too long");
    memcpy(into, start, length);
    into[length] = 0;
    return length > 0;
}

static void watch(struct reactor *r, int fd, struct channel *channel, uint32_t events) {
    if (fd >= MAX_FD) die("too many descriptors");
    struct epoll_event event = {.events = events, .data.fd = fd};
    int is_known = watches[fd].is_known;
    if (events || is_known)
        epoll_ctl(r->epoll, !events ? EPOLL_CTL_DEL : is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
            fd, &event);
    watches[fd] = (struct watched){channel, events != 0};
}

// ---- DNS ----

static void on_dns_socket(void *context, ares_socket_t fd, int readable, int writable) {
    struct channel *channel = context;
    watch(channel->reactor, fd, channel, (readable ? EPOLLIN : 0) | (writable ? EPOLLOUT : 0));
}

static int on_dns_open(ares_socket_t fd, int type, void *context) {
    int bytes = 4 << 20;
    if (type == SOCK_DGRAM) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    return 0;
}

static void open_channel(struct channel *channel, struct reactor *r) {
    char lookups[] = "b";
    struct ares_options o = {
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_STAYOPEN
            | ARES_FLAG_NOCHECKRESP | ARES_FLAG_EDNS,
        .timeout = 3000, .tries = 1, .ednspsz = 1232, .lookups = lookups,
        .sock_state_cb = on_dns_socket, .sock_state_cb_data = channel};
    channel->reactor = r;
    if (ares_init_options(&channel->ares, &o, ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
            | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_EDNSPSZ) != ARES_SUCCESS
        || ares_set_servers_ports_csv(channel->ares, options.server) != ARES_SUCCESS) die("c-ares");
    ares_set_socket_configure_callback(channel->ares, on_dns_open, channel);
}

static void enqueue(struct reactor *r, struct query *q) {
    q->next = NULL;
    *r->last = q;
    r->last = &q->next;
}

static void ask(struct domain *d, enum kind kind, int type, const char *prefix, const char *name) {
    struct query *q = &d->queries[d->asked++];
    q->domain = d;
    q->kind = kind;
    q->type = type;
    q->tries = 0;
    snprintf(q->name, sizeof q->name, "%s%s", prefix, name);
    d->pending++;
    enqueue(d->reactor, q);
}

static void settle(struct domain *d) {
    if (--d->pending > 0) return;
    d->next = d->reactor->ready;
    d->reactor->ready = d;
}

static void keep_hosts(struct domain *d, unsigned char *reply, int length) {
    struct ares_mx_reply *all = NULL;
    if (ares_parse_mx_reply(reply, length, &all) != ARES_SUCCESS) return;
    for (struct ares_mx_reply *mx = all; mx && d->host_count < MX_HOSTS; mx = mx->next)
        snprintf(d->hosts[d->host_count++], sizeof d->hosts[0], "%s", mx->host);
    ares_free_data(all);
}

static void on_answer(void *context, int status, int timeouts, unsigned char *reply, int length) {
    struct query *q = context;
    struct domain *d = q->domain;
    q->channel->in_flight--;
    if (status == ARES_ETIMEOUT) {
        d->reactor->timeouts++;
        if (++q->tries < TRIES) { enqueue(d->reactor, q); return; }
    }
    int has_answer = status == ARES_SUCCESS;
    if (!has_answer && status != ARES_ENODATA && status != ARES_ENOTFOUND) d->is_lost = 1;
    struct ares_addrttl v4;
    struct ares_addr6ttl v6;
    int one = 1;
    switch (q->kind) {
    case MX:
        d->is_gone = status == ARES_ENOTFOUND;
        if (has_answer) keep_hosts(d, reply, length);
        break;
    case RECORD: d->has_record = has_answer; break;
    case V4:
        d->is_hostless = status == ARES_ENOTFOUND;
        if (has_answer && ares_parse_a_reply(reply, length, NULL, &v4, &one) == ARES_SUCCESS
            && one > 0) {
            d->address = v4.ipaddr;
            d->has_address = 1;
        }
        break;
    // The worlds have no IPv6: the question is asked, an answer would only be read.
    case V6: if (has_answer) ares_parse_aaaa_reply(reply, length, NULL, &v6, &one); break;
    case REPORTING: case OTHER: break;
    }
    settle(d);
}

static void send_queries(struct reactor *r) {
    while (r->first) {
        struct channel *best = r->channels;
        for (int i = 1; i < CHANNELS; i++)
            if (r->channels[i].in_flight < best->in_flight) best = &r->channels[i];
        if (best->in_flight >= PER_CHANNEL) return;
        struct query *q = r->first;
        if (!(r->first = q->next)) r->last = &r->first;
        q->channel = best;
        best->in_flight++;
        r->queries++;
        ares_query(best->ares, q->name, ns_c_in, q->type, on_answer, q);
    }
}

// ---- HTTPS ----

static int verify(X509_STORE_CTX *context, void *unused) { return X509_verify_cert(context) == 1; }

// As Sources/Fetch/Transfer+TLS.swift: a dNSName must match, security level 2.
static CURLcode on_tls(CURL *easy, void *context, void *box) {
    struct transfer *t = box;
    X509_VERIFY_PARAM *parameters = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_hostflags(
        parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (X509_VERIFY_PARAM_set1_host(parameters, t->host, 0) != 1) return CURLE_OUT_OF_MEMORY;
    SSL_CTX_set_security_level(context, 2);
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_cert_verify_callback(context, verify, t);
    return CURLE_OK;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *box) {
    static const char start[] = "version: STSv1";
    size_t length = size * count;
    struct transfer *t = box;
    if (length >= sizeof start && memcmp(bytes, start, sizeof start - 1) == 0) t->is_policy = 1;
    return length;
}

static struct transfer *new_transfer(void) {
    struct transfer *t = calloc(1, sizeof *t);
    CURL *easy = t->easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_PRIVATE, t);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options.connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 60000L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "floor");
    // Debian's CApath would turn off the cache of loaded roots.
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, t);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
    return t;
}

static void start_fetches(struct reactor *r) {
    while (r->first_fetch && r->fetching < options.fetches) {
        struct domain *d = r->first_fetch;
        if (!(r->first_fetch = d->next)) r->last_fetch = &r->first_fetch;
        struct transfer *t = r->transfers;
        if (t) r->transfers = t->next; else t = new_transfer();
        char text[400], address[INET_ADDRSTRLEN];
        t->domain = d;
        t->is_policy = 0;
        snprintf(t->host, sizeof t->host, "mta-sts.%s", d->name);
        snprintf(text, sizeof text, "https://%s/.well-known/mta-sts.txt", t->host);
        curl_easy_setopt(t->easy, CURLOPT_URL, text);
        inet_ntop(AF_INET, &d->address, address, sizeof address);
        snprintf(text, sizeof text, "::%s:443", address);
        curl_slist_free_all(t->target);
        t->target = curl_slist_append(NULL, text);
        curl_easy_setopt(t->easy, CURLOPT_CONNECT_TO, t->target);
        curl_multi_add_handle(r->multi, t->easy);
        r->fetching++;
        r->fetches++;
    }
}

static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *box, void *unused) {
    uint32_t in = what & CURL_POLL_IN ? EPOLLIN : 0, out = what & CURL_POLL_OUT ? EPOLLOUT : 0;
    watch(box, fd, NULL, what == CURL_POLL_REMOVE ? 0 : in | out);
    return 0;
}

static int on_curl_timer(CURLM *multi, long ms, void *box) {
    ((struct reactor *)box)->curl_due = ms < 0 ? INT64_MAX : now_ms() + ms;
    return 0;
}

static void collect_fetches(struct reactor *r) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(r->multi, &left))) {
        struct transfer *t;
        long status = 0;
        CURLcode result = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
        curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
        if (result == CURLE_OK && status == 200 && t->is_policy) r->policies++;
        curl_multi_remove_handle(r->multi, t->easy);
        r->fetching--;
        settle(t->domain);
        t->next = r->transfers;
        r->transfers = t;
    }
}

// ---- Domains ----

// Whether this reactor has not asked about the host yet, as stsaudit's cache of aliases.
static int is_new(struct reactor *r, const char *host) {
    uint64_t hash = 14695981039346656037u;
    for (; *host; host++) hash = (hash ^ (unsigned char)*host) * 1099511628211u;
    uint64_t *slot = &r->seen[hash % SEEN];
    if (*slot == hash) return 0;
    *slot = hash;
    return 1;
}

static void begin(struct domain *d) {
    d->stage = 0;
    ask(d, RECORD, ns_t_txt, "_mta-sts.", d->name);
    if (options.layer < 3) return;
    ask(d, MX, ns_t_mx, "", d->name);
    ask(d, REPORTING, ns_t_txt, "_smtp._tls.", d->name);
}

// Gets in line for a transfer. False when there is nowhere to fetch from.
static int fetch(struct domain *d) {
    if (!d->has_address) return 0;
    d->pending = 1;
    d->next = NULL;
    *d->reactor->last_fetch = d;
    d->reactor->last_fetch = &d->next;
    return 1;
}

// Everything asked for so far is answered. False when the domain is done.
static int advance(struct domain *d) {
    struct reactor *r = d->reactor;
    char random[32];
    switch (d->stage++) {
    case 0:
        r->records += d->has_record;
        if (options.layer == 1 || d->is_gone || (options.layer == 2 && !d->has_record)) return 0;
        ask(d, V4, ns_t_a, "mta-sts.", d->name);
        // Without a record a host is unlikely, and NXDOMAIN says all of it (RFC 8020).
        if (!d->has_record) return 1;
        ask(d, V6, ns_t_aaaa, "mta-sts.", d->name);
        if (options.layer < 3) return 1;
        snprintf(random, sizeof random, "_%08x%08x.", rand_r(&r->seed), rand_r(&r->seed));
        ask(d, OTHER, ns_t_txt, random, d->name);
        for (int i = 0; i < d->host_count && d->asked < QUESTIONS; i++)
            if (is_new(r, d->hosts[i])) ask(d, OTHER, ns_t_cname, "", d->hosts[i]);
        return 1;
    case 1:
        if (d->has_record || d->is_hostless) return fetch(d);
        ask(d, V6, ns_t_aaaa, "mta-sts.", d->name);
        return 1;
    case 2: return !d->has_record && fetch(d);
    default: return 0;
    }
}

static int start_domain(struct reactor *r) {
    struct domain *d = r->idle;
    char name[sizeof d->name];
    if (!next_name(name, sizeof name)) return 0;
    if (d) r->idle = d->next; else d = malloc(sizeof *d);
    memset(d, 0, offsetof(struct domain, name));
    d->reactor = r;
    strcpy(d->name, name);
    r->active++;
    begin(d);
    return 1;
}

static void move_on(struct reactor *r) {
    while (r->ready) {
        struct domain *d = r->ready;
        r->ready = d->next;
        if (advance(d)) continue;
        r->domains++;
        r->lost += d->is_lost;
        r->active--;
        d->next = r->idle;
        r->idle = d;
    }
}

static void *run(void *box) {
    struct reactor *r = box;
    struct epoll_event events[256];
    int64_t tick = now_ms() + TICK_MS;
    int is_more = 1, running;
    while (1) {
        while (is_more && r->active < options.window) is_more = start_domain(r);
        if (r->active == 0) break;
        send_queries(r);
        start_fetches(r);
        int64_t due = r->curl_due < tick ? r->curl_due : tick, wait = due - now_ms();
        int count = epoll_wait(r->epoll, events, 256, wait < 0 ? 0 : wait);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            uint32_t e = events[i].events;
            struct channel *channel = watches[fd].channel;
            if (!watches[fd].is_known) continue;
            if (channel)
                ares_process_fd(channel->ares, e & ~EPOLLOUT ? fd : ARES_SOCKET_BAD,
                    e & EPOLLOUT ? fd : ARES_SOCKET_BAD);
            else
                curl_multi_socket_action(r->multi, fd,
                    (e & EPOLLIN ? CURL_CSELECT_IN : 0) | (e & EPOLLOUT ? CURL_CSELECT_OUT : 0)
                    | (e & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0), &running);
        }
        if (now_ms() >= r->curl_due) {
            r->curl_due = INT64_MAX;
            curl_multi_socket_action(r->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        if (now_ms() >= tick) {
            tick = now_ms() + TICK_MS;
            for (int i = 0; i < CHANNELS; i++)
                ares_process_fd(r->channels[i].ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        }
        collect_fetches(r);
        move_on(r);
    }
    return NULL;
}

static void open_reactor(struct reactor *r, int number) {
    r->epoll = epoll_create1(EPOLL_CLOEXEC);
    r->last = &r->first;
    r->last_fetch = &r->first_fetch;
    r->curl_due = INT64_MAX;
    r->seen = calloc(SEEN, sizeof *r->seen);
    r->seed = time(NULL) ^ (number << 20);
    for (int i = 0; i < CHANNELS; i++) open_channel(&r->channels[i], r);
    r->multi = curl_multi_init();
    curl_multi_setopt(r->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(r->multi, CURLMOPT_MAXCONNECTS, (long)options.fetches);
    curl_multi_setopt(r->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
    curl_multi_setopt(r->multi, CURLMOPT_SOCKETDATA, r);
    curl_multi_setopt(r->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
    curl_multi_setopt(r->multi, CURLMOPT_TIMERDATA, r);
}

static void read_list(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) die("cannot read the list");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    list = malloc(size + 1);
    if (fread(list, 1, size, file) != (size_t)size) die("cannot read the list");
    list_end = list + size;
    fclose(file);
}

int main(int count, char **words) {
    if (count < 5) die("LAYER SERVER LIST CA-FILE [WINDOW [FETCHES [THREADS [CONNECT-MS]]]]");
    options.layer = atoi(words[1]);
    options.server = words[2];
    read_list(words[3]);
    options.ca = words[4];
    options.threads = count > 7 ? atoi(words[7]) : 2;
    options.window = (count > 5 ? atoi(words[5]) : 1000) / options.threads;
    options.fetches = (count > 6 ? atoi(words[6]) : 256) / options.threads;
    options.connect_ms = count > 8 ? atoi(words[8]) : 10000;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    ares_library_init(ARES_LIB_INIT_ALL);
    int64_t start = now_ms();
    struct reactor *reactors = calloc(options.threads, sizeof *reactors), sum = {0};
    for (int i = 0; i < options.threads; i++) {
        open_reactor(&reactors[i], i);
        pthread_create(&reactors[i].thread, NULL, run, &reactors[i]);
    }
    for (int i = 0; i < options.threads; i++) {
        struct reactor *r = &reactors[i];
        pthread_join(r->thread, NULL);
        sum.domains += r->domains; sum.queries += r->queries; sum.timeouts += r->timeouts;
        sum.fetches += r->fetches; sum.policies += r->policies; sum.records += r->records;
        sum.lost += r->lost;
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"domains\": %ld, \"lost\": %ld, \"queries\": %ld, \"timeouts\": %ld, "
        "\"records\": %ld, \"fetches\": %ld, \"policies\": %ld, \"wall_s\": %.3f, "
        "\"cpu_s\": %.3f}\n",
        sum.domains, sum.lost, sum.queries, sum.timeouts, sum.records, sum.fetches, sum.policies,
        (now_ms() - start) / 1e3,
        used.ru_utime.tv_sec + used.ru_stime.tv_sec
            + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    return 0;
}
