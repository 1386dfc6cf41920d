// SPDX-License-Identifier: Apache-2.0
// Replies are read from bytes written down here by hand, and whatever a drive sends, short, cut or
// nonsense, is either read or refused by the command's name; nothing is read that was not sent.
#include <boost/test/unit_test.hpp>

#include <random>

#include "driver/classify.h"
#include "driver/commands/drive_state.h"
#include "driver/commands/recording.h"
#include "driver/commands/toc.h"
#include "driver/commands/track_information.h"
#include "driver/commands/write_parameters.h"
#include "paper_drive.h"

namespace burnrig::driver {
namespace {

using test::Bytes;

/// Gives the same bytes to every command that wants some.
class Says final : public mmc::Target {
public:
    explicit Says(Bytes bytes) : bytes_(std::move(bytes)) {}
    mmc::Completion execute(const mmc::Command& command) override {
        cdb.assign(command.cdb.begin(), command.cdb.end());
        mmc::Completion done;
        done.transferred =
            static_cast<std::uint32_t>(std::min(bytes_.size(), command.data_in.size()));
        std::copy_n(bytes_.begin(), done.transferred, command.data_in.begin());
        return done;
    }
    Bytes cdb;

private:
    Bytes bytes_;
};

BOOST_AUTO_TEST_CASE(inquiry_trims_blanks_and_hides_what_cannot_be_printed) {
    Bytes bytes{0x05, 0x80, 0x05, 0x32, 0x1F, 0, 0, 0};
    for (const char letter : std::string("Optiarc DVD RW AD-7280S 1.01"))
        bytes.push_back(static_cast<std::uint8_t>(letter));
    bytes[9] = 0x1B;
    Says drive(bytes);
    Channel channel(drive);
    const auto reply = inquiry(channel);
    BOOST_REQUIRE(reply);
    BOOST_TEST(reply->vendor == "O?tiarc");
    BOOST_TEST(reply->product == "DVD RW AD-7280S");
    BOOST_TEST(reply->revision == "1.01");
    BOOST_TEST(reply->removable);
}

BOOST_AUTO_TEST_CASE(configuration_of_a_recorder_with_a_cd_rw) {
    Says drive({0,    0,    0,    32,   0,    0,    0x00, 0x0A, //
                0x00, 0x00, 0x03, 8,    0x00, 0x0A, 1,    0,    0x00, 0x09,
                0,    0,    0x00, 0x2D, 0x09, 4,    0x46, 0,    0x3F, 0xFF, //
                0x00, 0x2E, 0x04, 4,    0x7F, 0x00, 0x0B, 0xB8});
    Channel channel(drive);
    const auto reply = get_configuration(channel);
    BOOST_REQUIRE(reply);
    BOOST_TEST(reply->current_profile == 0x0A);
    BOOST_TEST(reply->profiles.size() == 2U);
    BOOST_TEST(reply->write.tao);
    BOOST_TEST(reply->write.tao_underrun_free);
    BOOST_TEST(reply->write.tao_test_write);
    BOOST_TEST(!reply->write.sao, "the feature is not current");
}

BOOST_AUTO_TEST_CASE(disc_information_of_the_blank_disc_in_the_reference) {
    Says drive({0x00, 0x20, 0x00, 0x01, 0x01, 0x01, 0x01, 0x00, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0x00,
                0x61, 0x1A, 0x42, 0x00, 0x4F, 0x3B, 0x4A, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0});
    Channel channel(drive);
    const auto reply = read_disc_information(channel);
    BOOST_REQUIRE(reply);
    BOOST_TEST(reply->status == 0);
    BOOST_TEST(reply->sessions == 1);
    BOOST_REQUIRE(reply->last_lead_out.has_value());
    BOOST_TEST((lba_of_msf_field(*reply->last_lead_out) == 359849)); // 79:59:74
    BOOST_TEST((lba_of_msf_field(*reply->lead_in) == -11634));       // 97:26:66
}

BOOST_AUTO_TEST_CASE(track_information_gives_an_address_only_when_it_is_valid) {
    Bytes bytes(36);
    bytes[1] = 34;
    bytes[2] = 2;
    bytes[3] = 2;
    bytes[5] = 0x24; // damaged, data
    bytes[6] = 0x4F; // blank
    bytes[8 + 2] = 0x34;
    bytes[12 + 2] = 0x34;
    Says invalid(bytes);
    Channel first(invalid);
    const auto without = read_track_information(first, invisible_track);
    BOOST_REQUIRE(without);
    BOOST_TEST(!without->next_writable.has_value());
    BOOST_TEST(without->damaged);
    BOOST_TEST(invalid.cdb[5] == 0xFF);
    bytes[7] = 1;
    Says valid(bytes);
    Channel second(valid);
    BOOST_TEST((read_track_information(second, 2)->next_writable == 0x3400));
}

BOOST_AUTO_TEST_CASE(toc_atip_and_buffer_capacity) {
    Says toc({0, 18, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0, 0, 0x14, 0xAA, 0, 0, 1, 0x96, 0});
    Channel toc_channel(toc);
    const auto tracks = read_toc(toc_channel);
    BOOST_REQUIRE(tracks);
    BOOST_REQUIRE(tracks->tracks.size() == 1U);
    BOOST_TEST(tracks->tracks[0].is_data());
    BOOST_TEST(tracks->lead_out->start == 0x19600);

    Says atip({0,  26, 0,    0,    0xD0, 0x40, 0xEC, 0, 97, 17, 1, 0, 79, 59,
               74, 0,  0x12, 0x34, 0x56, 0,    0,    0, 0,  0,  0, 0, 0,  0});
    Channel atip_channel(atip);
    const auto disc = read_atip(atip_channel);
    BOOST_REQUIRE(disc);
    BOOST_REQUIRE(disc->has_value());
    BOOST_TEST((*disc)->rewritable);
    BOOST_TEST((*disc)->sub_type == 5);
    BOOST_TEST(mmc::lba_from_msf((*disc)->lead_in) == -12374);
    BOOST_TEST((*disc)->a1.has_value());
    BOOST_TEST(!(*disc)->a2.has_value());

    Says implausible({0, 10, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0}); // more free than there is
    Channel buffer_channel(implausible);
    BOOST_TEST(!read_buffer_capacity(buffer_channel)->has_value());
}

/// Every decoder, run on the same target.
std::vector<std::optional<CommandError>> all_decoders(mmc::Target& target) {
    Channel channel(target);
    std::vector<std::optional<CommandError>> errors;
    const auto take = [&](const auto& reply) {
        errors.push_back(reply ? std::nullopt : std::optional(reply.error()));
    };
    take(inquiry(channel));
    take(get_configuration(channel));
    take(mode_sense_capabilities(channel));
    take(mode_sense_write_parameters(channel));
    take(read_disc_information(channel));
    take(read_track_information(channel, 1));
    take(read_toc(channel));
    take(read_session_info(channel));
    take(read_capacity(channel));
    take(read_full_toc(channel));
    take(read_atip(channel));
    take(read_buffer_capacity(channel));
    take(get_event_status(channel));
    take(request_sense(channel));
    Bytes blocks(4096);
    take(read_10(channel, 0, blocks));
    return errors;
}

BOOST_AUTO_TEST_CASE(an_empty_reply_is_refused_by_the_commands_name) {
    Says nothing({});
    const auto errors = all_decoders(nothing);
    // ATIP, buffer capacity, events and sense may be absent; everything else must be there
    for (std::size_t i = 0; i < 10; ++i) {
        BOOST_REQUIRE_MESSAGE(errors[i].has_value(), "decoder " << i);
        const BurnError error = burn_error(*errors[i], Stage::medium, false, Stage::write);
        BOOST_TEST((error.cause == Cause::bad_reply));
        BOOST_TEST(error.message.find(error.command) != std::string::npos);
    }
    BOOST_TEST(errors.back().has_value()); // READ(10) that brought no data
}

BOOST_AUTO_TEST_CASE(replies_of_any_length_and_content_never_reach_beyond_themselves) {
    std::mt19937 random(20141016);
    for (std::size_t length = 0; length < 600; length += length < 64 ? 1 : 37)
        for (int round = 0; round < 20; ++round) {
            Bytes bytes(length);
            for (std::uint8_t& byte : bytes)
                byte = round == 0 ? 0xFF : static_cast<std::uint8_t>(random());
            if (round % 3 == 1 && length > 2) // a length field that is right
                bytes[0] = static_cast<std::uint8_t>((length - 2) >> 8),
                bytes[1] = static_cast<std::uint8_t>(length - 2);
            Says drive(bytes);
            BOOST_REQUIRE(all_decoders(drive).size() == 15U); // ASan and UBSan watch the rest
        }
}

BOOST_AUTO_TEST_CASE(recovered_errors_are_warnings_and_touched_buttons_repeat_the_command) {
    test::PaperDrive drive;
    Channel channel(drive);
    drive.fail(0, test::check_condition(mmc::sense::pca_almost_full));
    BOOST_TEST(send_opc(channel).has_value());
    const auto warnings = channel.take_warnings();
    BOOST_REQUIRE(warnings.size() == 1U);
    BOOST_TEST(
        warnings[0] ==
        "SEND OPC INFORMATION: 01/73/01 RECOVERED ERROR, POWER CALIBRATION AREA ALMOST FULL");

    test::PaperDrive touched;
    Channel other(touched);
    touched.fail(
        0, test::check_condition(mmc::SenseCode{mmc::SenseKey::unit_attention, 0x5A, 0x01}), true);
    BOOST_TEST(!send_opc(other).has_value());
    BOOST_TEST(touched.log.size() == 3U); // once, and two repeats
}

} // namespace
} // namespace burnrig::driver
