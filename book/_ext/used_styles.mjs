// For light_pages.py: a style sheet on stdin, run in the site's folder; on stdout the rules that some page may use.
// A rule stays if every name and every value in its selector occurs in a page or a script, in whatever sense.
import { readFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const names = (text) => text.match(/[\w-]+/g) ?? [];
const values = (text) => text.match(/[^\s"'`<>=]+/g) ?? []; // of attributes: [src$=".svg"]
const [{ css }] = await new PurgeCSS().purge({
  content: ["**/*.html", "_static/**/*.js"],
  defaultExtractor: (text) => [...names(text), ...values(text)],
  css: [{ raw: readFileSync(0, "utf8") }],
  safelist: [/^bs-/], // Bootstrap's script composes these
});
process.stdout.write(css);
