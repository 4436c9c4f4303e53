#include "codec/fhirpath/expression.h"

#include "codec/fhirpath/detail/program.h"

namespace xinglin::fhirpath {

std::string_view Expression::text() const {
  return program_ ? std::string_view(program_->text) : std::string_view();
}

Result<Expression> compile(std::string_view text, const CompileOptions& options) {
  auto program = std::make_shared<detail::Program>();
  program->text = text;
  program->checking = options.checking;
  XL_CHECK(detail::parse_into(*program));
  XL_CHECK(detail::resolve_types(*program, find_type(options.context_type)));
  return Expression(std::move(program));
}

}  // namespace xinglin::fhirpath
