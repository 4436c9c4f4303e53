// The archive as a person looks through it: the list of studies under a filter, page by page, and one study
// with its series and the receipts of its instances. The filter leads through an index of the search
// (query.h), so a page costs the same at a thousand and at ten million studies; nothing is counted. Every
// call needs ReadClinical and is recorded in the audit log. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "core/archive/custody.h"
#include "core/archive/life.h"
#include "core/archive/query.h"

namespace xinglin::archive {

// Empty strings do not restrict. Names, numbers and accession numbers are given by their beginning, the
// description by any part; '*' and '?' work everywhere. Dates are YYYYMMDD, both ends included.
struct StudyFilter {
  std::string name, patient_id, accession, from, to, modality, description;
  std::string
      state;  // "received", "complete", "reopened"; "rejected", "deleted" are shown only when asked for
  int64_t limit = 50;
  std::string after;  // StudyPage::next of the page before
};

struct StudyRow {
  StudyUid uid;
  PatientId patient;
  std::string date, time, description, accession_number, study_id, referring_physician;
  PatientAttributes attributes;  // of the patient, as the images say
  std::vector<std::string> modalities;
  int64_t series = 0, instances = 0;
  Instant first_received_at, last_received_at;
  StudyState state = StudyState::Received;
  bool rejected = false;
  bool deleted = false, purged = false;  // all of it (deletion.h)
};
struct StudyPage {
  std::vector<StudyRow> rows;
  std::string next;             // "" when there is nothing behind this page
  bool short_of_limit = false;  // the search stopped before the page was full; `next` goes on
};

struct SeriesRow {
  SeriesUid uid;
  std::string modality, description, number, body_part, protocol, station, date, time;
  int64_t instances = 0;
  SopInstanceUid first;  // of its instances the one that came first
  bool picture = false;  // it has pixels
};
struct StudyDetail {
  StudyRow study;
  std::vector<SeriesRow> series;
};

struct InstanceRow {
  CustodyReceipt receipt;
  SopClassUid sop_class;
  TransferSyntaxUid transfer_syntax;
  std::string number;  // (0020,0013)
  int64_t frames = 1;
  std::string damage;  // "missing", "changed" while it is damaged
};
struct InstancePage {
  std::vector<InstanceRow> rows;  // in the order they came
  int64_t next = 0;               // 0 when there is nothing behind this page
};

class Studies {
public:
  Studies(sql::Store& store, Search& search, trust::AuditLog& audit)
      : store_(store), search_(search), audit_(audit) {}

  // kBadKey, kBadCursor.
  Result<StudyPage> list(const trust::Access& access, const StudyFilter& filter);
  Result<StudyDetail> study(const trust::Access& access, const StudyUid& uid);  // kNoInstance
  Result<InstancePage> instances(const trust::Access& access, const StudyUid& study, const SeriesUid& series,
                                 int64_t after, int64_t limit);  // kNoInstance

private:
  // Those few that are open, rejected or deleted, through an index of their own.
  Result<StudyPage> list_by_state(const trust::Access& access, const StudyFilter& filter, const Query& query);

  sql::Store& store_;
  Search& search_;
  trust::AuditLog& audit_;
};

}  // namespace xinglin::archive
