# SPDX-License-Identifier: Apache-2.0
"""Report pages in a browser: they draw themselves, are filtered, clicked and hovered, in light and dark, without a
network, and nothing that a disc or a program says becomes markup. $BURNRIG_SCREENSHOTS keeps pictures to look at."""

import json
import os
import pathlib
import re
import shlex

import pytest

from conftest import burnrig, lacking, make_image, requires

requires("chromium", "chromedriver")
try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    lacking("python3-selenium is not installed (ci/setup installs it)")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,1700",
                     f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    yield driver
    driver.quit()


def open_page(browser, path, dark=False):
    """The page, after its script has run without an error and asked nobody for anything."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                            {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
    browser.get(path.as_uri())
    errors = [entry["message"] for entry in browser.get_log("browser") if "favicon" not in entry["message"]]
    assert errors == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.find_elements(By.CSS_SELECTOR, "h1")


def keep_picture(browser, name):
    folder = os.environ.get("BURNRIG_SCREENSHOTS")
    if folder:
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        height = browser.execute_script("return document.documentElement.scrollHeight")
        browser.set_window_size(1400, min(height + 150, 3000))
        browser.save_screenshot(str(pathlib.Path(folder) / f"{name}.png"))
        browser.set_window_size(1400, 1700)


def text_of(browser, selector):
    return browser.find_element(By.CSS_SELECTOR, selector).text


def rows(browser):
    return browser.find_elements(By.CSS_SELECTOR, "#commands .row:not(.head)")


@pytest.fixture(scope="module")
def burn_report(tmp_path_factory):
    """A burn of 40 MiB with a source that stalls, a write error at the end."""
    folder = tmp_path_factory.mktemp("burn")
    report = folder / "report.html"
    run = burnrig("burn", "--quiet", "--report", report, "--speed", "24", "--fault", "slow: at source.read bytes >= 20MiB -> stall 3s",
                  "--fault", "spot: at @write lba 18000..19000 midway 0.5 -> fail write-error", "pattern:40M")
    assert run.code == 1, run.text
    return report


def test_a_run_draws_itself(browser, burn_report):
    open_page(browser, burn_report)
    keep_picture(browser, "run-light")
    page = text_of(browser, "main")
    for words in ("failed", "write-error", "03/0C/00", "generic-dvd-recorder", "cd-r-80", "Timeline", "Disc", "Commands"):
        assert words in page
    assert browser.execute_script("""
        const canvas = document.querySelector('canvas');
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return new Set(new Uint32Array(data.buffer)).size""") > 10
    assert len(browser.find_elements(By.CSS_SELECTOR, ".disc svg .area")) >= 2


def test_commands_are_filtered_and_chosen(browser, burn_report):
    open_page(browser, burn_report)
    everything = text_of(browser, "#command-count")
    filter_box = browser.find_element(By.ID, "filter")
    filter_box.send_keys("calibration")
    filter_box.clear()
    filter_box.send_keys("write_10")
    assert text_of(browser, "#command-count") != everything
    assert all("WRITE_10" in row.text for row in rows(browser))
    browser.find_element(By.CSS_SELECTOR, "[data-outcome=fail]").click()
    [failed] = [row for row in rows(browser) if "WRITE_10" in row.text]
    failed.click()
    detail = text_of(browser, "#command-detail")
    assert "03/0C/00" in detail and "2A 00" in detail and "a rule had a hand in it" in detail
    browser.find_element(By.ID, "filter").clear()
    browser.find_element(By.ID, "filter").send_keys("no such command")
    assert rows(browser) == []


def test_keys_alone_will_do(browser, burn_report):
    open_page(browser, burn_report)
    table = browser.find_element(By.ID, "commands")
    table.send_keys(Keys.ARROW_DOWN)
    table.send_keys(Keys.ARROW_DOWN)
    assert "#2 " in text_of(browser, "#command-detail")
    table.send_keys(Keys.END)
    last = text_of(browser, "#command-detail")
    assert "#2 " not in last
    whole = text_of(browser, "#shown-time")
    canvas = browser.find_element(By.TAG_NAME, "canvas")
    canvas.send_keys("+")
    assert text_of(browser, "#shown-time") != whole
    canvas.send_keys("0")
    assert text_of(browser, "#shown-time") == whole


def test_the_pointer_is_told_what_lies_under_it(browser, burn_report):
    open_page(browser, burn_report)
    canvas = browser.find_element(By.TAG_NAME, "canvas")
    seen = set()
    for down in range(-120, 130, 16):
        ActionChains(browser).move_to_element_with_offset(canvas, 200, down).perform()
        tips = browser.find_elements(By.CSS_SELECTOR, ".tip:not([hidden])")
        seen.update(tip.text.split("\n")[0] for tip in tips)
    assert any("WRITE_10" in text for text in seen), seen
    assert "The drive is writing" in seen
    # A window drawn with the pointer is shown from then on.
    whole = text_of(browser, "#shown-time")
    ActionChains(browser).move_to_element_with_offset(canvas, 0, 0).click_and_hold().move_by_offset(150, 0).release().perform()
    assert text_of(browser, "#shown-time") != whole


def test_dark_as_the_system_has_it_and_by_the_switch(browser, burn_report):
    open_page(browser, burn_report, dark=True)
    background = "return getComputedStyle(document.body).backgroundColor"
    dark = browser.execute_script(background)
    keep_picture(browser, "run-dark")
    browser.find_element(By.ID, "theme").click()
    assert browser.execute_script(background) != dark
    browser.execute_script("localStorage.clear()")
    open_page(browser, burn_report, dark=False)
    assert browser.execute_script(background) != dark


def test_hostile_words_stay_words(browser, tmp_path):
    image = make_image(tmp_path / "<img src=x onerror=document.title='owned'>.iso", 300)
    report = tmp_path / "report.html"
    run = burnrig("burn", "--quiet", "--report", report, "--fault", "b: at WRITE_10 #2 -> log \"<script>document.title='owned'</script>\"", image)
    assert run.code == 0, run.text
    open_page(browser, report)
    assert "owned" not in browser.title.replace("document.title='owned'", "")
    assert browser.find_elements(By.CSS_SELECTOR, "main img, main script") == []
    assert "<img src=x" in text_of(browser, "main")


def test_a_long_run_says_what_is_left_out(browser, tmp_path):
    report = tmp_path / "report.html"
    run = burnrig("burn", "--quiet", "--report", report, "--drive", "generic-dvd-recorder", "--medium", "dvd+r", "--keep", "digests", "pattern:1500M")
    assert run.code == 0, run.text
    open_page(browser, report)
    assert "Left out" in text_of(browser, "#left-out")
    assert report.stat().st_size < 8 << 20
    assert browser.find_elements(By.CSS_SELECTOR, "#commands .row:not(.head)")


SCENARIO = """
title: {title}
drive: generic-dvd-recorder
medium: cd-r-80
image: 1MiB
faults: ["opc: at SEND_OPC_INFORMATION -> fail 03/73/03"]
runs:
  - burn: {{mode: tao}}
    expect: {{outcome: {outcome}}}
