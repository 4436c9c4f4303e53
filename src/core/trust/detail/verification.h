// Reads the whole audit log as stored and compares it with every signed checkpoint and with the one kept as a
// file.
#pragma once

#include <optional>

#include "core/trust/audit_log.h"
#include "core/trust/detail/signing_key.h"

namespace xinglin::trust {

struct StoredCheckpoint {
  Checkpoint checkpoint;
  std::vector<uint8_t> frontier;
};
StoredCheckpoint stored_checkpoint(const sql::Query& row);  // size, root, at, signature, frontier
inline constexpr std::string_view kCheckpointColumns = "size, root, at, signature, frontier";

std::string kept_text(const Checkpoint& checkpoint);  // the note and the signature in base64 on a last line
std::optional<Checkpoint> parse_kept(std::string_view text);

// `kept` is the text of the file, or nullopt when there is none.
Result<Verification> verify_stored_log(sql::Session& session, const SigningKey& key,
                                       const std::optional<std::string>& kept);

}  // namespace xinglin::trust
