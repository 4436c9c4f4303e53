// How alike two texts are.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/matching/text.h"

namespace xinglin::matching {
namespace {

constexpr size_t kLengthMax = 64;  // characters of a name that are compared
constexpr size_t kPairsMax = 160;  // of an address

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

template <class Text>
double jaro(const Text& a, const Text& b) {
  const size_t reach = std::max<size_t>(std::max(a.size(), b.size()) / 2, 1) - 1;
  std::array<bool, kLengthMax> in_a{}, in_b{};
  double same = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const size_t end = std::min(b.size(), i + reach + 1);
    for (size_t j = i > reach ? i - reach : 0; j < end; ++j) {
      if (in_b[j] || a[i] != b[j]) continue;
      in_a[i] = in_b[j] = true;
      ++same;
      break;
    }
  }
  if (same == 0) return 0;
  double out_of_order = 0;
  for (size_t i = 0, j = 0; i < a.size(); ++i) {
    if (!in_a[i]) continue;
    while (!in_b[j]) ++j;
    if (a[i] != b[j]) ++out_of_order;
    ++j;
  }
  return (same / static_cast<double>(a.size()) + same / static_cast<double>(b.size()) +
          (same - out_of_order / 2) / same) /
         3;
}

template <class Text>
double winkler(const Text& a, const Text& b) {
  if (a.empty() || b.empty()) return 0;
  const double base = jaro(a, b);
  size_t prefix = 0;
  while (prefix < std::min({a.size(), b.size(), size_t{4}}) && a[prefix] == b[prefix]) ++prefix;
  return base > 0.7 ? base + 0.1 * static_cast<double>(prefix) * (1 - base) : base;
}

template <class Text>
int distance(const Text& a, const Text& b, int most) {
  std::array<std::array<int, kLengthMax + 1>, 3> rows;
  auto *before = &rows[0], *last = &rows[1], *now = &rows[2];
  for (size_t j = 0; j <= b.size(); ++j) (*last)[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    (*now)[0] = static_cast<int>(i);
    int least = (*now)[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      const int change = (*last)[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      int cost = std::min({change, (*last)[j] + 1, (*now)[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost = std::min(cost, (*before)[j - 2] + 1);
      (*now)[j] = cost;
      least = std::min(least, cost);
    }
    if (least > most) return most + 1;
    std::swap(before, last);
    std::swap(last, now);
  }
  return std::min((*last)[b.size()], most + 1);
}

struct Pairs {
  std::array<uint32_t, kPairsMax> list;
  size_t size = 0;
  void add(char32_t a, char32_t b) {
    if (size < kPairsMax) list[size++] = static_cast<uint32_t>(a * 0x9E37U + b);
  }
};

Pairs pairs_of(std::string_view text) {
  Pairs out;
  if (is_ascii(text)) {
    for (size_t i = 0; i + 1 < text.size(); ++i)
      out.add(static_cast<char32_t>(text[i]), static_cast<char32_t>(text[i + 1]));
  } else {
    const std::u32string points = code_points(text);
    for (size_t i = 0; i + 1 < points.size(); ++i) out.add(points[i], points[i + 1]);
  }
  std::sort(out.list.begin(), out.list.begin() + static_cast<std::ptrdiff_t>(out.size));
  return out;
}

}  // namespace

double jaro_winkler(std::string_view a, std::string_view b) {
  if (is_ascii(a) && is_ascii(b)) return winkler(a.substr(0, kLengthMax), b.substr(0, kLengthMax));
  return winkler(code_points(a).substr(0, kLengthMax), code_points(b).substr(0, kLengthMax));
}

int edit_distance(std::string_view a, std::string_view b, int most) {
  if (is_ascii(a) && is_ascii(b)) {
    a = a.substr(0, kLengthMax);
    b = b.substr(0, kLengthMax);
    const size_t longer = std::max(a.size(), b.size()), shorter = std::min(a.size(), b.size());
    if (longer - shorter > static_cast<size_t>(most)) return most + 1;
    return distance(a, b, most);
  }
  return distance(code_points(a).substr(0, kLengthMax), code_points(b).substr(0, kLengthMax), most);
}

double dice(std::string_view a, std::string_view b) {
  const Pairs x = pairs_of(a), y = pairs_of(b);
  if (x.size + y.size == 0) return 0;
  size_t common = 0;
  for (size_t i = 0, j = 0; i < x.size && j < y.size;) {
    if (x.list[i] == y.list[j]) {
      ++common;
      ++i;
      ++j;
    } else if (x.list[i] < y.list[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return 2.0 * static_cast<double>(common) / static_cast<double>(x.size + y.size);
}

}  // namespace xinglin::matching
