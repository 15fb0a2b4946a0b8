"""Reads C++ as text: blanks comments and literals, finds brackets, lambdas and statements."""

import re

OPEN = {"(": ")", "[": "]", "{": "}"}
CLOSE = {v: k for k, v in OPEN.items()}

_TOKEN = re.compile(
    r"""//(?:\\\n|[^\n])*                                   # line comment
      | /\*.*?\*/                                            # block comment
      | (?:u8|[uUL])?R"(?P<delim>[^()\\\s]{0,16})\(.*?\)(?P=delim)"   # raw string
      | "(?:\\.|[^"\\\n])*"                                  # string
      | (?<![0-9A-Za-z_])(?:u8|[uUL])?'(?:\\.|[^'\\\n])+'    # character, not a digit separator
    """,
    re.VERBOSE | re.DOTALL,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def scrub(text):
    """The text with comments and the contents of literals blanked; every position stays."""

    def replace(match):
        token = match.group(0)
        if token.startswith("/"):
            return _blank(token)
        head = token.index('"' if '"' in token else "'")
        return token[: head + 1] + _blank(token[head + 1 : -1]) + token[-1]

    return _TOKEN.sub(replace, text)


def literals(text):
    """(position, content) of every string literal outside comments."""
    return [
        (m.start(), m.group(0))
        for m in _TOKEN.finditer(text)
        if not m.group(0).startswith("/") and m.group(0).endswith('"')
    ]


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def matching(code, position):
    """Position of the bracket that closes the one at `position`, or the end."""
    depth = 0
    for i in range(position, len(code)):
        if code[i] in OPEN:
            depth += 1
        elif code[i] in CLOSE:
            depth -= 1
            if depth == 0:
                return i
    return len(code) - 1


def opening(code, position):
    """Position of the bracket that opens what closes at `position`, or 0."""
    depth = 0
    for i in range(position, -1, -1):
        if code[i] in CLOSE:
            depth += 1
        elif code[i] in OPEN:
            depth -= 1
            if depth == 0:
                return i
    return 0


def before(code, position):
    """Position of the last character before `position` that is not blank, or -1."""
    position -= 1
    while position >= 0 and code[position].isspace():
        position -= 1
    return position


def word_before(code, position):
    """The word that ends right before `position`, blanks skipped."""
    end = before(code, position) + 1
    start = end
    while start > 0 and (code[start - 1].isalnum() or code[start - 1] == "_"):
        start -= 1
    return code[start:end]


_VALUE_WORDS = {"return", "co_return", "co_yield", "co_await"}


def opens_value(code, position):
    """Whether the `{` at `position` opens an initializer rather than a block.

    Relies on the format: a block's brace follows a blank, an initializer's does not, except after
    `=`, `,`, `(`, `{` and words like `return`."""
    previous = before(code, position)
    if previous < 0:
        return False
    char = code[previous]
    if char in "=,(":
        return True
    if previous == position - 1:
        return char.isalnum() or char in "_>{]"
    return word_before(code, position) in _VALUE_WORDS


def lambda_body(code, position):
    """(open, close) of the body of the lambda whose `[` stands at `position`, or None."""
    i = matching(code, position) + 1
    while i < len(code):
        char = code[i]
        if char == "{":
            return i, matching(code, i)
        if char in "([":
            i = matching(code, i)
        elif char in ";,)]}=":
            return None
        i += 1
    return None


def lambdas(code, start=0, end=None):
    """Positions of the `[` that open a lambda's captures within [start, end)."""
    end = len(code) if end is None else end
    found = []
    for match in re.finditer(r"\[", code[start:end]):
        position = start + match.start()
        if code[position : position + 2] == "[[" or code[position - 1 : position + 1] == "[[":
            continue
        previous = before(code, position)
        word = word_before(code, position)
        if previous >= 0 and (code[previous] in ")]\"" or (word and word not in _VALUE_WORDS)):
            continue
        if previous >= 0 and code[previous] == ">" and code[previous - 1 : previous + 1] != "->":
            continue
        if lambda_body(code, position):
            found.append(position)
    return found


def statement(code, position):
    """[start, end) of the statement, or of the head of an `if` or `for`, around `position`."""
    start = position
    i = position - 1
    head = False
    while i >= 0:
        char = code[i]
        if char in ")]":
            i = opening(code, i)
        elif char == "}":
            after = re.match(r"\s*(.)", code[i + 1 :], re.DOTALL)
            if not after or after.group(1) not in ",).;&|?:+":
                break
            i = opening(code, i)
        elif char == ";" or (char == "{" and not opens_value(code, i)):
            break
        elif char == "(" and word_before(code, i) in {"if", "for", "while", "switch", "constexpr"}:
            head = True
            break
        start = i
        i -= 1
    return start, _statement_end(code, position, head)


def _statement_end(code, position, head):
    i = position
    while i < len(code):
        char = code[i]
        if char in OPEN:
            if char == "{" and not opens_value(code, i) and not _in_lambda_head(code, i):
                return i
            i = matching(code, i)
        elif char == ";" or (head and char == ")" and _closes_head(code, i)):
            return i
        i += 1
    return len(code)


def _in_lambda_head(code, position):
    """Whether the block brace at `position` is a lambda's body."""
    i = before(code, position)
    while i >= 0 and code[i] not in ";{}":
        if code[i] == "]":
            return bool(lambdas(code, opening(code, i), i + 1))
        i = opening(code, i) - 1 if code[i] == ")" else i - 1
    return False


def _closes_head(code, position):
    return word_before(code, opening(code, position)) in {"if", "for", "while", "switch", "constexpr"}
