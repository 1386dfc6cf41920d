// The disc as rings, seen from below: blocks go outwards from the hub, each ring as wide as its
// share of the area is large. Sessions, tracks, lead-ins and lead-outs, what is recorded, damage.

const DISC = {inner: 22.5, outer: 58, edge: 60, hub: 7.5};
const AREA_COLOURS = {
  "lead-in": "#b9a15a", "lead-out": "#b9a15a", pregap: "#8d8f98", gap: "#8d8f98", "run-out": "#8d8f98",
  data: "#4f8fd6", audio: "#5fae8b", free: "none", recorded: "#4f8fd6", damage: "#e0218a",
};

function discView(disc) {
  const areas = disc.areas || [];
  const first = Math.min(0, ...areas.map((area) => area.first));
  const end = Math.max(disc.capacity_blocks || 1, ...areas.map((area) => area.end));
  const radius = (lba) => {
    const share = Math.min(1, Math.max(0, (lba - first) / (end - first)));
    return Math.sqrt(DISC.inner ** 2 + share * (DISC.outer ** 2 - DISC.inner ** 2));
  };
  const things = discThings(disc);
  const picture = discPicture(things, radius, disc);
  const rows = things.filter((thing) => thing.listed).map((thing) => {
    thing.row = el("tr", {tabindex: 0, onmouseenter: () => light(thing, true), onmouseleave: () => light(thing, false),
      onfocus: () => light(thing, true), onblur: () => light(thing, false)},
    el("td", {}, el("i", {style: `display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:8px;background:${thing.colour};border:1px solid var(--line)`}), thing.name),
    el("td", {class: "number"}, thing.first.toLocaleString("en")),
    el("td", {class: "number"}, (thing.end - 1).toLocaleString("en")),
    el("td", {class: "number"}, bytes((thing.end - thing.first) * 2048)));
    return thing.row;
  });
  const calibrations = disc.calibrations ? `${disc.calibrations.used} of ${disc.calibrations.total}` : undefined;
  return el("div", {class: "disc"}, picture, el("div", {},
    figures([["Medium", disc.medium && disc.medium.name], ["State", disc.state],
      ["Recorded", counted(disc.recorded_blocks || 0, "block")], ["Sessions", String((disc.sessions || []).length)],
      ["Tracks", String((disc.tracks || []).length)], ["Calibrations used", calibrations]]),
    el("div", {class: "scroll", style: "max-height:260px;margin-top:12px"}, el("table", {}, el("thead", {}, el("tr", {},
      el("th", {}, "Area"), el("th", {class: "number"}, "from LBA"), el("th", {class: "number"}, "to"), el("th", {class: "number"}, "size"))),
    el("tbody", {}, rows)))));
}

// Everything that is drawn, from the bottom to the top.
function discThings(disc) {
  const things = (disc.areas || []).map((area) => {
    const track = (disc.tracks || []).find((one) => one.number === area.track && one.start < area.end && one.end > area.first);
    const kind = area.kind === "track" ? (track ? track.kind : "data") : area.kind;
    const session = area.session ? `session ${area.session}: ` : "";
    const name = area.kind === "track" ? `${session}track ${area.track}, ${kind}${track && track.damaged ? ", damaged" : ""}` : session + area.kind;
    return {...area, name, colour: AREA_COLOURS[kind] || "#8d8f98", listed: true, faint: area.kind === "track" && kind === "data" && (disc.recorded || []).length > 0 && disc.erasable};
  });
  // Elsewhere than on a disc that is overwritten in any order, tracks and what is recorded are the same.
  for (const [first, last] of disc.erasable ? disc.recorded || [] : [])
    if (last > 0)
      things.push({kind: "recorded", name: "recorded", first: Math.max(0, first), end: last, colour: AREA_COLOURS.recorded, listed: disc.recorded.length <= 20});
  for (const range of disc.damage || [])
    things.push({...range, name: `damage: ${range.kind}`, kind: "damage", colour: AREA_COLOURS.damage, listed: true});
  return things;
}

function ring(thing, radius) {
  const [from, to] = [radius(thing.first), radius(thing.end)];
  const least = thing.kind === "damage" ? 1.1 : 0.35;
  const [inner, outer] = to - from < least ? [(from + to - least) / 2, (from + to + least) / 2] : [from, to];
  const circle = (r, sweep) => `M ${-r} 0 A ${r} ${r} 0 1 ${sweep} ${r} 0 A ${r} ${r} 0 1 ${sweep} ${-r} 0 Z`;
  return `${circle(outer, 1)} ${circle(inner, 0)}`;
}

function discPicture(things, radius, disc) {
  const gradient = svg("radialGradient", {id: "sheen"},
    svg("stop", {offset: "38%", "stop-color": "#cfd6e0"}), svg("stop", {offset: "70%", "stop-color": "#e6ebf2"}), svg("stop", {offset: "100%", "stop-color": "#c3ccd8"}));
  const cut = (r) => svg("circle", {r, fill: "none", stroke: "rgba(60,70,90,.35)", "stroke-width": 0.3});
  const shapes = things.filter((thing) => thing.colour !== "none").map((thing) => {
    thing.shape = svg("path", {class: "area", d: ring(thing, radius), fill: thing.colour, "fill-rule": "evenodd", opacity: thing.faint ? 0.28 : 0.92,
      onmouseenter: (event) => { light(thing, true); tip.show(event.clientX, event.clientY, el("b", {}, thing.name), `LBA ${thing.first.toLocaleString("en")} to ${(thing.end - 1).toLocaleString("en")}`); },
      onmouseleave: () => { light(thing, false); tip.hide(); }});
    return thing.shape;
  });
  return svg("svg", {viewBox: "-62 -62 124 124", role: "img", "aria-label": `${disc.medium ? disc.medium.name : "disc"}, ${disc.state}`},
    svg("defs", {}, gradient), svg("circle", {r: DISC.edge, fill: "url(#sheen)"}), ...shapes,
    // The light that lies on a disc; it lets the pointer through.
    svg("path", {d: "M 0 0 L 42 -43 A 60 60 0 0 1 55 -24 Z M 0 0 L -42 43 A 60 60 0 0 1 -55 24 Z", fill: "#fff", opacity: 0.16, "pointer-events": "none"}),
    svg("circle", {r: DISC.inner - 0.6, fill: "#dfe4ea", opacity: 0.93}), svg("circle", {r: DISC.hub, fill: "var(--card)"}),
    cut(DISC.edge), cut(DISC.inner - 0.6), cut(17), cut(DISC.hub));
}

function light(thing, on) {
  for (const element of [thing.shape, thing.row]) if (element) element.classList.toggle("lit", on);
}
