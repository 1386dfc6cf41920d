// SPDX-License-Identifier: Apache-2.0
// Random commands on every medium, checked against the reference model.
#include "drive_fixture.h"

#include "emulator/fixtures.h"
#include "mmc/sense.h"
#include "reference_model.h"
#include "tests/unit/property_check.h"

namespace burnrig::emulator::model {
namespace {

using Bytes = std::vector<std::uint8_t>;

class Run {
public:
    explicit Run(const Subject& subject)
        : subject_(subject), medium_(*load_medium(subject.medium)),
          bench_(medium_, *load_drive(subject.drive)) {
        if (!subject_.format.empty()) {
            check_good(bench_.send_data({0x04, 0x11, 0, 0, 0, 0}, subject_.format), "FORMAT UNIT");
            settle();
        }
        set_parameters(false);
    }

    void step(const Action& action);
    /// All that was acknowledged is there, unchanged.
    void verify();

private:
    static void check_good(const mmc::Completion& completion, const std::string& what) {
        if (!completion.good())
            RC_FAIL(what + ": " + mmc::to_string(Bench::sense(completion)));
    }
    static void refused(const mmc::Completion& completion, const std::string& what) {
        if (completion.good())
            RC_FAIL(what + " was answered with GOOD");
        const auto key = Bench::sense(completion).key;
        RC_ASSERT(key == mmc::SenseKey::illegal_request || key == mmc::SenseKey::data_protect);
    }

    void settle() {
        bench_.pass(std::chrono::hours(3));
        bench_.settle();
    }
    void set_parameters(bool test_write);
    std::int32_t next_writable();
    std::int32_t chunk(std::uint32_t number) const {
        const auto unit = medium_.family() == MediumFamily::cd ? 1 : medium_.write_unit();
        return static_cast<std::int32_t>(1 + number % 4) * unit;
    }
    Bytes blocks(std::int32_t count, std::uint8_t tag) const {
        return Bytes(static_cast<std::size_t>(count) * 2048, tag);
    }
    mmc::Completion write(std::int32_t lba, std::int32_t count, std::uint8_t tag) {
        return bench_.write_raw(lba, static_cast<std::uint16_t>(count), blocks(count, tag));
    }
    void write_somewhere(std::uint32_t number);
    void stray_write(std::uint32_t number);
    void write_beyond();
    void try_test_write();
    void close(std::uint8_t function);
    void finalize();
    void blank(std::uint32_t number);
    void read(std::uint32_t number);
    void check_block(std::int32_t lba, std::uint8_t tag);

    const Subject& subject_;
    Medium medium_;
    Bench bench_;
    Model model_;
    std::uint8_t tag_ = 0;
};

void Run::set_parameters(bool test_write) {
    if (!subject_.write_parameters)
        return;
    const bool cd = medium_.family() == MediumFamily::cd;
    Bytes list(8 + 52);
    list[8] = 0x05;
    list[9] = 50;
    list[10] = static_cast<std::uint8_t>((cd ? 0x41 : 0x60) | (test_write ? 0x10 : 0));
    list[11] = static_cast<std::uint8_t>(0xC0 | (cd ? 0x04 : 0x25)); // another session may follow
    list[12] = 8;
    list[13] = cd ? 0 : 16;
    list[8 + 13] = cd ? 0 : 16;
    list[8 + 15] = 150;
    check_good(bench_.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0}, list), "MODE SELECT");
}

// Of the last track; below 0 when there is none.
std::int32_t Run::next_writable() {
    const auto disc = bench_.disc_information();
    Bytes reply(36);
    Bytes cdb{0x52, 1, 0, 0, 0, static_cast<std::uint8_t>(disc.last_track), 0, 0, 36, 0};
    reply = bench_.get(cdb);
    if (!bench_.last.good() || (reply[7] & 1) == 0)
        return -1;
    return static_cast<std::int32_t>(mmc::get32(&reply[12]));
}

void Run::write_somewhere(std::uint32_t number) {
    const auto count = chunk(number);
    const auto tag = ++tag_;
    if (subject_.overwritable) {
        const auto unit = medium_.write_unit();
        const auto lba = static_cast<std::int32_t>(number / 4 % 2000) * unit;
        check_good(write(lba, count, tag), "WRITE in the formatted area");
        model_.wrote(lba, count, tag);
        return;
    }
    const auto lba = next_writable();
    if (model_.complete) {
        RC_ASSERT(lba < 0);
        refused(write(0, count, tag), "WRITE on a finalized disc");
        return;
    }
    if (lba < 0)
        return; // cut off: nothing can follow before it is repaired
    for (std::int32_t at = lba; at < lba + count; ++at) {
        RC_ASSERT(model_.content.count(at) == 0U);
        RC_ASSERT(model_.pending.count(at) == 0U);
    }
    check_good(write(lba, count, tag), "WRITE at the next writable address");
    model_.wrote(lba, count, tag);
}

