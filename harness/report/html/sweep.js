// The page of a sweep: for each scenario a map of commands and faults. A cell is all trials with
// that fault at that command; its colour is the worst of them.

const CELL = {};

function cellKind(cell) {
  if (cell[CELL.violated] > 0) return "fail";
  return cell[CELL.undetectable] > 0 ? "info" : "ok";
}

function cellText(cell) {
  return [["held", "held"], ["undetectable", "undetectable by design"], ["violated", "violated"]]
    .filter(([name]) => cell[CELL[name]] > 0).map(([name, text]) => `${cell[CELL[name]]} ${text}`).join(", ");
}

function trialRow(trial) {
  return el("tr", {}, el("td", {}, chip(trial.verdict === "undetectable" ? "info" : "fail", trial.invariant || trial.verdict)), el("td", {}, `${trial.position || ""} ${trial.persistence || ""}`),
    el("td", {}, `${trial.outcome || ""}${trial.cause ? `: ${trial.cause}` : ""}`), el("td", {}, trial.detail || "", replayLine(trial.replay)));
}

// The command that carries out a cell's trials again.
function sameTrials(scenario, command, kind) {
  return scenario.replay && command.nth ? [replayLine(`${scenario.replay} --at '${command.name} #${command.nth}' --kinds ${kind}`)] : [];
}

function showCell(data, scenario, cell, into) {
  const command = data.scenarios[scenario].commands[cell[CELL.command]];
  const trials = data.trials.filter((trial) => trial.scenario === scenario && trial.kind === data.kinds[cell[CELL.kind]] && trial.command === command.index);
  const again = sameTrials(data.scenarios[scenario], command, data.kinds[cell[CELL.kind]]);
  into.replaceChildren(el("h2", {}, `#${command.index} ${command.name}${command.lba !== null && command.lba !== undefined ? ` at LBA ${command.lba}` : ""}, ${data.kinds[cell[CELL.kind]]}`),
    el("p", {}, `${counted(cell[CELL.trials], "trial")}: ${cellText(cell)}. ${cell[CELL.failed]} ended in a failure that was reported, ${cell[CELL.succeeded]} succeeded.`), ...again,
    trials.length > 0 ? el("div", {class: "scroll"}, el("table", {}, el("thead", {}, el("tr", {}, ["Invariant", "Fault", "Outcome", "What, and how to see it again"].map((name) => el("th", {}, name)))), el("tbody", {}, trials.slice(0, 200).map(trialRow))))
      : el("p", {class: "quiet"}, "All invariants held."));
}

function mapOf(data, scenario, cells, into) {
  const commands = data.scenarios[scenario].commands;
  const kinds = [...new Set(cells.map((cell) => cell[CELL.kind]))].sort((a, b) => a - b);
  const rows = [...new Set(cells.map((cell) => cell[CELL.command]))].sort((a, b) => a - b);
  const byPlace = new Map(cells.map((cell) => [`${cell[CELL.command]}/${cell[CELL.kind]}`, cell]));
  const button = (cell) => {
    const text = `#${commands[cell[CELL.command]].index} ${commands[cell[CELL.command]].name}, ${data.kinds[cell[CELL.kind]]}: ${cellText(cell)}`;
    return el("button", {type: "button", class: cellKind(cell), "aria-label": text, "aria-pressed": "false",
      onmouseenter: (event) => tip.show(event.clientX, event.clientY, text), onmouseleave: () => tip.hide(),
      onclick: (event) => {
        for (const other of document.querySelectorAll(".map button[aria-pressed=true]")) other.setAttribute("aria-pressed", "false");
        event.currentTarget.setAttribute("aria-pressed", "true");
        showCell(data, scenario, cell, into);
      }});
  };
  return el("table", {class: "map"}, el("thead", {}, el("tr", {}, el("th", {}), kinds.map((kind) => el("th", {class: "kind"}, el("span", {}, data.kinds[kind]))))),
    el("tbody", {}, rows.map((row) => el("tr", {}, el("th", {class: "command"}, `${commands[row].index} ${commands[row].name}`),
      kinds.map((kind) => el("td", {}, byPlace.has(`${row}/${kind}`) ? button(byPlace.get(`${row}/${kind}`)) : null))))));
}

function sweepPage(data) {
  data.cell_columns.forEach((name, i) => { CELL[name] = i; });
  const byScenario = data.scenarios.map(() => []);
  for (const cell of data.cells) byScenario[cell[CELL.scenario]].push(cell);
  const worst = (cells) => cells.some((cell) => cell[CELL.violated] > 0) ? "✗ " : "";
  const choice = el("select", {id: "scenario", "aria-label": "Scenario", onchange: () => show()}, data.scenarios.map((scenario, i) => el("option", {value: i}, worst(byScenario[i]) + scenario.name)));
  const onlyBad = el("button", {type: "button", id: "only-violated", "aria-pressed": "false", onclick: () => {
    onlyBad.setAttribute("aria-pressed", String(onlyBad.getAttribute("aria-pressed") === "false"));
    show();
  }}, "Only what was violated");
  const map = el("div", {class: "scroll", style: "max-height:70vh;margin-top:10px"});
  const detail = el("section", {class: "card", id: "cell", "aria-live": "polite"}, el("p", {class: "quiet"}, "Choose a cell: its trials are shown here, with the command that does each again."));
  const show = () => {
    const scenario = Number(choice.value);
    const bad = onlyBad.getAttribute("aria-pressed") === "true";
    const cells = byScenario[scenario].filter((cell) => !bad || cell[CELL.violated] > 0);
    map.replaceChildren(cells.length > 0 ? mapOf(data, scenario, cells, detail) : el("p", {class: "quiet"}, "Nothing was violated."));
  };
  const totals = data.totals;
  const legend = (name, text) => el("span", {}, el("i", {style: `background:var(--${name})`}), text);
  document.getElementById("page").replaceChildren(card(null, el("div", {class: "bar"}, el("h1", {}, data.title), chip(totals.violated > 0 ? "fail" : "ok", totals.violated > 0 ? `${totals.violated} violated` : "all invariants held"), el("span", {class: "grow"}), theme.switch_()),
    el("div", {style: "margin-top:16px"}, figures([["Trials", totals.trials.toLocaleString("en")], ["Held", totals.held.toLocaleString("en")], ["Violated", totals.violated.toLocaleString("en")], ["Undetectable by design", totals.undetectable.toLocaleString("en")],
      ["Wall time", totals.wall_seconds !== undefined ? seconds(totals.wall_seconds, 1) : undefined], ["Scenarios", String(data.scenarios.length)], ["Seed", data.seed !== undefined ? String(data.seed) : undefined], ["Burnrig", data.burnrig]])), replayLine(data.replay)),
  card("Commands and faults", el("div", {class: "bar no-print"}, choice, onlyBad), map,
    el("div", {class: "legend", style: "margin-top:10px"}, legend("ok", "all invariants held"), legend("info", "a silent fault that nobody can see without --verify"), legend("fail", "an invariant was violated"))), detail);
  const firstBad = byScenario.findIndex((cells) => cells.some((cell) => cell[CELL.violated] > 0));
  if (firstBad >= 0) choice.value = String(firstBad);
  show();
}

sweepPage(pageData());
