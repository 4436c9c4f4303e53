// Reads a multipart body (RFC 2046 5.1) as it arrives: boundaries may lie across pieces, parts may be of any
// size and are handed on without being held. Nothing is trusted: headers and the number of parts are bounded,
// and a body that does not end with its last boundary is an error. Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "edge/dicomweb/errors.h"

namespace xinglin::dicomweb {

using PartHeaders = std::map<std::string, std::string, std::less<>>;  // names in lower case

class PartReceiver {
public:
  virtual ~PartReceiver() = default;
  // An error ends the reading and is passed on.
  virtual Result<void> begin_part(const PartHeaders& headers) = 0;
  virtual Result<void> part_data(std::span<const uint8_t> bytes) = 0;
  virtual Result<void> end_part() = 0;
};

class MultipartReader {
public:
  struct Limits {
    size_t header_bytes_max = 16 * 1024;  // of one part
    size_t parts_max = 100'000;
  };
  // RFC 2046: 1 to 70 characters.
  static bool is_boundary(std::string_view text);
  MultipartReader(std::string_view boundary, PartReceiver& receiver, Limits limits);
  MultipartReader(std::string_view boundary, PartReceiver& receiver)
      : MultipartReader(boundary, receiver, Limits()) {}

  Result<void> write(std::span<const uint8_t> bytes);
  Result<void> finish();  // kBadMultipart: cut short, or no multipart body at all

private:
  enum class State { Preamble, Mark, Headers, Data, Epilogue };
  // True: more can be read from what is held.
  Result<bool> step();
  Result<bool> search(bool in_part);
  Result<bool> after_mark();
  Result<bool> headers();
  void drop(size_t bytes) { at_ += bytes; }
  std::string_view held() const { return std::string_view(held_).substr(at_); }

  const std::string mark_;  // CRLF, two dashes, the boundary
  PartReceiver& receiver_;
  const Limits limits_;
  State state_ = State::Preamble;
  std::string held_ = "\r\n";  // the first boundary needs no line before it
  size_t at_ = 0, parts_ = 0;
};

}  // namespace xinglin::dicomweb
