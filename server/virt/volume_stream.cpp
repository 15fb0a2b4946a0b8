// SPDX-License-Identifier: Apache-2.0
// Streams data and holes (virStreamRecvFlags, virStreamSendHole).
#include "virt/volume_stream.hpp"

#include <vector>

namespace ourea::virt {

namespace {

constexpr std::size_t piece = 256 * 1024;
constexpr int at_hole = -3;  ///< what virStreamRecvFlags answers instead of data

/// Ended in peace by `finish`, else given up.
class Stream {
public:
    explicit Stream(virConnectPtr conn) : stream_(check(virStreamNew(conn, 0))) {}
    ~Stream() {
        if (open_) virStreamAbort(stream_.get());
    }
    Stream(Stream const&) = delete;
    Stream& operator=(Stream const&) = delete;

    virStreamPtr get() const { return stream_.get(); }
    void opened() { open_ = true; }
    void finish() {
        open_ = false;
        check(virStreamFinish(stream_.get()));
    }

private:
    StreamPtr stream_;
    bool open_ = false;
};

void send_all(virStreamPtr stream, char const* data, std::size_t size) {
    while (size > 0) {
        auto const sent = static_cast<std::size_t>(check(virStreamSend(stream, data, size)));
        data += sent;
        size -= sent;
    }
}

}  // namespace

void copy_content(virConnectPtr from, virStorageVolPtr source, virConnectPtr to,
                  virStorageVolPtr target,
                  std::function<bool(std::uint64_t done_bytes)> const& go_on) {
    Stream in(from), out(to);
    check(virStorageVolDownload(source, in.get(), 0, 0, VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM));
    in.opened();
    check(virStorageVolUpload(target, out.get(), 0, 0, VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM));
    out.opened();
    std::vector<char> buffer(piece);
    std::uint64_t done = 0;
    for (;;) {
        if (!go_on(done)) throw Error(Kind::conflict, "The import was cancelled.");
        int const got = virStreamRecvFlags(in.get(), buffer.data(), buffer.size(),
                                           VIR_STREAM_RECV_STOP_AT_HOLE);
        if (got == 0) break;
        if (got == at_hole) {
            long long length = 0;
            check(virStreamRecvHole(in.get(), &length, 0));
            check(virStreamSendHole(out.get(), length, 0));
            done += static_cast<std::uint64_t>(length);
            continue;
        }
        check(got);
        send_all(out.get(), buffer.data(), static_cast<std::size_t>(got));
        done += static_cast<std::uint64_t>(got);
    }
    in.finish();
    out.finish();
}

}  // namespace ourea::virt
