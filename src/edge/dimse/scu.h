// The DICOM sender: one association as requestor, for forwarding results, the simulator and tests. Files go
// out in the transfer syntax they are in. Blocking, with time-outs; belongs to one thread.
// PS3.7 9.1.1, 9.1.5; PS3.8 9.2.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/net/socket.h"
#include "base/result.h"
#include "base/strong_id.h"
#include "base/time.h"

namespace xinglin::dimse {

// A data set of `size_bytes`, read in order: fills the space with what stands at the offset.
struct DataSource {
  uint64_t size_bytes = 0;
  std::function<Result<void>(uint64_t offset, std::span<uint8_t> space)> read;
};

class Scu {
public:
  struct Options {
    net::Endpoint peer;
    std::string calling_ae = "XINGLIN", called_ae = "ANY-SCP";
    int connect_timeout_ms = 10'000;
    int response_timeout_ms = 120'000;
    uint32_t pdu_bytes_max = 256 * 1024;
    std::shared_ptr<const net::TlsContext> tls = {};  // set: the connection speaks TLS
    std::vector<SopClassUid> provider_of = {};        // classes for which we are SCP on this association
  };
  // One object class with one transfer syntax each, so that the peer's choice cannot leave a file without a
  // context.
  struct Context {
    SopClassUid sop_class;
    TransferSyntaxUid syntax;
    auto operator<=>(const Context&) const = default;
  };
  struct Answer {
    uint16_t status = 0;
    std::string comment;
    // Warnings (0xBxxx, PS3.4 B.2.3) also mean stored.
    bool stored() const { return status == 0 || (status & 0xF000) == 0xB000; }
  };

  // For a C-STORE that a C-MOVE has asked for: who asked, by which message.
  struct Originator {
    std::string ae_title;
    uint16_t message_id = 0;
  };

  // A normalized service (PS3.7 10): what is done to an instance of the class of a context.
  enum class Operation : uint16_t { EventReport = 0x0100, Set = 0x0120, Action = 0x0130, Create = 0x0140 };
  struct Request {
    Operation operation = Operation::Action;
    SopInstanceUid instance;
    uint16_t type = 0;  // of event or action
  };
  struct Event {
    uint8_t context = 0;
    uint16_t message_id = 0, type = 0;
    std::string sop_class, sop_instance;
    std::vector<uint8_t> data_set;
  };

  // Verification is proposed besides `contexts` (at most 127). kRejected names the peer's reason.
  static Result<Scu> associate(const Options& options, const std::vector<Context>& contexts,
                               const Clock& clock);
  // The context a PS3.10 file needs; kNotDicom and the like when it cannot be read.
  static Result<Context> context_of(std::span<const uint8_t> file);

  ~Scu();  // aborts when not released
  Scu(Scu&&) noexcept;
  Scu& operator=(Scu&&) noexcept;

  bool accepts(const Context& context) const;
  Result<void> echo();
  // A PS3.10 file as it is. An answer with a failure status is an Answer; an Error means the association is
  // lost.
  Result<Answer> store(std::span<const uint8_t> file);
  // A data set that is coded in `context.syntax`.
  Result<Answer> store(const Context& context, const SopInstanceUid& instance,
                       std::span<const uint8_t> data_set);
  // One that is read as it goes out; when a read fails the association is lost.
  Result<Answer> store(const Context& context, const SopInstanceUid& instance, const DataSource& data_set,
                       const Originator& originator);
  // A normalized service with a data set in `context.syntax` (may be empty).
  Result<Answer> perform(const Context& context, const Request& request, std::span<const uint8_t> data_set);
  // An N-EVENT-REPORT of the other side, which is to be answered; none: it was silent.
  Result<std::optional<Event>> await_event(int timeout_ms);
  Result<void> answer_event(const Event& event, uint16_t status);
  Result<void> release();

private:
  struct Impl;
  explicit Scu(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::dimse
