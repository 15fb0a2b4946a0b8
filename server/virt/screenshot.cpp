// SPDX-License-Identifier: Apache-2.0
// Receives a screenshot over a stream and converts it.
#include "virt/screenshot.hpp"

#include "base/error.hpp"

#include <png.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

namespace ourea::virt {

namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20;
constexpr std::uint32_t most_pixels_a_side = 8192;
constexpr std::string_view png_signature = "\x89PNG\r\n\x1a\n";

Error unusable() {
    return Error(Kind::unavailable, "The host sent a picture that cannot be read.");
}

/// Ends the transfer also when it is given up half way.
class Transfer {
public:
    explicit Transfer(virConnectPtr conn) : stream_(check(virStreamNew(conn, 0))) {}
    ~Transfer() {
        if (!finished_) virStreamAbort(stream_.get());
    }
    Transfer(Transfer const&) = delete;
    Transfer& operator=(Transfer const&) = delete;

    virStreamPtr get() const { return stream_.get(); }

    std::string receive() {
        std::string out;
        std::array<char, 65'536> buffer{};
        for (;;) {
            int const n = check(virStreamRecv(stream_.get(), buffer.data(), buffer.size()));
            if (n == 0) break;
            if (out.size() + static_cast<std::size_t>(n) > most_bytes) throw unusable();
            out.append(buffer.data(), static_cast<std::size_t>(n));
        }
        finished_ = true;
        check(virStreamFinish(stream_.get()));
        return out;
    }

private:
    StreamPtr stream_;
    bool finished_ = false;
};

struct Pixmap {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::string_view pixels;
};

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

std::optional<std::uint32_t> take_number(std::string_view& text) {
    while (!text.empty() && (is_space(text.front()) || text.front() == '#')) {
        auto const end = text.front() == '#' ? text.find('\n') : 0;
        if (end == std::string_view::npos) return std::nullopt;
        text.remove_prefix(end + 1);
    }
    std::uint32_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

Pixmap read_ppm(std::string_view text) {
    if (!text.starts_with("P6")) throw unusable();
    text.remove_prefix(2);
    auto const width = take_number(text);
    auto const height = take_number(text);
    auto const most = take_number(text);
    if (!width || !height || most != 255U || text.empty()) throw unusable();
    text.remove_prefix(1);
    if (*width == 0 || *height == 0 || *width > most_pixels_a_side ||
        *height > most_pixels_a_side) {
        throw unusable();
    }
    auto const size = std::size_t{*width} * *height * 3;
    if (text.size() < size) throw unusable();
    return {*width, *height, text.substr(0, size)};
}

}  // namespace

std::string png_of_ppm(std::string_view ppm) {
    auto const pixmap = read_ppm(ppm);
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = pixmap.width;
    image.height = pixmap.height;
    image.format = PNG_FORMAT_RGB;
    // A picture is looked at once: speed counts more than its size.
    image.flags = PNG_IMAGE_FLAG_FAST;
    png_alloc_size_t size = 0;
    auto const* const pixels = pixmap.pixels.data();
    if (png_image_write_to_memory(&image, nullptr, &size, 0, pixels, 0, nullptr) == 0) {
        throw unusable();
    }
    std::string out(size, '\0');
    if (png_image_write_to_memory(&image, out.data(), &size, 0, pixels, 0, nullptr) == 0) {
        throw unusable();
    }
    out.resize(size);
    return out;
}

std::string take_screenshot(virConnectPtr conn, InstanceId const& id) {
    auto const domain = find_domain(conn, id);
    if (virDomainIsActive(domain.get()) == 0) {
        throw Error(Kind::conflict, "The instance is not running.");
    }
    Transfer transfer(conn);
    TextPtr const type(check(virDomainScreenshot(domain.get(), transfer.get(), 0, 0)));
    auto picture = transfer.receive();
    if (picture.starts_with(png_signature)) return picture;
    return png_of_ppm(picture);
}

}  // namespace ourea::virt
