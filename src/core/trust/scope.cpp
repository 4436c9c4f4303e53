#include "core/trust/scope.h"

#include <algorithm>
#include <array>
#include <optional>

namespace xinglin::trust {
namespace {

constexpr size_t kTextBytesMax = 8192, kScopesMax = 100, kCriteriaMax = 8, kTypeLengthMax = 64;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 6749 3.3: %x21 / %x23-5B / %x5D-7E.
bool is_scope_character(char c) {
  return c > ' ' && c <= '~' && c != '"' && c != '\\';
}

Error bad(std::string_view text, std::string_view what) {
  std::string shown(text.substr(0, 100));
  for (char& c : shown)
    if (!is_scope_character(c)) c = '.';
  return {kBadScope, "the scope '" + shown + "': " + std::string(what)};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// None for a broken escape and for control characters.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
    const int byte = high * 16 + low;
    if (high < 0 || low < 0 || byte < 0x20 || byte == 0x7f) return std::nullopt;
    out.push_back(static_cast<char>(byte));
    i += 2;
  }
  return out;
}

bool is_type(std::string_view text) {
  return !text.empty() && text.size() <= kTypeLengthMax && text[0] >= 'A' && text[0] <= 'Z' &&
         std::all_of(text.begin(), text.end(), is_letter);
}

// Modifiers and chains are not taken: a criterion must be decided by looking at one resource.
bool is_parameter(std::string_view text) {
  return !text.empty() && text.size() <= kTypeLengthMax && (is_letter(text[0]) || text[0] == '_') &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

// "cruds" or a part of it in that order; 0 when it is not.
unsigned letters(std::string_view text) {
  constexpr std::string_view kAll = "cruds";
  unsigned out = 0;
  size_t next = 0;
  for (const char c : text) {
    const size_t at = kAll.find(c, next);
    if (at == std::string_view::npos) return 0;
    out |= 1u << at;
    next = at + 1;
  }
  return out;
}

unsigned letters_of_v1(std::string_view text) {
  if (text == "read") return letters("rs");
  if (text == "write") return letters("cud");
  return text == "*" ? letters("cruds") : 0;
}

Result<std::vector<Criterion>> parse_criteria(std::string_view scope, std::string_view query) {
  std::vector<Criterion> out;
  while (true) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !is_parameter(pair.substr(0, equals)))
      return bad(scope, "after ? come parameter=value, without modifiers and chains, parted by &");
    const auto value = percent_decoded(pair.substr(equals + 1));
    if (!value || value->empty()) return bad(scope, "a value is empty or wrongly escaped");
    if (out.size() == kCriteriaMax) return bad(scope, "more than 8 criteria");
    out.push_back({std::string(pair.substr(0, equals)), *value});
    if (end == query.size()) return out;
    query.remove_prefix(end + 1);
  }
}

struct Flag {
  std::string_view name;
  bool ScopeSet::*member;
};
constexpr std::array<Flag, 6> kFlags{{{"launch", &ScopeSet::launch},
                                      {"launch/patient", &ScopeSet::launch_patient},
                                      {"openid", &ScopeSet::openid},
                                      {"fhirUser", &ScopeSet::fhir_user},
                                      {"offline_access", &ScopeSet::offline_access},
                                      {"online_access", &ScopeSet::online_access}}};
constexpr std::string_view kEmptyWords[] = {"profile", "email", "address", "phone"};

Result<void> add_word(std::string_view word, ScopeSet& out) {
  for (const Flag& flag : kFlags) {
    if (word != flag.name) continue;
    out.*flag.member = true;
    return {};
  }
  if (std::find(std::begin(kEmptyWords), std::end(kEmptyWords), word) != std::end(kEmptyWords)) {
    if (std::find(out.other.begin(), out.other.end(), word) == out.other.end()) out.other.emplace_back(word);
    return {};
  }
  XL_TRY(ResourceScope scope, parse_resource_scope(word));
  const bool known = std::any_of(out.resources.begin(), out.resources.end(),
                                 [&](const ResourceScope& one) { return one.text == scope.text; });
  if (!known) out.resources.push_back(std::move(scope));
  return {};
}

}  // namespace

