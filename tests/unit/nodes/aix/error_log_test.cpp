// SPDX-License-Identifier: Apache-2.0
// Goal: the error log has the manual's templates, and a record for each error with its sense data.
#include "tests/unit/nodes/aix/aix_fixture.h"

namespace mmc = burnrig::mmc;
using namespace burnrig::emulator;
using namespace burnrig::emulator::nodes;

namespace {

using Codes = std::vector<std::uint16_t>;

Codes codes(std::span<const std::uint16_t> values) {
    return {values.begin(), values.end()};
}

const AixErrorRecord& only_record(AixBench& bench) {
    BOOST_REQUIRE_EQUAL(bench.device.error_log().records().size(), 1U);
    return bench.device.error_log().records().front();
}

} // namespace

// TPL-1: media errors: H, report, log, no alert, permanent, 1312, causes 5000, 5100, 5000+6310.
// TPL-2: hardware errors: H, report, log, no alert, permanent, 1312, causes 6310, 6310+6330.
// TPL-3: recovered errors: H, report, log, no alert, temporary, 1312, causes as for the media.
// TPL-4: unknown errors: H, report, log, no alert, unknown, FE00, causes 3300+5000+6310, FFFF.
// LOG-6: the detail data of a record are 156 bytes, hexadecimal, with label 11.
BOOST_AUTO_TEST_CASE(templates_have_the_values_of_the_manual) {
    struct Row {
        AixErrorClass kind;
        const char* comment;
        const char* type;
        std::uint16_t description;
        Codes probable, user, user_actions, failure, failure_actions;
    };
    const Row rows[] = {
        {AixErrorClass::media,
         "CD-ROM read media error",
         "PERM",
         0x1312,
         {0x5000},
         {0x5100},
         {0x0000, 0x1601},
         {0x5000, 0x6310},
         {0x0000, 0x1601}},
        {AixErrorClass::hardware,
         "CD-ROM hardware error",
         "PERM",
         0x1312,
         {0x6310},
         {},
         {},
         {0x6310, 0x6330},
         {0x0000}},
        {AixErrorClass::recovered,
         "CD-ROM recovered error",
         "TEMP",
         0x1312,
         {0x5000, 0x6310},
         {0x5100},
         {0x0000, 0x1601},
         {0x5000, 0x6310},
         {0x0000, 0x1601}},
        {AixErrorClass::unknown,
         "CD-ROM unknown failure",
         "UNKN",
         0xFE00,
         {0x3300, 0x5000, 0x6310},
         {},
         {},
         {0xFFFF},
         {0x0000, 0x1601}},
    };
    BOOST_TEST(aix_error_templates().size() == std::size(rows));
    for (const Row& row : rows) {
        const auto& made = aix_error_template(row.kind);
        BOOST_TEST_CONTEXT(row.comment) {
            BOOST_TEST(made.comment == row.comment);
            BOOST_TEST(made.device_class == 'H');
            BOOST_TEST(made.report);
            BOOST_TEST(made.log);
            BOOST_TEST(!made.alert);
            BOOST_TEST(made.type == row.type);
            BOOST_TEST(made.description == row.description);
            BOOST_TEST(codes(made.probable_causes) == row.probable);
            BOOST_TEST(codes(made.user_causes) == row.user);
            BOOST_TEST(codes(made.user_actions) == row.user_actions);
            BOOST_TEST(codes(made.failure_causes) == row.failure);
            BOOST_TEST(codes(made.failure_actions) == row.failure_actions);
            BOOST_TEST(made.detail_bytes == 156);
            BOOST_TEST(made.detail_label == 11);
            BOOST_TEST(made.detail_format == "HEX");
            for (const std::uint16_t code : row.failure)
                BOOST_TEST(!aix_error_text(code).empty());
        }
    }
    BOOST_TEST(sizeof(idecdrom_error_rec) == 156U);
    BOOST_TEST(sizeof err_rec{}.detail_data == 156U);
}

