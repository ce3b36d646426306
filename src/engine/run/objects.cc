#include "engine/run/objects.h"

#include "language/schema/proposed.h"

namespace engine::run {

state::ObjectPtr MakeObject(const Value& value, const Value& marked, const ResourceSchema& schema,
                            std::string private_data, state::Dependencies dependencies,
                            const state::Object* previous) {
  auto object = std::make_shared<state::Object>();
  object->schema_version = schema.version;
  object->value =
      schema.block.ContainsWriteOnly() ? language::schema::WithoutWriteOnly(schema.block, value) : value;
  object->type = schema.block.implied_type();
  object->private_data = std::move(private_data);
  object->dependencies = std::move(dependencies);
  object->create_before_destroy = previous && previous->create_before_destroy;
  if (marked.HasMarksDeep()) {
    std::vector<std::pair<language::value::Path, language::value::Marks>> marks;
    marked.UnmarkedDeep(&marks);
    for (auto& [path, mark] : marks)
      if (mark & language::value::kSensitive) object->sensitive_paths.push_back(std::move(path));
  }
  return object;
}

}  // namespace engine::run
