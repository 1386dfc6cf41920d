// SPDX-License-Identifier: Apache-2.0
// Our own burn driver: operations of a Recorder on any drive, with callbacks on the way.
#include "driver/burner.h"
#include "harness/report/observers.h"
#include "harness/rig/burn_image.h"
#include "harness/rig/burn_settings.h"
#include "harness/rig/operation_result.h"
#include "python/module/buffer.h"
#include "python/module/handle.h"

namespace burnrig::python {
namespace {

using harness::BurnImage;
using harness::BurnSettings;
using harness::Connection;
using harness::Json;

// Tells Python's callbacks of what happens, and ends the operation when one of them throws, gives
// False, or the user presses Ctrl-C; the exception then comes out of the operation.
class Callbacks final : public driver::Observer {
public:
    /// Either may be None.
    Callbacks(py::object progress, py::object message, driver::StopToken& stop)
        : progress_(std::move(progress)), message_(std::move(message)), stop_(stop) {}

    void stage(driver::Stage stage, std::string_view text) override { tell("stage", stage, text); }
    void warning(std::string_view text) override { tell("warning", {}, text); }
    void retry(driver::Stage stage, std::string_view text) override { tell("retry", stage, text); }

    void progress(const driver::Progress& now) override {
        call([&] {
            if (progress_.is_none())
                return;
            const auto answer = progress_(now);
            if (answer.is(py::bool_(false)))
                stop_.request();
        });
    }

    /// To be called when the operation is over.
    void rethrow() {
        if (thrown_)
            throw std::move(*thrown_);
    }

private:
    void tell(const char* kind, std::optional<driver::Stage> stage, std::string_view text) {
        call([&] {
            if (!message_.is_none())
                message_(kind, stage ? driver::stage_name(*stage) : "", text);
        });
    }
    template <class Work>
    void call(Work work) {
        py::gil_scoped_acquire held;
        if (thrown_)
            return;
        try {
            if (PyErr_CheckSignals() != 0)
                throw py::error_already_set();
            work();
        } catch (py::error_already_set& error) {
            thrown_.emplace(std::move(error));
            stop_.request();
        }
    }

