#include "service/intake/message_intake.h"

#include <algorithm>

#include "base/log.h"
#include "service/intake/detail/hl7_incoming.h"

namespace xinglin::intake {

using detail::Incoming;

struct MessageIntake::Impl {
  Impl(detail::Neighbours n, archive::Archive& a, Options o) : near(n), archive(a), options(std::move(o)) {}

  detail::Neighbours near;
  archive::Archive& archive;
  Options options;
  hl7v2::MapOptions map_options;
  detail::PatientHints hints;

  Acknowledgement quarantine(const trust::Access& access, std::span<const uint8_t> bytes, const Error& reason,
                             const Digest& digest, Instant at);
  Acknowledgement take(const trust::Access& access, std::span<const uint8_t> bytes, std::string_view peer,
                       bool again);
  Result<Acknowledgement> keep(const trust::Access& access, const Incoming& message);
  Result<Acknowledgement> keep_rejected(const trust::Access& access, const Incoming& message,
                                        const IssueSink& issues);

  // What an earlier message of this sender under this control id was answered.
  struct Earlier {
    std::optional<Acknowledgement> same;  // the same bytes; the last answer, when they were replayed
    bool other = false;                   // other bytes
  };
  Result<Earlier> earlier(sql::Session& session, const Incoming& message);
  Result<int64_t> insert(sql::Tx& tx, const Incoming& message, const Acknowledgement& reply,
                         const IssueSink& issues, const detail::Written& written);
};

MessageIntake::MessageIntake(sql::Store& store, const Clock& clock, trust::AuditLog& audit,
                             journal::Journal& journal, record::Record& record, identity::Identity& identity,
                             archive::Archive& archive, Options options)
    : impl_(std::make_unique<Impl>(detail::Neighbours{store, clock, audit, journal, record, identity},
                                   archive, std::move(options))) {
  impl_->map_options.system_of_authority = identity::system_of_authority;
  impl_->map_options.default_offset_minutes = impl_->options.default_offset_minutes;
  impl_->map_options.processing_ids_accepted = impl_->options.processing_ids_accepted;
  identity.track({"intake_message", "id", "patient"});
}
MessageIntake::~MessageIntake() = default;

Acknowledgement MessageIntake::Impl::quarantine(const trust::Access& access, std::span<const uint8_t> bytes,
                                                const Error& reason, const Digest& digest, Instant at) {
  const auto kept = archive.quarantine(access, "mllp", bytes, reason);
  if (!kept.ok()) log::error("intake.quarantine-failed", {{"why", kept.error().message()}});
  return detail::refuse(hl7v2::read_header(bytes), digest, at, detail::refusal_of(reason));
}

Result<MessageIntake::Impl::Earlier> MessageIntake::Impl::earlier(sql::Session& session,
                                                                  const Incoming& message) {
  Earlier out;
  if (message.header.control_id.empty()) return out;
  sql::Query q = session.query(
      "SELECT digest, ack, ack_bytes FROM intake_message WHERE sender = ?1 AND control_id = ?2 ORDER BY id",
      message.sender, message.header.control_id);
  while (q.next()) {
    if (!std::ranges::equal(q.blob(0), message.digest)) {
      out.other = true;
      continue;
    }
    const auto bytes = q.blob(2);
    out.same = Acknowledgement{static_cast<AckCode>(q.integer(1)), {bytes.begin(), bytes.end()}};
  }
  XL_CHECK(q.status());
  return out;
}

Result<int64_t> MessageIntake::Impl::insert(sql::Tx& tx, const Incoming& message,
                                            const Acknowledgement& reply, const IssueSink& issues,
                                            const detail::Written& written) {
  XL_CHECK(tx.run(
      "INSERT INTO intake_message (received_at, sender, peer, type, trigger, control_id, digest, ack, error, "
      "patient, "
      "resources, bytes, ack_bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      message.received_at, message.sender, message.peer, message.mapped.type, message.mapped.trigger,
      message.header.control_id, std::span<const uint8_t>(message.digest), static_cast<int>(reply.code),
      detail::first_issue(issues), written.patient(), json::serialize(json::value(written.resources)),
      message.bytes, std::span<const uint8_t>(reply.bytes)));
  return tx.last_insert_id();
}

Result<Acknowledgement> MessageIntake::Impl::keep(const trust::Access& access, const Incoming& message) {
  const Acknowledgement usual = detail::answer(message, AckCode::AA, message.issues);
  Acknowledgement reply;
  IssueSink issues;  // of the last run: the function may run twice
  detail::Written written;
  const auto done = near.store.write([&](sql::Tx& tx) -> Result<void> {
    issues = message.issues;
    written = {};
    XL_TRY(Earlier before, earlier(tx, message));
    if (before.same && !message.again) {
      reply = std::move(*before.same);
      return {};
    }
    if (before.other)
      issues.warning("duplicate", "MSH^1^10",
                     "this control id was used before with other content; taken as a new message");
    XL_TRY(written, detail::write_groups(near, tx, access, message, issues));
    reply = before.other ? detail::answer(message, AckCode::AA, issues) : usual;
    XL_TRY(const int64_t id, insert(tx, message, reply, issues, written));
    const std::string object = "Message/" + std::to_string(id);
    XL_CHECK(near.audit.append(tx, access,
                               {.action = trust::Action::Create,
                                .object = object,
                                .patient = written.patient(),
                                .detail = message.mapped.type + "^" + message.mapped.trigger}));
    journal::Event event;
    event.type = "intake.message-accepted";
    event.subject = object;
    event.patient = written.patient();
    event.data = {
        {"type", message.mapped.type}, {"trigger", message.mapped.trigger}, {"sender", message.sender}};
    XL_CHECK(near.journal.append(tx, std::move(event)));
    return {};
  });
  if (done.ok()) {
    for (size_t i = 0; i < written.patients.size(); ++i)
      hints.remember(message.groups[i].said, written.patients[i]);
    return reply;
  }
  if (done.error().is(kContent)) return keep_rejected(access, message, issues);
  return done.error();
}

Result<Acknowledgement> MessageIntake::Impl::keep_rejected(const trust::Access& access,
                                                           const Incoming& message, const IssueSink& issues) {
  const Acknowledgement usual = detail::answer(message, AckCode::AE, issues);
  Acknowledgement reply;
  const auto done = near.store.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(Earlier before, earlier(tx, message));
    if (before.same && !message.again) {
      reply = std::move(*before.same);
      return {};
    }
    reply = usual;
    XL_TRY(const int64_t id, insert(tx, message, reply, issues, {}));
    const std::string object = "Message/" + std::to_string(id);
    XL_CHECK(near.audit.append(tx, access,
                               {.action = trust::Action::Create,
                                .object = object,
                                .success = false,
                                .detail = message.mapped.type + "^" + message.mapped.trigger}));
    journal::Event event;
    event.type = "intake.message-rejected";
    event.subject = object;
    event.data = {
        {"type", message.mapped.type}, {"trigger", message.mapped.trigger}, {"sender", message.sender}};
    XL_CHECK(near.journal.append(tx, std::move(event)));
    return {};
  });
  if (!done.ok()) return done.error();
  return reply;
}

