"""Makes the unit table of src/codec/ucum: reads the units of @lhncbc/ucum-lhc and the corrections beside this file,
computes each unit's magnitude in base units with exact fractions and writes C++ rows, sorted by code.

usage: ucum_table.py DEFINITIONS.json CORRECTIONS.tsv OUT.inc
"""
import json
import re
import sys
from decimal import Decimal, localcontext
from fractions import Fraction

BASES = ["m", "s", "g", "rad", "K", "C", "cd"]
SPECIAL = {"Cel": "Celsius", "degF": "Fahrenheit", "degRe": "Reaumur", "pH": "Ph", "ln": "Ln", "lg": "Lg",
           "lgTimes2": "LgTimes2", "ld": "Ld", "tanTimes100": "Tan100", "100tan": "Tan100", "hpX": "HpX",
           "hpC": "HpC", "hpM": "HpM", "hpQ": "HpQ", "sqrt": "Sqrt"}
DIGITS = 36


class Value:
    """A magnitude and the powers of the base units and of arbitrary units."""

    def __init__(self, number=Fraction(1), powers=None):
        self.number, self.powers = number, powers or {}

    def times(self, other, sign):
        powers = dict(self.powers)
        for key, power in other.powers.items():
            powers[key] = powers.get(key, 0) + sign * power
        return Value(self.number * other.number ** sign, {k: p for k, p in powers.items() if p})


class Table:
    def __init__(self, units, prefixes):
        self.units, self.prefixes, self.known = units, prefixes, {}

    def symbol(self, text):
        match = re.fullmatch(r"(10[*^]|[^0-9+-]*?(?:\[[^\]]*\])?[^0-9+-]*)([+-]?[0-9]+)?", text)
        if text.isdigit():
            return Value(Fraction(int(text)))
        name, power = match.group(1), int(match.group(2) or 1)
        unit = self.named(name)
        result = Value()
        for _ in range(abs(power)):
            result = result.times(unit, 1 if power > 0 else -1)
        return result

    def named(self, name):
        if name in self.units:
            return self.value(name)
        for length in (2, 1):
            prefix, rest = name[:length], name[length:]
            if prefix in self.prefixes and rest in self.units and self.units[rest]["metric"]:
                return Value(self.prefixes[prefix]).times(self.value(rest), 1)
        raise SystemExit(f"ucum_table: no unit {name}")

    def expression(self, text):
        result, sign = Value(), 1
        for part in re.findall(r"[./]|(?:\[[^\]]*\]|[^./\[])+", text):
            if part in "./":
                sign = 1 if part == "." else -1
            else:
                result = result.times(self.symbol(part), sign)
        return result

    def value(self, code):
        if code not in self.known:
            unit = self.units[code]
            if unit["base"]:
                self.known[code] = Value(powers={code: 1})
            elif unit["arbitrary"] and unit["unit"] == "1":
                self.known[code] = Value(powers={code: 1})
            else:
                value = self.expression(unit["unit"])
                self.known[code] = Value(value.number * unit["factor"], value.powers)
        return self.known[code]


def read_units(definitions, corrections):
    names = [c if isinstance(c, str) else c[1] for c in definitions["units"]["config"]]
    units = {}
    for row in definitions["units"]["data"]:
        row = dict(zip(names, row))
        if row["source_"] != "UCUM":
            continue  # a combination that LOINC uses: the parser reads it
        plain = re.sub(r" ?- (US|British|troy|apothecary|metric|plane angle|solid angle|time|electric|magnetic)$|"
                       r" *\(typography\)$", "", row["name_"])
        units[row["csCode_"]] = {
            "name": plain.strip(), "metric": row["isMetric_"] or row["isBase_"], "base": row["isBase_"],
            "special": SPECIAL[row["cnv_"]] if row["isSpecial_"] else "None", "arbitrary": row["isArbitrary_"],
            "unit": row["csUnitString_"], "factor": Fraction(row["baseFactorStr_"] or "1")}
    with open(corrections, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            code, unit, factor, name = line.rstrip("\n").split("\t")
            row = units.setdefault(code, {"name": name, "metric": False, "base": False, "special": "None",
                                          "arbitrary": False, "unit": unit, "factor": Fraction(1)})
            row["unit"] = unit or row["unit"]
            row["factor"] = Fraction(factor) if factor else row["factor"]
            row["name"] = name or row["name"]
    return units


def decimal_of(number):
    with localcontext() as context:
        context.prec = DIGITS
        value = (Decimal(number.numerator) / Decimal(number.denominator)).normalize()
    _, digits, exponent = value.as_tuple()
    mantissa = int("".join(map(str, digits)))
    return f"{{{mantissa >> 64}U, {mantissa & (1 << 64) - 1}U, {exponent}}}"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    definitions_path, corrections, out_path = sys.argv[1:]
    with open(definitions_path, encoding="utf-8") as source:
        definitions = json.load(source)
    prefixes = {p[0]: Fraction(10) ** int(p[5]) if p[5] else Fraction(p[4]) for p in definitions["prefixes"]["data"]}
    prefix_names = {p[0]: p[2] for p in definitions["prefixes"]["data"]}
    units = read_units(definitions, corrections)
    table = Table(units, prefixes)
    order = sorted(units, key=lambda code: code.encode())
    out = ["constexpr PrefixRow kPrefixes[] = {"]
    out += [f"    {{{quoted(p)}, {quoted(prefix_names[p])}, Decimal{decimal_of(prefixes[p])}}},"
            for p in sorted(prefixes, key=lambda code: code.encode())]
    out += ["};", "constexpr UnitRow kUnits[] = {"]
    for code in order:
        unit, value = units[code], table.value(code)
        arbitrary = [k for k in value.powers if k not in BASES]
        if len(arbitrary) > 1 or any(value.powers[k] != 1 for k in arbitrary):
            raise SystemExit(f"ucum_table: {code} mixes arbitrary units")
        base = ", ".join(str(value.powers.get(b, 0)) for b in BASES)
        out.append(f"    {{{quoted(code)}, {quoted(unit['name'])}, Decimal{decimal_of(value.number)}, {{{base}}}, "
                   f"{order.index(arbitrary[0]) if arbitrary else -1}, Special::{unit['special']}, "
                   f"{'true' if unit['metric'] else 'false'}}},")
    out.append("};")
    with open(out_path, "w", encoding="utf-8") as target:
        target.write("\n".join(out) + "\n")


main()
