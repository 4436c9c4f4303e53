// The PDUs of the DICOM upper layer as values, to and from bytes (PS3.8 9.3). Private to edge/dimse.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace xinglin::dimse {

enum class PduType : uint8_t {
  AssociateRq = 1,
  AssociateAc = 2,
  AssociateRj = 3,
  Data = 4,
  ReleaseRq = 5,
  ReleaseRp = 6,
  Abort = 7,
};
inline constexpr size_t kPduHeader = 6, kPdvHeader = 6;
// An A-ASSOCIATE-RQ with 128 contexts of 64 transfer syntaxes each stays below this.
inline constexpr uint32_t kAssociatePduMax = 512 * 1024;

struct ProposedContext {
  uint8_t id = 0;
  std::string abstract_syntax;
  std::vector<std::string> transfer_syntaxes;
};
struct AcceptedContext {
  enum class Reason : uint8_t {
    Accepted = 0,
    UserRejection = 1,
    NoReason = 2,
    AbstractSyntaxNotSupported = 3,
    TransferSyntaxesNotSupported = 4,
  };
  uint8_t id = 0;
  Reason result = Reason::Accepted;
  std::string transfer_syntax;
};
// PS3.7 D.3.3.4: which roles the requestor of the association has for a SOP class.
struct RoleSelection {
  std::string sop_class;
  bool scu = true, scp = false;
};
// PS3.7 D.3.3.5: what a service class lets its users agree on.
struct ExtendedNegotiation {
  std::string sop_class;
  std::vector<uint8_t> information;
};
struct UserInformation {
  uint32_t max_pdu = 0;  // 0: no limit
  std::string implementation_class, implementation_version;
  std::vector<RoleSelection> roles = {};
  std::vector<ExtendedNegotiation> extended = {};
};
struct AssociateRq {
  uint16_t protocol_version = 1;
  std::string called_ae, calling_ae, application_context;
  std::vector<ProposedContext> contexts;
  UserInformation user;
};
struct AssociateAc {
  std::string called_ae, calling_ae;
  std::vector<AcceptedContext> contexts;
  UserInformation user;
};
// PS3.8 table 9-21.
struct Rejection {
  uint8_t result = 1, source = 1, reason = 1;
  bool operator==(const Rejection&) const = default;
};
namespace rejection {
inline constexpr Rejection kApplicationContext{1, 1, 2}, kCallingAe{1, 1, 3}, kCalledAe{1, 1, 7},
    kProtocolVersion{1, 2, 2}, kCongestion{2, 3, 1}, kLocalLimit{2, 3, 2};
}
std::string explain(const Rejection& rejection);

// PS3.8 9.3.8: who aborts and why.
enum class AbortSource : uint8_t { User = 0, Provider = 2 };
enum class AbortReason : uint8_t {
  NotSpecified = 0,
  UnrecognizedPdu = 1,
  UnexpectedPdu = 2,
  InvalidParameter = 6
};

// `body` is what follows the six bytes of PDU type and length.
Result<AssociateRq> parse_associate_rq(std::span<const uint8_t> body);
Result<AssociateAc> parse_associate_ac(std::span<const uint8_t> body);
Result<Rejection> parse_associate_rj(std::span<const uint8_t> body);
std::vector<uint8_t> encode(const AssociateRq& request);
std::vector<uint8_t> encode(const AssociateAc& answer);
std::vector<uint8_t> encode(const Rejection& rejection);
std::vector<uint8_t> encode_abort(AbortSource source, AbortReason reason);
std::vector<uint8_t> encode_release(PduType type);

}  // namespace xinglin::dimse
