include "root" {
  path = find_in_parent_folders("root.hcl")
}
dependency "first" {
  config_path = "../first"
  mock_outputs = {
    name = "nobody"
  }
}
inputs = {
  name = dependency.first.outputs.name
}
