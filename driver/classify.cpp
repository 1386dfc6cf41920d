// SPDX-License-Identifier: Apache-2.0
#include "driver/classify.h"
#include "driver/seeded_bugs.h"

#include <array>

#include <fmt/format.h>

namespace burnrig::driver {
namespace {

using K = mmc::SenseKey;

// Sets of stages.
constexpr std::uint32_t bit(Stage stage) {
    return 1U << static_cast<unsigned>(stage);
}
constexpr std::uint32_t any_stage = ~0U;
constexpr std::uint32_t closing = bit(Stage::close);
constexpr std::uint32_t writing = bit(Stage::write) | bit(Stage::flush);
constexpr std::uint32_t calibrating = bit(Stage::calibrate);
constexpr std::uint32_t formatting = bit(Stage::format);
constexpr std::uint32_t blanking = bit(Stage::blank);
constexpr std::uint32_t reading = bit(Stage::read) | bit(Stage::verify) | bit(Stage::medium);

constexpr int any = -1;

struct Row {
    K key;
    int asc;  // or any
    int ascq; // or any
    std::uint32_t stages;
    Cause cause;
    std::string_view detail;
};

// Source of the codes: MMC-5 annex F. Most specific rows first within a key.
// clang-format off
constexpr std::array rows{
    Row{K::not_ready, 0x3A, any, any_stage, Cause::no_medium, ""},
    Row{K::not_ready, 0x30, any, any_stage, Cause::medium_not_writable, "The drive cannot make sense of the disc."},
    Row{K::not_ready, 0x0C, any, any_stage, Cause::write_error, ""},
    Row{K::not_ready, 0x04, 0x08, any_stage, Cause::not_ready, "The drive kept saying that a long write is under way."},
    Row{K::not_ready, any,  any, any_stage, Cause::not_ready, ""},

    Row{K::medium_error, 0x73, 0x03, any_stage, Cause::opc_failed, ""},
    Row{K::medium_error, 0x73, 0x02, any_stage, Cause::pca_full, ""},
    Row{K::medium_error, 0x73, 0x10, any_stage, Cause::pca_full, ""},
    Row{K::medium_error, 0x73, 0x11, any_stage, Cause::pca_full, ""},
    Row{K::medium_error, 0x73, 0x04, any_stage, Cause::pma_update_failed, ""},
    Row{K::medium_error, 0x73, 0x05, any_stage, Cause::pma_full, ""},
    Row{K::medium_error, 0x73, any, calibrating, Cause::opc_failed, ""},
    Row{K::medium_error, 0x72, 0x01, closing, Cause::fixation_failed, "The lead-in could not be written."},
    Row{K::medium_error, 0x72, 0x02, closing, Cause::fixation_failed, "The lead-out could not be written."},
    Row{K::medium_error, 0x72, 0x01, any_stage, Cause::leadin_failed, ""},
    Row{K::medium_error, 0x72, 0x02, any_stage, Cause::leadout_failed, ""},
    Row{K::medium_error, 0x72, any, any_stage, Cause::fixation_failed, ""},
    Row{K::medium_error, 0x0C, 0x09, any_stage, Cause::buffer_underrun, ""},
    Row{K::medium_error, 0x0C, any, any_stage, Cause::write_error, ""},
    Row{K::medium_error, 0x51, any, any_stage, Cause::blank_failed, ""},
    Row{K::medium_error, 0x30, any, any_stage, Cause::medium_not_writable, ""},
    Row{K::medium_error, 0x31, any, formatting, Cause::format_failed, ""},
    Row{K::medium_error, 0x31, any, writing | closing, Cause::write_error, "The format of the disc is damaged."},
    Row{K::medium_error, 0x31, any, any_stage, Cause::medium_not_writable, "The format of the disc is damaged."},
    Row{K::medium_error, 0x11, any, any_stage, Cause::read_error, ""},
    Row{K::medium_error, 0x57, any, any_stage, Cause::read_error, "The table of contents cannot be read."},
    Row{K::medium_error, any, any, writing, Cause::write_error, ""},
    Row{K::medium_error, any, any, closing, Cause::fixation_failed, ""},
    Row{K::medium_error, any, any, formatting, Cause::format_failed, ""},
    Row{K::medium_error, any, any, blanking, Cause::blank_failed, ""},
    Row{K::medium_error, any, any, calibrating, Cause::opc_failed, ""},
    Row{K::medium_error, any, any, any_stage, Cause::read_error, ""},

    Row{K::hardware_error, 0x08, any, any_stage, Cause::transport_error, ""},
    Row{K::hardware_error, 0x47, any, any_stage, Cause::transport_error, ""},
    Row{K::hardware_error, any, any, any_stage, Cause::drive_internal, ""},

    Row{K::illegal_request, 0x21, any, reading, Cause::nothing_recorded, "The address lies outside what can be read."},
    Row{K::illegal_request, 0x21, any, any_stage, Cause::bad_write_address, ""},
    Row{K::illegal_request, 0x63, any, any_stage, Cause::image_too_large, "The drive says that the track is full."},
    Row{K::illegal_request, 0x64, any, reading, Cause::read_error, "The block is of another kind than user data."},
    Row{K::illegal_request, 0x64, any, any_stage, Cause::sequence_error, "The write mode does not fit the track."},
    Row{K::illegal_request, 0x27, any, any_stage, Cause::write_protected, ""},
    Row{K::illegal_request, 0x2C, any, any_stage, Cause::sequence_error, ""},
    Row{K::illegal_request, 0x30, 0x10, any_stage, Cause::medium_not_formatted, ""},
    Row{K::illegal_request, 0x30, any, any_stage, Cause::medium_not_writable, ""},
    Row{K::illegal_request, 0x72, 0x05, any_stage, Cause::pma_full, "No further track can be reserved."},
    Row{K::illegal_request, 0x72, any, closing, Cause::fixation_failed, "A track of the session is unfinished."},
    Row{K::illegal_request, 0x72, any, any_stage, Cause::sequence_error, "A track of the session is unfinished."},
    Row{K::illegal_request, 0x73, 0x17, any_stage, Cause::pma_full, ""},
    Row{K::illegal_request, 0x53, 0x02, any_stage, Cause::sequence_error, "The tray is locked."},
    Row{K::illegal_request, 0x55, any, any_stage, Cause::drive_internal, ""},
    Row{K::illegal_request, any, any, any_stage, Cause::command_refused, ""},

    Row{K::unit_attention, 0x28, any, any_stage, Cause::medium_changed, ""},
    Row{K::unit_attention, 0x29, any, any_stage, Cause::bus_reset, ""},
    Row{K::unit_attention, 0x5A, 0x02, any_stage, Cause::write_protected, ""},
    Row{K::unit_attention, any, any, any_stage, Cause::unexpected_sense, "The drive's state changed under way."},

    Row{K::data_protect, any, any, any_stage, Cause::write_protected, ""},
    Row{K::blank_check, any, any, any_stage, Cause::nothing_recorded, ""},
    Row{K::aborted_command, any, any, any_stage, Cause::transport_error, ""},
    Row{K::volume_overflow, any, any, any_stage, Cause::image_too_large, ""},
    Row{K::copy_aborted, 0x1D, any, any_stage, Cause::verify_mismatch, ""},
    Row{K::miscompare, any, any, any_stage, Cause::verify_mismatch, ""},
};
// clang-format on

Classification classify_host(mmc::HostStatus host) {
    switch (host) {
    case mmc::HostStatus::no_connect:
    case mmc::HostStatus::bad_target:
        return {Cause::device_lost, ""};
    case mmc::HostStatus::time_out:
        if (seeded(Bug::time_out_called_transport))
            return {Cause::transport_error, ""};
        return {Cause::command_timeout, ""};
    case mmc::HostStatus::reset:
        return {Cause::bus_reset, ""};
    default:
        return {Cause::transport_error, ""};
    }
}

Classification classify_status(mmc::Status status) {
    switch (status) {
    case mmc::Status::busy:
    case mmc::Status::task_set_full:
        return {Cause::not_ready, "The drive is busy."};
    case mmc::Status::reservation_conflict:
        return {Cause::device_busy, "The drive is reserved for another computer."};
    case mmc::Status::task_aborted:
        return {Cause::bus_reset, "The command was aborted by another one."};
    default:
        return {Cause::unexpected_sense, "The drive failed the command and gave no reason."};
    }
}

std::string host_text(mmc::HostStatus host) {
    switch (host) {
    case mmc::HostStatus::no_connect:
        return "no connection to the drive";
    case mmc::HostStatus::bad_target:
        return "no such drive on the bus";
    case mmc::HostStatus::time_out:
        return "no answer within the time limit";
    case mmc::HostStatus::reset:
        return "the bus was reset";
    case mmc::HostStatus::bus_busy:
        return "the bus stayed busy";
    case mmc::HostStatus::aborted:
        return "the command was aborted";
    case mmc::HostStatus::parity:
        return "transfer error on the bus";
    default:
        return fmt::format("the host adapter reports error {}", static_cast<unsigned>(host));
    }
}

/// "SYNCHRONIZE CACHE: no answer within the time limit." and what else is worth a sentence.
std::string message_of(const BurnError& error, const CommandError& source,
                       std::string_view detail) {
    std::string text(describe(error.cause).explanation);
    if (!detail.empty())
        text += fmt::format(" {}", detail);
    if (!source.problem.empty())
        return text + fmt::format(" {}: {}.", error.command, source.problem);
    if (error.host != mmc::HostStatus::ok)
        text += fmt::format(" {}: {}.", error.command, host_text(error.host));
    if (error.deferred)
        text += fmt::format(" The error is about data sent earlier; {} only brought the news.",
                            error.command);
    if (error.lba)
        text += fmt::format(" At LBA {}.", *error.lba);
    return text;
}

std::optional<std::int32_t> lba_of(const CommandError& error,
                                   const std::optional<mmc::Sense>& sense) {
    // The information field is an address for errors on the medium; old drives leave remains of
    // other things in it, which the decoder passes on only with the VALID bit.
    const bool of_medium = sense && (sense->code.key == K::medium_error || sense->deferred ||
                                     sense->code.asc == 0x21 || sense->code.asc == 0x64);
    if (of_medium && sense->information)
        return static_cast<std::int32_t>(*sense->information);
    if (sense && sense->deferred)
        return std::nullopt; // the address of the carrying command is not that of the error
    if (error.has_lba && !seeded(Bug::address_left_out))
        return error.lba;
    return std::nullopt;
}

} // namespace

Classification classify(mmc::SenseCode code, Stage stage, bool medium_seen) {
    if (seeded(Bug::qualifier_in_decimal) && code == mmc::SenseCode{K::medium_error, 0x73, 0x03})
        code.ascq = 0x02;
    for (const Row& row : rows) {
        if (row.key != code.key || (row.stages & bit(stage)) == 0)
            continue;
        if ((row.asc != any && row.asc != code.asc) || (row.ascq != any && row.ascq != code.ascq))
            continue;
        if (row.cause == Cause::no_medium && medium_seen)
            return {Cause::medium_removed, ""};
        return {row.cause, row.detail};
    }
    return {Cause::unexpected_sense, ""};
}

Classification classify(const CommandError& error, Stage stage, bool medium_seen) {
    if (error.completion.host != mmc::HostStatus::ok)
        return classify_host(error.completion.host);
    if (!error.problem.empty())
        return {Cause::bad_reply, ""};
    if (const auto sense = error.sense())
        return classify(sense->code, stage, medium_seen);
    // An odd status that comes after the limit is how some host adapters tell of a time-out.
    const bool late = error.limit.count() > 0 && error.completion.duration > error.limit;
    const auto by_status = classify_status(error.completion.status);
    return late && by_status.cause == Cause::unexpected_sense
               ? Classification{Cause::command_timeout, ""}
               : by_status;
}

BurnError burn_error(const CommandError& error, Stage stage, bool medium_seen,
                     Stage deferred_stage) {
    BurnError result;
    result.sense = error.sense();
    result.deferred = result.sense && result.sense->deferred && !seeded(Bug::deferred_taken_as_own);
    result.stage = result.deferred ? deferred_stage : stage;
    const Classification found = classify(error, result.stage, medium_seen);
    result.cause = found.cause;
    result.cdb = error.cdb;
    result.command = command_name(error.cdb.bytes[0]);
    result.status = error.completion.status;
    result.host = error.completion.host;
    result.sense_bytes = error.completion.sense;
    result.took = error.completion.duration;
    result.limit = error.limit;
    result.lba = lba_of(error, result.sense);
    result.message = message_of(result, error, found.detail);
    const CauseInfo& info = describe(found.cause);
    result.likely.assign(info.likely.begin(), info.likely.end());
    result.advice.assign(info.advice.begin(), info.advice.end());
    return result;
}

} // namespace burnrig::driver
