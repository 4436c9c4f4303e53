#include "edge/dimse/scu.h"

#include <algorithm>
#include <map>
#include <set>

#include "codec/dicom/data_set.h"
#include "edge/dimse/detail/command_set.h"
#include "edge/dimse/detail/negotiation.h"
#include "edge/dimse/detail/transport.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

constexpr size_t kContextsMax = 127;
constexpr int kNetworkTimeoutMs = 30'000;
constexpr uint8_t kEchoContext = 1;
constexpr size_t kDataSetMax = 32u << 20;  // of a message to us

Result<dicom::File> read_index(std::span<const uint8_t> file) {
  dicom::Limits limits;
  limits.stop_at_pixel_data = true;
  limits.value_bytes_kept = 1024;
  return dicom::parse_file(file, limits);
}

Scu::Context context_of_file(const dicom::File& file) {
  return {SopClassUid(file.data_set.text({0x0008, 0x0016})), file.transfer_syntax};
}

}  // namespace

struct Scu::Impl {
  Impl(net::Stream connected, const Options& given, const Clock& clock)
      : options(given), stream(std::move(connected)), transport(stream, clock, kNetworkTimeoutMs) {}
  Options options;
  net::Stream stream;
  Transport transport;
  std::map<Context, uint8_t> contexts;
  uint32_t peer_pdu_max = 0;
  uint16_t next_message = 1;
  bool open = false;

  Result<void> negotiate(const std::vector<Context>& wanted);
  Result<AssociateAc> await_answer();
  using SendData = std::function<Result<void>()>;  // empty: the message has no data set
  Result<CommandSet> exchange(uint8_t context, CommandSet request, const SendData& send_data);
  SendData sending(uint8_t context, std::span<const uint8_t> data_set);
  Result<Answer> store(const Context& context, const SopInstanceUid& instance, const Originator& originator,
                       const std::function<SendData(uint8_t context)>& send_data);
  struct Message {
    uint8_t context = 0;
    CommandSet command;
    std::vector<uint8_t> data_set;
  };
  Result<Message> read_message();
};

Result<void> Scu::Impl::negotiate(const std::vector<Context>& wanted) {
  const std::set<Context> distinct(wanted.begin(), wanted.end());
  if (distinct.size() > kContextsMax) return Error(errors::kTooLarge, "more than 127 presentation contexts");
  AssociateRq request;
  request.called_ae = options.called_ae;
  request.calling_ae = options.calling_ae;
  request.user = our_user_information(options.pdu_bytes_max);
  for (const SopClassUid& sop_class : options.provider_of)
    request.user.roles.push_back({sop_class.str(), false, true});
  request.contexts.push_back({kEchoContext, std::string(kVerification), {"1.2.840.10008.1.2"}});
  std::map<uint8_t, Context> proposed;
  uint8_t id = kEchoContext;
  for (const Context& context : distinct) {
    id = static_cast<uint8_t>(id + 2);
    request.contexts.push_back({id, context.sop_class.str(), {context.syntax.str()}});
    proposed.emplace(id, context);
  }
  XL_CHECK(transport.write(encode(request)));
  XL_TRY(const AssociateAc answer, await_answer());
  open = true;
  peer_pdu_max = answer.user.max_pdu;
  for (const AcceptedContext& accepted : answer.contexts)
    if (const auto it = proposed.find(accepted.id);
        it != proposed.end() && accepted.result == AcceptedContext::Reason::Accepted)
      contexts.emplace(it->second, accepted.id);
  return {};
}

Result<AssociateAc> Scu::Impl::await_answer() {
  XL_TRY(const PduHeader header, transport.next_pdu(options.response_timeout_ms, {}));
  if (header.length > kAssociatePduMax) return Error(kPduTooLarge);
  std::vector<uint8_t> body(header.length);
  XL_CHECK(transport.read(body));
  switch (static_cast<PduType>(header.type)) {
    case PduType::AssociateAc:
      return parse_associate_ac(body);
    case PduType::AssociateRj: {
      XL_TRY(const Rejection rejection, parse_associate_rj(body));
      return Error(kRejected, explain(rejection));
    }
    case PduType::Abort:
      return Error(kAborted);
    default:
      return Error(kUnexpectedPdu);
  }
}

