#include "core/terminology/detail/answers.h"

#include <algorithm>
#include <unordered_map>

#include "core/terminology/detail/implied.h"
#include "core/terminology/detail/pack_writer.h"

namespace xinglin::terminology::detail {

namespace {

std::string words(std::string_view text) {
  std::string out;
  for (const char c : lower(text))
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

bool is_flat(const ExpandOptions& options) {
  return options.exclude_nested || !options.filter.empty() || options.offset > 0 || options.count >= 0;
}

bool has_text(const Entry& entry, const std::string& wanted) {
  const auto holds = [&wanted](std::string_view text) {
    return lower(text).find(wanted) != std::string::npos;
  };
  if (holds(entry.code) || holds(entry.display)) return true;
  const auto any = [&](const Pack& pack, Range range) {
    const auto all = pack.some<DesignationRecord>(Section::Designations, range);
    return std::any_of(all.begin(), all.end(),
                       [&](const DesignationRecord& d) { return holds(pack.text(d.value)); });
  };
  if (entry.place != kNone && any(*entry.origin.pack, entry.origin.at(entry.place).designations)) return true;
  return entry.listed_pack && any(*entry.listed_pack, entry.listed_designations);
}

Expanded expanded_of(const Entry& entry, const ExpandOptions& options) {
  Expanded out;
  out.coding = {.system = entry.system, .version = {}, .code = entry.code, .display = entry.display};
  if (entry.place != kNone) {
    const ConceptRecord& record = entry.origin.at(entry.place);
    out.is_abstract = (record.flags & kNotSelectable) != 0;
    out.is_inactive = (record.flags & (kInactive | kDeprecated)) != 0;
    out.coding.display =
        display_in(*entry.origin.pack, record.designations, entry.display, options.display_language);
    if (options.include_designations)
      out.designations = designations_of(*entry.origin.pack, record.designations);
  }
  if (!entry.listed_pack) return out;
  out.coding.display =
      display_in(*entry.listed_pack, entry.listed_designations, out.coding.display, options.display_language);
  if (options.include_designations)
    for (Designation& d : designations_of(*entry.listed_pack, entry.listed_designations))
      out.designations.push_back(std::move(d));
  return out;
}

std::string place_key(const Entry& entry, uint32_t place) {
  return entry.system + '\n' + std::to_string(place);
}

// Children below the nearest of their parents that is in the list too. `entries` are in the order of their
// systems, a parent before its children.
std::vector<Expanded> nested(const std::vector<Entry>& entries, const ExpandOptions& options) {
  std::unordered_map<std::string, size_t> places;
  for (size_t i = 0; i < entries.size(); ++i)
    if (entries[i].place != kNone) places.emplace(place_key(entries[i], entries[i].place), i);
  std::vector<size_t> parents(entries.size(), entries.size());
  std::vector<Expanded> made;
  for (size_t i = 0; i < entries.size(); ++i) {
    made.push_back(expanded_of(entries[i], options));
    if (entries[i].place == kNone) continue;
    for (uint32_t up = entries[i].origin.at(entries[i].place).parent; up != kNone;
         up = entries[i].origin.at(up).parent) {
      const auto found = places.find(place_key(entries[i], up));
      if (found == places.end() || found->second >= i) continue;
      parents[i] = found->second;
      break;
    }
  }
  std::vector<std::vector<size_t>> below(entries.size());
  for (size_t i = 0; i < entries.size(); ++i)
    if (parents[i] != entries.size()) below[parents[i]].push_back(i);
  std::vector<Expanded> out;
  // From the end: what is below an entry is complete before the entry itself is moved.
  for (size_t i = entries.size(); i-- > 0;)
    for (const size_t child : below[i]) made[i].contains.push_back(std::move(made[child]));
  for (size_t i = 0; i < entries.size(); ++i)
    if (parents[i] == entries.size()) out.push_back(std::move(made[i]));
  return out;
}

}  // namespace

bool same_words(std::string_view a, std::string_view b) {
  return a == b || words(a) == words(b);
}

Lookup implied_lookup(const Coding& coding) {
  Lookup out;
  out.system_name = coding.system;
  out.code = coding.code;
  out.display = implied_display(coding.system, coding.code);
  return out;
}

Lookup lookup_of(const SystemView& system, uint32_t place, std::string_view language) {
  const ConceptRecord& record = system.at(place);
  const Pack& pack = *system.pack;
  const std::string_view title = system.text(system.record->title), name = system.text(system.record->name);
  Lookup out;
  out.system_name = !title.empty() ? title : !name.empty() ? name : system.url();
  out.version = system.version();
  out.code = system.text(record.code);
  out.display = display_in(pack, record.designations, system.text(record.display), language);
  out.definition = system.text(record.definition);
  out.is_abstract = (record.flags & kNotSelectable) != 0;
  out.is_inactive = (record.flags & kInactive) != 0;
  out.designations = designations_of(pack, record.designations);
  const auto stated = pack.some<PropertyRecord>(Section::Properties, record.properties);
  for (const PropertyRecord& p : stated)
    out.properties.push_back(
        {std::string(pack.text(p.code)), std::string(pack.text(p.type)), std::string(pack.text(p.value))});
  const auto add = [&](std::string_view code, uint32_t other) {
    ConceptProperty property{std::string(code), "code", std::string(system.text(system.at(other).code))};
    const auto same = [&](const ConceptProperty& p) {
      return p.code == property.code && p.value == property.value;
    };
    if (std::none_of(out.properties.begin(), out.properties.end(), same))
      out.properties.push_back(std::move(property));
  };
  for (const uint32_t parent : system.parents(place)) add("parent", parent);
  for (const uint32_t child : system.children(place)) add("child", child);
  return out;
}

Validation checked_display(const SystemView& system, uint32_t place, std::string_view listed,
                           const Coding& coding, std::string_view language) {
  const ConceptRecord& record = system.at(place);
  const Pack& pack = *system.pack;
  const std::string_view own = system.text(record.display);
  Validation out{.result = true,
                 .message = {},
                 .display = display_in(pack, record.designations, listed.empty() ? own : listed, language)};
  if (coding.display.empty() || same_words(coding.display, out.display) || same_words(coding.display, own))
    return out;
  for (const DesignationRecord& d : pack.some<DesignationRecord>(Section::Designations, record.designations))
    if (same_words(coding.display, pack.text(d.value))) return out;
  out.result = false;
  out.message =
      "\"" + coding.display + "\" is not a display of " + coding.code + "; it is \"" + out.display + "\"";
  return out;
}

Result<Validation> validate_member(const Library& library, const Evaluation& evaluation, const SetView& set,
                                   const Coding& coding, std::string_view language) {
  const Member found = evaluation.member(set, coding.system, coding.code);
  if (found.membership == Membership::CannotTell)
    return Error(kUnknownSystem, "whether \"" + coding.code + "\" is in the value set " +
                                     std::string(set.url()) + " cannot be told: " + found.reason);
  const std::string what = "\"" + coding.code + "\"" + (coding.system.empty() ? "" : " of " + coding.system);
  if (found.membership == Membership::NotIn)
    return Validation{false, what + " is not in the value set " + std::string(set.url()), {}};
  if (found.is_abstract)
    return Validation{false, what + " is abstract: it groups codes and is not to be chosen", {}};
  const SystemView system = library.system(found.system, coding.version);
  const uint32_t place = system ? system.find(coding.code) : kNone;
  if (place != kNone) return checked_display(system, place, found.display, coding, language);
  Validation out{
      true, {}, found.display.empty() ? implied_display(found.system, coding.code) : found.display};
  if (!coding.display.empty() && !out.display.empty() && !is_implied(found.system) &&
      !same_words(coding.display, out.display)) {
    out.result = false;
    out.message =
        "\"" + coding.display + "\" is not a display of " + coding.code + "; it is \"" + out.display + "\"";
  }
  return out;
}

Result<Expansion> expansion_of(const Evaluation& evaluation, const SetView& set,
                               const ExpandOptions& options) {
  const bool flat = is_flat(options);
  EnumerateOptions how;
  how.with_abstract = !flat;
  how.without_inactive = options.active_only;
  XL_TRY(Enumeration all, evaluation.enumerate(set, how));
  if (const std::string wanted = lower(options.filter); !wanted.empty())
    std::erase_if(all.entries, [&wanted](const Entry& entry) { return !has_text(entry, wanted); });
  for (const std::string& system : options.exclude_systems)
    std::erase_if(all.entries, [&](const Entry& entry) { return entry.system == canonical_of(system).url; });
  Expansion out{.url = std::string(set.url()),
                .version = std::string(set.version()),
                .name = std::string(set.text(set.record->name)),
                .title = std::string(set.text(set.record->title)),
                .status = std::string(set.text(set.record->status))};
  out.total = static_cast<int64_t>(all.entries.size());
  out.used_systems = std::move(all.used_systems);
  out.warnings = std::move(all.notes);
  if (!flat) {
    out.contains = nested(all.entries, options);
    return out;
  }
  out.offset = std::clamp<int64_t>(options.offset, 0, out.total);
  const int64_t end = options.count < 0 ? out.total : std::min(out.total, out.offset + options.count);
  for (int64_t i = out.offset; i < end; ++i)
    out.contains.push_back(expanded_of(all.entries[static_cast<size_t>(i)], options));
  return out;
}

}  // namespace xinglin::terminology::detail
