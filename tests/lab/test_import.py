"""A machine of another hypervisor comes here with its disks. What only the libvirt of a Xen host can do, reading `xl`
configurations, is done beforehand: its words are in tests/data, and tests/xen tries the whole of it."""

import pathlib
import re
import subprocess

import pytest
from steps import in_state, remove
from support import ROOT, wait_for
from support.server import BINARY

DATA = ROOT / "tests/data"
UUID = "11111111-2222-4333-8444-555555555504"


@pytest.fixture(scope="module")
def folder(fleet):
    """On the first host and in no pool: a system that boots, in the format raw with holes, and data in qcow2."""
    folder = fleet.hosts[0].directory / "xen"
    folder.mkdir()
    system = folder / "system.qcow2"
    subprocess.run([ROOT / "guest/build-tiny", system], check=True, capture_output=True)
    subprocess.run(["qemu-img", "convert", "-O", "raw", system, folder / "hvm.img"], check=True)
    system.unlink()
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", folder / "data.qcow2", "64M"], check=True)
    subprocess.run(["qemu-io", "-c", "write -P 7 1M 1M", folder / "data.qcow2"], check=True, capture_output=True)
    return folder


@pytest.fixture
def definition(folder, tmp_path, fleet):
    """What libvirt makes of the configuration, with the disks where they are and an address of the network's."""
    text = (DATA / "xen-hvm.xml").read_text().replace("/srv/xen", str(folder))
    file = tmp_path / "hvm.xml"
    file.write_text(text.replace("00:16:3e:11:22:37", fleet.address(30)[0]).replace("2097152", "262144").replace(
        "1048576", "262144").replace("e1000", "netfront"))  # the small system has drivers for virtio alone
    return file


def bring(server, file, *options, pool="lab", to="hv2", text=None):
    return server.command("import", file, "--from", "hv1", "--to", to, "--pool", pool, "--network", "lab", *options, text=text)


