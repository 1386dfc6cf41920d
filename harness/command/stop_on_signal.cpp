// SPDX-License-Identifier: Apache-2.0
#include "harness/command/stop_on_signal.h"

#include <string_view>

#include <unistd.h>

namespace burnrig::harness {
namespace {

driver::StopToken stop;

void on_signal(int number) {
    constexpr std::string_view first = "\nending after what is being written; again to give up "
                                       "waiting\n";
    constexpr std::string_view second = "\ngiving up: nothing is waited for any more; again to end "
                                        "the program at once\n";
    const bool insists = stop.requested();
    stop.request();
    if (insists)
        std::signal(number, SIG_DFL);
    const std::string_view text = insists ? second : first;
    [[maybe_unused]] const auto told = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace

StopOnSignal::StopOnSignal() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < signals.size(); ++i)
        sigaction(signals[i], &action, &before_[i]);
}

StopOnSignal::~StopOnSignal() {
    for (std::size_t i = 0; i < signals.size(); ++i)
        sigaction(signals[i], &before_[i], nullptr);
}

driver::StopToken& StopOnSignal::token() {
    return stop;
}

} // namespace burnrig::harness
