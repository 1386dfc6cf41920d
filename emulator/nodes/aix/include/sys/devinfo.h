/* SPDX-License-Identifier: Apache-2.0 */
/*
 * <sys/devinfo.h>: what ioctl(IOCINFO) tells of a device, as far as a CD-ROM has it.
 * Lines marked (?) could not be verified from public sources.
 */
#ifndef BURNRIG_AIX_DEVINFO_H
#define BURNRIG_AIX_DEVINFO_H

#include "aix_types.h"

#define IOCTYPE 0xff00
#define IOCINFO 0xff01   /* argument: struct devinfo * */
#define IOCCONFIG 0xff02 /* not for programs */

/* devtype */
#define DD_CDROM 'C'
#define DD_SCCD DD_CDROM

/* devsubtype */
#define DS_IDE 'I' /* (?) */

/* flags */
#define DF_FIXED 0x01 /* the medium cannot be taken out */
#define DF_RAND 0x02  /* random access */
#define DF_FAST 0x04
#define DF_CONC 0x08

struct devinfo {
    char devtype;
    char flags; /* DF_RAND for a CD-ROM (?) */
    char devsubtype;
    union {
        struct {
            ushort blksize; /* of the data mode that is set (?) */
            int numblks;    /* blocks of the disc; 0 without one (?) */
        } sccd;
        struct {
            ushort blksize;
            ushort flags;
            uint lo_numblks;
            uint hi_numblks;
        } sccd64;
        struct {
            ushort blksize;
            int numblks;
            uint reserved;
            uint max_transfer; /* bytes for IDE_CDIORDSE; the manual names no field: place (?) */
        } idecd;
        char room[40];
    } un;
};

#endif
