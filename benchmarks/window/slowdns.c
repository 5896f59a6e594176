// A resolver with a given latency that drops what a share of the domains is asked, and, with a
// limit, whatever comes while as many questions wait: what a weak resolver does.
//
//   slowdns PORT DELAY-MS DEAD-PERCENT [LIMIT]
//
// Every domain (the last two labels) has one MX and nothing else; the root exists. SIGTERM prints the
// counts.
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 1 << 17, LARGEST = 300 };

struct waiting {
    uint64_t due;
    struct sockaddr_in from;
    uint16_t length;
    uint8_t message[LARGEST];
};

static struct waiting *ring;
static unsigned head, tail;
static unsigned long answered, dead, refused;
static volatile sig_atomic_t stopped;

static void stop(int number) { (void)number; stopped = 1; }

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// Where the question ends (17 for one about the root) and the type asked for; 0 when it is none. Of the labels, the hash of the
// last but one, which tells the domain.
static int question(const uint8_t *m, int length, uint16_t *type, uint32_t *hash) {
    int at = 12;
    uint32_t last = 0, before = 0;
    if (length < 17) return 0;
    while (at < length && m[at] != 0) {
        int count = m[at];
        if (count > 63 || at + 1 + count >= length) return 0;
        before = last;
        last = 2166136261u;
        for (int i = 1; i <= count; i++) last = (last ^ m[at + i]) * 16777619u;
        at += 1 + count;
    }
    if (at + 5 > length) return 0;
    *type = (uint16_t)(m[at + 1] << 8 | m[at + 2]);
    *hash = before;
    return at + 5;
}

// Turns a question into its answer in place; the new length.
static int answer(uint8_t *m, int end, uint16_t type) {
    static const uint8_t mx[] = {0xC0, 12, 0, 15, 0, 1, 0, 0, 1, 44, 0, 7, 0, 10, 2, 'm', 'x', 0xC0, 12};
    m[2] = 0x81;
    m[3] = (uint8_t)(type == 15 || end == 17 ? 0x80 : 0x83);
    m[6] = 0;
    m[7] = type == 15;
    memset(m + 8, 0, 4);
    if (type != 15) return end;
    memcpy(m + end, mx, sizeof mx);
    m[end + 11] = sizeof mx - 12;
    return end + (int)sizeof mx;
}

int main(int count, char **words) {
    if (count < 4) {
        fprintf(stderr, "usage: slowdns PORT DELAY-MS DEAD-PERCENT [LIMIT]\n");
        return 64;
    }
    uint64_t delay = strtoul(words[2], NULL, 10) * 1000000u;
    unsigned percent = (unsigned)strtoul(words[3], NULL, 10);
    unsigned limit = count > 4 ? (unsigned)strtoul(words[4], NULL, 10) : SLOTS - 1;
    if (limit >= SLOTS) limit = SLOTS - 1;
    ring = calloc(SLOTS, sizeof *ring);
    int s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), buffer = 8 << 20;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(words[1]))};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
    if (!ring || s < 0 || bind(s, (struct sockaddr *)&here, sizeof here) != 0) {
        perror("slowdns");
        return 2;
    }
    signal(SIGTERM, stop);
    while (!stopped) {
        struct pollfd p = {.fd = s, .events = POLLIN};
        poll(&p, 1, head == tail ? 100 : 1);
        for (;;) {
            struct waiting *w = &ring[tail % SLOTS];
            socklen_t size = sizeof w->from;
            int length = (int)recvfrom(
                s, w->message, LARGEST - 40, 0, (struct sockaddr *)&w->from, &size);
            uint16_t type = 0;
            uint32_t hash = 0;
            if (length < 0) break;
            int end = question(w->message, length, &type, &hash);
            if (end == 0) continue;
            if (end > 17 && hash % 100 < percent) { dead++; continue; }
            if (tail - head >= limit) { refused++; continue; }
            w->length = (uint16_t)answer(w->message, end, type);
            w->due = now() + delay;
            tail++;
        }
        for (uint64_t t = now(); head != tail && ring[head % SLOTS].due <= t; head++) {
            struct waiting *w = &ring[head % SLOTS];
            sendto(s, w->message, w->length, 0, (struct sockaddr *)&w->from, sizeof w->from);
            answered++;
        }
    }
    printf("answered,%lu\ndead,%lu\ndropped,%lu\n", answered, dead, refused);
    return 0;
}
