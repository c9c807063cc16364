/* Formulas find room: in a line they break where they may, and what scrolls sideways can be reached
   with the keyboard, while what fits is no stop on the way. */
(function () {
  "use strict";
  // Search quotes from the pages it finds by fetching them, which a browser refuses a page from disk.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  // Search would take the hat off a letter; the index has it on.
  window.splitQuery = (query) =>
    query.normalize("NFC").split(/[^\p{Letter}\p{Mark}\p{Number}_]+/gu).filter((word) => word);

  // The theme gives the arrows that unfold a list of pages no name.
  addEventListener("DOMContentLoaded", () => {
    for (const arrow of document.querySelectorAll("nav summary")) {
      const page = arrow.closest("li").querySelector("a");
      arrow.setAttribute("aria-label", `Pages of ${page.textContent.trim()}`);
    }
  });

  // On paper no answer is folded, and the page is light. Afterwards all is as it was.
  let before = null;
  addEventListener("beforeprint", () => {
    const folded = [...document.querySelectorAll(".bd-article details:not([open], .cell *)")];
    before = { folded, theme: document.documentElement.dataset.theme };
    for (const details of folded) details.open = true;
    for (const picture of document.images) picture.loading = "eager";
    document.documentElement.dataset.theme = "light";
    if (window.MindTheGap) MindTheGap.drawLoaded();
  });
  addEventListener("afterprint", () => {
    for (const details of before.folded) details.open = false;
    document.documentElement.dataset.theme = before.theme;
  });

  const BATCH = 30;                      // formulas: a batch takes a phone a few milliseconds
  const waiting = [];                    // what is to be done for formulas that a reader comes near

  /* A short formula in a line stays whole, and the comma after it with it. A long one breaks between its
     terms; one with a term wider than the page scrolls. All widths are read before anything is changed:
     in turns, the browser would lay out the page anew for every formula. */
  function measure(formulas) {
    const found = formulas.map((formula) => {
      const room = formula.closest("p, li, dd, td, th, figcaption, caption, div").clientWidth;
      const widths = [...formula.querySelectorAll(".base")].map((term) => term.offsetWidth);
      return [room, widths.reduce((sum, width) => sum + width, 0), Math.max(0, ...widths)];
    });
    formulas.forEach((formula, i) => {
      const [room, whole, widest] = found[i];
      formula.classList.toggle("mtg-whole", whole < 0.6 * room);
      formula.classList.toggle("mtg-wide", room > 0 && widest > room);
    });
  }

  function reach(boxes) {
    const scrolls = boxes.map((box) => box.clientWidth > 0 && box.scrollWidth > box.clientWidth);
    boxes.forEach((box, i) => (scrolls[i] ? (box.tabIndex = 0) : box.removeAttribute("tabindex")));
  }

  const FORMULA = "span.math", BOX = ".math-scroll, span.math.mtg-wide, pre, .output, .pst-scrollable-table-container";
  const parts = () => [...document.querySelectorAll(".bd-article > section > *")];
  const within = (part, kind) => [...(part.matches(kind) ? [part] : []), ...part.querySelectorAll(kind)];

  function markAll() {
    waiting.length = 0;
    measure(parts().flatMap((part) => within(part, FORMULA)));
    reach(parts().flatMap((part) => within(part, BOX)));
  }

  /* The same where a reader comes near, a batch at a time, whenever the browser has nothing better to do:
     the browser has not laid out the rest (book.css), and to measure it would be to have it do so. */
  const idle = window.requestIdleCallback || ((task) => setTimeout(task, 1));       // Safari has none
  function next() {
    const task = waiting.shift();
    if (!task) return;
    task();
    idle(next);
  }

  const near = new IntersectionObserver((seen) => {
    for (const part of seen.filter((entry) => entry.isIntersecting).map((entry) => entry.target)) {
      near.unobserve(part);
      const formulas = within(part, FORMULA);
      for (let at = 0; at < formulas.length; at += BATCH) {
        waiting.push(() => measure(formulas.slice(at, at + BATCH)));
      }
      waiting.push(() => reach(within(part, BOX)));
    }
    idle(next);
  }, { rootMargin: "100% 0px" });

  /* At another width all is to be measured anew. */
  function begin() {
    waiting.length = 0;
    near.disconnect();
    for (const part of parts()) near.observe(part);
  }

  /* And what was folded had no width. */
  function unfolded(event) {
    const part = parts().find((it) => it.contains(event.target));
    if (part) near.observe(part);
  }

  addEventListener("load", () => {
    document.fonts.ready.then(begin);
    document.addEventListener("toggle", unfolded, true);
    addEventListener("resize", begin);
    addEventListener("beforeprint", markAll);
  });
})();