Acknowledgement MessageIntake::accept(const trust::Access& access, std::span<const uint8_t> bytes,
                                      std::string_view peer) {
  return impl_->take(access, bytes, peer, false);
}

Acknowledgement MessageIntake::Impl::take(const trust::Access& access, std::span<const uint8_t> bytes,
                                          std::string_view peer, bool again) {
  const Instant now = near.clock.now();
  const Digest digest = sha256(bytes);
  if (const auto allowed = access.require(trust::Permission::Ingest); !allowed.ok())
    return detail::refuse(hl7v2::read_header(bytes), digest, now, detail::refusal_of(allowed.error()));
  const auto parsed = hl7v2::parse(bytes, options.parse);
  if (!parsed.ok()) return quarantine(access, bytes, parsed.error(), digest, now);
  Incoming message;
  message.bytes = bytes;
  message.peer = peer;
  message.received_at = now;
  message.digest = digest;
  message.again = again;
  message.header = parsed->header();
  message.sender = message.header.sending_application + "|" + message.header.sending_facility;
  auto mapped = hl7v2::map_to_fhir(*parsed, map_options, message.issues);
  if (!mapped.ok()) {
    Acknowledgement out = quarantine(access, bytes, mapped.error(), digest, now);
    return out;
  }
  message.mapped = std::move(*mapped);
  Result<void> planned;
  if (!message.issues.has_errors()) planned = detail::plan(near, hints, message);
  Result<Acknowledgement> reply = Error(kContent);
  if (!planned.ok())
    reply = planned.error();
  else if (message.issues.has_errors())
    reply = keep_rejected(access, message, message.issues);
  else
    reply = keep(access, message);
  if (reply.ok()) return std::move(*reply);
  log::error("intake.message-not-stored",
             {{"code", reply.error().code().name}, {"why", reply.error().message()}});
  return detail::refuse(message.header, digest, now, detail::refusal_of(reply.error()));
}

