#include "codec/fhirpath/evaluator.h"

#include "codec/fhirpath/detail/machine.h"
#include "codec/fhirpath/detail/model.h"
#include "codec/fhirpath/errors.h"

namespace xinglin::fhirpath {
namespace {

constexpr std::string_view kCoreProfiles = "http://hl7.org/fhir/StructureDefinition/";

}  // namespace

const json::value* Host::resolve(std::string_view) {
  return nullptr;
}
std::optional<bool> Host::member_of(const Value&, std::string_view) {
  return std::nullopt;
}
std::optional<bool> Host::subsumes(const Value&, const Value&) {
  return std::nullopt;
}
Result<bool> Host::conforms_to(const Value& item, std::string_view profile) {
  if (profile.starts_with(kCoreProfiles)) {
    const std::string_view name = profile.substr(kCoreProfiles.size());
    if (find_type(name) != kUnknownType) return detail::is_a(item.type(), name);
  }
  return Error(errors::kExecution, "the profile " + std::string(profile) + " is not known");
}
std::optional<std::span<const Value>> Host::variable(std::string_view) {
  return std::nullopt;
}
void Host::trace(std::string_view, std::span<const Value>) {}

Evaluator::Evaluator(const Clock& clock, Host* host, const Limits& limits)
    : machine_(std::make_unique<detail::Machine>(clock, host, limits)) {}
Evaluator::~Evaluator() = default;

Result<std::span<const Value>> Evaluator::evaluate(const Expression& e, const Context& context) {
  if (!machine_->start(e.program(), context)) return *machine_->error();
  return machine_->items();
}

Result<std::span<const Value>> Evaluator::evaluate(const Expression& e, const json::value& resource) {
  return evaluate(e, Context{Value::resource(resource)});
}

Result<std::optional<bool>> Evaluator::test(const Expression& e, const Context& context) {
  const detail::Truth truth = machine_->test(e.program(), context);
  if (truth == detail::Truth::Failed) return *machine_->error();
  if (truth == detail::Truth::Empty) return std::optional<bool>();
  return std::optional(truth == detail::Truth::True);
}

}  // namespace xinglin::fhirpath
