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
  });
  addEventListener("afterprint", () => {
    for (const details of before.folded) details.open = false;
    document.documentElement.dataset.theme = before.theme;
  });

  function mark() {
    for (const formula of document.querySelectorAll(".bd-article span.math")) {
      // A short formula in a line stays whole, and the comma after it with it. A long one breaks
      // between its terms; one with a term wider than the page scrolls.
      const room = formula.closest("p, li, dd, td, th, figcaption, caption, div").clientWidth;
      const widths = [...formula.querySelectorAll(".base")].map((term) => term.offsetWidth);
      formula.classList.toggle("mtg-whole", widths.reduce((sum, width) => sum + width, 0) < 0.6 * room);
      formula.classList.toggle("mtg-wide", room > 0 && Math.max(0, ...widths) > room);
    }
    for (const box of document.querySelectorAll(".math-scroll, .bd-article span.math")) {
      if (box.clientWidth && box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }
  addEventListener("load", () => {
    document.fonts.ready.then(mark);
    addEventListener("resize", mark);
  });
})();
