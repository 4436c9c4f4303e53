#include "core/archive/query.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "core/archive/detail/allow.h"
#include "core/archive/detail/attributes.h"
#include "core/archive/detail/candidates.h"
#include "core/archive/detail/overlay.h"
#include "core/archive/detail/search_keys.h"

namespace xinglin::archive {

namespace {

constexpr dicom::Tag kPatientStudies{0x0020, 0x1200}, kPatientSeries{0x0020, 0x1202},
    kPatientInstances{0x0020, 0x1204};
// Of a series, kept with its instances only (PS3.18 10.6.3.3.2).
constexpr dicom::Tag kSeriesDefaults[] = {{0x0040, 0x0244}, {0x0040, 0x0245}, {0x0040, 0x0275}};

// The last row looked at: by it the next page goes on.
struct Cursor {
  int64_t study = 0, series = 0, instance = 0;
};

std::string to_text(const Cursor& at) {
  return std::to_string(at.study) + "." + std::to_string(at.series) + "." + std::to_string(at.instance);
}

Result<Cursor> parse_cursor(std::string_view text) {
  Cursor out;
  if (text.empty()) return out;
  int64_t* parts[] = {&out.study, &out.series, &out.instance};
  const char *at = text.data(), *end = text.data() + text.size();
  for (size_t i = 0; i < std::size(parts); ++i) {
    const auto read = std::from_chars(at, end, *parts[i]);
    if (read.ec != std::errc() || *parts[i] < 0 || *parts[i] == INT64_MAX) return Error(kBadCursor);
    at = read.ptr;
    if (i + 1 < std::size(parts) && (at == end || *at++ != '.')) return Error(kBadCursor);
  }
  if (at != end || out.study == 0) return Error(kBadCursor);
  return out;
}

struct PatientCounts {
  int64_t head_study = 0, studies = 0, series = 0, instances = 0;
};

class Walk {
public:
  Walk(sql::Session& session, const Query& query, const SearchKeys& keys, int64_t limit, int64_t candidates,
       Cursor after)
      : session_(session),
        attributes_(session),
        query_(query),
        keys_(keys),
        limit_(limit),
        candidates_(candidates),
        skip_(query.offset),
        after_(after) {
    for (const SearchKey& key : query.keys) wanted_.push_back(key.tag);
    wanted_.insert(wanted_.end(), query.include.begin(), query.include.end());
    if (query.fields != Fields::Keys && query.level == Level::Series)
      wanted_.insert(wanted_.end(), std::begin(kSeriesDefaults), std::end(kSeriesDefaults));
    for (const dicom::Tag tag : wanted_) {
      wants_counts_ =
          wants_counts_ || tag == kPatientStudies || tag == kPatientSeries || tag == kPatientInstances;
      wants_attributes_ = wants_attributes_ || !is_column(tag);
    }
  }
  Result<Page> run();

private:
  Result<bool> study(const IndexRow& row);
  Result<bool> series(const IndexRow& study, const IndexRow& row);
  Result<bool> instance(const IndexRow& study, const IndexRow& series, const IndexRow& row);
  Result<void> children(Level level, int64_t parent, int64_t from, dicom::Tag uid_tag, const Visit& visit);
  Result<bool> take(const IndexRow& study, const IndexRow* series, const IndexRow* instance);
  Result<json::object> attributes(const IndexRow& study, const IndexRow* series, const IndexRow* instance);
  Result<PatientCounts> counts(const IndexRow& study);
  bool looked_at(Cursor at);
  bool is_column(dicom::Tag tag) const;
  bool wants(const Column& column, Level level) const;
  json::object answer(const IndexRow& study, const IndexRow* series, const IndexRow* instance,
                      const json::object& kept, const PatientCounts& counts) const;

