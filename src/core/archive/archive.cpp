#include "core/archive/archive.h"

#include <algorithm>

#include "base/log.h"
#include "codec/dicom/data_set.h"
#include "core/archive/detail/allow.h"
#include "core/archive/detail/history.h"
#include "core/archive/detail/in_flight.h"
#include "core/archive/detail/index.h"
#include "core/archive/detail/pieces.h"
#include "core/archive/detail/quarantine.h"
#include "core/archive/detail/rows.h"
#include "core/archive/retrieve.h"

namespace xinglin::archive {

namespace {

using trust::Action;
using trust::Permission;

// The sender is part of the custody receipt and not of the file, so that the file of an instance depends on
// its data set alone and the same data set from two senders is one file.
std::vector<uint8_t> meta_of(const SopClassUid& sop_class, const SopInstanceUid& sop_instance,
                             const TransferSyntaxUid& syntax) {
  return dicom::write_meta(sop_class, sop_instance, syntax, "");
}

// Structured reports and key objects, presentation states, segmentations, registrations and fiducials,
// structure sets, real world value and parametric maps, annotations (PS3.4 B.5).
bool is_derived(const SopClassUid& sop_class) {
  constexpr std::string_view kRoot = "1.2.840.10008.5.1.4.1.1.";
  const std::string_view uid = sop_class.str();
  if (!uid.starts_with(kRoot)) return false;
  const std::string_view rest = uid.substr(kRoot.size());
  constexpr std::string_view kFamilies[] = {"11.", "30", "66.", "67", "88.", "91.1", "481.3"};
  return std::any_of(std::begin(kFamilies), std::end(kFamilies), [&](std::string_view family) {
    return family.back() == '.' ? rest.starts_with(family) : rest == family;
  });
}

std::string_view source_of(const Incoming& incoming) {
  if (!incoming.source.empty()) return incoming.source;
  return incoming.transfer_syntax.empty() ? "import" : "dimse";
}

}  // namespace

struct Archive::Impl {
  Impl(sql::Store& s, blob::BlobStore& b, const Clock& c, trust::AuditLog& a, journal::Journal& j,
       PatientResolver resolver, Limits l)
      : store(s),
        blobs(b),
        clock(c),
        audit(a),
        journal(j),
        resolve_patient(std::move(resolver)),
        limits(l),
        quarantine(s, b, c, a, j, l.quarantine_max) {}
  sql::Store& store;
  blob::BlobStore& blobs;
  const Clock& clock;
  trust::AuditLog& audit;
  journal::Journal& journal;
  PatientResolver resolve_patient;
  Limits limits;
  Quarantine quarantine;
  InFlight in_flight;

