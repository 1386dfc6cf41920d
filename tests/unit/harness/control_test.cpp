// SPDX-License-Identifier: Apache-2.0
// Goal: the control socket does what is asked between two commands, tells the truth about it, and
// a hostile client harms only itself. Method: server and clients in one thread, so that every step
// is in the test's hands.
#include <boost/test/unit_test.hpp>

#include <array>
#include <filesystem>
#include <fstream>

#include <sys/socket.h>
#include <sys/stat.h>

#include "harness/control/rig_control.h"
#include "harness/control/server.h"
#include "harness/control/socket_address.h"
#include "mmc/sense.h"
#include "tests/unit/temporary_folder.h"

using namespace burnrig;
using namespace burnrig::harness;
using namespace burnrig::harness::control;

namespace {

// Says back what it was asked.
struct Echo final : Handler {
    std::vector<Request> asked;
    mmc::Result<Json> handle(const Request& request) override {
        asked.push_back(request);
        if (request.action == "big")
            return Json{{"bytes", std::string(4 << 20, 'x')}};
        if (request.action == "refuse")
            return mmc::fail("not \xC3 today"); // no UTF-8: a message may quote anything
        return Json{{"did", request.action}};
    }
};

struct Guest {
    FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};

    explicit Guest(const std::string& path) {
        const auto address = socket_address(path).value();
        BOOST_REQUIRE_EQUAL(
            ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
    }
    void send(std::string_view text) {
        BOOST_REQUIRE_EQUAL(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL),
                            static_cast<ssize_t>(text.size()));
    }
    /// What has arrived; "" when nothing has.
    std::string receive() {
        std::string all;
        std::array<char, 65536> room;
        for (ssize_t count; (count = ::recv(socket.get(), room.data(), room.size(), 0)) > 0;)
            all.append(room.data(), static_cast<std::size_t>(count));
        return all;
    }
    bool closed() {
        char byte = 0;
        const auto count = ::recv(socket.get(), &byte, 1, 0);
        return count == 0 || (count < 0 && errno == ECONNRESET);
    }
};

struct House {
    TemporaryFolder folder;
    std::string path = folder / "control";
    Echo echo;
    std::unique_ptr<ControlServer> server;

