// A pack: code systems, value sets and concept maps as bytes: fixed-size records in sections, one pool of
// strings, indices instead of pointers. The pack of the R4 package is written by the build and lies in
// read-only data; one of a resource from the record or of a loaded code system is made in memory by the same
// writer (pack_writer.h) and has one member. Little-endian. Views into a pack live as long as its bytes.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/terminology/types.h"

namespace xinglin::terminology::detail {

using Ref = uint32_t;  // a string: offset of its length in the pool; 0 is ""
inline constexpr uint32_t kNone = 0xffffffff;

struct Range {
  uint32_t first = 0, count = 0;
};

enum class Section : uint32_t {
  Strings,  // u32 length, text
  Index,    // u32: sorted orders, lists of strings and of concepts
  Names,    // NameRecord, sorted by kind and url
  Ids,      // NameRecord, sorted by kind and id
  Systems,
  Concepts,  // those of a system together, a parent before its children, children together
  Designations,
  Properties,
  Sets,
  Includes,
  Listed,  // concepts that an include names
  Filters,
  Maps,
  Groups,
  Elements,
  Targets,
  Count
};

struct Header {
  uint32_t magic;
  std::array<Range, static_cast<size_t>(Section::Count)> sections;  // byte offset, number of records
};
inline constexpr uint32_t kMagic = 0x31505458;  // "XTP1"

struct NameRecord {
  Ref name;
  uint32_t kind, index;
};

enum class Content : uint32_t { NotPresent, Example, Fragment, Complete, Supplement };
enum SystemFlag : uint32_t { kIgnoresCase = 1, kManyParents = 2 };
struct SystemRecord {
  Ref url, version, id, name, title, status, value_set;
  Content content;
  uint32_t flags;
  Range concepts;
  uint32_t by_code;   // Index: count places, sorted by code
  uint32_t by_lower;  // the same, sorted by the code in lower case; kNone when case matters
};

enum ConceptFlag : uint32_t { kNotSelectable = 1, kInactive = 2, kDeprecated = 4 };
struct ConceptRecord {
  Ref code, display, definition;
  uint32_t parent, end;  // places within the system: the parent or kNone; behind the last one below it
  Range more_parents;    // Index: places within the system
  Range designations, properties;
  uint32_t flags;
};
struct DesignationRecord {
  Ref language, use_system, use_code, use_display, value;
};
struct PropertyRecord {
  Ref code, type, value;
};

enum SetFlag : uint32_t { kWithoutInactive = 1, kWithInactive = 2 };
struct SetRecord {
  Ref url, version, id, name, title, status;
  uint32_t flags;
  Range includes;
};
struct IncludeRecord {
  Ref system, version;
  Range value_sets, listed, filters;  // value_sets: Index of strings
  uint32_t by_code;                   // Index: the listed ones sorted by code
  uint32_t excludes;
};
struct ListedRecord {
  Ref code, display;
  Range designations;
};
enum class FilterOp : uint32_t {
  Equal,
  IsA,
  DescendentOf,
  IsNotA,
  Regex,
  In,
  NotIn,
  Generalizes,
  Exists,
  Unknown
};
struct FilterRecord {
  Ref property, value;
  FilterOp op;
};

struct MapRecord {
  Ref url, version, id, source, target;
  Range groups;
};
enum class Unmapped : uint32_t { None, Provided, Fixed, OtherMap };
struct GroupRecord {
  Ref source, target;
  Unmapped unmapped;
  Ref unmapped_code, unmapped_display, unmapped_url;
  Range elements;
};
struct ElementRecord {
  Ref code, display;
  Range targets;
};
struct TargetRecord {
  Ref code, display, comment, equivalence;
};

class Pack {
public:
  // The bytes must stay where they are; 8-byte aligned. An empty pack when they are none.
  explicit Pack(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  explicit Pack(std::vector<uint64_t> owned) : owned_(std::move(owned)) {
    bytes_ = {reinterpret_cast<const uint8_t*>(owned_.data()), owned_.size() * sizeof(uint64_t)};
  }
  Pack(const Pack&) = delete;

  template <class Record>
  std::span<const Record> all(Section section) const {
    const Range range = header().sections[static_cast<size_t>(section)];
    return {reinterpret_cast<const Record*>(bytes_.data() + range.first), range.count};
  }
  template <class Record>
  std::span<const Record> some(Section section, Range range) const {
    return all<Record>(section).subspan(range.first, range.count);
  }
  std::string_view text(Ref ref) const {
    const uint8_t* at = bytes_.data() + header().sections[0].first + ref;
    uint32_t length = 0;
    std::memcpy(&length, at, sizeof length);
    return {reinterpret_cast<const char*>(at + sizeof length), length};
  }
  std::span<const uint32_t> index(uint32_t first, uint32_t count) const {
    return some<uint32_t>(Section::Index, {first, count});
  }
  // The record of this canonical URL or id; kNone when there is none.
  uint32_t find(Kind kind, std::string_view url) const { return search(Section::Names, kind, url); }
  uint32_t find_id(Kind kind, std::string_view id) const { return search(Section::Ids, kind, id); }
  size_t size_bytes() const { return bytes_.size(); }

private:
  const Header& header() const { return *reinterpret_cast<const Header*>(bytes_.data()); }
  uint32_t search(Section section, Kind kind, std::string_view name) const;

  std::vector<uint64_t> owned_;
  std::span<const uint8_t> bytes_;
};

// The pack of the R4 package (terminology_image.S).
const Pack& built_in_pack();

}  // namespace xinglin::terminology::detail
