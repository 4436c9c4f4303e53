#include "simulate/ward.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <queue>

#include "base/digest.h"
#include "simulate/detail/ecg_object.h"
#include "simulate/detail/messages.h"

namespace xinglin::simulate {

namespace {

constexpr int64_t kVitalsEveryUs = 15 * kMinuteUs, kVitalsOftenUs = 5 * kMinuteUs;
constexpr std::array<std::string_view, 8> kReasons{"Pneumonia",           "Heart failure",
                                                   "Urinary infection",   "Hip fracture",
                                                   "Observation",         "Gastrointestinal bleeding",
                                                   "Atrial fibrillation", "Chest pain"};

WardOptions bounded(WardOptions o) {
  o.beds = std::clamp(o.beds, 1, kBedsMax);
  o.speed = o.speed > 0 ? std::clamp(o.speed, 0.01, 10'000.0) : 1;
  o.back_fill_us = std::clamp<int64_t>(o.back_fill_us, 0, kBackFillMaxUs);
  return o;
}

uint64_t mix(uint64_t a, uint64_t b, uint64_t c = 0) {
  SeededRandom random(a * 0x9e3779b97f4a7c15ULL ^ (b + 0x632be59bd9b4e019ULL) * 0xbf58476d1ce4e5b9ULL ^ c);
  return random.next_u64();
}

struct Patient {
  explicit Patient(uint64_t seed) : random(seed) {}
  SeededRandom random;  // its own, so that one patient's course does not depend on the others
  Stay stay;
  std::unique_ptr<Physiology> body;
  Rhythm rhythm = Rhythm::Sinus;
  double qtc_ms = 410;
  int64_t number = 0;
  Instant discharge_at;
};

struct Due {
  Instant at;  // simulated
  uint64_t sequence;
  EventKind kind;
  size_t bed;
  int64_t patient;  // whose; of another patient by now: dropped
  bool operator>(const Due& other) const {
    return at != other.at ? at > other.at : sequence > other.sequence;
  }
};

std::string padded(int64_t number) {
  std::string text = std::to_string(number);
  return std::string(4 - std::min<size_t>(4, text.size()), '0') + text;
}

}  // namespace

struct Ward::Impl {
  explicit Impl(const WardOptions& o);

  WardOptions options;
  std::string run;  // differs with seed and start, so that a second run repeats no control id or order number
  SeededRandom random;
  std::vector<std::unique_ptr<Patient>> beds;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> schedule;
  uint64_t sequence = 0, messages = 0;
  int64_t patients = 0;

