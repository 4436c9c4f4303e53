#include "main/wiring.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "apps/early-warning/early_warning.h"
#include "apps/resting-ecg/resting_ecg.h"
#include "base/log.h"
#include "edge/fhirrest/bulk_operations.h"
#include "edge/fhirrest/match_operation.h"
#include "edge/fhirrest/subscription_operations.h"
#include "edge/fhirrest/terminology_operations.h"
#include "edge/fhirrest/validate_operation.h"
#include "main/dimse_door.h"
#include "main/site_definitions.h"

namespace xinglin::main {
namespace {

constexpr int kStopGraceMs = 3000;

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');)
    if (!part.empty()) out.push_back(part);
  return out;
}

size_t as_size(const options::Values& values, std::string_view name) {
  return static_cast<size_t>(values.integer(name));
}

// ui/dist of the source tree, when the program still stands in its build folder build/<preset>/src/main.
// What the option names, or `folder` of the source tree the program was built in.
std::string page_folder(const options::Values& values, const char* option, const char* folder) {
  if (const std::string& given = values.text(option); !given.empty()) return given;
  std::error_code code;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", code);
  const std::filesystem::path beside = self.parent_path() / "../../../.." / folder;
  return std::filesystem::exists(beside / "index.html", code)
             ? std::filesystem::canonical(beside, code).string()
             : "";
}

// What the server lets in the parser must read: one limit for both.
intake::MessageIntake::Options message_options(const options::Values& values) {
  intake::MessageIntake::Options out;
  hl7v2::Limits& limits = out.parse.limits;
  limits.message_bytes_max = as_size(values, "mllp.message_kib_max") << 10;
  limits.field_bytes_max = std::max(limits.field_bytes_max, limits.message_bytes_max);
  out.processing_ids_accepted = values.text("mllp.processing_ids");
  out.default_offset_minutes = static_cast<int>(values.integer("time.default_offset_minutes"));
  return out;
}

Result<std::unique_ptr<mllp::Server>> start_mllp(House& house, const options::Values& values,
                                                 const net::Endpoint& endpoint) {
  mllp::Options options{.endpoint = endpoint,
                        .connections_max = as_size(values, "mllp.connections_max"),
                        .idle_timeout_ms = static_cast<int>(values.integer("mllp.idle_timeout_ms"))};
  options.limits.message_bytes_max = as_size(values, "mllp.message_kib_max") << 10;
  intake::MessageIntake& intake = *house.message_intake;
  return mllp::Server::start(
      options,
      {.receive =
           [&intake](std::span<const uint8_t> message, const std::string& peer) {
             return intake.accept(trust::Access::sender("mllp", peer), message, peer).bytes;
           },
       .refuse_oversize =
           [&intake](std::span<const uint8_t> head, uint64_t size_bytes, const std::string& peer) {
             return intake.refuse_oversize(trust::Access::sender("mllp", peer), head, size_bytes).bytes;
           }},
      house.clock, house.metrics);
}

// A person who signs in to applications has a resource that tells who they are.
void introduce(House& house, const std::string& user, const std::string& name) {
  if (!record::Record::is_known_type("Practitioner")) return;
  const trust::Access access = trust::Access::system("oauth");
  const auto known = house.record->read_now(access, "Practitioner", user);
  if (known) return;
  IssueSink issues;
  const json::object practitioner{
      {"resourceType", "Practitioner"}, {"id", user}, {"name", json::array{json::object{{"text", name}}}}};
  if (!house.record->update_now(access, practitioner, issues))
    log::warning("oauth.practitioner-not-written", {{"user", user}});
}

// The keys an application keeps at an address.
Result<std::string> fetched(const House& house, const std::string& url) {
  XL_TRY(http::ClientResponse answer, house.outbound->send(http::Method::Get, url, {}, {}));
  if (answer.status != 200) return Error(errors::kIo, "answered " + std::to_string(answer.status));
  return std::move(answer.body);
}

// fhir.base_url without its path.
std::string public_url(const options::Values& values) {
  const std::string base = values.text("fhir.base_url");
  return base.ends_with("/fhir") ? base.substr(0, base.size() - 5) : base;
}

std::unique_ptr<oauth::OAuth> open_oauth(House& house, const DataDirectory& directory,
                                         const options::Values& values) {
  return std::make_unique<oauth::OAuth>(
      *house.issuer, *house.clients, house.metrics, house.clock,
      [&house](const std::string& user, const std::string& name) { introduce(house, user, name); },
      oauth::Options{.scheme = values.boolean("http.behind_tls") ? "https" : "http",
                     .base_url = public_url(values),
                     .key_file = directory.keys() + "/token_signing.pem"});
}

std::unique_ptr<dicomweb::DicomWeb> open_dicomweb(House& house, const DataDirectory& directory,
                                                  const options::Values& values,
                                                  const web::RequestAuth& auth) {
  const dicomweb::DicomWeb::Rooms dicomweb_rooms{
      .retrieval = *house.retrieval,
      .search = *house.search,
      .store = [&house](
                   const trust::Access& access,
                   const archive::Incoming& incoming) { return house.dicom_intake->store(access, incoming); },
      .remove = [&house](const trust::Access& access, const archive::Selection& what,
                         const std::string& why) { return house.deletion->remove(access, what, why); }};
  return std::make_unique<dicomweb::DicomWeb>(
      dicomweb_rooms, [&auth](const http::Request& request) { return auth.access(request); },
      dicomweb::Options{.scheme = values.boolean("http.behind_tls") ? "https" : "http",
                        .spool_directory = directory.path(),
                        .instance_bytes_max = as_size(values, "dimse.instance_mib_max") << 20});
}

archive::Deletion::Options deletion_options(const options::Values& values) {
  return {.rule = {.years = values.integer("archive.retention_years"),
                   .minor_until_age = values.integer("archive.retention_minor_age")},
          .grace_us = values.integer("archive.deletion_grace_days") * kDayUs};
}

web::WebOptions web_options(const DataDirectory& directory, const options::Values& values,
                            const DoorAddresses& addresses) {
  return {.version = XL_VERSION,
          .ui_directory = page_folder(values, "http.pages_directory", "ui/dist"),
          .viewer_directory = page_folder(values, "http.viewer_directory", "tools/viewer/dist"),
          .database_file = directory.database(),
          .blob_directory = directory.blobs(),
          .loopback_only = net::is_loopback(addresses.http),
          .hosts = split_list(values.text("http.hosts")),
          .https = values.boolean("http.behind_tls"),
          .public_url = public_url(values)};
}

// The archive's rooms, and those of procedures.
Result<void> open_archive(House& h, const options::Values& values) {
  h.archive = std::make_unique<archive::Archive>(
      *h.store, *h.blobs, h.clock, *h.audit, *h.journal, intake::patient_resolver(*h.identity),
      archive::Archive::Limits{.instance_bytes_max = as_size(values, "dimse.instance_mib_max") << 20});
  h.custody = std::make_unique<archive::Custody>(
      *h.store, *h.blobs, h.clock, *h.audit, *h.journal, h.metrics,
      archive::Custody::Options{.bytes_per_second = values.integer("archive.scrub_mib_per_second") << 20,
                                .pass_every_us = values.integer("archive.scrub_days") * kDayUs});
  h.commitment = std::make_unique<archive::Commitment>(*h.store, h.clock, *h.audit, *h.journal, *h.custody);
  h.sent = std::make_unique<archive::Sent>(*h.store, h.clock, h.random, *h.audit, *h.journal);
  h.schedule = std::make_unique<procedure::Schedule>(*h.store, *h.record, *h.audit, *h.journal);
  h.schedule->register_jobs();
  h.performed = std::make_unique<procedure::Performed>(*h.store, h.clock, h.random, *h.audit, *h.journal);
  for (const char* table : {"procedure_scheduled", "procedure_performed"})
    h.identity->track({table, "id", "patient"});  // steps follow a merge
  XL_TRY(h.tls_client, make_tls_client(values));
  h.peers = std::make_unique<archive::Peers>(*h.store, *h.audit);
  h.search = std::make_unique<archive::Search>(*h.store, *h.audit);
  h.retrieval = std::make_unique<archive::Retrieval>(*h.store, *h.blobs, *h.audit);
  h.studies = std::make_unique<archive::Studies>(*h.store, *h.search, *h.audit);
  h.life = std::make_unique<archive::StudyLife>(
      *h.store, h.clock, *h.audit, *h.journal,
      archive::StudyLife::Options{.quiet_us = values.integer("archive.quiet_seconds") * kSecondUs,
                                  .missing_us = values.integer("archive.missing_minutes") * kMinuteUs});
  h.deletion = std::make_unique<archive::Deletion>(*h.store, *h.blobs, h.clock, *h.audit, *h.journal,
                                                   h.metrics, deletion_options(values));
  h.deletion->register_jobs();
  return {};
}

// Bulk data and subscriptions: what works for clients while they are away.
Result<void> open_later_work(House& h, const options::Values& values) {
  h.outbound = std::make_unique<http::Outbound>(
      http::Outbound::Options{.origins = split_list(values.text("outbound.origins")),
                              .authorities = values.text("outbound.authorities")});
  const http::Outbound& outbound = *h.outbound;
  bulk::Bulk::Options bulk{.running_max = as_size(values, "bulk.jobs_max"),
                           .keep_us = values.integer("bulk.keep_hours") * kHourUs};
  bulk.fetch = [&outbound](const auto& url, const auto& take) { return outbound.fetch(url, take); };
  bulk.may_fetch = [&outbound](const auto& url) { return outbound.admit(url); };
  h.bulk = std::make_unique<bulk::Bulk>(
      bulk::Bulk::Rooms{*h.store, *h.blobs, h.clock, *h.audit, *h.journal, *h.record}, std::move(bulk));
  h.bulk->register_jobs();
  h.subscriptions = std::make_unique<subscription::Subscriptions>(
      subscription::Subscriptions::Rooms{*h.store, h.clock, h.random, *h.audit, *h.journal, *h.record,
                                         outbound},
      subscription::Subscriptions::Options{.base_url = values.text("fhir.base_url").empty()
                                                           ? "http://localhost:8080/fhir"
                                                           : values.text("fhir.base_url")});
  h.subscriptions->register_jobs();
  h.record->watch(*h.subscriptions);
  return h.subscriptions->load();
}

Result<void> open_validation(House& house, const options::Values& values) {
  XL_TRY(house.site_definitions, read_site_definitions(values.text("validation.profiles_directory")));
  house.bound_codes = std::make_unique<const BoundCodes>(*house.terminology);
  house.validator = std::make_unique<const validation::Validator>(
      house.clock,
      validation::Sources{.codes = house.bound_codes.get(), .site = house.site_definitions.get()});
  return {};
}

// The FHIR edge with every operation that rooms above the record give it, and what stands beside it.
std::unique_ptr<fhirrest::FhirRest> open_fhir(House& house, const options::Values& values,
                                              const fhirrest::Authenticate& who, http::Router& router) {
  const fhirrest::Options options{.software_version = XL_VERSION,
                                  .scheme = values.boolean("http.behind_tls") ? "https" : "http",
                                  .base_url = values.text("fhir.base_url")};
  auto out = std::make_unique<fhirrest::FhirRest>(*house.record, house.clock, who, options);
  for (fhirrest::Operation& row : fhirrest::bulk_operations(*house.bulk)) out->add(std::move(row));
  for (fhirrest::Operation& row : fhirrest::subscription_operations(*house.subscriptions))
    out->add(std::move(row));
  for (fhirrest::Operation& row :
       fhirrest::terminology_operations(*house.terminology, house.clock, house.random))
    out->add(std::move(row));
  out->add(fhirrest::validate_operation(*house.record, *house.validator));
  out->add(fhirrest::match_operation(*house.matches, *house.store));
  out->add_routes(router);
  fhirrest::add_bulk_routes(router, *house.bulk, who, options);
  fhirrest::add_subscription_routes(router, *house.subscriptions);
  return out;
}

}  // namespace

