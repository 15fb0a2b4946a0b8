// SPDX-License-Identifier: Apache-2.0
// The front end's files: variants, tags, the single page, and what must stay hidden.
#include "http/files.hpp"

#include "http/target.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ourea::http {
namespace {

namespace fs = std::filesystem;

class FilesTest : public testing::Test {
protected:
    FilesTest() {
        auto pattern = (fs::temp_directory_path() / "ourea-files-XXXXXX").string();
        base_ = ::mkdtemp(pattern.data());
        write("web/index.html", "<html>");
        write("web/assets/app-1.js", "plain script");
        write("web/assets/app-1.js.br", "brotli");
        write("web/assets/app-1.js.gz", "gzip");
        write("web/assets/style.css", "css");
        write("web/favicon.svg", "<svg>");
        write("web/.hidden", "hidden");
        write("web/.git/config", "hidden");
        write("web/orphan.js.br", "brotli of nothing");
        write("secret.txt", "secret");
        fs::create_symlink(base_ / "secret.txt", base_ / "web/leak.txt");
    }
    ~FilesTest() override { fs::remove_all(base_); }

    void write(std::string const& name, std::string const& text) {
        fs::create_directories((base_ / name).parent_path());
        std::ofstream(base_ / name) << text;
    }

    Response get(std::string target, Headers headers = {}, std::string method = "GET") const {
        Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.headers = std::move(headers);
        EXPECT_TRUE(parse_target(request));
        return Files(base_ / "web", base_path_).serve(request);
    }

    fs::path base_;
    std::string base_path_;
};

std::string header(Response const& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or("(absent)"));
}

