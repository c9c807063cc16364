/* The idea of the book as a moving picture: q climbs, and the gap to the fixed log evidence closes, first as
   far as a Gaussian can, then altogether. The sensor of the model is off by 3 now and then, so that the
   posterior has two humps. Drawn without the figures' library: the landing page should be light. */
MindTheGap.figure("closing", function (root) {
  "use strict";
  const { element, math, decimal, button, key, colour } = MindTheGap;

  // ---------------------------------------------------------------- the model

  const X = 0.9, PRIOR_SD = 3, NOISE_SD = 0.6, OFF = [0, -3], WEIGHTS = [0.55, 0.45];
  const LOW = -5, HIGH = 7, POINTS = 601, STEP = (HIGH - LOW) / (POINTS - 1);
  const GRID = Array.from({ length: POINTS }, (_, i) => LOW + i * STEP);

  const sum = (values) => values.reduce((total, v) => total + v, 0);
  const normal = (z, m, s) => Math.exp(-0.5 * ((z - m) / s) ** 2) / (s * Math.sqrt(2 * Math.PI));
  const likelihood = (z) => sum(WEIGHTS.map((w, k) => w * normal(X, z + OFF[k], NOISE_SD)));
  const LOG_JOINT = GRID.map((z) => Math.log(normal(z, 0, PRIOR_SD)) + Math.log(likelihood(z)));
  const LOG_EVIDENCE = Math.log(sum(LOG_JOINT.map(Math.exp)) * STEP);
  const POSTERIOR = LOG_JOINT.map((value) => Math.exp(value - LOG_EVIDENCE));

  const normalised = (values) => {
    const mass = sum(values) * STEP;
    return values.map((v) => v / mass);
  };
  const gaussian = ([m, s]) => normalised(GRID.map((z) => normal(z, m, s)));

  /* E_q[log p(x, z) - log q(z)], by quadrature; 0 log 0 is 0. */
  const elbo = (q) => sum(q.map((p, i) => (p > 1e-300 ? p * (LOG_JOINT[i] - Math.log(p)) : 0))) * STEP;
  const gap = (q) => sum(q.map((p, i) => (p > 1e-300 ? p * Math.log(p / POSTERIOR[i]) : 0))) * STEP;

  /* Natural gradient ascent of the ELBO in mean and sd, as far as it goes. */
  function climb(start) {
    const path = [start];
    for (let [m, s] = start; path.length < 400;) {
      const bound = (dm, ds) => elbo(gaussian([m + dm, s * Math.exp(ds)])), h = 1e-3;
      const byMean = (bound(h, 0) - bound(-h, 0)) / (2 * h), byLog = (bound(0, h) - bound(0, -h)) / (2 * h);
      m += 0.15 * s * s * byMean;
      s *= Math.exp(0.075 * byLog);
      path.push([m, s]);
      if (Math.abs(s * byMean) + Math.abs(byLog) < 1e-3) break;
    }
    return path;
  }

  /* From the best Gaussian to the posterior: q^(1 - t) p^t, normalised. */
  const between = (q, t) => normalised(q.map((p, i) => p ** (1 - t) * POSTERIOR[i] ** t));

  // ---------------------------------------------------------------- the film

  const POOR = [-1.2, 0.5];
  const path = climb(POOR), best = gaussian(path[path.length - 1]);
  const FREE = 60;
  const told = {
    poor: "A poor q. The bound is far below the evidence.",
    climbing: "Move a Gaussian q uphill, and the gap closes.",
    best: "No Gaussian does better. What is left is the price of the family.",
    freeing: "Let q have any shape, and it closes further.",
    free: "The gap is zero, and q is the posterior.",
  };
  // A pause is a frame shown for a while: [q, text, frames].
  const film = [
    [gaussian(POOR), "poor", 40],
    ...path.map((q) => [gaussian(q), "climbing", 1]),
    [best, "best", 90],
    ...Array.from({ length: FREE }, (_, i) => [between(best, (i + 1) / (FREE + 1)), "freeing", 1]),
    [POSTERIOR, "free", 1],
  ];
  const scene = (name) => film.findIndex(([, text]) => text === name);

  // ---------------------------------------------------------------- the screen

  const SVG = "http://www.w3.org/2000/svg";
  const top = 1.08 * Math.max(...film.map(([q]) => Math.max(...q)));
  const svg = document.createElementNS(SVG, "svg");
  const label = "The posterior has two humps; q is moved and reshaped until it covers it";
  for (const [name, value] of Object.entries({
    viewBox: `${LOW} 0 ${HIGH - LOW} 1`, preserveAspectRatio: "none", role: "img", "aria-label": label,
  })) svg.setAttribute(name, value);
  const curve = (name, dashes, fill) => {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("vector-effect", "non-scaling-stroke");
    line.style.cssText = `stroke: ${colour(name)}; stroke-width: 2.5px; stroke-dasharray: ${dashes};`
      + `fill: ${fill ? colour(name) : "none"}; fill-opacity: 0.16`;
    svg.append(line);
    return (q) => line.setAttribute("d", `M${GRID.map((z, i) =>
      `${z.toFixed(2)} ${(1 - q[i] / top).toFixed(4)}`).join("L")}`);
  };
  curve("truth", "none", true)(POSTERIOR);
  const drawQ = curve("q", "7 4", false);

  const floor = elbo(gaussian(POOR)) - 0.6;
  const bars = { elbo: element("span"), gap: element("span") };
  bars.elbo.style.background = colour("bound");
  bars.gap.style.background = colour("gap");
  const level = element("div", { class: "mtg-level", "aria-hidden": "true" }, bars.elbo, bars.gap);
  const cells = Object.fromEntries(["elbo", "gap", "total"].map((name) => [name, element("b", { "data-cell": name })]));
  cells.total.append(decimal(LOG_EVIDENCE, 3));
  const numbers = element("p", { class: "mtg-sum" },
    key("ELBO", "bound", "solid"), " ", cells.elbo, " + ", key("gap", "gap", "solid"), " ", cells.gap,
    " = ", math("log p(x)"), " ", cells.total, " nats");
  const note = element("p", { class: "mtg-note", "data-cell": "note" });
  const speech = MindTheGap.announcer();

  let at = 0, held = 0, timer = 0;
  function show(place) {
    at = place;
    held = 0;
    const [q, text] = film[at];
    drawQ(q);
    const bound = elbo(q), rest = gap(q), width = (value) => `${(100 * value) / (LOG_EVIDENCE - floor)}%`;
    bars.elbo.style.width = width(bound - floor);
    bars.gap.style.width = width(rest);
    cells.elbo.textContent = decimal(bound, 3);
    cells.gap.textContent = decimal(rest, 3);
    if (note.textContent !== told[text]) note.textContent = told[text];
  }
  const say = () => speech.say(`${told[film[at][1]]} ELBO ${cells.elbo.textContent}, gap ${cells.gap.textContent}.`);

  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  }
  function step() {
    held += 1;
    if (held < film[at][2]) return;
    if (at + 1 < film.length) show(at + 1);
    if (at + 1 === film.length) {
      stop();
      say();
    }
  }
  const play = button("Play", () => {
    if (timer) {
      stop();
      say();
      return;
    }
    if (at + 1 === film.length) show(0);
    play.textContent = "Pause";
    timer = setInterval(step, 33);
  });
  const jump = (text, name) => button(text, () => {
    stop();
    show(scene(name));
    say();
  });

  root.append(
    element("p", {}, key(math("p(z|x)"), "truth", "solid"), " ", key(math("q(z)"), "q", "dashed")),
    svg, level, numbers, note,
    element("div", { class: "mtg-buttons", role: "group", "aria-label": "The film, and its scenes" },
      play, jump("A poor q", "poor"), jump("The best Gaussian", "best"), jump("Any q", "free")),
    speech.node,
  );

  // It begins by itself, once, where readers want motion and the picture is in sight.
  show(scene("best"));
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      show(0);
      play.click();
    }, { threshold: 0.6 });
    watcher.observe(svg);
  }
});
