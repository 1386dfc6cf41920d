# SPDX-License-Identifier: Apache-2.0
"""Goal: what is installed works without the source tree and the build folder: the wheel with pip, the libraries with
find_package(burnrig), the Python package beside them. Nothing is compiled twice: the build that is there is packed."""

import os
import pathlib
import subprocess
import sys

import pytest

SOURCE = pathlib.Path(os.environ["BURNRIG_SOURCE"])
BUILD = pathlib.Path(os.environ["BURNRIG"]).parents[1]


def run(*command, env=(), without=(), **options):
    environment = {name: value for name, value in os.environ.items() if name not in without} | dict(env)
    done = subprocess.run([os.fspath(word) for word in command], capture_output=True, text=True, env=environment,
                          timeout=100, check=False, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def apart():
    """The environment of somebody who has nothing but what was installed."""
    return "PYTHONPATH", "BURNRIG", "BURNRIG_SOURCE"


INSIDE = '''
import burnrig, pytest, sys
def test_in_process(burner, disc):
    assert burner.burn("pattern:1M").ok and disc.recorded_blocks >= 512
@pytest.mark.media("dvd+r")
def test_a_program(rig, tmp_path):
    result = rig.run(["sh", "-c", "test -b {device}"])
    assert result.ok and result.disc.blank
def test_it_is_the_installed_one():
    assert burnrig.__file__.startswith(sys.prefix) and burnrig.find_program().startswith(sys.prefix)
'''


def test_a_wheel_is_built_installed_and_used(tmp_path, apart):
    # A copy: setuptools leaves its own folders beside what it packs.
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("setup.py", "pyproject.toml", "CMakeLists.txt", "python", "fixtures"):
        (tree / name).symlink_to(SOURCE / name) if name == "fixtures" else run("cp", "-r", SOURCE / name, tree / name)
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", tmp_path, tree,
        env={"BURNRIG_BUILD_DIR": str(BUILD)})
    wheel, = tmp_path.glob("burnrig-*.whl")
    run(sys.executable, "-m", "venv", "--system-site-packages", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel)
    (tmp_path / "test_inside.py").write_text(INSIDE)
    told = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path / "test_inside.py", without=apart,
               cwd=tmp_path)
    assert "3 passed" in told
    assert "cd-r-80" in run(tmp_path / "venv" / "bin" / "burnrig", "media", without=apart)


def test_a_company_links_its_burner_against_the_installed_libraries(tmp_path, apart):
    prefix, build = tmp_path / "installed", tmp_path / "build"
    run("cmake", "--install", BUILD, "--prefix", prefix)
    run("cmake", "-S", SOURCE / "examples" / "company_burner", "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
        without=apart)
    run("cmake", "--build", build, without=apart)
    told = run(build / "company_burner_test", without=apart, env={"BURNRIG_FIXTURES": f"{prefix}/share/burnrig/fixtures"})
    assert told.count("pass") == 3
    package, = prefix.glob("lib/python*/dist-packages")
    assert "cd-r-80 True" in run(
        sys.executable, "-c", "import burnrig; print(burnrig.Medium('cd-r-80').name, burnrig.find_program().startswith('"
        f"{prefix}'))", without=apart, env={"PYTHONPATH": str(package), "PATH": f"{prefix}/bin:{os.environ['PATH']}"})
