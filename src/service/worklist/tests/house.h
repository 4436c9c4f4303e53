// The rooms below the pages, on a temporary directory, with one application that scores heart rates: what the
// tests of the worklist and of edge/web stand on.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/random.h"
#include "core/archive/archive.h"
#include "core/archive/studies.h"
#include "core/identity/identity.h"
#include "core/inference/inference.h"
#include "core/record/record.h"
#include "core/trust/audit_log.h"
#include "core/trust/authenticator.h"
#include "service/worklist/worklist.h"
#include "store/blob/blob_store.h"
#include "store/journal/journal.h"
#include "store/sql/store.h"
#include "store/sql/tests/temp_dir.h"

namespace xinglin::worklist {

inline constexpr Instant kTestStart{1'795'000'000'000'000};  // 2026-11-18T11:06:40Z

class House {
public:
  House();
  ~House();

  // A patient with an open encounter in the ward; returns the id.
  std::string admit(const std::string& family, const std::string& given, const std::string& local,
                    const std::string& mrn, const std::string& ward, const std::string& bed);
  void move(const std::string& patient, const std::string& ward, const std::string& bed);
  // A vital sign now, which wakes the application when it is a heart rate. Returns "Observation/..".
  std::string vital(const std::string& patient, const std::string& code, double value,
                    const std::string& unit);
  std::string create(json::object resource);
  std::string store_ecg(const std::string& patient);  // SOP Instance UID
  void settle();                                      // until the journal is idle
  trust::Access as(trust::Role role);

  sql::testing::TempDir directory;
  ManualClock clock{kTestStart};
  SystemRandom random;
  Metrics metrics;
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<blob::BlobStore> blobs;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<trust::AuditLog> audit;
  std::unique_ptr<trust::Authenticator> authenticator;
  std::unique_ptr<record::Record> record;
  std::unique_ptr<identity::Identity> identity;
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<archive::Search> search;
  std::unique_ptr<archive::Studies> studies;
  std::unique_ptr<archive::Corrections> corrections;
  std::unique_ptr<archive::StudyLife> life;
  std::unique_ptr<inference::Inference> inference;
  std::unique_ptr<Worklist> worklist;
  std::string next_dicom_patient;  // whom the archive's resolver names
};

json::object parse(std::string_view text);
// The text of a value at a path, numbers and booleans serialised; "" when it is not there.
std::string at(const json::object& document, std::string_view path);

}  // namespace xinglin::worklist
