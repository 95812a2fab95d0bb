"""SVG files of the kinds that collections of attacks have, and of those that drawing programs save."""

FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 20 10">{}</svg>'
)
SHAPE = '<rect width="5" height="5" fill="#b3431e"/>'


def svg(content):
    """Return the bytes of an SVG file with `content`."""
    return FRAME.format(content).encode()


HOSTILE = {
    "script": f"<script>alert(1)</script>{SHAPE}",
    "script by address": f'<script href="https://evil.example/x.js"/>{SHAPE}',
    "script of another namespace": f'<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>{SHAPE}',
    "event": '<rect width="5" height="5" onload="alert(1)" onclick="alert(2)" ONERROR="alert(3)"/>',
    "event of the root": f'<svg onload="alert(1)">{SHAPE}</svg>',
    "page inside": f'<foreignObject><x xmlns="http://www.w3.org/1999/xhtml">x</x></foreignObject>{SHAPE}',
    "link that runs": f'<a href="javascript:alert(1)">{SHAPE}</a>',
    "link with an entity": f'<a xlink:href="java&#115;cript:alert(1)">{SHAPE}</a>',
    "link that leaves": f'<a xlink:href="https://evil.example/" target="_top">{SHAPE}</a>',
    "use of another file": f'<use xlink:href="https://evil.example/a.svg#b"/>{SHAPE}',
    "use of data": f'<use href="data:image/svg+xml;base64,PHN2Zy8+#b"/>{SHAPE}',
    "picture": f'<image href="https://evil.example/seen.png" width="5" height="5"/>{SHAPE}',
    "picture inside": f'<image href="data:image/svg+xml,&lt;svg onload=alert(1)&gt;" width="5" height="5"/>{SHAPE}',
    "import": f"<style>@import url(https://evil.example/x.css); rect {{ fill: red }}</style>{SHAPE}",
    "font": f"<style>@font-face {{ font-family: x; src: url(//evil.example/x) }}</style>{SHAPE}",
    "address in a style sheet": f"<style>rect {{ fill: url(https://evil.example/#a); cursor: url(x) }}</style>{SHAPE}",
    "escaped address": f"<style>rect {{ fill: u\\72l(https://evil.example/#a) }}</style>{SHAPE}",
    "end of a style sheet": f"<style>rect {{ fill: red }} &lt;/style&gt;&lt;script&gt;</style>{SHAPE}",
    "address in a style": '<rect width="5" height="5" style="fill:url(//evil.example/#a);background:url(//e)"/>',
    "address in an attribute": '<rect width="5" height="5" fill="url(https://evil.example/#a)" filter="url(//e#f)"/>',
    "expression": '<rect width="5" height="5" style="fill:expression(alert(1));-moz-binding:url(//e)"/>',
    "animated link": f'<a>{SHAPE}<animate attributeName="href" values="javascript:alert(1)"/></a>',
    "set event": f'{SHAPE}<set attributeName="onmouseover" to="alert(1)"/>',
    "set link": f'<a>{SHAPE}<set attributeName="xlink:href" to="javascript:alert(1)"/></a>',
    "handler": f'<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">x</handler>{SHAPE}',
    "embedded": f'<embed src="//evil.example"/><iframe src="//evil.example"/><object data="//e"/>{SHAPE}',
    "sheet by address": f'<?xml-stylesheet href="https://evil.example/x.css"?>{SHAPE}',
    "comment and section": f"<!-- <script> --><text>a<![CDATA[</text><script>alert(1)</script>]]></text>{SHAPE}",
    "filter": f'<filter id="f"><feImage href="https://evil.example/"/></filter><g filter="url(#f)">{SHAPE}</g>',
    "marker": f'<marker id="m">{SHAPE}</marker><path d="M0 0h5" marker-end="url(#m)"/>',
    "other base": f'<g xml:base="https://evil.example/">{SHAPE}</g>',
    "metadata": f'<metadata><x:a xmlns:x="urn:x">{SHAPE}</x:a></metadata>{SHAPE}',
    "text that is code": "<text>&lt;script&gt;alert(1)&lt;/script&gt;</text>",
    "id that is code": '<rect id="&quot;&gt;&lt;script&gt;" class="a:b" width="5" height="5"/>',
}
"""{kind: content of an SVG file} of files that are accepted without what harms."""

_TEN = "".join(f'<g id="a{step}">' + f'<use href="#a{step - 1}"/>' * 10 + "</g>" for step in range(1, 10))
_LAUGHS = "".join(f'<!ENTITY b{number} "{f"&b{number - 1};" * 10}">' for number in range(1, 10))

