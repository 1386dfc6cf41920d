/* SPDX-License-Identifier: Apache-2.0 */
/* <fcntl.h> of an AIX program on Linux: this system's, and openx(). */
#pragma GCC system_header /* strict compilers dislike the next line */
#include_next <fcntl.h>
#ifndef BURNRIG_AIX_FCNTL_H
#define BURNRIG_AIX_FCNTL_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* open() with a word for the device driver: SC_DIAGNOSTIC, IDE_SINGLE, IDE_CACHE_DISABLE or-ed. */
int openx(const char* path, int flags, mode_t mode, long extension);

#ifdef __cplusplus
}
#endif

#endif
