"use strict";

/** How often the server is asked what is new. */
const PERIOD_MILLIS = 2000;
/** How many classes, or numbers of another output, are shown. */
const SHOWN = 10;

const byId = id => document.getElementById(id);
let token = "";

// What is shown.

/** An element with a class and, as children, elements or text; text is never read as HTML. */
function element(name, style, children = []) {
  const made = document.createElement(name);
  made.className = style;
  return fill(made, children);
}

/** Puts these children into an element, in place of those that it has. */
function fill(parent, children) {
  parent.replaceChildren();
  children.forEach(child => parent.append(child));
  return parent;
}

function row(cells) {
  return element("tr", "", cells.map(cell => cell instanceof Node ? cell : element("td", "", [cell])));
}

function failure(error) {
  const said = element("p", "error", [error.message]);
  said.setAttribute("role", "alert");
  return said;
}

// What is asked.

/** The text of the server's answer; what went wrong is said in words. */
function ask(path, body) {
  return fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: token ? { Authorization: "Bearer " + token } : {},
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => {
    throw new Error("The server does not answer. It may have been stopped.");
  }).then(answer => answer.text().then(text => {
    if (answer.status === 401) {
      byId("access").hidden = false;
      throw new Error(token ? "The server does not accept this token." : "This server needs a token.");
    }
    if (!answer.ok) throw new Error(reason(answer.status, text));
    byId("access").hidden = true;
    return text;
  }));
}

function reason(status, text) {
  try {
    return JSON.parse(text).error;
  } catch (_) {
    return `The server answered with the status ${status}.`;
  }
}

// An image, prepared as the model wants it. From the decoded pixels on, the command "predict" does
// the same operations in the same order, so both give the same bits.

function decoded(file) {
  return new Promise((resolve, reject) => {
    const refuse = () =>
      reject(new Error(`${file.name} is no image that can be read here. Choose a PNG or JPEG file.`));
    const reader = new FileReader();
    reader.onerror = refuse;
    reader.onload = () => {
      const image = new Image();
      image.onerror = refuse;
      image.onload = () => image.naturalWidth ? resolve(image) : refuse();
      image.src = reader.result;
    };
    reader.readAsDataURL(file);
  });
}

/** Scales the first axis of [size, inner] by means under a triangle. */
function scaled(samples, size, inner, wanted) {
  if (size === wanted) return samples;
  const step = size / wanted;
  const reach = Math.max(1, step);
  const result = new Float64Array(wanted * inner);
  for (let i = 0; i < wanted; i++) {
    const center = (i + 0.5) * step;
    const first = Math.max(0, Math.floor(center - reach));
    const end = Math.min(size, Math.ceil(center + reach));
    let total = 0;
    for (let j = first; j < end; j++) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - center) / reach);
      total += weight;
      for (let k = 0; k < inner; k++) result[i * inner + k] += weight * samples[j * inner + k];
    }
    for (let k = 0; k < inner; k++) result[i * inner + k] /= total;
  }
  return result;
}

/** Red, green, blue and alpha, 0 to 255, of each pixel; what is transparent stands on white. */
function pixels(image, height, width) {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0);
  const whole = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const narrow = new Float64Array(canvas.height * width * 4);
  for (let y = 0; y < canvas.height; y++) {
    const line = whole.subarray(y * canvas.width * 4, (y + 1) * canvas.width * 4);
    narrow.set(scaled(line, canvas.width, 4, width), y * width * 4);
  }
  return scaled(narrow, canvas.height, width * 4, height);
}

/** Samples from 0 to 1, grey or red, green, blue, as the model sees them. */
function samples(image, input, inverted) {
  const colors = pixels(image, input.height, input.width);
  const count = input.mean.length;
  const seen = new Float64Array(input.height * input.width * count);
  for (let i = 0; i < seen.length; i++) {
    const at = Math.floor(i / count) * 4;
    const sample = count === 1
      ? 0.299 * colors[at] + 0.587 * colors[at + 1] + 0.114 * colors[at + 2]
      : colors[at + i % count];
    seen[i] = Math.fround(sample / 255);
    if (inverted !== input.inverted) seen[i] = Math.fround(1 - seen[i]);
  }
  return seen;
}

/** The elements of the input. */
function elements(seen, input) {
  const count = input.mean.length;
  const area = input.height * input.width;
  const round = input.datatype === "FP32" ? Math.fround : exact => exact;
  const data = new Array(seen.length);
  for (let c = 0; c < count; c++) {
    const read = input.channels === "bgr" ? count - 1 - c : c;
    for (let i = 0; i < area; i++) {
      const ranged = input.low + seen[i * count + read] * (input.high - input.low);
      data[input.channelsFirst ? c * area + i : i * count + c] =
        round((ranged - input.mean[c]) / input.deviation[c]);
    }
  }
  return data;
}

