#include "core/archive/commitment.h"

#include <algorithm>

#include "core/archive/detail/rows.h"

namespace xinglin::archive {

namespace {

using trust::Action;
using trust::Permission;

bool same_items(std::vector<CommitmentItem> a, std::vector<CommitmentItem> b) {
  const auto before = [](const CommitmentItem& x, const CommitmentItem& y) {
    return x.sop_instance.str() < y.sop_instance.str();
  };
  std::sort(a.begin(), a.end(), before);
  std::sort(b.begin(), b.end(), before);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const CommitmentItem& x, const CommitmentItem& y) {
                      return x.sop_instance == y.sop_instance && x.sop_class == y.sop_class;
                    });
}

Result<std::vector<CommitmentItem>> items_of(sql::Session& session, int64_t id) {
  std::vector<CommitmentItem> out;
  auto row = session.query(
      "SELECT sop_class, sop_instance, ifnull(reason, 0) FROM archive_commitment_item "
      "WHERE commitment = ?1 ORDER BY position",
      id);
  while (row.next())
    out.push_back({SopClassUid(std::string(row.text(0))), SopInstanceUid(std::string(row.text(1))),
                   static_cast<uint16_t>(row.integer(2))});
  XL_CHECK(row.status());
  return out;
}

struct Earlier {
  std::optional<int64_t> same;  // the request of this content
  bool known = false;           // the transaction UID was used before
};

Result<Earlier> earlier(sql::Session& session, const CommitmentList& request) {
  Earlier out;
  std::vector<int64_t> ids;
  auto row = session.query(
      "SELECT id FROM archive_commitment WHERE transaction_uid = ?1 AND ae_title = ?2 ORDER BY id",
      request.transaction_uid, request.ae_title);
  while (row.next()) ids.push_back(row.integer(0));
  XL_CHECK(row.status());
  out.known = !ids.empty();
  for (const int64_t id : ids) {
    XL_TRY(const auto items, items_of(session, id));
    if (!out.same && same_items(items, request.items)) out.same = id;
  }
  return out;
}

Result<int64_t> insert(sql::Tx& tx, const CommitmentList& request, bool duplicate, Instant now) {
  const auto count = static_cast<int64_t>(request.items.size());
  XL_CHECK(tx.run(
      "INSERT INTO archive_commitment (transaction_uid, ae_title, requested_at, answered_at, instances, "
      "failed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      request.transaction_uid, request.ae_title, now, duplicate ? std::optional(now) : std::nullopt, count,
      duplicate ? count : 0));
  const int64_t id = tx.last_insert_id();
  std::optional<int64_t> reason;
  if (duplicate) reason = commitment_reason::kDuplicateTransaction;
  for (int64_t i = 0; i < count; ++i) {
    const CommitmentItem& item = request.items[static_cast<size_t>(i)];
    XL_CHECK(tx.run("INSERT INTO archive_commitment_item VALUES (?1, ?2, ?3, ?4, ?5)", id, i,
                    item.sop_class.str(), item.sop_instance.str(), reason));
  }
  return id;
}

}  // namespace

bool CommitmentList::all_committed() const {
  return std::all_of(items.begin(), items.end(),
                     [](const CommitmentItem& item) { return item.reason == commitment_reason::kCommitted; });
}

Result<int64_t> Commitment::take(const trust::Access& access, const CommitmentList& request) {
  XL_CHECK(access.require(Permission::ReadClinical));
  if (request.items.empty() || request.items.size() > kInstancesMax || request.transaction_uid.empty())
    return Error(kBadCommitment);
  return store_.write_for<int64_t>([&](sql::Tx& tx) -> Result<int64_t> {
    XL_TRY(const Earlier before, earlier(tx, request));
    int64_t id = before.same.value_or(0);
    if (before.same) {
      XL_CHECK(
          tx.run("UPDATE archive_commitment SET answered_at = NULL, reported_at = NULL WHERE id = ?1 AND "
                 "NOT EXISTS (SELECT 1 FROM archive_commitment_item WHERE commitment = ?1 AND reason = ?2)",
                 id, commitment_reason::kDuplicateTransaction));
      XL_CHECK(tx.run("UPDATE archive_commitment SET reported_at = NULL WHERE id = ?1", id));
    } else {
      XL_TRY(id, insert(tx, request, before.known, clock_.now()));
    }
    XL_CHECK(audit_.append(tx, access,
                           {Action::Create, "Commitment/" + std::to_string(id), "", true,
                            std::to_string(request.items.size()) + " instances"}));
    const std::string key = std::to_string(id);
    XL_CHECK(journal_.enqueue(tx, kQueue, {.key = key, .payload = {{"id", id}}, .delay_us = kFirstTryUs}));
    return id;
  });
}

