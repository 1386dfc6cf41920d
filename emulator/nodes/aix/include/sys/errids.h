/* SPDX-License-Identifier: Apache-2.0 */
/*
 * <sys/errids.h>: a record of the error log. The numbers that name the errors are not public; those
 * here are this project's own (?).
 */
#ifndef BURNRIG_AIX_ERRIDS_H
#define BURNRIG_AIX_ERRIDS_H

#include "ide.h"

#define ERRID_CDROM_ERR1 0xB0CD0001 /* media (?) */
#define ERRID_CDROM_ERR2 0xB0CD0002 /* hardware, and hard-aborted commands (?) */
#define ERRID_CDROM_ERR3 0xB0CD0003 /* recovered (?) */
#define ERRID_CDROM_ERR4 0xB0CD0004 /* unknown (?) */

#define ERR_NAMESIZE 16 /* (?) */

struct err_rec {
    uint error_id;
    char resource_name[ERR_NAMESIZE]; /* "cd0" */
    char detail_data[sizeof(struct idecdrom_error_rec)];
};

#endif
