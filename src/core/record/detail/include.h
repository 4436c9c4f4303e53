// What goes along with the matches of a page: resources they refer to (_include) and resources that refer to
// them (_revinclude), once or again and again (:iterate). FHIR R4 3.1.1.5.4, 3.1.1.5.5.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/record/detail/parameters.h"
#include "core/record/detail/sql_text.h"

namespace xinglin::record::detail {

struct IncludeRule {
  const TypeDef* source = nullptr;      // null: any type
  std::vector<const ParameterDef*> by;  // empty: every reference parameter
  const TypeDef* target = nullptr;      // null: any type
  bool reverse = false, iterate = false;
};
// "Observation:subject", "Observation:subject:Patient", "Observation:*", "*". kBadParameter,
// kUnknownParameter.
Result<IncludeRule> parse_include(std::string_view text, bool reverse, bool iterate);

struct Included {
  std::vector<int64_t> keys;  // in the order they were found; none of the matches
  bool complete = true;       // false: there were more than the most
};
// What `may_see` denies is left out and leads nowhere.
using MaySee = std::function<Result<bool>(int64_t key)>;
Result<Included> include(sql::Session& session, const std::vector<IncludeRule>& rules,
                         const std::vector<int64_t>& matches, size_t most, const MaySee& may_see);

}  // namespace xinglin::record::detail
