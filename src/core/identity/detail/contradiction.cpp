#include "core/identity/detail/contradiction.h"

#include <algorithm>
#include <set>

namespace xinglin::identity::detail {

namespace {

struct NameParts {
  std::set<std::string> latin;  // words
  std::string local;            // all that is in another script, one after the other
};

void add_text(NameParts& parts, std::string_view text) {
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) parts.latin.insert(word);
    word.clear();
  };
  bool latin = true;  // UTF-8: the first byte of a letter says of which script the next ones are
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xC0) latin = byte < 0xCE;  // up to U+037F
    if (byte >= 0x80)
      (latin ? word : parts.local) += c;
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      word += c;
    else if (c >= 'A' && c <= 'Z')
      word += static_cast<char>(c + 32);
    else
      end_word();
  }
  end_word();
}

NameParts parts_of(const json::object& patient) {
  NameParts out;
  const json::array* names = json::find_array(patient, "name");
  if (names == nullptr) return out;
  for (const json::value& name : *names) {
    if (!name.is_object()) continue;
    add_text(out, json::find_string(name.get_object(), "family").value_or(""));
    if (const json::array* given = json::find_array(name.get_object(), "given"))
      for (const json::value& one : *given)
        if (one.is_string()) add_text(out, one.get_string());
    add_text(out, json::find_string(name.get_object(), "text").value_or(""));
  }
  return out;
}

enum class Verdict { Unsaid, Agree, Contradict };

Verdict names(const NameParts& a, const NameParts& b) {
  const bool latin = !a.latin.empty() && !b.latin.empty();
  const bool local = !a.local.empty() && !b.local.empty();
  if (latin && std::any_of(a.latin.begin(), a.latin.end(),
                           [&](const std::string& part) { return b.latin.contains(part); }))
    return Verdict::Agree;
  if (local && (a.local.find(b.local) != std::string::npos || b.local.find(a.local) != std::string::npos))
    return Verdict::Agree;
  return latin || local ? Verdict::Contradict : Verdict::Unsaid;
}

Verdict birth_dates(std::string_view a, std::string_view b) {
  const size_t exact = std::min(a.size(), b.size());
  if (exact == 0) return Verdict::Unsaid;
  return a.substr(0, exact) == b.substr(0, exact) ? Verdict::Agree : Verdict::Contradict;
}

bool is_one_of_two(std::string_view gender) {
  return gender == "male" || gender == "female";
}

std::string_view text(const json::object& patient, std::string_view key) {
  return json::find_string(patient, key).value_or("");
}

}  // namespace

Contradictions contradictions(const json::object& known, const json::object& other) {
  const Verdict born = birth_dates(text(known, "birthDate"), text(other, "birthDate"));
  const Verdict named = names(parts_of(known), parts_of(other));
  const std::string_view a = text(known, "gender"), b = text(other, "gender");
  const bool gender = is_one_of_two(a) && is_one_of_two(b) && a != b;
  Contradictions out;
  int found = 0;
  const auto add = [&](std::string_view what) {
    out.differs += (out.differs.empty() ? "" : " ") + std::string(what);
    ++found;
  };
  if (born == Verdict::Contradict) add("birth_date");
  if (gender) add("gender");
  if (named == Verdict::Contradict) add("name");
  const bool unconfirmed = (born == Verdict::Contradict && named == Verdict::Unsaid) ||
                           (named == Verdict::Contradict && born == Verdict::Unsaid);
  out.clear = found >= 2 || unconfirmed;
  return out;
}

std::string said_of(const json::object& patient) {
  const NameParts name = parts_of(patient);
  std::string out;
  for (const std::string& part : name.latin) out += part + " ";
  out += name.local;
  const std::string_view born = text(patient, "birthDate");
  const std::string_view gender = is_one_of_two(text(patient, "gender")) ? text(patient, "gender") : "";
  if (out.empty() && born.empty() && gender.empty()) return {};
  return out.append("\n").append(born).append("\n").append(gender);
}

}  // namespace xinglin::identity::detail
