#!/usr/bin/python3
"""Puts into the demo's portal what it shows, over its REST API: names, a template, a quota, a grant."""

import argparse
import os
import sys

from portal import Portal, Refused, wait_for

TEMPLATE = "ourea-demo-tiny"


def ready(portal):
    try:
        return portal.raw("GET", "/readyz")[0] == 200
    except OSError:
        return False


def names(portal, subnet):
    items = [
        {"name": f"ourea{n}", "mac": f"52:54:00:6f:75:{n:02x}", "ip": f"{subnet}.{100 + n}", "pool": "ourea"}
        for n in range(1, 33)
    ]
    portal.post("/names", {"items": items})


def template(portal):
    def found():
        rows = portal.get("/instances", q=TEMPLATE)["items"]
        return next((row for row in rows if row["name"] == TEMPLATE), None)

    row = wait_for(found, 60, "the template in the list of instances")
    if not row["template"]:
        portal.patch(f"/instances/{row['id']}", {
            "template": True,
            "title": "Small Linux",
            "description": "Boots in seconds: a shell on the screen and on the serial line.",
        })
    return row["id"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("subnet", help="first three numbers of the network's addresses")
    arguments = parser.parse_args()
    portal = Portal(arguments.url)
    wait_for(lambda: ready(portal), 60, "the server's answer")
    portal.sign_in("admin", os.environ["OUREA_DEMO_PASSWORD"])
    names(portal, arguments.subnet)
    portal.put("/users/user/quota", {"instances": 4, "vcpus": 4, "memory_mib": 2048, "disk_gib": 20})
    portal.put(f"/instances/{template(portal)}/grants/user:user", {
        "see": True, "power": False, "console": False, "resize": False,
        "snapshot": False, "clone": True, "delete": False,
    })


if __name__ == "__main__":
    try:
        main()
    except (Refused, TimeoutError) as error:
        sys.exit(f"demo: {error}")
