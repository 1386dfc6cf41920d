// SPDX-License-Identifier: Apache-2.0
// A drive that takes everything at once and looks at nothing: what is left is the cost of the
// driver.
#pragma once

#include <algorithm>

#include "mmc/target.h"

namespace burnrig::driver::test {

class Sink final : public mmc::Target {
public:
    mmc::Completion execute(const mmc::Command& command) override {
        taken += command.data_out.size();
        mmc::Completion completion;
        completion.transferred =
            static_cast<std::uint32_t>(std::max(command.data_out.size(), command.data_in.size()));
        return completion;
    }
    std::uint64_t taken = 0; ///< bytes
};

} // namespace burnrig::driver::test
