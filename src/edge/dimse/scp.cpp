#include "edge/dimse/scp.h"

#include "base/log.h"
#include "edge/dimse/detail/server_association.h"

namespace xinglin::dimse {

namespace {

// Connections above the association limit are still read far enough to be told why they are rejected.
constexpr size_t kSpareConnections = 16;

}  // namespace

struct Scp::Impl {
  Impl(Options options, Store store, Stage stage, Query query, Services services, const Clock& clock,
       Metrics& metrics)
      : shared{std::move(options),  std::move(store), std::move(stage), std::move(query), services, clock,
               ScpCounters(metrics)} {}
  ScpShared shared;
  std::unique_ptr<net::Listener> listener;
};

Scp::Scp(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Scp::~Scp() {
  stop(0);
}

Result<std::unique_ptr<Scp>> Scp::start(Options options, Store store, const Clock& clock, Metrics& metrics,
                                        Stage stage, Query query, Services services) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(store), std::move(stage), std::move(query),
                                     services, clock, metrics);
  ScpShared& shared = impl->shared;
  net::Listener::Options listen;
  listen.name = "dimse";
  listen.endpoint = shared.options.endpoint;
  listen.connections_max = shared.options.associations_max + kSpareConnections;
  XL_TRY(impl->listener, net::Listener::start(listen, [&shared](net::Stream& stream) {
           if (const auto& tls = shared.options.tls) {
             const auto agreed = stream.start_tls(tls, shared.options.network_timeout_ms);
             if (!agreed.ok()) {
               shared.counters.rejected.add();
               log::warning("dimse.tls", {{"peer", stream.peer()}, {"why", agreed.error().message()}});
               return;
             }
           }
           ServerAssociation(shared, stream).run();
         }));
  return std::make_unique<Scp>(std::move(impl));
}

net::Endpoint Scp::endpoint() const {
  return impl_->listener->endpoint();
}
size_t Scp::associations() const {
  return impl_->shared.associations;
}

void Scp::stop(int grace_ms) {
  impl_->shared.stopping = true;
  impl_->listener->stop(grace_ms);
}

}  // namespace xinglin::dimse
