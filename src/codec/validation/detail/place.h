// Where in the resource the walk is: a chain on the stack, spelled out only when there is something to say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace xinglin::validation::detail {

struct Place {
  const Place* parent = nullptr;
  std::string_view name;  // of the element, "value" for valueQuantity
  int64_t index = -1;     // in an array

  std::string path() const {
    std::string out = parent ? parent->path() : std::string();
    if (!out.empty()) out.push_back('.');
    out.append(name);
    if (index >= 0) out.append("[").append(std::to_string(index)).append("]");
    return out;
  }
};

}  // namespace xinglin::validation::detail
