#include "edge/dicomweb/detail/body.h"

#include <algorithm>
#include <charconv>

#include "edge/dicomweb/errors.h"

namespace xinglin::dicomweb {

namespace {

constexpr uint64_t kAtOnceBytes = 1 << 20;

uint64_t size_of(const Piece& piece) {
  uint64_t out = piece.text.size() + (piece.bytes ? piece.bytes->size() : 0);
  for (const pixel::FileRange& segment : piece.segments) out += segment.size;
  return out;
}

// Reads the pieces one after the other.
class Composer {
public:
  explicit Composer(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

  Result<size_t> read(std::span<uint8_t> space) {
    size_t done = 0;
    while (done < space.size() && piece_ < pieces_.size()) {
      XL_TRY(const size_t n, some(space.subspan(done)));
      if (n == 0) next();
      done += n;
    }
    return done;
  }

private:
  // 0: this piece is at its end.
  Result<size_t> some(std::span<uint8_t> space) {
    Piece& piece = pieces_[piece_];
    if (at_ < piece.text.size()) return copy(as_bytes(piece.text), at_, space);
    if (piece.bytes) return copy(*piece.bytes, at_ - piece.text.size(), space);
    if (piece.make) return from_made(piece, space);
    while (segment_ < piece.segments.size() && in_segment_ == piece.segments[segment_].size) {
      ++segment_;
      in_segment_ = 0;
    }
    if (segment_ == piece.segments.size()) return size_t{0};
    return from_file(piece, space);
  }

  Result<size_t> from_made(const Piece& piece, std::span<uint8_t> space) {
    if (!made_) {
      XL_TRY(made_, piece.make());
    }
    const size_t at = at_ - piece.text.size();
    if (at < made_->text.size()) return copy(as_bytes(made_->text), at, space);
    return copy(*made_->bytes, at - made_->text.size(), space);
  }

  Result<size_t> from_file(const Piece& piece, std::span<uint8_t> space) {
    if (!file_) {
      XL_TRY(file_, piece.open());
    }
    const pixel::FileRange& segment = piece.segments[segment_];
    space = space.first(static_cast<size_t>(std::min<uint64_t>(space.size(), segment.size - in_segment_)));
    XL_TRY(const size_t n, file_->read_at(segment.offset + in_segment_, space));
    if (n == 0) return Error(blob::kDamaged, "the blob is shorter than its index says");
    in_segment_ += n;
    at_ += n;
    if (!piece.digest) return n;
    hash_.update(space.first(n));
    const bool last = segment_ + 1 == piece.segments.size() && in_segment_ == segment.size;
    if (last && hash_.finish() != *piece.digest) return Error(blob::kDamaged);
    return n;
  }

  size_t copy(std::span<const uint8_t> from, size_t at, std::span<uint8_t> space) {
    const size_t n = std::min(space.size(), from.size() - at);
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(at), n, space.begin());
    at_ += n;
    return n;
  }

  void next() {
    pieces_[piece_++] = Piece();
    at_ = in_segment_ = 0;
    segment_ = 0;
    file_.reset();
    made_.reset();
    hash_ = Sha256();
  }

  std::vector<Piece> pieces_;
  size_t piece_ = 0, at_ = 0, segment_ = 0;
  uint64_t in_segment_ = 0;
  File file_;
  std::optional<Made> made_;
  Sha256 hash_;
};

std::optional<uint64_t> number(std::string_view text) {
  uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

}  // namespace

std::vector<Piece> multipart(std::vector<Part> parts, const std::string& boundary) {
  std::vector<Piece> out;
  for (Part& part : parts) {
    std::string head = (out.empty() ? "--" : "\r\n--") + boundary + "\r\n";
    if (!part.location.empty()) head += "Content-Location: " + part.location + "\r\n";
    if (!part.content_type.empty()) head += "Content-Type: " + part.content_type + "\r\n\r\n";
    part.piece.text = std::move(head);
    out.push_back(std::move(part.piece));
  }
  out.push_back({.text = "\r\n--" + boundary + "--\r\n"});
  return out;
}

Result<void> put_body(http::Response& response, std::vector<Piece> pieces) {
  uint64_t size = 0;
  bool known = true;
  for (const Piece& piece : pieces) {
    size += size_of(piece);
    known = known && !piece.make;
  }
  auto composer = std::make_shared<Composer>(std::move(pieces));
  if (known && size <= kAtOnceBytes) {
    response.body.resize(static_cast<size_t>(size));
    const std::span space(reinterpret_cast<uint8_t*>(response.body.data()), response.body.size());
    XL_TRY(const size_t n, composer->read(space));
    return n == size ? Result<void>() : Error(blob::kDamaged);
  }
  if (known) response.source.size_bytes = size;
  response.source.read = [composer](std::span<uint8_t> space) { return composer->read(space); };
  return {};
}

Result<std::optional<pixel::FileRange>> parse_range(std::string_view header, uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  using None = std::optional<pixel::FileRange>;
  if (!header.starts_with(kUnit) || header.find(',') != std::string_view::npos) return None();
  header.remove_prefix(kUnit.size());
  const size_t dash = header.find('-');
  if (dash == std::string_view::npos) return None();
  const auto first = number(header.substr(0, dash)), last = number(header.substr(dash + 1));
  if (dash == 0) {  // the last so many
    if (!last) return None();
    if (*last == 0 || size == 0) return Error(kBadRange);
    const uint64_t n = std::min(*last, size);
    return None({size - n, n});
  }
  const bool open_end = dash + 1 == header.size();
  if (!first || (!last && !open_end) || (last && *last < *first)) return None();
  if (*first >= size) return Error(kBadRange);
  const uint64_t end = open_end ? size - 1 : std::min(*last, size - 1);
  return None({*first, end - *first + 1});
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const size_t cut = std::min(if_none_match.find(','), if_none_match.size());
    std::string_view one = if_none_match.substr(0, cut);
    if_none_match.remove_prefix(std::min(cut + 1, if_none_match.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || one == etag) return true;
  }
  return false;
}

}  // namespace xinglin::dicomweb
