/* A Gaussian q over a target p with two modes, and the two divergences between them, each as
   cross-entropy minus entropy. Buttons put q where one of the divergences is least. */
MindTheGap.figure("divergence", function (root) {
  "use strict";
  const { element, math, decimal, slider, button, key, colour } = MindTheGap;

  // ---------------------------------------------------------------- the target and the divergences

  const WEIGHTS = [0.4, 0.6];                              // of two Gaussians with sd 1, `gap` apart
  const LOG_WEIGHTS = WEIGHTS.map(Math.log);
  const LOG_TWO_PI = Math.log(2 * Math.PI);
  const logNormal = (z, m, s) => -0.5 * (((z - m) / s) ** 2 + LOG_TWO_PI) - Math.log(s);

  function logTarget(z, gap) {
    const [left, right] = LOG_WEIGHTS.map((w, k) => w + logNormal(z, (k - 0.5) * gap, 1));
    return Math.max(left, right) + Math.log1p(Math.exp(-Math.abs(left - right)));
  }

  /* d log p / dz: each component's slope, weighted by its responsibility. */
  function slope(z, gap) {
    const right = 1 / (1 + (WEIGHTS[0] / WEIGHTS[1]) * Math.exp(-gap * z));
    return (1 - right) * (-gap / 2 - z) + right * (gap / 2 - z);
  }

  const targetMean = (gap) => (gap / 2) * (WEIGHTS[1] - WEIGHTS[0]);
  const targetVariance = (gap) => 1 + (gap / 2) ** 2 - targetMean(gap) ** 2;

  /* The trapezoid rule on [-9, 9] for averages over N(0, 1): for smooth f its error falls faster than
     any power of the step. */
  function rule(step) {
    const nodes = Array.from({ length: Math.round(18 / step) + 1 }, (_, i) => -9 + i * step);
    const weights = nodes.map((e) => Math.exp(-0.5 * e * e));
    const total = weights.reduce((sum, w) => sum + w, 0);
    return { nodes, weights: weights.map((w) => w / total) };
  }
  const FINE = rule(0.02), COARSE = rule(0.05);
  const average = (f, { nodes, weights }) => nodes.reduce((sum, e, i) => sum + weights[i] * f(e), 0);

  /* A function of `gap` that is worked out once for each. */
  function once(f) {
    const known = {};
    return (gap) => (known[gap] = known[gap] || f(gap));
  }

  const targetEntropy = once((gap) => WEIGHTS.reduce(
    (sum, w, k) => sum - w * average((e) => logTarget((k - 0.5) * gap + e, gap), FINE), 0));

  function divergences(m, s, gap) {
    const entropyQ = Math.log(s) + 0.5 * (LOG_TWO_PI + 1);
    const entropyP = targetEntropy(gap);
    const crossQ = -average((e) => logTarget(m + s * e, gap), FINE);
    const crossP = Math.log(s) + 0.5 * LOG_TWO_PI + (targetVariance(gap) + (targetMean(gap) - m) ** 2) / (2 * s * s);
    return {
      reverse: { cross: crossQ, entropy: entropyQ, total: crossQ - entropyQ },
      forward: { cross: crossP, entropy: entropyP, total: crossP - entropyP },
    };
  }

  /* Gradient descent on KL(q || p) from a start, as in the text around the figure. */
  function descend(m, s, gap) {
    for (let step = 0; step < 20000; step += 1) {
      const down = average((e) => slope(m + s * e, gap), COARSE);
      const wider = 1 / s + average((e) => e * slope(m + s * e, gap), COARSE);
      m += 0.2 * down;
      s += 0.2 * wider;
      if (Math.hypot(down, wider) < 1e-6) break;
    }
    return [m, s];
  }

  /* The lowest of the minima that descent finds from either mode and from a q that covers both. */
  const lowest = once((gap) => {
    const starts = [[-gap / 2, 1], [targetMean(gap), 0.9 * Math.sqrt(targetVariance(gap))], [gap / 2, 1]];
    const found = starts.map(([m, s]) => {
      const at = descend(m, s, gap);
      return { at, value: divergences(...at, gap).reverse.total };
    });
    return found.reduce((best, other) => (other.value < best.value - 1e-9 ? other : best));
  });

  // ---------------------------------------------------------------- controls and readouts

  const moved = () => update();
  const mean = slider({ label: "mean", min: -6, max: 6, step: 0.01, value: 0, digits: 2, onInput: moved });
  const sd = slider({ label: "sd", min: 0.3, max: 5, step: 0.01, value: 2, digits: 2, onInput: moved });
  const apart = slider({ label: "apart", min: 0, max: 8, step: 0.5, value: 6, digits: 1, onInput: moved });

  const said = (m, s) => `mean ${decimal(m, 2)}, sd ${decimal(s, 2)}`;
  function jump([m, s], text) {
    mean.value = m;
    sd.value = s;
    update(text);
  }
  /* Slide from a start, and say where that led. */
  function slide(m, s, from) {
    const end = descend(m, s, apart.value);
    jump(end, `Slid down KL(q ‖ p) from ${from} to ${said(...end)}`);
  }
  const toForward = () => {
    const gap = apart.value;
    jump([targetMean(gap), Math.sqrt(targetVariance(gap))], "The mean and sd of p: the one minimum of KL(p ‖ q)");
  };

  const term = (formula, name) => element("span", {}, math(formula), element("small", {}, name));
  const sum = (caption, cross, entropy, total, style) => {
    const made = MindTheGap.waterfall({
      cross: { label: term(cross, "cross-entropy"), colour: "muted", sign: 1 },
      entropy: { label: term(`− ${entropy}`, "entropy"), colour: "other", sign: -1 },
    }, { label: term(`= ${total}`, "divergence"), colour: "gap" });
    made.caption.append(key(caption, "gap", style));
    return made;
  };
  const reverse = sum("Reverse: averaged over q", "H(q, p)", "H(q)", "KL(q ‖ p)", "solid");
  const forward = sum("Forward: averaged over p", "H(p, q)", "H(p)", "KL(p ‖ q)", "dashed");

  const note = element("p", { class: "mtg-note", "data-cell": "note" });
  const speech = MindTheGap.announcer();
  const density = MindTheGap.board({ label: "The densities p and q against z", xLabel: "<i>z</i>", yLabel: "density" });
  const source = MindTheGap.board({
    label: "Where each divergence comes from: its area is the divergence", xLabel: "<i>z</i>", yLabel: "nats per unit",
  });
  source.node.style.height = "9rem";

  root.append(
    element("p", {}, key("target p", "truth", "solid"), " ", key("q", "q", "solid")),
    density.node,
    element("p", {}, "Where the divergences come from: the area under each curve is one of them."),
    source.node,
    element("div", { class: "mtg-controls" },
      MindTheGap.group(element("span", {}, "Gaussian ", math("q")), mean.node, sd.node),
      MindTheGap.group(element("span", {}, "Modes of ", math("p")), apart.node)),
    element("div", { class: "mtg-buttons", role: "group", "aria-label": "Where to put q" },
      button("Forward: best of all", toForward),
      button("Reverse: left mode", () => slide(-apart.value / 2, 1, "the left mode")),
      button("Reverse: right mode", () => slide(apart.value / 2, 1, "the right mode")),
      button("Reverse: best of all", () => jump(lowest(apart.value).at, "The lowest minimum of KL(q ‖ p)")),
      button("Reverse: slide down from here", () => slide(mean.value, sd.value, said(mean.value, sd.value)))),
    note,
    reverse.node,
    forward.node,
    speech.node,
  );

  // ---------------------------------------------------------------- the drawing

  const GRID = Array.from({ length: 641 }, (_, i) => -8 + i / 40);
  const box = density.start();
  const below = source.start();
  const curve = (where, name, attributes) => where.create("curve", [GRID, GRID.map(() => 0)], {
    strokeColor: colour(name), strokeWidth: 3, highlight: false, fixed: true, ...attributes,
  });
  const curves = {
    p: curve(box, "truth"),
    q: curve(box, "q"),
    reverse: curve(below, "gap"),
    forward: curve(below, "gap", { dash: 2 }),
  };
  // Two handles, both moved sideways: the top of q sets its mean, a point one sd to the right its sd.
  const handle = (onDrag) => box.create("point", [0, 0], {
    name: "", size: 7, fillColor: colour("q"), strokeColor: colour("paper"), strokeWidth: 2, highlight: false,
  }).on("drag", onDrag);
  const top = handle(() => {
    mean.value = top.X();
    update();
  });
  const side = handle(() => {
    sd.value = side.X() - mean.value;
    update();
  });
  const rise = MindTheGap.glide((high) => box.view(-8, 8, 0, high));
  const swell = MindTheGap.glide((high) => below.view(-8, 8, 0, high));

  // ---------------------------------------------------------------- everything follows the controls

  function update(text) {
    const [m, s, gap] = [mean, sd, apart].map((control) => control.value);
    const logP = GRID.map((z) => logTarget(z, gap)), logQ = GRID.map((z) => logNormal(z, m, s));
    // u log(u/v) - u + v is never negative and has the same area as u log(u/v).
    const lifted = (a, b) => a.map((_, i) => Math.exp(a[i]) * (a[i] - b[i]) - Math.exp(a[i]) + Math.exp(b[i]));
    const drawn = {
      p: logP.map(Math.exp), q: logQ.map(Math.exp),
      reverse: lifted(logQ, logP), forward: lifted(logP, logQ),
    };
    const limit = Math.min(Math.max(...drawn.reverse, ...drawn.forward, 0.15), 1);
    for (const [name, values] of Object.entries(drawn)) {
      // What is far above the picture may as well be infinite, but then could not be drawn.
      curves[name].dataY = values.map((y) => Math.min(y, 20));
    }
    const peak = Math.exp(logNormal(m, m, s));
    top.setPosition(JXG.COORDS_BY_USER, [m, peak]);
    side.setPosition(JXG.COORDS_BY_USER, [m + s, peak * Math.exp(-0.5)]);
    rise(1.12 * Math.max(...drawn.p, peak));
    swell(1.1 * limit);
    box.update();
    below.update();

    const now = divergences(m, s, gap);
    const scale = [0, Math.max(3, now.reverse.cross, now.forward.cross)];
    reverse.set(now.reverse, scale, 4);
    forward.set(now.forward, scale, 4);
    const best = lowest(gap);
    const story = text || `q is at ${said(m, s)}`;
    note.textContent = `${story}. The lowest KL(q ‖ p) there is: ${decimal(best.value, 4)}, at ${said(...best.at)}.`;
    speech.say(`${story}. Reverse divergence ${decimal(now.reverse.total, 4)}, `
      + `forward ${decimal(now.forward.total, 4)}.`);
  }
  update();
});
