/* SPDX-License-Identifier: Apache-2.0 */
/* Compares wire.h with Linux's own header when this is compiled. */
#include "emulator/nodes/tcmu/wire.h"

#include <linux/target_core_user.h>
#include <stddef.h>

#define SAME(ours, theirs) _Static_assert((int)(ours) == (int)(theirs), #ours)

SAME(mailbox_version, TCMU_MAILBOX_VERSION);
SAME(mailbox_version_at, offsetof(struct tcmu_mailbox, version));
SAME(mailbox_flags_at, offsetof(struct tcmu_mailbox, flags));
SAME(mailbox_ring_offset_at, offsetof(struct tcmu_mailbox, cmdr_off));
SAME(mailbox_ring_bytes_at, offsetof(struct tcmu_mailbox, cmdr_size));
SAME(mailbox_head_at, offsetof(struct tcmu_mailbox, cmd_head));
SAME(mailbox_tail_at, offsetof(struct tcmu_mailbox, cmd_tail));
SAME(mailbox_bytes, sizeof(struct tcmu_mailbox));
SAME(mailbox_has_read_length, TCMU_MAILBOX_FLAG_CAP_READ_LEN);
SAME(entry_length_at, offsetof(struct tcmu_cmd_entry_hdr, len_op));
SAME(entry_operation_mask, TCMU_OP_MASK);
SAME(entry_flags_at, offsetof(struct tcmu_cmd_entry_hdr, uflags));
SAME(entry_head_bytes, sizeof(struct tcmu_cmd_entry_hdr));
SAME(entry_align, TCMU_OP_ALIGN_SIZE);
SAME(entry_unknown, TCMU_UFLAG_UNKNOWN_OP);
SAME(entry_read_length, TCMU_UFLAG_READ_LEN);
SAME(operation_pad, TCMU_OP_PAD);
SAME(operation_command, TCMU_OP_CMD);
SAME(operation_task_management, TCMU_OP_TMR);
SAME(command_pieces_at, offsetof(struct tcmu_cmd_entry, req.iov));
SAME(command_piece_count_at, offsetof(struct tcmu_cmd_entry, req.iov_cnt));
SAME(command_cdb_at, offsetof(struct tcmu_cmd_entry, req.cdb_off));
SAME(piece_bytes, sizeof(struct iovec));
SAME(answer_at, offsetof(struct tcmu_cmd_entry, rsp));
SAME(answer_status_at, offsetof(struct tcmu_cmd_entry, rsp.scsi_status));
SAME(answer_read_length_at, offsetof(struct tcmu_cmd_entry, rsp.read_len));
SAME(answer_sense_at, offsetof(struct tcmu_cmd_entry, rsp.sense_buffer));
SAME(answer_sense_bytes, TCMU_SENSE_BUFFERSIZE);
SAME(command_bytes_min, sizeof(struct tcmu_cmd_entry));
