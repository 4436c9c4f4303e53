// Corrections of studies: another patient, or other values of a few attributes, applied to whatever is given
// out (C-FIND, QIDO-RS, metadata, C-MOVE, C-GET, WADO) while the bytes stay as they came. What goes out names
// each correction in its Original Attributes Sequence (PS3.3 C.12.1.1.9). Every act is kept with who, when,
// why, old and new value, in the history of the study and the audit log, and can be undone; the journal says
// "archive.study-corrected", "archive.study-moved", "archive.study-correction-undone". Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/dicom/data_set.h"
#include "core/archive/archive.h"

namespace xinglin::archive {

inline constexpr ErrorCode kBadCorrection{"archive.bad-correction", ErrorKind::Invalid,
                                          "an attribute cannot be corrected like that"};
inline constexpr ErrorCode kNoCorrection{"archive.no-correction", ErrorKind::NotFound,
                                         "no correction that can be undone has this id"};

// What a person may correct, by the keyword of the standard. Patient ID and issuer change only with the
// patient, by move(), so that number and patient never disagree.
struct Correctable {
  std::string_view keyword;
  dicom::Tag tag;
  std::string_view vr;
  std::string_view column;  // of archive_study
  bool by_hand;
};
std::span<const Correctable> correctable();

struct AttributeChange {
  std::string keyword, before, after;
};
enum class CorrectionKind { Correct, Move, Merge };
std::string_view to_string(CorrectionKind kind);  // "correct", "move", "merge"

struct Correction {
  int64_t id = 0;
  CorrectionKind kind = CorrectionKind::Correct;
  Instant at;
  std::string who, why;
  std::vector<AttributeChange> changes;
  PatientId moved_from, moved_to;  // of a move
  std::optional<Instant> undone_at;
  std::string undone_by, undone_why;
};

class Corrections {
public:
  Corrections(sql::Store& store, const Clock& clock, trust::AuditLog& audit, journal::Journal& journal)
      : store_(store), clock_(clock), audit_(audit), journal_(journal) {}

  // Keyword to new value. The id. WriteClinical; kNoReason, kNoInstance, kBadCorrection.
  Result<int64_t> correct(const trust::Access& access, const StudyUid& study,
                          const std::map<std::string, std::string>& values, const std::string& why);
  // The study belongs to `patient` from now on and goes out with these attributes. WriteClinical.
  Result<int64_t> move(const trust::Access& access, const StudyUid& study, const PatientId& patient,
                       const PatientAttributes& attributes, const std::string& why);
  // The same for a study whose patient was merged into another: `merge` says by which merge. What the study
  // says already is left alone.
  Result<void> follow_merge(const trust::Access& access, const StudyUid& study, int64_t merge,
                            const PatientAttributes& attributes);
  Result<void> undo_merge(const trust::Access& access, int64_t merge);
  // kNoCorrection. What newer corrections say stays.
  Result<void> undo(const trust::Access& access, const StudyUid& study, int64_t id, const std::string& why);
  // Newest first. ReadClinical.
  Result<std::vector<Correction>> of(const trust::Access& access, const StudyUid& study);

private:
  struct Work;
  sql::Store& store_;
  const Clock& clock_;
  trust::AuditLog& audit_;
  journal::Journal& journal_;
};

}  // namespace xinglin::archive
