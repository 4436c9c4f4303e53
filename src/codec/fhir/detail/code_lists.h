// The codes of value sets that required bindings of `code` elements name, as far as the definitions list
// them: whole code systems, named concepts, other such value sets. Looked up in the image by
// Element::allows_code; what is filtered or lies outside is left to terminology.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "codec/fhir/detail/image_writer.h"

namespace xinglin::fhir::detail {

class CodeLists {
public:
  void add_system(const json::object& code_system);
  void add_value_set(const json::object& value_set);
  // Writes the lists that the writer's elements ask for.
  void write(ImageWriter& writer) const;

private:
  using Codes = std::set<std::string>;
  std::optional<Codes> codes_of(std::string_view value_set, size_t depth) const;
  std::optional<Codes> included(const json::object& part, size_t depth) const;

  std::map<std::string, Codes, std::less<>> systems_;  // complete ones, by url
  std::map<std::string, json::object, std::less<>> compositions_;
};

}  // namespace xinglin::fhir::detail