std::vector<inference::NativeApplication> native_applications() {
  return {early_warning::native_application(), resting_ecg::native_application()};
}

Result<std::unique_ptr<House>> House::open(const DataDirectory& directory, const options::Values& values) {
  auto h = std::make_unique<House>(Key{});
  XL_TRY(h->store,
         sql::Store::open(directory.database(), {.write_queue_max = as_size(values, "store.write_queue_max"),
                                                 .group_max = as_size(values, "store.group_max"),
                                                 .readers = as_size(values, "store.readers")}));
  XL_TRY(h->blobs, blob::BlobStore::open(directory.blobs()));
  XL_TRY(h->audit, trust::AuditLog::open(*h->store, h->clock, directory.keys()));
  h->authenticator = std::make_unique<trust::Authenticator>(
      *h->store, h->clock, h->random, *h->audit,
      trust::Authenticator::Options{
          .session_idle_us = values.integer("auth.session_idle_minutes") * kMinuteUs,
          .session_max_us = values.integer("auth.session_max_hours") * kHourUs,
          .sign_in_tries = static_cast<int>(values.integer("auth.sign_in_tries"))});
  h->clients = std::make_unique<trust::Clients>(*h->store, h->clock, h->random, *h->audit);
  h->issuer = std::make_unique<trust::Issuer>(
      *h->store, h->clock, h->random, *h->audit, *h->clients,
      [house = h.get()](const std::string& url) { return fetched(*house, url); },
      trust::Issuer::Options{.access_us = values.integer("oauth.access_minutes") * kMinuteUs,
                             .offline_us = values.integer("oauth.offline_days") * kDayUs,
                             .online_us = values.integer("auth.session_max_hours") * kHourUs});
  h->journal = std::make_unique<journal::Journal>(*h->store, h->clock, h->metrics);
  h->record = std::make_unique<record::Record>(*h->store, h->clock, h->random, *h->audit, *h->journal);
  h->terminology = std::make_unique<terminology::Terminology>(h->store.get(), h->clock);
  h->follower = std::make_unique<RecordFollower>(*h->terminology);
  h->record->watch(*h->follower);
  h->code_sets = std::make_unique<CodeSets>(*h->terminology);
  h->record->know_codes(*h->code_sets);
  XL_CHECK(open_validation(*h, values));
  XL_CHECK(h->record->rebuild_index([](int64_t done, int64_t all) {
    log::info("record.search-index-rebuilt", {{"resources", done}, {"of", all}});
  }));
  h->identity = std::make_unique<identity::Identity>(*h->record, h->clock, *h->audit, *h->journal);
  h->matches =
      std::make_unique<identity::Matches>(*h->record, *h->identity, h->clock, *h->audit, *h->journal);
  h->matches->register_jobs();
  XL_CHECK(h->matches->index_older());
  XL_CHECK(open_archive(*h, values));
  h->dicom_intake = std::make_unique<intake::DicomIntake>(
      *h->archive, *h->record, *h->journal,
      intake::DicomIntake::Options{.default_offset_minutes =
                                       static_cast<int>(values.integer("time.default_offset_minutes"))});
  h->corrections = std::make_unique<archive::Corrections>(*h->store, h->clock, *h->audit, *h->journal);
  h->reconciliation =
      std::make_unique<intake::Reconciliation>(*h->corrections, *h->record, *h->identity, *h->journal);
  h->message_intake =
      std::make_unique<intake::MessageIntake>(*h->store, h->clock, *h->audit, *h->journal, *h->record,
                                              *h->identity, *h->archive, message_options(values));
  const std::string& models = values.text("apps.model_directory");
  XL_TRY(h->inference,
         inference::Inference::create({.store = *h->store,
                                       .record = *h->record,
                                       .archive = *h->archive,
                                       .journal = *h->journal,
                                       .audit = *h->audit,
                                       .clock = h->clock,
                                       .metrics = h->metrics},
                                      native_applications(),
                                      {.model_directory = models.empty() ? directory.models() : models}));
  h->identity->track({"inference", "id", "patient"});  // results follow a merge
  h->worklist = std::make_unique<worklist::Worklist>(
      worklist::Worklist::Rooms{*h->store, *h->record, *h->archive, *h->studies, *h->life, *h->corrections,
                                h->inference->results(), h->inference->catalog(), *h->audit, h->clock},
      worklist::Worklist::Options{});
  XL_CHECK(open_later_work(*h, values));
  return h;
}

