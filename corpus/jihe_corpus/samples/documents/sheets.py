"""The report's tables as a workbook, and the report as a web page in GBK."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook

from jihe_corpus.samples.documents.report import Paragraph, Report, Sheet


def write_xlsx(report: Report) -> bytes:
    """A workbook with a sheet for each table; percentages are stored as fractions with a number format."""
    book = Workbook()
    book.remove(book.active)
    for sheet in report.sheets():
        page = book.create_sheet(sheet.caption.split()[-1][:20])
        page.cell(1, 1, sheet.caption)
        page.cell(2, 1, f"单位：{sheet.unit}")
        for place in sheet.cells:
            cell = page.cell(place.row + 3, place.col + 1)
            value, style = _stored(place.text)
            cell.value = value
            if style:
                cell.number_format = style
            if place.rowspan > 1 or place.colspan > 1:
                page.merge_cells(
                    start_row=place.row + 3,
                    start_column=place.col + 1,
                    end_row=place.row + place.rowspan + 2,
                    end_column=place.col + place.colspan,
                )
    hidden = book.create_sheet("底稿")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "草稿 1.00"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _stored(text: str) -> tuple[str | float | None, str]:
    """How a clerk's sheet holds a figure."""
    number = text.removesuffix("%")
    if not text or not number.replace(".", "", 1).isdecimal():
        return text or None, ""
    places = len(number.partition(".")[2])
    pattern = "0." + "0" * places if places else "0"
    if text.endswith("%"):
        return round(float(number) / 100, places + 2), pattern + "%"
    return float(number), pattern


def write_html(report: Report, encoding: str = "gbk", declared: str = "utf-8") -> bytes:
    """A web page whose declared charset is wrong, with navigation around the report."""
    parts = [
        f'<html><head><meta charset="{declared}"><title>信息公开</title><style>p{{margin:0}}</style></head><body>',
        '<div class="nav"><a href="/">首页</a> <a href="/x">政务公开</a></div>',
        '<div class="position">当前位置：首页 &gt; 预算公开</div><div id="zoom">',
    ]
    for part in report.parts:
        parts.append(_html_sheet(part) if isinstance(part, Sheet) else _html_paragraph(part))
    parts.append(
        '</div><p>【打印】【关闭】</p><div class="footer">版权所有 2024 网站标识码0000000000</div></body></html>'
    )
    return "\n".join(parts).encode(encoding)


def _html_paragraph(part: Paragraph) -> str:
    tag = "h1" if part.level == 9 else "p"
    return f"<{tag}>\u3000\u3000{part.text}</{tag}>"


def _html_sheet(sheet: Sheet) -> str:
    rows: dict[int, list[str]] = {}
    for place in sheet.cells:
        spans = f' rowspan="{place.rowspan}"' if place.rowspan > 1 else ""
        spans += f' colspan="{place.colspan}"' if place.colspan > 1 else ""
        rows.setdefault(place.row, []).append(f"<td{spans}>{place.text}</td>")
    body = "\n".join(f"<tr>{''.join(cells)}</tr>" for _, cells in sorted(rows.items()))
    return f"<p>{sheet.caption}</p><p>单位：{sheet.unit}</p><table border=1>{body}</table>"