    py::object progress_;
    py::object message_;
    driver::StopToken& stop_;
    std::optional<py::error_already_set> thrown_;
};

/// What every operation can be given beside its own.
struct Listeners {
    py::object progress;
    py::object message;
    std::shared_ptr<driver::StopToken> stop;
    bool any_speed = false;
};

Json json_of(const driver::BurnReport& report) {
    return {{"report", driver::to_json(report)}};
}
Json json_of(const driver::DiscSummary& disc) {
    Json json = driver::to_json(disc);
    json["state"] = driver::to_string(disc.status);
    json["text"] = driver::to_line(disc);
    return json;
}
Json json_of(const driver::DriveSummary& drive) {
    return driver::to_json(drive);
}
Json json_of(const driver::VerifyResult& verify) {
    return {{"compared", verify.compared}};
}
Json json_of(std::uint64_t blocks) {
    return {{"blocks", blocks}};
}
Json json_of(const driver::Toc& toc) {
    Json json{{"tracks", Json::array()}, {"lead_out", nullptr}};
    for (const auto& track : toc.tracks)
        json["tracks"].push_back(Json{{"number", track.number},
                                      {"kind", track.is_data() ? "data" : "audio"},
                                      {"start", track.start}});
    if (toc.lead_out)
        json["lead_out"] = toc.lead_out->start;
    return json;
}

template <class T>
Json outcome_json(const driver::Outcome<T>& outcome) {
    if constexpr (std::is_void_v<T>)
        return Json::object();
    else
        return json_of(*outcome);
}

// Carries out an operation on the drive; its answer as a dictionary, or an exception.
template <class Work>
py::object operate(DriveHandle& drive, const Listeners& listeners, Work work) {
    const auto stop = listeners.stop ? listeners.stop : std::make_shared<driver::StopToken>();
    Callbacks callbacks(listeners.progress, listeners.message, *stop);
    Json answer;
    const auto failed = drive.with([&](Connection& connection) -> std::optional<driver::BurnError> {
        auto options = harness::recorder_options(drive.options(), connection, listeners.any_speed);
        options.stop = stop.get();
        driver::Recorder recorder(connection.target(), connection.clock(), options);
        harness::Observers observers;
        observers.add(callbacks);
        if (connection.log())
            observers.add(*connection.log());
        const auto outcome = work(recorder, static_cast<driver::Observer&>(observers), connection);
        if (outcome)
            answer = outcome_json(outcome);
        if (connection.log())
            drive.last_result = outcome ? harness::result_of(connection, answer)
                                        : harness::result_of(connection, outcome.error());
        if (!outcome)
            return outcome.error();
        return std::nullopt;
    });
    callbacks.rethrow();
    if (failed)
        throw BurnFailed{*failed};
    return to_python(answer);
}

driver::SourceOptions source_options(std::optional<std::uint64_t> size, bool audio,
                                     const std::string& byte_order, const std::string& volume) {
    driver::SourceOptions options{.size = size, .audio = audio, .volume = volume};
    if (byte_order == "little")
        options.byte_order = driver::ByteOrder::little;
    else if (byte_order == "big")
        options.byte_order = driver::ByteOrder::big;
    else if (byte_order != "by-name")
        throw RigError{fmt::format("byte_order={}: by-name, little or big", byte_order)};
    return options;
}

// Bytes of a Python object as a track, where they are; what a person names; or a list of names.
class Image {
public:
    Image(py::handle from, const driver::SourceOptions& options) {
        constexpr std::uint32_t audio_block_bytes = 2352;
        if (PyObject_CheckBuffer(from.ptr()) != 0) {
            bytes_.emplace(from, Buffer::For::reading);
            image_.emplace(std::make_unique<driver::MemorySource>(
                               bytes_->span(), "memory",
                               options.audio ? audio_block_bytes : driver::data_block_bytes),
                           options.audio ? driver::TrackKind::audio : driver::TrackKind::mode1);
            return;
        }
        const auto names = from.cast<std::vector<std::string>>();
        image_.emplace(value_of(BurnImage::open(names, options)));
    }
    BurnImage& get() { return *image_; }

private:
    std::optional<Buffer> bytes_;
    std::optional<BurnImage> image_;
};

py::object burn_image(DriveHandle& drive, py::handle image, const BurnSettings& settings,
                      const Listeners& listeners, const driver::SourceOptions& options) {
    Image source(image, options);
    auto job = value_of(harness::make_burn_job(settings, source.get().first_source()));
    job.compilation = &source.get().compilation();
    return operate(drive, listeners,
                   [&](driver::Recorder& recorder, driver::Observer& observer, Connection& c) {
                       source.get().attach(c);
                       return recorder.burn(job, &observer);
                   });
}

py::object verify_image(DriveHandle& drive, py::handle image, std::int32_t first,
                        const Listeners& listeners) {
    Image source(image, {});
    return operate(drive, listeners,
                   [&](driver::Recorder& recorder, driver::Observer& observer, Connection&) {
                       return recorder.verify(source.get().first_source(), first, &observer);
                   });
}

py::object blank_disc(DriveHandle& drive, bool full, const Listeners& listeners) {
    return operate(drive, listeners,
                   [&](driver::Recorder& recorder, driver::Observer& observer, Connection&) {
                       return recorder.blank(
                           full ? driver::BlankType::full : driver::BlankType::fast, &observer);
                   });
}

py::object format_disc(DriveHandle& drive, const std::string& kind, bool full, bool again,
                       const Listeners& listeners) {
    const auto known = driver::parse_format_kind(kind);
    if (!known)
        throw RigError{fmt::format("kind={}: give one of {}", kind,
                                   fmt::join(driver::format_kind_words(), ", "))};
    return operate(drive, listeners,
                   [&](driver::Recorder& recorder, driver::Observer& observer, Connection&) {
                       return recorder.format({*known, full, again}, &observer);
                   });
}

py::object close_disc(DriveHandle& drive, bool finalize, const Listeners& listeners) {
    return operate(drive, listeners,
                   [&](driver::Recorder& recorder, driver::Observer& observer, Connection&) {
                       return recorder.close(finalize, &observer);
                   });
}

py::bytes read_blocks(DriveHandle& drive, std::int32_t first, std::optional<std::uint64_t> count,
                      const Listeners& listeners) {
    std::string bytes;
    if (count)
        bytes.reserve(*count * driver::data_block_bytes);
    operate(drive, listeners,
            [&](driver::Recorder& recorder, driver::Observer& observer, Connection&) {
                const auto sink = [&bytes](std::span<const std::uint8_t> more) {
                    bytes.append(reinterpret_cast<const char*>(more.data()), more.size());
                    return true;
                };
                return recorder.read(first, count, sink, &observer);
            });
    return bytes;
}

template <class Ask>
py::object ask(DriveHandle& drive, Ask question) {
    return operate(drive, {py::none(), py::none(), nullptr},
                   [&](driver::Recorder& recorder, driver::Observer&, Connection&) {
                       return question(recorder);
                   });
}

void bind_listeners(py::module_& module) {
    py::class_<driver::StopToken, std::shared_ptr<driver::StopToken>>(
        module, "StopToken", "A wish to end an operation early, said from any thread.")
        .def(py::init<>())
        .def("request", &driver::StopToken::request,
             "Ends the operation and leaves the best disc there can be; once more: at once.")
        .def_property_readonly("requested", &driver::StopToken::requested);

    using driver::Progress;
    py::class_<Progress>(module, "Progress", "How far an operation is.")
        .def_property_readonly("stage",
                               [](const Progress& p) { return driver::stage_name(p.stage); })
        .def_readonly("bytes", &Progress::bytes)
        .def_readonly("total", &Progress::total, "0: not known.")
        .def_property_readonly(
            "elapsed", [](const Progress& p) { return seconds_of(p.elapsed); },
            "Seconds since the stage began.")
        .def_property_readonly(
            "left",
            [](const Progress& p) {
                const auto left = p.time_left();
                return left ? py::object(py::float_(seconds_of(*left))) : py::object(py::none());
            },
            "Seconds to the end of the stage, or None.")
        .def_readonly("kb_per_second", &Progress::kb_per_second)
        .def_readonly("buffer_size", &Progress::buffer_size, "The drive's, in bytes; 0: not known.")
        .def_readonly("buffer_used", &Progress::buffer_used);

    py::class_<Listeners>(module, "Listeners", "Who is told of an operation, and who may end it.")
        .def(py::init<py::object, py::object, std::shared_ptr<driver::StopToken>, bool>(),
             py::arg("progress") = py::none(), py::arg("message") = py::none(),
             py::arg("stop") = py::none(), py::arg("any_speed") = false);
    py::class_<driver::SourceOptions>(module, "SourceOptions", "What the bytes of an image are.")
        .def(py::init(&source_options), py::arg("size") = py::none(), py::arg("audio") = false,
             py::arg("byte_order") = "by-name", py::arg("volume") = "");
}

void bind_settings(py::module_& module) {
    py::class_<BurnSettings>(module, "BurnSettings", "The options of `burnrig burn`.")
        .def(py::init<>())
        .def_readwrite("mode", &BurnSettings::mode)
        .def_readwrite("speed", &BurnSettings::speed)
        .def_readwrite("opc", &BurnSettings::opc)
        .def_readwrite("multi", &BurnSettings::multi)
        .def_readwrite("simulate", &BurnSettings::simulate)
        .def_readwrite("verify", &BurnSettings::verify)
        .def_readwrite("no_burn_free", &BurnSettings::no_burn_free)
        .def_readwrite("eject", &BurnSettings::eject)
        .def_readwrite("overburn", &BurnSettings::overburn)
        .def_readwrite("resume", &BurnSettings::resume)
        .def_readwrite("streaming", &BurnSettings::streaming)
        .def_readwrite("opc_retries", &BurnSettings::opc_retries)
        .def_readwrite("start_lba", &BurnSettings::start_lba)
        .def_readwrite("layer_break", &BurnSettings::layer_break);
}

} // namespace

void bind_driver(py::module_& module) {
    bind_listeners(module);
    bind_settings(module);
    module.def("burn", burn_image, py::arg("target"), py::arg("image"), py::arg("settings"),
               py::arg("listeners"), py::arg("source"), "Records an image; the report.");
    module.def("verify", verify_image, py::arg("target"), py::arg("image"), py::arg("first"),
               py::arg("listeners"), "Compares a track with an image.");
    module.def("blank", blank_disc, py::arg("target"), py::arg("full"), py::arg("listeners"));
    module.def("format", format_disc, py::arg("target"), py::arg("kind"), py::arg("full"),
               py::arg("again"), py::arg("listeners"));
    module.def("close", close_disc, py::arg("target"), py::arg("finalize"), py::arg("listeners"));
    module.def("read", read_blocks, py::arg("target"), py::arg("first"), py::arg("count"),
               py::arg("listeners"), "Data blocks as bytes.");
    module.def(
        "drive_summary", [](DriveHandle& d) { return ask(d, [](auto& r) { return r.drive(); }); },
        py::arg("target"));
    module.def(
        "disc_summary", [](DriveHandle& d) { return ask(d, [](auto& r) { return r.disc(); }); },
        py::arg("target"));
    module.def(
        "toc", [](DriveHandle& d) { return ask(d, [](auto& r) { return r.toc(); }); },
        py::arg("target"));
    module.def(
        "eject", [](DriveHandle& d) { return ask(d, [](auto& r) { return r.eject(); }); },
        py::arg("target"));
    module.def(
        "load", [](DriveHandle& d) { return ask(d, [](auto& r) { return r.load(); }); },
        py::arg("target"));
}

} // namespace burnrig::python
