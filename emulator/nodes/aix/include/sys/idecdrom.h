/* SPDX-License-Identifier: Apache-2.0 */
/* <sys/idecdrom.h>: operations and openx() flags of the IDE CD-ROM driver. */
#ifndef BURNRIG_AIX_IDECDROM_H
#define BURNRIG_AIX_IDECDROM_H

#include "ide.h"
#include "scsi.h"

/* The extension of openx(); SC_DIAGNOSTIC is in <sys/scsi.h>. */
#define IDE_SINGLE 0x20         /* exclusive access */
#define IDE_CACHE_DISABLE 0x100 /* no write cache; verified for AIX 5.3 only (?) */

#define IDE_CDIORDSE 1 /* argument: struct sc_rdwrt *: read, with sense data */
#define IDE_CDEJECT 4  /* argument: null */
#define IDE_CDPMR 5    /* argument: null: prevent medium removal */
#define IDE_CDAMR 6    /* argument: null: allow medium removal */
#define IDE_CDAUDIO 8  /* argument: struct cd_audio_cmd *, <sys/scdisk.h> */
#define IDE_CDMODE 9   /* argument: struct mode_form_op *, <sys/scdisk.h> */

/*
 * The structure of IDE_CDIORDSE under its own name; the same bytes as struct sc_rdwrt.
 * Names of the fields (?).
 */
struct ide_rdwrt {
    uint logical_blk_addr;
    uint data_length;
    char* buffer;
    uchar resvd1;
    uchar resvd2;
    uchar resvd3;
    uchar req_sense_length;
    char* request_sense_ptr;
    uint timeout_value;
    uchar status_validity;
    uchar ata_status;
    uchar ata_error;
    uchar ata_diagnostics;
    uchar resvd4;
    uchar resvd5;
    uchar resvd6;
    uchar resvd7;
};

#endif
