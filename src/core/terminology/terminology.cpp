#include "core/terminology/terminology.h"

#include <algorithm>

#include "core/terminology/detail/answers.h"
#include "core/terminology/detail/implied.h"
#include "core/terminology/detail/pack_writer.h"
#include "core/terminology/detail/read_resource.h"

namespace xinglin::terminology {

using detail::Canonical;
using detail::Entry;
using detail::EnumerateOptions;
using detail::Enumeration;
using detail::Evaluation;
using detail::Library;
using detail::Member;
using detail::Section;
using detail::SetRecord;
using detail::SetView;
using detail::SystemView;

namespace {

Error unknown_system(std::string_view system) {
  return {kUnknownSystem, "the code system " + std::string(system) + " is not loaded here"};
}
Error unknown_code(const SystemView& system, std::string_view code) {
  if (system.record->content == detail::Content::NotPresent) return unknown_system(system.url());
  const std::string text =
      "the code system " + std::string(system.url()) + " has no code \"" + std::string(code) + "\"";
  if (system.is_complete()) return {kUnknownCode, text};
  return {kNotComplete, text + ", but only a part of it is loaded here"};
}

struct Place {
  SystemView system;
  uint32_t place;
};
Result<Place> place_of(const Library& library, std::string_view url, std::string_view version,
                       std::string_view code) {
  SystemView system = library.system(url, version);
  if (!system) return unknown_system(url);
  const uint32_t place = system.find(code);
  if (place == detail::kNone) return unknown_code(system, code);
  return Place{std::move(system), place};
}

// A value set handed in with a request, as a pack of its own.
Result<SetView> view_of(const json::object& resource) {
  XL_TRY(const detail::SetDraft draft, detail::read_set(resource));
  detail::PackWriter writer;
  writer.add(draft);
  auto pack = std::make_shared<const detail::Pack>(writer.finish());
  const SetRecord* record = pack->all<SetRecord>(Section::Sets).data();
  return SetView{{std::move(pack), record}};
}

Result<std::vector<std::string>> codes_at(const SystemView& system, const std::vector<uint32_t>& places) {
  if (places.size() > kMaxSearchCodes) return Error(kTooCostly, "more codes than a search may look for");
  std::vector<std::string> out;
  for (const uint32_t place : places) out.emplace_back(system.text(system.at(place).code));
  return out;
}

}  // namespace

struct Terminology::Impl {
  sql::Store* store;
  Library library;
  Evaluation evaluation;
  Impl(sql::Store* s, const Clock& clock) : store(s), library(s, clock), evaluation(library) {}

