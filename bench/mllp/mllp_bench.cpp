// Load for the way of an HL7 v2 result: N connections send ORU^R01 with four results each and wait for every
// AA. Without
// --connect the rooms are wired here, in one process with the clients, on a database below --data; with it a
// running `xinglin serve` is measured. Prints messages/s, resources/s (four Observations, one
// DiagnosticReport) and latencies.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "base/digest.h"
#include "base/random.h"
#include "edge/mllp/client.h"
#include "edge/mllp/server.h"
#include "service/intake/message_intake.h"

namespace xinglin::bench {
namespace {

struct Settings {
  int connections = 8, messages = 20'000, patients = 500;
  std::string connect, data;
  bool admit = true;  // patients are known before the clock starts, as on a ward
};

std::string number_text(int value, int width) {
  std::string text = std::to_string(value);
  return std::string(static_cast<size_t>(std::max(0, width - static_cast<int>(text.size()))), '0') + text;
}

std::string head(std::string_view type, const std::string& control) {
  return "MSH|^~\\&|BENCH|WARD|XINGLIN|HOSP|20260102030405+0000||" + std::string(type) + "|" + control +
         "|P|2.5.1||||||UNICODE UTF-8\r";
}

std::string pid(int patient) {
  return "PID|1||" + number_text(patient, 6) + "^^^BENCH^MR||Bench^Patient" + number_text(patient, 6) +
         "||19560708|F\r";
}

std::string result_message(const std::string& run, int n, int patient) {
  const std::string key = run + "-" + std::to_string(n);
  const std::string second = number_text(n / 60 % 60, 2) + number_text(n % 60, 2);
  const auto value = [&](int base, int spread) { return std::to_string(base + n % spread); };
  return head("ORU^R01^ORU_R01", key) + pid(patient) + "OBR|1||" + key +
         "^BENCH|85353-1^Vital signs panel^LN|||2026010203" + second + "||||||||||||||||||F\r" +
         "OBX|1|NM|8867-4^Heart rate^LN||" + value(60, 40) + "|/min|60-100|N|||F\r" +
         "OBX|2|NM|9279-1^Respiratory rate^LN||" + value(12, 10) + "|/min|12-20|N|||F\r" +
         "OBX|3|NM|59408-5^Oxygen saturation^LN||" + value(90, 10) + "|%|94-100|N|||F\r" +
         "OBX|4|NM|8310-5^Body temperature^LN||3" + std::to_string(6 + n % 3) + "." + std::to_string(n % 10) +
         "|Cel|36.1-38.0|N|||F\r";
}

std::string admission(const std::string& run, int patient) {
  return head("ADT^A28^ADT_A05", run + "-adt-" + std::to_string(patient)) + "EVN||20260102\r" + pid(patient);
}

// The rooms a message goes through, as main wires them.
struct House {
  explicit House(const std::string& folder) {
    store = std::move(*sql::Store::open(folder + "/db"));
    blobs = std::move(*blob::BlobStore::open(folder + "/blobs"));
    audit = std::move(*trust::AuditLog::open(*store, clock, folder));
    journal = std::make_unique<journal::Journal>(*store, clock, metrics);
    record = std::make_unique<record::Record>(*store, clock, random, *audit, *journal);
    identity = std::make_unique<identity::Identity>(*record, clock, *audit, *journal);
    archive = std::make_unique<archive::Archive>(
        *store, *blobs, clock, *audit, *journal,
        [](sql::Tx&, const trust::Access&, const archive::PatientAttributes&) -> Result<PatientId> {
          return Error(errors::kUnsupported);
        },
        archive::Archive::Limits{});
    intake = std::make_unique<intake::MessageIntake>(*store, clock, *audit, *journal, *record, *identity,
                                                     *archive);
    mllp::Receiver receiver;
    receiver.receive = [this](std::span<const uint8_t> bytes, const std::string& peer) {
      return intake->accept(trust::Access::sender("mllp", peer), bytes, peer).bytes;
    };
    receiver.refuse_oversize = [this](std::span<const uint8_t> bytes, uint64_t size,
                                      const std::string& peer) {
      return intake->refuse_oversize(trust::Access::sender("mllp", peer), bytes, size).bytes;
    };
    mllp::Options options;
    options.endpoint = {"127.0.0.1", 0};
    server = std::move(*mllp::Server::start(options, std::move(receiver), clock, metrics));
  }
  ~House() { server->stop(5000); }

