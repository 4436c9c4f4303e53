#include "core/archive/detail/search_keys.h"

#include <algorithm>

namespace xinglin::archive {

namespace {

constexpr size_t slot(Level level) {
  return level == Level::Instance ? 2 : level == Level::Series ? 1 : 0;
}

size_t count_keys(const std::vector<SearchKey>& keys) {
  size_t out = keys.size();
  for (const SearchKey& key : keys) out += count_keys(key.item);
  return out;
}

Result<void> check_sizes(const std::vector<SearchKey>& keys, const SearchLimits& limits) {
  for (const SearchKey& key : keys) {
    const auto values = 1 + static_cast<size_t>(std::count(key.value.begin(), key.value.end(), '\\'));
    if (values > limits.values_max)
      return Error(kTooManyKeys,
                   key.tag.str() + " has more than " + std::to_string(limits.values_max) + " values");
    XL_CHECK(check_sizes(key.item, limits));
  }
  return {};
}

bool asks_nothing(const SearchKey& key) {
  return is_universal(key.value) && std::all_of(key.item.begin(), key.item.end(), asks_nothing);
}

// What the caller's edge answers by itself or what says how to read the rest.
bool is_about_the_search(dicom::Tag tag) {
  return tag == dicom::Tag{0x0008, 0x0005} || tag == dicom::Tag{0x0008, 0x0052} ||
         tag == dicom::Tag{0x0008, 0x0053} || tag == dicom::Tag{0x0008, 0x0054} ||
         tag == dicom::Tag{0x0008, 0x0201} || tag == kAvailabilityTag;
}

struct Place {
  Level level;
  size_t column;
};

// Modality at the study level means the modalities of its series, as many senders have it.
std::optional<Place> place_of(Level asked, dicom::Tag tag) {
  if (asked == Level::Patient) {
    const auto column = tag.group == 0x0010 ? column_of(Level::Study, tag) : std::nullopt;
    return column ? std::optional(Place{Level::Study, *column}) : std::nullopt;
  }
  if (asked == Level::Study && tag == kModalityTag) tag = kModalitiesTag;
  for (const Level level : {Level::Study, Level::Series, Level::Instance}) {
    if (level > asked) break;
    if (const auto column = column_of(level, tag)) return Place{level, *column};
  }
  return std::nullopt;
}

Result<void> combine(const Query& query, SearchKeys& out, Level level, dicom::Tag date, dicom::Tag time) {
  auto& keys = out.columns[slot(level)];
  const size_t date_column = *column_of(level, date), time_column = *column_of(level, time);
  const auto with = [&](size_t column) {
    return std::find_if(keys.begin(), keys.end(), [&](const ColumnKey& k) { return k.column == column; });
  };
  if (!query.combined_datetime || with(date_column) == keys.end() || with(time_column) == keys.end())
    return {};
  XL_TRY(const TextRange dates, parse_date_key(with(date_column)->value));
  XL_TRY(const TextRange times, parse_time_key(with(time_column)->value));
  out.combined[slot(level)] =
      DateTimeKey{date_column, time_column, {dates.first + times.first, dates.last + times.last}};
  std::erase_if(keys, [&](const ColumnKey& k) { return k.column == date_column || k.column == time_column; });
  return {};
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (const auto* name = value.if_object()) {
    std::string out;
    for (const std::string_view group : {"Alphabetic", "Ideographic", "Phonetic"}) {
      if (group != "Alphabetic") out += '=';
      out += json::find_string(*name, group).value_or("");
    }
    return out;
  }
  return value.is_null() ? "" : json::serialize(value);
}

bool match_attributes(const json::object& attributes, const SearchKey& key, bool fuzzy) {
  if (asks_nothing(key)) return true;
  const json::object* attribute = json::find_object(attributes, json_key(key.tag));
  const json::array* values = attribute == nullptr ? nullptr : json::find_array(*attribute, "Value");
  if (values == nullptr) return false;
  if (!key.item.empty())
    return std::any_of(values->begin(), values->end(), [&](const json::value& item) {
      return item.is_object() && std::all_of(key.item.begin(), key.item.end(), [&](const SearchKey& inner) {
               return match_attributes(item.get_object(), inner, fuzzy);
             });
    });
  const std::string_view vr = json::find_string(*attribute, "vr").value_or("");
  return std::any_of(values->begin(), values->end(),
                     [&](const json::value& value) { return matches(vr, text_of(value), key.value, fuzzy); });
}

}  // namespace

Result<void> check_keys(const std::vector<SearchKey>& keys, const SearchLimits& limits) {
  if (count_keys(keys) > limits.keys_max)
    return Error(kTooManyKeys, "a search has more than " + std::to_string(limits.keys_max) + " keys");
  XL_CHECK(check_sizes(keys, limits));
  constexpr std::pair<dicom::Tag, std::string_view> kTimes[] = {
      {{0x0040, 0x0002}, "DA"}, {{0x0040, 0x0003}, "TM"}, {{0x0010, 0x0030}, "DA"}, {{0x0008, 0x0020}, "DA"}};
  for (const SearchKey& key : keys) {
    XL_CHECK(check_keys(key.item, limits));
    for (const auto& [tag, vr] : kTimes)
      if (tag == key.tag) XL_CHECK(check_key(vr, key.value));
  }
  return {};
}

bool matches_attributes(const json::object& attributes, const std::vector<SearchKey>& keys, bool fuzzy) {
  return std::all_of(keys.begin(), keys.end(), [&](const SearchKey& key) {
    return is_about_the_search(key.tag) || match_attributes(attributes, key, fuzzy);
  });
}

bool is_of_study(dicom::Tag tag) {
  constexpr dicom::Tag kOthers[] = {{0x0008, 0x0051}, {0x0008, 0x0080}, {0x0008, 0x0096}, {0x0008, 0x1032},
                                    {0x0008, 0x1048}, {0x0008, 0x1060}, {0x0008, 0x1110}, {0x0032, 0x1060}};
  return tag.group == 0x0010 || tag.group == 0x0012 ||
         std::find(std::begin(kOthers), std::end(kOthers), tag) != std::end(kOthers);
}

Result<SearchKeys> sort_keys(const Query& query, const SearchLimits& limits) {
  if (count_keys(query.keys) > limits.keys_max)
    return Error(kTooManyKeys, "a search has more than " + std::to_string(limits.keys_max) + " keys");
  XL_CHECK(check_sizes(query.keys, limits));
  SearchKeys out;
  for (const SearchKey& key : query.keys) {
    if (asks_nothing(key) || is_about_the_search(key.tag)) continue;
    const auto place = place_of(query.level, key.tag);
    if (place && key.item.empty()) {
      const std::string_view vr = columns_of(place->level)[place->column].vr;
      if (auto valid = check_key(vr, key.value); !valid.ok())
        return valid.error().with_context(key.tag.str());
      out.columns[slot(place->level)].push_back({place->column, vr, key.value});
    } else if (query.level >= Level::Series
                   ? !column_of(Level::Instance, key.tag) || query.level == Level::Instance
                   : is_of_study(key.tag)) {
      out.others.push_back(key);
    } else {
      out.not_matched.push_back(key.tag);
    }
  }
  XL_CHECK(combine(query, out, Level::Study, kStudyDateTag, kStudyTimeTag));
  XL_CHECK(combine(query, out, Level::Series, kSeriesDateTag, kSeriesTimeTag));
  return out;
}

bool SearchKeys::match(Level level, const IndexRow& row, bool fuzzy) const {
  for (const ColumnKey& key : columns[slot(level)])
    if (!matches(key.vr, row.values[key.column], key.value, fuzzy)) return false;
  if (level == Level::Instance || !combined[slot(level)]) return true;
  const DateTimeKey& both = *combined[slot(level)];
  const std::string& date = row.values[both.date];
  return !date.empty() && both.range.contains(plain_date(date) + full_time(row.values[both.time]));
}

bool SearchKeys::match_others(const json::object& attributes, bool fuzzy) const {
  return std::all_of(others.begin(), others.end(),
                     [&](const SearchKey& key) { return match_attributes(attributes, key, fuzzy); });
}

}  // namespace xinglin::archive
