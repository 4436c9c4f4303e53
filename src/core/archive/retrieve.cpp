#include "core/archive/retrieve.h"

#include "core/archive/detail/allow.h"
#include "core/archive/detail/attributes.h"
#include "core/archive/detail/overlay.h"
#include "core/archive/detail/rows.h"

namespace xinglin::archive {

namespace {

std::string object_of(const Selection& selection) {
  if (!selection.instance.empty()) return "Instance/" + selection.instance.str();
  if (!selection.series.empty()) return "Series/" + selection.series.str();
  return "Study/" + selection.study.str();
}

}  // namespace

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

Result<std::vector<uint8_t>> Retrieval::whole(const trust::Access& access,
                                              const SopInstanceUid& instance) const {
  XL_CHECK(allow(access, audit_, trust::Permission::ReadClinical, trust::Action::Read,
                 "Instance/" + instance.str()));
  XL_TRY(const auto found,
         store_.read([&](sql::Session& session) { return find_instance(session, instance); }));
  if (!found || found->rejected) return Error(kNoInstance);
  audit_.record(access,
                {trust::Action::Read, "Instance/" + instance.str(), found->patient.str(), true, "file"});
  return given_out(*found);
}

Result<std::vector<uint8_t>> Retrieval::given_out(const InstanceInfo& instance) const {
  XL_TRY(auto bytes, blobs_.get(instance.blob));
  if (instance.corrected == 0) return bytes;
  XL_TRY(dicom::Amended made, amended(instance, bytes));
  made.head.insert(made.head.end(), bytes.begin() + static_cast<std::ptrdiff_t>(made.rest_offset),
                   bytes.end());
  return std::move(made.head);
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
