#include "core/archive/corrections.h"

#include <algorithm>

#include "core/archive/detail/history.h"
#include "core/archive/detail/overlay.h"
#include "core/archive/detail/rows.h"
#include "core/archive/life.h"

namespace xinglin::archive {

namespace {

using trust::Permission;
using Values = std::map<std::string, std::string, std::less<>>;  // by keyword

size_t letters(std::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_date(std::string_view text) {
  if (text.size() != 8 || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  const auto number = [&](size_t at, size_t size) { return std::stoi(std::string(text.substr(at, size))); };
  return is_valid_date(number(0, 4), number(4, 2), number(6, 2));
}

// HH[MM[SS[.F]]]
bool is_time(std::string_view text) {
  const std::string_view whole = text.substr(0, text.find('.'));
  const std::string_view fraction = text.substr(whole.size());
  const auto digits = [](std::string_view part) {
    return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (whole.empty() || whole.size() > 6 || whole.size() % 2 != 0 || !digits(whole)) return false;
  if (!fraction.empty() &&
      (whole.size() != 6 || fraction.size() < 2 || fraction.size() > 7 || !digits(fraction.substr(1))))
    return false;
  const char* most[] = {"23", "59", "60"};  // a second may be a leap second
  for (size_t at = 0; at < whole.size(); at += 2)
    if (whole.substr(at, 2) > most[at / 2]) return false;
  return true;
}

// PS3.5 6.2.
bool fits(std::string_view vr, std::string_view text) {
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\\' || c == 0x7F; }))
    return false;
  if (text.empty()) return true;
  if (vr == "DA") return is_date(text);
  if (vr == "TM") return is_time(text);
  if (vr == "CS") return text == "M" || text == "F" || text == "O";
  if (vr == "SH") return letters(text) <= 16;
  if (vr == "LO") return letters(text) <= 64;
  size_t groups = 1;  // PN
  for (size_t at = 0; at <= text.size(); ++groups) {
    const size_t cut = std::min(text.find('=', at), text.size());
    if (letters(text.substr(at, cut - at)) > 64 || groups > 3) return false;
    at = cut + 1;
  }
  return true;
}

Result<void> check_values(const Values& values) {
  for (const auto& [keyword, value] : values) {
    const Correctable* attribute = find_correctable(keyword);
    if (attribute == nullptr) return Error(kBadCorrection, "'" + keyword + "' cannot be corrected");
    if (!fits(attribute->vr, value))
      return Error(kBadCorrection, keyword + " cannot have this value: it must be " +
                                       std::string(attribute->vr) + " of PS3.5 6.2");
  }
  return {};
}

Values values_of(const PatientAttributes& patient) {
  return {{"PatientID", patient.id},
          {"IssuerOfPatientID", patient.issuer},
          {"PatientName", patient.name},
          {"PatientBirthDate", patient.birth_date},
          {"PatientSex", patient.sex}};
}

struct Found {
  int64_t id = 0;
  bool purged = false;  // deletion.h
  PatientId patient;
  Values values;
};

Result<Found> find(sql::Session& session, const StudyUid& uid) {
  std::string columns = "SELECT id, hidden, patient";
  for (const Correctable& one : correctable()) columns.append(", ").append(one.column);
  auto row = session.query(columns + " FROM archive_study WHERE uid = ?1", uid.str());
  if (!row.next()) {
    XL_CHECK(row.status());
    return Error(kNoInstance, "no study has this UID");
  }
  Found out{row.integer(0), row.integer(1) >= 4, PatientId(std::string(row.text(2))), {}};
  int column = 3;
  for (const Correctable& one : correctable()) out.values[std::string(one.keyword)] = row.text(column++);
  return out;
}

// The index answers searches: it holds what is given out.
Result<void> write_index(sql::Tx& tx, const Found& study, const Values& values) {
  for (const auto& [keyword, value] : values)
    XL_CHECK(tx.run(
        "UPDATE archive_study SET " + std::string(find_correctable(keyword)->column) + " = ?2 WHERE id = ?1",
        study.id, value));
  if (const auto name = values.find("PatientName"); name != values.end())
    XL_CHECK(write_names(tx, study.id, study.values.find("PatientName")->second, name->second));
  if (const auto date = values.find("StudyDate"); date != values.end())
    XL_CHECK(tx.run("UPDATE archive_study_modality SET date = ?2 WHERE study = ?1", study.id, date->second));
  if (!values.contains("PatientID") && !values.contains("IssuerOfPatientID")) return {};
  const auto now = [&](const char* keyword) {
    const auto found = values.find(keyword);
    return found == values.end() ? study.values.find(keyword)->second : found->second;
  };
  const auto before = [&](const char* keyword) { return study.values.find(keyword)->second; };
  XL_CHECK(recount_patient(tx, before("PatientID"), before("IssuerOfPatientID")));
  return recount_patient(tx, now("PatientID"), now("IssuerOfPatientID"));
}

json::array to_json(const std::vector<AttributeChange>& changes) {
  json::array out;
  for (const AttributeChange& change : changes)
    out.push_back(
        json::object{{"attribute", change.keyword}, {"before", change.before}, {"after", change.after}});
  return out;
}

}  // namespace

// One act: in a transaction, with what it needs at hand.
struct Corrections::Work {
  sql::Tx& tx;
  Corrections& room;
  const trust::Access& access;
  const StudyUid& study;

  // `merge`: of a follow_merge. 0 when the study says all this already.
  Result<int64_t> add(CorrectionKind kind, const Values& values, const std::string& why,
                      const PatientId& moved_to, int64_t merge);
  Result<void> take_back(const Correction& correction, const std::string& why);
  Result<void> record(std::string_view act, const PatientId& patient, int64_t id, const Values& values,
                      const std::string& why);
};

// The history says which attributes; their values are with the correction.
Result<void> Corrections::Work::record(std::string_view act, const PatientId& patient, int64_t id,
                                       const Values& values, const std::string& why) {
  json::array attributes;
  for (const auto& [keyword, value] : values) attributes.push_back(json::value(keyword));
  XL_CHECK(record_act(tx, {room.audit_, room.journal_}, access,
                      {study, patient, act, why, {{"correction", id}, {"attributes", std::move(attributes)}}},
                      room.clock_.now()));
  // Another number with every act, for those who keep copies of what was given out; 0 while nothing is laid
  // over.
  XL_CHECK(
      tx.run("UPDATE archive_study SET corrected = CASE WHEN EXISTS (SELECT 1 FROM archive_correction WHERE "
             "study = ?1 AND undone_at IS NULL) THEN (SELECT max(id) FROM archive_history WHERE study = ?1) "
             "ELSE 0 END WHERE uid = ?1",
             study.str()));
  return {};
}

Result<int64_t> Corrections::Work::add(CorrectionKind kind, const Values& values, const std::string& why,
                                       const PatientId& moved_to, int64_t merge) {
  XL_CHECK(check_values(values));
  XL_TRY(const Found found, find(tx, study));
  if (found.purged && kind == CorrectionKind::Merge) return 0;
  if (found.purged) return Error(kWrongState, "the study was deleted");
  std::vector<AttributeChange> changes;
  Values changed;
  for (const auto& [keyword, value] : values) {
    const std::string& before = found.values.find(keyword)->second;
    if (before == value) continue;
    changes.push_back({keyword, before, value});
    changed[keyword] = value;
  }
  const bool moves = kind == CorrectionKind::Move && found.patient != moved_to;
  if (changes.empty() && !moves) return 0;
  XL_CHECK(tx.run(
      "INSERT INTO archive_correction (study, kind, at, who, why, changes, moved_from, moved_to, merge) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      study.str(), to_string(kind), room.clock_.now(), access.who(), why,
      json::serialize(json::value(to_json(changes))), moves ? found.patient.str() : std::string(),
      moves ? moved_to.str() : std::string(), merge == 0 ? std::optional<int64_t>() : std::optional(merge)));
  const int64_t id = tx.last_insert_id();
  XL_CHECK(write_index(tx, found, changed));
  if (moves)
    XL_CHECK(tx.run("UPDATE archive_study SET patient = ?2 WHERE id = ?1", found.id, moved_to.str()));
  XL_CHECK(record(kind == CorrectionKind::Correct ? "corrected" : "moved", moves ? moved_to : found.patient,
                  id, changed, why));
  return id;
}

// Each attribute is again what the newest of the other corrections says, or what came.
Result<void> Corrections::Work::take_back(const Correction& correction, const std::string& why) {
  XL_CHECK(
      tx.run("UPDATE archive_correction SET undone_at = ?2, undone_by = ?3, undone_why = ?4 WHERE id = ?1",
             correction.id, room.clock_.now(), access.who(), why));
  std::vector<Correction> all;
  {
    auto row = tx.query(std::string(kCorrectionColumns) + "WHERE study = ?1 ORDER BY id", study.str());
    while (row.next()) all.push_back(correction_from(row));
    XL_CHECK(row.status());
  }
  Values now, original;
  PatientId patient, came_to;
  for (const Correction& one : all) {
    if (!one.moved_to.empty()) {
      if (came_to.empty()) came_to = one.moved_from;
      if (!one.undone_at) patient = one.moved_to;
    }
    for (const AttributeChange& change : one.changes) {
      original.try_emplace(change.keyword, change.before);
      if (!one.undone_at) now[change.keyword] = change.after;
    }
  }
  Values changed;
  for (const AttributeChange& change : correction.changes)
    changed[change.keyword] = now.contains(change.keyword) ? now[change.keyword] : original[change.keyword];
  XL_TRY(const Found found, find(tx, study));
  XL_CHECK(write_index(tx, found, changed));
  if (patient.empty()) patient = came_to;
  if (!correction.moved_to.empty())
    XL_CHECK(tx.run("UPDATE archive_study SET patient = ?2 WHERE id = ?1", found.id, patient.str()));
  return record("correction-undone", correction.moved_to.empty() ? found.patient : patient, correction.id,
                changed, why);
}

Result<int64_t> Corrections::correct(const trust::Access& access, const StudyUid& study,
                                     const std::map<std::string, std::string>& values,
                                     const std::string& why) {
  XL_CHECK(access.require(Permission::WriteClinical));
  XL_CHECK(check_reason(why));
  for (const auto& [keyword, value] : values) {
    const Correctable* attribute = find_correctable(keyword);
    if (attribute != nullptr && !attribute->by_hand)
      return Error(kBadCorrection, keyword + " changes with the patient: move the study");
  }
  return store_.write_for<int64_t>([&](sql::Tx& tx) -> Result<int64_t> {
    Work work{tx, *this, access, study};
    XL_TRY(const int64_t id,
           work.add(CorrectionKind::Correct, Values(values.begin(), values.end()), why, PatientId(), 0));
    return id != 0 ? Result<int64_t>(id) : Error(kBadCorrection, "the study says that already");
  });
}

Result<int64_t> Corrections::move(const trust::Access& access, const StudyUid& study,
                                  const PatientId& patient, const PatientAttributes& attributes,
                                  const std::string& why) {
  XL_CHECK(access.require(Permission::WriteClinical));
  XL_CHECK(check_reason(why));
  return store_.write_for<int64_t>([&](sql::Tx& tx) -> Result<int64_t> {
    Work work{tx, *this, access, study};
    XL_TRY(const int64_t id, work.add(CorrectionKind::Move, values_of(attributes), why, patient, 0));
    return id != 0 ? Result<int64_t>(id) : Error(kBadCorrection, "the study is that patient's already");
  });
}

Result<void> Corrections::follow_merge(const trust::Access& access, const StudyUid& study, int64_t merge,
                                       const PatientAttributes& attributes) {
  XL_CHECK(access.require(Permission::WriteClinical));
  Values values = values_of(attributes);
  std::erase_if(values, [](const auto& entry) { return entry.second.empty(); });
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    {
      auto row =
          tx.query("SELECT 1 FROM archive_correction WHERE study = ?1 AND merge = ?2", study.str(), merge);
      if (row.next()) return {};  // a job that runs again
      XL_CHECK(row.status());
    }
    Work work{tx, *this, access, study};
    XL_CHECK(work.add(CorrectionKind::Merge, values, "patients merged", PatientId(), merge));
    return {};
  });
}

Result<void> Corrections::undo_merge(const trust::Access& access, int64_t merge) {
  XL_CHECK(access.require(Permission::WriteClinical));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    std::vector<std::pair<StudyUid, Correction>> all;
    auto row = tx.query(
        "SELECT id, kind, at, who, why, changes, moved_from, moved_to, undone_at, undone_by, "
        "undone_why, study FROM archive_correction WHERE merge = ?1 AND undone_at IS NULL",
        merge);
    while (row.next()) all.emplace_back(StudyUid(std::string(row.text(11))), correction_from(row));
    XL_CHECK(row.status());
    for (const auto& [study, correction] : all)
      XL_CHECK((Work{tx, *this, access, study}.take_back(correction, "merge undone")));
    return {};
  });
}

