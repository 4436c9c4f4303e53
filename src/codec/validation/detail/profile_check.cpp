#include "codec/validation/detail/profile_check.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace xinglin::validation::detail {
namespace {

constexpr std::string_view kNoSlice;

std::string counted(uint16_t count) {
  return std::to_string(count);
}

fhir::TypeUse use_of(const fhir::Element& element, std::string_view type) {
  for (const fhir::TypeUse use : element.types())
    if (use.code() == type) return use;
  return {};
}

// FHIR counts characters, not bytes.
size_t characters(std::string_view utf8) {
  return static_cast<size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

void ProfileCheck::root(Item item, const fhir::Structure& structure, const Place& place) {
  const fhir::Element base = fhir::find_type(structure.type()).root();
  value({item, structure.type(), -1}, structure.root(), base, place);
}

void ProfileCheck::value(const Occurrence& one, const fhir::Element& element, const fhir::Element& base,
                         const Place& place) {
  const auto differs = [&](std::string_view text, bool is_pattern) {
    if (text.empty()) return false;
    const auto wanted = json::parse(text);
    return wanted.ok() && !(one.item.value && matches_json(*one.item.value, *wanted, is_pattern));
  };
  if (differs(element.fixed(), false))
    walk_.report_->error("value", place,
                         "is not the fixed value " + std::string(element.fixed()) + said_by());
  if (differs(element.pattern(), true))
    walk_.report_->error("value", place, "does not match " + std::string(element.pattern()) + said_by());
  if (one.item.value) limits(*one.item.value, element, place);
  type(one, element, place);
  const fhir::Member member{base ? base : element, use_of(base ? base : element, one.type)};
  for (const fhir::Constraint constraint : element.constraints())
    if (!base || !base.constraints().contains(constraint))
      walk_.runner_.check(constraint, member, one.item, place, scope_, *walk_.report_);
  if (!one.item.value) return;
  const fhir::Binding bound = element.binding();
  const bool is_of_base =
      base && base.binding().value_set == bound.value_set && base.binding().strength == bound.strength;
  if (bound.strength >= fhir::BindingStrength::Extensible && !is_of_base)
    walk_.binding(bound, walk_.parts_.traits.of(fhir::find_type(one.type)), *one.item.value, place);
  const json::object* object = one.item.value->if_object();
  if (object && !element.children().empty()) children(*object, element, base, place);
}

// maxLength, minValue[x] and maxValue[x] of numbers.
void ProfileCheck::limits(const json::value& value, const fhir::Element& element, const Place& place) {
  if (value.is_string() && element.max_length() > 0 && characters(value.get_string()) > element.max_length())
    walk_.report_->error("too-long", place,
                         "is longer than " + std::to_string(element.max_length()) + said_by());
  if (!value.is_number()) return;
  const auto compare = [&](std::string_view bound, auto breaks, std::string_view what) {
    const auto limit = bound.empty() ? Result<json::value>(json::value()) : json::parse(bound);
    if (limit.ok() && limit->is_number() && breaks(value.to_number<double>(), limit->to_number<double>()))
      walk_.report_->error("value", place, std::string(what) + std::string(bound) + said_by());
  };
  compare(element.minimum(), std::less<>(), "is less than ");
  compare(element.maximum(), std::greater<>(), "is more than ");
}

// The type must be one the profile leaves; what the type is narrowed to (profiles, targets) must be kept.
void ProfileCheck::type(const Occurrence& one, const fhir::Element& element, const Place& place) {
  if (one.type.empty() || element.types().empty() || !one.item.value) return;
  for (const fhir::TypeUse use : element.types()) {
    if (use.code() != one.type) continue;
    if (one.type == "Reference" && one.item.value->is_object())
      walk_.reference(one.item.value->get_object(), use, place, scope_);
    if (one.type == "Extension" || use.profiles().empty()) return;  // extensions are checked by their url
    if (!conforms_to_any({one.item, one.type, -1}, use.profiles()))
      walk_.report_->error("structure", place,
                           "does not keep the profile " + std::string(use.profiles()[0]) + said_by());
    return;
  }
  const fhir::Structure actual = fhir::find_type(one.type);
  for (const fhir::TypeUse use : element.types())
    if (actual && actual.is_a(use.code())) return;
  if (actual && actual.kind() == fhir::StructureKind::Complex && one.type == "BackboneElement") return;
  walk_.report_->error("structure", place, std::string(one.type) + " is not allowed here" + said_by());
}

void ProfileCheck::count(size_t found, const fhir::Element& element, const Place& place,
                         std::string_view slice) {
  const std::string of = slice.empty() ? "" : " of slice '" + std::string(slice) + "'";
  if (found < element.min())
    walk_.report_->error("required", place,
                         "at least " + counted(element.min()) + of + " required" + said_by());
  if (element.max() != fhir::kUnbounded && found > element.max())
    walk_.report_->error("structure", place,
                         "at most " + counted(element.max()) + of + " allowed" + said_by());
}

void ProfileCheck::children(const json::object& object, const fhir::Element& element,
                            const fhir::Element& base, const Place& place) {
  for (const fhir::Element child : element.children()) {
    const std::vector<Occurrence> all = occurrences(object, child);
    const fhir::Element child_base = base ? base.find(child.name()).element : fhir::Element();
    const Place here{&place, child.name()};
    const bool is_of_base = child_base && child_base.min() == child.min() && child_base.max() == child.max();
    if (!is_of_base) count(all.size(), child, here, kNoSlice);
    for (const Occurrence& one : all) value(one, child, child_base, {&place, child.name(), one.index});
    if (!child.slices().empty()) slices(all, child, child_base, place);
  }
}

void ProfileCheck::slices(const std::vector<Occurrence>& all, const fhir::Element& element,
                          const fhir::Element& base, const Place& place) {
  const auto slicing = element.slicing();
  if (!slicing || slicing->discriminators.empty()) return;
  const fhir::List<fhir::Element> defined = element.slices();
  std::vector<size_t> counts(defined.size(), 0);
  size_t last = 0;
  bool is_past = false;  // an unmatched one has been seen
  for (const Occurrence& one : all) {
    const Place here{&place, element.name(), one.index};
    size_t at = 0;
    while (at < defined.size() && !matches(one, defined[at], *slicing)) ++at;
    if (at == defined.size()) {
      is_past = true;
      if (slicing->rules == fhir::SlicingRules::Closed)
        walk_.report_->error("structure", here, "matches no slice, and no others are allowed" + said_by());
      continue;
    }
    ++counts[at];
    if (slicing->is_ordered && at < last)
      walk_.report_->error("structure", here, "the slices are not in their order" + said_by());
    if (is_past && slicing->rules == fhir::SlicingRules::OpenAtEnd)
      walk_.report_->error("structure", here, "others are allowed only after the slices" + said_by());
    last = at;
    value(one, defined[at], base, here);
  }
  for (size_t i = 0; i < defined.size(); ++i)
    count(counts[i], defined[i], {&place, element.name()}, defined[i].slice_name());
}

bool ProfileCheck::matches(const Occurrence& one, const fhir::Element& slice, const fhir::Slicing& slicing) {
  for (const fhir::Discriminator discriminator : slicing.discriminators)
    if (!matches(one, slice, discriminator)) return false;
  return true;
}

bool ProfileCheck::matches(const Occurrence& one, const fhir::Element& slice,
                           const fhir::Discriminator& discriminator) {
  const fhir::Element defined = follow(walk_.parts_, slice, discriminator.path());
  const std::vector<Occurrence> found = follow(one, discriminator.path(), scope_);
  if (!defined) return false;
  switch (discriminator.kind()) {
    case fhir::DiscriminatorKind::Exists:
      return defined.max() == 0 ? found.empty() : (defined.min() == 0 || !found.empty());
    case fhir::DiscriminatorKind::Type:
      return std::any_of(found.begin(), found.end(), [&](const Occurrence& value) {
        const fhir::List<fhir::TypeUse> types = defined.types();
        if (types.empty()) return value.type == defined.structure().type();
        return std::any_of(types.begin(), types.end(),
                           [&](const fhir::TypeUse& type) { return type.code() == value.type; });
      });
    case fhir::DiscriminatorKind::Profile:
      return std::any_of(found.begin(), found.end(), [&](const Occurrence& value) {
        if (defined.types().empty()) return conforms(value, defined);
        return conforms_to_any(value, defined.types()[0].profiles());
      });
    default:
      return std::any_of(found.begin(), found.end(),
                         [&](const Occurrence& value) { return conforms(value, defined); });
  }
}

// Tried without saying anything.
bool ProfileCheck::conforms(const Occurrence& one, const fhir::Element& element) {
  IssueSink unsaid;
  Report quiet(unsaid, 1);
  Report* const loud = std::exchange(walk_.report_, &quiet);
  value(one, element, {}, {nullptr, element.name()});
  walk_.report_ = loud;
  return !quiet.failed();
}

bool ProfileCheck::conforms_to_any(const Occurrence& one, const fhir::Texts& profiles) {
  for (const std::string_view canonical : profiles) {
    const fhir::Structure structure = walk_.parts_.find_structure(canonical);
    if (!structure || conforms(one, structure.root()))
      return true;  // what is not known is not held against it
  }
  return profiles.empty();
}

}  // namespace xinglin::validation::detail
