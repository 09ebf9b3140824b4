"""Compiles the anchor contract from its own source with the pinned compiler.

``tools/evm.sh`` runs it; the compiler (solc, of ``tools/evm/package.json``) is a
program of Node and no part of the product. What it writes is never committed: it goes
into the wheel, and only ``urdimbre anchor --deploy`` reads it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "urdimbre" / "adapters" / "anchor" / "UrdimbreAnchor.sol"
COMPILED = SOURCE.with_suffix(".json")
COMPILER = ROOT / "tools" / "evm" / "node_modules" / ".bin" / "solcjs"


def wanted() -> dict[str, Any]:
    """What the compiler is asked for.

    No metadata goes into the code, so the same source gives the same bytes everywhere.
    ``london`` is the oldest machine with today's fees: it runs on every chain.
    """
    return {
        "language": "Solidity",
        "sources": {SOURCE.name: {"content": SOURCE.read_text(encoding="utf-8")}},
        "settings": {
            "evmVersion": "london",
            "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
            "optimizer": {"enabled": True, "runs": 200},
            "outputSelection": {
                "*": {
                    "*": [
                        "abi",
                        "evm.bytecode.object",
                        "evm.deployedBytecode.object",
                        "evm.methodIdentifiers",
                    ]
                }
            },
        },
    }


def compiled() -> dict[str, Any]:
    """The contract: interface, code to deploy, code that then lies on the chain."""
    ran = subprocess.run(  # noqa: S603 - the compiler of our own lock
        [str(COMPILER), "--standard-json"],
        input=json.dumps(wanted()),
        capture_output=True,
        check=True,
        text=True,
    )
    # The compiler greets before it answers.
    answer = json.loads(ran.stdout[ran.stdout.index("{") :])
    if found := answer.get("errors"):
        raise SystemExit("\n".join(one["formattedMessage"] for one in found))
    contract = answer["contracts"][SOURCE.name][SOURCE.stem]
    return {
        "abi": contract["abi"],
        "bytecode": contract["evm"]["bytecode"]["object"],
        "deployed": contract["evm"]["deployedBytecode"]["object"],
        "methods": contract["evm"]["methodIdentifiers"],
    }


def main() -> int:
    """Write the compiled contract beside its source."""
    COMPILED.write_text(json.dumps(compiled(), indent=1) + "\n", encoding="ascii")
    print(f"urdimbre: {COMPILED.relative_to(ROOT)} compiled", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
