"""The figures for Prometheus: for whom, in which form, and that they are those of the API."""

import re

from support import Portal, Script, wait_for

SAMPLE = re.compile(r'^(ourea_\w+)(\{\w+="(?:[^"\\]|\\.)*"(?:,\w+="(?:[^"\\]|\\.)*")*\})? (-?[0-9.e+]+)$')


def scrape(portal):
    status, headers, body = portal.raw("GET", "/metrics")
    assert status == 200 and headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return body.decode() if isinstance(body, bytes) else body


def samples(text):
    """{(name, labels): value}; every line is a comment or a sample, each family has one head before its samples."""
    found, heads = {}, []
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            heads.append(line.split()[2])
        if line.startswith("#"):
            continue
        match = SAMPLE.match(line)
        assert match, line
        assert match[1] == heads[-1], line
        found[match[1], match[2] or ""] = float(match[3])
    assert len(heads) == len(set(heads))
    return found


def test_only_who_may_see_the_statistics_gets_them(server, admin, user):
    assert Portal(server.url).raw("GET", "/metrics")[0] == 401
    assert user.raw("GET", "/metrics")[0] == 403
    token = admin.post("/me/tokens", {"name": "scrape", "read_only": True})
    try:
        assert samples(scrape(Script(server.url, token["token"])))
    finally:
        admin.delete(f"/me/tokens/{token['id']}")
    assert Script(server.url, token["token"]).raw("GET", "/metrics")[0] == 401
    assert admin.raw("POST", "/metrics", b"")[0] in (404, 405)


def test_the_figures_are_those_of_the_hosts(admin, test_machine):
    host = test_machine["host"]

    def agree():
        row, found = admin.get(f"/hosts/{host}"), samples(scrape(admin))
        return row["cpus"] and found["ourea_host_cpus", f'{{host="{host}"}}'] == row["cpus"] and (row, found)
    row, found = wait_for(agree, 60, "the host's figures")
    label = f'{{host="{host}"}}'
    assert found["ourea_host_up", label] == 1
    assert found["ourea_host_memory_bytes", label] == row["memory_mib"] * 2**20
    assert found["ourea_host_instances", label] == row["instances"]
    assert found["ourea_host_promised_memory_bytes", label] == row["promised_memory_mib"] * 2**20
    assert sum(value for (name, _), value in found.items() if name == "ourea_instances") == admin.get("/instances")["total"]
    pools = {pool["name"]: pool for pool in admin.get(f"/hosts/{host}/pools")["items"]}
    for name, pool in pools.items():
        assert found["ourea_pool_capacity_bytes", f'{{host="{host}",pool="{name}"}}'] == pool["capacity_bytes"]
