// SPDX-License-Identifier: Apache-2.0
// MODE SENSE and MODE SELECT, 6 and 10 bytes; page 2Ah, capabilities and mechanical status; vendor
// page 30h, which counts how often buffer underrun protection was needed.
#include <algorithm>
#include <array>

#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

unsigned flag(bool set, unsigned value) {
    return set ? value : 0;
}

std::uint32_t fastest(const std::vector<DriveSpeed>& speeds) {
    return speeds.empty() ? 0 : speeds.front().speed;
}

// Of write speeds: 1 when the disc turns evenly.
unsigned rotation_control(const DriveSpeed& speed) {
    return speed.rotation == Rotation::cav ? 1 : 0;
}

// What the drive reads, or records, of the media that the page has bits for.
unsigned read_bits(const LogicalUnit& unit) {
    const auto reads = [&](MediumKind kind) {
        return !unit.model.speeds[static_cast<std::size_t>(kind)].read.empty();
    };
    constexpr unsigned method_2_cd_rw_cd_r = 0x07;
    return flag(reads(MediumKind::dvd_ram) || has_profile(unit.model, mmc::Profile::dvd_ram),
                0x20) |
           flag(reads(MediumKind::dvd_minus_r) ||
                    has_profile(unit.model, mmc::Profile::dvd_minus_r),
                0x10) |
           flag(has_profile(unit.model, mmc::Profile::dvd_rom), 0x08) | method_2_cd_rw_cd_r;
}

unsigned write_bits(const LogicalUnit& unit) {
    const auto& model = unit.model;
    return flag(has_profile(model, mmc::Profile::dvd_ram), 0x20) |
           flag(has_profile(model, mmc::Profile::dvd_minus_r), 0x10) |
           flag(model.test_write, 0x04) | flag(has_profile(model, mmc::Profile::cd_rw), 0x02) |
           flag(has_profile(model, mmc::Profile::cd_r), 0x01);
}

void capability_bits(const LogicalUnit& unit, Reply& reply) {
    const auto& model = unit.model;
    reply.byte(read_bits(unit)).byte(write_bits(unit));
    constexpr unsigned multi_session_mode2_forms = 0x70;
    reply.byte(flag(model.burn_free, 0x80) | multi_session_mode2_forms |
               flag(model.audio_play, 0x01));
    constexpr unsigned upc_isrc_c2_subchannel_accurate_audio = 0x7F;
    reply.byte(upc_isrc_c2_subchannel_accurate_audio);
    constexpr unsigned eject_lock = 0x09;
    const bool locked = unit.removal_prevented || unit.persistent_prevent;
    reply.byte(static_cast<unsigned>(model.loading_mechanism) << 5 | eject_lock |
               flag(locked, 0x02));
    constexpr unsigned separate_mute_and_volume = 0x03;
    reply.byte(flag(model.audio_play, separate_mute_and_volume));
}

// MMC-3, 5.5.10. The speeds follow the mounted medium.
void capabilities_page(const LogicalUnit& unit, Reply& reply) {
    const auto begin = reply.size();
    reply.byte(ModePages::capabilities_page).byte(0);
    capability_bits(unit, reply);
    constexpr std::uint32_t volume_levels = 256;
    reply.word(fastest(unit.read_speeds)).word(volume_levels);
    reply.word(unit.buffer_bytes() / 1024).word(unit.read_speed).word(0);
    reply.word(fastest(unit.write_speeds)).word(unit.write_speed);
    constexpr std::uint32_t copy_management_revision = 1;
    reply.word(copy_management_revision).zeros(3);
    reply.byte(rotation_control(unit.write_curve)).word(unit.write_speed);
    const auto count = std::min<std::size_t>(unit.write_speeds.size(), 32);
    reply.word(static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i)
        reply.word(rotation_control(unit.write_speeds[i])).word(unit.write_speeds[i].speed);
    // Older drives give less of it.
    const std::size_t given = unit.model.capabilities_page_bytes;
    if (given > 0)
        reply.cut(begin + 2 + given);
    reply[begin + 1] = static_cast<std::uint8_t>(reply.size() - begin - 2);
}

void capabilities(const LogicalUnit& unit, PageControl control, Reply& reply) {
    const auto begin = reply.size();
    capabilities_page(unit, reply);
    if (control == PageControl::changeable) // nothing of it is
        std::fill(reply.at(begin + 2), reply.at(reply.size()), std::uint8_t{0});
}

// Vendor page 30h as Ricoh introduced it and others took it over; wodim asks for it. Bits: byte 2
// bit 0 protection supported, byte 3 bit 0 enabled (page 05h decides), bytes 4-5 the counter, which
// a host may clear.
constexpr std::size_t link_counter_page_size = 16;
constexpr std::size_t link_counter_at = 4;

