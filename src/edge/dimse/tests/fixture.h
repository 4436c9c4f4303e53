// A receiver on a free port with a store that only remembers, and ways to talk to it, for the tests of this
// room.
#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "codec/dicom/data_set.h"
#include "edge/dimse/detail/command_set.h"
#include "edge/dimse/detail/pdu.h"
#include "edge/dimse/detail/transport.h"
#include "edge/dimse/scp.h"
#include "edge/dimse/scu.h"

namespace xinglin::dimse::test {

inline constexpr const char* kCt = "1.2.840.10008.5.1.4.1.1.2";
inline constexpr const char* kExplicit = "1.2.840.10008.1.2.1";

struct Received {
  std::vector<uint8_t> data_set;
  std::string syntax, sop_class, sop_instance, calling_ae, called_ae, who;
};

inline dicom::DataSet small_image(const std::string& instance, size_t pixel_bytes = 64) {
  dicom::DataSet out;
  out.set_text({0x0008, 0x0016}, "UI", kCt);
  out.set_text({0x0008, 0x0018}, "UI", instance);
  out.set_text({0x0008, 0x0060}, "CS", "CT");
  out.set_text({0x0010, 0x0020}, "LO", "4711");
  out.set_text({0x0020, 0x000D}, "UI", "2.25.1");
  out.set_text({0x0020, 0x000E}, "UI", "2.25.2");
  std::vector<uint8_t> pixels(pixel_bytes);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i * 7);
  out.set_bytes({0x7FE0, 0x0010}, "OW", std::move(pixels));
  return out;
}

class ScpTest : public ::testing::Test {
protected:
  void start(Scp::Options options = {}) {
    options.endpoint = {"127.0.0.1", 0};
    auto started = Scp::start(
        options,
        [this](const trust::Access& access, const archive::Incoming& in) -> Result<archive::Outcome> {
          if (before_store) before_store();
          const std::lock_guard lock(mutex_);
          received_.push_back({{in.data_set.begin(), in.data_set.end()},
                               in.transfer_syntax.str(),
                               in.sop_class.str(),
                               in.sop_instance.str(),
                               in.calling_ae,
                               in.called_ae,
                               access.who()});
          return answer;
        },
        clock, metrics);
    ASSERT_TRUE(started.ok()) << started.error().message();
    scp = std::move(*started);
  }
  Scu::Options to() const {
    Scu::Options options;
    options.peer = scp->endpoint();
    return options;
  }
  Result<Scu> connect() {
    return Scu::associate(to(), {{SopClassUid(kCt), TransferSyntaxUid(kExplicit)}}, clock);
  }
  net::Stream raw() { return std::move(*net::Stream::connect(scp->endpoint(), 5000)); }
  std::vector<Received> received() {
    const std::lock_guard lock(mutex_);
    return received_;
  }

  SystemClock clock;
  Metrics metrics;
  std::unique_ptr<Scp> scp;
  std::function<void()> before_store;
  Result<archive::Outcome> answer = archive::Outcome::Stored;

private:
  std::mutex mutex_;  // guards received_
  std::vector<Received> received_;
};

}  // namespace xinglin::dimse::test
