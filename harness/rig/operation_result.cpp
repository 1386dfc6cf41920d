// SPDX-License-Identifier: Apache-2.0
#include "harness/rig/operation_result.h"

namespace burnrig::harness {
namespace {

// What stays true whether it went well or not: whose run it was, the door, the rules.
Json whose_run(Connection& connection, bool door_locked) {
    Json json = harness::to_json(connection.identity());
    if (connection.is_dry_run())
        json["dry_run"] = true;
    json["drive_seconds"] = std::chrono::duration<double>(connection.clock().now()).count();
    if (auto* rig = connection.rig())
        door_locked = rig->drive().status().removal_prevented;
    json["door"] = door_locked ? "locked" : "unlocked";
    if (connection.faults())
        json["faults"] = harness::to_json(connection.faults()->report());
    return json;
}

} // namespace

Json result_of(Connection& connection, const Json& answer) {
    Json json = whose_run(connection, false);
    json["outcome"] = "succeeded";
    json.update(answer);
    return json;
}

Json result_of(Connection& connection, const driver::BurnError& error) {
    Json json = whose_run(connection, error.tray_locked);
    json["outcome"] = "failed";
    json["cause"] = driver::cause_name(error.cause);
    if (error.sense)
        json["sense"] = mmc::to_string(error.sense->code);
    json["error"] = driver::to_json(error);
    return json;
}

} // namespace burnrig::harness