  Result<void> check_derived(const trust::Access& access, const Index& index);
  Result<Outcome> take_in(const trust::Access& access, const Incoming& incoming, const Index& index,
                          blob::BlobStore::Writer* staged);
  Result<Outcome> compare(const trust::Access& access, const Incoming& incoming, const InstanceInfo& stored,
                          const Index& index);
  Result<blob::BlobStore::Writer> written(const Incoming& incoming, const Index& index);
  Result<blob::BlobStore::Placed> place_blob(const Incoming& incoming, const Index& index,
                                             blob::BlobStore::Writer* staged);
  Result<void> write_rows(sql::Tx& tx, const trust::Access& access, const Incoming& incoming,
                          const Index& index, const blob::BlobRef& blob, Instant at);
  Result<bool> same_data_set(const InstanceInfo& stored, const Incoming& incoming, const Index& index);
  Result<void> heal(const InstanceInfo& stored, const Incoming& incoming, const Index& index);
  Result<void> refuse(const trust::Access& access, const Incoming& incoming, const Error& reason);
  Result<InstanceInfo> known(const SopInstanceUid& uid);
};

Archive::Archive(sql::Store& store, blob::BlobStore& blobs, const Clock& clock, trust::AuditLog& audit,
                 journal::Journal& journal, PatientResolver resolve_patient, Limits limits)
    : impl_(std::make_unique<Impl>(store, blobs, clock, audit, journal, std::move(resolve_patient), limits)) {
}
Archive::~Archive() = default;

Result<Staged> Archive::stage(const SopClassUid& sop_class, const SopInstanceUid& sop_instance,
                              const TransferSyntaxUid& syntax) {
  XL_TRY(auto writer, impl_->blobs.begin());
  const auto head = meta_of(sop_class, sop_instance, syntax);
  XL_CHECK(writer.write(head));
  return Staged(std::move(writer), head.size());
}

Result<Outcome> Archive::store(const trust::Access& access, const Incoming& incoming) {
  const bool derived_only = !access.may(Permission::Ingest) && access.may(Permission::WriteClinical);
  if (!derived_only) XL_CHECK(allow(access, impl_->audit, Permission::Ingest, Action::Create, "Instance"));
  if (incoming.staged != nullptr) incoming.staged->writer_.flush();
  const auto index = read_index(incoming, impl_->limits.instance_bytes_max);
  if (derived_only && index.ok()) XL_CHECK(impl_->check_derived(access, *index));
  // The staged file is this data set when it is as long: its UIDs were compared with the command set.
  Staged* staged = incoming.staged;
  const bool whole = staged != nullptr && index.ok() &&
                     staged->writer_.size_bytes() == staged->head_ + index->data_set.size();
  auto outcome = index.ok() ? impl_->take_in(access, incoming, *index, whole ? &staged->writer_ : nullptr)
                            : Result<Outcome>(index.error());
  if (outcome.ok()) return outcome;
  const Error& reason = outcome.error();
  const bool of_the_content = reason.is(kUnreadable) || reason.is(kUidMismatch) || reason.is(kDifferentBytes);
  if (!of_the_content) return outcome;
  XL_CHECK(impl_->refuse(access, incoming, reason));
  return outcome;
}

// What a reader makes of images that are here: not the images themselves.
Result<void> Archive::Impl::check_derived(const trust::Access& access, const Index& index) {
  XL_TRY(const auto study,
         store.read([&](sql::Session& session) { return find_study(session, index.study); }));
  if (is_derived(index.sop_class) && study && study->instances > 0) return {};
  audit.record(access, {Action::Create, "Instance/" + index.sop_instance.str(),
                        study ? study->patient.str() : "", false, "not a derived object of a known study"});
  return Error(trust::kNotAllowed, "only objects derived from a study that is here may be added");
}

Result<Outcome> Archive::Impl::take_in(const trust::Access& access, const Incoming& incoming,
                                       const Index& index, blob::BlobStore::Writer* staged) {
  const InFlight::Turn turn(in_flight, index.sop_instance.str());
  const auto stored = known(index.sop_instance);
  if (stored.ok() && stored->deleted) return Error(kDeleted);
  if (stored.ok()) return compare(access, incoming, *stored, index);
  if (!stored.error().is(kNoInstance)) return stored.error();
  XL_TRY(auto blob, place_blob(incoming, index, staged));
  const Instant at = clock.now();
  // The rows are written while the file is synced, and committed after it.
  auto written = store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(write_rows(tx, access, incoming, index, blob.ref(), at));
    return blob.durable();
  });
  if (written.ok()) return Outcome::Stored;
  if (!blob.durable()) return written.error();
  if (auto removed = blobs.remove(blob.ref().key); !removed.ok())
    log::warning("archive.orphan-blob", {{"why", removed.error().message()}});
  return written.error();
}

// No row names the key yet, and what an interrupted store left under it is replaced.
Result<blob::BlobStore::Placed> Archive::Impl::place_blob(const Incoming& incoming, const Index& index,
                                                          blob::BlobStore::Writer* staged) {
  if (staged != nullptr) return staged->place(blob_key(index));
  XL_TRY(auto writer, written(incoming, index));
  return writer.place(blob_key(index));
}

// The file of the instance, not yet under its key.
Result<blob::BlobStore::Writer> Archive::Impl::written(const Incoming& incoming, const Index& index) {
  XL_TRY(auto writer, blobs.begin());
  XL_CHECK(writer.write(meta_of(index.sop_class, index.sop_instance, index.transfer_syntax)));
  XL_CHECK(in_pieces(index.data_set, incoming.let_go,
                     [&](std::span<const uint8_t> piece) { return writer.write(piece); }));
  return writer;
}