void link_counter(const LogicalUnit& unit, PageControl control, Reply& reply) {
    reply.byte(ModePages::link_counter_page).byte(link_counter_page_size - 2);
    if (control == PageControl::changeable) {
        reply.byte(0).byte(1).word(0xFFFF);
    } else {
        const bool now = control == PageControl::current;
        reply.byte(flag(unit.model.burn_free, 1));
        reply.byte(flag(now && unit.pages.write_parameters().burn_free, 1));
        reply.word(now ? static_cast<std::uint32_t>(std::min<std::uint64_t>(unit.underruns, 0xFFFF))
                       : 0);
    }
    reply.zeros(10);
}

// Pages that are made when asked for, ascending; all of them come behind the stored ones.
struct MadePage {
    std::uint8_t code;
    bool (*offered)(const LogicalUnit&);
    void (*make)(const LogicalUnit&, PageControl, Reply&);
};
constexpr std::array made_pages{
    MadePage{ModePages::capabilities_page, [](const LogicalUnit&) { return true; }, capabilities},
    MadePage{ModePages::link_counter_page,
             [](const LogicalUnit& unit) { return unit.model.link_counter_page; }, link_counter},
};

const MadePage* find_made(const LogicalUnit& unit, std::uint8_t code) {
    for (const auto& page : made_pages)
        if (page.code == code && page.offered(unit))
            return &page;
    return nullptr;
}

bool add_pages(const LogicalUnit& unit, std::uint8_t code, PageControl control, Reply& reply) {
    const bool all = code == ModePages::all_pages;
    const auto before = reply.size();
    for (const auto known : ModePages::codes())
        if (all || known == code)
            reply.bytes(unit.pages.page(known, control));
    for (const auto& page : made_pages)
        if ((all || page.code == code) && page.offered(unit))
            page.make(unit, control, reply);
    return reply.size() > before;
}

// The medium type of SFF-8020, which MMC-2 took away: 70h no disc, 71h tray open; data, audio or
// mixed of each kind; plus 4 on small discs.
unsigned medium_type(const LogicalUnit& unit) {
    if (unit.tray == Tray::open)
        return 0x71;
    const auto* disc = unit.medium();
    if (!disc)
        return 0x70;
    const auto& medium = disc->medium();
    if (medium.family() != MediumFamily::cd)
        return 0;
    const unsigned kind = medium.kind == MediumKind::cd_rw  ? 0x20
                          : medium.kind == MediumKind::cd_r ? 0x10
                                                            : 0x00;
    const auto& tracks = disc->structure().tracks;
    const auto is_audio = [](const Track& track) { return track.audio(); };
    const bool audio = std::any_of(tracks.begin(), tracks.end(), is_audio);
    const bool data = !std::all_of(tracks.begin(), tracks.end(), is_audio);
    enum : unsigned { unknown = 0, only_data = 1, only_audio = 2, mixed = 3, small = 4 };
    const unsigned content = audio && data ? mixed
                             : audio       ? only_audio
                             : data        ? only_data
                                           : unknown;
    return kind | (content != unknown && medium.diameter_mm() == 80 ? content + small : content);
}

Answer mode_sense(LogicalUnit& unit, const Request& request, std::size_t header,
                  std::size_t allocation_length) {
    const auto control = static_cast<PageControl>(request[2] >> 6);
    if (control == PageControl::saved)
        return refuse(mmc::sense::saving_not_supported);
    constexpr std::uint8_t all_subpages = 0xFF;
    if (request[3] != 0 && request[3] != all_subpages)
        return refuse_cdb(3);
    Reply reply;
    reply.zeros(header); // no block descriptors
    if (unit.model.medium_type_in_header)
        reply[header == 4 ? 1 : 2] = static_cast<std::uint8_t>(medium_type(unit));
    if (!add_pages(unit, request[2] & 0x3F, control, reply))
        return refuse_cdb(2, std::uint8_t{5});
    if (header == 4)
        reply[0] = static_cast<std::uint8_t>(std::min<std::size_t>(reply.size() - 1, 0xFF));
    else
        mmc::put16(reply.at(0), static_cast<std::uint32_t>(reply.size() - 2));
    return reply.deliver(request, allocation_length);
}