Scu::Impl::SendData Scu::Impl::sending(uint8_t context, std::span<const uint8_t> data_set) {
  if (data_set.empty()) return {};
  return [=, this] { return transport.send(context, false, data_set, peer_pdu_max); };
}

Result<CommandSet> Scu::Impl::exchange(uint8_t context, CommandSet request, const SendData& send_data) {
  if (!open) return Error(kAborted, "the association is not open");
  request.message_id = next_message++;
  request.has_data_set = static_cast<bool>(send_data);
  const auto run = [&]() -> Result<CommandSet> {
    XL_CHECK(transport.send(context, true, encode(request), peer_pdu_max));
    if (send_data) XL_CHECK(send_data());
    XL_TRY(Message response, read_message());
    if (!response.command.is_response() || response.command.message_id != request.message_id)
      return Error(kBadCommand, "an answer to another message");
    return std::move(response.command);
  };
  auto response = run();
  if (!response.ok()) open = false;
  return response;
}

// A whole message: its command set and, when it has one, its data set.
Result<Scu::Impl::Message> Scu::Impl::read_message() {
  Message out;
  std::vector<uint8_t> command;
  bool have_command = false;
  for (;;) {
    XL_TRY(const PduHeader header, transport.next_pdu(options.response_timeout_ms, {}));
    if (header.type == static_cast<uint8_t>(PduType::Abort)) return Error(kAborted);
    if (header.type != static_cast<uint8_t>(PduType::Data)) return Error(kUnexpectedPdu);
    if (header.length > options.pdu_bytes_max) return Error(kPduTooLarge);
    for (uint32_t left = header.length; left > 0;) {
      XL_TRY(const PdvHeader pdv, transport.next_pdv(left));
      left -= static_cast<uint32_t>(kPdvHeader) + pdv.length;
      std::vector<uint8_t>& part = pdv.command ? command : out.data_set;
      const size_t limit = pdv.command ? kCommandSetMax : kDataSetMax;
      if (pdv.command == have_command || part.size() + pdv.length > limit) return Error(kBadPdu);
      const size_t start = part.size();
      part.resize(start + pdv.length);
      XL_CHECK(transport.read(std::span(part).subspan(start)));
      if (!pdv.last) continue;
      if (!have_command) {
        XL_TRY(out.command, parse_command_set(command));
        out.context = pdv.context;
        have_command = true;
        if (out.command.has_data_set) continue;
      }
      if (left > 0) return Error(kBadPdu, "two messages in one P-DATA-TF");
      return out;
    }
  }
}

