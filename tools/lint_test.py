"""Good and bad snippets for every rule of the lint; run by pytest."""

import os
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cpp_text
import lint
import lint_cpp

HEAD = lint_cpp.SPDX + "\n// Says what it is for.\n"


def rules(text, path="server/core/sample.cpp", head=HEAD):
    return sorted({rule for _, rule, _ in lint.check(path, head + text)})


BAD = {
    "await-shape": [
        "awaitable<void> f() { co_await run([x] { go(x); }); }",
        "awaitable<void> f() {\n    auto r = co_await run(pool, [this, id](auto c) { return go(c, id); });\n}",
        "awaitable<void> f() {\n    co_await send(Message{1, text});\n}",
        "awaitable<void> f() {\n    co_await send(Message{.a = text}, 3);\n}",
        "awaitable<void> f() {\n    co_await send({a, b});\n}",
        "awaitable<void> f() {\n    co_await send(1, {a, b});\n}",
        "awaitable<void> f() {\n    co_await send(std::vector<int>{1, 2});\n}",
        "awaitable<void> f() {\n    store(Thing{1}, co_await load());\n}",
        "awaitable<void> f() {\n    if (co_await ask(Query{text})) {\n        go();\n    }\n}",
        "awaitable<void> f() {\n    for (auto& row : co_await rows([x] { return x; })) {\n        go(row);\n    }\n}",
        "awaitable<void> f() {\n    co_return co_await ask(Query{text});\n}",
    ],
    "coroutine-capture": [
        "auto g = [x]() -> awaitable<void> { co_await go(x); };",
        "auto g = [&] {\n    if (a) {\n        co_return;\n    }\n};",
        "spawn([this]() -> awaitable<void> { co_await loop(); });",
    ],
    "empty-catch": [
        "void f() { try { g(); } catch (...) {} }",
        "void f() { try { g(); } catch (std::exception const& e) {\n} }",
    ],
    "raw-new": ["auto* a = new Thing(1);", "void f(A* a) { delete a; }", "auto* b = new int[3];",
                "void f(void* a) { delete static_cast<A*>(a); }"],
    "detached": ["void f() { co_spawn(ex, g(), asio::detached); }", "void f() { co_spawn(ex, g(), detached); }"],
    "formatted-xml": [
        'auto s = fmt::format("<name>{}</name>", name);',
        'auto s = "<name>" + name + "</name>";',
        'auto s = fmt::format(R"(<disk type="file"><source file="{}"/></disk>)", path);',
    ],
    "layers": [
        '#include "api/routes.hpp"',
        '#include "http/router.hpp"',
        "#include <boost/beast.hpp>",
        "#include <libvirt/libvirt.h>",
        "#include <soci/soci.h>",
        "#include <pugixml.hpp>",
    ],
    "type-name": ["class HostManager {};", "struct StringUtil {};"],
    "leftover": ["// TO" + "DO later", "// FIX" + "ME"],
    "registry": ["// see registry" + ".npmjs.org", "// from deb" + ".debian.org"],
    "function-length": [
        "void f() {" + "\n    g();" * 41 + "\n}",
        "namespace a {\nclass B : public C<D> {\n    int f() const {" + "\n    g();" * 41 + "\n}\n};\n}",
        "A::A(int b) : b_(b) {" + "\n    g();" * 41 + "\n}",
        "template <class T>\nvoid f(T a) {" + "\n    g();" * 41 + "\n}",
    ],
    "length": ["\n" * 401],
}

GOOD = [
    "awaitable<void> f() {\n    auto task = [x] { go(x); };\n    co_await run(std::move(task));\n}",
    "awaitable<void> f() {\n    Message message{1, text};\n    co_await send(std::move(message));\n}",
    "awaitable<void> f() {\n    auto found = run([x] { go(x); });\n    co_await std::move(found);\n}",
    "awaitable<void> f() {\n    co_await run([](int a) { return Thing{a}; });\n}",
    "awaitable<void> f() {\n    if (auto o = co_await load()) {\n        Thing t{1};\n        go({1, 2});\n    }\n}",
    "awaitable<void> f() {\n    for (auto& row : co_await rows()) {\n        list.push_back(Row{row});\n    }\n}",
    "awaitable<void> f() {\n    Thing t{1};\n    co_await go(t);\n    Thing u{2};\n}",
    "awaitable<void> f() {\n    co_await go(items[3], std::string(\"{\"));\n}",
    "awaitable<void> f() {\n    switch (co_await kind()) {\n        case 1:\n            go(Thing{1});\n    }\n}",
    "awaitable<int> f() {\n    try {\n        co_return co_await go();\n    } catch (Error const&) {\n        failed = true;\n    }\n}",
    "void f() {\n    auto handler = [x](auto e) { log(x, e); };\n    co_spawn(ex, loop(x), handler);\n}",
    "auto g = [](Thing x) -> awaitable<void> { co_await go(x); };",
    "auto g = [x] { spawn([](int y) -> awaitable<void> { co_await go(y); }, x); };",
    "awaitable<int> run(F f) {\n    co_return co_await async_initiate<T, void()>(f, use_awaitable);\n}",
    "[[nodiscard]] int f(int a[], int n);",
    "void f() { try { g(); } catch (...) { /* the peer is gone: nothing to tell it */ } }",
    "void f() { try { g(); } catch (...) { failed = true; } }",
    "struct A {\n    A(A const&) = delete;\n    A& operator=(A const&) =\n        delete;\n};",
    "auto a = std::make_unique<Thing>(1);  // a new thing\nbool renew = is_new;",
    "bool const news = new_day;\nstd::shared_ptr<Thing> out(new Thing(1));\n#include <new>",
    'throw Error(Kind::invalid, "a < b and c > d");',
    'auto const page = "<p>static</p>";',
    '#include "core/quota.hpp"\n#include "db/session.hpp"\n#include "virt/host.hpp"\n#include "base/id.hpp"',
    "int const big = 1'000'000;\nchar const quote = '\\'';",
    "void f() {" + "\n    g();" * 40 + "\n}",
    "std::vector<int> const all = {" + "\n    1," * 50 + "\n};",
    "DESCRIBE(B, (), (c))\n\nclass A {" + "\n    int a = 1;" * 50 + "\n};",
    "class A : public std::enable<A> {" + "\n    int a = 1;" * 50 + "\n};",
    "struct A {" + "\n    int a = 1;" * 50 + "\n};",
    "enum class A {" + "\n    a," * 50 + "\n};",
    "bool detached = false;\nif (detached) go();",
]


