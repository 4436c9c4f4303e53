// A multipart body as it comes from outside, whole and one byte at a time: both must be read the same way,
// and what is handed on is never more than what came.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/digest.h"
#include "edge/dicomweb/multipart.h"

namespace {

namespace dicomweb = xinglin::dicomweb;
using xinglin::Result;
using xinglin::as_text;

struct Recorder final : dicomweb::PartReceiver {
  Result<void> begin_part(const dicomweb::PartHeaders& headers) override {
    log += "[";
    for (const auto& [name, value] : headers) log += name + ":" + value + ";";
    log += "]";
    return {};
  }
  Result<void> part_data(std::span<const uint8_t> piece) override {
    log += as_text(piece);
    bytes += piece.size();
    return {};
  }
  Result<void> end_part() override {
    log += "|";
    return {};
  }
  std::string log;
  size_t bytes = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const uint8_t> all(data, size);
  Recorder whole, single;
  dicomweb::MultipartReader reader("b", whole), by_byte("b", single);
  const bool good = reader.write(all).ok() && reader.finish().ok();
  bool good_by_byte = true;
  for (size_t i = 0; i < size && good_by_byte; ++i) good_by_byte = by_byte.write(all.subspan(i, 1)).ok();
  good_by_byte = good_by_byte && by_byte.finish().ok();
  if (whole.bytes > size || single.bytes > size) std::abort();
  if (good != good_by_byte || (good && whole.log != single.log)) std::abort();
  return 0;
}
