// WADO-RS frames and bulk data (PS3.18 10.4.1.1.3, 10.4.1.1.5): one frame is read without the others.
#include <charconv>

#include "codec/dicom/dicom_json.h"
#include "codec/pixel/transcode.h"
#include "edge/dicomweb/detail/impl.h"

namespace xinglin::dicomweb {

namespace {

using http::Request;
using http::Response;

constexpr size_t kFramesMax = 4096;  // in one request
constexpr std::string_view kBigEndian = "1.2.840.10008.1.2.2";
constexpr uint64_t kShiftedMax = 64 << 20;  // bytes of a frame that begins inside a byte

Result<std::vector<uint32_t>> parse_frames(std::string_view list) {
  std::vector<uint32_t> out;
  while (true) {
    const size_t cut = std::min(list.find(','), list.size());
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(list.data(), list.data() + cut, number);
    if (error != std::errc() || end != list.data() + cut || number == 0)
      return Error(kBadRequest, "frames are given as numbers from 1, split by commas");
    out.push_back(number);
    if (out.size() > kFramesMax)
      return Error(errors::kTooLarge, "at most " + std::to_string(kFramesMax) + " frames in one request");
    if (cut == list.size()) return out;
    list.remove_prefix(cut + 1);
  }
}

// Bits from `first_bit` on, moved to the front; the rest of the last byte is 0.
std::vector<uint8_t> shifted(std::span<const uint8_t> bytes, unsigned first_bit, uint64_t bits) {
  std::vector<uint8_t> out((bits + 7) / 8);
  for (uint64_t i = 0; i < bits; ++i) {
    const uint64_t from = first_bit + i;
    if (bytes[from / 8] >> (from % 8) & 1) out[i / 8] = static_cast<uint8_t>(out[i / 8] | 1u << (i % 8));
  }
  return out;
}

Bytes share(std::vector<uint8_t> bytes) {
  return std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
}

}  // namespace

Result<Layouts::Layout> Layouts::of(const archive::Retrieval& retrieval,
                                    const archive::InstanceInfo& instance) {
  const std::string& key = instance.blob.key;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->layout;
    }
  }
  XL_TRY(auto reader, retrieval.file(instance));
  XL_TRY(const auto bytes, reader.map());
  XL_TRY(auto made,
         pixel::FileFrames::find(bytes, [&](std::span<const uint8_t> part) { reader.let_go(part); }));
  const auto layout = std::make_shared<const pixel::FileFrames>(std::move(made));
  if (layout->inflated()) return layout;
  const std::lock_guard lock(mutex_);
  if (by_key_.contains(key)) return layout;
  entries_.push_front({key, layout});
  by_key_[key] = entries_.begin();
  weight_ += 16 + layout->fragments();
  while (weight_ > kWeightMax && entries_.size() > 1) {
    weight_ -= 16 + entries_.back().layout->fragments();
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
  return layout;
}

CanSend DicomWeb::Impl::can_send_frames(const pixel::FileFrames& frames) const {
  return [&frames](const TransferSyntaxUid& to) {
    return pixel::can_encode(to) && to.str() != kBigEndian && frames.decodable().ok();
  };
}

Result<Piece> DicomWeb::Impl::frame_piece(const archive::InstanceInfo& instance, uint32_t number,
                                          const TransferSyntaxUid& syntax) const {
  XL_TRY(const auto layout, layouts.of(rooms.retrieval, instance));
  XL_TRY(pixel::FramePlace place, layout->place(number));
  Piece out;
  if (!syntax.empty()) {
    out.make = [this, layout, instance, number, syntax]() -> Result<Made> {
      XL_TRY(auto reader, rooms.retrieval.file(instance));
      XL_TRY(const auto bytes, reader.map());
      XL_TRY(const pixel::Frame frame, layout->decode(bytes, number));
      XL_TRY(auto made, pixel::encode_frame(frame, syntax));
      return Made{.bytes = share(std::move(made))};
    };
    return out;
  }
  if (!layout->inflated() && place.bits == 0) {
    out.open = stored_file(instance).open;
    out.segments = std::move(place.ranges);
    return out;
  }
  const pixel::FileRange segment = place.ranges.front();
  std::vector<uint8_t> bytes;
  if (segment.size > kShiftedMax) return Error(errors::kTooLarge, "the frame is too large to be taken apart");
  if (layout->inflated()) {
    const auto at = layout->inflated()->begin() + static_cast<std::ptrdiff_t>(segment.offset);
    bytes.assign(at, at + static_cast<std::ptrdiff_t>(segment.size));
  } else {
    XL_TRY(const auto reader, rooms.retrieval.file(instance));
    bytes.resize(segment.size);
    XL_TRY(const size_t n, reader.read_at(segment.offset, bytes));
    if (n != bytes.size()) return Error(blob::kDamaged);
  }
  if (place.bits != 0) bytes = shifted(bytes, place.first_bit, place.bits);
  out.bytes = share(std::move(bytes));
  return out;
}

