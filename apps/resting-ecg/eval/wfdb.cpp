#include "apps/resting-ecg/eval/wfdb.h"

#include <fstream>
#include <iterator>
#include <sstream>

namespace xinglin::resting_ecg::eval {

namespace {

Result<std::vector<uint8_t>> read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error(kBadRecord, "cannot open " + path.string());
  return std::vector<uint8_t>((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

struct SignalLine {
  std::string file, name;
  int format = 0;
  double gain = 200, baseline = 0, microvolt = 1000;
};

Result<SignalLine> parse_signal_line(const std::string& line) {
  std::istringstream words(line);
  SignalLine signal;
  std::string gain;
  int bits = 0, zero = 0, first = 0, checksum = 0, block = 0;
  words >> signal.file >> signal.format >> gain >> bits >> zero >> first >> checksum >> block;
  if (!words) return Error(kBadRecord, "signal line: " + line);
  words >> signal.name;
  signal.baseline = zero;
  signal.gain = std::stod(gain);
  if (const size_t open = gain.find('('); open != std::string::npos)
    signal.baseline = std::stod(gain.substr(open + 1));
  if (gain.find("/uV") != std::string::npos) signal.microvolt = 1;
  return signal;
}

int16_t word_at(const std::vector<uint8_t>& bytes, size_t at) {
  return static_cast<int16_t>(bytes[at] | (bytes[at + 1] << 8));
}

std::vector<int> decode(const std::vector<uint8_t>& bytes, int format) {
  std::vector<int> values;
  if (format == 16)
    for (size_t i = 0; i + 1 < bytes.size(); i += 2) values.push_back(word_at(bytes, i));
  const auto sign12 = [](int v) { return v >= 2048 ? v - 4096 : v; };
  if (format == 212) {
    for (size_t i = 0; i + 2 < bytes.size(); i += 3) {
      values.push_back(sign12(bytes[i] | ((bytes[i + 1] & 0x0f) << 8)));
      values.push_back(sign12(bytes[i + 2] | ((bytes[i + 1] & 0xf0) << 4)));
    }
  }
  return values;
}

}  // namespace

Result<waveform::Group> read_signals(const std::filesystem::path& record) {
  std::ifstream header(record.string() + ".hea");
  std::string name, line;
  size_t count = 0;
  waveform::Group group;
  if (!(header >> name >> count >> group.rate_hz) || count == 0 || count > 64)
    return Error(kBadRecord, "header of " + record.string());
  std::getline(header, line);
  std::vector<SignalLine> signals;
  for (size_t i = 0; i < count && std::getline(header, line); ++i) {
    XL_TRY(SignalLine signal, parse_signal_line(line));
    signals.push_back(std::move(signal));
  }
  if (signals.size() != count) return Error(kBadRecord, "header of " + record.string() + " is short");
  XL_TRY(const std::vector<uint8_t> bytes, read_bytes(record.parent_path() / signals.front().file));
  const std::vector<int> values = decode(bytes, signals.front().format);
  for (size_t s = 0; s < count; ++s) {
    waveform::Channel channel;
    channel.name = signals[s].name;
    channel.unit = "uV";
    channel.samples.reserve(values.size() / count);
    for (size_t i = s; i < values.size(); i += count)
      channel.samples.push_back(
          static_cast<float>((values[i] - signals[s].baseline) / signals[s].gain * signals[s].microvolt));
    group.channels.push_back(std::move(channel));
  }
  return group;
}

Result<std::vector<Mark>> read_marks(const std::filesystem::path& file) {
  constexpr int kSkip = 59, kNumber = 60, kSubtype = 61, kChannel = 62, kText = 63;
  XL_TRY(const std::vector<uint8_t> bytes, read_bytes(file));
  std::vector<Mark> marks;
  int64_t time = 0;
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const int word = bytes[at] | (bytes[at + 1] << 8);
    const int code = word >> 10, low = word & 0x3ff;
    if (word == 0) break;
    if (code == kSkip && at + 5 < bytes.size()) {
      time += (static_cast<int64_t>(word_at(bytes, at + 2)) << 16) +
              static_cast<uint16_t>(word_at(bytes, at + 4));
      at += 4;
    } else if (code == kText) {
      const size_t end = std::min(bytes.size(), at + 2 + static_cast<size_t>(low));
      if (!marks.empty())
        marks.back().text.assign(bytes.begin() + static_cast<ptrdiff_t>(at + 2),
                                 bytes.begin() + static_cast<ptrdiff_t>(end));
      at += static_cast<size_t>((low + 1) / 2 * 2);
    } else if (code == kNumber || code == kSubtype || code == kChannel) {
      if (!marks.empty() && code == kNumber) marks.back().number = low;
      if (!marks.empty() && code == kSubtype) marks.back().subtype = low;
    } else {
      time += low;
      marks.push_back({time, code, 0, 0, {}});
    }
  }
  return marks;
}

bool is_beat(int code) {
  return (code >= 1 && code <= 13) || code == 25 || code == 30 || code == 34 || code == 35 || code == 38 ||
         code == 41;
}

}  // namespace xinglin::resting_ecg::eval
