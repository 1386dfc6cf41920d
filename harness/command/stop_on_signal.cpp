// SPDX-License-Identifier: Apache-2.0
#include "harness/command/stop_on_signal.h"

#include <string_view>

#include <unistd.h>

namespace burnrig::harness {
namespace {

driver::StopToken stop;

void on_signal(int /*number*/) {
    constexpr std::string_view text = "\nending after what is being written; again to give up at "
                                      "once\n";
    stop.request();
    [[maybe_unused]] const auto told = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace

StopOnSignal::StopOnSignal() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
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