"""


@pytest.fixture
def suite(tmp_path):
    """Two scenarios, one of which fails, with artifacts and a page."""
    for name, outcome in (("good", "failed"), ("bad", "succeeded")):
        (tmp_path / f"{name}.yaml").write_text(SCENARIO.format(title=f"The {name} one", outcome=outcome))
    run = burnrig("test", tmp_path, "--html", tmp_path / "suite.html", "--artifacts", tmp_path / "artifacts", "--jobs", 1)
    assert run.code == 1, run.text
    return tmp_path


def test_a_suite_leads_to_its_runs(browser, suite):
    open_page(browser, suite / "suite.html")
    keep_picture(browser, "suite")
    assert "2 of 2" in text_of(browser, "#scenario-count")
    browser.find_element(By.CSS_SELECTOR, "[data-kind=failed]").click()
    assert "1 of 2" in text_of(browser, "#scenario-count")
    browser.find_element(By.CSS_SELECTOR, "tr[data-name=bad] button").click()
    assert "expected" in text_of(browser, "#scenarios")
    browser.find_element(By.LINK_TEXT, "its report").click()
    assert "bad: burnrig burn --mode tao" in text_of(browser, "h1")


def test_artifacts_of_a_failed_run_do_it_again(suite):
    bad = suite / "artifacts" / "bad" / "1"
    names = {path.name for path in bad.iterdir()}
    assert names == {"scenario.yaml", "trace.jsonl", "output.txt", "report.html", "replay.sh", "result.json", "disc.before", "disc.after"}
    result = json.loads((bad / "result.json").read_text())
    assert result["result"] == "failed" and len(result["trace_hash"]) == 16
    assert "calibration" in (bad / "output.txt").read_text()
    assert burnrig("disc", "info", bad / "disc.before", "--json").code == 0
    good = suite / "artifacts" / "good" / "1"
    assert {path.name for path in good.iterdir()} == {"result.json"}


def test_a_cell_of_a_sweep_leads_to_its_trials(browser, tmp_path):
    page = tmp_path / "sweep.html"
    run = burnrig("sweep", "--filter", "cd-r-80 tao", "--kinds", "write-error,lose", "--html", page)
    assert run.code == 0, run.text
    open_page(browser, page)
    keep_picture(browser, "sweep")
    assert "all invariants held" in text_of(browser, "main")
    cells = browser.find_elements(By.CSS_SELECTOR, "#page table.map button")
    cell = next(cell for cell in cells if "WRITE_10, write-error" in cell.get_attribute("aria-label"))
    cell.click()
    detail = text_of(browser, "#cell")
    replay = re.search(r"burnrig sweep --filter 'cd-r-80 tao' --at 'WRITE_10 #\d+' --kinds write-error", detail)
    assert replay, detail
    again = burnrig(*shlex.split(replay.group(0))[1:])
    assert again.code == 0 and re.search(r"^\d+ trials of 1 burns", again.text, re.M), again.text
    silent = next(cell for cell in cells if "lose" in cell.get_attribute("aria-label"))
    silent.click()
    assert "undetectable by design" in text_of(browser, "#cell")
