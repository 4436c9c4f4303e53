// What the files of this room share.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "service/worklist/detail/directory.h"
#include "service/worklist/worklist.h"

namespace xinglin::worklist {

struct Worklist::Impl {
  Impl(Rooms rooms_in, Options options_in)
      : rooms(rooms_in), options(std::move(options_in)), directory(rooms.record, options.banners_max) {}
  Rooms rooms;
  Options options;
  detail::Directory directory;
  std::mutex studies_mutex;                               // guards studies
  std::unordered_map<std::string, json::object> studies;  // by SOP Instance UID

  // record::kNoResource when there is no such patient.
  Result<detail::BannerPtr> banner(const trust::Access& access, const PatientId& patient);
  void audit_search(const trust::Access& access, std::string_view what, size_t shown);
  Result<json::array> worklist_items(const trust::Access& access, const std::vector<json::object>& results);
  json::value study_of(const json::object& result);  // of a result about a DICOM object, else null
  // Patient id -> News2Short, of those who have one.
  Result<json::object> latest_news2(const trust::Access& access, const std::vector<std::string>& ids);
  Result<std::map<std::string, int64_t>> unread_by_patient(const trust::Access& access,
                                                           const std::vector<std::string>& ids);
  Result<std::vector<json::object>> newest_results(const trust::Access& access, const PatientId& patient,
                                                   size_t most);
  // Id of the newest result about the object, or null.
  Result<json::value> newest_result_about(const trust::Access& access, const PatientId& patient,
                                          const SopInstanceUid& sop);
};

namespace detail {

struct Found {
  std::string id;
  json::object resource;
};
// Every match up to `most`, newest page first as the request's sort says.
Result<std::vector<Found>> search_parsed(record::Record& record, const trust::Access& access,
                                         record::SearchRequest request, size_t most);
// "ge2026-11-22T06:10:00.123Z"
record::SearchParameter since(std::string_view parameter, Instant from);
record::SearchParameter patient_is(const PatientId& patient);

// Names of clinical codes in both languages; English as given when the code is not known.
json::object name_of_code(std::string_view code, std::string_view fallback);

std::string modality_of(const archive::StudyInfo& study);  // of its first series

// Documents of the API from those of core/inference.
json::object result_summary(const json::object& result);
json::object result_document(const json::object& result, const Banner& patient);
json::value news2_short(const json::object& result);
// Oldest first; the trend is the one from point to point.
json::array news2_points(const std::vector<json::object>& results);
// When what a result is about happened.
std::string time_of(const json::object& result);
// In order of that time, of those about the same minute the one made last.
std::vector<json::object> last_of_each_minute(const std::vector<json::object>& results);

}  // namespace detail
}  // namespace xinglin::worklist
