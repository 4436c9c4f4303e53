#include "core/archive/detail/evidence.h"

#include <map>

namespace xinglin::archive {

namespace {

struct Noted {
  json::object detail;
  Instant at;
};
using Notes = std::map<std::string, Noted, std::less<>>;

Result<Notes> notes_of(sql::Session& session, int64_t study) {
  Notes out;
  auto row = session.query("SELECT kind, detail, at FROM archive_evidence WHERE study = ?1", study);
  while (row.next()) {
    XL_TRY(json::value detail, json::parse(row.text(1)));
    if (!detail.is_object()) return Error(errors::kCorrupt);
    out[std::string(row.text(0))] = {std::move(detail.get_object()), row.instant(2)};
  }
  XL_CHECK(row.status());
  return out;
}

// How many of those that the modality says it made have not come.
Result<int64_t> missing_of(sql::Session& session, int64_t study, const json::object& detail) {
  const json::array* list = json::find_array(detail, "instances");
  int64_t missing = 0;
  if (list == nullptr) return missing;
  for (const json::value& uid : *list) {
    if (!uid.is_string()) continue;
    auto row = session.query(
        "SELECT 1 FROM archive_instance i CROSS JOIN archive_series s ON s.id = i.series "
        "WHERE i.uid = ?1 AND s.study = ?2",
        std::string_view(uid.get_string()), study);
    if (!row.next()) ++missing;
    XL_CHECK(row.status());
  }
  return missing;
}

json::object told(EvidenceKind kind, json::object detail) {
  return {{"kind", to_string(kind)}, {"detail", std::move(detail)}};
}

}  // namespace

Result<std::optional<json::array>> evidence_of_end(sql::Session& session, const OpenStudy& study,
                                                   const StudyLife::Options& options, Instant now) {
  XL_TRY(const Notes notes, notes_of(session, study.id));
  json::array out;
  int64_t missing = 0;
  if (const auto found = notes.find(to_string(EvidenceKind::Performed)); found != notes.end()) {
    const json::array* list = json::find_array(found->second.detail, "instances");
    XL_TRY(missing, missing_of(session, study.id, found->second.detail));
    out.push_back(told(EvidenceKind::Performed,
                       {{"instances", list ? static_cast<int64_t>(list->size()) : 0}, {"missing", missing}}));
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

}  // namespace xinglin::archive
