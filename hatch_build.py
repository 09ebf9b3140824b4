"""Compiles the message catalogues when a wheel or an editable install is built.

The ``.po`` files are committed, the ``.mo`` files that Django reads are not. Run as a
program (``python hatch_build.py``) it compiles them in place, without building.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CATALOGUES = "src/urdimbre/words/locale/*/LC_MESSAGES/django.po"


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


class CatalogueBuildHook(BuildHookInterface):
    """Puts the compiled catalogues into the wheel, although git ignores them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before hatchling collects its files; ``version`` is the target's."""
        root = Path(self.root)
        for path in compile_catalogues(root):
            inside = path.relative_to(root / "src").as_posix()
            if self.target_name == "wheel" and version != "editable":
                build_data["force_include"][str(path)] = inside


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
