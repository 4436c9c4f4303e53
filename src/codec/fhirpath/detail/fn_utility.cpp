// trace, now, today, timeOfDay, type: FHIRPath 2.0 section 5.9, 6.4.
#include <array>

#include "codec/fhirpath/detail/machine.h"

namespace xinglin::fhirpath::detail {
namespace {

bool run_trace(Machine& m, const Node& call, size_t base) {
  const auto name = m.argument(call.args[0]);
  if (m.has_failed()) return false;
  const std::string_view shown = name && name->kind() == Kind::String ? name->raw_string() : "";
  if (call.args.size() == 1) {
    m.host().trace(shown, m.from(base));
    return true;
  }
  const size_t end = m.size();
  const Scope outer = m.scope;
  bool ok = true;
  for (size_t i = base; i < end && ok; ++i) {
    m.scope.self = m.at(i), m.scope.has_self = true, m.scope.index = static_cast<int64_t>(i - base);
    ok = m.eval(call.args[1]);
  }
  m.scope = outer;
  if (ok) m.host().trace(shown, m.from(end));
  m.pop_to(end);
  return ok;
}

bool run_now(Machine& m, const Node&, size_t base) {
  return m.give(base, Value::temporal(Kind::DateTime, date_time_of(m.now())));
}
bool run_today(Machine& m, const Node&, size_t base) {
  const Temporal now = date_time_of(m.now());
  Temporal day;
  day.year = now.year, day.month = now.month, day.day = now.day, day.precision = Precision::Day;
  return m.give(base, Value::temporal(Kind::Date, day));
}
bool run_time_of_day(Machine& m, const Node&, size_t base) {
  Temporal time = date_time_of(m.now());
  time.year = 0, time.month = 1, time.day = 1, time.offset_minutes = Temporal::kNoOffset;
  return m.give(base, Value::temporal(Kind::Time, time));
}

bool run_type(Machine& m, const Node&, size_t base) {
  for (Value& item : m.from(base)) item = Value::type_info(item.type());
  return true;
}

constexpr std::array kFunctions{
    stacked("trace", 1, 2, Gives::Input, run_trace, Arguments::Lambda),
    stacked("now", 0, 0, Gives::DateTime, run_now),
    stacked("today", 0, 0, Gives::Date, run_today),
    stacked("timeOfDay", 0, 0, Gives::Time, run_time_of_day),
    stacked("type", 0, 0, Gives::Unknown, run_type),
};

}  // namespace

std::span<const FunctionDef> utility_functions() {
  return kFunctions;
}

}  // namespace xinglin::fhirpath::detail
