// The official definitions of FHIR R4 (package hl7.fhir.r4.examples): types, profiles, search parameters,
// compartments and operations, as views over one read-only image that the build makes and links in. No heap,
// no start-up work, thread-safe. A StructureDefinition read at run time (a site's profile) is compiled into
// an image of the same shape (definition_compiler.h), so that who walks elements never knows where they came
// from. Views are small: pass them by value; they are valid as long as their image (the built-in one: for
// ever). Views of nothing are false. FHIR R4 5.3 (StructureDefinition), 2.26 (ElementDefinition), 5.5
// (SearchParameter).
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>
#include <type_traits>

#include "codec/fhir/detail/definition_records.h"

namespace xinglin::fhir {

enum class StructureKind : uint8_t { Primitive, Complex, Resource, Logical };
enum class BindingStrength : uint8_t { None, Example, Preferred, Extensible, Required };
enum class SlicingRules : uint8_t { Closed, Open, OpenAtEnd };
enum class DiscriminatorKind : uint8_t { Value, Exists, Pattern, Type, Profile };
enum class SearchType : uint8_t { Number, Date, String, Token, Reference, Composite, Quantity, Uri, Special };

inline constexpr uint16_t kUnbounded = 0xffff;

// What every view is: a record and the image its indices are meant in.
template <class Record>
class View {
public:
  using record_type = Record;
  View() = default;
  View(const detail::Image* image, const Record* record) : image_(image), record_(record) {}
  explicit operator bool() const { return record_ != nullptr; }
  bool operator==(const View& other) const { return record_ == other.record_; }
  const detail::Image* image() const { return image_; }

protected:
  std::string_view text(detail::Ref ref) const { return record_ ? image_->text(ref) : std::string_view(); }
  const detail::Image* image_ = nullptr;
  const Record* record_ = nullptr;
};

// A list of views (or texts); made on the way, never stored. Random access by [].
template <class Item>
class List {
public:
  class iterator {
  public:
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using reference = Item;
    using pointer = const Item*;
    using iterator_category = std::input_iterator_tag;
    iterator(const List* list, uint32_t at) : list_(list), at_(at) {}
    Item operator*() const { return (*list_)[at_]; }
    iterator& operator++() { return ++at_, *this; }
    bool operator==(const iterator& other) const { return at_ == other.at_; }

  private:
    const List* list_;
    uint32_t at_;
  };

