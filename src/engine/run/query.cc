#include "engine/run/query.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text/suggest.h"
#include "engine/run/console.h"
#include "engine/run/generate_config.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_config.h"
#include "engine/run/provider_diagnostics.h"

namespace engine::run {
namespace {

using language::schema::Block;
using language::value::Type;
using provider::api::IdentitySchema;
using provider::api::ListedObject;

constexpr int64_t kDefaultLimit = 100;

class Query {
 public:
  Query(const RunContext& context, std::shared_ptr<const state::State> state, bool generate,
        QueryHooks& hooks, Diagnostics& diagnostics)
      : context_(context),
        module_(*context.configuration->root->module),
        generate_(generate),
        hooks_(hooks),
        diagnostics_(diagnostics),
        console_(context, std::move(state), diagnostics, Console::Eagerness::kWhatIsAsked) {}

  QueryResult Run() {
    for (const auto& [key, list] : module_.lists) {
      if (context_.stop.stop_requested()) break;
      MakeLists(list);
    }
    if (context_.stop.stop_requested() && !diagnostics_.HasErrors())
      diagnostics_.Error("Execution halted",
                         "The run was interrupted: there may be more than what is listed.");
    result_.usage = console_.providers().TotalUsage();
    console_.providers().EndWalk();
    return std::move(result_);
  }

 private:
  // What the provider has for the type of a block.
  struct Kind {
    Provider* provider = nullptr;
    const Block* schema = nullptr;
    const Block* object = nullptr;  // the resource type's
    const IdentitySchema* identity = nullptr;
  };
  // A list on its way.
  struct Listing {
    const ListInstance& instance;
    const Kind& kind;
    BlockSource source;
    int64_t found = 0;
  };

  void MakeLists(const config::List& list) {
    const std::optional<Kind> kind = KindOf(list);
    if (!kind) return;
    const std::string address = list.ToString();
    std::optional<Expansion> expansion =
        Expand(list.count, list.for_each, console_.root(), Phase::kPlan, address, diagnostics_);
    if (!expansion) return;
    for (size_t index = 0; index < expansion->keys.size(); ++index) {
      if (context_.stop.stop_requested()) return;
      const InstanceKey& key = expansion->keys[index];
      const Value each = expansion->each_values.empty() ? Value() : expansion->each_values[index];
      Make({&list, key, address + key.ToString()}, *kind,
           InstanceScope(console_.root(), expansion->repetition, key, each));
    }
  }

  // Nothing after errors.
  std::optional<Kind> KindOf(const config::List& list) {
    Provider* unconfigured = console_.providers().Unconfigured(list.provider.provider, diagnostics_);
    if (!unconfigured) return std::nullopt;
    if (!unconfigured->FindList(list.type) || !unconfigured->FindResource(list.type) ||
        !unconfigured->FindIdentity(list.type)) {
      AddUnknownType(list, *unconfigured);
      return std::nullopt;
    }
    auto [started, first] = providers_.try_emplace(list.provider, nullptr);
    if (first)
      started->second = StartProvider(list.provider, console_.root(), console_.providers(), diagnostics_);
    Provider* provider = started->second;
    if (!provider) return std::nullopt;
    return Kind{provider, provider->FindList(list.type), &provider->FindResource(list.type)->block,
                provider->FindIdentity(list.type)};
  }

  void AddUnknownType(const config::List& list, const Provider& provider) {
    const std::vector<std::string> types = provider.ListTypes();
    const std::string name = list.provider.provider.ForDisplay();
    std::string detail = fmt::format("The provider {} has no list of \"{}\".", name, list.type);
    const std::string hint =
        base::text::Suggest(list.type, std::vector<std::string_view>(types.begin(), types.end()));
    if (!hint.empty())
      detail += fmt::format(" Did you mean \"{}\"?", hint);
    else if (types.empty())
      detail += " This version of it has no lists at all: a newer one may.";
    language::hcl::AddError(diagnostics_, "Invalid list resource", detail, *list.place.file, list.type_span);
  }

