// The page of one run.

function speedPoints(curve, end) {
  // The amount that went over in each of 400 spans of the run, as a rate.
  const spans = 400, length = end / spans || 1, rates = [];
  let at = 0, before = 0;
  for (let i = 0; i < spans; ++i) {
    let amount = before;
    while (at < curve.points.length && curve.points[at].at <= (i + 1) * length) amount = curve.points[at++].high;
    rates.push({at: (i + 0.5) * length, low: (amount - before) / length, high: (amount - before) / length});
    before = amount;
  }
  return rates;
}

// What fills a buffer at once would dwarf all the rest.
function usualSpeed(rates) {
  const sorted = rates.map((rate) => rate.high).filter((rate) => rate > 0).sort((a, b) => a - b);
  return sorted.length > 0 ? Math.min(sorted.at(-1), 1.5 * sorted[Math.floor(sorted.length * 0.95)]) : 1;
}

function stageBars(notes, end) {
  const stages = notes.filter((note) => note.kind === "stage");
  return stages.map((note, i) => ({from: note.at, to: i + 1 < stages.length ? stages[i + 1].at : end, label: note.stage,
    title: `${note.stage}${note.text ? `: ${note.text}` : ""}`, colour: STAGE_SHADES[i % 2]}));
}

function lanesOf(log, commands) {
  const end = log.seconds;
  const points = (curve) => curve.points.map(([at, low, high]) => ({at, low, high}));
  const curves = Object.fromEntries(Object.entries(log.curves).map(([name, curve]) => [name, {size: curve.size, points: points(curve)}]));
  const filled = (curve) => (point) => `${bytes(point.low)}${point.high > point.low ? ` to ${bytes(point.high)}` : ""} of ${bytes(curve.size)} (${Math.round(100 * point.low / curve.size)} %)`;
  const lanes = [];
  const stages = stageBars(log.notes, end);
  if (stages.length > 0) lanes.push(new BarLane("Stage", 26, stages));
  lanes.push(new BarLane("Host", 20, log.host.map(([from, to]) => ({from, to, colour: "#98a1ae", faint: true, title: "The host works or waits: no command is under way"}))));
  if (curves.ring.points.length > 0) lanes.push(new CurveLane("Ring", 56, curves.ring.points, curves.ring.size, "#3aa17e", filled(curves.ring), bytes(curves.ring.size)));
  const commandLane = new CommandLane(commands, 38);
  lanes.push(commandLane);
  lanes.push(new BarLane("Drive", 26, log.phases.map(([from, to, name]) => ({from, to, label: name, title: `The drive is ${name}`, colour: PHASE_COLOURS[name] || "#8d98a8"}))));
  if (curves.buffer.size > 0) lanes.push(new CurveLane("Drive buffer", 64, curves.buffer.points, curves.buffer.size, "#5b8def", filled(curves.buffer), bytes(curves.buffer.size)));
  if (curves.bytes.size > 0) {
    const rates = speedPoints(curves.bytes, end);
    const most = usualSpeed(rates);
    lanes.push(new CurveLane("Speed", 56, rates, most, "#b07a2a", (point) => `${(point.high / 1000).toFixed(0)} kB/s over the cable`, `${(most / 1000).toFixed(0)} kB/s`));
  }
  return {lanes, commandLane};
}

function outcomeOf(result) {
  if (result.outcome) return [result.outcome === "succeeded" ? "ok" : "fail", result.outcome];
  if (result.program_exit === undefined) return ["info", "ended"];
  return [result.program_exit === 0 ? "ok" : "fail", `exit code ${result.program_exit}`];
}

function headOf(data) {
  const {result} = data;
  const [kind, word] = outcomeOf(result);
  const error = result.error || {};
  const report = result.report || {};
  const head = card(null, el("div", {class: "bar"}, el("h1", {}, data.title), chip(kind, word), el("span", {class: "grow"}), theme.switch_()));
  if (error.message) head.append(el("div", {class: "message"}, error.message, (error.advice || []).map((advice) => `\n• ${advice}`).join("")));
  head.append(el("div", {style: "margin-top:16px"}, figures([
    ["Cause", result.cause], ["Sense", result.sense], ["Drive time", seconds(result.drive_seconds ?? data.log.seconds)],
    ["Commands", data.log.commands.total.toLocaleString("en")], ["Written", report.bytes !== undefined ? bytes(report.bytes) : undefined],
    ["Mode", report.mode], ["Drive", result.drive], ["Medium", result.medium], ["Door", result.door], ["Tray", result.tray],
    ["Seed", String(result.seed)], ["Burnrig", result.burnrig]])), replayLine(result.replay));
  return head;
}