  sql::Session& session_;
  AttributesReader attributes_;
  const Query& query_;
  const SearchKeys& keys_;
  int64_t limit_, candidates_, skip_;
  Cursor after_, last_;
  std::vector<dicom::Tag> wanted_;
  bool wants_counts_ = false, wants_attributes_ = false;
  bool stopped_ = false;
  Page page_;
};

bool Walk::is_column(dicom::Tag tag) const {
  for (const Level level : {Level::Study, Level::Series, Level::Instance})
    if (column_of(level, tag)) return true;
  return false;
}

// False when this page may look at no more.
bool Walk::looked_at(Cursor at) {
  last_ = at;
  if (--candidates_ > 0) return true;
  stopped_ = page_.short_of_limit = true;
  return false;
}

Result<Page> Walk::run() {
  if (limit_ == 0) return std::move(page_);
  XL_TRY(const Plan plan, make_plan(session_, query_));
  XL_CHECK(visit_studies(session_, plan, after_.study, [&](const IndexRow& row) { return study(row); }));
  if (stopped_) page_.next = to_text(last_);
  return std::move(page_);
}

Result<bool> Walk::study(const IndexRow& row) {
  const bool resumed = row.id == after_.study;
  if (resumed && query_.level <= Level::Study) return true;
  // Until its series have been looked at, going on would begin with this study.
  if (!keys_.match(Level::Study, row, query_.fuzzy)) return looked_at({row.id, INT64_MAX - 1, 0});
  if (query_.level <= Level::Study) {
    if (query_.level == Level::Patient) {
      XL_TRY(const PatientCounts patient, counts(row));
      if (patient.head_study != row.id) return looked_at({row.id, 0, 0});
    }
    XL_TRY(const bool more, take(row, nullptr, nullptr));
    return looked_at({row.id, 0, 0}) && more;
  }
  // At the instance level the series of the cursor is entered again.
  const bool deep = query_.level == Level::Instance && resumed && after_.instance != 0;
  const int64_t from = resumed ? after_.series + (deep ? 0 : 1) : 0;
  XL_CHECK(children(Level::Series, row.id, from, kSeriesUidTag, [&](const IndexRow& child) -> Result<bool> {
    XL_TRY(const bool more, series(row, child));
    return more && !stopped_;
  }));
  return !stopped_;
}

Result<bool> Walk::series(const IndexRow& study, const IndexRow& row) {
  if (!keys_.match(Level::Series, row, query_.fuzzy)) return looked_at({study.id, row.id, 0});
  if (query_.level == Level::Series) {
    XL_TRY(const bool more, take(study, &row, nullptr));
    return looked_at({study.id, row.id, 0}) && more;
  }
  const bool resumed = study.id == after_.study && row.id == after_.series;
  XL_CHECK(children(Level::Instance, row.id, resumed ? after_.instance + 1 : 0, kSopInstanceUidTag,
                    [&](const IndexRow& child) { return instance(study, row, child); }));
  return !stopped_;
}

Result<bool> Walk::instance(const IndexRow& study, const IndexRow& series, const IndexRow& row) {
  const Cursor here{study.id, series.id, row.id};
  if (!keys_.match(Level::Instance, row, query_.fuzzy)) return looked_at(here);
  XL_TRY(const bool more, take(study, &series, &row));
  return looked_at(here) && more;
}

// All of them, or those that the list of UIDs names.
Result<void> Walk::children(Level level, int64_t parent, int64_t from, dicom::Tag uid_tag,
                            const Visit& visit) {
  const SearchKey* uids = key_with(query_, uid_tag);
  if (uids == nullptr) return visit_children(session_, level, parent, from, visit);
  std::map<int64_t, IndexRow> found;
  for (const std::string& uid : split_key(uids->value)) {
    XL_TRY(auto row, child_with_uid(session_, level, parent, uid));
    if (row && row->id >= from) found.emplace(row->id, std::move(*row));
  }
  for (const auto& [id, row] : found) {
    XL_TRY(const bool more, visit(row));
    if (!more) return {};
  }
  return {};
}

// A row that matches by its columns. False when the page is full.
Result<bool> Walk::take(const IndexRow& study, const IndexRow* series, const IndexRow* instance) {
  json::object kept;
  const bool whole = query_.fields == Fields::All && query_.level == Level::Instance;
  if (!keys_.others.empty() || wants_attributes_ || whole || query_.fields == Fields::All) {
    XL_TRY(kept, attributes(study, series, instance));
    if (!keys_.match_others(kept, query_.fuzzy)) return true;
  }
  if (skip_ > 0) {
    --skip_;
    return true;
  }
  PatientCounts of_patient;
  if (wants_counts_) {
    XL_TRY(of_patient, counts(study));
  }
  page_.rows.push_back(answer(study, series, instance, kept, of_patient));
  stopped_ = static_cast<int64_t>(page_.rows.size()) >= limit_;
  return !stopped_;
}

// Those of the instance, or of the first that came of the series or study.
Result<json::object> Walk::attributes(const IndexRow& study, const IndexRow* series,
                                      const IndexRow* instance) {
  XL_TRY(const std::string text, instance != nullptr ? attributes_.of_id(instance->id)
                                 : series != nullptr ? attributes_.of_first_in_series(series->id)
                                                     : attributes_.of_first_in_study(study.id));
  if (text.empty()) return json::object();
  XL_TRY(json::value parsed, json::parse(text));
  if (!parsed.is_object()) return Error(errors::kCorrupt);
  XL_TRY(const Overlay overlay,
         load_overlay(session_, StudyUid(study.values[*column_of(Level::Study, kStudyUidTag)])));
  apply(overlay, parsed.get_object());
  return std::move(parsed.get_object());
}

Result<PatientCounts> Walk::counts(const IndexRow& study) {
  auto row = session_.query(
      "SELECT head_study, study_count, series_count, instance_count FROM archive_patient "
      "WHERE patient_id = ?1 AND issuer = ?2",
      study.values[*column_of(Level::Study, kPatientIdTag)],
      study.values[*column_of(Level::Study, kIssuerTag)]);
  PatientCounts out;
  if (row.next()) out = {row.integer(0), row.integer(1), row.integer(2), row.integer(3)};
  XL_CHECK(row.status());
  return out;
}

bool Walk::wants(const Column& column, Level level) const {
  const Level asked = query_.level == Level::Patient ? Level::Study : query_.level;
  if (column.tag == columns_of(level).front().tag && query_.level != Level::Patient) return true;
  if (std::find(wanted_.begin(), wanted_.end(), column.tag) != wanted_.end()) return true;
  if (query_.level == Level::Patient && column.tag.group != 0x0010) return false;
  if (query_.fields == Fields::All) return true;
  // What stands above is told with each row unless the search has named the one it lies in.
  const SearchKey* above = level == asked          ? nullptr
                           : level == Level::Study ? key_with(query_, kStudyUidTag)
                                                   : key_with(query_, kSeriesUidTag);
  return query_.fields == Fields::Default && column.by_default && above == nullptr;
}

json::object Walk::answer(const IndexRow& study, const IndexRow* series, const IndexRow* instance,
                          const json::object& kept, const PatientCounts& counts) const {
  std::map<std::string, json::object> sorted;  // PS3.18 F.2.2 wants the attributes in order
  const bool all = query_.fields == Fields::All;
  for (const auto& [name, attribute] : kept) {
    const auto at = [text = std::string(name)](size_t i) {
      return static_cast<uint16_t>(std::stoul(text.substr(i, 4), nullptr, 16));
    };
    const dicom::Tag tag{at(0), at(4)};
    const bool asked = std::find(wanted_.begin(), wanted_.end(), tag) != wanted_.end();
    const bool with_all = all && (query_.level == Level::Instance || is_of_study(tag));
    const bool below = query_.level <= Level::Study && !is_of_study(tag);
    if ((asked && !below) || with_all) sorted[name] = attribute.get_object();
  }
  for (const auto& [level, row] :
       {std::pair{Level::Study, &study}, {Level::Series, series}, {Level::Instance, instance}}) {
    if (row == nullptr) continue;
    const auto columns = columns_of(level);
    for (size_t i = 0; i < columns.size(); ++i)
      if (!row->values[i].empty() && wants(columns[i], level))
        sorted[json_key(columns[i].tag)] = json_attribute(columns[i].vr, row->values[i]);
  }
  const auto wanted = [&](dicom::Tag tag) {
    return std::find(wanted_.begin(), wanted_.end(), tag) != wanted_.end();
  };
  for (const auto& [tag, count] : {std::pair{kPatientStudies, counts.studies},
                                   {kPatientSeries, counts.series},
                                   {kPatientInstances, counts.instances}})
    if (wanted(tag) && counts.head_study != 0)
      sorted[json_key(tag)] = json_attribute("IS", std::to_string(count));
  if (query_.level != Level::Patient && (query_.fields != Fields::Keys || wanted(kAvailabilityTag)))
    sorted[json_key(kAvailabilityTag)] = json_attribute("CS", "ONLINE");
  json::object out;
  for (auto& [name, attribute] : sorted) out[name] = std::move(attribute);
  return out;
}

std::string_view name_of(Level level) {
  constexpr std::string_view kNames[] = {"Patient", "Study", "Series", "Instance"};
  return kNames[static_cast<size_t>(level)];
}

}  // namespace

Result<Page> Search::run(const trust::Access& access, const Query& query) {
  XL_CHECK(allow(access, audit_, trust::Permission::ReadClinical, trust::Action::Search, "archive"));
  if (query.limit < 0 || query.offset < 0) return Error(kBadKey, "limit and offset cannot be negative");
  if (query.offset > limits_.offset_max)
    return Error(kTooManyKeys,
                 "the offset is beyond " + std::to_string(limits_.offset_max) + ": page by cursor");
  XL_TRY(const SearchKeys keys, sort_keys(query, limits_));
  XL_TRY(const Cursor after, parse_cursor(query.after));
  const int64_t limit = std::min(query.limit, limits_.rows_max);
  XL_TRY(Page page, store_.read([&](sql::Session& session) {
    return Walk(session, query, keys, limit, limits_.candidates_max + query.offset, after).run();
  }));
  page.not_matched = keys.not_matched;
  audit_.record(access, {trust::Action::Search, std::string(name_of(query.level)), "", true,
                         std::to_string(page.rows.size()) + " rows of the image index"});
  return page;
}

}  // namespace xinglin::archive
