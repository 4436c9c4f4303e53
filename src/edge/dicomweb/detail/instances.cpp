// WADO-RS of whole objects (PS3.18 10.4.1.1.1): study, series, instance, as stored or in another syntax.
#include <algorithm>

#include "codec/pixel/transcode.h"
#include "edge/dicomweb/detail/impl.h"

namespace xinglin::dicomweb {

namespace {

using http::Request;
using http::Response;

constexpr uint64_t kTranscodedBytesMax = 512 << 20;  // stored, and decoded: an object is made in memory

std::string object_type(const archive::InstanceInfo& instance, const TransferSyntaxUid& syntax) {
  return "application/dicom; transfer-syntax=" + (syntax.empty() ? instance.transfer_syntax : syntax).str();
}

}  // namespace

// Whether it can be done at all; whether it succeeds is known when the pixels have been decoded.
CanSend DicomWeb::Impl::can_send_files(const std::vector<archive::InstanceInfo>& instances) const {
  return [&instances](const TransferSyntaxUid& to) {
    return pixel::can_encode(to) &&
           std::all_of(instances.begin(), instances.end(), [&](const archive::InstanceInfo& one) {
             return one.transfer_syntax == to || pixel::syntax_of(one.transfer_syntax).ok();
           });
  };
}

Piece DicomWeb::Impl::stored_file(const archive::InstanceInfo& instance) const {
  Piece out;
  out.open = [this, instance]() -> Result<File> {
    XL_TRY(auto reader, rooms.retrieval.file(instance));
    return File(std::make_shared<const blob::BlobStore::Reader>(std::move(reader)));
  };
  out.segments.push_back({0, instance.blob.size_bytes});
  out.digest = instance.blob.digest;
  return out;
}

// What stands before the pixel data is made anew, the rest is sent from the file.
Result<Piece> DicomWeb::Impl::corrected_file(const archive::InstanceInfo& instance) const {
  XL_TRY(auto reader, rooms.retrieval.file(instance));
  XL_TRY(const auto bytes, reader.map());
  XL_TRY(const dicom::Amended made, rooms.retrieval.amended(instance, bytes));
  Piece out = stored_file(instance);
  out.text = as_text(made.head);
  out.segments = {{made.rest_offset, instance.blob.size_bytes - made.rest_offset}};
  out.digest.reset();
  return out;
}

Result<Bytes> DicomWeb::Impl::transcoded_file(const archive::InstanceInfo& instance,
                                              const TransferSyntaxUid& syntax) const {
  if (instance.blob.size_bytes > kTranscodedBytesMax)
    return Error(errors::kTooLarge, "the object is too large to be sent in another transfer syntax");
  XL_TRY(auto reader, rooms.retrieval.file(instance));
  XL_TRY(std::span<const uint8_t> bytes, reader.map());
  if (sha256(bytes) != instance.blob.digest) return Error(blob::kDamaged);
  std::vector<uint8_t> corrected;
  if (instance.corrected != 0) {
    XL_TRY(corrected, rooms.retrieval.given_out(instance));
    bytes = corrected;
  }
  pixel::Limits limits;
  limits.object_bytes_max = kTranscodedBytesMax;
  XL_TRY(auto made, pixel::transcode_file(bytes, syntax, limits));
  return Bytes(std::make_shared<const std::vector<uint8_t>>(std::move(made)));
}

Part DicomWeb::Impl::file_part(const Request& request, const archive::InstanceInfo& instance,
                               const TransferSyntaxUid& syntax) const {
  const std::string location = url_of(base_url(request), instance);
  const bool as_is = syntax.empty() || syntax == instance.transfer_syntax;
  if (as_is && instance.corrected == 0) return {object_type(instance, {}), location, stored_file(instance)};
  Part out{"", location, {}};
  out.piece.make = [this, instance, syntax, as_is]() -> Result<Made> {
    if (!as_is) {
      auto made = transcoded_file(instance, syntax);
      if (made) return Made{"Content-Type: " + object_type(instance, syntax) + "\r\n\r\n", std::move(*made)};
      if (made.error().kind() == ErrorKind::Corrupt || made.error().kind() == ErrorKind::Io)
        return made.error();
    }
    XL_TRY(auto whole, rooms.retrieval.given_out(instance));
    return Made{"Content-Type: " + object_type(instance, {}) + "\r\n\r\n",
                std::make_shared<const std::vector<uint8_t>>(std::move(whole))};
  };
  return out;
}

// One body: conditional and, as received, also by range.
Response DicomWeb::Impl::one_file(const Request& request, const archive::InstanceInfo& instance,
                                  const TransferSyntaxUid& syntax, Otherwise otherwise) const {
  const std::string etag = '"' + digest_of({instance}, "file " + syntax.str()) + '"';
  if (matches_etag(request.header("if-none-match"), etag)) return not_modified(etag);
  Response out;
  out.set("Content-Type", object_type(instance, syntax)).set("ETag", etag).set("Vary", "Accept");
  if (!syntax.empty() && syntax != instance.transfer_syntax) {
    auto made = transcoded_file(instance, syntax);
    if (!made && otherwise == Otherwise::AsStored) return one_file(request, instance, {});
    if (!made) return fail(request, made.error());
    return respond(request, std::move(out), {{.bytes = std::move(*made)}});
  }
  if (instance.corrected != 0) {
    auto corrected = corrected_file(instance);
    return corrected ? respond(request, std::move(out), {std::move(*corrected)})
                     : fail(request, corrected.error());
  }
  Piece piece = stored_file(instance);
  out.set("Accept-Ranges", "bytes");
  const std::string size = std::to_string(instance.blob.size_bytes);
  const std::string_view condition = request.header("if-range");
  const auto range = parse_range(condition.empty() || condition == etag ? request.header("range") : "",
                                 instance.blob.size_bytes);
  if (!range) return fail(request, range.error()).set("Content-Range", "bytes */" + size);
  if (*range) {
    const pixel::FileRange segment = **range;
    piece.segments = {segment};
    piece.digest.reset();
    out.status = 206;
    out.set("Content-Range", "bytes " + std::to_string(segment.offset) + "-" +
                                 std::to_string(segment.offset + segment.size - 1) + "/" + size);
  }
  return respond(request, std::move(out), {std::move(piece)});
}

// Only marked as deleted: docs/study-life.md. There is no body to say why in.
Response DicomWeb::Impl::remove(const Request& request, const trust::Access& access) const {
  const auto selection = selection_of(request);
  if (!selection) return fail(request, selection.error());
  const auto reason = request.query_value("reason");
  const auto removed = rooms.remove(access, *selection, std::string(reason.value_or("DICOMweb DELETE")));
  if (!removed) return fail(request, removed.error());
  Response out;
  out.status = 204;
  return out;
}

Response DicomWeb::Impl::instances(const Request& request, const trust::Access& access) const {
  const auto selection = selection_of(request);
  if (!selection) return fail(request, selection.error());
  const auto found = rooms.retrieval.find(access, *selection, "file");
  if (!found) return fail(request, found.error());
  const bool single = !selection->instance.empty();
  const auto chosen = choose_object(request, *found, single, can_send_files(*found));
  if (!chosen) return fail(request, chosen.error());
  if (!chosen->multipart)
    return one_file(request, found->front(), chosen->syntax,
                    chosen->asked ? Otherwise::Refuse : Otherwise::AsStored);
  std::vector<Part> parts;
  parts.reserve(found->size());
  for (const archive::InstanceInfo& instance : *found)
    parts.push_back(file_part(request, instance, chosen->syntax));
  return respond_multipart(request, std::move(parts), chosen->media_type,
                           digest_of(*found, "files " + chosen->syntax.str() + base_url(request)));
}

}  // namespace xinglin::dicomweb
