// SPDX-License-Identifier: Apache-2.0
// Looks at both hosts before it changes anything, and takes back what it made if it cannot end.
#include "virt/import.hpp"

#include "base/ids.hpp"
#include "base/log.hpp"
#include "virt/domain_calls.hpp"
#include "virt/host_core.hpp"
#include "virt/storage_calls.hpp"
#include "virt/volume_stream.hpp"
#include "virt/xml.hpp"

#include <libvirt/virterror.h>

#include <map>

namespace ourea::virt {

namespace {

bool is_folder(PoolFacts const& pool) {
    return pool.type == "dir" || pool.type == "fs" || pool.type == "netfs";
}

/// A pool that shows the files of a folder for as long as they are copied; nothing is written.
class PassingPool {
public:
    PassingPool(virConnectPtr conn, std::string const& folder) {
        pugi::xml_document document;
        auto pool = document.append_child("pool");
        xml::set_attribute(pool, "type", "dir");
        xml::set_text(pool.append_child("name"), "ourea-import-" + random_hex(4));
        xml::set_text(pool.append_child("target").append_child("path"), folder);
        pool_.reset(check(virStoragePoolCreateXML(conn, xml::print(document).c_str(), 0)));
    }
    ~PassingPool() { virStoragePoolDestroy(pool_.get()); }
    PassingPool(PassingPool const&) = delete;
    PassingPool& operator=(PassingPool const&) = delete;

private:
    PoolPtr pool_;
};

class Import {
public:
    Import(ImportWish const& wish, std::filesystem::path const& state_dir,
           ImportProgress const& progress)
        : wish_(wish),
          progress_(progress),
          from_(open_plain(prepare_uri(parse_host_uri(wish.from), state_dir))),
          to_(open_plain(prepare_uri(parse_host_uri(wish.to), state_dir))) {}

    Imported run() {
        pool_ = running_pool();
        out_.machine = convert_definition(definition(), spec());
        check_target();
        check_source();
        find_disks();
        if (wish_.dry_run) return std::move(out_);
        try {
            for (std::size_t i = 0; i < out_.machine.disks.size(); ++i)
                copy(out_.machine.disks[i], sources_[i]);
            check(virStoragePoolRefresh(find_pool(to_.get(), wish_.pool).get(), 0));
            define_domain(to_.get(), out_.machine.xml);
        } catch (...) {
            take_back();
            throw;
        }
        return std::move(out_);
    }

private:
    std::string definition() {
        auto const begin = wish_.configuration.find_first_not_of(" \t\r\n");
        if (begin != std::string::npos && wish_.configuration[begin] == '<')
            return wish_.configuration;
        auto const text = take_text(
            virConnectDomainXMLFromNative(from_.get(), "xen-xl", wish_.configuration.c_str(), 0));
        if (!text.empty()) return text;
        if (last_is(VIR_ERR_INVALID_ARG) || last_is_unsupported())
            throw invalid("from", "Only the libvirt of a Xen host reads xl configurations.");
        auto const* error = virGetLastError();
        throw invalid("file", std::string("libvirt does not understand this configuration: ") +
                                  (error && error->message ? error->message : "no reason given"));
    }

    PoolFacts running_pool() {
        for (auto& pool : read_pools(to_.get()))
            if (pool.name == wish_.pool && pool.state == "running") return std::move(pool);
        throw invalid("pool", "The host has no running storage pool " + wish_.pool + ".");
    }

    ForeignSpec spec() {
        TextPtr const kvm(
            virConnectGetDomainCapabilities(to_.get(), nullptr, "x86_64", "pc", "kvm", 0));
        return {wish_.name, pool_.path, !is_folder(pool_), wish_.network, kvm != nullptr};
    }

    void check_target() {
        auto const& machine = out_.machine;
        if (DomainPtr(virDomainLookupByUUIDString(to_.get(), machine.id.str().c_str())))
            throw Error(Kind::conflict, "The host has a machine with this UUID already.");
        if (DomainPtr(virDomainLookupByName(to_.get(), machine.name.c_str())))
            throw invalid("name", "The host has a machine " + machine.name + " already.");
        if (!wish_.network.empty() &&
            !NetworkPtr(virNetworkLookupByName(to_.get(), wish_.network.c_str())))
            throw invalid("network", "The host has no network " + wish_.network + ".");
        for (auto const& disk : machine.disks)
            if (read_volume(to_.get(), wish_.pool, disk.volume))
                throw Error(Kind::conflict,
                            "The pool has a volume " + disk.volume + " already: remove it first.");
    }

