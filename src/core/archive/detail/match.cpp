#include "core/archive/detail/match.h"

#include <algorithm>

#include "core/archive/query.h"

namespace xinglin::archive {

namespace {

constexpr std::string_view kEarliestTime = "000000.000000", kLatestTime = "235959.999999";

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string without(std::string_view text, std::string_view dropped) {
  std::string out;
  for (const char c : text)
    if (dropped.find(c) == std::string_view::npos) out += c;
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The upper-case letters of the two-byte scripts lie in pairs or rows beside their lower case.
char32_t lower(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9)) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  if (c == 0x178) return 0xFF;
  const bool odd_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if (odd_upper) return (c & 1) != 0 ? c + 1 : c;
  const bool even_upper = (c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14A && c <= 0x177);
  return even_upper ? (c | 1) : c;
}

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      out += static_cast<char>(lower(lead));
    } else if ((lead & 0xE0) == 0xC0 && i + 1 < text.size()) {
      const char32_t c = lower((lead & 0x1Fu) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3Fu));
      out += static_cast<char>(0xC0 | c >> 6);
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string fold_group(std::string_view group) {
  std::string out;
  for (size_t at = 0; at <= group.size();) {
    const size_t end = std::min(group.find('^', at), group.size());
    if (at > 0) out += '^';
    out += trim(group.substr(at, end - at));
    at = end + 1;
  }
  while (!out.empty() && out.back() == '^') out.pop_back();
  return fold(out);
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(at, start), text.size());
    out.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

// Components that the key leaves empty or out match anything.
bool matches_group(std::string_view name, std::string_view key, bool fuzzy) {
  if (has_wildcard(key)) return matches_wildcard(name, key);
  const auto given = split(key, '^'), have = split(name, '^');
  for (size_t i = 0; i < given.size(); ++i) {
    if (given[i].empty()) continue;
    const std::string_view component = i < have.size() ? have[i] : std::string_view();
    if (fuzzy ? !component.starts_with(given[i]) : component != given[i]) return false;
  }
  return true;
}

// One date or time of `key`: `first` and `last` of what it may mean.
using Parse = Result<TextRange> (*)(std::string_view);

Result<TextRange> one_date(std::string_view text) {
  const std::string digits = without(text, ".");
  if (digits.size() != 8 || !is_digits(digits)) return Error(kBadKey, "a date is not YYYYMMDD");
  return TextRange{digits, digits};
}

Result<TextRange> one_time(std::string_view text) {
  std::string digits = without(text, ":");
  std::string fraction;
  if (const size_t dot = digits.find('.'); dot != std::string::npos) {
    fraction = digits.substr(dot + 1);
    digits.resize(dot);
    if (digits.size() != 6 || fraction.empty()) return Error(kBadKey, "a time is not HHMMSS.FFFFFF");
  }
  const bool whole = digits.size() == 2 || digits.size() == 4 || digits.size() == 6;
  if (!whole || fraction.size() > 6 || !is_digits(digits) || !is_digits(fraction))
    return Error(kBadKey, "a time is not HHMMSS.FFFFFF");
  const auto fill = [&](std::string_view pattern) {
    std::string out = digits + std::string(pattern.substr(digits.size(), 7 - digits.size())) + fraction;
    return out + std::string(pattern.substr(out.size()));
  };
  return TextRange{fill(kEarliestTime), fill(kLatestTime)};
}

Result<TextRange> one_date_time(std::string_view text) {
  const size_t sign = text.find_first_of("+-");
  if (sign != std::string_view::npos) {
    const std::string_view offset = text.substr(sign + 1);
    if (offset.size() != 4 || !is_digits(offset) || offset > "1400")
      return Error(kBadKey, "an offset from UTC is not +HHMM");
    text = text.substr(0, sign);
  }
  const std::string_view date = text.substr(0, std::min<size_t>(text.size(), 8));
  const bool whole = date.size() == 4 || date.size() == 6 || date.size() == 8;
  if (!whole || !is_digits(date)) return Error(kBadKey, "a date time is not YYYYMMDDHHMMSS.FFFFFF");
  TextRange time{std::string(kEarliestTime), std::string(kLatestTime)};
  if (text.size() > 8) {
    XL_TRY(time, one_time(text.substr(8)));
  }
  const std::string padding(8 - date.size(), ' ');
  const std::string earliest = std::string(date) + std::string("0101").substr(4 - padding.size());
  const std::string latest = std::string(date) + std::string("1231").substr(4 - padding.size());
  return TextRange{earliest + time.first, latest + time.last};
}

// "a", "a-b", "-b", "a-". A '-' that leaves no valid parts on its sides may be the sign of an offset.
Result<TextRange> parse_range(std::string_view key, Parse parse) {
  key = trim(key);
  if (auto single = parse(key); single.ok() || key.find('-') == std::string_view::npos) return single;
  Error wrong(kBadKey, "a range is not FIRST-LAST");
  for (size_t at = key.find('-'); at != std::string_view::npos; at = key.find('-', at + 1)) {
    const std::string_view left = trim(key.substr(0, at)), right = trim(key.substr(at + 1));
    if (left.empty() && right.empty()) continue;
    TextRange out{"", "~"};
    if (!left.empty()) {
      const auto first = parse(left);
      if (!first.ok()) continue;
      out.first = first->first;
    }
    if (!right.empty()) {
      const auto last = parse(right);
      if (!last.ok()) continue;
      out.last = last->last;
    }
    return out;
  }
  return wrong;
}