  void Make(const ListInstance& instance, const Kind& kind, const InstanceScope& scope) {
    const config::List& list = *instance.list;
    // Without a config block nothing is set: what must be is missed at the list's brace, and so is what the
    // provider says of the whole.
    const language::hcl::Body nothing{.span = list.open_span, .end_span = list.open_span};
    const config::BodyRef body{list.config.file, list.config.body ? list.config.body : &nothing};
    Diagnostics own;
    const Value with_objects = Argument(list.include_resource, Type::Bool(), Value::False(), scope, own);
    const int64_t limit = Limit(list, scope, own);
    const Value config = Config(list, body, *kind.schema, scope, own);
    const bool failed = own.HasErrors();
    own.SetAddress(instance.address);
    diagnostics_.Append(std::move(own));
    if (failed) return;

    const provider::api::ListRequest request{.type = list.type,
                                             .config = config,
                                             .with_objects = generate_ || with_objects.AsBool(),
                                             .limit = limit};
    Listing listing{instance, kind, BlockSource(body)};
    if (!Tell(kind.provider->ValidateList(request), listing)) return;
    hooks_.ListStarts(instance, config);
    const provider::api::ListSink sink = [&](ListedObject listed) {
      Take(std::move(listed), listing);
      return !context_.stop.stop_requested();
    };
    Tell(kind.provider->List(request, sink, context_.stop), listing);
    hooks_.ListEnds(instance, listing.found);
    if (listing.found >= limit) WarnOfLimit(instance, limit);
  }

  // The default where there is none, or null; after errors, too.
  Value Argument(const config::ExpressionRef& expression, Type type, Value fallback,
                 const language::eval::Scope& scope, Diagnostics& diagnostics) {
    if (!expression) return fallback;
    Diagnostics own;
    const Value value =
        language::eval::EvaluateAs(*expression.file, *expression.expression, type, scope, own).UnmarkedDeep();
    if (value.IsUnknown() && !own.HasErrors()) AddUnknown(expression, scope, own);
    diagnostics.Append(std::move(own));
    return value.IsKnownNotNull() ? value : fallback;
  }

  static void AddUnknown(const config::ExpressionRef& expression, const language::eval::Scope& scope,
                         Diagnostics& diagnostics) {
    language::eval::AddExpressionError(diagnostics, "Invalid list argument",
                                       "The value is not known: it depends on something that the state does "
                                       "not hold. Lists are made before anything is planned or applied.",
                                       *expression.file, *expression.expression, scope,
                                       {.caused_by_unknown = true});
  }

  int64_t Limit(const config::List& list, const language::eval::Scope& scope, Diagnostics& diagnostics) {
    const Value value = Argument(list.limit, Type::Number(), Value::Int(kDefaultLimit), scope, diagnostics);
    const std::optional<int64_t> limit = value.AsInt64();
    if (limit && *limit >= 1) return *limit;
    language::eval::AddExpressionError(
        diagnostics, "Invalid limit argument",
        "The limit must be a whole number, and at least 1: no more objects than this are listed.",
        *list.limit.file, *list.limit.expression, scope);
    return kDefaultLimit;
  }

  Value Config(const config::List& list, const config::BodyRef& body, const Block& schema,
               const language::eval::Scope& scope, Diagnostics& diagnostics) {
    Diagnostics own;
    Value config =
        language::eval::DecodeBody(*body.file, *body.body, schema, scope, {}, {}, own).UnmarkedDeep();
    if (!own.HasErrors() && !config.IsWhollyKnown())
      language::hcl::AddError(own, "Invalid list configuration",
                              "Some of its values are not known: they depend on something that the state "
                              "does not hold. Lists are made before anything is planned or applied.",
                              *list.place.file, list.place.span);
    diagnostics.Append(std::move(own));
    return config;
  }

  // False where there are errors.
  bool Tell(const provider::api::ProviderDiagnostics& said, const Listing& listing) {
    AppendProviderDiagnostics(said, listing.source, listing.instance.address, diagnostics_);
    return !provider::api::HasErrors(said);
  }

  void Take(ListedObject listed, Listing& listing) {
    if (!Tell(listed.diagnostics, listing) || !Check(listed, listing)) return;
    FoundObject object{.listed = listed, .identity_version = listing.kind.identity->version};
    if (generate_) Generate(listing, object);
    ++listing.found;
    ++result_.found;
    hooks_.Found(listing.instance, object);
  }

