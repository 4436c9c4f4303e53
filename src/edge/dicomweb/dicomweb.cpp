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
  const auto searching = [impl](archive::Level level) -> http::Handler {
    return [impl, level](const http::Request& request) {
      const Result<trust::Access> access = impl->authenticate(request);
      if (!access) return fail(request, access.error());
      return impl->search(request, access->with_request(request.id), level);
    };
  };
  for (const std::string_view at : {kStudy, kSeries, kInstance}) {
    const std::string path(at);
    router.add(Method::Get, path, info("retrieve"), guarded(&Impl::instances));
    if (impl->rooms.remove) router.add(Method::Delete, path, info("delete"), guarded(&Impl::remove));
    router.add(Method::Get, path + "/metadata", info("retrieve metadata"), guarded(&Impl::metadata));
  }
  const std::string instance(kInstance);
  for (const char* of : {"", "/frames/{list}"})
    router.add(Method::Get, instance + of + "/rendered", info("retrieve a picture"),
               guarded(&Impl::rendered));
  for (const std::string& of :
       {std::string(kStudy), std::string(kSeries), instance, instance + "/frames/{list}"})
    router.add(Method::Get, of + "/thumbnail", info("retrieve a thumbnail"), guarded(&Impl::thumbnail));
  router.add(Method::Get, instance + "/frames/{list}", info("retrieve frames"), guarded(&Impl::frames));
  for (const char* name : {"/bulkdata/{path...}", "/bulk/{path...}"})
    router.add(Method::Get, instance + name, info("retrieve bulk data"), guarded(&Impl::bulk_data));
  http::RouteInfo store = info("store");
  store.body_bytes_max = impl->options.request_bytes_max;
  store.admit = [impl](const http::Request& request) -> std::optional<http::Response> {
    const Result<trust::Access> access = impl->authenticate(request);
    if (!access) return fail(request, access.error());
    const Result<void> allowed = may_store(impl->rooms, *access);
    return allowed ? std::nullopt : std::optional(fail(request, allowed.error()));
  };
  store.sink = [impl](const http::Request& request) { return impl->open_store(request); };
  for (const std::string& path : {std::string("/dicom-web/studies"), std::string(kStudy)})
    router.add(Method::Post, path, store, guarded(&Impl::store));
  using archive::Level;
  const std::string study(kStudy), series(kSeries);
  for (const auto& [path, level] : {std::pair<std::string, Level>{"/dicom-web/studies", Level::Study},
                                    {"/dicom-web/series", Level::Series},
                                    {"/dicom-web/instances", Level::Instance},
                                    {study + "/series", Level::Series},
                                    {study + "/instances", Level::Instance},
                                    {series + "/instances", Level::Instance}})
    router.add(Method::Get, path, info("search"), searching(level));
  router.add(Method::Get, "/wado", info("WADO-URI"), guarded(&Impl::wado_uri));
}

}  // namespace xinglin::dicomweb
