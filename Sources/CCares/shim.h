#ifndef STSAUDIT_CCARES_H
#define STSAUDIT_CCARES_H
#include <ares.h>
#endif
