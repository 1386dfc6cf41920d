// SPDX-License-Identifier: Apache-2.0
// What a sense code or host status means at which stage: pairs from the reference of recording
// errors and from reports of failed burns.
#include <boost/test/unit_test.hpp>

#include <set>

#include <nlohmann/json.hpp>

#include "driver/classify.h"
#include "paper_drive.h"

namespace burnrig::driver {
namespace {

using K = mmc::SenseKey;

struct Case {
    mmc::SenseCode code;
    Stage stage;
    Cause cause;
};

BOOST_AUTO_TEST_CASE(sense_codes_have_their_causes) {
    for (const Case& each : {
             Case{mmc::sense::opc_failed, Stage::calibrate, Cause::opc_failed},
             Case{mmc::sense::opc_failed, Stage::write, Cause::opc_failed},
             Case{mmc::sense::opc_failed, Stage::close, Cause::opc_failed},
             Case{{K::medium_error, 0x73, 0x00}, Stage::calibrate, Cause::opc_failed},
             Case{mmc::sense::pca_full, Stage::write, Cause::pca_full},
             Case{mmc::sense::pma_full, Stage::write, Cause::pma_full},
             Case{mmc::sense::pma_update_failed, Stage::flush, Cause::pma_update_failed},
             Case{mmc::sense::write_error, Stage::write, Cause::write_error},
             Case{mmc::sense::loss_of_streaming, Stage::write, Cause::buffer_underrun},
             Case{mmc::sense::bad_write_address, Stage::write, Cause::bad_write_address},
             Case{mmc::sense::lba_out_of_range, Stage::write, Cause::bad_write_address},
             Case{mmc::sense::lba_out_of_range, Stage::read, Cause::nothing_recorded},
             Case{mmc::sense::leadout_failed, Stage::close, Cause::fixation_failed},
             Case{mmc::sense::leadout_failed, Stage::flush, Cause::leadout_failed},
             Case{mmc::sense::leadin_failed, Stage::write, Cause::leadin_failed},
             Case{mmc::sense::incomplete_track, Stage::close, Cause::fixation_failed},
             Case{mmc::sense::erase_failed, Stage::blank, Cause::blank_failed},
             Case{mmc::sense::unwritable_medium, Stage::setup, Cause::medium_not_writable},
             Case{mmc::sense::write_protected, Stage::write, Cause::write_protected},
             Case{mmc::sense::sequence_error, Stage::write, Cause::sequence_error},
             Case{mmc::sense::invalid_field_in_list, Stage::setup, Cause::command_refused},
             Case{mmc::sense::internal_failure, Stage::write, Cause::drive_internal},
             Case{{K::hardware_error, 0x09, 0x01}, Stage::write, Cause::drive_internal},
             Case{{K::hardware_error, 0x08, 0x03}, Stage::write, Cause::transport_error},
             Case{{K::aborted_command, 0x47, 0x00}, Stage::write, Cause::transport_error},
             Case{mmc::sense::circ_unrecovered, Stage::verify, Cause::read_error},
             Case{mmc::sense::medium_changed, Stage::write, Cause::medium_changed},
             Case{mmc::sense::power_on, Stage::write, Cause::bus_reset},
             Case{{K::medium_error, 0xA0, 0x80}, Stage::write, Cause::write_error},
             Case{{K::illegal_request, 0xA8, 0x04}, Stage::cue_sheet, Cause::command_refused},
             Case{{K::vendor_specific, 1, 2}, Stage::write, Cause::unexpected_sense},
         })
        BOOST_TEST(cause_name(classify(each.code, each.stage, false).cause) ==
                       cause_name(each.cause),
                   mmc::to_string(each.code) << " while " << stage_text(each.stage));
}

BOOST_AUTO_TEST_CASE(a_missing_medium_was_removed_when_there_was_one) {
    BOOST_TEST((classify(mmc::sense::no_medium, Stage::ready, false).cause == Cause::no_medium));
    BOOST_TEST(
        (classify(mmc::sense::no_medium, Stage::write, true).cause == Cause::medium_removed));
}

BOOST_AUTO_TEST_CASE(a_host_status_counts_more_than_a_good_status) {
    CommandError error;
    error.cdb = make_cdb(mmc::Opcode::synchronize_cache);
    for (const auto& [host, cause] : std::initializer_list<std::pair<mmc::HostStatus, Cause>>{
             {mmc::HostStatus::time_out, Cause::command_timeout},
             {mmc::HostStatus::reset, Cause::bus_reset},
             {mmc::HostStatus::no_connect, Cause::device_lost},
             {mmc::HostStatus::error, Cause::transport_error}}) {
        error.completion = test::host_failure(host);
        const BurnError result = burn_error(error, Stage::flush, true, Stage::write);
        BOOST_TEST((result.cause == cause));
        BOOST_TEST(result.message.find("SYNCHRONIZE CACHE") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(the_lead_out_is_named_when_it_could_not_be_written) {
    CommandError error;
    error.cdb = make_cdb(mmc::Opcode::close_track_session);
    error.completion = test::check_condition(mmc::sense::leadout_failed);
    const BurnError result = burn_error(error, Stage::close, true, Stage::write);
    BOOST_TEST(result.message.find("lead-out") != std::string::npos);
    BOOST_TEST(!result.advice.empty());
}

BOOST_AUTO_TEST_CASE(every_cause_has_a_name_of_its_own_and_a_sentence) {
    std::set<std::string_view> names;
    for (const CauseInfo& info : causes()) {
        BOOST_TEST(names.insert(info.name).second, info.name);
        BOOST_TEST(info.explanation.ends_with('.'), info.name);
        BOOST_TEST((find_cause(info.name) == info.cause));
    }
    BOOST_TEST(!find_cause("no-such-cause").has_value());
}

BOOST_AUTO_TEST_CASE(an_error_as_json_holds_what_a_script_needs) {
    CommandError error;
    error.cdb = make_cdb(mmc::Opcode::send_opc_information);
    error.cdb.bytes[1] = 1;
    error.limit = std::chrono::seconds(200);
    error.completion = test::check_condition(mmc::sense::opc_failed);
    error.completion.duration = std::chrono::milliseconds(8906);
    const auto json = to_json(burn_error(error, Stage::calibrate, true, Stage::write));
    BOOST_TEST(json.at("cause") == "opc-failed");
    BOOST_TEST(json.at("stage") == "calibrate");
    BOOST_TEST(json.at("cdb") == "54 01 00 00 00 00 00 00 00 00");
    BOOST_TEST(json.at("sense") == "03/73/03");
    BOOST_TEST(json.at("seconds") == 8.906);
}

} // namespace
} // namespace burnrig::driver
