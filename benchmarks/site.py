"""How heavy the site's pages are and how soon they can be read on a slow phone; Lighthouse's scores.

Usage: python benchmarks/site.py [--repeat 5] [--only pages|lighthouse]

Measures _build/html (`make book` first), served on 127.0.0.1 with gzip. Weight is what goes over the wire,
compressed, with an empty cache: before a reader moves, and until every figure is drawn and every picture shown, the
interactive figures' library apart. Readable is the largest contentful paint, with the processor slowed four times
and a line of 1.6 Mbit/s and 150 ms, which are Lighthouse's own figures for a slow phone. Lighthouse is fetched from
npm into .venv-bench, with the Node it asks for. Prints tables and writes them to benchmarks/site.md, with every
single run in site.json.
"""

import argparse
import functools
import gzip
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from measuring import HERE, ROOT, cell, described, machine
from playwright.sync_api import sync_playwright

SITE = ROOT / "_build" / "html"
TOOLS = ROOT / ".venv-bench"
LIGHTHOUSE = "lighthouse@13.5.0"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCORES = ("performance", "accessibility", "best-practices", "seo")
COMPRESSED = (".html", ".js", ".css", ".svg", ".json", ".map")
LATENCY, BANDWIDTH, SLOWDOWN = 150, 1.6e6 / 8, 4            # milliseconds, bytes a second, times
# What a page has painted and how far it has shifted, once it is at rest.
PAINTED = """() => new Promise((done) => {
    const seen = { paint: 0, shift: 0 };
    new PerformanceObserver((list) => { for (const it of list.getEntries()) seen.paint = it.startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => { for (const it of list.getEntries()) seen.shift += it.value; })
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(seen), 300);
})"""


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Files, gzipped as a web server does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            self.send_error(404)
            return
        content = file.read_bytes()
        small = file.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", "")
        content = gzip.compress(content, 6, mtime=0) if small else content
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=3600")
        if small:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


def pages():
    """The landing page and the chapters, by file name, in their order."""
    text = (ROOT / "book" / "_toc.yml").read_text(encoding="utf-8")
    names = [line.split("file:")[1].strip() for line in text.splitlines() if "- file:" in line]
    chapters = [name for name in names if (ROOT / "solutions" / name).is_dir()]
    return ["index", *chapters]


def chromium():
    found = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    return found or sys.exit("Chromium is missing: run tools/setup.sh chromium:chromium")


# --- Weight and time ----------------------------------------------------------------------------------


