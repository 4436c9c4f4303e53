#include "core/terminology/detail/pack_writer.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace xinglin::terminology::detail {

namespace {

// The order in which the concepts of a system are written: a parent before its children, what is below it
// together.
struct Order {
  std::vector<uint32_t> at;                    // draft places in their new order
  std::vector<uint32_t> parent, end;           // by draft place; parent in draft places
  std::vector<std::vector<uint32_t>> further;  // by draft place: parents beside the one of the tree
};

// Parents by code become places; the first known one is the parent in the tree unless nesting gave one.
// `child` statements count only where nothing is nested, as in the expansions that HL7 published.
void place_parents(const SystemDraft& system, Order& order) {
  std::map<std::string_view, uint32_t> places;
  bool nested = false;
  for (uint32_t i = 0; i < system.concepts.size(); ++i) {
    places.emplace(system.concepts[i].code, i);
    nested = nested || system.concepts[i].parent != kNone;
  }
  const auto link = [&](uint32_t child, uint32_t parent) {
    if (child == parent || order.parent[child] == parent) return;
    if (order.parent[child] == kNone)
      order.parent[child] = parent;
    else if (std::find(order.further[child].begin(), order.further[child].end(), parent) ==
             order.further[child].end())
      order.further[child].push_back(parent);
  };
  for (uint32_t i = 0; i < system.concepts.size(); ++i) {
    for (const std::string& code : system.concepts[i].parents)
      if (const auto found = places.find(code); found != places.end()) link(i, found->second);
    if (nested) continue;
    for (const std::string& code : system.concepts[i].children)
      if (const auto found = places.find(code); found != places.end()) link(found->second, i);
  }
}

Order order_of(const SystemDraft& system) {
  const auto count = static_cast<uint32_t>(system.concepts.size());
  Order order;
  order.end.resize(count);
  order.further.resize(count);
  for (const ConceptDraft& concept_draft : system.concepts) order.parent.push_back(concept_draft.parent);
  place_parents(system, order);
  std::vector<std::vector<uint32_t>> below(count);
  std::vector<uint32_t> roots;
  for (uint32_t i = 0; i < count; ++i)
    (order.parent[i] == kNone ? roots : below[order.parent[i]]).push_back(i);
  std::vector<uint8_t> placed(count, 0);
  // Walks without recursion: a chain of parents may be as long as the system.
  const auto walk = [&](uint32_t root) {
    std::vector<std::pair<uint32_t, size_t>> path{{root, 0}};
    placed[root] = 1;
    order.at.push_back(root);
    while (!path.empty()) {
      auto& [place, next] = path.back();
      if (next == below[place].size()) {
        order.end[place] = static_cast<uint32_t>(order.at.size());
        path.pop_back();
        continue;
      }
      const uint32_t child = below[place][next++];
      if (placed[child]) continue;
      placed[child] = 1;
      order.at.push_back(child);
      path.push_back({child, 0});
    }
  };
  for (const uint32_t root : roots) walk(root);
  for (uint32_t i = 0; i < count; ++i)  // a circle of parents has no root: it is cut where it is met first
    if (!placed[i]) {
      order.parent[i] = kNone;
      walk(i);
    }
  return order;
}

template <class Record>
void append(std::vector<uint64_t>& out, Header& header, Section section, const std::vector<Record>& records) {
  header.sections[static_cast<size_t>(section)] = {static_cast<uint32_t>(out.size() * sizeof(uint64_t)),
                                                   static_cast<uint32_t>(records.size())};
  const size_t bytes = records.size() * sizeof(Record), start = out.size();
  out.resize(start + (bytes + 7) / 8);
  if (bytes != 0) std::memcpy(out.data() + start, records.data(), bytes);
}

uint32_t size_of(const auto& list) {
  return static_cast<uint32_t>(list.size());
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

PackWriter::PackWriter() {
  text({});
}

Ref PackWriter::text(const std::string& text) {
  if (const auto found = known_.find(text); found != known_.end()) return found->second;
  const auto ref = static_cast<Ref>(strings_.size());
  const auto length = static_cast<uint32_t>(text.size());
  strings_.append(reinterpret_cast<const char*>(&length), sizeof length);
  strings_ += text;
  known_.emplace(text, ref);
  return ref;
}

std::string_view PackWriter::view(Ref ref) const {
  uint32_t length = 0;
  std::memcpy(&length, strings_.data() + ref, sizeof length);
  return std::string_view(strings_).substr(ref + sizeof length, length);
}

Range PackWriter::designations(const std::vector<Designation>& designations) {
  const Range range{size_of(designations_), size_of(designations)};
  for (const Designation& d : designations)
    designations_.push_back(
        {text(d.language), text(d.use_system), text(d.use_code), text(d.use_display), text(d.value)});
  return range;
}

Range PackWriter::properties(const std::vector<ConceptProperty>& properties) {
  const Range range{size_of(properties_), size_of(properties)};
  for (const ConceptProperty& p : properties)
    properties_.push_back({text(p.code), text(p.type), text(p.value)});
  return range;
}

uint32_t PackWriter::sorted(const std::vector<std::string>& keys) {
  std::vector<uint32_t> places(keys.size());
  std::iota(places.begin(), places.end(), 0U);
  std::stable_sort(places.begin(), places.end(), [&](uint32_t a, uint32_t b) { return keys[a] < keys[b]; });
  const auto first = size_of(index_);
  index_.insert(index_.end(), places.begin(), places.end());
  return first;
}

void PackWriter::concepts(const SystemDraft& system, SystemRecord& record) {
  const Order order = order_of(system);
  std::vector<uint32_t> moved(order.at.size());  // draft place -> place in the pack
  for (uint32_t i = 0; i < order.at.size(); ++i) moved[order.at[i]] = i;
  record.concepts = {size_of(concepts_), size_of(order.at)};
  std::vector<std::string> codes, lowered;
  for (const uint32_t place : order.at) {
    const ConceptDraft& draft = system.concepts[place];
    ConceptRecord next{};
    next.code = text(draft.code);
    next.display = text(draft.display);
    next.definition = text(draft.definition);
    next.parent = order.parent[place] == kNone ? kNone : moved[order.parent[place]];
    next.end = order.end[place];
    next.more_parents = {size_of(index_), size_of(order.further[place])};
    for (const uint32_t parent : order.further[place]) index_.push_back(moved[parent]);
    if (!order.further[place].empty()) record.flags |= kManyParents;
    next.designations = designations(draft.designations);
    next.properties = properties(draft.properties);
    next.flags = draft.flags;
    concepts_.push_back(next);
    codes.push_back(draft.code);
    if (system.ignores_case) lowered.push_back(lower(draft.code));
  }
  record.by_code = sorted(codes);
  record.by_lower = system.ignores_case ? sorted(lowered) : kNone;
}

void PackWriter::name(Kind kind, Ref url, Ref id, size_t index) {
  const auto place = static_cast<uint32_t>(index);
  names_.push_back({url, static_cast<uint32_t>(kind), place});
  ids_.push_back({id, static_cast<uint32_t>(kind), place});
}

void PackWriter::add(const SystemDraft& system) {
  SystemRecord record{};
  record.url = text(system.url);
  record.version = text(system.version);
  record.id = text(system.id);
  record.name = text(system.name);
  record.title = text(system.title);
  record.status = text(system.status);
  record.value_set = text(system.value_set);
  record.content = system.content;
  record.flags = system.ignores_case ? kIgnoresCase : 0U;
  concepts(system, record);
  name(Kind::CodeSystem, record.url, record.id, systems_.size());
  systems_.push_back(record);
}

Range PackWriter::listed(const std::vector<ListedDraft>& listed) {
  const Range range{size_of(listed_), size_of(listed)};
  for (const ListedDraft& draft : listed)
    listed_.push_back({text(draft.code), text(draft.display), designations(draft.designations)});
  return range;
}

void PackWriter::add(const SetDraft& set) {
  SetRecord record{
      text(set.url),   text(set.version), text(set.id), text(set.name),
      text(set.title), text(set.status),  set.flags,    {size_of(includes_), size_of(set.includes)}};
  for (const IncludeDraft& draft : set.includes) {
    IncludeRecord next{};
    next.system = text(draft.system);
    next.version = text(draft.version);
    next.value_sets = {size_of(index_), size_of(draft.value_sets)};
    for (const std::string& url : draft.value_sets) {
      const Ref ref = text(url);
      index_.push_back(ref);
    }
    next.listed = listed(draft.listed);
    next.filters = {size_of(filters_), size_of(draft.filters)};
    for (const FilterDraft& filter : draft.filters)
      filters_.push_back({text(filter.property), text(filter.value), filter.op});
    std::vector<std::string> codes;
    for (const ListedDraft& one : draft.listed) codes.push_back(one.code);
    next.by_code = sorted(codes);
    next.excludes = draft.excludes ? 1 : 0;
    includes_.push_back(next);
  }
  name(Kind::ValueSet, record.url, record.id, sets_.size());
  sets_.push_back(record);
}

Range PackWriter::elements(const std::vector<ElementDraft>& elements) {
  const Range range{size_of(elements_), size_of(elements)};
  for (const ElementDraft& draft : elements) {
    elements_.push_back({text(draft.code), text(draft.display), {size_of(targets_), size_of(draft.targets)}});
    for (const TargetDraft& target : draft.targets)
      targets_.push_back(
          {text(target.code), text(target.display), text(target.comment), text(target.equivalence)});
  }
  return range;
}

void PackWriter::add(const MapDraft& map) {
  MapRecord record{text(map.url),    text(map.version), text(map.id),
                   text(map.source), text(map.target),  {size_of(groups_), size_of(map.groups)}};
  for (const GroupDraft& group : map.groups) {
    const Range range = elements(group.elements);
    groups_.push_back({text(group.source), text(group.target), group.unmapped, text(group.unmapped_code),
                       text(group.unmapped_display), text(group.unmapped_url), range});
  }
  name(Kind::ConceptMap, record.url, record.id, maps_.size());
  maps_.push_back(record);
}

std::vector<uint64_t> PackWriter::finish() {
  for (auto* names : {&names_, &ids_})
    std::stable_sort(names->begin(), names->end(), [this](const NameRecord& a, const NameRecord& b) {
      return a.kind != b.kind ? a.kind < b.kind : view(a.name) < view(b.name);
    });
  Header header{};
  header.magic = kMagic;
  std::vector<uint64_t> out((sizeof(Header) + 7) / 8);
  append(out, header, Section::Strings, std::vector<char>(strings_.begin(), strings_.end()));
  append(out, header, Section::Index, index_);
  append(out, header, Section::Names, names_);
  append(out, header, Section::Ids, ids_);
  append(out, header, Section::Systems, systems_);
  append(out, header, Section::Concepts, concepts_);
  append(out, header, Section::Designations, designations_);
  append(out, header, Section::Properties, properties_);
  append(out, header, Section::Sets, sets_);
  append(out, header, Section::Includes, includes_);
  append(out, header, Section::Listed, listed_);
  append(out, header, Section::Filters, filters_);
  append(out, header, Section::Maps, maps_);
  append(out, header, Section::Groups, groups_);
  append(out, header, Section::Elements, elements_);
  append(out, header, Section::Targets, targets_);
  std::memcpy(out.data(), &header, sizeof header);
  return out;
}

}  // namespace xinglin::terminology::detail
