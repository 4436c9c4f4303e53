#include "core/archive/retrieve.h"

#include <algorithm>

#include "core/archive/detail/allow.h"
#include "core/archive/detail/attributes.h"
#include "core/archive/detail/overlay.h"
#include "core/archive/detail/rows.h"

namespace xinglin::archive {

namespace {

constexpr uint64_t kPiece = 1 << 20;

std::string object_of(const Selection& selection) {
  if (!selection.instance.empty()) return "Instance/" + selection.instance.str();
  if (!selection.series.empty()) return "Series/" + selection.series.str();
  return "Study/" + selection.study.str();
}

// Of a file of which nothing was replaced yet. It is read twice, the second time from memory unless it is
// large: what does not match its receipt must not be half sent before that is seen.
Result<void> check_digest(const OutgoingFile& file, const Digest& expected) {
  Sha256 hash;
  std::vector<uint8_t> piece(std::min<uint64_t>(file.size_bytes(), kPiece));
  for (uint64_t at = 0; at < file.size_bytes(); at += piece.size()) {
    piece.resize(std::min<uint64_t>(piece.size(), file.size_bytes() - at));
    XL_CHECK(file.read_at(at, piece));
    hash.update(piece);
  }
  return hash.finish() == expected ? Result<void>() : Error(blob::kDamaged);
}

}  // namespace

Result<void> OutgoingFile::read_at(uint64_t offset, std::span<uint8_t> space) const {
  if (offset < head_.size()) {
    const size_t n = std::min<uint64_t>(space.size(), head_.size() - offset);
    std::copy_n(head_.begin() + static_cast<std::ptrdiff_t>(offset), n, space.begin());
    space = space.subspan(n);
    offset += n;
  }
  for (offset = offset - head_.size() + rest_offset_; !space.empty();) {
    XL_TRY(const size_t n, reader_.read_at(offset, space));
    if (n == 0) return Error(blob::kDamaged, "the file ends early");
    space = space.subspan(n);
    offset += n;
  }
  return {};
}

Result<std::vector<uint8_t>> OutgoingFile::whole() const {
  std::vector<uint8_t> out(size_bytes());
  XL_CHECK(read_at(0, out));
  return out;
}

Result<std::vector<InstanceInfo>> Retrieval::find(const trust::Access& access, const Selection& selection,
                                                  std::string_view what) const {
  XL_CHECK(allow(access, audit_, trust::Permission::ReadClinical, trust::Action::Read, object_of(selection)));
  XL_TRY(auto found, store_.read([&](sql::Session& session) {
    return instances_in(session, selection.study, selection.series, selection.instance);
  }));
  std::erase_if(found, [](const InstanceInfo& instance) { return instance.rejected; });
  if (found.empty()) return Error(kNoInstance, "nothing is stored under these UIDs");
  audit_.record(access, {trust::Action::Read, object_of(selection), found.front().patient.str(), true,
                         std::string(what)});
  return found;
}

Result<std::vector<std::string>> Retrieval::attributes(std::span<const InstanceInfo> instances) const {
  return store_.read([&](sql::Session& session) -> Result<std::vector<std::string>> {
    std::vector<std::string> out;
    out.reserve(instances.size());
    AttributesReader reader(session);
    for (const InstanceInfo& instance : instances) {
      XL_TRY(std::string text, reader.of_uid(instance.sop_instance.str()));
      if (instance.corrected != 0) {
        XL_TRY(json::value parsed, json::parse(text));
        if (!parsed.is_object()) return Error(errors::kCorrupt);
        XL_TRY(const Overlay overlay, load_overlay(session, instance.study));
        apply(overlay, parsed.get_object());
        text = json::serialize(parsed);
      }
      out.push_back(std::move(text));
    }
    return out;
  });
}

Result<OutgoingFile> Retrieval::open(const trust::Access& access, const SopInstanceUid& instance) const {
  XL_CHECK(allow(access, audit_, trust::Permission::ReadClinical, trust::Action::Read,
                 "Instance/" + instance.str()));
  XL_TRY(const auto found,
         store_.read([&](sql::Session& session) { return find_instance(session, instance); }));
  if (!found || found->rejected) return Error(kNoInstance);
  audit_.record(access,
                {trust::Action::Read, "Instance/" + instance.str(), found->patient.str(), true, "file"});
  return open(*found);
}

Result<std::vector<uint8_t>> Retrieval::whole(const trust::Access& access,
                                              const SopInstanceUid& instance) const {
  XL_TRY(const OutgoingFile file, open(access, instance));
  return file.whole();
}

Result<OutgoingFile> Retrieval::open(const InstanceInfo& instance) const {
  XL_TRY(auto reader, file(instance));
  OutgoingFile out(std::move(reader));
  XL_CHECK(check_digest(out, instance.blob.digest));
  if (instance.corrected == 0) return out;
  XL_TRY(const auto bytes, out.reader_.map());
  XL_TRY(dicom::Amended made, amended(instance, bytes));
  out.head_ = std::move(made.head);
  out.rest_offset_ = made.rest_offset;
  return out;
}

Result<std::vector<uint8_t>> Retrieval::given_out(const InstanceInfo& instance) const {
  XL_TRY(const OutgoingFile file, open(instance));
  return file.whole();
}

Result<dicom::Amended> Retrieval::amended(const InstanceInfo& instance, std::span<const uint8_t> file) const {
  XL_TRY(const Overlay overlay,
         store_.read([&](sql::Session& session) { return load_overlay(session, instance.study); }));
  return dicom::amend_file(file, [&](dicom::DataSet& data_set) { apply(overlay, data_set); });
}

Result<std::vector<uint8_t>> Retrieval::original(const trust::Access& access,
                                                 const SopInstanceUid& instance) const {
  if (!access.may(trust::Permission::ReadReceived))
    XL_CHECK(allow(access, audit_, trust::Permission::ReadClinical, trust::Action::Read,
                   "Instance/" + instance.str()));
  XL_TRY(const auto found,
         store_.read([&](sql::Session& session) { return find_instance(session, instance); }));
  if (!found) return Error(kNoInstance);
  audit_.record(access, {trust::Action::Read, "Instance/" + instance.str(), found->patient.str(), true,
                         "file as received"});
  return blobs_.get(found->blob);
}

Result<blob::BlobStore::Reader> Retrieval::file(const InstanceInfo& instance) const {
  return blobs_.reader(instance.blob);
}

}  // namespace xinglin::archive
