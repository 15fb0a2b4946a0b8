"""What the black-box tests share: the server as a process, a hypervisor, and small clients."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from portal import Portal, Refused, wait_for  # noqa: E402,F401


class Script(Portal):
    """A client that comes in by a token alone."""

    def __init__(self, url, token):
        super().__init__(url)
        self.token = token

    def raw(self, verb, path, body=None, headers=None):
        return super().raw(verb, path, body, {"Authorization": f"Bearer {self.token}", **(headers or {})})
