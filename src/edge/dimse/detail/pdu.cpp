#include "edge/dimse/detail/pdu.h"

#include <algorithm>

#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

constexpr uint8_t kApplicationItem = 0x10, kProposedItem = 0x20, kAcceptedItem = 0x21, kAbstractItem = 0x30,
                  kTransferItem = 0x40, kUserItem = 0x50, kMaxLengthItem = 0x51, kClassItem = 0x52,
                  kRoleItem = 0x54, kVersionItem = 0x55, kExtendedItem = 0x56;
constexpr size_t kContextsMax = 128, kSubItemsMax = 256, kSyntaxesMax = 64, kFixedPart = 68, kAeLength = 16;

struct Item {
  uint8_t type = 0;
  std::span<const uint8_t> value;
};

// Takes one item (type, reserved, 16-bit length, value) off the front of `rest`.
Result<Item> next_item(std::span<const uint8_t>& rest) {
  if (rest.size() < 4) return Error(kBadPdu, "an item header is cut off");
  const size_t length = static_cast<size_t>(rest[2] << 8 | rest[3]);
  if (length > rest.size() - 4) return Error(kBadPdu, "an item is longer than its PDU");
  const Item item{rest[0], rest.subspan(4, length)};
  rest = rest.subspan(4 + length);
  return item;
}

std::string text_of(std::span<const uint8_t> bytes) {
  while (!bytes.empty() && (bytes.back() == ' ' || bytes.back() == 0)) bytes = bytes.first(bytes.size() - 1);
  while (!bytes.empty() && bytes.front() == ' ') bytes = bytes.subspan(1);
  std::string out;
  for (const uint8_t c : bytes) out += c >= 0x20 && c < 0x7F ? static_cast<char>(c) : '?';
  return out;
}

std::string uid_of(std::span<const uint8_t> bytes) {
  return text_of(bytes.first(std::min<size_t>(bytes.size(), 64)));
}

Result<ProposedContext> parse_proposed(std::span<const uint8_t> value) {
  if (value.size() < 4) return Error(kBadPdu, "a presentation context is cut off");
  ProposedContext out;
  out.id = value[0];
  auto rest = value.subspan(4);
  while (!rest.empty()) {
    XL_TRY(const Item item, next_item(rest));
    if (item.type == kAbstractItem) out.abstract_syntax = uid_of(item.value);
    if (item.type != kTransferItem) continue;
    if (out.transfer_syntaxes.size() >= kSyntaxesMax)
      return Error(kBadPdu, "too many transfer syntaxes in a context");
    out.transfer_syntaxes.push_back(uid_of(item.value));
  }
  return out;
}

Result<AcceptedContext> parse_accepted(std::span<const uint8_t> value) {
  if (value.size() < 4 || value[2] > 4) return Error(kBadPdu, "a presentation context is cut off");
  AcceptedContext out{value[0], static_cast<AcceptedContext::Reason>(value[2]), ""};
  auto rest = value.subspan(4);
  while (!rest.empty()) {
    XL_TRY(const Item item, next_item(rest));
    if (item.type == kTransferItem) out.transfer_syntax = uid_of(item.value);
  }
  return out;
}

// The UID with its 16-bit length that role selection and extended negotiation begin with; the rest stays.
Result<std::string> take_uid(std::span<const uint8_t>& rest) {
  const size_t length = rest.size() < 2 ? SIZE_MAX : static_cast<size_t>(rest[0] << 8 | rest[1]);
  if (rest.size() < 2 || length > rest.size() - 2) return Error(kBadPdu, "a sub-item is cut off");
  std::string uid = uid_of(rest.subspan(2, length));
  rest = rest.subspan(2 + length);
  return uid;
}

Result<void> parse_sub_item(const Item& item, UserInformation& out) {
  auto rest = item.value;
  XL_TRY(std::string uid, take_uid(rest));
  if (out.roles.size() + out.extended.size() >= kSubItemsMax)
    return Error(kBadPdu, "too many sub-items of the user information");
  if (item.type == kExtendedItem) {
    out.extended.push_back({std::move(uid), {rest.begin(), rest.end()}});
    return {};
  }
  if (rest.size() < 2) return Error(kBadPdu, "a role selection is cut off");
  out.roles.push_back({std::move(uid), rest[0] != 0, rest[1] != 0});
  return {};
}