REFUSED = {
    "entities": (f'<!DOCTYPE svg [<!ENTITY b0 "ha">{_LAUGHS}]>'.encode() + svg("<text>&b9;</text>"), "entities"),
    "long entity": (f'<!DOCTYPE svg [<!ENTITY a "{"x" * 9000}">]>'.encode() + svg("<text>&a;</text>"), "entities"),
    "file": (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg("<text>&a;</text>"), "entities"),
    "entity of the type": (b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://evil.example/">%a;]>' + svg(SHAPE), "entities"),
    "use of use": (svg(f'<defs><g id="a0">{SHAPE}</g>{_TEN}</defs><use href="#a9"/>'), "too_complicated"),
    "circle": (svg('<g id="a"><use href="#a"/></g>'), "too_complicated"),
    "circle of two": (svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), "too_complicated"),
    "circle of masks": (svg(f'<mask id="a"><g mask="url(#a)">{SHAPE}</g></mask>'), "too_complicated"),
    "many levels": (svg("<g>" * 3000 + "</g>" * 3000), "too_complicated"),
    "many shapes": (svg('<rect width="1" height="1"/>' * 5001), "too_complicated"),
    "many bytes": (svg(SHAPE + " " * 300_000), "too_large"),
    "huge": (svg(SHAPE).replace(b"0 0 20 10", b"0 0 1e300 1e300"), "no_size"),
    "infinite": (svg(SHAPE).replace(b"0 0 20 10", b"0 0 inf nan"), "no_size"),
    "of no size": (svg(SHAPE).replace(b' viewBox="0 0 20 10"', b""), "no_size"),
    "flat": (svg(SHAPE).replace(b"0 0 20 10", b"0 0 2000 1"), "odd_size"),
    "empty": (svg("<image href='data:image/png;base64,AAAA'/><use href='#gone'/>"), "empty"),
    "compressed": (b"\x1f\x8b\x08\x00" + b"x" * 40, "not_svg"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "not_svg"),
    "page": (b"<html><body>Hello</body></html>", "not_svg"),
    "without a namespace": (b'<svg viewBox="0 0 2 1"><rect width="1" height="1"/></svg>', "not_svg"),
    "half": (svg(SHAPE)[:-9], "not_svg"),
    "odd codec": (b'<?xml version="1.0" encoding="hex"?>' + svg(SHAPE), "not_svg"),
}
"""{kind: (SVG file, code of the refusal)}."""

_GROUPS = "<g/>" * 4900
_LETTERS = "x" * 100_000
_NAMED = "".join(f"<a:g{number}/>" for number in range(4900))
_PREFIXED = " ".join(f'a:b{number}=""' for number in range(9000))
_DECLARED = " ".join(f'a{number} CDATA ""' for number in range(9000))


def _long(frame, part, letters=200_000):
    """Return the bytes of an SVG file with `frame`, in it `part` for each …, so often that it has `letters` letters."""
    return svg(frame.replace("…", part * (letters // len(part))))


COSTLY = {
    "values by declaration": f'<!DOCTYPE svg [<!ATTLIST g a CDATA "{_LETTERS}">]>'.encode() + svg(_GROUPS * 6),
    "many declarations": f"<!DOCTYPE svg [<!ATTLIST g {_DECLARED}>]>".encode() + svg(_GROUPS),
    "long namespace of names": _long(f'<g xmlns:a="…">{_NAMED}</g>', "x", 120_000),
    "long namespace of attributes": _long(f'<g xmlns:a="…" {_PREFIXED}/>', "x", 120_000),
    "deep": svg("<g>" * 30_000 + "</g>" * 30_000),
    "digits of a colour": _long('<rect fill="rgb(…x"/>', "1"),
    "blanks of a colour": _long('<rect fill="rgb(…x"/>', " "),
    "blanks of a reference": _long('<rect fill="url(#a…x"/>', " "),
    "blanks of a transform": _long('<rect transform="scale(1)…x"/>', " "),
    "transforms": _long('<rect transform="…x"/>', "scale(1) "),
    "colour in a sheet": _long(f"<style>rect{{fill:rgb(…x)}}</style>{SHAPE}", "1 "),
    "brackets in a sheet": _long(f"<style>rect{{fill:…}}</style>{SHAPE}", "("),
    "brackets in a selector": _long(f"<style>…{{fill:red}}</style>{SHAPE}", "["),
    "functions in a style": _long('<rect style="fill:…"/>', "rgb("),
    "digits in a sheet": _long(f"<style>rect{{x:…}}</style>{SHAPE}", "1"),
    "rules": _long(f"<style>*{{…}}</style>{_GROUPS}", "fill:red;", 90_000),
    "long value for each": _long(f"<style>*{{font-family:…}}</style>{_GROUPS}", "a"),
}
"""{kind: SVG file} of files whose cleaning could take a time or memory that grows with the square of their size."""
