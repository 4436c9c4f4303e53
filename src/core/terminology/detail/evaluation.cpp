#include "core/terminology/detail/evaluation.h"

#include <algorithm>
#include <unordered_set>

#include "core/terminology/detail/implied.h"

namespace xinglin::terminology::detail {

namespace {

constexpr size_t kImportDepth = 16;

SystemView system_of(const Library& library, const SetView& set, const IncludeRecord& include) {
  const std::string_view url = set.text(include.system), version = set.text(include.version);
  SystemView view = library.system(url, version);
  return view || version.empty() ? view : library.system(url);  // another version is nearer than nothing
}

std::string missing(std::string_view system) {
  return "the code system " + std::string(system) + " is not loaded here";
}

// Why a system that is here, but not as a whole, cannot answer.
std::string missing(const SystemView& system, std::string_view url) {
  if (!system || system.record->content == Content::NotPresent) return missing(url);
  return "only a part of the code system " + std::string(url) + " is loaded here";
}

std::string named(const SystemView& system) {
  const std::string url(system.url());
  return system.version().empty() ? url : url + "|" + std::string(system.version());
}

// The values of a property; `concept`, `code`, `display` and the tree are properties of every concept.
std::vector<std::string> values_of(const SystemView& system, uint32_t place, std::string_view property) {
  const ConceptRecord& record = system.at(place);
  if (property == "concept" || property == "code") return {std::string(system.text(record.code))};
  if (property == "display") return {std::string(system.text(record.display))};
  std::vector<std::string> out;
  if (property == "parent")
    for (const uint32_t parent : system.parents(place)) out.emplace_back(system.text(system.at(parent).code));
  if (property == "child")
    for (const uint32_t child : system.children(place)) out.emplace_back(system.text(system.at(child).code));
  for (const PropertyRecord& p : system.pack->some<PropertyRecord>(Section::Properties, record.properties)) {
    if (system.text(p.code) != property) continue;
    std::string value(system.text(p.value));
    if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(std::move(value));
  }
  return out;
}

bool is_one_of(std::string_view list, const std::vector<std::string>& values) {
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string_view one = list.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (std::find(values.begin(), values.end(), one) != values.end()) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

std::string key_of(const Entry& entry) {
  return entry.system + '\n' + entry.code;
}

void note(std::vector<std::string>& list, std::string text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

Entry entry_of(const SystemView& system, uint32_t place) {
  const ConceptRecord& record = system.at(place);
  return {.system = std::string(system.url()),
          .code = std::string(system.text(record.code)),
          .display = std::string(system.text(record.display)),
          .origin = system,
          .place = place,
          .listed_pack = {},
          .listed_designations = {}};
}

// Without exclusions: what a whole set is made of.
bool is_wanted(const Entry& entry, const EnumerateOptions& options) {
  if (entry.place == kNone) return true;
  const uint32_t flags = entry.origin.at(entry.place).flags;
  if (!options.with_abstract && (flags & kNotSelectable)) return false;
  if (!options.with_deprecated && (flags & kDeprecated)) return false;
  return !options.without_inactive || (flags & (kInactive | kDeprecated)) == 0;
}

}  // namespace

Member Evaluation::member(const SetView& set, std::string_view system, std::string_view code) const {
  Path path{std::string(set.url())};
  Member out = member(set, system, code, path);
  if (out.membership != Membership::In || out.system.empty()) return out;
  const SystemView origin = library_.system(out.system);
  const uint32_t place = origin ? origin.find(code) : kNone;
  if (place != kNone) out.is_abstract = (origin.at(place).flags & kNotSelectable) != 0;
  return out;
}

Member Evaluation::member(const SetView& set, std::string_view system, std::string_view code,
                          Path& path) const {
  Member out;
  for (const IncludeRecord& include : set.includes()) {
    if (include.excludes || out.membership == Membership::In) continue;
    Member next = included(set, include, system, code, path);
    if (next.membership != Membership::NotIn) out = std::move(next);
  }
  if (out.membership == Membership::NotIn) return out;
  for (const IncludeRecord& exclude : set.includes()) {
    if (!exclude.excludes) continue;
    Member next = included(set, exclude, system, code, path);
    if (next.membership == Membership::In) return {};
    if (next.membership == Membership::CannotTell) out = std::move(next);
  }
  return out;
}

Member Evaluation::included(const SetView& set, const IncludeRecord& include, std::string_view system,
                            std::string_view code, Path& path) const {
  const std::string_view own = set.text(include.system);
  Member out;
  if (!own.empty()) {
    if (!system.empty() && own != system) return {};
    out = in_system(set, include, code);
    if (out.membership == Membership::NotIn) return {};
  }
  for (const uint32_t ref : set.pack->index(include.value_sets.first, include.value_sets.count)) {
    Member next = imported(set.text(ref), own.empty() ? system : own, code, path);
    if (next.membership == Membership::NotIn) return {};
    if (out.membership != Membership::CannotTell) {
      if (!out.display.empty() && next.membership == Membership::In) next.display = out.display;
      out = std::move(next);
    }
  }
  return out;
}

Member Evaluation::imported(std::string_view canonical, std::string_view system, std::string_view code,
                            Path& path) const {
  const Canonical name = canonical_of(canonical);
  const SetView set = library_.set(name.url, name.version);
  if (!set)
    return {.membership = Membership::CannotTell,
            .reason = "the value set " + std::string(canonical) + " is not loaded here"};
  if (path.size() > kImportDepth || std::find(path.begin(), path.end(), name.url) != path.end())
    return {.membership = Membership::CannotTell, .reason = "value sets import each other in a circle"};
  path.emplace_back(name.url);
  Member out = member(set, system, code, path);
  path.pop_back();
  return out;
}

Member Evaluation::in_system(const SetView& set, const IncludeRecord& include, std::string_view code) const {
  const std::string_view url = set.text(include.system);
  const SystemView system = system_of(library_, set, include);
  Member out{.membership = Membership::In, .system = std::string(url)};
  if (include.listed.count != 0) {
    const bool ignores_case = system && (system.record->flags & kIgnoresCase);
    const uint32_t place = set.find_listed(include, code, ignores_case);
    if (place == kNone) return {};
    out.display = set.text(set.pack->some<ListedRecord>(Section::Listed, include.listed)[place].display);
    if (include.filters.count == 0) return out;
  }
  const uint32_t place = system ? system.find(code) : kNone;
  if (place == kNone) {
    if (include.filters.count == 0 && is_implied(url) && (!system || !system.is_complete())) {
      if (!implied_problem(url, code).empty()) out.membership = Membership::NotIn;
      return out;
    }
    if (system && system.is_complete()) return {};
    return {.membership = Membership::CannotTell, .reason = missing(system, url)};
  }
  for (const FilterRecord& filter : set.pack->some<FilterRecord>(Section::Filters, include.filters)) {
    const Result<bool> passed = passes(set, filter, system, place);
    if (!passed) return {.membership = Membership::CannotTell, .reason = passed.error().message()};
    if (!*passed) return {};
  }
  return out;
}

Result<bool> Evaluation::passes(const SetView& set, const FilterRecord& filter, const SystemView& system,
                                uint32_t place) const {
  const std::string_view property = set.text(filter.property), value = set.text(filter.value);
  const auto tree = [&]() -> Result<uint32_t> {
    const uint32_t anchor = system.find(value);
    if (anchor == kNone && !system.is_complete())
      return Error(kUnknownSystem,
                   missing(system.url()) + " as a whole: the code " + std::string(value) + " is not here");
    return anchor;
  };
  switch (filter.op) {
    case FilterOp::Equal:
      return is_one_of(value, values_of(system, place, property)) ||
             values_of(system, place, property) == std::vector<std::string>{std::string(value)};
    case FilterOp::In:
      return is_one_of(value, values_of(system, place, property));
    case FilterOp::NotIn:
      return !is_one_of(value, values_of(system, place, property));
    case FilterOp::Exists:
      return values_of(system, place, property).empty() == (value == "false");
    case FilterOp::IsA: {
      XL_TRY(const uint32_t anchor, tree());
      return anchor != kNone && system.is_a(place, anchor);
    }
    case FilterOp::DescendentOf: {
      XL_TRY(const uint32_t anchor, tree());
      return anchor != kNone && anchor != place && system.is_a(place, anchor);
    }
    case FilterOp::IsNotA: {
      XL_TRY(const uint32_t anchor, tree());
      return anchor == kNone || !system.is_a(place, anchor);
    }
    case FilterOp::Generalizes: {
      XL_TRY(const uint32_t anchor, tree());
      return anchor != kNone && system.is_a(anchor, place);
    }
    case FilterOp::Regex: {
      XL_TRY(const Pattern pattern, Pattern::read(value));
      for (const std::string& text : values_of(system, place, property))
        if (pattern.matches(text)) return true;
      return false;
    }
    case FilterOp::Unknown:
      break;
  }
  return Error(kBadFilter, "the value set " + std::string(set.url()) + " filters " + std::string(property) +
                               " by an operation that is not known");
}

Result<Enumeration> Evaluation::enumerate(const SetView& set, const EnumerateOptions& options) const {
  EnumerateOptions chosen = options;
  if (set.record->flags & kWithoutInactive) chosen.without_inactive = true;
  if (set.record->flags & kWithInactive) chosen.with_deprecated = true;
  Path path{std::string(set.url())};
  return enumerate(set, chosen, path);
}

Result<Enumeration> Evaluation::enumerate(const SetView& set, const EnumerateOptions& options,
                                          Path& path) const {
  Enumeration out;
  std::unordered_set<std::string> seen;
  for (const IncludeRecord& include : set.includes()) {
    if (include.excludes) continue;
    XL_TRY(std::vector<Entry> entries, entries_of(set, include, options, path, out));
    for (Entry& entry : entries) {
      if (!is_wanted(entry, options) || !seen.insert(key_of(entry)).second) continue;
      if (out.entries.size() >= options.max)
        return Error(kTooCostly, "the value set " + std::string(set.url()) + " has more than " +
                                     std::to_string(options.max) + " codes");
      out.entries.push_back(std::move(entry));
    }
  }
  seen.clear();
  EnumerateOptions everything = options;
  everything.with_abstract = everything.with_deprecated = true;
  everything.without_inactive = false;
  for (const IncludeRecord& exclude : set.includes()) {
    if (!exclude.excludes) continue;
    Enumeration unused;
    XL_TRY(const std::vector<Entry> entries, entries_of(set, exclude, everything, path, unused));
    for (const Entry& entry : entries) seen.insert(key_of(entry));
  }
  if (!seen.empty())
    std::erase_if(out.entries, [&seen](const Entry& entry) { return seen.contains(key_of(entry)); });
  return out;
}

Result<std::vector<Entry>> Evaluation::entries_of(const SetView& set, const IncludeRecord& include,
                                                  const EnumerateOptions& options, Path& path,
                                                  Enumeration& out) const {
  std::vector<Entry> entries;
  if (include.system != 0) {
    XL_TRY(entries, entries_of_system(set, include, options, out));
    if (include.value_sets.count == 0) return entries;
    std::string problem;
    std::erase_if(entries, [&](const Entry& entry) {
      Path inner = path;
      for (const uint32_t ref : set.pack->index(include.value_sets.first, include.value_sets.count)) {
        const Member found = imported(set.text(ref), entry.system, entry.code, inner);
        if (found.membership == Membership::CannotTell) problem = found.reason;
        if (found.membership != Membership::In) return true;
      }
      return false;
    });
    if (!problem.empty()) return Error(kUnknownSystem, problem);
    return entries;
  }
  return imported_entries(set, include, options, path, out);
}

Result<std::vector<Entry>> Evaluation::imported_entries(const SetView& set, const IncludeRecord& include,
                                                        const EnumerateOptions& options, Path& path,
                                                        Enumeration& out) const {
  const auto refs = set.pack->index(include.value_sets.first, include.value_sets.count);
  const std::string_view canonical = set.text(refs[0]);
  const Canonical name = canonical_of(canonical);
  const SetView first = library_.set(name.url, name.version);
  if (!first)
    return Error(kUnknownValueSet, "the value set " + std::string(canonical) + " is not loaded here");
  if (path.size() > kImportDepth || std::find(path.begin(), path.end(), name.url) != path.end())
    return Error(kCircular, "the value set " + std::string(canonical) + " imports itself");
  path.emplace_back(name.url);
  XL_TRY(Enumeration inner, enumerate(first, options, path));
  path.pop_back();
  for (std::string& used : inner.used_systems) note(out.used_systems, std::move(used));
  for (std::string& text : inner.notes) note(out.notes, std::move(text));
  for (size_t i = 1; i < refs.size(); ++i) {
    std::string problem;
    std::erase_if(inner.entries, [&](const Entry& entry) {
      const Member found = imported(set.text(refs[i]), entry.system, entry.code, path);
      if (found.membership == Membership::CannotTell) problem = found.reason;
      return found.membership != Membership::In;
    });
    if (!problem.empty()) return Error(kUnknownSystem, problem);
  }
  return std::move(inner.entries);
}

Result<void> Evaluation::listed_entries(const SetView& set, const IncludeRecord& include,
                                        std::vector<Entry>& out) const {
  const SystemView system = system_of(library_, set, include);
  for (const ListedRecord& listed : set.pack->some<ListedRecord>(Section::Listed, include.listed)) {
    const std::string_view code = set.text(listed.code);
    const uint32_t place = system ? system.find(code) : kNone;
    Entry entry{.system = std::string(set.text(include.system)),
                .code = std::string(code),
                .display = std::string(set.text(listed.display)),
                .origin = system,
                .place = place,
                .listed_pack = set.pack,
                .listed_designations = listed.designations};
    if (entry.display.empty() && place != kNone) entry.display = system.text(system.at(place).display);
    if (include.filters.count != 0) {
      if (place == kNone) return Error(kUnknownSystem, missing(entry.system));
      bool passed = true;
      for (const FilterRecord& filter : set.pack->some<FilterRecord>(Section::Filters, include.filters)) {
        XL_TRY(const bool one, passes(set, filter, system, place));
        passed = passed && one;
      }
      if (!passed) continue;
    }
    out.push_back(std::move(entry));
  }
  return {};
}

Result<std::vector<Entry>> Evaluation::entries_of_system(const SetView& set, const IncludeRecord& include,
                                                         const EnumerateOptions& options,
                                                         Enumeration& out) const {
  std::vector<Entry> entries;
  const SystemView system = system_of(library_, set, include);
  const std::string url(set.text(include.system));
  if (system) note(out.used_systems, named(system));
  if (include.listed.count != 0) {
    if (!system) note(out.notes, missing(url) + ": its codes are given as the value set lists them");
    XL_CHECK(listed_entries(set, include, entries));
    return entries;
  }
  if (!system || !system.is_complete()) {
    if (is_implied(url))
      return Error(kTooCostly, "the code system " + url + " is defined by a grammar: its codes have no end");
    return Error(kUnknownSystem, missing(system, url) + ", so the value set " + std::string(set.url()) +
                                     " cannot be expanded");
  }
  const auto filters = set.pack->some<FilterRecord>(Section::Filters, include.filters);
  for (uint32_t place = 0; place < system.size(); ++place) {
    bool passed = true;
    for (size_t i = 0; passed && i < filters.size(); ++i) {
      XL_TRY(passed, passes(set, filters[i], system, place));
    }
    if (!passed) continue;
    if (entries.size() >= options.max)
      return Error(kTooCostly, "the code system " + url + " has too many codes for one answer");
    entries.push_back(entry_of(system, place));
  }
  return entries;
}

}  // namespace xinglin::terminology::detail
