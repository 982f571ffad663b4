"""A headless Chromium for tests, told what to do over a pipe. No network, an empty profile each time.

The Chrome DevTools Protocol is JSON with a zero byte behind each message, read by the browser from
descriptor 3 and written to 4.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--remote-debugging-pipe", "about:blank",
)  # fmt: skip
PATIENCE_SECONDS = 60.0


def find_browser() -> str | None:
    """Gives the path of a Chromium, None where there is none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name)) is not None), None)


class BrowserError(Exception):
    """The browser says that something went wrong, or says nothing."""


class Page:
    """One tab of a browser of its own. Collects what a page complains of and what it asks the network for."""

    def __init__(self, program: str, profile: Path) -> None:
        to_browser, self._write = _high_pipe()
        self._read, from_browser = _high_pipe()
        actions: list[tuple[Any, ...]] = [
            (os.POSIX_SPAWN_DUP2, to_browser, 3),
            (os.POSIX_SPAWN_DUP2, from_browser, 4),
        ]
        for number in (1, 2):
            actions.append((os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0))
        command = [program, f"--user-data-dir={profile}", *SWITCHES]
        self._process = os.posix_spawn(program, command, os.environ, file_actions=actions, setpgroup=0)
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def __enter__(self) -> Self:
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._write)
        os.close(self._read)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Gives a command and waits for what it returns. Raises BrowserError."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        answer = self._wait(lambda item: item.get("id") == self._number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, path: Path, fragment: str = "") -> None:
        """Opens a file and waits until its scripts ran."""
        self.send("Page.navigate", url=f"{path.as_uri()}{fragment}")
        self.until("document.readyState === 'complete'")

    def run(self, expression: str) -> Any:
        """Gives the value of an expression of JavaScript. Raises BrowserError where it throws."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, expression: str) -> None:
        """Waits until an expression is true. Raises BrowserError when it stays false."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.run(expression):
            if time.monotonic() > end:
                raise BrowserError(f"{expression}: stays false")
            time.sleep(0.02)

    def press(self, key: str) -> None:
        """Presses a key, such as Tab or Enter."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}
        parameters: dict[str, Any] = {"key": key, "code": key, "windowsVirtualKeyCode": codes[key]}
        text = {"Enter": "\r", " ": " "}.get(key)
        self.send("Input.dispatchKeyEvent", type="keyDown", **parameters, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **parameters)

    def resize(self, width: int, height: int) -> None:
        """Sets the size of the window, in CSS pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def prefer(self, scheme: str) -> None:
        """Sets the colour scheme that the user is said to prefer: `light` or `dark`."""
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path: Path) -> None:
        """Writes what the window shows as PNG."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def _wait(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            message, mark, rest = self._buffer.partition(b"\0")
            if not mark:
                ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
                content = os.read(self._read, 1 << 20) if ready else b""
                if not content:
                    raise BrowserError("the browser does not answer")
                self._buffer += content
                continue
            self._buffer = rest
            item: dict[str, Any] = json.loads(message)
            self._note(item)
            if wanted(item):
                return item

    def _note(self, item: dict[str, Any]) -> None:
        about = item.get("params", {})
        match item.get("method"):
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(about["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if about["type"] in ("error", "warning", "assert"):
                self.complaints.append(json.dumps(about["args"]))
            case "Log.entryAdded":
                self.complaints.append(about["entry"]["text"])
            case "Page.javascriptDialogOpening":
                self.complaints.append(about["message"])
            case "Network.requestWillBeSent":
                self.requests.append(about["request"]["url"])


def _high_pipe() -> tuple[int, int]:
    """Gives a pipe whose descriptors are none of those that the browser is given."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return high[0], high[1]
