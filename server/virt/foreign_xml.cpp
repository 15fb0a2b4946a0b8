// SPDX-License-Identifier: Apache-2.0
// Writes the new definition from the start: of the old one only what QEMU understands is taken.
#include "virt/foreign_xml.hpp"

#include "base/error.hpp"
#include "virt/xml.hpp"

#include <algorithm>
#include <array>

namespace ourea::virt {

namespace {

using pugi::xml_node;

/// What Xen's driver writes for an interface whose configuration names no address.
constexpr std::string_view no_mac = "00:00:00:00:00:00";

/// The names of a format for Xen and for QEMU; others do not come along.
std::string format_of(std::string const& target, std::string const& format) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> known{
        {{"", "raw"}, {"raw", "raw"}, {"qcow2", "qcow2"}, {"vhd", "vpc"}, {"vpc", "vpc"}}};
    auto const found = std::ranges::find(known, format, [](auto const& one) { return one.first; });
    if (found != known.end()) return std::string(found->second);
    throw invalid("disks", "The disk " + target + " is of the format " + format +
                               ", which cannot be imported: convert it with qemu-img first.");
}

/// The next free name: "vda", "vdb", …
std::string virtio_target(std::size_t number) {
    if (number >= 26) throw invalid("disks", "More than 26 disks cannot be imported.");
    return std::string("vd") + static_cast<char>('a' + number);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

class Conversion {
public:
    Conversion(xml_node old, ForeignSpec const& spec)
        : old_(old), spec_(spec), full_(xml::text(old.child("os").child("type")) == "hvm") {}

    ForeignMachine run() {
        identity();
        platform();
        auto const devices = machine_.append_child("devices");
        for (auto disk : old_.child("devices").children("disk"))
            disk_of(devices, disk);
        for (auto nic : old_.child("devices").children("interface"))
            interface_of(devices, nic);
        screen_of(devices);
        notes();
        out_.xml = xml::print(document_);
        return std::move(out_);
    }

private:
    void note(std::string text) { out_.notes.push_back(std::move(text)); }

    xml_node add(xml_node parent, char const* name,
                 std::initializer_list<std::pair<char const*, std::string>> attributes) {
        auto node = parent.append_child(name);
        for (auto const& [key, value] : attributes)
            xml::set_attribute(node, key, value);
        return node;
    }

    void copy(char const* name) {
        if (auto const node = old_.child(name)) machine_.append_copy(node);
    }

    void identity() {
        machine_ = document_.append_child("domain");
        xml::set_attribute(machine_, "type", spec_.kvm ? "kvm" : "qemu");
        out_.name = spec_.name.empty() ? xml::text(old_.child("name")) : spec_.name;
        auto const id = InstanceId::parse(xml::text(old_.child("uuid")));
        out_.id = id ? *id : InstanceId::random();
        xml::set_text(machine_.append_child("name"), out_.name);
        xml::set_text(machine_.append_child("uuid"), out_.id.str());
        for (auto const* name : {"title", "description", "memory", "currentMemory"})
            copy(name);
        auto const vcpus = xml::text(old_.child("vcpu"));
        xml::set_text(machine_.append_child("vcpu"), vcpus.empty() ? "1" : vcpus);
    }

    void platform() {
        auto os = machine_.append_child("os");
        auto const loader = old_.child("os").child("loader");
        if (std::string_view(loader.attribute("type").value()) == "pflash")
            xml::set_attribute(os, "firmware", "efi");
        auto type = add(os, "type", {{"arch", "x86_64"}, {"machine", full_ ? "pc" : "q35"}});
        xml::set_text(type, "hvm");
        auto boot = old_.child("os").child("boot");
        if (!boot) add(os, "boot", {{"dev", "hd"}});
        for (; boot; boot = boot.next_sibling("boot"))
            os.append_copy(boot);
        auto features = machine_.append_child("features");
        features.append_child("acpi");
        features.append_child("apic");
        if (old_.child("features").child("viridian")) hyper_v(features);
        if (spec_.kvm) add(machine_, "cpu", {{"mode", "host-model"}});
        bool const local = xml::attribute(old_.child("clock"), "basis") == "localtime" ||
                           xml::attribute(old_.child("clock"), "offset") == "localtime";
        add(machine_, "clock", {{"offset", local ? "localtime" : "utc"}});
        for (auto const* name : {"on_poweroff", "on_reboot", "on_crash"})
            copy(name);
    }

    void hyper_v(xml_node features) {
        auto const enlightened = features.append_child("hyperv");
        for (auto const* name : {"relaxed", "vapic"})
            add(enlightened, name, {{"state", "on"}});
    }

    void disk_of(xml_node devices, xml_node disk) {
        auto const was = xml::attribute(disk.child("target"), "dev");
        auto const device = xml::attribute(disk, "device");
        auto const bus = was.starts_with("hd") ? "ide" : was.starts_with("sd") ? "sata" : "virtio";
        bool const medium = device == "cdrom" || device == "floppy";
        if (medium && (device == "floppy" || bus == std::string_view("virtio")))
            return note("The drive " + was + " is left out.");
        auto const target =
            bus == std::string_view("virtio") ? virtio_target(virtio_disks_++) : was;
        auto made = add(devices, "disk",
                        {{"type", !medium && spec_.blocks ? "block" : "file"},
                         {"device", medium ? device : "disk"}});
        if (medium) {
            if (auto const source = xml::attribute(disk.child("source"), "file"); !source.empty())
                note("The medium " + source + " is not in the drive " + target + " any more.");
        } else {
            bring(made, disk, was, target);
        }
        add(made, "target", {{"dev", target}, {"bus", bus}});
        if (disk.child("readonly") || medium) made.append_child("readonly");
    }

    void bring(xml_node made, xml_node disk, std::string const& was, std::string const& target) {
        auto const source = disk.child("source");
        auto path = xml::attribute(source, "file");
        if (path.empty()) path = xml::attribute(source, "dev");
        if (path.empty())
            throw invalid("disks", "The disk " + was + " is neither a file nor a block device.");
        auto const format = format_of(was, xml::attribute(disk.child("driver"), "type"));
        auto const volume = out_.name + "-" + target + (format == "raw" ? ".img" : "." + format);
        out_.disks.push_back({was, target, path, format, volume});
        add(made, "driver", {{"name", "qemu"}, {"type", format}, {"cache", "none"}});
        add(made, "source", {{spec_.blocks ? "dev" : "file", spec_.folder + "/" + volume}});
        if (target != was && is_digit(was.back()))
            note("The disk " + was + " was a partition for its guest and is the whole disk " +
                 target + " now.");
    }

    void interface_of(xml_node devices, xml_node nic) {
        auto const bridge = xml::attribute(nic.child("source"), "bridge");
        auto const network = spec_.network.empty() && bridge.empty() ? "default" : spec_.network;
        auto made = add(devices, "interface", {{"type", network.empty() ? "bridge" : "network"}});
        auto const mac = xml::attribute(nic.child("mac"), "address");
        if (!mac.empty() && mac != no_mac) add(made, "mac", {{"address", mac}});
        if (network.empty()) {
            add(made, "source", {{"bridge", bridge}});
            if (std::ranges::find(out_.bridges, bridge) == out_.bridges.end())
                out_.bridges.push_back(bridge);
        } else {
            add(made, "source", {{"network", network}});
        }
        add(made, "model", {{"type", model_of(xml::attribute(nic.child("model"), "type"))}});
        if (auto const bandwidth = nic.child("bandwidth")) made.append_copy(bandwidth);
    }

    /// Xen emulates an rtl8139 where nothing is said.
    std::string model_of(std::string const& model) const {
        if (!full_ || model == "netfront") return "virtio";
        return model.empty() ? "rtl8139" : model;
    }

    void screen_of(xml_node devices) {
        for (auto const* name : {"serial", "console"})
            add(devices, name, {{"type", "pty"}});
        if (full_) add(devices, "input", {{"type", "tablet"}, {"bus", "usb"}});
        auto const graphics =
            add(devices, "graphics", {{"type", "vnc"}, {"port", "-1"}, {"autoport", "yes"}});
        add(graphics, "listen", {{"type", "address"}, {"address", "127.0.0.1"}});
        add(devices.append_child("video"), "model", {{"type", "vga"}});
        add(devices, "memballoon", {{"model", full_ ? "none" : "virtio"}});
    }

    void notes() {
        auto const os = old_.child("os");
        if (!full_)
            note(os.child("kernel")
                     ? "It was started with the kernel " + xml::text(os.child("kernel")) +
                           " of its host: it needs a kernel and a boot loader on its first disk."
                     : "It was paravirtualised: it needs a boot loader on its first disk.");
        if (old_.child("devices").child("hostdev"))
            note("Devices of its host that it used are left out.");
        if (old_.child("devices").child("sound")) note("Its sound card is left out.");
        for (auto const& bridge : out_.bridges)
            note("Its new host needs a bridge " + bridge + ", unless --network names a network.");
    }

    xml_node old_;
    ForeignSpec const& spec_;
    bool full_;  ///< fully virtualised
    pugi::xml_document document_;
    xml_node machine_;
    std::size_t virtio_disks_ = 0;
    ForeignMachine out_;
};

}  // namespace

ForeignMachine convert_definition(std::string_view text, ForeignSpec const& spec) {
    auto const old = xml::load(text, "domain");
    if (xml::text(old->child("domain").child("name")).empty())
        throw invalid("name", "The definition names no machine.");
    return Conversion(old->child("domain"), spec).run();
}

}  // namespace ourea::virt
