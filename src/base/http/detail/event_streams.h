// Server-sent-event streams after the response head has been asked for: each runs on a thread of its own that
// blocks in the EventSource and writes to the socket it was given. A stream ends when its source says so,
// when the client goes away, or on stop(). WHATWG HTML 9.2.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/http/http.h"

namespace xinglin::http::detail {

class EventStreams {
public:
  explicit EventStreams(size_t streams_max) : streams_max_(streams_max) {}
  ~EventStreams() { stop(); }

  // A place must be taken before the socket is handed over, so that a full house can still answer 503.
  bool reserve();
  void release();
  // Takes over the socket and one reserved place. `head` is written first.
  void run(int fd, std::string head, EventSource source);
  void stop();

private:
  struct Stream {
    std::thread thread;
    std::atomic<bool> ended{false};
  };
  void serve(int fd, std::string head, const EventSource& source);
  void sweep();  // joins ended streams; mutex_ is held

  const size_t streams_max_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards streams_ and taken_
  std::list<Stream> streams_;
  size_t taken_ = 0;
};

}  // namespace xinglin::http::detail
