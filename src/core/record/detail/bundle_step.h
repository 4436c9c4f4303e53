// One entry of a Bundle as what is to be done.
#pragma once

#include <optional>
#include <string>

#include "core/record/bundle.h"
#include "core/record/conditional.h"

namespace xinglin::record::detail {

enum class Verb { Delete, Create, Update, Patch, Fetch, Skip };  // in the order of their processing

struct Step {
  Verb verb = Verb::Skip;
  size_t index = 0;  // in the Bundle
  std::string full_url;
  std::string type, id;  // id "": not known yet
  std::string given_id;  // in the resource
  std::optional<Criteria> criteria;
  std::optional<int64_t> if_match;
  json::object resource;
  json::object entry;  // of a Fetch
  std::optional<record::Patch> patch;
};

bool is_fetch(const json::object& request);
std::string place_of(size_t index);  // "Bundle.entry[3]"
Error refuse(IssueSink& issues, size_t index, std::string code, std::string message);
Result<Step> read_step(json::value& entry, size_t index, const BundleOptions& options, IssueSink& issues);
// "Patient?identifier=1" or its query alone.
Result<Criteria> read_criteria(std::string type, std::string_view text, const std::string& base_url);

}  // namespace xinglin::record::detail
