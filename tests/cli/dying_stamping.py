"""A process that has a checkpoint stamped and kills itself at each write point.

    python dying_stamping.py FOLDER URL CERTIFICATE SCRATCH

For each point a fork works on a fresh copy of FOLDER and dies by SIGKILL just before
it; another fork has the checkpoint stamped again. Each point gives a line of JSON: its
name, how the first fork ended, and what was left in the end.
"""

import json
import shutil
import sys
from pathlib import Path

from tests.adapters.dying import Points, fork
from urdimbre.cli.anchoring import stamped


def main(folder, url, certificate, scratch):
    def play(name, fatal):
        path = shutil.copytree(folder, scratch / name)

        def dying():
            points = Points(fatal)
            points.watch()
            stamped(path, url, certificate)
            return points.names

        return path, fork(dying)

    def again(path):
        stamped(path, url, certificate)
        return sorted(one.name for one in (path / "stamps").iterdir())

    _, (code, names) = play("counted", 0)
    if code:
        raise SystemExit(names)
    for number, name in enumerate(names, 1):
        path, (ended, _) = play(str(number), number)
        code, left = fork(lambda path=path: again(path))
        told = {"point": name, "ended": ended, "code": code, "left": left}
        sys.stdout.write(json.dumps(told | {"path": str(path)}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
