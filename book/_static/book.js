/* Formulas find room: in a line they break where they may, and what scrolls sideways can be reached
   with the keyboard, while what fits is no stop on the way. (The theme sees to code and tables.) */
(function () {
  "use strict";
  // Search quotes from the pages it finds by fetching them, which a browser refuses a page from disk.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

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
