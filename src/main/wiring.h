// The wiring: House builds every room from the store up to the services, in order, and stops them in reverse;
// Doors puts the protocol edges in front of it. The only place that names concrete backends. One thread
// builds and stops; the rooms themselves are thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/http/http.h"
#include "base/http/outbound.h"
#include "base/metrics.h"
#include "base/options.h"
#include "base/random.h"
#include "base/time.h"
#include "codec/fhir/definition_compiler.h"
#include "codec/validation/validator.h"
#include "core/archive/archive.h"
#include "core/archive/commitment.h"
#include "core/archive/custody.h"
#include "core/archive/deletion.h"
#include "core/archive/peers.h"
#include "core/archive/query.h"
#include "core/archive/retrieve.h"
#include "core/archive/sent.h"
#include "core/archive/studies.h"
#include "core/identity/identity.h"
#include "core/identity/matches.h"
#include "core/inference/inference.h"
#include "core/procedure/performed.h"
#include "core/procedure/schedule.h"
#include "core/record/record.h"
#include "core/terminology/terminology.h"
#include "core/trust/audit_log.h"
#include "core/trust/authenticator.h"
#include "core/trust/issuer.h"
#include "edge/dicomweb/dicomweb.h"
#include "edge/dimse/scp.h"
#include "edge/fhirrest/fhirrest.h"
#include "edge/mllp/server.h"
#include "edge/oauth/oauth.h"
#include "edge/web/web.h"
#include "main/code_sets.h"
#include "main/data_directory.h"
#include "main/message_log.h"
#include "main/site_definitions.h"
#include "service/bulk/bulk.h"
#include "service/intake/dicom_intake.h"
#include "service/intake/message_intake.h"
#include "service/intake/reconciliation.h"
#include "service/subscription/subscription.h"
#include "service/worklist/worklist.h"
#include "store/blob/blob_store.h"
#include "store/journal/journal.h"
#include "store/sql/store.h"

namespace xinglin::main {

std::vector<inference::NativeApplication> native_applications();

// Hands what is written to the record on to the rooms that keep a view of it, in the same transaction.
class RecordFollower final : public record::Watcher {
public:
  explicit RecordFollower(terminology::Terminology& terminology) : terminology_(terminology) {}
  Result<void> written(sql::Tx& tx, const trust::Access&, trust::Action,
                       const record::Resource& resource) override {
    return terminology_.resource_written(tx, resource.type, resource.id, resource.text, resource.deleted);
  }

private:
  terminology::Terminology& terminology_;
};

class House {
  struct Key {};  // only open() makes one

public:
  explicit House(Key) {}
  static Result<std::unique_ptr<House>> open(const DataDirectory& directory, const options::Values& values);
  ~House();

  void start();  // journal: routes, jobs, applications; the re-reading of stored files
  void stop();   // running jobs finish

  SystemClock clock;
  SystemRandom random;
  Metrics metrics;
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<blob::BlobStore> blobs;
  std::unique_ptr<trust::AuditLog> audit;
  std::unique_ptr<trust::Authenticator> authenticator;
  std::unique_ptr<trust::Clients> clients;
  std::unique_ptr<trust::Issuer> issuer;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<record::Record> record;
  std::unique_ptr<terminology::Terminology> terminology;
  std::unique_ptr<const fhir::Definitions> site_definitions;  // null: none
  std::unique_ptr<const BoundCodes> bound_codes;
  std::unique_ptr<const validation::Validator> validator;
  std::unique_ptr<RecordFollower> follower;
  std::unique_ptr<CodeSets> code_sets;
  std::unique_ptr<identity::Identity> identity;
  std::unique_ptr<identity::Matches> matches;
  std::unique_ptr<archive::Archive> archive;
  std::unique_ptr<archive::Custody> custody;
  std::unique_ptr<archive::Commitment> commitment;
  std::unique_ptr<archive::Sent> sent;
  std::shared_ptr<const net::TlsContext> tls_client;  // for peers that speak TLS; shared with associations
  std::unique_ptr<procedure::Schedule> schedule;
  std::unique_ptr<procedure::Performed> performed;
  std::unique_ptr<archive::Peers> peers;
  std::unique_ptr<archive::Search> search;
  std::unique_ptr<archive::Retrieval> retrieval;
  std::unique_ptr<archive::Studies> studies;
  std::unique_ptr<archive::StudyLife> life;
  std::unique_ptr<archive::Corrections> corrections;
  std::unique_ptr<intake::Reconciliation> reconciliation;
  std::unique_ptr<archive::Deletion> deletion;
  std::unique_ptr<inference::Inference> inference;
  std::unique_ptr<intake::DicomIntake> dicom_intake;
  std::unique_ptr<intake::MessageIntake> message_intake;
  std::unique_ptr<worklist::Worklist> worklist;
  std::unique_ptr<http::Outbound> outbound;
  std::unique_ptr<bulk::Bulk> bulk;
  std::unique_ptr<subscription::Subscriptions> subscriptions;

private:
  bool running_ = false;
};

struct DoorAddresses {
  net::Endpoint http, dimse, mllp;
  std::optional<net::Endpoint> dimse_tls = {};
};

class Doors {
  struct Key {};  // only open() makes one

public:
  explicit Doors(Key) {}
  static Result<std::unique_ptr<Doors>> open(House& house, const DataDirectory& directory,
                                             const options::Values& values, const DoorAddresses& addresses);
  ~Doors();
  DoorAddresses bound() const;
  void set_ready();
  void stop();  // refuses new work, finishes what is running, within 8 seconds

private:
  subscription::Subscriptions* subscriptions_ = nullptr;  // of the house
  std::unique_ptr<MessageLog> messages_;
  http::Router router_;
  std::unique_ptr<web::Web> web_;
  std::unique_ptr<fhirrest::FhirRest> fhir_;
  std::unique_ptr<oauth::OAuth> oauth_;
  std::unique_ptr<dicomweb::DicomWeb> dicomweb_;
  std::unique_ptr<http::Server> http_;
  std::unique_ptr<dimse::Scp> dimse_, dimse_tls_;
  std::unique_ptr<mllp::Server> mllp_;
};

}  // namespace xinglin::main