Result<CommitmentList> Commitment::read(sql::Session& session, int64_t id, bool& answered) {
  auto row = session.query(
      "SELECT transaction_uid, ae_title, reported_at IS NOT NULL, answered_at IS NOT NULL "
      "FROM archive_commitment WHERE id = ?1",
      id);
  if (!row.next()) {
    XL_CHECK(row.status());
    return Error(kNoCommitment);
  }
  CommitmentList out{std::string(row.text(0)), std::string(row.text(1)), {}, row.integer(2) != 0};
  answered = row.integer(3) != 0;
  XL_TRY(out.items, items_of(session, id));
  return out;
}

Result<uint16_t> Commitment::reason_of(const CommitmentItem& item) {
  const auto look = [&](sql::Session& session) -> Result<std::optional<std::string>> {
    auto row = session.query("SELECT sop_class FROM archive_instance WHERE uid = ?1 AND deleted = 0",
                             item.sop_instance.str());
    std::optional<std::string> found;
    if (row.next()) found = std::string(row.text(0));
    XL_CHECK(row.status());
    return found;
  };
  XL_TRY(const auto sop_class, store_.read(look));
  if (!sop_class) return commitment_reason::kNoSuchInstance;
  if (*sop_class != item.sop_class.str()) return commitment_reason::kClassConflict;
  XL_TRY(const bool whole, custody_.examine(item.sop_instance));
  return whole ? commitment_reason::kCommitted : commitment_reason::kProcessingFailure;
}

Result<CommitmentList> Commitment::answer(int64_t id, const std::function<bool()>& stop) {
  bool answered = false;
  XL_TRY(CommitmentList out, store_.read([&](sql::Session& session) { return read(session, id, answered); }));
  if (answered) return out;
  int64_t failed = 0;
  for (CommitmentItem& item : out.items) {
    if (stop && stop()) return Error(errors::kCancelled);
    XL_TRY(item.reason, reason_of(item));
    if (item.reason != commitment_reason::kCommitted) ++failed;
  }
  const auto kept = store_.write([&](sql::Tx& tx) -> Result<void> {
    for (size_t i = 0; i < out.items.size(); ++i)
      XL_CHECK(
          tx.run("UPDATE archive_commitment_item SET reason = ?3 WHERE commitment = ?1 AND position = ?2", id,
                 static_cast<int64_t>(i), int64_t{out.items[i].reason}));
    XL_CHECK(tx.run("UPDATE archive_commitment SET answered_at = ?2, failed = ?3 WHERE id = ?1", id,
                    clock_.now(), failed));
    return {};
  });
  if (!kept) return kept.error();
  return out;
}

Result<void> Commitment::reported(int64_t id) {
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("UPDATE archive_commitment SET reported_at = ?2 WHERE id = ?1", id, clock_.now()));
    XL_CHECK(audit_.append(tx, trust::Access::system("commitment"),
                           {Action::Update, "Commitment/" + std::to_string(id), "", true, "reported"}));
    return {};
  });
}

Result<std::vector<CommitmentState>> Commitment::list(const trust::Access& access, int64_t limit) {
  XL_CHECK(access.require(Permission::ReadSystem));
  return store_.read([&](sql::Session& session) -> Result<std::vector<CommitmentState>> {
    std::vector<CommitmentState> out;
    auto row = session.query(
        "SELECT id, transaction_uid, ae_title, requested_at, answered_at, reported_at, instances, failed "
        "FROM archive_commitment ORDER BY id DESC LIMIT ?1",
        limit);
    while (row.next())
      out.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2)), row.instant(3),
                     instant_or_none(row, 4), instant_or_none(row, 5), row.integer(6), row.integer(7)});
    XL_CHECK(row.status());
    return out;
  });
}

}  // namespace xinglin::archive
