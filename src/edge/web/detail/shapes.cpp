// The named shapes of the API, in the notation of shape.h.
#include <array>

#include "edge/web/detail/shape.h"

namespace xinglin::web::detail {
namespace {

struct Named {
  std::string_view name, text;
};

constexpr Named kBasic[] = {
    {"Text2", R"({ en: string; zh: string })"},
    {"Flag", R"("N"|"A"|"AA"|"H"|"L"|"HH"|"LL"|"")"},
    {"Role", R"("administrator"|"clinician"|"nurse"|"integration"|"auditor")"},
    {"Permission", R"("read_clinical"|"write_clinical"|"ingest"|"give_feedback"|"read_system"|"operate_system"
      |"read_received"|"read_audit"|"manage_users")"},
    {"Priority", R"("stat"|"asap"|"urgent"|"routine")"},
    {"Band", R"("low"|"low_medium"|"medium"|"high")"},
    {"Trend", R"("rising"|"falling"|"steady"|"first")"},
    {"ResultStatus", R"("unread"|"read"|"accepted"|"edited"|"rejected")"},
    {"Gender", R"("male"|"female"|"other"|"unknown"|null)"},
    {"Code", R"({ system: string; code: string; display: string })"},
    {"User",
     R"({ id: string; name: string; display: string; role: Role; demo: boolean; disabled: boolean })"},
    {"Asked", R"({ client: { id: string; name: string }; goes_to: string;
      scopes: string[]; needs_patient: boolean; patient: string|null })"},
    {"Client", R"({ id: string; name: string; redirect_uris: string[]; launch_uri: string;
      scopes: string; role: string; proof: "none"|"secret"|"keys" })"},
    {"Session", R"({ user: { id: string; name: string; display: string; role: Role; demo: boolean;
      permissions: Permission[] }; csrf: string; expires_at: string })"},
};

constexpr Named kPatient[] = {
    {"PatientRef",
     R"({ id: string; name: string; name_local: string|null; mrn: string|null; birth_date: string|null;
      gender: Gender; ward: string|null; bed: string|null; synthetic: boolean })"},
    {"News2Short",
     R"({ score: integer; band: Band; trend: Trend; complete: boolean; t: string; result: string })"},
    {"PatientListItem", R"({ ...PatientRef;
      news2: News2Short|null; unread: integer; admitted: string|null })"},
    {"Patient",
     R"({ ...PatientRef;
      identifiers: { system: string; value: string; type: string|null }[];
      deceased: boolean; deceased_at: string|null;
      encounter: { id: string; class: string; status: string; admitted: string|null; discharged: string|null;
        attending: string|null }|null;
      allergies: { known: boolean;
        items: { text: string; criticality: "low"|"high"|"unable-to-assess"|null }[] };
      merged_into: string|null; news2: News2Short|null; age_years: integer|null })"},
    {"Series", R"({ code: string; name: Text2; unit: string; points: { t: string; value: number|null;
      text: string|null; flag: Flag; reference: string }[] })"},
    {"News2Point", R"({ t: string; score: integer; complete: boolean; band: Band; trend: Trend;
      components: { code: string; name: string; name_zh: string; value: string; score: integer|null }[];
      spo2_scale: integer|null; result: string })"},
    {"Spo2Scale", R"({ scale: integer; reason: string|null; who: string|null; at: string|null;
      history: { scale: integer; reason: string|null; who: string|null; at: string|null }[] })"},
    {"Spo2ScaleRequest", R"({ scale: integer; reason: string })"},
    {"LabReport",
     R"({ id: string|null; code: string; name: string; name_zh: string;
      issued: string|null; status: string;
      observations: { id: string; code: string; name: string; name_zh: string; value: string;
        number: number|null; unit: string; reference_range: string; flag: Flag; t: string|null }[] })"},
    {"TimelineItem",
     R"({ t: string; kind: "admission"|"transfer"|"discharge"|"vitals"|"lab"|"study"|"result"|"task"
      |"feedback"|"merge"; title: Text2; reference: string; flag: Flag })"},
    {"Study", R"({ uid: string; date: string|null; time: string|null; description: string; modality: string;
      accession: string; instances: integer; series: { uid: string; modality: string; description: string;
        instances: { sop: string; sop_class: string; received_at: string }[] }[] })"},
    {"ArchivedStudy", R"({ uid: string; date: string|null; time: string|null; description: string;
      accession: string; modalities: string[]; series_count: integer; instances: integer;
      first_received_at: string; last_received_at: string; state: "received"|"complete"|"reopened";
      rejected: boolean; deleted: boolean; purged: boolean; patient: PatientRef|null;
      in_images: { name: string; name_local: string|null; id: string; issuer: string;
        birth_date: string|null; gender: Gender } })"},
    {"ArchivedSeries", R"({ uid: string; number: string; modality: string; description: string;
      body_part: string; protocol: string; station: string; date: string|null; time: string|null;
      instances: integer; first_sop: string; picture: boolean })"},
    {"StudyDetail", R"({ ...ArchivedStudy; study_id: string; referring_physician: string;
      series: ArchivedSeries[]; results: ResultSummary[]; history: { id: integer; act: string; who: string;
        why: string; at: string; detail: object }[]; corrections: Correction[]; attributes: object;
      kept_until: string; hold: { who: string; why: string; at: string }|null })"},
    {"Correction", R"({ id: integer; kind: "correct"|"move"|"merge"; at: string; who: string; why: string;
      changes: { attribute: string; before: string; after: string }[]; moved_from: string|null;
      moved_to: string|null; undone_at: string|null; undone_by: string|null; undone_why: string|null })"},
    {"CorrectionRequest", R"({ reason: string; values: object })"},
    {"MoveRequest", R"({ reason: string; patient: string })"},
    {"Made", R"({ id: integer })"},
    {"Deletion", R"({ id: integer; study: string; series: string|null; instance: string|null; who: string;
      why: string; at: string; purge_at: string; recovered_at: string|null; purged_at: string|null;
      instances: integer; size_bytes: integer })"},
    {"Reason", R"({ reason: string })"},
    {"ArchivedInstance", R"({ sop: string; sop_class: string; transfer_syntax: string; number: string;
      frames: integer; sha256: string; size_bytes: integer; received_at: string; sender: string;
      called_ae: string; audit_leaf: integer; damage: "missing"|"changed"|null; deleted_at: string|null;
      purged_at: string|null })"},
    {"Task",
     R"({ id: string; status: string; priority: Priority; created: string; due: string|null; text: Text2;
      owner: string|null; result: string|null })"},
    {"Lead", R"({ name: string; samples: (integer|null)[] })"},
    {"Ecg", R"({ sop: string; patient: string; study: string; rate_hz: number; scale_uv: integer;
      recorded_at: string|null; synthetic: boolean; manufacturer: string; model: string; leads: Lead[];
      filters: { highpass_hz: number|null; lowpass_hz: number|null; notch_hz: number|null };
      median: { rate_hz: number; leads: Lead[] }|null;
      device_measurements: { meaning: string; value: number|null; unit: string; text: string }[];
      result: string|null })"},
};

