#include "codec/hl7v2/detail/mapper.h"

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "base/time.h"

namespace xinglin::hl7v2 {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The zone of MSH-7 is the default for every time of the message (HL7 v2.5.1 2.15.9.7).
std::optional<int> zone_of(std::string_view dtm) {
  const size_t at = dtm.find_first_of("+-");
  if (at == std::string_view::npos || dtm.size() < at + 5) return std::nullopt;
  const std::string_view digits = dtm.substr(at + 1, 4);
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  const int minutes =
      ((digits[0] - '0') * 10 + (digits[1] - '0')) * 60 + (digits[2] - '0') * 10 + (digits[3] - '0');
  return dtm[at] == '-' ? -minutes : minutes;
}

// A character written in Han, Kana or Hangul is not separated by a blank from the next.
bool is_east_asian(std::string_view text) {
  return text.size() >= 3 && static_cast<unsigned char>(text[0]) >= 0xE3 &&
         static_cast<unsigned char>(text[0]) <= 0xED;
}

void push(json::array& out, std::string value) {
  if (!value.empty()) out.emplace_back(std::move(value));
}

}  // namespace

void put(json::object& object, std::string_view key, std::string_view value) {
  if (!value.empty()) object[key] = value;
}
void put(json::object& object, std::string_view key, json::object value) {
  if (!value.empty()) object[key] = std::move(value);
}
void put(json::object& object, std::string_view key, json::array value) {
  if (!value.empty()) object[key] = std::move(value);
}

json::object code_of(std::string_view system, std::string_view code, std::string_view display) {
  json::object out;
  put(out, "system", system);
  put(out, "code", code);
  put(out, "display", display);
  return out;
}

json::object concept_of(std::string_view system, std::string_view code, std::string_view display) {
  return {{"coding", json::array{code_of(system, code, display)}}};
}

std::string urn_part(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (letter || is_digit(c) || c == '-' || c == '.' || c == '_')
      out += c;
    else
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

std::optional<std::string> number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  std::string_view digits = negative ? text.substr(1) : text;
  size_t points = 0, figures = 0;
  for (const char c : digits) {
    if (c == '.')
      ++points;
    else if (is_digit(c))
      ++figures;
    else
      return std::nullopt;
  }
  if (figures == 0 || points > 1 || figures > 30) return std::nullopt;
  while (digits.size() > 1 && digits[0] == '0' && digits[1] != '.') digits.remove_prefix(1);
  if (digits.ends_with('.')) digits.remove_suffix(1);
  return std::string(negative ? "-" : "") + (digits.starts_with('.') ? "0" : "") + std::string(digits);
}

Mapper::Mapper(const Message& message, const MapOptions& options, IssueSink& issues)
    : message_(message), options_(options), issues_(issues) {
  const Segment msh = message.segment(0);
  offset_minutes_ = zone_of(msh.field(7).component(1).raw()).value_or(options.default_offset_minutes);
  sender_key_ = msh.field(3).str() + "|" + msh.field(4).str();
}

std::string Mapper::time(const Text& text, const Location& at) {
  if (!text.has_value()) return {};
  auto out = compact_to_fhir_time(text.str(), offset_minutes_);
  if (!out) {
    error("value", at, "not a date or time of the form YYYY[MM[DD[HHMM[SS[.S]]]]][+/-ZZZZ]");
    return {};
  }
  return std::move(*out);
}

std::string Mapper::date(const Text& text, const Location& at) {
  if (!text.has_value()) return {};
  const std::string digits = text.str().substr(0, 8);
  auto out = compact_to_fhir_time(digits, 0);
  if (!out || out->size() > 10) {
    error("value", at, "not a date of the form YYYY[MM[DD]]");
    return {};
  }
  return std::move(*out);
}

std::string Mapper::time_of_day(const Text& text, const Location& at) {
  if (!text.has_value()) return {};
  const std::string t = text.str();
  const size_t digits = static_cast<size_t>(std::find_if_not(t.begin(), t.end(), is_digit) - t.begin());
  const auto two = [&](size_t i) { return (t[i] - '0') * 10 + (t[i + 1] - '0'); };
  if ((digits != 4 && digits != 6) || two(0) > 23 || two(2) > 59 || (digits == 6 && two(4) > 59)) {
    error("value", at, "not a time of the form HHMM[SS]");
    return {};
  }
  return t.substr(0, 2) + ":" + t.substr(2, 2) + ":" + (digits == 6 ? t.substr(4, 2) : "00");
}

