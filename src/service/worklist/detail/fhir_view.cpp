#include "service/worklist/detail/fhir_view.h"

#include <array>
#include <charconv>

#include "core/identity/identity.h"

namespace xinglin::worklist::detail {
namespace {

const json::object* first_object(const json::array* list) {
  if (!list) return nullptr;
  for (const json::value& item : *list)
    if (item.is_object()) return &item.get_object();
  return nullptr;
}

std::string name_text(const json::object& name) {
  std::string given;
  if (const json::array* list = json::find_array(name, "given"))
    for (const json::value& one : *list)
      if (one.is_string()) given += (given.empty() ? "" : " ") + std::string(one.get_string());
  const std::string family = text(name, "family");
  if (family.empty() && given.empty()) return text(name, "text");
  if (has_ideographs(family + given)) return family + given;
  return family.empty() ? given : given.empty() ? family : family + ", " + given;
}

bool has_type(const json::object& identifier, std::string_view code) {
  return first_coding(identifier, "type").code == code;
}

constexpr std::string_view kSyntheticCodes[] = {"HTEST", "synthetic", "SYNTHETIC"};
constexpr std::string_view kSimulatedIssuer = "urn:xinglin:issuer:SIMULATED";  // of `xinglin simulate`

bool is_active(const json::object& location) {
  const std::string status = text(location, "status");
  const json::object* period = json::find_object(location, "period");
  return status != "completed" && !(period && period->contains("end"));
}

// "WARD-3": the code of the place is in display, else at the end of the reference.
std::string place_name(const json::object& location) {
  const json::object* target = json::find_object(location, "location");
  if (!target) return {};
  if (const std::string display = text(*target, "display"); !display.empty()) return display;
  if (const json::object* identifier = json::find_object(*target, "identifier"))
    if (const std::string value = text(*identifier, "value"); !value.empty()) return value;
  const std::string reference = text(*target, "reference");
  return reference.substr(reference.rfind('/') + 1);
}

}  // namespace

std::string text(const json::object& element, std::string_view member) {
  return std::string(json::find_string(element, member).value_or(""));
}

json::value text_or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value string_or_null(const json::object& element, std::string_view member) {
  return text_or_null(text(element, member));
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// U+2E80 to U+9FFF and U+F900 to U+FAFF are three bytes from E2 BA; U+20000 and above are four bytes from F0
// A0.
bool has_ideographs(std::string_view utf8) {
  for (size_t i = 0; i + 1 < utf8.size(); ++i) {
    const auto first = static_cast<unsigned char>(utf8[i]), second = static_cast<unsigned char>(utf8[i + 1]);
    if ((first >= 0xE3 && first <= 0xE9) || (first == 0xE2 && second >= 0xBA) ||
        (first == 0xEF && second <= 0xAB) || (first == 0xF0 && second >= 0xA0))
      return true;
  }
  return false;
}

Names names_of(const json::object& patient) {
  Names out;
  const json::array* names = json::find_array(patient, "name");
  if (!names) return out;
  for (const json::value& item : *names) {
    if (!item.is_object()) continue;
    const json::object& name = item.get_object();
    if (text(name, "use") == "old") continue;
    const std::string shown = name_text(name);
    std::string& slot = has_ideographs(shown) ? out.local : out.latin;
    if (slot.empty()) slot = shown;
  }
  if (out.latin.empty()) std::swap(out.latin, out.local);
  return out;
}

std::string medical_record_number(const json::object& patient) {
  const json::array* identifiers = json::find_array(patient, "identifier");
  if (!identifiers) return {};
  std::string first;
  for (const json::value& item : *identifiers) {
    if (!item.is_object()) continue;
    const std::string value = text(item.get_object(), "value");
    if (value.empty() || text(item.get_object(), "system") == identity::kPatientOfStudy) continue;
    if (has_type(item.get_object(), "MR")) return value;
    if (first.empty()) first = value;
  }
  return first;
}

bool is_synthetic(const json::object& resource) {
  if (const json::array* identifiers = json::find_array(resource, "identifier"))
    for (const json::value& item : *identifiers)
      if (item.is_object() && text(item.get_object(), "system") == kSimulatedIssuer) return true;
  const json::object* meta = json::find_object(resource, "meta");
  if (!meta) return false;
  for (const std::string_view member : {"tag", "security"}) {
    const json::array* list = json::find_array(*meta, member);
    if (!list) continue;
    for (const json::value& item : *list)
      for (const std::string_view code : kSyntheticCodes)
        if (item.is_object() && json::find_string(item.get_object(), "code") == code) return true;
  }
  return false;
}

Coding first_coding(const json::object& element, std::string_view member) {
  const json::object* concept_value = json::find_object(element, member);
  const json::object* coding =
      concept_value ? first_object(json::find_array(*concept_value, "coding")) : nullptr;
  if (!coding) return {};
  return {text(*coding, "system"), text(*coding, "code"), text(*coding, "display")};
}

std::string concept_text(const json::object& element, std::string_view member) {
  const json::object* concept_value = json::find_object(element, member);
  if (!concept_value) return {};
  if (const std::string plain = text(*concept_value, "text"); !plain.empty()) return plain;
  const Coding coding = first_coding(element, member);
  return coding.display.empty() ? coding.code : coding.display;
}

bool has_category(const json::object& resource, std::string_view code) {
  const json::array* categories = json::find_array(resource, "category");
  if (!categories) return false;
  for (const json::value& category : *categories) {
    if (!category.is_object()) continue;
    const json::array* list = json::find_array(category.get_object(), "coding");
    if (!list) continue;
    for (const json::value& coding : *list)
      if (coding.is_object() && lower(text(coding.get_object(), "code")) == code) return true;
  }
  return false;
}

std::string reference_id(const json::object& element, std::string_view member, std::string_view type) {
  const json::object* found = json::find_object(element, member);
  const std::string reference = found ? text(*found, "reference") : std::string();
  const std::string prefix = std::string(type) + "/";
  return reference.starts_with(prefix) ? reference.substr(prefix.size()) : std::string();
}

std::optional<Instant> instant(std::string_view fhir_time) {
  const std::optional<TimeSpan> span = parse_fhir_time(fhir_time);
  return span ? std::optional<Instant>(span->first) : std::nullopt;
}

std::optional<Instant> effective_time(const json::object& resource) {
  for (const std::string_view member : {"effectiveDateTime", "effectiveInstant"})
    if (const auto found = json::find_string(resource, member)) return instant(*found);
  if (const json::object* period = json::find_object(resource, "effectivePeriod"))
    if (const auto start = json::find_string(*period, "start")) return instant(*start);
  if (const auto issued = json::find_string(resource, "issued")) return instant(*issued);
  return std::nullopt;
}

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc() ? std::string(buffer.data(), end) : std::string();
}

Value value_of(const json::object& element) {
  Value out;
  if (const json::object* quantity = json::find_object(element, "valueQuantity")) {
    out.number = json::find_number(*quantity, "value");
    out.unit = text(*quantity, "unit");
    if (out.unit.empty()) out.unit = text(*quantity, "code");
    const std::string comparator = text(*quantity, "comparator");
    if (out.number) out.text = comparator + (comparator.empty() ? "" : " ") + number_text(*out.number);
    if (!comparator.empty()) out.number.reset();  // "< 5" is not 5
    return out;
  }
  if (const auto integer = json::find_number(element, "valueInteger")) {
    out.number = integer;
    out.text = number_text(*integer);
    return out;
  }
  if (json::find_object(element, "valueCodeableConcept")) {
    out.text = concept_text(element, "valueCodeableConcept");
  } else if (const auto plain = json::find_string(element, "valueString")) {
    out.text = *plain;
  } else if (const json::object* range = json::find_object(element, "valueRange")) {
    const json::object* low = json::find_object(*range, "low");
    const json::object* high = json::find_object(*range, "high");
    const auto side = [](const json::object* q) {
      const auto number = q ? json::find_number(*q, "value") : std::nullopt;
      return number ? number_text(*number) : std::string();
    };
    out.text = side(low) + " - " + side(high);
  }
  return out;
}

std::string interpretation(const json::object& observation) {
  const json::object* first = first_object(json::find_array(observation, "interpretation"));
  if (!first) return {};
  const json::object* coding = first_object(json::find_array(*first, "coding"));
  const std::string code = coding ? text(*coding, "code") : std::string();
  for (const std::string_view known : {"N", "A", "AA", "H", "L", "HH", "LL"})
    if (code == known) return code;
  return {};
}

std::string reference_range(const json::object& observation) {
  const json::object* range = first_object(json::find_array(observation, "referenceRange"));
  if (!range) return {};
  if (const std::string plain = text(*range, "text"); !plain.empty()) return plain;
  const json::object* low = json::find_object(*range, "low");
  const json::object* high = json::find_object(*range, "high");
  const auto low_value = low ? json::find_number(*low, "value") : std::nullopt;
  const auto high_value = high ? json::find_number(*high, "value") : std::nullopt;
  if (low_value && high_value) return number_text(*low_value) + " - " + number_text(*high_value);
  if (low_value) return ">= " + number_text(*low_value);
  if (high_value) return "<= " + number_text(*high_value);
  return {};
}

namespace {

// Takes in one level of a place: ward, room or bed; of each the first that is named. A place without a kind
// is a ward.
void add_level(Place& place, std::string& room, std::string& bed, const json::object& location) {
  const std::string kind = first_coding(location, "physicalType").code;
  std::string* level = kind == "bd"                   ? &bed
                       : kind == "ro"                 ? &room
                       : kind == "wa" || kind.empty() ? &place.ward
                                                      : nullptr;
  if (level && level->empty()) *level = place_name(location);
}

}  // namespace

Place place_of(const json::object& encounter) {
  Place active, any;
  std::string active_room, active_bed, room, bed;
  const json::array* locations = json::find_array(encounter, "location");
  if (!locations) return any;
  for (const json::value& item : *locations) {
    if (!item.is_object()) continue;
    add_level(any, room, bed, item.get_object());
    if (is_active(item.get_object())) add_level(active, active_room, active_bed, item.get_object());
  }
  const auto joined = [](const std::string& a, const std::string& b) {
    return a.empty() || b.empty() ? a + b : a + "-" + b;
  };
  active.bed = joined(active_room, active_bed);
  any.bed = joined(room, bed);
  return active.ward.empty() && active.bed.empty() ? any : active;
}

json::object text2(std::string_view en, std::string_view zh) {
  return {{"en", en.empty() ? zh : en}, {"zh", zh.empty() ? en : zh}};
}

namespace {

constexpr std::string_view kTranslation = "http://hl7.org/fhir/StructureDefinition/translation";

// Chinese content of one translation extension, or "".
std::string chinese_content(const json::object& extension) {
  if (text(extension, "url") != kTranslation) return {};
  const json::array* parts = json::find_array(extension, "extension");
  if (!parts) return {};
  std::string language, content;
  for (const json::value& part : *parts) {
    if (!part.is_object()) continue;
    const json::object& o = part.get_object();
    if (text(o, "url") == "lang") language = text(o, "valueCode");
    if (text(o, "url") == "content") {
      content = text(o, "valueString");
      if (content.empty()) content = text(o, "valueMarkdown");
    }
  }
  return language.starts_with("zh") ? content : std::string();
}

}  // namespace

json::object translated(const json::object& element, std::string_view member) {
  std::string zh;
  if (const json::object* shadow = json::find_object(element, "_" + std::string(member)))
    if (const json::array* extensions = json::find_array(*shadow, "extension"))
      for (const json::value& extension : *extensions)
        if (extension.is_object() && zh.empty()) zh = chinese_content(extension.get_object());
  return text2(text(element, member), zh);
}

}  // namespace xinglin::worklist::detail
