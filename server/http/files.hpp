// SPDX-License-Identifier: Apache-2.0
// Serves the built front end from memory.
#pragma once

#include "http/message.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace ourea::http {

/// Reads the whole directory once. `x.br` and `x.gz` beside `x` are its compressed forms. A path
/// that names no file and whose last segment has no dot gets index.html, because the front end
/// routes by itself. In index.html, what is relative to it ("./x") becomes absolute below the base
/// path, because it is shown at many addresses.
class Files {
public:
    /// `base_path` is empty, or begins with a slash and ends without one.
    explicit Files(std::filesystem::path const& root, std::string base_path = {});

    Response serve(Request const& request) const;

private:
    struct Variant {
        std::shared_ptr<std::string const> body;
        std::string etag;
    };
    struct File {
        std::string type;
        bool immutable = false;
        Variant plain, brotli, gzip;
    };

    void load(std::filesystem::path const& root, std::filesystem::path const& file);
    File const* find(Request const& request) const;

    std::string base_path_;
    bool built_ = false;
    std::map<std::string, File, std::less<>> files_;  ///< by path relative to the root
};

/// The quality that an Accept-Encoding header gives a coding, from 0 (refused) to 1.
double encoding_quality(std::string_view accept_encoding, std::string_view coding);

}  // namespace ourea::http
