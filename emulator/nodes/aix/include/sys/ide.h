/* SPDX-License-Identifier: Apache-2.0 */
/*
 * <sys/ide.h>: the pass-through command, the status of IDE_CDIORDSE, and the error record.
 * Lines marked (?) could not be verified from public sources.
 */
#ifndef BURNRIG_AIX_IDE_H
#define BURNRIG_AIX_IDE_H

#include "aix_types.h"

#define IDEPASSTHRU 979 /* argument: struct ide_atapi_passthru * */

/* Numbers of the adapter, not of this device: EINVAL. */
#define SATAPASSTHRU 940
#define IDEHARDRESET 977
#define IDEVENDORSPEC 978
#define IDEIOIDENT 980

struct atapi_packet {
    uchar op_code;
    uchar bytes[15];
};

struct atapi_command {
    uchar length; /* 12 or 16 */
    uchar reserved[3];
    struct atapi_packet packet;
};

#define ATA_LBA_MODE 0x01
#define ATA_BUS_RESET 0x02
#define IDE_PASSTHRU_READ 0x04 /* data come from the device */

#define IDE_PASSTHRU_VERSION_01 0x01
#define IDE_PASSTHRU_VERSION01 IDE_PASSTHRU_VERSION_01 /* as the manual spells it */

struct ide_atapi_passthru {
    uchar ide_device;   /* 0 or 1 */
    uchar flags;        /* IDE_PASSTHRU_READ, or 0: data go to the device */
    ushort buffsize;    /* bytes of data; 0: none */
    uint timeout_value; /* seconds; 0: the driver's own (?) */
    uchar* data_ptr;
    uchar ata_status; /* out */
    uchar ata_error;  /* out */
    uchar rsv0;       /* version: 0, or IDE_PASSTHRU_VERSION_01 and the last two fields count */
    uchar rsv1;
    struct atapi_command atapi_cmd;
    uint sense_data_length;
    uchar* sense_data;
};

/* ata_status */
#define ATA_CHECK 0x01     /* (?) name */
#define ATA_CORRECTED 0x04 /* (?) name */
#define ATA_DRQ 0x08
#define ATA_SEEK_COMPLETE 0x10
#define ATA_DEVICE_FAULT 0x20 /* (?) name */
#define ATA_READY 0x40
#define ATA_BUSY 0x80
/* ata_error: the sense key in the upper half, and */
#define ATA_ABORTED 0x04 /* (?) name */

/* status_validity of IDE_CDIORDSE */
#define ATA_IDE_STATUS 0x01
#define ATA_ERROR 0x02 /* the bit that the manual names for valid sense data */
#define ATA_DIAGNOSTICS_ERROR 0x04
#define ATAPI_VALID_SENSE 0x08

/*
 * Detail data of a record of the error log. The manual names three fields and the length of the
 * whole, 156 bytes; the order and the other fields are this project's own (?).
 */
struct idecdrom_error_rec {
    uchar command[16]; /* the packet that failed, padded with zeros */
    uchar command_length;
    uchar ata_status;
    uchar ata_error;
    uchar sense_length; /* 0: no valid sense data */
    uchar req_sense_data[128];
    uint reserved2; /* megabytes of 1048576 bytes read since the device was opened */
    uint reserved3; /* bytes read since reserved2 last grew */
};

#endif
