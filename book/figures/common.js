/* What the interactive figures share: special functions, controls, readouts and the drawing board.

   A figure is a script beside this one that says
       MindTheGap.figure("coin", function (root) { ... });
   where `root` is the empty element the page made for it. It is loaded, with what it needs, when a
   reader comes near. These are classic scripts, because a browser that opens a page from disk refuses
   modules. Everything a reader can change is a native control (a slider, a button, a checkbox), so that
   mouse, touch and keyboard all work; what is dragged on a board always has a slider too. */
window.MindTheGap = (function () {
  "use strict";

  // ---------------------------------------------------------------- special functions

  const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  /* log Gamma(x) minus Stirling's leading terms; the error is below 1e-16 from x = 10 on. */
  function stirling(x) {
    const s = 1 / (x * x);
    return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188
      - s * (691 / 360360 - s / 156)))))) / x;
  }

  function logGamma(x) {
    let scale = 1;
    for (; x < 10; x += 1) scale *= x;                       // Gamma(x + 1) = x Gamma(x)
    return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirling(x) - Math.log(scale);
  }

  /* log B(a, b), without the cancellation of logGamma(a) + logGamma(b) - logGamma(a + b). */
  function logBeta(a, b) {
    let scale = 1;
    for (; a < 10; a += 1) scale *= (a + b) / a;             // B(a, b) = B(a + 1, b) (a + b) / a
    for (; b < 10; b += 1) scale *= (a + b) / b;
    const small = Math.min(a, b), large = Math.max(a, b), share = small / (small + large);
    return Math.log(scale) + HALF_LOG_TWO_PI + stirling(small) + stirling(large) - stirling(small + large)
      - 0.5 * Math.log(large) + (small - 0.5) * Math.log(share) + large * Math.log1p(-share);
  }

  // ---------------------------------------------------------------- random numbers

  /* Standard normal numbers from a seed: the same ones for every setting, until others are asked for. */
  function normals(count, seed) {
    let state = seed;
    const uniform = () => {                                  // "mulberry32"
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
    };
    return Array.from({ length: count }, () =>
      Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  }

  // ---------------------------------------------------------------- text and elements

  /* element("p", {class: "note"}, "text", child, ...) */
  function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  /* A formula in one line: single letters are variables and lean, words and digits stand upright. */
  function math(formula) {
    const node = element("span", { class: "mtg-math" });
    for (const part of formula.split(/(\p{L}+)/u)) {
      node.append(/^\p{L}$/u.test(part) ? element("i", {}, part) : part);
    }
    return node;
  }

  /* A number with so many decimals, a true minus sign, and never a minus before zero. */
  function decimal(value, digits) {
    return value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "\u2212");
  }

  /* A positive number to so many digits, in powers of ten where that is shorter to read. */
  function significant(value, digits) {
    if (value >= 1e-3 && value < 1e5) return value.toPrecision(digits).replace(/e.*/, "");
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const raised = [...exponent.replace("+", "")].map((c) => (c === "-" ? "\u207b" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
    return `${mantissa} × 10${raised.join("")}`;
  }

  // ---------------------------------------------------------------- controls

  let count = 0;
  const unique = (stem) => `mtg-${stem}-${(count += 1)}`;

  /* A labelled slider over `values`, or over min, min + step, ..., max. onInput runs when the reader
     moves it, and not when a script sets its value. */
  function slider({ label, values, min, max, step, value, digits = 0, onInput }) {
    if (!values) {
      const steps = Math.round((max - min) / step);
      values = Array.from({ length: steps + 1 }, (_, i) => Number((min + i * step).toFixed(9)));
    }
    const id = unique("slider");
    const input = element("input", { type: "range", id, min: 0, max: values.length - 1, step: 1 });
    // An output is a live region of its own: off, or every step of a slider is read out twice.
    const shown = element("output", { for: id, "aria-live": "off" });
    const show = () => {
      const text = values[input.value].toFixed(digits);
      shown.textContent = text;
      input.setAttribute("aria-valuetext", text);               // its value is only a place in `values`
    };
    input.addEventListener("input", () => {
      show();
      onInput();
    });
    const control = {
      node: element("div", { class: "mtg-slider" }, element("label", { for: id }, label), shown, input),
      input,
      get value() {
        return values[input.value];
      },
      set value(wanted) {
        let nearest = 0;
        values.forEach((v, i) => {
          if (Math.abs(v - wanted) < Math.abs(values[nearest] - wanted)) nearest = i;
        });
        input.value = nearest;
        show();
      },
    };
    control.value = value;
    return control;
  }

  function button(label, onPress) {
    const node = element("button", { type: "button", class: "mtg-button" }, label);
    node.addEventListener("click", onPress);
    return node;
  }

  function checkbox(label, onInput) {
    const id = unique("checkbox");
    const input = element("input", { type: "checkbox", id });
    input.addEventListener("input", onInput);
    const node = element("div", { class: "mtg-checkbox" }, input, element("label", { for: id }, label));
    return { node, input };
  }

  /* One of several: options is {value: {name: label}}. onChoose is given the value. */
  function radios(figure, options, chosen, onChoose) {
    return Object.entries(options).map(([value, { name: label }]) => {
      const id = `mtg-${figure}-${value}`;
      const input = element("input", { type: "radio", id, name: `mtg-${figure}`, value });
      input.checked = value === chosen;
      input.addEventListener("input", () => onChoose(value));
      return element("div", { class: "mtg-checkbox" }, input, element("label", { for: id }, label));
    });
  }

  function group(legend, ...controls) {
    return element("fieldset", { class: "mtg-group" }, element("legend", {}, legend), ...controls);
  }

  // ---------------------------------------------------------------- readouts

  /* Speaks to a screen reader, and only once the reader's hand has come to rest. */
  function announcer() {
    const node = element("div", { class: "mtg-unseen", "aria-live": "polite" });
    let timer;
    return {
      node,
      say(text) {
        clearTimeout(timer);
        timer = setTimeout(() => (node.textContent = text), 700);
      },
    };
  }

  /* The name of a curve, with the line it is drawn by: solid, dashed or dotted. */
  function key(name, colour, style) {
    return element("span", { class: `mtg-key mtg-key-${style}`, style: `--key: var(--mtg-${colour})` }, name);
  }

  /* columns: {mean: "mean", ...}; rows: {prior: label, ...}. set("prior", {note: "Beta(2, 2)", mean: "0.5"})
     fills a row; the note stands under the row's label. */
  function table(caption, columns, rows) {
    const cells = {};
    const cell = (tag, name) => (cells[name] = element(tag, { "data-cell": name }));
    const body = element("tbody");
    for (const [row, label] of Object.entries(rows)) {
      body.append(element("tr", {},
        element("th", { scope: "row" }, label, cell("small", `${row}.note`)),
        ...Object.keys(columns).map((column) => cell("td", `${row}.${column}`))));
    }
    // An empty heading would be read out as one.
    const titles = Object.values(columns).map((title) =>
      title ? element("th", { scope: "col" }, title) : element("td"));
    return {
      node: element("table", { class: "mtg-table" }, element("caption", {}, caption),
        element("thead", {}, element("tr", {}, element("td"), ...titles)), body),
      set(row, texts) {
        for (const [column, text] of Object.entries(texts)) cells[`${row}.${column}`].textContent = text;
      },
    };
  }

  /* A sum as a table with a bar for each term, each bar starting where the last one ended; the last
     row is the total. terms: {name: {label, colour, sign}}. */
  function waterfall(terms, total) {
    const rows = {};
    const body = element("tbody");
    const caption = element("caption");
    for (const [name, { label, colour }] of Object.entries({ ...terms, total })) {
      const bar = element("span", { style: `--colour: var(--mtg-${colour})` });
      const number = element("td", { "data-cell": name });
      rows[name] = { bar, number };
      body.append(element("tr", { class: name === "total" ? "mtg-total" : "" },
        element("th", { scope: "row" }, label), number, element("td", { "aria-hidden": "true" }, bar)));
    }
    return {
      node: element("table", { class: "mtg-waterfall" }, caption, body),
      caption,
      /* values: {name: number}; all running sums lie in [low, high]. */
      set(values, [low, high], digits) {
        const place = (x) => `${(100 * (x - low)) / (high - low)}%`;
        const draw = (name, value, from, to) => {
          rows[name].number.textContent = decimal(value, digits);
          rows[name].bar.style.left = place(Math.min(from, to));
          rows[name].bar.style.width = `${(100 * Math.abs(to - from)) / (high - low)}%`;
        };
        let sum = 0;
        for (const [name, { sign }] of Object.entries(terms)) {
          draw(name, values[name], sum, sum + sign * values[name]);
          sum += sign * values[name];
        }
        draw("total", sum, 0, sum);
        body.style.setProperty("--total", place(sum));
        body.style.setProperty("--zero", place(0));
      },
    };
  }

  // ---------------------------------------------------------------- drawing

  /* Colours are the page's CSS variables, so that what is drawn follows the reader's theme at once. */
  const colour = (name) => `var(--mtg-${name})`;

  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  /* Returns move(target): calls draw with values that go from the last one to `target`, quickly,
     or at once for readers who prefer no motion. */
  function glide(draw) {
    let now, frame;
    return function move(target) {
      cancelAnimationFrame(frame);
      if (now === undefined || still.matches) now = target;
      (function step() {
        now = Math.abs(target - now) < 1e-3 * Math.abs(target) ? target : now + 0.3 * (target - now);
        draw(now);
        if (now !== target) frame = requestAnimationFrame(step);
      })();
    };
  }

  const TEXT = {
    highlight: false, fixed: true, strokeColor: colour("ink"), fontSize: 13, cssDefaultStyle: "",
  };

  /* A JSXGraph board with two axes. Swiping over it scrolls the page, and nothing pans or zooms.
     `label` says what one sees; view(x0, x1, y0, y1) sets the ranges, leaving room for the axes. */
  function board({ label, xLabel, yLabel, view = [0, 1, 0, 1] }) {
    const node = element("div", { class: "mtg-board", id: unique("board") });
    return {
      node,
      /* Only once `node` stands in the page: a board measures the element it is drawn in. */
      start() {
        const box = JXG.JSXGraph.initBoard(node.id, {
          boundingBox: [0, 1, 1, 0],
          axis: false,
          showCopyright: false,
          showNavigation: false,
          showInfobox: false,
          keepAspectRatio: false,
          pan: { enabled: false },
          zoom: { enabled: false, wheel: false, pinch: false },
          browserPan: { enabled: true },
          keyboard: { enabled: true },
          resize: { enabled: false },
          title: label,
        });
        // A picture to a screen reader, which then does not read out every number on the axes.
        node.setAttribute("role", "img");
        // What is dragged follows the hand beyond the edge of the board.
        node.addEventListener("pointerdown", (press) => node.setPointerCapture(press.pointerId));
        let ranges = view;
        const axis = (end, name, title, numbers) => box.create("axis", [[0, 0], end], {
          strokeColor: colour("muted"), highlight: false, fixed: true, lastArrow: false,
          name, withLabel: true, label: { ...TEXT, position: "rt", offset: title },
          ticks: {
            strokeColor: colour("grid"), majorHeight: -1, minorTicks: 0, ticksDistance: 1, insertTicks: true,
            minTicksDistance: 36, label: { ...TEXT, strokeColor: colour("muted"), fontSize: 12, ...numbers },
            // Grid lines run on into the margins; numbers there would be noise.
            generateLabelText(tick) {
              const [x, y] = tick.usrCoords.slice(1), at = end[0] ? x : y;
              const [low, high] = end[0] ? ranges.slice(0, 2) : ranges.slice(2);
              const inside = at > low - 1e-9 && at < high + 1e-9 && Math.abs(at) > 1e-9;
              return inside ? decimal(at, 6).replace(/\.?0+$/, "") : "";
            },
          },
        });
        axis([1, 0], xLabel, [-34, -22], { anchorX: "middle", anchorY: "top", offset: [0, -9] });
        axis([0, 1], yLabel, [8, -4], { anchorX: "right", anchorY: "middle", offset: [-6, 0] });
        const fit = () => {
          const [x0, x1, y0, y1] = ranges;
          const x = (x1 - x0) / (box.canvasWidth - 52), y = (y1 - y0) / (box.canvasHeight - 40);
          box.setBoundingBox([x0 - 40 * x, y1 + 6 * y, x1 + 12 * x, y0 - 34 * y], false);
        };
        new ResizeObserver(() => {
          if (!node.clientWidth) return;                      // in a folded box
          box.resizeContainer(node.clientWidth, node.clientHeight, true, true);
          fit();
        }).observe(node);
        box.view = (...wanted) => {
          ranges = wanted;
          fit();
        };
        fit();
        return box;
      },
    };
  }

  // ---------------------------------------------------------------- figures

  const ADDRESSES = window.MindTheGapScripts || {};        // of the scripts that each figure needs, in order
  const setups = new Map();                                // name: what draws a figure, once its script is here
  const loading = new Map();                               // address: a promise of the script
  const wanted = new Set();                                // places that a reader has come near to
  const places = () => [...document.querySelectorAll(".mtg-figure:not([data-ready])")];

  function load(address) {
    if (!loading.has(address)) {
      loading.set(address, new Promise((loaded, failed) => {
        const script = element("script", { src: document.documentElement.dataset.content_root + address });
        script.onload = loaded;
        script.onerror = () => failed(new Error(`${address} is not there`));
        document.head.append(script);
      }));
    }
    return loading.get(address);
  }

  async function loadFor(root) {
    for (const address of ADDRESSES[root.dataset.figure]) await load(address);
  }

  function draw(root) {
    const setup = setups.get(root.dataset.figure);
    if (!setup || root.dataset.ready) return;
    near.unobserve(root);
    root.replaceChildren();
    setup(root);
    root.dataset.ready = "true";
  }

  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      wanted.add(target);
      draw(target);
      loadFor(target);
    }
  }, { rootMargin: "100% 0px" });

  /* Each figure's script says what draws it: setup(root), for each place where the page has put the figure. */
  function figure(name, setup) {
    setups.set(name, setup);
    for (const root of places()) if (root.dataset.figure === name && wanted.has(root)) draw(root);
  }

  /* Draw what can be drawn at once: a browser that prints does not wait. */
  function drawLoaded() {
    places().forEach(draw);
  }

  /* Draw all figures; a promise. */
  async function drawAll() {
    await Promise.all(places().map(loadFor));
    drawLoaded();
  }

  // A page that is only opened loads no figure below the screen. One that is read loads them all in time.
  for (const root of places()) near.observe(root);
  const reading = () => places().forEach(loadFor);
  for (const sign of ["scroll", "pointerdown", "keydown"]) {
    addEventListener(sign, reading, { once: true, passive: true });
  }

  return {
    figure, drawAll, drawLoaded, element, math, decimal, significant, logGamma, logBeta, normals,
    slider, button, checkbox, radios, group, announcer, key, table, waterfall, board, glide, colour,
  };
})();
