/* Formulas find room: in a line they break where they may, and what scrolls sideways can be reached
   with the keyboard, while what fits is no stop on the way. (The theme sees to code and tables.) */
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
    document.documentElement.dataset.theme = "light";
    if (window.MindTheGap) MindTheGap.drawLoaded();
  });
  addEventListener("afterprint", () => {
    for (const details of before.folded) details.open = false;
    document.documentElement.dataset.theme = before.theme;
  });

  const BATCH = 30;                      // formulas: a batch takes a phone a few milliseconds
  let measuring = 0;                     // counts the rounds, so that a new one ends an older one

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

  const formulas = () => [...document.querySelectorAll(".bd-article span.math")];
  const boxes = () => [...document.querySelectorAll(".math-scroll, .bd-article span.math.mtg-wide")];

  function markAll() {
    measuring += 1;
    measure(formulas());
    reach(boxes());
  }

  /* The same, a batch at a time, whenever the browser has nothing better to do. */
  function markInTurns() {
    const round = (measuring += 1), all = formulas();
    const idle = window.requestIdleCallback || ((task) => setTimeout(task, 1));     // Safari has none
    let at = 0;
    idle(function next() {
      if (round !== measuring) return;
      measure(all.slice(at, at + BATCH));
      at += BATCH;
      if (at < all.length) idle(next);
      else reach(boxes());
    });
  }

  addEventListener("load", () => {
    document.fonts.ready.then(markInTurns);
    addEventListener("resize", markAll);
    addEventListener("beforeprint", markAll);
  });
})();