  bool Check(const ListedObject& listed, const Listing& listing) {
    const config::List& list = *listing.instance.list;
    const std::string& address = listing.instance.address;
    if (listed.identity.IsNull() || !listed.identity.IsWhollyKnown() ||
        listed.identity.type() != listing.kind.identity->type) {
      // A message without an object that only says something is none.
      if (listed.identity.IsNull() && !listed.diagnostics.empty()) return false;
      diagnostics_.Error("Provider produced invalid list",
                         fmt::format("Provider {} listed an object for {} without an identity that names it. "
                                     "This is a bug in the provider.",
                                     list.provider.provider.ForDisplay(), address));
      return false;
    }
    return listed.object.IsNull() || CheckRead(
                                         list.provider.provider, *listing.kind.object, listed.object,
                                         [&] { return address; }, diagnostics_);
  }

  void Generate(const Listing& listing, FoundObject& object) {
    const config::List& list = *listing.instance.list;
    const language::address::Resource address{
        .mode = language::address::ResourceMode::kManaged, .type = list.type, .name = FreeName(listing)};
    const std::string provider = WrittenProvider(list);
    // A resource block says of which provider it is; an import block alone must do so itself.
    const bool alone = object.listed.object.IsNull();
    object.import_config = GenerateImport(address, object.listed.identity, alone ? provider : "");
    if (alone)
      ++result_.without_resource;
    else
      object.resource_config = GenerateConfig(address, *listing.kind.object, object.listed.object, provider);
    for (const std::string* text : {&object.resource_config, &object.import_config})
      if (!text->empty()) result_.generated += (result_.generated.empty() ? "" : "\n") + *text;
  }

  // Empty where the type alone says it.
  static std::string WrittenProvider(const config::List& list) {
    if (!list.provider_name) return "";
    const std::string name = list.provider_name->ToString();
    return name == list.type.substr(0, list.type.find('_')) ? "" : name;
  }

  // NAME_0, NAME_KEY_0: the next that neither the configuration nor another list has.
  std::string FreeName(const Listing& listing) {
    const ListInstance& instance = listing.instance;
    std::string base = instance.list->name + "_";
    if (instance.key.IsInt()) base += fmt::format("{}_", instance.key.AsInt());
    if (instance.key.IsString()) {
      for (const unsigned char c : instance.key.AsString())
        base += std::isalnum(c) || c == '-' ? char(c) : '_';
      base += '_';
    }
    int64_t& next = next_number_[instance.address];
    for (;;) {
      std::string name = base + std::to_string(next++);
      const std::string key = instance.list->type + "." + name;
      if (!module_.resources.contains(key) && names_.insert(key).second) return name;
    }
  }

  void WarnOfLimit(const ListInstance& instance, int64_t limit) {
    const config::List& list = *instance.list;
    base::diag::Diagnostic warning = language::hcl::MakeDiagnostic(
        base::diag::Severity::kWarning, "List ended at its limit",
        fmt::format(
            "{} found {} object{}, which is its limit: there may be more. Set \"limit\" in the block to "
            "see them.",
            instance.address, limit, limit == 1 ? "" : "s"),
        *list.place.file, list.limit ? list.limit.expression->span : list.place.span);
    warning.address = instance.address;
    diagnostics_.Add(std::move(warning));
  }

  const RunContext& context_;
  const config::Module& module_;
  const bool generate_;
  QueryHooks& hooks_;
  Diagnostics& diagnostics_;
  Console console_;
  std::map<ProviderConfig, Provider*> providers_;  // those that have been asked for; null after errors
  std::map<std::string, int64_t> next_number_;     // by address of the list
  std::set<std::string> names_;                    // of generated resources, with their types
  QueryResult result_;
};

}  // namespace

QueryResult RunQuery(const RunContext& context, std::shared_ptr<const state::State> state, bool generate,
                     QueryHooks& hooks, Diagnostics& diagnostics) {
  return Query(context, std::move(state), generate, hooks, diagnostics).Run();
}

}  // namespace engine::run
