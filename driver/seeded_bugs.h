// SPDX-License-Identifier: Apache-2.0
// Mistakes that a test build of the driver makes on purpose, to see whether the sweep finds them.
// Each is one that real burners have made. In every other build seeded() is false at compile time
// and the mistakes do not exist.
//
//     if (seeded(Bug::flush_result_skipped)) return {};
//
// The test build (BURNRIG_SEEDED_BUGS) makes one mistake at a time: the one that plant() names.
// One thread at a time plants; any thread may ask.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace burnrig::driver {

enum class Bug : std::uint8_t {
    none,
    host_status_ignored,       ///< redumper: a command that never ran counts as done
    deferred_taken_as_own,     ///< libburn 2017: response code 71h is read as 70h
    qualifier_in_decimal,      ///< libburn 2017: 72/02 is taken for 72/01
    time_out_called_transport, ///< the cause of a time-out is not told from other trouble
    flush_result_skipped,      ///< what SYNCHRONIZE CACHE answers is not looked at
    close_result_skipped,      ///< what CLOSE TRACK/SESSION answers is not looked at
    opc_result_skipped,        ///< what SEND OPC INFORMATION answers is not looked at
    opc_has_to_be_there,       ///< a drive without OPC is refused
    no_unlock_after_error,     ///< the tray stays locked when a burn failed
    no_unlock_after_success,   ///< ... when it went well
    write_sent_again,          ///< a failed WRITE is sent once more, wherever it failed
    close_after_failed_write,  ///< the session is closed although writing failed
    recovered_is_an_error,     ///< sense key 1 ends the burn
    long_write_is_an_error,    ///< 2/04/08 ends the burn
    waits_forever,             ///< "becoming ready" is polled without end
    stale_after_attention,     ///< any unit attention: the command is sent again, and that is all
    residual_ignored,          ///< fewer bytes than asked for count as all
    end_cut_off,               ///< the last block of an image that ends within it is left out
    address_of_16_bits,        ///< addresses above 65,535 lose their high half
    verify_without_reading,    ///< what was written is compared with itself
    source_error_ignored,      ///< an image that cannot be read to its end ends early
    one_write_too_many,        ///< a last WRITE of zeros behind the data
    text_without_sense,        ///< the message does not say what the drive answered
    unlocks_without_bound,     ///< unlocking the tray is tried a thousand times
    progress_runs_backwards,
    dead_after_a_time_out, ///< the recorder remembers a failure and refuses from then on
    order_by_chance,       ///< what is asked depends on chance
    state_made_up,         ///< the disc is called complete, whatever it is
    blanks_to_help,        ///< after a failure a rewritable disc is formatted anew
    address_left_out,      ///< a failed WRITE is told of without its address
};

#ifdef BURNRIG_SEEDED_BUGS
bool seeded(Bug bug);
void plant(Bug bug);
#else
constexpr bool seeded(Bug) {
    return false;
}
#endif

} // namespace burnrig::driver
