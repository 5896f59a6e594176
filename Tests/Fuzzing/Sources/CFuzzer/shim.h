// libFuzzer as a library: the Swift compiler has its runtime and not its header.
#ifndef STSAUDIT_CFUZZER_H
#define STSAUDIT_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer with its own command line; returns only with -runs, -max_total_time or files.
int LLVMFuzzerRunDriver(
    int *count, char ***arguments, int (*one)(const uint8_t *bytes, size_t count));

/// An empty file in memory (Linux); glibc shows it under _GNU_SOURCE only.
int memfd_create(const char *name, unsigned int flags);

#endif
