"""Draws the result of run.py as SVG: p99 of each question over the number of studies, both axes logarithmic."""
import math

WIDTH, HEIGHT = 860, 470
LEFT, RIGHT, TOP, BOTTOM = 64, 230, 44, 52
COLOURS = ("#1f6feb", "#d29922", "#2da44e", "#cf222e", "#8250df", "#0a7ea4", "#bf3989", "#57606a", "#953800", "#1b7c83", "#6639ba",
           "#4d2d00")
FONT = 'font-family="sans-serif" font-size="12"'


def text(x, y, words, anchor="start", fill="#24292f"):
    return f'<text x="{x:.1f}" y="{y:.1f}" {FONT} text-anchor="{anchor}" fill="{fill}">{words}</text>'


def draw(results):
    sizes = [one["studies"] for one in results]
    lowest, highest = 0.1, 100.0

    def x_of(size):
        span = math.log10(sizes[-1] / sizes[0]) or 1
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(size / sizes[0]) / span

    def y_of(ms):
        share = math.log10(max(lowest, min(highest, ms)) / lowest) / math.log10(highest / lowest)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">',
           '<rect width="100%" height="100%" fill="#ffffff"/>',
           text(LEFT, 24, "p99 of one request over the size of the archive, milliseconds")]
    for ms in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100):
        colour = "#cf222e" if ms == 50 else "#d0d7de"
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y_of(ms):.1f}" y2="{y_of(ms):.1f}" stroke="{colour}"/>')
        out.append(text(LEFT - 8, y_of(ms) + 4, f"{ms:g}", "end"))
    out.append(text(WIDTH - RIGHT - 4, y_of(50) - 5, "bound: 50 ms", "end", "#cf222e"))
    for size in sizes:
        out.append(text(x_of(size), HEIGHT - BOTTOM + 20, f"{size:,}", "middle"))
    out.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "studies", "middle"))
    labels = sorted(results[-1]["answers"], key=lambda what: -results[-1]["answers"][what]["p99"])
    for i, what in enumerate(labels):
        colour = COLOURS[i % len(COLOURS)]
        points = [(x_of(one["studies"]), y_of(one["answers"][what]["p99"])) for one in results]
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="'
                   + " ".join(f"{x:.1f},{y:.1f}" for x, y in points) + '"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        y = TOP + 10 + i * 24
        out.append(f'<line x1="{WIDTH - RIGHT + 18}" x2="{WIDTH - RIGHT + 40}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="3"/>')
        out.append(text(WIDTH - RIGHT + 46, y + 4, f"{what}: {results[-1]['answers'][what]['p99']:.1f}"))
    out.append("</svg>")
    return "\n".join(out) + "\n"