Scu::Scu(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Scu::Scu(Scu&&) noexcept = default;
Scu& Scu::operator=(Scu&&) noexcept = default;

Scu::~Scu() {
  if (impl_ && impl_->open)
    static_cast<void>(impl_->transport.write(encode_abort(AbortSource::User, AbortReason::NotSpecified)));
}

Result<Scu> Scu::associate(const Options& options, const std::vector<Context>& contexts, const Clock& clock) {
  XL_TRY(net::Stream stream, net::Stream::connect(options.peer, options.connect_timeout_ms));
  if (options.tls) XL_CHECK(stream.start_tls(options.tls, options.connect_timeout_ms));
  auto impl = std::make_unique<Impl>(std::move(stream), options, clock);
  XL_CHECK(impl->negotiate(contexts));
  return Scu(std::move(impl));
}

Result<Scu::Context> Scu::context_of(std::span<const uint8_t> file) {
  XL_TRY(const dicom::File index, read_index(file));
  return context_of_file(index);
}

bool Scu::accepts(const Context& context) const {
  return impl_->contexts.contains(context);
}

Result<void> Scu::echo() {
  CommandSet request;
  request.field = static_cast<uint16_t>(CommandField::EchoRq);
  request.sop_class = std::string(kVerification);
  XL_TRY(const CommandSet response, impl_->exchange(kEchoContext, request, {}));
  if (response.status != 0)
    return Error(kStatus, "C-ECHO was answered with status " + std::to_string(response.status));
  return {};
}

Result<Scu::Answer> Scu::store(std::span<const uint8_t> file) {
  XL_TRY(const dicom::File index, read_index(file));
  const SopInstanceUid instance(index.data_set.text({0x0008, 0x0018}));
  return store(context_of_file(index), instance, file.subspan(index.data_set_offset));
}

Result<Scu::Answer> Scu::store(const Context& context, const SopInstanceUid& instance,
                               std::span<const uint8_t> data_set) {
  return impl_->store(context, instance, {}, [&](uint8_t id) { return impl_->sending(id, data_set); });
}

Result<Scu::Answer> Scu::store(const Context& context, const SopInstanceUid& instance,
                               const DataSource& data_set, const Originator& originator) {
  return impl_->store(context, instance, originator, [&](uint8_t id) -> Impl::SendData {
    return [&, id] { return impl_->transport.send(id, data_set, impl_->peer_pdu_max); };
  });
}

Result<Scu::Answer> Scu::Impl::store(const Context& context, const SopInstanceUid& instance,
                                     const Originator& originator,
                                     const std::function<SendData(uint8_t context)>& send_data) {
  const auto accepted = contexts.find(context);
  if (accepted == contexts.end()) return Error(kNoContext);
  CommandSet request;
  request.field = static_cast<uint16_t>(CommandField::StoreRq);
  request.sop_class = context.sop_class.str();
  request.sop_instance = instance.str();
  request.move_originator = originator.ae_title;
  request.move_originator_message = originator.message_id;
  XL_TRY(CommandSet response, exchange(accepted->second, request, send_data(accepted->second)));
  return Answer{response.status, std::move(response.error_comment)};
}

Result<Scu::Answer> Scu::perform(const Context& context, const Request& request,
                                 std::span<const uint8_t> data_set) {
  const auto accepted = impl_->contexts.find(context);
  if (accepted == impl_->contexts.end()) return Error(kNoContext);
  CommandSet command;
  command.field = static_cast<uint16_t>(request.operation);
  command.sop_class = context.sop_class.str();
  command.sop_instance = request.instance.str();
  command.type = request.type;
  XL_TRY(CommandSet response,
         impl_->exchange(accepted->second, command, impl_->sending(accepted->second, data_set)));
  return Answer{response.status, std::move(response.error_comment)};
}

Result<std::optional<Scu::Event>> Scu::await_event(int timeout_ms) {
  if (!impl_->open) return Error(kAborted, "the association is not open");
  const auto waited = impl_->transport.wait_for_input(timeout_ms);
  if (!waited.ok())
    return waited.error().is(net::kTimedOut) ? std::optional<Event>()
                                             : Result<std::optional<Event>>(waited.error());
  auto message = impl_->read_message();
  if (!message.ok()) {
    impl_->open = false;
    return message.error();
  }
  CommandSet& command = message->command;
  if (!command.is(CommandField::EventReportRq)) return Error(kBadCommand, "not an event report");
  return std::optional(Event{message->context, command.message_id, command.type, std::move(command.sop_class),
                             std::move(command.sop_instance), std::move(message->data_set)});
}

Result<void> Scu::answer_event(const Event& event, uint16_t status) {
  CommandSet response;
  response.field = static_cast<uint16_t>(CommandField::EventReportRsp);
  response.message_id = event.message_id;
  response.sop_class = event.sop_class;
  response.sop_instance = event.sop_instance;
  response.type = event.type;
  response.status = status;
  return impl_->transport.send(event.context, true, encode(response), impl_->peer_pdu_max);
}

Result<void> Scu::release() {
  if (!impl_->open) return {};
  impl_->open = false;
  XL_CHECK(impl_->transport.write(encode_release(PduType::ReleaseRq)));
  XL_TRY(const PduHeader header, impl_->transport.next_pdu(impl_->options.response_timeout_ms, {}));
  if (header.type != static_cast<uint8_t>(PduType::ReleaseRp))
    return Error(kUnexpectedPdu, "no A-RELEASE-RP");
  return {};
}

}  // namespace xinglin::dimse
