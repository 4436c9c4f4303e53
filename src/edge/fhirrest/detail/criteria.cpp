#include "edge/fhirrest/detail/interactions.h"

namespace xinglin::fhirrest::detail {

Result<record::Criteria> criteria_of(const Context& context, const std::string& type,
                                     const std::vector<http::Parameter>& parameters) {
  record::Criteria out{type, {}};
  for (const http::Parameter& given : parameters) {
    const std::string& name = given.name;
    if (name == "_format" || name == "_pretty") continue;
    for (const char* of_answers : {"_count", "_sort", "_include", "_revinclude", "_summary", "_elements",
                                   "_total", "_contained", "_containedType"})
      if (name == of_answers || name.starts_with(std::string(of_answers) + ":"))
        return Error(record::kBadParameter, name + " says nothing about which resource is meant");
    out.parameters.push_back(to_parameter(context, given));
  }
  return out;
}

Result<record::Criteria> criteria_of(const Context& context, const std::string& type, std::string_view text) {
  if (const size_t mark = text.find('?'); mark != std::string_view::npos) {
    const std::string_view before = text.substr(0, mark);
    if (!before.empty() && before != type && !before.ends_with("/" + type))
      return Error(record::kBadParameter, "the criteria are those of another type than " + type);
    text.remove_prefix(mark + 1);
  }
  XL_TRY(const std::vector<http::Parameter> parameters, http::parse_query(text));
  return criteria_of(context, type, parameters);
}

}  // namespace xinglin::fhirrest::detail
