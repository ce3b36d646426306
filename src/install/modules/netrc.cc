#include "install/modules/netrc.h"

#include "base/core/files.h"

namespace install::modules {
namespace {

constexpr uint64_t kMaxSize = 1 << 20;
constexpr std::string_view kSpace = " \t\r\n";

class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  // Empty at the end. Comments are passed over.
  std::string_view Next() {
    while (true) {
      const size_t begin = rest_.find_first_not_of(kSpace);
      if (begin == std::string_view::npos) return rest_ = {};
      rest_.remove_prefix(begin);
      if (!rest_.starts_with('#')) break;
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    }
    const std::string_view word = rest_.substr(0, rest_.find_first_of(kSpace));
    rest_.remove_prefix(word.size());
    return word;
  }

  // A macro goes on up to an empty line.
  void SkipMacro() { rest_.remove_prefix(std::min(rest_.find("\n\n"), rest_.size())); }

 private:
  std::string_view rest_;
};

}  // namespace

std::string FindInNetrc(std::string_view text, std::string_view host) {
  Words words(text);
  std::string login, password, otherwise;
  bool ours = false, is_default = false;
  const auto end_of_entry = [&] {
    if (is_default && otherwise.empty() && !login.empty()) otherwise = login + ":" + password;
    return ours && !login.empty();
  };
  while (true) {
    const std::string_view word = words.Next();
    if (word.empty() || word == "machine" || word == "default") {
      if (end_of_entry()) return login + ":" + password;
      if (word.empty()) return otherwise;
      login.clear();
      password.clear();
      is_default = word == "default";
      ours = !is_default && words.Next() == host;
    } else if (word == "login") {
      login = words.Next();
    } else if (word == "password") {
      password = words.Next();
    } else if (word == "account") {
      words.Next();
    } else if (word == "macdef") {
      words.SkipMacro();
    }
  }
}

std::string UserFromNetrc(const base::core::Environment& environment, std::string_view host) {
  std::string path = environment.Get("NETRC");
  if (path.empty() && !environment.HomeDirectory().empty())
    path = base::core::JoinPath(environment.HomeDirectory(), ".netrc");
  if (path.empty() || !base::core::IsRegularFile(path)) return {};
  const auto text = base::core::ReadFile(path, kMaxSize);
  return text.ok() ? FindInNetrc(*text, host) : "";
}

}  // namespace install::modules
