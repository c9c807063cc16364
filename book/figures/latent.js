/* The decoder of chapter 7 in the page: z in the plane -> tanh(z W2 + b2) W_out + b_out, the logits of 64
   pixels. Its rounded weights, the encoder's means and ten real digits are in the JSON that the chapter
   puts out. */
MindTheGap.figure("latent", function (root) {
  "use strict";
  const { element, math, decimal, slider, button, key, colour } = MindTheGap;

  // ---------------------------------------------------------------- the model

  const carried = document.getElementById("latent-decoder").textContent;
  const { W2, b2, W_out, b_out, codes, digits } = JSON.parse(carried);
  const SIDE = 8, REACH = 3.5;

  function decode(z) {
    const hidden = b2.map((b, h) => Math.tanh(b + z[0] * W2[0][h] + z[1] * W2[1][h]));
    return b_out.map((b, d) => hidden.reduce((sum, value, h) => sum + value * W_out[h][d], b));
  }
  const probability = (a) => 1 / (1 + Math.exp(-a));
  const logPrior = (z) => -0.5 * (z[0] ** 2 + z[1] ** 2) - Math.log(2 * Math.PI);
  /* Sum of x a - log(1 + exp(a)), which cannot overflow in this form. */
  const logLikelihood = (a, pixels) => a.reduce(
    (sum, it, d) => sum + pixels[d] * it - Math.max(it, 0) - Math.log1p(Math.exp(-Math.abs(it))), 0);

  const real = digits.map(({ pixels, mean, sd }) => ({ pixels: [...pixels].map(Number), mean, sd }));

  // ---------------------------------------------------------------- controls and readouts

  const draw = () => show();
  const place = (label, value) => slider({
    label, min: -REACH, max: REACH, step: 0.05, value, digits: 2, onInput: draw,
  });
  const z = [place(math("z₁"), -0.8), place(math("z₂"), 1)];
  const digit = slider({ label: "digit", min: 0, max: 9, step: 1, value: 2, onInput: draw });

  const ours = picture("decoded", "what is drawn at your z"), theirs = picture("real", "a real digit");
  const term = (formula, name) => element("span", {}, math(formula), element("small", {}, name));
  const sum = MindTheGap.waterfall({
    likelihood: { label: term("log p(x | z)", "the real digit, at your z"), colour: "likelihood", sign: 1 },
    prior: { label: term("+ log p(z)", "how usual your z is"), colour: "prior", sign: 1 },
  }, { label: term("= log p(x, z)", "to be made large"), colour: "truth" });
  sum.caption.append("You are the encoder: nats for your z");
  const numbers = MindTheGap.table(
    "Your z beside the encoder's answer",
    { z1: math("z₁"), z2: math("z₂"), joint: math("log p(x, z)") },
    { yours: "yours", mean: "mean of q(z | x)", sd: "sd of q(z | x)" },
  );
  const note = element("p", { class: "mtg-note", "data-cell": "note" });
  note.style.minHeight = "4.4em";                             // three lines on a phone: nothing below shall jump
  const speech = MindTheGap.announcer();
  const plane = MindTheGap.board({
    label: "The latent plane: new digits at the encoder's means, your point, and the ellipse of q(z | x)",
    xLabel: "<i>z</i>₁", yLabel: "<i>z</i>₂", view: [-REACH - 0.1, REACH + 0.1, -REACH - 0.1, REACH + 0.1],
  });
  plane.node.style.height = "clamp(16rem, 80vw, 22rem)";

  const pictures = element("div", {}, ours.node, theirs.node);
  pictures.style.cssText = "display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; max-width: 22rem";
  pictures.style.margin = "0 auto";
  root.append(
    element("p", {}, key(element("span", {}, "your ", math("z")), "truth", "solid"), " ",
      key(math("q(z | x)"), "q", "solid"), " ", "small figures: new digits, by their labels"),
    element("div", { class: "mtg-controls" }, plane.node,
      element("div", {}, pictures,
        MindTheGap.group(element("span", {}, "Your ", math("z")), ...z.map((it) => it.node)),
        MindTheGap.group("The real digit", digit.node))),
    element("div", { class: "mtg-buttons", role: "group", "aria-label": "Places" },
      button("To the encoder's mean", () => put(chosen().mean)),
      button("To the centre", () => put([0, 0])),
      button("Far out", () => put([REACH, -REACH]))),
    note,
    sum.node,
    numbers.node,
    speech.node,
  );

  const chosen = () => real[digit.value];

  function put(where) {
    z.forEach((it, j) => (it.value = where[j]));
    draw();
  }

  /* Eight by eight squares of ink; what is set is how much. */
  function picture(name, caption) {
    const make = (tag, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value);
      return node;
    };
    const svg = make("svg", {
      viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", "data-picture": name, "shape-rendering": "crispEdges",
      style: `display: block; width: 100%; border: 1px solid ${colour("grid")}; background: ${colour("paper")}`,
    });
    const squares = Array.from({ length: SIDE * SIDE }, (_, d) => make("rect", {
      x: d % SIDE, y: Math.floor(d / SIDE), width: 1, height: 1, fill: colour("ink"),
    }));
    svg.append(...squares);
    return {
      node: element("div", {}, svg, element("small", {}, caption)),
      set(ink, label) {
        squares.forEach((square, d) => square.setAttribute("fill-opacity", ink[d].toFixed(6)));
        svg.setAttribute("aria-label", label);
      },
    };
  }

  // ---------------------------------------------------------------- the drawing

  const box = plane.start();
  const fixed = { highlight: false, fixed: true, tabindex: null };

  /* Figures of seven strokes, as on a pocket calculator, so that one curve holds all data of a label:
     three hundred texts would make every drag slow. A stroke is [x, y, x, y] in units of the figure. */
  const STROKES = {
    a: [-1, 1, 1, 1], b: [1, 1, 1, 0], c: [1, 0, 1, -1], d: [-1, -1, 1, -1], e: [-1, 0, -1, -1],
    f: [-1, 1, -1, 0], g: [-1, 0, 1, 0],
  };
  const FIGURES = ["abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg"];
  const COLOURS = ["muted", "prior", "likelihood", "other", "gap"];       // two labels share one, the figure tells
  FIGURES.forEach((strokes, label) => {
    const x = [], y = [];
    for (const [z1, z2, theirLabel] of codes) {
      if (theirLabel !== label) continue;
      for (const [x0, y0, x1, y1] of [...strokes].map((it) => STROKES[it])) {
        x.push(z1 + 0.06 * x0, z1 + 0.06 * x1, NaN);
        y.push(z2 + 0.1 * y0, z2 + 0.1 * y1, NaN);
      }
    }
    box.create("curve", [x, y], {
      ...fixed, strokeColor: colour(COLOURS[label % 5]), strokeWidth: 1.3, strokeOpacity: 0.75,
      lineCap: "round",
    });
  });
  const ellipse = box.create("curve", [[0], [0]], { ...fixed, strokeColor: colour("q"), strokeWidth: 2.5 });
  const handle = box.create("point", [0, 0], {
    name: "", size: 9, fillColor: colour("truth"), fillOpacity: 0.25, strokeColor: colour("truth"),
    strokeWidth: 2.5, highlight: false,
  });
  handle.on("drag", () => put([handle.X(), handle.Y()]));
  handle.rendNode.style.touchAction = "none";               // a finger on it drags; beside it, it scrolls the page
  plane.node.addEventListener("click", (press) => {
    const where = box.getUsrCoordsOfMouse(press);
    if (where.every((it) => Math.abs(it) <= REACH)) put(where);
  });

  const CIRCLE = Array.from({ length: 61 }, (_, i) => (i * Math.PI) / 30);

  // ---------------------------------------------------------------- everything follows your z

  function show() {
    const at = z.map((it) => it.value), { pixels, mean, sd } = chosen(), logits = decode(at);
    handle.setPosition(JXG.COORDS_BY_USER, at);
    ellipse.dataX = CIRCLE.map((t) => mean[0] + 2 * sd[0] * Math.cos(t));
    ellipse.dataY = CIRCLE.map((t) => mean[1] + 2 * sd[1] * Math.sin(t));
    box.update();

    const nearest = codes.reduce((best, code) => (distance(code, at) < distance(best, at) ? code : best));
    ours.set(logits.map(probability), `Pixel probabilities at your z; the nearest code is of a ${nearest[2]}`);
    theirs.set(pixels, `A real digit, a ${digit.value}`);

    const parts = { likelihood: logLikelihood(logits, pixels), prior: logPrior(at) };
    const joint = parts.likelihood + parts.prior, best = logLikelihood(decode(mean), pixels) + logPrior(mean);
    sum.set({ ...parts, total: joint }, [Math.min(joint, best, -30) - 1, 1], 3);
    numbers.set("yours", { z1: decimal(at[0], 2), z2: decimal(at[1], 2), joint: decimal(joint, 3) });
    numbers.set("mean", { z1: decimal(mean[0], 2), z2: decimal(mean[1], 2), joint: decimal(best, 3) });
    numbers.set("sd", { z1: decimal(sd[0], 2), z2: decimal(sd[1], 2), joint: "" });

    const above = joint - best;
    const verdict = Math.abs(above) < 0.0005 ? "As good as the encoder's mean."
      : `For the real digit, a ${digit.value}, that is ${decimal(Math.abs(above), 2)} nats `
        + `${above > 0 ? "better" : "worse"} than the encoder's mean.`;
    const story = `The nearest code is of a ${nearest[2]}, ${decimal(distance(nearest, at), 2)} away. ${verdict}`;
    note.textContent = story;
    speech.say(`z is ${decimal(at[0], 2)}, ${decimal(at[1], 2)}; log p(x, z) is ${decimal(joint, 3)}. ${story}`);
  }

  function distance(a, b) {
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  }

  show();
});
