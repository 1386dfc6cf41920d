// What all pages share: elements, numbers for people, the data.

// el("td", {class: "number", onclick: f}, "text", child): text never becomes markup.
function el(name, attributes, ...children) {
  const element = document.createElement(name);
  return fill(element, attributes, children);
}

function svg(name, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat())
    if (child !== undefined && child !== null) element.append(child);
  return element;
}

function pageData() {
  return JSON.parse(document.getElementById("data").textContent);
}

function seconds(value, digits = 3) {
  if (value >= 3600) return `${Math.floor(value / 3600)} h ${Math.floor(value / 60) % 60} min`;
  if (value >= 120) return `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`;
  if (value >= 1 || value === 0) return `${value.toFixed(digits)} s`;
  return value >= 0.001 ? `${(value * 1e3).toFixed(digits)} ms` : `${(value * 1e6).toFixed(1)} µs`;
}

function bytes(value) {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; ++unit; }
  return unit === 0 ? `${value} bytes` : `${value.toFixed(value < 100 ? 1 : 0)} ${units[unit]}`;
}

function counted(count, word) {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}

function chip(kind, text) {
  return el("span", {class: `chip ${kind}`}, text);
}

function card(title, ...children) {
  return el("section", {class: "card"}, title && el("h2", {}, title), ...children);
}

// [["name", value], ...]; pairs without a value are left out.
function figures(pairs) {
  return el("dl", {class: "figures"}, pairs.filter(([, value]) => value !== undefined && value !== "" && value !== null)
    .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

function replayLine(command) {
  if (!command) return null;
  const button = el("button", {type: "button", class: "no-print", onclick: async () => {
    button.textContent = await copied(command) ? "Copied" : "Select it by hand";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  }}, "Copy");
  return el("div", {class: "replay"}, el("code", {}, command), button);
}

// The clipboard of a page from a file is not always to be had.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea", {});
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

// A box that follows the pointer.
const tip = {
  element: null,
  show(x, y, ...content) {
    this.element ||= document.body.appendChild(el("div", {class: "tip", role: "status"}));
    this.element.replaceChildren(...content.flat().filter((part) => part));
    this.element.hidden = false;
    const box = this.element.getBoundingClientRect();
    this.element.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - box.width - 8))}px`;
    this.element.style.top = `${y + 18 + box.height > innerHeight ? Math.max(4, y - box.height - 10) : y + 18}px`;
  },
  hide() { if (this.element) this.element.hidden = true; },
};

// A colour of the style sheet, as it is now.
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
