// Assembles what an application may see: the waveform from the archive, Observations by search, patient facts
// without name or number, the ward, earlier results. Everything read is listed with its digest. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "codec/dicom/data_set.h"
#include "core/archive/archive.h"
#include "core/inference/application.h"
#include "core/inference/catalog.h"
#include "core/record/record.h"

namespace xinglin::inference::detail {

// Why a run happens.
struct Wake {
  std::string subject;  // "Observation/4f..", "Patient/4f..", a SOP Instance UID
  std::string patient;  // "" when it follows from the subject
  Instant at;
  int64_t event = 0;
  std::optional<Instant> moment;  // judge what was known to have happened up to this minute
  bool is_current = true;         // no later fact is known
};

// The DICOM object a run is about.
struct Evidence {
  dicom::DataSet data_set;
  SopClassUid sop_class;
  SopInstanceUid sop_instance;
  SeriesUid series;
  StudyUid study;
};

struct Assembled {
  Case input;
  std::string encounter;  // "Encounter/4f..", or ""
  std::optional<Evidence> evidence;
  Instant woken_at;          // time of the event; the same when the job runs again
  std::string input_digest;  // over all inputs, patient facts and operating points
};

class CaseBuilder {
public:
  CaseBuilder(sql::Store& store, record::Record& record, archive::Archive& archive, const Clock& clock,
              int64_t future_tolerance_us);

  // kInputMissing, kTooLarge over the manifest's memory limit, or what a room answered.
  Result<Assembled> build(const trust::Access& access, const CatalogEntry& entry, const Wake& wake) const;
  // Of a wake with a moment: the newest fact that happened after it, of those the application reads.
  Result<std::optional<Instant>> newest_later(const trust::Access& access, const CatalogEntry& entry,
                                              const Wake& wake) const;

private:
  struct Reader;
  Result<void> add_waveform(const trust::Access& access, const CatalogEntry& entry,
                            const std::string& sop_instance, Assembled& out) const;

  sql::Store& store_;
  record::Record& record_;
  archive::Archive& archive_;
  const Clock& clock_;
  int64_t future_tolerance_us_;
};

}  // namespace xinglin::inference::detail
