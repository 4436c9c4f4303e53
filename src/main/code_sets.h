// How search gets its codes (:in, :not-in, :above, :below) from the terminology room. Lives as long as both;
// thread-safe.
#pragma once

#include <string>
#include <vector>

#include "core/record/record.h"
#include "core/terminology/terminology.h"

namespace xinglin::main {

class CodeSets final : public record::CodeSets {
public:
  explicit CodeSets(const terminology::Terminology& terminology) : terminology_(terminology) {}
  // A canonical URL, or ValueSet/id.
  Result<std::vector<record::Coded>> members(sql::Session& session,
                                             std::string_view value_set) const override;
  Result<std::vector<record::Coded>> below(sql::Session& session, const record::Coded& code) const override;
  Result<std::vector<record::Coded>> above(sql::Session& session, const record::Coded& code) const override;

private:
  const terminology::Terminology& terminology_;
};

}  // namespace xinglin::main
