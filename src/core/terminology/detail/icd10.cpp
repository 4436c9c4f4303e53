// ICD-10: forms of codes (WHO ICD-10 volume 2, 2.4 and 3.1.3; the American ICD-10-CM order file; the Chinese
// clinical extension with x001), and the hierarchy that they imply.
#include <algorithm>
#include <map>

#include "core/terminology/detail/code_list.h"

namespace xinglin::terminology::detail {

namespace {

constexpr std::string_view kDagger = "\xE2\x80\xA0", kWideAsterisk = "\xEF\xBC\x8A",
                           kWidePlus = "\xEF\xBC\x8B";

bool is_letter(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "A00", "E11": a letter, a digit and a digit or letter (C4A of ICD-10-CM).
bool is_category(std::string_view text) {
  return text.size() == 3 && is_letter(text[0]) && is_digit(text[1]) &&
         (is_digit(text[2]) || is_letter(text[2]));
}

bool is_block(std::string_view code) {
  return code.size() == 7 && code[3] == '-' && is_category(code.substr(0, 3)) && is_category(code.substr(4));
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

std::string dotted(std::string_view code) {
  if (code.size() > 3 && code.find('.') == std::string_view::npos && is_category(code.substr(0, 3)) &&
      !is_block(code))
    return std::string(code.substr(0, 3)) + "." + std::string(code.substr(3));
  return std::string(code);
}

bool is_bare_code(std::string_view text) {
  return text.size() >= 3 && text.size() <= 8 && is_category(text.substr(0, 3)) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "00002 A000    1 Cholera due to ...   Cholera due to Vibrio cholerae 01 ...": order, code, whether it may
// be used.
bool read_order_line(std::string_view line, CodeRow& row) {
  if (line.size() < 17 || !std::all_of(line.begin(), line.begin() + 5, is_digit) || line[5] != ' ' ||
      line[13] != ' ' || (line[14] != '0' && line[14] != '1') || line[15] != ' ')
    return false;
  const std::string_view code = trimmed(line.substr(6, 7));
  if (!is_bare_code(code)) return false;
  row.code = dotted(code);
  const std::string_view text = line.substr(16);
  row.display = trimmed(text.size() > 61 ? text.substr(61) : text);
  if (row.display.empty()) row.display = trimmed(text.substr(0, 60));
  if (line[14] == '0') row.flags |= kNotSelectable;
  return true;
}

// "A000    Cholera due to Vibrio cholerae 01, biovar cholerae"
bool read_code_line(std::string_view line, CodeRow& row) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || line.find('\t') != std::string_view::npos || line.find(',') < space)
    return false;
  const std::string_view code = line.substr(0, space);
  if (!is_bare_code(code)) return false;
  row.code = dotted(code);
  row.display = trimmed(line.substr(space));
  return !row.display.empty();
}

// The code file of the WHO: level; T or N; ...; code (index 5) ...; title (index 8).
bool read_who_line(std::string_view line, CodeRow& row) {
  const Result<std::vector<std::string>> fields = fields_of(line, ';');
  if (!fields || fields->size() < 9) return false;
  const auto& f = *fields;
  if (f[0].size() != 1 || f[0][0] < '3' || f[0][0] > '6' || (f[1] != "T" && f[1] != "N")) return false;
  row.code = f[5];
  if (row.code.ends_with(".-")) row.code.resize(row.code.size() - 2);
  row.display = f[8];
  return true;
}

}  // namespace

bool looks_like_icd10(std::string_view code) {
  if (is_block(code)) return true;
  if (code.size() < 3 || !is_category(code.substr(0, 3))) return false;
  if (code.size() == 3) return true;
  if (code[3] != '.' && !is_digit(code[3]) && !is_letter(code[3]) && code[3] != '+' && code[3] != '*' &&
      !code.substr(3).starts_with(kDagger))
    return false;
  return std::none_of(code.begin(), code.end(), [](char c) { return c == ' ' || c == '|' || c == '/'; });
}

bool read_icd10_line(std::string_view line, CodeRow& row) {
  return read_order_line(line, row) || read_who_line(line, row) || read_code_line(line, row);
}

void read_icd10_marks(CodeRow& row) {
  replace_all(row.code, kDagger, "+");
  replace_all(row.code, kWidePlus, "+");
  replace_all(row.code, kWideAsterisk, "*");
  const size_t mark = row.code.find_first_of("+*");
  if (mark != std::string::npos) {
    const bool dagger = row.code[mark] == '+';
    std::string other = row.code.substr(mark + 1);
    while (!other.empty() && (other.back() == '*' || other.back() == '+' || other.back() == ' '))
      other.pop_back();
    row.code.resize(mark);
    row.properties.push_back({"usage", "code", dagger ? "dagger" : "asterisk"});
    if (!other.empty())
      row.properties.push_back({dagger ? "asteriskCode" : "daggerCode", "code", dotted(other)});
  }
  row.code = dotted(row.code);
}

void give_icd10_parents(std::vector<CodeRow>& rows) {
  std::map<std::string, size_t, std::less<>> places;
  std::vector<size_t> blocks;
  for (size_t i = 0; i < rows.size(); ++i) {
    places.emplace(rows[i].code, i);
    if (!is_block(rows[i].code)) continue;
    blocks.push_back(i);
    rows[i].flags |= kNotSelectable;
  }
  // Blocks from the narrow to the wide: the first one that holds a category is its parent. The width is
  // counted in categories from the letter and the two digits.
  const auto number = [](std::string_view category) {
    return (category[0] - 'A') * 1296 + category[1] * 36 + category[2];
  };
  const auto width = [&](size_t i) {
    return number(std::string_view(rows[i].code).substr(4)) - number(rows[i].code);
  };
  std::stable_sort(blocks.begin(), blocks.end(), [&](size_t a, size_t b) { return width(a) < width(b); });
  const auto block_of = [&](std::string_view first, std::string_view last,
                            std::string_view self) -> std::string {
    for (const size_t i : blocks) {
      const std::string_view code = rows[i].code;
      if (code != self && code.substr(0, 3) <= first && last <= code.substr(4)) return rows[i].code;
    }
    return {};
  };
  for (CodeRow& row : rows) {
    if (!row.parent.empty()) continue;
    const std::string_view code = row.code;
    if (is_block(code)) {
      row.parent = block_of(code.substr(0, 3), code.substr(4), code);
      continue;
    }
    for (size_t length = code.size() - 1; length >= 3 && row.parent.empty(); --length) {
      if (code[length - 1] == '.') continue;
      if (places.contains(code.substr(0, length))) row.parent = code.substr(0, length);
    }
    if (row.parent.empty() && code.size() >= 3)
      row.parent = block_of(code.substr(0, 3), code.substr(0, 3), code);
  }
}

}  // namespace xinglin::terminology::detail
