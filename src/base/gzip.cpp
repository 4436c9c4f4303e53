#include "base/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/result.h"

namespace xinglin {

namespace {

constexpr int kLevel = 1, kGzipWindow = 15 + 16, kMemoryLevel = 8;
constexpr size_t kStep = 64 * 1024;

}  // namespace

struct Gzip::State {
  z_stream stream{};
  ~State() { deflateEnd(&stream); }
};

Gzip::Gzip() : state_(std::make_unique<State>()) {
  XL_ASSERT(deflateInit2(&state_->stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                         Z_DEFAULT_STRATEGY) == Z_OK);
}
Gzip::~Gzip() = default;
Gzip::Gzip(Gzip&&) noexcept = default;
Gzip& Gzip::operator=(Gzip&&) noexcept = default;

void Gzip::add(std::string_view text, std::string& out) {
  constexpr size_t kMost = std::numeric_limits<uInt>::max() / 2;
  for (; text.size() > kMost; text.remove_prefix(kMost)) run(text.substr(0, kMost), Z_NO_FLUSH, out);
  run(text, Z_NO_FLUSH, out);
}

void Gzip::finish(std::string& out) {
  run({}, Z_FINISH, out);
}

void Gzip::run(std::string_view text, int flush, std::string& out) {
  z_stream& z = state_->stream;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  do {
    const size_t before = out.size();
    out.resize(before + kStep);
    z.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    z.avail_out = static_cast<uInt>(kStep);
    deflate(&z, flush);
    out.resize(before + kStep - z.avail_out);
  } while (z.avail_out == 0);
}

}  // namespace xinglin
