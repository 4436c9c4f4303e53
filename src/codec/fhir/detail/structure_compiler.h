// StructureDefinition -> records: the snapshot becomes a tree by element ids, slices beside what they slice.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "codec/fhir/detail/image_writer.h"

namespace xinglin::fhir::detail {

class StructureCompiler {
public:
  explicit StructureCompiler(ImageWriter& writer) : writer_(writer) {}
  Result<void> add(const json::object& definition);
  // After the last one: types of elements find their structures.
  void link();

private:
  struct Node;
  void element(const json::object& definition, uint32_t structure, Node& node);
  Range types(const json::object& definition);
  Range constraints(const json::object& definition);
  uint32_t slicing(const json::object& definition);
  void tree(std::vector<Node>& nodes, uint32_t first);
  void child_names(uint32_t parent, uint32_t child);

  ImageWriter& writer_;
  std::unordered_map<std::string, uint32_t> constraint_index_;
  std::unordered_map<std::string, uint32_t> type_structures_;
};

}  // namespace xinglin::fhir::detail
