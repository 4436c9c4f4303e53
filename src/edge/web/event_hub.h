// The event hub: journal events, as the pages hear them. main's journal calls push() for every committed
// event (a listener: quick, never blocks on a page); each open page has a Stream that drains the hub's ring.
// Bursts are folded: one message per kind and patient per second, the newest one. A page that was away
// resumes from the ring, then from the journal, and is told to refetch everything when too much has passed.
// Thread-safe; a Stream belongs to one thread. WHATWG HTML 9.2 (server-sent events).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "store/journal/journal.h"

namespace xinglin::web {

// What a page is told of one journal event: never more than ids.
struct PageEvent {
  int64_t id = 0;
  std::string kind;  // result, patient, observation, message, system
  std::string type, subject, patient;
};
// nullopt: not for pages.
std::optional<PageEvent> to_page_event(const journal::Event& event);

enum class Audience { Clinical, System };  // System hears message and system events only, without ids

class EventHub {
public:
  struct Options {
    size_t ring_length = 4096;
    size_t pending_max = 2000;    // folded messages that may wait in one stream
    int64_t catch_up_max = 1000;  // events read back from the journal
    int64_t fold_us = kSecondUs;
  };
  EventHub(journal::Journal& journal, const Clock& clock, Options options);
  EventHub(const EventHub&) = delete;

  void push(const journal::Event& event);
  // Ends every stream, or those opened with this key (a session that ended). No stream opens after
  // close_all().
  void close_all();
  void close(const std::string& key);

  class Stream {
  public:
    // Made by open().
    Stream(EventHub& hub, Audience audience, Instant ends_at, std::shared_ptr<const bool> ended)
        : hub_(hub), audience_(audience), ends_at_(ends_at), ended_(std::move(ended)) {}
    // Text in event-stream form, "" when nothing came within the time, nullopt when the stream has ended.
    std::optional<std::string> next(int wait_ms);

  private:
    friend class EventHub;
    struct Waiting {
      PageEvent event;
      int64_t first_id = 0;  // of the events folded into this one
      int64_t due_us = 0;
    };
    using Key = std::pair<std::string, std::string>;  // kind, patient
    void take(PageEvent event);
    std::string due();
    int wait_until_due(int wait_ms) const;

    EventHub& hub_;
    const Audience audience_;
    const Instant ends_at_;
    // Shared with the hub, which sets it under its mutex when the session ends; read under that mutex.
    const std::shared_ptr<const bool> ended_;
    int64_t last_id_ = 0;  // newest event taken
    bool missed_ = false;
    std::map<Key, Waiting> pending_;
    std::map<Key, int64_t> sent_us_;  // of the last fold time
  };
  // `after`: the Last-Event-ID of a page that comes back. `ends_at`: when the session ends at the latest.
  std::unique_ptr<Stream> open(Audience audience, const std::string& key, Instant ends_at,
                               std::optional<int64_t> after);

private:
  struct Drained {
    bool ended = false, missed = false;
    std::vector<PageEvent> events;
    int64_t newest = 0;
  };
  Drained drain(const bool& ended, int64_t after, int wait_ms);

  journal::Journal& journal_;
  const Clock& clock_;
  const Options options_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<PageEvent> ring_;
  std::optional<int64_t> covered_from_;  // every page event after this id is in the ring
  int64_t newest_ = 0;
  bool closed_ = false;
  std::multimap<std::string, std::weak_ptr<bool>>
      streams_;  // by key; gone ones are removed when another opens
};

}  // namespace xinglin::web
