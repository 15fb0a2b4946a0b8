"""The rules for C++: layers, what GCC 12 breaks around co_await, and habits that bite."""

import re

import cpp_text as cpp

SPDX = "// SPDX-License-Identifier: Apache-2.0"

# main -> api -> core -> {db, virt} -> base, http -> base
MAY_INCLUDE = {
    "base": {"base"},
    "db": {"db", "base"},
    "virt": {"virt", "base"},
    "http": {"http", "base"},
    "core": {"core", "db", "virt", "base"},
    "api": {"api", "core", "http", "base", "app.hpp"},
}

# Heavy libraries and the only places that may include them.
LIBRARY_PLACES = [
    (re.compile(r"<boost/beast"), re.compile(r"server/(http/.*\.cpp|third_party\.cpp)$"), "Beast", "http/*.cpp"),
    (re.compile(r"<(libvirt/|pugixml)"), re.compile(r"server/virt/"), "libvirt and pugixml", "virt/"),
    (re.compile(r"<soci"), re.compile(r"server/db/"), "SOCI", "db/"),
]

_INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|(<[^>]+>))', re.MULTILINE)


def layers(path, text, code):
    parts = path.split("/")
    layer = parts[1] if len(parts) > 2 else None
    for match in _INCLUDE.finditer(text):
        line = cpp.line_of(text, match.start(match.lastindex))
        ours, system = match.groups()
        if system:
            for library, place, name, where in LIBRARY_PLACES:
                if library.match(system) and not place.match(path):
                    yield line, f"only {where} may include {name}"
        elif layer in MAY_INCLUDE:
            target = ours.split("/")[0]
            if target not in MAY_INCLUDE[layer]:
                yield line, f"{layer}/ may not include {ours}"


def await_shapes(path, text, code):
    """Temporaries that GCC 12 destroys twice when their statement awaits."""
    seen = set()
    for match in re.finditer(r"\bco_await\b", code):
        start, end = cpp.statement(code, match.start())
        region = _without_bodies(code, start, end)
        found = None
        for position in cpp.lambdas(code, start, end):
            if region[position - start] == "[" and code[position + 1 : cpp.matching(code, position)].strip():
                found = position, "a capturing lambda"
        for shape, name in ((r"[A-Za-z0-9_>]\{", "a braced temporary"), (r"[(,=]\s*\{", "a braced list")):
            hit = re.search(shape, region)
            if hit:
                found = start + hit.start(), name
        if found and found[0] not in seen:
            seen.add(found[0])
            yield cpp.line_of(code, found[0]), f"{found[1]} in a statement with co_await: name it, then await it"


def _without_bodies(code, start, end):
    """The statement's own text: bodies of the lambdas inside are blanked."""
    region = list(code[start:end])
    for position in cpp.lambdas(code, start, end):
        body = cpp.lambda_body(code, position)
        for i in range(body[0], min(body[1] + 1, end)):
            region[i - start] = " "
    return "".join(region)


def coroutine_captures(path, text, code):
    """A capturing lambda that is a coroutine: the captures live in the closure, not in the frame."""
    every = cpp.lambdas(code)
    for position in every:
        if not code[position + 1 : cpp.matching(code, position)].strip():
            continue
        first, last = cpp.lambda_body(code, position)
        own = _without_bodies(code, first + 1, last)
        if re.search(r"\bco_(await|return|yield)\b", own):
            yield cpp.line_of(code, position), "a lambda that is a coroutine may not capture: pass parameters"


def empty_catch(path, text, code):
    for match in re.finditer(r"\bcatch\s*\([^)]*\)\s*\{", code):
        close = cpp.matching(code, match.end() - 1)
        if not text[match.end() : close].strip():
            yield cpp.line_of(code, match.start()), "an empty catch: handle it, or say in a comment why not"


def raw_new(path, text, code):
    for match in re.finditer(r"\bnew\b\s*(?:\([^)]*\)\s*)?[A-Za-z_:]|\bdelete\b", code):
        line = code[code.rfind("\n", 0, match.start()) + 1 :]
        statement = code[max(code.rfind(mark, 0, match.start()) for mark in ";{}") + 1 : match.start()]
        deleted = code[match.start()] == "d" and re.search(r"=\s*$|\boperator\s*$", statement)
        # A constructor that is not public is out of make_shared's reach.
        owned = re.search(r"_ptr<[^;]*>\s*\w*\($", statement)
        if not (deleted or owned or re.match(r"\s*#\s*include", line)):
            yield cpp.line_of(code, match.start()), "raw new or delete: use a container or a smart pointer"


def detached(path, text, code):
    for match in re.finditer(r"\bdetached\b", code):
        if re.search(r"asio::\s*$|,\s*$|using\s+[\w:]*$", code[: match.start()]):
            yield cpp.line_of(code, match.start()), "asio::detached swallows exceptions: log them in a handler"


_TAG = re.compile(r"</[a-zA-Z]|/>|<[a-zA-Z][\w:-]*(?:[ >]|$)")


def formatted_xml(path, text, code):
    if not path.startswith("server/"):
        return
    for position, literal in cpp.literals(text):
        content = literal[literal.index('"') + 1 : -1]
        if not _TAG.search(content):
            continue
        after = code[position + len(literal) :].lstrip()[:1]
        previous = cpp.before(code, position)
        joined = after == "+" or (previous >= 0 and code[previous] == "+")
        if joined or re.search(r"\{[^{}\s]*\}|%s", content):
            yield cpp.line_of(text, position), "XML is built by the DOM, never by formatting strings"


def named_by_what_it_does(path, text, code):
    for match in re.finditer(r"\b(?:class|struct)\s+(\w*(?:Manager|Helper|Util|Utils))\b", code):
        yield cpp.line_of(code, match.start()), f"{match.group(1)}: name a type by what it is"


FUNCTION_LIMIT = 40


def function_length(path, text, code):
    position = code.find("{")
    while position >= 0:
        close = cpp.matching(code, position)
        begin = max(code.rfind(mark, 0, position) for mark in ";{}") + 1
        head = _without_angles(code[begin:position])
        if re.search(r"\b(namespace|class|struct|union|extern)\b[^()]*$", head):
            position = code.find("{", position + 1)
            continue
        lines = code.count("\n", position, close) - 1
        if lines > FUNCTION_LIMIT and not re.search(r"=\s*$|\benum\b", head) and not cpp.opens_value(code, position):
            yield cpp.line_of(code, position), f"{lines} lines in one function, at most {FUNCTION_LIMIT}"
        position = code.find("{", close)


def _without_angles(text):
    """The text without template parameters and arguments."""
    while (shorter := re.sub(r"<[^<>]*>", "", text)) != text:
        text = shorter
    return text


RULES = {
    "layers": layers,
    "await-shape": await_shapes,
    "coroutine-capture": coroutine_captures,
    "empty-catch": empty_catch,
    "raw-new": raw_new,
    "detached": detached,
    "formatted-xml": formatted_xml,
    "function-length": function_length,
    "type-name": named_by_what_it_does,
}


def check(path, text):
    """(line, rule, message) for every rule that the C++ file breaks."""
    code = cpp.scrub(text)
    for rule, function in RULES.items():
        if rule in ("layers", "type-name", "function-length") and not path.startswith("server/"):
            continue
        for line, message in function(path, text, code):
            yield line, rule, message
