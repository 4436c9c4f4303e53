// One $match among many: fills the index with invented people (SYNTHETIC, seeded; half of them with Chinese
// names), asks for second records of some of them, and prints how long it took and who was found.
// Usage: core_identity_bench [people = 100000] [asked = 2000]
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>

#include "core/identity/matches.h"
#include "core/matching/tests/people.h"

namespace xinglin::identity {
namespace {

using Steady = std::chrono::steady_clock;

double ms_since(Steady::time_point from) {
  return std::chrono::duration<double, std::milli>(Steady::now() - from).count();
}

struct Rooms {
  explicit Rooms(const std::filesystem::path& folder) {
    store =
        std::move(*sql::Store::open((folder / "db").string(), {.cache_kib = 256 * 1024, .throwaway = true}));
    audit = std::move(*trust::AuditLog::open(*store, clock, folder.string()));
    journal = std::make_unique<journal::Journal>(*store, clock, metrics);
    record = std::make_unique<record::Record>(*store, clock, random, *audit, *journal);
    identity = std::make_unique<Identity>(*record, clock, *audit, *journal);
    matches = std::make_unique<Matches>(*record, *identity, clock, *audit, *journal);
  }
  SystemClock clock;
  SystemRandom random;
  Metrics metrics;
  std::unique_ptr<sql::Store> store;
  std::unique_ptr<trust::AuditLog> audit;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<record::Record> record;
  std::unique_ptr<Identity> identity;
  std::unique_ptr<Matches> matches;
};

struct Asked {
  json::object patient;
  std::string id;
};

// Every so many people have a Patient in the record and are asked for; the others are in the index only.
Result<std::vector<Asked>> fill(Rooms& rooms, size_t people, size_t asked) {
  const trust::Access access = trust::Access::system("bench");
  matching::testing::People source(4);
  std::vector<Asked> out;
  const size_t every = std::max<size_t>(1, people / asked);
  for (size_t done = 0; done < people;) {
    const size_t end = std::min(people, done + 5000);
    const auto written = rooms.store->write([&](sql::Tx& tx) -> Result<void> {
      for (; done < end; ++done) {
        const auto who = source.next();
        if (done % every != 0) {
          XL_CHECK(
              Matches::put(tx, PatientId("p" + std::to_string(done)), matching::testing::traits_of(who)));
          continue;
        }
        IssueSink issues;
        XL_TRY(const auto made, rooms.record->create(tx, access, matching::testing::patient_of(who), issues));
        out.push_back({matching::testing::patient_of(source.again(who)), made.id});
      }
      return {};
    });
    XL_CHECK(written);
  }
  return out;
}

int run(size_t people, size_t asked) {
  const auto folder = std::filesystem::temp_directory_path() / "match-bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  Rooms rooms(folder);
  const auto began = Steady::now();
  const auto questions = fill(rooms, people, asked);
  if (!questions) {
    std::cerr << questions.error().message() << '\n';
    return 1;
  }
  std::cout << "filled " << people << " synthetic people in " << ms_since(began) / 1000 << " s, database "
            << static_cast<double>(std::filesystem::file_size(folder / "db")) / static_cast<double>(people)
            << " bytes a person\n";
  const trust::Access access = trust::Access::system("bench");
  std::vector<double> took;
  size_t first = 0, shown = 0, compared = 0, passed_over = 0;
  for (const Asked& question : *questions) {
    const auto from = Steady::now();
    const auto answer = rooms.store->read([&](sql::Session& session) {
      return rooms.matches->match(session, access, {.patient = question.patient});
    });
    took.push_back(ms_since(from));
    if (!answer) continue;
    compared += answer->candidates;
    passed_over += answer->keys_passed_over;
    const auto is_asked = [&](const Match& match) { return match.patient.str() == question.id; };
    if (!answer->matches.empty() && is_asked(answer->matches[0])) ++first;
    if (std::ranges::any_of(answer->matches, is_asked)) ++shown;
  }
  std::ranges::sort(took);
  const auto at = [&](double share) {
    return took[static_cast<size_t>(share * static_cast<double>(took.size() - 1))];
  };
  const auto n = static_cast<double>(took.size());
  std::cout << "match among " << people << " people, " << took.size() << " asked, one thread: p50 " << at(0.5)
            << " ms, p99 " << at(0.99) << " ms, max " << at(1) << " ms; shown first "
            << static_cast<double>(first) / n << ", shown " << static_cast<double>(shown) / n << "; compared "
            << static_cast<double>(compared) / n << ", keys passed over "
            << static_cast<double>(passed_over) / n << " each\n";
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace xinglin::identity

int main(int argc, char** argv) {
  const auto number = [&](int i, size_t fallback) { return argc > i ? std::stoul(argv[i]) : fallback; };
  return xinglin::identity::run(number(1, 100'000), number(2, 2000));
}
