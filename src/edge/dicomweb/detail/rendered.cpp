// Rendered resources and thumbnails (PS3.18 10.4.1.1.3, 10.4.1.1.4): frames as pictures for people and pages
// that have no viewer.
#include <algorithm>
#include <charconv>

#include "edge/dicomweb/detail/impl.h"
#include "edge/dicomweb/detail/picture.h"

namespace xinglin::dicomweb {

namespace {

using http::Request;
using http::Response;

constexpr size_t kTableBytes = 512 << 10;  // the longest lookup table is half of it
constexpr size_t kTriesMax = 4;            // instances looked at for the thumbnail of a study

Result<uint32_t> frame_of(const Request& request) {
  const auto found = request.path_parameters.find("list");
  if (found == request.path_parameters.end()) return 1u;
  const std::string& text = found->second;
  uint32_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || out == 0)
    return Error(kBadRequest, "a picture is made of one frame, given as a number from 1");
  return out;
}

// From the middle outwards: there most of the body is seen.
std::vector<archive::InstanceInfo> from_the_middle(std::vector<archive::InstanceInfo> all) {
  std::vector<archive::InstanceInfo> out;
  const size_t middle = all.size() / 2;
  for (size_t step = 0; step <= all.size() && out.size() < kTriesMax; ++step) {
    if (middle + step < all.size()) out.push_back(all[middle + step]);
    if (step > 0 && step <= middle && out.size() < kTriesMax) out.push_back(all[middle - step]);
  }
  return out;
}

}  // namespace

Result<Bytes> DicomWeb::Impl::picture_of(const archive::InstanceInfo& instance,
                                         const PictureRequest& asked) const {
  XL_TRY(const auto frames, layouts.of(rooms.retrieval, instance));
  XL_TRY(const pixel::Layout layout, frames->decodable());
  XL_TRY(auto reader, rooms.retrieval.file(instance));
  XL_TRY(const auto file, reader.map());
  dicom::Limits limits;
  limits.depth_max = 32;
  limits.value_bytes_kept = kTableBytes;
  limits.stop_at_pixel_data = true;
  XL_TRY(const dicom::File header, dicom::parse_file(file, limits));
  XL_TRY(pixel::Frame frame, frames->decode(file, asked.frame));
  XL_TRY(const pixel::Display display, pixel::read_display(header.data_set, layout, asked.frame - 1));
  XL_TRY(auto made, make_picture(std::move(frame), display, asked));
  return Bytes(std::make_shared<const std::vector<uint8_t>>(std::move(made)));
}

Response DicomWeb::Impl::send_picture(const Request& request, const archive::InstanceInfo& instance,
                                      const PictureRequest& asked) const {
  const std::string type(media_type_of(asked.form));
  const std::string form = "picture " + std::to_string(asked.frame) + type + request.path + request.raw_query;
  const std::string etag = '"' + digest_of({instance}, form) + '"';
  if (matches_etag(request.header("if-none-match"), etag)) return not_modified(etag);
  auto picture = picture_of(instance, asked);
  if (!picture) return fail(request, picture.error());
  Response out;
  out.set("Content-Type", type).set("ETag", etag).set("Vary", "Accept");
  return respond(request, std::move(out), {{.bytes = std::move(*picture)}});
}

Response DicomWeb::Impl::rendered(const Request& request, const trust::Access& access) const {
  const auto selection = selection_of(request);
  if (!selection) return fail(request, selection.error());
  auto asked = parse_picture(request);
  if (!asked) return fail(request, asked.error());
  const auto frame = frame_of(request);
  if (!frame) return fail(request, frame.error());
  asked->frame = *frame;
  const auto found = rooms.retrieval.find(access, *selection, "picture of frame " + std::to_string(*frame));
  if (!found) return fail(request, found.error());
  return send_picture(request, found->front(), *asked);
}

Response DicomWeb::Impl::thumbnail(const Request& request, const trust::Access& access) const {
  const auto selection = selection_of(request);
  if (!selection) return fail(request, selection.error());
  auto asked = parse_thumbnail(request);
  if (!asked) return fail(request, asked.error());
  const auto frame = frame_of(request);
  if (!frame) return fail(request, frame.error());
  auto found = rooms.retrieval.find(access, *selection, "thumbnail");
  if (!found) return fail(request, found.error());
  const bool named = request.path_parameters.contains("list");
  Response out;
  for (const archive::InstanceInfo& instance : from_the_middle(std::move(*found))) {
    const auto frames = layouts.of(rooms.retrieval, instance);
    if (frames) asked->frame = named ? *frame : (*frames)->frames() / 2 + 1;
    out = frames ? send_picture(request, instance, *asked) : fail(request, frames.error());
    // A report among the images, or pixels that nobody here decodes: another one may do.
    if (out.status != 404 && out.status != 406) break;
  }
  return out;
}

}  // namespace xinglin::dicomweb
