"""Writes the table of Han characters for core/matching: the reading of each in pinyin without tones, and the
simplified form of each traditional one. The source is ICU (CLDR's Han-Latin/Names and Traditional-Simplified),
asked by its own tool uconv. Usage: han_tables.py OUTPUT.cpp"""
import subprocess
import sys
import unicodedata

RANGES = [(0x3400, 0x4DC0), (0x4E00, 0xA000)]


def transliterate(rule: str, characters: list[str]) -> list[str]:
    text = "\n".join(characters) + "\n"
    done = subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x", rule], input=text.encode(),
                          capture_output=True, check=True)
    lines = done.stdout.decode().split("\n")[:-1]
    if len(lines) != len(characters):
        sys.exit(f"{rule}: {len(lines)} lines for {len(characters)} characters")
    return lines


def plain(reading: str) -> str:
    letters = unicodedata.normalize("NFD", reading.replace("ü", "v").replace("Ü", "v"))
    kept = "".join(c for c in letters.lower() if "a" <= c <= "z")
    return kept if reading and len(kept) <= 6 else ""


def rows(numbers: list[int]) -> str:
    lines = [",".join(map(str, numbers[i:i + 24])) for i in range(0, len(numbers), 24)]
    return ",\n".join(lines)


def main() -> None:
    characters = [chr(c) for first, end in RANGES for c in range(first, end)]
    # Tones stand on the letters: u with two marks becomes v, as it is typed.
    readings = [unicodedata.normalize("NFD", r) for r in transliterate("Han-Latin/Names", characters)]
    readings = [plain(r.replace("u\u0308", "v")) for r in readings]
    simple = transliterate("Traditional-Simplified", characters)
    syllables = sorted(set(readings))
    number = {syllable: i for i, syllable in enumerate(syllables)}
    pairs = [(c, s) for c, s in zip(characters, simple) if s != c and len(s) == 1 and ord(s) < 0x10000]
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write('// Made by tools/definitions/han_tables.py from ICU. Do not edit.\n')
        out.write('#include "core/matching/detail/han_table.h"\n\nnamespace xinglin::matching::detail {\n')
        out.write(f"const char kSyllables[{len(syllables)}][8] = {{\n")
        out.write(",\n".join(f'"{s}"' for s in syllables) + "};\n")
        out.write(f"const uint16_t kReadings[{len(readings)}] = {{\n{rows([number[r] for r in readings])}}};\n")
        flat = [n for c, s in pairs for n in (ord(c), ord(s))]
        out.write(f"const uint16_t kSimplified[{len(flat)}] = {{\n{rows(flat)}}};\n")
        out.write(f"const size_t kSimplifiedPairs = {len(pairs)};\n}}\n")


main()
