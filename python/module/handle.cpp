// SPDX-License-Identifier: Apache-2.0
#include "python/module/handle.h"

namespace burnrig::python {

DriveHandle::DriveHandle(harness::TargetOptions options, const harness::Access& access)
    : options_(std::move(options)) {
    options_.rig.watchers = {&log_};
    options_.rig.around.source = true;
    options_.rules_later = true;
    py::gil_scoped_release released;
    connection_ = value_of(harness::Connection::open(options_, access));
    if (auto* rig = connection_->rig())
        control_ = std::make_unique<harness::control::RigControl>(*rig, connection_->clock());
}

DriveHandle::~DriveHandle() = default;

std::shared_ptr<harness::Connection> DriveHandle::connection() const {
    if (!connection_)
        throw RigError{"this drive was closed: make another one"};
    return connection_;
}

harness::Rig& DriveHandle::rig_of(harness::Connection& connection) {
    if (!connection.rig())
        throw RigError{"this is a drive behind a node: only simulated drives do that on request"};
    return *connection.rig();
}

harness::Json DriveHandle::control(const std::string& action, const std::string& argument) {
    return with([&](harness::Connection& connection) {
        rig_of(connection);
        return value_of(control_->handle({action, argument}));
    });
}

std::shared_ptr<DiscHandle> DriveHandle::handle_of(const emulator::Disc* disc) {
    if (!disc)
        return nullptr;
    if (auto known = disc_.lock(); known && known->inside_ == disc)
        return known;
    auto made = std::make_shared<DiscHandle>(shared_from_this(), disc);
    disc_ = made;
    return made;
}

std::shared_ptr<DiscHandle> DriveHandle::disc() {
    return handle_of(with([](harness::Connection& connection) -> const emulator::Disc* {
        return rig_of(connection).drive().disc();
    }));
}

void DriveHandle::insert(const std::shared_ptr<DiscHandle>& disc) {
    if (disc->drive_)
        throw RigError{"that disc is in a drive: take it out of there first"};
    const auto* inside = with([&](harness::Connection& connection) {
        auto& drive = rig_of(connection).drive();
        if (drive.disc() && drive.status().tray == emulator::Tray::closed)
            throw RigError{"there is a disc in the drive: take it out first"};
        std::lock_guard turn(disc->mutex_);
        const auto* own = &disc->own();
        drive.insert(std::move(disc->own_));
        return own;
    });
    disc->inside_ = inside;
    disc->drive_ = shared_from_this();
    disc_ = disc;
}

std::shared_ptr<DiscHandle> DriveHandle::take_out() {
    auto taken = disc();
    if (!taken)
        return taken;
    taken->own_ =
        with([](harness::Connection& connection) { return rig_of(connection).drive().remove(); });
    taken->inside_ = nullptr;
    taken->drive_.reset();
    disc_.reset();
    return taken;
}

void DriveHandle::close() {
    if (!connection_)
        return;
    if (connection_->rig() && disc_.lock())
        take_out();
    std::shared_ptr<harness::Connection> closed;
    const auto finished = with([&](harness::Connection& connection) {
        auto result = connection.finish();
        control_.reset();
        py::gil_scoped_acquire held; // others look at it with the lock alone
        closed = std::move(connection_);
        return result;
    });
    value_of(mmc::Result<void>(finished));
}

emulator::Disc& DiscHandle::in(harness::Connection& connection) const {
    auto* disc = connection.rig() ? connection.rig()->drive().disc() : nullptr;
    if (!disc || disc != inside_)
        throw RigError{"this disc is no longer in the drive, and gone: ask for drive.disc"};
    return *disc;
}

void DiscHandle::close() {
    if (drive_)
        throw RigError{"this disc is in a drive: take it out, or close the drive"};
    py::gil_scoped_release released;
    std::lock_guard turn(mutex_);
    own_.reset();
}

emulator::Disc& DiscHandle::own() const {
    if (!own_)
        throw RigError{"this disc was closed, or is gone with its drive"};
    return *own_;
}

} // namespace burnrig::python
