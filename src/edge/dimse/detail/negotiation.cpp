#include "edge/dimse/detail/negotiation.h"

#include <algorithm>

#include "codec/dicom/data_set.h"

namespace xinglin::dimse {

namespace {

constexpr std::string_view kApplicationContext = "1.2.840.10008.3.1.1.1";
constexpr std::string_view kStorageRoot = "1.2.840.10008.5.1.4.1.1.";
constexpr std::string_view kImplicit = "1.2.840.10008.1.2";

bool is_offered(const std::string& abstract_syntax, const Scp::Options& options) {
  if (abstract_syntax == kVerification || dicom::is_storage_class(abstract_syntax)) return true;
  return options.unknown_storage == UnknownStorage::Accept && abstract_syntax.starts_with(kStorageRoot) &&
         dicom::is_valid_uid(abstract_syntax);
}

// Data sets are stored as they come, so the sender's order of preference decides.
AcceptedContext answer(const ProposedContext& proposed, const Scp::Options& options) {
  using Reason = AcceptedContext::Reason;
  AcceptedContext out{proposed.id, Reason::Accepted, std::string(kImplicit)};
  if (!is_offered(proposed.abstract_syntax, options)) {
    out.result = Reason::AbstractSyntaxNotSupported;
    return out;
  }
  const auto known =
      std::find_if(proposed.transfer_syntaxes.begin(), proposed.transfer_syntaxes.end(),
                   [](const std::string& uid) { return dicom::is_known_transfer_syntax(uid); });
  if (known == proposed.transfer_syntaxes.end()) {
    out.result = Reason::TransferSyntaxesNotSupported;
    return out;
  }
  out.transfer_syntax = *known;
  return out;
}

}  // namespace

UserInformation our_user_information(uint32_t max_pdu) {
  return {max_pdu, std::string(dicom::kImplementationClassUid),
          std::string(dicom::kImplementationVersionName)};
}

std::variant<AssociateAc, Rejection> negotiate(const AssociateRq& request, const Scp::Options& options) {
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
  for (const ProposedContext& context : request.contexts) out.contexts.push_back(answer(context, options));
  out.user = our_user_information(options.pdu_bytes_max);
  return out;
}

}  // namespace xinglin::dimse
