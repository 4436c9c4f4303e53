#include "edge/dimse/detail/pdu.h"

#include <gtest/gtest.h>

#include "edge/dimse/detail/command_set.h"
#include "edge/dimse/detail/negotiation.h"
#include "edge/dimse/detail/status.h"

namespace xinglin::dimse {
namespace {

constexpr const char* kCt = "1.2.840.10008.5.1.4.1.1.2";

AssociateRq request() {
  AssociateRq out;
  out.called_ae = "XINGLIN";
  out.calling_ae = "MODALITY";
  out.application_context = "1.2.840.10008.3.1.1.1";
  out.contexts = {{1, "1.2.840.10008.1.1", {"1.2.840.10008.1.2"}},
                  {3, kCt, {"1.2.840.113619.5.2", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2"}},
                  {5, "1.2.840.10008.5.1.4.1.2.2.1", {"1.2.840.10008.1.2"}},
                  {7, kCt, {"1.2.3"}}};
  out.user = {16384, "1.2.3", "TEST"};
  return out;
}

std::vector<uint8_t> body_of(const std::vector<uint8_t>& pdu) {
  return {pdu.begin() + kPduHeader, pdu.end()};
}

TEST(Pdu, association_request_survives_both_ways) {
  const auto bytes = encode(request());
  EXPECT_EQ(bytes[0], 1);
  EXPECT_EQ(static_cast<size_t>(bytes[4] << 8 | bytes[5]) + kPduHeader, bytes.size());
  const auto in = parse_associate_rq(body_of(bytes));
  ASSERT_TRUE(in.ok()) << in.error().message();
  EXPECT_EQ(in->called_ae, "XINGLIN");
  EXPECT_EQ(in->calling_ae, "MODALITY");
  EXPECT_EQ(in->contexts.size(), 4u);
  EXPECT_EQ(in->contexts[1].transfer_syntaxes[1], "1.2.840.10008.1.2.4.70");
  EXPECT_EQ(in->user.max_pdu, 16384u);
  EXPECT_EQ(in->user.implementation_version, "TEST");
}

TEST(Pdu, cut_anywhere_it_is_refused_or_read_short_but_never_beyond) {
  const auto body = body_of(encode(request()));
  for (size_t length = 0; length < body.size(); ++length) {
    const std::vector<uint8_t> cut(body.begin(), body.begin() + static_cast<long>(length));
    const auto in = parse_associate_rq(cut);
    EXPECT_TRUE(length >= 68 || !in.ok()) << length;
  }
}

TEST(Pdu, context_ids_must_be_odd_and_differ) {
  AssociateRq even = request(), twice = request();
  even.contexts[0].id = 2;
  twice.contexts[1].id = 1;
  EXPECT_FALSE(parse_associate_rq(body_of(encode(even))).ok());
  EXPECT_FALSE(parse_associate_rq(body_of(encode(twice))).ok());
}

TEST(Pdu, titles_lose_padding_and_control_characters) {
  AssociateRq in = request();
  in.calling_ae = "  A\nB\x01";
  EXPECT_EQ(parse_associate_rq(body_of(encode(in)))->calling_ae, "A?B?");
}

TEST(Negotiation, the_first_known_syntax_of_the_sender_is_taken) {
  const auto answer = negotiate(request(), Scp::Options{});
  const auto& ac = std::get<AssociateAc>(answer);
  using Reason = AcceptedContext::Reason;
  EXPECT_EQ(ac.contexts[0].result, Reason::Accepted);
  EXPECT_EQ(ac.contexts[1].result, Reason::Accepted);
  EXPECT_EQ(ac.contexts[1].transfer_syntax, "1.2.840.10008.1.2.4.70");
  EXPECT_EQ(ac.contexts[2].result, Reason::AbstractSyntaxNotSupported);
  EXPECT_EQ(ac.contexts[3].result, Reason::TransferSyntaxesNotSupported);
  const auto reread = parse_associate_ac(body_of(encode(ac)));
  ASSERT_TRUE(reread.ok());
  EXPECT_EQ(reread->contexts[2].result, Reason::AbstractSyntaxNotSupported);
}

TEST(Negotiation, storage_classes_newer_than_the_table_are_an_option) {
  AssociateRq in = request();
  in.contexts = {{1, "1.2.840.10008.5.1.4.1.1.9999.1", {"1.2.840.10008.1.2"}}};
  Scp::Options options;
  EXPECT_EQ(std::get<AssociateAc>(negotiate(in, options)).contexts[0].result,
            AcceptedContext::Reason::Accepted);
  options.unknown_storage = UnknownStorage::Refuse;
  EXPECT_NE(std::get<AssociateAc>(negotiate(in, options)).contexts[0].result,
            AcceptedContext::Reason::Accepted);
}

TEST(Negotiation, rejections_carry_the_reason_of_the_standard) {
  Scp::Options options;
  options.called_ae = CalledAe::OnlyOurs;
  options.calling_aes = {"MODALITY"};
  EXPECT_TRUE(std::holds_alternative<AssociateAc>(negotiate(request(), options)));
  const auto reason = [&](auto change) {
    AssociateRq in = request();
    change(in);
    return std::get<Rejection>(negotiate(in, options));
  };
  EXPECT_EQ(reason([](AssociateRq& in) { in.called_ae = "OTHER"; }), (Rejection{1, 1, 7}));
  EXPECT_EQ(reason([](AssociateRq& in) { in.calling_ae = "OTHER"; }), (Rejection{1, 1, 3}));
  EXPECT_EQ(reason([](AssociateRq& in) { in.application_context = "1.2"; }), (Rejection{1, 1, 2}));
  EXPECT_EQ(reason([](AssociateRq& in) { in.protocol_version = 2; }), (Rejection{1, 2, 2}));
}

TEST(CommandSet, survives_both_ways_with_a_right_group_length) {
  CommandSet out;
  out.field = static_cast<uint16_t>(CommandField::StoreRsp);
  out.message_id = 7;
  out.sop_class = kCt;
  out.sop_instance = "2.25.1";
  out.status = 0xA900;
  out.error_comment = std::string(80, 'x');
  const auto bytes = encode(out);
  EXPECT_EQ(static_cast<size_t>(bytes[8] | bytes[9] << 8), bytes.size() - 12);
  const auto in = parse_command_set(bytes);
  ASSERT_TRUE(in.ok()) << in.error().message();
  EXPECT_TRUE(in->is(CommandField::StoreRsp));
  EXPECT_EQ(in->message_id, 7);
  EXPECT_EQ(in->sop_instance, "2.25.1");
  EXPECT_EQ(in->status, 0xA900);
  EXPECT_FALSE(in->has_data_set);
  EXPECT_EQ(in->error_comment.size(), 64u);
}

TEST(CommandSet, without_field_or_message_id_it_is_refused) {
  EXPECT_FALSE(parse_command_set({}).ok());
  const std::vector<uint8_t> only_field{0, 0, 0, 1, 2, 0, 0, 0, 0x30, 0};
  EXPECT_EQ(parse_command_set(only_field).error().code().name, "dimse.bad-command");
  EXPECT_FALSE(parse_command_set(std::vector<uint8_t>(20'000)).ok());
}

TEST(Status, each_kind_of_error_has_its_code_and_a_short_comment) {
  EXPECT_EQ(status_of(Error(archive::kUidMismatch)).code, 0xA900);
  EXPECT_EQ(status_of(Error(archive::kUnreadable)).code, 0xC000);
  EXPECT_EQ(status_of(Error(archive::kDifferentBytes)).code, 0x0111);
  EXPECT_EQ(status_of(Error(errors::kBusy)).code, 0xA700);
  EXPECT_EQ(status_of(Error(errors::kIo)).code, 0xA700);
  EXPECT_EQ(status_of(Error(errors::kDenied)).code, 0x0124);
  EXPECT_EQ(status_of(Error(errors::kInternal)).code, 0x0110);
  EXPECT_LE(status_of(Error(archive::kUidMismatch, "Wang^XiaoDong")).comment.size(), 64u);
  EXPECT_EQ(status_of(Error(archive::kUidMismatch, "Wang^XiaoDong")).comment.find("Wang"), std::string::npos);
}

}  // namespace
}  // namespace xinglin::dimse
