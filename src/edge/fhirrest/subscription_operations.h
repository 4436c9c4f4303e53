// Subscriptions over HTTP: $status, $events and $get-ws-binding-token of the R5 backport, $event-stream for
// server-sent events, and the WebSocket at /fhir-ws, which begins with "bind-with-token TOKEN". R5
// Subscription Backport 1.1.
#pragma once

#include <vector>

#include "edge/fhirrest/fhirrest.h"
#include "service/subscription/subscription.h"

namespace xinglin::fhirrest {

// `subscriptions` must outlive the edge.
std::vector<Operation> subscription_operations(subscription::Subscriptions& subscriptions);
void add_subscription_routes(http::Router& router, subscription::Subscriptions& subscriptions);

}  // namespace xinglin::fhirrest
