#include "core/trust/detail/verification.h"

#include <algorithm>
#include <charconv>

#include "core/trust/merkle.h"

namespace xinglin::trust {

namespace {

constexpr size_t kProblemsMax = 100;
constexpr std::string_view kNoteName = "xinglin audit log";

Digest digest_of(std::span<const uint8_t> bytes) {
  Digest out{};
  if (bytes.size() == out.size()) std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

std::optional<int64_t> parse_integer(std::string_view text) {
  int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// One pass over the leaves, comparing the root wherever a checkpoint was signed.
class Verifier {
public:
  Verifier(const SigningKey& key, Verification& out) : key_(key), out_(out) {}

  void add_checkpoint(Checkpoint checkpoint, std::string_view source) {
    if (!key_.verify(checkpoint_note(checkpoint), checkpoint.signature))
      problem("checkpoint of size " + std::to_string(checkpoint.size) + " (" + std::string(source) +
              "): the signature is not ours");
    checkpoints_.push_back({std::move(checkpoint), source});
  }
  void begin() {
    std::stable_sort(checkpoints_.begin(), checkpoints_.end(),
                     [](const auto& a, const auto& b) { return a.checkpoint.size < b.checkpoint.size; });
    compare();
  }
  void leaf(int64_t id, std::string_view record, std::span<const uint8_t> stored_hash) {
    if (id != expected_id_) problem(gap(id));
    expected_id_ = id + 1;
    const Digest hash = merkle::hash_leaf(record);
    if (!std::equal(hash.begin(), hash.end(), stored_hash.begin(), stored_hash.end()))
      problem("leaf " + std::to_string(id - 1) + ": the record is not the one that was hashed");
    range_.append(hash);
    compare();
  }
  void end() {
    for (; next_ < checkpoints_.size(); ++next_)
      problem("checkpoint of size " + std::to_string(checkpoints_[next_].checkpoint.size) + " (" +
              std::string(checkpoints_[next_].source) + "): only " + std::to_string(range_.size()) +
              " leaves are left");
    out_.leaves = range_.size();
    out_.root = range_.root();
  }

private:
  struct Signed {
    Checkpoint checkpoint;
    std::string_view source;
  };
  void problem(std::string text) {
    if (out_.problems.size() < kProblemsMax) out_.problems.push_back(std::move(text));
  }
  std::string gap(int64_t id) const {
    return "leaf " + std::to_string(expected_id_ - 1) + ": missing; the next one stored is " +
           std::to_string(id - 1);
  }
  void compare() {
    for (; next_ < checkpoints_.size() && checkpoints_[next_].checkpoint.size <= range_.size(); ++next_)
      if (checkpoints_[next_].checkpoint.root != range_.root())
        problem("checkpoint of size " + std::to_string(checkpoints_[next_].checkpoint.size) + " (" +
                std::string(checkpoints_[next_].source) +
                "): the leaves before it are not those that were signed");
  }

  const SigningKey& key_;
  Verification& out_;
  std::vector<Signed> checkpoints_;
  size_t next_ = 0;
  merkle::CompactRange range_;
  int64_t expected_id_ = 1;
};

}  // namespace

std::string checkpoint_note(const Checkpoint& checkpoint) {
  return std::string(kNoteName) + "\n" + std::to_string(checkpoint.size) + "\n" + to_base64(checkpoint.root) +
         "\n" + std::to_string(checkpoint.at.us) + "\n";
}

std::string kept_text(const Checkpoint& checkpoint) {
  return checkpoint_note(checkpoint) + to_base64(checkpoint.signature) + "\n";
}

std::optional<Checkpoint> parse_kept(std::string_view text) {
  std::vector<std::string_view> lines;
  while (lines.size() < 5) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  const auto size = parse_integer(lines[1]), at = parse_integer(lines[3]);
  const auto root = from_base64(lines[2]), signature = from_base64(lines[4]);
  if (lines[0] != kNoteName || !size || !at || !root || root->size() != 32 || !signature) return std::nullopt;
  return Checkpoint{.size = *size, .root = digest_of(*root), .at = Instant{*at}, .signature = *signature};
}

StoredCheckpoint stored_checkpoint(const sql::Query& row) {
  const auto signature = row.blob(3), frontier = row.blob(4);
  return {{.size = row.integer(0),
           .root = digest_of(row.blob(1)),
           .at = row.instant(2),
           .signature = {signature.begin(), signature.end()}},
          {frontier.begin(), frontier.end()}};
}

Result<Verification> verify_stored_log(sql::Session& session, const SigningKey& key,
                                       const std::optional<std::string>& kept) {
  Verification out;
  Verifier verifier(key, out);
  sql::Query checkpoints =
      session.query("SELECT " + std::string(kCheckpointColumns) + " FROM audit_checkpoint ORDER BY size");
  while (checkpoints.next()) {
    verifier.add_checkpoint(stored_checkpoint(checkpoints).checkpoint, "database");
    ++out.checkpoints;
  }
  XL_CHECK(checkpoints.status());
  if (kept) {
    const auto parsed = parse_kept(*kept);
    if (parsed)
      verifier.add_checkpoint(*parsed, "file");
    else
      out.problems.emplace_back("the checkpoint kept as a file is not readable");
  }
  verifier.begin();
  sql::Query leaves = session.query("SELECT id, record, leaf_hash FROM audit_leaf ORDER BY id");
  while (leaves.next()) verifier.leaf(leaves.integer(0), leaves.text(1), leaves.blob(2));
  XL_CHECK(leaves.status());
  verifier.end();
  return out;
}

}  // namespace xinglin::trust
