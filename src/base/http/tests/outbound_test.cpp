#include "base/http/outbound.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace xinglin::http {
namespace {

std::string told(std::string_view url) {
  const auto parsed = parse_url(url);
  return parsed ? parsed->origin() + " " + parsed->target : std::string(parsed.error().code().name);
}

TEST(OutboundTest, ReadsUrls) {
  EXPECT_EQ(told("https://Hooks.Example.org/a?b=c"), "https://hooks.example.org /a?b=c");
  EXPECT_EQ(told("http://127.0.0.1:9000"), "http://127.0.0.1:9000 /");
  EXPECT_EQ(told("https://[2001:DB8::1]:8443/x"), "https://[2001:db8::1]:8443 /x");
  EXPECT_EQ(told("https://a?q"), "https://a /?q");
}

TEST(OutboundTest, RefusesWhatCanBeReadInTwoWays) {
  for (const char* url :
       {"", "ftp://a/", "https://", "https:///x", "https://user@a/", "https://a:0/", "https://a:99999/",
        "https://a:x/", "https://a b/", "https://a/\r\nX: y", "https://a\\@b/", "https://[::1/",
        "https://[::1]x/", "https://a%2eb/", "https://a/#f", "//a/", "https:a"})
    EXPECT_EQ(told(url), "http.bad-url") << url;
}

TEST(OutboundTest, TheHouseItselfIsNotAskedUnlessNamed) {
  const Outbound closed({});
  for (const char* url : {"http://127.0.0.1:1/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/",
                          "https://10.0.0.1/", "https://169.254.169.254/latest",
                          "https://[::ffff:127.0.0.1]/", "http://8.8.8.8/", "https://0.0.0.0/"}) {
    const auto admitted = closed.admit(url);
    ASSERT_FALSE(admitted.ok()) << url;
    EXPECT_TRUE(admitted.error().is(kForbiddenUrl)) << url;
  }
  EXPECT_TRUE(closed.admit("https://8.8.8.8/hook").ok());
  const Outbound named({.origins = {"http://127.0.0.1:9000"}});
  EXPECT_TRUE(named.admit("http://127.0.0.1:9000/hook").ok());
  EXPECT_FALSE(named.admit("http://127.0.0.1:9001/hook").ok());
  EXPECT_FALSE(named.admit("https://127.0.0.1:9000/hook").ok());
}

class OutboundServerTest : public testing::Test {
protected:
  OutboundServerTest() {
    router.add(Method::Post, "/hook", {}, [this](const Request& request) {
      got = request.body + "|" + std::string(request.header("x-secret")) + "|" +
            std::string(request.header("host"));
      return Response::text(200, "thanks");
    });
    router.add(Method::Get, "/file", {}, [](const Request&) {
      Response out;
      const auto left = std::make_shared<int>(3);  // by copies of the function
      out.source.read = [left](std::span<uint8_t> space) -> Result<size_t> {
        if (*left == 0) return size_t{0};
        --*left;
        std::fill_n(space.begin(), 1000, 'x');
        return size_t{1000};
      };
      return out;
    });
    server = std::move(*Server::start({.endpoint = {"127.0.0.1", 0}}, router));
    origin = "http://" + server->endpoint().str();
  }
  std::string got, origin;
  Router router;
  std::unique_ptr<Server> server;
};

TEST_F(OutboundServerTest, SendsABodyWithItsHeaders) {
  const Outbound out({.origins = {origin}});
  const auto answer = out.send(Method::Post, origin + "/hook", "{}", {{"X-Secret", "s"}});
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->body, "thanks");
  EXPECT_EQ("http://" + got.substr(5), origin);
  EXPECT_EQ(got.substr(0, 5), "{}|s|");
}

TEST_F(OutboundServerTest, FetchesPieceByPiece) {
  const Outbound out({.origins = {origin}});
  size_t bytes = 0;
  const auto take = [&](std::span<const uint8_t> piece) -> Result<void> {
    bytes += piece.size();
    return {};
  };
  EXPECT_TRUE(out.fetch(origin + "/file", take).ok());
  EXPECT_EQ(bytes, 3000u);
  EXPECT_FALSE(out.fetch(origin + "/none", take).ok());
}

TEST_F(OutboundServerTest, AnswersAreLimited) {
  const Outbound out({.origins = {origin}, .answer_bytes_max = 3});
  EXPECT_FALSE(out.send(Method::Post, origin + "/hook", "", {}).ok());
}

}  // namespace
}  // namespace xinglin::http