Result<void> Archive::Impl::write_rows(sql::Tx& tx, const trust::Access& access, const Incoming& incoming,
                                       const Index& index, const blob::BlobRef& blob, Instant at) {
  XL_TRY(const PatientId patient, resolve_patient(tx, access, index.patient));
  Receipt receipt{blob, at, access.who(), incoming.called_ae, 0};
  XL_TRY(receipt.audit_leaf, audit.append(tx, access,
                                          {Action::Create, "Instance/" + index.sop_instance.str(),
                                           patient.str(), true, "sha256:" + to_hex(blob.digest)}));
  XL_TRY(const Inserted inserted, insert_instance(tx, index, patient, receipt));
  if (inserted.reopened)
    XL_CHECK(record_act(tx, {audit, journal}, access,
                        {index.study, inserted.patient, "reopened", "", {{"instances", inserted.instances}}},
                        at));
  journal::Event event;
  event.type = "archive.instance-stored";
  event.subject = index.sop_instance.str();
  event.patient = inserted.patient.str();
  event.data = {{"study", index.study.str()},      {"series", index.series.str()},
                {"sop", index.sop_instance.str()}, {"sop_class", index.sop_class.str()},
                {"modality", index.modality},      {"patient", inserted.patient.str()},
                {"sender", access.who()},          {"transfer_syntax", index.transfer_syntax.str()}};
  XL_CHECK(journal.append(tx, std::move(event)));
  return {};
}

// The same data set again is acknowledged again. Its meta information may have been written by another
// version of this program, so when the digests differ the data sets themselves are compared.
Result<Outcome> Archive::Impl::compare(const trust::Access& access, const Incoming& incoming,
                                       const InstanceInfo& stored, const Index& index) {
  const Error different(kDifferentBytes);
  if (stored.transfer_syntax != index.transfer_syntax) return different;
  Sha256 hash;
  hash.update(meta_of(index.sop_class, index.sop_instance, index.transfer_syntax));
  XL_CHECK(in_pieces(index.data_set, incoming.let_go, [&](std::span<const uint8_t> piece) -> Result<void> {
    hash.update(piece);
    return {};
  }));
  if (hash.finish() == stored.blob.digest) {
    XL_CHECK(heal(stored, incoming, index));
  } else {
    XL_TRY(const bool same, same_data_set(stored, incoming, index));
    if (!same) return different;
  }
  audit.record(access, {Action::Create, "Instance/" + stored.sop_instance.str(), stored.patient.str(), true,
                        "already stored"});
  return Outcome::AlreadyStored;
}

// Whether the stored file ends with the data set that came.
Result<bool> Archive::Impl::same_data_set(const InstanceInfo& stored, const Incoming& incoming,
                                          const Index& index) {
  XL_TRY(auto file, blobs.reader(stored.blob));
  if (file.size_bytes() < index.data_set.size()) return false;
  uint64_t at = file.size_bytes() - index.data_set.size();
  {
    XL_TRY(const auto bytes, file.map());
    dicom::Limits skim;
    skim.value_bytes_kept = 0;
    skim.stop_at_pixel_data = true;
    const auto parsed = dicom::parse_file(bytes, skim);
    if (!parsed.ok() || parsed->data_set_offset != at) return false;
  }
  std::vector<uint8_t> other;
  bool same = true;
  XL_CHECK(in_pieces(index.data_set, incoming.let_go, [&](std::span<const uint8_t> piece) -> Result<void> {
    if (!same) return {};
    other.resize(piece.size());
    XL_TRY(const size_t n, file.read_at(at, other));
    at += n;
    same = n == piece.size() && std::equal(piece.begin(), piece.end(), other.begin());
    return {};
  }));
  return same;
}

// The same bytes have come again: if the file is gone or was found damaged, they take its place.
Result<void> Archive::Impl::heal(const InstanceInfo& stored, const Incoming& incoming, const Index& index) {
  const auto is_damaged = [&](sql::Session& session) -> Result<bool> {
    auto row = session.query(
        "SELECT 1 FROM archive_damage WHERE healed_at IS NULL AND instance = "
        "(SELECT id FROM archive_instance WHERE uid = ?1)",
        stored.sop_instance.str());
    const bool found = row.next();
    XL_CHECK(row.status());
    return found;
  };
  XL_TRY(const bool damaged, store.read(is_damaged));
  if (!damaged && blobs.exists(stored.blob.key)) return {};
  XL_TRY(auto writer, written(incoming, index));
  XL_CHECK(writer.commit(stored.blob.key));
  return store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(
        tx.run("UPDATE archive_damage SET healed_at = ?2 WHERE instance = "
               "(SELECT id FROM archive_instance WHERE uid = ?1)",
               stored.sop_instance.str(), clock.now()));
    return {};
  });
}

