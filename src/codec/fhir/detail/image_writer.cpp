#include "codec/fhir/detail/image_writer.h"

#include <algorithm>
#include <bit>

namespace xinglin::fhir::detail {
namespace {

template <class Record>
void put(std::string& out, Header& header, Section section, const std::vector<Record>& records) {
  static_assert(std::is_trivially_copyable_v<Record> && alignof(Record) <= 4);
  header.sections[static_cast<size_t>(section)] = {static_cast<uint32_t>(out.size()),
                                                   static_cast<uint32_t>(records.size())};
  out.append(reinterpret_cast<const char*>(records.data()), records.size() * sizeof(Record));
}

}  // namespace

Ref ImageWriter::text(std::string_view text) {
  const auto known = known_strings_.find(std::string(text));
  if (known != known_strings_.end()) return known->second;
  const auto ref = static_cast<Ref>(strings_.size());
  const auto length = static_cast<uint32_t>(text.size());
  strings_.append(reinterpret_cast<const char*>(&length), sizeof length).append(text);
  known_strings_.emplace(text, ref);
  return ref;
}

std::string_view ImageWriter::text_at(Ref ref) const {
  uint32_t length = 0;
  std::memcpy(&length, strings_.data() + ref, sizeof length);
  return std::string_view(strings_).substr(ref + sizeof length, length);
}

Range ImageWriter::indices(const std::vector<uint32_t>& values) {
  if (values.empty()) return {};
  std::string bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(uint32_t));
  const auto known = known_ranges_.find(bytes);
  if (known != known_ranges_.end()) return known->second;
  const Range range{static_cast<uint32_t>(index_.size()), static_cast<uint32_t>(values.size())};
  index_.insert(index_.end(), values.begin(), values.end());
  known_ranges_.emplace(std::move(bytes), range);
  return range;
}

Range ImageWriter::texts(const std::vector<std::string_view>& texts) {
  std::vector<uint32_t> refs;
  for (const std::string_view text : texts) refs.push_back(this->text(text));
  return indices(refs);
}

void ImageWriter::name(uint32_t owner, Ref name, uint32_t value, uint32_t type) {
  names_.push_back({owner, name, value, type});
}

// The first of two equal names stays.
std::vector<NameSlot> ImageWriter::hashed_names() const {
  std::vector<NameSlot> slots(std::bit_ceil(std::max<size_t>(names_.size() * 2, 2)));
  for (const NameSlot& name : names_) {
    for (size_t i = name_hash(name.owner, text_at(name.name));; ++i) {
      NameSlot& slot = slots[i & (slots.size() - 1)];
      if (slot.owner == name.owner && slot.name == name.name) break;
      if (slot.owner != kNone) continue;
      slot = name;
      break;
    }
  }
  return slots;
}

std::string ImageWriter::finish() {
  Header header{};
  header.magic = kMagic;
  header.constraint_count = static_cast<uint32_t>(constraints.size());
  header.resource_types = resource_types.first;
  header.resource_type_count = resource_types.count;
  std::string out(sizeof header, '\0');
  put(out, header, Section::Index, index_);
  put(out, header, Section::Names, hashed_names());
  put(out, header, Section::Structures, structures);
  put(out, header, Section::Elements, elements);
  put(out, header, Section::Types, types);
  put(out, header, Section::Constraints, constraints);
  put(out, header, Section::Slicings, slicings);
  put(out, header, Section::Discriminators, discriminators);
  put(out, header, Section::Parameters, parameters);
  put(out, header, Section::Components, components);
  put(out, header, Section::Compartments, compartments);
  put(out, header, Section::Members, members);
  put(out, header, Section::Operations, operations);
  put(out, header, Section::OperationParts, operation_parts);
  header.sections[0] = {static_cast<uint32_t>(out.size()), static_cast<uint32_t>(strings_.size())};
  out.append(strings_);
  std::memcpy(out.data(), &header, sizeof header);
  return out;
}

}  // namespace xinglin::fhir::detail
