// SPDX-License-Identifier: Apache-2.0
// Goal: errno and its names are each other's exact image, and a failed system call is never taken
// for a command that went well.
#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <chrono>

#include "mmc/system_error.h"

namespace burnrig::mmc {

BOOST_AUTO_TEST_CASE(names_and_numbers_are_each_others_image) {
    for (const int error : {EIO, ENODEV, EINTR, ENOMEM, EBUSY, ENOMEDIUM, ETIMEDOUT, EROFS})
        BOOST_TEST(system_error_of(system_error_name(error)).value_or(0) == error);
    BOOST_TEST(system_error_name(EIO) == "EIO");
    BOOST_TEST(system_error_name(4711) == "errno 4711");
    for (const auto* unknown : {"", "eio", "EFOO", "5"})
        BOOST_TEST(!system_error_of(unknown), unknown);
}

BOOST_AUTO_TEST_CASE(a_failed_system_call_is_no_success) {
    for (const int error : {EIO, ENODEV, EINTR, EBUSY}) {
        const auto completion = failed_system_call(error, std::chrono::seconds(2));
        BOOST_TEST(!completion.good());
        BOOST_TEST(completion.system_error == error);
        BOOST_TEST(completion.transferred == 0U);
        BOOST_TEST((completion.duration == std::chrono::seconds(2)));
    }
}

} // namespace burnrig::mmc
