#include "org/console/visit.h"

#include "base/core/strings.h"

namespace org::console {
namespace {

// Notices that nobody came to read must not pile up.
constexpr size_t kMaxNotices = 256;

}  // namespace

void NoticeBox::Put(std::string_view session, Notice notice) {
  std::lock_guard lock(mutex_);
  if (notices_.size() >= kMaxNotices) notices_.clear();
  notices_.insert_or_assign(std::string(session), std::move(notice));
}

std::optional<Notice> NoticeBox::Take(std::string_view session) {
  std::lock_guard lock(mutex_);
  auto found = notices_.find(session);
  if (found == notices_.end()) return std::nullopt;
  Notice notice = std::move(found->second);
  notices_.erase(found);
  return notice;
}

const std::string& Form::operator[](std::string_view name) const {
  static const std::string kNone;
  for (const auto& [key, value] : fields_) {
    if (key == name) return value;
  }
  return kNone;
}

std::string Form::Trimmed(std::string_view name) const {
  return std::string(base::core::Trim((*this)[name]));
}

std::vector<std::string> Form::All(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : fields_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

Html CsrfField(const Visit& visit) {
  return Element("input", {Attribute("type", "hidden"), Attribute("name", "csrf"),
                           Attribute("value", visit.session.csrf_token)});
}

Response Redirect(const Url& url) {
  Response response;
  response.status = 303;
  response.Set("Location", url.text());
  return response;
}

Response Redirect(Visit& visit, const Url& url, std::string_view notice) {
  visit.notices.Put(visit.session.csrf_token, {std::string(notice), false});
  return Redirect(url);
}

Response RedirectWithError(Visit& visit, const Url& url, const store::Refusal& refusal) {
  visit.notices.Put(visit.session.csrf_token, {RefusalText(refusal), true});
  return Redirect(url);
}

std::string RefusalText(const store::Refusal& refusal) {
  return refusal.causes.empty() ? refusal.summary : base::core::Join(refusal.causes, " ");
}

}  // namespace org::console
