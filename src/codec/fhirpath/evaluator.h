// Runs compiled expressions over resources. One Evaluator per thread or piece of work, used again and again:
// it keeps its stack and its arena, so that simple expressions allocate nothing. Results live until the next
// call. What an expression may ask of the world (references, terminology, profiles, %variables) comes through
// a Host. FHIRPath 2.0; FHIR R4 2.9.1 (resolve, extension, memberOf, conformsTo ...).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "codec/fhirpath/expression.h"
#include "codec/fhirpath/value.h"

namespace xinglin::fhirpath {

// Called on the evaluating thread. The defaults know nothing.
class Host {
public:
  enum class Unresolved {
    Drop,        // resolve() leaves out what cannot be found
    KeepByType,  // it gives an item that has only the type the reference names: enough for `resolve() is
                 // Patient`
  };

  virtual ~Host() = default;
  // Asked after contained resources and the entries of a Bundle. Must live until the evaluation ends.
  virtual const json::value* resolve(std::string_view reference);
  virtual Unresolved unresolved() const { return Unresolved::Drop; }
  // nullopt: not known, the result is empty.
  virtual std::optional<bool> member_of(const Value& coded, std::string_view value_set);
  virtual std::optional<bool> subsumes(const Value& a, const Value& b);
  // The default knows the profiles of the R4 types themselves; others are an error.
  virtual Result<bool> conforms_to(const Value& item, std::string_view profile);
  // %name; nullopt: there is none, the evaluation fails.
  virtual std::optional<std::span<const Value>> variable(std::string_view name);
  virtual void trace(std::string_view name, std::span<const Value> items);
};

struct Limits {
  uint32_t steps = 2'000'000;      // of work in one evaluation
  uint32_t items = 200'000;        // held at once
  uint32_t text_bytes = 16 << 20;  // made in one evaluation
};

struct Context {
  Value focus;                                 // $this and %context
  const json::value* resource = nullptr;       // %resource; null: the focus, if it is a resource
  const json::value* root_resource = nullptr;  // %rootResource; null: %resource
};

namespace detail {
class Machine;
}

class Evaluator {
public:
  explicit Evaluator(const Clock& clock, Host* host = nullptr, const Limits& limits = {});
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // The items in their order; the span and what it points to live until the next call.
  Result<std::span<const Value>> evaluate(const Expression& e, const Context& context);
  Result<std::span<const Value>> evaluate(const Expression& e, const json::value& resource);
  // As a condition: nullopt when the result is empty; one item that is no boolean counts as true (2.0
  // section 4.5).
  Result<std::optional<bool>> test(const Expression& e, const Context& context);

private:
  std::unique_ptr<detail::Machine> machine_;
};

// Where an item stands in `root`, as a path of the language: "Patient.name[0].given[1]"; nullopt when `root`
// does not hold it. By identity: O(size of root).
std::optional<std::string> locate(const json::value& root, const Value& item);

}  // namespace xinglin::fhirpath