def same(one, other):
    run = subprocess.run(["qemu-img", "compare", "-U", one, other], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def pools(host):
    return sorted(host.virsh("pool-list", "--all", "--name").split())


def emulate(host, name, file):
    """What KVM does where the lab runs, if there is any, is nobody's promise."""
    text = re.sub(r"<cpu .*</cpu>|<cpu [^>]*/>", "", host.virsh("dumpxml", name, "--inactive"), flags=re.S)
    file.write_text(text.replace("<domain type='kvm'", "<domain type='qemu'"))
    host.virsh("define", file)


def test_a_machine_comes_with_its_disks_and_boots(fleet, fleet_server, fleet_admin, definition, folder, tmp_path):
    source, target = fleet.hosts
    before = pools(source)
    dry = bring(fleet_server, definition, "--dry-run")
    assert "Nothing was made." in dry and "hvm" not in target.domains() and pools(source) == before
    told = bring(fleet_server, definition)
    assert "disk xvdb" in told and "x.iso is not in the drive" in told and pools(source) == before
    pool = pathlib.Path(target.pool)
    same(folder / "hvm.img", pool / "hvm-hda.img")
    same(folder / "data.qcow2", pool / "hvm-vda.qcow2")
    image = (pool / "hvm-hda.img").stat()
    assert image.st_blocks * 512 < image.st_size, "its holes are filled"
    wait_for(lambda: fleet_admin.get("/instances", q="hvm")["total"] == 1, 60, "its row")
    row = fleet_admin.get(f"/instances/{UUID}")
    assert (row["host"], row["state"], row["owners"], row["memory_mib"]) == (target.name, "shutoff", [], 256)
    fleet_admin.patch(f"/instances/{UUID}", {"owner": "user"})
    record = next(row for row in fleet_admin.get("/audit", object=f"instance:{UUID}")["items"] if row["action"] == "instance.import")
    assert record["detail"]["disks"] == ["hvm-hda.img", "hvm-vda.qcow2"] and record["via"] == "cli"
    emulate(target, "hvm", tmp_path / "emulated.xml")
    fleet_admin.post(f"/instances/{UUID}/start")
    in_state(fleet_admin, UUID, "running")
    wait_for(lambda: fleet.answers(30), 120, "the guest")
    remove(fleet_admin, UUID)
    assert not [name for name in target.volumes() if name.startswith("hvm-")]


def test_what_is_made_by_another_meanwhile_stays(fleet, fleet_server, definition):
    """A second import of the same machine, which the first does not know of yet."""
    target = fleet.hosts[1]
    theirs = pathlib.Path(target.pool) / "hvm-vda.qcow2"
    theirs.write_text("somebody's")  # not seen by libvirt before its pool is refreshed
    try:
        with pytest.raises(RuntimeError, match="exists already|refused"):
            bring(fleet_server, definition)
        assert theirs.read_text() == "somebody's" and "hvm-hda.img" not in target.volumes()
    finally:
        theirs.unlink()
        target.refresh_pools()


def test_nothing_comes_to_a_host_in_maintenance(fleet_server, fleet_admin, definition):
    fleet_admin.post("/hosts/hv2/maintenance", {"storage": False})
    try:
        with pytest.raises(RuntimeError, match="hv2 is in maintenance"):
            bring(fleet_server, definition)
    finally:
        fleet_admin.delete("/hosts/hv2/maintenance")


def test_a_configuration_needs_a_xen_host(fleet_server):
    with pytest.raises(RuntimeError, match="Only the libvirt of a Xen host reads xl configurations"):
        bring(fleet_server, DATA / "xen-hvm.cfg")


@pytest.mark.parametrize(("change", "options", "words"), [
    (("data.qcow2", "gone.qcow2"), {}, "has no volume .*gone.qcow2 .disk xvdb"),
    (("hvm.img", "hvm.img"), {"pool": "nowhere"}, "no running storage pool nowhere"),
    (("<name>hvm<", "<name>shared-template<"), {"to": "hv1"}, "has a machine shared-template already"),
    (("<name>hvm<", "<name>a/b<"), {}, "cannot be a volume's name"),
])
def test_what_is_in_the_way_is_said_and_nothing_is_made(fleet, fleet_server, definition, change, options, words):
    definition.write_text(definition.read_text().replace(*change))
    before = [(pools(host), host.volumes(), host.domains()) for host in fleet.hosts]
    with pytest.raises(RuntimeError, match=words):
        bring(fleet_server, definition, **options)
    assert [(pools(host), host.volumes(), host.domains()) for host in fleet.hosts] == before


def test_a_definition_that_the_host_refuses_leaves_no_disks(fleet, fleet_server, definition):
    definition.write_text(definition.read_text().replace("netfront", "no such card"))
    before = fleet.hosts[1].volumes()
    with pytest.raises(RuntimeError, match="does not accept the definition|refused"):
        bring(fleet_server, definition)
    assert fleet.hosts[1].volumes() == before


def test_an_interrupted_copy_leaves_no_disks(fleet, fleet_server, definition, folder):
    target = fleet.hosts[1]
    large = folder / "large.img"
    subprocess.run(["sh", "-c", f"head -c 600M /dev/urandom > {large}"], check=True)
    definition.write_text(definition.read_text().replace("data.qcow2", "large.img").replace("type='qcow2'", "type='raw'"))
    before = target.volumes()
    process = subprocess.Popen([BINARY, "import", definition, "--from", "hv1", "--to", "hv2", "--pool", "lab", "--network", "lab",
                                "--state-dir", fleet_server.state], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: any(name.startswith("hvm-vda") for name in target.volumes()), 60, "the copy", every=0.01)
    process.terminate()
    _, words = process.communicate(timeout=60)
    assert process.returncode == 1 and "The import was cancelled." in words, words
    assert "hvm" not in target.domains() and target.volumes() == before
    large.unlink()
