// The image of the definitions as bytes: fixed-size records in sections, one pool of strings, one hash table
// of names, and indices instead of pointers, so that it can lie in read-only data as it was written by the
// build. Little-endian; made by definition_compiler.cpp, read by definitions.h only.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace xinglin::fhir::detail {

using Ref = uint32_t;  // a string: offset of its length in the pool; 0 is ""
inline constexpr uint32_t kNone = 0xffffffff;

struct Range {
  uint32_t first = 0, count = 0;
};

enum class Section : uint32_t {
  Strings,         // bytes: u32 length, text
  Index,           // u32: what lists of others point through (children, constraints, strings ...)
  Names,           // NameSlot: open addressing, a power of two
  Structures,      // StructureRecord
  Elements,        // ElementRecord, those of a structure together in snapshot order
  Types,           // TypeRecord
  Constraints,     // ConstraintRecord
  Slicings,        // SlicingRecord
  Discriminators,  // DiscriminatorRecord
  Parameters,      // SearchRecord
  Components,      // ComponentRecord
  Compartments,    // CompartmentRecord
  Members,         // CompartmentMemberRecord
  Operations,      // OperationRecord
  OperationParts,  // OperationParameterRecord
  Count
};

struct Header {
  uint32_t magic, constraint_count;
  uint32_t resource_types, resource_type_count;                     // Index (strings), sorted
  std::array<Range, static_cast<size_t>(Section::Count)> sections;  // byte offset, number of records
};
inline constexpr uint32_t kMagic = 0x31444658;  // "XFD1"

// Whose name it is: an element's child (the element's index), or one of these.
inline constexpr uint32_t kOfType = 0xfffffff0, kOfUrl = 0xfffffff1, kOfParameterUrl = 0xfffffff2,
                          kOfParameters = 0x80000000,  // + structure: its search parameters by code
    kOfCodes = 0x40000000;                             // + Ref of a value set: its codes, and ""
struct NameSlot {
  uint32_t owner = kNone;
  Ref name = 0;
  uint32_t value = 0;
  uint32_t type = kNone;  // of a child: which of the element's types; kNone for the bare name of a choice
};

enum StructureFlag : uint16_t { kAbstract = 1, kProfile = 2 };
struct StructureRecord {
  Ref name, url, type, base_url;
  Range elements, contexts, parameters;  // Elements; Index (strings); Index (Parameters)
  uint16_t kind, flags;
};

enum ElementFlag : uint16_t {
  kChoice = 1,
  kModifier = 2,
  kSummary = 4,
  kMustSupport = 8,
  kArray = 16,
  kSlice = 32,
  kXmlAttribute = 64
};
struct ElementRecord {
  Ref path, id, name, slice_name, base_path, value_set, fixed, pattern, minimum, maximum;
  uint32_t structure, parent, content, slicing;  // kNone where there is none
  Range children, slices, types, constraints;    // types direct, the others through Index
  uint32_t max_length;
  uint16_t min, max, flags, strength;
};

struct TypeRecord {
  Ref code;
  uint32_t structure;       // kNone: look it up by name
  Range profiles, targets;  // Index (strings)
};

struct ConstraintRecord {
  Ref key, human, expression, source;
  uint32_t is_error;
};
struct SlicingRecord {
  Range discriminators;
  uint16_t rules, is_ordered;
};
struct DiscriminatorRecord {
  uint32_t kind;
  Ref path;
};

struct SearchRecord {
  Ref url, code, name, expression, description;
  Range bases, targets, comparators, modifiers, chains, components;
  uint16_t type, multiple;  // multiple: 1 or, 2 and
};
struct ComponentRecord {
  Ref definition, expression;
};
struct CompartmentRecord {
  Ref code, url;
  Range members;
};
struct CompartmentMemberRecord {
  Ref type;
  Range parameters;
};
enum OperationFlag : uint32_t { kOnSystem = 1, kOnType = 2, kOnInstance = 4, kAffectsState = 8 };
struct OperationRecord {
  Ref url, code, name;
  Range resources, parameters;
  uint32_t flags;
};
struct OperationParameterRecord {
  Ref name, type, search_type, max, value_set;
  Range parts, targets;
  uint16_t min, is_output;
};

// FNV-1a of the name, spread by its owner.
inline uint32_t name_hash(uint32_t owner, std::string_view name) {
  uint32_t hash = 2166136261U ^ (owner * 0x9E3779B1U);
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash ^ (hash >> 15);
}

// Wants 4-byte aligned bytes.
class Image {
public:
  constexpr explicit Image(const char* bytes) : bytes_(bytes) {}

  const Header& header() const { return *reinterpret_cast<const Header*>(bytes_); }
  template <class Record>
  std::span<const Record> section(Section which) const {
    const Range& range = header().sections[static_cast<size_t>(which)];
    return {reinterpret_cast<const Record*>(bytes_ + range.first), range.count};
  }
  std::string_view text(Ref ref) const {
    const char* at = bytes_ + header().sections[0].first + ref;
    uint32_t length = 0;
    std::memcpy(&length, at, sizeof length);
    return {at + sizeof length, length};
  }
  uint32_t index(uint32_t position) const { return section<uint32_t>(Section::Index)[position]; }
  const NameSlot* find(uint32_t owner, std::string_view name) const {
    const std::span<const NameSlot> slots = section<NameSlot>(Section::Names);
    for (size_t i = name_hash(owner, name);; ++i) {
      const NameSlot& slot = slots[i & (slots.size() - 1)];
      if (slot.owner == kNone) return nullptr;
      if (slot.owner == owner && text(slot.name) == name) return &slot;
    }
  }

private:
  const char* bytes_;
};

const Image& built_in();

}  // namespace xinglin::fhir::detail