// LOG-1: each class of error makes its record: media, hardware, hard-aborted, unknown.
// LOG-5: the sense data are there when the drive gave them, and said to be missing when not.
// LOG-7: the record's number names its template (the numbers are ours: AIX's are not public).
// LOG-8: the record names the device.
BOOST_AUTO_TEST_CASE(each_class_of_error_makes_its_record) {
    struct Row {
        const char* rule;
        AixErrorClass kind;
        unsigned key;
        unsigned asc;
    };
    for (const Row& row : {Row{"fail 03/11/05", AixErrorClass::media, 3, 0x11},
                           Row{"fail 04/44/00", AixErrorClass::hardware, 4, 0x44},
                           Row{"fail 0B/4E/00", AixErrorClass::hardware, 0xB, 0x4E},
                           Row{"fail 01/18/00", AixErrorClass::recovered, 1, 0x18},
                           Row{"fail 0E/1D/00", AixErrorClass::unknown, 0xE, 0x1D},
                           Row{"host ABORT", AixErrorClass::unknown, 0, 0},
                           Row{"hang", AixErrorClass::unknown, 0, 0}}) {
        AixBench bench;
        AixFile& cd = bench.opened();
        bench.faults({std::string("at READ_10 -> ") + row.rule + " ; always"});
        (void)bench.read(cd, 2048 * 7, 4096);
        BOOST_TEST_CONTEXT(row.rule) {
            const auto& record = only_record(bench);
            BOOST_TEST(record.kind == &aix_error_template(row.kind));
            BOOST_TEST(record.record.error_id == record.kind->error_id);
            BOOST_TEST(std::string(record.record.resource_name) == "cd0");
            const auto detail = record.detail();
            BOOST_TEST(detail.command[0] == 0x28);
            BOOST_TEST(detail.command[5] == 7);
            BOOST_TEST(detail.command_length == 10);
            BOOST_TEST((detail.sense_length == 0) == (row.key == 0));
            BOOST_TEST((detail.req_sense_data[2] & 15U) == row.key);
            BOOST_TEST(detail.req_sense_data[12] == row.asc);
            BOOST_TEST(detail.ata_status == (row.key == 0 ? 0x80 : 0x51));
            BOOST_TEST(!describe(record).empty());
        }
    }
}

// LOG-1: what is no error of medium or drive makes none: no disc, a changed one, a refusal.
// LOG-2: in diagnostic mode nothing is logged.
// DIA-3: errors in diagnostic mode are for the one who looks.
BOOST_AUTO_TEST_CASE(some_errors_make_no_record) {
    for (const char* sense : {"02/3A/00", "06/28/00", "05/21/00", "07/27/00", "08/00/00"}) {
        AixBench bench;
        AixFile& cd = bench.opened();
        bench.faults({std::string("at READ_10 -> fail ") + sense + " ; always"});
        BOOST_TEST(bench.read(cd, 0, 2048) < 0);
        BOOST_TEST(bench.device.error_log().count() == 0U);
    }
    AixBench bench;
    AixFile& diagnosis = bench.opened(SC_DIAGNOSTIC);
    bench.faults({"at READ_10 -> fail 03/11/05 ; always"});
    Bytes room(2048);
    sc_rdwrt request{};
    request.data_length = 2048;
    request.buffer = reinterpret_cast<char*>(room.data());
    BOOST_TEST(bench.ioctl(diagnosis, IDE_CDIORDSE, &request) == -EMEDIA);
    BOOST_TEST(bench.device.error_log().count() == 0U);
    BOOST_TEST(bench.device.close(diagnosis) == 0);
    BOOST_TEST(bench.read(bench.opened(), 0, 2048) == -EMEDIA);
    BOOST_TEST(bench.device.error_log().count() == 1U);
}

// LOG-9: a record tells the megabytes read since the open, and the bytes behind them.
// LOG-10: a megabyte is 1048576 bytes.
BOOST_AUTO_TEST_CASE(records_count_what_was_read) {
    AixBench bench;
    bench.wire.instead = [](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != 0x28 || mmc::get32(&command.cdb[2]) == 9)
            return std::nullopt;
        mmc::Completion all;
        all.transferred = static_cast<std::uint32_t>(command.data_in.size());
        return all;
    };
    AixFile& cd = bench.opened();
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(bench.read(cd, 0, 0x40000) == 0x40000);
    BOOST_TEST(bench.read(cd, 0, 6144) == 6144);
    bench.faults({"at READ_10 -> fail 03/11/05"});
    BOOST_TEST(bench.read(cd, 9 * 2048, 2048) == -EMEDIA);
    BOOST_TEST(only_record(bench).detail().reserved2 == 2U);
    BOOST_TEST(only_record(bench).detail().reserved3 == 0x80000U + 6144U);
    BOOST_TEST(bench.device.close(cd) == 0);
    AixFile& again = bench.opened();
    bench.faults({"at READ_10 -> fail 03/11/05"});
    BOOST_TEST(bench.read(again, 9 * 2048, 2048) == -EMEDIA);
    BOOST_TEST(bench.device.error_log().records().back().detail().reserved3 == 0U);
    BOOST_TEST(bench.device.error_log().records().back().sequence == 2U);
}

// LOG-1: records come in order, and a log that is full loses the oldest.
BOOST_AUTO_TEST_CASE(the_log_keeps_order_and_bounds) {
    AixErrorLog log;
    for (std::size_t i = 0; i < AixErrorLog::records_max + 5; ++i)
        log.add({});
    BOOST_TEST(log.records().size() == AixErrorLog::records_max);
    BOOST_TEST(log.count() == AixErrorLog::records_max + 5);
    BOOST_TEST(log.records().front().sequence == 6U);
    BOOST_TEST(log.records().back().sequence == log.count());
    log.clear();
    BOOST_TEST(log.records().empty());
}
