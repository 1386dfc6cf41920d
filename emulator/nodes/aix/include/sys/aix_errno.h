/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Error numbers that AIX has and Linux has not. Programs compare names: the names that both systems
 * have (EIO, ESTALE, EINPROGRESS, ETIMEDOUT ...) keep Linux's numbers, which differ from AIX's. The
 * others are AIX's number plus 1000, so that none is one of Linux's: 1046 is AIX's 46.
 */
#ifndef BURNRIG_AIX_ERRNO_NUMBERS_H
#define BURNRIG_AIX_ERRNO_NUMBERS_H

#define ENOTREADY 1046  /* no medium in the drive */
#define EWRPROTECT 1047 /* read-only medium */
#define EFORMAT 1048    /* unformatted or incompatible medium */
#define ENOCONNECT 1050
#define EMEDIA 1110 /* medium error, or the medium was changed */
#define ESOFT 1111

#endif