Result<UserInformation> parse_user(std::span<const uint8_t> rest) {
  UserInformation out;
  while (!rest.empty()) {
    XL_TRY(const Item item, next_item(rest));
    if (item.type == kMaxLengthItem && item.value.size() == 4)
      out.max_pdu = static_cast<uint32_t>(item.value[0]) << 24 | static_cast<uint32_t>(item.value[1]) << 16 |
                    static_cast<uint32_t>(item.value[2]) << 8 | item.value[3];
    if (item.type == kRoleItem || item.type == kExtendedItem) XL_CHECK(parse_sub_item(item, out));
    if (item.type == kClassItem) out.implementation_class = uid_of(item.value);
    if (item.type == kVersionItem)
      out.implementation_version = text_of(item.value.first(std::min<size_t>(item.value.size(), 16)));
  }
  return out;
}

using Bytes = std::vector<uint8_t>;

void put16(Bytes& out, size_t v) {
  out.insert(out.end(), {static_cast<uint8_t>(v >> 8), static_cast<uint8_t>(v)});
}
void put32(Bytes& out, size_t v) {
  put16(out, v >> 16 & 0xFFFF);
  put16(out, v & 0xFFFF);
}
void put_item(Bytes& out, uint8_t type, std::span<const uint8_t> value) {
  out.push_back(type);
  out.push_back(0);
  put16(out, value.size());
  out.insert(out.end(), value.begin(), value.end());
}
void put_item(Bytes& out, uint8_t type, std::string_view text) {
  put_item(out, type, std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}
void put_ae(Bytes& out, std::string_view title) {
  title = title.substr(0, kAeLength);
  out.insert(out.end(), title.begin(), title.end());
  out.insert(out.end(), kAeLength - title.size(), ' ');
}
void put_user(Bytes& out, const UserInformation& user) {
  Bytes value, length;
  put32(length, user.max_pdu);
  put_item(value, kMaxLengthItem, length);
  put_item(value, kClassItem, user.implementation_class);
  const auto with_uid = [](const std::string& uid) {
    Bytes sub;
    put16(sub, uid.size());
    sub.insert(sub.end(), uid.begin(), uid.end());
    return sub;
  };
  for (const RoleSelection& role : user.roles) {
    Bytes sub = with_uid(role.sop_class);
    sub.insert(sub.end(), {static_cast<uint8_t>(role.scu), static_cast<uint8_t>(role.scp)});
    put_item(value, kRoleItem, sub);
  }
  put_item(value, kVersionItem, user.implementation_version);
  for (const ExtendedNegotiation& extended : user.extended) {
    Bytes sub = with_uid(extended.sop_class);
    sub.insert(sub.end(), extended.information.begin(), extended.information.end());
    put_item(value, kExtendedItem, sub);
  }
  put_item(out, kUserItem, value);
}

Bytes begin_associate(PduType type, std::string_view called, std::string_view calling) {
  Bytes out{static_cast<uint8_t>(type), 0, 0, 0, 0, 0, 0, 1, 0, 0};
  put_ae(out, called);
  put_ae(out, calling);
  out.insert(out.end(), 32, 0);
  put_item(out, kApplicationItem, "1.2.840.10008.3.1.1.1");
  return out;
}

Bytes with_length(Bytes out) {
  const size_t length = out.size() - kPduHeader;
  for (size_t i = 0; i < 4; ++i) out[2 + i] = static_cast<uint8_t>(length >> (24 - 8 * i));
  return out;
}

}  // namespace

std::string explain(const Rejection& r) {
  std::string why = "no reason given";
  if (r == rejection::kApplicationContext) why = "application context not supported";
  if (r.source == 1 && r.reason == 3) why = "calling AE title not recognized";
  if (r.source == 1 && r.reason == 7) why = "called AE title not recognized";
  if (r == rejection::kProtocolVersion) why = "protocol version not supported";
  if (r.source == 3 && r.reason == 1) why = "temporary congestion";
  if (r.source == 3 && r.reason == 2) why = "local limit exceeded";
  return std::string(r.result == 2 ? "rejected for now: " : "rejected: ") + why;
}