  SystemClock clock;
  SystemRandom random;
  Metrics metrics;
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<blob::BlobStore> blobs;
  std::unique_ptr<trust::AuditLog> audit;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<record::Record> record;
  std::unique_ptr<identity::Identity> identity;
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<intake::MessageIntake> intake;
  std::unique_ptr<mllp::Server> server;
};

struct Outcome {
  std::vector<int64_t> latencies_us;
  int failures = 0;
  std::string first_failure;
};

// Sends message(n) for each n it can get until `total`.
template <class MessageOf>
Outcome run_client(const net::Endpoint& endpoint, std::atomic<int>& next, int total, MessageOf message_of) {
  Outcome out;
  const SystemClock clock;
  auto client = mllp::Client::connect(endpoint);
  for (int n = next++; n < total; n = next++) {
    const std::string message = message_of(n);
    const int64_t begin = clock.monotonic_us();
    const auto answer = client.ok() ? client->send(message) : Result<std::string>(client.error());
    out.latencies_us.push_back(clock.monotonic_us() - begin);
    if (answer.ok() && answer->find("MSA|AA|") != std::string::npos) continue;
    if (out.failures++ == 0) out.first_failure = answer.ok() ? *answer : answer.error().message();
    if (!answer.ok()) break;
  }
  return out;
}

template <class MessageOf>
Outcome run_clients(const net::Endpoint& endpoint, int connections, int total, MessageOf message_of) {
  std::atomic<int> next{0};
  std::vector<Outcome> outcomes(static_cast<size_t>(connections));
  std::vector<std::thread> threads;
  for (Outcome& outcome : outcomes)
    threads.emplace_back([&] { outcome = run_client(endpoint, next, total, message_of); });
  for (std::thread& t : threads) t.join();
  Outcome all;
  for (Outcome& o : outcomes) {
    all.latencies_us.insert(all.latencies_us.end(), o.latencies_us.begin(), o.latencies_us.end());
    all.failures += o.failures;
    if (all.first_failure.empty()) all.first_failure = o.first_failure;
  }
  std::sort(all.latencies_us.begin(), all.latencies_us.end());
  return all;
}

int measure(const Settings& s, const net::Endpoint& endpoint) {
  SystemRandom random;
  const SystemClock clock;
  const std::string run =
      new_uuid(random).substr(0, 8);  // control ids of this run, so that it can be repeated
  if (s.admit) run_clients(endpoint, s.connections, s.patients, [&](int n) { return admission(run, n); });
  const int64_t begin = clock.monotonic_us();
  const Outcome out = run_clients(endpoint, s.connections, s.messages,
                                  [&](int n) { return result_message(run, n, n % s.patients); });
  const double seconds = static_cast<double>(clock.monotonic_us() - begin) / kSecondUs;
  const auto at = [&](double q) {
    if (out.latencies_us.empty()) return 0.0;
    return static_cast<double>(
               out.latencies_us[static_cast<size_t>(q * static_cast<double>(out.latencies_us.size() - 1))]) /
           1000.0;
  };
  const double rate = static_cast<double>(out.latencies_us.size()) / seconds;
  std::cout << "messages " << out.latencies_us.size() << " connections " << s.connections << " patients "
            << s.patients << " seconds " << seconds << "\nmessages/s " << static_cast<int>(rate)
            << "\nresources/s " << static_cast<int>(rate * 5) << "\np50 ms " << at(0.5) << "\np99 ms "
            << at(0.99) << "\nmax ms " << at(1) << "\nfailures " << out.failures << "\n";
  if (out.failures > 0) std::cout << "first failure: " << out.first_failure << "\n";
  return out.failures == 0 ? 0 : 1;
}

int run(const Settings& s) {
  if (!s.connect.empty()) {
    const auto endpoint = net::parse_endpoint(s.connect);
    if (endpoint.ok()) return measure(s, *endpoint);
    std::cerr << "not ADDRESS:PORT: " << s.connect << "\n";
    return 2;
  }
  SystemRandom random;
  const std::string folder = s.data.empty() ? std::filesystem::temp_directory_path().string() : s.data;
  const std::string own = folder + "/mllp-bench-" + new_uuid(random);
  std::filesystem::create_directories(own);
  int code = 0;
  {
    House house(own);
    code = measure(s, house.server->endpoint());
    std::cout << "database MiB " << (std::filesystem::file_size(own + "/db") >> 20) << "\n";
  }
  std::filesystem::remove_all(own);
  return code;
}

}  // namespace
}  // namespace xinglin::bench

int main(int argc, char** argv) {
  xinglin::bench::Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--connections")
      settings.connections = std::atoi(argv[i + 1]);
    else if (name == "--messages")
      settings.messages = std::atoi(argv[i + 1]);
    else if (name == "--patients")
      settings.patients = std::atoi(argv[i + 1]);
    else if (name == "--connect")
      settings.connect = argv[i + 1];
    else if (name == "--data")
      settings.data = argv[i + 1];
    else {
      std::cerr << "mllp_bench [--connections N] [--messages N] [--patients N] [--connect ADDR:PORT] [--data "
                   "DIR]\n";
      return 2;
    }
  }
  return xinglin::bench::run(settings);
}
