// Gzip (RFC 1952) of text that is sent piece by piece: what add() and finish() append to `out` is one stream.
// Compresses lightly: it is meant for answers made on the fly. Belongs to one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace xinglin {

class Gzip {
public:
  Gzip();
  ~Gzip();
  Gzip(Gzip&&) noexcept;
  Gzip& operator=(Gzip&&) noexcept;
  void add(std::string_view text, std::string& out);
  void finish(std::string& out);  // the object may then only be destroyed or assigned to

private:
  struct State;
  void run(std::string_view text, int flush, std::string& out);
  std::unique_ptr<State> state_;
};

}  // namespace xinglin
