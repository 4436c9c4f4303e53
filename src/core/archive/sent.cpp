#include "core/archive/sent.h"

#include "core/archive/detail/rows.h"

namespace xinglin::archive {

namespace {

using trust::Action;

}  // namespace

Result<void> Sent::record(const trust::Access& access, const std::string& ae_title,
                          const std::vector<CommitmentItem>& items, std::string_view cause,
                          AskCommitment ask) {
  if (items.empty()) return {};
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    const Instant now = clock_.now();
    for (const CommitmentItem& item : items)
      XL_CHECK(tx.run(
          "INSERT INTO archive_sent (ae_title, sop_class, sop_instance, cause, sent_at, transaction_uid) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (ae_title, sop_instance) DO UPDATE SET "
          "cause = ?4, sent_at = ?5, transaction_uid = ?6, asked_at = NULL, answered_at = NULL, "
          "reason = NULL",
          ae_title, item.sop_class.str(), item.sop_instance.str(), cause, now,
          ask == AskCommitment::Yes ? std::optional<std::string>("") : std::nullopt));
    XL_CHECK(audit_.append(tx, access,
                           {Action::Execute, "Peer/" + ae_title, "", true,
                            std::to_string(items.size()) + " instances sent: " + std::string(cause)}));
    if (ask == AskCommitment::No) return {};
    return journal_.enqueue(tx, kQueue,
                            {.key = ae_title, .payload = {{"ae_title", ae_title}}, .delay_us = kGatherUs});
  });
}

Result<std::optional<CommitmentList>> Sent::next_request(const std::string& ae_title) {
  CommitmentList out{new_dicom_uid(random_), ae_title, {}};
  const auto taken = store_.write([&](sql::Tx& tx) -> Result<void> {
    out.items.clear();
    XL_CHECK(
        tx.run("UPDATE archive_sent SET transaction_uid = ?2 WHERE id IN (SELECT id FROM archive_sent "
               "WHERE ae_title = ?1 AND transaction_uid IS NOT NULL AND asked_at IS NULL AND "
               "answered_at IS NULL ORDER BY id LIMIT ?3)",
               ae_title, out.transaction_uid, kAskMax));
    auto row =
        tx.query("SELECT sop_class, sop_instance FROM archive_sent WHERE transaction_uid = ?1 ORDER BY id",
                 out.transaction_uid);
    while (row.next())
      out.items.push_back({SopClassUid(std::string(row.text(0))), SopInstanceUid(std::string(row.text(1)))});
    return row.status();
  });
  if (!taken) return taken.error();
  return out.items.empty() ? std::nullopt : std::optional(std::move(out));
}

Result<void> Sent::asked(const CommitmentList& request) {
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("UPDATE archive_sent SET asked_at = ?2 WHERE transaction_uid = ?1",
                    request.transaction_uid, clock_.now()));
    XL_CHECK(
        audit_.append(tx, trust::Access::system("commitment"),
                      {Action::Execute, "Peer/" + request.ae_title, "", true,
                       "asked for commitment to " + std::to_string(request.items.size()) + " instances"}));
    return {};
  });
}

Result<void> Sent::note(const CommitmentList& answer) {
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    int64_t known = 0, failed = 0;
    for (const CommitmentItem& item : answer.items) {
      XL_TRY(const int64_t changed,
             tx.run("UPDATE archive_sent SET answered_at = ?4, reason = ?5 WHERE ae_title = ?1 AND "
                    "sop_instance = ?2 AND transaction_uid = ?3",
                    answer.ae_title, item.sop_instance.str(), answer.transaction_uid, clock_.now(),
                    int64_t{item.reason}));
      known += changed;
      if (changed > 0 && item.reason != commitment_reason::kCommitted) ++failed;
    }
    if (known == 0) return Error(kNoCommitment);
    XL_CHECK(audit_.append(
        tx, trust::Access::system("commitment"),
        {Action::Update, "Peer/" + answer.ae_title, "", failed == 0,
         std::to_string(known - failed) + " instances committed, " + std::to_string(failed) + " refused"}));
    journal::Event event;
    event.type = failed == 0 ? "archive.commitment-given" : "archive.commitment-refused";
    event.subject = answer.transaction_uid;
    event.data = {{"ae_title", answer.ae_title}, {"committed", known - failed}, {"refused", failed}};
    XL_CHECK(journal_.append(tx, std::move(event)));
    return {};
  });
}

Result<std::vector<SentInstance>> Sent::list(const trust::Access& access, const std::string& ae_title,
                                             int64_t limit) {
  XL_CHECK(access.require(trust::Permission::ReadSystem));
  return store_.read([&](sql::Session& session) -> Result<std::vector<SentInstance>> {
    std::vector<SentInstance> out;
    auto row = session.query(
        "SELECT ae_title, sop_class, sop_instance, cause, sent_at, asked_at, answered_at, reason "
        "FROM archive_sent WHERE ?1 = '' OR ae_title = ?1 ORDER BY id DESC LIMIT ?2",
        ae_title, limit);
    while (row.next()) {
      SentInstance one{std::string(row.text(0)),
                       SopClassUid(std::string(row.text(1))),
                       SopInstanceUid(std::string(row.text(2))),
                       std::string(row.text(3)),
                       row.instant(4),
                       instant_or_none(row, 5),
                       instant_or_none(row, 6),
                       std::nullopt};
      if (!row.is_null(7)) one.reason = static_cast<uint16_t>(row.integer(7));
      out.push_back(std::move(one));
    }
    XL_CHECK(row.status());
    return out;
  });
}

}  // namespace xinglin::archive