bool is_integer_text(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return !text.empty() && text.size() < 18 && is_digits(text);
}

bool same_text(std::string_view vr, std::string_view value, std::string_view key) {
  if ((vr == "IS" || vr == "US" || vr == "UL") && is_integer_text(value) && is_integer_text(key))
    return std::stoll(std::string(value)) == std::stoll(std::string(key));
  return value == key;
}

bool in_time(std::string_view vr, std::string_view value, std::string_view key) {
  if (value.empty()) return false;
  const auto range = vr == "DA"   ? parse_date_key(key)
                     : vr == "TM" ? parse_time_key(key)
                                  : parse_date_time_key(key);
  if (!range.ok()) return false;
  if (vr == "DA") return range->contains(plain_date(value));
  if (vr == "TM") return range->contains(full_time(value));
  const auto span = one_date_time(value);
  return span.ok() && span->first <= range->last && range->first <= span->last;
}

}  // namespace

NameGroups fold_name(std::string_view name) {
  NameGroups out;
  const auto groups = split(name, '=');
  for (size_t i = 0; i < out.size() && i < groups.size(); ++i) out[i] = fold_group(groups[i]);
  return out;
}

bool is_universal(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return c == '*' || c == ' '; });
}

bool has_wildcard(std::string_view key) {
  return key.find_first_of("*?") != std::string_view::npos;
}

bool matches_wildcard(std::string_view value, std::string_view pattern) {
  size_t v = 0, p = 0, star = std::string_view::npos, resume = 0;
  const auto next_character = [&](size_t at) {
    do ++at;
    while (at < value.size() && (static_cast<unsigned char>(value[at]) & 0xC0) == 0x80);
    return at;
  };
  while (v < value.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = v;
    } else if (p < pattern.size() && pattern[p] == '?') {
      v = next_character(v);
      ++p;
    } else if (p < pattern.size() && pattern[p] == value[v]) {
      ++v;
      ++p;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      v = resume = next_character(resume);
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<ptrdiff_t>(p), pattern.end(),
                     [](char c) { return c == '*'; });
}

std::vector<std::string> split_key(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view part : split(text, '\\')) out.emplace_back(trim(part));
  return out;
}

Result<TextRange> parse_date_key(std::string_view key) {
  return parse_range(key, one_date);
}
Result<TextRange> parse_time_key(std::string_view key) {
  return parse_range(key, one_time);
}
Result<TextRange> parse_date_time_key(std::string_view key) {
  return parse_range(key, one_date_time);
}

std::string plain_date(std::string_view value) {
  const bool old = value.size() == 10 && value[4] == '.' && value[7] == '.';
  return old ? without(value, ".") : std::string(value);
}

std::string full_time(std::string_view value) {
  auto span = one_time(trim(value));
  return span.ok() ? span->first : std::string(value);
}

bool matches_name(const NameGroups& name, std::string_view key, bool fuzzy) {
  const NameGroups wanted = fold_name(key);
  if (key.find('=') == std::string_view::npos)
    return std::any_of(name.begin(), name.end(), [&](const std::string& group) {
      return !group.empty() && matches_group(group, wanted[0], fuzzy);
    });
  for (size_t i = 0; i < wanted.size(); ++i)
    if (!is_universal(wanted[i]) && !matches_group(name[i], wanted[i], fuzzy)) return false;
  return true;
}

bool matches(std::string_view vr, std::string_view value, std::string_view key, bool fuzzy) {
  if (vr == "PN") return matches_name(fold_name(value), key, fuzzy);
  const auto have = split(value, '\\');
  const auto any = [&](auto test) { return std::any_of(have.begin(), have.end(), test); };
  if (vr == "DA" || vr == "TM" || vr == "DT")
    return any([&](std::string_view v) { return in_time(vr, trim(v), key); });
  for (const std::string& wanted : split_key(key)) {
    const bool wild = has_wildcard(wanted) && vr != "UI";
    if (any([&](std::string_view v) {
          return wild ? matches_wildcard(v, wanted) : same_text(vr, trim(v), wanted);
        }))
      return true;
  }
  return false;
}

Result<void> check_key(std::string_view vr, std::string_view key) {
  if (is_universal(key)) return {};
  if (vr == "DA") XL_CHECK(parse_date_key(key));
  if (vr == "TM") XL_CHECK(parse_time_key(key));
  if (vr == "DT") XL_CHECK(parse_date_time_key(key));
  return {};
}

std::string literal_prefix(std::string_view key) {
  return std::string(key.substr(0, std::min(key.find_first_of("*?"), key.size())));
}

}  // namespace xinglin::archive