// Kept with meta information from the command set, so that what lies in quarantine is a file that tools can
// open.
Result<void> Archive::Impl::refuse(const trust::Access& access, const Incoming& incoming,
                                   const Error& reason) {
  std::vector<uint8_t> head;
  if (!incoming.transfer_syntax.empty())
    head = dicom::write_meta(incoming.sop_class, incoming.sop_instance, incoming.transfer_syntax,
                             incoming.calling_ae);
  return quarantine.put(access, source_of(incoming), head, incoming.data_set, reason, incoming.let_go);
}

Result<InstanceInfo> Archive::Impl::known(const SopInstanceUid& uid) {
  XL_TRY(auto found, store.read([&](sql::Session& session) { return find_instance(session, uid); }));
  if (!found) return Error(kNoInstance);
  return std::move(*found);
}

Result<InstanceInfo> Archive::find(const trust::Access& access, const SopInstanceUid& uid) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(InstanceInfo found, impl_->known(uid));
  impl_->audit.record(access, {Action::Read, "Instance/" + uid.str(), found.patient.str(), true, "index"});
  return found;
}

Result<json::object> Archive::attributes(const trust::Access& access, const SopInstanceUid& uid) {
  XL_TRY(const InstanceInfo found, find(access, uid));
  XL_TRY(const auto texts, Retrieval(impl_->store, impl_->blobs, impl_->audit).attributes({&found, 1}));
  XL_TRY(json::value parsed, json::parse(texts.front()));
  return parsed.is_object() ? Result<json::object>(std::move(parsed.get_object())) : Error(errors::kCorrupt);
}

Result<std::vector<uint8_t>> Archive::read(const trust::Access& access, const SopInstanceUid& uid) {
  return Retrieval(impl_->store, impl_->blobs, impl_->audit).whole(access, uid);
}

Result<std::vector<StudyInfo>> Archive::studies(const trust::Access& access, const PatientId& patient) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(auto found, impl_->store.read([&](sql::Session& session) { return studies_of(session, patient); }));
  impl_->audit.record(
      access, {Action::Search, "Study", patient.str(), true, std::to_string(found.size()) + " studies"});
  return found;
}

Result<StudyInfo> Archive::study(const trust::Access& access, const StudyUid& uid) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(auto found, impl_->store.read([&](sql::Session& session) { return find_study(session, uid); }));
  if (!found) return Error(kNoInstance, "no study has this UID");
  impl_->audit.record(access, {Action::Read, "Study/" + uid.str(), found->patient.str(), true, "index"});
  return std::move(*found);
}

Result<std::vector<InstanceInfo>> Archive::instances(const trust::Access& access, const SeriesUid& series) {
  XL_CHECK(access.require(Permission::ReadClinical));
  XL_TRY(auto found, impl_->store.read([&](sql::Session& session) { return instances_of(session, series); }));
  const std::string patient = found.empty() ? "" : found.front().patient.str();
  impl_->audit.record(access, {Action::Read, "Series/" + series.str(), patient, true, "index"});
  return found;
}

Result<void> Archive::quarantine(const trust::Access& access, std::string_view source,
                                 std::span<const uint8_t> bytes, const Error& reason) {
  XL_CHECK(access.require(Permission::Ingest));
  return impl_->quarantine.put(access, source, {}, bytes, reason);
}

Result<std::vector<Quarantined>> Archive::quarantined(const trust::Access& access, int64_t limit) {
  XL_CHECK(access.require(Permission::ReadSystem));
  return impl_->quarantine.list(limit);
}

Result<QuarantinedObject> Archive::quarantined_object(const trust::Access& access, int64_t id,
                                                      uint64_t size_bytes_max) {
  XL_CHECK(access.require(Permission::ReadReceived));
  QuarantinedObject out;
  XL_TRY(out.entry, impl_->quarantine.find(id));
  if (out.entry.blob.size_bytes <= size_bytes_max) {
    XL_TRY(out.bytes, impl_->blobs.get(out.entry.blob));
  }
  impl_->audit.record(access, {Action::Read, "Quarantine/" + std::to_string(id), "", true,
                               out.bytes ? "file" : "file: too large to show"});
  return out;
}

Result<int64_t> Archive::quarantine_count() {
  return impl_->quarantine.count();
}

Result<Figures> Archive::figures() {
  return impl_->store.read([&](sql::Session& session) -> Result<Figures> {
    auto row = session.query("SELECT studies, instances, stored_bytes FROM archive_figures");
    if (row.next()) return Figures{row.integer(0), row.integer(1), static_cast<uint64_t>(row.integer(2))};
    XL_CHECK(row.status());
    return Figures{};
  });
}

}  // namespace xinglin::archive
