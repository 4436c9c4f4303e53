#include <CLI/CLI.hpp>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "base/log.h"
#include "core/identity/matches.h"
#include "core/matching/table.h"
#include "main/commands.h"
#include "main/data_directory.h"

namespace xinglin::main {
namespace {

inline constexpr ErrorCode kFile{"identity.file", ErrorKind::Io, "the file cannot be read or written"};

struct LinkArguments {
  std::string file, output, format = "csv";
  double least = 0.5;
  bool default_model = false;
};

std::string csv_cell(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

void write_csv(std::ostream& out, const matching::Table& table, const std::vector<matching::Link>& links) {
  out << "a,b,probability,bits,evidence\n" << std::setprecision(6);
  for (const matching::Link& link : links) {
    std::ostringstream why;
    why << std::fixed << std::setprecision(1) << std::showpos;
    for (const matching::Evidence& e : link.judgement.evidence)
      why << matching::name_of(e.field) << '=' << matching::level_name(e.field, e.level) << ' ' << e.bits
          << "; ";
    why << "household " << link.judgement.household;
    out << csv_cell(table.rows[link.a].id) << ',' << csv_cell(table.rows[link.b].id) << ','
        << link.judgement.probability << ',' << link.judgement.bits << ',' << csv_cell(why.str()) << '\n';
  }
}

void write_ndjson(std::ostream& out, const matching::Table& table, const std::vector<matching::Link>& links) {
  for (const matching::Link& link : links) {
    json::array evidence;
    for (const matching::Evidence& e : link.judgement.evidence)
      evidence.push_back(json::object{{"field", matching::name_of(e.field)},
                                      {"level", matching::level_name(e.field, e.level)},
                                      {"bits", e.bits}});
    out << json::serialize(json::object{{"a", table.rows[link.a].id},
                                        {"b", table.rows[link.b].id},
                                        {"probability", link.judgement.probability},
                                        {"bits", link.judgement.bits},
                                        {"household", link.judgement.household},
                                        {"evidence", std::move(evidence)}})
        << '\n';
  }
}

Result<void> link(const LinkArguments& arguments) {
  std::ifstream in(arguments.file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return Error(kFile, arguments.file + " cannot be read");
  XL_TRY(const matching::Table table, matching::read_table(text.str()));
  for (const std::string& column : table.unknown_columns)
    std::cerr << "column passed over: " << column << '\n';
  matching::Crowd crowd;
  for (const matching::Row& row : table.rows) crowd.add(row.traits);
  matching::Model model = matching::default_model();
  if (!arguments.default_model) {
    const matching::Learned learned = matching::learn(crowd, model, 1);
    std::cerr << "learned on " << crowd.size() << " records, " << learned.pairs << " pairs, about "
              << static_cast<int64_t>(learned.matches + 0.5) << " of one person, " << learned.rounds
              << " rounds\n";
    model = learned.model;
  }
  const auto links = matching::link(crowd, model, arguments.least);
  std::cerr << links.size() << " pairs of probability " << arguments.least << " and more\n";
  std::ofstream file;
  if (!arguments.output.empty()) file.open(arguments.output);
  std::ostream& out = arguments.output.empty() ? std::cout : file;
  if (arguments.format == "ndjson")
    write_ndjson(out, table, links);
  else
    write_csv(out, table, links);
  out.flush();
  if (!out) return Error(kFile, arguments.output + " cannot be written");
  return {};
}

Result<void> learn(const std::string& data) {
  log::set_level(log::Level::Warning);
  XL_TRY(const DataDirectory directory, DataDirectory::open_existing(data));
  XL_TRY(const auto store, sql::Store::open(directory.database(), {.readers = 1}));
  const SystemClock clock;
  SystemRandom random;
  Metrics metrics;
  XL_TRY(const auto audit, trust::AuditLog::open(*store, clock, directory.keys()));
  journal::Journal journal(*store, clock, metrics);
  record::Record record(*store, clock, random, *audit, journal);
  identity::Identity identity(record, clock, *audit, journal);
  identity::Matches matches(record, identity, clock, *audit, journal);
  XL_TRY(const matching::Learned learned, matches.learn(trust::Access::system("command line")));
  std::cout << "learned on " << learned.model.learned_on << ": " << learned.pairs << " pairs compared, about "
            << static_cast<int64_t>(learned.matches + 0.5) << " of one person; used from now on\n"
            << json::serialize(matching::to_json(learned.model)) << '\n';
  return {};
}

void add_link(CLI::App& identity, int& status) {
  auto arguments =
      std::make_shared<LinkArguments>();  // shared with the callback, which outlives this function
  CLI::App* verb = identity.add_subcommand(
      "link",
      "Find the records of a table that are of one person. The table is CSV with a line of column names: "
      "given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, "
      "soc_sec_id, rec_id; or id, family, given, name, birthDate, gender, identifier, phone, email, line, "
      "city, "
      "district, postalCode, state. rec_id and id name the rows and are never compared. What agreement is "
      "worth is "
      "learned on the table itself, without labels. Writes pairs with probability and evidence in bits");
  verb->add_option("file", arguments->file, "The table")->required();
  verb->add_option("--output", arguments->output, "Where to write; standard output when not given");
  verb->add_option("--format", arguments->format, "csv: a,b,probability,bits,evidence; or ndjson")
      ->check(CLI::IsMember({"csv", "ndjson"}));
  verb->add_option("--least", arguments->least, "Least probability of a pair that is written, default 0.5")
      ->check(CLI::Range(0.0, 1.0));
  verb->add_flag("--default-model", arguments->default_model, "Do not learn: use the model that is shipped");
  verb->callback([arguments, &status] {
    const auto done = link(*arguments);
    status = done ? kDone : fail(done.error());
  });
}

}  // namespace

void add_identity(CLI::App& app, int& status) {
  CLI::App* identity =
      app.add_subcommand("identity", "Who is who: link the records of a table, learn from a site");
  identity->require_subcommand(1);
  add_link(*identity, status);
  auto data = std::make_shared<std::string>();  // shared with the callback, as above
  CLI::App* verb = identity->add_subcommand(
      "learn",
      "Learn what agreement is worth from the patients of a site, without labels, and use it from then on");
  verb->add_option("--data", *data, "Data directory; a server may be running on it")->required();
  verb->callback([data, &status] {
    const auto done = learn(*data);
    status = done ? kDone : fail(done.error());
  });
}

}  // namespace xinglin::main