Acknowledgement MessageIntake::refuse_oversize(const trust::Access& access, std::span<const uint8_t> head,
                                               uint64_t size_bytes) {
  const Error reason(hl7v2::kOverLimit,
                     "the message has " + std::to_string(size_bytes) + " bytes, more than are accepted");
  return impl_->quarantine(access, head, reason, sha256(head), impl_->near.clock.now());
}

namespace {

constexpr std::string_view kColumns =
    "SELECT id, received_at, sender, peer, type, trigger, control_id, ack, error, patient, length(bytes) "
    "FROM intake_message";

MessageRow row_of(const sql::Query& q, const trust::Access& access) {
  MessageRow out;
  out.id = q.integer(0);
  out.received_at = q.instant(1);
  out.sender = q.text(2);
  out.peer = q.text(3);
  out.type = q.text(4);
  out.trigger = q.text(5);
  out.control_id = q.text(6);
  out.ack = static_cast<AckCode>(q.integer(7));
  out.error = q.text(8);
  if (access.may(trust::Permission::ReadClinical)) out.patient = PatientId(std::string(q.text(9)));
  out.size_bytes = q.integer(10);
  return out;
}

Result<void> require_list(const trust::Access& access) {
  if (access.may(trust::Permission::ReadClinical)) return {};
  return access.require(trust::Permission::ReadSystem);
}

}  // namespace

Result<std::vector<MessageRow>> MessageIntake::messages(const trust::Access& access,
                                                        const MessageFilter& filter) {
  XL_CHECK(require_list(access));
  const int64_t limit = std::clamp<int64_t>(filter.limit, 0, 1000);
  return impl_->near.store.read([&](sql::Session& session) -> Result<std::vector<MessageRow>> {
    std::vector<MessageRow> out;
    const auto collect = [&](sql::Query q) -> Result<void> {
      while (q.next()) out.push_back(row_of(q, access));
      return q.status();
    };
    const std::string columns(kColumns);
    if (!filter.ack)
      XL_CHECK(collect(
          session.query(columns + " WHERE id < ?1 ORDER BY id DESC LIMIT ?2", filter.before_id, limit)));
    else
      XL_CHECK(collect(session.query(columns + " WHERE id < ?1 AND ack = ?3 ORDER BY id DESC LIMIT ?2",
                                     filter.before_id, limit, static_cast<int>(*filter.ack))));
    return out;
  });
}

Result<MessageDetail> MessageIntake::message(const trust::Access& access, int64_t id) {
  XL_CHECK(require_list(access));
  return impl_->near.store.read([&](sql::Session& session) -> Result<MessageDetail> {
    MessageDetail out;
    sql::Query q = session.query(std::string(kColumns) + " WHERE id = ?1", id);
    if (!q.next()) {
      XL_CHECK(q.status());
      return Error(errors::kNotFound, "no message has this id");
    }
    out.row = row_of(q, access);
    sql::Query more = session.query(
        "SELECT later.id FROM intake_message AS first JOIN intake_message AS later ON later.sender = "
        "first.sender AND later.control_id = first.control_id AND later.digest = first.digest AND later.id > "
        "first.id WHERE first.id = ?1 ORDER BY later.id",
        id);
    while (more.next()) out.replays.push_back(more.integer(0));
    XL_CHECK(more.status());
    if (!access.may(trust::Permission::ReadClinical)) return out;
    sql::Query made = session.query(
        "SELECT item.value FROM intake_message, json_each(intake_message.resources) AS item WHERE "
        "intake_message.id = ?1",
        id);
    while (made.next()) out.resources.emplace_back(made.text(0));
    XL_CHECK(made.status());
    return out;
  });
}

