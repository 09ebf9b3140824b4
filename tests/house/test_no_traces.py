"""Nothing of the machine it was written on, nothing of others, nothing heavy."""

import re

from tests.house.tree import committed, place

SIZE_MAX = 400_000
CATALOGUE_MAX = 1_000_000  # each screen's sentences stand in it twice
LINE_MAX = 1_000
BINARY = {".gif", ".ico", ".jpg", ".jpeg", ".png", ".webp", ".woff2"}
# Put together here, so that this file does not name them itself.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
        ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"),
        ("deb", "debian", "org"),
    )
]
OPTIONS = ["--" + option for option in ("index-url", "extra-index-url", "find-links")]
MACHINE_PATHS = re.compile(
    "|".join(
        "(?<![\\w.~$}])/" + path
        for path in (
            "work/(?:main|shared|\\.\\w)",
            "root/",
            "home/[a-z]",
            "Users/[A-Z]",
            "opt/wheels",
            "tmp/[a-z]",
        )
    )
)


def texts() -> list[tuple[str, str]]:
    return [
        (place(path), path.read_text(encoding="utf-8"))
        for path in committed()
        if path.suffix not in BINARY
    ]


def test_no_file_names_a_path_of_a_machine():
    found = [
        f"{name}: {match.group()}"
        for name, text in texts()
        for match in MACHINE_PATHS.finditer(text)
    ]

    assert found == []


def test_no_file_names_a_package_registry():
    found = [
        f"{name}: {host}" for name, text in texts() for host in HOSTS if host in text
    ]

    assert found == []


def test_locks_name_no_index():
    found = [
        f"{name}: {option}"
        for name, text in texts()
        if name.endswith(".lock")
        for option in OPTIONS
        if option in text
    ]

    assert found == []


def test_locks_hold_a_hash_for_every_package():
    bare = [
        f"{name}: {line}"
        for name, text in texts()
        if name.endswith(".lock")
        for line in text.replace("\\\n", "").splitlines()
        if "==" in line and "--hash=sha256:" not in line
    ]

    assert bare == []


def test_no_third_party_bundle_is_committed():
    found = [
        place(path)
        for path in committed()
        if path.suffix in {".js", ".css", ".mjs", ".map", ".wasm"}
        if re.search(r"[.-]min\.|\.map$|\.wasm$", path.name)
        or max(map(len, path.read_text("utf-8").splitlines()), default=0) > LINE_MAX
    ]

    assert found == []


def test_no_file_is_heavy():
    heavy = [
        f"{place(path)} has {path.stat().st_size} bytes"
        for path in committed()
        if path.stat().st_size > (CATALOGUE_MAX if path.suffix == ".po" else SIZE_MAX)
    ]

    assert heavy == []
