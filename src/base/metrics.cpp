#include "base/metrics.h"

#include <set>

namespace xinglin {

Counter& Metrics::counter(const std::string& name, const std::string& help, const std::string& labels) {
  const std::lock_guard lock(mutex_);
  for (Entry& entry : entries_)
    if (entry.name == name && entry.labels == labels && !entry.read) return entry.counter;
  Entry& entry = entries_.emplace_back();
  entry.name = name;
  entry.help = help;
  entry.labels = labels;
  return entry.counter;
}

void Metrics::gauge(const std::string& name, const std::string& help, std::function<double()> read,
                    const std::string& labels) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_.emplace_back();
  entry.name = name;
  entry.help = help;
  entry.labels = labels;
  entry.read = std::move(read);
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  std::set<std::string_view> described;
  for (const Entry& first : entries_) {  // all lines of one name stand together
    if (!described.insert(first.name).second) continue;
    out += "# HELP " + first.name + ' ' + first.help + "\n# TYPE " + first.name +
           (first.read ? " gauge\n" : " counter\n");
    for (const Entry& entry : entries_) {
      if (entry.name != first.name) continue;
      out += entry.name;
      if (!entry.labels.empty()) out += '{' + entry.labels + '}';
      out += ' ' + (entry.read ? std::to_string(entry.read()) : std::to_string(entry.counter.value())) + '\n';
    }
  }
  return out;
}

}  // namespace xinglin
