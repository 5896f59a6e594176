#ifndef STSAUDIT_CCARES_H
#define STSAUDIT_CCARES_H

#include <ares.h>

// ARES_* are macros in c-ares 1.18 and an enum in newer releases: named once here, with the type
// Swift should see.
static const int CCARES_SUCCESS = ARES_SUCCESS;
static const int CCARES_ETIMEOUT = ARES_ETIMEOUT;
static const int CCARES_EBADRESP = ARES_EBADRESP;

static const int CCARES_FLAG_STAYOPEN = ARES_FLAG_STAYOPEN;
static const int CCARES_FLAG_NOSEARCH = ARES_FLAG_NOSEARCH;
static const int CCARES_FLAG_NOALIASES = ARES_FLAG_NOALIASES;
static const int CCARES_FLAG_NOCHECKRESP = ARES_FLAG_NOCHECKRESP;
static const int CCARES_FLAG_EDNS = ARES_FLAG_EDNS;

static const int CCARES_OPT_FLAGS = ARES_OPT_FLAGS;
static const int CCARES_OPT_TIMEOUTMS = ARES_OPT_TIMEOUTMS;
static const int CCARES_OPT_TRIES = ARES_OPT_TRIES;
static const int CCARES_OPT_LOOKUPS = ARES_OPT_LOOKUPS;
static const int CCARES_OPT_SOCK_STATE_CB = ARES_OPT_SOCK_STATE_CB;
static const int CCARES_OPT_EDNSPSZ = ARES_OPT_EDNSPSZ;
static const int CCARES_OPT_ROTATE = ARES_OPT_ROTATE;

/// The flags a channel has now: c-ares takes EDNS out of them when a server answers FORMERR
/// without OPT. -1 when there is no memory.
static inline int ccares_flags(ares_channel channel) {
    struct ares_options options;
    int mask = 0;
    if (ares_save_options(channel, &options, &mask) != ARES_SUCCESS) return -1;
    int flags = options.flags;
    ares_destroy_options(&options);
    return flags;
}

#endif
