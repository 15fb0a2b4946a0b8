"""Cloning templates on a real hypervisor: linked, full, grown, named, started, refused."""

import json
import subprocess

import pytest
from steps import clone, defined, in_state, new_instance, remove, settles
from support import Refused, wait_for


def image(disk):
    run = subprocess.run(["qemu-img", "info", "-U", "--output=json", disk], check=True, capture_output=True, text=True)
    return json.loads(run.stdout)


def test_a_linked_clone_starts_and_is_based_on_the_template(admin, host, template_id):
    row = clone(admin, template_id, start=True)
    in_state(admin, row["id"], "running")
    disk = image(host.disks(row["name"])[0])
    assert disk["backing-filename"].endswith("/tiny-template.qcow2")
    assert disk["backing-filename-format"] == "qcow2"
    assert row["origin"] == {"id": template_id, "name": "tiny-template", "linked": True}
    remove(admin, row["id"])
    settles(admin, host)


def test_a_full_clone_is_based_on_nothing(admin, host, template_id):
    row = clone(admin, template_id, linked=False, start=True)
    assert "backing-filename" not in image(host.disks(row["name"])[0])
    in_state(admin, row["id"], "running")
    remove(admin, row["id"])
    settles(admin, host)


@pytest.mark.parametrize("linked", [True, False])
def test_the_disk_grows(admin, host, template_id, linked):
    row = clone(admin, template_id, linked=linked, disk_gib=3)
    assert image(host.disks(row["name"])[0])["virtual-size"] == 3 * 1024**3
    assert row["disk_bytes"] == 3 * 1024**3
    remove(admin, row["id"])


def test_size_name_address_and_identity_are_its_own(admin, host, template_id):
    names = admin.get("/names", free=True)["items"]
    wanted = names[-1]
    row = clone(admin, template_id, name=wanted["name"], vcpus=2, memory_mib=320)
    assert (row["name"], row["vcpus"], row["memory_mib"]) == (wanted["name"], 2, 320)
    assert [nic["mac"] for nic in row["interfaces"]] == [wanted["mac"]]
    assert row["id"] != template_id and row["id"] == host.domains()[wanted["name"]]
    assert not row["template"]
    held = {name["name"]: name for name in admin.get("/names", limit=1000)["items"]}[wanted["name"]]
    assert (held["state"], held["instance"]) == ("used", row["id"])
    remove(admin, row["id"])
    assert wanted["name"] in [name["name"] for name in admin.get("/names", free=True, limit=1000)["items"]]


def test_the_guest_gets_its_name_and_address_from_the_network(admin, host, template_id):
    row = clone(admin, template_id, start=True)
    number = int(row["name"].removeprefix("ourea"))
    lease = wait_for(lambda: host.virsh("net-dhcp-leases", "lab", "--mac", host.address(number)[0]), 60, "a lease", 0.5)
    assert host.address(number)[1] + "/24" in lease
    remove(admin, row["id"])


def test_a_dry_run_changes_nothing(admin, host, template_id):
    before = host.volumes(), host.domains(), admin.get("/names", free=True)["total"]
    plan = admin.post("/instances", new_instance(template_id, disk_gib=2), dry_run=True)
    assert plan["name"].startswith("ourea") and plan["linked"] and plan["steps"]
    assert plan["usage_after"]["instances"] == plan["usage_before"]["instances"] + 1
    assert (host.volumes(), host.domains(), admin.get("/names", free=True)["total"]) == before


def test_a_user_clones_what_is_granted_within_the_quota(admin, user, host, template_id):
    with pytest.raises(Refused) as refused:
        user.post("/instances", new_instance(template_id))
    assert refused.value.status in (403, 404)
    grant = dict.fromkeys(("power", "console", "resize", "snapshot", "delete"), False)
    admin.put(f"/instances/{template_id}/grants/user:user", {"see": True, "clone": True, **grant})
    admin.put("/users/user/quota", {"instances": 1, "vcpus": 1, "memory_mib": 256, "disk_gib": 1})
    row = clone(user, template_id)
    assert row["owners"] == ["user"]
    assert defined(user.get("/me")["usage"]) == {"instances": 1, "vcpus": 1, "memory_mib": 256, "disk_gib": 1}
    with pytest.raises(Refused) as refused:
        user.post("/instances", new_instance(template_id))
    assert (refused.value.status, refused.value.problem["kind"]) == (422, "quota")
    remove(user, row["id"])
    assert user.get("/me")["usage"]["instances"] == 0
    admin.delete(f"/instances/{template_id}/grants/user:user")
    admin.put("/users/user/quota", dict.fromkeys(("instances", "vcpus", "memory_mib", "disk_gib")))
    settles(admin, host)


def test_a_template_with_linked_clones_stays(admin, host, template_id):
    row = clone(admin, template_id)
    with pytest.raises(Refused) as refused:
        admin.delete(f"/instances/{template_id}", volumes=True)
    assert refused.value.status == 409 and row["name"] in str(refused.value)
    assert "tiny-template.qcow2" in host.volumes()
    remove(admin, row["id"])
    settles(admin, host)


def test_deleting_names_its_volumes_first_and_then_removes_them(admin, host, template_id):
    row = clone(admin, template_id, start=True)
    volume = host.disks(row["name"])[0].rsplit("/", 1)[1]
    plan = admin.delete(f"/instances/{row['id']}", volumes=True, dry_run=True)
    assert [(each["pool"], each["name"], each["kept_reason"]) for each in plan["volumes"]] == [("lab", volume, None)]
    assert volume in host.volumes()
    remove(admin, row["id"])
    assert volume not in host.volumes() and row["name"] not in host.domains()
    with pytest.raises(Refused) as gone:
        admin.get(f"/instances/{row['id']}")
    assert gone.value.status == 404
    settles(admin, host)


def test_the_database_can_tell_owners_and_templates_from_the_host_alone(admin, host, template_id):
    row = clone(admin, template_id)
    assert template_id in host.metadata(row["name"])
    remove(admin, row["id"])
