// The whole web edge over loopback: a house (see service/worklist/tests), a running HTTP server and a browser
// that signs in, keeps its cookie and sends the CSRF token.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "edge/web/web.h"
#include "service/worklist/tests/house.h"

namespace xinglin::web {

class FakeMessages final : public MessageLog {
public:
  Result<std::vector<MessageRow>> messages(const trust::Access& access, int64_t limit, std::string_view ack,
                                           int64_t before) override;
  Result<MessageDetail> message(const trust::Access& access, int64_t id) override;
  Result<std::string> raw(const trust::Access& access, int64_t id) override;
  Result<int64_t> replay(const trust::Access& access, int64_t id) override;
  Result<MessageCounts> counts() override;
  std::vector<MessageRow> rows;
};

class Browser {
public:
  explicit Browser(net::Endpoint server) : client_(std::move(server)) {}
  http::ClientResponse get(std::string_view target) { return send(http::Method::Get, target); }
  http::ClientResponse post(std::string_view target, const json::object& body = {});
  http::ClientResponse send(http::Method method, std::string_view target, std::string_view body = {});
  http::ClientResponse sign_in(const std::string& name, const std::string& password);
  std::map<std::string, std::string> headers;  // sent with every request
  std::string cookie, csrf;

private:
  http::Client client_;
};

class World {
public:
  explicit World(WebOptions options = {});
  ~World();
  Browser browser() const { return Browser(server->endpoint()); }
  Browser signed_in(trust::Role role);  // as a user made for it
  std::string token(trust::Role role);

  worklist::House house;
  identity::Matches matches{*house.record, *house.identity, house.clock, *house.audit, *house.journal};
  FakeMessages messages;
  archive::Custody custody{*house.store,   *house.blobs,  house.clock, *house.audit,
                           *house.journal, house.metrics, {}};
  archive::Deletion deletion{*house.store,   *house.blobs,  house.clock,           *house.audit,
                             *house.journal, house.metrics, {.rule = {.years = 0}}};
  archive::Commitment commitment{*house.store, house.clock, *house.audit, *house.journal, custody};
  SystemRandom random;
  archive::Sent sent{*house.store, house.clock, random, *house.audit, *house.journal};
  archive::Retrieval retrieval{*house.store, *house.blobs, *house.audit};
  archive::Peers peers{*house.store, *house.audit};
  procedure::Schedule schedule{*house.store, *house.record, *house.audit, *house.journal};
  procedure::Performed performed{*house.store, house.clock, random, *house.audit, *house.journal};
  trust::Clients clients{*house.store, house.clock, random, *house.audit};
  trust::Issuer issuer{*house.store, house.clock, random, *house.audit, clients, {}, {}};
  std::unique_ptr<Web> web;
  http::Router router;
  std::unique_ptr<http::Server> server;
};

json::object document(const http::ClientResponse& response);
using worklist::at;

inline constexpr std::string_view kPassword = "correct horse battery";

}  // namespace xinglin::web
