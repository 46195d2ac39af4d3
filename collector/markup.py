"""Turns the HTML that platforms send into the text that a reader would see, in time that grows with its length.

The standard library's parser takes minutes for 50 kilobytes that somebody has written to that end.
"""

import html
import re

BREAKS = {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
SILENT = {"script", "style", "template", "head"}
LONGEST_TAG = 500  # within it, a > inside quotes does not end a tag

_TAG = re.compile(r"""</?([A-Za-z][^\s/>]*)(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_NAME = re.compile(r"</?([A-Za-z][^\s/>]{0,30})")
_ENDLESS_NUMBER = re.compile(r"&#0*[1-9][0-9]{7,};?")  # beyond Unicode; int() refuses thousands of digits


def to_text(markup: str) -> str:
    """The visible text: entities resolved, tags gone, blocks on lines of their own, no blank lines."""
    lines = "".join(_visible(markup)).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def _visible(markup: str) -> list[str]:
    parts: list[str] = []
    position, unclosed, last = 0, set[str](), markup.rfind(">")
    while 0 <= (start := markup.find("<", position)) < last:
        parts.append(_unescape(markup[position:start]))
        name, position = _tag(markup, start)
        if not name:
            parts.append(markup[start:position])
        elif name in BREAKS:
            parts.append("\n")
        elif name in SILENT and name not in unclosed and markup[start + 1] != "/":
            end = re.compile(rf"</{name}\b", re.IGNORECASE).search(markup, position)
            if end is not None:
                position = end.start()
            elif name in ("script", "style"):
                return parts
            else:
                unclosed.add(name)  # </head> may be left out; nobody looks for it twice
    parts.append(_unescape(markup[position:]))
    return parts


def _tag(markup: str, start: int) -> tuple[str, int]:
    """The name of the tag at `start` and where it ends; no name if it is only a less-than sign. A > follows it."""
    if markup.startswith("<!--", start):
        end = markup.find("-->", start + 4)
        return "!", len(markup) if end < 0 else end + 3
    if match := _TAG.match(markup, start, start + LONGEST_TAG):
        return match[1].lower(), match.end()
    name = _NAME.match(markup, start)
    if name or markup.startswith(("<!", "<?"), start):
        return name[1].lower() if name else "!", markup.find(">", start) + 1
    return "", start + 1


def _unescape(text: str) -> str:
    return html.unescape(_ENDLESS_NUMBER.sub("\ufffd", text))
