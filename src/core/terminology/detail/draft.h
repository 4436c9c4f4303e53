// What a pack is written from: the parts of a CodeSystem, ValueSet or ConceptMap that answers need, as
// values. Read from FHIR JSON (read_resource.h) or from the rows of a loaded code system.
#pragma once

#include <string>
#include <vector>

#include "core/terminology/detail/pack.h"

namespace xinglin::terminology::detail {

struct ConceptDraft {
  std::string code, display, definition;
  uint32_t parent = kNone;            // place in the draft, before its children
  std::vector<std::string> parents;   // by code: stated as properties
  std::vector<std::string> children;  // by code
  std::vector<Designation> designations;
  std::vector<ConceptProperty> properties;
  uint32_t flags = 0;
};

struct SystemDraft {
  std::string url, version, id, name, title, status, value_set;
  Content content = Content::Complete;
  bool ignores_case = false;
  std::vector<ConceptDraft> concepts;
};

struct ListedDraft {
  std::string code, display;
  std::vector<Designation> designations;
};
struct FilterDraft {
  std::string property, value;
  FilterOp op = FilterOp::Unknown;
};
struct IncludeDraft {
  std::string system, version;
  std::vector<std::string> value_sets;
  std::vector<ListedDraft> listed;
  std::vector<FilterDraft> filters;
  bool excludes = false;
};
struct SetDraft {
  std::string url, version, id, name, title, status;
  uint32_t flags = 0;
  std::vector<IncludeDraft> includes;
};

struct TargetDraft {
  std::string code, display, comment, equivalence;
};
struct ElementDraft {
  std::string code, display;
  std::vector<TargetDraft> targets;
};
struct GroupDraft {
  std::string source, target;
  Unmapped unmapped = Unmapped::None;
  std::string unmapped_code, unmapped_display, unmapped_url;
  std::vector<ElementDraft> elements;
};
struct MapDraft {
  std::string url, version, id, source, target;
  std::vector<GroupDraft> groups;
};

}  // namespace xinglin::terminology::detail
