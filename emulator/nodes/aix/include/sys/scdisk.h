/* SPDX-License-Identifier: Apache-2.0 */
/*
 * <sys/scdisk.h>: audio and data modes of a CD-ROM, and the operations' names of the SCSI driver.
 * Lines marked (?) could not be verified from public sources.
 */
#ifndef BURNRIG_AIX_SCDISK_H
#define BURNRIG_AIX_SCDISK_H

#include "aix_types.h"

#define DKIORDSE 1 /* IDE_CDIORDSE */
#define DKIOWRSE 2 /* SCSI only: EINVAL here */
#define DKIOCMD 3  /* SCSI only: EINVAL here */
#define DKEJECT 4
#define DKPMR 5
#define DKAMR 6
#define DKFORMAT 7 /* SCSI only: EINVAL here */
#define DKAUDIO 8
#define DK_CD_MODE 9

/* audio_cmds; CD_SET_VOLUME may be or-ed to the first five */
#define CD_PLAY_AUDIO 0x01 /* from and to a minute, second and frame: msf_flag must be 1 */
#define CD_PAUSE_AUDIO 0x02
#define CD_RESUME_AUDIO 0x03
#define CD_STOP_AUDIO 0x04
#define CD_INFO_AUDIO 0x05
#define CD_TRK_INFO_AUDIO 0x06
#define CD_GET_TRK_MSF 0x07
#define CD_SET_VOLUME 0x08

/* volume_type */
#define CD_VOLUME_ALL 1
#define CD_VOLUME_CHNLS 2
#define CD_ALL_MUTE 3
#define CD_SET_AUDIO_CHNLS 4

/* out_port_N_sel; spelling of the first (?) */
#define CD_MUTE_CHNL 0
#define CD_MUTE_PORT CD_MUTE_CHNL
#define CD_AUDIO_CHNL_0 1
#define CD_AUDIO_CHNL_1 2
#define CD_AUDIO_CHNL_2 4
#define CD_AUDIO_CHNL_3 8

/* status: CD_PLAY_AUDIO (?), CD_PAUSE_AUDIO (?), or */
#define CD_NO_AUDIO 0x09
#define CD_COMPLETED 0x0a
#define CD_STATUS_ERROR 0x0b
#define CD_NOT_VALID 0x0c

struct cd_audio_cmd {
    uchar audio_cmds;
    uchar msf_flag; /* 1: indexing.msf */
    union {
        struct {
            uchar first_track;
            uchar first_index;
            uchar last_track;
            uchar last_index;
            uchar reserved[2];
        } track_index;
        struct {
            uchar first_mins;
            uchar first_secs;
            uchar first_frames;
            uchar last_mins;
            uchar last_secs;
            uchar last_frames;
        } msf;
        struct {
            uchar current_track;
            uchar current_index;
            uchar reserved;
            uchar current_mins;
            uchar current_secs;
            uchar current_frames;
        } info_audio;
        struct {
            uchar track; /* 0xAA: the lead-out */
            uchar reserved[2];
            uchar mins;
            uchar secs;
            uchar frames;
        } track_msf;
    } indexing;
    uchar volume_type;
    uchar all_channel_vol;
    uchar status; /* out */
    uchar reserved1;
    uchar reserved2;
    uchar reserved3;
    uchar reserved4;
    uint reserved5;
    uint reserved6;
    uchar out_port_0_vol;
    uchar out_port_1_vol;
    uchar out_port_2_vol;
    uchar out_port_3_vol;
    uchar out_port_0_sel;
    uchar out_port_1_sel;
    uchar out_port_2_sel;
    uchar out_port_3_sel;
};

/* action */
#define CD_GET_MODE 1
#define CD_CHG_MODE 2

/* cd_mode_form */
#define CD_MODE1 1       /* blocks of 2048 bytes, raw and block device */
#define CD_MODE2_FORM1 2 /* blocks of 2048 bytes, raw and block device */
#define CD_MODE2_FORM2 3 /* blocks of 2336 bytes, raw device only */
#define CD_DA 4          /* blocks of 2352 bytes, raw device only */

struct mode_form_op {
    uchar action;
    uchar cd_mode_form;
    uchar reserved[6];
};
#define change_mode_form mode_form_op /* the manual has both names */

#endif
