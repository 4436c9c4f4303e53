// The record: FHIR R4 resources as immutable JSON text, versioned, with search index rows. Every write makes,
// in the caller's transaction, the resource version, its index rows, the audit leaf and the journal event
// ("record.<type in kebab case>-created|updated|deleted", subject "Type/id"). Reads take a Session so that
// several see one snapshot. Thread-safe. FHIR R4 3.1.0 (RESTful API) and 3.1.1 (search).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/issue.h"
#include "base/json.h"
#include "base/random.h"
#include "base/strong_id.h"
#include "base/time.h"
#include "core/record/errors.h"
#include "core/trust/access.h"
#include "core/trust/audit_log.h"
#include "store/journal/journal.h"
#include "store/sql/store.h"

namespace xinglin::record {

struct Resource {
  std::string type, id;
  int64_t version = 1;
  Instant last_updated;
  bool deleted = false;
  std::string text;     // the JSON as stored, with id and meta; "" when deleted
  std::string patient;  // logical id of the patient compartment, or ""
  Result<json::object> parsed() const;
};

struct WriteOptions {
  std::optional<int64_t> if_match;  // expected current version
  std::string id = {};              // create with this id (import, projections); "" = new uuid
  bool validate = true;
};

// A resource made ready to be written: checked, its text and index rows computed. Made outside the
// transaction, so that the one writer thread has little to do; may be written more than once (a group of
// writes can be replayed).
class Prepared {
public:
  ~Prepared();
  Prepared(Prepared&&) noexcept;
  Prepared& operator=(Prepared&&) noexcept;
  const std::string& type() const;
  const std::string& id() const;
  // For a write whose target is known only in the transaction (conditional update).
  void give_id(std::string id);

  struct Content;  // known inside the room only

private:
  friend class Record;
  explicit Prepared(std::unique_ptr<Content> content);
  std::unique_ptr<Content> content_;
};

struct SearchParameter {
  std::string name, modifier, value;  // "birthdate", "", "ge1960"; value still holds its commas
};
// A value that is meant as it stands: in a search parameter a comma means "or" (FHIR search 3.1.1.4.0.1).
std::string escaped_value(std::string_view text);
// What a search asks about codes (:in, :not-in, :above, :below); who knows terminology gives it.
struct Coded {
  std::string system, code;
};
class CodeSets {
public:
  virtual ~CodeSets() = default;
  virtual Result<std::vector<Coded>> members(sql::Session& session, std::string_view value_set) const = 0;
  virtual Result<std::vector<Coded>> below(sql::Session& session,
                                           const Coded& code) const = 0;  // with itself
  virtual Result<std::vector<Coded>> above(sql::Session& session,
                                           const Coded& code) const = 0;  // with itself
};

enum class Total { None, Exact };
enum class Handling { Strict, Lenient };
struct Include {
  std::string what;  // "Observation:subject:Patient", "*"
  bool reverse = false, iterate = false;
};
struct SearchRequest {
  std::string type;  // "": every type, or those of `types`
  std::vector<SearchParameter>
      parameters;                 // names with chains, _has, _filter too; _sort _count _summary are below
  std::vector<std::string> sort;  // "-date"
  int64_t count = 50;
  std::string cursor;          // opaque, from the last page
  bool count_only = false;     // _summary=count
  Total total = Total::Exact;  // None leaves SearchResult::total at -1
  Handling handling = Handling::Strict;
  std::vector<std::string> types = {};  // _type
  std::string compartment = {};         // "Patient/1": only what belongs to it
  std::vector<Include> includes = {};
  bool explain = false;
};
struct SearchResult {
  std::vector<Resource> matches;
  std::vector<Resource> included = {};
  int64_t total = -1;       // exact, or -1 when not asked for
  std::string next_cursor;  // "" at the end
  IssueSink ignored;        // what lenient handling left out, and what could not be included
  json::object plan = {};   // of explain: what drove, what was probed, rows and microseconds
};

// History of one resource, of a type (id "") or of everything (type "" too), the newest version first.
struct HistoryRequest {
  std::string type = {}, id = {};
  std::optional<Instant> since = {};  // versions made at this time or later
  std::optional<TimeSpan> at = {};    // versions that were the current one at some moment of it
  int64_t count = 100;
  std::string cursor = {};  // opaque, from the last page; writes in between neither repeat nor hide a version
};
struct HistoryPage {
  std::vector<Resource> versions;  // deletions too
  int64_t total = -1;              // all that fit; -1: not counted (later pages, scopes)
  std::string next_cursor;         // "" at the end
};

// Search parameters offered for a type: name and FHIR type (token, reference, date, string, quantity, uri,
// number).
struct ParameterInfo {
  std::string_view name, type, prose;
};

// Told of every write inside its transaction, before it is durable; an error undoes the write. Must not keep
// the writer waiting.
class Watcher {
public:
  virtual ~Watcher() = default;
  // `written`: the version just made; its text is empty when it is a deletion.
  virtual Result<void> written(sql::Tx& tx, const trust::Access& access, trust::Action action,
                               const Resource& written) = 0;
};

class Record {
public:
  Record(sql::Store& store, const Clock& clock, Random& random, trust::AuditLog& audit,
         journal::Journal& journal);
  ~Record();

