// $validate-code over HTTP: the server and four clients that keep their connections open, in one process on
// loopback. Prints answers a second, the clients' work included.
#include <array>
#include <atomic>
#include <charconv>
#include <iostream>
#include <thread>

#include "base/digest.h"
#include "base/net/socket.h"
#include "core/record/tests/record_fixture.h"
#include "edge/fhirrest/fhirrest.h"
#include "edge/fhirrest/terminology_operations.h"

namespace xinglin::fhirrest {
namespace {

// One request and its answer on an open connection; false when the answer is not 200 with result true.
bool ask(net::Stream& stream, const std::string& request) {
  if (!stream.write_all(as_bytes(request)).ok()) return false;
  std::string answer;
  std::array<uint8_t, 8192> buffer;
  size_t head = std::string::npos, length = 0;
  while (head == std::string::npos || answer.size() < head + length) {
    const Result<size_t> read = stream.read_some(buffer);
    if (!read) return false;
    answer.append(reinterpret_cast<const char*>(buffer.data()), *read);
    if (head != std::string::npos) continue;
    head = answer.find("\r\n\r\n");
    if (head == std::string::npos) continue;
    head += 4;
    const size_t at = answer.find("Content-Length: ");
    if (at == std::string::npos) return false;
    std::from_chars(answer.data() + at + 16, answer.data() + answer.size(), length);
  }
  return answer.starts_with("HTTP/1.1 200") && answer.find("\"valueBoolean\":true") != std::string::npos;
}

struct Room final : record::RecordFixture {
  void TestBody() override {}
  xinglin::record::Record& stored() { return *record; }
  trust::Access who() const { return access; }
};

void run(size_t clients) {
  SystemClock clock;
  SystemRandom random;
  const terminology::Terminology terminology(nullptr, clock);
  Room room;
  FhirRest edge(room.stored(), clock,
                [&room](const http::Request&) -> Result<trust::Access> { return room.who(); },
                {.software_version = "bench", .resource_bytes_max = 100'000});
  for (Operation& row : terminology_operations(terminology, clock, random)) edge.add(std::move(row));
  http::Router router;
  edge.add_routes(router);
  const auto server = http::Server::start({.endpoint = {"127.0.0.1", 0}}, router);
  if (!server) return;
  const std::string request =
      "GET /fhir/ValueSet/$validate-code?url=http://terminology.hl7.org/ValueSet/v3-RoleCode"
      "&system=http://terminology.hl7.org/CodeSystem/v3-RoleCode&code=MTH HTTP/1.1\r\nHost: "
      "127.0.0.1\r\n\r\n";
  std::atomic<size_t> done{0}, failed{0};
  const int64_t start = clock.monotonic_us();
  std::vector<std::thread> threads;
  for (size_t i = 0; i < clients; ++i)
    threads.emplace_back([&] {
      auto stream = net::Stream::connect((*server)->endpoint(), 5000);
      while (stream && clock.monotonic_us() - start < 3 * kSecondUs)
        (ask(*stream, request) ? done : failed)++;
    });
  for (std::thread& thread : threads) thread.join();
  const auto rate = static_cast<double>(done) * 1e6 / static_cast<double>(clock.monotonic_us() - start);
  std::cout << "$validate-code over HTTP, " << clients << " clients: " << static_cast<int64_t>(rate)
            << " per second, " << failed << " failed\n";
}

}  // namespace
}  // namespace xinglin::fhirrest

int main() {
  for (const size_t clients : {1, 4, 16}) xinglin::fhirrest::run(clients);
  return 0;
}
