// The parts of Record: what every file of the room needs to see.
#pragma once

#include <mutex>
#include <string>

#include "core/record/detail/index.h"
#include "core/record/detail/visibility.h"
#include "core/record/record.h"

namespace xinglin::record {

// head + meta + tail is the text; version and time are known only in the transaction.
struct Prepared::Content {
  const detail::TypeDef* type = nullptr;
  std::string type_name, id;
  std::string head;  // {"resourceType":"Patient","id":"..."
  std::string meta;  // members of meta that the writer gave, each with a comma before it
  std::string tail;  // the other members, each with a comma before it, and the closing brace
  detail::Rows rows;
  json::object event;  // data of the event, without version
  std::optional<int64_t> if_match;

  std::string text(int64_t version, Instant updated) const;
  static std::string head_of(std::string_view type, std::string_view id);
};

struct Record::Impl {
  Impl(sql::Store& s, const Clock& c, Random& r, trust::AuditLog& a, journal::Journal& j)
      : store(s), clock(c), random(r), audit(a), journal(j) {}

  struct Current {
    int64_t key = 0, version = 0;
    bool deleted = false;
    Instant updated;
    std::string patient, text;
  };
  Result<std::optional<Current>> find(sql::Session& session, const detail::TypeDef& type,
                                      std::string_view id);

  Result<Resource> insert(sql::Tx& tx, const trust::Access& access, const Prepared::Content& content);
  Result<Resource> replace(sql::Tx& tx, const trust::Access& access, const Prepared::Content& content,
                           const Current& old);
  Result<void> keep_history(sql::Tx& tx, const detail::TypeDef& type, const Current& old);
  Result<void> announce(sql::Tx& tx, const trust::Access& access, trust::Action action,
                        const Resource& written, const detail::TypeDef& type, json::object data);
  // The leaf of a read: in the transaction when the reader is one (the writer thread must not wait for
  // itself).
  Result<void> note(sql::Session& session, const trust::Access& access, const trust::AuditEntry& entry);
  // A refused try is a leaf too: who tried to do what.
  Result<void> allow(const trust::Access& access, Result<void> allowed, trust::Action action,
                     std::string_view type, std::string_view id);
  // What the caller may see or change of a type: the role, then the scopes. A refusal is a leaf.
  Result<detail::Visibility> visibility(const trust::Access& access, trust::Permission permission,
                                        trust::Interaction interaction, trust::Action action,
                                        std::string_view type, std::string_view id);
  // Whether what is stored lies within; of something deleted, what it said before.
  Result<bool> covers(sql::Session& session, const detail::Visibility& visible, const detail::TypeDef& type,
                      const Current& current);
  // For a cursor: kBadCursor alike for an id that the caller does not see and for one that nothing has.
  Result<int64_t> key_of_seen(sql::Session& session, const detail::Visibility& visible,
                              const detail::TypeDef& type, std::string_view id);
  // Before a change of what is stored: kNotAllowed when the caller sees it and may not change it, and the
  // answer for what was never there when the caller does not see it.
  Result<void> allow_change(sql::Session& session, const trust::Access& access,
                            const detail::Visibility& changeable, const detail::TypeDef& type,
                            std::string_view id, const std::optional<Current>& old);
  Result<int64_t> rebuild_step(sql::Tx& tx, int64_t done_to);  // done up to there; -1: all
  detail::Rows rows_of(const detail::TypeDef& type, const std::string& text) const;

  Instant write_time();  // whole milliseconds, never earlier than one given before
  std::string new_id();

  sql::Store& store;
  const Clock& clock;
  Random& random;
  trust::AuditLog& audit;
  journal::Journal& journal;
  std::vector<Watcher*> watchers;
  detail::Index index;
  const CodeSets* codes = nullptr;
  std::mutex mutex;  // guards random and last_write_us
  int64_t last_write_us = 0;
};

}  // namespace xinglin::record
