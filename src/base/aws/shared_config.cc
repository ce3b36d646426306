#include "base/aws/shared_config.h"

#include "base/core/files.h"
#include "base/core/strings.h"

namespace base::aws {
namespace {

constexpr uint64_t kLargestFile = uint64_t{4} << 20;

// Comments begin with # or ;, after a value only behind white space.
std::string_view WithoutComment(std::string_view value) {
  for (size_t i = 1; i < value.size(); ++i)
    if ((value[i] == '#' || value[i] == ';') && (value[i - 1] == ' ' || value[i - 1] == '\t'))
      return value.substr(0, i);
  return value;
}

// "profile ci" in a config file, "ci" in a credentials file; null for sections that are not ours.
ConfigSection* OpenSection(std::string_view header, bool is_credentials_file, SharedConfig* config) {
  header = core::Trim(header);
  const size_t space = header.find_first_of(" \t");
  if (is_credentials_file || space == std::string_view::npos) {
    if (header.empty() || (!is_credentials_file && header != "default")) return nullptr;
    return &config->profiles[std::string(header)];
  }
  const std::string_view kind = header.substr(0, space);
  std::string_view name = core::Trim(header.substr(space));
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  if (name.empty()) return nullptr;
  if (kind == "profile") return &config->profiles[std::string(name)];
  if (kind == "sso-session") return &config->sso_sessions[std::string(name)];
  if (kind == "services") return &config->services[std::string(name)];
  return nullptr;
}

}  // namespace

const ConfigSection* SharedConfig::FindProfile(std::string_view name) const {
  const auto found = profiles.find(name);
  return found == profiles.end() ? nullptr : &found->second;
}

void ReadConfigText(std::string_view text, bool is_credentials_file, SharedConfig* config) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  ConfigSection* section = nullptr;
  std::string outer;  // the key without a value whose indented lines follow
  for (std::string_view line : core::Split(text, '\n')) {
    const bool is_indented = line.starts_with(' ') || line.starts_with('\t');
    std::string_view trimmed = core::Trim(line);
    if (trimmed.empty() || trimmed.front() == '#' || trimmed.front() == ';') continue;
    if (trimmed.front() == '[' && !is_indented) {
      const size_t end = trimmed.find(']');
      section = end == std::string_view::npos
                    ? nullptr
                    : OpenSection(trimmed.substr(1, end - 1), is_credentials_file, config);
      outer.clear();
      continue;
    }
    const auto pair = core::SplitOnce(trimmed, '=');
    if (section == nullptr || !pair) continue;
    const std::string key = core::AsciiLower(core::Trim(pair->first));
    const std::string value(core::Trim(WithoutComment(core::Trim(pair->second))));
    if (key.empty()) continue;
    if (is_indented && !outer.empty()) {
      section->insert_or_assign(outer + "." + key, value);
      continue;
    }
    outer = value.empty() ? key : "";
    section->insert_or_assign(key, value);
  }
}

SharedConfigPaths ResolvePaths(const std::vector<std::string>& config_files,
                               const std::vector<std::string>& credentials_files,
                               const core::Environment& environment) {
  const auto resolve = [&](const std::vector<std::string>& given, const char* variable,
                           const char* usual) -> std::vector<std::string> {
    std::vector<std::string> out;
    for (const std::string& path : given) out.push_back(ExpandPath(path, environment));
    if (!out.empty()) return out;
    if (const std::string path = environment.Get(variable); !path.empty())
      return {ExpandPath(path, environment)};
    if (environment.HomeDirectory().empty()) return {};
    return {core::JoinPath(environment.HomeDirectory(), usual)};
  };
  return {resolve(config_files, "AWS_CONFIG_FILE", ".aws/config"),
          resolve(credentials_files, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")};
}

core::Result<SharedConfig> ReadSharedConfig(const SharedConfigPaths& paths) {
  SharedConfig out;
  for (const bool is_credentials_file : {false, true}) {
    for (const std::string& path : is_credentials_file ? paths.credentials_files : paths.config_files) {
      if (!core::Exists(path)) continue;
      ASSIGN_OR_RETURN(const std::string text, core::ReadFile(path, kLargestFile));
      ReadConfigText(text, is_credentials_file, &out);
    }
  }
  return out;
}

std::string ExpandPath(std::string_view path, const core::Environment& environment) {
  std::string out;
  if (path == "~" || path.starts_with("~/")) {
    out = environment.HomeDirectory();
    path.remove_prefix(1);
  }
  const auto is_name = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '$' || i + 1 == path.size()) {
      out.push_back(path[i]);
      continue;
    }
    const bool braced = path[i + 1] == '{';
    const size_t begin = i + (braced ? 2 : 1);
    size_t end = begin;
    while (end < path.size() && is_name(path[end])) ++end;
    if (end == begin || (braced && (end == path.size() || path[end] != '}'))) {
      out.push_back('$');
      continue;
    }
    out += environment.Get(path.substr(begin, end - begin));
    i = braced ? end : end - 1;
  }
  return out;
}

std::string Value(const ConfigSection& section, std::string_view key) {
  const auto found = section.find(key);
  return found == section.end() ? "" : found->second;
}

}  // namespace base::aws