    /// `xl` does not tell libvirt of a machine that it started itself.
    void check_source() {
        DomainPtr const there(
            virDomainLookupByUUIDString(from_.get(), out_.machine.id.str().c_str()));
        if (there && virDomainIsActive(there.get()) == 1)
            throw Error(Kind::conflict,
                        "The machine runs: shut it down first, or its disks change as they are "
                        "copied.");
    }

    void find_disks() {
        std::uint64_t sum = 0;
        for (auto const& disk : out_.machine.disks) {
            auto const& source = sources_.emplace_back(find_disk(disk));
            out_.bytes.push_back(is_folder(pool_) ? source.allocation_bytes
                                                  : source.capacity_bytes);
            sum += out_.bytes.back();
        }
        if (sum > pool_.available_bytes)
            throw Error(Kind::conflict, "The disks take " + std::to_string(sum >> 20) +
                                            " MiB, and the pool " + wish_.pool + " has " +
                                            std::to_string(pool_.available_bytes >> 20) +
                                            " MiB left.");
    }

    /// Makes the source's libvirt see the files of a folder.
    void show(std::string const& folder) {
        for (auto const& pool : read_pools(from_.get())) {
            if (pool.path != folder || pool.state != "running") continue;
            check(virStoragePoolRefresh(find_pool(from_.get(), pool.name).get(), 0));
            return;
        }
        if (!passing_.contains(folder))
            passing_[folder] = std::make_unique<PassingPool>(from_.get(), folder);
    }

    VolumeFacts find_disk(ForeignDisk const& disk) {
        auto volume = read_volume_at(from_.get(), disk.path);
        if (!volume && !disk.path.starts_with("/dev/")) {
            show(std::filesystem::path(disk.path).parent_path().string());
            volume = read_volume_at(from_.get(), disk.path);
        }
        if (!volume)
            throw invalid("disks", "The host it comes from has no volume " + disk.path + " (disk " +
                                       disk.was +
                                       "). A block device must be in a pool "
                                       "there: virsh pool-create-as.");
        if (!volume->backing_path.empty())
            throw invalid("disks", "The disk " + disk.was + " is based on " + volume->backing_path +
                                       ": make it one file with qemu-img convert first.");
        return std::move(*volume);
    }

    void copy(ForeignDisk const& disk, VolumeFacts const& facts) {
        make_volume(to_.get(), wish_.pool,
                    {disk.volume, facts.capacity_bytes, disk.format, {}, {}, is_folder(pool_)});
        made_.push_back(disk.volume);
        auto const pool = find_pool(to_.get(), wish_.pool);
        VolumePtr const target(check(virStorageVolLookupByName(pool.get(), disk.volume.c_str())));
        VolumePtr const source(check(virStorageVolLookupByPath(from_.get(), disk.path.c_str())));
        copy_content(from_.get(), source.get(), to_.get(), target.get(),
                     [&](std::uint64_t done) { return progress_(disk, done); });
    }

    void take_back() noexcept {
        for (auto const& name : made_) {
            try {
                remove_volume(to_.get(), wish_.pool, name);
            } catch (std::exception const& error) {
                log::warning("a volume is left behind",
                             {{"volume", name}, {"error", std::string_view(error.what())}});
            }
        }
    }

    ImportWish const& wish_;
    ImportProgress const& progress_;
    ConnPtr from_;
    ConnPtr to_;
    PoolFacts pool_;
    std::map<std::string, std::unique_ptr<PassingPool>> passing_;  ///< by folder
    std::vector<VolumeFacts> sources_;                             ///< of the disks, in order
    std::vector<std::string> made_;                                ///< volumes on the new host
    Imported out_;
};

}  // namespace

Imported import_machine(ImportWish const& wish, std::filesystem::path const& state_dir,
                        ImportProgress const& progress) {
    return Import(wish, state_dir, progress).run();
}

}  // namespace ourea::virt
