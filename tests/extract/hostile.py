"""Hostile files, built on the spot. Each is named by what is wrong with it."""

from __future__ import annotations

import stat
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(objects: list[bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF from the bodies of its objects 1, 2, …; object 1 is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)
    return bytes(out)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), extra, content)


def page_pdf(content: bytes, extra: bytes = b"", box: bytes = b"0 0 595 842", *more: bytes) -> bytes:
    return pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [%b] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> %b >> >>"
            % (box, extra),
            content,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            *more,
        ]
    )


def zipped(members: dict[str, bytes], *, links: tuple[str, ...] = ()) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in members.items():
            info = ZipInfo(name)
            info.compress_type = ZIP_DEFLATED
            if name in links:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, data)
    return out.getvalue()


def docx(body: str, *, head: str = "", extra: dict[str, bytes] | None = None) -> bytes:
    xml = f'<?xml version="1.0"?>{head}<w:document {W}><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml.encode(), **(extra or {})})


def xlsx(sheet: str, *, head: str = "") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>'.encode(),
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="表" sheetId="1" '
            'r:id="r1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
            "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{head}<worksheet xmlns="{main}">{sheet}'
            "</worksheet>".encode(),
        }
    )


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
TEXT = "<w:p><w:r><w:t>正文内容</w:t></w:r></w:p>"
CELL = "<w:tc>{}</w:tc>"


def nested_tables(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + TEXT + "<w:p/></w:tc></w:tr></w:tbl>" * depth


def form_loop() -> bytes:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    return page_pdf(stream(b"/X Do"), b"/XObject << /X 6 0 R >>", b"0 0 595 842", stream(b"/X Do /X Do", form))


def deflated(content: bytes, size: int) -> bytes:
    packer = zlib.compressobj(9)
    out = b"".join(packer.compress(content * (1 << 16)) for _ in range(size // (len(content) << 16))) + packer.flush()
    return stream(out, b"/Filter /FlateDecode")


def bomb(size: int) -> dict[str, bytes]:
    return {"word/document.xml": b"<" + b" " * size, "[Content_Types].xml": b""}


def hostile_files() -> dict[str, tuple[str, bytes]]:
    """Case name to file name and bytes."""
    sound = page_pdf(stream(b"BT /F 12 Tf 72 700 Td (2023 100.5) Tj ET"))
    many_lines = b" ".join(b"%d %d m %d %d l S" % (i % 500, i % 700, i % 500 + 9, i % 700) for i in range(60_000))
    return {
        "pdf cut in half": ("a.pdf", sound[: len(sound) // 2]),
        "pdf without xref": ("a.pdf", sound.replace(b"xref", b"xxxx")),
        "pdf of nothing": ("a.pdf", b"%PDF-1.7\n"),
        "pdf page tree loop": (
            "a.pdf",
            pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 9 >>"]),
        ),
        "pdf claims a billion pages": ("a.pdf", sound.replace(b"/Count 1", b"/Count 1000000000")),
        "pdf form draws itself": ("a.pdf", form_loop()),
        "pdf stream bomb": ("a.pdf", page_pdf(deflated(b"0 0 m ", 96 << 20))),
        "pdf giant page": ("a.pdf", page_pdf(stream(b""), b"", b"0 0 200000 200000")),
        "pdf nested arrays": ("a.pdf", page_pdf(stream(b"[" * 50_000 + b"]" * 50_000 + b" TJ"))),
        "pdf of 60,000 lines": ("a.pdf", page_pdf(stream(many_lines))),
        "pdf image of 400 megapixels": (
            "a.pdf",
            page_pdf(
                stream(b"595 0 0 842 0 0 cm /I Do"),
                b"/XObject << /I 6 0 R >>",
                b"0 0 595 842",
                stream(
                    zlib.compress(b"\0" * (20_000 * 2_500), 9),
                    b"/Type /XObject /Subtype /Image /Width 20000 /Height 20000 /BitsPerComponent 1 "
                    b"/ColorSpace /DeviceGray /Filter /FlateDecode",
                ),
            ),
        ),
        "html named pdf": ("a.pdf", b"<html><body><p>\xe9\xa2\x84\xe7\xae\x97</p></body></html>"),
        "empty file": ("a.pdf", b""),
        "docx bomb": ("a.docx", zipped(bomb(400 << 20))),
        "docx of 60,000 members": ("a.docx", zipped({"word/document.xml": b""} | {f"m{i}": b"" for i in range(60_00)})),
        "docx billion laughs": ("a.docx", docx("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", head=LAUGHS)),
        "docx external entity": ("a.docx", docx("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", head=OUTSIDE)),
        "docx endless span": (
            "a.docx",
            docx(
                f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr>{TEXT}</w:tc>'
                f"</w:tr><w:tr><w:tc>{TEXT}</w:tc></w:tr></w:tbl>"
            ),
        ),
        "docx 5,000 nested tables": ("a.docx", docx(nested_tables(5_000))),
        "docx 75 nested tables": ("a.docx", docx(nested_tables(75))),
        "docx broken zip": ("a.docx", docx(TEXT)[:-40]),
        "docx truncated xml": ("a.docx", zipped({"word/document.xml": b"<w:document><w:body>"})),
        "docx style loop": (
            "a.docx",
            docx(
                f'<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>文</w:t></w:r></w:p>{TEXT}',
                extra={
                    "word/styles.xml": f'<w:styles {W}><w:style w:styleId="A"><w:basedOn w:val="B"/></w:style>'
                    '<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>'.encode()
                },
            ),
        ),
        "xlsx merge of everything": (
            "a.xlsx",
            xlsx('<sheetData/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        ),
        "xlsx merge under a prefix": (
            "a.xlsx",
            xlsx("<sheetData/><mergeCells><mergeCell  foo='1' ref = 'A1:XFD1048576'/></mergeCells>"),
        ),
        "xlsx billion laughs": ("a.xlsx", xlsx("<sheetData><row><c><v>&i;</v></c></row></sheetData>", head=LAUGHS)),
        "html 200,000 deep": ("a.html", b"<html>" + b"<div>" * 200_000 + "预算12万元".encode()),
        "html endless spans": ("a.html", b"<html><table>" + b"<tr><td rowspan=999999999 colspan=99999999>1" * 300),
        "html of open tables": ("a.html", b"<html>" + b"<table><tr><td>" * 50_000 + b"1"),
        "zip of itself many times": ("a.zip", zipped({"a.zip": zipped({"b.zip": zipped({"c.txt": b"1"})})})),
        "zip with tricks": (
            "a.zip",
            zipped(
                {"../../x.txt": b"1", "/etc/y.txt": b"1", "C:\\z.txt": b"1", "l.txt": b"/etc/passwd"}, links=("l.txt",)
            ),
        ),
        "old word file of noise": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40),
        "rtf without end": ("a.rtf", b"{\\rtf1 " + b"{" * 100_000),
        "picture that is none": ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    }
