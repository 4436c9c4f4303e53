// The values of the terminology room: codings, and the answers of its operations. Plain values; FHIR R4 4.8
// to 4.10.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace xinglin::terminology {

inline constexpr size_t kMaxSearchCodes = 50'000;
inline constexpr size_t kMaxExpansion = 100'000;  // codes of one value set, before paging

enum class Kind : uint8_t { CodeSystem, ValueSet, ConceptMap };

struct Coding {
  std::string system, version, code, display;
};

// CannotTell: the system or value set is not here, or only a part of it.
enum class Membership : uint8_t { In, NotIn, CannotTell };
enum class Subsumption : uint8_t { Equivalent, Subsumes, SubsumedBy, NotSubsumed };

struct Designation {
  std::string language, use_system, use_code, use_display, value;
};

struct ConceptProperty {
  std::string code, type;  // "code", "string", "boolean", "integer", "decimal", "dateTime", "Coding"
  std::string value;       // its text; of a Coding "system|code"
};

struct Lookup {
  std::string system_name, version, code, display, definition;
  bool is_abstract = false, is_inactive = false;
  std::vector<Designation> designations;
  std::vector<ConceptProperty> properties;  // with parent and child
};

struct Validation {
  bool result = false;
  std::string message, display;  // the display that is right
};

struct ExpandOptions {
  std::string filter;  // part of the code or a display, in any case
  int64_t offset = 0, count = -1;
  bool include_designations = false, active_only = false, exclude_nested = false, include_definition = false;
  std::string display_language;
  std::vector<std::string> exclude_systems;
};

struct Expanded {
  Coding coding;
  bool is_abstract = false, is_inactive = false;
  std::vector<Designation> designations;
  std::vector<Expanded> contains;  // children within the value set, unless exclude_nested
};

struct Expansion {
  std::string url, version, name, title, status;  // of the value set
  int64_t total = 0, offset = 0;
  std::vector<Expanded> contains;
  std::vector<std::string> used_systems;  // "url|version"
  std::vector<std::string> warnings;      // drafts, deprecated systems
};

struct TranslateRequest {
  Coding coding;
  std::string map_url, source_value_set, target_value_set, target_system;
  bool reverse = false;
};

struct Translation {
  std::string equivalence;
  Coding target;
  std::string comment, map_url;
};

}  // namespace xinglin::terminology
