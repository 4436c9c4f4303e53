// The ECG of one DICOM object, as samples to draw.
#include <cmath>

#include "codec/dicom/data_set.h"
#include "codec/waveform/dicom_waveform.h"
#include "service/worklist/detail/impl.h"

namespace xinglin::worklist {
namespace {

constexpr dicom::Tag kManufacturer{0x0008, 0x0070}, kModel{0x0008, 0x1090},
    kAcquisitionDateTime{0x0008, 0x002A}, kContentDate{0x0008, 0x0023}, kContentTime{0x0008, 0x0033},
    kTimezone{0x0008, 0x0201};

json::array samples_of(const waveform::Channel& channel) {
  json::array out;
  out.reserve(channel.samples.size());
  for (const float sample : channel.samples) {
    if (std::isfinite(sample))
      out.push_back(std::lround(sample));
    else
      out.push_back(nullptr);
  }
  return out;
}

json::array leads_of(const waveform::Group& group) {
  json::array out;
  for (const waveform::Channel& channel : group.channels)
    out.push_back(json::object{{"name", channel.name}, {"samples", samples_of(channel)}});
  return out;
}

json::value positive_or_null(double value) {
  return value > 0 ? json::value(value) : json::value(nullptr);
}

// The rhythm strip is the longest group; a median beat is a short one that says so.
const waveform::Group& rhythm_of(const waveform::Recording& recording) {
  const waveform::Group* best = &recording.groups.front();
  for (const waveform::Group& group : recording.groups)
    if (group.samples() > best->samples()) best = &group;
  return *best;
}

const waveform::Group* median_of(const waveform::Recording& recording) {
  for (const waveform::Group& group : recording.groups)
    if (detail::lower(group.label).find("median") != std::string::npos) return &group;
  return nullptr;
}

// UTC when the object says its zone or none; a DICOM time without zone is local time of the sender, shown as
// it is.
json::value recorded_at(const dicom::DataSet& data_set) {
  std::string written = data_set.text(kAcquisitionDateTime);
  if (written.empty()) written = data_set.text(kContentDate) + data_set.text(kContentTime);
  const std::string zone = data_set.text(kTimezone);
  int offset_minutes = 0;
  if (zone.size() == 5) {
    const int value = (zone[1] - '0') * 600 + (zone[2] - '0') * 60 + (zone[3] - '0') * 10 + (zone[4] - '0');
    offset_minutes = zone[0] == '-' ? -value : value;
  }
  const std::optional<TimeSpan> span = parse_compact_time(written, offset_minutes);
  return span ? json::value(format_rfc3339(span->first)) : json::value(nullptr);
}

json::array measurements_of(const waveform::Recording& recording) {
  json::array out;
  for (const waveform::Annotation& annotation : recording.annotations) {
    const bool is_number = annotation.text.empty() || !annotation.unit.empty();
    out.push_back(json::object{{"meaning", annotation.meaning},
                               {"value", is_number ? json::value(annotation.value) : json::value(nullptr)},
                               {"unit", annotation.unit},
                               {"text", annotation.text}});
  }
  return out;
}

}  // namespace

Result<json::object> Worklist::ecg(const trust::Access& access, const SopInstanceUid& sop) {
  Rooms& rooms = impl_->rooms;
  XL_TRY(const archive::InstanceInfo info, rooms.archive.find(access, sop));
  XL_TRY(const std::vector<uint8_t> bytes, rooms.archive.read(access, sop));
  XL_TRY(const dicom::File file, dicom::parse_file(bytes));
  XL_TRY(const waveform::Recording recording, waveform::from_data_set(file.data_set));
  if (recording.groups.empty() || recording.groups.front().channels.empty())
    return Error(waveform::kNoWaveform);
  XL_TRY(const detail::BannerPtr banner, impl_->banner(access, info.patient));
  const waveform::Group& rhythm = rhythm_of(recording);
  const waveform::Group* median = median_of(recording);
  if (median == &rhythm) median = nullptr;
  const waveform::Channel& channel = rhythm.channels.front();
  XL_TRY(json::value result, impl_->newest_result_about(access, info.patient, sop));
  return json::object{{"sop", sop.str()},
                      {"patient", info.patient.str()},
                      {"study", info.study.str()},
                      {"rate_hz", rhythm.rate_hz},
                      {"scale_uv", 1},
                      {"recorded_at", recorded_at(file.data_set)},
                      {"synthetic", banner->synthetic},
                      {"manufacturer", file.data_set.text(kManufacturer)},
                      {"model", file.data_set.text(kModel)},
                      {"leads", leads_of(rhythm)},
                      {"filters", json::object{{"highpass_hz", positive_or_null(channel.highpass_hz)},
                                               {"lowpass_hz", positive_or_null(channel.lowpass_hz)},
                                               {"notch_hz", positive_or_null(channel.notch_hz)}}},
                      {"median", median ? json::value(json::object{{"rate_hz", median->rate_hz},
                                                                   {"leads", leads_of(*median)}})
                                        : json::value(nullptr)},
                      {"device_measurements", measurements_of(recording)},
                      {"result", std::move(result)}};
}

}  // namespace xinglin::worklist