  Result<SetView> set(std::string_view canonical) const { return set(library, canonical); }
  static Result<SetView> set(const Library& library, std::string_view canonical) {
    const Canonical name = detail::canonical_of(canonical);
    SetView view = library.set(name.url, name.version);
    if (view) return view;
    return Error(kUnknownValueSet, "the value set " + std::string(canonical) + " is not loaded here");
  }
};

Terminology::Terminology(sql::Store* store, const Clock& clock)
    : impl_(std::make_unique<Impl>(store, clock)) {}
Terminology::~Terminology() = default;

Membership Terminology::member(std::string_view value_set, std::string_view system,
                               std::string_view code) const {
  const Result<SetView> set = impl_->set(value_set);
  if (!set) return Membership::CannotTell;
  const Member found = impl_->evaluation.member(*set, system, code);
  return found.is_abstract ? Membership::NotIn : found.membership;
}

Membership Terminology::member_code(std::string_view value_set, std::string_view code) const {
  return member(value_set, {}, code);
}

bool Terminology::knows_system(std::string_view system) const {
  const SystemView view = impl_->library.system(system);
  return detail::is_implied(system) || (view && view.is_complete());
}

bool Terminology::knows_value_set(std::string_view value_set) const {
  return impl_->set(value_set).has_value();
}

Result<Subsumption> Terminology::subsumes(std::string_view system, std::string_view a,
                                          std::string_view b) const {
  XL_TRY(const Place first, place_of(impl_->library, system, {}, a));
  XL_TRY(const Place second, place_of(impl_->library, system, {}, b));
  if (first.place == second.place) return Subsumption::Equivalent;
  if (first.system.is_a(second.place, first.place)) return Subsumption::Subsumes;
  return first.system.is_a(first.place, second.place) ? Subsumption::SubsumedBy : Subsumption::NotSubsumed;
}

Result<std::vector<Coding>> Terminology::codes_in(std::string_view value_set, sql::Session* session) const {
  const Library library = impl_->library.within(session);
  XL_TRY(const SetView set, Impl::set(library, value_set));
  EnumerateOptions options{.with_abstract = true, .with_deprecated = true, .max = kMaxSearchCodes};
  XL_TRY(Enumeration all, Evaluation(library).enumerate(set, options));
  std::vector<Coding> out;
  for (Entry& entry : all.entries)
    out.push_back({.system = std::move(entry.system),
                   .version = {},
                   .code = std::move(entry.code),
                   .display = std::move(entry.display)});
  return out;
}

Result<std::vector<std::string>> Terminology::at_or_below(std::string_view system, std::string_view code,
                                                          sql::Session* session) const {
  XL_TRY(const Place found, place_of(impl_->library.within(session), system, {}, code));
  return codes_at(found.system, found.system.at_or_below(found.place));
}

Result<std::vector<std::string>> Terminology::at_or_above(std::string_view system, std::string_view code,
                                                          sql::Session* session) const {
  XL_TRY(const Place found, place_of(impl_->library.within(session), system, {}, code));
  return codes_at(found.system, found.system.at_or_above(found.place));
}

Result<Lookup> Terminology::lookup(const Coding& coding, std::string_view display_language) const {
  const SystemView known = impl_->library.system(coding.system, coding.version);
  if (detail::is_implied(coding.system) && (!known || !known.is_complete())) {
    const std::string problem = detail::implied_problem(coding.system, coding.code);
    if (!problem.empty()) return Error(kUnknownCode, "\"" + coding.code + "\": " + problem);
    return detail::implied_lookup(coding);
  }
  XL_TRY(const Place found, place_of(impl_->library, coding.system, coding.version, coding.code));
  return detail::lookup_of(found.system, found.place, display_language);
}

Result<Validation> Terminology::validate_in_system(const Coding& coding,
                                                   std::string_view display_language) const {
  const SystemView system = impl_->library.system(coding.system, coding.version);
  if (detail::is_implied(coding.system) && (!system || !system.is_complete())) {
    const std::string problem = detail::implied_problem(coding.system, coding.code);
    return Validation{problem.empty(), problem, detail::implied_display(coding.system, coding.code)};
  }
  if (!system) return unknown_system(coding.system);
  const uint32_t place = system.find(coding.code);
  if (place == detail::kNone) {
    Error error = unknown_code(system, coding.code);
    if (!system.is_complete()) return error;
    return Validation{false, error.message(), {}};
  }
  return detail::checked_display(system, place, {}, coding, display_language);
}

Result<Validation> Terminology::validate_in_value_set(std::string_view value_set, const Coding& coding,
                                                      std::string_view display_language) const {
  XL_TRY(const SetView set, impl_->set(value_set));
  return detail::validate_member(impl_->library, impl_->evaluation, set, coding, display_language);
}

Result<Validation> Terminology::validate_in_resource(const json::object& value_set,
                                                     const Coding& coding) const {
  XL_TRY(const SetView set, view_of(value_set));
  return detail::validate_member(impl_->library, impl_->evaluation, set, coding, {});
}

Result<Expansion> Terminology::expand(std::string_view value_set, const ExpandOptions& options) const {
  XL_TRY(const SetView set, impl_->set(value_set));
  return detail::expansion_of(impl_->evaluation, set, options);
}

Result<Expansion> Terminology::expand_resource(const json::object& value_set,
                                               const ExpandOptions& options) const {
  XL_TRY(const SetView set, view_of(value_set));
  return detail::expansion_of(impl_->evaluation, set, options);
}

Result<std::vector<Translation>> Terminology::translate(const TranslateRequest& request) const {
  return detail::translations_of(impl_->library, request);
}

std::optional<std::string> Terminology::url_of(Kind kind, std::string_view id) const {
  std::string url = impl_->library.url_of(kind, id);
  if (url.empty()) return std::nullopt;
  return url;
}

void Terminology::refresh() const {
  impl_->library.forget();
}

Result<void> Terminology::resource_written(sql::Tx& tx, std::string_view type, std::string_view id,
                                           std::string_view text, bool deleted) {
  const int kind = type == "CodeSystem" ? 0 : type == "ValueSet" ? 1 : type == "ConceptMap" ? 2 : -1;
  if (kind < 0) return {};
  std::string url, version;
  if (!deleted) {
    XL_TRY(const json::value value, json::parse(text));
    if (const json::object* resource = value.if_object()) {
      url = json::find_string(*resource, "url").value_or("");
      version = json::find_string(*resource, "version").value_or("");
    }
  }
  if (url.empty()) {  // gone, or nothing can name it
    XL_CHECK(tx.run("DELETE FROM terminology_resource WHERE kind = ?1 AND id = ?2", kind, id));
  } else {
    XL_CHECK(
        tx.run("INSERT INTO terminology_resource (kind, id, url, version, text) VALUES (?1, ?2, ?3, ?4, ?5) "
               "ON CONFLICT (kind, id) DO UPDATE SET url = ?3, version = ?4, text = ?5",
               kind, id, url, version, text));
  }
  XL_CHECK(tx.run("UPDATE terminology_generation SET number = number + 1"));
  tx.on_commit([this] { refresh(); });
  return {};
}

}  // namespace xinglin::terminology
