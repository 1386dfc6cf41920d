# SPDX-License-Identifier: Apache-2.0
"""Where things are that came with this package, or beside it.

    site-packages/burnrig/_burnrig.so      the wheel has all: the program, its preload library, the fixtures
                         /rig/bin/burnrig
                         /rig/lib/libburnrig_preload.so
                         /rig/share/burnrig/fixtures
    build/release/python/burnrig           in a build folder: build/release/bin/burnrig
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil

from .errors import RigError

_package = pathlib.Path(__file__).parent


def fixtures() -> pathlib.Path | None:
    """Of the wheel, or installed beside the program; None in a build folder, whose library knows its own."""
    roots = [_package / "rig"]
    with contextlib.suppress(RigError):
        roots.append(pathlib.Path(find_program()).resolve().parents[1])
    found = (root / "share" / "burnrig" / "fixtures" for root in roots)
    return next((folder for folder in found if folder.is_dir()), None)


def find_program() -> str:
    """The burnrig program: $BURNRIG, the package's own, the build's, or the one on the PATH."""
    from . import _burnrig
    if named := os.environ.get("BURNRIG"):
        return named
    extension = pathlib.Path(_burnrig.__file__).parent
    for place in (_package / "rig" / "bin" / "burnrig", extension.parents[1] / "bin" / "burnrig"):
        if os.access(place, os.X_OK):
            return str(place)
    if found := shutil.which("burnrig"):
        return found
    raise RigError("the program burnrig is not beside this package nor on the PATH: set BURNRIG to its path")
