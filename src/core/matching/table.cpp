#include "core/matching/table.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/matching/dates.h"
#include "core/matching/text.h"

namespace xinglin::matching {
namespace {

enum class Column {
  Other,
  Id,
  Given,
  Family,
  FullName,
  BirthDate,
  Sex,
  Personal,
  Local,
  Contact,
  Number,
  Street,
  Building,
  Place,
  Postcode,
  Region
};

struct Known {
  std::string_view name;  // in small letters without "_" and "."
  Column column;
};
constexpr std::array<Known, 36> kKnown{{{"recid", Column::Id},
                                        {"id", Column::Id},
                                        {"givenname", Column::Given},
                                        {"given", Column::Given},
                                        {"firstname", Column::Given},
                                        {"surname", Column::Family},
                                        {"family", Column::Family},
                                        {"familyname", Column::Family},
                                        {"lastname", Column::Family},
                                        {"name", Column::FullName},
                                        {"dateofbirth", Column::BirthDate},
                                        {"birthdate", Column::BirthDate},
                                        {"dob", Column::BirthDate},
                                        {"gender", Column::Sex},
                                        {"sex", Column::Sex},
                                        {"socsecid", Column::Personal},
                                        {"ssn", Column::Personal},
                                        {"nationalid", Column::Personal},
                                        {"residentid", Column::Personal},
                                        {"identifier", Column::Local},
                                        {"mrn", Column::Local},
                                        {"phone", Column::Contact},
                                        {"phonenumber", Column::Contact},
                                        {"telecom", Column::Contact},
                                        {"email", Column::Contact},
                                        {"streetnumber", Column::Number},
                                        {"address1", Column::Street},
                                        {"line", Column::Street},
                                        {"address", Column::Street},
                                        {"address2", Column::Building},
                                        {"suburb", Column::Place},
                                        {"city", Column::Place},
                                        {"district", Column::Place},
                                        {"postcode", Column::Postcode},
                                        {"postalcode", Column::Postcode},
                                        {"state", Column::Region}}};

Column column_of(std::string_view name) {
  std::string key;
  for (const char c : name)
    if (c != '_' && c != '.' && c != ' ') key.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  const auto* found = std::ranges::find(kKnown, key, &Known::name);
  return found == kKnown.end() ? Column::Other : found->column;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// One line after the other, with line breaks inside quotes.
class Reader {
public:
  explicit Reader(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }
  bool done() const { return rest_.empty(); }
  Result<std::vector<std::string>> line() {
    ++number_;
    std::vector<std::string> out(1);
    bool quoted = false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (quoted && c == '"' && rest_.starts_with('"')) {
        out.back().push_back('"');
        rest_.remove_prefix(1);
      } else if (c == '"' && (quoted || trimmed(out.back()).empty())) {
        quoted = !quoted;
      } else if (!quoted && c == ',') {
        out.emplace_back();
      } else if (!quoted && c == '\n') {
        break;
      } else {
        out.back().push_back(c);
      }
      if (out.size() > kColumnsMax || out.back().size() > kCellMax)
        return Error(kNoTable, "line " + std::to_string(number_) + " is too long");
    }
    if (quoted) return Error(kNoTable, "line " + std::to_string(number_) + ": a quote is not closed");
    for (std::string& cell : out) cell = std::string(trimmed(cell));
    return out;
  }
  size_t number() const { return number_; }

private:
  std::string_view rest_;
  size_t number_ = 0;
};

Traits traits_of(const std::vector<Column>& columns, const std::vector<std::string>& names,
                 const std::vector<std::string>& cells) {
  Traits out;
  std::string family, given, number, street, building;
  const auto append = [](std::string& to, std::string_view text) {
    if (!text.empty()) to.append(to.empty() ? "" : " ").append(text);
  };
  for (size_t i = 0; i < cells.size() && i < columns.size(); ++i) {
    const std::string& cell = cells[i];
    switch (columns[i]) {
      case Column::Given:
        append(given, cell);
        break;
      case Column::Family:
        append(family, cell);
        break;
      case Column::FullName:
        add_name_text(out, cell);
        break;
      case Column::BirthDate:
        out.birth_date = plain_date(cell);
        break;
      case Column::Sex:
        if (const char c = cell.empty() ? ' ' : static_cast<char>(cell[0] | 0x20); c == 'm' || c == 'f')
          out.sex = c;
        break;
      case Column::Personal:
        add_number(out, NumberKind::Personal, names[i], cell);
        break;
      case Column::Local:
        add_number(out, NumberKind::Local, names[i], cell);
        break;
      case Column::Contact:
        add_contact(out, cell);
        break;
      case Column::Number:
        append(number, cell);
        break;
      case Column::Street:
        append(street, cell);
        break;
      case Column::Building:
        append(building, cell);
        break;
      case Column::Place:
        append(out.place, plain(cell));
        break;
      case Column::Postcode:
        out.postcode = without_spaces(plain(cell));
        break;
      case Column::Region:
        out.region = plain(cell);
        break;
      case Column::Id:
      case Column::Other:
        break;
    }
  }
  add_name(out, family, given);
  append(number, street);
  append(number, building);
  set_street(out, number);
  return out;
}

}  // namespace

Result<Table> read_table(std::string_view csv) {
  Reader reader(csv);
  XL_TRY(const std::vector<std::string> names, reader.line());
  std::vector<Column> columns;
  Table out;
  std::optional<size_t> id;
  for (const std::string& name : names) {
    columns.push_back(column_of(name));
    if (columns.back() == Column::Id) id = columns.size() - 1;
    if (columns.back() == Column::Other) out.unknown_columns.push_back(name);
  }
  if (std::ranges::all_of(columns, [](Column c) { return c == Column::Other || c == Column::Id; }))
    return Error(kNoTable, "no column has a name that is known: given_name, surname, date_of_birth ...");
  while (!reader.done()) {
    XL_TRY(const std::vector<std::string> cells, reader.line());
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (cells.size() > columns.size())
      return Error(kNoTable,
                   "line " + std::to_string(reader.number()) + " has more cells than there are columns");
    Row row{std::to_string(out.rows.size() + 1), traits_of(columns, names, cells)};
    if (id && *id < cells.size() && !cells[*id].empty()) row.id = cells[*id];
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace xinglin::matching
