// A stored instance on its way out: its data set as stored, read from its file piece by piece, or made anew
// in another transfer syntax. Private to edge/dimse.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "core/archive/retrieve.h"

namespace xinglin::dimse {

struct Wanted {
  SopInstanceUid instance;
  SopClassUid sop_class;
  TransferSyntaxUid syntax;  // it is stored in
};

// The uncompressed syntaxes in which what is stored in `syntax` can go to a peer that does not read that one.
std::span<const TransferSyntaxUid> spare_syntaxes(const TransferSyntaxUid& syntax);

class Outgoing {
public:
  // kNoContext when it cannot be made in `to`, kCorrupt when the file is not one of PS3.10.
  static Result<Outgoing> make(Result<archive::OutgoingFile> file, const TransferSyntaxUid& from,
                               const TransferSyntaxUid& to);
  uint64_t size_bytes() const;
  Result<void> read_at(uint64_t offset, std::span<uint8_t> space) const;  // fills the space

private:
  Outgoing(std::optional<archive::OutgoingFile> file, std::vector<uint8_t> bytes, uint64_t offset)
      : file_(std::move(file)), bytes_(std::move(bytes)), offset_(offset) {}
  std::optional<archive::OutgoingFile> file_;  // nullopt: the file is `bytes_`
  std::vector<uint8_t> bytes_;
  uint64_t offset_;  // of the data set in its file
};

}  // namespace xinglin::dimse