function picture(seen, input, canvas) {
  canvas.width = input.width;
  canvas.height = input.height;
  canvas.hidden = false;
  const context = canvas.getContext("2d");
  const shown = context.createImageData(input.width, input.height);
  const count = input.mean.length;
  for (let i = 0; i < input.width * input.height; i++) {
    for (let c = 0; c < 3; c++) {
      shown.data[4 * i + c] = Math.round(255 * seen[i * count + Math.min(c, count - 1)]);
    }
    shown.data[4 * i + 3] = 255;
  }
  context.putImageData(shown, 0, 0);
}

/** DARK or LIGHT, by the border. */
function background(seen, input) {
  const count = input.mean.length;
  let sum = 0;
  let all = 0;
  seen.forEach((sample, i) => {
    const x = Math.floor(i / count) % input.width;
    const y = Math.floor(i / count / input.width);
    if (x === 0 || y === 0 || x === input.width - 1 || y === input.height - 1) {
      sum += sample;
      all++;
    }
  });
  return sum > 0.5 * all ? "LIGHT" : "DARK";
}

// A model's answer to an image.

function output(given, classes) {
  if (given.shape.length !== 2 || given.shape[1] < 2) {
    const more = given.data.length > SHOWN ? ", ..." : "";
    return element("p", "", [`${given.name} [${given.shape.join(", ")}]: ${given.data.slice(0, SHOWN).join(", ")}${more}`]);
  }
  const areParts = given.data.every(value => value >= 0 && value <= 1);
  const named = given.data.map((value, i) =>
    ({ value, name: classes.length === given.data.length ? classes[i] : `class ${i}` }));
  const lines = named.sort((a, b) => b.value - a.value).slice(0, SHOWN).map(({ value, name }) => {
    const cells = [name, areParts ? value.toFixed(4) : value.toPrecision(5)];
    if (!areParts) return row(cells);
    const meter = element("meter", "");
    meter.setAttribute("value", value);
    meter.setAttribute("aria-label", name);
    return row(cells.concat(element("td", "", [meter])));
  });
  return element("table", "", [element("caption", "", [given.name]), element("tbody", "", lines)]);
}

function imageForm(version, signature) {
  const input = signature.image;
  const file = element("input", "");
  file.type = "file";
  file.accept = "image/*";
  const inverted = element("input", "");
  inverted.type = "checkbox";
  const form = element("form", "", [
    element("label", "", ["Try an image ", file]),
    element("label", "", [inverted, " invert light and dark"])]);
  const canvas = element("canvas", "");
  canvas.hidden = true;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "The image as the model sees it");
  const result = element("div", "result");
  result.setAttribute("aria-live", "polite");

  const hint = seen => {
    if (!version.background || version.background === background(seen, input)) return [];
    const words = { DARK: "dark", LIGHT: "light" };
    return [element("p", "hint", [
      `The image is ${words[background(seen, input)]} on its border, the model learned from images that are`
        + ` ${words[version.background]} there; try it ${inverted.checked ? "without" : "with"} inverting.`])];
  };
  let asked = 0;
  const send = () => {
    if (!file.files.length) return;
    const mine = ++asked;
    const show = shown => mine === asked && fill(result, shown);
    canvas.hidden = true;
    show([element("p", "small", ["Asking the model."])]);
    decoded(file.files[0]).then(image => {
      const seen = samples(image, input, inverted.checked);
      if (mine !== asked) return undefined;
      picture(seen, input, canvas);
      return ask(`/v2/models/${encodeURIComponent(version.name)}/versions/${version.version}/infer`, {
        parameters: { signature: signature.name },
        inputs: [{ name: input.name, datatype: input.datatype, shape: input.shape, data: elements(seen, input) }],
      }).then(text => {
        const outputs = JSON.parse(text).outputs.map(given => output(given, version.classes));
        show(hint(seen).concat(outputs));
      });
    }).then(showMetrics).catch(error => show([failure(error)]));
  };
  form.onsubmit = event => event.preventDefault();
  file.onchange = send;
  inverted.onchange = send;
  return [form, element("div", "answer", [canvas, result])];
}

// The models.

