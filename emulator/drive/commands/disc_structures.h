// SPDX-License-Identifier: Apache-2.0
// The payloads of READ DISC STRUCTURE, one maker for each format; the table that says which format
// is for which medium is in disc_structures.cpp.
//
// Source: MMC-5, 6.22 and 6.31; MMC-6 for BD. A maker appends what is known; the rest of the
// format's length is zeros. It gives false when this disc has no such structure as it is.
#pragma once

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/request.h"

namespace burnrig::emulator::commands::structures {

using Maker = bool (*)(const LogicalUnit&, const Request&, Reply&);

// disc_structures.cpp
bool zeros(const LogicalUnit&, const Request&, Reply&);
bool burst_cutting_area(const LogicalUnit& unit, const Request&, Reply& reply);
bool write_protection(const LogicalUnit& unit, const Request&, Reply& reply);
/// Text in a field of fixed length, filled up with zeros.
void field(Reply& reply, std::string_view text, std::size_t length);

// dvd_structures.cpp
bool physical_format(const LogicalUnit& unit, const Request&, Reply& reply);
bool written_physical_format(const LogicalUnit& unit, const Request&, Reply& reply);
bool manufacturer(const LogicalUnit& unit, const Request&, Reply& reply);
bool defect_structure(const LogicalUnit& unit, const Request&, Reply& reply);
bool medium_status(const LogicalUnit& unit, const Request&, Reply& reply);
bool ram_spare_area(const LogicalUnit& unit, const Request&, Reply& reply);
bool last_border_out(const LogicalUnit& unit, const Request&, Reply& reply);
bool recording_management(const LogicalUnit& unit, const Request&, Reply& reply);
bool pre_recorded_lead_in(const LogicalUnit& unit, const Request&, Reply& reply);
bool unique_disc_id(const LogicalUnit& unit, const Request&, Reply& reply);
bool address_in_pregroove(const LogicalUnit& unit, const Request&, Reply& reply);
bool layer_boundary(const LogicalUnit& unit, const Request&, Reply& reply);
bool shifted_middle_area(const LogicalUnit& unit, const Request&, Reply& reply);
bool disc_control_block(const LogicalUnit& unit, const Request& request, Reply& reply);

// bd_structures.cpp
bool disc_information(const LogicalUnit& unit, const Request&, Reply& reply);
bool bd_defect_structure(const LogicalUnit& unit, const Request&, Reply& reply);
bool bd_spare_area(const LogicalUnit& unit, const Request&, Reply& reply);
bool defect_list(const LogicalUnit& unit, const Request&, Reply& reply);

} // namespace burnrig::emulator::commands::structures
