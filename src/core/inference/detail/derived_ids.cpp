#include "core/inference/detail/derived_ids.h"

#include <algorithm>

#include "base/digest.h"

namespace xinglin::inference::detail {
namespace {

// Parts are kept apart by a byte that none of them holds.
std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out.append(part) += '\x1f';
  return out;
}

}  // namespace

void DerivedBytes::fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    const Digest block = sha256(seed_ + std::to_string(block_++));
    const size_t n = std::min(out.size(), block.size());
    std::copy_n(block.begin(), n, out.begin());
    out = out.subspan(n);
  }
}

InferenceId derive_inference_id(std::string_view application, std::string_view version,
                                std::string_view cause, std::string_view subject) {
  DerivedBytes bytes(joined({"inference", application, version, cause, subject}));
  return InferenceId(new_uuid(bytes));
}

std::string derive_uuid(const InferenceId& id, std::string_view role) {
  DerivedBytes bytes(joined({id.str(), role}));
  return new_uuid(bytes);
}

std::string derive_uid(const InferenceId& id, std::string_view role) {
  DerivedBytes bytes(joined({id.str(), role}));
  return new_dicom_uid(bytes);
}

}  // namespace xinglin::inference::detail
