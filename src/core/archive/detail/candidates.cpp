#include "core/archive/detail/candidates.h"

#include <algorithm>

#include "core/archive/detail/match.h"

namespace xinglin::archive {

namespace {

#define XL_STUDY_COLUMNS                                                                          \
  "SELECT s.id, s.uid, s.date, s.time, s.description, s.accession_number, s.study_id, "           \
  "s.referring_physician, s.patient_id, s.patient_issuer, s.patient_name, s.patient_birth_date, " \
  "s.patient_sex, s.modalities, s.series_count, s.instance_count "
#define XL_SERIES_COLUMNS                                                                     \
  "SELECT id, uid, modality, description, number, body_part, protocol, station, date, time, " \
  "instance_count FROM archive_series "
#define XL_INSTANCE_COLUMNS                                                                    \
  "SELECT id, uid, sop_class, transfer_syntax, number, rows, columns, bits_allocated, frames " \
  "FROM archive_instance "

// ?1 and ?2 (?3): where to start, that place included. The end is the last parameter.
constexpr std::string_view kPlace = XL_STUDY_COLUMNS "FROM archive_study s WHERE s.id = ?1";
constexpr std::string_view kById = XL_STUDY_COLUMNS "FROM archive_study s WHERE s.id = ?1 AND s.hidden = 0";
constexpr std::string_view kByPatientId = XL_STUDY_COLUMNS
    "FROM archive_study s WHERE (s.patient_id, s.id) >= (?1, ?2) AND s.patient_id < ?3 AND s.hidden = 0 "
    "ORDER BY s.patient_id, s.id";
constexpr std::string_view kByAccession = XL_STUDY_COLUMNS
    "FROM archive_study s WHERE (s.accession_number, s.id) >= (?1, ?2) AND s.accession_number < ?3 AND "
    "s.hidden = 0 "
    "ORDER BY s.accession_number, s.id";
constexpr std::string_view kByBirthDate = XL_STUDY_COLUMNS
    "FROM archive_study s WHERE (s.patient_birth_date, s.id) >= (?1, ?2) AND s.patient_birth_date < ?3 AND "
    "s.hidden = 0 "
    "ORDER BY s.patient_birth_date, s.id";
constexpr std::string_view kByName = XL_STUDY_COLUMNS
    ", n.value FROM archive_name n CROSS JOIN archive_study s ON s.id = n.study "
    "WHERE (n.value, n.study) >= (?1, ?2) AND n.value < ?3 AND s.hidden = 0 ORDER BY n.value, n.study, n.grp";
constexpr std::string_view kByModality = XL_STUDY_COLUMNS
    "FROM archive_study_modality m CROSS JOIN archive_study s ON s.id = m.study "
    "WHERE m.modality = ?1 AND (m.date, m.study) <= (?2, ?3) AND m.date >= ?4 AND s.hidden = 0 "
    "ORDER BY m.date DESC, m.study DESC";
constexpr std::string_view kByDate = XL_STUDY_COLUMNS
    "FROM archive_study s WHERE (s.date, s.time, s.id) <= (?1, ?2, ?3) AND s.date >= ?4 AND s.hidden = 0 "
    "ORDER BY s.date DESC, s.time DESC, s.id DESC";
constexpr std::string_view kSeriesOf =
    XL_SERIES_COLUMNS "WHERE study = ?1 AND id >= ?2 AND instance_count > 0 ORDER BY id";
constexpr std::string_view kInstancesOf =
    XL_INSTANCE_COLUMNS "WHERE series = ?1 AND id >= ?2 AND deleted = 0 ORDER BY id";
constexpr std::string_view kSeriesWithUid =
    XL_SERIES_COLUMNS "WHERE uid = ?1 AND study = ?2 AND instance_count > 0";
constexpr std::string_view kInstanceWithUid =
    XL_INSTANCE_COLUMNS "WHERE uid = ?1 AND series = ?2 AND deleted = 0";
constexpr std::string_view kIdOfStudy = "SELECT id FROM archive_study WHERE uid = ?1";
constexpr std::string_view kIdOfSeries = "SELECT study FROM archive_series WHERE uid = ?1";
constexpr std::string_view kIdOfInstance =
    "SELECT s.study FROM archive_instance i CROSS JOIN archive_series s ON s.id = i.series WHERE i.uid = ?1";

#undef XL_STUDY_COLUMNS
#undef XL_SERIES_COLUMNS
#undef XL_INSTANCE_COLUMNS

constexpr std::string_view kAfterAnyText = "\xF4\x8F\xBF\xBF";  // U+10FFFF

std::string value_of(const IndexRow& study, dicom::Tag tag) {
  return study.values[*column_of(Level::Study, tag)];
}

Result<std::vector<int64_t>> studies_with(sql::Session& session, std::string_view sql, const SearchKey& key) {
  std::vector<int64_t> out;
  for (const std::string& uid : split_key(key.value)) {
    auto row = session.query(sql, uid);
    if (row.next()) out.push_back(row.integer(0));
    XL_CHECK(row.status());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Plan with_prefix(Lead lead, std::string prefix) {
  Plan out;
  out.lead = lead;
  out.first = std::move(prefix);
  // A value without wildcard ends there: nothing that only begins with it can match, but for names.
  out.last = out.first + std::string(kAfterAnyText);
  return out;
}

// A single value without wildcards is compared for equality: the range holds that value alone.
Plan with_value(Lead lead, const std::string& value) {
  Plan out = with_prefix(lead, literal_prefix(value));
  if (!has_wildcard(value)) out.last = value + '\x01';
  return out;
}

std::optional<std::string> single_prefix(const Query& query, dicom::Tag tag) {
  const SearchKey* key = key_with(query, tag);
  if (key == nullptr || key->value.find('\\') != std::string::npos) return std::nullopt;
  std::string value = split_key(key->value).front();
  return literal_prefix(value).empty() ? std::nullopt : std::optional(std::move(value));
}

// The beginning of the first group of the key that has one; matching groups begin with it.
std::string name_prefix(const Query& query) {
  const SearchKey* key = key_with(query, kPatientNameTag);
  if (key == nullptr) return "";
  for (const std::string& group : fold_name(key->value)) {
    // A component left empty, and with fuzzy matching the end of one, may be anything in the name that
    // matches. A key with wildcards is compared as it is written.
    std::string prefix = literal_prefix(group);
    const bool by_beginnings = query.fuzzy && !has_wildcard(group);
    prefix.resize(std::min(prefix.find(by_beginnings ? "^" : "^^"), prefix.size()));
    while (!prefix.empty() && prefix.back() == '^') prefix.pop_back();
    if (!prefix.empty() && prefix.front() != '^') return prefix;
  }
  return "";
}

std::optional<int64_t> day_of(std::string_view date) {
  const auto span = parse_compact_time(date);
  return span ? std::optional(span->first.us / kDayUs) : std::nullopt;
}

bool is_short(const TextRange& dates) {
  const auto first = day_of(dates.first), last = day_of(dates.last);
  return first && last && *last - *first <= kShortRangeDays;
}

Result<Plan> by_date(const Query& query, const TextRange& dates) {
  Plan out;
  out.first = dates.first;
  out.last = dates.last;
  const SearchKey* modality = key_with(query, kModalitiesTag);
  if (modality == nullptr) modality = key_with(query, kModalityTag);
  if (modality == nullptr || has_wildcard(modality->value) || modality->value.find('\\') != std::string::npos)
    return out;
  out.lead = Lead::ModalityDate;
  out.modality = split_key(modality->value).front();
  return out;
}

Result<void> visit_all(sql::Query rows, Level level, const Visit& visit, bool& more) {
  IndexRow row;
  more = true;
  while (more && rows.next()) {
    read_row(rows, level, row);
    XL_TRY(more, visit(row));
  }
  return rows.status();
}

// Of the names of one study the first in the order of the index counts: a study is visited once.
Result<void> visit_names(sql::Session& session, const Plan& plan, const std::string& value, int64_t from,
                         const Visit& visit) {
  auto rows = session.query(kByName, value, from, plan.last);
  const int name_column = static_cast<int>(columns_of(Level::Study).size()) + 1;
  IndexRow row;
  int64_t visited = 0;
  bool more = true;
  while (more && rows.next()) {
    read_row(rows, Level::Study, row);
    const std::string_view here = rows.text(name_column);
    const NameGroups groups = fold_name(value_of(row, kPatientNameTag));
    const bool seen = std::any_of(groups.begin(), groups.end(), [&](const std::string& group) {
      return group >= plan.first && group < here;
    });
    if (seen || row.id == visited) continue;  // two groups with one text stand side by side
    visited = row.id;
    XL_TRY(more, visit(row));
  }
  return rows.status();
}

struct Start {
  std::string value, time;
  int64_t id = 0;
};

// The place of the study `from` in the leading index.
Result<Start> place_of(sql::Session& session, const Plan& plan, int64_t from) {
  IndexRow study;
  auto row = session.query(kPlace, from);
  if (!row.next()) return Error(kBadCursor);
  read_row(row, Level::Study, study);
  switch (plan.lead) {
    case Lead::PatientId:
      return Start{value_of(study, kPatientIdTag), "", from};
    case Lead::Accession:
      return Start{value_of(study, kAccessionTag), "", from};
    case Lead::BirthDate:
      return Start{value_of(study, kBirthDateTag), "", from};
    case Lead::Name: {
      Start out{"", "", from};
      for (const std::string& group : fold_name(value_of(study, kPatientNameTag)))
        if (group >= plan.first && group < plan.last && (out.value.empty() || group < out.value))
          out.value = group;
      return out.value.empty() ? Result<Start>(Error(kBadCursor)) : Result<Start>(std::move(out));
    }
    default:
      return Start{value_of(study, kStudyDateTag), value_of(study, kStudyTimeTag), from};
  }
}

}  // namespace

const SearchKey* key_with(const Query& query, dicom::Tag tag) {
  const auto found = std::find_if(query.keys.begin(), query.keys.end(), [&](const SearchKey& key) {
    return key.tag == tag && key.item.empty() && !is_universal(key.value);
  });
  return found == query.keys.end() ? nullptr : &*found;
}

Result<Plan> make_plan(sql::Session& session, const Query& query) {
  Plan out;
  out.lead = Lead::Ids;
  for (const auto& [tag, sql] : {std::pair{kStudyUidTag, kIdOfStudy},
                                 {kSeriesUidTag, kIdOfSeries},
                                 {kSopInstanceUidTag, kIdOfInstance}})
    if (const SearchKey* key = key_with(query, tag)) {
      XL_TRY(out.ids, studies_with(session, sql, *key));
      return out;
    }
  if (const auto value = single_prefix(query, kAccessionTag)) return with_value(Lead::Accession, *value);
  if (const auto value = single_prefix(query, kPatientIdTag)) return with_value(Lead::PatientId, *value);
  TextRange dates{"", "~"};
  if (const SearchKey* key = key_with(query, kStudyDateTag)) {
    XL_TRY(dates, parse_date_key(key->value));
  }
  if (is_short(dates)) return by_date(query, dates);
  if (std::string prefix = name_prefix(query); !prefix.empty())
    return with_prefix(Lead::Name, std::move(prefix));
  if (const SearchKey* key = key_with(query, kBirthDateTag)) {
    XL_TRY(const TextRange births, parse_date_key(key->value));
    out.lead = Lead::BirthDate;
    out.first = births.first;
    out.last = births.last + '\x01';
    return out;
  }
  return by_date(query, dates);
}

Result<void> visit_studies(sql::Session& session, const Plan& plan, int64_t from, const Visit& visit) {
  bool more = true;
  if (plan.lead == Lead::Ids) {
    auto id = std::lower_bound(plan.ids.begin(), plan.ids.end(), from);
    for (; more && id != plan.ids.end(); ++id)
      XL_CHECK(visit_all(session.query(kById, *id), Level::Study, visit, more));
    return {};
  }
  const bool descending = plan.lead == Lead::Date || plan.lead == Lead::ModalityDate;
  Start at = descending ? Start{plan.last, "~", INT64_MAX} : Start{plan.first, "", 0};
  if (from != 0) {
    XL_TRY(at, place_of(session, plan, from));
  }
  switch (plan.lead) {
    case Lead::PatientId:
      return visit_all(session.query(kByPatientId, at.value, at.id, plan.last), Level::Study, visit, more);
    case Lead::Accession:
      return visit_all(session.query(kByAccession, at.value, at.id, plan.last), Level::Study, visit, more);
    case Lead::BirthDate:
      return visit_all(session.query(kByBirthDate, at.value, at.id, plan.last), Level::Study, visit, more);
    case Lead::Name:
      return visit_names(session, plan, at.value, at.id, visit);
    case Lead::ModalityDate:
      return visit_all(session.query(kByModality, plan.modality, at.value, at.id, plan.first), Level::Study,
                       visit, more);
    default:
      return visit_all(session.query(kByDate, at.value, at.time, at.id, plan.first), Level::Study, visit,
                       more);
  }
}

Result<void> visit_children(sql::Session& session, Level level, int64_t parent, int64_t from,
                            const Visit& visit) {
  bool more = true;
  const std::string_view sql = level == Level::Series ? kSeriesOf : kInstancesOf;
  return visit_all(session.query(sql, parent, from), level, visit, more);
}

Result<std::optional<IndexRow>> child_with_uid(sql::Session& session, Level level, int64_t parent,
                                               const std::string& uid) {
  auto row = session.query(level == Level::Series ? kSeriesWithUid : kInstanceWithUid, uid, parent);
  std::optional<IndexRow> out;
  if (row.next()) read_row(row, level, out.emplace());
  XL_CHECK(row.status());
  return out;
}

std::vector<std::string> search_statements() {
  std::vector<std::string> out;
  for (const std::string_view sql :
       {kById, kPlace, kByPatientId, kByAccession, kByBirthDate, kByName, kByModality, kByDate, kSeriesOf,
        kInstancesOf, kSeriesWithUid, kInstanceWithUid, kIdOfStudy, kIdOfSeries, kIdOfInstance})
    out.emplace_back(sql);
  return out;
}

}  // namespace xinglin::archive
