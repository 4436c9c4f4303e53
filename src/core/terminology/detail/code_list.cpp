#include "core/terminology/detail/code_list.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/charset.h"
#include "core/terminology/detail/pack_writer.h"

namespace xinglin::terminology::detail {

namespace {

enum class Column { None, Code, Display, Definition, Parent, Inactive, Abstract, Designation, Property };

struct Columns {
  struct One {
    Column column = Column::None;
    std::string name;  // of a property; of a designation its language
  };
  std::vector<One> all;
  bool from_heading = false;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWideSpace = "\xE3\x80\x80";
  while (true) {
    if (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
      text.remove_prefix(1);
    else if (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
      text.remove_suffix(1);
    else if (text.starts_with(kWideSpace))
      text.remove_prefix(kWideSpace.size());
    else if (text.ends_with(kWideSpace))
      text.remove_suffix(kWideSpace.size());
    else
      return text;
  }
}

Column column_of(std::string_view heading) {
  constexpr std::array<std::pair<std::string_view, Column>, 33> kHeadings{{
      {"code", Column::Code},
      {"concept code", Column::Code},
      {"icd code", Column::Code},
      {"icd10", Column::Code},
      {"icd-10", Column::Code},
      {"编码", Column::Code},
      {"代码", Column::Code},
      {"诊断编码", Column::Code},
      {"疾病编码", Column::Code},
      {"诊断代码", Column::Code},
      {"疾病代码", Column::Code},
      {"主要编码", Column::Code},
      {"display", Column::Display},
      {"name", Column::Display},
      {"title", Column::Display},
      {"description", Column::Display},
      {"label", Column::Display},
      {"名称", Column::Display},
      {"诊断名称", Column::Display},
      {"疾病名称", Column::Display},
      {"中文名称", Column::Display},
      {"definition", Column::Definition},
      {"定义", Column::Definition},
      {"说明", Column::Definition},
      {"parent", Column::Parent},
      {"parent code", Column::Parent},
      {"上级编码", Column::Parent},
      {"父编码", Column::Parent},
      {"上级代码", Column::Parent},
      {"inactive", Column::Inactive},
      {"停用", Column::Inactive},
      {"abstract", Column::Abstract},
      {"not selectable", Column::Abstract},
  }};
  std::string name = lower(trimmed(heading));
  std::replace(name.begin(), name.end(), '_', ' ');
  for (const auto& [known, column] : kHeadings)
    if (known == name) return column;
  return Column::None;
}

bool is_language(std::string_view text) {
  return (text.size() == 2 || (text.size() > 3 && text[2] == '-')) &&
         lower(text.substr(0, 2)) == text.substr(0, 2) && text[0] >= 'a' && text[0] <= 'z' &&
         text[1] >= 'a' && text[1] <= 'z';
}

Columns columns_of(const std::vector<std::string>& fields) {
  Columns out;
  bool has_code = false;
  for (const std::string& field : fields) {
    Columns::One one{column_of(field), std::string(trimmed(field))};
    if (one.column == Column::Code && has_code) one.column = Column::Property;
    has_code = has_code || one.column == Column::Code;
    if (one.column == Column::None && !one.name.empty()) {
      const size_t mark = one.name.find_last_of(":_");
      const std::string language = mark == std::string::npos ? "" : one.name.substr(mark + 1);
      const bool display =
          mark != std::string::npos && column_of(one.name.substr(0, mark)) == Column::Display;
      one.column = display && is_language(language) ? Column::Designation : Column::Property;
      if (one.column == Column::Designation) one.name = language;
    }
    out.all.push_back(std::move(one));
  }
  out.from_heading = has_code;
  if (!has_code) out.all = {{Column::Code, {}}, {Column::Display, {}}, {Column::Parent, {}}};
  return out;
}

// The character that separates the fields of the first lines.
char separator_of(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  char best = ',';
  long most = 0;
  for (const char candidate : {',', '\t', ';', '|'})
    if (const long found = std::count(first.begin(), first.end(), candidate); found > most) {
      most = found;
      best = candidate;
    }
  return best;
}

bool is_true(std::string_view text) {
  const std::string value = lower(trimmed(text));
  return value == "true" || value == "1" || value == "yes" || value == "y" || value == "是";
}

void take(const Columns::One& column, std::string_view text, CodeRow& row) {
  if (text.empty()) return;
  switch (column.column) {
    case Column::Code:
      row.code = text;
      break;
    case Column::Display:
      (row.display.empty() ? row.display : row.definition) = text;
      break;
    case Column::Definition:
      row.definition = text;
      break;
    case Column::Parent:
      row.parent = text;
      break;
    case Column::Inactive:
      row.flags |= is_true(text) ? kInactive : 0U;
      break;
    case Column::Abstract:
      row.flags |= is_true(text) ? kNotSelectable : 0U;
      break;
    case Column::Designation:
      row.designations.push_back({.language = column.name, .value = std::string(text)});
      break;
    case Column::Property:
      row.properties.push_back({column.name, "string", std::string(text)});
      break;
    case Column::None:
      break;
  }
}

// Reads line by line; keeps what is wrong.
class ListReader {
public:
  ListReader(std::string_view text, ListFormat format)
      : text_(text), format_(format), separator_(separator_of(text)) {}

  Result<CodeList> run() {
    for (size_t at = 0; at < text_.size();) {
      const size_t end = std::min(text_.find('\n', at), text_.size());
      ++out_.lines;
      const std::string_view line = trimmed(text_.substr(at, end - at));
      at = end + 1;
      if (line.empty() || (line[0] == '#' && !columns_.from_heading && out_.rows.empty())) continue;
      if (out_.rows.size() >= kMaxRows) return Error(kTooCostly, "the list has more than 500,000 codes");
      read(line);
    }
    if (out_.rows.empty()) return Error(kBadFile, no_rows());
    if (format_ == ListFormat::Guess) format_ = guessed();
    if (format_ == ListFormat::Icd10) give_icd10_parents(out_.rows);
    check_parents();
    return std::move(out_);
  }

private:
  std::string no_rows() const {
    std::string why = "the file has no line with a code";
    if (!out_.problems.empty())
      why += "; line " + std::to_string(out_.problems[0].line) + ": " + out_.problems[0].text;
    return why;
  }

  void refuse(size_t line, std::string why) {
    ++out_.refused;
    if (out_.problems.size() < kMaxProblems) out_.problems.push_back({line, std::move(why)});
  }

  void read(std::string_view line) {
    CodeRow row;
    row.line = out_.lines;
    if (format_ != ListFormat::Csv && read_icd10_line(line, row)) {
      seen_icd10_line_ = true;
      return keep(std::move(row));
    }
    const Result<std::vector<std::string>> fields = fields_of(line, separator_);
    if (!fields) return refuse(out_.lines, fields.error().message());
    if (columns_.all.empty()) {
      columns_ = columns_of(*fields);
      if (columns_.from_heading) return;
    }
    if (fields->size() > columns_.all.size() && columns_.from_heading)
      return refuse(out_.lines,
                    "more fields than headings; a field that holds the separator must stand in quotes");
    for (size_t i = 0; i < std::min(fields->size(), columns_.all.size()); ++i)
      take(columns_.all[i], trimmed((*fields)[i]), row);
    keep(std::move(row));
  }

  void keep(CodeRow row) {
    if (format_ == ListFormat::Icd10 || (format_ == ListFormat::Guess && looks_like_icd10(row.code)))
      read_icd10_marks(row);
    if (row.code.empty()) return refuse(row.line, "the code is missing");
    if (row.code.size() > kMaxCodeBytes || row.display.size() > kMaxTextBytes)
      return refuse(row.line, "a field is too long");
    if (format_ == ListFormat::Icd10 && !looks_like_icd10(row.code))
      return refuse(row.line, "\"" + row.code + "\" has not the form of an ICD-10 code");
    const auto [known, is_new] = places_.emplace(row.code, row.line);
    if (!is_new)
      return refuse(row.line,
                    "the code " + row.code + " stands in line " + std::to_string(known->second) + " already");
    out_.rows.push_back(std::move(row));
  }

  ListFormat guessed() const {
    if (seen_icd10_line_) return ListFormat::Icd10;
    size_t like = 0;
    for (const CodeRow& row : out_.rows) {
      if (!row.parent.empty()) return ListFormat::Csv;
      like += looks_like_icd10(row.code) ? 1 : 0;
    }
    return like * 10 >= out_.rows.size() * 9 ? ListFormat::Icd10 : ListFormat::Csv;
  }

  void check_parents() {
    for (CodeRow& row : out_.rows) {
      if (row.parent.empty() || places_.contains(row.parent)) continue;
      refuse(row.line, "the parent " + row.parent + " of " + row.code +
                           " is not in the list; the code is kept without it");
      row.parent.clear();
    }
  }

  std::string_view text_;
  ListFormat format_;
  char separator_;
  Columns columns_;
  bool seen_icd10_line_ = false;
  std::unordered_map<std::string, size_t> places_;
  CodeList out_;
};

}  // namespace

Result<std::vector<std::string>> fields_of(std::string_view line, char separator) {
  std::vector<std::string> out(1);
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && trimmed(out.back()).empty()) {
      out.back().clear();
      for (++i;; ++i) {
        if (i >= line.size()) return Error(kBadFile, "a quote is not closed on its line");
        if (line[i] != '"')
          out.back() += line[i];
        else if (i + 1 < line.size() && line[i + 1] == '"')
          out.back() += line[++i];
        else
          break;
      }
    } else if (line[i] == separator) {
      out.emplace_back();
    } else {
      out.back() += line[i];
    }
  }
  return out;
}

Result<CodeList> read_code_list(std::string_view text, ListFormat format) {
  if (text.find('\0') != std::string_view::npos)
    return Error(kBadFile, "the file holds zero bytes: it is no text (save a spreadsheet as CSV)");
  return ListReader(text, format).run();
}

}  // namespace xinglin::terminology::detail
