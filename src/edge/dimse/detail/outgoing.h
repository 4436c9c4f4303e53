// A stored instance on its way out: its data set as stored, or rewritten from one uncompressed transfer
// syntax to another. Private to edge/dimse.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"

namespace xinglin::dimse {

struct Wanted {
  SopInstanceUid instance;
  SopClassUid sop_class;
  TransferSyntaxUid syntax;  // it is stored in
};

class Outgoing {
public:
  // `file` is PS3.10; kNoContext when `from` cannot be rewritten as `to`.
  static Result<Outgoing> read(Result<std::vector<uint8_t>> file, const std::string& from,
                               const std::string& to);
  std::span<const uint8_t> data_set() const { return std::span(bytes_).subspan(offset_); }

private:
  Outgoing(std::vector<uint8_t> bytes, size_t offset) : bytes_(std::move(bytes)), offset_(offset) {}
  std::vector<uint8_t> bytes_;
  size_t offset_;
};

}  // namespace xinglin::dimse
