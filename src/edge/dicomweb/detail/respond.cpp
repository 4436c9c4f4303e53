#include "edge/dicomweb/detail/impl.h"

namespace xinglin::dicomweb {

namespace {

// Pixel data that is not in order, or not of a kind that is handled here: the file itself can still be had.
bool is_unusable(const Error& error) {
  return error.code().name.starts_with("pixel.") && error.kind() != ErrorKind::NotFound &&
         !error.is(pixel::kBadView);
}

int status_of(const Error& error) {
  if (error.is(kNotAcceptable)) return 406;
  if (error.is(kMediaType)) return 415;
  if (error.is(kBadRange)) return 416;
  if (is_unusable(error)) return 406;
  return http::status_of(error.kind());
}

}  // namespace

bool is_uid(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

http::Response fail(const http::Request& request, const Error& error) {
  const int status = status_of(error);
  http::Response out = status == http::status_of(error.kind())
                           ? http::problem(request, error)
                           : http::problem(request, status, error.code().name, error.message());
  if (status == 401) out.set("WWW-Authenticate", "Bearer");
  return out;
}

http::Response not_modified(const std::string& etag) {
  http::Response out;
  out.status = 304;
  out.set("ETag", etag);
  return out;
}

Result<archive::Selection> selection_of(const http::Request& request) {
  const auto part = [&](const char* name) {
    const auto found = request.path_parameters.find(name);
    return found == request.path_parameters.end() ? std::string() : found->second;
  };
  const std::string study = part("study"), series = part("series"), instance = part("instance");
  for (const std::string& uid : {study, series, instance})
    if (!uid.empty() && !is_uid(uid)) return Error(kBadRequest, "the path holds something that is not a UID");
  return archive::Selection{StudyUid(study), SeriesUid(series), SopInstanceUid(instance)};
}

std::string url_of(const std::string& base, const archive::InstanceInfo& instance) {
  return base + "/studies/" + instance.study.str() + "/series/" + instance.series.str() + "/instances/" +
         instance.sop_instance.str();
}

// A quote inside a JSON string is written \\" : the mark is only found where it is a name.
void append_with_bulk_urls(std::string_view json, std::string_view prefix, std::string& out) {
  constexpr std::string_view kMark = "\"BulkDataURI\":\"";
  for (size_t mark; (mark = json.find(kMark)) != std::string_view::npos;) {
    out.append(json.substr(0, mark + kMark.size())).append(prefix);
    json.remove_prefix(mark + kMark.size());
  }
  out.append(json);
}

std::string digest_of(const std::vector<archive::InstanceInfo>& instances, std::string_view form) {
  Sha256 hash;
  hash.update(form);
  for (const archive::InstanceInfo& instance : instances) {
    hash.update(instance.sop_instance.str());
    hash.update(instance.blob.digest);
    if (instance.corrected != 0) hash.update(std::to_string(instance.corrected));
  }
  return to_hex(hash.finish()).substr(0, 32);
}

http::Response respond(const http::Request& request, http::Response response, std::vector<Piece> pieces) {
  const Result<void> put = put_body(response, std::move(pieces));
  return put ? response : fail(request, put.error());
}

http::Response respond_multipart(const http::Request& request, std::vector<Part> parts, std::string_view type,
                                 const std::string& digest) {
  const std::string etag = '"' + digest + '"';
  if (matches_etag(request.header("if-none-match"), etag)) return not_modified(etag);
  // Told by the digests of what is sent, so no sender of an image can put the boundary into it.
  const std::string boundary = "xinglin-" + digest;
  http::Response out;
  out.set("Content-Type", "multipart/related; type=\"" + std::string(type) + "\"; boundary=" + boundary);
  out.set("ETag", etag).set("Vary", "Accept");
  return respond(request, std::move(out), multipart(std::move(parts), boundary));
}

std::string DicomWeb::Impl::base_url(const http::Request& request) const {
  return options.scheme + "://" + std::string(request.header("host")) + "/dicom-web";
}

}  // namespace xinglin::dicomweb
