/* Two hundred estimates of the gradient of the ELBO in the mean m and the standard deviation s of
   q = N(m, s²), by four estimators that are all unbiased. The posterior is N(0, 1) and log p(x) = -5,
   so that log p(x, z) - log q(z) = -5 - z²/2 + ε²/2 + log s with z = m + sε. */
MindTheGap.figure("noise", function (root) {
  "use strict";
  const { element, math, decimal, significant, normals, slider, button, checkbox, radios, key, colour } = MindTheGap;

  // ---------------------------------------------------------------- the estimators

  const LOG_EVIDENCE = -5, CLOUD = 200, START = { m: 2, s: 1, draws: 10 };
  const exactGradient = (m, s) => [-m, 1 / s - s];

  /* Everything that is averaged is a polynomial in ε, written as the list of its coefficients. */
  const plus = (p, r) => Array.from({ length: Math.max(p.length, r.length) }, (_, i) => (p[i] || 0) + (r[i] || 0));
  const scaled = (p, c) => p.map((a) => c * a);
  function times(p, r) {
    const product = new Array(p.length + r.length - 1).fill(0);
    p.forEach((a, i) => r.forEach((b, j) => (product[i + j] += a * b)));
    return product;
  }
  const at = (p, eps) => p.reduceRight((sum, a) => sum * eps + a, 0);
  /* E[p(ε)]: odd powers average to 0, even ones to 1, 1, 3, 15, 105, ... */
  function average(p) {
    let moment = 1, sum = 0;
    for (let n = 0; n < p.length; n += 2) {
      sum += moment * p[n];
      moment *= n + 1;
    }
    return sum;
  }
  const variance = (p) => average(times(p, p)) - average(p) ** 2;

  const weight = (m, s) => [LOG_EVIDENCE + Math.log(s) - 0.5 * m * m, -m * s, 0.5 - 0.5 * s * s];
  const scores = (s) => [[0, 1 / s], [-1 / s, 0, 1 / s]];    // d log q in m and in s
  const slope = (m, s) => [-m, -s];                          // d log p(x, z) / dz

  /* single: one draw's contribution to each coordinate of the gradient. */
  const ESTIMATORS = {
    score: { name: "Score function", single: (m, s) => scores(s).map((h) => times(h, weight(m, s))) },
    control: { name: "Score, control variate" },
    path: {
      name: "Reparameterised",
      single: (m, s) => [slope(m, s), plus(times(slope(m, s), [0, 1]), [1 / s])],
    },
    landing: {
      name: "Path derivative",
      single(m, s) {
        const along = plus(slope(m, s), [0, 1 / s]);
        return [along, times(along, [0, 1])];
      },
    },
  };

  /* From S draws. The control variate is the mean weight of the other draws, so the estimate is the
     sample covariance of score and weight; its variance is the textbook formula for one. */
  function exactVariance(name, m, s, S) {
    if (name !== "control") return ESTIMATORS[name].single(m, s).map((p) => variance(p) / S);
    const w = plus(weight(m, s), [-average(weight(m, s))]);
    return scores(s).map((h) => {
      const both = times(h, w), covariance = average(both);
      return (average(times(both, both)) - covariance ** 2) / S
        + (average(times(h, h)) * average(times(w, w)) + covariance ** 2) / (S * (S - 1));
    });
  }

  function estimate(name, m, s, draws) {
    const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
    if (name !== "control") return ESTIMATORS[name].single(m, s).map((p) => mean(draws.map((eps) => at(p, eps))));
    const weights = draws.map((eps) => at(weight(m, s), eps)), middle = mean(weights), S = draws.length;
    return scores(s).map((h) => mean(draws.map((eps, i) => at(h, eps) * (weights[i] - middle) * S / (S - 1))));
  }

  // ---------------------------------------------------------------- controls and readouts

  const NUMBERS = [2, 3, 5, 10, 20, 50, 100];
  let chosen = "score", seed = 1, noise = normals(CLOUD * NUMBERS.at(-1), seed);
  const choices = radios("noise", ESTIMATORS, chosen, (name) => {
    chosen = name;
    draw();
  });
  const draw = () => show();
  const mean = slider({ label: math("m"), min: -3, max: 3, step: 0.1, value: START.m, digits: 1, onInput: draw });
  const sd = slider({ label: math("s"), min: 0.3, max: 2, step: 0.1, value: START.s, digits: 1, onInput: draw });
  const number = slider({ label: "draws", values: NUMBERS, value: START.draws, onInput: draw });
  const zoom = checkbox("Zoom to the cloud", draw);

  const numbers = MindTheGap.table(
    "The cloud against the exact gradient",
    { exact: "exact", mean: "mean of the cloud", measured: "variance of the cloud" },
    { m: math("along m"), s: math("along s") },
  );
  const variances = MindTheGap.table(
    "Variance of an estimate, exactly",
    { m: math("along m"), s: math("along s") },
    Object.fromEntries(Object.entries(ESTIMATORS).map(([name, { name: label }]) => [name, label])),
  );
  const note = element("p", { class: "mtg-note", "data-cell": "note" });
  const speech = MindTheGap.announcer();
  const plane = MindTheGap.board({
    label: "Gradient estimates as dots around the exact gradient, a cross",
    xLabel: '<span style="white-space: nowrap">along <i>m</i></span>', yLabel: "along <i>s</i>",
    view: [-10, 10, -10, 10],
  });
  plane.node.style.height = "clamp(16rem, 80vw, 22rem)";

  root.append(
    element("p", {}, key("200 estimates of the gradient", "q", "dotted"), " ", key("exact", "truth", "solid")),
    plane.node,
    element("div", { class: "mtg-controls" },
      MindTheGap.group("Estimator", ...choices),
      MindTheGap.group(element("span", {}, math("q = N(m, s²)"), ", optimum at ", math("m = 0, s = 1")),
        mean.node, sd.node, number.node, zoom.node)),
    element("div", { class: "mtg-buttons", role: "group", "aria-label": "Choices" },
      button("To the optimum", () => place(0, 1)),
      button("Far off", () => place(3, 1)),
      button("Narrow q", () => place(0, 0.5)),
      button("Other draws", () => {
        noise = normals(noise.length, (seed += 1));
        draw();
      })),
    note,
    variances.node,
    numbers.node,
    speech.node,
  );

  function place(m, s) {
    mean.value = m;
    sd.value = s;
    draw();
  }

  // ---------------------------------------------------------------- the drawing

  const box = plane.start();
  const fixed = { highlight: false, fixed: true, tabindex: null };
  const axes = box.objectsList.filter((it) => it.elType === "axis");
  axes[0].label.setAttribute({ offset: [-46, 14] });       // above its axis: below, it would cover the numbers
  const dots = box.create("curve", [[0], [0]], {
    ...fixed, strokeColor: colour("q"), strokeWidth: 4, strokeOpacity: 0.6, lineCap: "round",
  });
  const cross = [0, 1].map(() => box.create("curve", [[0], [0]], {
    ...fixed, strokeColor: colour("truth"), strokeWidth: 2,
  }));

  /* The axes run along the lower left corner of what is seen: zero may be far away. */
  function view(x0, x1, y0, y1) {
    axes.forEach((axis, i) => [0, 1].forEach((end) => {
      const step = end * (i ? y1 - y0 : x1 - x0);
      axis[`point${end + 1}`].setPositionDirectly(JXG.COORDS_BY_USER, i ? [x0, y0 + step] : [x0 + step, y0]);
    }));
    box.view(x0, x1, y0, y1);
  }

  // ---------------------------------------------------------------- everything follows the setting

  function show() {
    const [m, s, S] = [mean.value, sd.value, number.value];
    const exact = exactGradient(m, s);
    const cloud = Array.from({ length: CLOUD }, (_, i) => estimate(chosen, m, s, noise.slice(i * S, (i + 1) * S)));
    const all = Object.fromEntries(Object.keys(ESTIMATORS).map((name) => [name, exactVariance(name, m, s, S)]));

    // Unless one zooms, the scale is that of the noisiest estimator at two draws: so clouds can be compared.
    const reach = exact.map((g, j) => {
      if (zoom.input.checked) return 1.1 * Math.max(...cloud.map((it) => Math.abs(it[j] - g)), 1e-3);
      return 2.5 * Math.sqrt(Math.max(...Object.keys(ESTIMATORS).map((name) => exactVariance(name, m, s, 2)[j])));
    });
    view(exact[0] - reach[0], exact[0] + reach[0], exact[1] - reach[1], exact[1] + reach[1]);
    const seen = cloud.filter((it) => it.every((g, j) => Math.abs(g - exact[j]) <= reach[j]));
    const speck = 1e-4 * reach[0];                           // a round end on no line would not be drawn
    dots.dataX = seen.flatMap(([x]) => [x - speck, x + speck, NaN]);
    dots.dataY = seen.flatMap(([, y]) => [y, y, NaN]);
    cross.forEach((line, j) => {
      line.dataX = [-1, 1].map((end) => exact[0] + (j ? 0 : 0.06 * end * reach[0]));
      line.dataY = [-1, 1].map((end) => exact[1] + (j ? 0.06 * end * reach[1] : 0));
    });
    box.update();

    ["m", "s"].forEach((row, j) => {
      const values = cloud.map((it) => it[j]);
      const middle = values.reduce((sum, v) => sum + v, 0) / CLOUD;
      const measured = values.reduce((sum, v) => sum + (v - middle) ** 2, 0) / (CLOUD - 1);
      numbers.set(row, { exact: decimal(exact[j], 3), mean: decimal(middle, 3), measured: tidy(measured) });
    });
    for (const [name, pair] of Object.entries(all)) {
      variances.set(name, { m: tidy(pair[0]), s: tidy(pair[1]), note: name === chosen ? "shown" : "" });
    }
    note.textContent = remark(all[chosen][0], all.path[0], S);
    speech.say(`${ESTIMATORS[chosen].name}: variance ${tidy(all[chosen][0])} along m, ${tidy(all[chosen][1])} along s.`);
  }

  const tidy = (value) => (value < 1e-12 ? "0" : significant(value, 3));

  function remark(mine, path, S) {
    if (mine < 1e-12) return "Along m every estimate is the exact gradient: no noise at all.";
    if (chosen === "path") return `Each of the ${CLOUD} dots is an average over ${S} draws.`;
    const ratio = mine / path;
    return ratio > 1
      ? `Along m its variance is ${significant(ratio, 3)} times that of the reparameterised gradient: it needs that many times the draws.`
      : `Along m its variance is ${significant(ratio, 3)} of that of the reparameterised gradient.`;
  }

  show();
});
