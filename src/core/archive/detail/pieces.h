// A data set looked at piece by piece, so that of one that lies in a file little is in memory at once.
// Private to core/archive.
#pragma once

#include <algorithm>
#include <span>

#include "core/archive/archive.h"

namespace xinglin::archive {

template <class Use>
Result<void> in_pieces(std::span<const uint8_t> bytes, const LetGo& let_go, const Use& use) {
  constexpr size_t kPiece = size_t{4} << 20;
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), kPiece));
    XL_CHECK(use(piece));
    if (let_go) let_go(piece);
    bytes = bytes.subspan(piece.size());
  }
  return {};
}

}  // namespace xinglin::archive
