// SPDX-License-Identifier: Apache-2.0
// Tests screenshots and the way to a VNC server that the hypervisor itself cannot hand over.
#include "bench.hpp"
#include "sshd.hpp"
#include "virt/graphics.hpp"
#include "virt/screenshot.hpp"

#include <gtest/gtest.h>
#include <png.h>

#include <sys/un.h>

namespace ourea::virt {
namespace {

InstanceId const guest_id("11111111-2222-4333-8444-555555555555");

TEST(Screenshot, TurnsPixmapsIntoPng) {
    std::string const pixels("\xFF\x00\x00\x00\xFF\x00", 6);
    auto const png = png_of_ppm("P6\n# a comment\n2 1\n255\n" + pixels);
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    ASSERT_NE(png_image_begin_read_from_memory(&image, png.data(), png.size()), 0);
    EXPECT_EQ(image.width, 2U);
    image.format = PNG_FORMAT_RGB;
    std::string back(6, '\0');
    ASSERT_NE(png_image_finish_read(&image, nullptr, back.data(), 0, nullptr), 0);
    EXPECT_EQ(back, pixels);
}

TEST(Screenshot, RefusesWhatIsNoPicture) {
    for (std::string const text :
         {"", "P6", "P5 1 1 255 x", "P6 2 2 255\nxx", "P6 0 1 255\n", "P6 1 1 65535\nxxxxxx",
          "P6 99999 99999 255\n", "P6 -1 1 255\nxxx", "P6 #", "P6 4294967295 4294967295 255\n"}) {
        EXPECT_THROW(png_of_ppm(text), Error) << text;
    }
}

DomainFacts with_graphics(std::vector<GraphicsFacts> all) {
    DomainFacts out;
    out.state = DomainState::running;
    out.graphics = std::move(all);
    return out;
}

GraphicsFacts graphics(std::string type, std::optional<int> port) {
    GraphicsFacts out;
    out.type = std::move(type);
    out.port = port;
    return out;
}

TEST(FindVnc, TakesTheFirstVncServer) {
    auto const found = find_vnc(with_graphics({graphics("spice", 5900), graphics("vnc", 5901)}));
    EXPECT_EQ(found.index, 1U);
    EXPECT_EQ(found.port, 5901);
}

TEST(FindVnc, SaysWhatIsMissing) {
    auto words = [](DomainFacts const& facts) {
        try {
            find_vnc(facts);
        } catch (Error const& e) {
            EXPECT_EQ(e.kind(), Kind::conflict);
            return e.message();
        }
        return std::string("found");
    };
    EXPECT_NE(words(with_graphics({})).find("no display"), std::string::npos);
    EXPECT_NE(words(with_graphics({graphics("spice", 5900)})).find("spice"), std::string::npos);
    auto off = with_graphics({graphics("vnc", 5900)});
    off.state = DomainState::shutoff;
    EXPECT_NE(words(off).find("switched off"), std::string::npos);
}

/// A machine of the test driver, whose VNC server is played by the test.
class PlayedConsole : public OnlineHost {
protected:
    PlayedConsole() : OnlineHost("test://" + data_path("test-host.xml")) {}

    void run_guest(std::string const& graphics) {
        auto xml = read_data("domain-minimal.xml");
        xml.insert(xml.find("</domain>"), "<devices>" + graphics + "</devices>");
        bench.await(host->define(xml));
        bench.await(host->start(guest_id));
    }
};

TEST_F(PlayedConsole, ConnectsToTheLoopbackPort) {
    Listener server;
    run_guest("<graphics type='vnc' autoport='no' port='" + std::to_string(server.port) +
              "' listen='127.0.0.1' passwd='secret'/>");
    auto const console = bench.await(host->open_graphics(guest_id));
    auto const far = server.accept();
    EXPECT_EQ(::send(far.get(), "x", 1, MSG_NOSIGNAL), 1);
    pollfd wait{console.fd.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 10'000), 1);
    EXPECT_EQ(console.password, "secret");
}

TEST_F(PlayedConsole, ConnectsToTheSocket) {
    Folder folder;
    auto const path = (folder.path / "vnc.sock").string();
    UniqueFd const server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path.copy(at.sun_path, sizeof at.sun_path - 1);
    ASSERT_EQ(::bind(server.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    ASSERT_EQ(::listen(server.get(), 1), 0);
    run_guest("<graphics type='vnc' socket='" + path + "'/>");
    auto const console = bench.await(host->open_graphics(guest_id));
    EXPECT_TRUE(console.fd);
    EXPECT_FALSE(console.password);
}

TEST_F(PlayedConsole, SaysWhyThereIsNone) {
    auto const port = std::to_string(free_port());
    run_guest("<graphics type='vnc' autoport='no' port='" + port + "' listen='127.0.0.1'/>");
    EXPECT_EQ(bench.refusal(host->open_graphics(guest_id)), Kind::unavailable);
    bench.await(host->stop(guest_id));
    EXPECT_EQ(bench.refusal(host->open_graphics(guest_id)), Kind::conflict);
    EXPECT_NE(bench.last_words.find("switched off"), std::string::npos) << bench.last_words;
    run_guest("<graphics type='vnc' autoport='no' port='" + port + "' listen='192.0.2.1'/>");
    EXPECT_EQ(bench.refusal(host->open_graphics(guest_id)), Kind::conflict);
    EXPECT_NE(bench.last_words.find("192.0.2.1"), std::string::npos) << bench.last_words;
}

}  // namespace
}  // namespace ourea::virt
