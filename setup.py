# SPDX-License-Identifier: Apache-2.0
"""The wheel: the Python package with the extension module, the burnrig program, its preload library and the fixtures.

CMake builds what is C++; a build folder that is there already is taken as it is: BURNRIG_BUILD_DIR=build/release.
"""

import os
import pathlib
import re
import shutil
import subprocess

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = pathlib.Path(__file__).parent


def version():
    return re.search(r"project\(burnrig VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)


class Build(build_ext):
    """Everything that is not Python, into the package."""

    def build_extension(self, extension):
        folder = self.built()
        package = pathlib.Path(self.get_ext_fullpath(extension.name)).parent
        module, = (folder / "python" / "burnrig").glob("_burnrig*.so")
        for source, target in [(module, package / module.name),
                               (folder / "bin" / "burnrig", package / "rig" / "bin" / "burnrig"),
                               (folder / "lib" / "libburnrig_preload.so",
                                package / "rig" / "lib" / "libburnrig_preload.so")]:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
        for shelf in ("drives", "media"):
            shutil.copytree(ROOT / "fixtures" / shelf, package / "rig" / "share" / "burnrig" / "fixtures" / shelf,
                            dirs_exist_ok=True)

    def built(self):
        """The build folder; made when none was named."""
        if named := os.environ.get("BURNRIG_BUILD_DIR"):
            return pathlib.Path(named).resolve()
        folder = ROOT / "build" / "wheel"
        subprocess.run(["cmake", "--preset", "release", "-B", str(folder), "-DBURNRIG_BUILD_TESTS=OFF"], cwd=ROOT,
                       check=True)
        subprocess.run(["cmake", "--build", str(folder), "--target", "burnrig", "burnrig_preload", "_burnrig"], cwd=ROOT,
                       check=True)
        return folder


setup(version=version(), packages=["burnrig", "burnrig.campaign", "pytest_burnrig"], package_dir={"": "python"},
      package_data={"burnrig": ["*.pyi", "py.typed"]}, ext_modules=[Extension("burnrig._burnrig", sources=[])],
      cmdclass={"build_ext": Build})
