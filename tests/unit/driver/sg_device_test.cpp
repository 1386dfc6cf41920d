// SPDX-License-Identifier: Apache-2.0
// The header that goes to the kernel and everything that comes back in it, with the system calls
// replaced.
#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <scsi/sg.h>

#include "driver/transport/sg_device.h"

namespace burnrig::driver {
namespace {

/// What the replaced system calls saw and are to answer. One test at a time uses it.
struct Kernel {
    int open_errno = 0;
    int open_flags = 0;
    int closed = 0;
    int version = 30527;
    int reserve = 131072;
    int ioctl_errno = 0;
    sg_io_hdr seen{};
    sg_io_hdr answer{};
    std::array<std::uint8_t, 64> sense{};
};
Kernel kernel;

int fake_open(const char*, int flags) {
    kernel.open_flags = flags;
    errno = kernel.open_errno;
    return kernel.open_errno == 0 ? 7 : -1;
}
int fake_close(int) {
    return ++kernel.closed;
}
int fake_ioctl(int, unsigned long request, void* argument) {
    if (request == SG_GET_VERSION_NUM)
        *static_cast<int*>(argument) = kernel.version;
    else if (request == SG_GET_RESERVED_SIZE)
        *static_cast<int*>(argument) = kernel.reserve;
    else if (request == SG_IO) {
        auto* header = static_cast<sg_io_hdr*>(argument);
        kernel.seen = *header;
        if (kernel.ioctl_errno != 0) {
            errno = kernel.ioctl_errno;
            return -1;
        }
        header->status = kernel.answer.status;
        header->host_status = kernel.answer.host_status;
        header->driver_status = kernel.answer.driver_status;
        header->resid = kernel.answer.resid;
        header->sb_len_wr = kernel.answer.sb_len_wr;
        std::memcpy(header->sbp, kernel.sense.data(), kernel.answer.sb_len_wr);
    }
    return 0;
}
constexpr SgDevice::System fake{fake_open, fake_close, fake_ioctl};

struct Fresh {
    Fresh() { kernel = Kernel{}; }
};

constexpr std::array<std::uint8_t, 6> test_unit_ready{};

mmc::Completion run(mmc::Duration limit = std::chrono::seconds(60), std::size_t in = 0) {
    auto device = SgDevice::open("/dev/sr9", fake);
    BOOST_REQUIRE(device);
    static std::vector<std::uint8_t> room;
    room.assign(in, 0);
    return device->execute(
        {.cdb = test_unit_ready, .data_out = {}, .data_in = room, .timeout = limit});
}

BOOST_FIXTURE_TEST_CASE(the_node_is_opened_exclusively_and_without_waiting_for_a_disc, Fresh) {
    {
        auto device = SgDevice::open("/dev/sr9", fake);
        BOOST_REQUIRE(device);
        SgDevice moved = std::move(*device);
        BOOST_TEST(moved.max_transfer() == 131072U);
    }
    BOOST_TEST((kernel.open_flags & O_ACCMODE) == O_RDWR);
    BOOST_TEST((kernel.open_flags & O_EXCL) != 0);
    BOOST_TEST((kernel.open_flags & O_NONBLOCK) != 0);
    BOOST_TEST(kernel.closed == 1);
}

BOOST_FIXTURE_TEST_CASE(a_held_device_and_a_wrong_one_are_told_apart, Fresh) {
    kernel.open_errno = EBUSY;
    const auto busy = SgDevice::open("/dev/sr9", fake);
    BOOST_REQUIRE(!busy);
    BOOST_TEST((busy.error().cause == Cause::device_busy));
    BOOST_TEST(busy.error().message.find("/dev/sr9") != std::string::npos);
    kernel.open_errno = ENOENT;
    const auto missing = SgDevice::open("/dev/sr9", fake);
    BOOST_REQUIRE(!missing);
    BOOST_TEST(missing.error().message.find("No such file") != std::string::npos);
    kernel.open_errno = 0;
    kernel.version = 0;
    BOOST_TEST(!SgDevice::open("/dev/null", fake));
    BOOST_TEST(kernel.closed == 1);
}

BOOST_FIXTURE_TEST_CASE(the_header_has_direction_length_and_a_limit_that_is_never_zero, Fresh) {
    run(std::chrono::microseconds(1), 2048);
    BOOST_TEST(kernel.seen.interface_id == 'S');
    BOOST_TEST(kernel.seen.cmd_len == 6);
    BOOST_TEST(kernel.seen.dxfer_direction == SG_DXFER_FROM_DEV);
    BOOST_TEST(kernel.seen.dxfer_len == 2048U);
    BOOST_TEST(kernel.seen.mx_sb_len == 64);
    BOOST_TEST(kernel.seen.timeout == 1U);
    run(std::chrono::hours(24 * 365));
    BOOST_TEST(kernel.seen.timeout == 2147483647U);
    BOOST_TEST(kernel.seen.dxfer_direction == SG_DXFER_NONE);
}

BOOST_FIXTURE_TEST_CASE(residual_is_subtracted_and_nonsense_in_it_is_not, Fresh) {
    kernel.answer.resid = 2012;
    BOOST_TEST(run(std::chrono::seconds(1), 2048).transferred == 36U);
    kernel.answer.resid = 5000;
    BOOST_TEST(run(std::chrono::seconds(1), 2048).transferred == 0U);
    kernel.answer.resid = -1;
    BOOST_TEST(run(std::chrono::seconds(1), 2048).transferred == 2048U);
}

BOOST_FIXTURE_TEST_CASE(a_host_or_driver_failure_is_no_success, Fresh) {
    kernel.answer.host_status = 3;
    auto completion = run(std::chrono::seconds(1), 36);
    BOOST_TEST(!completion.good());
    BOOST_TEST((completion.host == mmc::HostStatus::time_out));
    BOOST_TEST(completion.transferred == 0U);
    kernel.answer.host_status = 0;
    kernel.answer.driver_status = 6;
    BOOST_TEST((run().host == mmc::HostStatus::time_out));
    kernel.answer.driver_status = 4;
    BOOST_TEST((run().host == mmc::HostStatus::error));
}

BOOST_FIXTURE_TEST_CASE(sense_data_come_through_even_when_the_status_was_lost, Fresh) {
    kernel.sense[0] = 0x70;
    kernel.sense[2] = 3;
    kernel.sense[12] = 0x73;
    kernel.sense[13] = 3;
    kernel.answer.sb_len_wr = 18;
    kernel.answer.driver_status = 8;
    for (const unsigned status : {2U, 0U}) {
        kernel.answer.status = static_cast<unsigned char>(status);
        const auto completion = run();
        BOOST_TEST((completion.status == mmc::Status::check_condition));
        const auto sense = mmc::decode_sense(completion.sense.view());
        BOOST_REQUIRE(sense);
        BOOST_TEST((sense->code == mmc::sense::opc_failed));
    }
}

/// Sense of the four formats, each with the same code: whose fault it is must not depend on them.
BOOST_FIXTURE_TEST_CASE(fixed_and_descriptor_sense_and_deferred_errors_are_told_apart, Fresh) {
    struct Case {
        std::uint8_t response;
        bool deferred;
        bool descriptor;
    };
    for (const Case& format : {Case{0x70, false, false}, Case{0x71, true, false},
                               Case{0x72, false, true}, Case{0x73, true, true}}) {
        kernel.sense.fill(0);
        kernel.sense[0] = format.response;
        kernel.sense[format.descriptor ? 1 : 2] = 3;
        kernel.sense[format.descriptor ? 2 : 12] = 0x0C;
        kernel.sense[7] = format.descriptor ? 0 : 10;
        kernel.answer.sb_len_wr = 18;
        kernel.answer.status = 2;
        const auto sense = mmc::decode_sense(run().sense.view());
        BOOST_REQUIRE(sense);
        BOOST_TEST((sense->code == mmc::sense::write_error));
        BOOST_TEST(sense->deferred == format.deferred);
        BOOST_TEST(sense->descriptor == format.descriptor);
    }
}

/// The sg driver copies through buffers of its own unless it is asked not to; what is not aligned
/// as the host adapter needs it, it copies all the same.
BOOST_FIXTURE_TEST_CASE(data_go_to_the_drive_without_a_copy, Fresh) {
    run(std::chrono::seconds(1), 2048);
    BOOST_TEST((kernel.seen.flags & SG_FLAG_DIRECT_IO) != 0U);
    run();
    BOOST_TEST(kernel.seen.flags == 0U);
}

BOOST_FIXTURE_TEST_CASE(no_more_is_asked_of_a_node_than_it_takes, Fresh) {
    const auto transfer = [](int reserve) {
        kernel.reserve = reserve;
        return SgDevice::open("/dev/sr9", fake)->max_transfer();
    };
    BOOST_TEST(transfer(65536) == 65536U);
    BOOST_TEST(transfer(36864 + 100) == 36864U);
    BOOST_TEST(transfer(1 << 24) == 524288U);
    BOOST_TEST(transfer(0) == 65536U);
    BOOST_TEST(transfer(512) == 2048U);
}

BOOST_FIXTURE_TEST_CASE(a_failed_ioctl_is_a_host_status_and_is_not_repeated, Fresh) {
    for (const auto& [error, host] : std::initializer_list<std::pair<int, mmc::HostStatus>>{
             {ENODEV, mmc::HostStatus::no_connect},
             {ENXIO, mmc::HostStatus::no_connect},
             {EIO, mmc::HostStatus::error},
             {EINTR, mmc::HostStatus::error},
             {ENOMEM, mmc::HostStatus::error},
             {EBUSY, mmc::HostStatus::bus_busy}}) {
        kernel.ioctl_errno = error;
        BOOST_TEST((run().host == host), std::strerror(error));
    }
}

} // namespace
} // namespace burnrig::driver
