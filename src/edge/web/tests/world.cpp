#include "edge/web/tests/world.h"

namespace xinglin::web {

Result<std::vector<MessageRow>> FakeMessages::messages(const trust::Access& access, int64_t limit,
                                                       std::string_view ack, int64_t before) {
  XL_CHECK(access.require(trust::Permission::ReadSystem));
  std::vector<MessageRow> out;
  for (const MessageRow& row : rows)
    if (row.id < before && (ack.empty() || row.ack == ack) && static_cast<int64_t>(out.size()) < limit)
      out.push_back(row);
  return out;
}

Result<MessageDetail> FakeMessages::message(const trust::Access& access, int64_t id) {
  XL_CHECK(access.require(trust::Permission::ReadSystem));
  for (const MessageRow& row : rows)
    if (row.id == id) return MessageDetail{row, {}, {}};
  return Error(errors::kNotFound);
}

Result<int64_t> FakeMessages::replay(const trust::Access& access, int64_t id) {
  XL_CHECK(access.require(trust::Permission::OperateSystem));
  XL_TRY(MessageDetail found, message(access, id));
  found.row.id = static_cast<int64_t>(rows.size()) + 1;
  found.row.ack = "AA";
  rows.push_back(found.row);
  return found.row.id;
}

Result<std::string> FakeMessages::raw(const trust::Access& access, int64_t) {
  XL_CHECK(access.require(trust::Permission::ReadReceived));
  return std::string("MSH|^~\\&|A\rPID|1\r");
}

Result<MessageCounts> FakeMessages::counts() {
  return MessageCounts{static_cast<int64_t>(rows.size()), 0};
}

http::ClientResponse Browser::send(http::Method method, std::string_view target, std::string_view body) {
  std::vector<std::pair<std::string, std::string>> sent(headers.begin(), headers.end());
  if (!cookie.empty()) sent.emplace_back("Cookie", "other=1; xinglin_session=" + cookie);
  if (!csrf.empty()) sent.emplace_back("X-CSRF-Token", csrf);
  if (!body.empty() && !headers.contains("Content-Type"))
    sent.emplace_back("Content-Type", "application/json");
  Result<http::ClientResponse> response = client_.send(method, target, body, sent);
  EXPECT_TRUE(response.ok()) << (response.ok() ? "" : response.error().message());
  return response ? *response : http::ClientResponse();
}

http::ClientResponse Browser::post(std::string_view target, const json::object& body) {
  return send(http::Method::Post, target, body.empty() ? std::string() : json::serialize(body));
}

http::ClientResponse Browser::sign_in(const std::string& name, const std::string& password) {
  http::ClientResponse response = post("/api/session", {{"username", name}, {"password", password}});
  const std::string set = response.headers["set-cookie"];
  const size_t begin = set.find('=') + 1;
  cookie = response.status == 200 ? set.substr(begin, set.find(';') - begin) : std::string();
  csrf = response.status == 200 ? at(document(response), "csrf") : std::string();
  return response;
}

World::World(WebOptions options) {
  options.version = "test";
  web = std::make_unique<Web>(WebServices{*house.store,
                                          *house.journal,
                                          *house.authenticator,
                                          *house.audit,
                                          *house.record,
                                          *house.identity,
                                          matches,
                                          *house.archive,
                                          custody,
                                          *house.life,
                                          *house.corrections,
                                          retrieval,
                                          deletion,
                                          commitment,
                                          sent,
                                          peers,
                                          schedule,
                                          performed,
                                          house.inference->results(),
                                          house.inference->feedback(),
                                          *house.worklist,
                                          messages,
                                          house.metrics,
                                          house.clock,
                                          {},
                                          {},
                                          &issuer,
                                          &clients},
                              std::move(options));
  web->add_routes(router);
  house.journal->add_listener([this](const journal::Event& event) { web->push(event); });
  Result<std::unique_ptr<http::Server>> started =
      http::Server::start({.endpoint = {"127.0.0.1", 0}, .handler_threads = 4}, router);
  EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().message());
  server = std::move(*started);
  web->set_listeners({server->endpoint().str(), {}, {}});
  web->set_state(State::Ready);
}

World::~World() {
  web->stop();
  server->stop(2000);
  house.journal->stop();  // its listener holds this
}

Browser World::signed_in(trust::Role role) {
  trust::User user;
  user.name = "test-" + std::string(trust::to_string(role));
  user.display = "Test";
  user.role = role;
  const auto added = house.authenticator->add_user(trust::Access::system("test"), user, kPassword);
  EXPECT_TRUE(added.ok()) << (added.ok() ? "" : added.error().message());
  Browser out = browser();
  EXPECT_EQ(out.sign_in(user.name, std::string(kPassword)).status, 200);
  return out;
}

std::string World::token(trust::Role role) {
  const auto token = house.authenticator->issue_token(trust::Access::system("test"), role, kHourUs, "test");
  EXPECT_TRUE(token.ok());
  return token ? *token : std::string();
}

json::object document(const http::ClientResponse& response) {
  return worklist::parse(response.body);
}

}  // namespace xinglin::web
