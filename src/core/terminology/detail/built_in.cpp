#include "core/terminology/detail/pack.h"

extern "C" const uint8_t xl_terminology_pack[];
extern "C" const uint8_t xl_terminology_pack_end[];

namespace xinglin::terminology::detail {

const Pack& built_in_pack() {
  static const Pack pack(std::span<const uint8_t>(
      xl_terminology_pack, static_cast<size_t>(xl_terminology_pack_end - xl_terminology_pack)));
  return pack;
}

}  // namespace xinglin::terminology::detail
