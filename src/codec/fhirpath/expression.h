// A FHIRPath expression, compiled once and shared by any number of threads: names are resolved against the R4
// definitions where the type is known, regular expressions and literals are made ready. FHIRPath 2.0 (N1)
// with the additions of FHIR R4 (2.9.1). Evaluated by evaluator.h. Limits: 64 KiB of text, 100 levels, 20,000
// nodes.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace xinglin::fhirpath {

enum class Checking {
  Lenient,  // a path the definitions do not know is empty; `as` of several items picks those of the type
  Strict,   // such a path is refused; `as` of several items fails (as the language says)
  Ordered,  // and so is a function that depends on the order of children() or descendants()
};

struct CompileOptions {
  std::string_view context_type = {};  // what $this is at first: "Patient", "Patient.contact"; "" = unknown
  Checking checking = Checking::Lenient;
};

namespace detail {
struct Program;
}

class Expression {  // cheap to copy
public:
  Expression() = default;
  explicit Expression(std::shared_ptr<const detail::Program> program) : program_(std::move(program)) {}
  explicit operator bool() const { return program_ != nullptr; }
  std::string_view text() const;
  const detail::Program& program() const { return *program_; }

private:
  std::shared_ptr<const detail::Program> program_;  // shared: caches and evaluations hold it at the same time
};

Result<Expression> compile(std::string_view text, const CompileOptions& options = {});

}  // namespace xinglin::fhirpath