void Run::stray_write(std::uint32_t number) {
    if (subject_.overwritable)
        return;
    const auto next = next_writable();
    const auto unit = chunk(0);
    const auto lba = number % 2 == 0 ? next + unit * static_cast<std::int32_t>(1 + number % 100)
                                     : next - unit * static_cast<std::int32_t>(1 + number % 100);
    if (next < 0 || lba < 0)
        return;
    refused(write(lba, unit, ++tag_), "WRITE away from the next writable address");
}

void Run::write_beyond() {
    refused(write(medium_.capacity() - 1, chunk(0) + 1, ++tag_), "WRITE across the end");
}

void Run::try_test_write() {
    if (!subject_.test_write || !model_.pending.empty())
        return;
    const auto lba = next_writable();
    if (lba < 0)
        return;
    set_parameters(true);
    check_good(write(lba, chunk(0), ++tag_), "test write");
    check_good(bench_.send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "SYNCHRONIZE CACHE of a test write");
    set_parameters(false);
    RC_ASSERT(next_writable() == lba);
}

void Run::close(std::uint8_t function) {
    if (!subject_.closes)
        return;
    if (!model_.pending.empty()) {
        check_good(bench_.send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "SYNCHRONIZE CACHE");
        model_.synchronized();
    }
    const auto last = static_cast<std::uint8_t>(bench_.disc_information().last_track);
    const auto done = bench_.send({0x5B, 0, function, 0, 0, last, 0, 0, 0, 0});
    if (model_.complete)
        RC_ASSERT(!done.good() || function == 1);
    settle();
}

void Run::finalize() {
    if (!subject_.closes || model_.complete || !model_.ever_written)
        return;
    if (next_writable() < 0)
        return;
    close(1);
    if (subject_.write_parameters) { // page 05h says that no session follows
        Bytes page = bench_.get({0x5A, 0, 0x05, 0, 0, 0, 0, 0, 60, 0});
        page[0] = page[1] = 0;
        page[11] = page[11] & 0x3F;
        page.resize(60);
        check_good(bench_.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0}, page), "MODE SELECT");
    }
    const auto sessions_before = bench_.disc_information();
    const auto done = bench_.send({0x5B, 0, subject_.finalize, 0, 0, 0, 0, 0, 0, 0});
    settle();
    set_parameters(false);
    if (!done.good() || sessions_before.session_state == 0)
        return; // an empty last session stays as it is
    model_.complete = true;
    RC_ASSERT(bench_.disc_information().status == 2U);
}

