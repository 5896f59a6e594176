#ifndef STSAUDIT_CPSL_H
#define STSAUDIT_CPSL_H
#include <libpsl.h>
#endif
