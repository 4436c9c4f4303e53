// STOW-RS (PS3.18 10.5): each part is stored through the intake as soon as it has come, as with C-STORE. A
// few are stored while the next ones come in: they reach the disk together.
#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "base/log.h"
#include "base/spool.h"
#include "edge/dicomweb/detail/impl.h"
#include "edge/dicomweb/multipart.h"

namespace xinglin::dicomweb {

namespace {

using http::Request;
using http::Response;

constexpr size_t kAtOnceMax = 4;            // parts of one request that are being stored
constexpr uint64_t kMemoryBytes = 4 << 20;  // of one instance; more goes to a file

// What became of one part. UIDs are empty when it could not be read.
struct Stored {
  std::string sop_class, sop_instance, study, series;
  std::optional<uint16_t> failure;  // (0008,1197)
};

// The failure reasons of C-STORE (PS3.4 B.2.3, PS3.7 C), which PS3.18 I.2.2 takes over.
uint16_t failure_of(const Error& error) {
  if (error.is(archive::kUidMismatch)) return 0xA900;
  if (error.is(archive::kDifferentBytes)) return 0x0111;
  switch (error.kind()) {
    case ErrorKind::Invalid:
    case ErrorKind::Unsupported:
      return 0xC000;
    case ErrorKind::Unauthenticated:
    case ErrorKind::Denied:
      return 0x0124;
    case ErrorKind::Busy:
    case ErrorKind::TooLarge:
    case ErrorKind::Timeout:
    case ErrorKind::Cancelled:
    case ErrorKind::Io:
      return 0xA700;
    default:
      return 0x0110;
  }
}

Stored uids_of(std::span<const uint8_t> bytes) {
  dicom::Limits skim;
  skim.depth_max = 32;
  skim.elements_max = skim.items_max = 500'000;
  skim.value_bytes_kept = 128;
  skim.stop_at_pixel_data = true;
  const auto file = dicom::parse_file(bytes, skim);
  if (!file) return {};
  const dicom::DataSet& in = file->data_set;
  return {in.text({0x0008, 0x0016}),
          in.text({0x0008, 0x0018}),
          in.text({0x0020, 0x000D}),
          in.text({0x0020, 0x000E}),
          {}};
}

// A part that has come whole.
struct Received {
  std::unique_ptr<Spool> spool;
  std::optional<Error> error;
};

// Stores the parts of one request, some at a time, and keeps what became of them in their order. Shared by
// the body and the tasks that store: a request that is cut short leaves them to finish.
class PartStore {
public:
  PartStore(const DicomWeb::Rooms& rooms, trust::Access access, StudyUid study, std::string peer)
      : rooms_(rooms), access_(std::move(access)), study_(std::move(study)), peer_(std::move(peer)) {}

  // Waits while kAtOnceMax parts are being stored. The place of the part's outcome.
  size_t begin() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ < kAtOnceMax; });
    ++running_;
    outcomes_.emplace_back();
    return outcomes_.size() - 1;
  }
  void store(size_t place, Received part) {
    Stored outcome = outcome_of(part);
    part.spool->clear();
    const std::lock_guard lock(mutex_);
    outcomes_[place] = std::move(outcome);
    spare_.push_back(std::move(part.spool));
    --running_;
    changed_.notify_all();
  }
  // A spool that is done with its part, or null.
  std::unique_ptr<Spool> spare() {
    const std::lock_guard lock(mutex_);
    if (spare_.empty()) return nullptr;
    auto out = std::move(spare_.back());
    spare_.pop_back();
    return out;
  }
  // When all are stored.
  std::vector<Stored> finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ == 0; });
    return std::move(outcomes_);
  }

private:
  Stored outcome_of(const Received& part) const {
    Stored out;
    const auto outcome = [&]() -> Result<archive::Outcome> {
      if (part.error) return *part.error;
      if (part.spool->over_limit()) return Error(archive::kOverLimit);
      XL_TRY(const std::span<const uint8_t> bytes, part.spool->bytes());
      out = uids_of(bytes);
      archive::Incoming incoming;
      incoming.data_set = bytes;
      incoming.peer = peer_;
      incoming.study = study_;
      incoming.source = "dicomweb";
      incoming.let_go = [&](std::span<const uint8_t> done) { part.spool->let_go(done); };
      return rooms_.store(access_, incoming);
    }();
    if (outcome) return out;
    out.failure = failure_of(outcome.error());
    log::warning("dicomweb.refused", {{"code", outcome.error().code().name}, {"peer", peer_}});
    return out;
  }

  const DicomWeb::Rooms& rooms_;
  const trust::Access access_;
  const StudyUid study_;
  const std::string peer_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  size_t running_ = 0;
  std::vector<Stored> outcomes_;
  std::vector<std::unique_ptr<Spool>> spare_;
};

class StoreBody final : public http::BodySink, public PartReceiver {
public:
  StoreBody(const DicomWeb::Rooms& rooms, const Options& options, Pool& pool, const Request& request,
            const Result<trust::Access>& access)
      : pool_(pool), limits_{options.instance_bytes_max, kMemoryBytes, options.spool_directory} {
    const Result<void> opened = open(rooms, request, access);
    if (!opened) error_ = opened.error();
  }

  bool write(std::span<const uint8_t> bytes) override {
    if (!error_) take(reader_ ? reader_->write(bytes) : part_data(bytes));
    return !error_;
  }
  // After the last write.
  Result<std::vector<Stored>> finish() {
    if (!error_) take(reader_ ? reader_->finish() : end_part());
    std::vector<Stored> all = parts_ ? parts_->finish() : std::vector<Stored>();
    if (error_) return *error_;
    return all;
  }

private:
  void take(const Result<void>& done) {
    if (!done) error_ = done.error();
  }

