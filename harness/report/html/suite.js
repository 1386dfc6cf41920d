// The page of a suite: scenarios with their runs, and what became of them.

const VERDICT_KINDS = {passed: "ok", failed: "fail", broken: "fail", skipped: "info"};

function findingText(finding) {
  return el("div", {style: "margin-top:6px"}, el("div", {}, finding.what), el("div", {class: "quiet"}, "expected ", el("code", {}, finding.expected)),
    el("div", {class: "quiet"}, "seen ", el("code", {}, finding.seen)));
}

function runDetail(run) {
  const page = run.page && el("a", {href: `./${run.page.split("/").map(encodeURIComponent).join("/")}`}, "its report");
  const told = run.verdict && chip(run.verdict === "truthful" ? "ok" : "fail", run.verdict);
  return el("div", {style: "margin:8px 0 12px"}, el("div", {class: "bar"}, chip(VERDICT_KINDS[run.result], run.result), el("code", {}, run.run), el("span", {class: "quiet"}, seconds(run.drive_seconds)), told, page),
    run.why && el("div", {class: "quiet"}, run.why),
    run.reason && el("div", {class: "quiet"}, run.reason), ...(run.findings || []).map(findingText),
    (run.refused || []).length > 0 && el("details", {}, el("summary", {}, counted(run.refused.length, "command"), " not good"), el("pre", {class: "output"}, run.refused.join("\n"))),
    run.output && el("details", {}, el("summary", {}, "What it printed"), el("pre", {class: "output"}, run.output)));
}

function scenarioRows(scenario) {
  const detail = el("tr", {hidden: true}, el("td", {colspan: 6}, scenario.title && el("p", {}, scenario.title), scenario.report && el("p", {class: "quiet"}, scenario.report),
    scenario.reason && el("p", {}, scenario.reason), (scenario.runs || []).map(runDetail), replayLine(scenario.replay)));
  const open = el("button", {type: "button", "aria-expanded": "false", onclick: () => {
    detail.hidden = !detail.hidden;
    open.setAttribute("aria-expanded", String(!detail.hidden));
  }}, scenario.name);
  const outcomes = (scenario.runs || []).map((run) => run.outcome).filter((word) => word);
  const row = el("tr", {"data-name": scenario.name}, el("td", {}, chip(VERDICT_KINDS[scenario.result], scenario.result)), el("td", {}, open), el("td", {}, scenario.medium), el("td", {}, scenario.drive),
    el("td", {}, [...new Set(outcomes)].join(", ")), el("td", {class: "number"}, seconds((scenario.runs || []).reduce((sum, run) => sum + run.drive_seconds, 0))));
  const words = JSON.stringify([scenario.name, scenario.title, scenario.medium, scenario.drive, scenario.reason, scenario.result, (scenario.runs || []).map((run) => [run.run, run.outcome, run.reason])]).toLowerCase();
  return {scenario, words, row, detail};
}

function suitePage(data) {
  const entries = data.scenarios.map(scenarioRows);
  const filter = el("input", {type: "search", id: "filter", placeholder: "Filter: name, medium, program …", "aria-label": "Filter scenarios", oninput: () => apply()});
  const count = el("span", {class: "quiet", id: "scenario-count", role: "status"});
  let wanted = "all";
  const kinds = ["all", "failed", "broken", "skipped", "passed"].filter((kind) => kind === "all" || data.summary[kind] > 0);
  const buttons = kinds.map((kind) => el("button", {type: "button", "data-kind": kind, onclick: () => { wanted = kind; apply(); }}, kind));
  const apply = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter((word) => word);
    let shown = 0;
    for (const {scenario, words: text, row, detail} of entries) {
      row.hidden = !((wanted === "all" || scenario.result === wanted) && words.every((word) => text.includes(word)));
      if (row.hidden) detail.hidden = true;
      shown += row.hidden ? 0 : 1;
    }
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.kind === wanted));
    count.textContent = `${shown} of ${entries.length}`;
  };
  const bad = data.summary.failed + data.summary.broken;
  const head = card(null, el("div", {class: "bar"}, el("h1", {}, data.title), chip(bad > 0 ? "fail" : "ok", bad > 0 ? `${bad} not passed` : "all passed"), el("span", {class: "grow"}), theme.switch_()),
    el("div", {style: "margin-top:16px"}, figures([["Scenarios", String(data.summary.scenarios)], ["Passed", String(data.summary.passed)], ["Failed", String(data.summary.failed)], ["Skipped", String(data.summary.skipped)],
      ["Broken", String(data.summary.broken)], ["Runs skipped", String(data.summary.runs_skipped)], ["Burnrig", data.burnrig]])), replayLine(data.replay));
  const table = el("table", {id: "scenarios"}, el("thead", {}, el("tr", {}, ["Result", "Scenario", "Medium", "Drive", "Outcome", "Drive time"].map((name, i) => el("th", {class: i === 5 ? "number" : ""}, name)))),
    el("tbody", {}, entries.map(({row, detail}) => [row, detail]).flat()));
  document.getElementById("page").replaceChildren(head, card("Scenarios", el("div", {class: "bar no-print", style: "margin-bottom:10px"}, filter, ...buttons, count), el("div", {class: "scroll"}, table)));
  apply();
}

suitePage(pageData());
