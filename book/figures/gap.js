/* A distribution q over four kinds of coin: ELBO(q) + KL(q || p(z | x)) = log p(x), for every q.
   The model is the one of the text: four heads and a tail from a coin of unknown kind. */
MindTheGap.figure("gap", function (root) {
  "use strict";
  const { element, math, decimal, slider, button, key, colour } = MindTheGap;

  // ---------------------------------------------------------------- the model

  const KINDS = [0.2, 0.4, 0.6, 0.8];                       // P(heads) of each kind
  const PRIOR = [0.4, 0.3, 0.2, 0.1];
  const LOG_JOINT = KINDS.map((h, k) => Math.log(PRIOR[k]) + 4 * Math.log(h) + Math.log1p(-h));
  const total = (values) => values.reduce((sum, v) => sum + v, 0);
  const normalised = (values) => values.map((v) => v / total(values));
  const POSTERIOR = normalised(LOG_JOINT.map(Math.exp));
  const UNIFORM = KINDS.map(() => 1 / KINDS.length);

  // Each kind's part of the two averages; 0 log 0 is 0. The gap is not taken as a difference.
  const elboParts = (q) => q.map((p, k) => (p ? p * (LOG_JOINT[k] - Math.log(p)) : 0));
  const gapParts = (q) => q.map((p, k) => (p ? p * Math.log(p / POSTERIOR[k]) : 0));

  let q = UNIFORM;

  /* q with a given probability of one kind. The others keep their proportions, or share alike if
     they had nothing. */
  function withProbability(kind, p) {
    const rest = 1 - q[kind];
    return q.map((old, k) => (k === kind ? p : (1 - p) * (rest > 1e-9 ? old / rest : 1 / (q.length - 1))));
  }

  // ---------------------------------------------------------------- controls and readouts

  const sliders = KINDS.map((h, k) => slider({
    label: h.toFixed(1), value: q[k], min: 0, max: 1, step: 0.01, digits: 2,
    onInput: () => show(withProbability(k, sliders[k].value), k),
  }));

  const rows = Object.fromEntries(KINDS.map((h, k) => [`kind${k + 1}`, h.toFixed(1)]));
  const numbers = MindTheGap.table(
    "Each kind of coin's part",
    { posterior: math("p(z|x)"), q: math("q(z)"), elbo: "ELBO", gap: "gap" },
    { ...rows, sum: "sum" },
  );

  const term = (formula, name) => element("span", {}, math(formula), element("small", {}, name));
  const sum = MindTheGap.waterfall({
    elbo: { label: term("ELBO(q)", "the bound"), colour: "bound", sign: 1 },
    gap: { label: term("+ KL(q ‖ p(z|x))", "the gap"), colour: "gap", sign: 1 },
  }, { label: term("= log p(x)", "log evidence"), colour: "truth" });
  sum.caption.append("Two numbers trade, their sum stands still (nats)");

  const note = element("p", { class: "mtg-note", "data-cell": "note" });
  const speech = MindTheGap.announcer();
  const board = MindTheGap.board({
    label: "Probability of each kind of coin, under q and under the posterior",
    xLabel: "", yLabel: "P(heads)", view: [0, 1, 0, 1],
  });

  root.append(
    element("p", {}, "Probability of each kind of coin: ",
      key(math("q(z)"), "q", "solid"), " ", key(math("p(z|x)"), "truth", "solid")),
    board.node,
    element("div", { class: "mtg-controls" },
      MindTheGap.group(
        element("span", {}, math("q(z)"), " of the coin with P(heads) ="), ...sliders.map((s) => s.node))),
    element("div", { class: "mtg-buttons", role: "group", "aria-label": "Choices of q" },
      button("Uniform", () => slide(UNIFORM)),
      button("Prior", () => slide(PRIOR)),
      button("Sure of one coin", () => slide([0, 0, 1, 0])),
      button("Posterior", () => slide(POSTERIOR)),
      button("Step uphill", () => slide(normalised(q.map((p, k) => Math.sqrt(p * Math.exp(LOG_JOINT[k]))))))),
    sum.node,
    note,
    numbers.node,
    speech.node,
  );

  // ---------------------------------------------------------------- the drawing

  const box = board.start();
  /* A bar at height `at`; returns what gives it its length. */
  const bar = (at, thick, attributes) => {
    const outline = [-1, 1, 1, -1, -1].map((side) => at + side * thick);
    const curve = box.create("curve", [outline.map(() => 0), outline], { highlight: false, fixed: true, ...attributes });
    return (p) => (curve.dataX = [0, 0, p, p, 0]);
  };
  const filled = { strokeColor: colour("q"), fillColor: colour("q"), fillOpacity: 0.75 };
  const hollow = { strokeColor: colour("truth"), strokeWidth: 2 };
  const bars = KINDS.map((h) => bar(h, 0.06, filled));
  KINDS.forEach((h, k) => bar(h, 0.075, hollow)(POSTERIOR[k]));
  const handles = KINDS.map((h, k) => {
    const handle = box.create("point", [q[k], h], {
      name: "", size: 7, fillColor: colour("q"), strokeColor: colour("paper"), strokeWidth: 2, highlight: false,
    });
    handle.on("drag", () => {
      const inHundredths = Math.round(100 * handle.X()) / 100;         // as the sliders: so 0 and 1 can be hit
      show(withProbability(k, Math.min(Math.max(inHundredths, 0), 1)));
    });
    return handle;
  });

  /* Move to another q, not by a jump: so that one sees what one part gains and the other loses. */
  let moving = 0;
  function slide(target) {
    const from = q, mine = (moving += 1);
    const move = MindTheGap.glide((t) => {
      if (mine !== moving) return;                          // the reader has done something else since
      draw(t === 1 ? target : from.map((p, k) => p + t * (target[k] - p)));
    });
    move(0);
    move(1);
    announce(target);
  }

  function show(wanted, movedSlider) {
    moving += 1;
    draw(wanted, movedSlider);
    announce(wanted);
  }

  // ---------------------------------------------------------------- everything follows q

  function draw(wanted, movedSlider) {
    q = wanted;
    const parts = { elbo: elboParts(q), gap: gapParts(q) };
    const values = { elbo: total(parts.elbo), gap: total(parts.gap) };
    q.forEach((p, k) => {
      bars[k](p);
      handles[k].setPosition(JXG.COORDS_BY_USER, [p, KINDS[k]]);
      if (k !== movedSlider) sliders[k].value = p;
      numbers.set(`kind${k + 1}`, {
        posterior: decimal(POSTERIOR[k], 3), q: decimal(p, 3),
        elbo: decimal(parts.elbo[k], 4), gap: decimal(parts.gap[k], 4),
      });
    });
    numbers.set("sum", {
      posterior: "1", q: "1", elbo: decimal(values.elbo, 4), gap: decimal(values.gap, 4),
    });
    // The least ELBO is that of a q sure of the least likely kind: so this scale holds for every q.
    sum.set(values, [-8, 0], 4);
    note.textContent = remark(values.gap);
    box.update();
  }

  function remark(gap) {
    if (gap < 1e-6) return "q is the posterior: there is no gap, and no q has a larger ELBO.";
    const out = q.filter((p) => p === 0).length;
    const text = `The ELBO is ${decimal(gap, 4)} nats short of the log evidence.`;
    if (!out) return text;
    return `${text} q rules out ${out === 1 ? "a kind" : `${out} kinds`} that the posterior allows; `
      + "a step uphill multiplies, so it cannot bring them back.";
  }

  function announce(wanted) {
    const [elbo, gap] = [elboParts(wanted), gapParts(wanted)].map(total);
    speech.say(`ELBO ${decimal(elbo, 4)}, gap ${decimal(gap, 4)}, together ${decimal(elbo + gap, 4)}.`);
  }

  draw(q);
});
