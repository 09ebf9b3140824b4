"""A real server under requests: its memory, and a first visit over a slow line."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import page
from bench.measuring import Figure
from tests.processes import free_port, started
from tests.web.browsing import CHROMIUM, QUIET
from tests.web.place import Place

if TYPE_CHECKING:
    import subprocess

    from playwright.sync_api import Browser

ACCOUNTS = 10_000
ROUNDS = 40
AT_ONCE = 4
VISITS = 5
COOKIE = "urdimbre"
WAIT_SECONDS = 30
VERIFIER = b"urdimbre.web.notebook.verifier"
FORM_TOKEN = "0" * 32
"""What a form must bring along, and its cookie: both are ours to choose."""
READ_BY_PROGRAMS = (
    "openapi.json",
    "me",
    "balances",
    "statement",
    "obligations",
    "catalogue",
    "members",
    "drafts",
    "board",
    "agreements",
    "notebook",
)
SERVE = (
    "import sys; from pathlib import Path; from urdimbre.web.serving import serve;"
    "serve(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]), demo=False)"
)
# The line of the journeys: 400 kbit/s, 400 ms, a processor four times slower.
SLOW_LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
SLOWER = 4
TIMES = """() => {
  const [visit] = performance.getEntriesByType('navigation');
  return [visit.domContentLoadedEventEnd, visit.loadEventEnd];
}"""


def figures() -> Iterator[Figure]:
    """Measure a server that has a circuit of many accounts open."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "circuit"
        page.fill(Place(folder), members=ACCOUNTS, acts=ACCOUNTS)
        key = page.session_in(folder)
        token = page.token_in(folder)
        page.leave()
        with server(folder) as (process, address):
            yield from _memory(process, address, key)
            yield from _memory_verifying(process, address, key)
            yield _memory_of_programs(process, address, token)
            if CHROMIUM.exists():
                yield from _first_visit(address, key)
            else:
                sys.stderr.write(f"first_visit is not measured: no {CHROMIUM}\n")


@contextmanager
def server(
    folder: Path, program: str = SERVE
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve the circuit from a process of its own until the end."""
    port = free_port()
    process = started("-c", program, folder, port, stdout=None)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address)
        yield process, address
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def _wait(address: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{address}/login").close()  # noqa: S310
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _memory(
    process: subprocess.Popen[bytes], address: str, key: str
) -> Iterator[Figure]:
    """Ask for every page many times, several at once; then look at the worker."""

    def ask(path: str) -> None:
        request = urllib.request.Request(  # noqa: S310 - this machine
            address + path, headers={"Cookie": f"{COOKIE}={key}"}
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            if not answer.read() or answer.url != address + path:
                raise SystemExit(
                    f"{path} was answered by {answer.url}, not as to a member"
                )

    paths = [*page.PAGES.values(), "/members", "/exchange/sale?with=2"] * ROUNDS
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(ask, paths))
    parts = [pss(one) for one in family(process.pid)]
    for name, value in (("memory_serving", max(parts)), ("memory_all", sum(parts))):
        yield Figure(bench=name, value=value, unit="MB PSS", n=ACCOUNTS)


def _memory_verifying(
    process: subprocess.Popen[bytes], address: str, key: str
) -> Iterator[Figure]:
    """Press *Verify now* twice; the most that the worker and the verifier then use."""
    cookie = f"{COOKIE}={key}; urdimbre_form={FORM_TOKEN}"
    body = urllib.parse.urlencode({"csrfmiddlewaretoken": FORM_TOKEN}).encode()

    def ask(path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - this machine
            address + path, body, headers={"Cookie": cookie, "Accept-Language": "en"}
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return bytes(answer.read())

    worker, verifier = 0.0, 0.0
    for _ in range(2):
        shown = ask("/notebook/verify", body)
        while b"being read" in shown:
            time.sleep(0.2)
            ours, theirs = _worker_and_verifier(process.pid)
            worker, verifier = max(worker, ours), max(verifier, theirs)
            shown = ask("/notebook/verification")
        if b"Everything fits" not in shown:
            raise SystemExit("the bench's circuit does not verify")
    for name, value in (("memory_asked", worker), ("memory_verifier", verifier)):
        yield Figure(bench=name, value=value, unit="MB PSS", n=ACCOUNTS)


def _memory_of_programs(
    process: subprocess.Popen[bytes], address: str, token: str
) -> Figure:
    """Let a program read every list many times; then look at the worker again."""

    def ask(path: str) -> None:
        request = urllib.request.Request(  # noqa: S310 - this machine
            f"{address}/api/{path}", headers={"Authorization": f"Bearer {token}"}
        )
        urllib.request.urlopen(request).close()  # noqa: S310

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(ask, READ_BY_PROGRAMS * ROUNDS))
    worker, _ = _worker_and_verifier(process.pid)
    return Figure(bench="memory_programs", value=worker, unit="MB PSS", n=ACCOUNTS)


def _worker_and_verifier(process: int) -> tuple[float, float]:
    """Return the largest of those that serve, and of those that verify."""
    serving, verifying = [0.0], [0.0]
    for one in family(process):
        with suppress(OSError):  # it has ended meanwhile
            command = Path(f"/proc/{one}/cmdline").read_bytes()
            (verifying if VERIFIER in command else serving).append(pss(one))
    return max(serving), max(verifying)


def family(process: int) -> list[int]:
    """Return a process and all that it has begun."""
    found = [process]
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            found += family(int(child))
    return found


def pss(process: int) -> float:
    """Return what a process really uses, its share of what is shared, in MB."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    [pss] = [line.split()[1] for line in lines if line.startswith("Pss:")]
    return int(pss) / 1000


def _first_visit(address: str, key: str) -> Iterator[Figure]:
    """Open a member's home with nothing kept in the browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=list(QUIET)
        )
        visits = [_visit(browser, address, key) for _ in range(VISITS)]
        browser.close()
    ready, loaded, size = (
        statistics.median(each) for each in zip(*visits, strict=True)
    )
    yield Figure(bench="first_visit", value=ready, unit="s", n=VISITS)
    yield Figure(bench="first_visit_loaded", value=loaded, unit="s", n=VISITS)
    yield Figure(bench="first_visit_bytes", value=size, unit="bytes", n=VISITS)


def _visit(browser: Browser, address: str, key: str) -> tuple[float, float, float]:
    """Return seconds to the usable and to the whole page, and bytes on the line."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="es")
    context.add_cookies([{"name": COOKIE, "value": key, "url": address}])
    tab = context.new_page()
    line = context.new_cdp_session(tab)
    sizes: list[float] = []

    def finished(told: dict[str, Any]) -> None:
        sizes.append(told["encodedDataLength"])

    line.on("Network.loadingFinished", finished)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW_LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    tab.goto(address + "/", wait_until="load")
    if not tab.locator("nav.tabs").count():
        raise SystemExit("the first visit did not reach a member's home")
    ready, loaded = tab.evaluate(TIMES)
    context.close()
    return ready / 1000, loaded / 1000, sum(sizes)
