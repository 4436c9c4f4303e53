// Pins the rule of detail/session.cpp: an owned object handed to a coroutine as a named object is destroyed
// exactly once. With GCC 12 the forbidden forms (a capturing lambda or a braced aggregate as a temporary
// inside the co_await expression) destroy it twice; the second test reads the sources to see that nobody
// writes them.
#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

namespace {

namespace asio = boost::asio;

struct Counted {
  explicit Counted(int& n) : deaths(&n) {}
  Counted(Counted&& other) noexcept : deaths(std::exchange(other.deaths, nullptr)) {}
  ~Counted() {
    if (deaths) ++*deaths;
  }
  int* deaths;
};
struct Aggregate {
  Counted counted;
  std::string text;
};

asio::awaitable<size_t> take(Aggregate aggregate) {
  co_return aggregate.text.size();
}

asio::awaitable<void> obeys(int& deaths, size_t& size) {
  Aggregate aggregate{Counted(deaths), std::string(100, 'x')};
  size = co_await take(std::move(aggregate));
}

TEST(CoroutineRule, ANamedObjectIsDestroyedOnce) {
  int deaths = 0;
  size_t size = 0;
  asio::io_context io;
  auto work = obeys(deaths, size);
  asio::co_spawn(io, std::move(work), asio::detached);
  io.run();
  EXPECT_EQ(deaths, 1);
  EXPECT_EQ(size, 100u);
}

TEST(CoroutineRule, NoAwaitHoldsALambdaOrABracedTemporary) {
  int statements = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(XL_SOURCE_DIR "/src")) {
    if (entry.path().extension() != ".cpp" || entry.path().string().find("/tests/") != std::string::npos)
      continue;
    std::ifstream in(entry.path());
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    for (size_t at = text.find("co_await "); at != std::string::npos; at = text.find("co_await ", at + 1)) {
      const size_t line = text.rfind('\n', at);
      if (text.substr(line + 1, at - line).find("//") != std::string::npos) continue;
      const std::string statement = text.substr(at, text.find(';', at) - at);
      EXPECT_EQ(statement.find('{'), std::string::npos) << entry.path() << ": " << statement;
      EXPECT_EQ(statement.find("["), std::string::npos) << entry.path() << ": " << statement;
      ++statements;
    }
  }
  EXPECT_GT(statements, 0);
}

}  // namespace
