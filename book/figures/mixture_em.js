/* Variational EM on a mixture of Gaussians in two dimensions, half a step at a time: points by click or
   keyboard, responsibilities as colours, the bound after every half step, and the chain of four
   numbers, with the posterior or with hard assignments for q. */
MindTheGap.figure("mixture_em", function (root) {
  "use strict";
  const { element, math, decimal, slider, button, key, colour } = MindTheGap;

  // ---------------------------------------------------------------- the data

  // Every fourth eruption of Old Faithful: its duration and the wait after it, in minutes.
  const ERUPTIONS = [
    [3.6, 79], [4.533, 85], [1.95, 51], [4.2, 78], [1.75, 62], [1.8, 51], [4.533, 74], [3.85, 78],
    [3.367, 66], [1.867, 48], [4.35, 80], [4.533, 73], [4.633, 82], [1.833, 54], [3.717, 71], [2.233, 59],
    [1.817, 60], [2.067, 65], [4.5, 79], [2.017, 60], [4.133, 75], [4.067, 73], [2.167, 48], [1.867, 50],
    [4.667, 84], [2.483, 62], [4.05, 81], [4.85, 86], [4.9, 89], [2.317, 50], [2.617, 53], [4.6, 88],
    [2.267, 55], [2.8, 56], [1.883, 51], [4.233, 81], [4.333, 76], [5.1, 96], [2.4, 65], [4.5, 81],
    [2.2, 45], [3.5, 66], [1.933, 52], [4.583, 77], [4.5, 73], [1.883, 55], [2.033, 51], [4.417, 83],
    [4.8, 76], [3.5, 87], [2.1, 60], [4.6, 78], [1.933, 49], [1.867, 49], [2.4, 53], [1.867, 50], [4, 78],
    [3.917, 70], [4.183, 86], [1.85, 54], [4.15, 75], [4.583, 85], [2.133, 67], [3.567, 73], [3.917, 71],
    [4.767, 78], [1.983, 43], [2.15, 46],
  ];
  const FRAME = [1, 6, 40, 100];                           // of the board: durations, then waits
  const UNIT = [1.1, 13.5];                                // minutes: about the sd of each
  const LEAST = 0.1 ** 2;                                  // variance, in UNIT: no component is thinner
  const COLOURS = ["prior", "likelihood", "other", "q"], FACES = ["o", "[]", "^", "v"];

  const total = (values) => values.reduce((sum, v) => sum + v, 0);
  const range = (n) => Array.from({ length: n }, (_, i) => i);

  // ---------------------------------------------------------------- the model

  /* theta: one {weight, mean: [x, y], cov: [xx, xy, yy]} for each component. */
  function logJoint(points, theta) {
    return points.map((x) => theta.map(({ weight, mean, cov: [a, b, c] }) => {
      const u = x[0] - mean[0], v = x[1] - mean[1], det = a * c - b * b;
      return Math.log(weight) - Math.log(2 * Math.PI) - 0.5 * Math.log(det)
        - 0.5 * (c * u * u - 2 * b * u * v + a * v * v) / det;
    }));
  }

  function logSumExp(values) {
    const top = Math.max(...values);
    return top + Math.log(total(values.map((v) => Math.exp(v - top))));
  }

  const logEvidence = (points, theta) => total(logJoint(points, theta).map(logSumExp));

  /* L(q, theta), for responsibilities r; 0 log 0 is 0. */
  const bound = (points, r, theta) => total(logJoint(points, theta).map((row, n) => total(
    row.map((value, k) => (r[n][k] ? r[n][k] * (value - Math.log(r[n][k])) : 0)))));

  /* The best q for this theta: of all q, or of those that are sure of one component for each point. */
  function eStep(points, theta, hard) {
    return logJoint(points, theta).map((row) => {
      const all = logSumExp(row), best = row.indexOf(Math.max(...row));
      return row.map((value, k) => (hard ? Number(k === best) : Math.exp(value - all)));
    });
  }

  /* The covariance nearest to (a, b, c) with no variance below LEAST in any direction, in UNIT. For a
     Gaussian that is the exact maximum under the condition: so the bound still can't fall. */
  function thickened([a, b, c]) {
    const [p, q] = UNIT, A = a / (p * p), B = b / (p * q), C = c / (q * q);
    const middle = (A + C) / 2, half = Math.hypot((A - C) / 2, B);
    const angle = 0.5 * Math.atan2(2 * B, A - C), cos = Math.cos(angle), sin = Math.sin(angle);
    const [large, small] = [middle + half, middle - half].map((value) => Math.max(value, LEAST));
    return [
      p * p * (large * cos * cos + small * sin * sin),
      p * q * (large - small) * cos * sin,
      q * q * (large * sin * sin + small * cos * cos),
    ];
  }

  function weightedMoments(points, w) {
    const sum = total(w);
    const average = (f) => total(points.map((x, n) => w[n] * f(x))) / sum;
    const mean = [average((x) => x[0]), average((x) => x[1])];
    const cov = [[0, 0], [0, 1], [1, 1]].map(([i, j]) => average((x) => (x[i] - mean[i]) * (x[j] - mean[j])));
    return { mean, cov: thickened(cov) };
  }

  /* The best theta for this q. A component without points keeps its shape, which the bound does not see. */
  function mStep(points, r, theta) {
    return theta.map((old, k) => {
      const w = r.map((row) => row[k]), sum = total(w);
      return sum > 0 ? { weight: sum / points.length, ...weightedMoments(points, w) } : { ...old, weight: 0 };
    });
  }

  /* Components with equal weights, half the sd of all data, and means at points that are spread by
     multiples of the golden ratio. */
  function start(points, K, number) {
    const N = points.length, taken = [];
    range(K).forEach((k) => {
      let at = Math.floor(((((number * K + k + 1) * 0.618034) % 1) * N));
      while (taken.includes(at) && taken.length < N) at = (at + 1) % N;
      taken.push(at);
    });
    const cov = thickened(weightedMoments(points, points.map(() => 1)).cov.map((value) => value / 4));
    return taken.map((at) => ({ weight: 1 / K, mean: points[at], cov }));
  }

  // ---------------------------------------------------------------- what the reader has done so far

  let points = ERUPTIONS, number = 1, theta = [], r = [], trace = [], chain = null;

  const hard = () => assign.input.checked;
  const record = (half) => trace.push({
    half, bound: bound(points, r, theta), evidence: logEvidence(points, theta),
  });

  /* Another problem has another bound: a new trace, from this theta and the best q for it. */
  function restart(from, said) {
    theta = from;
    trace = [];
    chain = null;
    r = eStep(points, theta, hard());
    if (points.length) record("start");
    draw(said);
  }
  const afresh = (said) => restart(points.length ? start(points, components.value, number) : [], said);

  function inferQ() {
    r = eStep(points, theta, hard());
    chain = null;
    record("E");
  }

  function learnTheta() {
    const old = theta;
    theta = mStep(points, r, old);
    chain = { theta: old, evidence: logEvidence(points, old), bound: bound(points, r, old) };
    record("M");
  }

  function add(x, y) {
    const seen = points.length;
    points = [...points, [x, y]];
    if (seen) restart(theta, "One point more: another bound, and a new trace");
    else afresh("The first point");
  }

  // ---------------------------------------------------------------- controls and readouts

  const components = slider({
    label: "number", min: 1, max: 4, step: 1, value: 3, onInput: () => afresh("Another number of components"),
  });
  const assign = MindTheGap.checkbox("hard assignments: each point to one component", () => restart(theta,
    hard() ? "q must now be sure of one component for each point" : "q may now be the posterior"));
  const place = { x: FRAME.slice(0, 2), y: FRAME.slice(2) };
  const across = slider({
    label: "lasts", min: place.x[0], max: place.x[1], step: 0.1, value: 3, digits: 1, onInput: () => draw(),
  });
  const up = slider({
    label: "wait", min: place.y[0], max: place.y[1], step: 1, value: 90, digits: 0, onInput: () => draw(),
  });

  const steps = [
    button("E-step", () => {
      inferQ();
      draw();
    }),
    button("M-step", () => {
      learnTheta();
      draw();
    }),
    button("Ten rounds of both", () => {
      range(10).forEach(() => {
        inferQ();
        learnTheta();
      });
      draw();
    }),
    button("Another start", () => {
      number += 1;
      afresh(`Start number ${number}`);
    }),
  ];

  const numbers = MindTheGap.table(
    "What the chain is made of, in nats",
    { bound: math("L(q, θ)"), gap: "+ gap", evidence: math("= log p(x|θ)") },
    { old: math("θ old"), new: math("θ new") },
  );
  const count = element("span", { "data-cell": "count" });
  const line = element("p", {}, "The chain: ", element("strong", { "data-cell": "chain" }));
  const note = element("p", { class: "mtg-note", "data-cell": "note" });
  const shapes = MindTheGap.table(
    "The components: minutes, ± one standard deviation",
    { weight: "weight", lasts: "lasts", wait: "wait", correlation: "correlation" },
    Object.fromEntries(range(4).map((k) => [`kind${k + 1}`, String(k + 1)])),
  );
  const speech = MindTheGap.announcer();
  const oneLine = (text) => `<span style="white-space: nowrap">${text}</span>`;
  const scatter = MindTheGap.board({
    label: "Eruptions as points, coloured by responsibility, and each component as an ellipse",
    xLabel: oneLine("duration (min)"), yLabel: "wait (min)", view: FRAME,
  });
  const history = MindTheGap.board({
    label: "The bound and the log likelihood after each half step",
    xLabel: oneLine("half steps"), yLabel: "nats",
  });
  history.node.style.height = "11rem";

  const names = range(4).map((k) => key(String(k + 1), COLOURS[k], "solid"));
  root.append(
    element("p", {}, count, " points, each in the colours of the components that answer for it: ",
      ...names.flatMap((name) => [name, " "])),
    scatter.node,
    element("div", { class: "mtg-buttons", role: "group", "aria-label": "Steps of EM" }, ...steps),
    assign.node,
    line,
    note,
    element("p", {}, key(math("L(q, θ)"), "bound", "solid"), " ", key(math("log p(x|θ)"), "truth", "dashed")),
    history.node,
    numbers.node,
    element("div", { class: "mtg-controls" },
      MindTheGap.group("A new point (or click on the picture)", across.node, up.node),
      MindTheGap.group("Components", components.node)),
    element("div", { class: "mtg-buttons", role: "group", "aria-label": "Points" },
      button("Add the point", () => add(across.value, up.value)),
      button("Remove the last", () => {
        points = points.slice(0, -1);
        if (points.length) restart(theta, "One point fewer: another bound, and a new trace");
        else afresh("No points are left");
      }),
      button("Remove all", () => {
        points = [];
        afresh("No points are left");
      }),
      button("Old Faithful", () => {
        points = ERUPTIONS;
        number = 1;
        afresh("Every fourth eruption of Old Faithful");
      })),
    shapes.node,
    speech.node,
  );

  // ---------------------------------------------------------------- the drawing

  const box = scatter.start(), plot = history.start();
  const fixed = { highlight: false, fixed: true, tabindex: null, transitionDuration: 0 };
  const axes = (where) => where.objectsList.filter((it) => it.elType === "axis");
  /* Let the axes cross in the corner of what is seen: zero is far away. */
  function cross(where, x, y) {
    axes(where).forEach((axis, i) => [0, 1].forEach((end) => {
      axis[`point${end + 1}`].setPositionDirectly(JXG.COORDS_BY_USER, i ? [x, end] : [end, y]);
    }));
  }
  cross(box, FRAME[0], FRAME[2]);
  // A long title stands above its axis, or it would cover the numbers below.
  for (const [where, left] of [[box, -96], [plot, -70]]) {
    axes(where)[0].label.setAttribute({ offset: [left, 14] });
  }

  const dots = [];                                          // made as they are needed, hidden when not
  function dot(n) {
    dots[n] = dots[n] || box.create("point", [0, 0], { name: "", size: 5, strokeWidth: 1, ...fixed });
    return dots[n];
  }
  const TURN = range(61).map((i) => (i * Math.PI) / 30);
  const curve = (where, attributes) => where.create("curve", [[0], [0]], {
    ...fixed, strokeWidth: 2.5, ...attributes,
  });
  const ellipses = COLOURS.map((name) => [1, 2].map((sds) => curve(box, {
    strokeColor: colour(name), dash: 2 * (sds - 1),
  })));
  const labels = COLOURS.map((name, k) => box.create("text", [0, 0, `<b>${k + 1}</b>`], {
    ...fixed, strokeColor: colour("ink"), fontSize: 16, cssDefaultStyle: "",
    anchorX: "middle", anchorY: "middle",
  }));
  const aim = box.create("point", [3, 90], {
    name: "", face: "cross", size: 6, strokeColor: colour("ink"), strokeWidth: 2, ...fixed,
  });
  const lines = {
    evidence: curve(plot, { strokeColor: colour("truth"), dash: 2, strokeWidth: 2 }),
    bound: curve(plot, { strokeColor: colour("bound"), strokeWidth: 3 }),
  };

  scatter.node.addEventListener("click", (press) => {
    const [x, y] = box.getUsrCoordsOfMouse(press);
    if (x < FRAME[0] || x > FRAME[1] || y < FRAME[2] || y > FRAME[3]) return;
    across.value = x;
    up.value = y;
    add(across.value, up.value);                            // in whole steps of the sliders
  });

  /* One colour for a row of responsibilities: the components' colours, mixed two at a time. */
  function mixed(row) {
    let mix = colour(COLOURS[0]), share = row[0];
    row.slice(1).forEach((p, i) => {
      share += p;
      const percent = share > 0 ? (100 * p) / share : 0;
      mix = `color-mix(in srgb, ${colour(COLOURS[i + 1])} ${percent.toFixed(1)}%, ${mix})`;
    });
    return mix;
  }

  function drawPoints() {
    points.forEach((x, n) => {
      dot(n).setPosition(JXG.COORDS_BY_USER, x);
      const fill = mixed(r[n]);
      dots[n].setAttribute({
        visible: true, face: FACES[r[n].indexOf(Math.max(...r[n]))], fillColor: fill, strokeColor: fill,
      });
    });
    dots.slice(points.length).forEach((left) => left.setAttribute({ visible: false }));
    aim.setPosition(JXG.COORDS_BY_USER, [across.value, up.value]);
  }

  function drawComponents() {
    COLOURS.forEach((_, k) => {
      const it = theta[k], seen = Boolean(it && it.weight > 0);
      names[k].hidden = !it;
      shapes.node.tBodies[0].rows[k].hidden = !it;
      [...ellipses[k], labels[k]].forEach((drawn) => drawn.setAttribute({ visible: seen }));
      if (!it) return;
      const [a, b, c] = it.cov, root = Math.sqrt(a), below = b / root, rest = Math.sqrt(c - below * below);
      ellipses[k].forEach((ellipse, i) => {
        ellipse.dataX = TURN.map((t) => it.mean[0] + (i + 1) * root * Math.cos(t));
        ellipse.dataY = TURN.map((t) => it.mean[1] + (i + 1) * (below * Math.cos(t) + rest * Math.sin(t)));
      });
      labels[k].setPosition(JXG.COORDS_BY_USER, it.mean);
      const spread = (i, digits) => [it.mean[i], Math.sqrt(it.cov[2 * i])]
        .map((value) => decimal(value, digits)).join(" ± ");
      shapes.set(`kind${k + 1}`, {
        weight: decimal(it.weight, 4), lasts: spread(0, 3), wait: spread(1, 2),
        correlation: decimal(b / Math.sqrt(a * c), 3),
      });
    });
  }

  function drawHistory() {
    const values = trace.flatMap((it) => [it.bound, it.evidence]);
    const low = Math.min(...values, Infinity), high = Math.max(...values, -Infinity);
    const room = Math.max(0.08 * (high - low), 0.5), last = Math.max(10, trace.length - 1);
    for (const name of ["bound", "evidence"]) {
      lines[name].dataX = range(trace.length);
      lines[name].dataY = trace.map((it) => it[name]);
    }
    if (!trace.length) return;
    plot.view(0, last, low - room, high + 2 * room);        // below the word on the axis
    cross(plot, 0, low - room);
  }

  // ---------------------------------------------------------------- everything follows a step

  function remark() {
    const now = trace[trace.length - 1], gap = now.evidence - now.bound;
    if (now.half !== "M") {
      return gap < 1e-9 ? "q is the posterior: the bound touches log p(x|θ)."
        : `q is not the posterior: the bound is ${decimal(gap, 4)} nats below log p(x|θ).`;
    }
    const rise = now.bound - chain.bound, change = now.evidence - chain.evidence;
    if (rise < 5e-7) return "Nothing moved: this θ was already the best for this q.";
    const moved = change < 0 ? `the log likelihood FELL by ${decimal(-change, 4)}`
      : `the log likelihood rose by ${decimal(change, 4)}`;
    return `The bound rose by ${decimal(rise, 4)}; ${moved}.`;
  }

  function showChain() {
    const now = trace[trace.length - 1], after = now.half === "M";
    const fill = (row, it) => numbers.set(row, it ? {
      bound: decimal(it.bound, 4), gap: decimal(it.evidence - it.bound, 4), evidence: decimal(it.evidence, 4),
    } : { bound: "–", gap: "–", evidence: "–" });
    fill("old", after ? chain : now);
    fill("new", after ? now : null);
    const before = after ? chain : now;
    const four = [before.evidence, before.bound, now.bound, now.evidence].map((value) => decimal(value, 2));
    line.lastChild.textContent = after ? `${four[0]} ≥ ${four[1]} ≤ ${four[2]} ≤ ${four[3]}`
      : `${four[0]} ≥ ${four[1]}, and the M-step comes next`;
  }

  function draw(said) {
    const some = points.length > 0;
    steps.forEach((step) => (step.disabled = !some));
    for (const where of [box, plot]) where.suspendUpdate();
    drawPoints();
    drawComponents();
    drawHistory();
    for (const where of [box, plot]) where.unsuspendUpdate();
    count.textContent = points.length;
    if (some) showChain();
    else line.lastChild.textContent = "–";
    note.textContent = `${said ? `${said}. ` : ""}${some ? remark() : "Add a point to begin."}`;
    speech.say(`${line.lastChild.textContent}. ${note.textContent}`);
  }

  afresh();
});
