#ifndef STSAUDIT_CIDN2_H
#define STSAUDIT_CIDN2_H
#include <idn2.h>
#endif
