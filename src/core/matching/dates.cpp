#include "core/matching/dates.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/matching/text.h"

namespace xinglin::matching {
namespace {

constexpr size_t kTextMax = 64;

struct Part {
  int number = 0;
  size_t digits = 0;
  bool month_name = false;
};

int month_of(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto found = std::ranges::find(kMonths, word.substr(0, 3));
  return found == kMonths.end() ? 0 : static_cast<int>(found - kMonths.begin()) + 1;
}

bool exists(int year, int month, int day) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 1850 || year > 2199 || month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[static_cast<size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

std::string padded(int number, size_t width) {
  std::string out = std::to_string(number);
  return std::string(width - std::min(width, out.size()), '0') + out;
}

std::string written(int year, int month, int day) {
  return exists(year, month, day) ? padded(year, 4) + padded(month, 2) + padded(day, 2) : "";
}

std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> out;
  for (size_t i = 0; i < text.size() && out.size() < 3;) {
    const size_t start = i;
    if (text[i] >= '0' && text[i] <= '9') {
      int number = 0;
      for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && i - start < 9; ++i)
        number = number * 10 + (text[i] - '0');
      out.push_back({number, i - start});
    } else if (text[i] >= 'a' && text[i] <= 'z') {
      while (i < text.size() && text[i] >= 'a' && text[i] <= 'z') ++i;
      if (const int month = month_of(text.substr(start, i - start)); month != 0)
        out.push_back({month, 2, true});
      else if (text[start] == 't' && !out.empty())
        break;  // a time follows
    } else {
      ++i;
    }
  }
  return out;
}

// Eight digits in one piece: as written even when no calendar has that day, so that a slip stays one digit.
std::string packed(int number, size_t digits) {
  const std::string text = padded(number, digits);
  const int year = number / (digits == 8 ? 10000 : digits == 6 ? 100 : 1);
  return year >= 1850 && year <= 2199 ? text : "";
}

}  // namespace

std::string plain_date(std::string_view text) {
  std::string lower(text.substr(0, kTextMax));
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const std::vector<Part> p = parts_of(lower);
  if (p.empty()) return {};
  if (p[0].digits == 8 || (p[0].digits == 6 && p.size() == 1)) return packed(p[0].number, p[0].digits);
  if (p[0].digits == 4) {
    if (p.size() == 1) return packed(p[0].number, 4);
    if (p.size() == 2)
      return p[1].number >= 1 && p[1].number <= 12 ? packed(p[0].number * 100 + p[1].number, 6) : "";
    return written(p[0].number, p[1].number, p[2].number);
  }
  if (p.size() < 3 || p[2].digits != 4) return {};
  if (p[0].month_name) return written(p[2].number, p[0].number, p[1].number);
  const std::string day_first = written(p[2].number, p[1].number, p[0].number);
  return day_first.empty() ? written(p[2].number, p[0].number, p[1].number) : day_first;
}

std::string plain_phone(std::string_view text) {
  constexpr size_t kLeast = 5, kMost = 20;
  std::string digits;
  for (const char32_t c : code_points(text.substr(0, kTextMax))) {
    const char32_t half = c >= 0xFF10 && c <= 0xFF19 ? c - 0xFEE0 : c;
    if (half >= '0' && half <= '9') digits.push_back(static_cast<char>(half));
    if (half == 'x' || half == 'X' || half == U'转') break;  // an extension
  }
  if (digits.starts_with("00")) digits.erase(0, 2);
  if (digits.starts_with("86") && digits.size() >= 12) digits.erase(0, 2);
  if (digits.starts_with("0")) digits.erase(0, 1);
  return digits.size() < kLeast || digits.size() > kMost ? "" : digits;
}

}  // namespace xinglin::matching
