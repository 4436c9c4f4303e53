#include "edge/dimse/detail/outgoing.h"

#include <algorithm>
#include <array>

#include "codec/pixel/transcode.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

constexpr uint64_t kMadeBytesMax = uint64_t{512} << 20;  // stored, and decoded: such an object is in memory

// Behind the meta information, whose length its first element tells (PS3.10 7.1).
template <class Read>
Result<uint64_t> data_set_offset(const Read& read) {
  constexpr std::array<uint8_t, 12> kMark{'D', 'I', 'C', 'M', 2, 0, 0, 0, 'U', 'L', 4, 0};
  std::array<uint8_t, 16> start;
  XL_CHECK(read(128, std::span<uint8_t>(start)));
  if (!std::equal(kMark.begin(), kMark.end(), start.begin())) return Error(errors::kCorrupt);
  const auto at = [&](size_t i) { return static_cast<uint64_t>(start[kMark.size() + i]); };
  return 128 + start.size() + (at(0) | at(1) << 8 | at(2) << 16 | at(3) << 24);
}

}  // namespace

std::span<const TransferSyntaxUid> spare_syntaxes(const TransferSyntaxUid& syntax) {
  static const std::array<TransferSyntaxUid, 2> kSpare{TransferSyntaxUid("1.2.840.10008.1.2.1"),
                                                       TransferSyntaxUid("1.2.840.10008.1.2")};
  return pixel::syntax_of(syntax).ok() ? std::span<const TransferSyntaxUid>(kSpare)
                                       : std::span<const TransferSyntaxUid>();
}

Result<Outgoing> Outgoing::make(Result<archive::OutgoingFile> file, const TransferSyntaxUid& from,
                                const TransferSyntaxUid& to) {
  if (!file.ok()) return file.error();
  std::vector<uint8_t> made;
  if (from != to) {
    if (file->size_bytes() > kMadeBytesMax)
      return Error(kNoContext, "too large to be made in another syntax");
    XL_TRY(const auto whole, file->whole());
    pixel::Limits limits;
    limits.object_bytes_max = kMadeBytesMax;
    XL_TRY(made, pixel::transcode_file(whole, to, limits));
  }
  Outgoing out(from == to ? std::optional(std::move(*file)) : std::nullopt, std::move(made), 0);
  XL_TRY(out.offset_,
         data_set_offset([&](uint64_t at, std::span<uint8_t> space) { return out.read_at(at, space); }));
  if (out.offset_ >= (out.file_ ? out.file_->size_bytes() : out.bytes_.size()))
    return Error(errors::kCorrupt);
  return out;
}

uint64_t Outgoing::size_bytes() const {
  return (file_ ? file_->size_bytes() : bytes_.size()) - offset_;
}

Result<void> Outgoing::read_at(uint64_t offset, std::span<uint8_t> space) const {
  if (file_) return file_->read_at(offset_ + offset, space);
  if (offset_ + offset + space.size() > bytes_.size()) return Error(errors::kCorrupt);
  std::copy_n(bytes_.begin() + static_cast<ptrdiff_t>(offset_ + offset), space.size(), space.begin());
  return {};
}

}  // namespace xinglin::dimse
