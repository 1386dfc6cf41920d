/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For a program that is linked with libburnrig_aix: the drive behind /dev/cdN and /dev/rcdN, which
 * lives in the program's own process. A program that is not to be changed leaves this header out
 * and gets its drive from the environment, when it first opens one:
 *
 *     BURNRIG_AIX_DISC=album ./player      a disc made by `burnrig disc create`, or recorded before
 *     BURNRIG_AIX_MEDIUM=dvd-ram           or a new one in memory ("none": no disc)
 *     BURNRIG_AIX_DRIVE=NAME               as `burnrig drives` names them
 *     BURNRIG_AIX_FAULT='at READ_10 #3 -> fail 03/11/05'
 *     BURNRIG_AIX_ATTRIBUTES='prevent_eject=no audio_supported=no'
 *
 * Under `burnrig run --personality aix` the drive is the rig's, and this library stands back.
 * All functions may be called from any thread. 0 is success; -1 sets burnrig_aix_message().
 */
#ifndef BURNRIG_AIX_H
#define BURNRIG_AIX_H

#include "sys/errids.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Drive and disc; NULL in a field: what the environment says, then a usual recorder, a new CD-R. */
struct burnrig_aix_rig {
    const char* drive;
    const char* medium;
    const char* disc;
    const char* fault;
};

/* Puts a drive behind /dev/cd<unit> and /dev/rcd<unit>, unit 0 to 7. rig may be NULL. */
int burnrig_aix_attach(int unit, const struct burnrig_aix_rig* rig);
/* Takes it away; refused while it is open. */
int burnrig_aix_detach(int unit);

/* chdev: "prevent_eject", "no". While the device is open errno is EINVAL. */
int burnrig_aix_configure(int unit, const char* attribute, const char* value);

/* What happens to a drive: a fault rule, somebody takes the disc out by force or puts one in, the
 * power goes and comes. disc: a path; NULL: the disc that was taken out. */
int burnrig_aix_inject(int unit, const char* rule);
int burnrig_aix_take_disc(int unit);
int burnrig_aix_insert_disc(int unit, const char* disc);
int burnrig_aix_power_cycle(int unit);

/* A record of the error log, with its template. Codes as AIX's catalogue has them. */
#define BURNRIG_AIX_CODES_MAX 4
struct burnrig_aix_codes {
    int count;
    unsigned short code[BURNRIG_AIX_CODES_MAX];
};
struct burnrig_aix_error {
    unsigned long long sequence; /* 1, 2, 3, ... */
    const char* comment;         /* "CD-ROM read media error" */
    char device_class;           /* 'H' */
    int report, log, alert;
    const char* type; /* "PERM", "TEMP", "UNKN" */
    unsigned short description;
    struct burnrig_aix_codes probable_causes, user_causes, user_actions;
    struct burnrig_aix_codes failure_causes, failure_actions;
    unsigned short detail_bytes, detail_label; /* 156, 11 */
    const char* detail_format;                 /* "HEX" */
    struct err_rec record;                     /* detail_data holds a struct idecdrom_error_rec */
};

/* How many records there are, and each of them, the oldest is 0. */
int burnrig_aix_error_count(int unit);
int burnrig_aix_get_error(int unit, int index, struct burnrig_aix_error* error);

/* Why the last of these functions failed in this thread. */
const char* burnrig_aix_message(void);

#ifdef __cplusplus
}
#endif

#endif