void Run::blank(std::uint32_t number) {
    if (subject_.stays_formatted)
        return;
    if (!model_.pending.empty()) {
        check_good(bench_.send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "SYNCHRONIZE CACHE");
        model_.synchronized();
    }
    // DVD-RW: the quick kind would take incremental recording away.
    const bool quick = number % 2 == 1 && medium_.family() == MediumFamily::cd;
    const auto done =
        bench_.send({0xA1, static_cast<std::uint8_t>(quick ? 1 : 0), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                    std::chrono::hours(10));
    settle();
    if (!subject_.blankable) {
        RC_ASSERT(!done.good());
        return;
    }
    check_good(done, "BLANK");
    model_.blanked();
    RC_ASSERT(bench_.disc_information().status == 0U);
}

void Run::check_block(std::int32_t lba, std::uint8_t tag) {
    const auto got = bench_.read(lba, 1);
    if (!bench_.last.good())
        RC_FAIL("READ of block " + std::to_string(lba) + ": " +
                mmc::to_string(Bench::sense(bench_.last)));
    RC_ASSERT(got == Bytes(2048, tag));
}

void Run::read(std::uint32_t number) {
    if (!model_.pending.empty() || model_.content.empty())
        return;
    auto found = model_.content.begin();
    std::advance(found, number % model_.content.size());
    check_block(found->first, found->second);
}

void Run::step(const Action& action) {
    switch (action.act) {
    case Act::write:
        return write_somewhere(action.number);
    case Act::stray_write:
        return stray_write(action.number);
    case Act::beyond:
        return write_beyond();
    case Act::synchronize:
        check_good(bench_.send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "SYNCHRONIZE CACHE");
        return model_.synchronized();
    case Act::close_track:
        return close(1);
    case Act::close_session:
        return close(2);
    case Act::finalize:
        return finalize();
    case Act::blank:
        return blank(action.number);
    case Act::read:
        return read(action.number);
    case Act::reload:
    case Act::power_cycle:
        if (action.act == Act::power_cycle) {
            bench_.drive.power_off();
            bench_.drive.power_on();
            model_.cut_off();
        } else if (model_.pending.empty()) {
            bench_.drive.insert(bench_.drive.remove());
        }
        settle();
        return set_parameters(false);
    case Act::test_write:
        return try_test_write();
    }
}

void Run::verify() {
    if (!model_.pending.empty()) {
        check_good(bench_.send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "SYNCHRONIZE CACHE");
        model_.synchronized();
    }
    for (const auto& [lba, tag] : model_.content)
        check_block(lba, tag);
}

rc::Gen<Action> any_action() {
    // Writing is what most other things depend on, so it comes more often.
    return rc::gen::build<Action>(
        rc::gen::set(&Action::act, rc::gen::weightedElement<Act>({{12, Act::write},
                                                                  {3, Act::stray_write},
                                                                  {1, Act::beyond},
                                                                  {4, Act::synchronize},
                                                                  {2, Act::close_track},
                                                                  {2, Act::close_session},
                                                                  {1, Act::finalize},
                                                                  {1, Act::blank},
                                                                  {5, Act::read},
                                                                  {1, Act::reload},
                                                                  {1, Act::power_cycle},
                                                                  {2, Act::test_write}})),
        rc::gen::set(&Action::number, rc::gen::inRange<std::uint32_t>(0, 100'000)));
}

// Medium, and what of the model applies to it.
const std::vector<Subject>& subjects() {
    static const std::vector<Subject> all{
        {.medium = "cd-r-80", .write_parameters = true, .test_write = true},
        {.medium = "cd-rw-80", .write_parameters = true, .test_write = true, .blankable = true},
        {.medium = "dvd-r", .write_parameters = true, .test_write = true},
        {.medium = "dvd-rw", .write_parameters = true, .test_write = true, .blankable = true},
        {.medium = "dvd-download",
         .drive = "generic-bd-xl-recorder",
         .write_parameters = true,
         .test_write = true},
        {.medium = "dvd-r-dl", .write_parameters = true, .test_write = true},
        {.medium = "dvd-rw-dl",
         .drive = "generic-bd-xl-recorder",
         .write_parameters = true,
         .test_write = true,
         .blankable = true},
        {.medium = "dvd+r", .finalize = 6},
        {.medium = "dvd+r-dl", .finalize = 6},
        {.medium = "bd-r-25", .finalize = 6},
        {.medium = "dvd-ram", .overwritable = true, .closes = false},
        {.medium = "dvd+rw",
         .overwritable = true,
         .closes = false,
         .format = {0, 0x82, 0, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0x26 << 2, 0, 0, 0}},
        {.medium = "dvd+rw-dl",
         .drive = "generic-bd-xl-recorder",
         .overwritable = true,
         .closes = false,
         .format = {0, 0x82, 0, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0x26 << 2, 0, 0, 0}},
        {.medium = "dvd-rw", // full format: restricted overwrite of 2297888 blocks
         .overwritable = true,
         .stays_formatted = true,
         .closes = false,
         .format = {0, 0x82, 0, 8, 0x00, 0x23, 0x10, 0x20, 0x10 << 2, 0, 0, 16}},
        {.medium = "bd-re-25", // with the default spare areas: 11826176 blocks
         .overwritable = true,
         .closes = false,
         .format = {0, 0x82, 0, 8, 0x00, 0xB4, 0x74, 0x00, 0, 0, 8, 0}},
    };
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(random_commands_never_lose_what_was_acknowledged) {
    for (const auto& subject : subjects()) {
        BOOST_TEST_CONTEXT(subject.medium) {
            check_property(subject.medium, 80, 19881111, [&] {
                const auto actions = *rc::gen::container<std::vector<Action>>(any_action());
                Run run(subject);
                for (const auto& action : actions)
                    run.step(action);
                run.verify();
            });
        }
    }
}

} // namespace burnrig::emulator::model
