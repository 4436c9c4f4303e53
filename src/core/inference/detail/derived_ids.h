// Ids that follow from what they name, so that a job that runs twice gives the same ones: the inference id
// from the application and the event, every published id from the inference id.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/strong_id.h"

namespace xinglin::inference::detail {

// The bytes of SHA-256(seed, 0), SHA-256(seed, 1) ... in place of entropy.
class DerivedBytes final : public Random {
public:
  explicit DerivedBytes(std::string seed) : seed_(std::move(seed)) {}
  void fill(std::span<uint8_t> out) override;

private:
  std::string seed_;
  uint64_t block_ = 0;
};

InferenceId derive_inference_id(std::string_view application, std::string_view version,
                                std::string_view cause, std::string_view subject);
std::string derive_uuid(const InferenceId& id, std::string_view role);
std::string derive_uid(const InferenceId& id, std::string_view role);  // DICOM UID, 2.25.*

}  // namespace xinglin::inference::detail
