#include "core/archive/detail/quarantine.h"

#include <algorithm>

#include "core/archive/detail/pieces.h"

namespace xinglin::archive {

namespace {

constexpr std::string_view kColumns =
    "SELECT id, times, source, sender, reason_code, reason, blob_key, blob_bytes, blob_digest, at "
    "FROM archive_quarantine ";

Quarantined entry_from(const sql::Query& row) {
  Quarantined out;
  out.id = row.integer(0);
  out.times = row.integer(1);
  out.source = row.text(2);
  out.sender = row.text(3);
  out.reason_code = row.text(4);
  out.reason = row.text(5);
  out.blob.key = row.text(6);
  out.blob.size_bytes = static_cast<uint64_t>(row.integer(7));
  const auto digest = row.blob(8);
  std::copy_n(digest.begin(), std::min(digest.size(), out.blob.digest.size()), out.blob.digest.begin());
  out.at = row.instant(9);
  return out;
}

}  // namespace

Result<void> Quarantine::put(const trust::Access& access, std::string_view source,
                             std::span<const uint8_t> head, std::span<const uint8_t> bytes,
                             const Error& reason, const LetGo& let_go) {
  XL_TRY(const int64_t entries, count());
  if (entries >= entries_max_) return Error(kQuarantineFull);
  Sha256 hash;
  hash.update(head);
  XL_CHECK(in_pieces(bytes, let_go, [&](std::span<const uint8_t> piece) -> Result<void> {
    hash.update(piece);
    return {};
  }));
  const std::string name = to_hex(hash.finish());
  const std::string key = "quarantine/" + name.substr(0, 2) + "/" + name + ".bin";
  XL_TRY(auto writer, blobs_.begin());
  XL_CHECK(writer.write(head));
  XL_CHECK(in_pieces(bytes, let_go, [&](std::span<const uint8_t> piece) { return writer.write(piece); }));
  XL_TRY(const blob::BlobRef blob, writer.commit(key));
  const std::string code(reason.code().name);
  const Instant now = clock_.now();
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    int64_t id = 0;
    {
      auto row = tx.query(
          "INSERT INTO archive_quarantine (source, sender, reason_code, reason, blob_key, blob_bytes, "
          "blob_digest, at, "
          "times) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1) ON CONFLICT (blob_digest, reason_code) DO "
          "UPDATE SET "
          "times = times + 1, at = ?8, sender = ?2 RETURNING id",
          source, access.who(), code, reason.message(), blob.key, static_cast<int64_t>(blob.size_bytes),
          std::span<const uint8_t>(blob.digest), now);
      if (row.next()) id = row.integer(0);
      XL_CHECK(row.status());
    }
    const std::string object = "Quarantine/" + std::to_string(id);
    XL_CHECK(audit_.append(tx, access, {trust::Action::Create, object, "", false, code}));
    journal::Event event;
    event.type = "archive.quarantined";
    event.subject = object;
    event.data = {{"id", id}, {"source", source}, {"sender", access.who()}, {"reason_code", code}};
    XL_CHECK(journal_.append(tx, std::move(event)));
    return {};
  });
}

Result<std::vector<Quarantined>> Quarantine::list(int64_t limit) {
  return store_.read([&](sql::Session& session) -> Result<std::vector<Quarantined>> {
    std::vector<Quarantined> out;
    auto row = session.query(std::string(kColumns) + "ORDER BY at DESC, id DESC LIMIT ?1", limit);
    while (row.next()) out.push_back(entry_from(row));
    XL_CHECK(row.status());
    return out;
  });
}

Result<Quarantined> Quarantine::find(int64_t id) {
  return store_.read([&](sql::Session& session) -> Result<Quarantined> {
    auto row = session.query(std::string(kColumns) + "WHERE id = ?1", id);
    if (row.next()) return entry_from(row);
    XL_CHECK(row.status());
    return Error(errors::kNotFound, "no quarantine entry has this id");
  });
}

Result<int64_t> Quarantine::count() {
  return store_.read([&](sql::Session& session) -> Result<int64_t> {
    auto row = session.query("SELECT count(*) FROM archive_quarantine");
    if (row.next()) return row.integer(0);
    XL_CHECK(row.status());
    return int64_t{0};
  });
}

}  // namespace xinglin::archive