  static bool is_known_type(std::string_view type);
  static std::vector<std::string_view> known_types();
  static std::vector<ParameterInfo> search_parameters(std::string_view type);

  // No SQL, any thread. The id: options.id, else the resource's own, else a new one.
  Result<Prepared> prepare(json::object resource, IssueSink& issues, const WriteOptions& options = {}) const;
  Result<Resource> create(sql::Tx& tx, const trust::Access& access, const Prepared& prepared);
  Result<Resource> update(sql::Tx& tx, const trust::Access& access, const Prepared& prepared);
  // As update, but writes nothing when just this content is stored already: false. For imports that may be
  // run again.
  Result<bool> put(sql::Tx& tx, const trust::Access& access, const Prepared& prepared);

  // prepare and write in one. Validation is structural (codec/fhir/validate.h); what is wrong goes to
  // `issues`.
  Result<Resource> create(sql::Tx& tx, const trust::Access& access, json::object resource, IssueSink& issues,
                          WriteOptions options = {});
  // Creates when absent (FHIR update-as-create). The id must be in the resource.
  Result<Resource> update(sql::Tx& tx, const trust::Access& access, json::object resource, IssueSink& issues,
                          WriteOptions options = {});
  Result<void> remove(sql::Tx& tx, const trust::Access& access, std::string_view type, std::string_view id,
                      WriteOptions options = {});

  // What is stored under this id now, none when nothing ever was. For a room that is about to change it in
  // the same transaction: not recorded in the audit log, as the change will be. Who has another purpose uses
  // read().
  Result<std::optional<Resource>> current(sql::Session& session, std::string_view type, std::string_view id);

  // Whether a search with these parameters has the resource among its answers, as this session sees it. For a
  // room that tells nobody: not recorded in the audit log.
  Result<bool> matches(sql::Session& session, std::string_view type, std::string_view id,
                       const std::vector<SearchParameter>& parameters);
  // Several may watch, all types; before anything is written, and they must outlive the record.
  void watch(Watcher& watcher);

  // kNotFound, kDeleted. Each is recorded in the audit log.
  Result<Resource> read(sql::Session& session, const trust::Access& access, std::string_view type,
                        std::string_view id);
  Result<Resource> vread(sql::Session& session, const trust::Access& access, std::string_view type,
                         std::string_view id, int64_t version);
  Result<HistoryPage> history(sql::Session& session, const trust::Access& access,
                              const HistoryRequest& request);
  Result<SearchResult> search(sql::Session& session, const trust::Access& access,
                              const SearchRequest& request);

  void know_codes(const CodeSets& codes);  // before the first search; must outlive the record

  // Makes the index rows again when they are not those of this program (another version filled the store);
  // before anything is searched. Stopped half-way, the next call goes on where this one ended.
  using RebuildProgress = std::function<void(int64_t done, int64_t all)>;
  Result<void> rebuild_index(const RebuildProgress& progress = {});

  // Whole-call forms on the store: one durable write or one snapshot.
  Result<Resource> create_now(const trust::Access& access, json::object resource, IssueSink& issues);
  Result<Resource> read_now(const trust::Access& access, std::string_view type, std::string_view id);
  Result<Resource> update_now(const trust::Access& access, json::object resource, IssueSink& issues,
                              WriteOptions options = {});
  Result<void> remove_now(const trust::Access& access, std::string_view type, std::string_view id,
                          WriteOptions options = {});
  Result<SearchResult> search_now(const trust::Access& access, const SearchRequest& request);
  sql::Store& store() const;
  std::string new_id() const;
  Instant now() const;

private:
  friend class Search;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::record
