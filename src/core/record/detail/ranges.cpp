#include "core/record/detail/ranges.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

namespace xinglin::record::detail {
namespace {

constexpr std::array<std::pair<std::string_view, Prefix>, 9> kPrefixes{{{"eq", Prefix::Eq},
                                                                        {"ne", Prefix::Ne},
                                                                        {"gt", Prefix::Gt},
                                                                        {"lt", Prefix::Lt},
                                                                        {"ge", Prefix::Ge},
                                                                        {"le", Prefix::Le},
                                                                        {"sa", Prefix::Sa},
                                                                        {"eb", Prefix::Eb},
                                                                        {"ap", Prefix::Ap}}};

Prefix take_prefix(std::string_view& text) {
  for (const auto& [name, prefix] : kPrefixes) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(2);
    return prefix;
  }
  return Prefix::Eq;
}

// Half of the last written digit: 0.05 for "5.4", 0.5 for "100", 50 for "1e2".
double half_unit(std::string_view text) {
  const size_t e = std::min(text.find_first_of("eE"), text.size());
  int exponent = 0;
  if (e < text.size()) {
    std::string_view digits = text.substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  }
  const size_t point = text.substr(0, e).find('.');
  if (point != std::string_view::npos) exponent -= static_cast<int>(e - point - 1);
  return 0.5 * std::pow(10.0, exponent);
}

}  // namespace

std::optional<DateRange> parse_date_range(std::string_view text, Instant now) {
  DateRange out;
  out.prefix = take_prefix(text);
  std::string repaired(text);  // a plus that came unescaped in a query string is a space here
  for (char& c : repaired) c = c == ' ' ? '+' : c;
  const auto span = parse_fhir_time(repaired);
  if (!span) return std::nullopt;
  out.low = span->first.us;
  out.high = span->last.us;
  if (out.prefix == Prefix::Ap) {  // ten per cent of the distance to now, on both sides
    const int64_t distance = now.us < out.low ? out.low - now.us : now.us > out.high ? now.us - out.high : 0;
    out.low -= distance / 10;
    out.high += distance / 10;
  }
  return out;
}

Sql DateRange::condition(std::string_view first, std::string_view last) const {
  const auto compare = [](Sql& sql, std::string_view column, std::string_view op, int64_t value) {
    sql.add(column).add(op).bind(value);
  };
  Sql inside;
  compare(inside, first, " >= ", low);
  compare(inside.add(" AND "), last, " <= ", high);
  Sql out;
  switch (prefix) {
    case Prefix::Eq:
      return Sql{}.add("(").add(inside).add(")");
    case Prefix::Ne:
      return Sql{}.add("NOT (").add(inside).add(")");
    case Prefix::Gt:
      compare(out, last, " > ", high);
      return out;
    case Prefix::Lt:
      compare(out, first, " < ", low);
      return out;
    case Prefix::Ge:
      compare(out.add("("), last, " > ", high);
      return out.add(" OR ").add(inside).add(")");
    case Prefix::Le:
      compare(out.add("("), first, " < ", low);
      return out.add(" OR ").add(inside).add(")");
    case Prefix::Sa:
      compare(out, first, " >= ", high);
      return out;
    case Prefix::Eb:
      compare(out, last, " <= ", low);
      return out;
    case Prefix::Ap:
      compare(out.add("("), first, " < ", high);
      compare(out.add(" AND "), last, " > ", low);
      return out.add(")");
  }
  return inside;
}