  Result<void> open(const DicomWeb::Rooms& rooms, const Request& request,
                    const Result<trust::Access>& access) {
    if (!access) return access.error();
    XL_CHECK(may_store(rooms, *access));
    XL_TRY(const archive::Selection selection, selection_of(request));
    parts_ =
        std::make_shared<PartStore>(rooms, access->with_request(request.id), selection.study, request.remote);
    part_.spool = std::make_unique<Spool>(limits_);
    const auto type = parse_media_type(request.header("content-type"));
    if (!type) return Error(kMediaType);
    if (type->type == "application/dicom") return {};
    const std::string root = type->parameter("type"), boundary = type->parameter("boundary");
    if (type->type != "multipart/related" || (!root.empty() && root != "application/dicom"))
      return Error(kMediaType);
    if (!MultipartReader::is_boundary(boundary))
      return Error(kBadRequest, "Content-Type has no boundary of the form of RFC 2046");
    reader_.emplace(boundary, *this);
    return {};
  }

  Result<void> begin_part(const PartHeaders& headers) override {
    const auto found = headers.find("content-type");
    const auto type = parse_media_type(found == headers.end() ? "application/dicom" : found->second);
    if (!type || type->type != "application/dicom")
      return Error(kMediaType, "a part is not application/dicom");
    return {};
  }

  // When the spool fails the rest is still read, so that the other parts are stored.
  Result<void> part_data(std::span<const uint8_t> bytes) override {
    Spool& spool = *part_.spool;
    auto room = spool.room(bytes.size());
    if (!room) {
      part_.error = room.error();
      spool.drop();
      room = spool.room(bytes.size());
    }
    XL_TRY(const std::span<uint8_t> space, std::move(room));
    std::copy(bytes.begin(), bytes.end(), space.begin());
    if (const Result<void> kept = spool.commit(bytes.size()); !kept) {
      part_.error = kept.error();
      spool.drop();
    }
    return {};
  }

  Result<void> end_part() override {
    if (!reader_ && part_.spool->size() == 0) return {};
    const size_t place = parts_->begin();
    const auto part = std::make_shared<Received>(std::move(part_));  // std::function wants copies
    const auto task = [parts = parts_, place, part] { parts->store(place, std::move(*part)); };
    if (!pool_.post(task)) task();
    part_ = {parts_->spare(), {}};
    if (!part_.spool) part_.spool = std::make_unique<Spool>(limits_);
    return {};
  }

  Pool& pool_;
  const Spool::Limits limits_;
  std::shared_ptr<PartStore> parts_;  // shared with the tasks that store
  Received part_;
  std::optional<MultipartReader> reader_;  // none: the body is one instance
  std::optional<Error> error_;
};

template <class T>
json::object attribute(std::string_view vr, const T& value) {
  json::object out;
  out["vr"] = vr;
  json::array values;
  values.emplace_back(value);
  out["Value"] = std::move(values);
  return out;
}

// The Store Instances Response (PS3.18 10.5.3, table I.2-2).
json::object answer_of(const std::vector<Stored>& all, const std::string& base) {
  json::array referenced, failed, other;
  std::string study;
  bool one_study = true;
  for (const Stored& one : all) {
    json::object item;
    const bool named = !one.sop_instance.empty();
    if (named && !one.sop_class.empty()) item["00081150"] = attribute("UI", one.sop_class);
    if (named) item["00081155"] = attribute("UI", one.sop_instance);
    if (one.failure) {
      item["00081197"] = attribute("US", *one.failure);
      (named ? failed : other).push_back(std::move(item));
      continue;
    }
    one_study = one_study && (study.empty() || study == one.study);
    study = one.study;
    item["00081190"] = attribute(
        "UR", base + "/studies/" + one.study + "/series/" + one.series + "/instances/" + one.sop_instance);
    referenced.push_back(std::move(item));
  }
  json::object out;
  if (one_study && !study.empty()) out["00081190"] = attribute("UR", base + "/studies/" + study);
  if (!failed.empty()) out["00081198"] = json::object{{"vr", "SQ"}, {"Value", std::move(failed)}};
  if (!referenced.empty()) out["00081199"] = json::object{{"vr", "SQ"}, {"Value", std::move(referenced)}};
  if (!other.empty()) out["0008119A"] = json::object{{"vr", "SQ"}, {"Value", std::move(other)}};
  return out;
}

}  // namespace

// The archive refuses, so that the try is in the audit log.
Result<void> may_store(const DicomWeb::Rooms& rooms, const trust::Access& access) {
  if (access.may(trust::Permission::Ingest) || access.may(trust::Permission::WriteClinical)) return {};
  const auto refused = rooms.store(access, {});
  return refused ? Error(errors::kInternal) : refused.error();
}

std::unique_ptr<http::BodySink> DicomWeb::Impl::open_store(const Request& request) const {
  return std::make_unique<StoreBody>(rooms, options, store_pool, request, authenticate(request));
}

Response DicomWeb::Impl::store(const Request& request, const trust::Access&) const {
  if (!accepts_json(request))
    return fail(request, Error(kNotAcceptable, "the answer to a store is application/dicom+json"));
  const auto stored = static_cast<StoreBody&>(*request.sink).finish();
  if (!stored) return fail(request, stored.error());
  if (stored->empty()) return fail(request, Error(kBadRequest, "the body holds no instance"));
  size_t failed = 0;
  for (const Stored& one : *stored) failed += one.failure ? 1 : 0;
  const int status = failed == 0 ? 200 : failed == stored->size() ? 409 : 202;
  return Response::of_json(status, answer_of(*stored, base_url(request)), "application/dicom+json");
}

}  // namespace xinglin::dicomweb
