// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/aix/aix_device.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "emulator/nodes/aix/include/sys/aix_errno.h"
#include "emulator/nodes/aix/include/sys/idecdrom.h"
#include "emulator/nodes/aix/include/sys/scdisk.h"
#include "mmc/bytes.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::chrono::seconds usual_timeout(30);

struct Attribute {
    std::string_view name;
    bool AixAttributes::*flag;
    std::uint32_t AixAttributes::*number;
    std::uint32_t least; ///< of the number
};

constexpr Attribute attribute_table[] = {
    {"max_transfer", nullptr, &AixAttributes::max_transfer, 2352},
    {"adapter_max_transfer", nullptr, &AixAttributes::adapter_max_transfer, 2352},
    {"adapter_opens", nullptr, &AixAttributes::adapter_opens, 0},
    {"prevent_eject", &AixAttributes::prevent_eject, nullptr, 0},
    {"write_caching", &AixAttributes::write_caching, nullptr, 0},
    {"audio_supported", &AixAttributes::audio_supported, nullptr, 0},
    {"data_modes", &AixAttributes::data_modes, nullptr, 0},
    {"everyone_diagnoses", &AixAttributes::everyone_diagnoses, nullptr, 0},
};

bool read_number(std::string_view text, std::uint32_t& number) {
    const bool hexadecimal = text.substr(0, 2) == "0x";
    const std::string_view digits = hexadecimal ? text.substr(2) : text;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number,
                                        hexadecimal ? 16 : 10);
    return result.ec == std::errc{} && result.ptr == digits.data() + digits.size();
}

} // namespace

AixDevice::AixDevice(mmc::Target& target, mmc::Clock& clock, AixDeviceOptions options)
    : commands_(target, clock), clock_(clock), options_(std::move(options)),
      attributes_(options_.attributes), mode_(CD_MODE1) {}

std::string AixDevice::name() const {
    return fmt::format("cd{}", options_.unit);
}

std::uint32_t AixDevice::max_transfer() const {
    return std::min(attributes_.max_transfer, attributes_.adapter_max_transfer);
}

bool AixAttributes::set(std::string_view name, std::string_view value) {
    const auto row = std::find_if(std::begin(attribute_table), std::end(attribute_table),
                                  [&](const Attribute& known) { return known.name == name; });
    if (row == std::end(attribute_table))
        return false;
    if (row->flag != nullptr) {
        if (value != "yes" && value != "no")
            return false;
        this->*row->flag = value == "yes";
        return true;
    }
    std::uint32_t wished = 0;
    if (!read_number(value, wished) || wished < row->least)
        return false;
    this->*row->number = wished;
    return true;
}

std::string AixAttributes::names() {
    std::string all;
    for (const Attribute& row : attribute_table)
        all += fmt::format("{}{}", all.empty() ? "" : ", ", row.name);
    return all;
}

int AixDevice::configure(std::string_view name, std::string_view value) {
    return files_.empty() && attributes_.set(name, value) ? 0 : -EINVAL;
}

bool AixDevice::is_open(const AixFile& file) const {
    return std::find(files_.begin(), files_.end(), &file) != files_.end();
}

/// Which kinds of opening go together.
int AixDevice::check_modes(const AixFile& file, bool privileged) const {
    constexpr long known = SC_DIAGNOSTIC | SC_RETAIN_RESERVATION | IDE_SINGLE | IDE_CACHE_DISABLE;
    if ((file.extension & ~known) != 0)
        return EINVAL;
    const bool wants_diagnosis = (file.extension & SC_DIAGNOSTIC) != 0;
    const bool wants_exclusive = (file.extension & IDE_SINGLE) != 0;
    if (wants_diagnosis && !privileged && !attributes_.everyone_diagnoses)
        return EPERM;
    if (diagnostic_ != nullptr)
        return EACCES;
    if (wants_diagnosis && !files_.empty())
        return EACCES;
    if (wants_exclusive && !files_.empty())
        return EBUSY;
    if (exclusive_ != nullptr)
        return EACCES;
    return files_.size() >= attributes_.adapter_opens ? EMFILE : 0;
}