function leftOutText(log) {
  const missing = Object.entries(log.commands.left_out).map(([name, count]) => `${count.toLocaleString("en")} ${name}`);
  const sentences = [];
  if (missing.length > 0)
    sentences.push(`Of ${log.commands.total.toLocaleString("en")} commands this page holds ${log.commands.rows.length.toLocaleString("en")}: of each kind the first ones, then some. Left out: ${missing.join(", ")}. A trace file (--trace) has all.`);
  if (log.dropped > 0) sentences.push(`${counted(log.dropped, "further note")} of stages, states and faults had no room.`);
  return sentences.length > 0 ? el("p", {class: "quiet", id: "left-out"}, sentences.join(" ")) : null;
}

function faultCard(result, faults, select) {
  const rules = result.faults || [];
  if (rules.length === 0) return null;
  const times = (rule) => faults.filter((fault) => fault.rule === rule);
  return card("Faults", el("div", {class: "scroll"}, el("table", {}, el("thead", {}, el("tr", {}, ["Rule", "matched", "fired", "at"].map((name, i) => el("th", {class: i === 1 || i === 2 ? "number" : ""}, name)))),
    el("tbody", {}, rules.map((rule, i) => el("tr", {}, el("td", {}, el("code", {}, rule.rule)), el("td", {class: "number"}, String(rule.matched)),
      el("td", {class: "number"}, rule.fired > 0 ? String(rule.fired) : chip("info", "never")),
      el("td", {}, times(i).slice(0, 5).map((fault) => [el("button", {type: "button", onclick: () => select(fault)}, fault.n ? `#${fault.n}` : seconds(fault.from)), " "]).flat())))))));
}

function notesCard(log) {
  const notes = log.notes.filter((note) => note.kind !== "stage");
  if (notes.length === 0) return null;
  const kinds = {warning: "info", retry: "info", mark: "ok"};
  return card("Notes", el("div", {class: "scroll", style: "max-height:300px"}, el("table", {}, el("tbody", {}, notes.slice(0, 500).map((note) =>
    el("tr", {}, el("td", {class: "number"}, seconds(note.at)), el("td", {}, chip(kinds[note.kind] || "ok", note.kind)), el("td", {}, note.text)))))));
}

function legend() {
  const item = (name, text) => el("span", {}, el("i", {style: `background:var(--${name})`}), text);
  return el("div", {class: "legend", style: "margin-top:6px"}, item("ok", "good"), item("info", "news, or not yet ready"), item("fail", "failed"), item("hatch", "⚡ a fault acts"));
}

function runPage(data) {
  const {log, result} = data;
  const commands = log.commands.rows.map(judged);
  const rules = result.faults || [];
  const faults = log.fired.map((one) => ({...one, short: rules[one.rule] ? rules[one.rule].name : "fault", name: rules[one.rule] ? rules[one.rule].rule : "a fault rule"}));
  const marks = log.notes.filter((note) => note.kind === "mark" || note.kind === "retry" || note.kind === "warning").map((note) => ({at: note.at, text: note.text}));
  const {lanes, commandLane} = lanesOf(log, commands);
  const select = (command) => {
    commandLane.selected = command;
    table.select(command);
    timeline.reveal(command);
  };
  const table = new CommandTable(commands, select);
  const timeline = new Timeline(lanes, log.seconds, faults, marks, select);
  table.onFilter = () => timeline.draw();
  const selectFault = (fault) => {
    const command = commands.find((one) => one.n >= fault.n && (fault.n > 0 || one.at >= fault.from));
    if (command) select(command);
  };
  const page = document.getElementById("page");
  page.replaceChildren(...[headOf(data), card("Timeline", timeline.element, legend(), leftOutText(log)), faultCard(result, faults, selectFault), notesCard(log),
    data.disc && card("Disc", discView(data.disc)), card("Commands", table.element), data.output && card("What the program printed", el("pre", {class: "output"}, data.output))].filter((part) => part));
  timeline.draw();
  table.draw();
}

runPage(pageData());
