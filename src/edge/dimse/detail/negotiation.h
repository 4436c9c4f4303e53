// Answering an A-ASSOCIATE-RQ: which titles and presentation contexts are accepted (PS3.8 7.1, PS3.7 D.3).
// Pure; private to edge/dimse.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "edge/dimse/detail/identifier.h"
#include "edge/dimse/detail/pdu.h"
#include "edge/dimse/scp.h"

namespace xinglin::dimse {

inline constexpr std::string_view kVerification = "1.2.840.10008.1.1",
                                  kPerformedStepClass = "1.2.840.10008.3.1.2.3.3",
                                  kPerformedRetrieveClass = "1.2.840.10008.3.1.2.3.4";

// Which operations of query and retrieve are offered to this caller.
struct Offered {
  bool find = false, move = false, get = false;
  bool worklist = false, mpps = false;
  bool commitment = false;          // it asks us
  bool commitment_answers = false;  // it answers what we asked
};

std::variant<AssociateAc, Rejection> negotiate(const AssociateRq& request, const Scp::Options& options,
                                               const Offered& offered = {});
// What was agreed for a class of query and retrieve.
Extended extended_of(const UserInformation& user, std::string_view sop_class);
UserInformation our_user_information(uint32_t max_pdu);

}  // namespace xinglin::dimse