function signatureParts(version, signature) {
  const line = kind => end =>
    row([kind, end.name, element("td", "type", [`${end.datatype} ${end.shape}`])]);
  const lines = signature.inputs.map(line("input")).concat(signature.outputs.map(line("output")));
  const table = element("table", "ends", [element("tbody", "", lines)]);
  return [element("h4", "", [signature.name]), element("div", "wide", [table])]
    .concat(signature.image ? imageForm(version, signature) : [element("p", "small", [signature.noImage])]);
}

function card(version) {
  const title = version.version ? `${version.name}, version ${version.version}` : version.name;
  const state = version.state.toLowerCase();
  return element("section", "card", [
    element("header", "", [element("h3", "", [title]), element("span", "state " + state, [state])]),
  ].concat(version.reason ? [element("p", "error", [version.reason])] : [])
    .concat(version.signatures.flatMap(signature => signatureParts(version, signature))));
}

/** The cards that are shown, by what they show: one that stays keeps its image and its answer. */
let cards = new Map();

/** The state in words; those that stay are not said again to whoever listens to the page. */
function showState(words, style) {
  if (byId("state").textContent === words) return;
  byId("state").className = style;
  byId("state").textContent = words;
}

/** Shows the models, and tells whether the server answered. */
function showModels() {
  return ask("/page/models").then(text => {
    const told = JSON.parse(text);
    if (told.models) showCards(told.models);
    showState(told.state, "state");
    return true;
  }).catch(error => {
    showState(error.message, "error");
    return false;
  });
}

function showCards(versions) {
  const next = new Map(versions.map(version => {
    const key = JSON.stringify(version);
    return [key, cards.get(key) || card(version)];
  }));
  if (!next.size) {
    fill(byId("models"), [element("p", "", ["There is no model in the folders that are served."])]);
  } else if ([...next.keys()].join() !== [...cards.keys()].join()) {
    fill(byId("models"), [...next.values()]);
  }
  cards = next;
}

// The metrics, from the text that Prometheus reads.

/** [name, labels, value] of each line. */
function readMetrics(text) {
  return text.split("\n").filter(line => line && !line.startsWith("#")).map(line => {
    const [name, labels, value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line).slice(1);
    const pairs = [...(labels || "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(found =>
      [found[1], found[2].replace(/\\(.)/g, (all, c) => c === "n" ? "\n" : c)]);
    return { name, labels: Object.fromEntries(pairs), value: Number(value) };
  });
}

let before = { time: 0, answered: new Map() };

function showMetrics() {
  return ask("/metrics").then(text => {
    const time = Date.now();
    const lines = readMetrics(text);
    const models = new Map();
    lines.filter(line => line.labels.model !== undefined).forEach(({ name, labels, value }) => {
      const key = JSON.stringify([labels.model, labels.version]);
      if (!models.has(key)) models.set(key, { model: labels.model, version: labels.version, success: 0, failed: 0 });
      const counted = models.get(key);
      if (name === "adjoint_inference_requests_total") {
        counted[labels.outcome === "success" ? "success" : "failed"] += value;
      } else if (labels.le === undefined) {
        counted[name.replace("adjoint_inference_", "")] = value;
      }
    });
    const answered = new Map([...models].map(([key, counted]) => [key, counted.success]));
    const seconds = (time - before.time) / 1000;
    const mean = (sum, count, unit) => count ? (unit * sum / count).toFixed(2) : "";
    const shown = [...models].map(([key, counted]) => row([
      counted.model, counted.version, String(counted.success), String(counted.failed),
      before.answered.has(key) ? ((counted.success - before.answered.get(key)) / seconds).toFixed(1) : "",
      String(counted.waiting || 0), mean(counted.queue_seconds_sum, counted.queue_seconds_count, 1000),
      mean(counted.compute_seconds_sum, counted.compute_seconds_count, 1000),
      mean(counted.batch_rows_sum, counted.batch_rows_count, 1)]));
    fill(byId("metrics").tBodies[0], shown);
    const heap = lines.find(line => line.name === "adjoint_heap_used_bytes");
    byId("heap").textContent = heap ? `The server uses ${(heap.value / 1048576).toFixed(0)} MB of heap.` : "";
    before = { time, answered };
  }).catch(error => {
    byId("heap").textContent = error.message;
  });
}

const showAll = () => showModels().then(answered => answered && showMetrics());

byId("access").onsubmit = event => {
  event.preventDefault();
  token = byId("token").value;
  showAll();
};
showAll();
setInterval(() => {
  // Nobody looks, or the token is missing: there is nothing new to ask.
  if (!document.hidden && byId("access").hidden) showAll();
}, PERIOD_MILLIS);
