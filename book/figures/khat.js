/* Draws from q = N(m, s²) for a fixed target p whose evidence is 1: the weights' tail, the generalised Pareto
   distribution fitted to it, and k-hat, as varinf.checking.psis computes them. */
MindTheGap.figure("khat", function (root) {
  "use strict";
  const { element, math, decimal, normals, slider, button, radios, key, colour } = MindTheGap;

  // ---------------------------------------------------------------- targets and weights

  const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
  const logNormal = (z, m, s) => -0.5 * ((z - m) / s) ** 2 - Math.log(s) - HALF_LOG_TWO_PI;
  function logSum(a, b) {
    const top = Math.max(a, b);
    return top + Math.log(Math.exp(a - top) + Math.exp(b - top));
  }
  const FAR = 12;                                              // where the second mode is
  const TARGETS = {
    normal: {
      name: "Normal, N(0, 1)", logDensity: (z) => logNormal(z, 0, 1), mean: 0, square: 1, view: [-6.3, 6.3],
    },
    student: {
      name: "Student t, 3 degrees of freedom",
      logDensity: (z) => Math.log(2 / (Math.PI * Math.sqrt(3))) - 2 * Math.log1p((z * z) / 3),
      mean: 0, square: 3, view: [-6.3, 6.3],
    },
    modes: {
      name: `Two modes, at 0 and ${FAR}`,
      logDensity: (z) => Math.log(0.5) + logSum(logNormal(z, 0, 1), logNormal(z, FAR, 1)),
      mean: FAR / 2, square: 1 + (FAR * FAR) / 2, view: [-6.3, 16.3],
    },
  };

  // ---------------------------------------------------------------- Pareto smoothing

  const sum = (values) => values.reduce((total, v) => total + v, 0);

  /* k and sigma of the exceedances y > 0, ascending, by Zhang and Stephens, k drawn towards 0.5. */
  function fitPareto(y) {
    const M = y.length, size = 30 + Math.floor(Math.sqrt(M)), quarter = y[Math.floor(M / 4 + 0.5) - 1];
    const meanLog = (b) => sum(y.map((v) => Math.log1p(-b * v))) / M;
    const grid = Array.from({ length: size }, (_, i) =>
      1 / y[M - 1] + (1 - Math.sqrt(size / (i + 0.5))) / (3 * quarter));
    const profile = grid.map((b) => {
      const k = meanLog(b);
      return M * (Math.log(-b / k) - k - 1);
    });
    const top = Math.max(...profile), share = profile.map((value) => Math.exp(value - top));
    const b = sum(grid.map((value, i) => value * share[i])) / sum(share);
    const k = meanLog(b);
    return { k: (M * k + 5) / (M + 10), sigma: -k / b };
  }

  function quantile(p, { k, sigma }) {
    return Math.abs(k) < 1e-12 ? -sigma * Math.log1p(-p) : (sigma * Math.expm1(-k * Math.log1p(-p))) / k;
  }

  /* Smoothed weights relative to the largest; the tail's places, the cutoff and the fit. */
  function smooth(logWeights) {
    const S = logWeights.length, top = logWeights.reduce((a, b) => Math.max(a, b));
    const weights = logWeights.map((value) => Math.exp(value - top));
    const order = weights.map((_, i) => i).sort((i, j) => weights[i] - weights[j]);
    const M = Math.ceil(Math.min(0.2 * S, 3 * Math.sqrt(S)));
    const cutoff = weights[order[S - M - 1]], tail = order.slice(S - M);
    const above = tail.filter((i) => weights[i] > cutoff);
    const found = { top, raw: weights, smoothed: [...weights], tail, cutoff, k: -Infinity };
    if (cutoff > 1 - 1e-10) return found;                      // what is left is rounding
    if (above.length < 5) return { ...found, k: Infinity };
    const fit = fitPareto(above.map((i) => weights[i] - cutoff));
    above.forEach((i, rank) => {
      found.smoothed[i] = Math.min(1, cutoff + quantile((rank + 0.5) / above.length, fit));
    });
    return { ...found, k: fit.k, fit };
  }

  // ---------------------------------------------------------------- controls and readouts

  const NUMBERS = [100, 300, 1000, 3000, 10000], START = { m: 0, s: 0.5, draws: 1000 };
  let chosen = "normal", seed = 1, noise = normals(NUMBERS.at(-1), seed);
  const choices = radios("khat", TARGETS, chosen, (name) => {
    chosen = name;
    draw();
  });
  const draw = () => show();
  const mean = slider({ label: math("m"), min: -3, max: 3, step: 0.1, value: START.m, digits: 1, onInput: draw });
  const sd = slider({ label: math("s"), min: 0.3, max: 4, step: 0.05, value: START.s, digits: 2, onInput: draw });
  const number = slider({ label: "draws", values: NUMBERS, value: START.draws, onInput: draw });

  const verdict = MindTheGap.table(
    "The weights", { value: "" },
    {
      k: element("i", {}, "k̂"), threshold: "passes below", plainEss: "effective draws, plain",
      ess: "effective draws, smoothed",
    },
  );
  const estimates = MindTheGap.table(
    "What the draws make of the target",
    { q: "draws alone", plain: "plain weights", smoothed: "smoothed weights", exact: "exact" },
    { evidence: math("p(x)"), mean: math("E[z]"), square: math("E[z²]") },
  );
  const note = element("p", { class: "mtg-note", "data-cell": "note" });
  const speech = MindTheGap.announcer();
  const densities = MindTheGap.board({
    label: "The density of the target and that of q, and the draws as ticks along the axis",
    xLabel: "<i>z</i>", yLabel: "density", view: [-6.3, 6.3, 0, 0.8],
  });
  const tails = MindTheGap.board({
    label: "Share of weights above t against t, both in powers of ten: the largest weights as dots, the fitted "
      + "Pareto curve as a line",
    xLabel: '<span style="white-space: nowrap">log₁₀ <i>t</i></span>',
    yLabel: '<span style="white-space: nowrap">log₁₀ share above <i>t</i></span>', view: [-1.2, 3.2, -4.2, 0],
  });
  for (const plane of [densities, tails]) plane.node.style.height = "clamp(14rem, 64vw, 18rem)";

  root.append(
    element("p", {}, key("target p", "truth", "solid"), " ", key(math("q"), "q", "solid"), " ",
      key("largest weights", "q", "dotted"), " ", key("Pareto fit", "bound", "solid")),
    element("div", { class: "mtg-controls" }, densities.node, tails.node),
    element("div", { class: "mtg-controls" },
      MindTheGap.group("Target", ...choices),
      MindTheGap.group(math("q = N(m, s²)"), mean.node, sd.node, number.node)),
    element("div", { class: "mtg-buttons", role: "group", "aria-label": "Choices" },
      button("Too narrow", () => place("normal", 0, 0.4)),
      button("Too wide", () => place("normal", 0, 2)),
      button("One of two modes", () => place("modes", 0, 1.1)),
      button("Wide enough to see both", () => place("modes", 0, 3)),
      button("Other draws", () => {
        noise = normals(noise.length, (seed += 1));
        draw();
      })),
    note,
    verdict.node,
    estimates.node,
    speech.node,
  );

  function place(target, m, s) {
    chosen = target;
    root.querySelector(`#mtg-khat-${target}`).checked = true;
    mean.value = m;
    sd.value = s;
    draw();
  }

  // ---------------------------------------------------------------- the drawing

  const left = densities.start(), right = tails.start();
  const fixed = { highlight: false, fixed: true, tabindex: null };
  const line = (box, name, attributes) => box.create("curve", [[0], [0]], {
    ...fixed, strokeColor: colour(name), strokeWidth: 2.5, ...attributes,
  });
  const ofP = line(left, "truth"), ofQ = line(left, "q");
  const rug = line(left, "q", { strokeWidth: 1, strokeOpacity: 0.5 });
  const dots = line(right, "q", { strokeWidth: 4, strokeOpacity: 0.6, lineCap: "round" });
  const fitted = line(right, "bound");

  /* The axes run along the lower left corner of what is seen: zero may be elsewhere. */
  function view(box, x0, x1, y0, y1) {
    box.objectsList.filter((it) => it.elType === "axis").forEach((axis, i) => [0, 1].forEach((end) => {
      const step = end * (i ? y1 - y0 : x1 - x0);
      axis[`point${end + 1}`].setPositionDirectly(JXG.COORDS_BY_USER, i ? [x0, y0 + step] : [x0 + step, y0]);
    }));
    box.view(x0, x1, y0, y1);
  }
  // The titles stand above their axes: below, they would cover the numbers.
  [[left, -14], [right, -46]].forEach(([box, across]) =>
    box.objectsList.find((it) => it.elType === "axis").label.setAttribute({ offset: [across, 14] }));

  function trace(curve, points) {
    curve.dataX = points.map(([x]) => x);
    curve.dataY = points.map(([, y]) => y);
  }

  // ---------------------------------------------------------------- everything follows the setting

  function show() {
    const [m, s, S] = [mean.value, sd.value, number.value], target = TARGETS[chosen];
    const z = noise.slice(0, S).map((eps) => m + s * eps);
    const logWeights = z.map((at) => target.logDensity(at) - logNormal(at, m, s));
    const found = smooth(logWeights);

    const [x0, x1] = target.view, y1 = Math.max(0.8, 0.42 / s);    // the peak of q is 0.4 / s
    const xs = Array.from({ length: 301 }, (_, i) => x0 + (i * (x1 - x0)) / 300);
    trace(ofP, xs.map((x) => [x, Math.exp(target.logDensity(x))]));
    trace(ofQ, xs.map((x) => [x, Math.exp(logNormal(x, m, s))]));
    trace(rug, z.slice(0, 1000).filter((at) => at > x0 && at < x1).flatMap((at) =>
      [[at, 0], [at, 0.04 * y1], [NaN, NaN]]));
    view(left, x0, x1, 0, y1);

    const [low, high, floor] = [-1.2, 3.2, -4.2];
    const log10 = (value) => (Math.log(value) + found.top) / Math.LN10;  // relative to the largest
    const M = found.tail.length;
    const place10 = (i) => Math.log10((M - i) / S);            // share of weights at or above the i-th of the tail
    trace(dots, found.tail.map((at, i) => [log10(found.raw[at]), place10(i)])
      .filter(([x]) => x >= low && x <= high).flatMap(([x, y]) => [[x - 1e-4, y], [x + 1e-4, y], [NaN, NaN]]));
    const shares = Array.from({ length: 121 }, (_, i) => 1 - 10 ** (-i / 30));   // how far along the tail
    trace(fitted, found.fit ? shares.map((p) =>
      [log10(found.cutoff + quantile(p, found.fit)), Math.log10((M / S) * (1 - p))])
      .filter(([x, y]) => x >= low && x <= high && y >= floor) : [[NaN, NaN]]);
    view(right, low, high, floor, 0);
    left.update();
    right.update();

    const threshold = Math.min(1 - 1 / Math.log10(S), 0.7);
    const effective = (w) => sum(w) ** 2 / sum(w.map((v) => v * v));
    const k = Number.isFinite(found.k) ? decimal(found.k, 3) : found.k < 0 ? "−∞" : "∞";
    verdict.set("k", { value: k, note: found.k < threshold ? "passes" : "fails" });
    verdict.set("threshold", { value: decimal(threshold, 3) });
    verdict.set("plainEss", { value: decimal(effective(found.raw), 1) });
    verdict.set("ess", { value: decimal(effective(found.smoothed), 1) });
    const evidence = (w) => (sum(w) / S) * Math.exp(found.top);
    const average = (w, power) => sum(w.map((v, i) => v * z[i] ** power)) / sum(w);
    const even = z.map(() => 1);
    estimates.set("evidence", {
      q: "", plain: decimal(evidence(found.raw), 3), smoothed: decimal(evidence(found.smoothed), 3), exact: "1",
    });
    [["mean", 1], ["square", 2]].forEach(([row, power]) => estimates.set(row, {
      q: decimal(average(even, power), 3), plain: decimal(average(found.raw, power), 3),
      smoothed: decimal(average(found.smoothed, power), 3), exact: `${target[row]}`,
    }));
    note.textContent = remark(found.k < threshold, evidence(found.smoothed), s, z);
    speech.say(`k-hat ${k.replace("−", "minus ")}: ${found.k < threshold ? "passes" : "fails"}. `
      + `Estimated evidence ${decimal(evidence(found.smoothed), 3)}, exactly 1.`);
  }

  function remark(passes, evidence, s, z) {
    const seen = z.filter((at) => at > FAR / 2).length;
    if (chosen === "modes" && passes && !seen) {
      return "k̂ passes, and half of the target has not been seen: no draw is nearer to the other mode.";
    }
    if (chosen === "modes") return `${seen} of ${z.length} draws are nearer to the other mode.`;
    if (chosen === "normal" && mean.value === 0 && s < 1) return `In theory k = 1 − s² = ${decimal(1 - s * s, 2)}.`;
    if (chosen === "normal" && s > 1) return "q is wider than the target: the weights are bounded, k is not above 0.";
    return passes ? "The weights can be relied on." : "Too much hangs on a few draws.";
  }

  show();
});
