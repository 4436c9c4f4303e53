// The client of the record's benchmarks: keeps N connections busy with requests and prints how many were
// answered in a second and how long they took. Requests come from a file, one a line: METHOD, path and, for a
// body, the name of its file and how many resources it counts for, separated by tabs. Written in C++ so that
// it takes little of the two cores that the server is measured on.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <thread>

#include "base/net/socket.h"
#include "base/random.h"

namespace xinglin::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Settings {
  std::string connect, token, requests;
  int connections = 4;
  double seconds = 0;  // 0: each request once
  uint64_t seed = 1;
};

struct Request {
  std::string method, path, body, group;
  int64_t counts = 1;
};

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> columns_of(const std::string& line) {
  std::vector<std::string> out;
  for (size_t at = 0; at <= line.size();) {
    const size_t end = std::min(line.find('\t', at), line.size());
    out.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// group, method, path, [file of the body, resources it counts for]
std::vector<Request> read_requests(const std::string& path) {
  std::vector<Request> out;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> columns = columns_of(line);
    if (columns.size() < 3) continue;
    Request request{columns[1], columns[2], {}, columns[0]};
    if (columns.size() > 3) request.body = file_text(columns[3]);
    if (columns.size() > 4) request.counts = std::stoll(columns[4]);
    out.push_back(std::move(request));
  }
  return out;
}

class Connection {
public:
  explicit Connection(const Settings& settings) : settings_(settings) {}

  // The status; 0 when the connection broke.
  int send(const Request& request) {
    if (!stream_ && !open()) return 0;
    std::string head = request.method + " " + request.path + " HTTP/1.1\r\nHost: " + settings_.connect +
                       "\r\nAuthorization: Bearer " + settings_.token +
                       "\r\nAccept: application/fhir+json\r\n";
    if (request.method == "POST")
      head +=
          "Content-Type: application/fhir+json\r\nContent-Length: " + std::to_string(request.body.size()) +
          "\r\n";
    head += "\r\n";
    const auto bytes = [](const std::string& text) {
      return std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size());
    };
    if (!stream_->write_all(bytes(head), bytes(request.body))) return fail();
    return receive();
  }
  uint64_t received = 0;
  std::string last;  // the body of the last answer that was no success

private:
  bool open() {
    const auto endpoint = net::parse_endpoint(settings_.connect);
    if (!endpoint) return false;
    auto stream = net::Stream::connect(*endpoint, 5000);
    if (!stream) return false;
    stream->set_timeouts(120'000, 120'000);
    stream_.emplace(std::move(*stream));
    buffer_.clear();
    return true;
  }
  int fail() {
    stream_.reset();
    return 0;
  }
  bool more() {
    const size_t had = buffer_.size();
    buffer_.resize(had + 65'536);
    const auto got =
        stream_->read_some(std::span(reinterpret_cast<uint8_t*>(buffer_.data()) + had, buffer_.size() - had));
    buffer_.resize(had + (got ? *got : 0));
    return got.ok();
  }
  int receive() {
    size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return fail();
    const std::string head = buffer_.substr(0, end);
    const int status = std::atoi(head.c_str() + 9);
    size_t length = 0;
    const size_t at = head.find("\r\nContent-Length: ");
    if (at != std::string::npos) length = static_cast<size_t>(std::atoll(head.c_str() + at + 18));
    while (buffer_.size() < end + 4 + length)
      if (!more()) return fail();
    if (status >= 300) last = buffer_.substr(end + 4, std::min<size_t>(length, 400));
    received += length;
    buffer_.erase(0, end + 4 + length);
    return status;
  }
  const Settings& settings_;
  std::optional<net::Stream> stream_;
  std::string buffer_;
};

struct Tally {
  std::map<std::string, std::vector<double>> ms;  // by group
  std::map<int, int64_t> statuses;
  int64_t counted = 0;
  uint64_t received = 0;
  std::string last;
};

void work(const Settings& settings, const std::vector<Request>& requests, std::atomic<size_t>& next,
          uint64_t seed, SteadyClock::time_point end, Tally& tally) {
  Connection connection(settings);
  SeededRandom random{seed};
  while (true) {
    size_t index = next++;
    if (settings.seconds > 0) {
      if (SteadyClock::now() >= end) break;
      index = static_cast<size_t>(random.below(requests.size()));
    } else if (index >= requests.size()) {
      break;
    }
    const Request& request = requests[index];
    const auto begin = SteadyClock::now();
    const int status = connection.send(request);
    tally.ms[request.group].push_back(
        std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count());
    ++tally.statuses[status];
    if (status >= 200 && status < 300) tally.counted += request.counts;
  }
  tally.received = connection.received;
  tally.last = connection.last;
}

double at_share(std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(share * static_cast<double>(sorted.size())))];
}

void print(std::vector<Tally>& tallies, double seconds) {
  Tally all;
  for (Tally& tally : tallies) {
    for (auto& [group, times] : tally.ms)
      all.ms[group].insert(all.ms[group].end(), times.begin(), times.end());
    for (const auto& [status, count] : tally.statuses) all.statuses[status] += count;
    all.counted += tally.counted;
    all.received += tally.received;
    if (all.last.empty()) all.last = tally.last;
  }
  size_t requests = 0;
  for (auto& [group, times] : all.ms) {
    std::sort(times.begin(), times.end());
    requests += times.size();
    std::cout << group << ": " << times.size() << " requests, p50 " << at_share(times, 0.5) << " ms, p99 "
              << at_share(times, 0.99) << " ms, max " << times.back() << " ms\n";
  }
  std::cout << "total: " << requests << " requests in " << seconds << " s, "
            << static_cast<double>(requests) / seconds << " requests/s, "
            << static_cast<double>(all.counted) / seconds << " counted/s, "
            << static_cast<double>(all.received) / seconds / 1e6 << " MB/s\nstatuses:";
  for (const auto& [status, count] : all.statuses) std::cout << ' ' << status << '=' << count;
  std::cout << '\n';
  if (!all.last.empty()) std::cout << "refused: " << all.last << '\n';
}

Settings read_settings(int argc, char** argv) {
  Settings out;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--connect") out.connect = value;
    if (name == "--token") out.token = value;
    if (name == "--requests") out.requests = value;
    if (name == "--connections") out.connections = std::stoi(value);
    if (name == "--seconds") out.seconds = std::stod(value);
    if (name == "--seed") out.seed = std::stoull(value);
  }
  return out;
}

int run(const Settings& settings) {
  const std::vector<Request> requests = read_requests(settings.requests);
  if (requests.empty()) {
    std::cerr << "no requests in " << settings.requests << '\n';
    return 1;
  }
  std::vector<Tally> tallies(static_cast<size_t>(settings.connections));
  std::vector<std::thread> threads;
  std::atomic<size_t> next{0};
  const auto begin = SteadyClock::now();
  const auto end = begin + std::chrono::milliseconds(static_cast<int64_t>(settings.seconds * 1000));
  for (size_t i = 0; i < tallies.size(); ++i)
    threads.emplace_back([&, i] { work(settings, requests, next, settings.seed + i, end, tallies[i]); });
  for (std::thread& thread : threads) thread.join();
  print(tallies, std::chrono::duration<double>(SteadyClock::now() - begin).count());
  return 0;
}

}  // namespace
}  // namespace xinglin::bench

int main(int argc, char** argv) {
  return xinglin::bench::run(xinglin::bench::read_settings(argc, argv));
}
