// Giving memory back while something large is read: large objects lie in mapped files, whose pages count as
// memory of the process from the moment they are touched.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace xinglin {

// Told of bytes that were gone through and are not needed soon. Empty: nobody wants to know.
using LetGo = std::function<void(std::span<const uint8_t>)>;

// For who goes through `bytes` from header to header: tells of them in parts. `let_go` outlives it.
class Passing {
public:
  Passing(std::span<const uint8_t> bytes, const LetGo& let_go) : bytes_(bytes), let_go_(let_go) {}
  void at(size_t position) {
    constexpr size_t kPart = size_t{16} << 20;
    if (!let_go_ || position - told_ < kPart) return;
    let_go_(bytes_.subspan(told_, position - told_));
    told_ = position;
  }

private:
  std::span<const uint8_t> bytes_;
  const LetGo& let_go_;
  size_t told_ = 0;
};

}  // namespace xinglin
