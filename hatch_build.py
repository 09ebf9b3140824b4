"""Compiles what is not committed when a wheel or an editable install is built.

The ``.po`` files are committed, the ``.mo`` files that Django reads are not. Run as a
program (``python hatch_build.py``) it compiles them in place, without building.

The anchor contract is compiled for a wheel if its compiler is there (``tools/evm.sh``).
Without it the wheel is whole but for ``urdimbre anchor --deploy``, which then says so.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUES = "src/urdimbre/words/locale/*/LC_MESSAGES/django.po"
COMPILER = "tools/evm/node_modules/.bin/solcjs"
CONTRACT = "src/urdimbre/adapters/anchor/UrdimbreAnchor.json"


def compile_catalogues(root: Path) -> list[Path]:
    """Write the ``.mo`` beside every ``.po`` under ``root``; return what it wrote."""
    compiled = []
    for source in sorted(root.glob(CATALOGUES)):
        language = source.parent.parent.name
        with source.open("rb") as po_file:
            catalogue = read_po(po_file, locale=language, domain="django")
        target = source.with_suffix(".mo")
        with target.open("wb") as mo_file:
            write_mo(mo_file, catalogue)
        compiled.append(target)
    return compiled


def compile_contract(root: Path) -> list[Path]:
    """Compile the anchor contract if its compiler is there; return what there is."""
    if (root / COMPILER).exists():
        tool = [sys.executable, str(root / "tools" / "contract.py")]
        subprocess.run(tool, check=True)  # noqa: S603 - our own program
    return [path for path in (root / CONTRACT,) if path.is_file()]


class CatalogueBuildHook(BuildHookInterface):
    """Puts what was compiled into the wheel, although git ignores it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before hatchling collects its files; ``version`` is the target's."""
        root = Path(self.root)
        compiled = compile_catalogues(root)
        if self.target_name != "wheel" or version == "editable":
            return
        for path in (*compiled, *compile_contract(root)):
            inside = path.relative_to(root / "src").as_posix()
            build_data["force_include"][str(path)] = inside


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
