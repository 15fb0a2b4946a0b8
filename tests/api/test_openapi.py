"""The route table, the document and the answers agree."""

import datetime
import json
import uuid

import jsonschema
import pytest
from support import Refused

SUCCESS = ("200", "201", "202")


@pytest.fixture(scope="module")
def document(server):
    return json.loads(server.command("openapi"))


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def schema_of(document, operation, status):
    schema = operation["responses"][status]["content"]["application/json"]["schema"]
    return {**schema, "components": document["components"]}


def check(document, method, path, status, answer):
    operation = document["paths"][path][method.lower()]
    assert str(status) in operation["responses"], (method, path, status)
    jsonschema.Draft202012Validator(schema_of(document, operation, str(status))).validate(answer)


def strict(schema):
    """Refuses what the document does not name, so that an undocumented field is found."""
    if isinstance(schema, dict):
        for value in schema.values():
            strict(value)
        if "properties" in schema:
            schema["additionalProperties"] = False
    elif isinstance(schema, list):
        for value in schema:
            strict(value)
    return schema


def test_the_program_prints_what_it_serves(server, document, admin):
    assert admin.call("GET", "/api/openapi.json") == document


def test_each_operation_is_described_well(document):
    seen = set()
    for method, path, operation in operations(document):
        assert operation["operationId"] not in seen
        seen.add(operation["operationId"])
        assert operation["summary"] and operation["x-access"] in ("anyone", "user", "staff", "administrator")
        named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}
        if method != "GET":
            assert operation["x-access"] != "anyone" or path in ("/session", "/session/single-sign-on")


def test_every_reference_leads_somewhere(document):
    text = json.dumps(document)
    for piece in text.split('"$ref": "#/')[1:]:
        node = document
        for key in piece.split('"')[0].split("/"):
            node = node[key]


def test_answers_are_as_described(document, server, admin, test_machine):
    strict(document["components"]["schemas"])
    of = {"/hosts/{name}": "/hosts/test", "/hosts/{name}/pools": "/hosts/test/pools",
          "/hosts/{name}/networks": "/hosts/test/networks", "/hosts/{name}/metrics": "/hosts/test/metrics"}
    admin.post("/names", {"items": [{"name": "doc1", "pool": "doc", "mac": "52:54:00:00:00:01", "ip": "192.0.2.1"}]})
    admin.post("/groups", {"name": "described"})
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    admin.post("/groups/described/loans", {"vcpus": 1, "reason": "A test", "expires_at": soon.isoformat()})
    asked = admin.post("/requests", {"kind": "quota", "reason": "A test", "quota": {"vcpus": 1}})
    of["/requests/{id}"] = f"/requests/{asked['id']}"
    checked = 0
    for method, path, operation in operations(document):
        content = operation["responses"].get("200", {}).get("content", {})
        if method != "GET" or "application/json" not in content or path in ("/jobs/{id}",):
            continue
        path_of = path.replace("/users/{name}", "/users/admin").replace("/groups/{name}", "/groups/described")
        path_of = path_of.replace("{user}", "admin")
        address = of.get(path, path_of.replace("{id}", test_machine["id"]))
        assert "{" not in address, path
        check(document, "GET", path, 200, admin.get(address))
        checked += 1
    assert checked >= 18
    withdrawn = admin.post(f"/requests/{asked['id']}/withdraw")
    check(document, "POST", "/requests/{id}/withdraw", 200, withdrawn)
    admin.delete("/groups/described")


def test_answers_to_writes_are_as_described(document, admin, test_machine):
    strict(document["components"]["schemas"])
    made = admin.post("/users", {"name": "described", "role": "user"})
    check(document, "POST", "/users", 201, made)
    check(document, "PATCH", "/users/{name}", 200, admin.patch("/users/described", {"email": "d@example.org"}))
    quota = {"instances": 1, "vcpus": 2, "memory_mib": 1024, "disk_gib": None}
    unlimited = {"running_instances": None, "running_vcpus": None, "running_memory_mib": None}
    assert admin.put("/users/described/quota", quota) == {**quota, **unlimited}
    instance = f"/instances/{test_machine['id']}"
    grant = admin.put(f"{instance}/grants/user:described", {"power": True})
    check(document, "PUT", "/instances/{id}/grants/{grantee}", 200, grant)
    assert grant["see"] and grant["power"] and not grant["console"]
    for verb, answer in (("suspend", "paused"), ("resume", "running")):
        view = admin.post(f"{instance}/{verb}")
        check(document, "POST", "/instances/{id}/" + verb, 200, view)
        assert view["state"] == answer
    check(document, "DELETE", "/instances/{id}", 200, admin.delete(instance, volumes=True, dry_run=True))
    check(document, "POST", "/hosts/probe", 200, admin.post("/hosts/probe", {"uri": "test:///default"}))
    assert admin.delete(f"{instance}/grants/user:described") is None
    assert admin.delete("/users/described") is None


@pytest.mark.parametrize("method, path", [("GET", "/nothing"), ("GET", f"/instances/{uuid.uuid4()}"), ("GET", "/users/nobody")])
def test_problems_are_as_described(document, admin, method, path):
    with pytest.raises(Refused) as refused:
        admin.call(method, path)
    problem = refused.value.problem
    schema = document["components"]["responses"]["Problem"]["content"]["application/problem+json"]["schema"]
    jsonschema.Draft202012Validator(strict(schema)).validate(problem)
    assert problem["status"] == refused.value.status == 404
