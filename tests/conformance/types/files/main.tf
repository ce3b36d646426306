# What the arguments may refer to. Nothing of this is in a state: what the resource has is unknown.
resource "terraform_data" "x" {}

locals {
  unknown        = terraform_data.x.id
  unknown_string = tostring(terraform_data.x.id)
  unknown_list   = split(",", "${terraform_data.x.id}")
  secret         = sensitive("x")
}
