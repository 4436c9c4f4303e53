// TLS between two streams over loopback, with certificates made by the openssl program for each run.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/net/socket.h"

namespace xinglin::net {
namespace {

namespace fs = std::filesystem;

class TlsTest : public ::testing::Test {
protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) /
              ("xl_tls_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    for (const char* name : {"ours", "other"}) ASSERT_TRUE(make(name)) << "openssl is part of the set-up";
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  bool make(const std::string& name) const {
    const std::string command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=" + name +
                                " -keyout " + file(name + ".key") + " -out " + file(name + ".crt") +
                                " 2>/dev/null";
    return std::system(command.c_str()) == 0;
  }
  TlsContext::Files files(const std::string& own, const std::string& authority) const {
    TlsContext::Files out;
    if (!own.empty()) out.certificate = file(own + ".crt");
    if (!own.empty()) out.key = file(own + ".key");
    if (!authority.empty()) out.authorities = file(authority + ".crt");
    return out;
  }
  // An echoing server; each connection is answered until its end.
  void serve(const TlsContext::Files& given) {
    auto context = TlsContext::server(given);
    ASSERT_TRUE(context.ok()) << context.error().message();
    auto started =
        Listener::start({.name = "tls", .endpoint = {"127.0.0.1", 0}}, [tls = *context](Stream& stream) {
          if (!stream.start_tls(tls, 5000).ok()) return;
          std::array<uint8_t, 70'000> buffer;
          for (;;) {
            const auto got = stream.read_some(buffer);
            if (!got.ok() || !stream.write_all(std::span(buffer).first(*got)).ok()) return;
          }
        });
    ASSERT_TRUE(started.ok());
    listener_ = std::move(*started);
  }
  Result<Stream> connect(const TlsContext::Files& given) {
    XL_TRY(auto context, TlsContext::client(given));
    XL_TRY(auto stream, Stream::connect(listener_->endpoint(), 5000));
    XL_CHECK(stream.start_tls(std::move(context), 5000));
    return stream;
  }
  std::string endpoint() const { return listener_->endpoint().str(); }
  // With TLS 1.3 a client learns only by reading that its certificate is not good enough.
  static bool echoes(Stream& stream) {
    const std::array<uint8_t, 3> said{1, 2, 3};
    std::array<uint8_t, 3> heard{};
    return stream.write_all(said).ok() && stream.read_exactly(heard).ok() && heard == said;
  }

private:
  fs::path folder_;
  std::unique_ptr<Listener> listener_;
};

TEST_F(TlsTest, bytes_go_both_ways_and_silence_is_told_from_the_end) {
  serve(files("ours", ""));
  auto stream = connect(files("", "ours"));
  ASSERT_TRUE(stream.ok()) << stream.error().message();
  EXPECT_TRUE(stream->is_tls());
  EXPECT_TRUE(echoes(*stream));
  stream->set_timeouts(50, 5000);
  std::array<uint8_t, 10> buffer;
  EXPECT_TRUE(stream->read_some(buffer).error().is(kTimedOut));
  EXPECT_FALSE(stream->readable());
  std::vector<uint8_t> large(1 << 20, 7), back(large.size());
  for (size_t at = 0; at < large.size(); at += 65'536) {
    ASSERT_TRUE(
        stream->write_all(std::span(large).subspan(at, 100), std::span(large).subspan(at, 65'436)).ok());
    stream->set_timeouts(5000, 5000);
    ASSERT_TRUE(stream->read_exactly(std::span(back).subspan(at, 65'536)).ok());
  }
  EXPECT_EQ(large, back);
}

TEST_F(TlsTest, who_is_not_known_is_refused) {
  serve(files("ours", ""));
  EXPECT_TRUE(connect(files("", "other")).error().is(kTlsHandshake));
  EXPECT_TRUE(connect(files("", "")).error().is(kTlsConfiguration));
  serve(files("ours", "other"));
  auto bare = connect(files("", "ours"));
  EXPECT_FALSE(bare.ok() && echoes(*bare));
  auto wrong = connect(files("ours", "ours"));
  EXPECT_FALSE(wrong.ok() && echoes(*wrong));
  auto right = connect(files("other", "ours"));
  ASSERT_TRUE(right.ok()) << right.error().message();
  EXPECT_TRUE(echoes(*right));
}

TEST_F(TlsTest, files_that_do_not_fit_are_named) {
  TlsContext::Files mixed = files("ours", "");
  mixed.key = file("other.key");
  EXPECT_TRUE(TlsContext::server(mixed).error().is(kTlsConfiguration));
  mixed.key = file("none.key");
  const auto missing = TlsContext::server(mixed);
  EXPECT_NE(missing.error().message().find("none.key"), std::string::npos);
  EXPECT_TRUE(TlsContext::server({}).error().is(kTlsConfiguration));
}

TEST_F(TlsTest, old_versions_and_weak_ciphers_are_not_spoken) {
  serve(files("ours", ""));
  const auto s_client = [&](const std::string& options) {
    const std::string command =
        "openssl s_client -connect " + endpoint() + " " + options + " </dev/null >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
  };
  EXPECT_TRUE(s_client("-tls1_2 -CAfile " + file("ours.crt") + " -verify_return_error"));
  EXPECT_FALSE(s_client("-tls1_2 -cipher AES128-SHA -verify_return_error -CAfile " + file("ours.crt")));
  EXPECT_FALSE(
      s_client("-tls1_1 -cipher DEFAULT@SECLEVEL=0 -verify_return_error -CAfile " + file("ours.crt")));
}

}  // namespace
}  // namespace xinglin::net
