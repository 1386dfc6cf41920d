// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/aix/error_log.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "mmc/opcode.h"
#include "mmc/sense.h"

namespace burnrig::emulator::nodes {
namespace {

static_assert(sizeof(idecdrom_error_rec) == 156, "the length that the templates tell");

constexpr std::uint16_t media_alone[] = {0x5000};
constexpr std::uint16_t drive_alone[] = {0x6310};
constexpr std::uint16_t media_and_drive[] = {0x5000, 0x6310};
constexpr std::uint16_t drive_and_electronics[] = {0x6310, 0x6330};
constexpr std::uint16_t adapter_media_drive[] = {0x3300, 0x5000, 0x6310};
constexpr std::uint16_t defective_media[] = {0x5100};
constexpr std::uint16_t causes_unknown[] = {0xFFFF};
constexpr std::uint16_t find_out[] = {0x0000};
constexpr std::uint16_t find_out_and_replace[] = {0x0000, 0x1601};

constexpr AixErrorTemplate templates[] = {
    {.error_class = AixErrorClass::media,
     .error_id = ERRID_CDROM_ERR1,
     .name = "media",
     .comment = "CD-ROM read media error",
     .type = "PERM",
     .description = 0x1312,
     .probable_causes = media_alone,
     .user_causes = defective_media,
     .user_actions = find_out_and_replace,
     .failure_causes = media_and_drive,
     .failure_actions = find_out_and_replace},
    {.error_class = AixErrorClass::hardware,
     .error_id = ERRID_CDROM_ERR2,
     .name = "hardware",
     .comment = "CD-ROM hardware error",
     .type = "PERM",
     .description = 0x1312,
     .probable_causes = drive_alone,
     .failure_causes = drive_and_electronics,
     .failure_actions = find_out},
    {.error_class = AixErrorClass::recovered,
     .error_id = ERRID_CDROM_ERR3,
     .name = "recovered",
     .comment = "CD-ROM recovered error",
     .type = "TEMP",
     .description = 0x1312,
     .probable_causes = media_and_drive,
     .user_causes = defective_media,
     .user_actions = find_out_and_replace,
     .failure_causes = media_and_drive,
     .failure_actions = find_out_and_replace},
    {.error_class = AixErrorClass::unknown,
     .error_id = ERRID_CDROM_ERR4,
     .name = "unknown",
     .comment = "CD-ROM unknown failure",
     .type = "UNKN",
     .description = 0xFE00,
     .probable_causes = adapter_media_drive,
     .failure_causes = causes_unknown,
     .failure_actions = find_out_and_replace},
};

struct Text {
    std::uint16_t code;
    std::string_view text;
};
constexpr Text texts[] = {
    {0x0000, "perform problem determination procedures"},
    {0x1312, "disk operation failure"},
    {0x1601, "replace the removable media and retry"},
    {0x3300, "adapter"},
    {0x5000, "media"},
    {0x5100, "media is defective"},
    {0x6310, "disk drive"},
    {0x6330, "disk drive electronics"},
    {0xFE00, "undetermined error"},
    {0xFFFF, "failure causes unknown"},
};

} // namespace

std::span<const AixErrorTemplate> aix_error_templates() {
    return templates;
}

const AixErrorTemplate& aix_error_template(AixErrorClass error_class) {
    const auto found =
        std::find_if(std::begin(templates), std::end(templates),
                     [&](const AixErrorTemplate& row) { return row.error_class == error_class; });
    return found == std::end(templates) ? templates[std::size(templates) - 1] : *found;
}

std::string_view aix_error_text(std::uint16_t code) {
    const auto found = std::find_if(std::begin(texts), std::end(texts),
                                    [&](const Text& row) { return row.code == code; });
    return found == std::end(texts) ? std::string_view{} : found->text;
}

idecdrom_error_rec AixErrorRecord::detail() const {
    idecdrom_error_rec detail;
    std::memcpy(&detail, record.detail_data, sizeof detail);
    return detail;
}

std::string describe(const AixErrorRecord& record) {
    const auto detail = record.detail();
    std::string line = fmt::format("{}: {} ({}), {}, {} ", record.kind->name, record.kind->comment,
                                   record.kind->type, record.record.resource_name,
                                   mmc::opcode_name(detail.command[0]));
    for (std::size_t i = 0; i < std::min<std::size_t>(detail.command_length, 16); ++i)
        line += fmt::format("{:02X}", detail.command[i]);
    const auto sense = mmc::decode_sense(
        {detail.req_sense_data,
         std::min<std::size_t>(detail.sense_length, sizeof detail.req_sense_data)});
    return line + (sense ? ", sense " + mmc::describe(sense->code) : ", no sense data");
}

void AixErrorLog::add(AixErrorRecord record) {
    record.sequence = ++count_;
    if (records_.size() == records_max)
        records_.pop_front();
    records_.push_back(record);
}

} // namespace burnrig::emulator::nodes
