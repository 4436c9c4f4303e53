#include "core/archive/detail/evidence.h"

#include <map>
#include <set>

#include "core/archive/evidence.h"

namespace xinglin::archive {

namespace {

struct Noted {
  json::object detail;
  Instant at;
};
using Notes = std::map<std::string, Noted, std::less<>>;

Result<Notes> notes_of(sql::Session& session, const StudyUid& study) {
  Notes out;
  auto row = session.query("SELECT kind, detail, at FROM archive_evidence WHERE study = ?1", study.str());
  while (row.next()) {
    XL_TRY(json::value detail, json::parse(row.text(1)));
    if (!detail.is_object()) return Error(errors::kCorrupt);
    out[std::string(row.text(0))] = {std::move(detail.get_object()), row.instant(2)};
  }
  XL_CHECK(row.status());
  return out;
}

// How many of those that the modality says it made have not come. A study that holds fewer than are on the
// list is not looked into: this is asked again and again while it fills.
Result<int64_t> missing_of(sql::Session& session, const OpenStudy& study, const json::array& list) {
  const int64_t lacking = static_cast<int64_t>(list.size()) - study.instances;
  if (lacking > 0) return lacking;
  int64_t missing = 0;
  for (const json::value& uid : list) {
    if (!uid.is_string()) continue;
    auto row = session.query(
        "SELECT 1 FROM archive_instance i CROSS JOIN archive_series s ON s.id = i.series "
        "WHERE i.uid = ?1 AND s.study = ?2",
        std::string_view(uid.get_string()), study.id);
    if (!row.next()) ++missing;
    XL_CHECK(row.status());
  }
  return missing;
}

json::object told(EvidenceKind kind, json::object detail) {
  return {{"kind", to_string(kind)}, {"detail", std::move(detail)}};
}

// What the modality says of its steps: a step under way and an instance that has not come are both waited
// for. Without either, and without a list, it has said nothing of the end.
struct Said {
  std::optional<json::object> told;
  int64_t missing = 0;
};
Result<Said> performed(sql::Session& session, const OpenStudy& study, const json::object& detail) {
  static const json::array kNone;
  const json::array* found = json::find_array(detail, "instances");
  const json::array& list = found == nullptr ? kNone : *found;
  const auto under_way = static_cast<int64_t>(json::find_number(detail, "in_progress").value_or(0));
  if (list.empty() && under_way == 0) return Said{};
  XL_TRY(const int64_t missing, missing_of(session, study, list));
  return Said{told(EvidenceKind::Performed, {{"instances", static_cast<int64_t>(list.size())},
                                             {"missing", missing},
                                             {"in_progress", under_way}}),
              missing + under_way};
}

}  // namespace

Result<std::optional<json::array>> evidence_of_end(sql::Session& session, const OpenStudy& study,
                                                   const StudyLife::Options& options, Instant now) {
  XL_TRY(const Notes notes, notes_of(session, study.uid));
  json::array out;
  int64_t missing = 0;
  if (const auto found = notes.find(to_string(EvidenceKind::Performed)); found != notes.end()) {
    XL_TRY(Said said, performed(session, study, found->second.detail));
    if (said.told) out.push_back(std::move(*said.told));
    missing = said.missing;
  }
  if (const auto found = notes.find(to_string(EvidenceKind::ExpectedCount)); found != notes.end()) {
    const auto expected =
        static_cast<int64_t>(json::find_number(found->second.detail, "instances").value_or(0));
    const int64_t lacking = std::max<int64_t>(0, expected - study.instances);
    missing = std::max(missing, lacking);
    out.push_back(told(EvidenceKind::ExpectedCount, {{"instances", expected}, {"missing", lacking}}));
  }
  const bool announced = !out.empty();
  if (announced && missing == 0) return std::optional(std::move(out));
  const auto end = notes.find(to_string(EvidenceKind::AssociationEnd));
  const bool ended = end != notes.end() && end->second.at >= study.last_received_at;
  if (ended) out.push_back(told(EvidenceKind::AssociationEnd, {{"at", format_rfc3339(end->second.at)}}));
  // What was announced and has not come is waited for longer than silence alone would ask.
  const int64_t wait = missing > 0 ? options.missing_us
                       : ended     ? options.quiet_after_end_us
                                   : options.quiet_us;
  const int64_t quiet = now - study.last_received_at;
  if (quiet < wait) return std::optional<json::array>();
  out.push_back(told(EvidenceKind::QuietTime, {{"seconds", quiet / kSecondUs}}));
  return std::optional(std::move(out));
}

Result<void> note_evidence(sql::Tx& tx, const StudyUid& study, const Evidence& evidence, Instant at) {
  XL_CHECK(
      tx.run("INSERT INTO archive_evidence (study, kind, detail, at) VALUES (?1, ?2, ?3, ?4) "
             "ON CONFLICT (study, kind) DO UPDATE SET detail = ?3, at = ?4",
             study.str(), to_string(evidence.kind), json::serialize(evidence.detail), at));
  return {};
}

Result<void> note_association_end(sql::Store& store, std::span<const SopInstanceUid> stored, Instant at) {
  XL_TRY(const auto studies, store.read([&](sql::Session& session) -> Result<std::set<std::string>> {
    std::set<std::string> out;
    for (const SopInstanceUid& instance : stored) {
      auto row = session.query(
          "SELECT t.uid FROM archive_instance i JOIN archive_series s ON s.id = i.series "
          "JOIN archive_study t ON t.id = s.study WHERE i.uid = ?1",
          instance.str());
      if (row.next()) out.emplace(row.text(0));
      XL_CHECK(row.status());
    }
    return out;
  }));
  return store.write([&](sql::Tx& tx) -> Result<void> {
    for (const std::string& study : studies)
      XL_CHECK(note_evidence(tx, StudyUid(study), {EvidenceKind::AssociationEnd, {}}, at));
    return {};
  });
}

}  // namespace xinglin::archive
