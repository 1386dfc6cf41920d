// The lanes of the timeline. Each draws itself and says what lies under the pointer.

const PHASE_COLOURS = {
  writing: "#5b8def", reading: "#58a68a", calibrating: "#b08ae6", closing: "#d19a54", synchronizing: "#c7b45a",
  blanking: "#9a8d7f", formatting: "#8fa05a", loading: "#8d98a8",
};
const STAGE_SHADES = ["#7a8ca8", "#94a4bb"];

// Bars with a colour and a name, for stages, what the host waits for, and the drive's state.
class BarLane {
  constructor(name, height, bars) {
    Object.assign(this, {name, height, bars});
  }
  draw(context, scale, top) {
    let until = -1;
    for (let i = firstBehind(this.bars, scale.from); i < this.bars.length && this.bars[i].from <= scale.to; ++i) {
      const bar = this.bars[i];
      const left = Math.max(scale.left, scale.x(bar.from));
      const right = Math.min(scale.left + scale.width, Math.max(scale.x(bar.to), left + 1));
      if (right <= until && right - left < 2) continue; // lies under the one before
      until = right;
      context.globalAlpha = bar.faint ? 0.45 : 0.9;
      context.fillStyle = bar.colour;
      context.fillRect(left, top + 3, right - left - (right - left > 6 ? 0.6 : 0), this.height - 6);
      context.globalAlpha = 1;
      if (bar.label && right - left > 34) drawLabel(context, bar.label, left, right, top + this.height / 2);
    }
  }
  at(time, slack) {
    const bar = this.bars[firstBehind(this.bars, time - slack)];
    return bar && bar.from <= time + slack ? [el("b", {}, bar.title), `${seconds(bar.from)} to ${seconds(bar.to)} (${seconds(bar.to - bar.from)})`] : null;
  }
}

function drawLabel(context, text, left, right, middle) {
  context.save();
  context.beginPath();
  context.rect(left, middle - 12, right - left - 4, 24);
  context.clip();
  context.fillStyle = "#fff";
  context.font = "600 11.5px system-ui, sans-serif";
  context.fillText(text, left + 6, middle + 4);
  context.restore();
}

// One bar a command: blue went well, orange is news or not ready yet, pink failed.
class CommandLane {
  constructor(commands, height) {
    Object.assign(this, {name: "Commands", commands, height, selected: null});
    this.end = (command) => command.at + command.took;
  }
  draw(context, scale, top) {
    const colours = {ok: colour("ok"), info: colour("info"), fail: colour("fail")};
    // Those that went wrong lie on top of those that did not.
    for (const kinds of [["ok"], ["info"], ["fail"]]) {
      let until = -1;
      for (let i = firstBehind(this.commands, scale.from, this.end); i < this.commands.length && this.commands[i].at <= scale.to; ++i) {
        const command = this.commands[i];
        if (!kinds.includes(command.outcome) || !command.shown) continue;
        const left = Math.max(scale.left, scale.x(command.at));
        const right = Math.max(Math.min(scale.x(this.end(command)), scale.left + scale.width), left + (command.outcome === "ok" ? 1 : 2.5));
        if (right <= until) continue;
        until = right;
        context.fillStyle = colours[command.outcome];
        const inset = command.outcome === "ok" ? 6 : 3;
        context.fillRect(left, top + inset, right - left - (right - left > 5 ? 0.8 : 0), this.height - 2 * inset);
      }
    }
    if (this.selected) {
      const left = Math.max(scale.left, scale.x(this.selected.at));
      const width = Math.max(3, scale.x(this.end(this.selected)) - left);
      context.strokeStyle = colour("text");
      context.lineWidth = 2;
      context.strokeRect(left - 1, top + 1, width + 2, this.height - 2);
    }
  }
  // The command under the pointer; of several within reach the one that went worst.
  command(time, slack) {
    const rank = {fail: 2, info: 1, ok: 0};
    let best = null;
    for (let i = firstBehind(this.commands, time - slack, this.end); i < this.commands.length && this.commands[i].at <= time + slack; ++i)
      if (this.commands[i].shown && (!best || rank[this.commands[i].outcome] > rank[best.outcome])) best = this.commands[i];
    return best;
  }
  at(time, slack) {
    const command = this.command(time, slack);
    if (!command) return null;
    return [el("b", {}, `#${command.n} ${command.name}`), el("code", {}, command.cdb), el("br"),
      command.lba !== undefined ? `LBA ${command.lba.toLocaleString("en")}, ${counted(command.blocks, "block")}; ` : "",
      `at ${seconds(command.at)}, took ${seconds(command.took)}`, command.why ? el("div", {}, command.why) : null];
  }
}

// A level between 0 and a size, as an area; points are bands from low to high.
class CurveLane {
  constructor(name, height, points, size, paint, text, note) {
    Object.assign(this, {name, height, points, size, paint, text, note});
  }
  draw(context, scale, top) {
    const y = (value) => top + this.height - 4 - Math.min(1, value / this.size) * (this.height - 10);
    const begin = Math.max(0, firstBehind(this.points, scale.from, (point) => point.at) - 1);
    const shown = [];
    for (let i = begin; i < this.points.length; ++i) {
      shown.push(this.points[i]);
      if (this.points[i].at > scale.to) break;
    }
    context.strokeStyle = colour("line");
    context.lineWidth = 1;
    for (const share of [0, 1]) {
      context.beginPath();
      context.moveTo(scale.left, Math.round(y(share * this.size)) + 0.5);
      context.lineTo(scale.left + scale.width, Math.round(y(share * this.size)) + 0.5);
      context.stroke();
    }
    if (shown.length === 0) return;
    const path = (key, begins) => {
      for (const [i, point] of shown.entries()) {
        const x = scale.x(point.at);
        if (i === 0 && begins) context.moveTo(x, y(point[key])); else context.lineTo(x, y(point[key]));
      }
    };
    context.save();
    context.beginPath();
    context.rect(scale.left, top, scale.width, this.height);
    context.clip();
    context.beginPath();
    path("high", true);
    context.lineTo(scale.x(shown.at(-1).at), y(0));
    context.lineTo(scale.x(shown[0].at), y(0));
    context.closePath();
    context.globalAlpha = 0.22;
    context.fillStyle = this.paint;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = this.paint;
    context.lineWidth = 1.4;
    context.lineJoin = "round";
    for (const key of ["high", "low"]) {
      context.beginPath();
      path(key, true);
      context.stroke();
    }
    context.restore();
  }
  at(time) {
    const point = this.points[Math.max(0, firstBehind(this.points, time, (one) => one.at) - 1)];
    return point ? [el("b", {}, this.name), this.text(point)] : null;
  }
}
