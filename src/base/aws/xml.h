// The XML that AWS services answer with, as a small tree. Not a general reader: no DTD, no attributes kept,
// no namespaces (prefixes are cut). Called by service.cc, sts.cc and the S3 backend; takes hostile input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"

namespace base::aws {

struct XmlElement {
  std::string name;
  std::string text;  // its own characters, entities resolved
  std::vector<XmlElement> children;

  const XmlElement* Find(std::string_view child) const;
  // The text of the descendant "A/B/C", always the first of its name; "" when there is none.
  std::string Text(std::string_view path) const;
};

// The document's element. At most 16 elements within each other and 100,000 in all.
core::Result<XmlElement> ParseXml(std::string_view text);

}  // namespace base::aws
