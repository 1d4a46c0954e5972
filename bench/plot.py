# SPDX-License-Identifier: Apache-2.0
"""The cost curve as SVG: nanoseconds per event against the number of rules, both by powers of
ten, so that cost in proportion to the rules is a straight line."""
import math

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 72, 24, 48, 56
COLOURS = ["#1f6feb", "#d1495b", "#8a8f98"]
STYLE = ("text{font:13px sans-serif;fill:#24292f}.title{font-size:15px;font-weight:bold}"
         ".grid{stroke:#d8dee4;stroke-width:1}.axis{stroke:#57606a;stroke-width:1}")


class Scale:
    """From values to places, by powers of ten."""

    def __init__(self, values, start, end):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self._start, self._end = start, end

    def __call__(self, value):
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self._start + part * (self._end - self._start), 1)

    def powers(self):
        return [10 ** power for power in range(self.low, self.high + 1)]


def text(x, y, content, anchor="middle", extra=""):
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{extra}>{content}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def grid(x, y):
    bottom = HEIGHT - BOTTOM
    for value in x.powers():
        yield line(x(value), TOP, x(value), bottom, "grid")
        yield text(x(value), bottom + 20, f"{value:,}")
    for value in y.powers():
        yield line(LEFT, y(value), WIDTH - RIGHT, y(value), "grid")
        yield text(LEFT - 8, y(value) + 4, f"{value:,}", "end")
    yield line(LEFT, bottom, WIDTH - RIGHT, bottom, "axis")
    yield line(LEFT, TOP, LEFT, bottom, "axis")
    yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "rules")
    middle = (TOP + bottom) / 2
    yield text(18, middle, "nanoseconds per event", extra=f' transform="rotate(-90 18 {middle})"')


def curve(points, x, y, colour, dashed):
    path = " ".join(f"{x(rules)},{y(cost)}" for rules, cost in points)
    dashes = ' stroke-dasharray="6 5"' if dashed else ""
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
    for rules, cost in [] if dashed else points:
        yield (f'<circle cx="{x(rules)}" cy="{y(cost)}" r="4" fill="{colour}">'
               f"<title>{rules} rules: {cost:,.0f} ns</title></circle>")


def legend(names):
    for number, name in enumerate(names):
        at = TOP + 18 + 20 * number
        dashes = ' stroke-dasharray="6 5"' if number == 2 else ""
        yield (f'<line x1="{LEFT + 16}" y1="{at}" x2="{LEFT + 44}" y2="{at}" '
               f'stroke="{COLOURS[number]}" stroke-width="2"{dashes}/>')
        yield text(LEFT + 52, at + 4, name, "start")


def cost_curve(streaming, hot):
    """Both are lists of (rules, nanoseconds)."""
    first, last = streaming[0], streaming[-1]
    proportional = [first, (last[0], first[1] * last[0] / first[0])]
    curves = [(streaming, False), (hot, False), (proportional, True)]
    values = [cost for points, _ in curves for _, cost in points]
    x = Scale([rules for rules, _ in streaming], LEFT, WIDTH - RIGHT)
    y = Scale(values, HEIGHT - BOTTOM, TOP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             f'width="{WIDTH}" height="{HEIGHT}" role="img">',
             "<!-- SPDX-License-Identifier: Apache-2.0 -->", f"<style>{STYLE}</style>",
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
             text(WIDTH / 2, 26, "Cost of an event by number of rules", extra=' class="title"')]
    parts += grid(x, y)
    for (points, dashed), colour in zip(curves, COLOURS):
        parts += curve(points, x, y, colour, dashed)
    parts += legend(["streaming over all events", "1,000 events, hot",
                     "as if each rule cost what one costs"])
    return "\n".join([*parts, "</svg>"]) + "\n"