void House::start() {
  journal->start();
  custody->start();
  life->start();
  running_ = true;
}

void House::stop() {
  if (!running_) return;
  running_ = false;
  inference->stop();  // runs give way, so that their jobs end; they are run again after the next start
  life->stop();
  custody->stop();
  journal->stop();
}

House::~House() {
  stop();
}

Result<std::unique_ptr<Doors>> Doors::open(House& house, const DataDirectory& directory,
                                           const options::Values& values, const DoorAddresses& addresses) {
  auto d = std::make_unique<Doors>(Key{});
  d->subscriptions_ = house.subscriptions.get();
  d->messages_ = std::make_unique<MessageLog>(*house.message_intake);
  d->web_ = std::make_unique<web::Web>(
      web::WebServices{
          *house.store,
          *house.journal,
          *house.authenticator,
          *house.audit,
          *house.record,
          *house.identity,
          *house.matches,
          *house.archive,
          *house.custody,
          *house.life,
          *house.corrections,
          *house.retrieval,
          *house.deletion,
          *house.commitment,
          *house.sent,
          *house.peers,
          *house.schedule,
          *house.performed,
          house.inference->results(),
          house.inference->feedback(),
          *house.worklist,
          *d->messages_,
          house.metrics,
          house.clock,
          [&house, &values](const archive::Peer& peer) { return echo_peer(house, values, peer); },
          [&house](const auto&... what) { return house.reconciliation->move(what...); },
          house.issuer.get(),
          house.clients.get(),
          house.bulk.get()},
      web_options(directory, values, addresses));
  d->web_->add_routes(d->router_);
  house.journal->add_listener(
      [page_edge = d->web_.get()](const journal::Event& event) { page_edge->push(event); });
  const web::RequestAuth& auth = d->web_->auth();
  d->fhir_ = open_fhir(
      house, values, [&auth](const http::Request& request) { return auth.access(request); }, d->router_);
  d->oauth_ = open_oauth(house, directory, values);
  d->oauth_->add_routes(d->router_);
  d->dicomweb_ = open_dicomweb(house, directory, values, auth);
  d->dicomweb_->add_routes(d->router_);
  XL_TRY(d->http_, http::Server::start({.endpoint = addresses.http,
                                        .connections_max = as_size(values, "http.connections_max"),
                                        .handler_threads = as_size(values, "http.handler_threads"),
                                        .event_streams_max = as_size(values, "http.event_streams_max")},
                                       d->router_));
  add_dimse_jobs(house, values);
  XL_TRY(d->dimse_, start_dimse(house, values, addresses.dimse, directory.path(), {}));
  if (addresses.dimse_tls) {
    XL_TRY(auto tls, make_tls_server(values));
    XL_TRY(d->dimse_tls_, start_dimse(house, values, *addresses.dimse_tls, directory.path(), std::move(tls)));
  }
  XL_TRY(d->mllp_, start_mllp(house, values, addresses.mllp));
  d->web_->set_listeners({.http = d->http_->endpoint().str(),
                          .dimse = d->dimse_->endpoint().str(),
                          .mllp = d->mllp_->endpoint().str()});
  return d;
}

DoorAddresses Doors::bound() const {
  DoorAddresses out{http_->endpoint(), dimse_->endpoint(), mllp_->endpoint(), {}};
  if (dimse_tls_) out.dimse_tls = dimse_tls_->endpoint();
  return out;
}

void Doors::set_ready() {
  web_->set_state(web::State::Ready);
}

void Doors::stop() {
  if (!web_) return;
  web_->set_state(web::State::Draining);
  subscriptions_->close_all();
  for (dimse::Scp* scp : {dimse_.get(), dimse_tls_.get()})
    if (scp != nullptr) scp->stop(kStopGraceMs);
  if (mllp_) mllp_->stop(kStopGraceMs);
  web_->stop();
  if (http_) http_->stop(kStopGraceMs);
}

Doors::~Doors() {
  stop();
}

}  // namespace xinglin::main
