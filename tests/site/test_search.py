"""Finding the book and finding things in it: search, descriptions, cards of shared links."""

import re
import sys
from urllib.parse import quote

import pytest
from course import ROOT

sys.path.insert(0, str(ROOT / "book" / "_ext"))
from page_heads import LONGEST, greek, tags  # noqa: E402


def results(browser, site, query):
    """The addresses that search finds, best first, on a page opened from disk."""
    page = browser.new_page()
    page.goto(f"{(site / 'search.html').as_uri()}?q={quote(query)}")
    page.wait_for_function("/found|not match/.test(document.querySelector('.search-summary')?.textContent)")
    found = page.locator("#search-results ul.search li a").evaluate_all(
        "links => links.map((link) => link.getAttribute('href'))")
    page.close()
    return found


@pytest.mark.parametrize("query, wanted", [
    ("KL", "api/distributions.html#varinf.distributions.kl"),
    ("KL divergence", "divergence.html"),
    ("ELBO", "elbo.html"),
    ("evidence lower bound", "elbo.html"),
    ("psis", "api/checking.html#varinf.checking.psis"),
    ("Pareto", "checking.html"),
    ("k̂", "checking.html"),
    ("log_evidence", "api/evidence.html#varinf.evidence.BetaBernoulli.log_evidence"),
    ("varinf.sgvb.fit", "api/sgvb.html#varinf.sgvb.fit"),
    ("reparameterization_gradient", "api/sgvb.html#varinf.sgvb.reparameterization_gradient"),
    ("λ", "notation.html"),
    ("Λ", "notation.html"),
    ("lambda", "notation.html"),
    ("Jensen's inequality", "elbo.html"),
    ("VAE", "vae.html"),
    ("mean field", "mean_field.html"),
])
def test_search_finds_what_a_reader_types(browser, site, query, wanted):
    found = results(browser, site, query)
    assert any(address.split("#")[0] == wanted or address == wanted for address in found[:12]), found[:15]


def test_search_has_an_answer_to_every_letter_of_the_notation(browser, site):
    source = (ROOT / "book" / "notation.md").read_text(encoding="utf-8")
    letters = {letter for name in re.findall(r"\\([A-Za-z]+)", source) if (letter := greek(name))}
    assert {"θ", "φ", "α"} <= letters
    assert not [letter for letter in sorted(letters) if "notation.html" not in
                {address.split("#")[0] for address in results(browser, site, letter)}]


# ------------------------------------------------------------------ heads of pages


@pytest.fixture(scope="module")
def heads(site, names):
    def read(name):
        head = (site / name).read_text(encoding="utf-8").split("</head>")[0]
        return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', head)), head
    return {name: read(name) for name in names}


def test_every_page_has_a_description_of_its_own(heads):
    described = {name: meta.get("description", "") for name, (meta, _) in heads.items()}
    assert not {name: text for name, text in described.items() if not 40 < len(text) <= LONGEST + 2}
    assert len(set(described.values())) == len(described)
    assert not {name: text for name, text in described.items() if re.search(r"[\\${}]|_ |\s\s", text)}


def test_every_page_has_a_card_and_an_icon(heads):
    for name, (meta, head) in heads.items():
        assert meta["og:title"] and meta["og:type"] == "article", name
        assert meta["og:site_name"] == "Mind the Gap", name
        assert meta["og:description"] == meta["twitter:description"] == meta["description"], name
        assert re.search(r'<link rel="icon" href="(\.\./)*_static/icon\.svg"', head), name


def test_without_an_address_no_card_names_one(heads):
    assert "og:image" not in heads["index.html"][0] and "og:url" not in heads["index.html"][0]


def test_with_an_address_picture_and_page_are_absolute(site):
    made = tags("A title", "What it's about", "api/elbo.html", "https://example.org/gap/", "Mind the Gap")
    assert '<meta property="og:url" content="https://example.org/gap/api/elbo.html" />' in made
    picture = re.search(r'property="og:image" content="https://example\.org/gap/([^"]+)"', made)[1]
    assert (site / picture).is_file()
    assert 'name="twitter:card" content="summary_large_image"' in made
    assert "What it&#x27;s about" in made
