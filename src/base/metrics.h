// Metrics in Prometheus text form (exposition format 0.0.4). A Registry is built by main and handed to rooms
// by reference; counters and gauges live as long as the registry. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

namespace xinglin {

class Counter {
public:
  void add(uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
  std::atomic<uint64_t> value_{0};
};

class Metrics {
public:
  // Name per Prometheus convention (xinglin_dimse_instances_total); labels as written between braces:
  // outcome="stored". Asking twice for the same name and labels gives the same counter.
  Counter& counter(const std::string& name, const std::string& help, const std::string& labels = "");
  // A gauge is read when the page is asked for.
  void gauge(const std::string& name, const std::string& help, std::function<double()> read,
             const std::string& labels = "");
  std::string text() const;

private:
  struct Entry {
    std::string name, help, labels;
    Counter counter;
    std::function<double()> read;  // empty for counters
  };
  mutable std::mutex mutex_;  // guards entries_
  std::deque<Entry> entries_;
};

}  // namespace xinglin