// One page of a parameter list; `at` is where it begins, for the field pointer.
Answer check_page(const LogicalUnit& unit, std::span<const std::uint8_t> page, std::size_t at) {
    const std::uint8_t code = page[0] & 0x3F;
    if (const auto* made = find_made(unit, code)) {
        Reply now;
        Reply mask;
        made->make(unit, PageControl::current, now);
        made->make(unit, PageControl::changeable, mask);
        if (page.size() != now.size())
            return refuse_list(at + 1);
        for (std::size_t i = 2; i < page.size(); ++i)
            if ((page[i] ^ now[i]) & ~mask[i])
                return refuse_list(at + i);
        return good();
    }
    if (unit.pages.page(code, PageControl::current).empty())
        return refuse_list(at);
    if (const auto fault = unit.pages.find_unchangeable(page))
        return refuse_list(at + *fault);
    if (code == ModePages::write_parameters_page) {
        if (const auto fault = find_fault(unit.model, page))
            return refuse_list(at + *fault);
        const bool simulates = !unit.medium() || unit.rules->can_simulate();
        if (decode_write_parameters(page).test_write && !simulates)
            return refuse_list(at + 2); // the medium would be recorded
    }
    return good();
}

// What the drive can do, but not with the medium in it.
Answer check_for_medium(const LogicalUnit& unit, std::span<const std::uint8_t> page,
                        std::size_t at) {
    constexpr std::size_t write_type_at = 2;
    if ((page[0] & 0x3F) != ModePages::write_parameters_page || !unit.medium())
        return good();
    return unit.rules->accepts(decode_write_parameters(page)) ? good()
                                                              : refuse_list(at + write_type_at);
}

// Old hosts set the block length with a block descriptor; the drive decides by page 05h and takes
// any length a CD block can have.
Answer check_block_descriptor(std::span<const std::uint8_t> descriptor, std::size_t at) {
    constexpr std::array<std::uint32_t, 8> lengths{0, 2048, 2056, 2324, 2332, 2336, 2340, 2352};
    const auto length = mmc::get24(&descriptor[5]);
    const bool known = std::find(lengths.begin(), lengths.end(), length) != lengths.end();
    return known ? good() : refuse_list(at + 5);
}

// Checks the whole list first, then takes it over: a page is taken whole or not at all.
template <class Visit>
Answer for_each_page(std::span<const std::uint8_t> list, std::size_t at, Visit visit) {
    while (at < list.size()) {
        if (list.size() - at < 2)
            return refuse(mmc::sense::parameter_list_length);
        const std::size_t size = 2U + list[at + 1];
        if (list.size() - at < size)
            return refuse(mmc::sense::parameter_list_length); // the list cuts the page
        if (auto answer = visit(list.subspan(at, size), at); !answer.good())
            return answer;
        at += size;
    }
    return good();
}

Answer mode_select(LogicalUnit& unit, const Request& request, std::size_t header,
                   std::size_t list_length) {
    if (request.bit(1, 0)) // SP: pages cannot be saved
        return refuse_cdb(1, std::uint8_t{0});
    if (list_length == 0)
        return good();
    const auto list = request.data_out.first(std::min(list_length, request.data_out.size()));
    if (list.size() < header)
        return refuse(mmc::sense::parameter_list_length);
    const std::size_t descriptors =
        header == 4 ? list[3] : static_cast<std::size_t>(mmc::get16(&list[6]));
    if (list.size() < header + descriptors)
        return refuse(mmc::sense::parameter_list_length);
    if (descriptors != 0 && descriptors != 8)
        return refuse_list(header == 4 ? 3 : 6);
    if (descriptors == 8)
        if (auto answer = check_block_descriptor(list.subspan(header, 8), header); !answer.good())
            return answer;
    const auto pages_at = header + descriptors;
    auto answer =
        for_each_page(list, pages_at, [&](std::span<const std::uint8_t> page, std::size_t at) {
            auto checked = check_page(unit, page, at);
            return checked.good() ? check_for_medium(unit, page, at) : checked;
        });
    if (!answer.good())
        return answer;
    answer = for_each_page(list, pages_at, [&](std::span<const std::uint8_t> page, std::size_t) {
        if ((page[0] & 0x3F) == ModePages::link_counter_page)
            unit.underruns = mmc::get16(&page[link_counter_at]);
        else if ((page[0] & 0x3F) != ModePages::capabilities_page)
            unit.pages.set(page);
        return good();
    });
    if (unit.rules)
        unit.rules->parameters_changed(unit);
    answer.transferred = static_cast<std::uint32_t>(list.size());
    return answer;
}

} // namespace

Answer mode_sense_6(LogicalUnit& unit, const Request& request) {
    return mode_sense(unit, request, 4, request[4]);
}

Answer mode_sense_10(LogicalUnit& unit, const Request& request) {
    return mode_sense(unit, request, 8, request.word(7));
}

Answer mode_select_6(LogicalUnit& unit, const Request& request) {
    return mode_select(unit, request, 4, request[4]);
}

Answer mode_select_10(LogicalUnit& unit, const Request& request) {
    return mode_select(unit, request, 8, request.word(7));
}

} // namespace burnrig::emulator::commands
