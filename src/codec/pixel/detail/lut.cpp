#include "codec/pixel/detail/lut.h"

#include <algorithm>
#include <span>
#include <string>

namespace xinglin::pixel {

uint16_t Lut::at(int64_t input) const {
  return values[static_cast<size_t>(std::clamp<int64_t>(input - first, 0, std::ssize(values) - 1))];
}

namespace detail {

namespace {

constexpr size_t kEntriesMax = 65536;
constexpr size_t kIndirectDepth = 1;  // an indirect segment names no other indirect segment (C.7.9.2.2.3)

struct Descriptor {
  size_t entries;
  int64_t first;
  uint32_t bits;
};

Error wrong(dicom::Tag tag, const char* what) {
  return {kBadDisplay, "the lookup table " + tag.str() + " " + what};
}

// Writers give US or SS as they like: the 16 bits count, and the sign of the input.
Result<Descriptor> read_descriptor(const dicom::DataSet& data_set, dicom::Tag tag, bool signed_input) {
  const auto entries = data_set.integer(tag, 0), first = data_set.integer(tag, 1),
             bits = data_set.integer(tag, 2);
  if (!entries || !first || !bits) return wrong(tag, "has no descriptor");
  const auto count = static_cast<uint16_t>(*entries), start = static_cast<uint16_t>(*first);
  if (*bits < 8 || *bits > 16) return wrong(tag, "has entries of a wrong size");
  return Descriptor{count == 0 ? kEntriesMax : count,
                    signed_input ? static_cast<int16_t>(start) : int64_t{start},
                    static_cast<uint32_t>(*bits)};
}

std::vector<uint16_t> words_of(std::span<const uint8_t> bytes, bool wide) {
  std::vector<uint16_t> out(wide ? bytes.size() / 2 : bytes.size());
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = wide ? static_cast<uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8) : bytes[i];
  return out;
}

// Discrete (0), linear (1) and indirect (2) segments to plain entries.
class Segments {
public:
  explicit Segments(std::span<const uint16_t> words) : words_(words) {}

  bool expand(std::vector<uint16_t>& out) {
    size_t at = 0;
    while (at < words_.size())
      if (!one(at, out, 0)) return false;
    return true;
  }

private:
  bool one(size_t& at, std::vector<uint16_t>& out, size_t depth) {
    if (words_.size() - at < 2) return false;
    const uint16_t code = words_[at], length = words_[at + 1];
    at += 2;
    if (code == 2) return depth < kIndirectDepth && indirect(at, length, out);
    if (code > 2 || length == 0 || out.size() + length > kEntriesMax) return false;
    if (code == 0) {
      if (words_.size() - at < length) return false;
      out.insert(out.end(), words_.begin() + static_cast<std::ptrdiff_t>(at),
                 words_.begin() + static_cast<std::ptrdiff_t>(at + length));
      at += length;
      return true;
    }
    if (at >= words_.size() || out.empty()) return false;
    const int from = out.back(), to = words_[at++];
    for (int i = 1; i <= length; ++i) out.push_back(static_cast<uint16_t>(from + (to - from) * i / length));
    return true;
  }

  // `count` segments that start at a byte offset, low word first.
  bool indirect(size_t& at, size_t count, std::vector<uint16_t>& out) {
    if (words_.size() - at < 2) return false;
    size_t target = (words_[at] | size_t{words_[at + 1]} << 16) / 2;
    at += 2;
    for (size_t i = 0; i < count; ++i)
      if (target >= words_.size() || !one(target, out, 1)) return false;
    return true;
  }

  std::span<const uint16_t> words_;
};

Result<std::vector<uint16_t>> read_entries(const dicom::DataSet& data_set, const LutTags& tags,
                                           const Descriptor& form) {
  const auto* data = data_set.find(tags.data);
  if (data != nullptr && data->skipped) return wrong(tags.data, "was not read: it is too long");
  if (data != nullptr && !data->value.empty()) {
    // Entries of 8 bits stand in bytes, or in words of their own.
    const bool wide = form.bits > 8 || data->value.size() >= form.entries * 2;
    return words_of(data->value, wide);
  }
  const auto* segmented = tags.segmented.group != 0 ? data_set.find(tags.segmented) : nullptr;
  if (segmented == nullptr) return wrong(tags.data, "is missing");
  std::vector<uint16_t> out;
  if (!Segments(words_of(segmented->value, form.bits > 8)).expand(out))
    return wrong(tags.segmented, "is damaged");
  return out;
}

}  // namespace

Result<Lut> read_lut(const dicom::DataSet& data_set, const LutTags& tags, bool signed_input) {
  XL_TRY(const Descriptor form, read_descriptor(data_set, tags.descriptor, signed_input));
  Lut out;
  out.first = form.first;
  out.bits = form.bits;
  XL_TRY(out.values, read_entries(data_set, tags, form));
  if (out.values.size() < form.entries) return wrong(tags.descriptor, "has fewer entries than it says");
  out.values.resize(form.entries);
  return out;
}

}  // namespace detail
}  // namespace xinglin::pixel