@pytest.mark.parametrize("rule,text", [(rule, text) for rule, texts in BAD.items() for text in texts])
def test_finds(rule, text):
    assert rule in rules(text + "\n")


@pytest.mark.parametrize("text", GOOD)
def test_lets_pass(text):
    assert rules(text + "\n") == []


@pytest.mark.parametrize("path,included,fine", [
    ("server/base/a.hpp", "base/b.hpp", True),
    ("server/base/a.hpp", "core/b.hpp", False),
    ("server/http/a.cpp", "core/b.hpp", False),
    ("server/api/a.cpp", "core/b.hpp", True),
    ("server/api/a.cpp", "app.hpp", True),
    ("server/api/a.cpp", "db/session.hpp", False),
    ("server/virt/a.cpp", "db/session.hpp", False),
    ("server/main.cpp", "api/a.hpp", True),
])
def test_layers(path, included, fine):
    assert rules(f'#include "{included}"\n', path) == ([] if fine else ["layers"])


def test_libraries_in_their_own_places():
    assert rules("#include <boost/beast.hpp>\n", "server/http/session.cpp") == []
    assert rules("#include <boost/beast.hpp>\n", "server/http/session.hpp") == ["layers"]
    assert rules("#include <libvirt/libvirt.h>\n", "server/virt/handles.hpp") == []


def test_license_and_purpose():
    assert rules("int a;\n", head="") == ["license", "purpose"]
    assert rules("int a;\n", head=lint_cpp.SPDX + "\n") == ["purpose"]
    assert rules("set -e\n", "tools/a.sh", "#!/bin/sh\n") == ["purpose"]
    assert rules("set -e\n", "tools/a.sh", "#!/bin/sh\n# Does a thing.\n") == []
    assert rules("export {}\n", "web/src/a.ts", "") == ["purpose"]


def test_syntax_of_scripts():
    assert rules("if true; then\n", "tools/a.sh", "#!/bin/sh\n# Does a thing.\n") == ["syntax"]
    assert rules("def f(:\n", "tools/a.py", '"""Does a thing."""\n') == ["syntax"]


def test_an_allowance_needs_a_reason():
    bad = "auto* a = new Thing(1);"
    assert rules(f"{bad}  // lint-allow(raw-new): the library takes it over\n") == []
    assert rules(f"// lint-allow(raw-new): the library takes it over\n{bad}\n") == []
    assert rules(f"{bad}  // lint-allow(raw-new):\n") == ["raw-new"]
    assert rules(f"{bad}  // lint-allow(detached): wrong rule\n") == ["raw-new"]


def test_positions_stay_when_text_is_scrubbed():
    text = 'a("/* no */"); // co_await T{}\nb(R"x(";)x"); /* [x] {\n */ c(\'"\');\n'
    code = cpp_text.scrub(text)
    assert len(code) == len(text)
    assert code.count("\n") == text.count("\n")
    assert "co_await" not in code and "[x]" not in code
    assert code.index("c('") == text.index("c('")


def test_the_line_is_named():
    text = HEAD + "\n\nauto* a = new Thing(1);\n"
    assert [line for line, _, _ in lint.check("server/core/a.cpp", text)] == [5]


def test_the_command_fails_on_findings(tmp_path):
    here = os.path.dirname(os.path.abspath(__file__))
    run = subprocess.run([sys.executable, os.path.join(here, "lint.py"), "tools/lint.py"], capture_output=True)
    assert run.returncode == 0
    bad = tmp_path / "a.cpp"
    bad.write_text("int a;\n")
    run = subprocess.run([sys.executable, os.path.join(here, "lint.py"), str(bad)], capture_output=True, text=True)
    assert run.returncode == 1 and "license" in run.stdout
