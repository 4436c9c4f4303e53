#include "main/code_sets.h"

namespace xinglin::main {
namespace {

Result<std::vector<record::Coded>> of_system(const std::string& system,
                                             Result<std::vector<std::string>> codes) {
  if (!codes) return codes.error();
  std::vector<record::Coded> out;
  for (std::string& code : *codes) out.push_back({system, std::move(code)});
  return out;
}

}  // namespace

Result<std::vector<record::Coded>> CodeSets::members(sql::Session& session,
                                                     std::string_view value_set) const {
  constexpr std::string_view kOwn = "ValueSet/";
  std::string url(value_set);
  if (value_set.starts_with(kOwn))
    url = terminology_.url_of(terminology::Kind::ValueSet, value_set.substr(kOwn.size())).value_or(url);
  XL_TRY(const std::vector<terminology::Coding> codes, terminology_.codes_in(url, &session));
  std::vector<record::Coded> out;
  for (const terminology::Coding& one : codes) out.push_back({one.system, one.code});
  return out;
}

Result<std::vector<record::Coded>> CodeSets::below(sql::Session& session, const record::Coded& code) const {
  return of_system(code.system, terminology_.at_or_below(code.system, code.code, &session));
}

Result<std::vector<record::Coded>> CodeSets::above(sql::Session& session, const record::Coded& code) const {
  return of_system(code.system, terminology_.at_or_above(code.system, code.code, &session));
}

}  // namespace xinglin::main