Result<int64_t> MessageIntake::replay(const trust::Access& access, int64_t id) {
  XL_CHECK(access.require(trust::Permission::OperateSystem));
  std::vector<uint8_t> bytes;
  const auto found = impl_->near.store.read([&](sql::Session& session) -> Result<void> {
    sql::Query q = session.query(
        "SELECT first.bytes, max(later.ack = 0) FROM intake_message AS first JOIN intake_message AS later ON "
        "later.sender = first.sender AND later.control_id = first.control_id AND later.digest = first.digest "
        "WHERE first.id = ?1 GROUP BY first.id",
        id);
    if (!q.next()) {
      XL_CHECK(q.status());
      return Error(errors::kNotFound, "no message has this id");
    }
    if (q.integer(1) != 0) return Error(kNotReplayable);
    bytes.assign(q.blob(0).begin(), q.blob(0).end());
    return {};
  });
  XL_CHECK(found);
  impl_->near.audit.record(
      access,
      {.action = trust::Action::Execute, .object = "Message/" + std::to_string(id), .detail = "replay"});
  const trust::Access system = trust::Access::system("replay").with_request(access.request_id());
  impl_->take(system, bytes, "replay of " + std::to_string(id), true);
  return impl_->near.store.read([&](sql::Session& session) -> Result<int64_t> {
    sql::Query q = session.query(
        "SELECT max(later.id) FROM intake_message AS first JOIN intake_message AS later ON later.sender = "
        "first.sender AND later.control_id = first.control_id AND later.digest = first.digest WHERE first.id "
        "= ?1",
        id);
    if (q.next() && q.integer(0) > id) return q.integer(0);
    XL_CHECK(q.status());
    return Error(errors::kIo, "the message could not be stored again; see the quarantine and the log");
  });
}

Result<std::string> MessageIntake::raw(const trust::Access& access, int64_t id) {
  XL_CHECK(access.require(trust::Permission::ReadReceived));
  std::string patient;
  auto bytes = impl_->near.store.read([&](sql::Session& session) -> Result<std::string> {
    sql::Query q = session.query("SELECT bytes, patient FROM intake_message WHERE id = ?1", id);
    if (!q.next()) {
      XL_CHECK(q.status());
      return Error(errors::kNotFound, "no message has this id");
    }
    patient = q.text(1);
    return std::string(as_text(q.blob(0)));
  });
  impl_->near.audit.record(access, {.action = trust::Action::Read,
                                    .object = "Message/" + std::to_string(id),
                                    .patient = patient,
                                    .success = bytes.ok(),
                                    .detail = "raw message"});
  if (!bytes.ok()) return bytes.error();
  const auto parsed = hl7v2::parse(as_bytes(*bytes), impl_->options.parse);
  return parsed.ok() ? std::string(parsed->utf8()) : std::move(*bytes);
}

Result<MessageCounts> MessageIntake::counts() {
  return impl_->near.store.read([&](sql::Session& session) -> Result<MessageCounts> {
    // Messages are never deleted, so the largest id is their number.
    sql::Query q = session.query(
        "SELECT coalesce((SELECT max(id) FROM intake_message), 0), (SELECT count(*) FROM intake_message "
        "WHERE ack <> 0)");
    MessageCounts out;
    if (q.next()) {
      out.rejected = q.integer(1);
      out.accepted = q.integer(0) - out.rejected;
    }
    XL_CHECK(q.status());
    return out;
  });
}

}  // namespace xinglin::intake