    House() {
        auto made = ControlServer::create(path, echo);
        BOOST_REQUIRE_MESSAGE(made, made.error().message);
        server = std::move(*made);
    }
    /// Until there is nothing more to do; a hostile client must not make that endless.
    int attend_all() {
        int times = 0;
        while (times < 10'000 && server->attend())
            ++times;
        return times;
    }
};

BOOST_AUTO_TEST_CASE(a_question_and_its_answer) {
    House house;
    Guest guest(house.path);
    guest.send(write_request({"inject", "opc-failure"}));
    BOOST_TEST(house.attend_all() > 0);
    BOOST_TEST(guest.receive() == "{\"ok\":true,\"did\":\"inject\"}\n");
    BOOST_TEST(house.echo.asked.at(0).argument == "opc-failure");
    BOOST_TEST(!house.server->attend()); // nothing more
}

BOOST_AUTO_TEST_CASE(the_socket_is_private_exclusive_and_goes_with_the_server) {
    House house;
    struct stat status {};
    BOOST_REQUIRE_EQUAL(::stat(house.path.c_str(), &status), 0);
    BOOST_TEST((status.st_mode & 07777) == 0600U);
    Echo echo;
    const auto second = ControlServer::create(house.path, echo);
    BOOST_REQUIRE(!second);
    BOOST_TEST(second.error().message.find("exists already: another run uses it") !=
               std::string::npos);
    house.server.reset();
    BOOST_TEST(!std::filesystem::exists(house.path));
}

BOOST_AUTO_TEST_CASE(what_is_in_the_way_is_left_alone_and_explained) {
    TemporaryFolder folder;
    const auto path = folder / "taken";
    Echo echo;
    std::ofstream(path) << "mine";
    const auto over_file = ControlServer::create(path, echo);
    BOOST_REQUIRE(!over_file);
    BOOST_TEST(std::filesystem::file_size(path) == 4U);
    std::filesystem::remove(path);

    { // as a killed run leaves it
        const auto address = socket_address(path).value();
        const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        BOOST_REQUIRE_EQUAL(
            ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    const auto over_dead = ControlServer::create(path, echo);
    BOOST_REQUIRE(!over_dead);
    BOOST_TEST(
        over_dead.error().message ==
        fmt::format("the socket {0} is left from a run that is gone: remove it (rm {0})", path));
    BOOST_TEST(!ControlServer::create(std::string(200, 'x'), echo));
    BOOST_TEST(!ControlServer::create("", echo));
    BOOST_TEST(!ControlServer::create(folder / "no/such/folder", echo));
}

BOOST_AUTO_TEST_CASE(several_clients_are_served_side_by_side) {
    House house;
    Guest one(house.path);
    Guest other(house.path);
    one.send("{\"do\":\"a\"}\n{\"do\":\"b\"}\n");
    other.send("{\"do\":");
    house.attend_all();
    BOOST_TEST(one.receive() == "{\"ok\":true,\"did\":\"a\"}\n{\"ok\":true,\"did\":\"b\"}\n");
    BOOST_TEST(other.receive().empty());
    other.send("\"c\"}\n");
    house.attend_all();
    BOOST_TEST(other.receive() == "{\"ok\":true,\"did\":\"c\"}\n");
}

BOOST_AUTO_TEST_CASE(nonsense_gets_a_message) {
    House house;
    Guest guest(house.path);
    for (const auto* line : {"\n", "hello\n", "[1,2]\n", "{\"do\":5}\n", "{\"do\":\"a\",\"x\":1}\n",
                             "{\"do\":\"a\",\"argument\":[]}\n", "{\"do\":\"refuse\"}\n",
                             "\xFF\xFE\n", "{\"do\":\"\xC3\"}\n"}) {
        guest.send(line);
        house.attend_all();
        const auto answer = guest.receive();
        BOOST_TEST(answer.starts_with("{\"ok\":false,\"error\":\""), line << answer);
        BOOST_TEST(!read_reply(answer));
    }
    guest.send(std::string(60'000, '[') + "\n"); // deep, and yet a line
    house.attend_all();
    BOOST_TEST(guest.receive().starts_with("{\"ok\":false"));
}

BOOST_AUTO_TEST_CASE(an_endless_line_ends_the_talk) {
    House house;
    Guest guest(house.path);
    for (std::size_t sent = 0; sent <= longest_request; sent += 8192) {
        const std::string part(8192, 'x');
        guest.send(part);
        house.attend_all();
    }
    BOOST_TEST(guest.receive().find("at most 65536 bytes") != std::string::npos);
    BOOST_TEST(guest.closed());
    Guest next(house.path);
    next.send("{\"do\":\"a\"}\n");
    house.attend_all();
    BOOST_TEST(next.receive() == "{\"ok\":true,\"did\":\"a\"}\n");
}

// Four MiB an answer, and it takes none of them.
BOOST_AUTO_TEST_CASE(who_does_not_listen_is_not_answered_for_ever) {
    House house;
    Guest deaf(house.path);
    Guest guest(house.path);
    for (int i = 0; i < 12; ++i)
        deaf.send("{\"do\":\"big\"}\n");
    BOOST_TEST(house.attend_all() < 10'000);
    BOOST_TEST(house.echo.asked.size() == 1U); // the second is not done before the first is taken
    guest.send("{\"do\":\"a\"}\n");
    house.attend_all();
    BOOST_TEST(guest.receive() == "{\"ok\":true,\"did\":\"a\"}\n");
    std::size_t lines = 0; // and when it listens it gets them all
    for (int i = 0; i < 20'000 && lines < 12; ++i) {
        house.server->attend();
        const auto text = deaf.receive();
        lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
    BOOST_TEST(lines == 12U);
}

BOOST_AUTO_TEST_CASE(a_flood_is_handled_a_piece_at_a_time) {
    House house;
    Guest guest(house.path);
    std::string flood;
    for (int i = 0; i < 2000; ++i)
        flood += "{\"do\":\"a\"}\n";
    guest.send(flood);
    house.server->attend(); // accepts
    house.server->attend();
    BOOST_TEST(house.echo.asked.size() <= 32U);
    for (int i = 0; i < 2000 && house.echo.asked.size() < 2000; ++i) {
        house.server->attend();
        guest.receive();
    }
    BOOST_TEST(house.echo.asked.size() == 2000U);
}

BOOST_AUTO_TEST_CASE(clients_come_and_go) {
    House house;
    for (int i = 0; i < 100; ++i) {
        Guest guest(house.path);
        guest.send("{\"do\":\"a\"}\n{\"do\"");
        if (i % 3 != 0)
            house.attend_all();
    }
    house.attend_all();
    std::list<Guest> crowd;
    for (std::size_t i = 0; i <= ControlServer::most_clients; ++i) {
        crowd.emplace_back(house.path);
        house.attend_all();
    }
    BOOST_TEST(crowd.back().receive().find("16 clients are here already") != std::string::npos);
    BOOST_TEST(crowd.back().closed());
    crowd.front().send("{\"do\":\"a\"}\n");
    house.attend_all();
    BOOST_TEST(crowd.front().receive() == "{\"ok\":true,\"did\":\"a\"}\n");
    crowd.clear();
    house.attend_all();
    Guest guest(house.path);
    guest.send("{\"do\":\"a\"}\n");
    house.attend_all();
    BOOST_TEST(guest.receive() == "{\"ok\":true,\"did\":\"a\"}\n");
}

// ------------------------------------------------------------------------ what a rig can be asked

struct Drivers {
    TemporaryFolder folder;
    mmc::VirtualClock clock;
    std::unique_ptr<Rig> rig;
    std::unique_ptr<RigControl> control;

    explicit Drivers(RigOptions options = {}) {
        auto made = Rig::create(options, clock);
        BOOST_REQUIRE_MESSAGE(made, made.error().message);
        rig = std::move(*made);
        control = std::make_unique<RigControl>(*rig, clock);
        for (int i = 0; i < 3; ++i)
            ready();
    }
    std::string send(std::vector<std::uint8_t> cdb) {
        const auto completion = rig->target().execute({cdb, {}, {}});
        const auto sense = mmc::decode_sense(completion.sense.view());
        return sense ? mmc::to_string(sense->code) : "good";
    }
    std::string ready() { return send({0, 0, 0, 0, 0, 0}); }
    std::string opc() { return send({0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0}); }
    Json ask(std::string action, std::string argument = {}) {
        const auto reply = control->handle({std::move(action), std::move(argument)});
        BOOST_REQUIRE_MESSAGE(reply, reply.error().message);
        return *reply;
    }
    std::string error(std::string action, std::string argument = {}) {
        const auto reply = control->handle({std::move(action), std::move(argument)});
        return reply ? "no error" : reply.error().message;
    }
};

BOOST_AUTO_TEST_CASE(rules_come_and_go_while_the_drive_runs) {
    Drivers drivers;
    BOOST_TEST(drivers.opc() == "good");
    BOOST_TEST(drivers.ask("inject", "pca-full")["rules"].dump() == "[\"pca-full\"]");
    BOOST_TEST(drivers.opc() == "03/73/02");
    const auto list = drivers.ask("list")["faults"];
    BOOST_TEST(list[0]["name"] == "pca-full");
    BOOST_TEST(list[0]["fired"] == 1);
    BOOST_TEST(drivers.ask("remove", "pca-full")["removed"] == "pca-full");
    BOOST_TEST(drivers.opc() == "good");
    BOOST_TEST(drivers.ask("list")["faults"].empty());
    BOOST_TEST(drivers.error("inject", "pca-ful").find("did you mean pca-full?") !=
               std::string::npos);
    BOOST_TEST(drivers.error("remove", "pca-full").find("pca-full") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(several_rules_of_a_preset_are_named) {
    Drivers drivers;
    const auto names = drivers.ask("inject", "wedged-drive")["rules"];
    BOOST_TEST(names.dump() == "[\"wedged-drive\",\"wedged-drive-on\"]");
    BOOST_TEST(drivers.ask("inject", "wedged-drive")["rules"][0] == "wedged-drive-2");
}

BOOST_AUTO_TEST_CASE(the_tray_goes_in_and_the_power_off_and_on) {
    Drivers drivers;
    BOOST_TEST(drivers.error("load").find("closed already") != std::string::npos);
    drivers.ask("eject");
    BOOST_TEST(drivers.ask("load")["tray"] == "closed");
    BOOST_TEST(drivers.ready() == "06/28/00");
    BOOST_TEST(drivers.ready() == "good");
    drivers.ask("power-cycle");
    BOOST_TEST(drivers.ready().starts_with("06/29/"));
}

BOOST_AUTO_TEST_CASE(time_is_set_by_who_can_and_only_by_them) {
    Drivers drivers;
    BOOST_TEST(drivers.error("time", "x10").find("stays as --time said") != std::string::npos);
    std::string set;
    drivers.control->on_time([&](const std::string& pace) -> mmc::Result<std::string> {
        set = pace;
        return "as wished";
    });
    BOOST_TEST(drivers.ask("time", "x10")["time"] == "as wished");
    BOOST_TEST(set == "x10");
}

BOOST_AUTO_TEST_CASE(words_become_a_request) {
    const auto request = read_words("  inject  a: at WRITE -> lose \r");
    BOOST_TEST(request.action == "inject");
    BOOST_TEST(request.argument == "a: at WRITE -> lose");
    BOOST_TEST(read_words("").action.empty());
    BOOST_TEST(read_words("status").argument.empty());
}

BOOST_AUTO_TEST_CASE(the_disc_leaves_and_another_comes) {
    Drivers drivers;
    drivers.send({0x1E, 0, 0, 0, 1, 0}); // prevent removal
    BOOST_TEST(drivers.error("eject").find("locked") != std::string::npos);
    BOOST_TEST(drivers.ready() == "good");
    BOOST_TEST(drivers.error("insert", "cd-r-74").find("eject it first") != std::string::npos);
    BOOST_TEST(drivers.ask("eject", "emergency")["tray"] == "open");
    BOOST_TEST(drivers.ready() == "02/3A/02");
    BOOST_TEST(drivers.error("insert", "cd-r-7").find("cd-r-74") != std::string::npos);
    BOOST_TEST(drivers.ask("insert", "cd-r-74")["medium"] == "cd-r-74");
    BOOST_TEST(drivers.ready() == "06/28/00");
    BOOST_TEST(drivers.ready() == "good");
    BOOST_TEST(drivers.ask("status")["disc"].get<std::string>().find("cd-r-74") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(heal_takes_away_what_rules_did_to_the_disc) {
    Drivers drivers;
    drivers.rig->drive().disc()->damage().add({16, 20, emulator::DamageKind::unreadable, 0, 0});
    BOOST_TEST(drivers.ask("heal")["healed"] == 1);
    BOOST_TEST(drivers.rig->drive().disc()->damage().none());
    Drivers empty({.medium = "none"});
    BOOST_TEST(empty.error("heal") == "there is no disc in the drive");
}

BOOST_AUTO_TEST_CASE(status_and_marks) {
    TemporaryFolder folder;
    const auto trace = folder / "t.jsonl";
    Drivers drivers({.medium = "cd-r-80", .trace = trace});
    const auto status = drivers.ask("status");
    BOOST_TEST(status["drive"] == "generic-dvd-recorder");
    BOOST_TEST(status["door"] == "unlocked");
    BOOST_TEST(status["phase"] == "idle");
    drivers.ask("trace-mark", "half \"done\" \xC3\xA4");
    BOOST_REQUIRE(drivers.rig->finish());
    std::ifstream file(trace);
    std::string last;
    for (std::string line; std::getline(file, line);)
        last = line;
    const auto mark = Json::parse(last);
    BOOST_TEST(mark["mark"] == "half \"done\" \xC3\xA4");
    BOOST_TEST(mark["at"] == std::chrono::duration<double>(drivers.clock.now()).count());
    Drivers silent;
    BOOST_TEST(silent.error("trace-mark", "x").find("--trace") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_is_explained) {
    Drivers drivers;
    BOOST_TEST(drivers.error("injekt", "x") == "there is no 'injekt'; did you mean inject?");
    BOOST_TEST(drivers.error("inject") == "inject needs its RULE");
    BOOST_TEST(drivers.error("status", "x") == "status has no argument");
    BOOST_TEST(drivers.error("eject", "now").find("'emergency'") != std::string::npos);
    for (const auto& action : actions())
        BOOST_TEST(!action.summary.empty());
}

} // namespace