std::string_view to_string(ResourceScope::Level level) {
  switch (level) {
    case ResourceScope::Level::Patient:
      return "patient";
    case ResourceScope::Level::User:
      return "user";
    case ResourceScope::Level::System:
      return "system";
  }
  return "unknown";
}

Result<ResourceScope> parse_resource_scope(std::string_view text) {
  if (text.size() > kTextBytesMax || !std::all_of(text.begin(), text.end(), is_scope_character))
    return bad(text, "it is too long or holds characters that no scope has");
  ResourceScope out{.text = std::string(text)};
  const size_t slash = text.find('/');
  const std::string_view level = text.substr(0, slash);
  if (slash == std::string_view::npos || (level != "patient" && level != "user" && level != "system"))
    return bad(text,
               "it is none of patient/, user/, system/, launch, launch/patient, openid, fhirUser, "
               "offline_access, online_access");
  out.level = level == "patient" ? ResourceScope::Level::Patient
              : level == "user"  ? ResourceScope::Level::User
                                 : ResourceScope::Level::System;
  const std::string_view rest = text.substr(slash + 1);
  const size_t mark = rest.find('?');
  const std::string_view head = rest.substr(0, mark);
  const size_t dot = head.find('.');
  if (dot == std::string_view::npos) return bad(text, "it needs a type, a dot and letters of cruds");
  out.type = head.substr(0, dot);
  if (out.type != "*" && !is_type(out.type)) return bad(text, "before the dot comes a resource type or *");
  out.interactions = letters(head.substr(dot + 1));
  const bool v1 = out.interactions == 0;
  if (v1) out.interactions = letters_of_v1(head.substr(dot + 1));
  if (out.interactions == 0)
    return bad(text, "after the dot come letters of cruds in this order, or read, write or *");
  if (mark == std::string_view::npos) return out;
  if (v1 || out.type == "*") return bad(text, "criteria need one type and letters of cruds");
  XL_TRY(out.criteria, parse_criteria(text, rest.substr(mark + 1)));
  return out;
}

bool ScopeSet::has_level(ResourceScope::Level level) const {
  return std::any_of(resources.begin(), resources.end(),
                     [level](const ResourceScope& scope) { return scope.level == level; });
}

Result<ScopeSet> parse_scopes(std::string_view text) {
  if (text.size() > kTextBytesMax) return Error(kBadScope, "the scopes are longer than 8192 bytes");
  ScopeSet out;
  size_t count = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (++count > kScopesMax) return Error(kBadScope, "more than 100 scopes");
    XL_CHECK(add_word(word, out));
  }
  return out;
}

std::string to_string(const ScopeSet& scopes) {
  std::string out;
  const auto add = [&out](std::string_view word) { out.append(out.empty() ? "" : " ").append(word); };
  for (const Flag& flag : kFlags)
    if (scopes.*flag.member) add(flag.name);
  for (const std::string& word : scopes.other) add(word);
  for (const ResourceScope& scope : scopes.resources) add(scope.text);
  return out;
}

ScopeSet intersect(const ScopeSet& asked, const ScopeSet& allowed) {
  ScopeSet out;
  for (const Flag& flag : kFlags) out.*flag.member = asked.*flag.member && allowed.*flag.member;
  out.other = asked.other;
  for (const ResourceScope& scope : asked.resources) {
    const bool within =
        std::any_of(allowed.resources.begin(), allowed.resources.end(), [&](const ResourceScope& wider) {
          return wider.level == scope.level && wider.covers(scope.type) &&
                 (wider.interactions & scope.interactions) == scope.interactions &&
                 (wider.criteria.empty() || wider.criteria == scope.criteria);
        });
    if (within) out.resources.push_back(scope);
  }
  return out;
}

std::vector<Grant> Restriction::grants(std::string_view type, Interaction interaction) const {
  std::vector<Grant> out;
  for (const ResourceScope& scope : scopes_) {
    if (!scope.covers(type) || !scope.has(interaction)) continue;
    const bool of_patient = scope.level == ResourceScope::Level::Patient;
    if (of_patient && patient_.empty()) continue;
    out.push_back({of_patient ? patient_ : std::string(), scope.criteria});
  }
  return out;
}

bool Restriction::allows(std::string_view type, Interaction interaction) const {
  return !grants(type, interaction).empty();
}

}  // namespace xinglin::trust
