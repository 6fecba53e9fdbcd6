"""Draws logo.png: a mill wheel and the name, translucent white with a soft dark edge. Needs Pillow and a TrueType font."""
import math
import sys
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SCALE, WIDTH, HEIGHT = 4, 800, 224


def wheel(draw, x, y, r):
    draw.ellipse([x - r, y - r, x + r, y + r], outline=255, width=r // 7)
    for i in range(8):
        a = i * math.pi / 4
        draw.line([x, y, x + r * math.cos(a), y + r * math.sin(a)], fill=255, width=r // 11)
        tip = (x + 1.22 * r * math.cos(a + 0.2), y + 1.22 * r * math.sin(a + 0.2))
        draw.line([x + r * math.cos(a), y + r * math.sin(a), *tip], fill=255, width=r // 7)
    draw.ellipse([x - r // 5, y - r // 5, x + r // 5, y + r // 5], fill=255)


def main(font):
    ink = Image.new("L", (WIDTH * SCALE, HEIGHT * SCALE))
    draw = ImageDraw.Draw(ink)
    wheel(draw, 112 * SCALE, 112 * SCALE, 74 * SCALE)
    draw.text((236 * SCALE, 112 * SCALE), "rawmill", font=ImageFont.truetype(font, 150 * SCALE), fill=255, anchor="lm")
    ink = ink.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    edge = ink.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(3)).point(lambda v: v * 55 // 100)
    alpha = ImageChops.lighter(ink.point(lambda v: v * 92 // 100), edge)
    logo = Image.merge("RGBA", [ink, ink, ink, alpha])
    logo.save("logo.png", optimize=True)


main(sys.argv[1])