// A lower bound on the end of a value bounds its beginning but for long ones: those have an index of their
// own.
DateStretches stretches(const std::vector<DateRange>& ranges, const Sql& parameter) {
  constexpr int64_t kLongUs = 2'764'800'000'000;  // 32 days, as in the migration
  std::optional<int64_t> least, most, ends_after;
  const auto raise = [](std::optional<int64_t>& to, int64_t value) {
    to = to ? std::max(*to, value) : value;
  };
  const auto lower = [](std::optional<int64_t>& to, int64_t value) {
    to = to ? std::min(*to, value) : value;
  };
  DateStretches out;
  out.where.add(parameter);
  for (const DateRange& range : ranges) {
    out.where.add(" AND ").add(range.condition("first", "last"));
    if (range.prefix == Prefix::Eq) raise(least, range.low);
    if (range.prefix == Prefix::Sa) raise(least, range.high);
    if (range.prefix == Prefix::Gt) raise(ends_after, range.high);
    if (range.prefix == Prefix::Ge || range.prefix == Prefix::Ap) raise(ends_after, range.low);
    if (range.prefix == Prefix::Lt || range.prefix == Prefix::Eb) lower(most, range.low);
    const bool high = range.prefix == Prefix::Eq || range.prefix == Prefix::Le || range.prefix == Prefix::Ap;
    if (high) lower(most, range.high);
  }
  Sql bounds;
  if (most) bounds.add(" AND first <= ").bind(*most);
  if (ends_after && (!least || *least < *ends_after - kLongUs)) {
    const int64_t from = *ends_after - kLongUs;
    out.pieces.push_back(Sql(out.where).add(" AND first >= ").bind(from).add(bounds));
    out.pieces.push_back(Sql(out.where)
                             .add(" AND last - first > 2764800000000 AND last >= ")
                             .bind(*ends_after)
                             .add(" AND first < ")
                             .bind(from)
                             .add(bounds));
    return out;
  }
  if (least) bounds.add(" AND first >= ").bind(*least);
  if (!bounds.empty()) out.pieces.push_back(Sql(out.where).add(bounds));
  return out;
}

std::optional<NumberRange> parse_number_range(std::string_view text) {
  NumberRange out;
  out.prefix = take_prefix(text);
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), out.exact);
  if (ec != std::errc() || end != digits.data() + digits.size() || !std::isfinite(out.exact))
    return std::nullopt;
  const double half = out.prefix == Prefix::Ap ? std::fabs(out.exact) * 0.1 : half_unit(digits);
  out.low = out.exact - half;
  out.high = out.exact + half;
  return out;
}

std::vector<Sql> NumberRange::pieces(const Sql& parameter) const {
  if (prefix != Prefix::Gt && prefix != Prefix::Ge && prefix != Prefix::Ap) return {};
  const double from = prefix == Prefix::Ap ? low : exact;
  std::vector<Sql> out;
  out.push_back(Sql(parameter).add(" AND low >= ").bind(from).add(" AND ").add(condition()));
  out.push_back(Sql(parameter)
                    .add(" AND low <> high AND high >= ")
                    .bind(from)
                    .add(" AND low < ")
                    .bind(from)
                    .add(" AND ")
                    .add(condition()));
  return out;
}

Sql NumberRange::condition() const {
  const auto compare = [](std::string_view column, std::string_view op, double value) {
    return Sql{}.add(column).add(op).bind(value);
  };
  const Sql inside = Sql{}.add("(low >= ").bind(low).add(" AND high < ").bind(high).add(")");
  switch (prefix) {
    case Prefix::Eq:
      return inside;
    case Prefix::Ne:
      return Sql{}.add("NOT ").add(inside);
    case Prefix::Gt:
      return compare("high", " > ", exact);
    case Prefix::Lt:
      return compare("low", " < ", exact);
    case Prefix::Ge:
      return compare("high", " >= ", exact);
    case Prefix::Le:
      return compare("low", " <= ", exact);
    case Prefix::Sa:
      return compare("low", " > ", exact);
    case Prefix::Eb:
      return compare("high", " < ", exact);
    case Prefix::Ap:
      return Sql{}.add("(low <= ").bind(high).add(" AND high >= ").bind(low).add(")");
  }
  return inside;
}

}  // namespace xinglin::record::detail