constexpr Named kResult[] = {
    {"StudyRef", R"({ uid: string; modality: string; sop: string|null }|null)"},
    {"ApplicationRef", R"({ id: string; version: string; name: Text2 })"},
    {"WorklistItem", R"({ ...ResultSummary; patient: PatientRef; news2: News2Short|null })"},
    {"ResultSummary", R"({ id: string; application: ApplicationRef; priority: Priority; status: ResultStatus;
      created: string; summary: Text2; flag: Flag; study: StudyRef })"},
    {"Finding",
     R"({ code: Code; name: Text2; value: number|string|null; value_code: Code|null; comparator: string;
      unit: string;
      state: "measured"|"cannot_tell"|"absent"; reason: string; reference: { low: number; high: number }|null;
      flag: Flag; confidence: number|null; method: string; components: object[] })"},
    {"Feedback",
     R"({ action: "accept"|"edit"|"reject"; reason: string; edits: { code: string; value: string }[];
      who: string; at: string }|null)"},
    {"Result", R"({ id: string; application: { id: string; version: string; name: Text2; intended_use: Text2;
        model_digests: string[] };
      patient: PatientRef; priority: Priority; status: ResultStatus; created: string; about: string;
      summary: Text2; flag: Flag; findings: Finding[];
      risk: { outcome: string; qualitative: string; rationale: Text2 }|null;
      escalation: { priority: Priority; text: Text2; ward: string; due: string|null }|null; evidence: object;
      inputs: { reference: string; label: string; digest: string }[]; outputs: { reference: string }[];
      study: StudyRef; read: { who: string; at: string }|null; feedback: Feedback;
      history: { action: string; reason: string; who: string; at: string }[]; limits: Text2[] })"},
    {"FeedbackRequest", R"({ action: "accept"|"edit"|"reject"; reason?: string;
      edits?: { code: string; value: string }[] })"},
};

