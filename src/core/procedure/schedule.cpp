#include "core/procedure/schedule.h"

#include <algorithm>
#include <charconv>

#include "codec/dicom/dicom_json.h"
#include "core/procedure/detail/step_attributes.h"

namespace xinglin::procedure {

namespace {

using trust::Action;
using trust::Permission;

constexpr int64_t kCandidatesMax = 20'000;  // rows looked at for one page
constexpr std::string_view kColumns =
    "SELECT id, request, patient, status, progress, open, start, accession_number, step_id, study, "
    "attributes FROM procedure_scheduled ";
constexpr std::string_view kLastStart = "~";
constexpr dicom::Tag kStepSequence{0x0040, 0x0100}, kStartDate{0x0040, 0x0002}, kAccession{0x0008, 0x0050},
    kPatientIdTag{0x0010, 0x0020}, kStudy{0x0020, 0x000D};

// (0040,0020) inside the one item of (0040,0100).
void say_started(json::object& attributes) {
  json::value* sequence = attributes.if_contains("00400100");
  if (sequence == nullptr) return;
  json::object& step = sequence->get_object()["Value"].get_array().front().get_object();
  step["00400020"] = json::object{{"vr", "CS"}, {"Value", json::array{"STARTED"}}};
}

Result<ScheduledStep> step_from(const sql::Query& row) {
  ScheduledStep out{std::string(row.text(1)),
                    PatientId(std::string(row.text(2))),
                    std::string(row.text(3)),
                    std::string(row.text(4)),
                    row.integer(5) != 0,
                    std::string(row.text(6)),
                    std::string(row.text(7)),
                    std::string(row.text(8)),
                    StudyUid(std::string(row.text(9))),
                    {}};
  XL_TRY(json::value parsed, json::parse(row.text(10)));
  if (!parsed.is_object()) return Error(errors::kCorrupt);
  out.attributes = std::move(parsed.get_object());
  if (out.progress == "started") say_started(out.attributes);
  return out;
}

std::vector<journal::NewJob> jobs_for(const journal::Event& event) {
  const bool request = event.type.starts_with("record.service-request-");
  const bool patient = event.type == "record.patient-updated";
  if (!request && !patient) return {};
  return {{.key = event.subject, .payload = {{"subject", event.subject}}}};
}

// What is matched; any other key is one to be told (PS3.4 C.2.2.1.3), as some clients write the empty
// PregnancyStatus of a request as the number 0.
std::vector<archive::SearchKey> matched(const std::vector<archive::SearchKey>& keys) {
  constexpr dicom::Tag kMatched[] = {{0x0008, 0x0050}, {0x0008, 0x0060}, {0x0008, 0x0090}, {0x0010, 0x0010},
                                     {0x0010, 0x0020}, {0x0010, 0x0021}, {0x0010, 0x0030}, {0x0010, 0x0040},
                                     {0x0020, 0x000D}, {0x0032, 0x1032}, {0x0032, 0x1060}, {0x0040, 0x0001},
                                     {0x0040, 0x0002}, {0x0040, 0x0003}, {0x0040, 0x0007}, {0x0040, 0x0009},
                                     {0x0040, 0x0010}, {0x0040, 0x0020}, {0x0040, 0x0100}, {0x0040, 0x1001},
                                     {0x0040, 0x1003}, {0x0040, 0x2016}, {0x0040, 0x2017}};
  std::vector<archive::SearchKey> out;
  for (const archive::SearchKey& key : keys) {
    if (std::find(std::begin(kMatched), std::end(kMatched), key.tag) == std::end(kMatched)) continue;
    out.push_back({key.tag, key.value, matched(key.item)});
  }
  return out;
}

std::string value_of(const std::vector<archive::SearchKey>& keys, dicom::Tag tag) {
  for (const archive::SearchKey& key : keys)
    if (key.tag == tag) return key.value;
  return {};
}

bool is_exact(const std::string& value) {
  return !value.empty() && value.find_first_of("*?\\") == std::string::npos;
}

// What the index can narrow: a range of start dates, or one number.
struct Bounds {
  std::string first, last = std::string(kLastStart);
  std::string column, value;
};

Bounds bounds_of(const std::vector<archive::SearchKey>& keys) {
  Bounds out;
  for (const auto& [tag, column] :
       {std::pair{kAccession, "accession_number"}, {kPatientIdTag, "patient_id"}, {kStudy, "study"}})
    if (const std::string value = value_of(keys, tag); is_exact(value)) {
      out.column = column;
      out.value = value;
      return out;
    }
  for (const archive::SearchKey& key : keys) {
    if (key.tag != kStepSequence) continue;
    const std::string date = value_of(key.item, kStartDate);
    const size_t dash = date.find('-');
    const std::string from = date.substr(0, dash);
    const std::string to = dash == std::string::npos ? date : date.substr(dash + 1);
    const auto whole = [](const std::string& text) {
      return text.size() == 8 &&
             std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    if (whole(from)) out.first = from;
    if (whole(to)) out.last = to + std::string(kLastStart);
  }
  return out;
}

struct Cursor {
  std::string start;
  int64_t id = 0;
};

Result<Cursor> parse_cursor(const std::string& text) {
  Cursor out;
  if (text.empty()) return out;
  const size_t dot = text.find('.');
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + std::min(dot, text.size() - 1) + 1, end, out.id);
  if (dot == std::string::npos || read.ec != std::errc() || read.ptr != end) return Error(kBadWorklistCursor);
  out.start = text.substr(0, dot);
  return out;
}

Result<std::vector<ScheduledStep>> all_of(sql::Query row) {
  std::vector<ScheduledStep> out;
  while (row.next()) {
    XL_TRY(ScheduledStep step, step_from(row));
    out.push_back(std::move(step));
  }
  XL_CHECK(row.status());
  return out;
}

}  // namespace

Schedule::Schedule(sql::Store& store, record::Record& record, trust::AuditLog& audit,
                   journal::Journal& journal)
    : store_(store), record_(record), audit_(audit), journal_(journal) {}

void Schedule::register_jobs() {
  journal_.add_queue(std::string(kQueue), {}, [this](const journal::Job& job) { return work(job); });
  journal_.add_route("procedure-schedule", std::string(kQueue), jobs_for);
}

// A change of a patient is one of each of their steps.
Result<void> Schedule::work(const journal::Job& job) {
  const std::string subject(json::find_string(job.payload, "subject").value_or(""));
  const size_t slash = subject.find('/');
  const std::string id = subject.substr(slash + 1);
  if (subject.starts_with("ServiceRequest/")) return project(id);
  std::vector<std::string> requests;
  const auto read = [&](sql::Session& session) -> Result<void> {
    auto row = session.query("SELECT request FROM procedure_scheduled WHERE patient = ?1 AND open = 1", id);
    while (row.next()) requests.emplace_back(row.text(0));
    return row.status();
  };
  XL_CHECK(store_.read(read));
  for (const std::string& request : requests) XL_CHECK(project(request));
  return {};
}

Result<void> Schedule::project(const std::string& id) {
  return store_.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const auto stored, record_.current(tx, "ServiceRequest", id));
    if (!stored || stored->deleted) {
      XL_CHECK(tx.run("UPDATE procedure_scheduled SET open = 0, status = 'deleted' WHERE request = ?1", id));
      return {};
    }
    XL_TRY(const json::object request, stored->parsed());
    const fhir::ImagingOrder order = complete_order(request);
    if (order.modality.empty()) return {};
    json::object person;
    XL_TRY(const auto patient, record_.current(tx, "Patient", stored->patient));
    if (patient && !patient->deleted) {
      XL_TRY(person, patient->parsed());
    }
    const dicom::DataSet attributes = step_attributes(request, person, order);
    const std::string status(json::find_string(request, "status").value_or(""));
    XL_CHECK(
        tx.run("INSERT INTO procedure_scheduled (request, patient, status, progress, open, start, "
               "accession_number, step_id, study, patient_id, attributes) "
               "VALUES (?1, ?2, ?3, '', ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (request) DO UPDATE SET "
               "patient = ?2, status = ?3, open = ?4 AND progress IN ('', 'started'), start = ?5, "
               "accession_number = ?6, step_id = ?7, study = ?8, patient_id = ?9, attributes = ?10",
               id, stored->patient, status, int64_t{status == "active"}, dicom_date_time(order.start),
               attributes.text(kAccession), order.step_id, order.study_instance_uid,
               attributes.text(kPatientIdTag), json::serialize(json::value(dicom::to_json(attributes)))));
    return {};
  });
}

