#include "core/archive/detail/retention.h"

#include <algorithm>

#include "base/time.h"

namespace xinglin::archive {

namespace {

bool is_date(const std::string& text) {
  return text.size() == 8 && parse_compact_time(text).has_value();
}

// 29 February becomes the first of March of a common year: the last day itself is kept.
std::string years_later(const std::string& date, int64_t years) {
  const int64_t year = std::min<int64_t>(std::stoll(date.substr(0, 4)) + years, 9999);
  std::string out = std::to_string(year);
  out.insert(0, 4 - out.size(), '0');
  out += date.substr(4);
  return is_date(out) ? out : out.substr(0, 4) + "0301";
}

}  // namespace

std::string kept_until(const RetentionRule& rule, const std::string& study_date,
                       const std::string& received_date, const std::string& birth_date) {
  if (rule.years == 0) return received_date;
  const std::string from = is_date(study_date) ? study_date : received_date;
  const std::string end = years_later(from, rule.years);
  const std::string birth = is_date(birth_date) ? std::min(birth_date, from) : from;
  if (years_later(birth, rule.of_age) <= from) return end;
  return std::max(end, years_later(birth, rule.minor_until_age));
}

}  // namespace xinglin::archive
