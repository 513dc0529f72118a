"""BENCHMARK.md and benchmark.svg: the table and the plot of a benchmark run."""

from __future__ import annotations

import math
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matching.bench import Case

WIDTH, HEIGHT, MARGIN = 900, 560, 70
COLOURS = ("#1f5fa8", "#b5432a", "#2e7d4f", "#8a5a00", "#6a3d9a", "#00796b", "#555555", "#c2185b")


def write_report(cases: list[Case], folder: Path) -> None:
    """Writes both files into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "BENCHMARK.md").write_text(table(cases), encoding="utf-8")
    (folder / "benchmark.svg").write_text(plot(cases), encoding="utf-8")


def table(cases: list[Case]) -> str:
    """The table in Markdown. Ratio: wall seconds over those of plain deferred acceptance of the same size."""
    from matching.solving import versions

    lines = [
        "# Benchmark of the matching engine",
        "",
        f"Written by `python -m matching bench` on {os.cpu_count()} cores, {platform.machine()}, "
        + ", ".join(f"{name} {version}" for name, version in versions().items())
        + ". Seconds differ between machines; the ratio to plain deferred acceptance of the same run is the finding.",
        "",
        "![seconds by size](benchmark.svg)",
        "",
        "| applicants | what | seconds | CPU s | ratio | target | facts |",
        "|---:|---|---:|---:|---:|---:|---|",
    ]
    for case in cases:
        facts = ", ".join(f"{name} {value}" for name, value in case.facts.items())
        ratio = f"{case.ratio:,.1f}" if case.ratio else ""
        asked = [f"{case.target:g} s"] if case.target else []
        asked += [f"{name} ≤ {most:g}" for name, most in case.most.items() if name not in ("faults", "exit")]
        target = f"{', '.join(asked)}: {'missed' if case.missed() else 'met'}" if asked else ""
        lines.append(
            f"| {case.applicants:,} | {case.name} | {case.wall:.3f} | {case.cpu:.3f} | {ratio} | {target} | {facts} |"
        )
    return "\n".join(lines) + "\n"


def plot(cases: list[Case]) -> str:
    """Seconds over applicants, both on logarithmic scales, one line per thing measured at more than one size."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for case in cases:
        if "notes" not in case.name and "structure" not in case.name:
            lines.setdefault(case.name, []).append((case.applicants, max(case.wall, 1e-4)))
    points = [point for line in lines.values() for point in line]
    if not points:
        return '<svg xmlns="http://www.w3.org/2000/svg"/>'
    low_x, high_x = (math.log10(f(p[0] for p in points)) for f in (min, max))
    low_y, high_y = (math.log10(f(p[1] for p in points)) for f in (min, max))

    def at(point: tuple[int, float]) -> tuple[float, float]:
        x = (math.log10(point[0]) - low_x) / max(high_x - low_x, 1e-9)
        y = (math.log10(point[1]) - low_y) / max(high_y - low_y, 1e-9)
        return MARGIN + x * (WIDTH - 2 * MARGIN - 230), HEIGHT - MARGIN - y * (HEIGHT - 2 * MARGIN)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    ]
    for power in range(math.floor(low_y), math.ceil(high_y) + 1):
        y = at((int(10**low_x), 10.0**power))[1]
        if MARGIN - 5 <= y <= HEIGHT - MARGIN + 5:
            parts.append(f'<path d="M{MARGIN} {y:.0f}H{WIDTH - MARGIN - 230}" stroke="#ddd"/>')
            parts.append(f'<text x="{MARGIN - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g} s</text>')
    for size in sorted({p[0] for p in points}):
        x = at((size, 10**low_y))[0]
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - MARGIN + 22}" text-anchor="middle">{size:,}</text>')
    for number, (name, line) in enumerate(lines.items()):
        parts.append(_line(name, [at(point) for point in sorted(line)], number))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _line(name: str, points: list[tuple[float, float]], number: int) -> str:
    colour = COLOURS[number % len(COLOURS)]
    dash = ' stroke-dasharray="6 3"' if number >= len(COLOURS) else ""
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
    top = MARGIN + 22 * number
    legend = (
        f'<path d="M{WIDTH - 285} {top}h20" stroke="{colour}"{dash}/>'
        f'<text x="{WIDTH - 260}" y="{top + 4}">{name}</text>'
    )
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>{dots}{legend}'
