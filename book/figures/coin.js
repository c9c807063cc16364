/* A coin with a Beta prior: prior, likelihood, posterior and evidence, and the identity
   log p(x | z) + log p(z) - log p(z | x) = log p(x), true at every z. */
MindTheGap.figure("coin", function (root) {
  "use strict";
  const { element, math, decimal, significant, logBeta, slider, button, key, colour } = MindTheGap;

  // ---------------------------------------------------------------- the model

  const logLikelihood = (z, h, t) => h * Math.log(z) + t * Math.log1p(-z);
  const logDensity = (z, a, b) => logLikelihood(z, a - 1, b - 1) - logBeta(a, b);
  const mean = (a, b) => a / (a + b);
  const sd = (a, b) => Math.sqrt((a * b) / (a + b + 1)) / (a + b);
  const xlogx = (x) => (x ? x * Math.log(x) : 0);
  const logBestLikelihood = (h, t) => xlogx(h) + xlogx(t) - xlogx(h + t);

  /* Where a Beta(a, b) density is highest, in words where that is not one point inside. */
  function peak(a, b) {
    if (a === 1 && b === 1) return "any z";
    if (a < 1 && b < 1) return "0 and 1";
    if (a <= 1 || b <= 1) return a < b ? "0" : "1";
    return decimal((a - 1) / (a + b - 2), 3);
  }

  // Dense towards 0 and 1, where a shape below one sends a density to infinity.
  const GRID = Array.from({ length: 500 }, (_, i) => Math.sin((Math.PI / 2) * ((i + 0.5) / 500)) ** 2);

  /* How tall to draw a density: up to its peak or, if that is infinite, to its height near the ends. */
  function height(a, b) {
    const seen = a < 1 || b < 1 ? GRID.filter((z) => z > 0.03 && z < 0.97) : GRID;
    return Math.max(...seen.map((z) => Math.exp(logDensity(z, a, b))));
  }

  // ---------------------------------------------------------------- controls and readouts

  const shapes = {
    values: [
      0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9,
      10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100,
    ],
    digits: 1, onInput: update,
  };
  const flips = { min: 0, max: 100, step: 1, digits: 0, onInput: update };
  const a = slider({ label: math("a"), value: 2, ...shapes });
  const b = slider({ label: math("b"), value: 2, ...shapes });
  const heads = slider({ label: "heads", value: 7, ...flips });
  const tails = slider({ label: "tails", value: 3, ...flips });
  const z = slider({
    label: math("z"), value: 0.5, min: 0.01, max: 0.99, step: 0.01, digits: 2, onInput: update,
  });
  const areaOne = MindTheGap.checkbox("draw the likelihood with area one", update);

  const preset = (label, ...wanted) => button(label, () => {
    [a, b, heads, tails].forEach((control, i) => (control.value = wanted[i]));
    update();
  });

  const numbers = MindTheGap.table(
    "The three curves in numbers",
    { mean: "mean", sd: "sd", peak: "peak at", area: "area" },
    {
      prior: key("prior", "prior", "dashed"),
      likelihood: key("likelihood", "likelihood", "dotted"),
      posterior: key("posterior", "truth", "solid"),
    },
  );

  const term = (formula, name) => element("span", {}, math(formula), element("small", {}, name));
  const sum = MindTheGap.waterfall({
    likelihood: { label: term("log p(x | z)", "log likelihood"), colour: "likelihood", sign: 1 },
    prior: { label: term("+ log p(z)", "log prior"), colour: "prior", sign: 1 },
    posterior: { label: term("− log p(z | x)", "log posterior"), colour: "truth", sign: -1 },
  }, { label: term("= log p(x)", "log evidence"), colour: "other" });
  sum.caption.append("Move ", math("z"), ": three terms change, their sum does not");

  const note = element("p", { class: "mtg-note" });
  const evidence = element("b", { "data-cell": "evidence" });
  const ratio = element("span");
  const speech = MindTheGap.announcer();
  const board = MindTheGap.board({
    label: "Prior, likelihood and posterior against z", xLabel: "<i>z</i>", yLabel: "density",
  });

  root.append(
    board.node,
    note,
    element("div", { class: "mtg-controls" },
      MindTheGap.group(element("span", {}, "Prior ", math("Beta(a, b)")), a.node, b.node),
      MindTheGap.group("Data", heads.node, tails.node)),
    element("div", { class: "mtg-buttons", role: "group", "aria-label": "Settings to try" },
      preset("Start again", 2, 2, 7, 3),
      preset("Ten heads", 2, 2, 10, 0),
      preset("A coin known well", 100, 100, 10, 0),
      preset("A vague prior", 0.1, 0.1, 10, 0),
      preset("No data", 2, 2, 0, 0)),
    areaOne.node,
    numbers.node,
    z.node,
    sum.node,
    element("p", {}, "The evidence: ", math("p(x) = "), ratio, " = ", evidence, "; all logarithms in nats."),
    speech.node,
  );

  // ---------------------------------------------------------------- the drawing

  const box = board.start();
  const curve = (name, attributes) => box.create("curve", [GRID, GRID.map(() => 0)], {
    strokeColor: colour(name), strokeWidth: 3, highlight: false, fixed: true, ...attributes,
  });
  const curves = {
    prior: curve("prior", { strokeWidth: 2.5, dash: 2 }),
    likelihood: curve("likelihood", { dash: 7 }),
    posterior: curve("truth"),
  };
  const handle = box.create("point", [0.5, 0], {
    name: "", size: 7, fillColor: colour("other"), strokeColor: colour("paper"), strokeWidth: 2,
    highlight: false,
  });
  box.create("segment", [[() => handle.X(), 0], [() => handle.X(), () => box.getBoundingBox()[1]]], {
    strokeColor: colour("other"), strokeWidth: 2, fixed: true, highlight: false,
  });
  handle.on("drag", () => {
    z.value = handle.X();
    update();
  });
  const rise = MindTheGap.glide((top) => box.view(0, 1, 0, top));

  // ---------------------------------------------------------------- everything follows the controls

  function update() {
    const [A, B, h, t, at] = [a, b, heads, tails, z].map((control) => control.value);
    const [C, D] = [A + h, B + t].map((shape) => Number(shape.toFixed(1)));      // 7.1, not 7.1000000001
    const logEvidence = logBeta(C, D) - logBeta(A, B);
    const logArea = logBeta(h + 1, t + 1);

    const tallest = height(C, D);
    const logScale = areaOne.input.checked ? -logArea : Math.log(tallest) - logBestLikelihood(h, t);
    const top = 1.1 * Math.max(height(A, B), tallest, Math.exp(logBestLikelihood(h, t) + logScale));
    const draw = (name, logHeight) => {
      // A curve far above the picture may as well be infinite, but then could not be drawn.
      curves[name].dataY = GRID.map((x) => Math.min(Math.exp(logHeight(x)), 20 * top));
    };
    draw("prior", (x) => logDensity(x, A, B));
    draw("likelihood", (x) => logLikelihood(x, h, t) + logScale);
    draw("posterior", (x) => logDensity(x, C, D));
    handle.setPosition(JXG.COORDS_BY_USER, [at, 0]);
    rise(top);
    const times = significant(Math.exp(logScale), 4);
    note.textContent = `The likelihood is drawn ${times} times as tall as it is, `
      + (areaOne.input.checked ? "to have area one." : "to stand as high as the posterior.");

    const density = (shapeA, shapeB) => ({
      note: `Beta(${shapeA}, ${shapeB})`,
      mean: decimal(mean(shapeA, shapeB), 3),
      sd: decimal(sd(shapeA, shapeB), 3),
      peak: peak(shapeA, shapeB),
      area: "1",
    });
    numbers.set("prior", density(A, B));
    numbers.set("likelihood", {
      note: `${h} heads, ${t} tails`, mean: "–", sd: "–", peak: peak(h + 1, t + 1),
      area: significant(Math.exp(logArea), 4),
    });
    numbers.set("posterior", density(C, D));
    ratio.textContent = `B(${C}, ${D}) / B(${A}, ${B})`;
    evidence.textContent = significant(Math.exp(logEvidence), 4);

    const terms = (x) => ({
      prior: logDensity(x, A, B), likelihood: logLikelihood(x, h, t), posterior: logDensity(x, C, D),
    });
    // The bars' scale depends on the posterior but not on z: so the total stands still.
    const sums = [0, logEvidence];
    for (const x of [-3, 0, 3].map((k) => mean(C, D) + k * sd(C, D))) {
      const { prior, likelihood } = terms(Math.min(Math.max(x, 0.01), 0.99));
      sums.push(likelihood, likelihood + prior);
    }
    sum.set(terms(at), [Math.min(...sums), Math.max(...sums)], 4);

    speech.say(`Posterior Beta(${C}, ${D}), mean ${decimal(mean(C, D), 3)}. `
      + `Log evidence ${decimal(logEvidence, 4)}, the sum of the three terms at z ${at.toFixed(2)}.`);
  }
  update();
});
