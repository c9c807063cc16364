// Renders maths for build_time_maths.py: one JSON request a line on stdin, one JSON answer a line
// on stdout, until stdin closes.
const katex = require(process.argv[2]);
const options = JSON.parse(process.argv[3]);
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const { latex, displayMode } = JSON.parse(line);
  let answer;
  try {
    // KaTeX writes to the macros it is given when a formula defines one: hand each its own copy.
    const macros = { ...options.macros };
    answer = { html: katex.renderToString(latex, { ...options, macros, displayMode }) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
