// What a command writes, piece by piece, as whole lines of valid UTF-8; and the end of it, for error texts.
// Not the reading of pipes (base/core/process.h).
// Used by the provisioners.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace provider::provisioner {

class OutputLines {
 public:
  enum class Telling { kTogether, kEachLine };
  explicit OutputLines(std::function<void(std::string_view)> tell, Telling telling = Telling::kTogether)
      : tell_(std::move(tell)), telling_(telling) {}
  // Tells of all lines that are whole by now, in one text or each by itself. Longer ones than 64 KiB are told
  // of in parts.
  void Add(std::string_view piece);
  // Tells of a last line without an end.
  void Finish();
  // The last 8 KiB of all that was added.
  std::string Tail() const;

 private:
  void Tell(std::string_view text) const;

  const std::function<void(std::string_view)> tell_;
  const Telling telling_;
  std::string line_;  // begun, not yet told of
  std::string tail_;
};

}  // namespace provider::provisioner
