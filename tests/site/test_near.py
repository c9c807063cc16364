"""What a browser does for a section only when a reader comes near it: lay it out, measure its formulas."""

import pytest
from browsing import ALL_LAID_OUT, DESKTOP, PHONE, TOUCH, watch

LONG = "divergence.html"                                    # the page with the most formulas
SKIPPED = """() => [...document.querySelectorAll(".bd-article > section > section > :not(h2)")]
    .map((it) => !it.checkVisibility({ contentVisibilityAuto: true }))"""
SCROLL = ".math-scroll, span.math.mtg-wide, .bd-article pre, .pst-scrollable-table-container"


@pytest.fixture
def page(browser):
    """A page that nothing has been done to."""
    page = browser.new_page(viewport=DESKTOP)
    visit = watch(page)
    yield page
    page.close()
    assert not visit.complaints


@pytest.fixture
def phone(browser, site):
    context = browser.new_context(**TOUCH)
    page = context.new_page()
    page.goto((site / LONG).as_uri(), wait_until="load")
    page.evaluate("document.fonts.ready.then(() => true)")
    yield page
    context.close()


def top_of(page, heading):
    return page.evaluate("(id) => document.getElementById(id).querySelector('h2, h3').getBoundingClientRect().top",
                         heading)


def test_most_of_a_long_page_is_not_laid_out_at_first(page, site):
    page.goto((site / LONG).as_uri(), wait_until="load")
    skipped = page.evaluate(SKIPPED)
    assert sum(skipped) > 0.7 * len(skipped)


def test_no_script_has_the_whole_page_laid_out(page, site):
    """Nothing asks for the size of what is far away: the browser would lay it out to answer."""
    page.add_init_script("""
        window.asked = new Set();
        for (const name of ["clientWidth", "scrollWidth", "clientHeight", "scrollHeight", "offsetWidth"]) {
            const owner = name.startsWith("offset") ? HTMLElement.prototype : Element.prototype;
            const { get } = Object.getOwnPropertyDescriptor(owner, name);
            Object.defineProperty(owner, name, { get() {
                if (!this.checkVisibility({ contentVisibilityAuto: true }) &&
                    this.closest(".bd-article > section > section > *")) asked.add(this.className);
                return get.call(this);
            } });
        }""")
    page.goto((site / LONG).as_uri(), wait_until="load")
    page.wait_for_timeout(500)
    page.mouse.wheel(0, 1500)
    page.wait_for_timeout(500)
    assert page.evaluate("[...asked]") == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_address_with_a_section_leads_there(page, site, viewport):
    page.set_viewport_size(viewport)
    page.goto((site / LONG).as_uri(), wait_until="load")
    headings = page.evaluate("[...document.querySelectorAll('.bd-article section section')].map((it) => it.id)")
    assert len(headings) > 8
    for heading in [headings[-5], headings[2], headings[len(headings) // 2]]:
        page.goto("about:blank")
        page.goto((site / LONG).as_uri() + "#" + heading, wait_until="load")
        page.wait_for_timeout(700)
        assert 50 < top_of(page, heading) < 110, heading


def test_the_table_of_contents_leads_to_its_sections(page, site):
    page.goto((site / LONG).as_uri(), wait_until="load")
    links = page.locator(".page-toc a.nav-link:visible")
    for place in (-5, 1, -8):
        link = links.nth(links.count() + place if place < 0 else place)
        heading = link.get_attribute("href").removeprefix("#")
        link.click()
        page.wait_for_timeout(1_200)                        # the page scrolls smoothly
        assert 50 < top_of(page, heading) < 110, heading


def test_what_scrolls_can_be_reached_with_the_keyboard_where_a_reader_is(phone):
    wide = f"""() => [...document.querySelectorAll("{SCROLL}")].filter((box) => {{
        const {{ top, bottom }} = box.getBoundingClientRect();
        return bottom > 0 && top < innerHeight && box.scrollWidth > box.clientWidth;
    }}).map((box) => box.tabIndex)"""
    seen = []
    height = phone.evaluate("document.documentElement.scrollHeight")
    for y in range(0, min(height, 12_000), 700):
        phone.evaluate("(y) => scrollTo({ top: y, behavior: 'instant' })", y)
        phone.wait_for_function(f"({wide})().every((index) => index === 0)", timeout=5_000)
        seen += phone.evaluate(wide)
    assert len(seen) > 3


def test_a_page_stays_where_it_is_while_sections_above_are_laid_out(phone):
    """From the end upwards, what a reader looks at moves with the finger and no further."""
    phone.evaluate("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")
    phone.wait_for_timeout(300)
    for _ in range(12):
        phone.evaluate("""() => { const all = [...document.querySelectorAll(".bd-article p, .bd-article h2")];
            window.mark = all.find((it) => { const { top } = it.getBoundingClientRect();
                return it.checkVisibility({ contentVisibilityAuto: true }) && top > 100 && top < innerHeight; });
            window.before = mark.getBoundingClientRect().top;
            scrollBy({ top: -400, behavior: "instant" }); }""")
        phone.wait_for_timeout(150)
        assert abs(phone.evaluate("mark.getBoundingClientRect().top - before") - 400) < 3


def test_formulas_of_an_answer_are_measured_when_it_is_unfolded(phone):
    answer = phone.locator(".bd-article details:not(.cell *)").filter(has=phone.locator("span.math")).first
    answer.scroll_into_view_if_needed()
    answer.evaluate("(box) => box.querySelectorAll('.mtg-whole').forEach((it) => it.classList.remove('mtg-whole'))")
    answer.locator("summary").click()
    answer.locator(".mtg-whole").first.wait_for(timeout=5_000)
    cut = answer.evaluate("""(box) => [...box.querySelectorAll("span.math:not(.mtg-wide)")].filter((formula) =>
        [...formula.querySelectorAll(".base")].some((it) => it.getBoundingClientRect().right > innerWidth)).length""")
    assert cut == 0


@pytest.mark.parametrize("options", [{"viewport": DESKTOP}, TOUCH], ids=["desktop", "phone"])
def test_heights_are_nearly_right_before_a_section_is_laid_out(browser, site, options):
    """What section_heights.py has reckoned against what the browser makes of it."""
    context = browser.new_context(**options)
    page = context.new_page()
    height = "() => [...document.querySelectorAll('.bd-article > section > section')].map((it) => it.offsetHeight)"
    for name in (LONG, "vae.html", "instructors.html"):
        page.goto((site / name).as_uri(), wait_until="load")
        reckoned = page.evaluate(height)
        page.add_style_tag(content=ALL_LAID_OUT)
        page.evaluate("window.MindTheGap && MindTheGap.drawAll()")
        actual = page.evaluate(height)
        assert sum(reckoned) == pytest.approx(sum(actual), rel=0.15), name
        assert reckoned != actual
    context.close()


def test_a_picture_has_its_place_before_it_is_there(page, site):
    """And is not fetched before a reader comes near."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / LONG).as_uri(), wait_until="load")
    pictures = page.locator(".bd-article img")
    count = pictures.count()
    assert count > 4 and sum(".svg" in address for address in asked) < count
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        before = picture.bounding_box()
        page.wait_for_function("(it) => it.complete && it.naturalWidth > 0", arg=picture.element_handle())
        after = picture.bounding_box()
        natural = picture.evaluate("(it) => it.naturalHeight / it.naturalWidth")
        assert after["height"] == pytest.approx(before["height"], abs=1)
        assert after["height"] / after["width"] == pytest.approx(natural, rel=0.01)
