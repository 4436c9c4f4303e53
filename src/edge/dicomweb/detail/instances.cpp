// WADO-RS of whole objects (PS3.18 10.4.1.1.1): study, series, instance; and WADO-URI (9.4).
#include <algorithm>

#include "edge/dicomweb/detail/impl.h"

namespace xinglin::dicomweb {

namespace {

using http::Request;
using http::Response;

std::string object_type(const archive::InstanceInfo& instance, const TransferSyntaxUid& syntax) {
  return "application/dicom; transfer-syntax=" + (syntax.empty() ? instance.transfer_syntax : syntax).str();
}

}  // namespace

CanSend DicomWeb::Impl::can_send_files(const std::vector<archive::InstanceInfo>& instances) const {
  return [this, &instances](const TransferSyntaxUid& to) {
    const Transcoder& transcoder = options.transcoder;
    return transcoder.offers && transcoder.file &&
           std::all_of(instances.begin(), instances.end(), [&](const archive::InstanceInfo& one) {
             return one.transfer_syntax == to || transcoder.offers(one.transfer_syntax, to);
           });
  };
}

Piece DicomWeb::Impl::whole_file(const archive::InstanceInfo& instance,
                                 const TransferSyntaxUid& syntax) const {
  Piece out;
  if (syntax.empty() || syntax == instance.transfer_syntax) {
    out.open = [this, instance]() -> Result<File> {
      XL_TRY(auto reader, rooms.retrieval.file(instance));
      return File(std::make_shared<const blob::BlobStore::Reader>(std::move(reader)));
    };
    out.segments.push_back({0, instance.blob.size_bytes});
    out.digest = instance.blob.digest;
    return out;
  }
  out.make = [this, instance, syntax]() -> Result<Bytes> {
    XL_TRY(auto reader, rooms.retrieval.file(instance));
    XL_TRY(const auto bytes, reader.map());
    XL_TRY(auto made, options.transcoder.file(bytes, syntax));
    return Bytes(std::make_shared<const std::vector<uint8_t>>(std::move(made)));
  };
  return out;
}

// One body: conditional and, as stored, also by range.
Response DicomWeb::Impl::one_file(const Request& request, const archive::InstanceInfo& instance,
                                  const TransferSyntaxUid& syntax) const {
  const std::string etag = '"' + digest_of({instance}, "file " + syntax.str()) + '"';
  if (matches_etag(request.header("if-none-match"), etag)) return not_modified(etag);
  Piece piece = whole_file(instance, syntax);
  Response out;
  out.set("Content-Type", object_type(instance, syntax)).set("ETag", etag).set("Vary", "Accept");
  if (piece.make) return respond(request, std::move(out), {std::move(piece)});
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

Response DicomWeb::Impl::instances(const Request& request, const trust::Access& access) const {
  const auto selection = selection_of(request);
  if (!selection) return fail(request, selection.error());
  const auto found = rooms.retrieval.find(access, *selection, "file");
  if (!found) return fail(request, found.error());
  const bool single = !selection->instance.empty();
  const auto chosen = choose_object(request, *found, single, can_send_files(*found));
  if (!chosen) return fail(request, chosen.error());
  if (!chosen->multipart) return one_file(request, found->front(), chosen->syntax);
  const std::string base = base_url(request);
  std::vector<Part> parts;
  parts.reserve(found->size());
  for (const archive::InstanceInfo& instance : *found)
    parts.push_back({object_type(instance, chosen->syntax), url_of(base, instance),
                     whole_file(instance, chosen->syntax)});
  return respond_multipart(request, std::move(parts), chosen->media_type,
                           digest_of(*found, "files " + chosen->syntax.str() + base));
}

Response DicomWeb::Impl::wado_uri(const Request& request, const trust::Access& access) const {
  const auto value = [&](std::string_view name) {
    return std::string(request.query_value(name).value_or(""));
  };
  constexpr std::string_view kKnown[] = {"requestType", "studyUID",  "seriesUID",     "objectUID",
                                         "contentType", "anonymize", "transferSyntax"};
  for (const http::Parameter& parameter : request.query)
    if (std::find(std::begin(kKnown), std::end(kKnown), parameter.name) == std::end(kKnown))
      return fail(request, Error(kBadRequest, "the parameter " + parameter.name + " is not offered"));
  if (value("requestType") != "WADO") return fail(request, Error(kBadRequest, "requestType must be WADO"));
  if (!value("anonymize").empty()) return fail(request, Error(kNotOffered, "anonymize is not offered"));
  const std::string type = value("contentType");
  if (!type.empty() && type != "application/dicom" && type != "*/*")
    return fail(request, Error(kNotAcceptable, "WADO-URI is offered for contentType=application/dicom"));
  for (const char* name : {"studyUID", "seriesUID", "objectUID"})
    if (value(name).empty()) return fail(request, Error(kBadRequest, std::string(name) + " is missing"));
  const archive::Selection selection{StudyUid(value("studyUID")), SeriesUid(value("seriesUID")),
                                     SopInstanceUid(value("objectUID"))};
  const auto found = rooms.retrieval.find(access, selection, "file");
  if (!found) return fail(request, found.error());
  const TransferSyntaxUid syntax(value("transferSyntax"));
  const bool stored = syntax.empty() || syntax == found->front().transfer_syntax;
  if (!stored && !can_send_files(*found)(syntax))
    return fail(request,
                Error(kNotAcceptable, "stored as transfer syntax " + found->front().transfer_syntax.str() +
                                          "; the one asked for cannot be made"));
  return one_file(request, found->front(), stored ? TransferSyntaxUid() : syntax);
}

}  // namespace xinglin::dicomweb
