// SPDX-License-Identifier: Apache-2.0
// A client of somebody else's recorder, for bench_doors to set its doors beside: TEST UNIT READY
// and WRITE(10) of 64 KiB over iSCSI, one command at a time, on a blank disc. Prints microseconds
// for the one and MB/s for the other.
//
//     bench_iscsi_client iscsi://HOST:PORT/TARGET/LUN
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#include "tests/bench/stopwatch.h"

namespace {

using burnrig::bench::fastest;

constexpr int rounds = 10;
constexpr int trips = 500;
constexpr int writes = 320; // 20 MiB
constexpr unsigned write_bytes = 64 * 1024;
constexpr int block_bytes = 2048;

bool good(scsi_task* task) {
    const std::unique_ptr<scsi_task, void (*)(scsi_task*)> done(task, scsi_free_scsi_task);
    return done && done->status == SCSI_STATUS_GOOD;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "bench_iscsi_client iscsi://HOST:PORT/TARGET/LUN\n");
        return 2;
    }
    const std::unique_ptr<iscsi_context, int (*)(iscsi_context*)> session(
        iscsi_create_context("iqn.2026-11.burnrig:bench"), iscsi_destroy_context);
    const std::unique_ptr<iscsi_url, void (*)(iscsi_url*)> url(
        iscsi_parse_full_url(session.get(), argv[1]), iscsi_destroy_url);
    if (!session || !url || iscsi_set_targetname(session.get(), url->target) != 0 ||
        iscsi_set_session_type(session.get(), ISCSI_SESSION_NORMAL) != 0 ||
        iscsi_full_connect_sync(session.get(), url->portal, url->lun) != 0) {
        fmt::print(stderr, "{}: {}\n", argv[1], iscsi_get_error(session.get()));
        return 1;
    }
    for (int i = 0; i < 10; ++i)
        good(iscsi_testunitready_sync(session.get(), url->lun)); // unit attentions
    bool all = true;
    const double trip = fastest(
        rounds, [] {},
        [&] {
            for (int i = 0; i < trips; ++i)
                all = good(iscsi_testunitready_sync(session.get(), url->lun)) && all;
        });
    std::vector<unsigned char> data(write_bytes, 1);
    std::uint32_t next = 0; // it is written once: every round goes on behind the last
    const double written = fastest(
        rounds, [] {},
        [&] {
            for (int i = 0; i < writes; ++i, next += write_bytes / block_bytes)
                all = good(iscsi_write10_sync(session.get(), url->lun, next, data.data(),
                                              write_bytes, block_bytes, 0, 0, 0, 0, 0)) &&
                      all;
        });
    fmt::print("{} {}\n", trip * 1e6 / trips,
               writes * static_cast<double>(write_bytes) / 1e6 / written);
    return all ? 0 : 1;
}
