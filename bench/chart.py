#!/usr/bin/env python3
"""The chart of the README from the lines that mill.py prints: chart.py < lines > docs/throughput.svg"""
import json, sys

NAMES = {"ahd": "rawpy + OpenCV, AHD", "linear": "rawpy + OpenCV, bilinear", "vips": "rawpy + libvips",
         "rawtherapee": "RawTherapee", "darktable": "darktable"}
rows = [json.loads(line) for line in sys.stdin if line.startswith("{")]
rows = [r for r in rows if r["input"] == "none"]
bars = [("rawmill, RCD", max(r["ours_photos_per_s"] for r in rows), "#2f6f9f")]
bars += [(NAMES[r["peer"]], r["peer_photos_per_s"], "#9aa5b1") for r in rows]
most = max(value for _, value, _ in bars)
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {30 * len(bars) + 30}" font-family="sans-serif" font-size="14" fill="#555">')
print('<text x="0" y="16">photos a second, 24 MP DNG to three JPEG, 2 cores</text>')
for i, (name, value, color) in enumerate(bars):
    y = 30 + 30 * i
    print(f'<text x="0" y="{y + 17}">{name}</text><rect x="190" y="{y}" width="{380 * value / most:.0f}" height="22" rx="3" fill="{color}"/>'
          f'<text x="{198 + 380 * value / most:.0f}" y="{y + 16}">{value:.2f}</text>')
print("</svg>")
