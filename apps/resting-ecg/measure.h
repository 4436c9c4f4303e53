// A measured number, or the reason why there is none. Every figure of this application is one of these:
// nothing is ever filled in where the signal does not allow an answer.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace xinglin::resting_ecg {

struct Measure {
  std::optional<double> value;
  std::string reason;  // why not, when there is no value

  static Measure of(double v) { return {v, {}}; }
  static Measure none(std::string why) { return {std::nullopt, std::move(why)}; }
  bool known() const { return value.has_value(); }
};

}  // namespace xinglin::resting_ecg