def visit(browser, address):
    """One visit with an empty cache on a slow phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    send, sizes, names = context.new_cdp_session(page), {}, {}
    send.on("Network.responseReceived", lambda it: names.update({it["requestId"]: it["response"]["url"]}))
    send.on("Network.loadingFinished", lambda it: sizes.update({it["requestId"]: it["encodedDataLength"]}))
    send.send("Network.enable")
    send.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": LATENCY, "downloadThroughput": BANDWIDTH, "uploadThroughput": BANDWIDTH})
    send.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(address, wait_until="networkidle", timeout=120_000)
    seen = page.evaluate(PAINTED)
    first = sum(sizes.values())
    # What a reader who reads on will have loaded: figures, pictures, the letters of all formulas.
    page.evaluate("""() => {
        for (const part of document.querySelectorAll(".bd-article section")) part.style.contentVisibility = "visible";
        for (const picture of document.images) picture.loading = "eager";
        return window.MindTheGap && MindTheGap.drawAll();
    }""")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    page.wait_for_load_state("networkidle")
    context.close()
    library = sum(size for request, size in sizes.items() if "/jsxgraph" in names.get(request, ""))
    return {"requests": len(sizes), "first": first / 1000, "kilobytes": (sum(sizes.values()) - library) / 1000,
            "library": library / 1000, "readable": seen["paint"] / 1000, "shift": seen["shift"]}


def measure_pages(address, repeat):
    runs = {name: [] for name in pages()}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for _ in range(repeat):
            for name in runs:
                runs[name].append(visit(browser, f"{address}/{name}.html"))
        browser.close()
    return runs


def report_pages(runs):
    lines = ["## Weight, and time until a page can be read", "",
             "On a slow phone: a line of 1.6 Mbit/s and 150 ms, a processor four times slower.", "",
             "| page | kB, compressed, at first | read to the end | figures' library (kB) | requests "
             "| readable after (s) | layout shift |",
             "|---|---:|---:|---:|---:|---:|---:|"]
    for name, found in runs.items():
        cells = [cell(found, what, digits) for what, digits in (
            ("first", 0), ("kilobytes", 0), ("library", 0), ("requests", 0), ("readable", 2), ("shift", 3))]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, ""]


# --- Lighthouse ---------------------------------------------------------------------------------------


def lighthouse():
    """The command, after fetching it from npm if need be."""
    folder, node = TOOLS / "lighthouse", TOOLS / "bin"
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists():
        subprocess.run([node / "npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts",
                        LIGHTHOUSE], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       env={**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"})
    return [node / "node", program]


def scores(command, address):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.json")
        subprocess.run([
            *command, address, "--quiet", "--output=json", f"--output-path={file}",
            f"--only-categories={','.join(SCORES)}", f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
        ], check=True, stdin=subprocess.DEVNULL, env={**os.environ, "CHROME_PATH": chromium()})
        report = json.loads(file.read_text())
    failed = sorted(
        reference["id"] for name in SCORES[1:] for reference in report["categories"][name]["auditRefs"]
        if reference["weight"] and report["audits"][reference["id"]]["score"] not in (None, 1))
    return {**{name: 100 * report["categories"][name]["score"] for name in SCORES},
            "layout shift": report["audits"]["cumulative-layout-shift"]["numericValue"], "failed": failed}


def measure_lighthouse(address, repeat):
    command = lighthouse()
    runs = {name: [] for name in pages()}
    for _ in range(repeat):
        for name in runs:
            runs[name].append(scores(command, f"{address}/{name}.html"))
    return runs


def report_lighthouse(runs):
    lines = ["## Lighthouse", "",
             f"{LIGHTHOUSE.replace('@', ' ')}, its slow phone. Medians; what failed besides speed is named.", "",
             "| page | performance | accessibility | best practices | SEO | layout shift | failed |",
             "|---|---:|---:|---:|---:|---:|---|"]
    for name, found in runs.items():
        cells = [cell(found, score, 0) for score in SCORES] + [cell(found, "layout shift", 3)]
        failed = sorted({audit for run in found for audit in run["failed"]})
        lines.append(f"| {name} | {' | '.join(cells)} | {', '.join(failed) or 'nothing'} |")
    return [*lines, ""]


# --- All runs -----------------------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5, help="visits of each page (default: 5)")
    parser.add_argument("--only", choices=["pages", "lighthouse"], help="measure only this, and keep the other")
    arguments = parser.parse_args()
    if not (SITE / "index.html").exists():
        sys.exit("There is no site in _build/html: run make book.")
    where = machine()
    text = ["# The site, measured", "", "Written by `benchmarks/site.py`, served with gzip. Medians, the range of",
            "the runs in brackets.", "", described(where), ""]
    results = json.loads((HERE / "site.json").read_text()) if arguments.only else {}
    handler = functools.partial(Compressing, directory=SITE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        for name, measured, report in [("pages", measure_pages, report_pages),
                                       ("lighthouse", measure_lighthouse, report_lighthouse)]:
            if arguments.only in (None, name):
                results[name] = measured(address, arguments.repeat)
            lines = report(results[name])
            print("\n".join(lines), flush=True)
            text += lines
        server.shutdown()
    heaviest = max(results["pages"], key=lambda name: statistics.median(
        run["kilobytes"] for run in results["pages"][name]))
    text += [f"The heaviest page is `{heaviest}`.", ""]
    (HERE / "site.md").write_text("\n".join(text), encoding="utf-8")
    (HERE / "site.json").write_text(json.dumps({**results, "machine": where}, indent=1) + "\n")


if __name__ == "__main__":
    main()
