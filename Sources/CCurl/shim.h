#ifndef STSAUDIT_CCURL_H
#define STSAUDIT_CCURL_H
#include <curl/curl.h>
#endif