std::string Mapper::system(const Component& authority) const {
  return options_.system_of_authority(authority.subcomponent(1).str(), authority.subcomponent(2).str(),
                                      authority.subcomponent(3).str());
}

json::object Mapper::coding(const Component& code, const Component& display,
                            const Component& system_name) const {
  return code_of(code.has_value() ? tables::coding_system(system_name.str()) : std::string(), code.str(),
                 display.str());
}

json::object Mapper::codeable_concept(const Repetition& cwe) const {
  json::object out;
  json::array codings;
  std::string text = cwe.component(9).str();
  for (const int first : {1, 4, 10}) {
    if (cwe.component(first).has_value()) {
      json::object c = coding(cwe.component(first), cwe.component(first + 1), cwe.component(first + 2));
      const int version = first == 1 ? 7 : first == 4 ? 8 : 13;
      put(c, "version", cwe.component(version).str());
      codings.push_back(std::move(c));
    } else if (text.empty()) {
      text = cwe.component(first + 1).str();
    }
  }
  // LOINC first, whichever triplet it came in: readers look at the first coding.
  std::stable_sort(codings.begin(), codings.end(), [](const json::value& a, const json::value& b) {
    const auto loinc = [](const json::value& v) {
      return json::find_string(v.get_object(), "system") == tables::kLoinc;
    };
    return loinc(a) && !loinc(b);
  });
  put(out, "coding", std::move(codings));
  put(out, "text", text);
  return out;
}

json::object Mapper::concept_of_table(const Repetition& cwe, std::string_view system) const {
  json::object out = codeable_concept(cwe);
  if (auto* codings = out.if_contains("coding"); codings != nullptr && !cwe.component(3).has_value())
    codings->get_array()[0].get_object()["system"] = system;
  return out;
}

json::object Mapper::identifier(const Repetition& cx, const Location& at) {
  json::object out;
  if (const std::string type = cx.component(5).str(); !type.empty())
    out["type"] = concept_of(tables::kIdentifierType, type);
  out["system"] = system(cx.component(4));
  out["value"] = cx.component(1).str();
  json::object period;
  Location place = at;
  place.component = 7;
  put(period, "start", time(cx.component(7), place));
  place.component = 8;
  put(period, "end", time(cx.component(8), place));
  put(out, "period", std::move(period));
  if (const std::string assigner = cx.component(4).subcomponent(1).str(); !assigner.empty())
    out["assigner"] = json::object{{"display", assigner}};
  return out;
}

json::object Mapper::human_name(const Repetition& xpn, const Location& at) {
  json::object out;
  if (const auto use = tables::name_use(xpn.component(7).str())) out["use"] = *use;
  const std::string family = xpn.component(1).subcomponent(1).str();
  json::array given, prefix, suffix;
  push(given, xpn.component(2).str());
  push(given, xpn.component(3).str());
  push(prefix, xpn.component(5).str());
  for (const int n : {4, 6, 14}) push(suffix, xpn.component(n).str());
  if (family.empty() && given.empty()) return {};
  std::string text;
  const auto add = [&](std::string_view part, bool blank) {
    if (!part.empty()) text += (blank && !text.empty() ? " " : "") + std::string(part);
  };
  if (is_east_asian(family)) {
    add(family, false);
    for (const json::value& g : given) add(g.get_string(), false);
  } else {
    for (const json::value& g : given) add(g.get_string(), true);
    add(family, true);
  }
  put(out, "text", text);
  put(out, "family", family);
  put(out, "given", std::move(given));
  put(out, "prefix", std::move(prefix));
  put(out, "suffix", std::move(suffix));
  json::object period;
  Location place = at;
  place.component = 12;
  put(period, "start", time(xpn.component(12), place));
  place.component = 13;
  put(period, "end", time(xpn.component(13), place));
  put(out, "period", std::move(period));
  if (const auto form = tables::name_representation(xpn.component(8).str()))
    out["extension"] = json::array{json::object{
        {"url", "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"}, {"valueCode", *form}}};
  return out;
}

