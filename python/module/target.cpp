// SPDX-License-Identifier: Apache-2.0
// Drives: simulated ones in this process and those behind a node, their commands, rules, clock,
// trace.
#include "harness/report/disc_text.h"
#include "harness/report/html/page.h"
#include "harness/report/html/run_page.h"
#include "harness/safety/interlock.h"
#include "mmc/opcode.h"
#include "python/module/buffer.h"
#include "python/module/handle.h"

namespace burnrig::python {
namespace {

using harness::Connection;

struct Completion {
    mmc::Completion raw;
    py::object data; ///< the drive's reply, where the caller named only its size
};

// "54 01 00 ..." or bytes. A CDB of another length than a drive could get is a ValueError.
struct Cdb {
    std::array<std::uint8_t, 16> bytes{};
    std::size_t length = 0;

    explicit Cdb(py::handle object) {
        const auto hex = py::isinstance<py::str>(object)
                             ? py::module_::import("builtins").attr("bytes").attr("fromhex")(object)
                             : py::reinterpret_borrow<py::object>(object);
        const Buffer buffer(hex, Buffer::For::reading);
        const auto given = buffer.span();
        if (given.size() < 6 || given.size() > bytes.size())
            throw py::value_error("a command block has 6 to 16 bytes");
        length = given.size();
        std::copy(given.begin(), given.end(), bytes.begin());
    }
};

mmc::Completion send(DriveHandle& drive, const mmc::Command& command) {
    return drive.with([&](Connection& connection) { return connection.target().execute(command); });
}

// The reply goes straight into a bytes object of that size, which nobody else has seen yet.
Completion receive(DriveHandle& drive, mmc::Command command, py::handle size) {
    constexpr std::size_t room_max = std::size_t{16} << 20;
    const auto room = size.cast<std::size_t>();
    if (room > room_max)
        throw py::value_error("data_in: no reply has more than 16 MiB");
    PyObject* bytes = PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(room));
    if (!bytes)
        throw py::error_already_set();
    auto* memory = reinterpret_cast<std::uint8_t*>(PyBytes_AS_STRING(bytes));
    std::fill_n(memory, room, std::uint8_t{0});
    command.data_in = {memory, room};
    Completion completion{send(drive, command), {}};
    const auto got = std::min<std::size_t>(completion.raw.transferred, room);
    if (_PyBytes_Resize(&bytes, static_cast<Py_ssize_t>(got)) != 0)
        throw py::error_already_set();
    completion.data = py::reinterpret_steal<py::object>(bytes);
    return completion;
}

Completion execute(DriveHandle& drive, py::handle cdb, py::handle data_out, py::handle data_in,
                   double timeout) {
    const Cdb block(cdb);
    mmc::Command command{.cdb = std::span(block.bytes).first(block.length),
                         .data_out = {},
                         .data_in = {},
                         .timeout = duration_of(timeout)};
    if (command.timeout.count() == 0)
        throw py::value_error("timeout: more than 0 seconds");
    if (!data_out.is_none() && !data_in.is_none())
        throw py::value_error("data goes one way: give data_out or data_in");
    if (!data_out.is_none()) {
        const Buffer buffer(data_out, Buffer::For::reading);
        command.data_out = buffer.span();
        return {send(drive, command), py::none()};
    }
    if (data_in.is_none())
        return {send(drive, command), py::none()};
    if (py::isinstance<py::int_>(data_in))
        return receive(drive, command, data_in);
    const Buffer buffer(data_in, Buffer::For::writing);
    command.data_in = buffer.span();
    return {send(drive, command), py::none()};
}

std::optional<mmc::Sense> sense_of(const Completion& completion) {
    return mmc::decode_sense(completion.raw.sense.view());
}

py::object sense_triple(const Completion& completion) {
    const auto sense = sense_of(completion);
    if (!sense)
        return py::none();
    return py::make_tuple(static_cast<int>(sense->code.key), sense->code.asc, sense->code.ascq);
}

std::string sense_words(const Completion& completion) {
    const auto sense = sense_of(completion);
    return sense ? mmc::describe(sense->code) : "";
}

py::object sense_lba(const Completion& completion) {
    const auto sense = sense_of(completion);
    if (!sense || !sense->information)
        return py::none();
    return py::int_(*sense->information);
}

void bind_completion(py::module_& module) {
    py::class_<Completion>(module, "Completion", "What became of a command.")
        .def_property_readonly("good", [](const Completion& c) { return c.raw.good(); })
        .def("__bool__", [](const Completion& c) { return c.raw.good(); })
        .def_property_readonly(
            "status", [](const Completion& c) { return static_cast<int>(c.raw.status); },
            "The SCSI status byte: 0 GOOD, 2 CHECK CONDITION, 8 BUSY.")
        .def_property_readonly(
            "host_status", [](const Completion& c) { return static_cast<int>(c.raw.host); },
            "Between host and drive, as Linux's SG has it: 0 all right, 3 timed out, 8 reset.")
        .def_property_readonly(
            "errno", [](const Completion& c) { return c.raw.system_error; },
            "Of a system call that failed, else 0.")
        .def_property_readonly(
            "transferred", [](const Completion& c) { return c.raw.transferred; },
            "Bytes that really went over, either way.")
        .def_property_readonly(
            "duration", [](const Completion& c) { return seconds_of(c.raw.duration); },
            "Seconds of drive time.")
        .def_property_readonly("sense", sense_triple, "(key, ASC, ASCQ), or None without any.")
        .def_property_readonly("sense_text", sense_words,
                               "'03/73/03 MEDIUM ERROR, POWER CALIBRATION AREA ERROR', or ''.")
        .def_property_readonly(
            "deferred",
            [](const Completion& c) {
                const auto sense = sense_of(c);
                return sense && sense->deferred;
            },
            "The sense data speak of an earlier command.")
        .def_property_readonly("lba", sense_lba, "The block that the sense data name, or None.")
        .def_property_readonly("sense_bytes",
                               [](const Completion& c) {
                                   const auto view = c.raw.sense.view();
                                   return py::bytes(reinterpret_cast<const char*>(view.data()),
                                                    view.size());
                               })
        .def_readonly("data", &Completion::data,
                      "The reply, when data_in was a number of bytes; else None.");
}

std::shared_ptr<DriveHandle>
open_target(const std::string& drive, const std::string& medium, const std::string& disc,
            const std::string& keep, std::vector<std::string> faults, std::uint64_t seed,
            const std::string& time, bool unlimited_speed, const std::string& trace, bool report,
            const std::string& replay, const std::string& device, bool allow_destructive,
            const std::string& rig_file, const std::string& medium_id, int countdown) {
    harness::TargetOptions options;
    options.rig.drive = drive;
    options.rig.medium = medium;
    options.rig.disc = disc;
    options.rig.keep = keep;
    options.rig.faults = std::move(faults);
    options.rig.seed = seed;
    options.rig.unlimited_speed = unlimited_speed;
    options.rig.trace = trace;
    options.rig.report = report;
    options.rig.replay = replay;
    options.device = device;
    options.time = time;
    const harness::Consent consent{allow_destructive, rig_file, medium_id, countdown};
    // With the word given all consents are asked for now, else before the first command that
    // would change the disc, which then is refused.
    const harness::Access access{
        .writes = allow_destructive, .may_write = !allow_destructive, .consent = consent};
    return std::make_shared<DriveHandle>(std::move(options), access);
}

emulator::faults::FaultEngine& rules_of(Connection& connection) {
    return *connection.faults(); // there always is one: rules_later
}

std::string trace_text(DriveHandle& drive) {
    return drive.with([&](Connection&) {
        fmt::memory_buffer lines;
        for (const auto& record : drive.log().records())
            harness::format_record(lines, record);
        return fmt::to_string(lines);
    });
}

// Of "WRITE_10", "0x2A", "@write"; "@any" or "" of all.
std::uint64_t trace_count(DriveHandle& drive, const std::string& of) {
    const auto group =
        of.starts_with('@') ? mmc::parse_group(std::string_view(of).substr(1)) : std::nullopt;
    const auto opcode = mmc::parse_opcode(of);
    return drive.with([&](Connection&) -> std::uint64_t {
        if (of.empty() || of == "@any")
            return drive.log().count();
        if (group)
            return drive.log().count(*group);
        if (opcode)
            return drive.log().count(*opcode);
        throw RigError{fmt::format(
            "'{}' is no command: give its name in the standard's words with underscores "
            "(WRITE_10), its code (0x2A), or @any, @read, @write, @close, @status, @tray, @setup",
            of)};
    });
}

py::dict drive_status(DriveHandle& drive) {
    return to_python(drive.control("status", ""));
}

void write_report(DriveHandle& drive, const std::string& path, const std::string& title) {
    const auto page = drive.with([&](Connection& connection) {
        if (!connection.log())
            throw RigError{"no report was asked for: make the drive with report=True"};
        const auto* disc = connection.rig() ? connection.rig()->drive().disc() : nullptr;
        auto result = drive.last_result;
        if (result.empty())
            result = harness::to_json(connection.identity());
        return harness::html::make_run_page({title, result, *connection.log(), disc, {}});
    });
    value_of(harness::html::write_page("write_report()", path, page));
}

using TargetClass = py::class_<DriveHandle, std::shared_ptr<DriveHandle>>;

void bind_opening(TargetClass& target) {
    const harness::RigOptions standard;
    target.def(py::init(&open_target), py::kw_only(), py::arg("drive") = standard.drive,
               py::arg("medium") = "", py::arg("disc") = "", py::arg("keep") = standard.keep,
               py::arg("faults") = std::vector<std::string>{}, py::arg("seed") = standard.seed,
               py::arg("time") = "virtual", py::arg("unlimited_speed") = false,
               py::arg("trace") = "", py::arg("report") = false, py::arg("replay") = "",
               py::arg("device") = "", py::arg("allow_destructive") = false, py::arg("rig") = "",
               py::arg("medium_id") = "", py::arg("countdown") = harness::Consent{}.countdown_s);
    target.def("close", &DriveHandle::close,
               "Finishes the trace file and lets the drive go; a disc that somebody holds stays.");
}

void bind_commands(TargetClass& target) {
    target.def(
        "execute", execute, py::arg("cdb"), py::arg("data_out") = py::none(),
        py::arg("data_in") = py::none(), py::arg("timeout") = 60.0,
        "Sends one command. cdb: bytes, or hexadecimal text. data_out: bytes for the drive.\n"
        "data_in: a buffer for the reply (filled in place), or a number of bytes (the reply "
        "is .data).\ntimeout: seconds of drive time.");
    target.def("trace_text", trace_text,
               "The latest 65,536 commands as lines of JSON, as in a trace file.");
    target.def("trace_count", trace_count, py::arg("of") = "",
               "How many commands there were: of all, one ('WRITE_10'), a group ('@write').");
    target.def(
        "trace_clear",
        [](DriveHandle& drive) { drive.with([&](Connection&) { drive.log().clear(); }); },
        "Forgets them; a trace file keeps them.");
    target.def("write_report", write_report, py::arg("path"), py::arg("title"),
               "Writes the page of this drive's run so far; the drive was made with report=True.");
}

void bind_clock(TargetClass& target) {
    target.def_property_readonly(
        "now", [](DriveHandle& drive) { return seconds_of(drive.connection()->clock().now()); },
        "Drive time in seconds.");
    target.def(
        "sleep",
        [](DriveHandle& drive, double seconds) {
            const auto duration = duration_of(seconds);
            const auto connection = drive.connection();
            py::gil_scoped_release released;
            connection->clock().sleep_for(duration);
        },
        py::arg("seconds"), "Lets drive time pass: at once when it is virtual.");
}

void bind_rules(TargetClass& target) {
    target.def(
        "add_fault",
        [](DriveHandle& drive, const std::string& rule) {
            return value_of(rules_of(*drive.connection()).add(rule));
        },
        py::arg("rule"), "Adds a rule or a named fault; the names of its rules.");
    target.def(
        "remove_fault",
        [](DriveHandle& drive, const std::string& name) {
            value_of(rules_of(*drive.connection()).remove(name));
        },
        py::arg("name"), "Takes a rule out; what it did to the disc stays.");
    target.def(
        "fault_report",
        [](DriveHandle& drive) {
            return to_python(harness::to_json(rules_of(*drive.connection()).report()));
        },
        "What each rule did: name, rule, matched, fired, suppressed_by.");
}

void bind_rig(TargetClass& target) {
    target.def_property_readonly(
        "identity",
        [](DriveHandle& drive) {
            return to_python(harness::to_json(drive.connection()->identity()));
        },
        "Version, seed, drive, medium, and the command that does the same again.");
    target.def_property_readonly(
        "simulated", [](DriveHandle& drive) { return drive.connection()->rig() != nullptr; },
        "Not a drive behind a node.");
    target.def(
        "refusal", [](DriveHandle& drive) { return drive.connection()->refusal(); },
        "Why a physical drive's disc must not be written to after all; '' when it may be.");
    target.def_property_readonly("disc", &DriveHandle::disc, "The disc in it, or None.");
    target.def("insert", &DriveHandle::insert, py::arg("disc"),
               "Puts a disc in and closes the tray.");
    target.def("take_out", &DriveHandle::take_out, "Takes the disc out, whatever the lock says.");
    target.def(
        "control",
        [](DriveHandle& drive, const std::string& action, const std::string& argument) {
            return to_python(drive.control(action, argument));
        },
        py::arg("action"), py::arg("argument") = "",
        "What `burnrig ctl` can ask of a rig: eject, load, insert, power-cycle, heal ...");
    target.def("status", drive_status, "Drive time, power, tray, door, what the drive is doing.");
}

} // namespace

void bind_target(py::module_& module) {
    bind_completion(module);
    TargetClass target(module, "Target", "Everything that takes commands; use Drive and Device.");
    bind_opening(target);
    bind_commands(target);
    bind_clock(target);
    bind_rules(target);
    bind_rig(target);
}

} // namespace burnrig::python
