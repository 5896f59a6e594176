// What Glibc's Swift overlay leaves out of Linux: epoll, eventfd, and a few socket macros.
#ifndef STSAUDIT_CLINUX_H
#define STSAUDIT_CLINUX_H

// No _GNU_SOURCE: with it the types Glibc's module shares with this one would differ.
#include <malloc.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>

// EPOLL_EVENTS is a C enum: named once here as the plain integers epoll_ctl wants.
static const uint32_t CLINUX_EPOLLIN = EPOLLIN;
static const uint32_t CLINUX_EPOLLOUT = EPOLLOUT;
static const uint32_t CLINUX_EPOLLERR = EPOLLERR;
static const uint32_t CLINUX_EPOLLHUP = EPOLLHUP;
static const uint32_t CLINUX_EPOLLRDHUP = EPOLLRDHUP;

/// Names the calling thread for top and debuggers; the kernel keeps 15 bytes.
static inline void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/// Gives free pages inside the heap back to the kernel; a few milliseconds for 100 MB.
static inline void clinux_trim_heap(void) { malloc_trim(0); }

/// CLOCK_MONOTONIC in nanoseconds.
static inline uint64_t clinux_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// CLOCK_REALTIME in whole seconds since 1970.
static inline int64_t clinux_unix_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec;
}

/// epoll_wait takes a packed union; this fills one event for epoll_ctl. The kernel gives back the
/// descriptor and the generation as they were.
static inline int clinux_epoll_ctl(int epoll, int operation, int descriptor, uint32_t events,
                                   uint32_t generation) {
    struct epoll_event event = {.events = events};
    event.data.u64 = (uint64_t)generation << 32 | (uint32_t)descriptor;
    return epoll_ctl(epoll, operation, descriptor, &event);
}

static inline int clinux_event_descriptor(const struct epoll_event *event) {
    return (int)(uint32_t)event->data.u64;
}

static inline uint32_t clinux_event_generation(const struct epoll_event *event) {
    return (uint32_t)(event->data.u64 >> 32);
}

static inline uint32_t clinux_event_bits(const struct epoll_event *event) {
    return event->events;
}

#endif
