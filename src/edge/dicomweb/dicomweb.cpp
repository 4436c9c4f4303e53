#include "edge/dicomweb/dicomweb.h"

#include "edge/dicomweb/detail/impl.h"

namespace xinglin::dicomweb {

namespace {

using http::Method;

constexpr std::string_view kStudy = "/dicom-web/studies/{study}";
constexpr std::string_view kSeries = "/dicom-web/studies/{study}/series/{series}";
constexpr std::string_view kInstance = "/dicom-web/studies/{study}/series/{series}/instances/{instance}";

http::RouteInfo info(std::string summary) {
  http::RouteInfo out;
  out.summary = std::move(summary);
  out.tag = "dicomweb";
  out.body_bytes_max = 0;
  out.in_openapi = false;  // docs/dicomweb.md is the conformance statement of these
  return out;
}

}  // namespace

DicomWeb::DicomWeb(Rooms rooms, Authenticate authenticate, Options options)
    : impl_(std::make_unique<Impl>(std::move(rooms), std::move(authenticate), std::move(options))) {}
DicomWeb::~DicomWeb() = default;

void DicomWeb::add_routes(http::Router& router) const {
  const Impl* impl = impl_.get();
  using Interaction = http::Response (Impl::*)(const http::Request&, const trust::Access&) const;
  const auto guarded = [impl](Interaction interaction) -> http::Handler {
    return [impl, interaction](const http::Request& request) {
      const Result<trust::Access> access = impl->authenticate(request);
      if (!access) return fail(request, access.error());
      return (impl->*interaction)(request, access->with_request(request.id));
    };
  };
  for (const std::string_view at : {kStudy, kSeries, kInstance}) {
    const std::string path(at);
    router.add(Method::Get, path, info("retrieve"), guarded(&Impl::instances));
    router.add(Method::Get, path + "/metadata", info("retrieve metadata"), guarded(&Impl::metadata));
  }
  const std::string instance(kInstance);
  router.add(Method::Get, instance + "/frames/{list}", info("retrieve frames"), guarded(&Impl::frames));
  for (const char* name : {"/bulkdata/{path...}", "/bulk/{path...}"})
    router.add(Method::Get, instance + name, info("retrieve bulk data"), guarded(&Impl::bulk_data));
  router.add(Method::Get, "/wado", info("WADO-URI"), guarded(&Impl::wado_uri));
}

}  // namespace xinglin::dicomweb