Result<std::vector<Part>> DicomWeb::Impl::frame_parts(const Request& request,
                                                      const archive::InstanceInfo& instance,
                                                      const std::vector<uint32_t>& numbers,
                                                      const Chosen& chosen) const {
  XL_TRY(const auto layout, layouts.of(rooms.retrieval, instance));
  std::string syntax = (chosen.syntax.empty() ? instance.transfer_syntax : chosen.syntax).str();
  const bool little = !layout->encapsulated() && syntax != kBigEndian;
  if (little && chosen.syntax.empty()) syntax = kExplicitLittle;  // the bytes of a frame are the same
  const std::string type = chosen.media_type + "; transfer-syntax=" + syntax;
  const std::string url = url_of(base_url(request), instance);
  std::vector<Part> out;
  for (const uint32_t number : numbers) {
    XL_TRY(Piece piece, frame_piece(instance, number, chosen.syntax));
    if (piece.make && out.empty()) {  // now, so that a frame that cannot be decoded has a status
      XL_TRY(Made made, piece.make());
      piece.bytes = std::move(made.bytes);
      piece.make = {};
    }
    out.push_back({type, url + "/frames/" + std::to_string(number), std::move(piece)});
  }
  return out;
}

Response DicomWeb::Impl::send_frames(const Request& request, const archive::InstanceInfo& instance,
                                     const std::vector<uint32_t>& numbers) const {
  const auto layout = layouts.of(rooms.retrieval, instance);
  if (!layout) return fail(request, layout.error());
  const auto chosen = choose_frames(request, instance.transfer_syntax, (*layout)->encapsulated(),
                                    numbers.size() == 1, can_send_frames(**layout));
  if (!chosen) return fail(request, chosen.error());
  auto parts = frame_parts(request, instance, numbers, *chosen);
  if (!parts) return fail(request, parts.error());
  std::string form = "frames " + chosen->media_type + chosen->syntax.str() + base_url(request);
  for (const uint32_t number : numbers) form += "," + std::to_string(number);
  const std::string digest = digest_of({instance}, form);
  if (chosen->multipart) return respond_multipart(request, std::move(*parts), chosen->media_type, digest);
  const std::string etag = '"' + digest + '"';
  if (matches_etag(request.header("if-none-match"), etag)) return not_modified(etag);
  Response out;
  out.set("Content-Type", parts->front().content_type).set("ETag", etag).set("Vary", "Accept");
  return respond(request, std::move(out), {std::move(parts->front().piece)});
}

Response DicomWeb::Impl::frames(const Request& request, const trust::Access& access) const {
  const auto selection = selection_of(request);
  if (!selection) return fail(request, selection.error());
  const std::string& list = request.path_parameters.at("list");
  const auto numbers = parse_frames(list);
  if (!numbers) return fail(request, numbers.error());
  const auto found = rooms.retrieval.find(access, *selection, "frames " + list.substr(0, 40));
  if (!found) return fail(request, found.error());
  return send_frames(request, found->front(), *numbers);
}

// Pixel data is sent as frames when encapsulated, else as the one value; everything else is read from the
// file.
Response DicomWeb::Impl::bulk_data(const Request& request, const trust::Access& access) const {
  const auto selection = selection_of(request);
  if (!selection) return fail(request, selection.error());
  const std::string& path = request.path_parameters.at("path");
  const auto found = rooms.retrieval.find(access, *selection, "bulk data " + path.substr(0, 80));
  if (!found) return fail(request, found.error());
  const archive::InstanceInfo& instance = found->front();
  Piece piece;
  if (path == "7FE00010" || path == "7FE00008" || path == "7FE00009") {
    const auto layout = layouts.of(rooms.retrieval, instance);
    if (!layout) return fail(request, layout.error());
    if ((*layout)->encapsulated()) {
      std::vector<uint32_t> all((*layout)->frames());
      for (uint32_t i = 0; i < all.size(); ++i) all[i] = i + 1;
      return send_frames(request, instance, all);
    }
    piece.open = stored_file(instance).open;
    piece.segments = {(*layout)->value()};
    if ((*layout)->inflated()) piece = {.bytes = (*layout)->inflated()};
  } else {
    const auto value = [&]() -> Result<Bytes> {
      XL_TRY(auto reader, rooms.retrieval.file(instance));
      XL_TRY(const auto bytes, reader.map());
      dicom::Limits limits;
      limits.depth_max = 32;
      limits.elements_max = limits.items_max = 500'000;
      limits.stop_at_pixel_data = true;
      XL_TRY(const dicom::File file, dicom::parse_file(bytes, limits));
      const dicom::Element* element = dicom::find_bulk(file.data_set, path);
      if (element == nullptr || element->skipped) return Error(kNoBulk);
      return share(element->value);
    }();
    if (!value) return fail(request, value.error());
    piece.bytes = *value;
  }
  const auto chosen = choose_bulk(request);
  if (!chosen) return fail(request, chosen.error());
  const std::string digest = digest_of({instance}, "bulk " + path + (chosen->multipart ? " parts" : ""));
  const std::string type = chosen->media_type + "; transfer-syntax=" + std::string(kExplicitLittle);
  if (chosen->multipart) {
    std::vector<Part> parts;
    parts.push_back({type, url_of(base_url(request), instance) + "/bulkdata/" + path, std::move(piece)});
    return respond_multipart(request, std::move(parts), chosen->media_type, digest);
  }
  const std::string etag = '"' + digest + '"';
  if (matches_etag(request.header("if-none-match"), etag)) return not_modified(etag);
  Response out;
  out.set("Content-Type", type).set("ETag", etag).set("Vary", "Accept");
  return respond(request, std::move(out), {std::move(piece)});
}

}  // namespace xinglin::dicomweb
