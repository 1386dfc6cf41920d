// SPDX-License-Identifier: Apache-2.0
// Several who are told of one burn under way. One thread at a time.
#pragma once

#include <vector>

#include "driver/recorder/job.h"

namespace burnrig::harness {

class Observers final : public driver::Observer {
public:
    /// It must outlive the last event.
    void add(driver::Observer& one) { all_.push_back(&one); }

    void stage(driver::Stage stage, std::string_view text) override {
        for (auto* one : all_)
            one->stage(stage, text);
    }
    void progress(const driver::Progress& now) override {
        for (auto* one : all_)
            one->progress(now);
    }
    void warning(std::string_view text) override {
        for (auto* one : all_)
            one->warning(text);
    }
    void retry(driver::Stage stage, std::string_view text) override {
        for (auto* one : all_)
            one->retry(stage, text);
    }

private:
    std::vector<driver::Observer*> all_;
};

} // namespace burnrig::harness