constexpr Named kSystem[] = {
    {"System",
     R"({ version: string; started_at: string; uptime_s: integer; state: "starting"|"ready"|"draining";
      queues: { name: string; ready: integer; running: integer; waiting_retry: integer; dead: integer;
        done: integer }[];
      counts: { messages: integer; messages_refused: integer; quarantine: integer; conflicts: integer;
        dead_letters: integer;
        patients: integer; instances: integer; results: integer; audit_leaves: integer };
      store: { database_bytes: integer; blob_bytes: integer; disk_free_bytes: integer;
        writes_waiting: integer };
      listeners: { http: string|null; dimse: string|null; mllp: string|null } })"},
    {"Message", R"({ id: integer; at: string; type: string; control_id: string; sender: string;
      ack: "AA"|"AE"|"AR"; error: string|null; patient: string|null; size_bytes: integer })"},
    {"MessageDetail", R"({ ...Message; raw: string|null; resources: string[]; replays: integer[] })"},
    {"Quarantined", R"({ id: integer; at: string; source: string; sender: string; reason_code: string;
      reason: string; size_bytes: integer; digest: string })"},
    {"QuarantinedDetail", R"({ ...Quarantined; form: "text"|"dicom"|"hex"|"too-large"; content: string;
      shown_bytes: integer })"},
    {"Receipt", R"({ sop_instance: string; study: string; patient: string; sha256: string;
      size_bytes: integer; received_at: string; sender: string; called_ae: string; audit_leaf: integer;
      deleted_at: string|null; purged_at: string|null;
      proof: { size: integer; leaf_hash: string; root: string; path: string[]; signed_at: string;
        signature: string }|null })"},
    {"Custody", R"({ checked: integer; pass_started_at: string|null; last_pass_finished_at: string|null;
      last_pass_checked: integer; passes: integer; damaged: integer; items: { sop_instance: string;
        study: string; kind: "missing"|"changed"; found_at: string; seen_at: string;
        healed_at: string|null }[] })"},
    {"BulkJob", R"({ id: string; kind: "export"|"import"; state: "running"|"done"|"failed"|"cancelled";
      who: string; progress: string; resources: integer; refused: integer; error: string|null;
      created_at: string; ended_at: string|null; expires_at: string|null })"},
    {"PeerChange", R"({ host: string; port: integer; tls?: boolean;
      may: ("store"|"find"|"move"|"get"|"worklist"|"mpps"|"commitment")[]; send_results?: boolean;
      ask_commitment?: boolean; description?: string })"},
    {"Peer", R"({ ae_title: string; host: string; port: integer; tls: boolean;
      may: ("store"|"find"|"move"|"get"|"worklist"|"mpps"|"commitment")[]; send_results: boolean;
      ask_commitment: boolean; description: string })"},
    {"Commitment", R"({ id: integer; transaction_uid: string; ae_title: string; requested_at: string;
      answered_at: string|null; reported_at: string|null; instances: integer; failed: integer })"},
    {"Sent", R"({ ae_title: string; sop_class: string; sop_instance: string; cause: "result"|"move";
      sent_at: string; asked_at: string|null; answered_at: string|null;
      state: "sent"|"asked"|"overdue"|"committed"|"refused"; reason: string|null })"},
    {"ScheduledStep", R"({ request: string; patient: string; status: string;
      progress: ""|"started"|"completed"|"discontinued"; open: boolean; start: string;
      accession_number: string; step_id: string; study: string; attributes: object })"},
    {"PerformedStep", R"({ uid: string; state: "IN PROGRESS"|"COMPLETED"|"DISCONTINUED"; ae_title: string;
      modality: string; patient: string|null; studies: string[]; created_at: string; ended_at: string|null;
      instances: { sop_instance: string; sop_class: string; series: string }[] })"},
    {"PeerEcho", R"({ answered: boolean; took_ms: integer; error: string|null })"},
    {"DeadLetter", R"({ id: integer; queue: string; key: string; error: string; attempts: integer;
      died_at: string })"},
    {"Merge", R"({ id: integer; survivor: string; merged: string; survivor_name: string|null;
      merged_name: string|null; at: string; who: string; undone: boolean })"},
    {"Conflict", R"({ id: integer; number: string|null; known_system: string; other_system: string;
      known: string; other: string; known_person: PatientRef|null; other_person: PatientRef|null;
      differs: ("name"|"birth_date"|"gender")[]; at: string; sender: string;
      decision: "same"|"different"|null; decided_at: string|null; decided_by: string|null;
      why: string|null })"},
    {"ConflictDecision", R"({ decision: "same"|"different"|"open"; reason: string })"},
    {"Pair", R"({ id: integer; a: string; b: string; a_person: PatientRef|null; b_person: PatientRef|null;
      probability: number; evidence: { field: string; level: string; bits: number }[]; at: string;
      decision: "same"|"linked"|"different"|"later"|null; decided_at: string|null; decided_by: string|null;
      why: string|null })"},
    {"PairDecision", R"({ decision: "same"|"linked"|"different"|"later"|"open"; reason: string })"},
    {"AuditLeaf", R"({ index: integer; at: string; who: string; role: string; purpose: string; action: string;
      object: string; patient: string|null; success: boolean; detail: string; leaf_hash: string })"},
    {"Checkpoint", R"({ size: integer; root: string; at: string; signature: string })"},
    {"Proof", R"({ index: integer; size: integer; leaf_hash: string; root: string; path: string[] })"},
    {"Verification", R"({ leaves: integer; checkpoints: integer; root: string; problems: string[] })"},
};

template <size_t N>
std::string_view find_in(const Named (&table)[N], std::string_view name) {
  for (const Named& named : table)
    if (named.name == name) return named.text;
  return {};
}

}  // namespace

std::string_view named_shape(std::string_view name) {
  for (const std::string_view found :
       {find_in(kBasic, name), find_in(kPatient, name), find_in(kResult, name), find_in(kSystem, name)})
    if (!found.empty()) return found;
  return {};
}

}  // namespace xinglin::web::detail
