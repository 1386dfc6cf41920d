# SPDX-License-Identifier: Apache-2.0
"""Goal: the published schema of scenario files says what `burnrig test` takes: no file that works breaks it, no key and
no word of it is unknown to the program, and what it refuses the program refuses."""

import copy
import json
import os
import pathlib

import yaml
from conftest import burnrig, lacking

try:
    import jsonschema
except ImportError:
    lacking("python3-jsonschema is not installed (ci/setup installs it)")

SCENARIOS = pathlib.Path(os.environ["BURNRIG_SOURCE"]) / "fixtures" / "scenarios"
SCHEMA = json.loads((SCENARIOS / "scenario.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

# Every key once, so that a path into it leads to every part of the schema.
WHOLE = {
    "title": "t", "report": "r", "seed": 1, "image": "64KiB", "deadline": "1h", "files": {"a": "b"},
    "drive": {"like": "generic-dvd-recorder", "vendor": "V", "product": "P", "revision": "1", "buffer": "1MiB",
              "burn_free": True, "blocks_when_full": True},
    "medium": {"like": "cd-r-80", "manufacturer": "m", "lead_in": "97:17:06", "lead_out": "79:59:74",
               "calibration_slots": 50},
    "faults": [], "truth": {"outcome": "succeeded"},
    "sweep": [{"at": "@any", "positions": ["before"], "action": "host RESET"}], "invariants": ["I3"],
    "runs": [
        {"burn": {"mode": "tao", "speed": 8, "opc": "auto", "multi": False, "simulate": False, "verify": False,
                  "eject": False, "ring": "4MiB", "burn_free": True, "image": "64KiB", "image_seed": 2},
         "meets": [{"cdb": "2A", "sense": "70", "takes": "1s", "status": "GOOD", "host": "OK"}],
         "expect": {"outcome": "succeeded", "sense": "03/0C/00", "message": "m", "tray": "locked", "within": "1h",
                    "medium": "equals image", "session": "1 intact", "commands": "@write >= 1", "exit": 0,
                    "cause": "write-error", "fired": "a == 1"}, "verdict": "truthful",
         "faults": [], "drive": "generic-dvd-recorder", "medium": "cd-r-80"},
        {"send": [{"cdb": "00 00 00 00 00 00", "out": "1 bytes", "in": 0, "timeout": "1s", "wait": "1s"}],
         "expect": {"outcome": "succeeded"}},
    ],
}


def mappings(value, path=()):
    """Every mapping in it whose keys the schema knows."""
    if isinstance(value, dict):
        if path != ("files",):
            yield path, value
        for key, below in value.items():
            yield from mappings(below, path + (key,))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from mappings(below, path + (index,))


def at(value, path):
    for step in path:
        value = value[step]
    return value


def refused(tmp_path, scenarios):
    """The program's word on each: what it says of a file that it cannot read, or None."""
    for number, scenario in enumerate(scenarios):
        (tmp_path / f"{number}.yaml").write_text(yaml.safe_dump(scenario, width=1000))
    told = json.loads(burnrig("test", tmp_path, "--json", "-").out)["scenarios"]
    reasons = {pathlib.Path(one["file"]).stem: one.get("reason", "") for one in told}
    return [reason if f"{number}.yaml:" in (reason := reasons[str(number)]) else None
            for number in range(len(scenarios))]


def test_every_scenario_of_ours_is_one():
    files = sorted(SCENARIOS.rglob("*.yaml"))
    assert len(files) > 100
    for file in files:
        errors = [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(file.read_text()))]
        assert not errors, f"{file.name}: {errors[0][:300]}"


def test_a_key_that_the_schema_does_not_know_the_program_does_not_know(tmp_path):
    assert not list(VALIDATOR.iter_errors(WHOLE))
    wrong = []
    for path, mapping in mappings(WHOLE):
        for key in mapping:
            scenario = copy.deepcopy(WHOLE)
            at(scenario, path)[f"{key}_x"] = at(scenario, path)[key]
            assert list(VALIDATOR.iter_errors(scenario)), (path, key)
            wrong.append((key, scenario))
    for (key, _), reason in zip(wrong, refused(tmp_path, [scenario for _, scenario in wrong])):
        assert reason and f'did you mean "{key}"?' in reason, (key, reason)


def words(schema, path=()):
    """Every enumeration in the schema, with the place of it in WHOLE."""
    places = {"status": ("runs", 0, "meets", 0), "host": ("runs", 0, "meets", 0), "mode": ("runs", 0, "burn"),
              "opc": ("runs", 0, "burn"), "verdict": ("runs", 0), "outcome": ("runs", 1, "expect"),
              "tray": ("runs", 0, "expect")}
    if isinstance(schema, dict):
        if "enum" in schema and path[-1] in places:
            yield places[path[-1]], path[-1], schema["enum"]
        for key, below in schema.items():
            yield from words(below, path + (key,))


def test_the_words_of_the_schema_are_those_of_the_program(tmp_path):
    good, bad = [], []
    for place, key, known in words(SCHEMA):
        for word in known + ["no-such-word"]:
            scenario = copy.deepcopy(WHOLE)
            scenario["runs"][0]["expect"].pop("fired")
            at(scenario, place)[key] = word
            (good if word in known else bad).append((key, word, scenario))
    assert len(bad) == 7 and len(good) > 40
    for (key, word, scenario), reason in zip(good + bad, refused(tmp_path, [one[2] for one in good + bad])):
        valid = not list(VALIDATOR.iter_errors(scenario))
        assert valid == (word != "no-such-word"), (key, word)
        assert (reason is None) == valid, (key, word, reason)
