// Frames of WebSockets as a client sends them, in two pieces cut anywhere: the cut must not matter, and no
// message may be longer than allowed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/http/detail/frames.h"

namespace {

using xinglin::http::detail::FrameReader;

std::vector<std::string> messages(FrameReader& reader) {
  std::vector<std::string> out;
  while (const auto frame = reader.next()) {
    if (frame->payload.size() > 1000) std::abort();
    out.push_back(frame->payload);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FrameReader whole(1000), cut(1000);
  whole.add({data, size});
  const auto expected = messages(whole);
  const size_t at = size == 0 ? 0 : data[0] % size;
  cut.add({data, at});
  auto found = messages(cut);
  cut.add({data + at, size - at});
  for (std::string& one : messages(cut)) found.push_back(std::move(one));
  if (found != expected || cut.broken() != whole.broken()) std::abort();
  return 0;
}
