// C-MOVE and C-GET of a server association (PS3.4 C.4.2, C.4.3): the instances that are asked for, sent to a
// known peer or back over the association itself.
#include <algorithm>
#include <set>

#include "base/log.h"
#include "edge/dimse/detail/server_association.h"
#include "edge/dimse/errors.h"
#include "edge/dimse/scu.h"

namespace xinglin::dimse {

namespace {

constexpr size_t kRetrieveMax = 100'000, kContextsMax = 127;
constexpr int64_t kPage = 1000;
constexpr dicom::Tag kSopClass{0x0008, 0x0016}, kSyntax{0x0008, 0x3002}, kFailedList{0x0008, 0x0058};

std::string value_of(const json::object& row, std::string_view name) {
  const json::object* attribute = json::find_object(row, name);
  const json::array* values = attribute == nullptr ? nullptr : json::find_array(*attribute, "Value");
  const json::value* value = values == nullptr || values->empty() ? nullptr : &values->front();
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

DataSource source_of(const Outgoing& outgoing) {
  return {outgoing.size_bytes(),
          [&](uint64_t offset, std::span<uint8_t> space) { return outgoing.read_at(offset, space); }};
}

uint16_t clamped(size_t count) {
  return static_cast<uint16_t>(std::min<size_t>(count, UINT16_MAX));
}

// What is stored as it is, and also in the two syntaxes that every peer can read.
std::vector<Scu::Context> contexts_for(const std::vector<Wanted>& wanted) {
  std::set<Scu::Context> exact, spare;
  for (const Wanted& one : wanted) {
    exact.insert({one.sop_class, one.syntax});
    for (const TransferSyntaxUid& syntax : spare_syntaxes(one.syntax)) spare.insert({one.sop_class, syntax});
  }
  std::vector<Scu::Context> out(exact.begin(), exact.end());
  for (const Scu::Context& context : spare)
    if (!exact.contains(context)) out.push_back(context);
  out.resize(std::min(out.size(), kContextsMax));
  return out;
}

}  // namespace

Result<std::vector<Wanted>> ServerAssociation::wanted(const Asked& asked) {
  archive::Query query;
  query.level = archive::Level::Instance;
  query.fields = archive::Fields::Keys;
  query.include = {kSopClass, kSyntax};
  query.limit = kPage;
  const dicom::Tag own = unique_key(asked.query.level);
  bool named = false;
  for (const archive::SearchKey& key : asked.query.keys) {
    if (!is_unique_key(key.tag) || key.value.empty()) continue;
    if (key.value.find_first_of("*?") != std::string::npos)
      return Error(kBadIdentifier, "a unique key of a retrieval cannot have wildcards");
    named = named || key.tag == own;
    query.keys.push_back(key);
  }
  if (!named) return Error(kBadIdentifier, own.str() + " must name what is to be retrieved");
  std::vector<Wanted> out;
  do {
    XL_TRY(archive::Page page, shared_.query.find(asking(), query));
    for (const json::object& row : page.rows)
      out.push_back({SopInstanceUid(value_of(row, "00080018")), SopClassUid(value_of(row, "00080016")),
                     TransferSyntaxUid(value_of(row, "00083002"))});
    if (out.size() > kRetrieveMax)
      return Error(archive::kTooManyKeys, "more instances than one retrieval may have");
    query.after = std::move(page.next);
  } while (!query.after.empty());
  return out;
}

Result<Status> ServerAssociation::retrieve(const Asked& asked, QueryOperation operation) {
  const auto found = wanted(asked);
  if (!found.ok()) {
    Status answer = refuse(found.error());
    if (answer.code == status::kOutOfResources) answer.code = status::kNoMatches;
    return answer;
  }
  return operation == QueryOperation::Get ? get(*found) : move(*found);
}

// The status of each sub-operation is told as it ends; `send` gives an Error when this association is lost.
Result<Status> ServerAssociation::send_all(const std::vector<Wanted>& wanted, const Send& send) {
  SubOperations counts;
  dicom::DataSet failures;
  std::string failed;
  Status answer;
  cancel_seen_ = false;
  for (size_t i = 0; i < wanted.size(); ++i) {
    XL_TRY(const bool stop, cancelled());
    counts.remaining = clamped(wanted.size() - i);
    if (stop || cancel_seen_) {
      answer = {status::kCancelled, "cancelled"};
      break;
    }
    XL_TRY(const uint16_t sent, send(wanted[i]));
    counts.remaining = clamped(wanted.size() - i - 1);
    const bool warned = (sent & 0xF000) == 0xB000;
    ++(sent == status::kSuccess ? counts.completed : warned ? counts.warning : counts.failed);
    if (sent != status::kSuccess && !warned)
      failed += (failed.empty() ? "" : "\\") + wanted[i].instance.str();
    if (i + 1 == wanted.size()) break;
    Status pending{status::kPending, ""};
    pending.sub_operations = counts;
    XL_CHECK(respond(pending));
  }
  if (answer.code == status::kSuccess && counts.failed + counts.warning > 0)
    answer = {counts.completed + counts.warning == 0 ? status::kNoSubOperations : status::kSomeFailed,
              "some instances could not be sent"};
  answer.sub_operations = counts;
  if (!failed.empty()) {
    failures.set_text(kFailedList, "UI", failed);
    answer.identifier = encode_identifier(failures, contexts_[context_].second, "");
  }
  return answer;
}

Result<Status> ServerAssociation::move(const std::vector<Wanted>& wanted) {
  const auto peer = shared_.query.destination(command_->move_destination);
  if (!peer.ok() || !peer->rights.store) {
    if (!peer.ok() && !peer.error().is(archive::kNoPeer)) return refuse(peer.error());
    return Status{status::kUnknownDestination,
                  "the move destination is not a known peer that may be sent to"};
  }
  Scu::Options to;
  to.peer = {peer->host, peer->port};
  to.calling_ae = shared_.options.ae_title;
  to.called_ae = peer->ae_title;
  if (peer->tls && !shared_.query.tls)
    return Status{status::kUnknownDestination, "the move destination needs TLS, which is not set up"};
  if (peer->tls) to.tls = shared_.query.tls;
  const Scu::Originator originator{calling_ae_, command_->message_id};
  const auto reader = asking();
  auto scu =
      wanted.empty() ? Result<Scu>(Error(kAborted)) : Scu::associate(to, contexts_for(wanted), shared_.clock);
  bool open = scu.ok();
  std::vector<archive::CommitmentItem> taken;
  if (!open && !wanted.empty())
    log::warning("dimse.move-destination", {{"peer", peer->ae_title}, {"why", scu.error().code().name}});
  auto answer = send_all(wanted, [&](const Wanted& one) -> Result<uint16_t> {
    if (!open) return status::kNoSubOperations;
    auto syntax = one.syntax;
    if (!scu->accepts({one.sop_class, syntax}))
      for (const TransferSyntaxUid& other : spare_syntaxes(one.syntax))
        if (scu->accepts({one.sop_class, other})) syntax = other;
    if (!scu->accepts({one.sop_class, syntax})) return status::kSopClassNotSupported;
    const auto outgoing = Outgoing::make(shared_.query.open(reader, one.instance), one.syntax, syntax);
    if (!outgoing.ok()) return status::kProcessingFailure;
    const auto stored = scu->store({one.sop_class, syntax}, one.instance, source_of(*outgoing), originator);
    if (stored.ok() && stored->stored()) taken.push_back({one.sop_class, one.instance});
    if (stored.ok()) return stored->status;
    open = false;
    return status::kNoSubOperations;
  });
  if (open) static_cast<void>(scu->release());
  if (peer->ask_commitment && shared_.services.sent != nullptr)
    XL_CHECK(
        shared_.services.sent->record(reader, peer->ae_title, taken, "move", archive::AskCommitment::Yes));
  return answer;
}

// The context over which an instance can go back: its class with the role of SCP for the requestor.
std::optional<uint8_t> ServerAssociation::context_back(const Wanted& one, TransferSyntaxUid& syntax) const {
  const bool receives = std::any_of(user_.roles.begin(), user_.roles.end(), [&](const RoleSelection& role) {
    return role.scp && role.sop_class == one.sop_class.str();
  });
  std::optional<uint8_t> out;
  for (const auto& [id, context] : contexts_) {
    if (!receives || context.first != one.sop_class.str()) continue;
    const bool same = context.second == one.syntax.str();
    const auto spare = spare_syntaxes(one.syntax);
    const TransferSyntaxUid offered(context.second);
    if (!same && (out || std::find(spare.begin(), spare.end(), offered) == spare.end())) continue;
    out = id;
    syntax = offered;
    if (same) break;
  }
  return out;
}

Result<Status> ServerAssociation::get(const std::vector<Wanted>& wanted) {
  uint16_t message = 0;
  const auto reader = asking();
  return send_all(wanted, [&](const Wanted& one) -> Result<uint16_t> {
    TransferSyntaxUid syntax;
    const auto context = context_back(one, syntax);
    if (!context) return status::kSopClassNotSupported;
    const auto outgoing = Outgoing::make(shared_.query.open(reader, one.instance), one.syntax, syntax);
    if (!outgoing.ok()) return status::kProcessingFailure;
    CommandSet request;
    request.field = static_cast<uint16_t>(CommandField::StoreRq);
    request.message_id = ++message;
    request.has_data_set = true;
    request.sop_class = one.sop_class.str();
    request.sop_instance = one.instance.str();
    XL_CHECK(transport_.send(*context, true, encode(request), peer_pdu_max_));
    XL_CHECK(transport_.send(*context, source_of(*outgoing), peer_pdu_max_));
    for (;;) {
      XL_TRY(const CommandSet response, read_command());
      if (response.is(CommandField::Cancel)) {
        cancel_seen_ = cancel_seen_ || response.message_id == command_->message_id;
        continue;
      }
      if (!response.is(CommandField::StoreRsp) || response.message_id != message)
        return Error(kBadCommand, "not the answer to the C-STORE of a C-GET");
      return response.status;
    }
  });
}

}  // namespace xinglin::dimse
