// SPDX-License-Identifier: Apache-2.0
// Drives, media and named faults: what there is to choose from, and what a rule means.
#include "emulator/fixtures.h"
#include "emulator/disc/names.h"
#include "emulator/faults/presets.h"
#include "emulator/faults/printer.h"
#include "mmc/opcode.h"
#include "mmc/sense.h"
#include "python/module/bindings.h"

namespace burnrig::python {
namespace {

namespace faults = emulator::faults;

// The rules that a text stands for, in canonical form.
std::vector<std::string> explain(const std::string& text) {
    const auto rules = faults::read_rules(text);
    if (!rules)
        throw RigError{fmt::format("column {}: {}", rules.error().column, rules.error().message)};
    std::vector<std::string> lines;
    for (const auto& rule : *rules)
        lines.push_back(faults::print(rule));
    return lines;
}

py::list presets() {
    py::list all;
    for (const auto& preset : faults::presets()) {
        py::dict one;
        one["name"] = preset.name;
        one["summary"] = preset.summary;
        one["rules"] = faults::standard_rules(preset);
        all.append(one);
    }
    return all;
}

std::string sense_text(std::uint8_t key, std::uint8_t asc, std::uint8_t ascq) {
    return mmc::describe({static_cast<mmc::SenseKey>(key & 0x0F), asc, ascq});
}

void bind_medium(py::module_& module) {
    using emulator::Medium;
    py::class_<Medium>(module, "Medium", "What a medium is before anything is recorded on it.")
        .def(
            py::init([](const std::string& name) { return value_of(emulator::load_medium(name)); }),
            py::arg("name"), "A name of burnrig.media(), or the path of a .yaml file.")
        .def_readonly("name", &Medium::name)
        .def_readonly("summary", &Medium::summary)
        .def_readonly("manufacturer", &Medium::manufacturer)
        .def_property_readonly(
            "kind", [](const Medium& medium) { return emulator::name(medium.kind); },
            "'cd-r', 'dvd+rw', 'bd-re' ...")
        .def_property_readonly("capacity", &Medium::capacity, "Blocks.")
        .def_property_readonly("erasable", &Medium::erasable)
        .def_property_readonly("pressed", &Medium::pressed)
        .def_readonly("write_speeds", &Medium::write_speeds, "kB/s (1000 bytes), fastest first.")
        .def("__repr__", [](const Medium& medium) {
            return fmt::format("<burnrig.Medium {}: {}>", medium.name, medium.summary);
        });
}

void bind_drive_model(py::module_& module) {
    using emulator::DriveModel;
    py::class_<DriveModel>(module, "DriveModel", "A simulated drive as its fixture describes it.")
        .def(py::init([](const std::string& name) { return value_of(emulator::load_drive(name)); }),
             py::arg("name"), "A name of burnrig.drives(), or the path of a .yaml file.")
        .def_readonly("name", &DriveModel::name)
        .def_readonly("summary", &DriveModel::summary)
        .def_readonly("vendor", &DriveModel::vendor)
        .def_readonly("product", &DriveModel::product)
        .def_readonly("revision", &DriveModel::revision)
        .def("__repr__", [](const DriveModel& model) {
            return fmt::format("<burnrig.DriveModel {}: {}>", model.name, model.summary);
        });
}

} // namespace

void bind_fixtures(py::module_& module) {
    bind_medium(module);
    bind_drive_model(module);
    module.def(
        "media", [] { return value_of(emulator::list_media()); }, "All media, by name.");
    module.def(
        "drives", [] { return value_of(emulator::list_drives()); },
        "All simulated drives, by name.");
    module.def("presets", presets, "The faults that have a name: name, summary, rules.");
    module.def("explain", explain, py::arg("rule"),
               "The rules that a rule line or a named fault stands for, in canonical form.");
    module.def("opcode_name", mmc::opcode_name, py::arg("opcode"),
               "'WRITE_10' for 0x2A; '0xD8' for one without a name.");
    module.def("sense_text", sense_text, py::arg("key"), py::arg("asc"), py::arg("ascq"),
               "'03/73/03 MEDIUM ERROR, POWER CALIBRATION AREA ERROR'.");
    module.def("use_fixtures", emulator::use_fixtures, py::arg("folder"),
               "Where drives and media are looked for, behind $BURNRIG_FIXTURES.");
}

} // namespace burnrig::python
