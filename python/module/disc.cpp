// SPDX-License-Identifier: Apache-2.0
// Discs: blank ones, discs kept in directories, and what is on them, from the disc itself and not
// from what a drive or a program says.
#include "emulator/disc/disc_as_file.h"
#include "emulator/disc/export.h"
#include "emulator/disc/image/disc_image.h"
#include "emulator/disc/names.h"
#include "emulator/fixtures.h"
#include "harness/report/disc_text.h"
#include "python/module/handle.h"

namespace burnrig::python {
namespace {

using emulator::Disc;
using DiscClass = py::class_<DiscHandle, std::shared_ptr<DiscHandle>>;
using DiscPointer = std::unique_ptr<Disc>;

std::shared_ptr<DiscHandle> handle(mmc::Result<DiscPointer>&& disc) {
    return std::make_shared<DiscHandle>(value_of(std::move(disc)));
}

std::shared_ptr<DiscHandle> blank(const std::string& medium, const std::string& path,
                                  const std::string& keep) {
    const auto kept = emulator::from_name<emulator::Keep>(keep);
    if (!kept)
        throw RigError{fmt::format("keep={}: give blocks or digests", keep)};
    auto found = value_of(emulator::load_medium(medium));
    return handle(path.empty() ? Disc::in_memory(std::move(found), *kept)
                               : Disc::create(path, found, *kept));
}

std::shared_ptr<DiscHandle> import_from(const std::string& image, const std::string& medium,
                                        const std::string& path) {
    const auto found = value_of(emulator::load_medium(medium));
    py::gil_scoped_release released;
    const auto read = value_of(emulator::open_image(image, found));
    auto disc = value_of(path.empty() ? Disc::in_memory(found) : Disc::create(path, found));
    value_of(emulator::import_image(*disc, read));
    return std::make_shared<DiscHandle>(std::move(disc));
}

py::object info(DiscHandle& disc) {
    return to_python(disc.with([](Disc& d) { return emulator::describe(d); }));
}

// Bytes of a view on the disc as a file, made without a copy in between.
py::bytes file_bytes(DiscHandle& disc, std::optional<emulator::DiscAsFile> (*of)(const Disc&, int),
                     int number) {
    const auto file = disc.with([&](Disc& d) { return of(d, number); });
    if (!file)
        throw RigError{"there are no such blocks on the disc"};
    auto bytes = py::reinterpret_steal<py::bytes>(
        PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(file->size())));
    if (!bytes)
        throw py::error_already_set();
    auto* memory = reinterpret_cast<std::uint8_t*>(PyBytes_AS_STRING(bytes.ptr()));
    disc.with([&](Disc& d) {
        std::uint64_t at = 0;
        while (at < file->size()) {
            const auto got = file->read(d, at, {memory + at, file->size() - at});
            if (got <= 0)
                throw RigError{fmt::format("the disc cannot be read at byte {} of {}: damaged, "
                                           "or kept as digests",
                                           at, file->size())};
            at += static_cast<std::uint64_t>(got);
        }
    });
    return bytes;
}

py::bytes image(DiscHandle& disc) {
    return file_bytes(
        disc, [](const Disc& d, int) { return emulator::DiscAsFile::of_disc(d); }, 0);
}

py::bytes track(DiscHandle& disc, int number) {
    return file_bytes(
        disc,
        [](const Disc& d, int n) {
            return emulator::DiscAsFile::of_track(d, static_cast<std::uint16_t>(n));
        },
        number);
}

py::dict compare(DiscHandle& disc, const std::string& path) {
    const auto comparison = disc.with([&](Disc& d) {
        const auto image = value_of(emulator::open_image(path, d.medium()));
        return value_of(emulator::compare_with(d, image));
    });
    py::dict result;
    result["equal"] = !comparison.difference;
    result["blocks"] = comparison.blocks;
    if (comparison.difference) {
        result["lba"] = comparison.difference->lba;
        result["what"] = comparison.difference->what;
    }
    return result;
}

std::int32_t export_to(DiscHandle& disc, const std::string& path,
                       std::optional<std::uint16_t> session) {
    return disc.with(
        [&](Disc& d) { return value_of(emulator::export_disc(d, path, session)).blocks; });
}

std::size_t heal(DiscHandle& disc) {
    return disc.with([](Disc& d) {
        const auto ranges = d.damage().ranges.size();
        d.heal();
        value_of(d.save());
        return ranges;
    });
}

void bind_making(DiscClass& disc) {
    disc.def(py::init(&blank), py::arg("medium"), py::kw_only(), py::arg("path") = "",
             py::arg("keep") = "blocks",
             "A blank disc; with a path it is kept in that new directory.");
    disc.def_static(
        "open", [](const std::string& path) { return handle(Disc::open(path)); }, py::arg("path"),
        "A disc that an earlier run kept in a directory.");
    disc.def_static("from_image", import_from, py::arg("image"), py::arg("medium"), py::kw_only(),
                    py::arg("path") = "",
                    "A closed disc with an image (.iso, .cue, .toc, .raw) on it.");
}

void bind_looking(DiscClass& disc) {
    disc.def_property_readonly(
        "medium", [](DiscHandle& d) { return d.with([](Disc& o) { return o.medium(); }); });
    disc.def_property_readonly(
        "state",
        [](DiscHandle& d) {
            return d.with([](Disc& o) { return std::string(emulator::disc_state(o)); });
        },
        "'blank', 'appendable', 'complete' or 'damaged'.");
    disc.def_property_readonly(
        "blank", [](DiscHandle& d) { return d.with([](Disc& o) { return o.blank(); }); });
    disc.def_property_readonly(
        "recorded_blocks",
        [](DiscHandle& d) { return d.with([](Disc& o) { return emulator::recorded_blocks(o); }); },
        "Of the program area.");
    disc.def("info", info, "What is where: medium, sessions, tracks, damage, calibrations.");
    disc.def(
        "text", [](DiscHandle& d) { return d.with([](Disc& o) { return harness::disc_text(o); }); },
        "A picture of the disc with its figures.");
    disc.def("__str__",
             [](DiscHandle& d) { return d.with([](Disc& o) { return harness::disc_line(o); }); });
    disc.def("__repr__", [](DiscHandle& d) {
        return "<burnrig.Disc " + d.with([](Disc& o) { return harness::disc_line(o); }) + ">";
    });
}

void bind_reading(DiscClass& disc) {
    disc.def("image", image, "All data tracks as one image, from LBA 0 on.");
    disc.def("track", track, py::arg("number"), "One track: user data, or a WAVE file.");
    disc.def("export", export_to, py::arg("path"), py::arg("session") = py::none(),
             "Writes what a reader would read to a file; its ending says how (.iso, .cue, .toc, "
             ".raw). Gives the number of blocks.");
    disc.def("compare", compare, py::arg("image"),
             "Whether it equals an image file: equal, blocks, and lba and what of a difference.");
    disc.def("heal", heal, "Takes injected damage away; how many ranges there were.");
    disc.def(
        "save", [](DiscHandle& d) { d.with([](Disc& o) { value_of(o.save()); }); },
        "Makes a disc in a directory durable.");
    disc.def("close", &DiscHandle::close,
             "Lets a disc in a directory go, so that other processes can have it.");
}

} // namespace

void bind_disc(py::module_& module) {
    DiscClass disc(module, "Disc", "A virtual disc: a medium and what is recorded on it.");
    bind_making(disc);
    bind_looking(disc);
    bind_reading(disc);
}

} // namespace burnrig::python