Result<archive::Page> Schedule::find(const trust::Access& access,
                                     const std::vector<archive::SearchKey>& asked, bool fuzzy, int64_t limit,
                                     const std::string& after) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_CHECK(archive::check_keys(asked));
  const std::vector<archive::SearchKey> keys = matched(asked);
  XL_TRY(const Cursor from, parse_cursor(after));
  const Bounds bounds = bounds_of(keys);
  const std::string where = "AND " + (bounds.column.empty() ? "''" : bounds.column) + " = ?6 ";
  XL_TRY(auto page, store_.read([&](sql::Session& session) -> Result<archive::Page> {
    archive::Page out;
    auto row = session.query(std::string(kColumns) +
                                 "WHERE open = 1 AND (start >= ?1 OR start = '') AND start <= ?2 " + where +
                                 "AND (start, id) > (?3, ?4) ORDER BY start, id LIMIT ?5",
                             bounds.first, bounds.last, from.start, from.id, kCandidatesMax, bounds.value);
    int64_t looked = 0;
    while (row.next()) {
      ++looked;
      XL_TRY(ScheduledStep step, step_from(row));
      out.next = step.start + "." + std::to_string(row.integer(0));
      if (!archive::matches_attributes(step.attributes, keys, fuzzy)) continue;
      out.rows.push_back(std::move(step.attributes));
      if (static_cast<int64_t>(out.rows.size()) >= limit) return out;
    }
    XL_CHECK(row.status());
    if (looked < kCandidatesMax) out.next.clear();
    return out;
  }));
  audit_.record(access, {Action::Search, "ServiceRequest", "", true,
                         std::to_string(page.rows.size()) + " steps of the modality worklist"});
  return page;
}

Result<std::vector<ScheduledStep>> Schedule::of_study(const trust::Access& access, const StudyUid& study) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(auto found, store_.read([&](sql::Session& session) {
    return all_of(session.query(std::string(kColumns) + "WHERE study = ?1 ORDER BY start, id", study.str()));
  }));
  audit_.record(access, {Action::Read, "Study/" + study.str(),
                         found.empty() ? "" : found.front().patient.str(), true, "scheduled steps"});
  return found;
}

Result<std::vector<ScheduledStep>> Schedule::of_day(const trust::Access& access, const std::string& date,
                                                    int64_t limit) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(auto found, store_.read([&](sql::Session& session) {
    return all_of(session.query(std::string(kColumns) + "WHERE start >= ?1 AND start <= ?1 || '~' "
                                                        "ORDER BY start, id LIMIT ?2",
                                date, limit));
  }));
  audit_.record(access, {Action::Search, "ServiceRequest", "", true,
                         std::to_string(found.size()) + " scheduled steps"});
  return found;
}

}  // namespace xinglin::procedure
