// SPDX-License-Identifier: Apache-2.0
// Goal: each preset does to a burn what its line says. Method: a small burn (or a blank, a format)
// on a drive with that preset, every answer noted; the first command that did not go well, its
// sense and its time are compared with the table below, and some presets are asked further.
//
// A preset without a row fails the test: whoever adds one says here what it does.
#include <functional>
#include <map>

#include "emulator/faults/presets.h"
#include "mmc/opcode.h"
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

using mmc::Opcode;

constexpr std::int32_t image_blocks = 3584; // 112 writes of 32 blocks
constexpr mmc::Duration patience = 200s;    // of the host

struct Event {
    Opcode opcode{};
    std::uint64_t number = 0; ///< the how manieth of its kind, from 1
    mmc::Completion completion;
};

// A drive with one preset, and what its host met.
struct Trial {
    explicit Trial(std::string_view preset, Medium medium = cd_r(), bool burn_free = true)
        : bench(std::move(medium)), protection(burn_free) {
        bench.faults({std::string(preset)});
    }

    mmc::Completion run(const Bytes& cdb, const Bytes& data = {}) {
        const auto completion = bench.drive.execute({cdb, data, {}, patience});
        const auto opcode = static_cast<Opcode>(cdb[0]);
        events.push_back({opcode, ++count[opcode], completion});
        return completion;
    }
    mmc::Completion write(std::int32_t lba, std::int32_t blocks) {
        Bytes cdb{0x2A, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
        mmc::put16(&cdb[7], static_cast<std::uint32_t>(blocks));
        return run(cdb, pattern(lba, blocks));
    }
    void write_parameters() {
        Bytes list(60);
        list[8] = 0x05;
        list[9] = 50;
        list[10] = protection ? 0x41 : 0x01;
        list[11] = 0x04;
        list[12] = 8;
        list[23] = 150;
        run({0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0}, list);
    }
    // As burners do it, but going on whatever is answered.
    void burn() {
        run({0x00, 0, 0, 0, 0, 0});
        run({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0});
        run({0x1E, 0, 0, 0, 1, 0});
        write_parameters();
        run({0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0});
        for (std::int32_t lba = 0; lba < image_blocks; lba += 32)
            write(lba, 32);
        close();
    }
    void close() {
        run({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        run({0x5B, 0, 2, 0, 0, 0, 0, 0, 0, 0});
        run({0x1E, 0, 0, 0, 0, 0});
    }
    void read_back() {
        for (std::int32_t lba = 0; lba < image_blocks; lba += 64) {
            Bytes cdb{0x28, 0, 0, 0, 0, 0, 0, 0, 64, 0};
            mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
            Bytes reply(std::size_t{64} * 2048);
            const auto completion = bench.drive.execute({cdb, {}, reply, patience});
            events.push_back({Opcode::read_10, ++count[Opcode::read_10], completion});
            if (completion.good() && reply != pattern(lba, 64))
                wrong_bytes.push_back(lba);
        }
    }

    // The first command that did not go well.
    const Event* trouble() const {
        for (const auto& event : events)
            if (!event.completion.good())
                return &event;
        return nullptr;
    }
    const Event& find(Opcode opcode, std::uint64_t number = 1) const {
        for (const auto& event : events)
            if (event.opcode == opcode && event.number == number)
                return event;
        BOOST_REQUIRE_MESSAGE(false, "no such command");
        return events.front();
    }
    mmc::SenseCode sense(Opcode opcode, std::uint64_t number = 1) const {
        return Bench::sense(find(opcode, number).completion);
    }
    std::size_t failures(Opcode opcode) const {
        return static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(), [&](const Event& event) {
                return event.opcode == opcode && !event.completion.good();
            }));
    }

    Bench bench;
    bool protection;
    std::vector<Event> events;
    std::map<Opcode, std::uint64_t> count;
    std::vector<std::int32_t> wrong_bytes;
};

using Job = void (*)(Trial&);

void job_burn(Trial& trial) {
    trial.burn();
}
void job_unprotected(Trial& trial) {
    trial.protection = false;
    trial.burn();
}
void job_verify(Trial& trial) {
    trial.burn();
    trial.read_back();
}
void job_capacity(Trial& trial) {
    trial.burn();
    trial.bench.capacity();
}
void job_reserve(Trial& trial) {
    trial.write_parameters();
    Bytes cdb{0x53, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    mmc::put32(&cdb[5], 10000);
    trial.run(cdb);
}
void job_cue_sheet(Trial& trial) {
    trial.bench.sao();
    const auto sheet = data_cue_sheet(image_blocks);
    trial.run({0x5D, 0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(sheet.size()), 0}, sheet);
}
void job_blank(Trial& trial) {
    const Bytes cdb{0xA1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    const auto completion = trial.bench.send(cdb, 9600s);
    trial.events.push_back({Opcode::blank, 1, completion});
}
void job_eject(Trial& trial) {
    trial.run({0x1E, 0, 0, 0, 1, 0});
    trial.run({0x1E, 0, 0, 0, 0, 0});
    trial.run({0x1B, 0, 0, 0, 2, 0});
}
void job_format(Trial& trial) {
    Bytes list{0, 0x82, 0, 8, 0, 0, 0, 0, 0x26 << 2, 0, 0, 0};
    mmc::put32(&list[4], 2295104);
    trial.run({0x04, 0x11, 0, 0, 0, 0}, list);
}

// What a preset is to do. Without a sense the first trouble is of the host (time-out), or there is
// none at all.
struct Row {
    std::string_view preset;
    Job job = job_burn;
    Opcode opcode{};
    std::uint64_t number = 0; ///< of the first command in trouble; 0: there is none
    mmc::SenseCode sense;
    mmc::Duration at_least{0}; ///< what that command takes
    std::function<void(Trial&)> more;
};

bool still_blank(Trial& trial) {
    return trial.bench.drive.disc()->blank();
}
void nothing_written(Trial& trial) {
    BOOST_TEST(still_blank(trial));
}
void burn_was_good(Trial& trial) {
    BOOST_TEST(trial.bench.disc_information().status == 2U); // complete
    trial.read_back();
    BOOST_TEST(trial.wrong_bytes.empty());
}
void session_is_open(Trial& trial) {
    constexpr unsigned complete = 3;
    BOOST_TEST(trial.bench.disc_information().session_state != complete);
}
mmc::SenseCode code(std::string_view text) {
    return *mmc::parse_sense(text);
}

std::vector<Row> preparation_rows() {
    return {
        {"opc-failure", job_burn, Opcode::send_opc_information, 1, code("opc-failed"), 8906ms,
         [](Trial& trial) {
             BOOST_TEST(trial.bench.drive.disc()->structure().calibrations_used >= 1U);
         }},
        {"opc-failure-in-write", job_burn, Opcode::write_10, 1, code("opc-failed"), 12s, {}},
        {"opc-failure-sticky", job_burn, Opcode::write_10, 25, code("opc-failed"), 20s,
         [](Trial& trial) {
             BOOST_TEST(trial.failures(Opcode::write_10) == 112U - 24U);
             BOOST_TEST(trial.sense(Opcode::close_track_session) == code("opc-failed"));
         }},
        {"opc-attention", job_burn, Opcode::send_opc_information, 1, code("06/5A/03"), 0s,
         burn_was_good},
        {"pca-full", job_burn, Opcode::send_opc_information, 1, code("pca-full"), 0s, {}},
        {"pca-almost-full", job_burn, Opcode::send_opc_information, 1, code("pca-almost-full"), 0s,
         burn_was_good},
        {"pma-full", job_burn, Opcode::write_10, 1, code("pma-full"), 0s, {}},
        {"pma-full", job_reserve, Opcode::reserve_track, 1, code("pma-full"), 0s, {}},
        {"pma-update-failure", job_burn, Opcode::synchronize_cache, 1, code("pma-update-failed"),
         26236ms, session_is_open},
        {"medium-refused", job_burn, Opcode::write_10, 1, code("05/30/05"), 0s, nothing_written},
        {"medium-refused", job_blank, Opcode::blank, 1, code("05/30/05"), 0s, {}},
        {"write-protected", job_burn, Opcode::write_10, 1, code("07/27/00"), 0s, nothing_written},
        {"write-protected", job_blank, Opcode::blank, 1, code("07/27/00"), 0s, {}},
        {"tracking-failure", job_burn, Opcode::read_disc_information, 1, code("04/09/01"), 0s, {}},
        {"write-parameters-refused", job_burn, Opcode::mode_select_10, 1, code("05/26/00"), 0s, {}},
        {"cue-sheet-refused", job_cue_sheet, Opcode::send_cue_sheet, 1, code("05/26/00"), 0s, {}},
        {"reserve-failure", job_reserve, Opcode::reserve_track, 1, code("03/0C/80"), 83273ms, {}},
        {"slow-to-ready", job_burn, Opcode::test_unit_ready, 1, code("becoming-ready"), 0s,
         [](Trial& trial) {
             trial.bench.pass(20s);
             BOOST_TEST(trial.bench.ready() == mmc::sense::none);
         }},
    };
}

std::vector<Row> writing_rows() {
    return {
        {"write-error", job_burn, Opcode::write_10, 40, code("write-error"), 0s,
         [](Trial& trial) { BOOST_TEST(trial.bench.track(1).damaged); }},
        {"bad-block", job_burn, Opcode::write_10, 32, code("write-error"), 0s,
         [](Trial& trial) {
             const auto& sense = trial.find(Opcode::write_10, 32).completion.sense;
             BOOST_TEST(mmc::decode_sense(sense.view())->information.value() == 1000U);
         }},
        {"deferred-write-error", job_burn, Opcode::write_10, 41, code("write-error"), 0s,
         [](Trial& trial) {
             const auto& sense = trial.find(Opcode::write_10, 41).completion.sense;
             BOOST_TEST(mmc::decode_sense(sense.view())->deferred);
             BOOST_TEST(mmc::decode_sense(sense.view())->information.value() == 39U * 32);
         }},
        {"deferred-then-busy", job_burn, Opcode::write_10, 3, code("write-error"), 0s,
         [](Trial& trial) {
             BOOST_TEST(trial.bench.ready() == code("long-write"));
             trial.bench.pass(4min);
             BOOST_TEST(trial.bench.ready() == mmc::sense::none);
         }},
        {"loss-of-streaming", job_burn, Opcode::write_10, 40, code("03/0C/09"), 0s,
         [](Trial& trial) { BOOST_TEST(trial.bench.track(1).damaged); }},
        {"bad-write-address", job_burn, Opcode::write_10, 6, code("05/21/02"), 0s, {}},
        {"sequence-error", job_burn, Opcode::write_10, 14, code("05/2C/00"), 0s,
         [](Trial& trial) { BOOST_TEST(trial.failures(Opcode::write_10) == 112U - 13U); }},
        {"end-of-track", job_burn, Opcode::write_10, 40, code("05/63/00"), 0s, {}},
        {"hardware-failure", job_burn, Opcode::write_10, 40, code("04/44/00"), 0s,
         [](Trial& trial) { BOOST_TEST(trial.bench.track(1).damaged); }},
        {"comm-crc", job_burn, Opcode::write_10, 3, code("04/08/03"), 0s, {}},
        {"comm-timeout", job_burn, Opcode::write_10, 40, code("04/08/01"), 2004ms, {}},
        {"flaky-cable@p=0.5", job_burn, Opcode::write_10, 1, code("04/08/03"), 0s, {}},
        {"medium-changed", job_burn, Opcode::write_10, 40, code("06/28/00"), 0s, {}},
        {"medium-removed@write=40", job_burn, Opcode::write_10, 41, code("tray-open"), 0s,
         [](Trial& trial) { BOOST_TEST((trial.bench.drive.status().tray == Tray::open)); }},
        {"power-loss", job_burn, Opcode::write_10, 100, mmc::sense::none, 0s,
         [](Trial& trial) {
             const auto& cut = trial.find(Opcode::write_10, 100).completion;
             BOOST_TEST(cut.host == mmc::HostStatus::no_connect);
             trial.bench.pass(4s);
             BOOST_TEST(trial.bench.ready() == code("power-on"));
         }},
        {"silent-no-write", job_verify, Opcode::read_10, 1, mmc::sense::unrecovered_read, 0s,
         [](Trial& trial) { BOOST_TEST(trial.failures(Opcode::read_10) == 56U); }},
        {"silent-lost-block", job_verify, Opcode::read_10, 16, mmc::sense::unrecovered_read, 0s,
         [](Trial& trial) { BOOST_TEST(trial.failures(Opcode::read_10) == 1U); }},
        {"silent-corruption",
         job_verify,
         {},
         0,
         mmc::sense::none,
         0s,
         [](Trial& trial) { BOOST_TEST(trial.wrong_bytes == std::vector<std::int32_t>{960}); }},
        {"read-error", job_verify, Opcode::read_10, 16, code("read-error"), 0s, {}},
    };
}

mmc::HostStatus host_of(Trial& trial, std::uint64_t write) {
    return trial.find(Opcode::write_10, write).completion.host;
}

std::vector<Row> transport_rows() {
    return {
        {"buffer-underrun", job_unprotected, Opcode::write_10, 40, code("03/0C/09"), 0s,
         [](Trial& trial) { BOOST_TEST(trial.bench.track(1).damaged); }},
        {"buffer-underrun", job_burn, {}, 0, mmc::sense::none, 0s, burn_was_good},
        {"bus-reset", job_burn, Opcode::write_10, 57, mmc::sense::none, 0s,
         [](Trial& trial) {
             BOOST_TEST(host_of(trial, 57) == mmc::HostStatus::reset);
             BOOST_TEST(trial.sense(Opcode::write_10, 58) == code("bus-reset"));
         }},
        {"status-lost", job_burn, Opcode::write_10, 40, mmc::sense::none, 0s,
         [](Trial& trial) {
             BOOST_TEST(host_of(trial, 40) == mmc::HostStatus::error);
             BOOST_TEST(trial.failures(Opcode::write_10) == 1U);
             burn_was_good(trial);
         }},
        {"host-timeout", job_burn, Opcode::write_10, 40, mmc::sense::none, 40099ms,
         [](Trial& trial) { BOOST_TEST(host_of(trial, 40) == mmc::HostStatus::time_out); }},
        {"flaky-usb@write=20", job_burn, Opcode::write_10, 20, mmc::sense::none, 0s,
         [](Trial& trial) { BOOST_TEST(host_of(trial, 20) == mmc::HostStatus::no_connect); }},
        {"device-lost@write=20", job_burn, Opcode::write_10, 20, mmc::sense::none, 0s,
         [](Trial& trial) {
             trial.bench.pass(1h);
             BOOST_TEST(trial.bench.send({0, 0, 0, 0, 0, 0}).host == mmc::HostStatus::no_connect);
         }},
        {"silent-unreadable", job_verify, Opcode::read_10, 16, mmc::sense::read_error, 0s, {}},
        {"wrong-capacity",
         job_capacity,
         {},
         0,
         mmc::sense::none,
         0s,
         [](Trial& trial) { BOOST_TEST(trial.bench.capacity() == 1000U); }},
    };
}

std::vector<Row> closing_rows() {
    return {
        {"slow-drive",
         job_burn,
         {},
         0,
         mmc::sense::none,
         0s,
         [](Trial& trial) {
             BOOST_TEST((trial.find(Opcode::write_10, 7).completion.duration >= 100ms));
         }},
        {"slow-write",
         job_burn,
         {},
         0,
         mmc::sense::none,
         0s,
         [](Trial& trial) {
             BOOST_TEST((trial.find(Opcode::write_10, 40).completion.duration >= 37563ms));
             burn_was_good(trial);
         }},
        {"slow-flush", job_burn, Opcode::close_track_session, 1, code("long-write"), 0s,
         [](Trial& trial) {
             trial.bench.pass(90s);
             BOOST_TEST(trial.bench.close_session() == mmc::sense::none);
         }},
        {"slow-close",
         job_burn,
         {},
         0,
         mmc::sense::none,
         0s,
         [](Trial& trial) {
             BOOST_TEST((trial.find(Opcode::close_track_session).completion.duration >= 62s));
             burn_was_good(trial);
         }},
        {"hang", job_burn, Opcode::synchronize_cache, 1, mmc::sense::none, patience,
         [](Trial& trial) {
             BOOST_TEST(trial.find(Opcode::synchronize_cache).completion.host ==
                        mmc::HostStatus::time_out);
         }},
        {"hang@at=OPC", job_burn, Opcode::send_opc_information, 1, mmc::sense::none, patience, {}},
        {"wedged-drive", job_burn, Opcode::write_10, 40, mmc::sense::none, patience,
         [](Trial& trial) {
             for (const auto last : {Opcode::write_10, Opcode::close_track_session})
                 BOOST_TEST(trial.find(last, trial.count[last]).completion.host ==
                            mmc::HostStatus::time_out);
         }},
        {"flush-failure", job_burn, Opcode::synchronize_cache, 1, code("write-error"), 26236ms, {}},
        {"fixation-failure", job_burn, Opcode::close_track_session, 1, code("03/72/00"), 21s,
         session_is_open},
        {"leadin-failure", job_burn, Opcode::close_track_session, 1, code("03/72/01"), 9s,
         session_is_open},
        {"leadout-failure", job_burn, Opcode::close_track_session, 1, code("03/72/02"), 21s,
         session_is_open},
        {"close-never-ready", job_burn, Opcode::close_track_session, 1,
         code("operation-in-progress"), 0s,
         [](Trial& trial) {
             trial.bench.pass(1h);
             BOOST_TEST(trial.bench.close_session() == code("operation-in-progress"));
         }},
        {"close-refused", job_burn, Opcode::close_track_session, 1, code("05/72/03"), 0s,
         session_is_open},
        {"opc-failure-in-close", job_burn, Opcode::close_track_session, 1, code("opc-failed"), 19s,
         session_is_open},
        {"blank-failure", job_blank, Opcode::blank, 1, code("04/09/02"), 553287ms, {}},
        {"format-failure", job_format, Opcode::format_unit, 1, code("03/31/01"), 20s, {}},
        {"tray-locked", job_eject, Opcode::prevent_allow_medium_removal, 2,
         code("removal-prevented"), 0s,
         [](Trial& trial) {
             BOOST_TEST(trial.sense(Opcode::start_stop_unit) == code("removal-prevented"));
             BOOST_TEST(trial.bench.drive.status().removal_prevented);
         }},
        {"ejects-too-early",
         job_burn,
         {},
         0,
         mmc::sense::none,
         0s,
         [](Trial& trial) {
             trial.read_back();
             BOOST_TEST(trial.sense(Opcode::read_10) == code("tray-open"));
         }},
    };
}

Medium medium_for(const Row& row) {
    if (row.job == job_blank)
        return cd_rw();
    if (row.job != job_format)
        return cd_r();
    Medium medium;
    medium.name = "test-dvd-plus-rw";
    medium.kind = MediumKind::dvd_plus_rw;
    return medium;
}

void check(const Row& row) {
    Trial trial(row.preset, medium_for(row));
    row.job(trial);
    const auto* trouble = trial.trouble();
    if (row.number == 0) {
        BOOST_TEST(!trouble);
    } else {
        BOOST_REQUIRE(trouble);
        BOOST_TEST(mmc::opcode_name(static_cast<std::uint8_t>(trouble->opcode)) ==
                   mmc::opcode_name(static_cast<std::uint8_t>(row.opcode)));
        BOOST_TEST(trouble->number == row.number);
        BOOST_TEST(Bench::sense(trouble->completion) == row.sense);
        BOOST_TEST((trouble->completion.duration >= row.at_least));
    }
    const auto report = trial.bench.drive.faults().report();
    BOOST_TEST(
        std::any_of(report.begin(), report.end(), [](const auto& rule) { return rule.fired > 0; }));
    if (row.more)
        row.more(trial);
}

BOOST_AUTO_TEST_CASE(each_preset_does_what_its_line_says) {
    std::map<std::string_view, int> tested;
    for (const auto& rows : {preparation_rows(), writing_rows(), transport_rows(), closing_rows()})
        for (const auto& row : rows)
            BOOST_TEST_CONTEXT(row.preset) {
                ++tested[row.preset.substr(0, row.preset.find('@'))];
                check(row);
            }
    for (const auto& preset : faults::presets())
        BOOST_TEST(tested[preset.name] > 0, preset.name << " has no row");
}

// Without any preset the same burn meets no trouble, or the table would prove nothing.
BOOST_AUTO_TEST_CASE(the_burn_is_good_without_a_fault) {
    Trial trial("at WRITE_12 -> lose");
    job_verify(trial);
    BOOST_TEST(!trial.trouble());
    BOOST_TEST(trial.wrong_bytes.empty());
}

} // namespace
} // namespace burnrig::emulator