Result<AssociateRq> parse_associate_rq(std::span<const uint8_t> body) {
  if (body.size() < kFixedPart) return Error(kBadPdu, "an A-ASSOCIATE-RQ is cut off");
  AssociateRq out;
  out.protocol_version = static_cast<uint16_t>(body[0] << 8 | body[1]);
  out.called_ae = text_of(body.subspan(4, kAeLength));
  out.calling_ae = text_of(body.subspan(4 + kAeLength, kAeLength));
  auto rest = body.subspan(kFixedPart);
  while (!rest.empty()) {
    XL_TRY(const Item item, next_item(rest));
    if (item.type == kApplicationItem) out.application_context = uid_of(item.value);
    if (item.type == kUserItem) {
      XL_TRY(out.user, parse_user(item.value));
    }
    if (item.type != kProposedItem) continue;
    if (out.contexts.size() >= kContextsMax) return Error(kBadPdu, "too many presentation contexts");
    XL_TRY(ProposedContext context, parse_proposed(item.value));
    const bool repeated = std::any_of(out.contexts.begin(), out.contexts.end(),
                                      [&](const ProposedContext& other) { return other.id == context.id; });
    if (repeated || context.id % 2 == 0)
      return Error(kBadPdu, "presentation context ids must be odd and differ");
    out.contexts.push_back(std::move(context));
  }
  return out;
}

Result<AssociateAc> parse_associate_ac(std::span<const uint8_t> body) {
  if (body.size() < kFixedPart) return Error(kBadPdu, "an A-ASSOCIATE-AC is cut off");
  AssociateAc out;
  auto rest = body.subspan(kFixedPart);
  while (!rest.empty()) {
    XL_TRY(const Item item, next_item(rest));
    if (item.type == kUserItem) {
      XL_TRY(out.user, parse_user(item.value));
    }
    if (item.type != kAcceptedItem) continue;
    if (out.contexts.size() >= kContextsMax) return Error(kBadPdu, "too many presentation contexts");
    XL_TRY(AcceptedContext context, parse_accepted(item.value));
    out.contexts.push_back(std::move(context));
  }
  return out;
}

Result<Rejection> parse_associate_rj(std::span<const uint8_t> body) {
  if (body.size() < 4) return Error(kBadPdu, "an A-ASSOCIATE-RJ is cut off");
  return Rejection{body[1], body[2], body[3]};
}

std::vector<uint8_t> encode(const AssociateRq& request) {
  Bytes out = begin_associate(PduType::AssociateRq, request.called_ae, request.calling_ae);
  for (const ProposedContext& context : request.contexts) {
    Bytes value{context.id, 0, 0, 0};
    put_item(value, kAbstractItem, context.abstract_syntax);
    for (const std::string& syntax : context.transfer_syntaxes) put_item(value, kTransferItem, syntax);
    put_item(out, kProposedItem, value);
  }
  put_user(out, request.user);
  return with_length(std::move(out));
}

std::vector<uint8_t> encode(const AssociateAc& answer) {
  Bytes out = begin_associate(PduType::AssociateAc, answer.called_ae, answer.calling_ae);
  for (const AcceptedContext& context : answer.contexts) {
    Bytes value{context.id, 0, static_cast<uint8_t>(context.result), 0};
    put_item(value, kTransferItem, context.transfer_syntax);
    put_item(out, kAcceptedItem, value);
  }
  put_user(out, answer.user);
  return with_length(std::move(out));
}

std::vector<uint8_t> encode(const Rejection& r) {
  return {static_cast<uint8_t>(PduType::AssociateRj), 0, 0, 0, 0, 4, 0, r.result, r.source, r.reason};
}

std::vector<uint8_t> encode_abort(AbortSource source, AbortReason reason) {
  return {static_cast<uint8_t>(PduType::Abort), 0, 0, 0, 0, 4, 0, 0, static_cast<uint8_t>(source),
          static_cast<uint8_t>(reason)};
}

std::vector<uint8_t> encode_release(PduType type) {
  return {static_cast<uint8_t>(type), 0, 0, 0, 0, 4, 0, 0, 0, 0};
}

}  // namespace xinglin::dimse
