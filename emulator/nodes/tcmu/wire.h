/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of target_core_user's mapping, as Linux's <linux/target_core_user.h> has it, which is
 * no C++. wire_check.c compares the two. Numbers are those of the machine; all are byte offsets. */
#pragma once

enum {
    /* mailbox */
    mailbox_version = 2,
    mailbox_version_at = 0,      /* 16 bits */
    mailbox_flags_at = 2,        /* 16 bits */
    mailbox_ring_offset_at = 4,  /* 32 bits */
    mailbox_ring_bytes_at = 8,   /* 32 bits */
    mailbox_head_at = 12,        /* 32 bits: the kernel's */
    mailbox_tail_at = 64,        /* 32 bits: ours */
    mailbox_bytes = 128,         /* with what pads it */
    mailbox_has_read_length = 2, /* flag: the kernel takes the length of a short reply */

    /* head of every entry */
    entry_length_at = 0, /* 32 bits; the lowest 3 are the operation */
    entry_operation_mask = 7,
    entry_flags_at = 7, /* 8 bits: ours */
    entry_head_bytes = 8,
    entry_align = 8,
    entry_unknown = 1,     /* flag: we do not know the operation */
    entry_read_length = 2, /* flag: the answer says how long the reply is */
    operation_pad = 0,
    operation_command = 1,
    operation_task_management = 2,

    /* a command */
    command_pieces_at = 48,     /* 16 bytes each: offset, length */
    command_piece_count_at = 8, /* 32 bits */
    command_cdb_at = 24,        /* 64 bits: offset of the CDB */
    piece_bytes = 16,

    /* its answer, over the command */
    answer_at = 8,
    answer_status_at = 8,       /* 8 bits */
    answer_read_length_at = 12, /* 32 bits */
    answer_sense_at = 16,
    answer_sense_bytes = 96,
    command_bytes_min = 112, /* a command is as long as its answer, at least */
};
