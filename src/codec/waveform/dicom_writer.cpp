#include <algorithm>
#include <cmath>

#include "codec/waveform/detail/lead_codes.h"
#include "codec/waveform/detail/tags.h"
#include "codec/waveform/dicom_waveform.h"

namespace xinglin::waveform {

namespace {

using dicom::DataSet;

void set_code(DataSet& item, std::string_view value, std::string_view scheme, std::string_view meaning) {
  item.set_text(tags::kCodeValue, "SH", value);
  item.set_text(tags::kCodingScheme, "SH", scheme);
  item.set_text(tags::kCodeMeaning, "LO", meaning);
}

void set_frequency(DataSet& item, dicom::Tag tag, double hz) {
  if (hz > 0) item.set_number(tag, "DS", {hz});
}

void add_channel(DataSet& group, const Channel& channel) {
  DataSet& item = group.add_item(tags::kChannelDefinition);
  item.set_text(tags::kChannelLabel, "SH", channel.name);
  DataSet& source = item.add_item(tags::kChannelSource);
  if (const detail::LeadCode* lead = detail::find_lead_by_name(channel.name))
    set_code(source, "2:" + std::to_string(lead->number), "MDC", lead->meaning);
  else
    set_code(source, channel.source_code, channel.source_scheme, channel.name);
  item.set_number(tags::kChannelSensitivity, "DS", {1});
  set_code(item.add_item(tags::kSensitivityUnits), "uV", "UCUM", "microvolt");
  item.set_number(tags::kSensitivityCorrection, "DS", {1});
  item.set_number(tags::kChannelBaseline, "DS", {0});
  item.set_number(tags::kChannelSampleSkew, "DS", {0});
  item.set_integer(tags::kWaveformBitsStored, "US", {16});
  set_frequency(item, tags::kFilterLow, channel.highpass_hz);
  set_frequency(item, tags::kFilterHigh, channel.lowpass_hz);
  set_frequency(item, tags::kNotch, channel.notch_hz);
}

int16_t to_int16(float value) {
  if (!(std::abs(value) < 32767.0f)) return value > 0 ? 32767 : -32768;  // NaN becomes the padding value
  return static_cast<int16_t>(std::lround(value));
}

std::vector<uint8_t> encode(const Group& group) {
  std::vector<uint8_t> bytes;
  bytes.reserve(group.samples() * group.channels.size() * 2);
  for (size_t i = 0; i < group.samples(); ++i) {
    for (const Channel& channel : group.channels) {
      const auto value =
          static_cast<uint16_t>(to_int16(i < channel.samples.size() ? channel.samples[i] : NAN));
      bytes.push_back(static_cast<uint8_t>(value & 0xff));
      bytes.push_back(static_cast<uint8_t>(value >> 8));
    }
  }
  return bytes;
}

void add_group(DataSet& data_set, const Group& group) {
  DataSet& item = data_set.add_item(tags::kWaveformSequence);
  if (group.offset_ms != 0) item.set_number(tags::kMultiplexGroupTimeOffset, "DS", {group.offset_ms});
  item.set_text(tags::kWaveformOriginality, "CS", group.label == "MEDIAN BEAT" ? "DERIVED" : "ORIGINAL");
  item.set_integer(tags::kNumberOfWaveformChannels, "US", {static_cast<int64_t>(group.channels.size())});
  item.set_integer(tags::kNumberOfWaveformSamples, "UL", {static_cast<int64_t>(group.samples())});
  item.set_number(tags::kSamplingFrequency, "DS", {group.rate_hz});
  item.set_text(tags::kMultiplexGroupLabel, "SH", group.label.empty() ? "RHYTHM" : group.label);
  for (const Channel& channel : group.channels) add_channel(item, channel);
  item.set_integer(tags::kWaveformBitsAllocated, "US", {16});
  item.set_text(tags::kWaveformSampleInterpretation, "CS", "SS");
  item.set_bytes(tags::kWaveformPaddingValue, "OW", {0x00, 0x80});
  item.set_bytes(tags::kWaveformData, "OW", encode(group));
}

void add_annotation(DataSet& data_set, const Annotation& annotation) {
  DataSet& item = data_set.add_item(tags::kWaveformAnnotation);
  const std::initializer_list<int64_t> all_channels_of_first_group = {1, 0};
  item.set_integer({0x0040, 0xA0B0}, "US", all_channels_of_first_group);
  item.set_integer({0x0040, 0xA180}, "US", {1});
  if (annotation.code.empty()) {
    item.set_text(tags::kUnformattedText, "ST", annotation.text);
    return;
  }
  set_code(item.add_item(tags::kConceptName), annotation.code, annotation.scheme, annotation.meaning);
  const std::string unit = annotation.unit.empty() ? "1" : annotation.unit;
  set_code(item.add_item(tags::kMeasurementUnits), unit, "UCUM", unit == "1" ? "no units" : unit);
  item.set_number(tags::kNumericValue, "DS", {annotation.value});
}

}  // namespace

void add_ecg(dicom::DataSet& data_set, const Recording& recording) {
  if (data_set.text(tags::kAcquisitionDateTime).empty()) {
    std::string date = data_set.text(tags::kContentDate), time = data_set.text(tags::kContentTime);
    if (date.empty()) {
      date = data_set.text(tags::kStudyDate);
      time = data_set.text(tags::kStudyTime);
    }
    if (!date.empty()) data_set.set_text(tags::kAcquisitionDateTime, "DT", date + time);
  }
  if (data_set.text(tags::kInstanceNumber).empty()) data_set.set_text(tags::kInstanceNumber, "IS", "1");
  if (data_set.find(tags::kAcquisitionContext) == nullptr) {
    dicom::Element context;
    context.tag = tags::kAcquisitionContext;
    context.vr = "SQ";
    data_set.elements()[context.tag] = std::move(context);
  }
  for (const Annotation& annotation : recording.annotations)
    if (annotation.unit != "{sample}") add_annotation(data_set, annotation);
  for (const Group& group : recording.groups) add_group(data_set, group);
}

}  // namespace xinglin::waveform
