// The two kinds of patch, behind Patch.
#pragma once

#include "core/record/errors.h"
#include "core/record/patch.h"

namespace xinglin::record {

struct Patch::Steps {
  virtual ~Steps() = default;
  virtual Result<void> apply(json::value& resource) const = 0;
};

namespace detail {

inline constexpr size_t kPatchStepsMax = 1000;

// A member together with the text its decimal was written as.
void set_member(json::object& owner, std::string_view key, json::value value, const json::value* kept);
void erase_member(json::object& owner, std::string_view key);
// Equal as JSON says: numbers by value, members in any order, kept texts aside.
bool equal(const json::value& a, const json::value& b);

Result<std::shared_ptr<const Patch::Steps>> read_json_patch(json::value operations);

}  // namespace detail
}  // namespace xinglin::record
