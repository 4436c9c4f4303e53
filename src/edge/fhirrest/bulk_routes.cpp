// Status, files and uploads of bulk jobs, beside /fhir.
#include <charconv>

#include "base/gzip.h"
#include "codec/fhir/outcome.h"
#include "edge/fhirrest/bulk_operations.h"
#include "edge/fhirrest/detail/respond.h"

namespace xinglin::fhirrest {
namespace {

using http::Request;
using http::Response;

constexpr std::string_view kNdjson = "application/fhir+ndjson";
constexpr size_t kUploadBytesMax = size_t{8} << 30;
constexpr const char* kRetryAfterSeconds = "2";

struct Edge {
  bulk::Bulk& bulk;
  Authenticate authenticate;
  Options options;

  std::string base_url(const Request& request) const {
    if (!options.base_url.empty()) return options.base_url;
    return options.scheme + "://" + std::string(request.header("host")) + "/fhir";
  }
};
using SharedEdge = std::shared_ptr<const Edge>;  // by every handler of the routes

json::object manifest(const Edge& edge, const Request& request, const bulk::Job& job) {
  const std::string base = edge.base_url(request) + "-bulk/";
  json::array output, errors;
  for (const bulk::File& file : job.files)
    output.push_back(json::object{{"type", file.type},
                                  {"url", base + "files/" + job.id + "/" + std::to_string(file.number)},
                                  {"count", file.resources}});
  if (job.refused > 0)
    errors.push_back(json::object{{"type", "OperationOutcome"}, {"url", base + "errors/" + job.id}});
  json::object out{{"transactionTime", format_rfc3339(job.created_at)},
                   {"request", job.url},
                   {"requiresAccessToken", true},
                   {"output", std::move(output)},
                   {"deleted", json::array{}},
                   {"error", std::move(errors)}};
  if (job.kind == "import")
    out["extension"] = json::object{{"resources", job.resources}, {"refused", job.refused}};
  return out;
}

Response status(const Edge& edge, const Request& request, const trust::Access& access) {
  const auto job = edge.bulk.job(access, request.path_parameters.at("job"));
  if (!job) return detail::fail(request, job.error());
  if (job->state == "running") {
    Response out{.status = 202};
    out.set("X-Progress", job->progress).set("Retry-After", kRetryAfterSeconds);
    return out;
  }
  if (job->state == "failed") {
    IssueSink why;
    why.error("exception", "", job->error);
    return detail::fail(request, Error(bulk::kJobFailed), why);
  }
  Response out = Response::of_json(200, manifest(edge, request, *job));
  if (job->expires_at) out.set("Expires", http::format_http_date(*job->expires_at));
  return out;
}

Response cancel(const Edge& edge, const Request& request, const trust::Access& access) {
  const auto cancelled = edge.bulk.cancel(access, request.path_parameters.at("job"));
  return cancelled ? Response{.status = 202} : detail::fail(request, cancelled.error());
}

// A blob as it is read, compressed when wanted.
class FileBody {
public:
  FileBody(blob::BlobStore::Reader reader, bool packed) : reader_(std::move(reader)) {
    if (packed) gzip_.emplace();
  }
  Result<size_t> read(std::span<uint8_t> space) {
    if (!gzip_ && ready_.empty()) {
      XL_TRY(const size_t got, reader_.read_at(at_, space));
      at_ += got;
      return got;
    }
    while (given_ == ready_.size() && !finished_) {
      ready_.clear();
      given_ = 0;
      XL_CHECK(pack());
    }
    const size_t part = std::min(space.size(), ready_.size() - given_);
    std::copy_n(ready_.data() + given_, part, space.data());
    given_ += part;
    return part;
  }

private:
  Result<void> pack() {
    piece_.resize(256 << 10);
    XL_TRY(const size_t got, reader_.read_at(at_, piece_));
    at_ += got;
    if (got > 0) {
      gzip_->add(as_text(std::span(piece_).first(got)), ready_);
    } else {
      gzip_->finish(ready_);
      finished_ = true;
    }
    return {};
  }
  blob::BlobStore::Reader reader_;
  std::optional<Gzip> gzip_;
  std::vector<uint8_t> piece_;
  std::string ready_;
  size_t given_ = 0;
  uint64_t at_ = 0;
  bool finished_ = false;
};

Response file(const Edge& edge, const Request& request, const trust::Access& access) {
  const std::string& text = request.path_parameters.at("number");
  int64_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc() || end != text.data() + text.size())
    return detail::fail(request, Error(bulk::kNoFile));
  auto reader = edge.bulk.open_file(access, request.path_parameters.at("job"), number);
  if (!reader) return detail::fail(request, reader.error());
  const bool packed = request.header("accept-encoding").find("gzip") != std::string_view::npos;
  Response out;
  out.set("Content-Type", std::string(kNdjson)).set("Vary", "Accept-Encoding");
  if (packed)
    out.set("Content-Encoding", "gzip");
  else
    out.source.size_bytes = reader->size_bytes();
  // Shared, as std::function copies what it holds.
  const auto body = std::make_shared<FileBody>(std::move(*reader), packed);
  out.source.read = [body](std::span<uint8_t> space) { return body->read(space); };
  return out;
}

Response error_file(const Edge& edge, const Request& request, const trust::Access& access) {
  auto lines = edge.bulk.error_lines(access, request.path_parameters.at("job"));
  if (!lines) return detail::fail(request, lines.error());
  return Response::text(200, std::move(*lines), std::string(kNdjson));
}

class UploadSink final : public http::BodySink {
public:
  explicit UploadSink(std::unique_ptr<bulk::Bulk::Upload> upload) : upload_(std::move(upload)) {}
  bool write(std::span<const uint8_t> bytes) override {
    if (const Result<void> written = upload_->write(bytes); !written) failure_ = written.error();
    return !failure_;
  }
  bulk::Bulk::Upload& upload() { return *upload_; }
  const std::optional<Error>& failure() const { return failure_; }

private:
  std::unique_ptr<bulk::Bulk::Upload> upload_;
  std::optional<Error> failure_;
};

bool is_ndjson(const Request& request) {
  const std::string_view type = request.header("content-type");
  return type.starts_with(kNdjson) || type.starts_with("application/ndjson") ||
         type.starts_with("application/x-ndjson");
}

Response upload(const Edge& edge, const Request& request, const trust::Access& access) {
  auto* sink = dynamic_cast<UploadSink*>(request.sink.get());
  if (!is_ndjson(request))
    return detail::fail(request, Error(detail::kMediaType, "the body must be application/fhir+ndjson"));
  if (sink == nullptr) {
    const auto begun = edge.bulk.begin_upload(access);
    return detail::fail(request, begun ? Error(detail::kBadRequest, "the body is missing") : begun.error());
  }
  if (sink->failure()) return detail::fail(request, *sink->failure());
  const std::string base = edge.base_url(request);
  const auto job = edge.bulk.start_import(
      access, sink->upload(), std::string(request.query_value("_type").value_or("")), base + "-bulk/import");
  if (!job) return detail::fail(request, job.error());
  Response out{.status = 202};
  out.set("Content-Location", base + "-bulk/jobs/" + *job);
  return out;
}

http::RouteInfo info(std::string summary) {
  http::RouteInfo out;
  out.summary = std::move(summary);
  out.tag = "fhir";
  out.in_openapi = false;  // the CapabilityStatement points here
  return out;
}

http::RouteInfo upload_info(const SharedEdge& edge) {
  http::RouteInfo out = info("a file of an import");
  out.body_bytes_max = kUploadBytesMax;
  out.admit = [edge](const Request& request) -> std::optional<Response> {
    const Result<trust::Access> access = edge->authenticate(request);
    if (!access) return detail::fail(request, access.error());
    const auto begun = edge->bulk.begin_upload(*access);
    return begun ? std::nullopt : std::optional(detail::fail(request, begun.error()));
  };
  out.sink = [edge](const Request& request) -> std::unique_ptr<http::BodySink> {
    const Result<trust::Access> access = edge->authenticate(request);
    if (!access) return nullptr;
    auto begun = edge->bulk.begin_upload(*access);
    return begun ? std::make_unique<UploadSink>(std::move(*begun)) : nullptr;
  };
  return out;
}

}  // namespace

void add_bulk_routes(http::Router& router, bulk::Bulk& bulk, Authenticate authenticate,
                     const Options& options) {
  const SharedEdge edge = std::make_shared<const Edge>(Edge{bulk, std::move(authenticate), options});
  const auto add = [&](http::Method method, const char* path, http::RouteInfo route, auto answer) {
    router.add(method, path, std::move(route), [edge, answer](const Request& request) -> Response {
      const Result<trust::Access> access = edge->authenticate(request);
      if (!access) return detail::fail(request, access.error());
      return answer(*edge, request, access->with_request(request.id));
    });
  };
  add(http::Method::Get, "/fhir-bulk/jobs/{job}", info("status of a bulk job"), status);
  add(http::Method::Delete, "/fhir-bulk/jobs/{job}", info("cancel a bulk job"), cancel);
  add(http::Method::Get, "/fhir-bulk/files/{job}/{number}", info("a file of an export"), file);
  add(http::Method::Get, "/fhir-bulk/errors/{job}", info("what an import refused"), error_file);
  add(http::Method::Post, "/fhir-bulk/import", upload_info(edge), upload);
}

}  // namespace xinglin::fhirrest
