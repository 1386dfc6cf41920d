// SPDX-License-Identifier: Apache-2.0
#include "mmc/system_error.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace burnrig::mmc {
namespace {

constexpr int largest_errno = 133; // EHWPOISON, the last one of Linux

} // namespace

std::string system_error_name(int error) {
    const char* const name = ::strerrorname_np(error);
    return name != nullptr ? name : fmt::format("errno {}", error);
}

std::optional<int> system_error_of(std::string_view name) {
    for (int error = 1; error <= largest_errno; ++error)
        if (const char* const known = ::strerrorname_np(error); known != nullptr && known == name)
            return error;
    return std::nullopt;
}

HostStatus host_status_of(int error) {
    switch (error) {
    case ENODEV:
    case ENXIO:
    case EBADF:
        return HostStatus::no_connect;
    case ETIMEDOUT:
        return HostStatus::time_out;
    case EBUSY:
    case EAGAIN:
    case EDOM:
        return HostStatus::bus_busy;
    default:
        return HostStatus::error;
    }
}

Completion failed_system_call(int error, Duration duration) {
    Completion completion;
    completion.host = host_status_of(error);
    completion.duration = duration;
    completion.system_error = error;
    return completion;
}

} // namespace burnrig::mmc
