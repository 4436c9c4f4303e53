// A partial change of a resource: JSON Patch (RFC 6902). Read and checked once, applied to any number of
// resources; pure, thread-safe. What it makes is not checked here: the record does that when it is written.
// Decimals keep their digits. FHIR R4 3.1.0.9.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace xinglin::record {

class Patch {
public:
  // kBadPatch with the place that is wrong.
  static Result<Patch> of_json_patch(json::value operations);

  // kPatchFailed: a place that is not there, a test that does not hold.
  Result<json::object> apply(json::object resource) const;

  struct Steps;  // known inside the room only

private:
  explicit Patch(std::shared_ptr<const Steps> steps) : steps_(std::move(steps)) {}
  std::shared_ptr<const Steps> steps_;  // shared: a patch is copied into write functions
};

}  // namespace xinglin::record
