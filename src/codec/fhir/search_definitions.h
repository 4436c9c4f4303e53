// The search parameters, compartments and operations of FHIR R4, from the same image as definitions.h: views
// without heap or start-up work, thread-safe. FHIR R4 5.5 (SearchParameter), 5.7 (CompartmentDefinition), 5.4
// (OperationDefinition).
#pragma once

#include "codec/fhir/definitions.h"

namespace xinglin::fhir {

class SearchParameter;

struct SearchComponent {
  std::string_view definition;  // canonical of a SearchParameter
  std::string_view expression;  // from each match of the composite's own expression
};

class SearchParameter : public View<detail::SearchRecord> {
public:
  static constexpr detail::Section kSection = detail::Section::Parameters;
  using View::View;
  std::string_view url() const { return text(record_->url); }
  std::string_view code() const { return text(record_->code); }
  std::string_view name() const { return text(record_->name); }
  std::string_view expression() const { return text(record_->expression); }
  std::string_view description() const { return text(record_->description); }
  SearchType type() const { return static_cast<SearchType>(record_->type); }
  Texts bases() const { return {image_, record_->bases}; }
  Texts targets() const { return {image_, record_->targets}; }  // resource types
  Texts comparators() const { return {image_, record_->comparators}; }
  Texts modifiers() const { return {image_, record_->modifiers}; }
  Texts chains() const { return {image_, record_->chains}; }
  bool multiple_or() const { return (record_->multiple & 1) != 0; }
  bool multiple_and() const { return (record_->multiple & 2) != 0; }
  size_t component_count() const { return record_->components.count; }
  SearchComponent component(size_t i) const;
};

// Those of the type, DomainResource and Resource, sorted by code.
List<SearchParameter> search_parameters(std::string_view type);
SearchParameter find_search_parameter(std::string_view type, std::string_view code);
SearchParameter find_search_parameter(std::string_view canonical);

class CompartmentMember : public View<detail::CompartmentMemberRecord> {
public:
  static constexpr detail::Section kSection = detail::Section::Members;
  using View::View;
  std::string_view type() const { return text(record_->type); }
  Texts parameters() const { return {image_, record_->parameters}; }  // search codes; "{def}" as written
};

class Compartment : public View<detail::CompartmentRecord> {
public:
  static constexpr detail::Section kSection = detail::Section::Compartments;
  using View::View;
  std::string_view code() const { return text(record_->code); }  // "Patient"
  std::string_view url() const { return text(record_->url); }
  // Types that are in it by at least one parameter, sorted.
  List<CompartmentMember> members() const { return {image_, record_->members, true}; }
  CompartmentMember find(std::string_view type) const;
};
List<Compartment> compartments();
Compartment find_compartment(std::string_view code);

class OperationParameter : public View<detail::OperationParameterRecord> {
public:
  static constexpr detail::Section kSection = detail::Section::OperationParts;
  using View::View;
  std::string_view name() const { return text(record_->name); }
  std::string_view type() const { return text(record_->type); }
  std::string_view search_type() const { return text(record_->search_type); }
  std::string_view max() const { return text(record_->max); }
  uint16_t min() const { return record_->min; }
  bool is_output() const { return record_->is_output != 0; }
  std::string_view value_set() const { return text(record_->value_set); }
  Texts target_profiles() const { return {image_, record_->targets}; }
  List<OperationParameter> parts() const { return {image_, record_->parts, true}; }
};

class Operation : public View<detail::OperationRecord> {
public:
  static constexpr detail::Section kSection = detail::Section::Operations;
  using View::View;
  std::string_view url() const { return text(record_->url); }
  std::string_view code() const { return text(record_->code); }
  std::string_view name() const { return text(record_->name); }
  bool on_system() const { return (record_->flags & detail::kOnSystem) != 0; }
  bool on_type() const { return (record_->flags & detail::kOnType) != 0; }
  bool on_instance() const { return (record_->flags & detail::kOnInstance) != 0; }
  bool affects_state() const { return (record_->flags & detail::kAffectsState) != 0; }
  Texts resources() const { return {image_, record_->resources}; }  // "Resource" means every type
  List<OperationParameter> parameters() const { return {image_, record_->parameters, true}; }
};
List<Operation> operations();

}  // namespace xinglin::fhir