  Instant stamp(Instant simulated) const;
  void plan(EventKind kind, size_t bed, Instant at);
  MessageFrame frame(Instant at);
  std::string order();
  Physiology::Illness choose_illness(Patient& patient, Instant admitted);
  void admit(size_t bed, Instant now);
  Event make(const Due& due);
  void fill(Event& event, Patient& patient, const Due& due);
  void plan_next(const Patient& patient, const Due& due);
};

Ward::Impl::Impl(const WardOptions& o)
    : options(o),
      run(to_hex(sha256(std::to_string(o.seed) + "/" + std::to_string(o.start.us))).substr(0, 8)),
      random(mix(o.seed, static_cast<uint64_t>(o.start.us))),
      beds(static_cast<size_t>(o.beds)) {
  const Instant begin = options.start + -options.back_fill_us;
  for (size_t bed = 0; bed < beds.size(); ++bed)
    plan(EventKind::Admission, bed, begin + static_cast<int64_t>(bed) * 2 * kSecondUs);
}

Instant Ward::Impl::stamp(Instant simulated) const {
  if (simulated <= options.start) return simulated;
  return options.start + static_cast<int64_t>(static_cast<double>(simulated - options.start) / options.speed);
}

void Ward::Impl::plan(EventKind kind, size_t bed, Instant at) {
  schedule.push({at, sequence++, kind, bed, beds[bed] ? beds[bed]->number : -1});
}

MessageFrame Ward::Impl::frame(Instant at) {
  return {"SIM" + run + "-" + std::to_string(++messages), stamp(at)};
}

std::string Ward::Impl::order() {
  return "SIMO" + run + "-" + std::to_string(messages);
}

// Every fourth patient becomes seriously ill, in turn early and late in the stay.
Physiology::Illness Ward::Impl::choose_illness(Patient& patient, Instant admitted) {
  Physiology::Illness illness;
  if (patient.number % 4 != 2) return illness;
  const int64_t turn = patient.number / 4;
  constexpr std::array kCourses{Course::Sepsis, Course::Respiratory, Course::Bleeding};
  illness.course = kCourses[static_cast<size_t>(turn) % kCourses.size()];
  const int64_t earliest = turn % 2 == 0 ? kHourUs : 15 * kHourUs;
  illness.onset = admitted + earliest + static_cast<int64_t>(patient.random.uniform() * 3 * kHourUs);
  illness.worsening_us = 3 * kHourUs + static_cast<int64_t>(patient.random.uniform() * 3 * kHourUs);
  illness.worst = 0.88 + 0.12 * patient.random.uniform();
  return illness;
}

void Ward::Impl::admit(size_t bed, Instant now) {
  const int64_t number = patients++;
  const uint64_t of_patient = mix(options.seed, static_cast<uint64_t>(number));
  auto patient = std::make_unique<Patient>(mix(of_patient, static_cast<uint64_t>(options.start.us)));
  patient->number = number;
  const std::string id = std::to_string(options.seed) + "-" + padded(number);
  SeededRandom who(of_patient);
  const int year = to_civil(options.start).year;
  patient->stay.person = make_person(who, "SIM" + id, year);
  patient->stay.visit_number = "SIMV" + id;
  patient->stay.place = {"SIM-WARD", "R" + std::to_string(bed / 4 + 1), "B" + std::to_string(bed + 1)};
  patient->stay.admitted = stamp(now);
  patient->stay.reason = kReasons[who.below(kReasons.size())];
  if (number % 5 == 3) patient->rhythm = Rhythm::AtrialFibrillation;
  patient->qtc_ms = number % 7 == 4 ? 515 : 400 + 8 * who.normal();
  const Physiology::Illness illness = choose_illness(*patient, now);
  patient->body =
      std::make_unique<Physiology>(patient->random, year - patient->stay.person.birth_year, illness);
  const double days = std::clamp(-1.5 * std::log(1 - patient->random.uniform()), 0.0, 4.0);
  patient->discharge_at = now + 18 * kHourUs + static_cast<int64_t>(days * static_cast<double>(kDayUs));
  if (illness.course != Course::Stable)
    patient->discharge_at =
        std::max(patient->discharge_at, illness.onset + illness.worsening_us + illness.worst_us +
                                            illness.recovery_us + 12 * kHourUs);
  const Instant discharge = patient->discharge_at;
  beds[bed] = std::move(patient);
  const int64_t offset = static_cast<int64_t>(random.below(4 * kMinuteUs));
  plan(EventKind::Vitals, bed, now + kMinuteUs + offset);
  plan(EventKind::Ecg, bed, now + 10 * kMinuteUs + offset);
  plan(EventKind::Labs, bed, now + 30 * kMinuteUs + offset);
  if (random.below(3) == 0) plan(EventKind::Update, bed, now + 2 * kHourUs + offset);
  plan(EventKind::Discharge, bed, discharge);
  if (illness.course == Course::Stable) return;
  plan(EventKind::Ecg, bed, illness.onset + illness.worsening_us / 2);
  plan(EventKind::Transfer, bed, illness.onset + illness.worsening_us + kHourUs);
  if (illness.course == Course::Sepsis) plan(EventKind::Culture, bed, illness.onset + illness.worsening_us);
}

// What happens again, and how soon: the sicker, the sooner.
void Ward::Impl::plan_next(const Patient& patient, const Due& due) {
  const double severity = patient.body->severity(due.at);
  const auto jitter = static_cast<int64_t>(random.below(kMinuteUs));
  if (due.kind == EventKind::Vitals)
    plan(due.kind, due.bed, due.at + (severity > 0.3 ? kVitalsOftenUs : kVitalsEveryUs) + jitter);
  if (due.kind == EventKind::Labs)
    plan(due.kind, due.bed, due.at + (severity > 0.3 ? 6 : 12) * kHourUs + jitter);
  if (due.kind == EventKind::Ecg && severity == 0) plan(due.kind, due.bed, due.at + 24 * kHourUs + jitter);
}

void Ward::Impl::fill(Event& event, Patient& patient, const Due& due) {
  Stay& stay = patient.stay;
  const MessageFrame head = frame(due.at);
  switch (due.kind) {
    case EventKind::Admission:
      event.message = admission_message(head, Admission::Admit, stay);
      return;
    case EventKind::Update:
      stay.reason += ", working diagnosis";
      event.message = admission_message(head, Admission::Update, stay);
      return;
    case EventKind::Transfer:
      stay.earlier_place = stay.place;
      stay.place = {"SIM-HDU", "R1", stay.place.bed};
      event.message = admission_message(head, Admission::Transfer, stay);
      stay.earlier_place = {};
      return;
    case EventKind::Discharge:
      stay.discharged = head.at;
      event.message = admission_message(head, Admission::Discharge, stay);
      return;
    case EventKind::Vitals:
      event.message = vitals_message(head, stay, order(), patient.body->vitals(due.at));
      return;
    case EventKind::Labs:
      event.message = labs_message(head, stay, order(), patient.body->labs(due.at));
      return;
    case EventKind::Culture:
      event.message = culture_message(head, stay, order(), true);
      return;
    case EventKind::Ecg: {
      const Vitals v = patient.body->vitals(due.at);
      const EcgState state{.heart_rate = v.heart_rate,
                           .respiratory_rate = v.respiratory_rate,
                           .rhythm = patient.rhythm,
                           .pr_ms = std::clamp(165 - 0.5 * (v.heart_rate - 70), 115.0, 180.0),
                           .qtc_ms = patient.qtc_ms};
      event.file = make_ecg_file(stay.person, state, head.at, order(), patient.random);
      return;
    }
  }
}

Event Ward::Impl::make(const Due& due) {
  if (due.kind == EventKind::Admission) admit(due.bed, due.at);
  Patient& patient = *beds[due.bed];
  Event event{
      .kind = due.kind, .due = stamp(due.at), .mrn = patient.stay.person.mrn, .message = {}, .file = {}};
  fill(event, patient, due);
  if (due.kind != EventKind::Discharge) {
    plan_next(patient, due);
    return event;
  }
  beds[due.bed].reset();
  plan(EventKind::Admission, due.bed,
       due.at + 45 * kMinuteUs + static_cast<int64_t>(random.below(75 * kMinuteUs)));
  return event;
}

Ward::Ward(const WardOptions& options) : impl_(std::make_unique<Impl>(bounded(options))) {}
Ward::~Ward() = default;

Event Ward::next() {
  while (true) {
    const Due due = impl_->schedule.top();
    impl_->schedule.pop();
    const Patient* in_bed = impl_->beds[due.bed].get();
    if (due.kind == EventKind::Admission || (in_bed != nullptr && in_bed->number == due.patient))
      return impl_->make(due);
  }
}

const WardOptions& Ward::options() const {
  return impl_->options;
}

}  // namespace xinglin::simulate
