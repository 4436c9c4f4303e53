#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "codec/waveform/detail/lead_codes.h"
#include "codec/waveform/detail/tags.h"
#include "codec/waveform/dicom_waveform.h"

namespace xinglin::waveform {

namespace {

using dicom::DataSet;
using dicom::Element;

constexpr size_t kGroupsMax = 64;
constexpr size_t kChannelsMax = 256;
constexpr size_t kValuesMax = 64u << 20;  // over all groups: 256 MiB of floats
constexpr size_t kAnnotationsMax = 20'000;
constexpr double kRateMinHz = 0.001, kRateMaxHz = 1e6;

struct Encoding {
  size_t bytes = 2;
  bool is_signed = true;
};

struct Layout {
  size_t channels = 0, samples = 0;
  Encoding encoding;
  std::optional<int64_t> padding;
};

Error bad(std::string message) {
  return {kBadWaveform, std::move(message)};
}

Result<Encoding> encoding_of(const DataSet& item) {
  const int64_t bits = item.integer(tags::kWaveformBitsAllocated).value_or(0);
  const std::string name = item.text(tags::kWaveformSampleInterpretation);
  if (bits == 8 && name == "SB") return Encoding{1, true};
  if (bits == 8 && name == "UB") return Encoding{1, false};
  if (bits == 16 && name == "SS") return Encoding{2, true};
  if (bits == 16 && name == "US") return Encoding{2, false};
  if (bits == 32 && name == "SL") return Encoding{4, true};
  if (bits == 32 && name == "UL") return Encoding{4, false};
  return bad("(5400,1004) bits allocated " + std::to_string(bits) +
             " with (5400,1006) sample interpretation '" + name.substr(0, 16) +
             "' is not a linear encoding this reader knows (SB, UB, SS, US, SL, UL)");
}

int64_t sample_at(const uint8_t* at, Encoding encoding) {
  uint32_t raw = 0;
  for (size_t i = 0; i < encoding.bytes; ++i) raw |= static_cast<uint32_t>(at[i]) << (8 * i);
  if (!encoding.is_signed) return raw;
  const uint32_t sign = 1u << (8 * encoding.bytes - 1);
  return static_cast<int64_t>(raw ^ sign) - static_cast<int64_t>(sign);
}

Result<Layout> layout_of(const DataSet& item, size_t values_left) {
  Layout layout;
  const int64_t channels = item.integer(tags::kNumberOfWaveformChannels).value_or(0);
  const int64_t samples = item.integer(tags::kNumberOfWaveformSamples).value_or(0);
  if (channels < 1 || channels > static_cast<int64_t>(kChannelsMax))
    return bad("(003A,0005) says " + std::to_string(channels) + " channels; 1 to 256 are read");
  if (samples < 1 || samples > static_cast<int64_t>(values_left) / channels)
    return bad("(003A,0010) says " + std::to_string(samples) + " samples; none, or more than the limit");
  layout.channels = static_cast<size_t>(channels);
  layout.samples = static_cast<size_t>(samples);
  XL_TRY(layout.encoding, encoding_of(item));
  const Element* data = item.find(tags::kWaveformData);
  if (data == nullptr || data->skipped) return bad("(5400,1010) waveform data is missing");
  if (data->value.size() < layout.channels * layout.samples * layout.encoding.bytes)
    return bad("(5400,1010) holds " + std::to_string(data->value.size()) +
               " bytes, fewer than channels x samples need");
  const Element* padding = item.find(tags::kWaveformPaddingValue);
  if (padding != nullptr && padding->value.size() >= layout.encoding.bytes)
    layout.padding = sample_at(padding->value.data(), layout.encoding);
  return layout;
}

double microvolt_per(std::string_view unit) {
  if (unit == "uV") return 1;
  if (unit == "mV") return 1e3;
  if (unit == "nV") return 1e-3;
  if (unit == "V") return 1e6;
  return 0;
}

double finite_number(const DataSet& item, dicom::Tag tag, double fallback) {
  const std::optional<double> value = item.number(tag);
  return value && std::isfinite(*value) ? *value : fallback;
}

struct Scale {
  double gain = 1, offset = 0;
};

// value = sample x sensitivity x correction + baseline, all in the sensitivity units (PS3.3 C.10.9.1.4).
Result<Scale> scale_of(const DataSet& definition, Channel& channel) {
  Scale scale;
  const std::optional<double> sensitivity = definition.number(tags::kChannelSensitivity);
  if (!sensitivity) {
    channel.unit = "1";  // without a sensitivity the encoded numbers have no unit
    return scale;
  }
  scale.gain = *sensitivity * finite_number(definition, tags::kSensitivityCorrection, 1.0);
  scale.offset = finite_number(definition, tags::kChannelBaseline, 0.0);
  if (!std::isfinite(scale.gain) || scale.gain == 0)
    return bad("(003A,0210) channel sensitivity is zero or no number");
  const auto units = definition.items(tags::kSensitivityUnits);
  channel.unit = units.empty() ? "" : units.front().text(tags::kCodeValue);
  if (const double factor = microvolt_per(channel.unit); factor > 0) {
    scale.gain *= factor;
    scale.offset *= factor;
    channel.unit = "uV";
  }
  return scale;
}

void name_channel(const DataSet& definition, Channel& channel) {
  const std::string label = definition.text(tags::kChannelLabel);
  std::string meaning;
  if (const auto source = definition.items(tags::kChannelSource); !source.empty()) {
    channel.source_code = source.front().text(tags::kCodeValue);
    channel.source_scheme = source.front().text(tags::kCodingScheme);
    meaning = source.front().text(tags::kCodeMeaning);
  }
  if (const detail::LeadCode* lead = detail::find_lead(channel.source_scheme, channel.source_code))
    channel.name = lead->name;
  if (channel.name.empty()) channel.name = detail::lead_name_in_text(meaning);
  if (channel.name.empty()) channel.name = detail::lead_name_in_text(label);
  if (channel.name.empty()) channel.name = label.empty() ? meaning : label;
}

// Channels sampled one after another carry a skew; whole samples of it are taken out, so that all channels
// share one time axis to within half a sample. The ends are filled with the nearest sample.
void take_out_skew(const DataSet& definition, double rate_hz, std::vector<float>& samples) {
  double skew = finite_number(definition, tags::kChannelSampleSkew, 0.0);
  if (skew == 0) skew = finite_number(definition, tags::kChannelTimeSkew, 0.0) * rate_hz;
  const double limit = static_cast<double>(samples.size()) - 1;
  const auto shift = static_cast<ptrdiff_t>(std::round(std::clamp(skew, -limit, limit)));
  if (shift > 0) {
    std::move_backward(samples.begin(), samples.end() - shift, samples.end());
    std::fill(samples.begin(), samples.begin() + shift, samples[static_cast<size_t>(shift)]);
  } else if (shift < 0) {
    std::move(samples.begin() - shift, samples.end(), samples.begin());
    std::fill(samples.end() + shift, samples.end(), *(samples.end() + shift - 1));
  }
}

Result<Channel> channel_of(const DataSet& definition, const Element& data, const Layout& layout, size_t index,
                           double rate_hz) {
  Channel channel;
  name_channel(definition, channel);
  XL_TRY(const Scale scale, scale_of(definition, channel));
  channel.highpass_hz = finite_number(definition, tags::kFilterLow, 0);
  channel.lowpass_hz = finite_number(definition, tags::kFilterHigh, 0);
  channel.notch_hz = finite_number(definition, tags::kNotch, 0);
  channel.samples.resize(layout.samples);
  const size_t stride = layout.channels * layout.encoding.bytes;
  const uint8_t* at = data.value.data() + index * layout.encoding.bytes;
  for (float& sample : channel.samples) {
    const int64_t raw = sample_at(at, layout.encoding);
    const double value = static_cast<double>(raw) * scale.gain + scale.offset;
    sample = layout.padding == raw || !(std::abs(value) < 1e30) ? std::numeric_limits<float>::quiet_NaN()
                                                                : static_cast<float>(value);
    at += stride;
  }
  take_out_skew(definition, rate_hz, channel.samples);
  return channel;
}

Result<Group> group_of(const DataSet& item, size_t values_left) {
  Group group;
  group.label = item.text(tags::kMultiplexGroupLabel);
  group.offset_ms = finite_number(item, tags::kMultiplexGroupTimeOffset, 0);
  group.rate_hz = finite_number(item, tags::kSamplingFrequency, 0);
  if (group.rate_hz < kRateMinHz || group.rate_hz > kRateMaxHz)
    return bad("(003A,001A) sampling frequency is missing or outside 0.001 to 1,000,000 Hz");
  XL_TRY(const Layout layout, layout_of(item, values_left));
  const auto definitions = item.items(tags::kChannelDefinition);
  if (definitions.size() != layout.channels)
    return bad("(003A,0200) defines " + std::to_string(definitions.size()) + " channels, (003A,0005) says " +
               std::to_string(layout.channels));
  for (size_t i = 0; i < layout.channels; ++i) {
    XL_TRY(Channel channel,
           channel_of(definitions[i], *item.find(tags::kWaveformData), layout, i, group.rate_hz));
    group.channels.push_back(std::move(channel));
  }
  return group;
}

Annotation annotation_of(const DataSet& item) {
  Annotation annotation;
  if (const auto name = item.items(tags::kConceptName); !name.empty()) {
    annotation.code = name.front().text(tags::kCodeValue);
    annotation.scheme = name.front().text(tags::kCodingScheme);
    annotation.meaning = name.front().text(tags::kCodeMeaning);
  }
  if (const auto unit = item.items(tags::kMeasurementUnits); !unit.empty())
    annotation.unit = unit.front().text(tags::kCodeValue);
  annotation.text = item.text(tags::kUnformattedText);
  if (const auto concept_code = item.items(tags::kConceptCode);
      annotation.text.empty() && !concept_code.empty())
    annotation.text = concept_code.front().text(tags::kCodeMeaning);
  if (const std::optional<double> value = item.number(tags::kNumericValue)) {
    annotation.value = std::isfinite(*value) ? *value : 0;
  } else if (const std::optional<int64_t> position = item.integer(tags::kReferencedSamplePositions)) {
    annotation.value = static_cast<double>(*position);
    annotation.unit = "{sample}";
  }
  return annotation;
}

}  // namespace

Result<Recording> from_data_set(const dicom::DataSet& data_set) {
  const auto items = data_set.items(tags::kWaveformSequence);
  if (items.empty()) return Error(kNoWaveform, "(5400,0100) waveform sequence is missing or empty");
  if (items.size() > kGroupsMax) return bad("(5400,0100) holds more than 64 multiplex groups");
  Recording recording;
  size_t values_left = kValuesMax;
  for (size_t i = 0; i < items.size(); ++i) {
    auto group = group_of(items[i], values_left);
    if (!group.ok()) return group.error().with_context("multiplex group " + std::to_string(i + 1));
    values_left -= group->samples() * group->channels.size();
    recording.groups.push_back(std::move(*group));
  }
  const auto annotations = data_set.items(tags::kWaveformAnnotation);
  for (size_t i = 0; i < std::min(annotations.size(), kAnnotationsMax); ++i)
    recording.annotations.push_back(annotation_of(annotations[i]));
  return recording;
}

}  // namespace xinglin::waveform