  List() = default;
  // `is_direct`: the range names records; else it names places of the Index section.
  List(const detail::Image* image, detail::Range range, bool is_direct = false)
      : image_(image), range_(range), is_direct_(is_direct) {}
  size_t size() const { return range_.count; }
  bool empty() const { return range_.count == 0; }
  Item operator[](size_t i) const {
    const auto at = static_cast<uint32_t>(range_.first + i);
    if constexpr (std::is_same_v<Item, std::string_view>) {
      return image_->text(image_->index(at));
    } else {
      const auto records = image_->template section<typename Item::record_type>(Item::kSection);
      return {image_, &records[is_direct_ ? at : image_->index(at)]};
    }
  }
  iterator begin() const { return {this, 0}; }
  iterator end() const { return {this, range_.count}; }
  bool contains(const Item& wanted) const {
    for (uint32_t i = 0; i < range_.count; ++i)
      if ((*this)[i] == wanted) return true;
    return false;
  }

private:
  const detail::Image* image_ = nullptr;
  detail::Range range_;
  bool is_direct_ = false;
};
using Texts = List<std::string_view>;

class Structure;
class Element;

class TypeUse : public View<detail::TypeRecord> {  // one ElementDefinition.type
public:
  static constexpr detail::Section kSection = detail::Section::Types;
  using View::View;
  std::string_view code() const {
    return text(record_ ? record_->code : 0);
  }                                                                     // "Quantity", "Reference", "string"
  Structure structure() const;                                          // of that type
  Texts profiles() const { return {image_, record_->profiles}; }        // canonical URLs
  Texts target_profiles() const { return {image_, record_->targets}; }  // empty: any
};

struct Binding {
  BindingStrength strength = BindingStrength::None;
  std::string_view value_set;  // canonical, perhaps with |version
};

class Constraint : public View<detail::ConstraintRecord> {
public:
  static constexpr detail::Section kSection = detail::Section::Constraints;
  using View::View;
  std::string_view key() const { return text(record_->key); }
  std::string_view human() const { return text(record_->human); }
  std::string_view expression() const { return text(record_->expression); }
  std::string_view source() const { return text(record_->source); }
  bool is_error() const { return record_->is_error != 0; }
  // Within its image; the same constraint has the same index wherever it stands, so it is compiled once.
  uint32_t index() const {
    return static_cast<uint32_t>(record_ - image_->section<detail::ConstraintRecord>(kSection).data());
  }
};

class Discriminator : public View<detail::DiscriminatorRecord> {
public:
  static constexpr detail::Section kSection = detail::Section::Discriminators;
  using View::View;
  DiscriminatorKind kind() const { return static_cast<DiscriminatorKind>(record_->kind); }
  std::string_view path() const { return text(record_->path); }
};
struct Slicing {
  List<Discriminator> discriminators;
  SlicingRules rules = SlicingRules::Open;
  bool is_ordered = false;
};

struct Member;

class Element : public View<detail::ElementRecord> {
public:
  static constexpr detail::Section kSection = detail::Section::Elements;
  using View::View;
  std::string_view path() const { return text(record_->path); }  // "Observation.component.value[x]"
  std::string_view id() const { return text(record_->id); }      // "Observation.category:VSCat.coding"
  std::string_view name() const { return text(record_->name); }  // "value" for value[x]
  std::string_view slice_name() const { return text(record_->slice_name); }
  std::string_view base_path() const { return text(record_->base_path); }
  uint16_t min() const { return record_->min; }
  uint16_t max() const { return record_->max; }          // kUnbounded for *
  bool is_array() const { return has(detail::kArray); }  // an array in JSON: its base may repeat
  bool is_choice() const { return has(detail::kChoice); }
  bool is_modifier() const { return has(detail::kModifier); }
  bool is_summary() const { return has(detail::kSummary); }
  bool must_support() const { return has(detail::kMustSupport); }
  bool is_slice() const { return has(detail::kSlice); }
  bool is_xml_attribute() const { return has(detail::kXmlAttribute); }
  List<TypeUse> types() const { return {image_, record_->types, true}; }
  List<Element> children() const { return {image_, record_->children}; }  // own ones, slices left out
  List<Element> slices() const { return {image_, record_->slices}; }
  // Where its children are: itself, the target of its contentReference, or the root of its one complex type;
  // nothing for primitives, open choices and Resource.
  Element content() const;
  bool is_content_reference() const { return record_->content != detail::kNone; }
  // A child by its JSON name, seen through content(): "valueQuantity" is {value[x], Quantity}; the bare name
  // of a choice, "value", is {value[x], nothing}. Constant time.
  Member find(std::string_view json_name) const;
  Binding binding() const {
    return {static_cast<BindingStrength>(record_->strength), text(record_->value_set)};
  }
  // Whether the required value set of a `code` element has this code; nullopt where the definitions do not
  // list it.
  std::optional<bool> allows_code(std::string_view code) const;
  List<Constraint> constraints() const { return {image_, record_->constraints}; }
  std::string_view fixed() const { return text(record_->fixed); }      // JSON text, or ""
  std::string_view pattern() const { return text(record_->pattern); }  // JSON text, or ""
  std::string_view minimum() const { return text(record_->minimum); }  // JSON text of minValue[x], or ""
  std::string_view maximum() const { return text(record_->maximum); }
  uint32_t max_length() const { return record_->max_length; }  // 0: none
  std::optional<Slicing> slicing() const;
  Structure structure() const;
  Element parent() const;
  uint32_t index() const {
    return static_cast<uint32_t>(record_ - image_->section<detail::ElementRecord>(kSection).data());
  }

private:
  bool has(uint16_t flag) const { return (record_->flags & flag) != 0; }
};

struct Member {
  Element element;
  TypeUse
      type;  // of the key; nothing for a content reference, a backbone's root or the bare name of a choice
  explicit operator bool() const { return static_cast<bool>(element); }
  Element content() const;  // where the children of the value under this key are
};

class Structure : public View<detail::StructureRecord> {  // a StructureDefinition
public:
  static constexpr detail::Section kSection = detail::Section::Structures;
  using View::View;
  std::string_view name() const { return text(record_->name); }  // "Patient", "observation-bp"
  std::string_view url() const { return text(record_->url); }
  std::string_view type() const { return text(record_->type); }  // "Patient", "Observation"
  std::string_view base_url() const { return text(record_->base_url); }
  Structure base() const;
  StructureKind kind() const { return static_cast<StructureKind>(record_->kind); }
  bool is_abstract() const { return (record_->flags & detail::kAbstract) != 0; }
  bool is_profile() const { return (record_->flags & detail::kProfile) != 0; }  // derivation: constraint
  bool is_a(std::string_view type_name) const;  // itself or an ancestor: Age is a Quantity
  Element root() const;
  List<Element> elements() const { return {image_, record_->elements, true}; }  // snapshot order
  // Where an extension may stand: "element:Patient.contact", "fhirpath:...", "extension:URL".
  Texts contexts() const { return {image_, record_->contexts}; }
  uint32_t index() const {
    return static_cast<uint32_t>(record_ - image_->section<detail::StructureRecord>(kSection).data());
  }
  detail::Range parameters() const { return record_->parameters; }  // for search_definitions.h
};

Structure find_type(std::string_view name);            // "Patient", "Quantity", "dateTime", "Resource"
Structure find_structure(std::string_view canonical);  // types and profiles by URL; |version is ignored
List<Structure> structures();
List<Constraint> constraints();  // by index
Texts resource_types();          // the 146 one can make, sorted
bool is_resource_type(std::string_view name);

}  // namespace xinglin::fhir
