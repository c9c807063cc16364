"""What README says of the chapters is what the chapters say of themselves."""

import re

from course import ROOT


def test_the_readme_gives_every_chapter_its_title_and_reading_time(site):
    rows = re.findall(r"^\| (\d+)\. (.+?) \|.*\| (\d+) min \|$", (ROOT / "README.md").read_text(), flags=re.M)
    pages = [line.split()[-1] for line in (ROOT / "book" / "_toc.yml").read_text().splitlines() if "file:" in line]
    chapters = [name for name in pages if (ROOT / "solutions" / name).is_dir()]
    assert len(rows) == len(chapters), "README lists the chapters of _toc.yml, one row each"
    for (number, title, minutes), name in zip(rows, chapters):
        source = (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
        page = (site / f"{name}.html").read_text(encoding="utf-8")
        assert re.search(rf"^# {re.escape(title)}$", source, flags=re.M), f"README calls chapter {number} {title!r}"
        measured = re.search(r"Reading time: about (\d+) minutes", page)[1]
        assert measured == minutes, f"README says {minutes} min for {name}; the page says {measured}"
