// Puts an image of definitions together: strings once each, records in order, names last. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codec/fhir/detail/definition_records.h"

namespace xinglin::fhir::detail {

class ImageWriter {
public:
  ImageWriter() { text(""); }

  Ref text(std::string_view text);
  // Texts as a range of the Index section.
  Range texts(const std::vector<std::string_view>& texts);
  Range indices(const std::vector<uint32_t>& values);
  void name(uint32_t owner, Ref name, uint32_t value, uint32_t type = kNone);
  // Valid until the next text().
  std::string_view text_at(Ref ref) const;
  uint32_t index_at(uint32_t position) const { return index_[position]; }
  std::string finish();

  std::vector<StructureRecord> structures;
  std::vector<ElementRecord> elements;
  std::vector<TypeRecord> types;
  std::vector<ConstraintRecord> constraints;
  std::vector<SlicingRecord> slicings;
  std::vector<DiscriminatorRecord> discriminators;
  std::vector<SearchRecord> parameters;
  std::vector<ComponentRecord> components;
  std::vector<CompartmentRecord> compartments;
  std::vector<CompartmentMemberRecord> members;
  std::vector<OperationRecord> operations;
  std::vector<OperationParameterRecord> operation_parts;
  Range resource_types;

private:
  std::vector<NameSlot> hashed_names() const;

  std::string strings_;
  std::unordered_map<std::string, Ref> known_strings_;
  std::vector<uint32_t> index_;
  std::unordered_map<std::string, Range> known_ranges_;  // by their bytes
  std::vector<NameSlot> names_;
};

}  // namespace xinglin::fhir::detail
