/* SPDX-License-Identifier: Apache-2.0 */
/* <sys/scsi.h>, as far as the IDE CD-ROM driver uses it. */
#ifndef BURNRIG_AIX_SCSI_H
#define BURNRIG_AIX_SCSI_H

#include "aix_types.h"

/* The extension of openx(). */
#define SC_DIAGNOSTIC 0x01         /* diagnostic mode, for one opener with authority */
#define SC_RETAIN_RESERVATION 0x02 /* SCSI drives; ignored here */
#define SC_FORCED_OPEN 0x04        /* SCSI drives only, as those below: EINVAL here (?) */
#define SC_NO_RESERVE 0x08
#define SC_SINGLE 0x20 /* IDE_SINGLE */
#define SC_FORCED_OPEN_LUN 0x40
#define SC_PR_SHARED_REGISTER 0x80

/* Read with sense data: IDE_CDIORDSE, DKIORDSE. */
struct sc_rdwrt {
    uint logical_blk_addr; /* in blocks of the data mode that is set */
    uint data_length;      /* bytes */
    char* buffer;
    uchar adap_q_status;
    uchar resvd2;
    uchar resvd3;
    uchar req_sense_length; /* at most 255, by its type */
    char* request_sense_ptr;
    uint timeout_value;    /* seconds; 0: the driver's own (?) */
    uchar status_validity; /* out: ATA_ERROR and ATAPI_VALID_SENSE, <sys/ide.h>, or 0 */
    uchar scsi_bus_status; /* out: the ATA status */
    uchar adapter_status;  /* out: the ATA error */
    uchar resvd4;
    uchar resvd5;
    uchar resvd6;
    uchar q_tag_msg;
    uchar q_flags;
};

#endif
