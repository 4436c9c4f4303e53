#include "core/archive/detail/index.h"

#include <algorithm>

#include "base/json.h"
#include "codec/dicom/data_set.h"
#include "codec/dicom/dicom_json.h"
#include "core/archive/detail/match.h"

namespace xinglin::archive {

namespace {

constexpr size_t kValueKept = 64 * 1024;

dicom::Limits index_limits() {
  dicom::Limits limits;
  limits.depth_max = 32;
  limits.elements_max = 500'000;  // enhanced multi-frame objects repeat functional groups per frame
  limits.items_max = 500'000;
  limits.value_bytes_kept = kValueKept;
  limits.stop_at_pixel_data = true;
  return limits;
}

// A PS3.10 file, or the data set of a C-STORE with the syntax that was negotiated for it.
Result<dicom::File> parse(const Incoming& incoming) {
  dicom::Limits limits = index_limits();
  limits.let_go = incoming.let_go;
  if (incoming.transfer_syntax.empty()) return dicom::parse_file(incoming.data_set, limits);
  dicom::File file;
  file.transfer_syntax = incoming.transfer_syntax;
  XL_TRY(file.data_set, dicom::parse_data_set(incoming.data_set, incoming.transfer_syntax, limits));
  return file;
}

// A list of UIDs is not one: it stays a text that no UID looks like.
std::string uid_in(const dicom::DataSet& in, dicom::Tag tag) {
  const auto values = in.texts(tag);
  return values.size() < 2 ? in.text(tag) : values[0] + "\\" + values[1];
}

Result<void> check_uids(const Index& index, const Incoming& incoming) {
  for (const auto& [uid, name] :
       {std::pair<std::string_view, const char*>{index.sop_class.str(), "SOP Class UID"},
        {index.sop_instance.str(), "SOP Instance UID"},
        {index.study.str(), "Study Instance UID"},
        {index.series.str(), "Series Instance UID"}}) {
    if (uid.empty()) return Error(kUidMismatch, std::string(name) + " is empty in the data set");
    if (!is_usable_uid(uid)) return Error(kUidMismatch, std::string(name) + " is not a UID");
  }
  if (!incoming.sop_class.empty() && incoming.sop_class != index.sop_class)
    return Error(kUidMismatch, "the SOP Class UID is not that of the C-STORE request");
  if (!incoming.sop_instance.empty() && incoming.sop_instance != index.sop_instance)
    return Error(kUidMismatch, "the SOP Instance UID is not that of the C-STORE request");
  if (!incoming.study.empty() && incoming.study != index.study)
    return Error(kUidMismatch, "the Study Instance UID is not that of the study it was sent to");
  return {};
}

void take_patient_and_study(Index& out, const dicom::DataSet& in) {
  out.patient = {in.text({0x0010, 0x0020}), in.text({0x0010, 0x0021}),
                 in.text({0x0010, 0x0010}), plain_date(in.text({0x0010, 0x0030})),
                 in.text({0x0010, 0x0040}), out.study};
  out.study_date = plain_date(in.text({0x0008, 0x0020}));
  out.study_time = in.text({0x0008, 0x0030});
  out.accession_number = in.text({0x0008, 0x0050});
  out.referring_physician = in.text({0x0008, 0x0090});
  out.study_description = in.text({0x0008, 0x1030});
  out.study_id = in.text({0x0020, 0x0010});
}

void take_series_and_instance(Index& out, const dicom::DataSet& in) {
  out.modality = in.text({0x0008, 0x0060});
  out.series_description = in.text({0x0008, 0x103E});
  out.series_number = in.text({0x0020, 0x0011});
  out.body_part = in.text({0x0018, 0x0015});
  out.protocol = in.text({0x0018, 0x1030});
  out.station = in.text({0x0008, 0x1010});
  out.series_date = plain_date(in.text({0x0008, 0x0021}));
  out.series_time = in.text({0x0008, 0x0031});
  out.instance_number = in.text({0x0020, 0x0013});
  out.rows = in.integer({0x0028, 0x0010});
  out.columns = in.integer({0x0028, 0x0011});
  out.bits_allocated = in.integer({0x0028, 0x0100});
  out.frames = in.integer({0x0028, 0x0008});
}

}  // namespace

bool is_usable_uid(std::string_view uid) {
  const bool form =
      !uid.empty() && uid.size() <= 64 && uid.front() != '.' && uid.back() != '.' &&
      std::all_of(uid.begin(), uid.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return form && uid.find("..") == std::string_view::npos;
}

std::string blob_key(const Index& index) {
  const std::string shard = to_hex(sha256(index.study.str())).substr(0, 2);
  return "dicom/" + shard + "/" + index.study.str() + "/" + index.sop_instance.str() + ".dcm";
}

Result<Index> read_index(const Incoming& incoming, uint64_t bytes_max) {
  if (incoming.data_set.size() > bytes_max)
    return Error(kOverLimit, "the instance has " + std::to_string(incoming.data_set.size()) + " bytes");
  const auto file = parse(incoming);
  if (!file.ok()) return Error(kUnreadable, file.error().message());
  const dicom::DataSet& in = file->data_set;
  Index out;
  out.sop_class = SopClassUid(uid_in(in, {0x0008, 0x0016}));
  out.sop_instance = SopInstanceUid(uid_in(in, {0x0008, 0x0018}));
  out.study = StudyUid(uid_in(in, {0x0020, 0x000D}));
  out.series = SeriesUid(uid_in(in, {0x0020, 0x000E}));
  out.transfer_syntax = file->transfer_syntax;
  out.data_set = incoming.data_set.subspan(file->data_set_offset);
  XL_CHECK(check_uids(out, incoming));
  take_patient_and_study(out, in);
  take_series_and_instance(out, in);
  out.text_inexact = in.has_undecodable_text();
  // Whole, as metadata is answered from here: a frame of an enhanced object is an item of a sequence.
  dicom::JsonOptions whole;
  whole.items_max = whole.elements_max = index_limits().elements_max;
  out.attributes_json = json::serialize(dicom::to_json(in, whole));
  return out;
}

}  // namespace xinglin::archive
