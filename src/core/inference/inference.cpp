#include "core/inference/inference.h"

#include <utility>

#include "core/inference/detail/dispatcher.h"

namespace xinglin::inference {

struct Inference::Impl {
  Impl(Rooms r, Catalog c, Options o)
      : rooms(r),
        options(std::move(o)),
        catalog(std::move(c)),
        results(r.store, catalog, r.clock, r.audit),
        feedback(r.store, r.record, r.clock, r.audit, r.journal),
        builder(r.store, r.record, r.archive, r.clock, options.future_tolerance_us),
        publisher(r.store, r.record, r.archive, r.journal, r.audit),
        dispatcher(catalog, builder, pool, publisher, r.store, r.clock, r.metrics) {}

  Rooms rooms;
  Options options;
  Catalog catalog;
  Results results;
  Feedback feedback;
  detail::CaseBuilder builder;
  detail::Publisher publisher;
  detail::RunPool pool;
  detail::Dispatcher dispatcher;
};

Inference::Inference(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Inference::~Inference() {
  stop();
}

Result<std::unique_ptr<Inference>> Inference::create(Rooms rooms,
                                                     std::span<const NativeApplication> applications,
                                                     Options options) {
  XL_TRY(Catalog catalog, Catalog::build(applications, options.model_directory));
  auto made =
      std::make_unique<Inference>(std::make_unique<Impl>(rooms, std::move(catalog), std::move(options)));
  made->impl_->dispatcher.attach(rooms.journal);
  return made;
}

const Catalog& Inference::catalog() const {
  return impl_->catalog;
}
Results& Inference::results() {
  return impl_->results;
}
Feedback& Inference::feedback() {
  return impl_->feedback;
}

Result<InferenceId> Inference::run_now(const trust::Access& access, const ApplicationId& application,
                                       const std::string& subject) {
  XL_CHECK(access.require(trust::Permission::OperateSystem));
  const CatalogEntry* entry = impl_->catalog.find(application.str());
  if (!entry) return Error(kNoApplication, "there is no application '" + application.str() + "'");
  detail::Wake wake;
  wake.subject = subject;
  wake.at = impl_->rooms.clock.now();
  const std::string cause = "call " + access.who() + " " + std::to_string(wake.at.us);
  // Reading and writing are the room's own work, as for a trigger; who asked is in the request id of each
  // leaf.
  return impl_->dispatcher.run(trust::Access::system("inference").with_request("call of " + access.who()),
                               *entry, wake, cause, detail::Dispatcher::Attempt::MayRetry);
}

void Inference::stop() {
  impl_->pool.stop(impl_->options.stop_grace_us);
}

}  // namespace xinglin::inference
