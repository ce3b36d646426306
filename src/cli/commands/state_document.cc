#include "cli/commands/state_document.h"

#include "base/core/log.h"
#include "base/core/strings.h"
#include "cli/commands/document_schemas.h"
#include "cli/json/state_json.h"
#include "engine/state/reader.h"

namespace cli::commands {

session::Session::StateDocument MakeStateDocument(const session::Session& session) {
  auto pool = std::make_shared<std::optional<engine::run::ProviderPool>>();
  return [&session, pool](std::string_view text) -> std::optional<std::string> {
    auto state = engine::state::ReadState(std::string(text));
    if (!state.ok()) return std::nullopt;
    if (!*pool) pool->emplace(session.providers());
    std::string document;
    auto printed =
        json::PrintState(*state, DocumentSchemas(**pool), [&](std::string_view piece) { document += piece; });
    if (printed.ok()) return std::string(base::core::Trim(document));
    // The state itself is what counts.
    base::core::Log(base::core::LogLevel::kWarn, "state", "the state's JSON form: {}",
                    printed.error().message());
    return std::nullopt;
  };
}

}  // namespace cli::commands
