// SPDX-License-Identifier: Apache-2.0
// The front end's files, read once, with their compressed forms, types and tags.
#include "http/files.hpp"

#include "base/error.hpp"
#include "base/log.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

namespace ourea::http {

namespace fs = std::filesystem;

namespace {

constexpr char index_name[] = "index.html";

constexpr std::string_view not_built =
    "The front end is not built yet.\n\n"
    "In the source tree, ./dev build makes it; an installed portal finds it in its data "
    "directory.\n"
    "The API works without it: see /api/openapi.json.\n";

struct Type {
    std::string_view extension, type;
};

constexpr Type types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".ttf", "font/ttf"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
};

std::string type_of(fs::path const& file) {
    auto found = std::ranges::find(types, file.extension().string(), &Type::extension);
    return std::string(found == std::end(types) ? "application/octet-stream" : found->type);
}

std::string etag_of(std::string const& content) {
    std::array<unsigned char, 16> digest{};
    crypto_generichash(digest.data(), digest.size(),
                       reinterpret_cast<unsigned char const*>(content.data()), content.size(),
                       nullptr, 0);
    std::array<char, 2 * digest.size() + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    return '"' + std::string(hex.data()) + '"';
}

std::string_view trim(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t'))
        text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t'))
        text.remove_suffix(1);
    return text;
}

std::string_view cut(std::string_view& list, char separator) {
    auto const end = list.find(separator);
    auto const first = list.substr(0, end);
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
    return trim(first);
}

double quality(std::string_view parameters) {
    while (!parameters.empty()) {
        auto const parameter = cut(parameters, ';');
        if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
        double value = 0;
        auto const* end = parameter.data() + parameter.size();
        auto [rest, error] = std::from_chars(parameter.data() + 2, end, value);
        return error == std::errc() && rest == end ? std::clamp(value, 0.0, 1.0) : 0;
    }
    return 1;
}

/// If-None-Match compares weakly: a proxy that recompresses may have weakened our tag.
bool tag_matches(std::string_view list, std::string_view etag) {
    while (!list.empty()) {
        auto tag = cut(list, ',');
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == etag || tag == "*") return true;
    }
    return false;
}

bool within(fs::path const& root, fs::path const& file) {
    auto const relative = fs::relative(fs::canonical(file), root);
    return !relative.empty() && *relative.begin() != "..";
}

Response text(unsigned status, std::string body) {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(body);
    return response;
}

std::string with_base(std::string_view html, std::string const& base_path) {
    constexpr std::string_view relative = "\"./";
    std::string result;
    while (true) {
        auto const found = html.find(relative);
        result += html.substr(0, found);
        if (found == std::string_view::npos) return result;
        result += '"' + base_path + '/';
        html.remove_prefix(found + relative.size());
    }
}

}  // namespace

double encoding_quality(std::string_view accept_encoding, std::string_view coding) {
    double any = 0;
    while (!accept_encoding.empty()) {
        auto item = cut(accept_encoding, ',');
        auto const name = cut(item, ';');
        if (equal_ignoring_case(name, coding)) return quality(item);
        if (name == "*") any = quality(item);
    }
    return any;
}

Files::Files(fs::path const& directory, std::string base_path) : base_path_(std::move(base_path)) {
    std::error_code error;
    auto const root = fs::canonical(directory, error);
    if (error || !fs::is_directory(root)) {
        log::warning("the front end is not built", {{"directory", directory.string()}});
        return;
    }
    for (auto const& entry : fs::recursive_directory_iterator(root))
        if (entry.is_regular_file() && within(root, entry.path())) load(root, entry.path());
    // Only now is it known which compressed files belong to one that is there.
    std::erase_if(files_, [](auto const& file) { return !file.second.plain.body; });
    auto const index = files_.find(index_name);
    built_ = index != files_.end();
    if (built_) index->second.brotli = index->second.gzip = {};  // of what it was before
}

void Files::load(fs::path const& root, fs::path const& path) {
    auto name = fs::relative(path, root).generic_string();
    if (name.starts_with('.') || name.find("/.") != std::string::npos) return;
    std::ifstream in(path, std::ios::binary);
    std::string content(std::istreambuf_iterator<char>(in), {});
    if (!in) throw Error(Kind::internal, "The front end cannot be read", path.string());
    if (name == index_name) content = with_base(content, base_path_);
    auto const tag = etag_of(content);
    Variant variant{std::make_shared<std::string const>(std::move(content)), tag};
    if (name.ends_with(".br")) {
        files_[name.substr(0, name.size() - 3)].brotli = std::move(variant);
    } else if (name.ends_with(".gz")) {
        files_[name.substr(0, name.size() - 3)].gzip = std::move(variant);
    } else {
        auto& file = files_[name];
        file.type = type_of(path);
        file.immutable = name.starts_with("assets/");
        file.plain = std::move(variant);
    }
}

Files::File const* Files::find(Request const& request) const {
    std::string name;
    for (auto const& segment : request.segments) {
        if (segment.starts_with('.') || segment.find('/') != std::string::npos) return nullptr;
        if (!name.empty()) name += '/';
        name += segment;
    }
    auto found = files_.find(name);
    if (found != files_.end()) return &found->second;
    bool const asset = !request.segments.empty() && request.segments.front() == "assets";
    // A page's path may end in a name with a dot: /users/jan.novak.
    bool const file_at_root =
        request.segments.size() == 1 && request.segments.front().find('.') != std::string::npos;
    if (asset || file_at_root) return nullptr;
    return &files_.find(index_name)->second;
}

Response Files::serve(Request const& request) const {
    if (request.method != "GET" && request.method != "HEAD") {
        auto refused = text(405, "Only GET and HEAD are allowed here.\n");
        refused.headers.add("Allow", "GET, HEAD");
        return refused;
    }
    if (!built_) return text(503, std::string(not_built));
    auto const* file = find(request);
    if (!file) return text(404, "There is no such page.\n");

    auto const accept = request.headers.joined("Accept-Encoding").value_or("");
    auto const brotli = file->brotli.body ? encoding_quality(accept, "br") : 0;
    auto const gzip = file->gzip.body ? encoding_quality(accept, "gzip") : 0;
    bool const prefers_brotli = brotli > 0 && brotli >= gzip;
    auto const& variant = prefers_brotli ? file->brotli : gzip > 0 ? file->gzip : file->plain;

    Response response;
    response.headers.add("ETag", variant.etag);
    response.headers.add("Cache-Control",
                         file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (file->brotli.body || file->gzip.body) response.headers.add("Vary", "Accept-Encoding");
    auto const known = request.headers.joined("If-None-Match");
    if (known && tag_matches(*known, variant.etag)) {
        response.status = 304;
        return response;
    }
    response.headers.add("Content-Type", file->type);
    if (&variant != &file->plain)
        response.headers.add("Content-Encoding", prefers_brotli ? "br" : "gzip");
    response.body = variant.body;
    return response;
}

}  // namespace ourea::http