int AixDevice::open(AixFile& file, bool privileged) {
    if (const int error = check_modes(file, privileged))
        return -error;
    if (options_.host_event)
        if (const int error = options_.host_event("open"))
            return -error;
    const bool first = files_.empty();
    if (first) {
        mode_ = CD_MODE1;
        medium_known_ = false;
        medium_gone_ = 0;
        bytes_read_ = 0;
        written_ = false;
    }
    const bool diagnosis = (file.extension & SC_DIAGNOSTIC) != 0;
    if (first)
        identify();
    // An open in diagnostic mode needs a drive that answers, but no disc.
    if (first && !commands_.last().good())
        return -EIO;
    if (!diagnosis)
        if (const int error = open_medium(file))
            return -error;
    if ((file.extension & IDE_SINGLE) != 0)
        exclusive_ = &file;
    if (diagnosis)
        diagnostic_ = &file;
    files_.push_back(&file);
    if (first && attributes_.prevent_eject && !diagnosis)
        lock(true);
    set_write_cache();
    return 0;
}

void AixDevice::identify() {
    static constexpr std::uint8_t inquiry[6] = {0x12, 0, 0, 0, 36, 0};
    std::array<std::uint8_t, 36> reply{};
    constexpr std::uint8_t removable_medium = 0x80;
    command({inquiry, {}, reply, usual_timeout});
    removable_ = !commands_.last().good() || (reply[1] & removable_medium) != 0;
}

/// What an open that is to read or write needs of the disc.
int AixDevice::open_medium(const AixFile& file) {
    static constexpr std::uint8_t test_unit_ready[6] = {};
    if (medium_gone_ != 0)
        return medium_gone_;
    if (const int error =
            medium_known_ ? command({test_unit_ready, {}, {}, usual_timeout}) : find_medium())
        return error;
    return file.for_writing() && !medium_writable_ ? EWRPROTECT : 0;
}

int AixDevice::find_medium() {
    static constexpr std::uint8_t test_unit_ready[6] = {};
    static constexpr std::uint8_t read_capacity[10] = {0x25};
    capacity_blocks_ = 0;
    if (const int error = command({test_unit_ready, {}, {}, usual_timeout}))
        return error;
    if (const int error = find_format())
        return error;
    std::array<std::uint8_t, 8> capacity{};
    if (const int error = command({read_capacity, {}, capacity, usual_timeout}))
        return error;
    capacity_blocks_ = mmc::get32(capacity.data()) + 1;
    if (const int error = check_writable())
        return error;
    medium_known_ = true;
    return 0;
}

/// Blank discs, and those that must be formatted first, are no discs for this driver. A drive that
/// cannot tell is not asked further.
int AixDevice::find_format() {
    static constexpr std::uint8_t disc_information[10] = {0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0};
    static constexpr std::uint8_t format_capacities[10] = {0x23, 0, 0, 0, 0, 0, 0, 0, 12, 0};
    constexpr unsigned unformatted = 1;
    std::array<std::uint8_t, 34> disc{};
    if (quiet_command({disc_information, {}, disc, usual_timeout}) == 0 &&
        commands_.last().transferred > 2 && (disc[2] & 3) == 0)
        return EFORMAT;
    std::array<std::uint8_t, 12> formats{};
    if (quiet_command({format_capacities, {}, formats, usual_timeout}) == 0 &&
        commands_.last().transferred == formats.size() && (formats[8] & 3U) == unformatted)
        return EFORMAT;
    return 0;
}

/// Media on which any block can be written at any time, by their profile.
int AixDevice::check_writable() {
    static constexpr std::uint8_t get_configuration[10] = {0x46, 2, 0, 0, 0, 0, 0, 0, 8, 0};
    static constexpr std::uint16_t profiles[] = {0x0002, 0x0012, 0x0013, 0x001A, 0x0043};
    std::array<std::uint8_t, 8> reply{};
    medium_writable_ = quiet_command({get_configuration, {}, reply, usual_timeout}) == 0 &&
                       std::find(std::begin(profiles), std::end(profiles), mmc::get16(&reply[6])) !=
                           std::end(profiles);
    return 0;
}