Result<void> Corrections::undo(const trust::Access& access, const StudyUid& study, int64_t id,
                               const std::string& why) {
  XL_CHECK(access.require(Permission::WriteClinical));
  XL_CHECK(check_reason(why));
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    Correction correction;
    {
      auto row =
          tx.query(std::string(kCorrectionColumns) + "WHERE id = ?1 AND study = ?2 AND undone_at IS NULL", id,
                   study.str());
      if (!row.next()) {
        XL_CHECK(row.status());
        return Error(kNoCorrection);
      }
      correction = correction_from(row);
    }
    if (correction.kind == CorrectionKind::Merge)
      return Error(kBadCorrection, "this came of a merge of patients: undo the merge");
    return Work{tx, *this, access, study}.take_back(correction, why);
  });
}

Result<std::vector<Correction>> Corrections::of(const trust::Access& access, const StudyUid& study) {
  XL_CHECK(access.require(Permission::ReadClinical));
  PatientId patient;
  XL_TRY(auto out, store_.read([&](sql::Session& session) -> Result<std::vector<Correction>> {
    XL_TRY(const Found found, find(session, study));
    patient = found.patient;
    std::vector<Correction> all;
    auto row = session.query(std::string(kCorrectionColumns) + "WHERE study = ?1 ORDER BY id DESC LIMIT 500",
                             study.str());
    while (row.next()) all.push_back(correction_from(row));
    XL_CHECK(row.status());
    return all;
  }));
  audit_.record(access, {trust::Action::Read, "Study/" + study.str(), patient.str(), true, "corrections"});
  return out;
}

}  // namespace xinglin::archive
