// The frame around every page of the console (navigation, heading, notice) and the pages that say what went
// wrong. Not the content. Called by all pages.
#pragma once

#include <string>
#include <vector>

#include "org/console/visit.h"

namespace org::console {

enum class Section {
  kGettingStarted,
  kPeople,
  kGroups,
  kApplications,
  kSystemLog,
  kRateLimits,
  kNone,
};

struct PageHead {
  Section section = Section::kNone;
  std::string title;
  std::string subtitle;  // one line under the heading; may be empty
  Html before;           // left of the title: an avatar, an icon
  Html badges;           // right of the title
  Html actions;          // at the right end: buttons
  // "People" -> /admin/users; where one comes from.
  std::vector<std::pair<std::string, Url>> trail;
};

// The page for a signed-in administrator; shows and forgets the session's notice.
Response Page(Visit& visit, const PageHead& head, const Html& content, int status = 200);

// A page without navigation: sign-in, and errors before it.
Response BarePage(std::string_view title, const Html& content, int status = 200);

// What went wrong, in a sentence, and a way back. With the frame where there is a session.
Response ErrorPage(Visit& visit, const store::Refusal& refusal, const Url& back);
Response NotFoundPage(Visit& visit);
Response BareErrorPage(int status, std::string_view title, std::string_view text);

// An alert above a form that was refused.
Html Alert(std::string_view title, const std::vector<std::string>& lines);
Html RefusalAlert(const store::Refusal& refusal);

}  // namespace org::console