TEST_F(FilesTest, HaveTheirTypes) {
    EXPECT_EQ(header(get("/"), "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(header(get("/assets/style.css"), "Content-Type"), "text/css; charset=utf-8");
    EXPECT_EQ(header(get("/favicon.svg"), "Content-Type"), "image/svg+xml");
    EXPECT_EQ(header(get("/assets/app-1.js"), "Content-Type"), "text/javascript; charset=utf-8");
}

TEST_F(FilesTest, AreCachedForeverOnlyUnderImmutableNames) {
    EXPECT_EQ(header(get("/assets/style.css"), "Cache-Control"),
              "public, max-age=31536000, immutable");
    EXPECT_EQ(header(get("/"), "Cache-Control"), "no-cache");
    EXPECT_EQ(header(get("/favicon.svg"), "Cache-Control"), "no-cache");
}

TEST_F(FilesTest, ComeInTheBestEncodingThatIsAccepted) {
    struct {
        char const* accept;
        char const* encoding;
        char const* body;
    } const cases[] = {
        {"gzip, deflate, br", "br", "brotli"},
        {"gzip", "gzip", "gzip"},
        {"br;q=0.5, gzip;q=0.9", "gzip", "gzip"},
        {"br;q=0, gzip;q=0", "(absent)", "plain script"},
        {"*", "br", "brotli"},
        {"br;q=0, *;q=0.1", "gzip", "gzip"},
        {"identity", "(absent)", "plain script"},
        {"", "(absent)", "plain script"},
        {"br;q=nonsense", "(absent)", "plain script"},
    };
    for (auto const& c : cases) {
        Headers headers = {{"Accept-Encoding", c.accept}};
        auto const response = get("/assets/app-1.js", headers);
        EXPECT_EQ(header(response, "Content-Encoding"), c.encoding) << c.accept;
        EXPECT_EQ(response.body.view(), c.body) << c.accept;
        EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
        EXPECT_EQ(header(response, "Content-Type"), "text/javascript; charset=utf-8");
    }
    EXPECT_EQ(header(get("/"), "Vary"), "(absent)");
}

TEST_F(FilesTest, AreNotSentAgainToThoseWhoHaveThem) {
    auto const etag = header(get("/"), "ETag");
    EXPECT_TRUE(etag.starts_with('"') && etag.size() == 34) << etag;
    for (auto const& known : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
        Headers headers = {{"If-None-Match", known}};
        auto const response = get("/", headers);
        EXPECT_EQ(response.status, 304u) << known;
        EXPECT_EQ(header(response, "ETag"), etag);
        EXPECT_TRUE(response.body.empty());
    }
    Headers headers = {{"If-None-Match", "\"other\""}};
    EXPECT_EQ(get("/", headers).status, 200u);
}

TEST_F(FilesTest, DifferInTagByEncoding) {
    Headers headers = {{"Accept-Encoding", "br"}};
    EXPECT_NE(header(get("/assets/app-1.js", headers), "ETag"),
              header(get("/assets/app-1.js"), "ETag"));
}

TEST_F(FilesTest, GiveTheSinglePageForItsRoutes) {
    for (char const* route : {"/", "/instances", "/instances/123/console", "/instances/", "/a//b",
                              "/users/jan.novak"}) {
        EXPECT_EQ(get(route).status, 200u) << route;
        EXPECT_EQ(get(route).body.view(), "<html>") << route;
    }
    EXPECT_EQ(get("/missing.js").status, 404u);
    EXPECT_EQ(get("/assets/missing").status, 404u);
    EXPECT_EQ(get("/orphan.js").status, 404u);
}

TEST_F(FilesTest, NameTheirPlaceBelowTheBasePath) {
    write("web/index.html", R"(<meta content="./"><script src="./assets/app-1.js"></script>)");
    write("web/index.html.br", "of what it was before");
    write("web/index.html.gz", "of what it was before");
    write("web/assets/app-1.js", R"(import("./other.js"))");
    struct {
        char const* base_path;
        char const* page;
    } const cases[] = {
        {"", R"(<meta content="/"><script src="/assets/app-1.js"></script>)"},
        {"/a/b", R"(<meta content="/a/b/"><script src="/a/b/assets/app-1.js"></script>)"},
    };
    Headers headers = {{"Accept-Encoding", "br, gzip"}};
    for (auto const& c : cases) {
        base_path_ = c.base_path;
        EXPECT_EQ(get("/instances/1", headers).body.view(), c.page);
        EXPECT_EQ(get("/assets/app-1.js").body.view(), R"(import("./other.js"))");
    }
}

TEST_F(FilesTest, HideWhatIsNotTheirs) {
    for (char const* target : {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
                               "/assets/..%2f..%2fsecret.txt", "/.hidden", "/.git/config",
                               "/leak.txt", "/.", "/assets/../.hidden"}) {
        auto const response = get(target);
        EXPECT_EQ(response.status, 404u) << target;
        EXPECT_EQ(response.body.view().find("secret\n"), std::string_view::npos);
    }
}

TEST_F(FilesTest, AreOnlyRead) {
    auto const response = get("/", {}, "POST");
    EXPECT_EQ(response.status, 405u);
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
    EXPECT_EQ(get("/", {}, "HEAD").status, 200u);
}

TEST(Files, SayHowToBuildThemWhenTheyAreMissing) {
    Request request;
    request.method = "GET";
    request.target = "/";
    auto const response = Files("/nonexistent/web").serve(request);
    EXPECT_EQ(response.status, 503u);
    EXPECT_NE(response.body.view().find("./dev build"), std::string_view::npos);
}

TEST(Files, ReadQualities) {
    EXPECT_EQ(encoding_quality("gzip;q=0.5", "gzip"), 0.5);
    EXPECT_EQ(encoding_quality("GZIP ; q=0.25 , br", "gzip"), 0.25);
    EXPECT_EQ(encoding_quality("*;q=0.1", "gzip"), 0.1);
    EXPECT_EQ(encoding_quality("*;q=0.1, gzip", "gzip"), 1);
    EXPECT_EQ(encoding_quality("deflate", "gzip"), 0);
    EXPECT_EQ(encoding_quality("gzip;q=7", "gzip"), 1);
}

}  // namespace
}  // namespace ourea::http
