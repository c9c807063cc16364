/* Coordinate ascent on a correlated Gaussian in two dimensions: ELBO + KL = log Z at every step.
   The joint is exp(-z'Λz/2), as one writes it before normalising, so that there is a log Z to bound. */
MindTheGap.figure("cavi", function (root) {
  "use strict";
  const { element, math, decimal, slider, button, key, colour } = MindTheGap;

  // ---------------------------------------------------------------- the model and its bound

  const TWO_PI = 2 * Math.PI;

  /* Variances 1 and correlation rho: Λ has 1/(1 - rho^2) on its diagonal and -rho/(1 - rho^2) beside it. */
  const precision = (rho) => 1 / (1 - rho * rho);
  const coupling = (rho) => -rho / (1 - rho * rho);
  const logZ = (rho) => Math.log(TWO_PI) + 0.5 * Math.log1p(-rho * rho);

  /* q is {m: [m1, m2], v: [v1, v2]}. E_q of z'Λz, which both numbers need. */
  function expectedSquare({ m, v }, rho) {
    return precision(rho) * (m[0] ** 2 + m[1] ** 2 + v[0] + v[1]) + 2 * coupling(rho) * m[0] * m[1];
  }
  const entropy = (v) => 0.5 * Math.log(TWO_PI * Math.E * v);
  const elbo = (q, rho) => -0.5 * expectedSquare(q, rho) + entropy(q.v[0]) + entropy(q.v[1]);
  /* KL between two Gaussians; not log Z minus the ELBO. */
  const divergence = (q, rho) => 0.5 * (
    expectedSquare(q, rho) - 2 + Math.log1p(-rho * rho) - Math.log(q.v[0]) - Math.log(q.v[1]));

  /* The optimal factor j, the other held fixed: variance 1/Λ_jj, mean -Λ_ji m_i / Λ_jj. */
  function optimal(q, j, rho) {
    const m = [...q.m], v = [...q.v];
    m[j] = rho * q.m[1 - j];
    v[j] = 1 / precision(rho);
    return { m, v };
  }

  // ---------------------------------------------------------------- controls and readouts

  const FAR = 3, LONGEST = 400;
  const restart = () => begin();
  const correlation = slider({
    label: math("ρ"), min: -0.99, max: 0.99, step: 0.01, value: 0.9, digits: 2, onInput: restart,
  });
  const coordinate = (label, value) => slider({
    label: math(label), min: -FAR, max: FAR, step: 0.1, value, digits: 1, onInput: restart,
  });
  const means = [coordinate("m₁", 1), coordinate("m₂", 2.5)];
  const sd = slider({ label: "sd", min: 0.1, max: 2, step: 0.1, value: 0.8, digits: 1, onInput: restart });

  const withIndex = (formula, index) => element("span", {}, math(formula), element("sub", {}, index));
  const numbers = MindTheGap.table(
    "Each factor beside the truth",
    {
      mean: "mean of q", variance: "variance of q", conditional: withIndex("1/Λ", "jj"),
      marginal: withIndex("Σ", "jj"),
    },
    { z1: math("z₁"), z2: math("z₂") },
  );

  const term = (formula, name) => element("span", {}, math(formula), element("small", {}, name));
  const sum = MindTheGap.waterfall({
    elbo: { label: term("ELBO(q)", "the bound"), colour: "bound", sign: 1 },
    gap: { label: term("+ KL(q ‖ p)", "the gap"), colour: "gap", sign: 1 },
  }, { label: term("= log Z", "what is bounded"), colour: "truth" });
  sum.caption.append("Each step moves nats from the gap to the bound");

  const note = element("p", { class: "mtg-note", "data-cell": "note" });
  const speech = MindTheGap.announcer();
  const plane = MindTheGap.board({
    label: "Ellipses of p and of q in the plane, and the path of the mean of q",
    xLabel: "<i>z</i>₁", yLabel: "<i>z</i>₂", view: [-4.2, 4.2, -4.2, 4.2],
  });
  plane.node.style.height = "clamp(16rem, 80vw, 21rem)";
  const trace = MindTheGap.board({
    label: "The ELBO after each step, below the line at log Z", xLabel: "step", yLabel: "nats",
  });
  trace.node.style.height = plane.node.style.height;

  root.append(
    element("p", {}, key(math("p"), "truth", "solid"), " ", key(math("q"), "q", "solid"), " ",
      key("path of the mean", "q", "dotted"), " ", key("ELBO", "bound", "solid"), " ",
      key(math("log Z"), "truth", "dashed")),
    element("div", { class: "mtg-controls" }, plane.node, trace.node),
    element("div", { class: "mtg-buttons", role: "group", "aria-label": "Coordinate ascent" },
      button("Step", () => ascend(1)),
      button("Ten steps", () => ascend(10)),
      button("Back to the start", restart)),
    note,
    element("div", { class: "mtg-controls" },
      MindTheGap.group(element("span", {}, "Correlation of ", math("p")), correlation.node),
      MindTheGap.group(element("span", {}, "Start of ", math("q")), ...means.map((s) => s.node), sd.node)),
    sum.node,
    numbers.node,
    speech.node,
  );

  // ---------------------------------------------------------------- the drawing

  const board = plane.start();
  const below = trace.start();
  const curve = (where, name, attributes) => where.create("curve", [[0], [0]], {
    strokeColor: colour(name), strokeWidth: 2.5, highlight: false, fixed: true, ...attributes,
  });
  const CIRCLE = Array.from({ length: 121 }, (_, i) => (i * TWO_PI) / 120);
  const RINGS = [1, 2];                                       // in standard deviations
  const rings = (name, width) => RINGS.map((r) => curve(board, name, { strokeWidth: width / r + 1 }));
  const ringsOfP = rings("truth", 1.5), ringsOfQ = rings("q", 2);
  const path = curve(board, "q", { dash: 1, strokeWidth: 1.5 });
  const bound = curve(below, "bound");
  const ceiling = curve(below, "truth", { dash: 2, strokeWidth: 1.5 });
  const last = below.create("point", [0, 0], {
    name: "", size: 4, fillColor: colour("bound"), strokeColor: colour("paper"), highlight: false, fixed: true,
  });
  const handle = board.create("point", [0, 0], {
    name: "", size: 7, fillColor: colour("q"), strokeColor: colour("paper"), strokeWidth: 2, highlight: false,
  });
  handle.on("drag", () => {                                   // where it is put, it starts
    means[0].value = handle.X();
    means[1].value = handle.Y();
    begin();
  });

  function draw(curve, xs, ys) {
    curve.dataX = xs;
    curve.dataY = ys;
  }

  // ---------------------------------------------------------------- everything follows the run

  let rho, run, values;                                       // run: q after 0, 1, 2, ... steps

  function begin() {
    rho = correlation.value;
    const variance = sd.value ** 2;
    run = [{ m: means.map((s) => s.value), v: [variance, variance] }];
    values = [elbo(run[0], rho)];
    show("At the start. The next step updates q(z₁).");
  }

  function ascend(steps) {
    for (let i = 0; i < steps && run.length <= LONGEST; i += 1) {
      run.push(optimal(run.at(-1), (run.length - 1) % 2, rho));
      values.push(elbo(run.at(-1), rho));
    }
    const done = run.length - 1, j = (done - 1) % 2, q = run[done];
    const rise = values[done] - values[done - 1];
    const story = `Step ${done} updated q(z${"₁₂"[j]}): mean ${decimal(q.m[j], 3)}, variance `
      + `${decimal(q.v[j], 3)}. The ELBO rose by ${decimal(Math.max(rise, 0), 4)}. `;
    const arrived = done > 2 && Math.hypot(...q.m) < 5e-4;
    show(story + (arrived
      ? "The means are right and the variances are not: the gap that is left, −½ log(1 − ρ²), is the price of independence."
      : `The next step updates q(z${"₁₂"[done % 2]}).`));
  }

  function show(story) {
    const q = run.at(-1), sine = Math.sqrt(1 - rho * rho);
    RINGS.forEach((r, i) => {
      draw(ringsOfP[i], CIRCLE.map((t) => r * Math.cos(t)), CIRCLE.map((t) => r * (rho * Math.cos(t) + sine * Math.sin(t))));
      draw(ringsOfQ[i], CIRCLE.map((t) => q.m[0] + r * Math.sqrt(q.v[0]) * Math.cos(t)),
        CIRCLE.map((t) => q.m[1] + r * Math.sqrt(q.v[1]) * Math.sin(t)));
    });
    draw(path, run.map((it) => it.m[0]), run.map((it) => it.m[1]));
    handle.setPosition(JXG.COORDS_BY_USER, q.m);

    const top = logZ(rho), done = run.length - 1, end = Math.max(10, done);
    const low = Math.min(...values), room = Math.max(top - low, 0.5);
    draw(bound, values.map((_, i) => i), values);
    draw(ceiling, [0, end], [top, top]);
    last.setPosition(JXG.COORDS_BY_USER, [done, values[done]]);
    below.view(0, end, low - 0.05 * room, top + 0.12 * room);
    board.update();
    below.update();

    const now = { elbo: values[done], gap: divergence(q, rho), total: top };
    sum.set(now, [Math.min(0, now.elbo) - 0.1, Math.max(0, top, now.elbo) + 0.1], 4);
    ["z1", "z2"].forEach((row, j) => numbers.set(row, {
      mean: decimal(q.m[j], 4), variance: decimal(q.v[j], 4), conditional: decimal(1 - rho * rho, 4), marginal: "1",
    }));
    note.textContent = story;
    speech.say(`${story} ELBO ${decimal(now.elbo, 4)}, gap ${decimal(now.gap, 4)}, together ${decimal(top, 4)}.`);
  }

  begin();
});
