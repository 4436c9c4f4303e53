#include "core/archive/detail/study_filter.h"

#include <algorithm>

#include "core/archive/detail/columns.h"
#include "core/archive/detail/match.h"

namespace xinglin::archive {

namespace {

constexpr size_t kLengthMax = 256;
constexpr dicom::Tag kDescriptionTag{0x0008, 0x1030};

std::string trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

// A backslash would part values, which nobody means who types into one field.
Result<std::string> typed(std::string_view text) {
  if (text.size() > kLengthMax)
    return Error(kBadKey, "a filter is longer than " + std::to_string(kLengthMax) + " bytes");
  const auto bad = [](char c) { return c == '\\' || (c >= 0 && c < ' '); };
  if (std::any_of(text.begin(), text.end(), bad))
    return Error(kBadKey, "a filter has a backslash or a control character");
  return trimmed(text);
}

std::string beginning(std::string text) {
  return has_wildcard(text) ? text : text + "*";
}

bool is_ideographic(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; }) &&
         static_cast<unsigned char>(text.front()) >= 0xE3;
}

size_t first_character(std::string_view text) {
  size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  return length;
}

// "wang xiao" is family and given name. Ideographs are typed without a space, and kept with or without the
// '^' between the names.
std::string name_key(const std::string& text) {
  if (has_wildcard(text) || text.find('^') != std::string::npos) return beginning(text);
  if (is_ideographic(text)) {
    const size_t family = first_character(text);
    return text.substr(0, family) + "*" + text.substr(family) + "*";
  }
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != ',')
      out += c;
    else if (!out.empty() && out.back() != '^')
      out += '^';
  }
  return out + "*";
}

// The index compares letters as they are: as typed, all great, all small, and with a great one in front.
std::string part_in_any_case(const std::string& text) {
  if (has_wildcard(text)) return text;
  std::string great = text, small = text;
  for (char& c : great)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  std::string first = small;
  first.front() = great.front();
  std::string out = "*" + text + "*";
  for (const std::string& other : {great, small, first})
    if (other != text) out += "\\*" + other + "*";
  return out;
}

}  // namespace

Result<Query> query_of(const StudyFilter& filter) {
  Query out;
  out.level = Level::Study;
  out.fields = Fields::Keys;
  out.fuzzy = true;
  out.limit = filter.limit;
  out.after = filter.after;
  XL_TRY(const std::string name, typed(filter.name));
  XL_TRY(const std::string patient, typed(filter.patient_id));
  XL_TRY(const std::string accession, typed(filter.accession));
  XL_TRY(const std::string modality, typed(filter.modality));
  XL_TRY(const std::string description, typed(filter.description));
  XL_TRY(const std::string from, typed(filter.from));
  XL_TRY(const std::string to, typed(filter.to));
  if (!name.empty()) out.keys.push_back({kPatientNameTag, name_key(name)});
  if (!patient.empty()) out.keys.push_back({kPatientIdTag, beginning(patient)});
  if (!accession.empty()) out.keys.push_back({kAccessionTag, beginning(accession)});
  if (!modality.empty()) out.keys.push_back({kModalitiesTag, modality});
  if (!description.empty()) out.keys.push_back({kDescriptionTag, part_in_any_case(description)});
  if (!from.empty() || !to.empty()) out.keys.push_back({kStudyDateTag, from + "-" + to});
  return out;
}

}  // namespace xinglin::archive
