"""Cuts the fonts down to what the program needs (pip install fonttools).

usage: subset.py SOURCES   where SOURCES holds Inter, JetBrains Mono and Noto Sans SC as TTF files

Latin, Greek, Cyrillic, arrows and mathematical signs of the first two; of Noto Sans SC the 3755 characters of
GB 2312 level 1, full-width marks, and every other character that the program's texts use.
"""

import glob
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
LATIN = ("U+0020-007E,U+00A0-017F,U+0192,U+02C6-02DD,U+0370-03FF,U+0400-04FF,U+1D2C-1D6A,U+2000-209F,U+20AC,"
         "U+2100-23FF,U+2500-25FF,U+2713,U+2717")


def hanzi():
    characters = set()
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                characters.add(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                pass
    texts = [ROOT / "src/app/words.rs", *(ROOT / "src/app/words").glob("*.rs"), *(ROOT / "lessons").rglob("*.*")]
    for text in texts:
        characters |= {c for c in text.read_text(encoding="utf-8") if "\u3000" <= c <= "\uffef"}
    return "".join(sorted(characters | set(map(chr, range(0x3001, 0x3020))) | set(map(chr, range(0xFF01, 0xFF5F))) | set("“”‘’—…·￥")))


def cut(source, out, *what):
    layout = "--layout-features=kern,vert,locl"
    subprocess.run(["pyftsubset", source, *what, "--no-hinting", layout, f"--output-file={HERE / out}"], check=True)


def main(sources):
    find = lambda name: glob.glob(f"{sources}/**/{name}", recursive=True)[0]
    for weight in ["400Regular", "500Medium", "600SemiBold"]:
        cut(find(f"Inter_{weight}.ttf"), f"Inter-{weight[3:]}.ttf", f"--unicodes={LATIN}")
    for weight in ["400Regular", "500Medium"]:
        cut(find(f"JetBrainsMono_{weight}.ttf"), f"JetBrainsMono-{weight[3:]}.ttf", f"--unicodes={LATIN}")
        cut(find(f"NotoSansSC_{weight}.ttf"), f"NotoSansSC-{weight[3:]}.ttf", f"--text={hanzi()}")


main(sys.argv[1])