json::object Mapper::address(const Repetition& xad, const Location& at) {
  json::object out;
  const std::string kind = xad.component(7).str();
  if (const auto use = tables::address_use(kind)) out["use"] = *use;
  if (const auto type = tables::address_type(kind)) out["type"] = *type;
  json::array lines;
  for (int n = 1; n <= 3; ++n) push(lines, xad.component(1).subcomponent(n).str());
  push(lines, xad.component(2).str());
  push(lines, xad.component(19).str());
  put(out, "line", std::move(lines));
  put(out, "city", xad.component(3).str());
  put(out, "district", xad.component(9).subcomponent(1).str());
  put(out, "state", xad.component(4).str());
  put(out, "postalCode", xad.component(5).str());
  put(out, "country", xad.component(6).str());
  json::object period;
  Location place = at;
  place.component = 13;
  put(period, "start", time(xad.component(13), place));
  place.component = 14;
  put(period, "end", time(xad.component(14), place));
  put(out, "period", std::move(period));
  return out;
}

json::object Mapper::contact_point(const Repetition& xtn, std::string_view default_use) {
  json::object out;
  const std::string kind = xtn.component(3).str();
  const std::string mail = xtn.component(4).str();
  const bool electronic = kind == "Internet" || kind == "X.400" || (kind.empty() && !mail.empty());
  std::string value = electronic ? mail : xtn.component(12).str();
  if (!electronic && value.empty()) {
    const std::string country = xtn.component(5).str(), area = xtn.component(6).str(),
                      local = xtn.component(7).str();
    if (!local.empty()) {
      if (!country.empty()) value = "+" + country + " ";
      if (!area.empty()) value += area + " ";
      value += local;
      if (const std::string extension = xtn.component(8).str(); !extension.empty()) value += " X" + extension;
    }
  }
  if (value.empty()) value = xtn.component(1).str();
  if (value.empty()) return out;
  out["system"] = electronic ? "email" : tables::telecom_system(kind).value_or("phone");
  out["value"] = value;
  const std::string use = xtn.component(2).str();
  if (kind == "CP")
    put(out, "use", "mobile");
  else if (const auto coded = tables::telecom_use(use))
    out["use"] = *coded;
  else if (use.empty())
    put(out, "use", default_use);
  return out;
}

json::object Mapper::practitioner(const Repetition& xcn) const {
  json::object out;
  std::string name;
  for (const int n : {6, 3, 4}) {
    const std::string part = xcn.component(n).str();
    if (!part.empty()) name += (name.empty() ? "" : " ") + part;
  }
  const std::string family = xcn.component(2).subcomponent(1).str();
  if (is_east_asian(family))
    name = family + xcn.component(3).str();
  else if (!family.empty())
    name += (name.empty() ? "" : " ") + family;
  const std::string number = xcn.component(1).str();
  if (number.empty() && name.empty()) return out;
  out["type"] = "Practitioner";
  if (!number.empty()) {
    json::object id;
    if (xcn.component(9).has_value()) id["system"] = system(xcn.component(9));
    id["value"] = number;
    out["identifier"] = std::move(id);
  }
  out["display"] = name.empty() ? number : name;
  return out;
}

OrderNumber Mapper::order_number(const Repetition& ei) const {
  OrderNumber out;
  out.value = ei.component(1).str();
  const std::string name = ei.component(2).str(), universal = ei.component(3).str();
  if (!out.value.empty() && (!name.empty() || !universal.empty()))
    out.system = options_.system_of_authority(name, universal, ei.component(4).str());
  return out;
}

std::string Mapper::stable_id(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) {
    all += std::to_string(part.size());
    all += ':';
    all += part;
  }
  Digest digest = sha256(all);
  digest[6] = static_cast<uint8_t>((digest[6] & 0x0F) |
                                   0x80);  // RFC 9562 version 8: made by the application's own rule
  digest[8] = static_cast<uint8_t>((digest[8] & 0x3F) | 0x80);
  std::string hex = to_hex(std::span(digest).first(16));
  for (const size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace xinglin::hl7v2
