# What the expressions may refer to. Nothing of this is in a state: what the resource has is unknown.
resource "terraform_data" "x" {}

variable "text" {
  type    = string
  default = "words"
}

variable "hidden" {
  type      = string
  default   = "hidden words"
  sensitive = true
}

variable "fleeting" {
  type      = string
  default   = "fleeting words"
  ephemeral = true
}

variable "settings" {
  type = object({
    name  = string
    ports = optional(list(number), [80])
    extra = optional(map(any))
  })
  default = { name = "web" }
}

locals {
  s        = "bad"
  n        = 5
  b        = true
  l        = tolist([1, 2])
  o        = { k = 1 }
  m        = tomap({ k = 1 })
  set      = toset(["a"])
  none     = null
  nonelist = false ? ["a"] : null
  objects  = tolist([{ k = 1 }])
  secret   = sensitive("x")
  deep     = { a = { b = { c = 1 } } }

  # Unknown values: of unknown type, of a type, definitely not null, with a known beginning or length.
  unknown        = terraform_data.x.id
  unknown_string = tostring(terraform_data.x.id)
  unknown_number = tonumber(terraform_data.x.id)
  unknown_bool   = tobool(terraform_data.x.id)
  unknown_list   = split(",", "${terraform_data.x.id}")
  unknown_set    = toset(split(",", "${terraform_data.x.id}"))
  unknown_map    = zipmap(split(",", "${terraform_data.x.id}"), split(",", "${terraform_data.x.id}"))
  unknown_object = tobool(terraform_data.x.id) ? { a = "1" } : { a = "2" }
  unknown_pair   = tobool(terraform_data.x.id) ? tolist(["1", "2"]) : tolist(["3", "4"])
  prefixed       = "pre-${terraform_data.x.id}"
  partly         = { a = tostring(terraform_data.x.id), b = 1 }
}

# For templatestring().
locals {
  tpl        = "Hello $${name}!"
  only_tpl   = "$${a}"
  fun_tpl    = "$${upper(a)} %%{ if true }yes%%{ endif }"
  for_tpl    = "%%{ for x in l }<$${x}>%%{ endfor }"
  nested_tpl = "$${templatestring(a, {})}"
  broken_tpl = "$${a"
}