int AixDevice::close(AixFile& file) {
    if (!is_open(file))
        return -ENODEV;
    if (options_.host_event)
        (void)options_.host_event("close"); // nothing can refuse it
    files_.erase(std::find(files_.begin(), files_.end(), &file));
    const bool diagnosed = diagnostic_ == &file;
    if (exclusive_ == &file)
        exclusive_ = nullptr;
    if (diagnosed)
        diagnostic_ = nullptr;
    if (!files_.empty()) {
        set_write_cache();
        return 0;
    }
    static constexpr std::uint8_t synchronize_cache[10] = {0x35};
    const int error = written_ ? command({synchronize_cache, {}, {}, std::chrono::minutes(5)}) : 0;
    written_ = false;
    if (locked_)
        lock(false);
    mode_ = CD_MODE1;
    medium_known_ = false;
    medium_gone_ = 0;
    return -error;
}

void AixDevice::lock(bool prevent) {
    const std::uint8_t cdb[6] = {0x1E, 0, 0, 0, static_cast<std::uint8_t>(prevent ? 1 : 0), 0};
    const bool done = quiet_command({cdb, {}, {}, usual_timeout}) == 0;
    locked_ = prevent && done;
}

/// The write cache is on when the attribute says so and no opener forbids it. A drive without the
/// page has no cache to switch.
void AixDevice::set_write_cache() {
    static constexpr std::uint8_t mode_sense[10] = {0x5A, 0x08, 0x08, 0, 0, 0, 0, 0, 20, 0};
    static constexpr std::uint8_t mode_select[10] = {0x55, 0x10, 0, 0, 0, 0, 0, 0, 20, 0};
    constexpr std::uint8_t write_cache_enable = 0x04;
    const bool forbidden = std::any_of(files_.begin(), files_.end(), [](const AixFile* file) {
        return (file->extension & (IDE_CACHE_DISABLE | SC_DIAGNOSTIC)) != 0;
    });
    const bool wanted = attributes_.write_caching && !forbidden;
    std::array<std::uint8_t, 20> pages{};
    if (quiet_command({mode_sense, {}, pages, usual_timeout}) != 0 ||
        commands_.last().transferred < pages.size() || mmc::get16(&pages[6]) != 0)
        return;
    if (((pages[10] & write_cache_enable) != 0) == wanted)
        return;
    pages[0] = pages[1] = 0;
    pages[8] &= 0x3F;
    pages[10] = static_cast<std::uint8_t>(wanted ? pages[10] | write_cache_enable
                                                 : pages[10] & ~write_cache_enable);
    (void)quiet_command({mode_select, pages, {}, usual_timeout});
}

int AixDevice::quiet_command(const mmc::Command& command) {
    int error = commands_.send(command);
    if (commands_.medium_changed() && !medium_known_)
        error = commands_.send(command); // nobody had seen another one
    if (commands_.medium_changed())
        error = medium_gone_ = medium_writable_ ? EMEDIA : ESTALE;
    return error;
}

int AixDevice::command(const mmc::Command& command) {
    const int error = quiet_command(command);
    note_error();
    return error;
}

/// Diagnosis looks at errors itself, and leaves the log alone.
void AixDevice::note_error() {
    if (commands_.error_class() == AixErrorClass::none || diagnosing())
        return;
    AixErrorRecord record;
    record.time = clock_.now();
    record.kind = &aix_error_template(commands_.error_class());
    record.record.error_id = record.kind->error_id;
    const std::string resource = name();
    std::memcpy(record.record.resource_name, resource.data(),
                std::min<std::size_t>(resource.size(), ERR_NAMESIZE - 1));
    idecdrom_error_rec detail{};
    const auto& packet = commands_.last_packet();
    std::copy(packet.begin(), packet.end(), detail.command);
    detail.command_length = commands_.last_packet_length();
    detail.ata_status = commands_.ata_status();
    detail.ata_error = commands_.ata_error();
    if (commands_.sense()) {
        const auto sense = commands_.last().sense.view();
        detail.sense_length = static_cast<std::uint8_t>(sense.size());
        std::copy(sense.begin(), sense.end(), detail.req_sense_data);
    }
    constexpr std::uint64_t segment = 1048576;
    detail.reserved2 = static_cast<std::uint32_t>(bytes_read_ / segment);
    detail.reserved3 = static_cast<std::uint32_t>(bytes_read_ % segment);
    std::memcpy(record.record.detail_data, &detail, sizeof detail);
    log_.add(record);
}

void AixDevice::count_read(std::uint32_t bytes) {
    bytes_read_ += bytes;
}

} // namespace burnrig::emulator::nodes
