from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest

from jihe_audit.export.overview import Overview, batch_page
from jihe_audit.export.pages import page_path, report_page
from jihe_audit.export.records import ReportRecord
from jihe_audit.export.sarif import sarif
from jihe_audit.issues import citing
from jihe_audit.rulebook import load

MakeRecord = Callable[..., ReportRecord]
HOSTILE = "=cmd| <script>window.evil=1</script></script><img src=x onerror=evil()> {{js}} \x00\x07 𠮷😀\u2028"


class Text(HTMLParser):
    """Tags and text of a page, scripts apart."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href") and value:
                self.outside.append(value)


def parsed(page: str) -> Text:
    parser = Text()
    parser.feed(page)
    return parser


def test_the_page_fetches_nothing(make_record: MakeRecord) -> None:
    page = report_page(make_record(findings=4), citing(load()))
    overview = Overview()
    overview.add(make_record())
    for text in (page, batch_page(overview, [make_record().summary])):
        assert "default-src 'none'" in text
        assert all(u.startswith(("data:", "../", "#")) for u in parsed(text).outside)
        assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest", text)


def test_hostile_text_stays_text(make_record: MakeRecord) -> None:
    page = report_page(make_record("<b>.txt", extra=HOSTILE, unit="<i>局</i>"), citing(load()))
    tags = parsed(page).tags
    assert tags.count("script") == 2 and "img" not in tags and "i" not in tags and "b" not in tags
    content = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert "<script>window.evil=1</script>" in content["findings"][0]["message"]


def test_every_figure_and_all_evidence_is_marked(make_record: MakeRecord) -> None:
    page = report_page(make_record(), citing(load()))
    body = page.split('id="text">')[1].split("</section>")[0]
    assert body.count('class="c e"') == 3
    assert len(re.findall(r'data-e="0"', body)) == 3
    picture = json.loads(page.split('id="data">')[1].split("</script>")[0])["findings"][0]["picture"]
    assert picture["computed"][0] == 0 and picture["stated"][1] == 1
    assert picture["words"] == ["159.995 至 160.005万元", "149.99 至 150.01万元"]


def test_the_broken_branch_of_the_tree_is_marked(make_record: MakeRecord) -> None:
    page = report_page(make_record(), citing(load()))
    tree = page.split('id="tree"')[1].split("</section>")[0]
    assert tree.count('class="edge fail"') == 2


def test_sarif_has_the_form_of_its_standard(make_record: MakeRecord) -> None:
    record = make_record(findings=3)
    log = json.loads(json.dumps(sarif([record], load().rules, "0.1.0")))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0" and run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    lines = record.text.split("\n")
    for result, finding in zip(run["results"], record.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        assert result["level"] in ("error", "warning", "note")
        assert result["partialFingerprints"] == {"jihe/v1": finding.fingerprint}
        place = result["locations"][0]["physicalLocation"]
        region = place["region"]
        quote = lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]
        assert quote == region["snippet"]["text"] == finding.evidence[0].quote
        assert place["artifactLocation"]["uri"].startswith("text/")
        assert [x["id"] for x in result["relatedLocations"]] == [1, 2]


def test_sarif_keeps_to_the_limits_of_its_standard(make_record: MakeRecord) -> None:
    """What the published schema demands: enumerations, least values, unique items, references that are no text."""
    first, second = make_record("甲 乙/#%.txt", findings=4), make_record("丙.txt", findings=2)
    accepted = msgspec.structs.replace(first.findings[0], accepted="已说明", status="unchanged")
    first = msgspec.structs.replace(first, findings=(accepted, *first.findings[1:]))
    log = json.loads(json.dumps(sarif([first, second], load().rules, "0.1.0")))
    assert set(log) == {"$schema", "version", "runs"}
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", driver["language"])
    names = [rule["id"] for rule in driver["rules"]]
    assert len(set(names)) == len(names)
    uris = [a["location"]["uri"] for a in run["artifacts"]]
    assert len(set(uris)) == len(uris) == 2 and uris[0] == "text/%E7%94%B2%20%E4%B9%99/%23%25.txt.txt"
    for result in run["results"]:
        assert result["baselineState"] in ("new", "unchanged") if "baselineState" in result else True
        assert result["message"]["text"] and 0 <= result["ruleIndex"] < len(names)
        related = result.get("relatedLocations", [])
        assert len({x["id"] for x in related}) == len(related)
        for location in (*result["locations"], *related):
            place = location["physicalLocation"]
            assert place["artifactLocation"]["uri"] in uris
            region = place["region"]
            assert region["charOffset"] >= 0 and region["charLength"] >= 1
            assert all(region.get(k, 1) >= 1 for k in ("startLine", "startColumn", "endLine", "endColumn"))
    assert run["results"][0]["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "已说明"}]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    import shutil

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium")
    with playwright.sync_playwright() as p:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = p.chromium.launch(executable_path=path, args=flags)
        yield started
        started.close()


class Tab:
    """A browser tab that remembers what went wrong in it."""

    def __init__(self, browser: Any, path: Path) -> None:
        self.page = browser.new_page(viewport={"width": 1300, "height": 850})
        self.wrong: list[str] = []
        self.page.on("console", lambda m: self.wrong.append(m.text))
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on(
            "request", lambda r: self.wrong.append(r.url) if not r.url.startswith(("file:", "data:")) else None
        )
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)


def test_the_report_page_works_in_a_browser(browser: Any, tmp_path: Path, make_record: MakeRecord) -> None:
    path = tmp_path / "a.html"
    record = make_record(findings=6, extra=HOSTILE)
    path.write_bytes(report_page(record, citing(load())).encode("utf-8", "replace"))
    tab = Tab(browser, path)
    page = tab.page
    assert page.locator("#list li").count() == 6
    page.locator("#list li").first.click()
    assert page.locator(".lit").count() == 3
    assert page.locator("#list li .formula").inner_text() == "100.00+50.00=150.00≠160.00"
    assert page.locator("svg.intervals rect").count() == 2
    box = page.locator(".lit.first").first.bounding_box()
    assert 0 <= box["y"] <= 850
    page.keyboard.press("j")
    assert page.locator("#list li[aria-selected=true]").get_attribute("data-i") == "1"
    page.keyboard.press("/")
    page.keyboard.type("第3处")
    assert page.locator("#list li").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("#list li").count() == 6
    page.click("button[data-level=error]")
    assert page.locator("#list li").count() == 5
    page.click("button[data-tab=tree]")
    assert page.locator("path.edge.fail").first.is_visible()
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible() and page.locator("#text").is_visible()
    assert page.evaluate("window.evil") is None
    assert tab.wrong == []


def test_a_click_on_a_figure_finds_its_finding(browser: Any, tmp_path: Path, make_record: MakeRecord) -> None:
    path = tmp_path / "a.html"
    path.write_text(report_page(make_record(), citing(load())), encoding="utf-8")
    page = Tab(browser, path).page
    page.locator("[data-e]").last.click()
    assert page.locator("#list li[aria-selected=true]").count() == 1
    assert "#f=" in page.url


def test_a_large_batch_is_quick_in_a_browser(browser: Any, tmp_path: Path, make_record: MakeRecord) -> None:
    overview, summaries = Overview(), []
    for n in range(500):
        record = make_record(f"{n:03d}.txt", findings=40, unit=f"第{n}街道办事处")
        overview.add(record)
        summaries.append(record.summary)
    path = tmp_path / "index.html"
    path.write_text(batch_page(overview, summaries), encoding="utf-8")
    assert len(overview.findings) == 20_000
    tab = Tab(browser, path)
    page = tab.page
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert paint < 2_000  # a second on an idle machine; tests share theirs
    page.fill("#find-finding", "第19处")
    took = page.evaluate(
        "() => { const i = document.querySelector('#find-finding'); i.value = '第20处';"
        " const t = performance.now(); i.dispatchEvent(new Event('input')); return performance.now() - t; }"
    )
    assert took < 200
    assert page.locator("#findings .row").count() < 60
    assert page.inner_text("#n-finding").startswith("500 ")
    page.click("#reports .head .cell:nth-child(4)")
    assert page.locator("#reports .head .cell:nth-child(4)").get_attribute("aria-sort") == "ascending"
    page.focus("#findings")
    page.keyboard.press("ArrowDown")
    assert page.locator("#findings .row.at").count() == 1
    href = page.locator("#findings .row.at a").get_attribute("href")
    assert href is not None and href.startswith("%E6%8A%A5" if href.startswith("%") else "报告页/")
    assert tab.wrong == []


def test_a_printed_batch_shows_every_finding(browser: Any, tmp_path: Path, make_record: MakeRecord) -> None:
    overview = Overview()
    records = [make_record(f"{n}.txt", findings=40, unit=f"第{n}街道办事处") for n in range(5)]
    for record in records:
        overview.add(record)
    path = tmp_path / "index.html"
    path.write_text(batch_page(overview, [r.summary for r in records]), encoding="utf-8")
    tab = Tab(browser, path)
    tab.page.pdf(path=str(tmp_path / "a.pdf"), prefer_css_page_size=True)
    pdf = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    words = "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)
    shown = [f for r in records for f in r.findings if f.severity != "info"]
    assert all(r.summary.unit in words for r in records)
    assert words.count("确定矛盾") + words.count("疑点") >= len(shown)
    assert pdf[0].get_width() > pdf[0].get_height()


def test_pages_fit_a_narrow_and_a_dark_window(browser: Any, tmp_path: Path, make_record: MakeRecord) -> None:
    record = make_record(findings=6)
    overview = Overview()
    overview.add(record)
    one, all_ = tmp_path / "a.html", tmp_path / "index.html"
    one.write_text(report_page(record, citing(load())), encoding="utf-8")
    all_.write_text(batch_page(overview, [record.summary]), encoding="utf-8")
    for path in (one, all_):
        page = browser.new_page(viewport={"width": 400, "height": 800}, color_scheme="dark")
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready]", state="attached")
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        red, green, blue = re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))[:3]
        assert max(int(red), int(green), int(blue)) < 60
        assert all(b["x"] + b["width"] <= 400 for b in (s.bounding_box() for s in page.locator("svg.chart").all()))
        if path == one:
            assert page.locator("#list").bounding_box()["y"] < page.locator("#text").bounding_box()["y"]
            page.keyboard.press("j")
            lit = page.locator(".lit.first").first.bounding_box()
            side = page.locator(".side").bounding_box()
            assert side["y"] + side["height"] <= lit["y"] + 1 and lit["y"] < 800
        page.close()


def test_no_column_of_the_overview_is_cut_off(browser: Any, tmp_path: Path, make_record: MakeRecord) -> None:
    overview, record = Overview(), make_record(findings=6)
    overview.add(record)
    path = tmp_path / "index.html"
    path.write_text(batch_page(overview, [record.summary]), encoding="utf-8")
    page = Tab(browser, path).page
    for grid in ("#reports", "#findings"):
        room = page.locator(grid).bounding_box()
        last = page.locator(f"{grid} .row .cell:last-child").first.bounding_box()
        assert last["x"] + last["width"] <= room["x"] + room["width"] + 1 and last["width"] > 100


def test_page_paths_keep_the_folder() -> None:
    assert page_path("甲/乙.txt") == "报告页/甲/乙.txt.html"


def test_a_page_holds_every_finding(make_record: MakeRecord) -> None:
    record = make_record(findings=200)
    page = report_page(record, citing(load()))
    assert all(f.fingerprint in page for f in record.findings)
