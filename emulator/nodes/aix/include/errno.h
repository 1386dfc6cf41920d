/* SPDX-License-Identifier: Apache-2.0 */
/* <errno.h> of an AIX program on Linux: this system's, and the names that AIX has beyond them. */
#pragma GCC system_header /* strict compilers dislike the next line */
#include_next <errno.h>
#ifndef BURNRIG_AIX_ERRNO_H
#define BURNRIG_AIX_ERRNO_H
#include "sys/aix_errno.h"
#endif
