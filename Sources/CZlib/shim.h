#ifndef STSAUDIT_CZLIB_H
#define STSAUDIT_CZLIB_H
#include <zlib.h>
#endif
