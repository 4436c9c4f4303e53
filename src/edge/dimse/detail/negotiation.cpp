#include "edge/dimse/detail/negotiation.h"

#include <algorithm>

#include "codec/dicom/data_set.h"
#include "edge/dimse/detail/commitment_data.h"

namespace xinglin::dimse {

namespace {

constexpr std::string_view kApplicationContext = "1.2.840.10008.3.1.1.1";
constexpr std::string_view kStorageRoot = "1.2.840.10008.5.1.4.1.1.";
constexpr std::string_view kImplicit = "1.2.840.10008.1.2";

bool is_offered(const std::string& abstract_syntax, const Scp::Options& options, const Offered& offered) {
  if (const QueryClass* query = find_query_class(abstract_syntax))
    return query->model == Model::Worklist            ? offered.worklist
           : query->operation == QueryOperation::Find ? offered.find
           : query->operation == QueryOperation::Move ? offered.move
                                                      : offered.get;
  if (abstract_syntax == kPerformedStepClass || abstract_syntax == kPerformedRetrieveClass)
    return offered.mpps;
  if (abstract_syntax == kCommitmentClass) return offered.commitment || offered.commitment_answers;
  if (abstract_syntax == kVerification || dicom::is_storage_class(abstract_syntax)) return true;
  return options.unknown_storage == UnknownStorage::Accept && abstract_syntax.starts_with(kStorageRoot) &&
         dicom::is_valid_uid(abstract_syntax);
}

// Data sets are stored as they come, so the sender's order of preference decides.
AcceptedContext answer(const ProposedContext& proposed, const Scp::Options& options, const Offered& offered) {
  using Reason = AcceptedContext::Reason;
  AcceptedContext out{proposed.id, Reason::Accepted, std::string(kImplicit)};
  if (!is_offered(proposed.abstract_syntax, options, offered)) {
    out.result = Reason::AbstractSyntaxNotSupported;
    return out;
  }
  const bool query =
      find_query_class(proposed.abstract_syntax) != nullptr || proposed.abstract_syntax == kCommitmentClass ||
      proposed.abstract_syntax == kPerformedStepClass || proposed.abstract_syntax == kPerformedRetrieveClass;
  const auto known = std::find_if(
      proposed.transfer_syntaxes.begin(), proposed.transfer_syntaxes.end(), [&](const std::string& uid) {
        return query ? is_uncompressed(uid) : dicom::is_known_transfer_syntax(uid);
      });
  if (known == proposed.transfer_syntaxes.end()) {
    out.result = Reason::TransferSyntaxesNotSupported;
    return out;
  }
  out.transfer_syntax = *known;
  return out;
}

// Of the roles proposed those of a storage SCP are agreed to, for C-GET, and those of storage commitment; of
// extended negotiation the three things that the search does.
void answer_user(const UserInformation& asked, const Offered& offered, UserInformation& out) {
  for (const RoleSelection& role : asked.roles)
    if (offered.get && role.scp && role.sop_class.starts_with(kStorageRoot))
      out.roles.push_back(role);
    else if (role.sop_class == kCommitmentClass)
      out.roles.push_back(
          {role.sop_class, role.scu && offered.commitment, role.scp && offered.commitment_answers});
  for (const ExtendedNegotiation& extended : asked.extended) {
    if (find_query_class(extended.sop_class) == nullptr) continue;
    std::vector<uint8_t> agreed(extended.information.begin(),
                                extended.information.begin() +
                                    static_cast<ptrdiff_t>(std::min<size_t>(extended.information.size(), 3)));
    for (uint8_t& flag : agreed) flag = flag == 1 ? 1 : 0;
    // Four bytes or more ask for what is not done here: time zones, enhanced multi-frame views.
    agreed.resize(extended.information.size(), 0);
    out.extended.push_back({extended.sop_class, std::move(agreed)});
  }
}

}  // namespace

UserInformation our_user_information(uint32_t max_pdu) {
  return {.max_pdu = max_pdu,
          .implementation_class = std::string(dicom::kImplementationClassUid),
          .implementation_version = std::string(dicom::kImplementationVersionName)};
}

std::variant<AssociateAc, Rejection> negotiate(const AssociateRq& request, const Scp::Options& options,
                                               const Offered& offered) {
  if ((request.protocol_version & 1) == 0) return rejection::kProtocolVersion;
  if (request.application_context != kApplicationContext) return rejection::kApplicationContext;
  if (options.called_ae == CalledAe::OnlyOurs && request.called_ae != options.ae_title)
    return rejection::kCalledAe;
  const auto& allowed = options.calling_aes;
  const bool listed =
      allowed.empty() || std::find(allowed.begin(), allowed.end(), request.calling_ae) != allowed.end();
  if (request.calling_ae.empty() || !listed) return rejection::kCallingAe;
  AssociateAc out;
  out.called_ae = request.called_ae;
  out.calling_ae = request.calling_ae;
  for (const ProposedContext& context : request.contexts)
    out.contexts.push_back(answer(context, options, offered));
  out.user = our_user_information(options.pdu_bytes_max);
  answer_user(request.user, offered, out.user);
  return out;
}

Extended extended_of(const UserInformation& user, std::string_view sop_class) {
  for (const ExtendedNegotiation& extended : user.extended) {
    if (extended.sop_class != sop_class) continue;
    const auto flag = [&](size_t i) {
      return i < extended.information.size() && extended.information[i] == 1;
    };
    return {flag(0), flag(1), flag(2)};
  }
  return {};
}

}  // namespace xinglin::dimse
